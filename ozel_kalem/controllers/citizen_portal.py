from odoo import http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from . import citizen_page, citizen_request

PER_PAGE = 20


class RequestPortal(CustomerPortal):
    """A citizen's requests in his portal account.

    Portal users have no right on any of our models: what is shown is asked for with
    sudo and the account's own person as a condition, and somebody else's id is the
    same "not found" as one that doesn't exist.
    """

    @http.route(
        ["/my/requests", "/my/requests/page/<int:page>"],
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        readonly=True,
    )
    def my_requests(self, page=1, **_query):
        """List the requests of the account's person, newest first."""
        requests, domain = self._mine()
        pages = pager(
            "/my/requests", requests.search_count(domain), page, step=PER_PAGE
        )
        found = requests.search(
            domain, order="id desc", limit=PER_PAGE, offset=pages["offset"]
        )
        values = self._prepare_portal_layout_values()
        values.update(
            page_name="ozel_kalem_requests",
            style=citizen_page.STYLE,
            pager=pages,
            requests=[{"id": row.id, **_line(row._page_values())} for row in found],
        )
        return _uncached(request.render("ozel_kalem.citizen_portal_list", values))

    @http.route(
        "/my/requests/<int:request_id>",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        readonly=True,
    )
    def my_request(self, request_id, **_query):
        """Show one of his requests."""
        return self._page(self._my_request(request_id))

    @http.route(
        "/my/requests/<int:request_id>/<any(puan,itiraz,belge):act>",
        type="http",
        auth="user",
        methods=["POST"],
        csrf=False,
        website=True,
        max_content_length=citizen_page.refusing_large_bodies,
    )
    def my_act(self, request_id, act, **_form):
        """Rate the answer, object to it, or hand in papers."""
        mine = self._my_request(request_id)
        wrong, status = citizen_request.act_on(mine, act)
        if wrong:
            return self._page(mine, status, wrong=wrong)
        request.session["ozel_kalem_thanks"] = act
        return request.redirect(f"/my/requests/{request_id}", code=303)

    def _mine(self):
        citizen_page.office_shown()
        # sudo: under the condition that the request is of the account's own person
        requests = request.env["ozel_kalem.request"].sudo()
        return requests, requests._portal_domain(request.env.user.partner_id)

    def _my_request(self, request_id):
        requests, domain = self._mine()
        found = requests.search([("id", "=", request_id), *domain], limit=1)
        if not found:
            raise request.not_found()
        return found

    def _page(self, mine, status=200, wrong=None):
        values = self._prepare_portal_layout_values()
        values.update(
            citizen_request.page_values(mine, f"/my/requests/{mine.id}", wrong)
        )
        values.update(page_name="ozel_kalem_request", style=citizen_page.STYLE)
        response = request.render("ozel_kalem.citizen_portal_request", values)
        response.status_code = status
        return _uncached(response)


def _line(page):
    return {
        name: page.get(name) for name in ("number", "subject", "stage", "received_on")
    }


def _uncached(response):
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Frame-Options"] = "DENY"
    return response
