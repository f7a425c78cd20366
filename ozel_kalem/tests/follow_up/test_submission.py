from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import FollowUpCase

EMPTY = ("", "   ", None, False)


@tagged("post_install", "-at_install", "ozel_kalem", "ok_follow_up")
class TestSubmission(FollowUpCase):
    def submit(self, summary="Shall the road be repaired?", submitted=True, **values):
        submission = (
            self.env["ozel_kalem.submission"]
            .with_user(self.secretary)
            .create(
                {
                    "res_model": self.instruction._name,
                    "res_id": self.instruction.id,
                    "principal_id": self.principal.id,
                    "summary": summary,
                    **values,
                }
            )
        )
        if submitted:
            submission.action_submit()
        return submission.with_env(self.env)

    # --------------------------------------------------------- preparing it

    def test_it_is_about_its_record(self):
        submission = self.submit(submitted=False)
        self.assertEqual(submission.state, "draft")
        self.assertEqual(submission.subject, self.instruction.subject)
        self.assertEqual(submission.record_name, self.instruction.display_name)
        self.assertEqual(self.instruction.submission_count, 1)
        action = submission.action_open_source()
        self.assertEqual(action["res_id"], self.instruction.id)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ozel_kalem_submission SET res_id = 0 WHERE id = %s", [submission.id]
        )
        submission.invalidate_recordset()
        self.assertFalse(submission.is_source_readable)
        with self.assertRaisesRegex(UserError, "is gone"):
            submission.action_open_source()

    def test_only_a_submittable_record_that_exists(self):
        for res_model, res_id in (
            ("res.partner", self.citizen.id),
            ("no.such.model", 1),
            ("ozel_kalem.instruction", 2**31 - 1),
            (None, None),
        ):
            with self.subTest(res_model), self.assertRaises(ValidationError):
                self.submit(res_model=res_model, res_id=res_id)

    def test_it_is_submitted_and_taken_back(self):
        submission = self.submit()
        self.assertEqual(submission.state, "submitted")
        self.assertTrue(submission.submitted_on)
        submission.with_user(self.secretary).action_take_back()
        self.assertEqual(submission.state, "draft")

    def test_what_was_submitted_stands(self):
        submission = self.submit()
        for values in (
            {"summary": "other"},
            {"subject": "other"},
            {"principal_id": self.principal.copy().id},
            {"res_id": self.new_instruction().id},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                submission.with_user(self.secretary).write(values)
        submission.with_user(self.secretary).action_take_back()
        submission.with_user(self.secretary).write({"summary": "other"})

    # ------------------------------------------------------------- deciding

    def test_the_principal_approves_with_or_without_a_note(self):
        for note in (None, "", "soon"):
            submission = self.submit()
            submission.with_user(self.principal_user).action_approve(note)
            self.assertEqual(submission.state, "approved")
            self.assertEqual(submission.decision_note or "", note or "")
            self.assertEqual(submission.decided_by_id, self.principal_user)
            self.assertTrue(submission.decided_on)
            self.assertTrue(submission.closed_on)

    def test_the_principal_rejects_and_returns_with_a_note(self):
        for method, state in (("reject", "rejected"), ("return", "returned")):
            submission = self.submit()
            act = getattr(submission.with_user(self.principal_user), f"action_{method}")
            for note in EMPTY:
                with self.subTest(note=note), self.assertRaisesRegex(UserError, "Note"):
                    act(note)
            act("not this year")
            self.assertEqual(submission.state, state)
            self.assertEqual(submission.decision_note, "not this year")

    def test_a_returned_one_is_bettered_and_submitted_again(self):
        submission = self.submit()
        submission.with_user(self.principal_user).action_return("shorter")
        mine = submission.with_user(self.secretary)
        mine.write({"summary": "Repair?"})
        mine.action_submit()
        self.assertEqual(submission.state, "submitted")
        self.assertFalse(submission.decided_on)
        submission.with_user(self.principal_user).action_approve()
        self.assertEqual(submission.state, "approved")

    def test_nobody_else_decides(self):
        submission = self.submit()
        for user in (
            self.secretary,
            self.director,
            self.protocol,
            self.manager,
            self.liaison,
            self.employee,
            self.deputy,
        ):
            mine = submission.with_user(user)
            for act in (
                lambda mine=mine: mine.action_approve(),
                lambda mine=mine: mine.action_reject("no"),
                lambda mine=mine: mine.write({"state": "approved"}),
                lambda mine=mine: mine.write(
                    {"state": "returned", "decision_note": "no"}
                ),
            ):
                with self.subTest(user.name), self.assertRaises(AccessError):
                    act()
        self.assertEqual(submission.state, "submitted")

    def test_a_draft_is_not_decided(self):
        with self.assertRaises(UserError):
            self.submit(submitted=False).with_user(self.principal_user).action_approve()

    def test_a_decision_is_made_once(self):
        submission = self.submit()
        submission.with_user(self.principal_user).action_approve()
        with self.assertRaises(UserError):
            submission.with_user(self.principal_user).action_reject("after all")

    def test_the_record_of_a_decision_is_not_written_by_hand(self):
        submission = self.submit()
        submission.with_user(self.principal_user).action_approve("yes")
        for user in (self.secretary, self.director, self.principal_user):
            for values in (
                {"decision_note": "yes, and more"},
                {"decided_by_id": self.director.id},
                {"decided_on": "2020-01-01"},
                {"acting_note": "x"},
                {"closed_on": False},
            ):
                with (
                    self.subTest(user=user.name, **values),
                    self.assertRaises(UserError),
                ):
                    submission.with_user(user).write(values)

    def test_whoever_may_decide_sees_the_buttons(self):
        submission = self.submit()
        self.assertTrue(submission.with_user(self.principal_user).may_decide)
        submission.invalidate_recordset()
        self.assertFalse(submission.with_user(self.secretary).may_decide)

    def test_the_record_hears_of_the_decision(self):
        submission = self.submit()
        heard = []
        self.patch(
            type(self.instruction),
            "_submission_decided",
            lambda record, told: heard.append((record, told)),
        )
        submission.with_user(self.principal_user).action_approve()
        self.assertEqual(heard, [(self.instruction, submission)])


@tagged("post_install", "-at_install", "ozel_kalem", "ok_follow_up")
class TestSubmissionMails(FollowUpCase):
    quiet = False

    def test_both_sides_are_told_without_content(self):
        since = self.last_message()
        submission = (
            self.env["ozel_kalem.submission"]
            .with_user(self.secretary)
            .create(
                {
                    "res_model": self.instruction._name,
                    "res_id": self.instruction.id,
                    "principal_id": self.principal.id,
                    "summary": "Zeytin street",
                }
            )
        )
        submission.action_submit()
        messages, mails = self.told(self.principal_user.partner_id, since)
        self.assertEqual(len(messages), 1)
        texts = [*messages.mapped("body"), *mails.mapped("body_html")]
        self.flush()
        since = self.last_message()
        submission.with_user(self.principal_user).action_reject("Zeytin can wait")
        messages, mails = self.told(self.secretary.partner_id, since)
        self.assertEqual(len(messages), 1)
        for text in (*texts, *messages.mapped("body"), *mails.mapped("body_html")):
            self.assertNotIn("Zeytin", text)
            self.assertNotIn("Çınaraltı", text)
