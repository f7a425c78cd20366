from datetime import UTC, datetime, timedelta
from random import Random
from time import thread_time

from odoo.tests import BaseCase, tagged

from ...tools.slots import free_slots

# work | busy | minutes | what is free; a time of the next day is written with "+"
TABLE = {
    "an empty day": ("09-12", "", 60, "09-10 10-11 11-12"),
    "nothing to work": ("", "", 60, ""),
    "too short a day": ("09-09:45", "", 60, ""),
    "just long enough": ("09-10", "", 60, "09-10"),
    "wholly booked": ("09-12", "08-13", 30, ""),
    "adjacent bookings": ("09-12", "09-10 10-11", 30, "11-11:30 11:30-12"),
    "overlapping bookings": ("09-12", "09-10:30 10-11", 30, "11-11:30 11:30-12"),
    "nested bookings": ("09-12", "09-11:30 10-10:15", 30, "11:30-12"),
    "in any order": ("09-12", "11-12 09-10", 60, "10-11"),
    "twice the same": ("09-11", "09-10 09-10", 60, "10-11"),
    "a zero-length booking takes nothing": ("09-10", "09:30-09:30", 60, "09-10"),
    "zero-length work gives nothing": ("09-09", "", 15, ""),
    "between two bookings": ("09-12", "09-10 11-12", 60, "10-11"),
    "the gap is too small": ("09-12", "09-10 10:45-12", 60, ""),
    "a booking around the start": ("09-11", "08-09:30", 60, "09:30-10:30"),
    "a booking that begins at the end": ("09-10", "10-11", 60, "09-10"),
    "starts are round": (
        "09-11",
        "09-09:05",
        30,
        "09:15-09:45 09:45-10:15 10:15-10:45",
    ),
    "a day that opens at an odd time": ("08:50-10", "", 45, "09-09:45"),
    "two shifts": ("09-10 13-14", "", 60, "09-10 13-14"),
    "touching shifts are one": ("09-10 10-11", "", 120, "09-11"),
    "overlapping shifts are one": ("09-11 10-12", "", 90, "09-10:30 10:30-12"),
    "no slot bridges a break": ("09-12 13-17", "09-11:30 13:30-17", 45, ""),
    "across midnight": ("22-+02", "23-+00:30", 60, "22-23 +00:30-+01:30"),
    "the next day": ("09-10 +09-+10", "09-10", 60, "+09-+10"),
}
DAY = datetime(2026, 10, 7)


def moment(text):
    hour, _colon, minute = text.lstrip("+").partition(":")
    days = 1 if text.startswith("+") else 0
    return DAY + timedelta(days=days, hours=int(hour), minutes=int(minute or 0))


def intervals(text):
    return [tuple(map(moment, part.split("-"))) for part in text.split()]


def minutes(number):
    return timedelta(minutes=number)


