from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import FollowUpCase

EMPTY = ("", "   ", None, False)


@tagged("post_install", "-at_install", "ozel_kalem", "ok_follow_up")
class TestInstruction(FollowUpCase):
    """An instruction from the mayor's words to its end."""

    def as_director(self, record=None):
        return (record or self.instruction).with_user(self.director)

    # ------------------------------------------------------------- capture

    def test_the_contract_s_fields_are_enough(self):
        instruction = (
            self.env["ozel_kalem.instruction"]
            .with_user(self.secretary)
            .create(
                {
                    "principal_id": self.principal.id,
                    "subject": "Call the governor",
                    "mode": "written",
                }
            )
        )
        self.assertEqual(instruction.state, "open")
        self.assertEqual(instruction.user_id, self.secretary)
        self.assertTrue(instruction.received_on)

    def test_the_subject_alone_is_enough(self):
        instruction = (
            self.env["ozel_kalem.instruction"]
            .with_user(self.secretary)
            .create({"subject": "Call the governor"})
        )
        self.assertEqual(instruction.principal_id, self.principal)
        self.assertEqual(instruction.mode, "verbal")

    def test_the_principal_gives_one_himself(self):
        instruction = (
            self.env["ozel_kalem.instruction"]
            .with_user(self.principal_user)
            .create({"subject": "Call the governor"})
        )
        self.assertVisible(instruction, self.principal_user)

    # --------------------------------------------------------------- the way

    def test_from_the_words_to_the_report(self):
        instruction = self.instruction
        instruction.with_user(self.principal_user).action_read_back()
        self.assertTrue(instruction.read_back_on)
        referral = self.refer(note="By the feast.")
        self.assertEqual(instruction.state, "in_progress")
        self.assertEqual(instruction.department_ids, self.unit)
        self.assertEqual(instruction.lead_department_id, self.unit)
        file = self.attachment(user=self.liaison)
        unit_side = referral.with_user(self.liaison)
        unit_side.write({"evidence_ids": self.linked(file)})
        unit_side.action_answer("Repaired.")
        self.assertIn("Repaired.", instruction.answer_text)
        self.assertEqual(instruction.evidence_ids, referral.evidence_ids)
        self.as_director(referral).action_send_back("On which day?")
        unit_side.action_answer("Repaired on Monday.")
        self.as_director().action_conclude("The road is open.")
        self.assertEqual(referral.state, "accepted")
        self.assertEqual(instruction.result, "The road is open.")
        self.assertTrue(instruction.closed_on)
        self.as_director().action_report()
        self.assertEqual(instruction.state, "reported")
        self.assertTrue(instruction.reported_on)

    def test_several_units_one_referral_each(self):
        referrals = self.refer(self.unit + self.other_unit)
        self.assertEqual(referrals.department_id, self.unit + self.other_unit)
        self.assertEqual(self.instruction.lead_department_id, self.unit)
        self.assertEqual(self.instruction.referral_count, 2)
        self.assertIn("0", self.instruction.referral_progress)
        referrals[0].with_user(self.liaison).action_answer("done")
        self.assertIn("1", self.instruction.referral_progress)

    def test_units_added_later_leave_the_leading_one(self):
        self.refer()
        self.refer(self.other_unit)
        self.assertEqual(self.instruction.lead_department_id, self.unit)
        self.assertEqual(self.instruction.department_ids, self.unit + self.other_unit)

    def test_no_unit_no_referral(self):
        for units in ([], None, [2**31 - 1], [self.unit.id, 2**31 - 1]):
            with self.subTest(units=units), self.assertRaisesRegex(UserError, "Units"):
                self.instruction.action_refer(units)

    def test_a_single_id_is_understood(self):
        self.assertEqual(len(self.instruction.action_refer(self.unit.id)), 1)

    def test_a_closed_one_is_not_referred(self):
        self.as_director().action_cancel("settled")
        with self.assertRaises(UserError):
            self.refer()

    def test_the_director_is_asked_to_check_when_all_have_answered(self):
        both = self.refer(self.unit + self.sub_unit)
        self.refer(self.other_unit, purpose="information")
        both[0].with_user(self.liaison).action_answer("done")
        self.assertFalse(self.checks())
        both[1].with_user(self.liaison).action_answer("done")
        self.assertEqual(len(self.checks()), 1)
        self.as_director().action_conclude("all done")
        self.assertFalse(self.checks())

    def checks(self):
        kind = self.env.ref("ozel_kalem.activity_type_check")
        return self.instruction.activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )

    def test_concluding_takes_back_what_is_still_open(self):
        answered, waiting = self.refer(self.unit + self.other_unit)
        answered.with_user(self.liaison).action_answer("done")
        self.as_director().action_conclude("enough")
        self.assertEqual(answered.state, "accepted")
        self.assertEqual(waiting.state, "cancelled")
        self.assertTrue(waiting.cancel_reason)

    def test_concluding_leaves_what_was_returned(self):
        referral = self.refer()
        referral.with_user(self.liaison).action_return("not ours")
        self.as_director().action_conclude("done by ourselves")
        self.assertEqual(referral.state, "returned")

    def test_a_result_has_words(self):
        for text in EMPTY:
            with self.subTest(text=text), self.assertRaisesRegex(UserError, "Result"):
                self.as_director().action_conclude(text)
        with self.assertRaisesRegex(UserError, "Result"), self.env.cr.savepoint():
            self.as_director().write({"state": "concluded"})

    def test_only_the_director_concludes_and_reports(self):
        for user in (self.secretary, self.principal_user, self.protocol, self.liaison):
            mine = self.instruction.with_user(user)
            with self.subTest(user.name), self.assertRaises(AccessError):
                mine.action_conclude("done")
        self.as_director().action_conclude("done")
        with self.assertRaises(AccessError):
            self.instruction.with_user(self.secretary).action_report()

    def test_reporting_comes_after_concluding(self):
        with self.assertRaises(UserError):
            self.as_director().action_report()

    def test_the_principal_takes_back_his_own_word(self):
        instruction = self.instruction
        with self.assertRaises(AccessError):
            instruction.with_user(self.protocol).action_cancel("Gerek kalmadı")
        instruction.with_user(self.principal_user).action_cancel("Gerek kalmadı")
        self.assertEqual(instruction.state, "cancelled")
        self.assertEqual(instruction.cancel_reason, "Gerek kalmadı")
        with self.assertRaises(AccessError):
            instruction.with_user(self.principal_user).subject = "Başka"

    def test_cancelling_tells_why_and_takes_the_referrals_back(self):
        referral = self.refer()
        for reason in EMPTY:
            with (
                self.subTest(reason=reason),
                self.assertRaisesRegex(UserError, "Reason"),
            ):
                self.as_director().action_cancel(reason)
        number = self.instruction.name
        self.as_director().action_cancel("He has thought better of it.")
        self.assertEqual(self.instruction.state, "cancelled")
        self.assertEqual(self.instruction.name, number)
        self.assertEqual(referral.state, "cancelled")
        self.assertEqual(referral.cancel_reason, "He has thought better of it.")

    def test_reopening_clears_and_says_why(self):
        self.as_director().action_conclude("done")
        with self.assertRaisesRegex(UserError, "Reason"):
            self.as_director().action_reopen("")
        self.as_director().action_reopen("The road broke again.")
        self.assertEqual(self.instruction.state, "in_progress")
        self.assertFalse(self.instruction.closed_on)
        self.assertIn("broke again", self.instruction.message_ids[0].body)
        self.as_director().action_cancel("no")
        self.as_director().action_reopen("yes")
        self.assertEqual(self.instruction.state, "open")

    # ------------------------------------------------------------- read back

    def test_only_the_principal_confirms_his_words(self):
        for user in (self.secretary, self.director):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.instruction.with_user(user).action_read_back()
        self.instruction.with_user(self.principal_user).action_read_back()
        self.assertEqual(self.instruction.read_back_note, self.principal_user.name)

    def test_nobody_writes_the_confirmation_by_hand(self):
        values = {"read_back_on": fields.Datetime.now(), "read_back_note": "Mayor"}
        for user in (self.secretary, self.director):
            with self.assertRaises(AccessError):
                self.instruction.with_user(user).write(values)
            with self.assertRaises(AccessError):
                self.instruction.with_user(user).create({"subject": "s", **values})

    def test_words_that_change_are_to_be_confirmed_anew(self):
        other = self.make("ozel_kalem.principal")
        for change in (
            {"words": "Have it repaired next year."},
            {"subject": "Another road"},
            {"principal_id": other.id},
        ):
            instruction = self.new_instruction()
            instruction.with_user(self.principal_user).action_read_back()
            with self.subTest(change):
                instruction.with_user(self.secretary).write(change)
                self.assertFalse(instruction.read_back_on)
                self.assertFalse(instruction.read_back_note)
                self.assertIn("confirm", instruction.message_ids[0].body)

    def test_what_leaves_the_words_alone_leaves_them_confirmed(self):
        instruction = self.instruction
        instruction.with_user(self.principal_user).action_read_back()
        instruction.with_user(self.secretary).write(
            {"subject": instruction.subject, "words": instruction.words}
        )
        instruction.with_user(self.secretary).write({"priority": "1"})
        self.assertTrue(instruction.read_back_on)

    # ------------------------------------------------------------- recurrence

    def recurring(self, recurrence="week", deadline="2040-05-10", **values):
        with freeze_time("2040-05-01 08:00:00"):
            return self.new_instruction(
                recurrence=recurrence, deadline=deadline, **values
            )

    def run_cron(self, day):
        with freeze_time(f"{day} 06:00:00"):
            self.env["ozel_kalem.instruction"]._cron_recur()

    def test_a_recurring_one_needs_its_first_deadline(self):
        with self.assertRaisesRegex(ValidationError, "Deadline"):
            self.new_instruction(recurrence="week")

    def test_the_next_is_registered_when_this_is_concluded(self):
        first = self.recurring()
        with freeze_time("2040-05-09 08:00:00"):
            self.as_director(first).action_conclude("done")
        following = first.next_id
        self.assertEqual(str(following.deadline), "2040-05-17")
        self.assertEqual(following.state, "open")
        self.assertEqual(following.origin, first)
        self.assertNotEqual(following.name, first.name)
        self.assertEqual(following.recurrence, "week")

    def test_the_next_is_registered_when_the_day_has_passed(self):
        first = self.recurring()
        self.run_cron("2040-05-10")
        self.assertFalse(first.next_id)
        self.run_cron("2040-05-11")
        following = first.next_id
        self.assertEqual(str(following.deadline), "2040-05-17")
        self.run_cron("2040-05-12")
        self.assertEqual(first.next_id, following)

    def test_the_slip_of_the_next_one_is_in_the_office_s_language(self):
        self.env.ref("base.lang_tr").active = True
        self.env.company.partner_id.lang = "tr_TR"
        first = self.recurring(lead_department_id=self.unit.id)
        first.department_ids = self.unit
        self.run_cron("2040-05-11")
        self.assertEqual(first.next_id.referral_ids.body, "Tekrarlanan talimat")

    def test_a_series_that_lay_idle_goes_on_from_today(self):
        first = self.recurring()
        with freeze_time("2040-06-20 08:00:00"):
            self.as_director(first).action_conclude("late, but done")
        self.assertEqual(str(first.next_id.deadline), "2040-06-21")

    def test_months_keep_their_day(self):
        first = self.recurring("month", "2040-05-31")
        self.run_cron("2040-07-15")
        self.assertEqual(str(first.next_id.deadline), "2040-07-31")

    def test_a_short_month_shortens_no_other(self):
        instruction = self.recurring("month", "2041-01-31")
        days = []
        for day in ("2041-02-01", "2041-03-01", "2041-04-01", "2041-05-01"):
            self.run_cron(day)
            instruction = instruction.next_id
            days.append(str(instruction.deadline))
        self.assertEqual(days, ["2041-02-28", "2041-03-31", "2041-04-30", "2041-05-31"])

    def test_a_day_that_was_moved_by_hand_is_the_series_own(self):
        first = self.recurring("month", "2041-01-31")
        self.run_cron("2041-02-01")
        first.next_id.deadline = "2041-02-20"
        self.run_cron("2041-02-21")
        self.assertEqual(str(first.next_id.next_id.deadline), "2041-03-20")

    def test_a_series_ends(self):
        first = self.recurring(recurrence_until="2040-05-16")
        self.run_cron("2040-05-11")
        self.assertFalse(first.next_id)

    def test_a_cancelled_one_is_not_repeated(self):
        first = self.recurring()
        self.as_director(first).action_cancel("no more")
        self.run_cron("2040-05-11")
        self.assertFalse(first.next_id)

    def test_the_next_goes_to_the_same_units(self):
        first = self.recurring()
        with freeze_time("2040-05-02 08:00:00"):
            self.refer(self.other_unit + self.unit, instruction=first)
        self.run_cron("2040-05-11")
        following = first.next_id
        self.assertEqual(following.state, "in_progress")
        self.assertEqual(following.lead_department_id, self.other_unit)
        self.assertEqual(
            following.referral_ids.department_id, self.unit + self.other_unit
        )

    def test_the_next_of_a_sealed_one_is_sealed_for_the_same_people(self):
        first = self.recurring(user_id=self.director.id)
        first.with_user(self.director).write({"confidentiality": "sealed"})
        first.authorised_user_ids += self.protocol
        self.run_cron("2040-05-11")
        following = first.next_id
        self.assertVisible(following, self.protocol)
        self.assertHidden(following, self.secretary)

    # ------------------------------------------------------ origin and rest

    def test_the_chain_reads_both_ways(self):
        source = self.new_instruction()
        values = source._prepare_follow_up_values(source)
        child = self.new_instruction(**values)
        self.assertEqual(child.origin, source)
        self.assertEqual(source.origin_child_count, 1)
        action = source.action_open_origin_children()
        entries = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(entries.name, child.name)

    def test_children_that_one_may_not_see_are_not_counted(self):
        child = self.new_instruction(
            origin=f"{self.instruction._name},{self.instruction.id}",
            user_id=self.director.id,
        )
        child.with_user(self.director).write({"confidentiality": "sealed"})
        self.env.invalidate_all()
        mine = self.instruction.with_user(self.secretary)
        self.assertEqual(mine.origin_child_count, 0)
        self.env.invalidate_all()
        self.assertEqual(self.as_director().origin_child_count, 1)

    def test_a_copy_starts_fresh(self):
        self.refer()
        self.as_director().action_conclude("done")
        copy = self.instruction.copy()
        self.assertEqual(copy.state, "open")
        for name in (
            "result",
            "department_ids",
            "lead_department_id",
            "referral_ids",
            "closed_on",
            "read_back_on",
        ):
            self.assertFalse(copy[name], name)

    def test_found_in_any_spelling(self):
        record = self.new_instruction(subject="ISPARTA'da Şişli çeşmesi, IĞDIR")
        for text in ("isparta", "ısparta", "sisli", "ŞİŞLİ", "cesme", "ığdır", "igdir"):
            with self.subTest(text):
                found = record.search(
                    [("subject", "ilike", text), ("id", "=", record.id)]
                )
                self.assertEqual(found, record)
                names = record.name_search(text)
                self.assertIn(record.id, [record_id for record_id, _name in names])

    def test_found_by_number(self):
        found = self.env["ozel_kalem.instruction"].name_search(self.instruction.name)
        self.assertIn(self.instruction.id, [record_id for record_id, _name in found])

    def test_dialogs_ask_for_the_text(self):
        mine = self.as_director()
        action = mine.with_context(reason_action="action_conclude").action_ask_reason()
        self.env["ozel_kalem.reason"].with_user(self.director).with_context(
            **action["context"]
        ).create({"text": "done"}).action_confirm()
        self.assertEqual(self.instruction.state, "concluded")

    def test_dialogs_call_nothing_else(self):
        for method in ("unlink", "write", "_state_entered", "action_report", ""):
            with self.subTest(method), self.assertRaises(UserError):
                self.instruction.with_context(reason_action=method).action_ask_reason()
            dialog = self.env["ozel_kalem.reason"].create(
                {
                    "res_model": self.instruction._name,
                    "res_ids": str(self.instruction.id),
                    "method": method or "x",
                    "text": "x",
                }
            )
            with self.subTest(method), self.assertRaises(UserError):
                dialog.action_confirm()

    def test_dialogs_know_their_models(self):
        for model in ("no.such.model", "res.partner"):
            dialog = self.env["ozel_kalem.reason"].create(
                {"res_model": model, "res_ids": "1", "method": "unlink", "text": "x"}
            )
            with self.subTest(model), self.assertRaises(UserError):
                dialog.action_confirm()


