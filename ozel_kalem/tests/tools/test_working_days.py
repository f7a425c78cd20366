from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime, timedelta, timezone
from time import perf_counter

from odoo.tests import BaseCase, tagged

from ...tools.working_days import (
    LONGEST_TERM,
    WorkCalendar,
    due_date,
    operational_day,
    shift_for_pause,
)
from .common import day, shipped_calendar

ISTANBUL = timezone(timedelta(hours=3))

# start, +2, +5, +15, +30 working days, +30 calendar days; half days are worked
TERMS = """
    2026-03-16  2026-03-18  2026-03-24  2026-04-07  2026-04-29  2026-04-15
    2026-05-20  2026-05-22  2026-06-01  2026-06-15  2026-07-06  2026-06-19
    2026-10-26  2026-10-28  2026-11-03  2026-11-17  2026-12-08  2026-11-25
"""

# the demo's requests: number, day of arrival, basis, last day
REQUESTS = """
     1 14.09.2026 3071  14.10.2026
     2 14.09.2026 Sözlü 05.10.2026
     3 15.09.2026 Sözlü 06.10.2026
     4 15.09.2026 3071  15.10.2026
     5 16.09.2026 3071  16.10.2026
     6 16.09.2026 Sözlü 07.10.2026
     7 17.09.2026 4982  08.10.2026
     8 17.09.2026 Sözlü 08.10.2026
     9 18.09.2026 Sözlü 09.10.2026
    10 18.09.2026 3071  18.10.2026
    11 21.09.2026 3071  21.10.2026
    12 21.09.2026 Sözlü 12.10.2026
    13 22.09.2026 4982  13.10.2026
    14 22.09.2026 Sözlü 13.10.2026
    15 23.09.2026 3071  23.10.2026
    16 23.09.2026 Sözlü 14.10.2026
    17 24.09.2026 3071  24.10.2026
    18 24.09.2026 3071  24.10.2026
    19 25.09.2026 Sözlü 16.10.2026
    20 25.09.2026 Sözlü 16.10.2026
    21 28.09.2026 Sözlü 19.10.2026
    22 28.09.2026 3071  28.10.2026
    23 29.09.2026 3071  29.10.2026
    24 29.09.2026 Sözlü 20.10.2026
    25 30.09.2026 3071  30.10.2026
    26 30.09.2026 Sözlü 21.10.2026
    27 01.10.2026 4982  22.10.2026
    28 01.10.2026 Sözlü 22.10.2026
    29 02.10.2026 3071  01.11.2026
    30 02.10.2026 Sözlü 23.10.2026
    31 05.10.2026 Sözlü 26.10.2026
    32 05.10.2026 3071  04.11.2026
    33 06.10.2026 3071  05.11.2026
    34 06.10.2026 3071  05.11.2026
    35 07.10.2026 Sözlü 28.10.2026
    36 07.10.2026 6698  06.11.2026
"""
CLOCKS = {
    "3071": (30, "day"),
    "6698": (30, "day"),
    "4982": (15, "working_day"),
    "Sözlü": (15, "working_day"),
}
# requests whose legal day isn't worked: number, day to have finished on
OPERATIONAL = {
    10: "16.10.2026",
    17: "23.10.2026",
    18: "23.10.2026",
    23: "28.10.2026",
    29: "30.10.2026",
}


def rows(table):
    return [line.split() for line in table.strip().splitlines()]


