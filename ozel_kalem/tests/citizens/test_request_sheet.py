from io import BytesIO
from unittest.mock import patch

from openpyxl import load_workbook

from odoo.tests import HttpCase, tagged

from ...models.foundation import row_stream
from .common import CitizensCase

FORMULA = '=HYPERLINK("http://evil.example.com","x")'


@tagged("post_install", "-at_install", "ozel_kalem", "ok_citizens")
class TestRequestSheet(CitizensCase, HttpCase):
    """The register of requests as a workbook, fetched and read back."""

    def setUp(self):
        super().setUp()
        self.formula = self.new_request(
            subject=FORMULA, topic_id=self.topic.id, received_on="2024-05-31 21:30:00"
        )
        self.aid = self.request.with_user(self.director).create(
            {
                "partner_id": self.citizen.id,
                "subject": "Erzak",
                "request_type": "aid",
                "channel": "phone",
            }
        )
        self.private = self.new_request(user_id=self.director.id).sudo()
        self.private.write({"confidentiality": "private", "authorised_user_ids": False})
        self.env.flush_all()

    def rows(self, user, requests=None, domain=(), fetched=True):
        """The workbook's rows, by number."""
        Request = self.env["ozel_kalem.request"].with_user(user)
        asked = requests.with_user(user) if requests else Request
        action = asked.with_context(active_domain=list(domain)).action_register_sheet()
        content = (self.fetch if fetched else self.write)(user, action["url"])
        sheet = load_workbook(BytesIO(content)).active
        return {row[0].value: row for row in sheet.iter_rows() if row[0].value}

    def fetch(self, user, url):
        self.authenticate(user.login, user.login)
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(int(response.headers["Content-Length"]), len(response.content))
        return response.content

    def write(self, user, url):
        """Without HTTP: a test can't leave a log line from its read-only cursor."""
        sheet = self.env["ozel_kalem.request.sheet"].browse(int(url.split("/")[-1]))
        stream = BytesIO()
        sheet.with_user(user)._write_xlsx(stream)
        return stream.getvalue()

    def test_it_has_what_the_reader_may_list(self):
        rows = self.rows(self.public_relations)
        self.assertIn(self.request.name, rows)
        self.assertNotIn(self.aid.name, rows)
        self.assertNotIn(self.private.sudo().name, rows)
        rows = self.rows(self.director, fetched=False)
        self.assertIn(self.aid.name, rows)
        self.assertIn(self.private.name, rows)

    def test_what_a_row_says(self):
        row = self.rows(self.public_relations, self.formula)[self.formula.name]
        self.assertEqual(f"{row[1].value:%d.%m.%Y}", "01.06.2024")
        self.assertEqual(row[2].value, "Ayşe Yılmaz")
        self.assertEqual((row[3].value, row[3].data_type), (FORMULA, "s"))
        self.assertEqual(row[6].value, self.unit.name)
        self.assertEqual(row[7].value.date(), self.formula.deadline)
        self.assertFalse(row[9].value)

    def test_all_rows_come_page_by_page(self):
        for number in range(5):
            self.new_request(subject=f"Konu {number}")
        self.env.flush_all()
        whole = self.rows(self.director, fetched=False)
        self.env.invalidate_all()
        with patch.object(row_stream, "PAGE", 2):
            pages = self.rows(self.director, fetched=False)
        self.assertEqual(list(pages), list(whole))
        self.assertGreater(len(pages), 8)

    def test_the_list_s_filter_and_ticks_count(self):
        domain = [("subject", "=", FORMULA)]
        rows = self.rows(self.public_relations, domain=domain)
        self.assertIn(self.formula.name, rows)
        self.assertNotIn(self.request.name, rows)
        rows = self.rows(self.public_relations, self.request)
        self.assertNotIn(self.formula.name, rows)

    def test_taking_a_private_one_along_leaves_a_line(self):
        self.rows(self.director, fetched=False)
        line = self.env["ozel_kalem.access.log"].search(
            [
                ("user_id", "=", self.director.id),
                ("res_model", "=", "ozel_kalem.request"),
                ("res_id", "=", self.private.id),
                ("kind", "=", "list"),
            ]
        )
        self.assertTrue(line)

    def test_nobody_fetches_another_s(self):
        action = self.request.with_user(self.director).action_register_sheet()
        self.authenticate(self.public_relations.login, self.public_relations.login)
        self.assertEqual(self.url_open(action["url"]).status_code, 404)
