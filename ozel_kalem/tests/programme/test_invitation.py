import base64
import email
import email.policy
from contextlib import suppress
from datetime import date, datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from unittest.mock import patch

import vobject

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..common import OzelKalemCase

DAY = datetime(2040, 5, 7)
GUESTS = 99
QUERIES = 100
SECRET = "Kentsel dönüşüm"


class Session:
    """An SMTP session that keeps what it is given."""

    from_filter = False
    smtp_from = False

    def __init__(self, post):
        self.post = post

    def send_message(self, message, smtp_from, smtp_to):
        self.post.offer(message, smtp_to)

    def quit(self):
        self.post.quits += 1


class Post:
    """A mail server for tests; `fails` says which addresses it refuses, and how."""

    def __init__(self):
        self.mails, self.connections, self.quits, self.fails = [], 0, 0, {}

    def connect(self, *args, **kwargs):
        self.connections += 1
        return Session(self)

    def offer(self, message, smtp_to):
        if failures := self.fails.get(smtp_to[0]):
            raise failures.pop(0)
        mail = email.message_from_bytes(message.as_bytes(), policy=email.policy.default)
        mail.envelope_to = smtp_to
        self.mails.append(mail)

    def take(self):
        mails, self.mails = self.mails, []
        return mails


def calendars(mail):
    """The calendar part and the attached file, as bytes."""
    parts = {part.get_content_type(): part for part in mail.walk()}
    return (
        base64.b64decode(parts["text/calendar"].get_payload()),
        parts["application/ics"].get_content(),
    )


