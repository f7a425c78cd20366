from random import Random

from odoo.tests import BaseCase, tagged

from ...tools.small_cells import HIDDEN, hide_small, hide_table

BELOW = 3

# name; the table with its last line and column as totals; what is printed
SUMMED = [
    ("nothing small", "5 9 14 / 7 3 10 / 12 12 24", "5 9 14 / 7 3 10 / 12 12 24"),
    ("zeros stay", "0 9 9 / 7 0 7 / 7 9 16", "0 9 9 / 7 0 7 / 7 9 16"),
    (
        "three more, the smallest that make a ring",
        "1 9 30 40 / 8 7 30 45 / 9 8 30 47 / 18 24 90 132",
        "<3 * 30 40 / * * 30 45 / 9 8 30 47 / 18 24 90 132",
    ),
    (
        "two that protect each other in a row, not in their columns",
        "1 2 30 33 / 8 7 30 45 / 9 24 30 63 / 18 33 90 141",
        "<3 <3 30 33 / * * 30 45 / 9 24 30 63 / 18 33 90 141",
    ),
    (
        "one line: totals go too",
        "1 9 10 / 1 9 10",
        "<3 * 10 / <3 * 10",
    ),
]


def parsed(text):
    """Return rows, total and keys of "1 2 3 / 1 2 3", the last of each the sum."""
    lines = [[int(word) for word in line.split()] for line in text.split("/")]
    keys = [f"k{place}" for place in range(len(lines[0]) - 1)]
    rows = [dict(zip([*keys, "sum"], line, strict=True)) for line in lines]
    return rows[:-1], rows[-1], keys


def printed(rows, total):
    return " / ".join(
        " ".join(str(value) for value in line.values()) for line in [*rows, total]
    )


class Attacker:
    """Solves for hidden cells by trying values that fit all that is printed.

    Knows what each sign says, and of the few small cells that are printed as `HIDDEN`
    that they are small or not: what it can't find out, nobody can.
    """

    REACH = 2

    def __init__(self, true, shown, lines):
        self.true, self.shown, self.lines = true, shown, lines
        self.places = [place for place, sign in shown.items() if isinstance(sign, str)]
        self.lines_of = {
            place: [line for line in lines if place in line[0] or place == line[1]]
            for place in true
        }

    def knows(self, place):
        """Whether only the true value of the cell fits."""
        others = [other for other in self.places if other != place]
        guesses = self._domain(place)
        return not any(
            self._fits({place: guess}, others)
            for guess in guesses
            if guess != self.true[place]
        )

    def _domain(self, place):
        true, sign = self.true[place], self.shown[place]
        near = sorted(
            range(true - self.REACH, true + self.REACH + 1),
            key=lambda value: abs(value - true),
        )
        lowest = 1 if 0 < true < BELOW else BELOW
        highest = BELOW - 1 if sign != HIDDEN else true + self.REACH
        return [value for value in near if lowest <= value <= highest]

    def _fits(self, chosen, open_places):
        if not all(self._holds(line, chosen) for line in self.lines):
            return False
        if not open_places:
            return True
        place, rest = open_places[0], open_places[1:]
        for guess in self._domain(place):
            trial = {**chosen, place: guess}
            if all(self._holds(line, trial) for line in self.lines_of[place]):
                if self._fits(trial, rest):
                    return True
        return False

    def _holds(self, line, chosen):
        parts, whole = line
        low = high = 0
        for place, sign in [*((part, 1) for part in parts), (whole, -1)]:
            if place in chosen or not isinstance(self.shown[place], str):
                values = [chosen.get(place, self.shown[place])]
            else:
                values = self._domain(place)
            low += min(sign * value for value in values)
            high += max(sign * value for value in values)
        return low <= 0 <= high


def attacked(rows, total, keys, sum_key):
    """Return the places of hidden cells that an attacker works out."""
    hidden_rows, hidden_total = hide_small(rows, total, keys, BELOW, sum_key)
    all_keys = [*keys, sum_key] if sum_key else list(keys)
    true, shown, lines = {}, {}, []
    pairs = zip([*rows, total], [*hidden_rows, hidden_total], strict=True)
    for number, (before, after) in enumerate(pairs):
        for key in all_keys:
            true[number, key], shown[number, key] = before[key], after[key]
        if sum_key:
            lines.append(([(number, key) for key in keys], (number, sum_key)))
    for key in all_keys:
        lines.append(([(n, key) for n in range(len(rows))], (len(rows), key)))
    attacker = Attacker(true, shown, lines)
    return shown, true, [place for place in attacker.places if attacker.knows(place)]


