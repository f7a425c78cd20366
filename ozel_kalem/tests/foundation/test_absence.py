from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import format_date

from ..common import OzelKalemCase

ACTIVITY = "ozel_kalem.activity_type_absence"


@tagged("post_install", "-at_install", "ozel_kalem", "ok_foundation")
@freeze_time("2026-07-01 08:00:00")
class TestAbsence(OzelKalemCase):
    """The mayor is on leave from Monday 6 to Wednesday 8 July 2026."""

    quiet = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.principal.employee_id = cls.env["hr.employee"].create(
            {"name": "Mayor", "user_id": cls.principal_user.id}
        )
        cls.Delegation = cls.env["ozel_kalem.delegation"]
        cls.env["ozel_kalem.principal"].search(
            [("id", "!=", cls.principal.id)]
        ).action_archive()

    def leave(self, start="2026-07-06 05:00:00", stop="2026-07-08 14:00:00"):
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "İzin",
                "resource_id": self.principal.employee_id.resource_id.id,
                "date_from": start,
                "date_to": stop,
            }
        )

    def delegation(self, start="2026-07-06", end="2026-07-08"):
        return self.Delegation.create(
            {
                "principal_id": self.principal.id,
                "employee_id": self.deputy_employee.id,
                "date_start": start,
                "date_end": end,
            }
        )

    def asked(self):
        """The directors' activities about a missing deputy."""
        return self.office.activity_search([ACTIVITY])

    def seen_by(self, user, record):
        self.env.invalidate_all()
        return record.with_user(user)

    # -------------------------------------------------------------- offering

    def test_a_leave_without_deputy_shows_on_the_screens(self):
        self.assertFalse(self.seen_by(self.director, self.principal).absence_text)
        self.leave()
        for record in (self.principal, self.office.with_env(self.env)):
            text = self.seen_by(self.director, record).absence_text
            self.assertIn("Mayor", text)
            self.assertIn(format_date(self.env, "2026-07-06"), text)
            self.assertIn(format_date(self.env, "2026-07-08"), text)

    def test_one_click_prepares_the_delegation(self):
        self.leave()
        action = self.seen_by(self.director, self.office).action_prepare_delegation()
        self.assertFalse(action["res_id"])
        self.assertEqual(action["context"]["default_principal_id"], self.principal.id)
        self.assertEqual(action["context"]["default_date_start"], "2026-07-06")
        self.assertEqual(action["context"]["default_date_end"], "2026-07-08")

    def test_nothing_is_prepared_where_nobody_is_away(self):
        with self.assertRaisesRegex(UserError, "Nobody is on leave"):
            self.seen_by(self.director, self.office).action_prepare_delegation()

    def test_who_acted_last_is_proposed(self):
        self.delegation("2026-06-01", "2026-06-02")
        self.leave()
        action = self.principal.action_prepare_delegation()
        self.assertEqual(
            action["context"]["default_employee_id"], self.deputy_employee.id
        )

    def test_a_draft_for_these_days_is_opened_instead(self):
        draft = self.delegation()
        self.leave()
        action = self.principal.action_prepare_delegation()
        self.assertEqual(action["res_id"], draft.id)

    def test_every_director_is_asked_once_and_no_longer_when_somebody_acts(self):
        self.leave()
        self.Delegation._cron_follow()
        self.Delegation._cron_follow()
        mine = self.asked().filtered(lambda a: a.user_id == self.director)
        self.assertEqual(len(mine), 1)
        self.assertEqual(str(mine.date_deadline), "2026-07-05")
        self.delegation().with_user(self.director).action_activate()
        self.env.invalidate_all()
        self.assertFalse(self.asked())
        self.assertFalse(self.principal.absence_text)

    def test_days_that_are_left_uncovered_are_asked_for(self):
        self.leave()
        self.delegation("2026-07-06", "2026-07-06").action_activate()
        action = self.principal.action_prepare_delegation()
        self.assertEqual(action["context"]["default_date_start"], "2026-07-07")

    def test_the_next_leave_is_asked_for_when_the_first_is_covered(self):
        self.leave()
        self.Delegation._cron_follow()
        self.leave("2026-07-10 05:00:00", "2026-07-10 14:00:00")
        self.delegation().with_user(self.director).action_activate()
        self.env.invalidate_all()
        mine = self.asked().filtered(lambda a: a.user_id == self.director)
        self.assertEqual(len(mine), 1)
        self.assertIn("10.07.2026", mine.summary)
        self.assertEqual(str(mine.date_deadline), "2026-07-09")

    def test_a_question_that_nobody_answered_stays_late(self):
        self.leave()
        self.Delegation._cron_follow()
        with freeze_time("2026-07-07 08:00:00"):
            self.Delegation._cron_follow()
        mine = self.asked().filtered(lambda a: a.user_id == self.director)
        self.assertEqual(len(mine), 1)
        self.assertEqual(str(mine.date_deadline), "2026-07-05")

    def test_hours_of_leave_need_no_deputy(self):
        self.leave("2026-07-06 05:00:00", "2026-07-06 08:00:00")
        self.assertFalse(self.principal.absence_text)

    def test_a_leave_far_ahead_waits(self):
        self.leave("2026-09-06 05:00:00", "2026-09-08 14:00:00")
        self.assertFalse(self.principal.absence_text)

    def test_an_employee_without_leave_doesn_t_matter(self):
        self.leave().resource_id = self.deputy_employee.resource_id
        self.assertFalse(self.principal.absence_text)

    # ----------------------------------------------------- the deputy is told

    def messages(self):
        """Notifications of the deputy."""
        return self.env["mail.message"].search(
            [("partner_ids", "in", self.deputy.partner_id.ids)]
        )

    def submit(self):
        source = self.make("ozel_kalem.instruction", principal_id=self.principal.id)
        submission = self.make(
            "ozel_kalem.submission",
            res_model=source._name,
            res_id=source.id,
            principal_id=self.principal.id,
            summary="Please decide.",
        )
        submission.action_submit()

    def test_the_deputy_is_told_what_waits_when_his_days_begin(self):
        self.submit()
        delegation = self.delegation()
        delegation.action_activate()
        self.assertFalse(self.messages())
        with freeze_time("2026-07-06 05:00:00"):
            self.Delegation._cron_follow()
            self.Delegation._cron_follow()
        self.assertEqual(len(self.messages()), 1)
        model = self.env["ir.model"].with_context(lang=self.deputy.lang)
        name = model._get("ozel_kalem.submission").name
        self.assertIn(f"1 {name}", self.messages().body)

    def test_a_delegation_that_begins_today_tells_at_once(self):
        self.delegation("2026-07-01", "2026-07-02").action_activate()
        self.assertEqual(len(self.messages()), 1)
        self.assertNotIn("1 ", self.messages().body)
