import io
import tracemalloc
import zipfile
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl import load_workbook

from odoo.tests import BaseCase, tagged

from ...tools import workbook
from ...tools.statistics_book import write_statistics
from ...tools.workbook import Column
from .sample_tables import (
    T1,
    T1_SHARES,
    T7,
    T7_TOTAL,
    YEAR_BEFORE,
    column,
    line,
    sensitive_table,
    table,
    table_t1,
    table_t7,
    wide_table,
)

WILD = '=1+1 "tırnak"; <b>&amp;</b> İIıi'
DATA = [Column("name", "Kayıt No"), Column("n", "Adet", "integer")]


class Book:
    """A workbook as openpyxl reads it: stored values, and formulas as text."""

    def __init__(self, tables, *arguments, **options):
        stream = io.BytesIO()
        self.data = write_statistics(stream, tables, *arguments, **options)
        self.content = stream.getvalue()
        self.values = load_workbook(io.BytesIO(self.content), data_only=True)
        self.formulas = load_workbook(io.BytesIO(self.content))
        self.names = self.values.sheetnames

    def sheet(self, name=None):
        return self.values[name or self.names[1]]

    def rows(self, name=None):
        """Return the sheet's rows by their first cell, without the empty end.

        Of rows with equal first cells the first one.
        """
        found = {}
        for row in self.sheet(name).iter_rows(values_only=True):
            if row[0] is not None:
                cells = list(row[1:])
                while cells and cells[-1] is None:
                    cells.pop()
                found.setdefault(row[0], cells)
        return found

    def texts(self, name=None):
        """Return every text of a sheet."""
        cells = [cell for row in self.sheet(name).iter_rows() for cell in row]
        return [cell.value for cell in cells if isinstance(cell.value, str)]

    def formulas_of(self, name=None):
        """Return {reference: formula} of a sheet."""
        sheet = self.formulas[name or self.names[1]]
        cells = [cell for row in sheet.iter_rows() for cell in row]
        return {cell.coordinate: cell.value for cell in cells if cell.data_type == "f"}

    def chart(self, number=1):
        path = f"xl/charts/chart{number}.xml"
        return zipfile.ZipFile(io.BytesIO(self.content)).read(path).decode()

    def count_charts(self):
        names = zipfile.ZipFile(io.BytesIO(self.content)).namelist()
        return len([name for name in names if name.startswith("xl/charts/chart")])


def simple(rows, total=None, **more):
    """Return a table with the one column of counts `n`."""
    return table([column("n", "Adet")], rows, total, **more)


