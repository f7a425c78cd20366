from io import BytesIO

from openpyxl import load_workbook

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import HttpCase, tagged

from .common import CitizensCase

SHEET = "ozel_kalem.request.waiting.sheet"


@tagged("post_install", "-at_install", "ozel_kalem", "ok_citizens")
class TestRequestWaiting(CitizensCase, HttpCase):
    """Everybody waits the same, or the report shows where not (D18)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["ozel_kalem.neighbourhood"].create({"name": "Ihlamur"})
        # working days of a June without holidays; the 1st of June 2043 is a Monday
        for channel, neighbourhood, closed, deadline in (
            ("phone", cls.neighbourhood, "2043-06-02", "2043-06-10"),
            ("phone", cls.neighbourhood, "2043-06-05", "2043-06-10"),
            ("phone", cls.other, "2043-06-12", "2043-06-10"),
            ("letter", cls.other, "2043-06-11", "2043-07-01"),
            ("letter", None, "2043-06-21", "2043-06-20"),
        ):
            cls.closed(channel, neighbourhood, closed, deadline)

    @classmethod
    def closed(cls, channel, neighbourhood, closed, deadline, **values):
        request = cls.new_request(
            channel=channel,
            neighbourhood_id=neighbourhood and neighbourhood.id,
            **values,
        )
        request.action_answer("positive", "Yapıldı.")
        request.sudo().told_proof = "Telefonla"
        request.action_notify()
        # years ahead, where no other test and no demo has closed anything
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE ozel_kalem_request SET received_on = '2043-06-01 08:00:00', "
            "closed_on = %s, deadline = %s WHERE id = %s",
            (f"{closed} 12:00:00", deadline, request.id),
        )
        cls.env.invalidate_all()
        cls.env.add_to_compute(request._fields["waiting_days"], request)
        cls.env.flush_all()
        return request

    def sheet(self, user=None, **values):
        values = {"date_from": "2043-06-01", "date_to": "2043-06-30", **values}
        return self.env[SHEET].with_user(user or self.director).create(values)

    def figures(self, by=None, **values):
        names = ("count", "median", "mean", "in_time")
        return {
            line["label"]: tuple(line[name] and round(line[name], 2) for name in names)
            for line in self.sheet(**values).get_lines(by)
        }

    # ---------------------------------------------------------------- figures

    def test_days_are_those_of_the_clock(self):
        waited = {
            (row.channel, str(row.closed_on.date())): row.waiting_days
            for row in self.env["ozel_kalem.request.waiting"].search(
                self.sheet()._domain()
            )
        }
        self.assertEqual(waited["phone", "2043-06-05"], 4, "working days")
        self.assertEqual(waited["phone", "2043-06-12"], 9, "without the weekend")
        self.assertEqual(waited["letter", "2043-06-21"], 20, "calendar days")

    def test_all(self):
        # 1, 4, 9, 10, 20
        self.assertEqual(self.figures(), {"All": (5, 9, 8.8, 60)})

    def test_by_channel(self):
        self.assertEqual(
            self.figures("channel"),
            {"Letter": (2, 15, 15, 50), "Telephone": (3, 4, 4.67, 66.67)},
        )

    def test_by_neighbourhood_with_medians_of_even_counts(self):
        figures = self.figures("neighbourhood_id")
        self.assertEqual(
            figures,
            {
                "Çınarlı": (2, 2.5, 2.5, 100),
                "Ihlamur": (2, 9.5, 9.5, 50),
                "Not stated": (1, 20, 20, 0.0),
            },
        )
        self.assertEqual(list(figures), ["Çınarlı", "Ihlamur", "Not stated"])

    def test_the_difference_from_all_is_told(self):
        lines = self.sheet().get_lines("neighbourhood_id")
        differences = {line["label"]: line["difference"] for line in lines}
        self.assertEqual(differences["Çınarlı"], -6.5)

    def test_one_law_alone(self):
        self.assertEqual(
            self.figures("channel", legal_ground="3071"), {"Letter": (2, 15, 15, 50)}
        )

    def test_the_days_of_the_period_count_whole(self):
        self.assertEqual(self.figures(date_to="2043-06-05")["All"][0], 2)
        self.assertEqual(self.figures(date_from="2043-06-21")["All"][0], 1)
        self.assertEqual(
            self.figures(date_from="2043-06-22")["All"], (0, None, None, None)
        )
        self.assertEqual(self.figures("channel", date_from="2043-06-22"), {})

    def test_a_duplicate_waited_for_nothing(self):
        double = self.new_request()
        double.action_mark_duplicate(self.request.id)
        Waiting = self.env["ozel_kalem.request.waiting"]
        self.assertFalse(Waiting.search([("request_id", "=", double.id)]))

    def test_a_period_that_ends_before_it_begins_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Closed until"):
            self.sheet(date_from="2043-07-01")

    # ------------------------------------------------------------- exceptions

    def test_exceptions_stand_with_their_reasons(self):
        self.closed(
            "phone",
            self.other,
            "2043-06-02",
            "2043-06-10",
            priority="2",
            priority_reason="Can güvenliği",
        )
        sheet = self.sheet()
        self.assertEqual(
            sheet._exceptions().mapped("priority_reason"), ["Can güvenliği"]
        )
        self.assertEqual(sheet.get_lines()[0]["exceptions"], 1)

    def test_a_confidential_reason_isn_t_printed(self):
        self.closed(
            "phone",
            self.other,
            "2043-06-02",
            "2043-06-10",
            priority="1",
            priority_reason="Gizli gerekçe",
            confidentiality="private",
        )
        exceptions = self.sheet()._exceptions()
        self.assertEqual(len(exceptions), 1)
        self.assertFalse(exceptions.priority_reason)

    # ----------------------------------------------------- who, paper, workbook

    def test_only_director_and_principal(self):
        self.assertEqual(self.sheet(self.principal_user).get_lines()[0]["count"], 5)
        for user in (self.secretary, self.public_relations, self.liaison):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.sheet(user)
            Waiting = self.env["ozel_kalem.request.waiting"].with_user(user)
            with self.subTest(user.login), self.assertRaises(AccessError):
                Waiting.search([])

    def test_another_company_s_requests_don_t_count(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.director.company_ids |= company
        elsewhere = self.sheet().with_context(allowed_company_ids=company.ids)
        self.assertEqual(elsewhere.get_lines()[0]["count"], 0)
        both = self.sheet().with_context(
            allowed_company_ids=(company | self.company).ids
        )
        self.assertEqual(both.get_lines()[0]["count"], 5)

    def test_paper(self):
        report = self.env["ir.actions.report"].with_user(self.director)
        html, _type = report._render_qweb_html(
            "ozel_kalem.report_request_waiting", self.sheet().ids
        )
        text = html.decode()
        for part in ("Çınarlı", "Ihlamur", "2,5", "9,5", "%60"):
            self.assertIn(part, text)
        self.assertNotIn(self.citizen.name, text)

    def test_workbook(self):
        sheet = self.sheet()
        self.authenticate(self.director.login, self.director.login)
        response = self.url_open(f"/ozel_kalem/sheet/{SHEET}/{sheet.id}")
        self.assertEqual(response.status_code, 200)
        book = load_workbook(BytesIO(response.content))
        cells = [
            [cell.value for cell in row]
            for row in book.worksheets[2].iter_rows()
            if row[0].value == "Çınarlı"
        ]
        self.assertEqual(cells, [["Çınarlı", 2, 2.5, 2.5, -6.5, 1, 0]])
