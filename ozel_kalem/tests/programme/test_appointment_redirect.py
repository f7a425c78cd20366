from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import OzelKalemCase

MONDAY = "2026-11-23 05:00:00"


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestAppointmentRedirect(OzelKalemCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.appointment = cls.make(
            "ozel_kalem.appointment",
            principal_id=cls.principal.id,
            partner_id=cls.citizen.id,
            subject="İmar",
            description="Komşu parsel",
            party_size=3,
            duration=45,
            user_id=cls.secretary.id,
        )
        cls.directed = cls.appointment.with_user(cls.director)

    def makam(self):
        """The deputy mayor has a programme of his own."""
        return self.env["ozel_kalem.principal"].create(
            {
                "name": "Deputy mayor",
                "partner_id": self.deputy.partner_id.id,
                "employee_id": self.deputy_employee.id,
            }
        )

    def follow_up(self):
        return self.env["ozel_kalem.appointment"].search(
            [("origin", "=", f"ozel_kalem.appointment,{self.appointment.id}")]
        )

    def notice(self):
        return self.env["ozel_kalem.notice"].search(
            [
                ("res_model", "=", "ozel_kalem.appointment"),
                ("res_id", "=", self.appointment.id),
            ]
        )

    def test_a_deputy_with_a_makam_gets_the_request(self):
        makam = self.makam()
        ids = self.directed.action_redirect_deputy(self.deputy_employee.id)
        follow_up = self.follow_up()
        self.assertEqual(follow_up.ids, ids)
        self.assertEqual(self.appointment.state, "redirected")
        self.assertEqual(self.appointment.deputy_id, self.deputy_employee)
        self.assertEqual(follow_up.principal_id, makam)
        self.assertEqual(follow_up.state, "requested")
        for name in ("partner_id", "subject", "description", "party_size", "duration"):
            self.assertEqual(follow_up[name], self.appointment[name], name)
        self.assertEqual(follow_up.user_id, self.secretary)

    def test_the_chain_reads_both_ways(self):
        self.makam()
        self.directed.action_redirect_deputy(self.deputy_employee.id)
        self.env.invalidate_all()
        self.assertEqual(self.follow_up().origin, self.appointment)
        self.assertEqual(self.directed.origin_child_count, 1)
        entries = self.directed.action_open_origin_children()
        found = self.env[entries["res_model"]].search(entries["domain"])
        self.assertEqual(found.mapped("res_id"), self.follow_up().ids)

    def test_anybody_else_is_asked_and_may_read(self):
        self.assertHidden(self.appointment, self.deputy)
        ids = self.directed.action_redirect_deputy(self.deputy_employee.id)
        self.assertFalse(ids)
        self.assertEqual(self.appointment.activity_ids.user_id, self.deputy)
        self.assertVisible(self.appointment, self.deputy)
        with self.assertRaises(AccessError):
            self.appointment.with_user(self.deputy).write({"subject": "Başka"})

    def test_a_confidential_one_names_who_receives(self):
        self.appointment.confidentiality = "sealed"
        self.directed.action_redirect_deputy(self.deputy_employee.id)
        self.assertVisible(self.appointment, self.deputy)

    def test_a_confidential_one_stays_so_at_the_deputy_s(self):
        self.makam()
        self.appointment.confidentiality = "private"
        self.directed.action_redirect_deputy(self.deputy_employee.id)
        self.assertEqual(self.follow_up().confidentiality, "private")
        self.assertHidden(self.follow_up(), self.protocol)

    def test_who_has_no_user_is_told_by_the_responsible(self):
        employee = self.env["hr.employee"].create({"name": "Fikret Saygıner"})
        self.directed.action_redirect_deputy(employee.id)
        activity = self.appointment.activity_ids
        self.assertEqual(activity.user_id, self.secretary)
        self.assertIn("Fikret Saygıner", activity.summary)

    def test_the_applicant_is_told_kindly(self):
        self.appointment.channel = "email"
        self.directed.action_redirect_deputy(self.deputy_employee.id)
        notice = self.notice()
        self.assertEqual(notice.state, "pending")
        self.assertEqual(notice.channel, "email")
        self.assertEqual(notice.partner_id, self.citizen)
        self.assertIn(self.citizen.name, notice.body)
        self.assertIn(self.deputy_employee.name, notice.body)

    def test_own_words_are_kept(self):
        self.directed.action_redirect(self.unit.id, text="Fen İşleri sizi arayacak.")
        self.assertEqual(self.notice().body, "Fen İşleri sizi arayacak.")

    def test_a_unit_stands_in_the_text(self):
        self.directed.action_redirect(self.unit.id)
        self.assertIn(self.unit.name, self.notice().body)

    def test_the_time_is_given_back(self):
        self.appointment.action_schedule(MONDAY)
        engagement = self.appointment.engagement_id
        self.directed.action_redirect_deputy(self.deputy_employee.id)
        self.assertEqual(engagement.state, "cancelled")

    def test_redirecting_is_a_decision(self):
        for user in (self.secretary, self.public_relations):
            with self.assertRaises(AccessError):
                self.appointment.with_user(user).action_redirect_deputy(
                    self.deputy_employee.id
                )
        self.appointment.with_user(self.principal_user).action_redirect_deputy(
            self.deputy_employee.id
        )
        self.assertEqual(self.appointment.state, "redirected")

    def test_senseless_receivers_are_refused_and_nothing_moves(self):
        mayor = self.env["hr.employee"].create({"name": "Mayor"})
        self.principal.employee_id = mayor
        for employee_id in (mayor.id, 0, 10**9, None, "3"):
            with self.subTest(employee_id), self.assertRaises(UserError):
                self.directed.action_redirect_deputy(employee_id)
        self.assertEqual(self.appointment.state, "requested")
        self.assertFalse(self.notice())

    def test_a_second_press_redirects_nothing_twice(self):
        self.makam()
        self.directed.action_redirect_deputy(self.deputy_employee.id)
        with self.assertRaises(UserError):
            self.directed.action_redirect_deputy(self.deputy_employee.id)
        self.assertEqual(len(self.follow_up()), 1)

    # ---------------------------------------------------------------- dialog

    def dialog(self, **values):
        Dialog = self.env["ozel_kalem.appointment.redirect"].with_user(self.director)
        return Dialog.create({"appointment_id": self.appointment.id, **values})

    def test_the_dialog_writes_the_text_and_redirects(self):
        makam = self.makam()
        dialog = self.dialog(makam_id=makam.id)
        self.assertIn(self.deputy_employee.name, dialog.text)
        dialog.text = "Sizi bekliyoruz."
        dialog.action_confirm()
        self.assertEqual(self.follow_up().principal_id, makam)
        self.assertEqual(self.notice().body, "Sizi bekliyoruz.")

    def test_the_dialog_knows_units_and_others(self):
        dialog = self.dialog(receiver="unit", department_id=self.unit.id)
        self.assertIn(self.unit.name, dialog.text)
        dialog.action_confirm()
        self.assertEqual(self.appointment.referral_ids.department_id, self.unit)
        self.directed.action_reconsider()
        self.dialog(
            receiver="employee", employee_id=self.deputy_employee.id
        ).action_confirm()
        self.assertEqual(self.appointment.deputy_id, self.deputy_employee)

    def test_the_dialog_asks_for_somebody(self):
        with self.assertRaisesRegex(UserError, "Choose"):
            self.dialog().action_confirm()
