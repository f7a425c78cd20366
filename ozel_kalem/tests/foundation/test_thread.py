from odoo.tests import tagged

from ..common import OzelKalemCase

WORD = "Zümrüdüanka"


@tagged("post_install", "-at_install", "ozel_kalem", "ok_foundation")
class TestDiscreetMails(OzelKalemCase):
    quiet = False

    def mails_of_a_comment(self, level):
        """The mails that a comment on a record of this level puts into the queue."""
        self.director.notification_type = "email"
        record = self.make(
            self.env["ozel_kalem.instruction"].with_user(self.principal_user),
            principal_id=self.principal.id,
            subject=f"About {WORD}",
            confidentiality=level,
        )
        record.sudo().message_subscribe(self.director.partner_id.ids)
        before = self.env["mail.mail"].search([])
        record.message_post(
            body=f"{WORD} has called",
            subject=WORD,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        return self.env["mail.mail"].search([]) - before

    def test_a_comment_on_a_normal_record_is_mailed_as_it_is(self):
        mails = self.mails_of_a_comment("normal")
        self.assertTrue(mails)
        self.assertIn(WORD, mails[0].body_html)

    def test_a_comment_on_a_confidential_record_tells_only_that_there_is_news(self):
        for level in ("private", "sealed"):
            with self.subTest(level):
                mails = self.mails_of_a_comment(level)
                self.assertTrue(mails)
                for mail in mails:
                    self.assertNotIn(WORD, mail.body_html)
                    self.assertNotIn(WORD, mail.subject)

    def test_no_mail_leaves_inside_the_request(self):
        self.assertEqual(
            set(self.mails_of_a_comment("normal").mapped("state")), {"outgoing"}
        )

    def assigned_to(self, user):
        return self.make(
            self.env["ozel_kalem.instruction"].with_user(self.principal_user),
            principal_id=self.principal.id,
            subject=f"About {WORD}",
            user_id=user.id,
        )

    def test_the_mail_of_an_assignment_is_written_by_the_queue(self):
        self.director.notification_type = "email"
        before = self.env["mail.mail"].search([])
        record = self.assigned_to(self.director)
        self.assertEqual(self.env["mail.mail"].search([]), before)
        job = self.env.ref("mail.ir_cron_send_scheduled_message")
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)]))
        for _twice in range(2):
            self.env["mail.message.schedule"]._send_notifications_cron()
        mail = self.env["mail.mail"].search([]) - before
        self.assertEqual(mail.recipient_ids, self.director.partner_id)
        self.assertIn(record.name, mail.subject)
        self.assertIn(record.name, mail.body_html)
        self.assertNotIn(WORD, mail.body_html)
        self.assertEqual(mail.state, "outgoing")

    def test_who_reads_in_odoo_sees_an_assignment_at_once(self):
        self.director.notification_type = "inbox"
        record = self.assigned_to(self.director)
        found = self.env["mail.notification"].search(
            [
                ("mail_message_id.model", "=", record._name),
                ("mail_message_id.res_id", "=", record.id),
            ]
        )
        self.assertEqual(found.res_partner_id, self.director.partner_id)
