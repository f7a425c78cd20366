from datetime import UTC, date, datetime, timedelta, timezone

from odoo.tests import BaseCase, tagged

from ...tools.local_time import day_start, local_date, local_today, to_local

ISTANBUL = timezone(timedelta(hours=3))


@tagged("ozel_kalem", "ok_tools")
class TestLocalTime(BaseCase):
    def test_moments(self):
        for value, expected in [
            (datetime(2026, 10, 7, 6, 0), datetime(2026, 10, 7, 9, 0)),
            (datetime(2026, 10, 7, 21, 30), datetime(2026, 10, 8, 0, 30)),
            (datetime(2026, 10, 7, 9, 0, tzinfo=ISTANBUL), datetime(2026, 10, 7, 9, 0)),
            ("2026-10-07 06:00:00", datetime(2026, 10, 7, 9, 0)),
            ("2026-10-07T09:00:00+03:00", datetime(2026, 10, 7, 9, 0)),
            # summer time, as it was until 2016
            (datetime(2015, 1, 1, 12), datetime(2015, 1, 1, 14)),
            (datetime(2015, 7, 1, 12), datetime(2015, 7, 1, 15)),
        ]:
            with self.subTest(value=value):
                self.assertEqual(to_local(value), expected)
                self.assertEqual(local_date(value), expected.date())

    def test_dates_stay_dates(self):
        for value in (date(2026, 10, 7), "2026-10-07", " 2026-10-07 "):
            with self.subTest(value=value):
                self.assertEqual(to_local(value), date(2026, 10, 7))
                self.assertNotIsInstance(to_local(value), datetime)
                self.assertEqual(local_date(value), date(2026, 10, 7))

    def test_anything_else_is_refused(self):
        for value in ("", "tomorrow", "7.10.2026", "2026-02-30", None, False, 7):
            with self.subTest(value=value), self.assertRaises(ValueError):
                to_local(value)

    def test_days_begin_at_midnight_in_istanbul(self):
        for day, expected in [
            (date(2026, 10, 7), datetime(2026, 10, 6, 21, 0)),
            (date(2015, 1, 1), datetime(2014, 12, 31, 22, 0)),
        ]:
            with self.subTest(day=day):
                self.assertEqual(day_start(day), expected)
                self.assertEqual(local_date(expected), day)

    def test_today(self):
        before = local_date(datetime.now(UTC))
        today = local_today()
        self.assertTrue(before <= today <= local_date(datetime.now(UTC)))
