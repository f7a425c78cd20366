"""E-mail from outside, made harmless: a well-formed message of one plain text.

Whatever comes in (broken MIME, a wrong charset, NUL bytes, a thousand recipients,
a hundred megabytes) goes out as a small, well-formed message that any parser reads:
the headers that matter, one text in UTF-8, the files that fit. What was left out is
said in notes. Nothing here raises because of what a mail contains.
"""

import hashlib
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import Header, decode_header
from email.message import Message
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import formataddr, getaddresses, parsedate_to_datetime

from .mail_text import clean, decode_bytes, html_to_text, one_line

MEGABYTE = 1024 * 1024

# Notes: what the office is told about a mail, as keys and values for its own words.
TOO_BIG = "too_big"
TOO_MANY_FILES = "too_many_files"
FILE_TOO_BIG = "file_too_big"
TEXT_CUT = "text_cut"
WINMAIL = "winmail"
SEVERAL_SENDERS = "several_senders"

_FILE_NAME = re.compile(r'[/\\:*?"<>|\r\n\t]+')
_ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]]+@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
_AUTOMATIC = re.compile(
    r"(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|listserv|majordomo)"
    r"([+_=.-].*)?@",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Limits:
    """What is kept of a mail, at most."""

    raw_bytes: int = 50 * MEGABYTE
    file_bytes: int = 15 * MEGABYTE
    files_bytes: int = 25 * MEGABYTE
    files: int = 20
    text: int = 100_000
    subject: int = 250
    recipients: int = 10
    parts: int = 200
    depth: int = 8


LIMITS = Limits()


@dataclass(frozen=True)
class Note:
    """Something that the office should know: a key of this module, and which file."""

    kind: str
    name: str = ""


def parse(raw: bytes) -> Message:
    """The message, read leniently: it never raises, and keeps odd bytes as they are."""
    try:
        return message_from_bytes(raw, policy=policy.compat32)
    except (MessageError, ValueError, LookupError, RecursionError):
        broken = Message()
        broken.set_payload("")
        return broken


def recipients(message: Message) -> list[str]:
    """The addresses it was sent to, in small letters, without repetition."""
    names = ("Delivered-To", "X-Original-To", "To", "Cc", "Resent-To", "Resent-Cc")
    return list(dict.fromkeys(a.lower() for a in _addresses(message, *names)))


def sender(message: Message) -> str:
    """The address of whoever sent it, in small letters; "" where there is none."""
    people = _people(message, "From") or _people(message, "Reply-To")
    return people[0][1].lower() if people else ""


def references(message: Message) -> list[str]:
    """The ids of the messages that it answers, the nearest last; 32 at most."""
    text = f"{header(message, 'References')} {header(message, 'In-Reply-To')}"
    return re.findall(r"<[^<>\s]{1,500}>", text)[-32:]


def automatic_reason(message: Message) -> str:
    """Why it was sent by a machine, or "" when a person may have written it."""
    submitted = header(message, "Auto-Submitted").lower()
    if submitted and not submitted.startswith("no"):
        return f"Auto-Submitted: {submitted}"
    precedence = header(message, "Precedence").lower()
    if precedence in ("bulk", "list", "junk", "auto_reply"):
        return f"Precedence: {precedence}"
    for name in ("X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond", "List-Id"):
        if header(message, name):
            return name
    if header(message, "Return-Path") == "<>":
        return "Return-Path: <>"
    if message.get_content_type() == "multipart/report":
        return "multipart/report"
    address = sender(message)
    return f"From: {address}" if _AUTOMATIC.match(address) else ""


def header(message: Message, name: str) -> str:
    """A header as readable text on one line; "" where it is missing."""
    values = [_decoded(value) for value in _raw_values(message, name)]
    return " ".join(one_line(value) for value in values if value).strip()


def tidy(raw: bytes, limits: Limits = LIMITS, keep_for=()) -> tuple[bytes, list[Note]]:
    """The same mail, well-formed and small, and what was left out of it.

    :param keep_for: recipients that stay whatever their number (our own addresses)
    """
    notes = []
    cut = len(raw) > limits.raw_bytes
    message = parse(raw[: limits.raw_bytes])
    content = _Content(limits)
    content.take(message)
    if cut:
        # the last file ends in the middle
        content.files[-1:] = []
        notes.append(Note(TOO_BIG))
    clean = MIMEMultipart()
    _copy_headers(message, clean, raw, limits, keep_for, notes)
    text = content.text(notes)
    clean.attach(MIMEText(text, "plain", "utf-8"))
    for name, data in content.files:
        part = MIMEApplication(data)
        part.add_header("Content-Disposition", "attachment", filename=name)
        clean.attach(part)
    return clean.as_bytes(), [*notes, *content.notes]


# --- headers ----------------------------------------------------------------------


def _copy_headers(message, clean, raw, limits, keep_for, notes):
    senders = _people(message, "From") or _people(message, "Reply-To")
    if senders:
        name, address = senders[0]
        clean["From"] = formataddr((name[:100], address), charset="utf-8")
    if len({address.lower() for _name, address in senders}) > 1:
        notes.append(Note(SEVERAL_SENDERS, ", ".join(a for _n, a in senders[:5])))
    ours = {address.lower() for address in keep_for}
    for name in ("Delivered-To", "To", "Cc"):
        found = _addresses(message, name)
        kept = [a for a in found if a.lower() in ours]
        kept += [a for a in found if a.lower() not in ours][: limits.recipients]
        if kept:
            clean[name] = ", ".join(dict.fromkeys(kept))
    subject = header(message, "Subject")
    if len(subject) > limits.subject:
        subject = subject[: limits.subject - 1] + "…"
    clean["Subject"] = Header(subject, "utf-8")
    clean["Message-Id"] = _message_id(message, raw)
    if nearest := references(message):
        clean["References"] = " ".join(nearest)
    if answered := re.findall(r"<[^<>\s]{1,500}>", header(message, "In-Reply-To")):
        clean["In-Reply-To"] = answered[0]
    if date := _date(message):
        clean["Date"] = date


def _message_id(message, raw):
    """Its own id; one made of the content where it has none, the same each time."""
    found = re.findall(r"<[^<>\s]{3,250}>", header(message, "Message-Id"))
    if found and found[0].isascii():
        return found[0]
    return f"<{hashlib.sha256(raw).hexdigest()}@unnamed.invalid>"


def _date(message):
    try:
        return parsedate_to_datetime(header(message, "Date")).strftime(
            "%a, %d %b %Y %H:%M:%S %z"
        )
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def _people(message, name):
    """Pairs of name and address of an address header; names may be empty."""
    raw = [_raw_text(value) for value in _raw_values(message, name)]
    found = []
    for person, address in getaddresses([one_line(value) for value in raw]):
        match = _ADDRESS.fullmatch(address.strip())
        if match and address.isascii() and len(address) <= 254:
            found.append((_person(person), address.strip()))
    if not found:
        for address in re.findall(_ADDRESS.pattern.replace("(", "(?:"), " ".join(raw)):
            if address.isascii() and len(address) <= 254:
                found.append(("", address))
    return found[:10_000]


def _person(text):
    return " ".join(one_line(_decoded(text)).strip("'\" ").split())


def _addresses(message, *names):
    return [address for name in names for _person, address in _people(message, name)]


def _raw_values(message, name):
    # get_all() would replace odd bytes by question marks
    return [str(v) for key, v in message.raw_items() if key.lower() == name.lower()]


def _raw_text(value):
    """A header as it was sent, odd bytes read as what they probably are."""
    if value.isascii():
        return value
    return decode_bytes(value.encode("utf-8", "surrogateescape"))


def _decoded(value):
    text = _raw_text(value)
    try:
        pieces = decode_header(text)
    except (ValueError, LookupError, MessageError, IndexError):
        return text
    return "".join(
        piece if isinstance(piece, str) else decode_bytes(piece, charset)
        for piece, charset in pieces
    )


# --- contents ---------------------------------------------------------------------


class _Content:
    """Texts and files of a message, read part by part within the limits."""

    def __init__(self, limits):
        self._limits = limits
        self._plain, self._html, self._enclosed = [], [], []
        self._parts = 0
        self._bytes = 0
        self.files = []
        self.notes = []

    def take(self, message, depth=0):
        """Take in a part and what is in it."""
        self._parts += 1
        if self._parts > self._limits.parts or depth > self._limits.depth:
            self._note(Note(TOO_MANY_FILES))
            return
        if message.get_content_type() == "message/rfc822" or _is_eml(message):
            self._read_enclosed(message, depth)
        elif message.is_multipart():
            for part in message.get_payload():
                self.take(part, depth + 1)
        else:
            self._read_leaf(message)

    def text(self, notes):
        """One text of all that people wrote; what doesn't fit is cut."""
        plain = "\n\n".join(text for text in self._plain if text.strip())
        main = plain or "\n\n".join(text for text in self._html if text.strip())
        whole = "\n\n".join([main.strip(), *self._enclosed]).strip()
        if len(whole) > self._limits.text:
            notes.append(Note(TEXT_CUT))
            whole = whole[: self._limits.text - 1] + "…"
        return whole

    def _read_leaf(self, part):
        kind = part.get_content_type()
        name = _file_name(part)
        data = _payload(part)
        attached = _disposition(part) == "attachment" or (
            name and kind not in ("text/plain", "text/html")
        )
        if kind == "text/plain" and not attached and not name:
            self._plain.append(clean(decode_bytes(data, _charset(part))))
        elif kind == "text/html" and not attached and not name:
            self._html.append(html_to_text(decode_bytes(data, _charset(part))))
        else:
            self._keep(name or _invented_name(kind), data, kind)

    def _read_enclosed(self, part, depth):
        """A mail within the mail: kept as a file, its text shown."""
        inner = part.get_payload()
        inner = inner[0] if isinstance(inner, list) and inner else None
        data = _payload(part) if inner is None else _as_bytes(inner)
        inner = parse(data) if inner is None else inner
        name = _file_name(part) or f"{header(inner, 'Subject')[:80] or 'mail'}.eml"
        name = name if name.lower().endswith(".eml") else f"{name}.eml"
        if not data:
            self._note(Note(TOO_MANY_FILES, name))
        self._keep(_clean_name(name), data, "message/rfc822")
        limits = self._limits
        reading = _Content(limits)
        reading._parts, reading._bytes = self._parts, limits.files_bytes
        reading.take(inner, depth + 1)
        self._parts = reading._parts
        if text := reading.text([]):
            who = header(inner, "From")
            head = " · ".join(filter(None, (name, who, header(inner, "Subject"))))
            self._enclosed.append(f"[{head}]\n{text}")

    def _keep(self, name, data, kind):
        if not data:
            return
        if len(self.files) >= self._limits.files:
            self._note(Note(TOO_MANY_FILES, name))
            return
        bytes_after = self._bytes + len(data)
        if (
            len(data) > self._limits.file_bytes
            or bytes_after > self._limits.files_bytes
        ):
            self._note(Note(FILE_TOO_BIG, name))
            return
        if kind in ("application/ms-tnef", "application/vnd.ms-tnef") or (
            name.lower() == "winmail.dat"
        ):
            self._note(Note(WINMAIL, name))
        self._bytes = bytes_after
        self.files.append((name, data))

    def _note(self, note):
        if note not in self.notes and len(self.notes) < 50:
            self.notes.append(note)


def _payload(part):
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError, MessageError):
        data = None
    if data is None:
        data = str(part.get_payload()).encode("utf-8", "replace")
    return data


def _as_bytes(message):
    try:
        return message.as_bytes()
    except (ValueError, LookupError, MessageError, RecursionError):
        return b""


def _charset(part):
    try:
        return part.get_param("charset") and str(part.get_content_charset() or "")
    except (ValueError, LookupError, TypeError):
        return ""


def _disposition(part):
    try:
        return part.get_content_disposition() or ""
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""


def _is_eml(part):
    name = _file_name(part).lower()
    return not part.is_multipart() and name.endswith(".eml")


def _file_name(part):
    try:
        name = part.get_filename()
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""
    return _clean_name(_decoded(name)) if name else ""


def _clean_name(name):
    name = _FILE_NAME.sub("_", one_line(name)).strip(". ")
    stem, dot, end = name.rpartition(".")
    return f"{stem[:100]}{dot}{end[:20]}" if dot else name[:100]


def _invented_name(kind):
    ends = {"text/calendar": "davet.ics", "application/pdf": "belge.pdf"}
    main, _slash, sub = kind.partition("/")
    image = f"resim.{re.sub('[^a-z0-9]', '', sub)[:5]}" if main == "image" else "dosya"
    return ends.get(kind, image)
