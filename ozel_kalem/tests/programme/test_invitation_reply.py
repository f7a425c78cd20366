from datetime import timedelta
from email.message import EmailMessage

from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_invitation import DAY, InvitationCase

ALIAS = "davet@gelen.ok.example.com"


class ReplyCase(InvitationCase):
    """An office that receives mail in Odoo, and one meeting with three guests."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        domain = cls.env["mail.alias.domain"].create({"name": "gelen.ok.example.com"})
        cls.company.alias_domain_id = domain
        cls.office.answer_alias_name = "davet"

    def setUp(self):
        super().setUp()
        self.engagement = self.engage()
        self.sent = {mail.envelope_to[0]: mail for mail in self.send()}
        self.guest = self.guests[0]
        self.row = self.engagement.invitation_ids[0]
        self.notes = len(self.engagement.message_ids)

    def answer(self, answer="ACCEPTED", sender=None, attendee=None, **values):
        """Lines of the calendar part and the mail around it, then through the gateway."""
        sender = sender or self.guest.email
        lines = {
            "UID": self.engagement._invitation_uid(),
            "SEQUENCE": self.engagement.ics_sequence,
            "DTSTAMP": "20400501T060000Z",
            f'ATTENDEE;PARTSTAT={answer};CN="Çağlayan; Işık"': "mailto:"
            + (attendee or sender),
            **values.pop("lines", {}),
        }
        method = values.pop("method", "REPLY")
        text = "\r\n".join(
            [
                "BEGIN:VCALENDAR",
                f"METHOD:{method}",
                "BEGIN:VEVENT",
                *(f"{name}:{value}" for name, value in lines.items()),
                "END:VEVENT",
                "END:VCALENDAR",
                "",
            ]
        )
        return self.receive(
            sender, values.pop("calendar", text).encode(), method, **values
        )

    def receive(self, sender, calendar=None, method="REPLY", to=ALIAS, **headers):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, to, "Kabul edildi"
        self.number = getattr(self, "number", 0) + 1
        mail["Message-Id"] = f"<{self.number}.{id(self)}@ok.example.com>"
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content("Geliyorum.")
        if calendar is not None:
            mail.add_alternative(
                calendar,
                maintype="text",
                subtype="calendar",
                params={"method": method, "charset": "utf-8"},
            )
        result = self.env["mail.thread"].message_process(False, mail.as_bytes())
        self.env.flush_all()
        return result

    def new_notes(self):
        notes = self.engagement.message_ids.sorted("id")[self.notes :]
        return [str(note.body) for note in notes]

    def assertUntouched(self):
        self.assertEqual(
            set(self.engagement.invitation_ids.mapped("state")), {"needs_action"}
        )
        self.assertEqual(self.engagement.start, DAY + timedelta(hours=6))
        self.assertEqual(self.engagement.state, "confirmed")


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestInvitationReply(ReplyCase):
    def test_answers_go_to_the_address_that_odoo_receives(self):
        mail = self.sent[self.guest.email]
        self.assertEqual(self.read(mail).vevent.organizer.value, f"mailto:{ALIAS}")
        self.assertIn(ALIAS, mail["Reply-To"])
        self.assertIn("ozelkalem@ok.example.com", mail["From"])

    def test_an_office_without_such_an_address_stands_for_itself(self):
        self.office.answer_alias_name = False
        self.engagement.location = "Makam"
        mail = self.send()[0]
        self.assertEqual(
            self.read(mail).vevent.organizer.value, "mailto:ozelkalem@ok.example.com"
        )
        self.assertIn("ozelkalem@ok.example.com", mail["Reply-To"])

    def test_each_answer_is_recorded(self):
        for number, (answer, state) in enumerate(
            (
                ("ACCEPTED", "accepted"),
                ("TENTATIVE", "tentative"),
                ("DECLINED", "declined"),
            )
        ):
            with self.subTest(answer):
                self.answer(answer, lines={"DTSTAMP": f"20400501T06{number:02}00Z"})
                self.assertEqual(self.row.state, state)
        self.assertEqual(len(self.new_notes()), 3)
        author = self.engagement.message_ids.sorted("id")[-1].author_id
        self.assertEqual(author, self.guest)
        others = self.engagement.invitation_ids - self.row
        self.assertEqual(set(others.mapped("state")), {"needs_action"})
        core = self.engagement.calendar_event_ids.attendee_ids
        self.assertEqual(
            core.filtered(lambda a: a.partner_id == self.guest).state, "declined"
        )

    def test_what_they_write_is_on_the_chatter_as_text(self):
        self.answer(lines={"COMMENT": "Ekibim de\\, <b>yoldayım</b>"})
        self.assertEqual(self.row.state, "accepted")
        [note] = self.new_notes()
        self.assertIn("Ekibim de, &lt;b&gt;yoldayım&lt;/b&gt;", note)

    def test_an_address_is_known_in_any_case_and_with_a_tag(self):
        self.answer(sender="Guest0+Takvim@OK.Example.com")
        self.assertEqual(self.row.state, "accepted")

    def test_the_gateway_may_call_it_something_else(self):
        for to in ("davet@gelen.ok.example.com", "unknown@elsewhere.example.com"):
            self.row.state = "needs_action"
            self.answer(to=to)
            self.assertEqual(self.row.state, "accepted")

    def test_google_says_that_a_machine_wrote_it(self):
        self.answer(Auto_Submitted="auto-generated")
        self.assertEqual(self.row.state, "accepted")

    def test_the_same_mail_again_and_an_older_one_change_nothing(self):
        self.answer("DECLINED", lines={"DTSTAMP": "20400502T060000Z"})
        self.answer("ACCEPTED", lines={"DTSTAMP": "20400501T060000Z"})
        self.assertEqual(self.row.state, "declined")
        self.answer("DECLINED", lines={"DTSTAMP": "20400502T060000Z"})
        self.assertEqual(len(self.new_notes()), 1)

    def test_words_by_mail_come_to_the_engagement(self):
        sent = self.sent[self.guest.email]["Message-Id"]
        self.receive(self.guest.email, In_Reply_To=sent)
        self.assertIn("Geliyorum.", self.new_notes()[0])
        self.assertEqual(
            self.engagement.message_ids.sorted("id")[-1].author_id, self.guest
        )
        self.assertUntouched()
        for made_up in (
            "<1.2.3@ok.example.com>",
            f"<1.2.3.{self.engagement.id}-0123456789abcdef@ozel-kalem>",
            "<1.2.3.999999999-0123456789abcdef@ozel-kalem>",
        ):
            self.receive(self.guest.email, In_Reply_To=made_up)
        self.receive(self.guest.email, In_Reply_To=sent, Auto_Submitted="auto-replied")
        self.assertEqual(len(self.new_notes()), 1)
        self.assertEqual(len(self.office.message_ids), 3 + self.office_notes)

    def setUp(self):
        super().setUp()
        self.office_notes = len(self.office.message_ids)


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestInvitationReplyHostile(ReplyCase):
    def test_nobody_answers_for_another(self):
        other = self.guests[1].email
        for sender, attendee in (
            ("evil@example.com", self.guest.email),
            (self.guest.email, other),
            (f"{self.guest.email}, {other}", other),
            ("evil@example.com", "evil@example.com"),
            (f'"{self.guest.email}" <evil@example.com>', self.guest.email),
            ("nobody", self.guest.email),
        ):
            with self.subTest(sender):
                self.answer(sender=sender, attendee=attendee)
                self.assertUntouched()
        notes = self.new_notes()
        self.assertEqual(len(notes), 6)
        self.assertIn("evil@example.com", notes[0])

    def test_two_who_differ_by_their_tags_are_not_mixed_up(self):
        first, second = self.engagement.invitation_ids[:2]
        first.email, second.email = (
            "aile+ali@ok.example.com",
            "aile+veli@ok.example.com",
        )
        self.answer(sender="aile@ok.example.com")
        self.assertUntouched()
        self.answer(sender="aile+veli@ok.example.com")
        self.assertEqual((first.state, second.state), ("needs_action", "accepted"))

    def test_an_earlier_version_is_not_answered_any_more(self):
        self.engagement.write({"start": DAY + timedelta(hours=5)})
        self.answer(lines={"SEQUENCE": 0})
        self.assertEqual(self.row.state, "needs_action")
        self.send()
        self.answer(lines={"SEQUENCE": 0})
        self.assertEqual(self.row.state, "needs_action")
        self.assertEqual(len(self.new_notes()), 2)
        self.answer(lines={"SEQUENCE": 1})
        self.assertEqual(self.row.state, "accepted")

    def test_another_guest_that_goes_makes_no_answer_old(self):
        self.engagement.partner_ids -= self.guests[2]
        self.send()
        self.answer(lines={"SEQUENCE": 0})
        self.assertEqual(self.row.state, "accepted")

    def test_a_cancelled_one_takes_no_answer(self):
        self.engagement.action_cancel("ill")
        self.send()
        self.answer(lines={"SEQUENCE": 5})
        self.assertEqual(self.row.state, "needs_action")

    def test_neither_yes_nor_no(self):
        for answer in ("NEEDS-ACTION", "DELEGATED", "X-EVIL", ""):
            self.answer(answer)
            self.assertUntouched()

    def test_who_is_away_has_not_answered(self):
        self.answer(Auto_Submitted="auto-replied (vacation)")
        self.answer(X_Autoreply="yes")
        self.assertUntouched()
        self.assertFalse(self.new_notes())

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def test_what_is_no_answer_alters_nothing(self):
        uid = self.engagement._invitation_uid()
        event = f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART:20300101T060000Z\r\nEND:VEVENT"
        for name, values in (
            ("publish", {"method": "PUBLISH"}),
            ("request", {"method": "REQUEST"}),
            ("cancel", {"method": "CANCEL"}),
            ("unknown uid", {"lines": {"UID": uid.replace("@", "9@")}}),
            ("other office", {"lines": {"UID": uid.partition("@")[0] + "@x"}}),
            ("no number", {"lines": {"UID": "ozel_kalem-engagement-@x"}}),
            ("long number", {"lines": {"UID": "ozel_kalem-engagement-" + "9" * 50}}),
            ("malformed", {"calendar": "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n" + event}),
            ("enormous", {"lines": {"COMMENT": "x" * 3_000_000}}),
            ("empty", {"calendar": ""}),
            ("no calendar", {"calendar": "\x00" * 100}),
        ):
            with self.subTest(name):
                self.answer(**values)
                self.assertUntouched()
        self.assertFalse(self.new_notes())

    def test_a_bounce_with_our_own_file_alters_nothing(self):
        sent = self.sent[self.guest.email]
        mail = EmailMessage()
        mail["From"], mail["To"] = self.guest.email, ALIAS
        mail["Message-Id"] = "<forwarded@ok.example.com>"
        mail.set_content("see below")
        mail.add_attachment(sent)
        self.env["mail.thread"].message_process(False, mail.as_bytes())
        self.assertUntouched()


@tagged("post_install", "-at_install", "ozel_kalem", "ok_programme")
class TestInvitationCounter(ReplyCase):
    def propose(self, start="20400507T103000", stop="20400507T113000", **values):
        self.answer(
            "TENTATIVE",
            method="COUNTER",
            lines={
                "DTSTART;TZID=Turkey Standard Time": start,
                "DTEND;TZID=Turkey Standard Time": stop,
                "COMMENT": "Öğleden önce olmaz",
            },
            **values,
        )

    def test_the_secretary_is_asked_and_nothing_changes(self):
        self.engagement.user_id = self.secretary
        self.propose()
        self.assertUntouched()
        [note] = self.new_notes()
        for said in ("10:30–11:30", "Öğleden önce olmaz", self.guest.name):
            self.assertIn(said, note)
        activity = self.engagement.activity_ids
        self.assertEqual(activity.user_id, self.secretary)
        self.assertIn("10:30–11:30", activity.note)
        self.propose("20400507T140000", "20400507T150000")
        self.assertEqual(self.engagement.activity_ids, activity)
        self.assertIn("14:00–15:00", activity.note)

    def test_without_a_secretary_the_director_is_asked(self):
        self.engagement.user_id = False
        self.propose()
        self.assertIn(self.engagement.activity_ids.user_id, self.office._directors())

    def test_times_that_cannot_be_read(self):
        for start, stop in (
            ("tomorrow", "never"),
            ("99991231T235959", "99991231T235959"),
            ("20400507T100000", "20400506T100000"),
            ("20400507", "20400507T100000"),
        ):
            self.propose(start, stop)
            self.assertUntouched()
        self.assertEqual(len(self.new_notes()), 4)

    def test_a_stranger_proposes_nothing(self):
        self.propose(sender="evil@example.com")
        self.assertFalse(self.engagement.activity_ids)
        self.assertUntouched()
