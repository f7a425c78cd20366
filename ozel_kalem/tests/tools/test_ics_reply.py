from datetime import date, datetime
from random import Random

from odoo.tests import BaseCase, tagged

from ...tools.ics_reply import LARGEST, Reply, read_reply, untagged

OUTLOOK = """BEGIN:VCALENDAR
METHOD:REPLY
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
BEGIN:VTIMEZONE
TZID:Turkey Standard Time
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:+0300
TZOFFSETTO:+0300
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;PARTSTAT=ACCEPTED;CN="Şükrü Çağlayan; Müdür: Yard.":MAILTO:Sukru@Exam
 ple.com
COMMENT;LANGUAGE=tr-TR:Geliyorum\\, ekibim de.\\nŞükrü
UID:engagement-7@4f1c
SUMMARY;LANGUAGE=tr-TR:Kabul edildi: Toplantı
DTSTART;TZID=Turkey Standard Time:20261007T090000
DTEND;TZID=Turkey Standard Time:20261007T094500
DTSTAMP:20261001T063000Z
SEQUENCE:2
BEGIN:VALARM
DESCRIPTION:REMINDER
UID:not-this-one
END:VALARM
END:VEVENT
END:VCALENDAR
"""
GOOGLE = """BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REPLY
BEGIN:VEVENT
DTSTART:20261007T060000Z
DTEND:20261007T064500Z
DTSTAMP:20261001T063000Z
ORGANIZER;CN=Özel Kalem:mailto:davet@cinarlidere.example
UID:engagement-7@4f1c
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=DECLINED;CN=Iğdır Bel
 ediyesi;X-NUM-GUESTS=0;X-RESPONSE-COMMENT="Yoldayım; sonra":mailto:a+b@example.com
SEQUENCE:2
END:VEVENT
END:VCALENDAR
"""
COUNTER = """BEGIN:VCALENDAR
METHOD:COUNTER
BEGIN:VEVENT
UID:engagement-7@4f1c
ATTENDEE;PARTSTAT=TENTATIVE:mailto:a@example.com
{times}
DTSTAMP:20261001T063000Z
END:VEVENT
END:VCALENDAR
"""
STAMP = datetime(2026, 10, 1, 6, 30)
MORNING = (datetime(2026, 10, 7, 0, 30), datetime(2026, 10, 7, 1))


def written(text, end="\r\n"):
    return text.replace("\n", end).encode()


