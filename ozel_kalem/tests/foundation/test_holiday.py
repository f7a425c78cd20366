from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import OzelKalemCase


@tagged("post_install", "-at_install", "ozel_kalem", "ok_foundation")
class TestHoliday(OzelKalemCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Holiday = cls.env["ozel_kalem.holiday"]
        cls.standard = cls.env["ozel_kalem.service.standard"].create(
            {"name": "five", "duration": 5}
        )

    def deadline(self, start="2026-09-07"):
        return str(self.standard.get_deadline(start))

    def holiday(self, day, kind="public", **values):
        return self.Holiday.create({"name": "h", "date": day, "kind": kind, **values})

    def test_a_new_holiday_moves_deadlines(self):
        self.assertEqual(self.deadline(), "2026-09-14")
        holiday = self.holiday("2026-09-09")
        self.assertEqual(self.deadline(), "2026-09-15")
        holiday.date = "2026-09-12"
        self.assertEqual(self.deadline(), "2026-09-14")
        holiday.date = "2026-09-10"
        holiday.active = False
        self.assertEqual(self.deadline(), "2026-09-14")

    def test_a_deleted_holiday_moves_deadlines_back(self):
        holiday = self.holiday("2026-09-09")
        self.assertEqual(self.deadline(), "2026-09-15")
        holiday.unlink()
        self.assertEqual(self.deadline(), "2026-09-14")

    def test_administrative_leave_counts_unless_the_office_says_so(self):
        self.holiday("2026-09-09", "administrative")
        self.assertEqual(self.deadline(), "2026-09-14")
        self.office.administrative_leave_suspends = True
        self.assertEqual(self.deadline(), "2026-09-15")

    def test_half_days_count_unless_the_office_says_so(self):
        self.assertEqual(self.deadline("2026-10-26"), "2026-11-03")
        self.office.half_day_suspends = True
        self.assertEqual(self.deadline("2026-10-26"), "2026-11-04")

    def test_a_holiday_of_another_company_moves_nothing_here(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.holiday("2026-09-09", company_id=other.id)
        self.assertEqual(self.deadline(), "2026-09-14")
        theirs = self.standard.copy({"company_id": other.id})
        self.assertEqual(str(theirs.get_deadline("2026-09-07")), "2026-09-15")

    def test_a_day_is_listed_once(self):
        self.holiday("2026-09-09")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.holiday("2026-09-09")

    # ---------------------------------------------------------- next year's

    def alarms(self, year):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "ozel_kalem.office"),
                ("res_id", "=", self.office.id),
                ("user_id", "=", self.director.id),
                ("summary", "ilike", str(year)),
            ]
        )

    def run_on(self, day):
        with freeze_time(f"{day} 06:00:00"):
            self.Holiday._cron_check_next_year()

    def test_nothing_is_asked_before_december(self):
        self.run_on("2040-11-30")
        self.assertFalse(self.alarms(2041))

    def test_from_december_the_director_is_asked_once(self):
        self.run_on("2040-12-01")
        alarm = self.alarms(2041)
        self.assertEqual(len(alarm), 1)
        self.assertEqual(alarm.date_deadline, fields.Date.to_date("2040-12-08"))
        self.run_on("2040-12-02")
        self.assertEqual(self.alarms(2041), alarm)

    def test_the_director_is_asked_in_the_office_s_language(self):
        self.env.ref("base.lang_tr").active = True
        self.company.partner_id.lang = "tr_TR"
        self.run_on("2040-12-01")
        self.assertEqual(self.alarms(2041).summary, "2041 yılı resmî tatillerini girin")

    def test_december_begins_at_midnight_in_istanbul(self):
        with freeze_time("2040-11-30 21:00:00"):
            self.Holiday._cron_check_next_year()
        self.assertTrue(self.alarms(2041))

    def test_nobody_is_asked_when_the_days_are_known(self):
        self.holiday("2041-01-01")
        self.run_on("2040-12-01")
        self.assertFalse(self.alarms(2041))

    def test_the_shipped_years_need_no_alarm(self):
        for year in range(2026, 2032):
            self.run_on(f"{year}-12-15")
            self.assertFalse(self.alarms(year + 1))
        self.run_on("2032-12-15")
        self.assertTrue(self.alarms(2033))

    def test_the_director_enters_days_and_the_staff_reads_them(self):
        self.assertTrue(
            self.Holiday.with_user(self.director).create(
                {"name": "İdari izin", "date": "2041-01-02", "kind": "administrative"}
            )
        )
        for user in (self.secretary, self.employee, self.liaison):
            self.assertTrue(self.Holiday.with_user(user).has_access("read"))
            self.assertFalse(self.Holiday.with_user(user).has_access("write"))
