from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import FollowUpCase


@tagged("post_install", "-at_install", "ozel_kalem", "ok_follow_up")
class TestNotice(FollowUpCase):
    def notice(self, **values):
        return (
            self.env["ozel_kalem.notice"]
            .with_user(self.secretary)
            .create(
                {
                    "res_model": self.instruction._name,
                    "res_id": self.instruction.id,
                    "partner_id": self.citizen.id,
                    "channel": "phone",
                    **values,
                }
            )
        )

    def test_it_begins_pending_with_a_number(self):
        notice = self.notice()
        self.assertEqual(notice.state, "pending")
        self.assertTrue(notice.name.startswith("B-"))

    def test_it_is_delivered_with_its_proof(self):
        notice = self.notice()
        notice.action_deliver("She answered at 10.15.")
        self.assertEqual(notice.state, "delivered")
        self.assertEqual(notice.proof, "She answered at 10.15.")
        self.assertEqual(notice.done_by_id, self.secretary)
        self.assertTrue(notice.closed_on)

    def test_it_fails_and_is_tried_again(self):
        notice = self.notice()
        notice.action_fail("Nobody answered.")
        self.assertEqual(notice.state, "failed")
        self.assertEqual(notice.failure_reason, "Nobody answered.")
        notice.action_retry()
        self.assertEqual((notice.state, notice.attempt), ("pending", 2))
        self.assertFalse(notice.closed_on)
        notice.action_deliver("She called back.")
        self.assertEqual(notice.state, "delivered")

    def test_proof_and_reason_have_words(self):
        for text in ("", "   ", None, False):
            with self.subTest(text=text):
                with self.assertRaisesRegex(UserError, "Proof"):
                    self.notice().action_deliver(text)
                with self.assertRaisesRegex(UserError, "Reason"):
                    self.notice().action_fail(text)

    def test_the_state_alone_proves_nothing(self):
        for state in ("delivered", "failed"):
            with self.subTest(state), self.assertRaises(UserError):
                self.notice().write({"state": state})

    def test_delivered_is_delivered(self):
        notice = self.notice()
        notice.action_deliver("She answered.")
        with self.assertRaises(UserError):
            notice.action_fail("She denies it.")

    def test_it_is_about_a_record_that_exists(self):
        for res_model, res_id in (
            ("no.such.model", 1),
            ("ozel_kalem.tag", 1),
            ("ozel_kalem.instruction", 2**31 - 1),
        ):
            with self.subTest(res_model), self.assertRaises(ValidationError):
                self.notice(res_model=res_model, res_id=res_id)

    def test_nothing_is_told_of_what_one_may_not_read(self):
        with self.assertRaises(AccessError):
            self.env["ozel_kalem.notice"].with_user(self.protocol).create(
                {
                    "res_model": self.instruction._name,
                    "res_id": self.instruction.id,
                    "partner_id": self.citizen.id,
                    "channel": "phone",
                }
            )