class InvitationCase(OzelKalemCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office.email = "ozelkalem@ok.example.com"
        cls.env.ref("base.lang_tr").active = True
        cls.company.partner_id.lang = "tr_TR"
        cls.guests = cls.new_guests(3)

    def setUp(self):
        super().setUp()
        self.post = Post()
        self.Attendee = self.env["ozel_kalem.engagement.attendee"]
        server = type(self.env["ir.mail_server"])
        self.patch(server, "_disable_send", lambda *_args: False)
        self.patch(server, "_connect__", lambda _self, *a, **k: self.post.connect())
        cron = type(self.env["ir.cron"])
        self.patch(cron, "_commit_progress", lambda *a, **k: self.commit())

    def commit(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return float("inf")

    @classmethod
    def new_guests(cls, count, prefix="guest"):
        return cls.env["res.partner"].create(
            [
                {
                    "name": f"Davetli {number}",
                    "email": f"{prefix}{number}@ok.example.com",
                }
                for number in range(count)
            ]
        )

    def engage(self, guests=None, confirm=True, **values):
        engagement = self.make(
            "ozel_kalem.engagement",
            **{
                "principal_id": self.principal.id,
                "subject": SECRET,
                "kind": "meeting",
                "start": DAY + timedelta(hours=6),
                "stop": DAY + timedelta(hours=7),
                "location": "Meclis salonu",
                "partner_ids": [
                    Command.set((self.guests if guests is None else guests).ids)
                ],
                **values,
            },
        )
        if confirm:
            engagement.action_confirm()
        return engagement

    def send(self):
        self.Attendee._cron_send()
        return self.post.take()

    def read(self, mail):
        part, file = calendars(mail)
        self.assertEqual(part, file)
        return vobject.readOne(file.decode())

    def told(self, mails):
        """{(method, sequence)} of the mails."""
        found = map(self.read, mails)
        return {(one.method.value, int(one.vevent.sequence.value)) for one in found}


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestInvitation(InvitationCase):
    def test_nothing_is_sent_within_the_request(self):
        engagement = self.engage()
        self.assertFalse(self.post.connections)
        self.assertEqual(engagement.invitation_ids.partner_id, self.guests)
        self.assertTrue(all(engagement.invitation_ids.mapped("is_pending")))
        self.assertFalse(
            self.env["mail.mail"].search([("email_to", "ilike", "guest0@ok")])
        )

    def test_a_tentative_one_invites_nobody(self):
        engagement = self.engage(confirm=False)
        self.assertFalse(engagement.invitation_ids)
        self.assertFalse(self.send())

    def test_each_guest_gets_one_mail(self):
        engagement = self.engage()
        mails = self.send()
        self.assertEqual(
            sorted(mail.envelope_to[0] for mail in mails),
            sorted(self.guests.mapped("email")),
        )
        self.assertEqual((self.post.connections, self.post.quits), (1, 1))
        self.assertEqual(len({mail["Message-Id"] for mail in mails}), len(mails))
        for mail in mails:
            self.assertEqual(len(mail["To"].addresses), 1)
            self.assertIn("ozelkalem@ok.example.com", mail["From"])
        rows = engagement.invitation_ids
        self.assertFalse(any(rows.mapped("is_pending")))
        self.assertTrue(all(rows.mapped("sent_on")))
        self.assertEqual(set(rows.mapped("last_sent_sequence")), {0})
        self.assertFalse(self.send())

    def test_the_file_is_one_for_all_and_lists_its_reader_alone(self):
        self.engage()
        mails = self.send()
        files = set()
        for mail in mails:
            [address] = mail.envelope_to
            file = calendars(mail)[0].decode().replace("\r\n ", "")
            entry = self.read(mail).vevent
            self.assertEqual(
                entry.attendee.params["PARTSTAT"] + [entry.attendee.value],
                ["NEEDS-ACTION", f"mailto:{address}"],
            )
            for guest in self.guests:
                self.assertNotIn(guest.name, file)
            self.assertEqual(file.count(address), 1)
            files.add(file.replace(address, ""))
        self.assertEqual(len(files), 1)
        self.assertIn(
            "\r\nDTSTART;TZID=Europe/Istanbul:20400507T090000\r\n", files.pop()
        )

    def test_a_new_room_does_not_ask_who_has_answered(self):
        engagement = self.engage()
        self.send()
        engagement.invitation_ids[0]._answer("accepted")
        engagement.location = "Makam"
        asked = [
            (entry.params["PARTSTAT"], entry.params["RSVP"])
            for entry in (self.read(mail).vevent.attendee for mail in self.send())
        ]
        self.assertEqual(
            asked, [(["ACCEPTED"], ["FALSE"])] + [(["NEEDS-ACTION"], ["TRUE"])] * 2
        )

    def test_one_entry_is_moved_and_cancelled(self):
        engagement = self.engage()
        invited = self.read(self.send()[0])
        engagement.write(
            {
                "start": DAY + timedelta(hours=8),
                "stop": DAY + timedelta(hours=9),
            }
        )
        moved = self.read(self.send()[0])
        engagement.action_cancel("ill")
        cancelled = self.read(self.send()[0])
        versions = (invited, moved, cancelled)
        self.assertEqual(len({one.vevent.uid.value for one in versions}), 1)
        self.assertEqual(
            [one.vevent.sequence.value for one in versions], ["0", "1", "2"]
        )
        self.assertEqual(
            [one.method.value for one in versions], ["REQUEST", "REQUEST", "CANCEL"]
        )
        self.assertEqual(
            [one.vevent.status.value for one in versions],
            ["CONFIRMED", "CONFIRMED", "CANCELLED"],
        )
        hours = [one.vevent.dtstart.value.hour for one in versions]
        self.assertEqual(hours, [9, 11, 11])

    def test_every_change_that_is_told_raises_the_version(self):
        engagement = self.engage()
        self.send()
        for number, values in enumerate(
            (
                {"location": "Makam"},
                {"kind": "briefing"},
                {"public_title": "Koordinasyon"},
                {"all_day": True},
                {"confidentiality": "private"},
            ),
            1,
        ):
            with self.subTest(values):
                engagement.write(values)
                self.assertEqual(self.told(self.send()), {("REQUEST", number)})

    def test_what_is_not_told_sends_nothing(self):
        engagement = self.engage()
        self.send()
        for values in (
            {"subject": "x"},
            {"description": "y"},
            {"location": "Meclis salonu"},
            {"start": engagement.start, "stop": engagement.stop},
            {"partner_ids": [Command.link(self.guests[0].id)]},
        ):
            with self.subTest(values):
                engagement.write(values)
                self.assertFalse(self.send())
        self.assertEqual(engagement.ics_sequence, 0)

    def test_many_changes_before_the_queue_are_one_mail(self):
        engagement = self.engage()
        engagement.location = "Makam"
        engagement.location = "Kültür merkezi"
        mails = self.send()
        self.assertEqual(len(mails), 3)
        self.assertEqual(self.read(mails[0]).vevent.location.value, "Kültür merkezi")

    def test_a_removed_guest_is_told_and_a_new_one_invited(self):
        engagement = self.engage()
        self.send()
        new = self.new_guests(1, "late")
        engagement.partner_ids = self.guests[1:] + new
        mails = {mail.envelope_to[0]: mail for mail in self.send()}
        self.assertEqual(set(mails), {self.guests[0].email, new.email})
        self.assertEqual(self.read(mails[self.guests[0].email]).method.value, "CANCEL")
        self.assertEqual(self.read(mails[new.email]).method.value, "REQUEST")
        engagement.partner_ids += self.guests[0]
        [mail] = self.send()
        self.assertEqual(self.read(mail).method.value, "REQUEST")

    def test_who_knows_of_nothing_gets_no_cancellation(self):
        engagement = self.engage()
        engagement.action_cancel("a mistake")
        self.assertFalse(self.send())
        engagement.action_reset()
        engagement.action_confirm()
        self.assertEqual({method for method, _n in self.told(self.send())}, {"REQUEST"})

    def test_leaving_the_programme_cancels(self):
        for leave in (
            lambda engagement: engagement.action_reset(),
            lambda engagement: engagement.action_archive(),
        ):
            engagement = self.engage()
            self.send()
            leave(engagement)
            self.assertEqual(self.told(self.send()), {("CANCEL", 1)})
            engagement.write({"active": True})
            if engagement.state == "confirmed":
                engagement.action_cancel("over")
            self.send()

    def test_nobody_is_told_of_what_is_over(self):
        past = fields.Datetime.now() - timedelta(days=2)
        engagement = self.engage(start=past, stop=past + timedelta(hours=1))
        self.assertFalse(engagement.invitation_ids)
        engagement = self.engage()
        self.send()
        engagement.action_done("fine")
        self.assertFalse(self.send())

    def test_a_move_into_the_past_is_told(self):
        engagement = self.engage()
        self.send()
        past = fields.Datetime.now() - timedelta(days=2)
        engagement.write({"start": past, "stop": past + timedelta(hours=1)})
        self.assertEqual(self.told(self.send()), {("REQUEST", 1)})
        engagement.location = "elsewhere"
        self.assertFalse(self.send())

    def test_whole_days_are_dates(self):
        # 00:00–24:00 of 7 and 8 May in Istanbul
        self.engage(
            all_day=True,
            start=DAY - timedelta(hours=3),
            stop=DAY + timedelta(hours=45),
        )
        entry = self.read(self.send()[0]).vevent
        self.assertEqual(
            (entry.dtstart.value, entry.dtend.value),
            (date(2040, 5, 7), date(2040, 5, 9)),
        )

    def test_half_past_midnight_is_the_day_that_has_begun(self):
        start = DAY - timedelta(hours=2, minutes=30)
        self.engage(start=start, stop=start + timedelta(hours=1))
        mail = self.send()[0]
        self.assertIn(
            b"\r\nDTSTART;TZID=Europe/Istanbul:20400507T003000\r\n", calendars(mail)[0]
        )
        self.assertIn("00:30–01:30", str(mail["Subject"]))
        self.assertIn("7 May", str(mail["Subject"]))

    def test_a_guest_without_an_address_is_called(self):
        silent = self.env["res.partner"].create({"name": "Muhtar"})
        engagement = self.engage(self.guests[0] + silent)
        self.assertEqual(len(self.send()), 1)
        row = engagement.invitation_ids.filtered(lambda r: r.partner_id == silent)
        self.assertFalse(row.is_pending)
        with self.assertRaises(UserError):
            row.with_user(self.secretary).action_resend()
        row.with_user(self.secretary).write(
            {"email": "muhtar@ok.example.com", "state": "accepted"}
        )
        row.with_user(self.secretary).action_resend()
        self.assertEqual(
            [m.envelope_to for m in self.send()], [["muhtar@ok.example.com"]]
        )

    def test_the_principal_reads_his_own_programme(self):
        engagement = self.engage(self.guests + self.principal.partner_id)
        self.assertEqual(engagement.invitation_ids.partner_id, self.guests)

    def test_it_is_not_deleted_while_guests_believe_in_it(self):
        engagement = self.engage()
        self.send()
        engagement.action_cancel("ill")
        with self.assertRaises(UserError):
            engagement.unlink()
        self.send()
        engagement.unlink()


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestInvitationSaysNoMore(InvitationCase):
    def everything(self, mail):
        parts = [part for part in mail.walk() if not part.is_multipart()]
        texts = [
            part.get_payload(decode=True).decode("utf-8").replace("\r\n ", "")
            for part in parts
        ]
        return "\n".join([str(mail["Subject"]), *texts])

    def test_subject_and_description_stay_in_the_office(self):
        self.engage(description="<p>Pazarlık payı</p>", kind="appointment")
        said = self.everything(self.send()[0])
        self.assertNotIn(SECRET, said)
        self.assertNotIn("Pazarlık", said)
        self.assertIn("Meclis salonu", said)
        self.assertIn(self.office.with_context(lang="tr_TR").name, said)

    def test_the_title_that_the_office_wrote(self):
        self.engage(public_title="Muhtarlar toplantısı")
        self.assertIn("Muhtarlar toplantısı", self.everything(self.send()[0]))

    def test_confidential_ones_say_only_when(self):
        for level in ("private", "sealed"):
            engagement = self.engage(
                confidentiality=level, public_title="Muhtarlar toplantısı"
            )
            mail = self.send()[0]
            said = self.everything(mail)
            for word in (SECRET, "Muhtarlar", "Meclis salonu", "Meeting"):
                self.assertNotIn(word, said)
            self.assertEqual(self.read(mail).vevent.summary.value, "Program")
            engagement.action_cancel("x")
            self.assertNotIn("Meclis salonu", self.everything(self.send()[0]))

    def test_what_becomes_confidential_is_taken_back(self):
        engagement = self.engage(public_title="Muhtarlar toplantısı")
        self.send()
        engagement.confidentiality = "sealed"
        said = self.everything(self.send()[0])
        self.assertNotIn("Muhtarlar", said)
        self.assertNotIn("Meclis salonu", said)

    def test_hostile_titles_stay_text(self):
        title = "a\r\nBEGIN:VALARM\r\nX,;\\\x07<script>alert(1)</script>"
        self.engage(public_title=title, location="x\r\nBcc: evil@example.com")
        mail = self.send()[0]
        self.assertEqual(len(mail.get_all("Bcc", [])), 0)
        self.assertEqual(
            set(self.read(mail).vevent.contents) & {"valarm", "bcc", "x"}, set()
        )
        page = self.everything(mail).partition("<div")[2].partition("BEGIN:VCAL")[0]
        self.assertNotIn("<script>", page)

    def test_office_reads_the_rows_as_it_reads_the_engagement(self):
        engagement = self.engage()
        rows = engagement.invitation_ids
        for user in (self.secretary, self.protocol, self.director, self.principal_user):
            self.assertVisible(rows, user)
        for user in (self.liaison, self.manager, self.employee, self.portal):
            self.assertHidden(rows, user)
        engagement.write({"confidentiality": "sealed", "user_id": self.secretary.id})
        for user in (self.secretary, self.director, self.principal_user):
            self.assertVisible(rows, user)
        for user in (self.protocol, self.public_relations, self.registrar):
            self.assertHidden(rows, user)

    def test_who_writes_what(self):
        row = self.engage().invitation_ids[0]
        for user in (self.secretary, self.director):
            row.with_user(user).state = "accepted"
            for values in (
                {"is_pending": True},
                {"engagement_id": 1},
                {"token": "x"},
                {"method": "cancel"},
            ):
                with self.assertRaises(UserError):
                    row.with_user(user).write(values)
            with self.assertRaises(AccessError):
                row.with_user(user).read(["token"])
        for user in (self.protocol, self.principal_user, self.employee):
            with self.assertRaises(AccessError):
                row.with_user(user).state = "declined"
        with self.assertRaises(ValidationError):
            row.email = "ayse\r\nBcc: x@y.example"


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestInvitationQueue(InvitationCase):
    def row_of(self, engagement, guest):
        return engagement.invitation_ids.filtered(lambda row: row.partner_id == guest)

    def test_a_refused_address_stops_nobody_else(self):
        engagement = self.engage()
        bad = self.guests[1]
        refusal = SMTPRecipientsRefused({bad.email: (550, b"no such user")})
        self.post.fails[bad.email] = [refusal] * 10
        self.assertEqual(len(self.send()), 2)
        row = self.row_of(engagement, bad)
        self.assertIn("no such user", row.error)
        self.assertTrue(row.is_pending)
        for _attempt in range(4):
            self.send()
        self.assertFalse(row.is_pending)
        self.assertEqual(row.attempts, 5)
        self.post.fails.clear()
        row.with_user(self.secretary).action_resend()
        self.assertEqual(len(self.send()), 1)
        self.assertFalse(row.error)

    def test_a_lost_connection_is_made_anew(self):
        self.engage()
        lost = SMTPServerDisconnected("gone")
        self.post.fails[self.guests[1].email] = [lost]
        self.assertEqual(len(self.send()), 3)
        self.assertEqual(self.post.connections, 2)

    def test_a_letter_that_can_not_be_written_stops_nobody_else(self):
        bad = self.engage(self.guests[0])
        self.engage(self.guests[1], start=DAY, stop=DAY + timedelta(hours=1))
        make = type(bad)._invitation_letter

        def letter(engagement, method):
            if engagement == bad:
                raise ValueError("unwritable")
            return make(engagement, method)

        self.patch(type(bad), "_invitation_letter", letter)
        self.assertEqual(len(self.send()), 1)
        self.assertEqual(bad.invitation_ids.error, "unwritable")

    def test_no_server_no_attempt(self):
        engagement = self.engage()
        self.patch(type(self.env["ir.mail_server"]), "_connect__", self.no_server)
        with self.assertLogs(
            "odoo.addons.ozel_kalem.models.programme.invitation_queue"
        ):
            self.assertFalse(self.send())
        self.assertTrue(all(engagement.invitation_ids.mapped("is_pending")))
        self.assertFalse(any(engagement.invitation_ids.mapped("attempts")))

    @staticmethod
    def no_server(_self, *_args, **_kwargs):
        raise ConnectionRefusedError("nobody listens")

    def test_an_office_without_an_address_says_so(self):
        engagement = self.engage()
        with patch.object(
            type(engagement), "_invitation_office", lambda _self: ("Office", "")
        ):
            self.assertFalse(self.send())
        self.assertTrue(all(engagement.invitation_ids.mapped("error")))

    def kill(self, after):
        """The process ends at the ``after``-th commit."""
        cron, commits = type(self.env["ir.cron"]), []

        def commit(*_args, **_kwargs):
            self.env.flush_all()
            commits.append(1)
            if len(commits) == after:
                raise KeyboardInterrupt
            return float("inf")

        # not assertRaises, which would roll back what was committed before
        with (
            patch.object(cron, "_commit_progress", commit),
            suppress(KeyboardInterrupt),
        ):
            self.Attendee._cron_send()
        self.assertEqual(len(commits), after)
        self.env.invalidate_all()

    def test_killed_before_the_first_mail(self):
        engagement = self.engage()
        self.kill(2)
        self.assertFalse(self.post.take())
        engagement.action_cancel("x")
        # somebody might have got it: better one cancellation too many
        self.assertEqual(self.told(self.send()), {("CANCEL", 1)})

    def test_killed_between_two_chunks(self):
        self.guests += self.new_guests(30, "more")
        self.engage()
        self.kill(3)
        first = {mail.envelope_to[0] for mail in self.post.take()}
        rest = {mail.envelope_to[0] for mail in self.send()}
        self.assertFalse(first & rest)
        self.assertEqual(first | rest, set(self.guests.mapped("email")))

    def test_ninety_nine_guests(self):
        guests = self.new_guests(GUESTS, "many")
        engagement = self.engage(guests, confirm=False).with_user(self.secretary)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(QUERIES):
            engagement.action_confirm()
            self.env.flush_all()
        # each file holds its reader's own address, once
        size = {
            len(file) - len(mail.envelope_to[0])
            for mail in self.send()
            for file in calendars(mail)
        }
        self.assertEqual(len(size), 1)
        self.assertLess(size.pop(), 1500)
        self.assertEqual(self.post.connections, 1)
        self.env.invalidate_all()
        with self.assertQueryCount(QUERIES):
            engagement.write(
                {"start": DAY + timedelta(hours=8), "stop": DAY + timedelta(hours=9)}
            )
            self.env.flush_all()
        self.assertEqual(len(self.send()), GUESTS)
        self.env.invalidate_all()
        with self.assertQueryCount(QUERIES):
            engagement.action_cancel("ill")
            self.env.flush_all()
        self.assertEqual(len(self.send()), GUESTS)


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestInvitationAnswer(InvitationCase):
    def core(self, engagement, guest):
        attendees = engagement.calendar_event_ids.attendee_ids
        return attendees.filtered(lambda attendee: attendee.partner_id == guest)

    def test_an_answer_is_seen_in_the_calendar(self):
        engagement = self.engage()
        row = engagement.invitation_ids[0]
        for state in ("accepted", "declined", "tentative"):
            self.assertTrue(row._answer(state))
            self.assertEqual(row.state, state)
            self.assertEqual(self.core(engagement, row.partner_id).state, state)
        self.assertTrue(row.answered_on)
        others = engagement.invitation_ids - row
        self.assertEqual(set(others.mapped("state")), {"needs_action"})

    def test_an_answer_in_the_calendar_is_seen_by_the_office(self):
        guest = self.new_user("guest").partner_id
        engagement = self.engage(guest)
        attendee = self.core(engagement, guest).with_user(guest.user_ids)
        attendee.do_accept()
        self.assertEqual(engagement.invitation_ids.state, "accepted")

    def test_a_move_asks_again_and_a_new_room_does_not(self):
        engagement = self.engage()
        row = engagement.invitation_ids[0]
        row._answer("accepted")
        engagement.location = "Makam"
        self.assertEqual(row.state, "accepted")
        engagement.write(
            {"start": DAY + timedelta(hours=8), "stop": DAY + timedelta(hours=9)}
        )
        self.assertEqual(row.state, "needs_action")
        self.assertEqual(self.core(engagement, row.partner_id).state, "needsAction")

    def test_nothing_is_answered_after_the_end(self):
        engagement = self.engage()
        row = engagement.invitation_ids[0]
        engagement.action_cancel("ill")
        self.assertFalse(row._answer("accepted"))
        self.assertEqual(row.state, "needs_action")


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestInvitationPage(InvitationCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.engagement = self.engage()
        self.row = self.engagement.invitation_ids[0]
        self.env.flush_all()

    def link(self, answer="accept", token=None):
        return f"/ozel_kalem/invitation/{token or self.row.token}/{answer}"

    def test_opening_the_link_answers_nothing(self):
        page = self.url_open(self.link())
        self.assertEqual(page.status_code, 200)
        self.assertIn('method="post"', page.text)
        self.assertNotIn(SECRET, page.text)
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertEqual(self.row.state, "needs_action")

    def test_the_button_answers(self):
        for answer, state in (
            ("accept", "accepted"),
            ("tentative", "tentative"),
            ("decline", "declined"),
        ):
            page = self.url_open(self.link(answer), data={"x": "1"})
            self.assertEqual(page.status_code, 200)
            self.row.invalidate_recordset()
            self.assertEqual(self.row.state, state)

    def test_the_page_speaks_the_language_of_the_municipality(self):
        self.env["res.lang"]._activate_lang("tr_TR")
        self.env["ir.module.module"]._load_module_terms(["ozel_kalem"], ["tr_TR"])
        self.company.partner_id.lang = "tr_TR"
        for data, said in (
            (None, "Henüz kaydedilmedi: lütfen cevabınıza dokunun."),
            ({"x": "1"}, "Teşekkür ederiz, cevabınız kaydedildi."),
        ):
            page = self.url_open(self.link(), data=data)
            self.assertIn('<html lang="tr"', page.text)
            self.assertTrue(page.text.startswith("<!DOCTYPE html>"))
            for word in (said, "Katılıyorum", "Belki", "Katılamıyorum"):
                self.assertIn(word, page.text)
        self.engagement.action_cancel("ill")
        self.assertIn("Bu davet artık geçerli değil.", self.url_open(self.link()).text)

    def test_a_cancelled_one_is_closed(self):
        self.engagement.action_cancel("ill")
        for data in (None, {"x": "1"}):
            page = self.url_open(self.link(), data=data)
            self.assertEqual(page.status_code, 200)
            self.assertNotIn('method="post"', page.text)
            self.assertNotIn("Meclis salonu", page.text)

    @mute_logger("odoo.http", "werkzeug")
    def test_hostile_links(self):
        for token, answer in (
            ("x", "accept"),
            ("x" * 5000, "accept"),
            ("%00", "accept"),
            ("%F0%9F%8E%89", "accept"),
            ("' OR 1=1 --", "accept"),
            ("%25", "accept"),
            (None, "accepted"),
            (None, "needs_action"),
            (None, "%00"),
        ):
            with self.subTest(token=token, answer=answer):
                for data in (None, {"x": "1"}):
                    page = self.url_open(self.link(answer, token), data=data)
                    self.assertEqual(page.status_code, 404)
        self.row.invalidate_recordset()
        self.assertEqual(self.row.state, "needs_action")
