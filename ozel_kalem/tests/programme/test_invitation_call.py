import runpy
from datetime import timedelta
from pathlib import Path

from odoo.modules import get_module_path
from odoo.tests import tagged

from .test_invitation import DAY, SECRET, InvitationCase


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestInvitationCall(InvitationCase):
    """Who has no e-mail address is called."""

    def setUp(self):
        super().setUp()
        self.headman = self.env["res.partner"].create(
            {"name": "Muhtar Işık", "phone": "0212 555 00 09"}
        )
        self.Call = self.env["ozel_kalem.call"].with_user(self.secretary)

    def calls(self):
        return self.Call.search([("partner_id", "=", self.headman.id)], order="id")

    def move(self, engagement):
        engagement.write(
            {"start": DAY + timedelta(hours=8), "stop": DAY + timedelta(hours=9)}
        )

    def test_the_call_waits_in_the_queue_and_says_what_to_tell(self):
        engagement = self.engage(self.guests[0] + self.headman)
        [call] = self.calls()
        self.assertEqual(
            (call.state, call.direction, call.phone),
            ("call_back", "out", "0212 555 00 09"),
        )
        self.assertTrue(call.call_back_on)
        for said in ("09:00–10:00", "Meclis salonu"):
            self.assertIn(said, call.text)
        self.assertNotIn(SECRET, call.text + call.subject)
        row = engagement.invitation_ids.filtered("call_id")
        self.assertEqual(row.partner_id, self.headman)
        self.assertFalse(row.is_pending)

    def test_a_move_before_the_call_is_one_call(self):
        engagement = self.engage(self.headman)
        self.move(engagement)
        [call] = self.calls()
        self.assertIn("11:00–12:00", call.text)

    def test_who_was_told_is_told_of_a_move_and_of_the_cancellation(self):
        engagement = self.engage(self.headman)
        self.calls().action_close()
        self.move(engagement)
        first, second = self.calls()
        self.assertEqual((first.state, second.state), ("closed", "call_back"))
        second.action_close()
        engagement.action_cancel("ill")
        third = self.calls()[-1]
        self.assertEqual(third.state, "call_back")
        self.assertEqual(third.subject, "İptali telefonla bildirin")

    def test_who_was_not_told_of_the_move_is_told_of_the_cancellation(self):
        engagement = self.engage(self.headman)
        self.calls().action_close()
        self.move(engagement)
        engagement.action_cancel("ill")
        _first, second = self.calls()
        self.assertEqual(second.state, "call_back")
        self.assertEqual(second.subject, "İptali telefonla bildirin")

    def test_the_cancellation_finds_an_address_that_came_in_later(self):
        engagement = self.engage(self.headman)
        self.calls().action_connect()
        self.headman.email = "muhtar@ok.example.com"
        engagement.action_cancel("ill")
        [mail] = self.send()
        self.assertEqual(self.read(mail).method.value, "CANCEL")
        self.assertEqual(len(self.calls()), 1)

    def test_who_heard_of_the_cancellation_hears_it_once(self):
        engagement = self.engage(self.headman)
        self.calls().action_close()
        engagement.action_cancel("ill")
        self.calls()[-1].action_close()
        engagement.action_reset()
        engagement.action_confirm()
        engagement.action_cancel("ill again")
        self.assertEqual(self.calls().mapped("state"), ["closed"] * 3)
        self.assertEqual(self.calls()[-1].subject, "Telefonla davet edin")

    def test_who_was_told_by_mail_and_lost_the_address_is_called(self):
        engagement = self.engage(self.guests[0])
        self.send()
        self.guests[0].email = False
        engagement.invitation_ids.with_user(self.secretary).email = False
        engagement.action_cancel("ill")
        call = self.Call.search([("partner_id", "=", self.guests[0].id)])
        self.assertEqual(call.subject, "İptali telefonla bildirin")

    def test_an_upgrade_knows_who_was_told_by_telephone(self):
        told = self.engage(self.headman)
        self.calls().action_close()
        waits = self.engage(
            self.headman,
            start=DAY + timedelta(hours=10),
            stop=DAY + timedelta(hours=11),
        )
        rows = told.invitation_ids + waits.invitation_ids
        rows.is_called = False
        self.env.flush_all()
        folder = Path(get_module_path("ozel_kalem")) / "migrations/19.0.1.6.0"
        script = runpy.run_path(str(folder / "post-called.py"))
        script["migrate"](self.env.cr, "19.0.1.5.0")
        self.env.invalidate_all()
        self.assertEqual(rows.mapped("is_called"), [True, False])

    def test_who_was_not_told_needs_no_cancellation(self):
        self.engage(self.headman).action_cancel("ill")
        self.assertEqual(self.calls().mapped("state"), ["closed"])

    def test_an_address_that_comes_in_later_takes_the_call_s_place(self):
        engagement = self.engage(self.headman)
        row = engagement.invitation_ids.with_user(self.secretary)
        row.email = "muhtar@ok.example.com"
        row.action_resend()
        self.assertEqual(self.calls().state, "closed")
        self.assertEqual(len(self.send()), 1)

    def test_confidential_ones_make_confidential_calls(self):
        self.engage(self.headman, confidentiality="private", user_id=self.director.id)
        self.assertFalse(self.calls())
        call = self.env["ozel_kalem.call"].search(
            [("partner_id", "=", self.headman.id)]
        )
        self.assertEqual(call.confidentiality, "private")
        self.assertNotIn("Meclis salonu", call.text)


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestAppointmentGuests(InvitationCase):
    """Scheduling invites the applicant, the participants and the units."""

    def setUp(self):
        super().setUp()
        self.citizen.email = "ayse@ok.example.com"
        self.manager_partner = self.env["res.partner"].create(
            {"name": "Fen İşleri Müdürü", "email": "fen@ok.example.com"}
        )
        self.unit.manager_id = self.env["hr.employee"].create(
            {"name": "Fen Müdürü", "work_contact_id": self.manager_partner.id}
        )
        self.appointment = (
            self.env["ozel_kalem.appointment"]
            .with_user(self.secretary)
            .create(
                {
                    "principal_id": self.principal.id,
                    "partner_id": self.citizen.id,
                    "participant_ids": [(6, 0, self.guests[:1].ids)],
                    "unit_ids": [(6, 0, self.unit.ids)],
                    "subject": SECRET,
                }
            )
        )

    def schedule(self, hours=6):
        self.appointment.action_schedule(DAY + timedelta(hours=hours))

    def told_to(self):
        return {
            mail.envelope_to[0]: self.read(mail).method.value for mail in self.send()
        }

    def everybody(self, method):
        return dict.fromkeys(
            ("ayse@ok.example.com", "fen@ok.example.com", self.guests[0].email), method
        )

    def test_all_are_invited_moved_and_cancelled(self):
        self.schedule()
        self.assertEqual(self.told_to(), self.everybody("REQUEST"))
        self.schedule(8)
        self.assertEqual(self.told_to(), self.everybody("REQUEST"))
        self.appointment.action_cancel("ill")
        self.assertEqual(self.told_to(), self.everybody("CANCEL"))

    def test_a_unit_without_a_manager_sends_its_liaison(self):
        self.unit.manager_id = False
        self.appointment.participant_ids = False
        self.schedule()
        self.assertEqual(
            set(self.told_to()), {"ayse@ok.example.com", "liaison@ok.example.com"}
        )

    def test_a_unit_it_was_referred_to_is_concerned(self):
        self.appointment.write({"unit_ids": False, "participant_ids": False})
        self.appointment.action_refer(self.unit.ids, "Görüşünüz?", "opinion")
        self.schedule()
        self.assertEqual(
            set(self.told_to()), {"ayse@ok.example.com", "fen@ok.example.com"}
        )

    def test_who_comes_in_or_goes_later(self):
        self.schedule()
        self.send()
        engagement = self.appointment.engagement_id
        engagement.partner_ids += self.guests[2]
        self.send()
        self.appointment.participant_ids = self.guests[1]
        self.assertEqual(
            self.told_to(),
            {self.guests[0].email: "CANCEL", self.guests[1].email: "REQUEST"},
        )
        self.assertIn(self.guests[2], engagement.partner_ids)

    def test_an_applicant_without_an_address_is_called(self):
        self.citizen.email = False
        self.schedule()
        self.assertNotIn("ayse@ok.example.com", self.told_to())
        call = self.env["ozel_kalem.call"].search(
            [("partner_id", "=", self.citizen.id), ("state", "=", "call_back")]
        )
        self.assertEqual((len(call), call.phone), (1, "0212 555 00 01"))

    def test_the_mail_says_nothing_of_what_it_is_about(self):
        self.schedule()
        for mail in self.send():
            self.assertNotIn(SECRET, mail.as_string())
            self.assertNotIn("Kentsel", str(mail["Subject"]))
