from datetime import date, datetime
from io import BytesIO

import openpyxl

from odoo.tests import BaseCase, tagged

from ...tools.intake_sheet import Unreadable, parse_moment, read_table

HEADERS = ["Başvuru No", "TARİH", "Ad Soyad", "KONU", "Metin"]


def workbook(*rows, merge=()):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for area in merge:
        sheet.merge_cells(area)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


@tagged("ozel_kalem", "ok_tools")
class TestIntakeSheet(BaseCase):
    """Tables as others export them."""

    def test_dates_as_offices_write_them(self):
        half_past = datetime(2026, 10, 7, 14, 30)
        cases = (
            ("07.10.2026", datetime(2026, 10, 7)),
            ("7.10.2026 14:30", half_past),
            ("07/10/2026 14.30", half_past),
            ("07-10-2026 14:30:00", half_past),
            ("7 Ekim 2026 14:30", half_past),
            ("7 EKİM 2026", datetime(2026, 10, 7)),
            ("7 Ekim 2026 Çarşamba", datetime(2026, 10, 7)),
            ("7 Ekim 2026, Çarşamba 14:30", half_past),
            ("1 ağustos 2026", datetime(2026, 8, 1)),
            ("7.10.26 14:30", half_past),
            ("07/10/26", datetime(2026, 10, 7)),
            ("2026-10-07", datetime(2026, 10, 7)),
            ("2026-10-07T14:30:00", half_past),
            ("2026-10-07 14:30:00.123", half_past),
            (date(2026, 10, 7), datetime(2026, 10, 7)),
            (half_past, half_past),
            ("  ", None),
            (None, None),
        )
        for given, expected in cases:
            with self.subTest(given):
                self.assertEqual(parse_moment(given), expected)

    def test_what_is_no_date_is_refused(self):
        for given in (
            "yarın",
            "31.02.2026",
            "7 Ekmi 2026",
            "2026",
            "26-10-07",
            "07.10/26",
            "31.02.26",
            "07.10.6",
            "45000",
        ):
            with self.subTest(given), self.assertRaises(ValueError):
                parse_moment(given)

    def test_headers_are_found_below_a_title_and_in_any_spelling(self):
        data = workbook(
            ["CİMER BAŞVURU LİSTESİ"],
            [],
            HEADERS,
            ["26100", "07.10.2026", "Ayşe", "Konu", "Metin"],
            merge=["A1:E1"],
        )
        table = read_table(data)
        self.assertEqual(table.headers["received"], "TARİH")
        self.assertEqual(table.rows[0].number, 4)
        self.assertEqual(table.rows[0].values["number"], "26100")

    def test_formulas_are_text(self):
        data = workbook(HEADERS, ["1", "", "A", "=1+1", '=HYPERLINK("http://x","y")'])
        values = read_table(data).rows[0].values
        self.assertEqual(values["subject"], "=1+1")
        self.assertEqual(values["text"], '=HYPERLINK("http://x","y")')

    def test_a_million_empty_rows_are_none(self):
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(HEADERS)
        sheet.append(["1", "", "A", "B", "C"])
        sheet.cell(1_048_576, 1).value = ""
        sheet.cell(1_000_000, 1).value = "2"
        stream = BytesIO()
        book.save(stream)
        table = read_table(stream.getvalue())
        self.assertEqual([row.number for row in table.rows], [2, 1_000_000])

    def test_csv_in_every_encoding_and_with_every_separator(self):
        lines = [HEADERS, ["1", "07.10.2026", "Şule Iğdır", "a, b", "çok\nsatır"]]
        for separator in ";,\t":
            for encoding in ("utf-8", "utf-8-sig", "cp1254", "utf-16"):
                with self.subTest(separator=separator, encoding=encoding):
                    text = "\n".join(
                        separator.join(f'"{cell}"' for cell in line) for line in lines
                    )
                    row = read_table(text.encode(encoding)).rows[0]
                    self.assertEqual(row.values["name"], "Şule Iğdır")
                    self.assertEqual(row.values["subject"], "a, b")
                    self.assertEqual(row.values["text"], "çok\nsatır")

    def test_what_is_no_table_says_so(self):
        cases = (
            (b"\x89PNG\r\n\x1a\n\0\0", "no_table"),
            (b"PK\x03\x04 broken", "no_table"),
            (b"a;b;c\n1;2;3\n", "no_header"),
            (b"", "no_header"),
            (workbook(["Foo", "Bar"], ["1", "2"]), "no_header"),
        )
        for data, reason in cases:
            with self.subTest(data[:20]), self.assertRaises(Unreadable) as caught:
                read_table(data)
            self.assertEqual(caught.exception.args[0], reason)
