import secrets
import time
from contextlib import suppress

import werkzeug.exceptions

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools.misc import hash_sign, hmac, verify_hash_signed

from ..models.citizens.request_page import LONGEST_REMARK
from ..models.citizens.request_web import LONGEST
from ..tools import uploads

# Browsers keep it for a week: another number, another file.
STYLE = "/ozel_kalem/static/src/citizens/citizen_page.css?1"
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Content-Type": "text/html; charset=utf-8",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}
HOUR = 3600
DAY = 24 * HOUR
# Somebody may go and look for a paper before he presses the button.
PAGE_HOURS = 24
# How long a page stays open after a code, a result after sending.
OPEN_SECONDS = 30 * 60
RECEIPT_SECONDS = HOUR
# Never filled by people, who don't see it.
TRAP = "website"
CHOICES = ("request_type", "topic_id", "neighbourhood_id")
# The fields as they stand on the form.
ORDER = (
    "name",
    "phone",
    "email",
    "request_type",
    "subject",
    "text",
    "topic_id",
    "neighbourhood_id",
    "location",
    "files",
)
SMALL_FORM = 64 * 1024
# Ratings, objections and papers in an hour.
ACTS_PER_NETWORK = 60


def office_shown():
    """The office whose page this is (sudo), in its language for strangers."""
    company = request.env.company
    # sudo: letterhead and limits of the office are what the public page is made of
    office = request.env["ozel_kalem.office"].sudo()._for(company.id)
    # sudo: language of the letterhead; an account has its own
    lang = request.env.user._is_public() and company.sudo().partner_id.lang
    if lang:
        request.update_context(lang=lang)
        office = office.with_context(lang=lang)
    return office


def _render(template, status=200, **values):
    office = office_shown()
    company = office.company_id or request.env.company.sudo()
    html = request.env["ir.qweb"]._render(
        f"ozel_kalem.{template}",
        {
            "html_lang": (request.env.lang or "tr").split("_")[0],
            "office": {
                "name": office.name or company.name,
                "municipality": company.name,
                "phone": office.phone,
                "address": office.address,
                "email": office.email,
                "registered_email": office.registered_email,
                "has_logo": bool(company.logo),
                "company": company.id,
            },
            "csrf_token": request.csrf_token(),
            "style": STYLE,
            "message": None,
            "again": None,
            **values,
            **_ordered(values.get("wrong") or {}),
        },
    )
    return request.make_response(
        str(html), headers=list(HEADERS.items()), status=status
    )


def _ordered(wrong):
    """What is wrong from the top of the page to its bottom, and what is first."""
    names = sorted(wrong, key=lambda name: ORDER.index(name) if name in ORDER else -1)
    return {
        "wrong": {name: wrong[name] for name in names},
        "first_wrong": names[0] if names else None,
    }


