import io
import tracemalloc
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from odoo.tests import BaseCase, tagged

from ...tools import workbook
from ...tools.local_time import to_local
from ...tools.workbook import Column, clean_text, open_book, sheet_name, write_table

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
COLUMNS = [
    Column("name", "Kayıt No", width=14),
    Column("subject", "Konu"),
    Column("count", "Adet", "integer"),
    Column("amount", "Tutar", "number"),
    Column("rate", "Oran", "percent"),
    Column("day", "Tarih", "date"),
    Column("moment", "Saat", "datetime"),
]
ROW = {
    "name": "2026/00001",
    "subject": "Kaldırım",
    "count": 1234,
    "amount": 10.5,
    "rate": 0.25,
    "day": date(2026, 10, 7),
    "moment": datetime(2026, 10, 7, 9, 30),
}


class Sheet:
    """What a reader sees of one sheet: cells, number formats and page."""

    def __init__(self, content, index=1):
        self.files = zipfile.ZipFile(io.BytesIO(content))
        self.root = self.xml(f"xl/worksheets/sheet{index}.xml")
        styles = self.xml("xl/styles.xml")
        formats = {
            found.get("numFmtId"): found.get("formatCode")
            for found in styles.iter(f"{MAIN}numFmt")
        }
        formats |= {"3": "#,##0", "4": "#,##0.00", "49": "@"}
        self.styles = [
            formats.get(found.get("numFmtId"))
            for found in styles.find(f"{MAIN}cellXfs")
        ]
        self.cells = {cell.get("r"): cell for cell in self.root.iter(f"{MAIN}c")}

    def xml(self, path):
        return ElementTree.fromstring(self.files.read(path))

    def text(self, reference):
        return "".join(self.cells[reference].itertext())

    def number_format(self, reference):
        return self.styles[int(self.cells[reference].get("s"))]

    def find(self, tag):
        return self.root.find(f".//{MAIN}{tag}")


