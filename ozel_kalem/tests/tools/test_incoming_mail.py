from email import message_from_bytes, policy
from random import Random

from odoo.tests import BaseCase, tagged

from ...tools.incoming_mail import (
    FILE_TOO_BIG,
    LIMITS,
    SEVERAL_SENDERS,
    TEXT_CUT,
    TOO_BIG,
    TOO_MANY_FILES,
    WINMAIL,
    Limits,
    automatic_reason,
    header,
    parse,
    references,
    tidy,
)
from ...tools.mail_text import decode_bytes, html_to_text

PETITION = "Sayın Başkanım, Çınarlı'da ığdır ağaçları söküldü. ŞĞÜÖÇİ"
HEAD = b"From: Vatandas <v@example.com>\r\nTo: dilekce@ok.example\r\nSubject: s\r\n"
CHARSETS = (
    ("iso-8859-9", "iso-8859-9"),
    ("windows-1254", "windows-1254"),
    ("utf-8", "utf-8"),
    ("utf-8", "iso-8859-9"),  # says UTF-8, is Latin-5
    ("iso-8859-1", "iso-8859-9"),
    ("windows-1252", "windows-1254"),
    ("us-ascii", "utf-8"),
    ("x-no-such-charset", "utf-8"),
    ("x-no-such-charset", "iso-8859-9"),
    ("", "utf-8"),
    ("", "windows-1254"),
)


def read(raw, limits=LIMITS, keep_for=()):
    """The tidied mail as any parser reads it, and the notes."""
    clean, notes = tidy(raw, limits, keep_for)
    return message_from_bytes(clean, policy=policy.SMTP), notes


def body(message):
    return message.get_body(("plain",)).get_content().strip()


def files(message):
    return {
        part.get_filename(): part.get_content() for part in list(message.walk())[2:]
    }


def multipart(*parts, kind="mixed", head=HEAD):
    lines = [head, b'Content-Type: multipart/%s; boundary="b"\r\n' % kind.encode()]
    for part in parts:
        lines.append(b"\r\n--b\r\n" + part)
    return b"".join([*lines, b"\r\n--b--\r\n"])


def file_part(name, data, kind=b"application/octet-stream"):
    return (
        b"Content-Type: %s\r\nContent-Disposition: attachment; filename=%s\r\n\r\n%s"
        % (kind, name, data)
    )


