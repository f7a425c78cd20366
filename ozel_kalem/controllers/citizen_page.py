"""What the public pages share: how they look, and what they let in."""

import werkzeug.exceptions

from odoo.http import request

from ..models.citizens.request_page import LONGEST_REMARK
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


def render(template, status=200, **values):
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
            **ordered(values.get("wrong") or {}),
        },
    )
    return request.make_response(
        str(html), headers=list(HEADERS.items()), status=status
    )


def ordered(wrong):
    """What is wrong from the top of the page to its bottom, and what is first."""
    names = sorted(wrong, key=lambda name: ORDER.index(name) if name in ORDER else -1)
    return {
        "wrong": {name: wrong[name] for name in names},
        "first_wrong": names[0] if names else None,
    }


def refusing_large_bodies(_controller):
    """The ``max_content_length`` of a form; a longer one gets a page of ours.

    The length is announced before the body: what is too long is never read.
    """
    allowed = office_shown()._web_body_bytes()
    announced = request.httprequest.content_length or 0
    if announced > allowed:
        werkzeug.exceptions.abort(
            render("citizen_too_large", 413, megabytes=allowed // (1024 * 1024))
        )
    return allowed


def csrf_is_valid():
    """Whether the form comes from a page of this very session.

    Asked here and not by Odoo, because a person whose page was open too long gets
    his text back instead of an error. Nothing is done before this was asked.
    """
    token = request.httprequest.form.get("csrf_token", "")
    return token.isascii() and request.validate_csrf(token)


def field(name, longest=LONGEST_REMARK):
    """A text of the form, as text: no NUL, Unix line ends, no space around it.

    One character more than allowed is kept, so that too much is told as such.
    """
    value = request.httprequest.form.get(name, "")[: 4 * longest + 1]
    return value.replace("\0", "").replace("\r\n", "\n").strip()


def account_person():
    """The person who is logged in, or nobody (sudo)."""
    # sudo: a user's own contact
    user = request.env.user.sudo()
    return user.partner_id.browse() if user._is_public() else user.partner_id


def within(kind, limit, seconds=HOUR):
    """Count an act of this network address; False when it was one too many."""
    # sudo: the counters are nobody's to read
    limits = request.env["ozel_kalem.rate.limit"].sudo()
    network = limits._network(request.httprequest.remote_addr)
    return limits._allows(kind, network, limit, seconds)


def read_files(office):
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


def late():
    return request.env._(
        "The page was open for too long. Nothing is lost: press the button once more."
    )


def upload_limits():
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
