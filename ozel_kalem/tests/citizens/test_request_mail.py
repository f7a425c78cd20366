from email.message import Message
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MockEmail

from .common import CitizensCase


@tagged("post_install", "-at_install", "ozel_kalem", "ok_citizens")
class TestTellingByMail(CitizensCase, MockEmail):
    """The answer that goes by e-mail, with what the mail server says of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._init_mail_gateway()
        cls.request.action_answer("positive", "Kaldırımınız onarıldı.")

    def sent(self):
        notice = self.tell(channel="email")
        notice.body = "Kaldırımınız onarıldı."
        with self.mock_mail_gateway():
            notice.action_send()
            self.assertEqual(notice.state, "pending")
            self.assertFalse(self._mails, "no SMTP inside the request")
            self.env["mail.mail"].sudo().process_email_queue()
        return notice

    def test_the_request_closes_when_the_server_took_the_mail(self):
        notice = self.sent()
        self.assertEqual(notice.state, "delivered")
        self.assertIn("ayse@citizens.example.com", notice.proof)
        self.assertEqual(self.request.state, "notified")
        mail = self._mails[0]
        self.assertIn("Kaldırımınız onarıldı.", mail["body"])
        self.assertIn(self.request.name, mail["subject"])

    def test_answers_follow_the_office_s_address_when_it_moves(self):
        office = self.env["ozel_kalem.office"]._for(self.request.company_id.id)
        office.alias_name = "dilekce"
        for name in ("dilekce", "basvuru"):
            office.alias_id.alias_name = name
            with self.subTest(name):
                self.assertIn(
                    f"{name}@{self.alias_domain}",
                    self.request._notify_get_reply_to()[self.request.id],
                )

    def test_a_bounce_opens_the_request_again(self):
        notice = self.sent()
        bounce = MIMEMultipart("report", report_type="delivery-status")
        bounce["From"] = "MAILER-DAEMON@citizens.example.com"
        bounce["To"] = f"{self.alias_bounce}@{self.alias_domain}"
        bounce["Subject"] = "Undelivered Mail"
        bounce["Message-Id"] = "<bounce-1@citizens.example.com>"
        bounce.attach(MIMEText("The mailbox is full.\n"))
        status, recipient = MIMENonMultipart("message", "delivery-status"), Message()
        recipient["Final-Recipient"] = f"rfc822; {self.citizen.email}"
        recipient["Action"] = "failed"
        status.set_payload([recipient])
        bounce.attach(status)
        original = MIMEText("Kaldırımınız onarıldı.")
        original["To"] = self.citizen.email
        original["Message-Id"] = notice.mail_message_id.message_id
        bounce.attach(MIMEMessage(original))
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(None, bounce.as_string())
        failed = self.request.notice_ids - notice
        self.assertEqual(failed.state, "failed")
        self.assertEqual(notice.state, "delivered")
        self.assertEqual(self.request.state, "answered")

    def test_a_mail_that_can_t_leave_is_a_failed_notice(self):
        notice = self.tell(channel="email")
        with self.mock_mail_gateway():
            notice.action_send()
        mail = self.env["mail.mail"].search(
            [("mail_message_id", "=", notice.mail_message_id.id)]
        )
        mail._postprocess_sent_message(
            self.env["res.partner"], [], "Recipient refused", "mail_smtp"
        )
        self.assertEqual(notice.state, "failed")
        self.assertIn("Recipient refused", notice.failure_reason)
        self.assertEqual(self.request.state, "answered")

    def test_without_an_address_it_says_what_to_do(self):
        self.citizen.email = False
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            self.tell(channel="email").action_send()

    def test_what_people_tell_themselves_isn_t_sent(self):
        with self.assertRaisesRegex(UserError, "yourself"):
            self.tell(channel="phone").action_send()

    def test_what_is_under_way_isn_t_told_once_more(self):
        values = {"request_id": self.request.id, "channel": "email"}
        Dialog = self.env["ozel_kalem.request.tell"].with_user(self.public_relations)
        with self.mock_mail_gateway():
            Dialog.create(values).action_confirm()
            with self.assertRaisesRegex(UserError, self.request.notice_ids.name):
                Dialog.create(values).action_confirm()
        self.assertEqual(len(self.request.notice_ids), 1)

    def test_a_mail_that_fails_after_the_telephone_call_reopens_nothing(self):
        mail = self.tell(channel="email")
        with self.mock_mail_gateway():
            mail.action_send()
        self.tell().action_deliver("Ayşe Hanım, 10.30")
        mail.action_fail("Posta kutusu dolu")
        self.assertEqual(self.request.state, "notified")
        self.assertEqual(self.request.told_proof, "Ayşe Hanım, 10.30")

    def test_a_bounce_leaves_the_proof_of_the_telephone_call(self):
        mail = self.tell(channel="email")
        with self.mock_mail_gateway():
            mail.action_send()
        self.tell().action_deliver("Ayşe Hanım, 10.30")
        mail.action_deliver("Posta sunucusu aldı")
        mail._came_back("Posta kutusu dolu")
        self.assertEqual(self.request.state, "notified")
        self.assertEqual(self.request.told_proof, "Ayşe Hanım, 10.30")

    def test_trying_again_sends_the_mail_again(self):
        notice = self.tell(channel="email")
        with self.mock_mail_gateway():
            notice.action_send()
        first = notice.mail_message_id
        notice.action_fail("Posta kutusu dolu")
        with self.mock_mail_gateway():
            notice.action_retry()
            self.assertEqual((notice.state, notice.attempt), ("pending", 2))
            self.assertNotEqual(notice.mail_message_id, first)
            self.env["mail.mail"].sudo().process_email_queue()
        self.assertEqual(notice.state, "delivered")

    def test_trying_a_call_again_waits_for_the_call(self):
        notice = self.tell()
        notice.action_fail("açmadı")
        notice.action_retry()
        self.assertEqual((notice.state, notice.attempt), ("pending", 2))

    def test_more_time_is_mailed_at_once(self):
        asked = self.new_request(request_type="information", channel="email")
        with self.mock_mail_gateway():
            asked.action_extend_deadline("Başka birime soruldu")
            self.env["mail.mail"].sudo().process_email_queue()
        self.assertEqual(asked.notice_ids.state, "delivered")
        self.assertIn("Başka birime soruldu", self._mails[0]["body"])
        self.assertEqual(asked.state, "new")

    def test_who_wants_no_mail_gets_more_time_by_letter(self):
        asked = self.new_request(request_type="information", channel="email")
        self.citizen.sudo().ozel_kalem_do_not_contact = True
        before = asked.deadline
        asked.action_extend_deadline("Başka birime soruldu")
        self.assertGreater(asked.deadline, before)
        self.assertEqual(asked.notice_ids.channel, "letter")
        self.assertEqual(asked.notice_ids.state, "pending")

    def test_a_second_mail_that_comes_back_opens_the_request_again(self):
        first = self.sent()
        first._came_back("Posta kutusu dolu")
        again = self.request.notice_ids - first
        with self.mock_mail_gateway():
            again.action_retry()
            self.env["mail.mail"].sudo().process_email_queue()
        self.assertEqual(self.request.state, "notified")
        again._came_back("Posta kutusu dolu")
        self.assertEqual(self.request.state, "answered")
        self.assertFalse(self.request.told_proof)