@tagged("ozel_kalem", "ok_tools")
class TestIncomingMail(BaseCase):
    """Any mail becomes a well-formed one of a text and files."""

    def test_turkish_letters_survive_every_charset(self):
        for declared, used in CHARSETS:
            with self.subTest(declared=declared, used=used):
                kind = f"Content-Type: text/plain; charset={declared}\r\n"
                raw = HEAD + (kind if declared else "").encode() + b"\r\n"
                message, _notes = read(raw + PETITION.encode(used))
                self.assertEqual(body(message), PETITION)

    def test_headers_in_every_spelling(self):
        cases = (
            (b"=?iso-8859-9?Q?=DEikayet?= =?utf-8?B?xLFzxLE=?=", "Şikayetısı"),
            ("Çöp".encode(), "Çöp"),
            ("Şikâyet ığ".encode("iso-8859-9"), "Şikâyet ığ"),
            (b"=?no-such?Q?abc?=", "abc"),
            (b"=?utf-8?B?broken=?=", None),
            (b"a\r\n b\x00c", "a bc"),
            (b"", ""),
        )
        for raw, expected in cases:
            with self.subTest(raw):
                message, _notes = read(b"Subject: " + raw + b"\r\n\r\ntext")
                if expected is not None:
                    self.assertEqual(message["Subject"] or "", expected)

    def test_a_subject_of_a_thousand_lines_is_one_line(self):
        raw = b"Subject: " + b"\r\n ".join([b"line"] * 1000) + b"\r\n\r\ntext"
        message, _notes = read(raw)
        self.assertLessEqual(len(message["Subject"]), 250)
        self.assertNotIn("\n", message["Subject"])

    def test_the_sender_is_the_first_address_that_can_be_one(self):
        cases = (
            (b"=?utf-8?B?QXnFn2UgWcSxbG1heg==?= <a@b.tr>", "Ayşe Yılmaz", "a@b.tr"),
            ('"Yılmaz, Ayşe" <a@b.tr>'.encode(), "Yılmaz, Ayşe", "a@b.tr"),
            (b"a@b.tr", "", "a@b.tr"),
            (b"A <a@b.tr>, B <c@d.tr>", "A", "a@b.tr"),
            (b"<a@b.tr", "", "a@b.tr"),
        )
        for raw, name, address in cases:
            with self.subTest(raw):
                message, notes = read(b"From: " + raw + b"\r\n\r\nt")
                sender = message["From"].addresses[0]
                self.assertEqual(
                    (sender.display_name, sender.addr_spec), (name, address)
                )
                several = [note.kind for note in notes] == [SEVERAL_SENDERS]
                self.assertEqual(several, b"c@d" in raw)

    def test_no_sender_is_left_out(self):
        for raw in (b"", b"From: \r\n", b"From: nobody\r\n", "From: ş@ş\r\n".encode()):
            with self.subTest(raw):
                self.assertIsNone(read(raw + b"\r\nt")[0]["From"])

    def test_a_thousand_recipients_shrink_to_ours_and_some(self):
        names = b", ".join(b"r%d@x.example" % n for n in range(1000))
        raw = b"To: " + names + b", dilekce@ok.example\r\n\r\nt"
        message, _notes = read(raw, keep_for=("Dilekce@ok.example",))
        kept = [address.addr_spec for address in message["To"].addresses]
        self.assertEqual(kept[0], "dilekce@ok.example")
        self.assertEqual(len(kept), 11)

    def test_a_mail_without_an_id_has_the_same_one_each_time(self):
        one, again, other = (read(HEAD + b"\r\n" + t)[0] for t in (b"a", b"a", b"b"))
        self.assertEqual(one["Message-Id"], again["Message-Id"])
        self.assertNotEqual(one["Message-Id"], other["Message-Id"])

    def test_pages_become_what_a_reader_sees(self):
        cases = (
            ("<p>bir</p><p>iki</p>", "bir\n\niki"),
            ("bir<br>iki", "bir\niki"),
            ("<style>p{}</style><script>alert(1)</script>kal", "kal"),
            ("<!-- gizli -->kal<img src=x onerror=alert(1)>", "kal"),
            ("a &lt;b&gt; &amp; c", "a <b> & c"),
            ('<?xml version="1.0" encoding="utf-8"?><p>ş</p>', "ş"),
            ("<p>a\x00b</p>", "ab"),
            ("<pre>bir\n\niki</pre> üç", "bir\n\niki\nüç"),
            ("", ""),
            ("<", None),
            ("<p>" * 5000 + "derin", None),
        )
        for source, expected in cases:
            with self.subTest(source[:40]):
                text = html_to_text(source)
                if expected is not None:
                    self.assertEqual(text, expected)

    def test_the_plain_text_comes_before_the_page(self):
        raw = multipart(
            b"Content-Type: text/plain\r\n\r\nduz",
            b"Content-Type: text/html\r\n\r\n<b>sus</b>",
            kind="alternative",
        )
        self.assertEqual(body(read(raw)[0]), "duz")
        raw = multipart(
            b"Content-Type: text/plain\r\n\r\n  ",
            b"Content-Type: text/html\r\n\r\n<script>x</script><b>sus</b>",
            kind="alternative",
        )
        self.assertEqual(body(read(raw)[0]), "sus")

    def test_files_that_don_t_fit_are_named(self):
        limits = Limits(file_bytes=10, files_bytes=25, files=3)
        raw = multipart(
            file_part(b"kucuk.pdf", b"12345"),
            file_part(b"buyuk.pdf", b"x" * 11),
            *(file_part(b"%d.txt" % n, b"123") for n in range(3)),
        )
        message, notes = read(raw, limits)
        self.assertEqual(list(files(message)), ["kucuk.pdf", "0.txt", "1.txt"])
        self.assertEqual(
            [(note.kind, note.name) for note in notes],
            [(FILE_TOO_BIG, "buyuk.pdf"), (TOO_MANY_FILES, "2.txt")],
        )

    def test_an_enormous_mail_is_cut_and_says_so(self):
        raw = multipart(
            b"Content-Type: text/plain\r\n\r\nmetin", file_part(b"a.bin", b"x" * 5000)
        )
        message, notes = read(raw, Limits(raw_bytes=2000))
        self.assertEqual(body(message), "metin")
        self.assertFalse(files(message))
        self.assertIn(TOO_BIG, [note.kind for note in notes])
        message, notes = read(HEAD + b"\r\n" + b"a" * 500, Limits(text=100))
        self.assertEqual(len(body(message)), 100)
        self.assertEqual([note.kind for note in notes], [TEXT_CUT])

    def test_winmail_is_kept_and_explained(self):
        raw = multipart(file_part(b"winmail.dat", b"\x78\x9f", b"application/ms-tnef"))
        message, notes = read(raw)
        self.assertEqual(files(message), {"winmail.dat": b"\x78\x9f"})
        self.assertEqual([note.kind for note in notes], [WINMAIL])

    def test_a_mail_within_the_mail_is_kept_and_read(self):
        inner = "From: k@x.tr\r\nSubject: İlk\r\n\r\nAsıl dilekçe".encode()
        for part in (
            b"Content-Type: message/rfc822\r\n\r\n" + inner,
            file_part(b"asil.eml", inner),
        ):
            raw = multipart(b"Content-Type: text/plain\r\n\r\nEkte", part)
            message, _notes = read(raw)
            self.assertIn("Asıl dilekçe", body(message))
            self.assertTrue(next(iter(files(message))).endswith(".eml"))

    def test_file_names_lead_nowhere(self):
        for name in (
            b'"../../etc/passwd"',
            b'"a\\\\b.pdf"',
            '"x\u202efdp.exe"'.encode(),
        ):
            with self.subTest(name):
                message, _notes = read(multipart(file_part(name, b"1")))
                kept = next(iter(files(message)))
                self.assertFalse(set(kept) & {"/", "\\", "\u202e"})

    def test_machines_are_told_from_people(self):
        cases = (
            (b"Auto-Submitted: auto-replied", True),
            (b"Auto-Submitted: no", False),
            (b"Precedence: bulk", True),
            (b"Precedence: list", True),
            (b"Precedence: first-class", False),
            (b"X-Auto-Response-Suppress: All", True),
            (b"List-Id: <a.b>", True),
            (b"Return-Path: <>", True),
            (b"From: MAILER-DAEMON@x.tr", True),
            (b"From: no-reply@x.tr", True),
            (b"From: Noreen <noreen@x.tr>", False),
            (b"Content-Type: multipart/report; boundary=b", True),
            (b"From: ali@x.tr", False),
        )
        for raw, automatic in cases:
            with self.subTest(raw):
                message = parse(raw + b"\r\n\r\nt")
                self.assertEqual(bool(automatic_reason(message)), automatic)

    def test_what_it_answers(self):
        raw = b"References: <1@a> <2@a>\r\n <3@a>\r\nIn-Reply-To: <4@a>\r\n\r\n"
        self.assertEqual(references(parse(raw)), ["<1@a>", "<2@a>", "<3@a>", "<4@a>"])

    def test_nothing_that_comes_breaks_it(self):
        whole = multipart(
            b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>\xfd\x00</p>",
            b"Content-Type: message/rfc822\r\n\r\n" + HEAD + b"\r\nx",
            file_part(b"a.pdf", b"\x00\xff" * 50),
        )
        random = Random(4)
        for _round in range(400):
            raw = bytearray(whole)
            for _change in range(random.randint(1, 12)):
                at = random.randrange(len(raw))
                raw[at : at + random.randint(0, 9)] = random.randbytes(
                    random.randint(0, 9)
                )
            message, _notes = read(bytes(raw))
            self.assertNotIn("\x00", body(message))
            self.assertTrue(message["Message-Id"])

    def test_nesting_without_end_ends(self):
        raw = b"deepest"
        for _level in range(300):
            raw = b"Content-Type: message/rfc822\r\n\r\n" + raw
        message, notes = read(HEAD + raw)
        self.assertTrue(notes)
        self.assertTrue(message["Message-Id"])

    def test_bytes_are_always_text(self):
        self.assertEqual(decode_bytes(b"\xff\xfe\x00", "utf-16-nope")[:1], "ÿ")
        self.assertEqual(header(parse(b"\xff\xfe"), "Subject"), "")