@tagged("ozel_kalem", "ok_tools")
class TestIcsReply(BaseCase):
    def test_what_programmes_send(self):
        told = {"method": "REPLY", "uid": "engagement-7@4f1c", "sequence": 2}
        times = {
            "start": datetime(2026, 10, 7, 9),
            "stop": datetime(2026, 10, 7, 9, 45),
        }
        outlook = Reply(
            **told,
            **times,
            stamp=STAMP,
            answers=(("sukru@example.com", "ACCEPTED"),),
            comment="Geliyorum, ekibim de.\nŞükrü",
        )
        google = Reply(
            **told,
            **times,
            stamp=STAMP,
            answers=(("a+b@example.com", "DECLINED"),),
            comment="Yoldayım; sonra",
        )
        for text, expected in ((OUTLOOK, outlook), (GOOGLE, google)):
            for end in ("\r\n", "\n"):
                with self.subTest(text[15:60], end=end):
                    self.assertEqual(read_reply(written(text, end)), expected)

    def test_a_letter_that_is_folded_in_two(self):
        data = written(GOOGLE).replace("Iğ".encode(), b"I\xc4\r\n \x9f")
        self.assertEqual(read_reply(data), read_reply(written(GOOGLE)))

    def test_proposed_times(self):
        for times, expected in (
            ("DTSTART:20261006T213000Z\nDTEND:20261006T220000Z", MORNING),
            (
                "DTSTART;TZID=Europe/Istanbul:20261007T003000\n"
                "DTEND;TZID=Europe/Istanbul:20261007T010000",
                MORNING,
            ),
            (
                'DTSTART;TZID="Turkey Standard Time":20261007T003000\n'
                "DTEND;TZID=Europe/Berlin:20261007T000000",
                MORNING,
            ),
            ("DTSTART:20261007T003000\nDTEND:20261007T010000", MORNING),
            (
                "DTSTART;VALUE=DATE:20261007\nDTEND;VALUE=DATE:20261009",
                (date(2026, 10, 7), date(2026, 10, 8)),
            ),
            ("DTSTART;TZID=../../etc/passwd:20261007T003000", (None, None)),
            ("DTSTART;TZID=Mars/Olympus:20261007T003000", (None, None)),
            ("DTSTART:99999999\nDTEND:tomorrow", (None, None)),
            ("DTSTART;TZID=Europe/Istanbul:00010101T000000", (None, None)),
            ("DTEND;VALUE=DATE:00010101", (None, date(1, 1, 1))),
        ):
            with self.subTest(times):
                reply = read_reply(written(COUNTER.format(times=times)))
                self.assertEqual((reply.start, reply.stop), expected)

    def test_what_is_no_answer(self):
        event = "BEGIN:VEVENT\nUID:x\nEND:VEVENT\n"
        for name, text in (
            ("nothing", ""),
            ("a letter", "Merhaba,\ngeliyorum."),
            ("an invitation", OUTLOOK.replace("METHOD:REPLY", "METHOD:REQUEST")),
            ("a cancellation", OUTLOOK.replace("METHOD:REPLY", "METHOD:CANCEL")),
            ("a publication", OUTLOOK.replace("METHOD:REPLY", "METHOD:PUBLISH")),
            ("no method", OUTLOOK.replace("METHOD:REPLY\n", "")),
            ("two methods", OUTLOOK.replace("METHOD:R", "METHOD:REQUEST\nMETHOD:R")),
            ("no uid", OUTLOOK.replace("UID:engagement-7@4f1c\n", "")),
            ("two uids", OUTLOOK.replace("UID:eng", "UID:other\nUID:eng")),
            ("two events", OUTLOOK.replace("BEGIN:VEVENT\n", event + "BEGIN:VEVENT\n")),
            ("no event", OUTLOOK.replace("VEVENT", "VTODO")),
            ("a series", OUTLOOK.replace("UID:eng", "RECURRENCE-ID:20261007\nUID:eng")),
            ("a negative version", OUTLOOK.replace("SEQUENCE:2", "SEQUENCE:-1")),
            ("a huge version", OUTLOOK.replace("SEQUENCE:2", "SEQUENCE:" + "9" * 99)),
            ("digits of others", OUTLOOK.replace("SEQUENCE:2", "SEQUENCE:٢")),
            ("cut off", OUTLOOK[:-20]),
            ("crossed", OUTLOOK.replace("END:VALARM\nEND:VEVENT", "END:VEVENT")),
            ("no colon", OUTLOOK.replace("SEQUENCE:2", "SEQUENCE")),
            ("an open quote", OUTLOOK.replace("; Müdür: Yard.", '"')),
            ("too much", OUTLOOK.replace("Geliyorum", "G" * LARGEST)),
        ):
            with self.subTest(name):
                self.assertIsNone(read_reply(written(text)))

    def test_noise_never_raises(self):
        random = Random(7)
        whole = written(OUTLOOK)
        for _round in range(3000):
            data = bytearray(whole)
            for _change in range(random.randrange(1, 6)):
                data[random.randrange(len(data))] = random.randrange(256)
            read_reply(bytes(data))
            read_reply(random.randbytes(random.randrange(200)))

    def test_hostile_lines_take_no_time(self):
        for line in ('X;"' * 20000, "X" + ';="";' * 12000, ";" * 60000, "\\" * 60000):
            self.assertIsNone(
                read_reply(written(OUTLOOK.replace("COMMENT", line + "\nCOMMENT")))
            )

    def test_comments_are_short_and_plain(self):
        reply = read_reply(written(OUTLOOK.replace("Geliyorum", "\x07" + "ğ" * 5000)))
        self.assertEqual(reply.comment, "ğ" * 1000)

    def test_untagged(self):
        for address, expected in (
            ("Ayse+Makam@Example.COM ", "ayse@example.com"),
            ("ayse@example.com", "ayse@example.com"),
            ("+ayse@example.com", "+ayse@example.com"),
            ("", "@"),
        ):
            self.assertEqual(untagged(address), expected)
