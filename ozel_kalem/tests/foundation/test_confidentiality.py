from datetime import timedelta

import psycopg2
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import OzelKalemCase

WORD = "Zümrüdüanka"
REASON = "The governor asks for it this very hour."
LEVELS = ("private", "sealed")


class ConfidentialCase(OzelKalemCase):
    """A record of the secretary's that the director has taken on and hidden.

    Only its level bars her: she registered it, referred it, submitted it, told
    somebody of it, follows it and was notified.
    """

    quiet = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Instruction = cls.env["ozel_kalem.instruction"]
        exporters = cls.env.ref("base.group_allow_export")
        (cls.secretary + cls.director).write(
            {"group_ids": [Command.link(exporters.id)]}
        )

    def record(self, level="normal", **values):
        record = self.Instruction.with_user(self.secretary).create(
            {
                "subject": f"About {WORD}",
                "words": f"See to {WORD}",
                "principal_id": self.principal.id,
                "user_id": self.director.id,
                **values,
            }
        )
        record = record.with_env(self.env)
        if level != "normal":
            self.hide(record, level)
        return record

    def hide(self, record, level):
        record.with_user(self.director).write({"confidentiality": level})
        self.flush()

    def as_secretary(self, model):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env[model].with_user(self.secretary)


@tagged("post_install", "-at_install", "ozel_kalem", "ok_foundation")
class TestHidden(ConfidentialCase):
    def test_before_it_is_hidden_she_reads_it(self):
        self.assertVisible(self.record(), self.secretary)

    def test_no_search_finds_it(self):
        for level in LEVELS:
            record = self.record(level)
            Model = self.as_secretary("ozel_kalem.instruction")
            for domain in (
                [("id", "=", record.id)],
                [("subject", "ilike", WORD)],
                [("words", "ilike", WORD)],
                [("name", "=", record.name)],
                [("display_name", "ilike", WORD)],
                [("confidentiality", "=", level)],
                [("create_uid", "=", self.secretary.id), ("id", "=", record.id)],
            ):
                with self.subTest(domain=domain):
                    self.assertNotIn(record, Model.search(domain))
                    self.assertEqual(Model.search_count([*domain, *domain]), 0)

    def test_no_name_search_finds_it(self):
        for level in LEVELS:
            record = self.record(level)
            Model = self.as_secretary("ozel_kalem.instruction")
            self.assertFalse(Model.name_search(WORD))
            self.assertFalse(Model.name_search(record.name, operator="="))

    def test_no_grouping_counts_it(self):
        for level in LEVELS:
            self.record(level)
            Model = self.as_secretary("ozel_kalem.instruction")
            domain = [("subject", "ilike", WORD)]
            self.assertFalse(Model._read_group(domain, ["subject"], ["__count"]))
            self.assertFalse(
                Model.formatted_read_group(domain, ["subject"], ["__count"])
            )
            self.assertFalse(
                Model.formatted_read_group(domain, ["user_id"], ["__count"])
            )
            groups = Model.formatted_read_group([], ["subject"], ["__count"])
            self.assertNotIn(WORD, str(groups))

    def test_it_is_not_read_by_its_id(self):
        for level in LEVELS:
            record = self.record(level)
            mine = self.as_secretary("ozel_kalem.instruction").browse(record.id)
            for act in (
                lambda mine=mine: mine.read(["subject"]),
                lambda mine=mine: mine.read(["display_name"]),
                lambda mine=mine: mine.web_read({"subject": {}}),
                lambda mine=mine: mine.export_data(["subject"]),
                lambda mine=mine: mine.write({"priority": "1"}),
                lambda mine=mine: mine.copy(),
                lambda mine=mine: mine.action_cancel("why"),
                lambda mine=mine: mine.action_refer([1]),
                lambda mine=mine: mine.message_post(body="x"),
            ):
                self.env.invalidate_all()
                with self.assertRaises(AccessError) as caught:
                    act()
                self.assertNotIn(WORD, str(caught.exception))

    def test_its_name_says_nothing(self):
        for level in LEVELS:
            record = self.record(level)
            self.assertNotIn(WORD, record.display_name)
            self.assertIn(record.name, record.display_name)

    def test_refusals_say_nothing(self):
        record = self.record("sealed")
        with self.assertRaises(UserError) as caught:
            record.with_user(self.director).write({"state": "reported"})
        self.assertNotIn(WORD, str(caught.exception))

    def test_named_persons_the_director_and_the_principal_read_it(self):
        for level in LEVELS:
            record = self.record(level)
            for user in (self.director, self.principal_user):
                self.assertVisible(record, user)
            record.authorised_user_ids += self.secretary
            self.assertVisible(record, self.secretary)
            record.with_user(self.secretary).write({"priority": "1"})

    def test_whoever_hides_a_record_stays_named(self):
        record = self.record(user_id=self.secretary.id)
        record.with_user(self.secretary).write({"confidentiality": "private"})
        record.user_id = self.director
        self.assertVisible(record, self.secretary)

    def test_names_may_come_as_plain_ids(self):
        mine = self.Instruction.with_user(self.secretary)
        for names in ([self.protocol.id], [Command.set([self.protocol.id])], False):
            record = mine.create(
                {
                    "subject": WORD,
                    "principal_id": self.principal.id,
                    "confidentiality": "private",
                    "authorised_user_ids": names,
                }
            )
            named = self.secretary | (self.protocol if names else self.secretary)
            self.assertEqual(record.sudo().authorised_user_ids, named)

    def test_managers_and_other_roles_see_nothing(self):
        record = self.record("sealed")
        for user in (
            self.manager,
            self.protocol,
            self.registrar,
            self.public_relations,
            self.liaison,
            self.employee,
        ):
            self.assertHidden(record, user)

    # --------------------------------------------- what hangs on the record

    def test_its_messages_are_hidden(self):
        for level in LEVELS:
            record = self.record()
            record.with_user(self.director).message_post(
                body=f"I know of {WORD}", subject=WORD
            )
            self.hide(record, level)
            Message = self.as_secretary("mail.message")
            for domain in (
                [("body", "ilike", WORD)],
                [("subject", "ilike", WORD)],
                [("model", "=", record._name), ("res_id", "=", record.id)],
            ):
                found = Message.search(domain)
                self.assertNotIn(WORD, str(found.mapped("body")))
                self.assertFalse(
                    found.filtered(lambda m: m.author_id != self.secretary.partner_id)
                )

    def test_its_messages_are_read_by_the_named(self):
        record = self.record("sealed", authorised_user_ids=[])
        record.with_user(self.director).message_post(body=f"I know of {WORD}")
        record.authorised_user_ids += self.secretary
        self.assertTrue(
            self.as_secretary("mail.message").search([("body", "ilike", WORD)])
        )

    def test_its_followers_and_notifications_are_withdrawn(self):
        for level in LEVELS:
            record = self.record()
            partner = self.secretary.partner_id
            record.message_subscribe(partner.ids)
            message = record.with_user(self.director).message_post(
                body=WORD,
                subtype_xmlid="mail.mt_comment",
                partner_ids=(partner + self.principal_user.partner_id).ids,
            )
            self.assertIn(partner, message.notified_partner_ids)
            self.hide(record, level)
            self.assertNotIn(partner, record.message_partner_ids)
            self.assertNotIn(partner, message.notified_partner_ids)
            self.assertNotIn(partner, message.partner_ids)
            self.assertIn(self.principal_user.partner_id, message.notified_partner_ids)
            with self.assertRaises(AccessError):
                self.as_secretary("mail.message").browse(message.id).read(["body"])

    def test_who_is_no_longer_named_follows_no_more(self):
        record = self.record("private")
        record.authorised_user_ids += self.secretary
        record.message_subscribe(self.secretary.partner_id.ids)
        record.authorised_user_ids -= self.secretary
        self.assertNotIn(self.secretary.partner_id, record.message_partner_ids)

    def test_its_activities_are_hidden(self):
        for level in LEVELS:
            record = self.record()
            for user in (self.secretary, self.director):
                record.activity_schedule(
                    "mail.mail_activity_data_todo", summary=WORD, user_id=user.id
                )
            self.hide(record, level)
            Activity = self.as_secretary("mail.activity")
            self.assertFalse(Activity.search([("summary", "ilike", WORD)]))
            self.assertFalse(
                Activity.search(
                    [("res_model", "=", record._name), ("res_id", "=", record.id)]
                )
            )
            self.assertEqual(record.activity_ids.user_id, self.director)

    def test_its_attachments_are_hidden(self):
        for level in LEVELS:
            record = self.record()
            attachment = self.env["ir.attachment"].create(
                {
                    "name": f"{WORD}.txt",
                    "raw": WORD.encode(),
                    "res_model": record._name,
                    "res_id": record.id,
                }
            )
            self.assertTrue(
                self.as_secretary("ir.attachment").browse(attachment.id).raw
            )
            self.hide(record, level)
            Attachment = self.as_secretary("ir.attachment")
            self.assertFalse(Attachment.search([("name", "ilike", WORD)]))
            self.assertFalse(Attachment.search([("id", "=", attachment.id)]))
            for name in ("raw", "name"):
                with self.assertRaises(AccessError):
                    self.as_secretary("ir.attachment").browse(attachment.id).read(
                        [name]
                    )

    # ------------------------------------------------ what is written about it

    def about(self, record):
        """Her referral, submission and notice, with the word in each."""
        enclosure = self.env["ir.attachment"].create(
            {
                "name": f"{WORD}.txt",
                "raw": WORD.encode(),
                "res_model": record._name,
                "res_id": record.id,
            }
        )
        values = {"res_model": record._name, "res_id": record.id}
        create = {
            "referral": {
                "department_id": self.unit.id,
                "purpose": "action",
                "body": WORD,
                "attachment_ids": [Command.link(enclosure.id)],
                "user_id": self.director.id,
            },
            "submission": {
                "principal_id": self.principal.id,
                "summary": WORD,
                "user_id": self.director.id,
            },
            "notice": {
                "partner_id": self.citizen.id,
                "channel": "phone",
                "body": WORD,
                "user_id": self.director.id,
            },
        }
        return [
            self.env[f"ozel_kalem.{name}"]
            .with_user(self.secretary)
            .create({**values, **more})
            .with_env(self.env)
            for name, more in create.items()
        ]

    def test_what_was_written_about_it_is_hidden_along(self):
        for level in LEVELS:
            record = self.record()
            written = self.about(record)
            for other in written:
                self.assertVisible(other, self.secretary)
            self.hide(record, level)
            for other in written:
                with self.subTest(other._name):
                    self.assertEqual(other.confidentiality, level)
                    self.assertHidden(other, self.secretary)
                    self.assertVisible(other, self.director)

    def test_what_was_written_about_it_is_shown_along(self):
        record = self.record()
        written = self.about(record)
        self.hide(record, "private")
        mine = record.with_user(self.director)
        mine.authorised_user_ids = [Command.link(self.secretary.id)]
        for other in written:
            self.assertVisible(other, self.secretary)
        mine.authorised_user_ids = [Command.unlink(self.secretary.id)]
        for other in written:
            self.assertHidden(other, self.secretary)
        mine.confidentiality = "normal"
        for other in written:
            self.assertVisible(other, self.secretary)

    def test_the_referral_s_own_copies_are_hidden_along(self):
        record = self.record()
        referral = self.about(record)[0]
        self.hide(record, "sealed")
        Attachment = self.as_secretary("ir.attachment")
        self.assertFalse(Attachment.search([("name", "ilike", WORD)]))
        with self.assertRaises(AccessError):
            Attachment.browse(referral.attachment_ids.ids).read(["raw"])

    def test_the_unit_goes_on_seeing_what_was_referred_to_it(self):
        record = self.record()
        referral = self.about(record)[0]
        self.hide(record, "sealed")
        self.assertVisible(referral, self.liaison)
        self.assertHidden(record, self.liaison)

    def test_what_is_written_about_a_hidden_record_is_born_hidden(self):
        for level in LEVELS:
            record = self.record(level)
            record.authorised_user_ids += self.secretary
            for other in self.about(record):
                with self.subTest(other._name):
                    self.assertEqual(other.confidentiality, level)
                    self.assertVisible(other, self.secretary)
                    self.assertHidden(other, self.protocol)

    def test_what_is_born_hidden_takes_names_as_plain_ids_too(self):
        record = self.record("private")
        for names in ([self.registrar.id], False):
            submission = (
                self.env["ozel_kalem.submission"]
                .with_user(self.director)
                .create(
                    {
                        "res_model": record._name,
                        "res_id": record.id,
                        "principal_id": self.principal.id,
                        "summary": WORD,
                        "authorised_user_ids": names,
                    }
                )
            )
            named = self.director | (self.registrar if names else self.director)
            self.assertEqual(submission.sudo().authorised_user_ids, named)

    def test_nothing_can_be_written_about_a_record_that_is_closed_to_one(self):
        """A submission would copy the subject; Odoo runs constraints as sudo."""
        record = self.record("sealed")
        for name, values in (
            ("submission", {"principal_id": self.principal.id, "summary": "s"}),
            ("referral", {"department_id": self.unit.id, "purpose": "action"}),
            ("notice", {"partner_id": self.citizen.id, "channel": "phone"}),
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                self.env[f"ozel_kalem.{name}"].with_user(self.secretary).create(
                    {"res_model": record._name, "res_id": record.id, **values}
                )

    def test_a_submission_is_not_turned_to_a_closed_record(self):
        open_record, closed = self.record(), self.record("sealed")
        submission = self.about(open_record)[1]
        with self.assertRaises(AccessError):
            submission.with_user(self.secretary).write({"res_id": closed.id})

    # --------------------------------------------------------- the register

    def entry(self, record, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return (
            self.env["ozel_kalem.register.entry"]
            .with_user(user or self.secretary)
            .search([("res_model", "=", record._name), ("res_id", "=", record.id)])
        )

    def test_the_register_shows_a_stub(self):
        for level in LEVELS:
            record = self.record(level)
            entry = self.entry(record)
            self.assertEqual(entry.name, record.name)
            self.assertEqual(entry.confidentiality, level)
            self.assertFalse(entry.subject)
            self.assertFalse(entry.can_open)
            self.assertNotIn(WORD, str(entry.read()))
            self.assertNotIn(WORD, str(entry.export_data(["name", "subject"])))

    def test_the_register_is_not_searched_by_subject(self):
        record = self.record("sealed")
        Entry = self.entry(record)
        with self.assertRaises(ValueError), mute_logger("odoo.domains"):
            Entry.search([("subject", "ilike", WORD)])
        with self.assertRaises(ValueError):
            Entry.formatted_read_group([], ["subject"], ["__count"])
        self.assertNotIn(record.name, str(Entry.name_search(WORD)))

    def test_the_named_read_the_subject_in_the_register(self):
        record = self.record("sealed")
        self.assertIn(WORD, self.entry(record, self.director).subject)

    def test_a_private_record_is_opened_by_asking_the_director(self):
        entry = self.entry(self.record("private"))
        with self.assertRaises(UserError):
            entry.action_open()


@tagged("post_install", "-at_install", "ozel_kalem", "ok_foundation")
class TestSeal(ConfidentialCase):
    """Opening a seal without being named."""

    def setUp(self):
        super().setUp()
        self.sealed = self.record("sealed")
        self.entry = (
            self.env["ozel_kalem.register.entry"]
            .with_user(self.secretary)
            .search(
                [
                    ("res_model", "=", self.sealed._name),
                    ("res_id", "=", self.sealed.id),
                ]
            )
        )

    def test_a_reason_is_asked(self):
        action = self.entry.action_open()
        self.assertEqual(action["res_model"], "ozel_kalem.reason")

    def test_a_short_reason_is_refused(self):
        for reason in ("", "  ", "curious", "x" * 19, " " * 30):
            with self.subTest(reason), self.assertRaises(UserError):
                self.entry.action_open_seal(reason)
        self.assertHidden(self.sealed, self.secretary)

    def test_it_is_readable_for_thirty_minutes(self):
        now = fields.Datetime.now()
        with freeze_time(now):
            action = self.entry.action_open_seal(REASON)
            self.assertEqual(action["res_model"], self.sealed._name)
            self.assertEqual(action["res_id"], self.sealed.id)
            self.assertVisible(self.sealed, self.secretary)
        with freeze_time(now + timedelta(minutes=29)):
            self.assertVisible(self.sealed, self.secretary)
        with freeze_time(now + timedelta(minutes=31)):
            self.assertHidden(self.sealed, self.secretary)

    def test_it_is_not_writable(self):
        self.entry.action_open_seal(REASON)
        mine = self.sealed.with_user(self.secretary)
        for act in (
            lambda: mine.write({"priority": "1"}),
            lambda: mine.write({"confidentiality": "normal"}),
            lambda: mine.write({"user_id": self.secretary.id}),
            lambda: mine.action_cancel("why"),
        ):
            with self.assertRaises(AccessError):
                act()

    def test_only_this_person_and_this_record(self):
        other = self.record("sealed")
        self.entry.action_open_seal(REASON)
        self.assertHidden(other, self.secretary)
        self.assertHidden(self.sealed, self.protocol)

    def test_the_dialog_opens_the_record(self):
        context = self.entry.action_open()["context"]
        dialog = (
            self.env["ozel_kalem.reason"]
            .with_user(self.secretary)
            .with_context(**context)
            .create({"text": REASON})
        )
        self.assertEqual(dialog.action_confirm()["res_id"], self.sealed.id)

    def test_the_director_is_told_why_but_not_what(self):
        before = self.env["mail.message"].search([], limit=1, order="id desc").id
        self.entry.action_open_seal(REASON)
        told = self.env["mail.message"].search([("id", ">", before or 0)])
        told = told.filtered(
            lambda m: self.director.partner_id in m.notified_partner_ids
        )
        self.assertEqual(len(told), 1)
        text = f"{told.subject} {told.body}"
        for part in (self.sealed.name, self.secretary.name, REASON):
            self.assertIn(part, text)
        self.assertNotIn(WORD, text)

    def test_a_line_is_left(self):
        self.entry.action_open_seal(REASON)
        line = self.env["ozel_kalem.access.log"].search(
            [("res_id", "=", self.sealed.id), ("kind", "=", "seal")]
        )
        self.assertEqual(line.user_id, self.secretary)
        self.assertEqual(line.reason, REASON)
        self.assertEqual(line.company_id, self.company)

    def test_a_role_that_would_not_see_it_anyway_opens_nothing(self):
        before = self.env["ozel_kalem.access.grant"].search_count([])
        entry = self.entry.with_user(self.protocol)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            entry.action_open_seal(REASON)
        self.assertEqual(self.env["ozel_kalem.access.grant"].search_count([]), before)

    def test_employees_have_no_register_to_open_from(self):
        for user in (self.employee, self.liaison, self.manager):
            with self.assertRaises(AccessError):
                self.entry.with_user(user).action_open_seal(REASON)

    def test_the_traces_can_not_be_erased(self):
        self.entry.action_open_seal(REASON)
        for name in ("log", "grant"):
            records = self.env[f"ozel_kalem.access.{name}"].search(
                [("res_id", "=", self.sealed.id)]
            )
            self.assertTrue(records)
            for user in (self.director, self.secretary, self.manager):
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(records.with_user(user).has_access(operation))
            for statement in (
                f"DELETE FROM {records._table} WHERE id = {records[0].id}",
                f"UPDATE {records._table} SET reason = 'x' WHERE id = {records[0].id}",
                f"TRUNCATE {records._table}",
            ):
                with (
                    self.subTest(statement),
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(psycopg2.errors.RaiseException),
                    self.env.cr.savepoint(flush=False),
                ):
                    self.env.cr.execute(statement)
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.RaiseException),
                self.env.cr.savepoint(),
            ):
                records.unlink()


