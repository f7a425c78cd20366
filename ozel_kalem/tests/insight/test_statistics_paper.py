"""A table's texts on paper, and the page numbers of a table of contents."""

from odoo.tests import BaseCase, tagged

from ...tools.contents import filled, has_contents, marked
from ...tools.statistics_paper import differences, on_paper


def column(key, kind="count", rounding=0, shares_of=None):
    return {
        "key": key,
        "label": key.title(),
        "kind": kind,
        "rounding": rounding,
        "shares_of": shares_of,
    }


def row(label, values, previous=None, kind="line"):
    return {
        "key": label,
        "label": label,
        "kind": kind,
        "values": values,
        "previous": previous or {},
    }


def table(columns, rows, total=None, previous="2025"):
    return {
        "row_label": "Kanal",
        "columns": columns,
        "rows": rows,
        "total": total,
        "previous": previous and {"label": previous},
    }


NARROW = table(
    [column("adet"), column("adet_share", "percent", 1, "adet")],
    [
        row("Telefon", {"adet": 1500, "adet_share": 75.0}, {"adet": 1000}),
        row("Belirtilmemiş", {"adet": 500, "adet_share": 25.0}, {}, "unspecified"),
    ],
    row("Toplam", {"adet": 2000, "adet_share": 100.0}, {"adet": 1000}),
)
WIDE = table(
    [column("gelen"), column("gun", "number", 1), column("oran", "percent", 1)],
    [row("Telefon", {"gelen": 12, "gun": 3.25, "oran": None})],
    row(
        "Toplam",
        {"gelen": 12, "gun": 3.0, "oran": 50.0},
        {"gelen": 16, "gun": 4.0, "oran": 40.0},
    ),
)


@tagged("post_install", "-at_install", "ozel_kalem", "ok_insight")
class TestStatisticsPaper(BaseCase):
    def lines(self, given, lang="tr_TR"):
        paper = on_paper(given, "Değişim", lang)
        lines = [" | ".join((row.label, *row.cells)) for row in paper.rows]
        return [" | ".join(paper.head), *lines]

    def test_one_column_is_compared_row_by_row(self):
        self.assertEqual(
            self.lines(NARROW),
            [
                "Kanal | Adet | Adet_Share | 2025 | Değişim",
                "Telefon | 1.500 | %75,0 | 1.000 | %50,0",
                "Belirtilmemiş | 500 | %25,0 | – | –",
                "Toplam | 2.000 | %100,0 | 1.000 | %100,0",
            ],
        )

    def test_several_columns_are_compared_below_the_total(self):
        self.assertEqual(
            self.lines(WIDE),
            [
                "Kanal | Gelen | Gun | Oran",
                "Telefon | 12 | 3,3 | –",
                "Toplam | 12 | 3,0 | %50,0",
                "2025 | 16 | 4,0 | %40,0",
                "Değişim | -%25,0 | -%25,0 | –",
            ],
        )

    def test_a_year_without_records_is_no_comparison(self):
        empty = {**WIDE, "total": {**WIDE["total"], "previous": {"gelen": 0}}}
        self.assertEqual(len(self.lines(empty)), 3)

    def test_hidden_cells_and_tables_without_a_total(self):
        hidden = table(
            [column("adet"), column("birim", "text")],
            [row("Gıda", {"adet": "<3", "birim": "Kişi"})],
        )
        self.assertEqual(
            self.lines(hidden), ["Kanal | Adet | Birim", "Gıda | <3 | Kişi"]
        )

    def test_english_numbers(self):
        self.assertIn("Telefon | 1,500 | 75.0%", self.lines(NARROW, "en_US")[1])

    def test_differences(self):
        now = table(
            WIDE["columns"],
            [
                row("Telefon", {"gelen": 13, "gun": 3.25, "oran": None}),
                row("Posta", {"gelen": 2}),
            ],
            row("Toplam", {"gelen": 15, "gun": 3.0, "oran": 50.0}),
        )
        found = [
            (one.row, one.column, one.before, one.now) for one in differences(WIDE, now)
        ]
        self.assertEqual(
            found,
            [
                ("Telefon", "Gelen", "12", "13"),
                ("Posta", "Gelen", "–", "2"),
                ("Toplam", "Gelen", "12", "15"),
            ],
        )
        self.assertEqual(differences(WIDE, WIDE), [])

    def test_page_numbers_of_the_contents(self):
        html = (
            '<!DOCTYPE html><html><body><span data-page-of="7"></span>'
            '<h2 data-heading="7">Ğüş</h2><span data-page-of="8"></span></body></html>'
        )
        self.assertTrue(has_contents(html))
        self.assertFalse(has_contents("<html><body>x</body></html>"))
        first = marked(html)
        self.assertIn('<span data-page-of="7">00</span>', first)
        self.assertIn("@#7@#", first)
        second = filled(html, {7: 12})
        self.assertIn('<span data-page-of="7">12</span>', second)
        self.assertIn('<span data-page-of="8">00</span>', second)
        self.assertIn("Ğüş", second)
        self.assertNotIn("@#", second)
