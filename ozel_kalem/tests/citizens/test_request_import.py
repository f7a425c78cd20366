import base64
from datetime import datetime

import openpyxl

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import file_open

from ..tools.test_intake_sheet import workbook
from .common import CitizensCase

HEADERS = ["Başvuru No", "Tarih", "Ad Soyad", "T.C. No", "Telefon", "E-posta", "Konu"]
HEADERS += ["Metin", "Mahalle", "Tür"]
TEMPLATE = [
    *("partner_id", "applicant_phone", "applicant_email", "subject", "text"),
    *("request_type", "channel", "received_on", "topic_id", "neighbourhood_id"),
    *("location", "external_reference"),
]
FIELDS = ["subject", "partner_id", "applicant_phone", "applicant_email", "topic_id"]


def row(number, **values):
    cells = {
        "Başvuru No": number,
        "Tarih": "7 Eylül 2026 14:30",
        "Ad Soyad": "Nazlı Ekşioğlu",
        "T.C. No": "10000000146",
        "Telefon": "0532 555 01 01",
        "Konu": f"Konu {number}",
        "Metin": "Arz ederim",
        **values,
    }
    return [cells.get(header) for header in HEADERS]


@tagged("post_install", "-at_install", "ozel_kalem", "ok_citizens")
class TestCimerTable(CitizensCase):
    """A table of petitions, taken in as a whole or not at all."""

    def take_in(self, *rows, headers=HEADERS, data=None):
        data = data or workbook(headers, *rows)
        dialog = (
            self.env["ozel_kalem.request.import"]
            .with_user(self.public_relations)
            .create({"file": base64.b64encode(data), "file_name": "cimer.xlsx"})
        )
        dialog.action_import()
        return dialog

    def refused(self, *rows, **options):
        before = self.env["ozel_kalem.request"].search_count([])
        people = self.env["res.partner"].search_count([])
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            self.take_in(*rows, **options)
        self.assertEqual(self.env["ozel_kalem.request"].search_count([]), before)
        self.assertEqual(self.env["res.partner"].search_count([]), people)
        return str(caught.exception)

    def test_a_row_becomes_a_request(self):
        request = self.take_in(
            row("26100", Mahalle="ÇINARLI MAH.", Tür="Şikâyet", **{"E-posta": "n@x.tr"})
        ).request_ids
        self.assertEqual(request.external_reference, "26100")
        self.assertEqual(request.received_on, datetime(2026, 9, 7, 11, 30))
        self.assertEqual(request.partner_id.name, "Nazlı Ekşioğlu")
        self.assertEqual(request.partner_id.email, "n@x.tr")
        self.assertEqual(request.neighbourhood_id, self.neighbourhood)
        self.assertEqual(request.request_type, "complaint")
        self.assertEqual((request.channel, request.legal_ground), ("cimer", "3071"))
        self.assertEqual(str(request.deadline), "2026-10-07")
        self.assertEqual(request.user_id, self.public_relations)
        self.assertTrue(request.register_number)
        self.assertNotIn(
            "10000000146", str(request.read()) + str(request.partner_id.read())
        )

    def test_the_same_number_is_taken_in_once(self):
        first = self.take_in(row("26100")).request_ids
        dialog = self.take_in(row("26100"), row("26101"), row("26101"))
        self.assertEqual(dialog.request_ids.mapped("external_reference"), ["26101"])
        self.assertIn(first.name, dialog.result)
        self.assertEqual(dialog.result.count("is there already"), 2)

    def test_people_are_found_by_telephone_and_mail(self):
        people = self.take_in(
            row("1", **{"Ad Soyad": "AYŞE YILMAZ", "Telefon": "+90 (212) 555 00 01"}),
            row(
                "2",
                Telefon="",
                **{"Ad Soyad": "A Y", "E-posta": "AYSE@citizens.example.com"},
            ),
            row("3", **{"Ad Soyad": "Yeni Biri", "Telefon": "5320000001"}),
            row("4", **{"Ad Soyad": "yeni biri", "Telefon": "0 532 000 00 01"}),
            row("5", Telefon="", **{"Ad Soyad": "Ayşe Yılmaz"}),
            row("6", **{"Ad Soyad": "Veli Kaya", "Telefon": "0212 555 00 01"}),
        ).request_ids.sorted("external_reference")
        people = [request.partner_id for request in people]
        self.assertEqual(people[0], self.citizen)
        self.assertNotEqual(people[1], self.citizen, "another name at the same address")
        self.assertEqual(people[2], people[3])
        self.assertNotEqual(people[4], self.citizen, "a name alone is nobody")
        self.assertNotEqual(people[5], self.citizen)

    def test_an_unknown_neighbourhood_isn_t_lost(self):
        dialog = self.take_in(row("1", Mahalle="Bilinmez Mahallesi"))
        self.assertIn("Bilinmez", dialog.request_ids.location)
        self.assertIn("Bilinmez", dialog.result)

    def test_formulas_and_scripts_stay_text(self):
        request = self.take_in(row("1", Konu="=1+1", Metin="<script>x</script>"))
        self.assertEqual(request.request_ids.subject, "=1+1")
        self.assertEqual(request.request_ids.text, "<script>x</script>")

    def test_a_refusal_names_row_column_and_remedy(self):
        cases = (
            ({"Tarih": "yarın"}, "Row 3, column “Tarih”.*07.10.2026"),
            ({"Tarih": "07.10.2099"}, "Row 3, column “Tarih”.*future"),
            ({"Konu": None}, "Row 3, column “Konu”.*merged"),
            ({"Ad Soyad": " "}, "Row 3, column “Ad Soyad”.*fill"),
        )
        for values, message in cases:
            with self.subTest(values):
                said = self.refused(row("1"), row("2", **values), row("3"))
                self.assertRegex(said, message)

    def test_kinds_are_known_by_their_beginning(self):
        cases = {
            "1": ("Bilgi Edinme Talebi", "information"),
            "2": ("ŞİKÂYET DİLEKÇESİ", "complaint"),
            "3": ("Görüş/Öneri", "suggestion"),
            "4": ("", "request"),
        }
        dialog = self.take_in(*(row(n, Tür=name) for n, (name, _k) in cases.items()))
        for request in dialog.request_ids:
            name, kind = cases[request.external_reference]
            with self.subTest(name):
                self.assertEqual(request.request_type, kind)

    def test_an_unknown_kind_isn_t_taken_for_a_plain_request(self):
        for kind in ("KVKK başvurusu", "Görüşme talebi"):
            with self.subTest(kind):
                said = self.refused(row("1"), row("2", Tür=kind))
                self.assertRegex(said, f"Row 3, column “Tür”.*{kind}.*Şikâyet")

    def test_merged_cells_are_named(self):
        data = workbook(HEADERS, row("1"), row("2"), merge=["G2:G3"])
        self.assertIn("Row 3, column “Konu”", self.refused(data=data))

    def test_wrong_headers_say_which_are_needed(self):
        said = self.refused(["1", "2"], headers=["Foo", "Bar"])
        self.assertIn("Konu", said)

    def test_the_shipped_example_can_be_taken_in(self):
        with file_open("ozel_kalem/static/import/cimer.xlsx", "rb") as example:
            dialog = self.take_in(data=example.read())
        self.assertEqual(len(dialog.request_ids), 1)

    def test_five_hundred_rows_cost_few_queries(self):
        rows = [row(str(n), Telefon=f"0533{n:07d}") for n in range(500)]
        self.take_in(row("first"))
        with self.assertQueryCount(600):
            self.take_in(*rows)