@tagged("post_install", "-at_install", "ozel_kalem", "ok_foundation")
class TestAccessLog(ConfidentialCase):
    def lines(self, record):
        return self.env["ozel_kalem.access.log"].search(
            [("res_model", "=", record._name), ("res_id", "=", record.id)]
        )

    def test_every_way_of_reading_leaves_a_line(self):
        for act in (
            lambda mine: mine.read(["subject"]),
            lambda mine: mine.web_read({"subject": {}}),
            lambda mine: mine.search_read([("id", "=", mine.id)], ["subject"]),
            lambda mine: mine.web_search_read([("id", "=", mine.id)], {"words": {}}),
            lambda mine: mine.export_data(["subject"]),
        ):
            record = self.record("private")
            self.assertFalse(self.lines(record))
            act(record.with_user(self.director))
            self.assertEqual(self.lines(record).user_id, self.director)

    def test_a_list_leaves_a_line_for_each(self):
        records = self.record("private") + self.record("sealed") + self.record()
        records.with_user(self.director).read(["subject"])
        self.assertEqual(
            [self.lines(record).kind for record in records], ["list", "list", False]
        )

    def test_normal_records_leave_none(self):
        record = self.record()
        record.with_user(self.director).read(["subject"])
        record.with_user(self.secretary).web_read({"words": {}})
        self.assertFalse(self.lines(record))

    def test_a_stub_leaves_none(self):
        record = self.record("sealed")
        record.with_user(self.director).read(["name", "confidentiality"])
        self.assertFalse(self.lines(record))

    def test_one_sitting_is_one_line(self):
        record = self.record("private")
        mine = record.with_user(self.director)
        now = fields.Datetime.now()
        mine.read(["subject"])
        with freeze_time(now + timedelta(minutes=4)):
            mine.read(["words"])
            self.assertEqual(len(self.lines(record)), 1)
        with freeze_time(now + timedelta(minutes=6)):
            mine.read(["words"])
            self.assertEqual(len(self.lines(record)), 2)

    def test_the_line_says_no_content(self):
        record = self.record("sealed")
        record.with_user(self.director).read(["subject"])
        self.assertNotIn(WORD, str(self.lines(record).read()))

    def test_engagements_leave_lines_too(self):
        engagement = self.make(
            "ozel_kalem.engagement",
            principal_id=self.principal.id,
            confidentiality="private",
        )
        engagement.with_user(self.director).read(["subject"])
        self.assertTrue(self.lines(engagement))

    def test_only_the_director_reads_the_log(self):
        Log = self.env["ozel_kalem.access.log"]
        self.assertTrue(Log.with_user(self.director).has_access("read"))
        for user in (self.secretary, self.principal_user, self.manager, self.employee):
            self.assertFalse(Log.with_user(user).has_access("read"))

    def test_another_company_s_director_reads_none_of_it(self):
        other = self.env["res.company"].create({"name": "Other"})
        director = self.new_user(
            "other_director",
            "ozel_kalem.group_director",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        record = self.record("private")
        record.with_user(self.director).read(["subject"])
        self.assertHidden(self.lines(record), director)
