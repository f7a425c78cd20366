import time

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from .citizen_page import (
    csrf_is_valid,
    field,
    late,
    office_shown,
    ordered,
    read_files,
    refusing_large_bodies,
    render,
    upload_limits,
    within,
)

# How long the page stays open after a code.
OPEN_SECONDS = 30 * 60
SMALL_FORM = 64 * 1024
# Ratings, objections and papers in an hour.
ACTS_PER_NETWORK = 60


class RequestPageController(http.Controller):
    """The page of one request, ``/talep/durum``: by its number and a code.

    Whether a number exists can't be told from any answer: the same page comes after
    the same work. Limits: codes for each network address and each number in an
    hour (settings of the office), ten minutes and five tries for a code, thirty
    minutes for the page that it opens, which only the session that typed the code
    sees.
    """

    @http.route(
        "/talep/durum", type="http", auth="public", methods=["GET"], readonly=True
    )
    def ask_number(self, **_query):
        """Ask for the number."""
        return render("citizen_number", number="")

    @http.route(
        "/talep/durum",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        max_content_length=SMALL_FORM,
    )
    def send_code(self, **_form):
        """Have a code sent, if there is such a request, and say neither yes nor no."""
        office, number = office_shown(), field("number", 40)
        if not csrf_is_valid():
            return render("citizen_number", 400, number=number, message=late())
        if not any(map(str.isdecimal, number)):
            wrong = {
                "number": request.env._(
                    "Write the number of your request, like 2026/00123."
                )
            }
            return render("citizen_number", 422, number=number, wrong=wrong)
        code = None
        if within("code", office.web_codes_per_network):
            # sudo: codes are nobody's to read
            codes = request.env["ozel_kalem.request.code"].sudo()
            code = codes._ask(number, request.env.company)
        if not code:
            message = request.env._(
                "Too many codes were asked for. Try again in an hour, please."
            )
            return render("citizen_number", 429, number=number, message=message)
        request.session["ozel_kalem_code"] = code.id
        return request.redirect("/talep/durum/kod", code=303)

    @http.route(
        "/talep/durum/kod", type="http", auth="public", methods=["GET"], readonly=True
    )
    def ask_code(self, **_query):
        """Ask for the code that was sent."""
        if not self._asked_code():
            return request.redirect("/talep/durum", code=303)
        return render("citizen_code")

    @http.route(
        "/talep/durum/kod",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        max_content_length=SMALL_FORM,
    )
    def try_code(self, **_form):
        """Open the page when the code fits."""
        office_shown()
        if not csrf_is_valid():
            return render("citizen_code", 400, message=late())
        code = self._asked_code()
        if not code:
            return request.redirect("/talep/durum", code=303)
        digits = field("code", 20)
        if not any(map(str.isdecimal, digits)):
            wrong = {
                "code": request.env._(
                    "Write the six digits, or the twelve on your receipt, please."
                )
            }
            return render("citizen_code", 422, wrong=wrong)
        if opened := code._open_with(digits):
            return self._open(opened)
        if code._is_over():
            message = request.env._(
                "This code is no longer good. Ask for a new one, please."
            )
            request.session.pop("ozel_kalem_code", None)
            return render("citizen_number", 403, number="", message=message)
        wrong = {
            "code": request.env._("This code isn't right. Look at it again, please.")
        }
        return render("citizen_code", 403, wrong=wrong)

    @http.route(
        "/talep/durum/sayfa", type="http", auth="public", methods=["GET"], readonly=True
    )
    def show(self, **_query):
        """Show the request that this session has opened."""
        opened = self._opened()
        if not opened:
            return request.redirect("/talep/durum", code=303)
        return self._page(opened)

    @http.route(
        "/talep/durum/<any(puan,itiraz,belge):act>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        max_content_length=refusing_large_bodies,
    )
    def act(self, act, **_form):
        """Rate the answer, object to it, or hand in papers."""
        opened = self._opened()
        if not opened:
            return request.redirect("/talep/durum", code=303)
        wrong, status = act_on(opened, act)
        if wrong:
            return self._page(opened, status, wrong)
        request.session["ozel_kalem_thanks"] = act
        return request.redirect("/talep/durum/sayfa", code=303)

    @http.route(
        "/talep/durum/cikis",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        max_content_length=SMALL_FORM,
    )
    def leave(self, **_form):
        """Close the page, for those who share a telephone."""
        if csrf_is_valid():
            for name in ("page", "code", "sent", "thanks"):
                request.session.pop(f"ozel_kalem_{name}", None)
        return request.redirect("/talep/durum", code=303)

    @http.route(
        "/talep/durum/<any(puan,itiraz,belge,cikis):_act>",
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
    )
    def back(self, _act, **_query):
        """Somebody typed or reloaded the address of a button."""
        return request.redirect("/talep/durum/sayfa", code=303)

    def _asked_code(self):
        # sudo: codes are nobody's to read; this session asked for this one
        codes = request.env["ozel_kalem.request.code"].sudo()
        return codes.browse(request.session.get("ozel_kalem_code") or ()).exists()

    def _open(self, opened):
        until = time.time() + OPEN_SECONDS
        request.session.pop("ozel_kalem_code", None)
        request.session["ozel_kalem_page"] = {"id": opened.id, "until": until}
        # whoever knew the session before the code doesn't know it after
        request.session.should_rotate = True
        return request.redirect("/talep/durum/sayfa", code=303)

    def _opened(self):
        """The request that this session opened by a code (sudo), or none."""
        office_shown()
        # sudo: a code that went to the request's own contact was typed here
        requests = request.env["ozel_kalem.request"].sudo()
        kept = request.session.get("ozel_kalem_page") or {}
        if kept.get("until", 0) < time.time():
            return requests
        return requests.browse(kept["id"]).exists()

    def _page(self, opened, status=200, wrong=None):
        values = page_values(opened, "/talep/durum", wrong)
        return render("citizen_request", status=status, **values)


def page_values(opened, base, wrong=None):
    """What the page of a request is made of.

    :param opened: the request (sudo), which the caller has shown to be his
    :param base: where its buttons lead
    :param wrong: what was wrong with what he sent, ``{field: message}``
    """
    thanks = request.session.get("ozel_kalem_thanks")
    if thanks:
        request.session.pop("ozel_kalem_thanks")
    return {
        "page": opened._page_values(),
        "base": base,
        "thanks": thanks,
        **ordered(wrong or {}),
        "remark": field("remark") if wrong else "",
        "files": upload_limits(),
        "csrf_token": request.csrf_token(),
    }


def act_on(opened, act):
    """Do what a button of the page says: ``({field: message}, status)``.

    :param opened: the request (sudo), which the caller has shown to be his
    """
    if not csrf_is_valid():
        return {act: late()}, 400
    if opened.confidentiality != "normal":
        return {act: request.env._("This isn't possible for this request.")}, 403
    if not within("act", ACTS_PER_NETWORK):
        return {act: request.env._("Too often. Try again in an hour, please.")}, 429
    try:
        with request.env.cr.savepoint():
            return _do(opened, act)
    except UserError as refusal:
        return {act: str(refusal)}, 422


def _do(opened, act):
    if act == "puan":
        opened._rate_from_page(field("rating", 5), field("remark"))
    elif act == "itiraz":
        opened._reopen_from_page(field("remark"))
    else:
        files, wrong = read_files(office_shown())
        if wrong or not files:
            return {act: wrong or request.env._("Choose a file first.")}, 422
        opened._add_papers_from_page(files)
    return {}, 200
