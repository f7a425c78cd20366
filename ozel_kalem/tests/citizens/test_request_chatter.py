from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.mail.tools.discuss import Store

from .common import CitizensCase

PARTS = [
    "activities",
    "attachments",
    "contact_fields",
    "followers",
    "scheduledMessages",
    "suggestedRecipients",
]


@tagged("post_install", "-at_install", "ozel_kalem", "ok_citizens")
class TestRequestChatter(CitizensCase):
    """The chatter shows what core's own shows, for a third of the queries."""

    quiet = False
    maxDiff = None

    def use_everything(self):
        """A request on which people have written, planned and put files."""
        request = self.request.with_user(self.public_relations)
        neighbour = self.env["res.partner"].create(
            {"name": "Muhtar", "email": "muhtar@example.com"}
        )
        gone = self.env["res.partner"].create({"name": "Eski", "active": False})
        self.request.sudo().message_subscribe((neighbour | gone | self.citizen).ids)
        self.request.sudo().message_subscribe(
            self.director.partner_id.ids, subtype_ids=self.env.ref("mail.mt_note").ids
        )
        request.message_post(
            body="Sizi dinliyoruz",
            subtype_xmlid="mail.mt_comment",
            partner_ids=neighbour.ids,
            attachments=[("resim.txt", b"x")],
        )
        request.action_assess()
        self.env.flush_all()
        self.env.cr.precommit.run()
        request.activity_schedule("mail.mail_activity_data_todo", summary="Ara")
        self.env["mail.scheduled.message"].create(
            {
                "model": request._name,
                "res_id": request.id,
                "author_id": self.env.user.partner_id.id,
                "body": "yarın",
                "scheduled_date": fields.Datetime.now() + timedelta(days=1),
            }
        )

    def by_id(self, store):
        """What is shown; in which order the records come says nothing."""
        return {
            model: {(row.get("model"), row.get("id")): row for row in rows}
            for model, rows in store.get_result().items()
        }

    def thread(self, shown):
        return shown["mail.thread"][self.request._name, self.request.id]

    def reader(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.request.with_user(self.public_relations)

    def shown(self):
        store = Store().add(self.reader(), request_list=PARTS, as_thread=True)
        return self.by_id(store)

    def shown_by_core(self):
        store, thread = Store(), self.reader()
        core = self.env.registry["mail.thread"]._thread_to_store
        core(thread, store, [], request_list=PARTS)
        return self.by_id(store)

    def messages(self):
        thread = self.reader()
        found = thread.env["mail.message"]._message_fetch(None, thread=thread)
        found["messages"].set_message_done()
        return self.by_id(Store().add(found["messages"]))

    def messages_by_core(self):
        thread = self.reader()
        found = thread.env["mail.message"]._message_fetch(
            [("model", "=", thread._name), ("res_id", "=", thread.id)]
        )
        return self.by_id(Store().add(found["messages"]))

    def test_an_untouched_request(self):
        self.assertEqual(self.shown(), self.shown_by_core())
        self.assertEqual(self.messages(), self.messages_by_core())

    def test_a_request_with_everything(self):
        self.use_everything()
        shown = self.shown()
        thread = self.thread(shown)
        for part in ("activities", "attachments", "followers", "recipients"):
            self.assertTrue(thread[part], part)
        self.assertTrue(thread["scheduledMessages"])
        self.assertEqual(shown, self.shown_by_core())
        self.assertEqual(self.messages(), self.messages_by_core())

    def test_colleagues_are_not_proposed(self):
        """Whoever answers for it follows it, unless he chose not to."""
        self.request.message_unsubscribe(self.public_relations.partner_id.ids)
        proposed = self.thread(self.shown())["suggestedRecipients"]
        self.assertEqual([p["partner_id"] for p in proposed], self.citizen.ids)

    def test_whoever_was_told_has_read(self):
        note = self.request.with_user(self.director).message_post(
            body="Bakınız", partner_ids=self.public_relations.partner_id.ids
        )
        told = note.sudo().notification_ids.filtered(
            lambda n: n.res_partner_id == self.public_relations.partner_id
        )
        told.write({"notification_type": "inbox", "is_read": False})
        self.assertEqual(len(told), 1)
        self.messages()
        self.assertTrue(told.is_read)

    def test_a_request_that_is_gone_or_hidden(self):
        office = self.env["ozel_kalem.request"].with_user(self.public_relations)
        self.assertFalse(office._get_thread_with_access(2**31 - 1))
        self.assertEqual(office._get_thread_with_access(self.request.id), self.request)
        self.request.active = False
        self.assertTrue(office._get_thread_with_access(self.request.id))
        self.request.sudo().write({"confidentiality": "sealed", "user_id": False})
        self.assertFalse(office._get_thread_with_access(self.request.id))

    def test_its_first_line_has_the_word_for_every_kind(self):
        complaint = self.new_request(request_type="complaint")
        self.assertIn("Entered in the register", complaint.message_ids[-1].body)
