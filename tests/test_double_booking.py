"""One principal, one time: whoever asks by whatever path, one wins and all are told."""

import itertools
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from support.server import Refused

CLIENTS = 8
ISTANBUL = timedelta(hours=3)
APPOINTMENT = "ozel_kalem.appointment"
ENGAGEMENT = "ozel_kalem.engagement"
FREE = re.compile(r"Free: .*\d\d[:.]\d\d|Boş saatler: .*\d\d[:.]\d\d")
BOOKED = re.compile("already booked|booked already|dolu")
OVERLAPS = """
SELECT COUNT(*) FROM ozel_kalem_engagement a JOIN ozel_kalem_engagement b
    ON a.id < b.id AND a.principal_id = b.principal_id
    AND tsrange(a.start, a.stop) && tsrange(b.start, b.stop)
 WHERE a.state IN ('confirmed', 'done') AND b.state IN ('confirmed', 'done')
   AND NOT COALESCE(a.is_parallel, FALSE) AND NOT COALESCE(b.is_parallel, FALSE)
"""


class Booking:
    """Books the mayor's time through /json/2, on days that nobody else uses."""

    def __init__(self, server, odoo):
        self.server = server
        self._odoo = odoo
        self.principal = server.json2("baskan", "ozel_kalem.board", "get_day")[
            "principal_id"
        ]
        self.partner = server.json2(
            "admin", "res.partner", "create", vals_list=[{"name": "Yarışan"}]
        )[0]
        # Mondays, 11:00 in Istanbul
        self._days = (
            datetime(2033, 1, 3, 8) + timedelta(days=7 * n) for n in itertools.count()
        )

    def call(self, model, method, user="sekreter", **arguments):
        """Call a method as the secretary, or as who is named."""
        return self.server.json2(user, model, method, **arguments)

    def monday(self):
        """Eleven o'clock of a Monday that is free."""
        return next(self._days)

    def appointments(self, count=CLIENTS):
        """So many people want to be received."""
        vals = {
            "principal_id": self.principal,
            "partner_id": self.partner,
            "subject": "Aynı saatte",
            "duration": 30,
        }
        return self.call(APPOINTMENT, "create", vals_list=[vals] * count)

    def engagements(self, start, count=CLIENTS, state="tentative", apart=timedelta()):
        """So many items that take half an hour, one after the other."""
        found = self.call(
            ENGAGEMENT,
            "create",
            vals_list=[
                self.item(start + n * apart, f"Toplantı {n}") for n in range(count)
            ],
        )
        if state == "confirmed":
            for engagement in found:
                self.call(ENGAGEMENT, "action_confirm", ids=[engagement])
        return found

    def item(self, start, subject):
        """Values of an item of half an hour."""
        return {
            "principal_id": self.principal,
            "subject": subject,
            "kind": "meeting",
            "start": text(start),
            "stop": text(start + timedelta(minutes=30)),
        }

    def states(self, model, ids):
        """Their states, sorted."""
        found = self.call(model, "read", ids=ids, fields=["state"])
        return sorted(one["state"] for one in found)

    def overlaps(self):
        """How many pairs of booked items lie over each other."""
        return int(self._odoo.server.sql(OVERLAPS, self.server.db)[0][0])


def text(moment):
    """A moment as Odoo takes it."""
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def at_once(tries):
    """Make all these calls at the same instant; what each returned or was refused."""
    together = threading.Barrier(len(tries))

    def attempt(function):
        together.wait()
        try:
            return function()
        except Refused as refusal:
            return refusal

    with ThreadPoolExecutor(len(tries)) as pool:
        return list(pool.map(attempt, tries))


def check(results, told=True):
    """One got the time; the others were told so, and which times are free."""
    refusals = [result for result in results if isinstance(result, Refused)]
    assert len(refusals) == len(results) - 1, results
    for refusal in refusals:
        assert refusal.status == 422, refusal
        assert BOOKED.search(refusal.message), refusal
        if told:
            assert FREE.search(refusal.message), refusal


@pytest.fixture(scope="module")
def booking(make_server, odoo):
    """An office of its own: nobody else books in it."""
    server = make_server("booking", "--workers=0")
    booking = Booking(server, odoo)
    yield booking
    assert booking.overlaps() == 0


def test_scheduling(booking):
    """Eight people schedule eight appointments, some a quarter of an hour apart."""
    for _round in range(3):
        start, appointments = booking.monday(), booking.appointments()
        results = at_once(
            [
                lambda n=n, one=one: booking.call(
                    APPOINTMENT,
                    "action_schedule",
                    ids=[one],
                    start=text(start + timedelta(minutes=15 * (n % 2))),
                )
                for n, one in enumerate(appointments)
            ]
        )
        check(results)
        expected = ["requested"] * (CLIENTS - 1) + ["scheduled"]
        assert booking.states(APPOINTMENT, appointments) == expected
        assert booking.overlaps() == 0