@tagged("ozel_kalem", "ok_tools")
class TestStatisticsBook(BaseCase):
    # ------------------------------------------------------ published figures

    def test_published_table_t1(self):
        book = Book([table_t1()])
        rows = book.rows()
        august = T1["Ağustos 2020"]
        for unit, share in zip(list(august)[:3], T1_SHARES, strict=True):
            self.assertEqual(rows[unit][:4], list(august[unit]))
            self.assertAlmostEqual(rows[unit][4] * 100, share, 9)
        self.assertEqual(rows["Toplam"][:4], list(august["Toplam"]))
        self.assertAlmostEqual(rows["Toplam"][4], 1, 9)
        self.assertEqual(rows["Temmuz 2020"][:4], list(T1["Temmuz 2020"]["Toplam"]))
        self.assertAlmostEqual(rows["Değişim %"][3], 0.034361, 5)
        notes = [text for text in book.texts() if "en büyük kalan" in text]
        self.assertEqual(len(notes), 1)
        sums = [text for text in book.formulas_of().values() if text.startswith("=SUM")]
        self.assertEqual(len(sums), 5 + 4)

    def test_published_table_t7(self):
        book = Book([table_t7()])
        rows = book.rows()
        self.assertEqual([rows[label][0] for label in T7], list(T7.values()))
        self.assertEqual(rows["Toplam"][0], T7_TOTAL)
        shares = [round(rows[label][1] * 1000) for label in T7]
        self.assertEqual(sum(shares), 1000)
        self.assertEqual(sorted(book.formulas_of().values())[0], "=SUM(B6:B12)")

    # ------------------------------------------------------------------ cells

    def test_kinds(self):
        kinds = {"n": "count", "days": "number", "tl": "money", "rate": "percent"}
        columns = [column(key, key, kind) for key, kind in kinds.items()]
        columns.append(column("text", "Açıklama", "text", "none"))
        columns.append(column("hours", "Saat", "number", rounding=2))
        book = Book(
            [
                table(
                    columns,
                    [
                        line("a", n=1234, days=3.5, tl=0.1, rate=12.5, text=WILD),
                        line("b", n=None, days=3, tl=0.2, rate=-3, text=None, hours=7),
                    ],
                    {"n": 1234, "days": 6.5, "tl": 0.3, "rate": 9.5},
                )
            ]
        )
        rows = book.rows()
        self.assertEqual(rows["a"], [1234, 3.5, 0.1, 0.125, WILD, "–"])
        self.assertEqual(rows["b"], ["–", 3, 0.2, -0.03, None, 7])
        self.assertEqual(rows["Toplam"], [1234, 6.5, 0.3, 0.095, None, 7])
        formats = [cell.number_format for cell in book.sheet()[6][1:]]
        percent = "%0.0"
        self.assertEqual(
            formats, ["#,##0", "#,##0.0", "#,##0.00", percent, "General", "#,##0.00"]
        )
        # published 0,3 although the machine's 0.1 + 0.2 isn't
        self.assertEqual(book.formulas_of()["D8"], "=SUM(D6:D7)")

    def test_counts_and_means_in_one_column(self):
        rows = [line("Talep", value=32), line("Ortalama", value=3.5)]
        book = Book([table([column("value", "2026", "number", "none")], rows)])
        shown = {
            cell.value: cell.number_format
            for row in book.sheet().iter_rows()
            for cell in row
            if cell.value in (32, 3.5)
        }
        self.assertEqual(shown, {32: "#,##0", 3.5: "#,##0.0"})

    def test_previous_period_beside(self):
        rows = [
            line("Ocak", {"n": 80}, n=100),
            line("Şubat", {"n": 0}, n=5),
            line("Mart", {}, n=7),
        ]
        made = simple(rows, {"n": 112}, previous=YEAR_BEFORE)
        made["total"]["previous"] = {"n": 80}
        book = Book([made])
        found = book.rows()
        self.assertEqual(found["Ay"], ["Adet", "Adet\n(2025)", "Adet\nDeğişim %"])
        self.assertEqual(found["Ocak"], [100, 80, 0.25])
        self.assertEqual(found["Şubat"], [5, 0, "–"])
        self.assertEqual(found["Mart"], [7, "–", "–"])
        self.assertEqual(found["Toplam"], [112, 80, 0.4])
        self.assertEqual(
            book.formulas_of(),
            {
                "D6": "=(B6-C6)/ABS(C6)",
                "B9": "=SUM(B6:B8)",
                "C9": "=SUM(C6:C8)",
                "D9": "=(B9-C9)/ABS(C9)",
            },
        )

    def test_previous_period_of_a_wide_table(self):
        made = wide_table()
        book = Book([made])
        found = book.rows()
        total = made["total"]
        self.assertEqual(found["Toplam"], list(total["values"].values()))
        self.assertEqual(found["2025"], list(total["previous"].values()))
        self.assertAlmostEqual(found["Değişim %"][0], 1146 / 1026 - 1, 9)
        sheet = book.sheet()
        before = [
            [cell.value for cell in row][1:]
            for row in sheet.iter_rows()
            if row[0].value == "Ocak 2026"
        ]
        self.assertEqual(before[1], list(made["rows"][0]["previous"].values()))

    def test_percentages_have_no_change(self):
        rows = [line("Ocak", {"rate": 50.0}, rate=60.0)]
        made = table(
            [column("rate", "Oran", "percent", "none")], rows, previous=YEAR_BEFORE
        )
        self.assertEqual(Book([made]).rows()["Ay"], ["Oran", "Oran\n(2025)"])

    def test_unspecified_and_correction_lines_are_summed(self):
        rows = [
            line("Web", n=10),
            line("Belirtilmemiş", kind="unspecified", n=4),
            line("Düzeltme", kind="correction", n=-2),
        ]
        chart = {"type": "column", "columns": ["n"]}
        book = Book([simple(rows, {"n": 12}, chart=chart)])
        self.assertEqual(book.rows()["Toplam"], [12])
        self.assertEqual(book.formulas_of()["B9"], "=SUM(B6:B8)")
        self.assertTrue(book.sheet()["A7"].font.italic)
        self.assertIn("$B$6:$B$7<", book.chart())

    def test_hidden_cells(self):
        book = Book([sensitive_table()])
        rows = book.rows()
        self.assertEqual(rows["Eşya"], ["<3", "<3", "<3"])
        self.assertEqual(rows["Nakit"], ["*", "*", "*"])
        self.assertEqual(rows["Toplam"], [24, 19, 1])
        self.assertFalse(book.formulas_of())
        self.assertNotIn("8.3", book.chart())

    def test_no_change_of_hidden_cells(self):
        rows = [line("a", {"n": "<3"}, n=9), line("b", {"n": 9}, n="<3")]
        made = simple(rows, {"n": "*"}, previous=YEAR_BEFORE)
        made["total"]["previous"] = {"n": "*"}
        book = Book([made])
        self.assertEqual(book.rows()["a"], [9, "<3", "–"])
        self.assertEqual(book.rows()["b"], ["<3", 9, "–"])
        self.assertEqual(book.rows()["Toplam"], ["*", "*", "–"])
        self.assertFalse(book.formulas_of())

    def test_a_total_that_is_no_sum_is_told(self):
        rows = [line("a", n=10), line("b", n=5)]
        book = Book([simple(rows, {"n": 1016})])
        self.assertEqual(book.rows()["Toplam"], [1016])
        self.assertFalse(book.formulas_of())
        told = [text for text in book.texts() if text.startswith("Dikkat:")]
        self.assertEqual(len(told), 1)
        self.assertIn("1.016", told[0])
        self.assertIn("15", told[0])

    def test_a_mismatch_is_told_once(self):
        flags = ["Adet: toplam, kapanıştan sonra değişen kayıtlar yüzünden farklıdır."]
        book = Book([simple([line("a", n=1)], {"n": 5}, flags=flags)])
        told = [text for text in book.texts() if "Adet:" in text]
        self.assertEqual(told, [f"Dikkat: {flags[0]}"])

    def test_totals_that_are_no_sums(self):
        columns = [column("n", "Gün", "number", "computed")]
        book = Book([table(columns, [line("a", n=2), line("b", n=4)], {"n": 3.3})])
        self.assertEqual(book.rows()["Toplam"], [3.3])
        self.assertFalse(book.formulas_of())
        self.assertFalse([text for text in book.texts() if "Dikkat" in text])

    # -------------------------------------------------------------- bad input

    def test_text_stays_text(self):
        for wild in [
            WILD,
            "+905550000000",
            "@SUM(A1)",
            "{=1}",
            "http://example.com/",
            "internal:'Kapak'!A1",
            "<r><oops></r>",
            "a\x00b\ufffe\ud800",
            "x" * 32_000,
            "😀" * 20_000,
        ]:
            with self.subTest(wild[:20]):
                made = table(
                    [column("n", wild), column("t", "T", "text", "none")],
                    [line(wild, n=1, t=wild), line("b", n=2)],
                    {"n": 3},
                    title=wild,
                    description=wild,
                    company=wild,
                    user=wild,
                    row_label=wild,
                    notes=[wild],
                    flags=[wild],
                    chart={"type": "pie", "columns": ["n"]},
                )
                cover = {"title": wild, "lines": [(wild, wild)], "notes": [wild]}
                book = Book([made], cover, [(wild, DATA, [[wild, 1]])])
                name = book.names[1]
                self.assertEqual(book.formulas_of(name), {"B8": "=SUM(B6:B7)"})
                for other in (book.names[0], book.names[2]):
                    self.assertEqual(book.formulas_of(other), {})
                sheet = book.formulas[book.names[0]]
                links = [
                    cell.hyperlink
                    for row in sheet.iter_rows()
                    for cell in row
                    if cell.hyperlink
                ]
                if len(wild) < 1000:
                    self.assertEqual(book.chart().count("<c:f>"), 2)
                else:
                    self.assertFalse(book.count_charts())
                self.assertEqual(len(links), 2)
                self.assertFalse([link for link in links if link.target])
                if wild == WILD:
                    self.assertIn(WILD, book.rows(name))
                    self.assertEqual(book.rows(name)[WILD][0], WILD)

    def test_many_tables_of_one_name(self):
        name = "Randevuların [dağılımı]: talep eden türüne göre / yıllık"
        count = 40
        tables = [simple([line("a", n=n)], {"n": n}, title=name) for n in range(count)]
        book = Book(tables, {}, [("Veri", DATA, [["a", 1]]), ("VERİ'", DATA, [])])
        self.assertEqual(len(set(map(str.casefold, book.names))), count + 3)
        self.assertLessEqual(max(map(len, book.names)), 31)
        for number in range(count):
            self.assertEqual(book.rows(book.names[number + 1])["a"], [number])
        cover = book.formulas[book.names[0]]
        links = [
            cell.hyperlink.location
            for row in cover.iter_rows()
            for cell in row
            if cell.hyperlink
        ]
        self.assertEqual(links, [f"'{other}'!A1" for other in book.names[1:]])

    def test_apostrophe_in_a_sheet_s_name(self):
        made = simple([line("a", n=1), line("b", n=2)], {"n": 3}, title="Ankara'nın")
        made["chart"] = {"type": "line", "columns": ["n"]}
        book = Book([made])
        self.assertEqual(book.names[1], "R02 Ankara'nın")
        self.assertIn("'R02 Ankara''nın'!$B$6:$B$7", book.chart())
        cover = book.formulas[book.names[0]]
        links = [c.hyperlink for row in cover.iter_rows() for c in row if c.hyperlink]
        self.assertEqual(links[0].location, "'R02 Ankara''nın'!A1")

    def test_nothing_to_show(self):
        chart = {"type": "column", "columns": ["n"]}
        for name, made in [
            ("no rows", simple([], {"n": 0}, chart=chart)),
            ("only a total", simple([], {"n": 7}, chart=chart)),
            ("no total", simple([line("a", n=1)], total=None)),
            ("no columns", table([], [line("a")])),
            ("nothing", table([], [], chart=chart)),
            ("nothing told", {"title": "T", "columns": []}),
            ("no values", simple([line("a"), line("b", n=None)], {})),
            ("charted text", table([column("t", "T", "text")], [line("a", t="b")],
                                   chart={"type": "pie", "columns": ["t", "x"]})),
        ]:  # fmt: skip
            with self.subTest(name):
                book = Book([made])
                self.assertEqual(len(book.names), 2)
                self.assertFalse(book.count_charts())
                if not made.get("rows"):
                    self.assertIn("Bu dönemde kayıt yok.", book.texts())
        self.assertEqual(Book([simple([], {"n": 7})]).rows()["Toplam"], [7])
        self.assertEqual(Book([]).names, ["Kapak"])

    def test_refused_values_name_the_table_and_the_column(self):
        for value in (float("nan"), float("inf"), [1], True):
            made = simple([line("Ocak", n=value)], code="R07")
            with TemporaryDirectory() as folder:
                path = Path(folder) / "book.xlsx"
                with self.subTest(value=value):
                    with self.assertRaisesRegex(ValueError, "R07, Ocak, n"):
                        write_statistics(str(path), [made])
                    self.assertFalse(path.exists())
        with self.assertRaisesRegex(ValueError, "R02: 'amount' isn't a kind"):
            Book([table([column("n", "N", "amount")], [])])

    # ------------------------------------------------------------------- page

    def test_page(self):
        rows = [line(f"Mahalle {n}", n=n) for n in range(60)]
        book = Book([simple(rows, {"n": 1770}), wide_table()])
        for name in book.names[1:]:
            sheet = book.sheet(name)
            self.assertEqual(sheet.page_setup.paperSize, 9)
            self.assertEqual(sheet.page_setup.orientation, "landscape")
            self.assertEqual(sheet.freeze_panes, "B6")
            self.assertEqual(sheet.oddFooter.center.text, "Sayfa &P/&N")
            self.assertEqual(sheet.oddFooter.left.text, "Yeniçam Belediyesi")
        self.assertEqual(book.sheet().auto_filter.ref, "A5:B65")
        self.assertEqual(book.sheet().print_title_rows, "$5:$5")
        # the period before begins on its own page
        self.assertEqual(len(book.sheet(book.names[2]).row_breaks.brk), 1)

    def test_charts(self):
        for kind, tag in [
            ("column", "c:barChart"),
            ("bar", 'c:barDir val="bar"'),
            ("line", "c:lineChart"),
            ("pie", "c:pieChart"),
            ("stacked", 'c:grouping val="stacked"'),
            ("unheard-of", "c:barChart"),
        ]:
            chart = {"type": kind, "columns": ["n"]}
            rows = [line("a", n=1), line("b", n=None), line("c", n="<3")]
            book = Book([simple(rows, {"n": 1}, chart=chart, title="Adı & sanı")])
            with self.subTest(kind):
                self.assertEqual(book.count_charts(), 1)
                self.assertIn(tag, book.chart())
                self.assertIn("Adı &amp; sanı", book.chart())
                # nothing isn't drawn as zero
                self.assertIsNone(book.sheet()["B7"].value)
                self.assertEqual(book.chart().count("<c:v>0</c:v>"), 0)
        rows = [line(str(n), n=n) for n in range(30)]
        pie = {"type": "pie", "columns": ["n"]}
        self.assertIn('barDir val="bar"', Book([simple(rows, chart=pie)]).chart())

    # ------------------------------------------------------------------ cover

    def test_cover(self):
        parameters = {
            "title": "2026 yılı istatistikleri",
            "office": "Özel Kalem Müdürlüğü",
            "lines": [("Birim", "Bütün birimler")],
            "notes": ["Bütün sayılar kayıtların kendisinden üretilmiştir."],
        }
        book = Book(
            [wide_table(), table_t7()], parameters, [("Veri", DATA, [["a", 1]])]
        )
        rows = book.rows("Kapak")
        for label, value in [
            ("Dönem", "2026"),
            ("Başlangıç", datetime(2026, 1, 1)),
            ("Bitiş", datetime(2026, 12, 31)),
            ("Karşılaştırılan dönem", "2025"),
            ("Birim", "Bütün birimler"),
            ("Oluşturma zamanı", datetime(2026, 11, 22, 9, 41)),
            ("Oluşturan", "Elif Şahin"),
        ]:
            self.assertEqual(rows[label][0], value)
        self.assertEqual(rows["R02"][:2], ["Randevular (aylık)", 12])
        self.assertEqual(rows["T7"][:2], ["Hoş Geldiniz Masası işlemleri", 7])
        self.assertEqual(rows["Veri"][1], 1)
        texts = book.texts("Kapak")
        for text in (*parameters["notes"], "Ertelenen", parameters["title"]):
            self.assertIn(text, texts)
        self.assertIn("Ertelenen: dönem içinde sayılanlar.", texts)
        self.assertEqual(book.values.properties.title, parameters["title"])

    def test_english(self):
        made = table_t1()
        book = Book([made], {}, lang="en_US")
        self.assertEqual(book.names[0], "Cover")
        self.assertIn("Change %", book.rows())
        self.assertEqual(book.sheet()["F6"].number_format, "0.0%")

    # ------------------------------------------------------------ rows behind

    def test_data_sheets(self):
        columns = [*DATA, Column("day", "Gün", "date")]
        rows = ([f"2026/{n}", n, date(2026, 1, 1)] for n in range(5))
        book = Book([table_t7()], {}, [("Talepler", columns, rows), ("Boş", DATA, [])])
        self.assertEqual(book.data, [("Talepler", 5), ("Boş", 0)])
        found = book.rows("Talepler")
        self.assertEqual(found["2026/4"], [4, datetime(2026, 1, 1)])

    def test_rows_beyond_one_sheet(self):
        self.patch(workbook, "LAST_ROW", 10)
        for count, expected in [
            (6, [("Veri", 6)]),
            (7, [("Veri", 6), ("Veri (2)", 1)]),
            (13, [("Veri", 6), ("Veri (2)", 6), ("Veri (3)", 1)]),
        ]:
            rows = iter([[str(n), n] for n in range(count)])
            book = Book([], {}, [("Veri", DATA, rows)])
            with self.subTest(count):
                self.assertEqual(book.data, expected)
                found = [
                    row[1]
                    for name, _count in book.data
                    for row in book.sheet(name).iter_rows(4, values_only=True)
                    if isinstance(row[1], int)
                ]
                self.assertEqual(found, list(range(count)))

    def test_rows_are_not_kept(self):
        def rows(count):
            for number in range(count):
                yield f"2026/{number:05d}", number

        def peak(count):
            tracemalloc.start()
            try:
                with TemporaryDirectory() as folder:
                    path = str(Path(folder) / "book.xlsx")
                    data = [("Veri", DATA, rows(count))]
                    write_statistics(path, [wide_table()], {}, data)
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

        self.patch(workbook, "_WRAPPED_ROWS", 100)
        peak(10)
        few, many = peak(500), peak(10_000)
        self.assertLess(many, few + 500_000)
