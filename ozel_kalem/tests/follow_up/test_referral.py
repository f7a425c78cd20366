from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import FollowUpCase

EMPTY = ("", "   ", None, False)


@tagged("post_install", "-at_install", "ozel_kalem", "ok_follow_up")
class TestReferral(FollowUpCase):
    """The contract of a referral between the office and a unit."""

    def setUp(self):
        super().setUp()
        self.referral = self.refer(note="Report by Friday.")
        self.unit_side = self.referral.with_user(self.liaison)

    # ------------------------------------------------------------- creation

    def test_it_takes_over_what_the_unit_needs(self):
        self.assertEqual(self.referral.subject, self.instruction.subject)
        self.assertEqual(self.referral.body, "Report by Friday.")
        self.assertEqual(self.referral.state, "sent")
        self.assertEqual(self.referral.deadline, self.instruction.deadline)

    def test_it_is_sent_when_it_is_made(self):
        with freeze_time("2026-03-02 07:15:00"):
            referral = self.refer()
        self.assertEqual(str(referral.sent_on), "2026-03-02 07:15:00")
        with self.assertRaisesRegex(AccessError, "only by the office"):
            self.unit_side.sent_on = "2026-03-09 08:00:00"

    def test_only_what_is_required_creates_it(self):
        referral = (
            self.env["ozel_kalem.referral"]
            .with_user(self.secretary)
            .create(
                {
                    "res_model": self.instruction._name,
                    "res_id": self.instruction.id,
                    "department_id": self.unit.id,
                    "purpose": "opinion",
                }
            )
        )
        self.assertTrue(referral.name.startswith("H-"))

    def test_one_receiver_exactly(self):
        for values in (
            {},
            {"department_id": self.unit.id, "institution_id": self.citizen.id},
        ):
            with (
                self.subTest(values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.env["ozel_kalem.referral"].create(
                    {
                        "res_model": self.instruction._name,
                        "res_id": self.instruction.id,
                        "purpose": "action",
                        **values,
                    }
                )

    def test_only_a_referable_record_that_exists(self):
        for res_model, res_id in (
            ("res.partner", self.citizen.id),
            ("ozel_kalem.tag", 1),
            ("no.such.model", 1),
            ("ozel_kalem.instruction", 0),
            ("ozel_kalem.instruction", 2**31 - 1),
            (None, None),
        ):
            with self.subTest(res_model), self.assertRaises(ValidationError):
                self.env["ozel_kalem.referral"].create(
                    {
                        "res_model": res_model,
                        "res_id": res_id,
                        "department_id": self.unit.id,
                        "purpose": "action",
                    }
                )

    def test_only_a_record_that_one_may_read(self):
        with self.assertRaises(AccessError):
            self.refer(user=self.protocol)

    # ------------------------------------------------------------ the inbox

    def test_the_unit_finds_it_in_its_inbox(self):
        self.assertVisible(self.referral, self.liaison)

    def test_a_sub_unit_s_referral_is_in_the_inbox_above(self):
        self.assertVisible(self.refer(self.sub_unit), self.liaison)

    def test_a_unit_above_s_referral_is_not_in_the_inbox_below(self):
        below = self.new_liaison("below", self.sub_unit)
        self.assertHidden(self.referral, below)
        self.assertVisible(self.refer(self.sub_unit), below)

    def test_a_named_liaison_answers_for_the_unit(self):
        helper = self.new_user("helper", "ozel_kalem.group_unit_liaison")
        self.assertHidden(self.referral, helper)
        self.unit.ozel_kalem_liaison_ids = helper
        self.assertVisible(self.referral, helper)
        self.referral.with_user(helper).action_answer("done")
        self.assertEqual(self.referral.answered_by_id, helper)

    def test_another_unit_sees_and_answers_nothing(self):
        other = self.new_liaison("other_liaison", self.other_unit)
        self.assertHidden(self.referral, other)
        theirs = self.referral.with_user(other)
        for act in (
            lambda: theirs.action_receive(),
            lambda: theirs.action_answer("done"),
            lambda: theirs.action_return("not ours"),
            lambda: theirs.read(["subject"]),
        ):
            with self.assertRaises(AccessError):
                act()

    def test_a_member_without_the_role_sees_nothing(self):
        self.env["hr.employee"].create(
            {
                "name": "plain",
                "user_id": self.employee.id,
                "department_id": self.unit.id,
            }
        )
        self.assertHidden(self.referral, self.employee)

    def test_the_unit_never_reaches_the_record_behind(self):
        source = self.instruction.with_user(self.liaison)
        self.assertHidden(self.instruction, self.liaison)
        for act in (
            lambda: source.read(["subject"]),
            lambda: (
                source.search([("referral_ids.department_id", "=", self.unit.id)]).ids
                and source.read(["words"])
            ),
            lambda: self.unit_side.action_open_source(),
        ):
            self.env.invalidate_all()
            try:
                self.assertFalse(act())
            except AccessError:
                continue

    # ----------------------------------------------------------- unit's acts

    def test_the_unit_receives_it(self):
        self.unit_side.action_receive()
        self.assertEqual(self.referral.state, "received")
        self.assertEqual(self.referral.unit_user_id, self.liaison)

    def test_an_information_is_closed_by_receiving_it(self):
        referral = self.refer(purpose="information")
        referral.with_user(self.liaison).action_receive()
        self.assertEqual(referral.state, "accepted")
        self.assertTrue(referral.closed_on)

    def test_the_unit_answers(self):
        self.unit_side.action_answer("  It was repaired today. ")
        self.assertEqual(self.referral.state, "answered")
        self.assertEqual(self.referral.answer, "It was repaired today.")
        self.assertEqual(self.referral.answered_by_id, self.liaison)
        self.assertTrue(self.referral.answered_on)

    def test_an_answer_reaches_somebody_who_is_still_there(self):
        self.referral.user_id = self.secretary
        self.secretary.active = False
        self.unit_side.action_answer("done")
        self.assertFalse(self.activities(self.referral, self.secretary))
        self.assertTrue(self.activities(self.referral, self.office._directors()[:1]))

    def test_an_answer_has_words(self):
        for text in EMPTY:
            with self.subTest(text=text), self.assertRaisesRegex(UserError, "Answer"):
                self.unit_side.action_answer(text)
        self.assertEqual(self.referral.state, "sent")

    def test_the_state_alone_does_not_answer(self):
        with self.assertRaisesRegex(UserError, "Answer"), self.env.cr.savepoint():
            self.unit_side.write({"state": "answered"})

    def test_the_unit_answers_with_files(self):
        file = self.attachment(user=self.liaison)
        self.unit_side.write({"evidence_ids": self.linked(file)})
        self.unit_side.action_answer("see the photograph")
        evidence = self.referral.evidence_ids
        self.assertEqual(evidence.raw, b"done")
        self.assertEqual(
            (evidence.res_model, evidence.res_id),
            (self.referral._name, self.referral.id),
        )
        self.env.invalidate_all()
        self.assertEqual(evidence.with_user(self.secretary).raw, b"done")
        self.assertEqual(self.instruction.evidence_ids, evidence)

    def test_the_unit_can_not_attach_what_it_may_not_read(self):
        secret = self.attachment(self.instruction)
        with self.assertRaises(AccessError):
            self.unit_side.write({"evidence_ids": self.linked(secret)})

    def test_the_unit_gives_it_back(self):
        self.unit_side.action_return("Ask the parks.")
        self.assertEqual(self.referral.state, "returned")
        self.assertEqual(self.referral.return_reason, "Ask the parks.")
        self.assertTrue(self.activities(self.referral, self.secretary))

    def test_giving_back_needs_a_reason(self):
        for reason in EMPTY:
            with (
                self.subTest(reason=reason),
                self.assertRaisesRegex(UserError, "Reason"),
            ):
                self.unit_side.action_return(reason)

    def test_the_unit_writes_nothing_of_the_office_s(self):
        for name, value in (
            ("subject", "other"),
            ("body", "other"),
            ("deadline", "2040-01-01"),
            ("department_id", self.other_unit.id),
            ("user_id", self.liaison.id),
            ("confidentiality", "private"),
            ("reminder_level", "3"),
            ("sent_back_count", 0),
            ("answered_on", "2020-01-01"),
            ("answered_by_id", self.director.id),
            ("closed_on", "2020-01-01"),
            ("active", False),
        ):
            with self.subTest(name), self.assertRaises(UserError):
                self.unit_side.write({name: value})

    def test_an_answer_that_was_given_stands(self):
        self.unit_side.action_answer("done")
        for values in (
            {"answer": "something else"},
            {"state": "received"},
            {"evidence_ids": []},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                self.unit_side.write(values)
        self.referral.with_user(self.secretary).action_accept()
        with self.assertRaises(UserError):
            self.unit_side.write({"answer": "something else"})
        self.assertEqual(self.referral.answer, "done")

    def test_the_unit_does_not_close_or_send_back(self):
        self.unit_side.action_answer("done")
        for act in (
            lambda: self.unit_side.action_accept(),
            lambda: self.unit_side.action_send_back("no"),
            lambda: self.unit_side.action_cancel("no"),
            lambda: self.unit_side.write({"state": "accepted"}),
        ):
            with self.assertRaises(UserError):
                act()
        self.assertEqual(self.referral.state, "answered")

    # --------------------------------------------------------- office's acts

    def test_the_office_accepts(self):
        self.unit_side.action_answer("done")
        self.assertTrue(self.activities(self.referral, self.secretary))
        self.referral.with_user(self.secretary).action_accept()
        self.assertEqual(self.referral.state, "accepted")
        self.assertTrue(self.referral.closed_on)
        self.assertFalse(self.activities(self.referral, self.secretary))

    def test_the_office_does_not_accept_what_was_not_answered(self):
        for state in ("sent", "received"):
            with self.subTest(state), self.assertRaises(UserError):
                self.referral.with_user(self.secretary).action_accept()
            if state == "sent":
                self.unit_side.action_receive()

    def test_the_office_sends_back_and_counts(self):
        for count in (1, 2):
            self.unit_side.action_answer("done")
            self.referral.with_user(self.secretary).action_send_back("Which day?")
            self.assertEqual(self.referral.state, "received")
            self.assertEqual(self.referral.sent_back_count, count)
        self.assertEqual(self.referral.sent_back_reason, "Which day?")

    def test_sending_back_needs_a_reason_and_an_answer(self):
        with self.assertRaises(UserError):
            self.referral.with_user(self.secretary).action_send_back("Which day?")
        self.unit_side.action_answer("done")
        for reason in EMPTY:
            with (
                self.subTest(reason=reason),
                self.assertRaisesRegex(UserError, "Reason"),
            ):
                self.referral.with_user(self.secretary).action_send_back(reason)

    def test_the_office_takes_it_back(self):
        for reason in EMPTY:
            with (
                self.subTest(reason=reason),
                self.assertRaisesRegex(UserError, "Reason"),
            ):
                self.referral.with_user(self.secretary).action_cancel(reason)
        self.referral.with_user(self.secretary).action_cancel("settled")
        self.assertEqual(self.referral.state, "cancelled")
        with self.assertRaises(UserError):
            self.unit_side.action_answer("done")

    def test_other_staff_do_not_close_it(self):
        self.unit_side.action_answer("done")
        with self.assertRaises(AccessError):
            self.referral.with_user(self.protocol).action_accept()

    # ------------------------------------------------------------- more time

    def with_deadline(self):
        self.referral.deadline = "2040-05-10"
        return self.unit_side

    def test_more_time_is_asked_and_granted(self):
        self.with_deadline().action_ask_more_time("2040-05-20", "The part is late.")
        self.assertEqual(str(self.referral.deadline), "2040-05-10")
        self.assertEqual(str(self.referral.asked_deadline), "2040-05-20")
        self.assertTrue(self.activities(self.referral, self.secretary))
        self.referral.with_user(self.secretary).action_grant_more_time()
        self.assertEqual(str(self.referral.deadline), "2040-05-20")
        self.assertFalse(self.referral.asked_deadline)
        self.assertFalse(self.activities(self.referral, self.secretary))

    def test_more_time_is_refused(self):
        self.with_deadline().action_ask_more_time("2040-05-20", "The part is late.")
        self.referral.with_user(self.secretary).action_refuse_more_time()
        self.assertEqual(str(self.referral.deadline), "2040-05-10")
        self.assertFalse(self.referral.asked_deadline)

    def test_the_unit_grants_itself_nothing(self):
        self.with_deadline().action_ask_more_time("2040-05-20", "The part is late.")
        with self.assertRaises(AccessError):
            self.unit_side.action_grant_more_time()

    def test_more_time_is_asked_with_sense(self):
        side = self.with_deadline()
        for day, reason in (
            ("2040-05-20", ""),
            ("2040-05-10", "same day"),
            ("2040-05-01", "earlier"),
            ("soon", "no date"),
            (None, "no date"),
        ):
            with self.subTest(day=day, reason=reason), self.assertRaises(UserError):
                side.action_ask_more_time(day, reason)

    def test_nothing_asked_nothing_granted(self):
        with self.assertRaises(UserError):
            self.referral.with_user(self.secretary).action_grant_more_time()

    def test_who_has_answered_asks_for_no_more_time(self):
        side = self.with_deadline()
        side.action_ask_more_time("2040-05-20", "The part is late.")
        side.action_answer("It came in time.")
        self.assertFalse(self.referral.asked_deadline)
        [task] = self.activities(self.referral, self.secretary)
        self.assertIn("answered", task.summary)

    def test_what_is_taken_back_asks_for_no_more_time(self):
        self.with_deadline().action_ask_more_time("2040-05-20", "The part is late.")
        self.referral.with_user(self.secretary).action_cancel("no longer needed")
        self.assertFalse(self.referral.asked_deadline)

    def test_a_closed_referral_is_granted_no_time(self):
        self.with_deadline().action_answer("It came in time.")
        # as those were left that had asked before
        self.referral.asked_deadline = "2040-05-20"
        office_side = self.referral.with_user(self.secretary)
        for step in (
            office_side.action_grant_more_time,
            office_side.action_refuse_more_time,
        ):
            with self.subTest(step.__name__), self.assertRaisesRegex(UserError, "open"):
                step()
        self.assertEqual(str(self.referral.deadline), "2040-05-10")

    def test_more_time_by_the_dialog(self):
        side = self.with_deadline()
        context = side.action_open_more_time()["context"]
        self.env["ozel_kalem.referral.more_time"].with_user(self.liaison).with_context(
            **context
        ).create({"date": "2040-05-20", "reason": "The part is late."}).action_confirm()
        self.assertEqual(str(self.referral.asked_deadline), "2040-05-20")

    # ---------------------------------------------------------- enclosures

    def test_chosen_files_go_along_as_the_referral_s_own(self):
        original = self.attachment(self.instruction)
        referral = self.refer()
        referral.with_user(self.secretary).write(
            {"attachment_ids": self.linked(original)}
        )
        own = referral.attachment_ids
        self.assertNotEqual(own, original)
        self.assertEqual(own.checksum, original.checksum)
        self.env.invalidate_all()
        self.assertEqual(own.with_user(self.liaison).raw, b"done")
        with self.assertRaises(AccessError):
            original.with_user(self.liaison).read(["raw"])

    def test_the_dialog_refers_with_files(self):
        original = self.attachment(self.instruction)
        context = self.instruction.action_open_refer()["context"]
        self.env["ozel_kalem.refer"].with_user(self.secretary).with_context(
            **context
        ).create(
            {
                "department_ids": self.linked(self.unit + self.other_unit),
                "note": "please",
                "attachment_ids": self.linked(original),
            }
        ).action_confirm()
        referrals = self.instruction.referral_ids - self.referral
        self.assertEqual(referrals.department_id, self.unit + self.other_unit)
        self.assertEqual(len(referrals.attachment_ids), 2)

    def test_a_dialog_without_receiver_is_refused(self):
        context = self.instruction.action_open_refer()["context"]
        with self.assertRaises(UserError):
            self.env["ozel_kalem.refer"].with_context(**context).create(
                {}
            ).action_confirm()

    # ------------------------------------------------- the record's deadline

    def test_a_referral_follows_the_deadline_that_it_took_over(self):
        first, own = self.refer(self.unit | self.other_unit)
        instruction = self.instruction
        instruction.deadline = "2040-05-10"
        referrals = first | own
        referrals.write({"deadline": "2040-05-10", "reminder_level": "1"})
        own.deadline = "2040-05-05"
        instruction.with_user(self.secretary).write({"deadline": "2040-05-20"})
        self.assertEqual(str(first.deadline), "2040-05-20")
        self.assertEqual(first.reminder_level, "0")
        self.assertEqual(str(own.deadline), "2040-05-05")
        self.assertEqual(own.reminder_level, "1")

    def test_a_referral_follows_the_pause(self):
        with freeze_time("2040-05-01 08:00:00"):
            self.instruction.deadline = "2040-05-10"
            referral = self.refer()
            self.instruction.action_pause_deadline("papers")
        with freeze_time("2040-05-04 08:00:00"):
            self.instruction.action_resume_deadline()
        self.assertEqual(str(referral.deadline), "2040-05-13")

    def test_a_unit_isn_t_late_because_the_record_is_to_be_done_earlier(self):
        self.instruction.deadline = "2040-05-10"
        referral = self.refer()
        self.instruction.deadline = "2040-05-05"
        self.assertEqual(str(referral.deadline), "2040-05-10")

    def test_an_answered_referral_stays_as_it_was(self):
        self.instruction.deadline = "2040-05-10"
        referral = self.refer()
        referral.with_user(self.liaison).action_answer("done")
        self.instruction.deadline = "2040-05-20"
        self.assertEqual(str(referral.deadline), "2040-05-10")

    # -------------------------------------------------------------- overdue

    def test_overdue_while_it_waits_for_the_unit(self):
        self.referral.deadline = "2040-05-10"
        for moment, overdue in (
            ("2040-05-10 20:59:59", False),
            ("2040-05-10 21:00:00", True),
        ):
            with freeze_time(moment):
                self.referral.invalidate_recordset()
                self.assertEqual(self.referral.is_overdue, overdue)
                found = self.referral.search(
                    [("id", "=", self.referral.id), ("is_overdue", "=", True)]
                )
                self.assertEqual(bool(found), overdue)
        with freeze_time("2040-05-12 08:00:00"):
            self.unit_side.action_answer("done")
            self.assertFalse(self.referral.is_overdue)


@tagged("post_install", "-at_install", "ozel_kalem", "ok_follow_up")
class TestReminders(FollowUpCase):
    quiet = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2040-05-01 08:00:00"):
            cls.instruction = cls.new_instruction(deadline="2040-05-10")

    def setUp(self):
        super().setUp()
        self.registry_enter_test_mode()
        with freeze_time("2040-05-01 08:00:00"):
            self.referral = self.refer()
        self.flush()

    def run_on(self, day):
        """What the unit is told by that day's run."""
        since = self.last_message()
        with freeze_time(f"{day} 06:00:00"):
            self.env.ref("ozel_kalem.ir_cron_remind").method_direct_trigger()
        return self.told(self.liaison.partner_id, since)[0]

    def overdue_activities(self):
        kind = self.env.ref("ozel_kalem.activity_type_overdue")
        activities = self.activities(self.referral, self.director)
        return activities.filtered(lambda a: a.activity_type_id == kind)

    def test_the_job_writes_as_the_office_does(self):
        self.env.ref("base.lang_tr").active = True
        self.company.partner_id.lang = "tr_TR"
        [told] = self.run_on("2040-05-13")
        self.assertEqual(told.subject, f"ACELE: {self.referral.name} gecikti")
        self.assertIn("10.05.2040", told.body)
        self.assertIn("gecikti", self.overdue_activities().summary)

    def test_each_level_once(self):
        for day, level, count in (
            ("2040-05-07", "0", 0),
            ("2040-05-08", "1", 1),
            ("2040-05-09", "1", 1),
            ("2040-05-10", "1", 1),
            ("2040-05-11", "2", 2),
            ("2040-05-12", "2", 2),
            ("2040-05-13", "3", 3),
            ("2040-05-14", "3", 3),
        ):
            with self.subTest(day):
                before = self.referral.reminder_count
                told = self.run_on(day)
                self.assertEqual(self.referral.reminder_level, level)
                self.assertEqual(self.referral.reminder_count, count)
                self.assertEqual(len(told), count - before)
        self.assertEqual(self.instruction.reminder_count, 3)

    def test_the_director_is_told_at_last(self):
        self.run_on("2040-05-12")
        self.assertFalse(self.overdue_activities())
        self.run_on("2040-05-13")
        self.run_on("2040-05-14")
        self.assertEqual(len(self.overdue_activities()), 1)

    def test_the_office_sets_the_days(self):
        self.office.write(
            {"remind_before_days": 4, "urgent_after_days": 2, "director_after_days": 5}
        )
        self.run_on("2040-05-06")
        self.assertEqual(self.referral.reminder_level, "1")
        self.run_on("2040-05-11")
        self.assertEqual(self.referral.reminder_level, "1")
        self.run_on("2040-05-12")
        self.assertEqual(self.referral.reminder_level, "2")

    def test_an_answered_or_closed_one_is_left_in_peace(self):
        self.referral.with_user(self.liaison).action_answer("done")
        self.assertFalse(self.run_on("2040-05-13"))
        self.assertEqual(self.referral.reminder_count, 0)

    def test_nobody_is_reminded_while_the_clock_stands_still(self):
        with freeze_time("2040-05-08 08:00:00"):
            self.instruction.action_pause_deadline("papers")
            self.flush()
        self.assertFalse(self.run_on("2040-05-13"))
        self.assertEqual(self.referral.reminder_level, "0")

    def test_more_time_starts_the_reminders_anew(self):
        self.run_on("2040-05-11")
        with freeze_time("2040-05-11 08:00:00"):
            self.referral.with_user(self.liaison).action_ask_more_time(
                "2040-05-20", "The part is late."
            )
            self.referral.with_user(self.secretary).action_grant_more_time()
        self.assertFalse(self.run_on("2040-05-12"))
        self.assertTrue(self.run_on("2040-05-18"))

    def test_a_reminder_says_number_and_day_alone(self):
        told = self.run_on("2040-05-11")
        text = f"{told.subject} {told.body}"
        self.assertIn(self.referral.name, text)
        self.assertNotIn("Çınaraltı", text)

    def test_an_institution_is_reminded_by_the_office(self):
        with freeze_time("2040-05-01 08:00:00"):
            ids = self.instruction.with_user(self.secretary).action_refer_institutions(
                self.citizen.ids
            )
        referral = self.referral.browse(ids)
        self.run_on("2040-05-08")
        self.assertEqual(len(self.activities(referral, self.secretary)), 1)
        self.assertEqual(referral.reminder_count, 1)


@tagged("post_install", "-at_install", "ozel_kalem", "ok_follow_up")
class TestReferralMails(FollowUpCase):
    """Mails to units carry a number and a link; a reply lands on the referral."""

    quiet = False
    WORDS = ("Çınaraltı", "feast", "Zeytin")

    def assertNeutral(self, since, number):
        messages, mails = self.told(self.liaison.partner_id, since)
        self.assertTrue(messages)
        self.assertTrue(mails, "nothing was mailed")
        for text in (
            *messages.mapped("subject"),
            *messages.mapped("body"),
            *mails.mapped("subject"),
            *mails.mapped("body_html"),
        ):
            for word in self.WORDS:
                self.assertNotIn(word, text)
        self.assertIn(number, " ".join(mails.mapped("subject")))
        self.assertIn("/mail/view", " ".join(mails.mapped("body_html")))

    def test_every_mail_to_a_unit_is_neutral(self):
        since = self.last_message()
        referral = self.refer(note="Zeytin street too.")
        self.assertNeutral(since, referral.name)
        mine = referral.with_user(self.secretary)

        def send_back():
            referral.with_user(self.liaison).action_answer("Zeytin is done.")
            mine.action_send_back("Zeytin is not done.")

        def grant():
            referral.deadline = "2040-01-01"
            referral.with_user(self.liaison).action_ask_more_time(
                "2040-02-01", "Zeytin"
            )
            mine.action_grant_more_time()

        for act in (send_back, grant, lambda: mine.action_cancel("Zeytin")):
            self.flush()
            since = self.last_message()
            act()
            self.assertNeutral(since, referral.name)

    def test_mails_wait_in_the_queue(self):
        since = self.last_message()
        self.refer()
        mails = self.told(self.liaison.partner_id, since)[1]
        self.assertEqual(set(mails.mapped("state")), {"outgoing"})

    def test_the_nearest_liaison_above_is_told(self):
        since = self.last_message()
        self.refer(self.sub_unit)
        self.assertTrue(self.told(self.liaison.partner_id, since)[0])

    def test_a_manager_is_told_where_there_is_no_liaison(self):
        manager = self.env["hr.employee"].create(
            {"name": "Head", "user_id": self.employee.id}
        )
        self.other_unit.manager_id = manager
        since = self.last_message()
        self.refer(self.other_unit)
        self.assertTrue(self.told(self.employee.partner_id, since)[0])

    def test_whoever_becomes_responsible_is_told_neutrally(self):
        since = self.last_message()
        self.instruction.with_user(self.director).write({"user_id": self.registrar.id})
        self.env["mail.message.schedule"]._send_notifications_cron()
        messages, mails = self.told(self.registrar.partner_id, since)
        self.assertEqual(len(messages), 1)
        for text in (*messages.mapped("body"), *mails.mapped("body_html")):
            self.assertNotIn("Çınaraltı", text)

    def institution_referral(self):
        self.citizen.email = "valilik@example.com"
        ids = self.instruction.with_user(self.secretary).action_refer_institutions(
            self.citizen.ids, "Please tell us."
        )
        return self.env["ozel_kalem.referral"].browse(ids)

    def send(self, referral):
        """Send the letter from the composer, as the secretary does."""
        action = referral.with_user(self.secretary).action_send_mail()
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.secretary)
            .with_context(**action["context"])
            .create({})
        )
        composer.action_send_mail()
        self.flush()
        return self.env["mail.message"].search(
            [("model", "=", referral._name), ("res_id", "=", referral.id)],
            order="id desc",
            limit=1,
        )

    def test_the_letter_to_an_institution_carries_what_is_asked(self):
        referral = self.institution_referral()
        message = self.send(referral)
        self.assertIn(self.citizen, message.partner_ids)
        self.assertIn("Please tell us.", message.body)

    def reply(self, message, subject="Re: your letter"):
        self.env["mail.thread"].message_process(
            False,
            f"From: Valilik <valilik@example.com>\nTo: office@example.com\n"
            f"Subject: {subject}\nMessage-Id: <reply-1@example.com>\n"
            f"In-Reply-To: {message.message_id}\nReferences: {message.message_id}\n"
            "Content-Type: text/plain; charset=utf-8\n\nWe have dealt with it.\n",
        )

    def test_the_institution_s_reply_lands_on_the_referral(self):
        referral = self.institution_referral()
        self.reply(self.send(referral))
        self.assertEqual(referral.state, "received")
        self.assertIn("dealt with it", referral.message_ids[0].body)
        self.assertEqual(referral.message_ids[0].author_id, self.citizen)
        self.assertTrue(self.activities(referral, self.secretary))

    def test_the_gateway_writes_as_the_office_does(self):
        self.env.ref("base.lang_tr").active = True
        self.company.partner_id.lang = "tr_TR"
        referral = self.institution_referral()
        self.reply(self.send(referral))
        [asked] = self.activities(referral, self.secretary)
        self.assertEqual(asked.summary, f"{self.citizen.name} yazıyla cevap verdi")

    def test_an_answered_institution_referral_is_closed_by_the_office(self):
        referral = self.institution_referral()
        self.reply(self.send(referral))
        mine = referral.with_user(self.secretary)
        mine.action_answer("They have dealt with it.")
        mine.action_accept()
        self.assertEqual(referral.state, "accepted")

    def test_a_mail_makes_no_referral(self):
        with self.assertRaises(UserError):
            self.env["ozel_kalem.referral"].message_new({"subject": "x"})

    def test_units_are_no_institutions(self):
        for partner_ids in ([], None, [2**31 - 1]):
            with self.subTest(partner_ids), self.assertRaises(UserError):
                self.instruction.action_refer_institutions(partner_ids)
