from odoo import http
from odoo.http import request

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}


class EditionController(http.Controller):
    @http.route(
        "/ozel_kalem/programme/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
        save_session=False,
    )
    def is_current(self, token, **_ignored):
        """Say whether the sheet with this QR is current, and nothing else."""
        edition = request.env["ozel_kalem.programme.edition"]._from_token(token)
        lang = edition.company_id.partner_id.lang or request.env.lang
        edition = edition.with_context(lang=lang)
        values = {
            "edition": edition,
            # "lang" is what the template engine calls its own
            "page_lang": (lang or "").replace("_", "-"),
            "is_current": edition.state == "published",
        }
        page = edition.env["ir.qweb"]._render("ozel_kalem.edition_page", values)
        response = request.make_response(page, headers=list(HEADERS.items()))
        response.status_code = 200 if edition else 404
        return response
