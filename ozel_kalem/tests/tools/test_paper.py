"""Stamping and merging of PDF, read back with another reader's eyes."""

from io import BytesIO

from reportlab.lib.pagesizes import A3, A4, landscape
from reportlab.pdfgen.canvas import Canvas

from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from ...tools import paper

TURKISH = "ĞÜŞİÖÇ ğüşıöç"


def drawn(pages, size=A4, text="body"):
    """A PDF whose pages say "body 1", "body 2" and so on."""
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=size)
    for number in range(1, pages + 1):
        canvas.drawString(100, 400, f"{text} {number}")
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def read(pdf):
    """The pages of a PDF."""
    return list(paper.pypdf.PdfReader(BytesIO(pdf)).pages)


def texts(pdf):
    """The text of each page, its white space made single."""
    return [" ".join(page.extract_text().split()) for page in read(pdf)]


@tagged("post_install", "-at_install", "ozel_kalem", "ok_report")
class TestStamp(BaseCase):
    def test_pages_are_numbered_and_keep_their_size_and_text(self):
        for count, size in (
            (1, A4),
            (3, A4),
            (12, landscape(A4)),
            (2, landscape(A3)),
        ):
            with self.subTest(count=count, size=size):
                pages = read(paper.stamp(drawn(count, size)))
                self.assertEqual(len(pages), count)
                for number, page in enumerate(pages, 1):
                    text = page.extract_text()
                    self.assertIn(f"body {number}", text)
                    self.assertIn(f"{number}/{count}", text)
                    found = page.mediabox.width, page.mediabox.height
                    for one, other in zip(found, size, strict=True):
                        self.assertAlmostEqual(float(one), other, delta=0.5)

    def test_each_document_is_numbered_for_itself(self):
        pdf = paper.assemble(
            [
                (drawn(2, text="first"), paper.Stamp()),
                (drawn(1, landscape(A4), "second"), paper.Stamp(level="ÖZEL")),
            ]
        )
        self.assertEqual(
            texts(pdf), ["first 1 1/2", "first 2 2/2", "second 1 1/1 ÖZEL"]
        )

    def test_contact_and_level_stand_on_each_page(self):
        what = paper.Stamp(contact=(TURKISH, "", "KEP: a@b"), level="MÜHÜRLÜ")
        for text in texts(paper.stamp(drawn(2), what)):
            self.assertIn(f"{TURKISH} • KEP: a@b", text)
            self.assertIn("MÜHÜRLÜ", text)

    def test_every_face_has_turkish_letters(self):
        for face in paper.FACES:
            with self.subTest(face=face):
                what = paper.Stamp(level=TURKISH, face=face)
                self.assertIn(TURKISH, texts(paper.stamp(drawn(1), what))[0])

    def test_stamping_twice_keeps_both(self):
        once = paper.stamp(drawn(1), paper.Stamp(level="ONE"))
        text = texts(paper.stamp(once, paper.Stamp(level="TWO")))[0]
        self.assertIn("ONE", text)
        self.assertIn("TWO", text)

    def test_what_is_no_pdf_is_refused(self):
        quiet = mute_logger("pypdf._reader")
        for content in (b"", b"no PDF", b"%PDF-1.4\n%%EOF\n"):
            with (
                self.subTest(content=content),
                quiet,
                self.assertRaises(paper.EngineError),
            ):
                paper.stamp(content)

    def test_an_unknown_face_is_refused(self):
        with self.assertRaisesRegex(ValueError, "face must be one of serif, sans"):
            paper.Stamp(face="comic")

    def test_no_font_is_told(self):
        with self.assertRaisesRegex(paper.FontError, "LiberationSerif-Regular"):
            paper.font("serif", ("/nowhere",))

    def test_stamps_are_small(self):
        body = drawn(20)
        self.assertLess(len(paper.stamp(body)) - len(body), 60_000)


@tagged("post_install", "-at_install", "ozel_kalem", "ok_report")
class TestContactLines(BaseCase):
    def test_lines(self):
        face = paper.font("serif")
        address = "Cumhuriyet Mah. İstiklal Cad. No: 1\nÇınarlıdere"
        flat = "Cumhuriyet Mah. İstiklal Cad. No: 1 Çınarlıdere"
        for parts, width, lines in (
            ((), 500, []),
            (("", "  "), 500, []),
            ((address,), 500, [flat]),
            ((address, "KEP: a@b"), 500, [f"{flat}  •  KEP: a@b"]),
            ((address, "KEP: a@b"), 180, [flat, "KEP: a@b"]),
            (("a", "b", "c"), 5, ["a", "…"]),
        ):
            with self.subTest(parts=parts, width=width):
                self.assertEqual(paper.contact_lines(parts, width, face), lines)

    def test_nothing_is_wider_than_the_line(self):
        face = paper.font("sans")
        parts = ["Ğ" * 200, "Telefon: 0000 000 00 00", "x" * 90, "y" * 90]
        lines = paper.contact_lines(parts, 300, face)
        self.assertEqual(len(lines), paper.CONTACT_LINES)
        for line in lines:
            width = paper.pdfmetrics.stringWidth(line, face, paper.CONTACT_SIZE)
            self.assertLessEqual(width, 300)


@tagged("post_install", "-at_install", "ozel_kalem", "ok_report")
class TestPrintHtml(BaseCase):
    def test_failures_say_why(self):
        for program, said in (
            ("/nowhere/wkhtmltopdf", "/nowhere/wkhtmltopdf: not found"),
            ("/bin/false", "exit code 1"),
            ("/bin/true", "exit code 0"),
        ):
            with (
                self.subTest(program=program),
                self.assertRaisesRegex(paper.EngineError, said),
            ):
                paper.print_html("<p>x</p>", program)
