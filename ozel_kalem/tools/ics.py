"""Calendar files (RFC 5545 and 5546) that Outlook, Google and telephones take.

Core's file has no METHOD, a new UID each time it is made and no time zone; an event
made of it can be neither moved nor cancelled. Here the caller gives UID and SEQUENCE,
and everything else follows the standard: escaped text, lines of at most 75 octets,
days as dates, hours with TZID and the zone's definition.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from .local_time import local_date, to_local

METHODS = ("PUBLISH", "REQUEST", "CANCEL")
STATUSES = ("TENTATIVE", "CONFIRMED", "CANCELLED")
PARTSTATS = ("NEEDS-ACTION", "ACCEPTED", "DECLINED", "TENTATIVE")
PRODUCT = "-//Ozel Kalem//Programme//TR"
LINE = 75

# Istanbul keeps one time since then; older instants are written in UTC.
ZONE_SINCE = datetime(2016, 9, 7)
ZONE = """BEGIN:VTIMEZONE
TZID:Europe/Istanbul
BEGIN:STANDARD
DTSTART:20160907T000000
TZNAME:+03
TZOFFSETFROM:+0300
TZOFFSETTO:+0300
END:STANDARD
END:VTIMEZONE"""

# Tabs and line ends are made others before; a lone surrogate can't be written.
UNWRITABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
ADDRESS = re.compile(
    r"[^\s<>\"'(),:;\\@\x00-\x1f\x7f]+@[^\s<>\"'(),:;\\@\x00-\x1f\x7f]+"
)


@dataclass(frozen=True)
class Person:
    """Who invites, or is invited; a group stands for all its members."""

    email: str
    name: str = ""
    partstat: str = "NEEDS-ACTION"
    rsvp: bool = True
    is_group: bool = False


@dataclass(frozen=True, kw_only=True)
class Event:
    """One entry of a calendar.

    `start` and `stop` are two instants (naive: UTC, as the ORM stores them), or for
    whole days two dates, the last day included. `stamp` is when this version was
    made, an instant too.
    """

    uid: str
    start: datetime | date
    stop: datetime | date
    stamp: datetime
    summary: str
    location: str = ""
    description: str = ""
    sequence: int = 0
    status: str = "CONFIRMED"
    organizer: Person | None = None
    attendees: tuple[Person, ...] = ()
    is_busy: bool = True


def calendar(
    events: Event | Iterable[Event],
    method: str = "PUBLISH",
    name: str = "",
    refresh: timedelta | None = None,
) -> bytes:
    """Return the file of one event or many.

    - ``method``: REQUEST invites and moves, CANCEL takes away, PUBLISH only tells.
    - ``name``, ``refresh``: how a subscriber calls the calendar, how often he asks.

    Raises ValueError, naming what is wrong, for anything that a calendar programme
    would refuse or misread.
    """
    if method not in METHODS:
        raise ValueError(f"method: {method!r} is none of {', '.join(METHODS)}")
    events = [events] if isinstance(events, Event) else list(events)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"METHOD:{method}",
    ]
    if name:
        lines += [f"NAME:{text(name)}", f"X-WR-CALNAME:{text(name)}"]
    if refresh:
        period = f"PT{max(1, refresh // timedelta(minutes=1))}M"
        lines += [
            f"REFRESH-INTERVAL;VALUE=DURATION:{period}",
            f"X-PUBLISHED-TTL:{period}",
        ]
    lines += ZONE.splitlines()
    for event in events:
        lines += _event(event, method)
    lines.append("END:VCALENDAR")
    return b"".join(fold(line) for line in lines)


def addressed(event: Event, method: str) -> Callable[[str, str], bytes]:
    """Return a function of address and PARTSTAT: the file as that person gets it.

    Everything but the person is written once, so that many cost little more than one.
    """
    head, mark, tail = calendar(event, method).rpartition(b"TRANSP:")

    def file(address: str, partstat: str = "NEEDS-ACTION") -> bytes:
        asked = method == "REQUEST" and partstat == "NEEDS-ACTION"
        person = Person(address, partstat=partstat, rsvp=asked)
        return b"".join((head, fold(_attendee(person)), mark, tail))

    return file


def whole_days(start: datetime, stop: datetime) -> tuple[date, date]:
    """Return the first and the last local day of a period between two instants.

    A period that ends at midnight doesn't touch the day that begins then.
    """
    first = local_date(start)
    return first, max(first, local_date(stop - timedelta(seconds=1)))


def text(value: str) -> str:
    """Return `value` as a TEXT value: escaped, without control characters."""
    value = LINE_END.sub("\n", value or "").replace("\t", " ")
    value = UNWRITABLE.sub("", value)
    value = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return value.replace("\n", "\\n")


def fold(line: str) -> bytes:
    """Return a content line cut to 75 octets a line, each ended by CRLF.

    No character is cut in two.
    """
    pieces, piece, room = [], [], LINE
    for char in line:
        octets = char.encode()
        if len(octets) > room:
            pieces.append(b"".join(piece))
            # the blank that marks a continued line is one of its octets
            piece, room = [], LINE - 1
        piece.append(octets)
        room -= len(octets)
    pieces.append(b"".join(piece))
    return b"\r\n ".join(pieces) + b"\r\n"


def _event(event, method):
    _check(event, method)
    lines = [
        "BEGIN:VEVENT",
        f"UID:{text(event.uid)}",
        f"DTSTAMP:{_utc(event.stamp)}",
        f"SEQUENCE:{event.sequence}",
        f"STATUS:{event.status}",
        *_period(event.start, event.stop),
        f"SUMMARY:{text(event.summary)}",
    ]
    for key, value in (
        ("LOCATION", event.location),
        ("DESCRIPTION", event.description),
    ):
        if value:
            lines.append(f"{key}:{text(value)}")
    if event.organizer:
        lines.append(f"ORGANIZER{_name(event.organizer)}:{_address(event.organizer)}")
    lines += map(_attendee, event.attendees)
    lines.append(f"TRANSP:{'OPAQUE' if event.is_busy else 'TRANSPARENT'}")
    lines.append("END:VEVENT")
    return lines


def _check(event, method):
    if not event.uid or text(event.uid) != event.uid:
        raise ValueError(f"uid: {event.uid!r} can't be written")
    if isinstance(event.sequence, bool) or not isinstance(event.sequence, int):
        raise ValueError(f"sequence: {event.sequence!r} is not a number")
    if event.sequence < 0:
        raise ValueError("sequence: less than 0")
    if event.status not in STATUSES:
        raise ValueError(f"status: {event.status!r} is none of {', '.join(STATUSES)}")
    if (method == "CANCEL") != (event.status == "CANCELLED") and method != "PUBLISH":
        raise ValueError(f"status: {event.status} doesn't go with {method}")
    if method != "PUBLISH" and not event.organizer:
        raise ValueError(f"organizer: {method} needs one")
    if not isinstance(event.stamp, datetime):
        raise ValueError(f"stamp: {event.stamp!r} is not an instant")


def _period(start, stop):
    if not 1000 <= start.year <= stop.year <= 9998:
        raise ValueError(f"start and stop: {start}, {stop}")
    if _is_day(start) and _is_day(stop):
        if stop < start:
            raise ValueError(f"stop: {stop} is before {start}")
        yield f"DTSTART;VALUE=DATE:{start:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{stop + timedelta(days=1):%Y%m%d}"
        return
    if not (isinstance(start, datetime) and isinstance(stop, datetime)):
        raise ValueError("start and stop: two instants or two dates, please")
    if _aware(stop) < _aware(start):
        raise ValueError(f"stop: {stop} is before {start}")
    yield f"DTSTART{_instant(start)}"
    yield f"DTEND{_instant(stop)}"


def _is_day(value):
    return isinstance(value, date) and not isinstance(value, datetime)


def _aware(moment):
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _instant(moment):
    local = to_local(moment)
    if local < ZONE_SINCE:
        return f":{_utc(moment)}"
    return f";TZID=Europe/Istanbul:{local:%Y%m%dT%H%M%S}"


def _utc(moment):
    return f"{_aware(moment).astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _attendee(person):
    if person.partstat not in PARTSTATS:
        raise ValueError(
            f"partstat: {person.partstat!r} is none of {', '.join(PARTSTATS)}"
        )
    kind = "GROUP" if person.is_group else "INDIVIDUAL"
    return (
        f"ATTENDEE;CUTYPE={kind};ROLE=REQ-PARTICIPANT;PARTSTAT={person.partstat}"
        f";RSVP={str(person.rsvp).upper()}{_name(person)}:{_address(person)}"
    )


def _name(person):
    """The CN parameter; a parameter can hold no quote and no line end."""
    name = UNWRITABLE.sub("", re.sub(r"\s", " ", person.name)).replace('"', "'").strip()
    return f';CN="{name}"' if name else ""


def _address(person):
    if not ADDRESS.fullmatch(person.email or ""):
        raise ValueError(f"email: {person.email!r} is not an address")
    return f"mailto:{person.email}"
