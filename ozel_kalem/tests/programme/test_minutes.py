from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import OzelKalemCase


class MinutesCase(OzelKalemCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outsider = cls.env["res.partner"].create(
            {
                "name": "Davut Karabudak",
                "function": "Söğütlü Mahallesi Muhtarı",
                "email": "muhtar@example.com",
            }
        )
        cls.unreached = cls.env["res.partner"].create({"name": "Şükrü İğdeci"})
        people = cls.liaison.partner_id | cls.outsider | cls.unreached
        cls.minutes = cls.record_minutes(people)

    @classmethod
    def record_minutes(cls, people, **values):
        meeting = cls.env["ozel_kalem.engagement"].create(
            {
                "principal_id": cls.principal.id,
                "subject": "Kış hazırlıkları",
                "kind": "meeting",
                "start": "2026-10-05 07:00:00",
                "stop": "2026-10-05 08:00:00",
                "location": "Meclis salonu",
                "partner_ids": people.ids,
            }
        )
        return (
            cls.env["ozel_kalem.minutes"]
            .with_user(cls.secretary)
            .create({"engagement_id": meeting.id, **values})
        )

    @classmethod
    def distribute(cls, minutes):
        director = minutes.with_user(cls.director)
        director.action_approve()
        director.action_distribute()
        return minutes

    def line(self, partner):
        return self.minutes.participant_ids.filtered(
            lambda line: line.partner_id == partner
        )


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestMinutesReceipts(MinutesCase):
    def test_the_principal_approves_what_units_are_to_do(self):
        self.minutes.decision_ids = [
            Command.create({"text": "Tuz alınsın", "department_id": self.unit.id})
        ]
        self.minutes.with_user(self.principal_user).action_approve()
        self.assertEqual(self.minutes.state, "approved")
        instruction = self.minutes.decision_ids.instruction_id
        self.assertEqual(instruction.referral_ids.department_id, self.unit)

    def test_who_approved_and_when(self):
        director = self.minutes.with_user(self.director)
        director.action_approve()
        self.assertEqual(self.minutes.approved_by_id, self.director)
        self.assertTrue(self.minutes.approved_on)
        director.action_take_back()
        self.assertFalse(self.minutes.approved_by_id)
        self.assertFalse(self.minutes.approved_on)

    def test_late_approval_of_a_deadline_that_has_passed(self):
        self.minutes.decision_ids = [
            (
                0,
                0,
                {
                    "text": "Çelenk siparişi",
                    "department_id": self.unit.id,
                    "deadline": "2026-10-06",
                },
            )
        ]
        self.minutes.with_user(self.director).action_approve()
        instruction = self.minutes.decision_ids.instruction_id.sudo()
        self.assertEqual(instruction.received_on, self.minutes.meeting_on)
        self.assertEqual(str(instruction.deadline), "2026-10-06")

    def test_what_was_approved_keeps_its_participants(self):
        self.minutes.with_user(self.director).action_approve()
        with self.assertRaisesRegex(UserError, "Approved minutes"):
            self.minutes.write({"participant_ids": [(5,)]})

    def test_who_is_reached_has_a_receipt(self):
        self.distribute(self.minutes)
        self.assertTrue(self.line(self.liaison.partner_id).sent_on)
        self.assertTrue(self.line(self.outsider).sent_on)
        self.assertFalse(self.line(self.unreached).sent_on)
        self.assertEqual(self.minutes.unseen_count, 2)

    def test_the_participant_alone_confirms(self):
        self.distribute(self.minutes)
        reader = self.minutes.with_user(self.liaison)
        self.assertTrue(reader.waits_for_me)
        self.assertFalse(self.minutes.waits_for_me)
        self.minutes.action_confirm_reading()
        self.assertFalse(self.line(self.liaison.partner_id).seen_on)
        reader.action_confirm_reading()
        self.assertTrue(self.line(self.liaison.partner_id).seen_on)
        self.assertFalse(reader.waits_for_me)

    def test_receipts_are_the_office_s_own(self):
        self.distribute(self.minutes)
        line = self.line(self.outsider)
        now = fields.Datetime.now()
        with self.assertRaises(AccessError):
            line.write({"seen_on": now})
        with self.assertRaises(UserError):
            line.unlink()
        with self.assertRaises(AccessError):
            self.env["ozel_kalem.minutes.participant"].with_user(self.secretary).create(
                {
                    "minutes_id": self.minutes.id,
                    "partner_id": self.citizen.id,
                    "sent_on": now - timedelta(days=1),
                }
            )

    def test_a_copy_handed_over(self):
        line = self.line(self.unreached)
        with self.assertRaises(UserError):
            line.action_hand_over()
        self.distribute(self.minutes)
        line.action_hand_over()
        self.assertTrue(line.sent_on)
        self.assertTrue(line.seen_on)
        with self.assertRaises(UserError):
            self.line(self.liaison.partner_id).action_hand_over()
        with self.assertRaises(AccessError):
            self.line(self.outsider).with_user(self.liaison).action_hand_over()


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestMinutesMail(MinutesCase):
    quiet = False

    def mail_to(self, partner):
        return (
            self.env["mail.mail"]
            .sudo()
            .search([("recipient_ids", "in", partner.id)], order="id desc", limit=1)
        )

    def test_outsiders_get_the_paper(self):
        self.distribute(self.minutes)
        mail = self.mail_to(self.outsider)
        self.assertEqual(mail.state, "outgoing")
        self.assertIn(self.minutes.name, mail.subject)
        self.assertEqual(len(mail.attachment_ids), 1)
        self.assertIn(self.minutes.name.replace("/", "-"), mail.attachment_ids.name)
        self.assertIn("Kış hazırlıkları", mail.attachment_ids.raw.decode())

    def test_of_confidential_minutes_nothing_is_mailed_but_the_number(self):
        self.minutes.with_user(self.director).confidentiality = "private"
        self.distribute(self.minutes.with_user(self.director))
        mail = self.mail_to(self.outsider)
        self.assertIn(self.minutes.name, mail.subject)
        self.assertFalse(mail.attachment_ids)
        self.assertNotIn("Kış", mail.body_html)

    def test_who_has_an_account_gets_the_link(self):
        reader = self.new_user("reader", notification_type="email")
        minutes = self.distribute(self.record_minutes(reader.partner_id))
        mail = self.mail_to(reader.partner_id)
        self.assertIn(minutes.name, mail.subject)
        self.assertFalse(mail.attachment_ids)
        self.assertNotIn("Kış", mail.body_html)
        self.assertIn(f"res_id={minutes.id}", mail.body_html)