@tagged("ozel_kalem", "ok_tools")
class TestWorkbook(BaseCase):
    def write(self, rows, columns=COLUMNS, **options):
        stream = io.BytesIO()
        title = options.pop("title", "Talepler")
        name = options.pop("sheet_name", "Talepler")
        self.count = write_table(stream, name, title, columns, rows, **options)
        return Sheet(stream.getvalue())

    def write_text(self, text):
        return self.write([[text]], [Column("text", "Metin")])

    def test_table(self):
        sheet = self.write(
            [ROW, list(ROW.values())],
            subtitles=["Ekim 2026", "Bütün birimler"],
            author="Özel Kalem",
            totals=["count", "amount"],
        )
        self.assertEqual(self.count, 2)
        self.assertEqual(sheet.text("A1"), "Talepler")
        self.assertEqual(sheet.text("A2"), "Ekim 2026")
        self.assertEqual(sheet.text("A3"), "Bütün birimler")
        self.assertEqual(sheet.text("B5"), "Konu")
        for row in ("6", "7"):
            self.assertEqual(sheet.text("A" + row), "2026/00001")
            self.assertEqual(sheet.text("C" + row), "1234")
            self.assertEqual(sheet.text("F" + row), "46302")
            self.assertEqual(sheet.text("G" + row)[:9], "46302.395")
        self.assertEqual(sheet.text("A8"), "Toplam")
        self.assertEqual(sheet.text("C8"), "2468")
        self.assertEqual(float(sheet.text("D8")), 21)
        formats = {letter: sheet.number_format(letter + "6") for letter in "ACDEFG"}
        self.assertEqual(
            formats,
            {
                "A": "@",
                "C": "#,##0",
                "D": "#,##0.00",
                "E": "0.0%",
                "F": "dd.mm.yyyy",
                "G": "dd.mm.yyyy hh:mm",
            },
        )
        properties = sheet.files.read("docProps/core.xml").decode()
        self.assertIn("Özel Kalem", properties)

    def test_page(self):
        sheet = self.write([ROW] * 3, subtitles=["Ekim"])
        pane = sheet.find("pane")
        self.assertEqual((pane.get("ySplit"), pane.get("state")), ("4", "frozen"))
        self.assertEqual(sheet.find("autoFilter").get("ref"), "A4:G7")
        setup = sheet.find("pageSetup")
        self.assertEqual(setup.get("paperSize"), "9")
        self.assertEqual(setup.get("orientation"), "landscape")
        self.assertEqual(setup.get("fitToHeight"), "0")
        self.assertEqual(sheet.find("oddFooter").text, "&C&P/&N")
        names = {
            name.get("name"): name.text
            for name in sheet.xml("xl/workbook.xml").iter(f"{MAIN}definedName")
        }
        self.assertEqual(names["_xlnm.Print_Titles"], "Talepler!$4:$4")

    def test_text_stays_text(self):
        for text in [
            "=1+1",
            '=HYPERLINK("http://example.com","x")',
            "+905550000000",
            "-1",
            "@SUM(A1)",
            "{=1}",
            "http://example.com/",
            "mailto:a@example.com",
            "0012",
            "  iki boşluk  ",
            "satır\nsonu",
            "<b>&amp;</b>",
            "_x0041_",
            "çığ öşü İI 😀",
        ]:
            with self.subTest(text):
                sheet = self.write_text(text)
                self.assertEqual(
                    sheet.text("A4").replace("_x005F_x", "_x").strip("\n"), text
                )
                self.assertEqual(sheet.cells["A4"].get("t"), "inlineStr")
                self.assertIsNone(sheet.find("f"))
                self.assertIsNone(sheet.find("hyperlink"))

    def test_text_is_made_fit(self):
        longest = workbook.LONGEST_TEXT
        for text, expected in [
            ("a\x00b\x08c\x1fd\x0b", "abcd"),
            ("a\ud800b\ufffe\uffff", "ab"),
            ("a\r\nb\rc\td", "a\nb\nc\td"),
            ("x" * longest, "x" * longest),
            ("x" * (longest + 1), "x" * (longest - 1) + "…"),
            ("😀" * 20_000, "😀" * ((longest - 1) // 2) + "…"),
            ("<r><oops></r>", "<r><oops></r> "),
            (5, "5"),
            (None, ""),
            (False, ""),
        ]:
            with self.subTest(expected[:20]):
                self.assertEqual(clean_text(text), expected)
                if expected:
                    found = self.write_text(text).text("A4")
                    self.assertEqual(found.strip(), expected.strip())

    def test_sheet_names(self):
        for text, expected in [
            ("Talepler", "Talepler"),
            ("2026/10: [Talep]*?\\", "2026 10 Talep"),
            ("'Özel'", "Özel"),
            ("x" * 40, "x" * 31),
            ("x" * 30 + "' y", "x" * 30),
            ("", "Sayfa"),
            ("///", "Sayfa"),
            (None, "Sayfa"),
            ("History", "History_"),
            ("a\nb", "a b"),
        ]:
            with self.subTest(text):
                self.assertEqual(sheet_name(text), expected)

    def test_several_sheets_have_different_names(self):
        stream = io.BytesIO()
        with open_book(stream, author="Özel Kalem") as book:
            for name in ("Talepler", "TALEPLER", "x" * 40, "x" * 50):
                book.add_table(name, name, COLUMNS[:1], [{"name": name}])
        sheet = Sheet(stream.getvalue(), index=4)
        names = [
            found.get("name")
            for found in sheet.xml("xl/workbook.xml").iter(f"{MAIN}sheet")
        ]
        self.assertEqual(
            names, ["Talepler", "TALEPLER (2)", "x" * 31, "x" * 27 + " (2)"]
        )
        self.assertEqual(sheet.text("A4"), "x" * 50)

    def test_empty_values_are_empty_cells(self):
        sheet = self.write([dict.fromkeys(ROW), dict.fromkeys(ROW, False), {}, ROW])
        self.assertEqual(self.count, 4)
        self.assertFalse([name for name in sheet.cells if name[1] in "456"])
        zero = self.write([[0, 0.0]], [COLUMNS[2], COLUMNS[3]])
        self.assertEqual((zero.text("A4"), zero.text("B4")), ("0", "0"))

    def test_no_rows(self):
        sheet = self.write([], totals=["count"])
        self.assertEqual(self.count, 0)
        self.assertEqual(sheet.find("autoFilter").get("ref"), "A3:G3")
        self.assertEqual((sheet.text("A4"), sheet.text("C4")), ("Toplam", "0"))

    def test_rows_are_as_high_as_their_text(self):
        self.patch(workbook, "_WRAPPED_ROWS", 3)
        texts = ["short", "x" * 60, "a\nb\nc", "x" * 60]
        sheet = self.write([[text] for text in texts], [Column("text", "Metin")])
        heights = {row.get("r"): row.get("ht") for row in sheet.root.iter(f"{MAIN}row")}
        self.assertIsNone(heights["4"])
        self.assertGreaterEqual(float(heights["5"]), 45)
        self.assertEqual(float(heights["6"]), 45)
        self.assertIsNone(heights["7"])
        self.assertEqual(sheet.text("A7"), texts[3])

    def test_totals_are_exact(self):
        columns = [COLUMNS[0], COLUMNS[3]]
        rows = [["a", 0.1], ["b", 0.2], ["c", Decimal("0.3")], ["d", None], ["e", 1]]
        sheet = self.write(rows, columns, totals=["amount"], totals_label="Toplamı")
        self.assertEqual(sheet.text("B9"), "1.6")
        self.assertEqual(sheet.text("A9"), "Toplamı")

    def test_dates(self):
        column = [Column("day", "Gün", "date")]
        aware = [Column("moment", "An", "datetime")]
        self.assertEqual(
            self.write([[datetime(2026, 10, 7, 9)]], column).text("A4"), "46302"
        )
        self.assertEqual(
            self.write([[date(1881, 5, 19)]], column).text("A4"), "19.05.1881"
        )
        self.assertEqual(
            self.write([[datetime(1881, 5, 19, 7, 5)]], aware).text("A4"),
            "19.05.1881 07:05",
        )
        local = to_local(datetime(2026, 10, 7, 21, 0))
        self.assertEqual(self.write([[local]], aware).text("A4"), "46303")

    def test_long_whole_numbers_keep_every_digit(self):
        sheet = self.write([[12345678901234567]], [COLUMNS[2]])
        self.assertEqual(sheet.text("A4"), "12345678901234567")
        self.assertEqual(sheet.cells["A4"].get("t"), "inlineStr")

    def test_refused_values_name_row_and_column(self):
        for kind, value in [
            ("integer", "5"),
            ("number", float("nan")),
            ("number", float("inf")),
            ("percent", "x"),
            ("date", "2026-10-07"),
            ("datetime", 5),
        ]:
            named = self.assertRaisesRegex(ValueError, "row 2, column k")
            with self.subTest(kind=kind, value=value), named:
                self.write([[None], [value]], [Column("k", "K", kind)])

    def test_refused_arguments(self):
        for pattern, call in [
            ("kind", lambda: Column("k", "K", "money")),
            ("width", lambda: Column("k", "K", width=0)),
            ("columns", lambda: self.write([], [])),
            ("columns", lambda: self.write([], ["name"])),
            ("keys", lambda: self.write([], [COLUMNS[0], COLUMNS[0]])),
            ("totals", lambda: self.write([], totals=["subject"])),
            ("totals", lambda: self.write([], totals=["nothing"])),
            ("row 1", lambda: self.write([["a"]])),
            ("row 1", lambda: self.write(["abcdefg"])),
            ("row 1", lambda: self.write([5])),
        ]:
            with self.subTest(pattern), self.assertRaisesRegex(ValueError, pattern):
                call()

    def test_rows_that_do_not_fit_are_refused(self):
        self.patch(workbook, "LAST_ROW", 10)
        self.write([ROW] * 7)
        self.write([ROW] * 6, totals=["count"])
        with self.assertRaisesRegex(ValueError, "rows"):
            self.write([ROW] * 8)
        with self.assertRaisesRegex(ValueError, "rows"):
            self.write([ROW] * 7, totals=["count"])

    def test_nothing_is_left_of_a_failed_book(self):
        stream = io.BytesIO()
        with TemporaryDirectory() as folder:
            path = Path(folder) / "book.xlsx"
            for target in (stream, str(path)):
                with self.assertRaises(ValueError):
                    write_table(target, "T", "T", COLUMNS, [["too short"]])
            self.assertFalse(path.exists())
        self.assertFalse(stream.getvalue())

    def test_rows_are_not_kept(self):
        def rows(count):
            for number in range(count):
                yield {"name": f"2026/{number:05d}", "subject": "Konu " * 20}

        def peak(count):
            tracemalloc.start()
            try:
                with TemporaryDirectory() as folder:
                    path = str(Path(folder) / "book.xlsx")
                    write_table(path, "T", "T", COLUMNS[:2], rows(count))
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

        self.patch(workbook, "_WRAPPED_ROWS", 100)
        peak(10)
        few, many = peak(500), peak(5000)
        self.assertLess(many, few + 1_000_000)