@tagged("post_install", "-at_install", "ozel_kalem", "ok_citizens")
class TestRequestLoad(CitizensCase):
    """Odoo's own importer."""

    def load(self, rows, fields=FIELDS):
        Request = self.env["ozel_kalem.request"].with_user(self.public_relations)
        return Request.with_context(import_file=True).load(fields, rows)

    def test_people_and_names_are_found(self):
        result = self.load(
            [
                ["Bir", "Ayşe Yılmaz", "0212 5550001", "", "KALDIRIM"],
                ["İki", "Yeni Kişi", "0533 111 22 33", "y@k.example.com", ""],
                ["Üç", "Yeni Kişi", "05331112233", "", ""],
                ["Dört", "Ayşe Yılmaz", "", "", ""],
            ]
        )
        self.assertFalse(result["messages"])
        requests = self.env["ozel_kalem.request"].browse(result["ids"])
        self.assertEqual(requests[0].partner_id, self.citizen)
        self.assertEqual(requests[0].topic_id, self.topic)
        self.assertEqual(requests[0].lead_department_id, self.unit)
        self.assertEqual(requests[1].partner_id, requests[2].partner_id)
        self.assertEqual(requests[1].partner_id.email, "y@k.example.com")
        self.assertEqual(requests[3].partner_id, self.citizen)

    def test_dates_in_words(self):
        fields = ["subject", "partner_id", "received_on"]
        result = self.load([["Bir", "Ayşe Yılmaz", "7 Eylül 2026 14:30"]], fields)
        self.assertFalse(result["messages"])
        request = self.env["ozel_kalem.request"].browse(result["ids"])
        zone = self.public_relations.tz or "UTC"
        self.assertEqual(
            request.received_on.hour, 11 if zone == "Europe/Istanbul" else 14
        )

    def test_an_unknown_name_is_refused_with_its_row_and_nothing_is_kept(self):
        result = self.load(
            [
                ["Bir", "Ayşe Yılmaz", "", "", ""],
                ["İki", "Ayşe Yılmaz", "", "", "Yok Böyle"],
            ]
        )
        self.assertFalse(result["ids"])
        self.assertIn("Yok Böyle", result["messages"][0]["message"])
        self.assertEqual(result["messages"][0]["rows"]["from"], 1)
        self.assertFalse(
            self.env["ozel_kalem.request"].search([("subject", "=", "Bir")])
        )

    def test_nobody_gets_a_mail_for_each_row(self):
        before = self.env["mail.message"].search_count([])
        self.load([[f"Konu {n}", "Ayşe Yılmaz", "", "", ""] for n in range(20)])
        self.assertEqual(self.env["mail.message"].search_count([]), before)

    def test_a_row_costs_less_than_a_query(self):
        rows = [
            [
                f"Konu {n}",
                f"Kişi {n}",
                f"0533{n:07d}",
                f"k{n}@x.example.com",
                "Kaldırım",
            ]
            for n in range(500)
        ]
        self.load(rows[:1])
        with self.assertQueryCount(400):
            result = self.load(rows)
        self.assertEqual(len(result["ids"]), 500)

    def test_the_template_s_row_can_be_loaded(self):
        template = self.env["ozel_kalem.request"].get_import_templates()[0]
        with file_open(template["template"].lstrip("/"), "rb") as stream:
            headers, sample = openpyxl.load_workbook(stream).active.iter_rows(
                values_only=True
            )
        self.assertEqual(len(headers), len(TEMPLATE))
        sample = [value or "" for value in sample]
        sample[TEMPLATE.index("received_on")] = "2026-09-01 09:30:00"
        sample[TEMPLATE.index("channel")] = "phone"
        result = self.load([sample], TEMPLATE)
        self.assertFalse(result["messages"])
        request = self.env["ozel_kalem.request"].browse(result["ids"])
        self.assertEqual(request.request_type, "complaint")
        self.assertEqual(request.partner_id.phone, "0532 555 01 01")