@tagged("ozel_kalem", "ok_tools")
class TestSlots(BaseCase):
    def assertFree(self, work, busy, length, expected, **options):
        found = free_slots(intervals(work), intervals(busy), minutes(length), **options)
        self.assertEqual(found, intervals(expected))

    def test_table(self):
        for name, row in TABLE.items():
            with self.subTest(name):
                self.assertFree(*row)

    def test_the_earliest_are_given(self):
        for limit, expected in ((0, ""), (1, "09-10"), (2, "09-10 10-11")):
            with self.subTest(limit):
                self.assertFree("09-17", "", 60, expected, limit=limit)

    def test_buffers(self):
        for before, after, expected in (
            (0, 0, "09-10 11-12"),
            (15, 0, "09-10 11:15-12:15"),
            (0, 15, "11-12 12-13"),
            (15, 15, "11:15-12:15"),
            (10, 0, "09-10 11:15-12:15"),
        ):
            with self.subTest(before=before, after=after):
                self.assertFree(
                    "09-13",
                    "10-11",
                    60,
                    expected,
                    limit=2,
                    buffer_before=minutes(before),
                    buffer_after=minutes(after),
                )

    def test_a_buffer_may_lie_outside_the_working_hours(self):
        self.assertFree("09-10", "07-08:30", 60, "09-10", buffer_before=minutes(30))
        self.assertFree("09-10", "07-08:45", 60, "", buffer_before=minutes(30))

    def test_steps(self):
        for step, expected in (
            (5, "09:05-09:25"),
            (20, "09:20-09:40"),
            (60, "10-10:20"),
        ):
            with self.subTest(step):
                self.assertFree(
                    "09:01-12", "", 20, expected, limit=1, step=minutes(step)
                )

    def test_a_step_begins_anew_at_midnight(self):
        self.assertFree(
            "22-+03", "22-23", 30, "+00-+00:30", limit=1, step=timedelta(hours=7)
        )

    def test_not_before(self):
        for text, expected in (
            ("08", "09-10"),
            ("09:01", "09:15-10:15"),
            ("11", "11-12"),
            ("11:15", ""),
        ):
            with self.subTest(text):
                self.assertFree(
                    "09-12", "", 60, expected, limit=1, not_before=moment(text)
                )

    def test_istanbul_keeps_its_time_when_europe_changes(self):
        night = datetime(2026, 10, 25)
        found = free_slots([(night, night + timedelta(hours=6))], [], minutes(60), 99)
        self.assertEqual(len(found), 6)

    def test_bad_input(self):
        good = {
            "work_intervals": intervals("09-12"),
            "busy_intervals": intervals("10-11"),
            "duration": minutes(30),
        }
        aware = (moment("09").replace(tzinfo=UTC), moment("10").replace(tzinfo=UTC))
        for name, value in (
            ("work_intervals", [(moment("12"), moment("09"))]),
            ("work_intervals", [(DAY.date(), DAY.date())]),
            ("work_intervals", [aware]),
            ("busy_intervals", [(moment("12"), moment("09"))]),
            ("busy_intervals", [moment("12")]),
            ("busy_intervals", [(moment("12"),)]),
            ("busy_intervals", [aware]),
            ("duration", minutes(0)),
            ("duration", minutes(-5)),
            ("duration", 30),
            ("step", minutes(0)),
            ("step", timedelta(days=2)),
            ("limit", -1),
            ("limit", True),
            ("limit", "5"),
            ("buffer_before", minutes(-1)),
            ("buffer_after", 5),
            ("not_before", "2026-10-07"),
            ("not_before", aware[0]),
        ):
            with self.subTest(f"{name}={value!r}"):
                with self.assertRaises(ValueError) as caught:
                    free_slots(**{**good, name: value})
                self.assertIn(name, str(caught.exception))

    def test_the_end_of_the_calendar(self):
        end = datetime.max
        with self.assertRaises(ValueError):
            free_slots(
                [(end - minutes(30), end)],
                [(end - minutes(5), end)],
                minutes(30),
                buffer_before=minutes(10),
            )

    def test_no_slot_meets_a_booking(self):
        random = Random(7)
        for _round in range(50):
            busy = []
            for _number in range(random.randint(0, 30)):
                start = DAY + minutes(random.randint(0, 3000))
                busy.append((start, start + minutes(random.randint(0, 200))))
            work = [
                (DAY + timedelta(days=n, hours=9), DAY + timedelta(days=n, hours=17))
                for n in range(3)
            ]
            found = free_slots(work, busy, minutes(30), 100)
            for start, stop in found:
                self.assertTrue(any(a <= start and stop <= b for a, b in work))
                self.assertFalse(
                    [1 for a, b in busy if a < stop and start < b and a < b]
                )
            grid = {start for start, _stop in found}
            for begins, ends in work:
                start = begins
                while start + minutes(30) <= ends:
                    free = not any(
                        a < start + minutes(30) and start < b and a < b for a, b in busy
                    )
                    near = any(abs(start - other) < minutes(30) for other in grid)
                    self.assertTrue(near or not free, f"{start} is free")
                    start += minutes(15)

    def test_ten_thousand_bookings(self):
        days = [DAY + timedelta(days=number) for number in range(400)]
        work = [(day + timedelta(hours=9), day + timedelta(hours=17)) for day in days]
        busy = [
            (
                day + timedelta(hours=8) + minutes(n * 24),
                day + timedelta(hours=9, minutes=n * 24),
            )
            for day in days
            for n in range(25)
        ]
        Random(3).shuffle(busy)
        self.assertEqual(len(busy), 10_000)
        seconds = []
        for _round in range(5):
            started = thread_time()
            found = free_slots(work, busy, minutes(30), 5, buffer_before=minutes(5))
            seconds.append(thread_time() - started)
        self.assertFalse(found)
        self.assertLess(min(seconds), 0.05)
