from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import QUIET, OzelKalemCase

INSIDE = ("2026-07-06 05:00:00", "2026-07-10 20:59:59")
OUTSIDE = ("2026-07-05 20:59:59", "2026-07-10 21:00:00")


@tagged("post_install", "-at_install", "ozel_kalem", "ok_foundation")
class TestDelegation(OzelKalemCase):
    """The deputy is an employee without any of our groups: 6 to 10 July 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source = cls.make("ozel_kalem.instruction", principal_id=cls.principal.id)
        with freeze_time("2026-07-01 08:00:00"):
            cls.delegation = cls.delegate("2026-07-06", "2026-07-10")
            cls.delegation.action_activate()

    @classmethod
    def delegate(cls, start, end, **values):
        return cls.make(
            "ozel_kalem.delegation",
            principal_id=cls.principal.id,
            date_start=start,
            date_end=end,
            **values,
        )

    def submission(self):
        submission = self.make(
            "ozel_kalem.submission",
            res_model=self.source._name,
            res_id=self.source.id,
            principal_id=self.principal.id,
            summary="Please decide.",
        )
        submission.action_submit()
        return submission

    # -------------------------------------------------------- who acts when

    def test_the_deputy_acts_from_the_first_to_the_last_day(self):
        own = self.principal.employee_id
        for moment, employee in (
            ("2026-07-05", own),
            ("2026-07-06", self.deputy_employee),
            ("2026-07-10", self.deputy_employee),
            ("2026-07-11", own),
        ):
            with self.subTest(moment):
                self.assertEqual(self.principal.get_acting_employee(moment), employee)

    def test_today_is_meant_when_no_date_is_given(self):
        with freeze_time(INSIDE[0]):
            self.assertEqual(self.principal.get_acting_employee(), self.deputy_employee)
        with freeze_time(OUTSIDE[0]):
            self.assertNotEqual(
                self.principal.get_acting_employee(), self.deputy_employee
            )

    def test_any_employee_may_ask_who_acts(self):
        principal = self.principal.with_user(self.employee)
        acting = principal.get_acting_employee("2026-07-06")
        self.assertEqual(acting.name, self.deputy_employee.name)

    def test_what_is_no_date_is_refused(self):
        with self.assertRaises(ValidationError):
            self.principal.get_acting_employee("soon")

    def test_a_draft_gives_no_power(self):
        draft = self.delegate("2026-08-01", "2026-08-05")
        self.assertNotEqual(
            self.principal.get_acting_employee("2026-08-02"), draft.employee_id
        )

    def test_a_cancelled_or_ended_one_gives_no_power(self):
        with freeze_time(INSIDE[0]):
            self.delegation.action_end()
            self.assertEqual(str(self.delegation.date_end), "2026-07-06")
            self.assertHidden(self.submission(), self.deputy)

    def test_ending_it_is_not_announced_for_tomorrow(self):
        delegation = self.delegation.with_user(self.director)
        form = delegation.get_view(view_type="form")["arch"]
        self.assertIn("at once", form)

    # -------------------------------------------------------------- deciding

    def test_the_deputy_sees_submissions_within_his_days_only(self):
        submission = self.submission()
        for moment in INSIDE:
            with self.subTest(moment), freeze_time(moment):
                self.assertVisible(submission, self.deputy)
        for moment in OUTSIDE:
            with self.subTest(moment), freeze_time(moment):
                self.assertHidden(submission, self.deputy)

    def test_the_deputy_sees_no_drafts(self):
        submission = self.submission()
        submission.action_take_back()
        with freeze_time(INSIDE[0]):
            self.assertHidden(submission, self.deputy)

    def test_the_deputy_decides_on_behalf(self):
        submission = self.submission()
        with freeze_time(INSIDE[1]):
            submission.with_user(self.deputy).action_approve("as asked")
        self.assertEqual(submission.state, "approved")
        self.assertEqual(submission.decided_by_id, self.deputy)
        self.assertIn(self.deputy.name, submission.acting_note)
        self.assertIn(self.principal.partner_id.name, submission.acting_note)

    def test_the_deputy_decides_on_confidential_ones_too(self):
        self.source.confidentiality = "sealed"
        submission = self.submission()
        with freeze_time(INSIDE[0]):
            self.assertVisible(submission, self.deputy)
            submission.with_user(self.deputy).action_reject("not now")
        self.assertEqual(submission.state, "rejected")

    def test_outside_his_days_the_deputy_decides_nothing(self):
        submission = self.submission()
        for moment in OUTSIDE:
            with freeze_time(moment), self.assertRaises(AccessError):
                submission.with_user(self.deputy).action_approve()
            with freeze_time(moment), self.assertRaises(AccessError):
                submission.with_user(self.deputy).write({"state": "approved"})

    def test_the_principal_himself_leaves_no_acting_note(self):
        submission = self.submission()
        with freeze_time(INSIDE[0]):
            submission.with_user(self.principal_user).action_approve()
        self.assertFalse(submission.acting_note)

    def test_another_principal_s_papers_stay_closed(self):
        other = self.principal.copy({"name": "Deputy mayor"})
        submission = self.submission()
        submission.action_take_back()
        submission.principal_id = other
        submission.action_submit()
        with freeze_time(INSIDE[0]):
            self.assertHidden(submission, self.deputy)

    # ---------------------------------------------------------- instructions

    def test_the_deputy_gives_instructions_within_his_days(self):
        Model = self.env["ozel_kalem.instruction"].with_user(self.deputy)
        values = {"subject": "Repair", "principal_id": self.principal.id}
        with freeze_time(INSIDE[0]):
            instruction = Model.create(values)
            self.assertVisible(instruction, self.deputy)
        with freeze_time(OUTSIDE[1]):
            self.assertHidden(instruction, self.deputy)
            with self.assertRaises(AccessError):
                Model.create(values)

    def test_the_deputy_reads_the_principal_s_instructions(self):
        with freeze_time(INSIDE[0]):
            self.assertVisible(self.source, self.deputy)
            with self.assertRaises(AccessError):
                self.source.with_user(self.deputy).write({"subject": "other"})
        with freeze_time(OUTSIDE[0]):
            self.assertHidden(self.source, self.deputy)

    def test_the_deputy_confirms_words_on_behalf(self):
        with freeze_time(INSIDE[0]):
            self.source.with_user(self.deputy).action_read_back()
        self.assertTrue(self.source.read_back_on)
        self.assertIn(self.deputy.name, self.source.read_back_note)
        self.assertIn(self.principal.partner_id.name, self.source.read_back_note)

    # ----------------------------------------------------------------- menus

    def menus(self, user):
        menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
        return {menu["xmlid"] for menu in menus.values() if menu.get("xmlid")}

    def test_the_menu_comes_and_goes_with_the_days(self):
        decisions = {"ozel_kalem.menu_root", "ozel_kalem.menu_decisions"}
        for moment, shown in (
            (OUTSIDE[0], set()),
            (INSIDE[0], decisions),
            (INSIDE[1], decisions),
            (OUTSIDE[1], set()),
        ):
            with self.subTest(moment), freeze_time(moment):
                self.assertEqual(self.menus(self.deputy) & decisions, shown)

    def test_menus_of_the_others(self):
        for user, shown, hidden in (
            (self.employee, set(), {"menu_root", "menu_decisions"}),
            (self.liaison, {"menu_root", "menu_inbox"}, {"menu_decisions"}),
            (self.manager, {"menu_root", "menu_configuration"}, {"menu_decisions"}),
            # whoever has installed it
            (
                self.env.ref("base.user_admin"),
                {"menu_root", "menu_configuration"},
                {"menu_request"},
            ),
            (self.secretary, {"menu_root", "menu_instruction"}, {"menu_decisions"}),
            (self.director, {"menu_root", "menu_decisions"}, {"menu_inbox"}),
            (self.principal_user, {"menu_root", "menu_decisions"}, {"menu_inbox"}),
        ):
            with self.subTest(user.name):
                menus = self.menus(user)
                self.assertLessEqual({f"ozel_kalem.{name}" for name in shown}, menus)
                self.assertFalse({f"ozel_kalem.{name}" for name in hidden} & menus)

    def test_the_office_starts_at_its_own_work(self):
        for user, path in (
            (self.principal_user, "ok-day"),
            (self.secretary, "ok-day"),
            (self.public_relations, "ok-requests"),
            (self.protocol, "ok-engagements"),
        ):
            with self.subTest(user.name):
                menus = self.env["ir.ui.menu"].with_user(user).load_web_menus(False)
                first = menus[menus["root"]["children"][0]]
                self.assertEqual(first["xmlid"], "ozel_kalem.menu_root")
                self.assertEqual(first["actionPath"], path)

    def test_the_others_keep_the_order_of_their_applications(self):
        for user in (self.employee, self.liaison, self.manager):
            with self.subTest(user.name):
                Menu = self.env["ir.ui.menu"].with_user(user)
                apps = Menu.browse(Menu.load_menus(False)["root"]["children"])
                self.assertEqual(apps, apps.sorted())

    # ----------------------------------------------------- the paper itself

    def test_two_active_ones_never_overlap(self):
        with freeze_time("2026-07-01 08:00:00"):
            for start, end in (
                ("2026-07-10", "2026-07-12"),
                ("2026-07-01", "2026-07-06"),
                ("2026-07-07", "2026-07-08"),
            ):
                other = self.delegate(start, end)
                with (
                    self.subTest(start),
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(IntegrityError),
                    self.env.cr.savepoint(),
                ):
                    other.action_activate()
                    self.env.flush_all()
            self.delegate("2026-07-11", "2026-07-12").action_activate()
            self.env.flush_all()

    def test_an_over_one_is_not_activated(self):
        draft = self.delegate("2026-05-01", "2026-05-02")
        with (
            freeze_time("2026-07-01 08:00:00"),
            self.assertRaisesRegex(UserError, "Until"),
        ):
            draft.action_activate()

    def test_the_principal_is_not_his_own_deputy(self):
        employee = self.env["hr.employee"].create(
            {"name": "Mayor", "user_id": self.principal_user.id}
        )
        self.principal.employee_id = employee
        with self.assertRaisesRegex(ValidationError, "Deputy"):
            self.delegate("2026-09-01", "2026-09-02", employee_id=employee.id)

    def test_an_active_one_is_not_rewritten(self):
        for values in (
            {"date_start": "2026-07-01"},
            {"employee_id": self.env["hr.employee"].create({"name": "Other"}).id},
            {"principal_id": self.principal.copy().id},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                self.delegation.write(values)

    def test_an_active_one_is_not_deleted(self):
        with self.assertRaises(UserError):
            self.delegation.with_user(self.director).unlink()

    def test_only_director_and_principal_activate(self):
        with freeze_time("2026-07-01 08:00:00"):
            for user, may in (
                (self.secretary, False),
                (self.deputy, False),
                (self.manager, False),
                (self.director, True),
                (self.principal_user, True),
            ):
                draft = self.delegate("2026-09-01", "2026-09-02")
                with self.subTest(user.name):
                    if may:
                        draft.with_user(user).action_activate()
                        self.assertEqual(draft.state, "active")
                        draft.action_cancel()
                        continue
                    with self.assertRaises(AccessError):
                        draft.with_user(user).action_activate()

    def test_one_sees_his_own_the_office_sees_all(self):
        self.assertVisible(self.delegation, self.deputy)
        self.assertVisible(self.delegation, self.secretary)
        self.assertHidden(self.delegation, self.employee)

    def test_the_cron_ends_what_is_over(self):
        with freeze_time(INSIDE[1]):
            self.delegation._cron_end_expired()
            self.assertEqual(self.delegation.state, "active")
        with freeze_time(OUTSIDE[1]):
            self.delegation._cron_end_expired()
            self.assertEqual(self.delegation.state, "ended")
            self.assertTrue(self.delegation.closed_on)

    def test_the_cron_writes_as_the_office_does(self):
        self.env.ref("base.lang_tr").active = True
        self.company.partner_id.lang = "tr_TR"
        self.flush()
        with freeze_time(OUTSIDE[1]):
            loud = dict.fromkeys(QUIET, False)
            self.delegation.with_context(**loud)._cron_end_expired()
            self.flush()
        [told] = self.delegation.message_ids[0].sudo().tracking_value_ids
        self.assertEqual(told.new_value_char, "Sona erdi")