@tagged("post_install", "-at_install", "ozel_kalem", "ok_follow_up")
class TestInstructionSheet(FollowUpCase):
    """What stands in the follow-up sheet; its paper is tested with the reports."""

    def sheet(self, user=None, **values):
        return (
            self.env["ozel_kalem.instruction.sheet"]
            .with_user(user or self.director)
            .create({"principal_id": self.principal.id, **values})
        )

    def late_and_closed(self):
        late = self.new_instruction(
            received_on=fields.Datetime.now() - timedelta(days=20),
            deadline=fields.Date.today() - timedelta(days=10),
        )
        closed = self.new_instruction()
        closed.with_user(self.director).action_conclude("done")
        return late, closed

    def test_its_scopes(self):
        late, closed = self.late_and_closed()
        for scope, inside, outside in (
            ("open", late + self.instruction, closed),
            ("overdue", late, closed + self.instruction),
            ("all", late + closed + self.instruction, late.browse()),
        ):
            with self.subTest(scope):
                found = self.sheet(scope=scope).instruction_ids
                self.assertLessEqual(inside, found)
                self.assertFalse(found & outside)

    def test_its_days_are_those_of_istanbul(self):
        record = self.new_instruction(received_on="2040-05-09 21:30:00")
        for day, inside in (("2040-05-09", False), ("2040-05-10", True)):
            sheet = self.sheet(date_from=day, date_to=day, scope="all")
            self.assertEqual(record in sheet.instruction_ids, inside)

    def test_its_units(self):
        self.refer()
        sheet = self.sheet(department_ids=self.linked(self.unit))
        self.assertEqual(sheet.instruction_ids, self.instruction)

    def test_days_in_their_order(self):
        with self.assertRaises(ValidationError):
            self.sheet(date_from="2040-05-10", date_to="2040-05-09")

    def test_only_what_the_reader_may_read(self):
        mine = self.sheet(self.secretary, scope="all").instruction_ids
        self.assertIn(self.instruction, mine)
        other = self.new_instruction(self.director)
        self.assertNotIn(other, self.sheet(self.secretary, scope="all").instruction_ids)
        self.assertFalse(self.sheet(self.protocol, scope="all").instruction_ids)