class ClockCase(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = shipped_calendar()
        cls.half_days_off = shipped_calendar(half_days_count=False)
        cls.plain = WorkCalendar()

    def assert_refused(self, argument, function, *arguments, **options):
        with self.assertRaises(ValueError) as caught:
            function(*arguments, **options)
        self.assertIn(argument, str(caught.exception))


@tagged("ozel_kalem", "ok_tools")
class TestWorkCalendar(ClockCase):
    def test_days_of_2026(self):
        for text, works in [
            ("2026-01-01", False),
            ("2026-01-02", True),
            ("2026-01-03", False),
            ("2026-01-04", False),
            ("2026-03-19", True),
            ("2026-03-20", False),
            ("2026-04-23", False),
            ("2026-05-26", True),
            ("2026-05-27", False),
            ("2026-05-29", False),
            ("2026-05-30", False),
            ("2026-06-01", True),
            ("2026-07-15", False),
            ("2026-10-28", True),
            ("2026-10-29", False),
        ]:
            with self.subTest(text):
                self.assertEqual(self.calendar.is_working(day(text)), works)
                moment = datetime.combine(day(text), datetime.min.time())
                self.assertEqual(self.calendar.is_working(moment), works)

    def test_half_days(self):
        for text in ("2026-03-19", "2026-05-26", "2026-10-28"):
            with self.subTest(text):
                self.assertTrue(self.calendar.is_working(day(text)))
                self.assertFalse(self.half_days_off.is_working(day(text)))

    def test_terms(self):
        for texts in rows(TERMS):
            start, *working, calendar_day = map(day, texts)
            for count, expected in zip((2, 5, 15, 30), working, strict=True):
                with self.subTest(start=start, count=count):
                    self.assertEqual(
                        self.calendar.add_working_days(start, count), expected
                    )
                    self.assertEqual(
                        due_date(start, count, "working_day", self.calendar), expected
                    )
                    self.assertEqual(
                        self.calendar.working_days_between(start, expected), count
                    )
            self.assertEqual(due_date(start, 30, "day", None), calendar_day)

    def test_boundaries(self):
        for start, count, expected in [
            ("2026-10-07", 0, "2026-10-07"),  # a working day is its own zeroth
            ("2026-10-10", 0, "2026-10-12"),  # a Saturday isn't
            ("2026-10-29", 0, "2026-10-30"),
            ("2026-10-10", 1, "2026-10-12"),  # start on a weekend
            ("2026-10-11", 1, "2026-10-12"),
            ("2026-10-29", 1, "2026-10-30"),  # start on a holiday
            ("2026-10-28", 1, "2026-10-30"),  # start on a half day
            ("2026-10-27", 1, "2026-10-28"),  # end on a half day
            ("2026-12-31", 1, "2027-01-04"),  # turn of the year, then a weekend
            ("2026-12-30", 2, "2027-01-04"),
            ("2028-02-28", 1, "2028-02-29"),  # leap day is a working day
            ("2028-02-29", 1, "2028-03-01"),
            ("2026-05-25", 1, "2026-05-26"),  # Kurban Bayramı and its eve
            ("2026-05-26", 1, "2026-06-01"),
            ("2026-05-29", 1, "2026-06-01"),
            ("2026-03-19", 1, "2026-03-23"),  # Ramazan Bayramı ends on a Sunday
            ("2024-04-05", 3, "2024-04-15"),  # Mon, eve, then three days and weekend
        ]:
            with self.subTest(start=start, count=count):
                found = self.calendar.add_working_days(day(start), count)
                self.assertEqual(found, day(expected))

    def test_half_days_off_lengthen_the_term(self):
        start = day("2026-10-27")
        self.assertEqual(
            self.half_days_off.add_working_days(start, 1), day("2026-10-30")
        )
        start = day("2026-05-25")
        self.assertEqual(
            self.half_days_off.add_working_days(start, 1), day("2026-06-01")
        )

    def test_neighbours(self):
        for text, before, after in [
            ("2026-10-07", "2026-10-06", "2026-10-08"),
            ("2026-10-12", "2026-10-09", "2026-10-13"),
            ("2026-10-29", "2026-10-28", "2026-10-30"),
            ("2026-05-28", "2026-05-26", "2026-06-01"),
            ("2027-01-01", "2026-12-31", "2027-01-04"),
        ]:
            with self.subTest(text):
                self.assertEqual(
                    self.calendar.previous_working_day(day(text)), day(before)
                )
                self.assertEqual(self.calendar.next_working_day(day(text)), day(after))

    def test_between_is_signed(self):
        for start, stop, count in [
            ("2026-10-07", "2026-10-07", 0),
            ("2026-10-07", "2026-10-08", 1),
            ("2026-10-08", "2026-10-07", -1),
            ("2026-10-09", "2026-10-11", 0),
            ("2026-10-09", "2026-10-12", 1),
            ("2026-10-28", "2026-10-30", 1),
            ("2026-01-01", "2026-12-31", 251),
        ]:
            with self.subTest(start=start, stop=stop):
                found = self.calendar.working_days_between(day(start), day(stop))
                self.assertEqual(found, count)

    def test_between_undoes_add(self):
        start = day("2026-01-01")
        for offset in range(366):
            first = start + timedelta(days=offset)
            for count in (1, 2, 15, 30):
                last = self.calendar.add_working_days(first, count)
                self.assertTrue(self.calendar.is_working(last))
                self.assertEqual(self.calendar.working_days_between(first, last), count)

    def test_administrative_leave_suspends_where_it_is_passed(self):
        leave = [day("2026-10-30")]
        suspending = WorkCalendar.of([day("2026-10-29")], administrative_leave=leave)
        self.assertFalse(suspending.is_working(leave[0]))
        self.assertEqual(
            suspending.add_working_days(day("2026-10-28"), 1), day("2026-11-02")
        )

    def test_other_weekend(self):
        friday_only = WorkCalendar.of(weekend=[4])
        self.assertFalse(friday_only.is_working(day("2026-10-09")))
        self.assertTrue(friday_only.is_working(day("2026-10-10")))
        self.assertTrue(WorkCalendar.of(weekend=[]).is_working(day("2026-10-10")))

    def test_it_is_a_value(self):
        dates = [day("2026-10-29")]
        calendar = WorkCalendar.of(iter(dates))
        self.assertEqual(calendar, WorkCalendar(holidays=frozenset(dates)))
        self.assertEqual(hash(calendar), hash(WorkCalendar(frozenset(dates))))
        self.assertNotEqual(calendar, self.plain)
        with self.assertRaises(FrozenInstanceError):
            calendar.weekend = frozenset()
        dates.append(day("2026-10-30"))
        self.assertTrue(calendar.is_working(day("2026-10-30")))

    def test_bad_input_is_named(self):
        today = day("2026-10-07")
        for argument, function, arguments in [
            ("n ", self.plain.add_working_days, (today, -1)),
            ("n ", self.plain.add_working_days, (today, 1.5)),
            ("n ", self.plain.add_working_days, (today, "3")),
            ("n ", self.plain.add_working_days, (today, True)),
            ("n ", self.plain.add_working_days, (today, LONGEST_TERM + 1)),
            ("start", self.plain.add_working_days, (None, 1)),
            ("start", self.plain.add_working_days, (False, 1)),
            ("start", self.plain.add_working_days, ("2026-10-07", 1)),
            ("start", self.plain.add_working_days, (date.max, 1)),
            ("day", self.plain.is_working, (None,)),
            ("day", self.plain.next_working_day, (date.max,)),
            ("day", self.plain.previous_working_day, (date.min,)),
            ("start", self.plain.working_days_between, (1, today)),
            ("stop", self.plain.working_days_between, (today, 1)),
        ]:
            with self.subTest(argument=argument, arguments=arguments):
                self.assert_refused(argument, function, *arguments)
        for argument, options in [
            ("holidays", {"holidays": ["2026-10-29"]}),
            ("holidays", {"holidays": "2026-10-29"}),
            ("holidays", {"holidays": None}),
            ("half_days", {"half_days": [20261028]}),
            ("administrative_leave", {"administrative_leave": [None]}),
            ("weekend", {"weekend": range(7)}),
            ("weekend", {"weekend": [7]}),
            ("weekend", {"weekend": 5}),
        ]:
            with self.subTest(argument=argument, options=options):
                self.assert_refused(argument, WorkCalendar.of, **options)

    def test_thirty_days_cost_microseconds(self):
        start, rounds = day("2026-10-26"), 2000
        before = perf_counter()
        for _round in range(rounds):
            self.calendar.add_working_days(start, 30)
        # Ten times what a slow machine needs.
        self.assertLess((perf_counter() - before) / rounds, 200e-6)


@tagged("ozel_kalem", "ok_tools")
class TestDueDate(ClockCase):
    def test_demo_requests(self):
        requests = rows(REQUESTS)
        self.assertEqual(len(requests), 36)
        for number, arrived, basis, last_day in requests:
            with self.subTest(number):
                duration, unit = CLOCKS[basis]
                due = due_date(day(arrived), duration, unit, self.calendar)
                self.assertEqual(due, day(last_day))
                operational = OPERATIONAL.get(int(number), last_day)
                self.assertEqual(operational_day(due, self.calendar), day(operational))

    def test_extension_counts_from_the_start(self):
        for start, expected in [
            ("2026-03-16", "2026-04-29"),
            ("2026-05-20", "2026-07-06"),
            ("2026-10-26", "2026-12-08"),
        ]:
            with self.subTest(start):
                self.assertEqual(
                    due_date(day(start), 15, "working_day", self.calendar, 15),
                    day(expected),
                )

    def test_calendar_days(self):
        for start, duration, expected in [
            ("2026-10-07", 0, "2026-10-07"),
            ("2026-01-31", 30, "2026-03-02"),
            ("2028-01-30", 30, "2028-02-29"),
            ("2026-12-15", 30, "2027-01-14"),
        ]:
            with self.subTest(start):
                self.assertEqual(
                    due_date(day(start), duration, "day", None), day(expected)
                )

    def test_hours(self):
        for start, hours, expected in [
            (datetime(2026, 10, 7, 9, 0), 1, "2026-10-07"),
            (datetime(2026, 10, 7, 15, 59), 8, "2026-10-07"),
            (datetime(2026, 10, 7, 16, 0), 8, "2026-10-08"),
            (datetime(2026, 10, 7, 23, 30), 1, "2026-10-08"),
            (datetime(2026, 10, 9, 17, 0), 24, "2026-10-10"),
            (datetime(2026, 12, 31, 20, 0), 8, "2027-01-01"),
            (date(2026, 10, 7), 0, "2026-10-07"),
            (date(2026, 10, 7), 1, "2026-10-07"),
            (date(2026, 10, 7), 24, "2026-10-07"),
            (date(2026, 10, 7), 25, "2026-10-08"),
            (date(2026, 10, 7), 48, "2026-10-08"),
            (datetime(2026, 10, 7), 24, "2026-10-08"),
        ]:
            with self.subTest(start=start, hours=hours):
                self.assertEqual(due_date(start, hours, "hour", None), day(expected))

    def test_aware_moments_are_read_in_istanbul(self):
        for start, duration, unit, expected in [
            (datetime(2026, 10, 7, 20, 59, tzinfo=UTC), 1, "day", "2026-10-08"),
            (datetime(2026, 10, 7, 21, 0, tzinfo=UTC), 1, "day", "2026-10-09"),
            (datetime(2026, 10, 7, 21, 0, tzinfo=UTC), 1, "working_day", "2026-10-09"),
            (datetime(2026, 10, 7, 12, 0, tzinfo=UTC), 8, "hour", "2026-10-07"),
            (datetime(2026, 10, 7, 13, 0, tzinfo=UTC), 8, "hour", "2026-10-08"),
            (datetime(2026, 10, 8, tzinfo=ISTANBUL), 24, "hour", "2026-10-09"),
        ]:
            with self.subTest(start=start, unit=unit):
                self.assertEqual(
                    due_date(start, duration, unit, self.calendar), day(expected)
                )

    def test_bad_input_is_named(self):
        today = day("2026-10-07")
        for argument, arguments in [
            ("unit", (today, 1, "week", self.plain)),
            ("unit", (today, 1, None, self.plain)),
            ("duration", (today, -1, "day", self.plain)),
            ("duration", (today, 2.0, "working_day", self.plain)),
            ("duration", (today, None, "hour", self.plain)),
            ("duration", (today, 10**9, "day", self.plain)),
            ("duration", (datetime.max, 10, "hour", self.plain)),
            ("duration", (date.max, 10, "day", self.plain)),
            ("extension", (today, 1, "day", self.plain, -1)),
            ("start", ("2026-10-07", 1, "day", self.plain)),
            ("start", (None, 1, "working_day", self.plain)),
            ("start", (False, 1, "hour", self.plain)),
            ("calendar", (today, 1, "working_day", None)),
        ]:
            with self.subTest(argument=argument, arguments=arguments):
                self.assert_refused(argument, due_date, *arguments)

    def test_operational_day(self):
        for text, expected in [
            ("2026-10-07", "2026-10-07"),
            ("2026-10-10", "2026-10-09"),
            ("2026-10-28", "2026-10-28"),
            ("2026-10-29", "2026-10-28"),
            ("2026-05-30", "2026-05-26"),
            ("2027-01-01", "2026-12-31"),
        ]:
            with self.subTest(text):
                self.assertEqual(
                    operational_day(day(text), self.calendar), day(expected)
                )
        self.assertEqual(
            operational_day(day("2026-10-29"), self.half_days_off), day("2026-10-27")
        )
        self.assert_refused("day", operational_day, None, self.plain)
        self.assert_refused("calendar", operational_day, day("2026-10-07"), None)


@tagged("ozel_kalem", "ok_tools")
class TestPause(ClockCase):
    def test_shift(self):
        for deadline, paused_from, paused_to, unit, expected in [
            # a week's pause: 5 working days, 7 calendar days
            ("2026-10-22", "2026-10-12", "2026-10-19", "working_day", "2026-10-30"),
            ("2026-10-22", "2026-10-12", "2026-10-19", "day", "2026-10-29"),
            ("2026-10-22", "2026-10-12", "2026-10-19", "hour", "2026-10-29"),
            # asked and answered on one day
            ("2026-10-22", "2026-10-12", "2026-10-12", "working_day", "2026-10-22"),
            ("2026-10-22", "2026-10-12", "2026-10-12", "day", "2026-10-22"),
            # over a weekend no working day passes
            ("2026-10-22", "2026-10-09", "2026-10-11", "working_day", "2026-10-22"),
            ("2026-10-22", "2026-10-09", "2026-10-11", "day", "2026-10-24"),
            # begun on the last day, ended after it
            ("2026-10-22", "2026-10-22", "2026-10-26", "working_day", "2026-10-26"),
            # begun after the clock had run out
            ("2026-10-22", "2026-10-23", "2026-10-26", "working_day", "2026-10-22"),
            # over Kurban Bayramı: only the eve and Monday pass
            ("2026-06-15", "2026-05-25", "2026-06-01", "working_day", "2026-06-17"),
        ]:
            with self.subTest(paused_from=paused_from, paused_to=paused_to, unit=unit):
                found = shift_for_pause(
                    day(deadline),
                    day(paused_from),
                    day(paused_to),
                    unit,
                    self.calendar,
                )
                self.assertEqual(found, day(expected))

    def test_what_was_left_is_left_again(self):
        start = day("2026-05-04")
        deadline = self.calendar.add_working_days(start, 15)
        for begun in range(21):
            paused_from = start + timedelta(days=begun)
            left = self.calendar.working_days_between(paused_from, deadline)
            for length in range(40):
                paused_to = paused_from + timedelta(days=length)
                moved = shift_for_pause(
                    deadline, paused_from, paused_to, "working_day", self.calendar
                )
                self.assertEqual(
                    self.calendar.working_days_between(paused_to, moved), left
                )

    def test_moments(self):
        moved = shift_for_pause(
            day("2026-10-22"),
            datetime(2026, 10, 12, 22, 0, tzinfo=UTC),  # the 13th in Istanbul
            datetime(2026, 10, 14, 9, 0),
            "day",
            None,
        )
        self.assertEqual(moved, day("2026-10-23"))

    def test_bad_input_is_named(self):
        today, tomorrow = day("2026-10-07"), day("2026-10-08")
        for argument, arguments in [
            ("unit", (tomorrow, today, today, "week", self.plain)),
            ("deadline", (None, today, today, "day", self.plain)),
            ("paused_from", (tomorrow, None, today, "day", self.plain)),
            ("paused_to", (tomorrow, today, False, "day", self.plain)),
            ("paused_to", (tomorrow, tomorrow, today, "day", self.plain)),
            ("calendar", (tomorrow, today, today, "working_day", None)),
            ("deadline", (date.max, today, tomorrow, "day", None)),
        ]:
            with self.subTest(argument=argument, arguments=arguments):
                self.assert_refused(argument, shift_for_pause, *arguments)
