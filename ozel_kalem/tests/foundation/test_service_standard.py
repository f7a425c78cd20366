from datetime import date, datetime

from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import OzelKalemCase

# start: after 2, 5, 15 and 30 working days, after 30 calendar days
VECTORS = {
    "2026-03-16": (
        "2026-03-18",
        "2026-03-24",
        "2026-04-07",
        "2026-04-29",
        "2026-04-15",
    ),
    "2026-05-20": (
        "2026-05-22",
        "2026-06-01",
        "2026-06-15",
        "2026-07-06",
        "2026-06-19",
    ),
    "2026-10-26": (
        "2026-10-28",
        "2026-11-03",
        "2026-11-17",
        "2026-12-08",
        "2026-11-25",
    ),
}


@tagged("post_install", "-at_install", "ozel_kalem", "ok_foundation")
class TestServiceStandard(OzelKalemCase):
    def standard(self, duration, unit="working_day", **values):
        return self.env["ozel_kalem.service.standard"].create(
            {"name": "s", "duration": duration, "duration_unit": unit, **values}
        )

    def deadline(self, start, duration, unit="working_day"):
        return str(self.standard(duration, unit).get_deadline(start))

    def test_working_and_calendar_days_with_the_shipped_holidays(self):
        for start, expected in VECTORS.items():
            for duration, day in zip((2, 5, 15, 30), expected, strict=False):
                with self.subTest(start=start, duration=duration):
                    self.assertEqual(self.deadline(start, duration), day)
            self.assertEqual(self.deadline(start, 30, "day"), expected[-1])

    def test_a_start_may_be_a_date_a_moment_or_their_text(self):
        for start in (
            date(2026, 3, 16),
            datetime(2026, 3, 16, 8, 0),
            "2026-03-16",
            "2026-03-16 08:00:00",
            "2026-03-16T08:00:00",
        ):
            with self.subTest(start=start):
                self.assertEqual(self.deadline(start, 5), "2026-03-24")

    def test_a_moment_belongs_to_its_day_in_istanbul(self):
        self.assertEqual(self.deadline("2026-03-16 20:59:59", 2), "2026-03-18")
        self.assertEqual(self.deadline("2026-03-16 21:00:00", 2), "2026-03-19")

    def test_hours_run_on(self):
        self.assertEqual(self.deadline("2026-03-16 08:00:00", 8, "hour"), "2026-03-16")
        self.assertEqual(self.deadline("2026-03-16 14:00:00", 8, "hour"), "2026-03-17")

    def test_what_is_no_date_is_refused(self):
        for start in ("tomorrow", "2026-13-01", 7, None, False, "", [2026]):
            with self.subTest(start=start), self.assertRaises(ValidationError):
                self.deadline(start, 5)

    def test_the_result_is_a_date(self):
        self.assertIs(type(self.standard(5).get_deadline("2026-03-16")), date)

    def test_a_duration_is_sensible(self):
        for duration in (0, -1, 10**8):
            with (
                self.subTest(duration),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.standard(duration)

    def test_a_clock_in_hours_has_no_extension(self):
        with self.assertRaisesRegex(ValidationError, "Extension"):
            self.standard(8, "hour", extension_duration=2)

    def test_a_code_exists_once_in_a_company(self):
        self.standard(1, code="X-1")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.standard(1, code="X-1")
        self.assertTrue(self.standard(1, code="X-1", company_id=self.company.id))

    def test_the_legal_clocks_are_shipped(self):
        for xmlid, start, day in (
            ("service_standard_dil_cevap", "2026-03-16", "2026-04-15"),
            ("service_standard_be_15", "2026-05-20", "2026-06-15"),
            ("service_standard_ryy_belge", "2026-10-26", "2026-11-03"),
        ):
            with self.subTest(xmlid):
                standard = self.env.ref(f"ozel_kalem.{xmlid}")
                self.assertEqual(str(standard.get_deadline(start)), day)

    def test_any_employee_asks_for_a_deadline(self):
        standard = self.standard(5).with_user(self.employee)
        self.assertEqual(str(standard.get_deadline("2026-03-16")), "2026-03-24")
