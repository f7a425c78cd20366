"""Reading the answers that calendar programmes mail to an organizer (RFC 5546, 6047).

Whoever knows the office's address can send such a file: it is small or it isn't read,
it concerns one entry, and what isn't understood is no answer. Nothing here raises.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from .local_time import ISTANBUL

METHODS = ("REPLY", "COUNTER")
LARGEST = 64 * 1024
LONGEST_TEXT = 1000
# Said once, or the file means two things.
SINGLE = ("METHOD", "UID", "SEQUENCE", "DTSTAMP", "RECURRENCE-ID")
ZONES = {"turkey standard time": ISTANBUL}

FOLD = re.compile(b"\r?\n[ \t]")
LINE_END = re.compile("\r\n|\r|\n")
LINE = re.compile(r'([\w-]{1,40})((?:;[^":;]*(?:"[^"]*"[^":;]*)*)*):(.*)', re.ASCII)
PARAMETER = re.compile(r';([\w-]{1,40})=((?:"[^"]*"|[^";])*)', re.ASCII)
ESCAPED = re.compile(r"\\(.)")
UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
NUMBER = re.compile("[0-9]{1,9}")


@dataclass(frozen=True)
class Reply:
    """What somebody answers about the entry `uid`, and to which version of it.

    `answers` holds (address, PARTSTAT) of those who answer, in lower and upper case.
    A COUNTER proposes `start` and `stop`: local time or whole days, the last one
    included; None where they can't be read.
    """

    method: str
    uid: str
    sequence: int = 0
    stamp: datetime | None = None
    answers: tuple[tuple[str, str], ...] = ()
    comment: str = ""
    start: datetime | date | None = None
    stop: datetime | date | None = None


def read_reply(data: bytes) -> Reply | None:
    """Return what the file answers, or None if it isn't an answer."""
    if len(data) > LARGEST:
        return None
    text = FOLD.sub(b"", data).decode("utf-8", "replace").removeprefix("\ufeff")
    found = _properties(LINE_END.split(text))
    if not found or any(len(found.get(name, ())) > 1 for name in SINGLE):
        return None
    method, uid = (_value(found, name) for name in ("METHOD", "UID"))
    sequence = _value(found, "SEQUENCE") or "0"
    if method.upper() not in METHODS or not uid or not NUMBER.fullmatch(sequence):
        return None
    stamp = _moment(*found.get("DTSTAMP", [("", "")])[0], zone=UTC)
    return Reply(
        method=method.upper(),
        uid=uid,
        sequence=int(sequence),
        stamp=stamp if isinstance(stamp, datetime) else None,
        answers=tuple(_answer(*line) for line in found.get("ATTENDEE", ())),
        comment=_comment(found),
        start=_proposed(found, "DTSTART"),
        stop=_proposed(found, "DTEND"),
    )


def untagged(address: str) -> str:
    """Return an address as its owner has it: in lower case, without “+tag”."""
    local, _at, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


def _properties(lines):
    """{name: [(parameters, value)]} of the one event, and METHOD of its calendar."""
    found, path, events = {}, [], 0
    for line in filter(None, lines):
        matched = LINE.fullmatch(line)
        if not matched:
            return None
        name, parameters, value = matched[1].upper(), matched[2], matched[3]
        if name == "BEGIN":
            path.append(value.strip().upper())
            events += path == ["VCALENDAR", "VEVENT"]
        elif name == "END":
            if not path or path.pop() != value.strip().upper():
                return None
        elif path == ["VCALENDAR", "VEVENT"] or (path, name) == (
            ["VCALENDAR"],
            "METHOD",
        ):
            found.setdefault(name, []).append((parameters, value))
    # an exception to a series isn't about an entry of ours
    whole = events == 1 and not path and "RECURRENCE-ID" not in found
    return found if whole else None


def _value(found, name):
    return found[name][0][1].strip() if name in found else ""


def _parameters(text):
    return {name.upper(): value.strip('"') for name, value in PARAMETER.findall(text)}


def _answer(parameters, value):
    address = re.sub("^mailto:", "", value.strip(), flags=re.IGNORECASE).lower()
    return address, _parameters(parameters).get("PARTSTAT", "NEEDS-ACTION").upper()


def _comment(found):
    """What they wrote: in a line of its own, or as Apple and Google do."""
    said = [value for _parameters, value in found.get("COMMENT", ())]
    for parameters, _value in found.get("ATTENDEE", ()):
        said.append(_parameters(parameters).get("X-RESPONSE-COMMENT", ""))
    text = ESCAPED.sub(
        lambda m: "\n" if m[1] in "nN" else m[1], next(filter(None, said), "")
    )
    return UNREADABLE.sub("", text).strip()[:LONGEST_TEXT]


def _proposed(found, name):
    if name not in found:
        return None
    value = _moment(*found[name][0], zone=ISTANBUL)
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC).astimezone(ISTANBUL).replace(tzinfo=None)
    if value and name == "DTEND":
        # in a file, the day after the last
        return date.fromordinal(max(value.toordinal() - 1, 1))
    return value


def _moment(parameters, value, zone):
    """A date, or an instant as naive UTC; without a zone it is in ``zone``."""
    value = value.strip()
    try:
        if re.fullmatch("[0-9]{8}", value):
            return datetime.strptime(value, "%Y%m%d").date()
        if value.endswith("Z"):
            return datetime.strptime(value, "%Y%m%dT%H%M%SZ")
        named = _parameters(parameters).get("TZID")
        if named:
            zone = ZONES.get(named.lower()) or ZoneInfo(named)
        local = datetime.strptime(value, "%Y%m%dT%H%M%S")
        return local.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError, LookupError, OSError):
        return None
