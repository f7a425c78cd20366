from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import OzelKalemCase


@tagged("post_install", "-at_install", "ozel_kalem", "ok_foundation")
class TestDeadline(OzelKalemCase):
    """The clock of a record, on the first kind that has one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.standard = cls.env["ozel_kalem.service.standard"].create(
            {
                "name": "information",
                "duration": 15,
                "extension_duration": 15,
                "legal_basis": "4982 m11",
            }
        )
        cls.calendar_days = cls.env["ozel_kalem.service.standard"].create(
            {"name": "petition", "duration": 30, "duration_unit": "day"}
        )

    def record(self, start="2026-05-20 08:00:00", standard=None, **values):
        return self.make(
            "ozel_kalem.instruction",
            received_on=start,
            service_standard_id=(standard or self.standard).id,
            **values,
        )

    def assertDeadline(self, record, day):
        self.assertEqual(str(record.deadline), day)

    # ------------------------------------------------------------- the rule

    def test_the_clock_comes_from_the_standard(self):
        self.assertDeadline(self.record(), "2026-06-15")
        self.assertDeadline(self.record(standard=self.calendar_days), "2026-06-19")

    def test_the_applied_rule_is_kept(self):
        record = self.record()
        self.standard.write({"duration": 3, "legal_basis": "new law"})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertDeadline(record, "2026-06-15")
        self.assertEqual(record.applied_duration, 15)
        self.assertEqual(record.legal_basis, "4982 m11")

    def test_another_standard_brings_another_clock(self):
        record = self.record()
        record.service_standard_id = self.calendar_days
        self.assertDeadline(record, "2026-06-19")
        self.assertFalse(record.legal_basis)

    def test_a_corrected_arrival_moves_the_deadline(self):
        record = self.record()
        record.received_on = "2026-10-26 08:00:00"
        self.assertDeadline(record, "2026-11-17")

    def test_without_a_standard_the_given_day_holds(self):
        record = self.make(
            "ozel_kalem.instruction",
            received_on="2026-05-20 08:00:00",
            deadline="2026-05-25",
        )
        record.received_on = "2026-05-19 08:00:00"
        self.assertDeadline(record, "2026-05-25")

    def test_a_given_day_goes_before_the_standard(self):
        self.assertDeadline(self.record(deadline="2026-05-25"), "2026-05-25")

    def test_a_copy_runs_anew(self):
        with freeze_time("2026-10-26 08:00:00"):
            self.assertDeadline(self.record().copy(), "2026-11-17")

    def test_the_office_works_to_the_day_before_a_holiday(self):
        record = self.make(
            "ozel_kalem.instruction",
            received_on="2026-10-01 08:00:00",
            deadline="2026-10-29",
        )
        self.assertEqual(str(record.operational_deadline), "2026-10-28")

    # ------------------------------------------------------------ extension

    @freeze_time("2026-06-10 08:00:00")
    def test_one_extension_with_its_reason(self):
        record = self.record()
        record.action_extend_deadline("another unit is asked")
        self.assertDeadline(record, "2026-07-06")
        self.assertEqual(record.extension_reason, "another unit is asked")
        with self.assertRaises(UserError):
            record.action_extend_deadline("once more")

    def test_an_extension_needs_a_reason(self):
        for reason in ("", "  ", None, False):
            with (
                self.subTest(reason=reason),
                self.assertRaisesRegex(UserError, "Reason"),
            ):
                self.record().action_extend_deadline(reason)

    def test_a_rule_without_extension_has_none(self):
        with self.assertRaises(UserError):
            self.record(standard=self.calendar_days).action_extend_deadline("please")

    def test_a_chosen_length(self):
        record = self.record(standard=self.calendar_days)
        record.action_extend_deadline("agreed", 10)
        self.assertDeadline(record, "2026-06-29")

    def test_no_negative_extension(self):
        with self.assertRaises(UserError):
            self.record().action_extend_deadline("shorter", -3)

    def test_a_closed_record_is_not_extended(self):
        record = self.record()
        record.action_cancel("no longer wanted")
        with self.assertRaises(UserError):
            record.action_extend_deadline("more")

    # ----------------------------------------------------------- stop-clock

    def test_the_deadline_moves_by_the_days_it_stood_still(self):
        record = self.record()
        with freeze_time("2026-05-25 08:00:00"):
            record.action_pause_deadline("identity missing")
        with freeze_time("2026-06-05 08:00:00"):
            record.action_resume_deadline()
        # 26 May, then after the feast 1 to 5 June: six working days
        self.assertDeadline(record, "2026-06-23")
        self.assertFalse(record.paused_on)

    def test_calendar_days_move_by_calendar_days(self):
        record = self.record(standard=self.calendar_days)
        with freeze_time("2026-05-25 08:00:00"):
            record.action_pause_deadline("identity missing")
        with freeze_time("2026-06-04 08:00:00"):
            record.action_resume_deadline()
        self.assertDeadline(record, "2026-06-29")

    def test_a_pause_survives_an_extension(self):
        record = self.record(standard=self.calendar_days)
        with freeze_time("2026-05-25 08:00:00"):
            record.action_pause_deadline("identity missing")
        with freeze_time("2026-06-04 08:00:00"):
            record.action_resume_deadline()
            record.action_extend_deadline("agreed", 5)
        self.assertDeadline(record, "2026-07-04")

    def test_a_free_deadline_can_be_paused(self):
        record = self.make(
            "ozel_kalem.instruction",
            received_on="2026-05-20 08:00:00",
            deadline="2026-05-29",
        )
        with freeze_time("2026-05-25 08:00:00"):
            record.action_pause_deadline("waiting")
        with freeze_time("2026-05-27 08:00:00"):
            record.action_resume_deadline()
        self.assertDeadline(record, "2026-05-31")

    def test_a_record_without_deadline_can_be_paused(self):
        record = self.make("ozel_kalem.instruction")
        record.action_pause_deadline("waiting")
        record.action_resume_deadline()
        self.assertFalse(record.deadline)

    def test_a_day_that_was_set_by_hand_outlives_a_pause(self):
        record = self.record()
        record.deadline = "2026-06-30"
        with freeze_time("2026-05-25 08:00:00"):
            record.action_pause_deadline("identity missing")
            record.action_resume_deadline()
        self.assertDeadline(record, "2026-06-30")
        with freeze_time("2026-06-10 08:00:00"):
            record.action_pause_deadline("identity missing still")
        with freeze_time("2026-06-12 08:00:00"):
            record.action_resume_deadline()
        self.assertDeadline(record, "2026-07-02")

    def test_a_rule_without_a_day_can_be_paused(self):
        record = self.record()
        record.deadline = False
        record.action_pause_deadline("waiting")
        record.action_resume_deadline()
        self.assertFalse(record.deadline)

    def test_closing_ends_the_pause(self):
        record = self.record(standard=self.calendar_days)
        with freeze_time("2026-05-25 08:00:00"):
            record.action_pause_deadline("identity missing")
        with freeze_time("2026-06-24 08:00:00"):
            record.action_cancel("never completed")
        self.assertFalse(record.paused_on)
        self.assertDeadline(record, "2026-07-19")
        self.assertFalse(record.closed_late)
        with freeze_time("2026-07-10 08:00:00"):
            record.action_reopen("it came after all")
        self.assertDeadline(record, "2026-07-19")
        self.assertEqual(str(record.running_deadline), "2026-07-19")

    def test_a_pause_needs_a_reason_and_a_running_clock(self):
        record = self.record()
        with self.assertRaisesRegex(UserError, "Reason"):
            record.action_pause_deadline(" ")
        record.action_pause_deadline("waiting")
        with self.assertRaises(UserError):
            record.action_pause_deadline("waiting still")
        with self.assertRaises(UserError):
            record.action_extend_deadline("more")

    def test_a_running_clock_is_not_resumed(self):
        with self.assertRaises(UserError):
            self.record().action_resume_deadline()

    # -------------------------------------------------------------- overdue

    def overdue_samples(self):
        values = {"received_on": "2026-05-01 08:00:00"}
        samples = {
            "late": self.make(
                "ozel_kalem.instruction", deadline="2026-06-09", **values
            ),
            "last day": self.make(
                "ozel_kalem.instruction", deadline="2026-06-10", **values
            ),
            "free": self.make("ozel_kalem.instruction", **values),
            "paused": self.make(
                "ozel_kalem.instruction", deadline="2026-06-09", **values
            ),
            "closed": self.make(
                "ozel_kalem.instruction", deadline="2026-06-09", **values
            ),
        }
        samples["paused"].action_pause_deadline("waiting")
        samples["closed"].action_cancel("over")
        return samples

    @freeze_time("2026-06-10 08:00:00")
    def test_only_an_open_running_late_record_is_overdue(self):
        overdue = {
            name for name, record in self.overdue_samples().items() if record.is_overdue
        }
        self.assertEqual(overdue, {"late"})

    @freeze_time("2026-06-10 08:00:00")
    def test_search_and_shown_value_agree(self):
        records = self.env["ozel_kalem.instruction"].union(
            *self.overdue_samples().values()
        )
        for value in (True, False):
            found = records.search(
                [("id", "in", records.ids), ("is_overdue", "=", value)]
            )
            shown = records.filtered(lambda r, value=value: r.is_overdue == value)
            self.assertEqual(set(found), set(shown))
            negated = records.search(
                [("id", "in", records.ids), ("is_overdue", "!=", value)]
            )
            self.assertEqual(set(negated), set(records - shown))

    def test_the_day_turns_at_midnight_in_istanbul(self):
        record = self.make(
            "ozel_kalem.instruction",
            received_on="2026-05-01 08:00:00",
            deadline="2026-06-10",
        )
        for moment, overdue, left in (
            ("2026-06-10 20:59:59", False, 0),
            ("2026-06-10 21:00:00", True, -1),
        ):
            with freeze_time(moment):
                record.invalidate_recordset()
                self.assertEqual(record.is_overdue, overdue)
                self.assertEqual(record.days_left, left)

    def test_a_deadline_before_the_day_it_was_given_on_is_refused(self):
        with self.assertRaisesRegex(UserError, "Deadline"):
            self.make(
                "ozel_kalem.instruction",
                received_on="2026-06-10 21:30:00",
                deadline=fields.Date.to_date("2026-06-10"),
            )
