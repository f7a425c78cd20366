from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...tools.local_time import local_date
from .test_invitation import DAY, InvitationCase


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestEngagementDelegate(InvitationCase):
    """Somebody goes in the principal's place."""

    def setUp(self):
        super().setUp()
        self.stand_in = self.env["ozel_kalem.principal"].create(
            {
                "name": "Deputy mayor",
                "partner_id": self.deputy.partner_id.id,
                "employee_id": self.deputy_employee.id,
                "short_name": "Bşk. Yrd. Tepeköy",
            }
        )
        self.engagement = self.engage().with_user(self.secretary)

    def delegate(self):
        self.engagement.action_delegate(self.deputy_employee.id)

    def test_the_time_changes_hands(self):
        self.delegate()
        self.assertEqual(self.engagement.principal_id, self.stand_in)
        self.assertEqual(self.engagement.represented_id, self.principal)
        self.engage(self.guests[:0])
        with self.assertRaisesRegex(UserError, "booked already"):
            self.engage(self.guests[:0], principal_id=self.stand_in.id)

    def test_guests_keep_their_entry(self):
        self.send()
        self.delegate()
        self.assertFalse(self.send())

    def test_an_invited_deputy_who_goes_is_not_told_that_it_is_off(self):
        self.engagement.partner_ids += self.stand_in.partner_id
        self.send()
        self.delegate()
        self.assertFalse(self.send())
        self.engagement.action_cancel("ill")
        told = {mail.envelope_to[0] for mail in self.send()}
        self.assertIn(self.stand_in.partner_id.email, told)

    def test_a_deputy_who_knew_of_nothing_reads_his_own_programme(self):
        self.engagement.partner_ids += self.stand_in.partner_id
        self.delegate()
        told = {mail.envelope_to[0] for mail in self.send()}
        self.assertEqual(told, set(self.guests.mapped("email")))

    def test_a_deputy_who_is_booked_does_not_go(self):
        self.engage(self.guests[:0], principal_id=self.stand_in.id)
        with self.assertRaisesRegex(UserError, "booked already"):
            self.delegate()

    def test_the_board_and_the_sheet_say_who_goes(self):
        self.delegate()
        day = local_date(DAY + timedelta(hours=6))
        board = self.env["ozel_kalem.board"].with_user(self.director)
        for principal, deputy in (
            (self.principal, "Bşk. Yrd. Tepeköy"),
            (self.stand_in, False),
        ):
            lines = board.get_day(principal.id, str(day))["timeline"]
            line = next(line for line in lines if line["id"] == self.engagement.id)
            self.assertEqual(line["deputy"], deputy)
        edition = self.env["ozel_kalem.programme.edition"].create(
            {"principal_id": self.principal.id, "kind": "day", "date_from": day}
        )
        edition._fill()
        self.assertEqual(edition.line_ids.deputy, "Bşk. Yrd. Tepeköy")

    def test_a_second_and_a_taken_back_delegation(self):
        other = self.stand_in.copy({"employee_id": False, "short_name": "Bşk. Yrd. 2"})
        self.delegate()
        self.engagement._delegate_to(other)
        self.assertEqual(self.engagement.represented_id, self.principal)
        self.engagement._delegate_to(self.principal)
        self.assertEqual(self.engagement.principal_id, self.principal)
        self.assertFalse(self.engagement.represented_id)

    def test_the_appointment_names_who_received_them(self):
        appointment = self.make(
            "ozel_kalem.appointment", principal_id=self.principal.id
        )
        appointment.action_schedule(DAY + timedelta(hours=10))
        appointment.engagement_id.action_delegate(self.deputy_employee.id)
        self.assertEqual(appointment.deputy_id, self.deputy_employee)
        appointment.engagement_id._delegate_to(self.principal)
        self.assertFalse(appointment.deputy_id)

    def delegated_appointment(self):
        appointment = self.make(
            "ozel_kalem.appointment", principal_id=self.principal.id
        )
        appointment.action_schedule(DAY + timedelta(hours=10))
        appointment.engagement_id.action_delegate(self.deputy_employee.id)
        return appointment

    def test_a_delegated_appointment_keeps_its_deputy_at_another_hour(self):
        appointment = self.delegated_appointment()
        item = appointment.engagement_id
        appointment.action_schedule(DAY + timedelta(hours=11))
        self.assertEqual(item.start, DAY + timedelta(hours=11))
        self.assertEqual(item.principal_id, self.stand_in)
        self.assertEqual(item.represented_id, self.principal)
        self.assertEqual(appointment.deputy_id, self.deputy_employee)
        item.write(
            {"start": DAY + timedelta(hours=12), "stop": DAY + timedelta(hours=13)}
        )
        self.assertEqual(appointment.start, item.start)
        self.assertEqual(item.principal_id, self.stand_in)

    def test_a_delegated_appointment_of_another_principal_is_his(self):
        other = self.stand_in.copy({"employee_id": False, "short_name": "Bşk. Yrd. 2"})
        appointment = self.delegated_appointment()
        appointment.principal_id = other
        item = appointment.engagement_id
        self.assertEqual(item.principal_id, other)
        self.assertFalse(item.represented_id)
        self.assertFalse(appointment.deputy_id)

    def test_who_no_longer_receives_them_reads_nothing(self):
        appointment = self.delegated_appointment()
        self.assertVisible(appointment, self.deputy)
        appointment.action_postpone("Başkan kendisi görüşecek")
        appointment.action_schedule(DAY + timedelta(hours=11))
        self.assertEqual(appointment.engagement_id.principal_id, self.principal)
        self.assertFalse(appointment.deputy_id)
        self.assertHidden(appointment, self.deputy)

    def test_what_is_refused(self):
        employee = self.env["hr.employee"].create({"name": "Memur"})
        with self.assertRaisesRegex(UserError, "programme of his own"):
            self.engagement.action_delegate(employee.id)
        with self.assertRaisesRegex(UserError, "goes already"):
            self.engagement._delegate_to(self.principal)
        with self.assertRaises(AccessError):
            self.engagement.with_user(self.protocol).action_delegate(
                self.deputy_employee.id
            )
        self.engagement.action_cancel("ill")
        with self.assertRaisesRegex(UserError, "nobody else can go"):
            self.delegate()

    def test_the_dialog(self):
        action = self.engagement.action_open_delegate()
        dialog = (
            self.env[action["res_model"]]
            .with_user(self.secretary)
            .with_context(**action["context"])
            .create({"principal_id": self.stand_in.id})
        )
        dialog.action_confirm()
        self.assertEqual(self.engagement.principal_id, self.stand_in)
