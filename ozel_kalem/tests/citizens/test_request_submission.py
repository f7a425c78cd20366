from odoo.tests import Form, tagged

from .common import CitizensCase


@tagged("post_install", "-at_install", "ozel_kalem", "ok_citizens")
class TestRequestSubmission(CitizensCase):
    """What the principal must see himself comes back with his decision (D13)."""

    def submit(self, user=None):
        request = self.request.with_user(user or self.director)
        action = request.action_prepare_submission()
        Submission = self.env["ozel_kalem.submission"].with_user(user or self.director)
        form = Form(Submission.with_context(**action["context"]))
        submission = form.save()
        submission.action_submit()
        return submission

    def test_the_summary_says_who_asks_what(self):
        self.request.text = "Sokağımdaki kaldırım çöktü, düştüm."
        submission = self.submit()
        self.assertEqual(submission.principal_id, self.principal)
        for part in ("Ayşe Yılmaz", "Kaldırım çöktü", "düştüm"):
            self.assertIn(part, submission.summary)

    def test_the_registry_may_put_a_petition_before_him(self):
        self.assertEqual(self.submit(self.registrar).state, "submitted")

    def test_the_decision_comes_back(self):
        self.request.user_id = self.public_relations
        submission = self.submit().with_user(self.principal_user)
        submission.action_return("Komşularla da görüşülsün.")
        self.assertIn("Komşularla da görüşülsün.", self.request.message_ids[0].body)
        task = self.request.activity_ids.filtered(
            lambda activity: activity.user_id == self.public_relations
        )
        self.assertEqual(len(task), 1)
        self.assertIn("Komşularla", task.note)

    def test_without_a_responsible_person_the_submitter_gets_the_task(self):
        self.request.user_id = False
        self.submit().with_user(self.principal_user).action_approve()
        self.assertEqual(self.request.activity_ids.user_id, self.director)

    def test_a_closed_request_asks_nobody_for_anything(self):
        submission = self.submit()
        self.request.action_cancel("Geri alındı")
        before = self.request.activity_ids
        submission.with_user(self.principal_user).action_approve()
        self.assertEqual(self.request.activity_ids, before)
        self.assertIn(submission.name, self.request.message_ids[0].body)
