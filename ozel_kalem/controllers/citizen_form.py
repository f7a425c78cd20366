import secrets
import time
from contextlib import suppress

from odoo import http
from odoo.http import request
from odoo.tools.misc import hash_sign, hmac, verify_hash_signed

from ..models.citizens.request_web import LONGEST
from .citizen_page import (
    HOUR,
    account_person,
    csrf_is_valid,
    field,
    office_shown,
    read_files,
    refusing_large_bodies,
    render,
    upload_limits,
    within,
)

DAY = 24 * HOUR
# Somebody may go and look for a paper before he presses the button.
PAGE_HOURS = 24
# How long the result can be seen after sending.
RECEIPT_SECONDS = HOUR
# Never filled by people, who don't see it.
TRAP = "website"
CHOICES = ("request_type", "topic_id", "neighbourhood_id")


class RequestFormController(http.Controller):
    """The public web form ``/talep``, for anybody, with or without JavaScript.

    Limits (settings of the office): so many requests an hour for each network
    address, so many a day for each e-mail address and telephone, number and size
    of files. A body that is longer than all allowed files together is refused by
    its announced length, before it is read. A page can be sent once; the same page
    sent again leads to the same result.
    """

    @http.route("/talep", type="http", auth="public", methods=["GET"], readonly=True)
    def form(self, **_query):
        """Show the empty form; to a known account with its own name in it."""
        if not office_shown().web_form_open:
            return render("citizen_form_closed", 404)
        values = dict.fromkeys((*LONGEST, *CHOICES), "")
        values.update(
            self._of_account(),
            phone=account_person().phone or "",
            request_type="request",
        )
        return self._page(values, self._new_token())

    @http.route(
        "/talep",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        max_content_length=refusing_large_bodies,
    )
    def send(self, **_form):
        """Register the request, or show the form again with what is wrong."""
        office = office_shown()
        if not office.web_form_open:
            return render("citizen_form_closed", 404)
        values = {name: field(name, LONGEST.get(name, 20)) for name in LONGEST}
        values.update({name: field(name, 20) for name in CHOICES})
        values.update(self._of_account())
        token = field("page", 500)
        opened = self._opened_page(token)
        if not csrf_is_valid() or not opened:
            return self._page(values, self._new_token(), again="late", status=400)
        began, key = opened
        # sudo: whether this very page was sent already
        sent = (
            request.env["ozel_kalem.request"]
            .sudo()
            .search([("form_key", "=", key)], limit=1)
        )
        if sent:
            return self._show_receipt(sent)
        if field(TRAP) or time.time() - began < office.web_form_seconds:
            return self._page(values, token, again="machine", status=400)
        return self._register(office, values, token, key)

    @http.route(
        "/talep/alindi", type="http", auth="public", methods=["GET"], readonly=True
    )
    def receipt(self, **_query):
        """Show number, day and subject to the session that has just sent it."""
        kept = request.session.get("ozel_kalem_sent") or {}
        if kept.get("until", 0) < time.time():
            return request.redirect("/talep", code=303)
        office_shown()
        # sudo: the session that filed the request sees what it filed
        found = request.env["ozel_kalem.request"].sudo().browse(kept["id"]).exists()
        if not found:
            return request.redirect("/talep", code=303)
        return render("citizen_receipt", receipt=found._receipt_values())

    def _of_account(self):
        """What nobody types who is logged in: mails and papers go by his account."""
        account = account_person()
        if not account:
            return {}
        return {
            "name": (account.name or "")[: LONGEST["name"]],
            "email": account.email_normalized or "",
        }

    def _register(self, office, values, token, key):
        # sudo: strangers file requests; what they may set is in _file_from_web
        requests = request.env["ozel_kalem.request"].sudo()
        wrong = requests._check_web_values(values)
        files, wrong_files = read_files(office)
        if wrong_files:
            wrong["files"] = wrong_files
        if wrong:
            return self._page(values, token, wrong=wrong, status=422)
        if not self._may_file(office, values):
            return self._page(values, token, again="often", status=429)
        text = request.env["ozel_kalem.information.text"]._current(request.env.company)
        if field("information", 20) != str(text.id or ""):
            return self._page(values, token, again="information", status=409)
        filed = requests._file_from_web(values, files, account_person(), text, key)
        return self._show_receipt(filed)

    def _may_file(self, office, values):
        # sudo: the counters are nobody's to read
        limits = request.env["ozel_kalem.rate.limit"].sudo()
        email = values["email"].lower()
        phone = "".join(filter(str.isdecimal, values["phone"]))[-10:]
        return within("request", office.web_requests_per_network) and all(
            limits._allows("request of", whom, office.web_requests_per_contact, DAY)
            for whom in (email, phone)
            if whom
        )

    def _show_receipt(self, filed):
        until = time.time() + RECEIPT_SECONDS
        request.session["ozel_kalem_sent"] = {"id": filed.id, "until": until}
        return request.redirect("/talep/alindi", code=303)

    def _page(self, values, token, **state):
        office_shown()
        # sudo: topics and neighbourhoods are no secret
        requests = request.env["ozel_kalem.request"].sudo()
        text = request.env["ozel_kalem.information.text"]._current(request.env.company)
        return render(
            "citizen_form",
            status=state.pop("status", 200),
            values=values,
            choices=requests._web_choices(),
            longest=LONGEST,
            fixed=self._of_account(),
            information=text,
            page=token,
            trap=TRAP,
            files=upload_limits(),
            **state,
        )

    # A page knows when it was opened, for whom, and that it is one: signed, so
    # that it needn't be remembered anywhere.

    def _new_token(self):
        return hash_sign(
            request.env(su=True),
            "ozel_kalem.form",
            [int(time.time()), secrets.token_urlsafe(16), self._session_mark()],
            expiration_hours=PAGE_HOURS,
        )

    def _opened_page(self, token):
        """When the page was opened and its key; None for a page that isn't ours."""
        with suppress(ValueError, UnicodeError, OverflowError, IndexError):
            opened = verify_hash_signed(request.env(su=True), "ozel_kalem.form", token)
            if opened and opened[2] == self._session_mark():
                return opened[0], opened[1]
        return None

    def _session_mark(self):
        """Something of the session that says nothing about it."""
        return hmac(
            request.env(su=True), "ozel_kalem.session", request.session.sid[:42]
        )
