from itertools import combinations
from xml.etree import ElementTree

from odoo.tests import BaseCase, tagged

from ...tools.charts import KINDS, PALETTE, svg, table_svg
from .sample_tables import sensitive_table, table, table_t1, table_t7, wide_table

SVG = "{http://www.w3.org/2000/svg}"
WILD = "<script>alert(\"1\")</script> & '=1+1' \x00 İIıi"


def drawn(markup):
    """Return the root of a chart, which must be well-formed."""
    return ElementTree.fromstring(markup)


def texts(root):
    """Return what is written in a chart, without tooltips."""
    return [
        "".join(part for part in [node.text, *(child.tail for child in node)] if part)
        for node in root.iter(f"{SVG}text")
    ]


def tooltips(root):
    return [node.text for node in root.iter(f"{SVG}title")]


def bars(root):
    """Return (x, y, width, height) of the bars: rectangles that tell their value."""
    return [
        tuple(float(node.get(name)) for name in ("x", "y", "width", "height"))
        for node in root.iter(f"{SVG}rect")
        if node.find(f"{SVG}title") is not None
    ]


def lightness(color):
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    shine = sum(
        part * weight
        for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True)
    )
    return 116 * shine ** (1 / 3) - 16


@tagged("ozel_kalem", "ok_tools")
class TestCharts(BaseCase):
    def test_columns_are_as_high_as_their_values(self):
        root = drawn(svg("column", ["a", "b", "c"], {"n": [10, 20, 0]}))
        first, second, third = bars(root)
        self.assertAlmostEqual(second[3], 2 * first[3], 1)
        self.assertEqual(third[3], 0)
        self.assertAlmostEqual(first[1] + first[3], second[1] + second[3], 1)
        self.assertEqual(tooltips(root)[1:], ["a: 10", "b: 20", "c: 0"])

    def test_bars_are_as_long_as_their_values(self):
        root = drawn(svg("bar", ["a", "b"], {"n": [10, 20], "m": [5, None]}))
        first, second, third = bars(root)
        self.assertAlmostEqual(second[2], 2 * first[2], 1)
        self.assertAlmostEqual(first[2], 2 * third[2], 1)
        self.assertIn("–", texts(root))

    def test_negative_values_go_the_other_way(self):
        up, down = bars(drawn(svg("column", ["a", "b"], {"n": [10, -5]})))
        self.assertAlmostEqual(up[1] + up[3], down[1], 1)
        self.assertAlmostEqual(up[3], 2 * down[3], 1)
        right, left = bars(drawn(svg("bar", ["a", "b"], {"n": [10, -5]})))
        self.assertAlmostEqual(left[0] + left[2], right[0], 1)

    def test_stacks_stand_on_each_other(self):
        first, second = bars(drawn(svg("stacked", ["a"], [("n", [10]), ("m", [30])])))
        self.assertAlmostEqual(second[1] + second[3], first[1], 1)
        self.assertAlmostEqual(second[3], 3 * first[3], 1)

    def test_a_line_is_broken_where_nothing_is(self):
        values = [1, 2, None, 3, 4, "<3", 5]
        root = drawn(svg("line", list("abcdefg"), {"n": values}))
        runs = [node for node in root.iter(f"{SVG}path") if node.get("fill") == "none"]
        self.assertEqual(len(runs), 2)
        self.assertEqual(len(list(root.iter(f"{SVG}circle"))), 5)
        self.assertIn("<3", texts(root))

    def test_numbers_are_turkish(self):
        written = texts(drawn(svg("column", ["a"], {"n": [1234]})))
        self.assertIn("1.234", written)
        written = texts(drawn(svg("column", ["a"], {"n": [1234]}, lang="en_US")))
        self.assertIn("1,234", written)
        pie = texts(drawn(svg("pie", ["a", "b"], {"n": [567, 433]})))
        self.assertIn("567 (%56,7)", pie)
        money = texts(drawn(svg("bar", ["a"], {"n": [0.5]}, unit="money")))
        self.assertIn("0,50", money)

    def test_counts_have_whole_steps(self):
        for most in (1, 2, 3, 7):
            written = texts(drawn(svg("line", ["a"], {"n": [most]})))
            self.assertFalse([text for text in written if "," in text])

    def test_pie_shows_what_is_above_zero(self):
        root = drawn(svg("pie", list("abcde"), {"n": [3, 0, None, -1, "<3"]}))
        self.assertEqual(len(list(root.iter(f"{SVG}path"))), 1)
        self.assertIn("3 (%100,0)", texts(root))

    def test_small_slices_are_put_together(self):
        labels = [f"m{number}" for number in range(12)]
        root = drawn(svg("donut", labels, {"n": range(12, 0, -1)}))
        self.assertEqual(len(list(root.iter(f"{SVG}path"))), 8)
        self.assertIn("Diğer", texts(root))
        self.assertIn("15 (%19,2)", texts(root))

    def test_nothing_to_show(self):
        for kind in KINDS:
            for labels, series in [
                ([], {}),
                ([], {"n": []}),
                (["a"], {"n": [None]}),
                (["a", "b"], {}),
            ]:
                with self.subTest(kind=kind, labels=labels):
                    written = texts(drawn(svg(kind, labels, series)))
                    self.assertEqual(written, ["Gösterilecek sayı yok"])
            for values in ([0, 0], [-1, -1], ["<3", "*"], [10**12, 1], [1e-9, 0.0]):
                with self.subTest(kind=kind, values=values):
                    drawn(svg(kind, ["a", "b"], {"n": values}, unit="number"))

    def test_text_is_escaped(self):
        for kind in KINDS:
            with self.subTest(kind):
                markup = svg(kind, [WILD], {WILD: [5], "b": [6]}, title=WILD)
                root = drawn(markup)
                self.assertNotIn("<script", markup)
                self.assertFalse(list(root.iter(f"{SVG}script")))
                self.assertIn('<script>alert("1")</script>', root.get("aria-label"))

    def test_long_labels_are_shortened_and_kept_as_tooltips(self):
        long = "Temizlik İşleri ve Sıfır Atık Müdürlüğü " * 900
        for kind in KINDS:
            with self.subTest(kind):
                root = drawn(svg(kind, [long, "b"], {"n": [5, 6]}, title=long))
                self.assertLess(max(map(len, texts(root))), 120)
                self.assertTrue([told for told in tooltips(root) if len(told) > 30_000])

    def test_everything_lies_inside(self):
        """Bars and the beginnings of texts, for many and for long labels."""
        for kind in ("column", "stacked", "bar", "line"):
            for count in (1, 3, 12, 60):
                labels = [f"Uzun adlı bir mahalle {n}" for n in range(count)]
                values = [1000 + n for n in range(count)]
                series = {"Gelen": values, "Sonuçlanan": values}
                root = drawn(svg(kind, labels, series, 640, 320, "Başlık"))
                with self.subTest(kind=kind, count=count):
                    for x, y, width, height in bars(root):
                        self.assertGreaterEqual(min(x, y), 0)
                        self.assertLessEqual(x + width, 640)
                        self.assertLessEqual(y + height, 320)
                    for node in root.iter(f"{SVG}text"):
                        self.assertTrue(0 <= float(node.get("x")) <= 640)
                        self.assertTrue(0 <= float(node.get("y")) <= 320)

    def test_accessible(self):
        root = drawn(svg("pie", ["a"], {"n": [1]}, title="Randevular"))
        self.assertEqual(
            (root.get("role"), root.get("aria-label")), ("img", "Randevular")
        )
        self.assertEqual(root.find(f"{SVG}title").text, "Randevular")

    def test_colours_differ_in_grey(self):
        """Any two of the first five, and neighbours further on."""
        for first, second in combinations(PALETTE[:5], 2):
            self.assertGreater(abs(lightness(first) - lightness(second)), 11)
        for first, second in zip(PALETTE, PALETTE[1:], strict=False):
            self.assertGreater(abs(lightness(first) - lightness(second)), 15)

    def test_refused(self):
        for pattern, call in [
            ("kind", lambda: svg("radar", [], {})),
            ("2 values for 1 labels", lambda: svg("bar", ["a"], {"n": [1, 2]})),
            ("width", lambda: svg("bar", ["a"], {"n": [1]}, width=10)),
        ]:
            with self.subTest(pattern), self.assertRaisesRegex(ValueError, pattern):
                call()

    def test_charts_of_tables(self):
        self.assertIn("505.004 ", svg_texts(table_t1() | pie_of("all")))
        self.assertIn("39.417 (%31,3)", svg_texts(table_t7()))
        self.assertIn("Görüşülen", svg_texts(wide_table()))
        self.assertIn("<3", svg_texts(sensitive_table()))
        single = svg_texts(
            wide_table() | {"chart": {"type": "line", "columns": ["met"]}}
        )
        self.assertIn("Görüşülen (2025)", single)
        self.assertEqual(table_svg(table([], [])), "")
        self.assertEqual(table_svg(table([], [], chart={"type": "pie"})), "")


def pie_of(key):
    return {"chart": {"type": "pie", "columns": [key]}}


def svg_texts(made):
    return "\n".join(texts(drawn(table_svg(made))))
