from calendar import monthrange
from datetime import date, datetime, timedelta
from random import Random

from odoo.tests import BaseCase, tagged

from ...tools.periods import KINDS, PRESETS, Period
from ..tools.common import day

# first day, last day, kind, Turkish label, English label
LABELS = """
    22.11.2026|22.11.2026|day|22.11.2026|22 November 2026
    16.11.2026|22.11.2026|week|2026 47. hafta|Week 47, 2026
    28.12.2026|3.1.2027|week|2026 53. hafta|Week 53, 2026
    30.12.2024|5.1.2025|week|2025 1. hafta|Week 1, 2025
    1.11.2026|30.11.2026|month|Kasım 2026|November 2026
    1.2.2028|29.2.2028|month|Şubat 2028|February 2028
    1.7.2026|30.9.2026|quarter|2026 3. çeyrek|Quarter 3, 2026
    1.1.2026|31.12.2026|year|2026|2026
    1.11.2026|15.11.2026|range|01.11.2026 – 15.11.2026|1 November 2026 – 15 November 2026
    1.2.2028|28.2.2028|range|01.02.2028 – 28.02.2028|1 February 2028 – 28 February 2028
    1.2.2026|30.4.2026|range|01.02.2026 – 30.04.2026|1 February 2026 – 30 April 2026
    1.1.2025|31.12.2026|range|01.01.2025 – 31.12.2026|1 January 2025 – 31 December 2026
"""

# a period, the one before it, the same of last year
NEIGHBOURS = """
    22.11.2026-22.11.2026 21.11.2026-21.11.2026 22.11.2025-22.11.2025
    1.1.2026-1.1.2026     31.12.2025-31.12.2025 1.1.2025-1.1.2025
    29.2.2028-29.2.2028   28.2.2028-28.2.2028   28.2.2027-28.2.2027
    16.11.2026-22.11.2026 9.11.2026-15.11.2026  17.11.2025-23.11.2025
    28.12.2026-3.1.2027   21.12.2026-27.12.2026 22.12.2025-28.12.2025
    1.3.2028-31.3.2028    1.2.2028-29.2.2028    1.3.2027-31.3.2027
    1.2.2028-29.2.2028    1.1.2028-31.1.2028    1.2.2027-28.2.2027
    1.2.2029-28.2.2029    1.1.2029-31.1.2029    1.2.2028-29.2.2028
    1.1.2026-31.1.2026    1.12.2025-31.12.2025  1.1.2025-31.1.2025
    1.1.2026-31.3.2026    1.10.2025-31.12.2025  1.1.2025-31.3.2025
    1.1.2026-31.12.2026   1.1.2025-31.12.2025   1.1.2025-31.12.2025
    1.11.2026-15.11.2026  17.10.2026-31.10.2026 1.11.2025-15.11.2025
    1.1.2029-28.2.2029    3.11.2028-31.12.2028  1.1.2028-29.2.2028
    15.1.2028-29.2.2028   30.11.2027-14.1.2028  15.1.2027-28.2.2027
    29.2.2028-10.3.2028   18.2.2028-28.2.2028   28.2.2027-10.3.2027
"""

# seen from Sunday, 22 November 2026
TODAY = date(2026, 11, 22)
SEEN = {
    "today": "22.11.2026-22.11.2026",
    "this_week": "16.11.2026-22.11.2026",
    "this_month": "1.11.2026-30.11.2026",
    "last_month": "1.10.2026-31.10.2026",
    "this_quarter": "1.10.2026-31.12.2026",
    "last_quarter": "1.7.2026-30.9.2026",
    "this_year": "1.1.2026-31.12.2026",
    "last_year": "1.1.2025-31.12.2025",
}


def period(text):
    """Return the period that "1.11.2026-30.11.2026" stands for."""
    return Period.of(*map(day, text.split("-")))


