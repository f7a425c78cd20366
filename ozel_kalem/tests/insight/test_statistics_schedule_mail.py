import smtplib
from email.message import Message
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCommon

from .test_statistics_report import ReportCase

MAIL = "odoo.addons.mail.models.mail_mail"


@tagged("post_install", "-at_install", "ozel_kalem", "ok_insight")
class TestStatisticsScheduleMail(ReportCase, MailCommon):
    """A monthly mail that doesn't arrive is somebody's business."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._init_mail_gateway()
        cls.schedule = (
            cls.env["ozel_kalem.statistics.schedule"]
            .with_user(cls.director)
            .create(
                {
                    "name": "Aylık",
                    "table_ids": [Command.set(cls.tables(cls, "R01", "R08").ids)],
                    "recipient_ids": [
                        Command.set((cls.director | cls.principal_user).ids)
                    ],
                    "day_of_month": 5,
                    "next_date": "2024-06-05",
                }
            )
            .sudo()
        )

    def run_on(self, day):
        today = fields.Date.to_date(day)
        path = "odoo.addons.ozel_kalem.models.insight.statistics_schedule.local_today"
        with patch(path, lambda: today):
            self.env["ozel_kalem.statistics.schedule"]._cron_schedule()
            self.Report._cron_generate()

    def mails(self):
        domain = [("model", "=", self.Report._name)]
        return self.env["mail.mail"].search(domain)

    def deliver(self, refused=()):
        """Run the queue against a mail server that refuses these addresses."""

        def answer(message):
            to = message["To"]
            if any(address in to for address in refused):
                raise smtplib.SMTPRecipientsRefused({to: (550, b"No such user here")})

        with self.mock_mail_gateway(mail_unlink_sent=True), mute_logger(MAIL):
            send = type(self.env["ir.mail_server"]).send_email

            def send_email(model, message, *args, **kwargs):
                answer(message)
                return send(model, message, *args, **kwargs)

            with patch.object(
                type(self.env["ir.mail_server"]), "send_email", send_email
            ):
                self.mails().filtered(lambda mail: mail.state == "outgoing").send()

    def open_activities(self):
        self.env.invalidate_all()
        return self.schedule.activity_ids

    def test_a_refused_mail_is_an_activity_of_the_responsible_s(self):
        self.run_on("2024-06-05")
        self.deliver(refused=[self.principal_user.email])
        activity = self.open_activities()
        self.assertEqual(activity.user_id, self.director)
        self.assertIn(self.principal_user.name, activity.note)
        self.assertIn("No such user here", activity.note)
        self.assertNotIn(self.director.name, activity.note)
        self.assertEqual(self.schedule.unreached_ids, self.principal_user)

    def test_the_same_failure_is_told_once(self):
        self.run_on("2024-06-05")
        for _ in range(2):
            self.deliver(refused=[self.principal_user.email])
            self.mails().action_retry()
        activity = self.open_activities()
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.note.count("No such user here"), 1)

    def test_it_stays_open_until_everybody_has_been_reached(self):
        both = [self.principal_user.email, self.director.email]
        self.run_on("2024-06-05")
        self.deliver(refused=both)
        self.assertEqual(len(self.open_activities()), 1)
        self.run_on("2024-07-05")
        self.deliver(refused=both[:1])
        self.assertEqual(len(self.open_activities()), 1)
        self.assertEqual(self.schedule.unreached_ids, self.principal_user)
        self.run_on("2024-08-05")
        self.deliver()
        self.assertFalse(self.open_activities())
        self.assertFalse(self.schedule.unreached_ids)
        self.assertFalse(self.mails())

    def test_the_button_sends_the_same_workbook_to_those_not_reached(self):
        self.run_on("2024-06-05")
        self.deliver(refused=[self.principal_user.email])
        schedule = self.schedule.with_user(self.director)
        schedule.action_send_again()
        mail = self.mails()
        self.assertEqual(mail.recipient_ids, self.principal_user.partner_id)
        self.assertEqual(mail.attachment_ids, schedule.last_report_id.attachment_id)
        self.deliver()
        self.assertFalse(self.open_activities())
        with self.assertRaises(UserError):
            schedule.action_send_again()
        with self.assertRaises(AccessError):
            schedule.with_user(self.principal_user).action_send_again()

    def test_a_workbook_that_was_not_made_is_made_again(self):
        def broken(*_args):
            raise UserError("Nothing to count")

        with patch.object(type(self.Report), "_write_xlsx", broken):
            self.run_on("2024-06-05")
        self.assertIn("Nothing to count", self.open_activities().note)
        self.assertEqual(self.schedule.unreached_ids, self.schedule.recipient_ids)
        self.schedule.with_user(self.director).action_send_again()
        self.Report._cron_generate()
        self.deliver()
        self.assertFalse(self.open_activities())
        self.assertEqual(len(self.schedule.report_ids), 1)

    def test_who_may_no_longer_get_it_keeps_it_open(self):
        self.principal_user.group_ids = [
            Command.set(self.env.ref("ozel_kalem.group_secretary").ids)
        ]
        self.run_on("2024-06-05")
        self.deliver()
        self.assertIn(self.principal_user.name, self.open_activities().note)
        self.schedule.recipient_ids -= self.principal_user
        self.run_on("2024-07-05")
        self.deliver()
        self.assertFalse(self.open_activities())

    def test_without_a_responsible_the_director_is_told(self):
        self.schedule.user_id = self.principal_user
        self.run_on("2024-06-05")
        self.deliver(refused=[self.director.email])
        self.assertEqual(self.open_activities().user_id, self.principal_user)
        self.open_activities().unlink()
        self.run_on("2024-07-05")
        self.principal_user.active = False
        self.deliver(refused=[self.director.email])
        self.assertEqual(self.open_activities().user_id, self.director)

    def test_a_mail_that_comes_back_is_told(self):
        self.run_on("2024-06-05")
        self.deliver()
        self.assertFalse(self.open_activities())
        partner = self.principal_user.partner_id
        message = self.env["mail.message"].search(
            [
                ("model", "=", self.Report._name),
                ("res_id", "=", self.schedule.last_report_id.id),
                ("message_type", "=", "email_outgoing"),
            ]
        )[:1]
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(
                None, self.bounce(partner.email, message.message_id)
            )
        self.assertIn(partner.name, self.open_activities().note)
        self.assertIn("geri geldi", self.open_activities().note)
        self.assertEqual(self.schedule.unreached_ids, self.principal_user)

    def bounce(self, address, message_id):
        bounce = MIMEMultipart("report", report_type="delivery-status")
        bounce["From"] = "MAILER-DAEMON@example.com"
        bounce["To"] = f"{self.alias_bounce}@{self.alias_domain}"
        bounce["Subject"] = "Undelivered Mail"
        bounce["Message-Id"] = "<bounce-2@example.com>"
        bounce.attach(MIMEText("The mailbox is full.\n"))
        status, server = MIMENonMultipart("message", "delivery-status"), Message()
        server["Reporting-MTA"] = "dns; mail.example.com"
        recipient = Message()
        recipient["Final-Recipient"] = f"rfc822; {address}"
        recipient["Action"] = "failed"
        status.set_payload([server, recipient])
        bounce.attach(status)
        original = MIMEText("Rapor")
        original["To"] = address
        original["Message-Id"] = message_id
        bounce.attach(MIMEMessage(original))
        return bounce.as_string()
