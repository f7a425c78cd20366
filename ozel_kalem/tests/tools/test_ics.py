import os
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from unittest import skipUnless
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from ...tools.ics import Event, Person, addressed, calendar, fold, text, whole_days

try:
    import vobject
except ImportError:
    vobject = None

OFFICE = Person("ozelkalem@cinarlidere.example", "Özel Kalem Müdürlüğü")
STAMP = datetime(2026, 10, 1, 6, 30)
TEXTS = {
    "Toplantı": "Toplantı",
    "a, b; c": "a\\, b\\; c",
    "C:\\Evrak": "C:\\\\Evrak",
    "bir\niki": "bir\\niki",
    "bir\r\niki\riki buçuk": "bir\\niki\\niki buçuk",
    "bir\u2028iki\x0büç": "bir\\niki\\nüç",
    "sekme\tile": "sekme ile",
    "zil\x07 ve \x00sıfır\x1b[31m": "zil ve sıfır[31m",
    "\x7f\x9f\ufffe": "",
    "tek \ud83d yarım": "tek  yarım",
    "kutlama 🎉": "kutlama 🎉",
    "END:VEVENT\r\nBEGIN:VALARM": "END:VEVENT\\nBEGIN:VALARM",
    "": "",
}


def event(**values):
    return Event(
        **{
            "uid": "engagement-7@4f1c",
            "start": datetime(2026, 10, 7, 6),
            "stop": datetime(2026, 10, 7, 6, 45),
            "stamp": STAMP,
            "summary": "Özel Kalem – Toplantı",
            "organizer": OFFICE,
            **values,
        }
    )


def unfolded(data):
    return data.decode().replace("\r\n ", "").split("\r\n")