@tagged("ozel_kalem", "ok_tools")
class TestPeriods(BaseCase):
    def test_kinds_and_labels(self):
        for line in LABELS.strip().splitlines():
            first, last, kind, turkish, english = line.strip().split("|")
            with self.subTest(line):
                found = Period.of(day(first), day(last))
                self.assertEqual(found.kind, kind)
                self.assertEqual(found, Period(day(first), day(last), kind))
                self.assertEqual(found.label("tr_TR"), turkish)
                self.assertEqual(found.label("tr"), turkish)
                self.assertEqual(found.label("en_US"), english)

    def test_neighbours(self):
        for line in NEIGHBOURS.strip().splitlines():
            text, before, year_before = line.split()
            with self.subTest(line):
                self.assertEqual(period(text).previous(), period(before))
                self.assertEqual(period(text).last_year(), period(year_before))

    def test_presets(self):
        self.assertEqual(set(SEEN), set(PRESETS))
        for name, text in SEEN.items():
            with self.subTest(name):
                self.assertEqual(Period.preset(name, TODAY), period(text))
        for name, text in [
            ("last_month", "1.12.2026-31.12.2026"),
            ("last_quarter", "1.10.2026-31.12.2026"),
            ("last_year", "1.1.2026-31.12.2026"),
            ("this_week", "28.12.2026-3.1.2027"),
        ]:
            with self.subTest(name, today="1 January"):
                found = Period.preset(name, date(2027, 1, 1))
                self.assertEqual(found, period(text))

    def test_months(self):
        for text, months, is_whole in [
            ("1.11.2026-30.11.2026", [(2026, 11)], True),
            ("30.11.2026-1.12.2026", [(2026, 11), (2026, 12)], False),
            ("15.12.2026-3.2.2027", [(2026, 12), (2027, 1), (2027, 2)], False),
            ("1.12.2027-29.2.2028", [(2027, 12), (2028, 1), (2028, 2)], True),
            ("1.12.2027-28.2.2028", [(2027, 12), (2028, 1), (2028, 2)], False),
            ("1.1.2026-31.12.2026", [(2026, n) for n in range(1, 13)], True),
        ]:
            with self.subTest(text):
                self.assertEqual(period(text).months(), months)
                self.assertEqual(period(text).is_whole_months, is_whole)

    def test_reversed_dates(self):
        for make in (Period, Period.of):
            with self.assertRaisesRegex(ValueError, "15.11.2026 – 01.11.2026"):
                make(date(2026, 11, 15), date(2026, 11, 1))

    def test_refused(self):
        first, last = date(2026, 11, 1), date(2026, 11, 30)
        for pattern, call in [
            ("date_from", lambda: Period.of("2026-11-01", last)),
            ("date_to", lambda: Period.of(first, None)),
            ("date_from", lambda: Period.of(datetime(2026, 11, 1), last)),
            ("kind", lambda: Period(first, last, "fortnight")),
            ("whole quarter", lambda: Period(first, last, "quarter")),
            ("whole week", lambda: Period(first, first, "week")),
            ("name", lambda: Period.preset("last_week", TODAY)),
            ("day", lambda: Period.preset("this_month", "today")),
            ("kind", lambda: Period.around(first, "range")),
            ("before", lambda: Period.of(date.min, date.min).previous()),
            ("before", lambda: Period(date(1, 1, 5), date(1, 1, 20)).previous()),
            ("year before", lambda: Period.of(date.min, date.min).last_year()),
        ]:
            with self.subTest(pattern), self.assertRaisesRegex(ValueError, pattern):
                call()

    def test_every_day_lies_in_its_periods(self):
        """Each kind covers the calendar: no gap, no overlap, in four leap cycles."""
        random = Random(5)
        for _ in range(400):
            some = date(2020, 1, 1) + timedelta(days=random.randrange(16 * 365))
            for kind in KINDS[:-1]:
                found = Period.around(some, kind)
                before = found.previous()
                self.assertIn(some, found)
                self.assertEqual(Period.around(found.date_to, kind), found)
                self.assertEqual(found.date_from - before.date_to, timedelta(1))
                self.assertEqual(before.kind, kind)
                self.assertEqual(found.last_year().kind, kind)
                self.assertEqual(
                    found.is_whole_months, kind in ("month", "quarter", "year")
                )
                if found.is_whole_months:
                    days = sum(monthrange(*month)[1] for month in found.months())
                    self.assertEqual(found.days, days)

    def test_for_table_and_database(self):
        november = period("1.11.2026-30.11.2026")
        self.assertEqual(
            november.as_dict("tr_TR"),
            {"from": "2026-11-01", "to": "2026-11-30", "label": "Kasım 2026"},
        )
        self.assertEqual(
            november.utc_bounds(),
            (datetime(2026, 10, 31, 21), datetime(2026, 11, 30, 21)),
        )
        self.assertEqual(november.days, 30)
        self.assertEqual({november: 1}[period("1.11.2026-30.11.2026")], 1)