@tagged("post_install", "-at_install", "ozel_kalem", "ok_citizens")
class TestImportScreen(CitizensCase):
    """Odoo's import screen, as the officer uses it."""

    HEADERS = "Konu;Başvuran;Geliş;Son gün"
    FIELDS = ["subject", "partner_id", "received_on", "deadline"]

    def setUp(self):
        super().setUp()
        self.public_relations.tz = "Europe/Istanbul"

    def take_in(self, *rows, model="ozel_kalem.request", fields=FIELDS, **options):
        screen = (
            self.env["base_import.import"]
            .with_user(self.public_relations)
            .with_context(tz="Europe/Istanbul")
            .create(
                {
                    "res_model": model,
                    "file": "\n".join([self.HEADERS, *rows]).encode(),
                    "file_type": "text/csv",
                    "file_name": "talepler.csv",
                }
            )
        )
        options = {
            "has_headers": True,
            "quoting": '"',
            "separator": ";",
            "encoding": "utf-8",
            **options,
        }
        return screen.execute_import(fields, self.HEADERS.split(";"), options)

    def requests(self, result):
        self.assertFalse(result["messages"])
        return self.env["ozel_kalem.request"].browse(result["ids"])

    def test_dates_as_offices_write_them(self):
        requests = self.requests(
            self.take_in(
                "Bir;Ayşe Yılmaz;07.10.2026;6 Kasım 2026",
                "İki;Ayşe Yılmaz;7 Ekim 2026;06.11.26",
                "Üç;Ayşe Yılmaz;7.10.26 14:30;2026-11-06",
                "Dört;Ayşe Yılmaz;2026-10-07 14:30:00;06/11/2026",
                "Beş;Ayşe Yılmaz;7 Ekim 2026, Çarşamba 14.30;6.11.2026",
            )
        )
        midnight = datetime(2026, 10, 6, 21)
        half_past = datetime(2026, 10, 7, 11, 30)
        self.assertEqual(
            requests.mapped("received_on"),
            [midnight, midnight, half_past, half_past, half_past],
        )
        self.assertEqual(
            {str(day) for day in requests.mapped("deadline")}, {"2026-11-06"}
        )

    def test_the_format_chosen_on_the_screen_comes_first(self):
        requests = self.requests(
            self.take_in(
                "Bir;Ayşe Yılmaz;10/07/2026;11/06/2026",
                "İki;Ayşe Yılmaz;7 Ekim 2026;6 Kasım 2026",
                date_format="%m/%d/%Y",
            )
        )
        self.assertEqual(
            set(requests.mapped("received_on")), {datetime(2026, 10, 6, 21)}
        )
        self.assertEqual(
            {str(day) for day in requests.mapped("deadline")}, {"2026-11-06"}
        )

    def test_what_is_no_date_is_refused_with_row_and_field(self):
        before = self.env["ozel_kalem.request"].search_count([])
        for day, field in (
            ("yarın;06.11.2026", "Received on"),
            ("07.10.2026;7 Ekmi", "Deadline"),
        ):
            with self.subTest(day):
                result = self.take_in(
                    "Bir;Ayşe Yılmaz;07.10.2026;06.11.2026", f"İki;Ayşe Yılmaz;{day}"
                )
                self.assertFalse(result["ids"])
                message = result["messages"][0]
                self.assertIn(
                    f"“{field}” is no date: write 07.10.2026", message["message"]
                )
                self.assertEqual(message["rows"], {"from": 1, "to": 1})
        self.assertEqual(self.env["ozel_kalem.request"].search_count([]), before)

    def test_a_date_before_the_calendar_is_refused_not_broken(self):
        result = self.take_in("Bir;Ayşe Yılmaz;01.01.0001;")
        self.assertIn("is no date", result["messages"][0]["message"])

    def test_others_records_are_read_as_odoo_reads_them(self):
        self.public_relations.group_ids += self.env.ref("base.group_partner_manager")
        result = self.take_in(
            "Bir;;7 Ekim 2026;",
            model="res.partner.category",
            fields=["name", False, "write_date", False],
        )
        self.assertIn("write_date", result["messages"][0]["message"])