@tagged("ozel_kalem", "ok_tools")
class TestIcs(BaseCase):
    def assertLine(self, line, *args, **kwargs):
        self.assertIn(line, unfolded(calendar(*args, **kwargs)))

    def test_text(self):
        for value, expected in TEXTS.items():
            with self.subTest(value):
                self.assertEqual(text(value), expected)

    def test_fold(self):
        for line in (
            "SUMMARY:kısa",
            "SUMMARY:" + "a" * 67,
            "SUMMARY:" + "a" * 68,
            "SUMMARY:" + "ş" * 400,
            "DESCRIPTION:" + "İğneada çöl 🎉 " * 90,
            "",
        ):
            with self.subTest(line[:20]):
                data = fold(line)
                self.assertTrue(data.endswith(b"\r\n"))
                pieces = data[:-2].split(b"\r\n")
                for piece in pieces:
                    self.assertLessEqual(len(piece), 75)
                    piece.decode()
                self.assertEqual(data.decode().replace("\r\n ", ""), line + "\r\n")
        self.assertEqual(len(fold("a" * 75).split(b"\r\n")), 2)
        self.assertEqual(len(fold("a" * 76).split(b"\r\n")), 3)

    def test_every_line_of_a_file(self):
        self.assertEqual(
            unfolded(calendar(event(location="Meclis salonu"), "REQUEST")),
            [
                "BEGIN:VCALENDAR",
                "VERSION:2.0",
                "PRODID:-//Ozel Kalem//Programme//TR",
                "CALSCALE:GREGORIAN",
                "METHOD:REQUEST",
                "BEGIN:VTIMEZONE",
                "TZID:Europe/Istanbul",
                "BEGIN:STANDARD",
                "DTSTART:20160907T000000",
                "TZNAME:+03",
                "TZOFFSETFROM:+0300",
                "TZOFFSETTO:+0300",
                "END:STANDARD",
                "END:VTIMEZONE",
                "BEGIN:VEVENT",
                "UID:engagement-7@4f1c",
                "DTSTAMP:20261001T063000Z",
                "SEQUENCE:0",
                "STATUS:CONFIRMED",
                "DTSTART;TZID=Europe/Istanbul:20261007T090000",
                "DTEND;TZID=Europe/Istanbul:20261007T094500",
                "SUMMARY:Özel Kalem – Toplantı",
                "LOCATION:Meclis salonu",
                'ORGANIZER;CN="Özel Kalem Müdürlüğü":mailto:ozelkalem@cinarlidere.example',
                "TRANSP:OPAQUE",
                "END:VEVENT",
                "END:VCALENDAR",
                "",
            ],
        )

    def test_instants(self):
        for start, expected in (
            (datetime(2026, 10, 7, 6), "DTSTART;TZID=Europe/Istanbul:20261007T090000"),
            (datetime(2026, 1, 7, 6), "DTSTART;TZID=Europe/Istanbul:20260107T090000"),
            (datetime(2026, 10, 6, 22), "DTSTART;TZID=Europe/Istanbul:20261007T010000"),
            (
                datetime(2026, 10, 7, 6, tzinfo=UTC),
                "DTSTART;TZID=Europe/Istanbul:20261007T090000",
            ),
            (datetime(2014, 7, 1, 6), "DTSTART:20140701T060000Z"),
        ):
            with self.subTest(start):
                stop = start + timedelta(hours=1)
                self.assertLine(expected, event(start=start, stop=stop))

    def test_half_past_midnight(self):
        """Istanbul is three hours ahead of UTC, in summer as in winter."""
        for day, stored in (
            ("20260107", datetime(2026, 1, 6, 21, 30)),
            ("20260329", datetime(2026, 3, 28, 21, 30)),
            ("20260707", datetime(2026, 7, 6, 21, 30)),
            ("20261025", datetime(2026, 10, 24, 21, 30)),
            ("20270101", datetime(2026, 12, 31, 21, 30)),
        ):
            entry = event(start=stored, stop=stored + timedelta(hours=23, minutes=45))
            following = datetime.strptime(day, "%Y%m%d") + timedelta(days=1)
            with self.subTest(day):
                self.assertLine(f"DTSTART;TZID=Europe/Istanbul:{day}T003000", entry)
                self.assertLine(
                    f"DTEND;TZID=Europe/Istanbul:{following:%Y%m%d}T001500", entry
                )

    def test_the_server_s_own_zone_does_not_matter(self):
        entry = event(start=datetime(2026, 7, 6, 21, 30))
        entry = replace(entry, stop=entry.start + timedelta(hours=1))
        files = set()
        self.addCleanup(time.tzset)
        for zone in ("UTC", "Europe/Istanbul", "America/New_York", "Asia/Tokyo"):
            with patch.dict(os.environ, TZ=zone):
                time.tzset()
                files.add(calendar(entry))
        self.assertEqual(len(files), 1)

    def test_days_that_a_period_touches(self):
        # 00:30 in Istanbul is the day before in UTC
        for start, stop, first, last in (
            (datetime(2026, 10, 6, 21, 30), datetime(2026, 10, 7, 20, 30), 7, 7),
            (datetime(2026, 10, 6, 21), datetime(2026, 10, 7, 21), 7, 7),
            (datetime(2026, 10, 6, 21), datetime(2026, 10, 7, 21, 30), 7, 8),
            (datetime(2026, 10, 6, 20, 59), datetime(2026, 10, 6, 21, 1), 6, 7),
        ):
            with self.subTest(start, stop=stop):
                self.assertEqual(
                    whole_days(start, stop),
                    (date(2026, 10, first), date(2026, 10, last)),
                )

    def test_one_file_for_each_reader(self):
        file = addressed(event(), "REQUEST")
        entry = "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={};RSVP={}"
        for address, answer, asked in (
            ("ayse@example.com", "NEEDS-ACTION", "TRUE"),
            ("ali@example.com", "ACCEPTED", "FALSE"),
        ):
            lines = unfolded(file(address, answer))
            line = f"{entry.format(answer, asked)}:mailto:{address}"
            self.assertIn(line, lines)
            lines.remove(line)
            self.assertEqual(lines, unfolded(calendar(event(), "REQUEST")))
        with self.assertRaises(ValueError):
            file("no address")

    def test_whole_days(self):
        for stop, end in ((7, "20261008"), (9, "20261010"), (31, "20261101")):
            entry = event(start=date(2026, 10, 7), stop=date(2026, 10, stop))
            with self.subTest(stop):
                self.assertLine("DTSTART;VALUE=DATE:20261007", entry)
                self.assertLine(f"DTEND;VALUE=DATE:{end}", entry)

    def test_attendees(self):
        guest = Person("ayse@example.com", 'Ayşe "Hanım"; Yılmaz\r\nX:1')
        group = Person("o@example.com", is_group=True, rsvp=False, partstat="ACCEPTED")
        entry = event(attendees=(guest, group))
        self.assertLine(
            "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION"
            ";RSVP=TRUE;CN=\"Ayşe 'Hanım'; Yılmaz  X:1\":mailto:ayse@example.com",
            entry,
            "REQUEST",
        )
        self.assertLine(
            "ATTENDEE;CUTYPE=GROUP;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED"
            ";RSVP=FALSE:mailto:o@example.com",
            entry,
            "REQUEST",
        )

    def test_a_calendar_to_subscribe_to(self):
        data = calendar([], name="Makam, program", refresh=timedelta(minutes=15))
        self.assertIn("X-WR-CALNAME:Makam\\, program", unfolded(data))
        self.assertIn("REFRESH-INTERVAL;VALUE=DURATION:PT15M", unfolded(data))

    def test_bad_input(self):
        for method, values in (
            ("REFRESH", {}),
            ("REQUEST", {"organizer": None}),
            ("REQUEST", {"status": "CANCELLED"}),
            ("CANCEL", {"status": "CONFIRMED"}),
            ("PUBLISH", {"status": "MAYBE"}),
            ("PUBLISH", {"uid": ""}),
            ("PUBLISH", {"uid": "a\r\nb"}),
            ("PUBLISH", {"sequence": -1}),
            ("PUBLISH", {"sequence": True}),
            ("PUBLISH", {"stamp": date(2026, 10, 7)}),
            ("PUBLISH", {"stop": datetime(2026, 10, 7, 5)}),
            ("PUBLISH", {"stop": date(2026, 10, 8)}),
            ("PUBLISH", {"start": date(2026, 10, 8), "stop": date(2026, 10, 7)}),
            ("PUBLISH", {"start": datetime.min}),
            ("PUBLISH", {"stop": datetime.max}),
            ("PUBLISH", {"attendees": (Person("no address"),)}),
            ("PUBLISH", {"attendees": (Person(""),)}),
            ("PUBLISH", {"attendees": (Person("a@b.example\r\nX-EVIL:1"),)}),
            ("PUBLISH", {"attendees": (Person("a@b.example?cc=c@d.example"),)}),
            ("PUBLISH", {"attendees": (Person("a@b.example", partstat="YES"),)}),
        ):
            with self.subTest(method=method, **values), self.assertRaises(ValueError):
                calendar(event(**values), method)