@tagged("ozel_kalem", "ok_tools")
class TestSmallCells(BaseCase):
    def test_with_sums(self):
        for name, before, after in SUMMED:
            with self.subTest(name):
                rows, total, keys = parsed(before)
                found = hide_small(rows, total, keys, BELOW, "sum")
                self.assertEqual(printed(*found), after)
                self.assertEqual((rows, total, keys), parsed(before))

    def test_columns_alone(self):
        for values, total, expected, expected_total in [
            ([5, 9], 14, [5, 9], 14),
            ([1, 9, 4], 14, ["<3", 9, "*"], 14),
            ([1, 2, 9], 12, ["<3", "<3", 9], 12),
            ([1, 1, 9, 5], 16, ["<3", "<3", 9, "*"], 16),
            ([2, 2, 9, 5], 18, ["<3", "<3", 9, "*"], 18),
            ([2], 2, ["<3"], "<3"),
            ([2, 0], 2, ["<3", 0], "<3"),
            ([1, 1], 2, ["<3", "<3"], "*"),
            ([1, None, 7], 8, ["<3", None, "*"], 8),
            ([1, 9], None, ["<3", 9], None),
            ([], 0, [], 0),
        ]:
            with self.subTest(values=values):
                rows = [{"n": value} for value in values]
                lines, last = hide_small(rows, {"n": total}, ["n"])
                self.assertEqual([line["n"] for line in lines], expected)
                self.assertEqual(last["n"], expected_total)

    def test_three_or_more_is_known_to_the_reader(self):
        """1 + 3 = 4 with "<3" and "*" would tell both: "*" is never below three."""
        rows, total = [{"n": 1}, {"n": 3}, {"n": 9}], {"n": 13}
        lines, last = hide_small(rows, total, ["n"])
        self.assertEqual(
            ([line["n"] for line in lines], last["n"]), (["<3", 3, "*"], 13)
        )

    def test_other_bounds(self):
        rows = [{"n": 4}, {"n": 9}, {"n": 30}]
        lines, _last = hide_small(rows, {"n": 43}, ["n"], below=5)
        self.assertEqual([line["n"] for line in lines], ["<5", "*", 30])
        for pattern, call in [
            ("below", lambda: hide_small(rows, {}, ["n"], below=1)),
            ("sum_key", lambda: hide_small(rows, {}, ["n"], sum_key="n")),
            ("whole number", lambda: hide_small([{"n": 1.5}], {}, ["n"])),
        ]:
            with self.assertRaisesRegex(ValueError, pattern):
                call()

    def test_corrections(self):
        """A correction takes away: one person less is hidden as well."""
        rows = [{"n": 20}, {"n": 5}, {"n": -1}]
        lines, last = hide_small(rows, {"n": 24}, ["n"])
        self.assertEqual([line["n"] for line in lines], [20, "*", "*"])
        self.assertEqual(last["n"], 24)
        lines, last = hide_small([{"n": 1}, {"n": -1}], {"n": 0}, ["n"])
        self.assertEqual([line["n"] for line in lines], ["<3", "*"])

    def test_nobody_works_a_hidden_cell_out(self):
        """Random tables, with and without sums, attacked by trying all values."""
        random = Random(5)
        hidden = 0
        for _ in range(250):
            sum_key = random.choice(["sum", None])
            keys = ["a", "b", "c"][: random.randrange(1, 4)]
            largest = random.choice([3, 6, 12])
            rows = [
                {key: random.randrange(largest) for key in keys}
                for _ in range(random.randrange(1, 5))
            ]
            total = {key: sum(row[key] for row in rows) for key in keys}
            for line in (*rows, total) if sum_key else ():
                line[sum_key] = sum(line[key] for key in keys)
            shown, true, known = attacked(rows, total, keys, sum_key)
            with self.subTest(rows=rows, total=total, shown=shown):
                self.assertEqual(known, [])
                for place, value in true.items():
                    if not value:
                        self.assertEqual(shown[place], 0)
                    elif value < BELOW:
                        self.assertIn(shown[place], ("<3", HIDDEN))
                    else:
                        self.assertIn(shown[place], (value, HIDDEN))
                        hidden += shown[place] == HIDDEN
        self.assertGreater(hidden, 100)

    def test_the_attacker_attacks(self):
        """Without the further cells the same attacker finds every small one."""
        true = {(0, "n"): 1, (1, "n"): 9, (2, "n"): 10}
        shown = {**true, (0, "n"): "<3"}
        lines = [([(0, "n"), (1, "n")], (2, "n"))]
        self.assertTrue(Attacker(true, shown, lines).knows((0, "n")))
        shown[2, "n"] = HIDDEN
        self.assertFalse(Attacker(true, shown, lines).knows((0, "n")))

    def test_whole_table(self):
        """Shares and means of a hidden count go with it, in both periods."""
        columns = [
            {"key": "asked", "kind": "count", "total": "sum"},
            {"key": "share", "kind": "percent", "shares_of": "asked", "total": "sum"},
            {"key": "days", "kind": "number", "total": "computed"},
            {"key": "who", "kind": "text", "total": "none"},
        ]
        table = {
            "columns": columns,
            "rows": [
                {
                    "label": "Gıda",
                    "values": {"asked": 1, "share": 4.0, "days": 7.0, "who": "a"},
                    "previous": {"asked": 20},
                },
                {
                    "label": "Eşya",
                    "values": {"asked": 9, "share": 36.0, "days": 3.0, "who": "b"},
                    "previous": {"asked": 1},
                },
                {
                    "label": "Nakit",
                    "values": {"asked": 15, "share": 60.0, "days": None, "who": "c"},
                    "previous": {},
                },
            ],
            "total": {
                "values": {"asked": 25, "share": 100.0, "days": 4.0},
                "previous": {"asked": 21},
            },
        }
        hidden = hide_table(table)
        self.assertEqual(
            [row["values"] for row in hidden["rows"]],
            [
                {"asked": "<3", "share": "*", "days": "*", "who": "a"},
                {"asked": "*", "share": "*", "days": "*", "who": "b"},
                {"asked": 15, "share": 60.0, "days": None, "who": "c"},
            ],
        )
        self.assertEqual(
            [row["previous"] for row in hidden["rows"]],
            [{"asked": "*"}, {"asked": "<3"}, {}],
        )
        self.assertEqual(hidden["total"]["values"], table["total"]["values"])
        self.assertEqual(table["rows"][0]["values"]["asked"], 1)

    def test_means_of_a_single_hidden_line(self):
        """The mean of all would tell the one that's missing; nor does a lone total."""
        columns = [
            {"key": "n", "kind": "count", "total": "sum"},
            {"key": "share", "kind": "percent", "shares_of": "n", "total": "sum"},
            {"key": "days", "kind": "number", "total": "computed"},
        ]
        values = [
            {"n": 1, "share": 100.0, "days": 7.0},
            {"n": 0, "share": 0.0, "days": None},
        ]
        table = {
            "columns": columns,
            "rows": [{"values": line, "previous": {}} for line in values],
            "total": {"values": {"n": 1, "share": 100.0, "days": 7.0}, "previous": {}},
        }
        hidden = hide_table(table)
        self.assertEqual(
            hidden["total"]["values"], {"n": "<3", "share": "*", "days": "*"}
        )
        self.assertEqual(
            hidden["rows"][0]["values"], {"n": "<3", "share": "*", "days": "*"}
        )

    def test_large_tables(self):
        """A hundred neighbourhoods by twelve months, half of the cells small."""
        random = Random(5)
        keys = [str(month) for month in range(12)]
        rows = [{key: random.randrange(6) for key in keys} for _ in range(100)]
        total = {key: sum(row[key] for row in rows) for key in keys}
        for line in (*rows, total):
            line["sum"] = sum(line[key] for key in keys)
        lines, last = hide_small(rows, total, keys, BELOW, "sum")
        self.assertEqual(last, total)
        shown = [value for line in lines for value in line.values()]
        self.assertFalse({1, 2} & set(shown))