def test_what_the_losers_are_told_is_free(booking):
    """The times in the refusal can be booked."""
    start = booking.monday()
    winner, loser = booking.appointments(2)
    booking.call(APPOINTMENT, "action_schedule", ids=[winner], start=text(start))
    with pytest.raises(Refused) as caught:
        booking.call(APPOINTMENT, "action_schedule", ids=[loser], start=text(start))
    hour, minute = map(
        int,
        re.search(
            r" (\d\d)[:.](\d\d)\b", caught.value.message.rpartition(": ")[2]
        ).groups(),
    )
    free = start.replace(hour=hour, minute=minute) - ISTANBUL
    assert free >= start + timedelta(minutes=30)
    booking.call(APPOINTMENT, "action_schedule", ids=[loser], start=text(free))
    assert booking.states(APPOINTMENT, [winner, loser]) == ["scheduled"] * 2


def test_the_forms_own_save(booking):
    """The state and the times arrive by web_save, as from a form."""
    start, appointments = booking.monday(), booking.appointments()
    vals = {
        "state": "scheduled",
        "start": text(start),
        "stop": text(start + timedelta(minutes=30)),
    }
    check(
        at_once(
            [
                lambda one=one: booking.call(
                    APPOINTMENT, "web_save", ids=[one], vals=vals, specification={}
                )
                for one in appointments
            ]
        )
    )


@pytest.mark.parametrize("model", [APPOINTMENT, ENGAGEMENT])
def test_drag_and_drop(booking, model):
    """Eight booked items are dragged to the same free hour."""
    start = booking.monday()
    apart = timedelta(minutes=45)
    if model == ENGAGEMENT:
        records = booking.engagements(start, state="confirmed", apart=apart)
    else:
        records = booking.appointments()
        for n, one in enumerate(records):
            booking.call(
                model, "action_schedule", ids=[one], start=text(start + n * apart)
            )
    target = booking.monday()
    vals = {"start": text(target), "stop": text(target + timedelta(minutes=30))}
    check(
        at_once(
            [
                lambda one=one: booking.call(model, "write", ids=[one], vals=vals)
                for one in records
            ]
        )
    )
    moved = booking.call(
        ENGAGEMENT,
        "search_count",
        domain=[("start", "=", text(target)), ("state", "=", "confirmed")],
    )
    assert moved == 1


def test_the_projected_event_is_not_moved_past_the_programme(booking):
    """Neither by drag and drop in Odoo's calendar nor by a recurrence there."""
    start = booking.monday()
    booking.engagements(start, 1, "confirmed")
    events = booking.call(
        "calendar.event",
        "search",
        "admin",
        domain=[("start", "=", text(start)), ("ozel_kalem_engagement_id", "!=", False)],
    )
    assert len(events) == 1
    later = {
        "start": text(start + timedelta(hours=1)),
        "stop": text(start + timedelta(hours=2)),
    }
    for user in ("baskan", "mudur", "sekreter", "admin"):
        for vals in (later, {"recurrency": True, "rrule_type": "weekly", "count": 9}):
            with pytest.raises(Refused):
                booking.call("calendar.event", "write", user, ids=events, vals=vals)
    found = booking.call(
        "calendar.event", "read", "admin", ids=events, fields=["start", "recurrency"]
    )
    assert (found[0]["start"], found[0]["recurrency"]) == (text(start), False)


def test_an_import_beside_a_booking(booking):
    """Imports of the past's programme and bookings ask for the same hour."""
    start = booking.monday()
    fields = ["principal_id/.id", "subject", "kind", "start", "stop", "state"]
    # a file is written, and read, in the office's time
    item = booking.item(start + ISTANBUL, "İçe aktarılan")
    line = [str(item[name.partition("/")[0]]) for name in fields[:-1]] + ["confirmed"]
    engagements = booking.engagements(start, CLIENTS // 2)
    before = booking.call(ENGAGEMENT, "search_count", domain=[])
    results = at_once(
        [
            *(
                lambda one=one: booking.call(ENGAGEMENT, "action_confirm", ids=[one])
                for one in engagements
            ),
            *(
                lambda: booking.call(
                    ENGAGEMENT,
                    "load",
                    "mudur",
                    fields=fields,
                    data=[line],
                    context={"ozel_kalem_history": True},
                )
                for _ in range(CLIENTS // 2)
            ),
        ]
    )
    won = [r for r in results if r is None or (isinstance(r, dict) and r["ids"])]
    assert len(won) == 1, "\n".join(map(str, results))
    for result in results:
        if isinstance(result, dict) and not result["ids"]:
            assert BOOKED.search(result["messages"][0]["message"]), result
    after = booking.call(ENGAGEMENT, "search_count", domain=[])
    assert after - before == sum(isinstance(one, dict) for one in won)


def test_the_director_books_beside_it_with_a_reason(booking):
    """Declared parallel, and only by the director, and only with a reason."""
    start = booking.monday()
    first, second = booking.appointments(2)
    booking.call(APPOINTMENT, "action_schedule", ids=[first], start=text(start))
    arguments = {"ids": [second], "start": text(start)}
    with pytest.raises(Refused):
        booking.call(APPOINTMENT, "action_schedule", "mudur", **arguments)
    arguments["parallel_reason"] = "Kapıda karşılar"
    with pytest.raises(Refused) as caught:
        booking.call(APPOINTMENT, "action_schedule", **arguments)
    assert caught.value.status == 403
    booking.call(APPOINTMENT, "action_schedule", "mudur", **arguments)
    assert booking.states(APPOINTMENT, [first, second]) == ["scheduled"] * 2
