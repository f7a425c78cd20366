import re
from io import BytesIO

from openpyxl import load_workbook

from odoo.tests import HttpCase, tagged

from .common import FollowUpCase

FORMULA = '=HYPERLINK("http://evil.example.com","x")'


@tagged("post_install", "-at_install", "ozel_kalem", "ok_follow_up")
class TestInstructionXlsx(FollowUpCase, HttpCase):
    """The follow-up sheet as a workbook, fetched and read back."""

    def setUp(self):
        super().setUp()
        self.formula = self.new_instruction(
            subject=FORMULA, deadline="2040-05-10", received_on="2040-05-01 21:30:00"
        )
        self.other = self.new_instruction(self.director, subject="the director's own")
        self.refer(self.unit + self.other_unit, instruction=self.formula)

    def sheet(self, user):
        return (
            self.env["ozel_kalem.instruction.sheet"]
            .with_user(user)
            .create(
                {
                    "principal_id": self.principal.id,
                    "scope": "all",
                    "date_to": "2040-12-31",
                }
            )
        )

    def fetch(self, user, sheet, model="ozel_kalem.instruction.sheet"):
        self.authenticate(user.login, user.login)
        return self.url_open(f"/ozel_kalem/sheet/{model}/{sheet.id}")

    def rows(self, user):
        """The rows of the workbook, by the number in their first cell."""
        response = self.fetch(user, self.sheet(user))
        self.assertEqual(response.status_code, 200)
        self.assertIn("spreadsheetml", response.headers["Content-Type"])
        self.assertIn(".xlsx", response.headers["Content-Disposition"])
        sheet = load_workbook(BytesIO(response.content)).active
        number = re.compile(r"\d{4}/\d+")
        return {
            row[0].value: row
            for row in sheet.iter_rows()
            if number.fullmatch(str(row[0].value))
        }

    def test_a_formula_stays_text(self):
        row = self.rows(self.secretary)[self.formula.name]
        cell = next(cell for cell in row if str(cell.value).startswith("=HYPER"))
        self.assertEqual(cell.value, FORMULA)
        self.assertNotEqual(cell.data_type, "f")

    def test_days_are_those_of_istanbul_and_real_dates(self):
        row = self.rows(self.secretary)[self.formula.name]
        days = [str(cell.value.date()) for cell in row if cell.is_date]
        self.assertEqual(days, ["2040-05-02", "2040-05-10"])

    def test_units_are_named(self):
        row = self.rows(self.secretary)[self.formula.name]
        text = " ".join(str(cell.value) for cell in row)
        for unit in self.unit + self.other_unit:
            self.assertIn(unit.name, text)

    def test_everybody_gets_what_he_may_read(self):
        self.assertNotIn(self.other.name, self.rows(self.secretary))
        rows = self.rows(self.director)
        self.assertIn(self.other.name, rows)
        self.assertIn(self.formula.name, rows)

    def test_a_workbook_with_confidential_records_leaves_lines(self):
        self.formula.with_user(self.director).write({"confidentiality": "private"})
        self.env.flush_all()
        # a replica's line is written by a cursor of its own, which no test can see
        self.set_registry_readonly_mode(False)
        self.addCleanup(self.set_registry_readonly_mode, True)
        self.fetch(self.director, self.sheet(self.director))
        line = self.env["ozel_kalem.access.log"].search(
            [
                ("res_model", "=", self.formula._name),
                ("res_id", "=", self.formula.id),
                ("user_id", "=", self.director.id),
            ]
        )
        self.assertTrue(line)

    def test_a_sheet_belongs_to_whoever_prepared_it(self):
        response = self.fetch(self.secretary, self.sheet(self.director))
        self.assertEqual(response.status_code, 404)

    def test_what_is_no_sheet_is_not_found(self):
        sheet = self.sheet(self.director)
        for model in ("res.users", "ozel_kalem.instruction", "no.such.model"):
            with self.subTest(model):
                response = self.fetch(self.director, sheet, model)
                self.assertEqual(response.status_code, 404)
        gone = sheet.browse(2**31 - 1)
        self.assertEqual(self.fetch(self.director, gone).status_code, 404)

    def test_a_visitor_is_sent_to_sign_in(self):
        url = f"/ozel_kalem/sheet/ozel_kalem.instruction.sheet/{self.sheet(self.director).id}"
        response = self.url_open(url, allow_redirects=False)
        self.assertEqual(response.status_code, 303)