@skipUnless(vobject, "vobject is not installed")
@tagged("ozel_kalem", "ok_tools")
class TestIcsIsRead(BaseCase):
    """What a parser that isn't ours makes of the files."""

    def read(self, *args, **kwargs):
        return vobject.readOne(calendar(*args, **kwargs).decode())

    def test_invite_move_and_cancel_are_one_entry(self):
        found = [
            self.read(event(sequence=number, status=status), method)
            for number, status, method in (
                (0, "CONFIRMED", "REQUEST"),
                (1, "CONFIRMED", "REQUEST"),
                (2, "CANCELLED", "CANCEL"),
            )
        ]
        self.assertEqual(len({one.vevent.uid.value for one in found}), 1)
        self.assertEqual([one.vevent.sequence.value for one in found], ["0", "1", "2"])
        self.assertEqual(
            [one.method.value for one in found], ["REQUEST", "REQUEST", "CANCEL"]
        )

    def test_times_are_the_same_instants(self):
        entry = self.read(event()).vevent
        self.assertEqual(
            entry.dtstart.value.astimezone(UTC), datetime(2026, 10, 7, 6, tzinfo=UTC)
        )
        self.assertEqual(
            entry.dtstart.params["X-VOBJ-ORIGINAL-TZID"], ["Europe/Istanbul"]
        )
        days = self.read(event(start=date(2026, 10, 7), stop=date(2026, 10, 8))).vevent
        self.assertEqual(
            (days.dtstart.value, days.dtend.value),
            (date(2026, 10, 7), date(2026, 10, 9)),
        )

    def test_texts_come_back(self):
        for value in (
            'Şişli\'de açılış; kurdele, "makas" ve \\ işareti\nikinci satır',
            "ığüşöçİĞÜŞÖÇ " * 80,
            "x" * 1000,
            "🎉" * 300,
        ):
            with self.subTest(value[:20]):
                entry = self.read(
                    event(summary=value, location=value, description=value)
                ).vevent
                self.assertEqual(entry.summary.value, value)
                self.assertEqual(entry.location.value, value)
                self.assertEqual(entry.description.value, value)

    def test_hostile_texts_make_one_event_of_the_usual_parts(self):
        random = Random(11)
        alphabet = 'aş,;:\\"\r\n\t\x00\x07\x1b\x85\u2028🎉=%BEGIN:VEVENT\r\nEND'
        usual = set(self.read(event(location="x", description="x")).vevent.contents)
        for _round in range(200):
            words = [
                "x" + "".join(random.choices(alphabet, k=random.randint(0, 300)))
                for _ in range(4)
            ]
            summary, location, description, name = words
            found = self.read(
                event(
                    summary=summary,
                    location=location,
                    description=description,
                    organizer=Person("o@example.com", name),
                ),
                "REQUEST",
            )
            self.assertEqual(len(found.vevent_list), 1)
            self.assertEqual(set(found.vevent.contents), usual)

    def test_many_events(self):
        found = self.read([event(uid=f"{number}@x") for number in range(500)])
        self.assertEqual(len(found.vevent_list), 500)
