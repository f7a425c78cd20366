from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from ..common import OzelKalemCase

BEFORE, INSIDE, AFTER = (
    "2026-07-05 20:59:59",
    "2026-07-06 07:00:00",
    "2026-07-10 21:00:00",
)
MENUS = ("deputy_appointment", "deputy_note", "deputy_edition", "day_screen")


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestActing(OzelKalemCase):
    """The deputy, who is in no group of ours, acts from 6 to 10 July 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-07-01 08:00:00"):
            cls.delegation = cls.env["ozel_kalem.delegation"].create(
                {
                    "principal_id": cls.principal.id,
                    "employee_id": cls.deputy_employee.id,
                    "date_start": "2026-07-06",
                    "date_end": "2026-07-10",
                }
            )
            cls.delegation.action_activate()
            cls.appointment = cls.make(
                "ozel_kalem.appointment",
                principal_id=cls.principal.id,
                partner_id=cls.citizen.id,
            )
            cls.note = cls.make("ozel_kalem.note", principal_id=cls.principal.id)

    def mine(self, record, user=None):
        self.env.invalidate_all()
        return record.with_user(user or self.deputy)

    def assertActingNote(self, text):
        self.assertIn(self.deputy.name, text)
        self.assertIn(self.principal.partner_id.name, text)

    def test_what_waits_comes_and_goes_with_the_days(self):
        edition = self.env["ozel_kalem.programme.edition"].create(
            {"principal_id": self.principal.id, "date_from": "2026-07-07"}
        )
        edition.action_approve()
        edition.action_submit()
        for record in (self.appointment, self.note, edition):
            for moment, sees in ((BEFORE, False), (INSIDE, True), (AFTER, False)):
                with self.subTest(record=record, moment=moment), freeze_time(moment):
                    check = self.assertVisible if sees else self.assertHidden
                    check(record, self.deputy)

    def test_he_is_briefed_on_his_days(self):
        engagement = self.make(
            "ozel_kalem.engagement",
            principal_id=self.principal.id,
            partner_ids=self.citizen.ids,
        )
        briefing = self.make("ozel_kalem.briefing", engagement_id=engagement.id)
        for moment, sees in ((BEFORE, False), (INSIDE, True), (AFTER, False)):
            with self.subTest(moment), freeze_time(moment):
                check = self.assertVisible if sees else self.assertHidden
                check(briefing, self.deputy)
        with freeze_time(INSIDE):
            self.assertTrue(self.mine(engagement).has_briefing)
            # every field of his form, and nothing to write in
            form = Form(self.mine(briefing))
            self.assertEqual(form.subject, engagement.subject)
            with self.assertRaises(AccessError):
                self.mine(briefing).why = "x"
        self.assertHidden(briefing, self.employee)

    def test_the_deputy_decides_about_appointments_on_behalf(self):
        decisions = {
            "approved": lambda a: a.action_approve(),
            "rejected": lambda a: a.action_reject("Birim ilgilenecek"),
            "redirected": lambda a: a.action_redirect(self.unit.id),
        }
        for state, decide in decisions.items():
            appointment = self.appointment.copy()
            with self.subTest(state), freeze_time(INSIDE):
                self.assertTrue(self.mine(appointment).may_decide)
                decide(self.mine(appointment))
                self.assertEqual(appointment.state, state)
                self.assertActingNote(appointment.acting_note)

    def test_outside_his_days_he_decides_nothing(self):
        for moment in (BEFORE, AFTER):
            with freeze_time(moment), self.assertRaises(AccessError):
                self.mine(self.appointment).action_approve()
            with freeze_time(moment), self.assertRaises(AccessError):
                self.mine(self.appointment).write({"state": "approved"})

    def test_ending_the_delegation_brings_everything_back(self):
        with freeze_time(INSIDE):
            self.delegation.with_user(self.director).action_cancel()
            self.assertHidden(self.appointment, self.deputy)
            self.assertHidden(self.note, self.deputy)
            self.mine(self.appointment, self.principal_user).action_approve()
        self.assertEqual(self.appointment.state, "approved")
        self.assertFalse(self.appointment.acting_note)

    def test_the_principal_himself_leaves_no_acting_note(self):
        with freeze_time(INSIDE):
            self.mine(self.appointment, self.principal_user).action_approve()
        self.assertFalse(self.appointment.acting_note)

    def test_the_note_of_the_deputy_goes_when_it_is_taken_up_again(self):
        with freeze_time(INSIDE):
            self.mine(self.appointment).action_reject("Uygun değil")
        self.mine(self.appointment, self.director).action_reconsider()
        self.assertFalse(self.appointment.acting_note)

    def test_the_deputy_of_one_principal_decides_nothing_of_another(self):
        other = self.principal.copy({"name": "Deputy mayor"})
        appointment = self.appointment.copy({"principal_id": other.id})
        with freeze_time(INSIDE), self.assertRaises(AccessError):
            self.mine(appointment).action_approve()

    def test_reading_a_note_on_behalf(self):
        with freeze_time(INSIDE):
            self.note.action_deliver()
            self.mine(self.note).action_acknowledge()
        self.assertEqual(self.note.state, "acknowledged")
        self.assertActingNote(self.note.acting_note)

    def test_what_waits_is_counted_for_the_deputy(self):
        with freeze_time(INSIDE):
            text = self.delegation._waiting_text()
        for model in (self.appointment._name, self.note._name):
            self.assertIn(f"1 {self.env['ir.model']._get(model).name}", text)

    def test_menus_come_and_go_with_the_days(self):
        names = {f"ozel_kalem.menu_{name}" for name in MENUS}
        for moment, shown in ((BEFORE, set()), (INSIDE, names), (AFTER, set())):
            with self.subTest(moment), freeze_time(moment):
                menus = self.env["ir.ui.menu"].with_user(self.deputy).load_menus(False)
                seen = {menu["xmlid"] for menu in menus.values() if menu.get("xmlid")}
                self.assertEqual(seen & names, shown)
