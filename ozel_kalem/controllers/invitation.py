from odoo import http
from odoo.http import request

STATES = {"accept": "accepted", "decline": "declined", "tentative": "tentative"}
HEADERS = [
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Frame-Options", "DENY"),
    ("X-Robots-Tag", "noindex"),
]
LONGEST_TOKEN = 64


class InvitationController(http.Controller):
    """Answers to an invitation, by the link in the mail and nothing else.

    Mail scanners follow links: opening one only shows the question. The token is
    the secret, so that no session and no cookie is needed to answer.
    """

    @http.route(
        "/ozel_kalem/invitation/<string:token>/<string:answer>",
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
        save_session=False,
    )
    def ask(self, token, answer, **_query):
        """Show the invitation and the button to confirm the answer with."""
        row = self._find(token, answer)
        return self._page(row, answer) if row else request.not_found()

    @http.route(
        "/ozel_kalem/invitation/<string:token>/<string:answer>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def answer(self, token, answer, **_form):
        """Record the answer."""
        row = self._find(token, answer)
        if not row:
            return request.not_found()
        return self._page(row, answer, answered=row._answer(STATES[answer]))

    def _find(self, token, answer):
        # sudo: who has the token is the invited person
        Attendee = request.env["ozel_kalem.engagement.attendee"].sudo()
        if answer not in STATES or len(token) > LONGEST_TOKEN or "\x00" in token:
            return Attendee
        return Attendee.search([("token", "=", token)], limit=1)

    def _page(self, row, chosen, answered=False):
        engagement = row.engagement_id._in_office_language()
        env, told = engagement.env, engagement._prepare_told()
        labels = {
            "accept": env._("I'll come"),
            "tentative": env._("Perhaps"),
            "decline": env._("Decline"),
        }
        values = {
            # "lang" is what the template engine calls its own
            "page_lang": (env.lang or "tr").split("_")[0],
            "office": engagement._invitation_office()[0],
            "is_open": row._is_open(),
            "told": told,
            "when": engagement._told_period(told),
            "answered": answered,
            "chosen": chosen,
            "token": row.token,
            "choices": [
                {"answer": answer, "label": label} for answer, label in labels.items()
            ],
        }
        html = env["ir.qweb"]._render("ozel_kalem.invitation_page", values)
        return request.make_response(
            str(html), headers=[("Content-Type", "text/html; charset=utf-8"), *HEADERS]
        )