def refusing_large_bodies(length):
    """A limit for ``max_content_length`` that answers with a page of ours.

    The length is announced before the body: what is too long is never read.
    """

    def limit(_controller):
        allowed = length(office_shown())
        announced = request.httprequest.content_length or 0
        if announced > allowed:
            werkzeug.exceptions.abort(
                _render("citizen_too_large", 413, megabytes=allowed // (1024 * 1024))
            )
        return allowed

    return limit


def _csrf_is_valid():
    """Whether the form comes from a page of this very session.

    Asked here and not by Odoo, because a person whose page was open too long gets
    his text back instead of an error. Nothing is done before this was asked.
    """
    token = request.httprequest.form.get("csrf_token", "")
    return token.isascii() and request.validate_csrf(token)


def _field(name, longest=LONGEST_REMARK):
    """A text of the form, as text: no NUL, Unix line ends, no space around it.

    One character more than allowed is kept, so that too much is told as such.
    """
    value = request.httprequest.form.get(name, "")[: 4 * longest + 1]
    return value.replace("\0", "").replace("\r\n", "\n").strip()


def _account():
    """The person who is logged in, or nobody (sudo)."""
    # sudo: a user's own contact
    user = request.env.user.sudo()
    return user.partner_id.browse() if user._is_public() else user.partner_id


def _within(kind, limit, seconds=HOUR):
    """Count an act of this network address; False when it was one too many."""
    # sudo: the counters are nobody's to read
    limits = request.env["ozel_kalem.rate.limit"].sudo()
    network = limits._network(request.httprequest.remote_addr)
    return limits._allows(kind, network, limit, seconds)


def _read_files(office):
    """The files of the form: ``([(name, mimetype, content)], what is wrong)``.

    Sizes and kinds are asked of the streams, which the server keeps on disk; only
    what is accepted is read.
    """
    sent = [
        file for file in request.httprequest.files.getlist("files") if file.filename
    ]
    if len(sent) > office.web_files:
        return [], request.env._("At most %(most)s files.", most=office.web_files)
    accepted = []
    for file in sent:
        shown = file.filename[-60:]
        if uploads.size(file.stream) > office._web_file_bytes():
            return [], request.env._(
                "“%(name)s” is too large: at most %(most)s MB for each file.",
                name=shown,
                most=office.web_file_megabytes,
            )
        mimetype = uploads.content_type(file.stream)
        if not mimetype:
            return [], request.env._(
                "“%(name)s” is no photograph, PDF or text document (JPG, PNG, HEIC, "
                "WEBP, PDF, DOCX, ODT).",
                name=shown,
            )
        name = uploads.file_name(file.filename, mimetype)
        accepted.append((name, mimetype, file.stream.read()))
    return accepted, None


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
            return _render("citizen_form_closed", 404)
        account = _account()
        values = dict.fromkeys((*LONGEST, *CHOICES), "")
        values.update(
            name=account.name or "",
            email=account.email or "",
            phone=account.phone or "",
            request_type="request",
        )
        return self._page(values, self._new_token())

    @http.route(
        "/talep",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        max_content_length=refusing_large_bodies(
            lambda office: office._web_body_bytes()
        ),
    )
    def send(self, **_form):
        """Register the request, or show the form again with what is wrong."""
        office = office_shown()
        if not office.web_form_open:
            return _render("citizen_form_closed", 404)
        values = {name: _field(name, LONGEST.get(name, 20)) for name in LONGEST}
        values.update({name: _field(name, 20) for name in CHOICES})
        token = _field("page", 500)
        opened = self._opened_page(token)
        if not _csrf_is_valid() or not opened:
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
        if _field(TRAP) or time.time() - began < office.web_form_seconds:
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
        return _render("citizen_receipt", receipt=found._receipt_values())

    def _register(self, office, values, token, key):
        # sudo: strangers file requests; what they may set is in _file_from_web
        requests = request.env["ozel_kalem.request"].sudo()
        wrong = requests._check_web_values(values)
        files, wrong_files = _read_files(office)
        if wrong_files:
            wrong["files"] = wrong_files
        if wrong:
            return self._page(values, token, wrong=wrong, status=422)
        if not self._may_file(office, values):
            return self._page(values, token, again="often", status=429)
        text = request.env["ozel_kalem.information.text"]._current(request.env.company)
        if _field("information", 20) != str(text.id or ""):
            return self._page(values, token, again="information", status=409)
        filed = requests._file_from_web(values, files, _account(), text, key)
        return self._show_receipt(filed)

    def _may_file(self, office, values):
        # sudo: the counters are nobody's to read
        limits = request.env["ozel_kalem.rate.limit"].sudo()
        email = values["email"].lower()
        phone = "".join(filter(str.isdecimal, values["phone"]))[-10:]
        return _within("request", office.web_requests_per_network) and all(
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
        return _render(
            "citizen_form",
            status=state.pop("status", 200),
            values=values,
            choices=requests._web_choices(),
            longest=LONGEST,
            information=text,
            page=token,
            trap=TRAP,
            files=_upload_limits(),
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
        return _render("citizen_number", number="")

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
        office, number = office_shown(), _field("number", 40)
        if not _csrf_is_valid():
            return _render("citizen_number", 400, number=number, message=_late())
        if not any(map(str.isdecimal, number)):
            wrong = {
                "number": request.env._(
                    "Write the number of your request, like 2026/00123."
                )
            }
            return _render("citizen_number", 422, number=number, wrong=wrong)
        code = None
        if _within("code", office.web_codes_per_network):
            # sudo: codes are nobody's to read
            codes = request.env["ozel_kalem.request.code"].sudo()
            code = codes._ask(number, request.env.company)
        if not code:
            message = request.env._(
                "Too many codes were asked for. Try again in an hour, please."
            )
            return _render("citizen_number", 429, number=number, message=message)
        request.session["ozel_kalem_code"] = code.id
        return request.redirect("/talep/durum/kod", code=303)

    @http.route(
        "/talep/durum/kod", type="http", auth="public", methods=["GET"], readonly=True
    )
    def ask_code(self, **_query):
        """Ask for the code that was sent."""
        if not self._asked_code():
            return request.redirect("/talep/durum", code=303)
        return _render("citizen_code")

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
        if not _csrf_is_valid():
            return _render("citizen_code", 400, message=_late())
        code = self._asked_code()
        if not code:
            return request.redirect("/talep/durum", code=303)
        digits = _field("code", 20)
        if not any(map(str.isdecimal, digits)):
            wrong = {"code": request.env._("Write the six digits, please.")}
            return _render("citizen_code", 422, wrong=wrong)
        if opened := code._open_with(digits):
            return self._open(opened)
        if code._is_over():
            message = request.env._(
                "This code is no longer good. Ask for a new one, please."
            )
            request.session.pop("ozel_kalem_code", None)
            return _render("citizen_number", 403, number="", message=message)
        wrong = {
            "code": request.env._("This code isn't right. Look at it again, please.")
        }
        return _render("citizen_code", 403, wrong=wrong)

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
        max_content_length=refusing_large_bodies(
            lambda office: office._web_body_bytes()
        ),
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
        if _csrf_is_valid():
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
        return _render("citizen_request", status=status, **values)


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
        **_ordered(wrong or {}),
        "remark": _field("remark") if wrong else "",
        "files": _upload_limits(),
        "csrf_token": request.csrf_token(),
    }


def _late():
    return request.env._(
        "The page was open for too long. Nothing is lost: press the button once more."
    )


def _upload_limits():
    office = office_shown()
    return {
        "most": office.web_files,
        "accept": uploads.ACCEPTED,
        "hint": request.env._(
            "At most %(most)s files, each at most %(megabytes)s MB: photograph, PDF "
            "or text document.",
            most=office.web_files,
            megabytes=office.web_file_megabytes,
        ),
    }


def act_on(opened, act):
    """Do what a button of the page says: ``({field: message}, status)``.

    :param opened: the request (sudo), which the caller has shown to be his
    """
    if not _csrf_is_valid():
        return {act: _late()}, 400
    if opened.confidentiality != "normal":
        return {act: request.env._("This isn't possible for this request.")}, 403
    if not _within("act", ACTS_PER_NETWORK):
        return {act: request.env._("Too often. Try again in an hour, please.")}, 429
    try:
        with request.env.cr.savepoint():
            return _do(opened, act)
    except UserError as refusal:
        return {act: str(refusal)}, 422


def _do(opened, act):
    if act == "puan":
        opened._rate_from_page(_field("rating", 5), _field("remark"))
    elif act == "itiraz":
        opened._reopen_from_page(_field("remark"))
    else:
        files, wrong = _read_files(office_shown())
        if wrong or not files:
            return {act: wrong or request.env._("Choose a file first.")}, 422
        opened._add_papers_from_page(files)
    return {}, 200
