import io
import zipfile

from odoo.tests import BaseCase, tagged

from odoo.addons.ozel_kalem.tools import uploads

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument.text"


def archive(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for name, content in members.items():
            file.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return stream.getvalue()


@tagged("ozel_kalem", "ok_tools")
class TestUploads(BaseCase):
    def test_the_content_tells_the_kind(self):
        cases = (
            (b"%PDF-1.7\n", "application/pdf"),
            (b"\xff\xd8\xff\xe0 a photograph", "image/jpeg"),
            (b"\x89PNG\r\n\x1a\n\0\0", "image/png"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
            (b"\0\0\0\x18ftypheic", "image/heic"),
            (archive(word__document_dot_xml="<w/>"), WORD),
            (archive(mimetype=OPEN_DOCUMENT), OPEN_DOCUMENT),
        )
        for content, mimetype in cases:
            with self.subTest(mimetype):
                self.assertEqual(uploads.content_type(io.BytesIO(content)), mimetype)

    def test_everything_else_is_refused(self):
        cases = {
            "empty": b"",
            "html": b"<html><script>alert(1)</script>",
            "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            "program": b"MZ\x90\0",
            "html before a PDF": b"<script></script>%PDF-1.7",
            "sound in RIFF": b"RIFF\0\0\0\0WAVEfmt ",
            "video": b"\0\0\0\x18ftypmp42",
            "archive": archive(readme="x"),
            "empty archive": b"PK\x05\x06" + bytes(18),
            "broken archive": b"PK\x03\x04 nothing more",
            "macros": archive(word__document_dot_xml="", word__vbaProject_dot_bin="x"),
            "macros of the other": archive(
                mimetype=OPEN_DOCUMENT, Basic__script_dot_xml="x"
            ),
            "spreadsheet": archive(
                mimetype="application/vnd.oasis.opendocument.spreadsheet"
            ),
            "bomb as mimetype": archive(mimetype="x" * 1_000_000),
        }
        for label, content in cases.items():
            with self.subTest(label):
                self.assertIsNone(uploads.content_type(io.BytesIO(content)))

    def test_the_name_fits_the_content(self):
        cases = (
            ("dilekçe.pdf", "application/pdf", "dilekçe.pdf"),
            ("FOTO.JPEG", "image/jpeg", "FOTO.jpeg"),
            ("C:\\Belgeler\\evil.html", "application/pdf", "evil.pdf"),
            ("../../etc/passwd", "image/png", "passwd.png"),
            ("a\0b\r\nc.png", "image/png", "abc.png"),
            ('x"<script>.jpg', "image/jpeg", "x__script_.jpg"),
            ("", "image/webp", "belge.webp"),
            ("...", "application/pdf", "belge.pdf"),
            ("a" * 300 + ".pdf", "application/pdf", "a" * 80 + ".pdf"),
            ("‮fdp.exe", "application/pdf", "fdp.pdf"),
        )
        for name, mimetype, expected in cases:
            with self.subTest(name):
                self.assertEqual(uploads.file_name(name, mimetype), expected)

    def test_the_length_is_known_without_reading(self):
        stream = io.BytesIO(b"12345")
        self.assertEqual(uploads.size(stream), 5)
        self.assertEqual(stream.read(), b"12345")
