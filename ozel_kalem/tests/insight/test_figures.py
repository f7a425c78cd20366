import statistics
from decimal import Decimal
from fractions import Fraction
from random import Random

from odoo.tests import BaseCase, tagged

from ...tools.figures import (
    change_percent,
    median_of,
    round_half_up,
    shares,
    text,
)


def tenths(percentages):
    """Return the exact sum of what's printed with one digit."""
    return sum(Fraction(str(share)) for share in percentages if share is not None)


@tagged("ozel_kalem", "ok_tools")
class TestFigures(BaseCase):
    def test_shares(self):
        for values, expected in [
            # published: Beyaz Masa, İGDAŞ, İSKİ in August 2020
            ([505004, 137651, 248834], [56.7, 15.4, 27.9]),
            # of the same bulletin: information, complaint, request
            ([600832, 95815, 194842], [67.4, 10.7, 21.9]),
            ([1, 1, 1], [33.4, 33.3, 33.3]),
            ([1, 1, 1, 1, 1, 1], [16.7, 16.7, 16.7, 16.7, 16.6, 16.6]),
            ([2, 1], [66.7, 33.3]),
            ([5], [100.0]),
            ([0, 5], [0.0, 100.0]),
            ([3, None, 1], [75.0, None, 25.0]),
            ([0.1, 0.2], [33.3, 66.7]),
            ([Decimal("280840.00"), Decimal("338017.59"), Decimal("829.78")],
             [45.3, 54.6, 0.1]),
            ([0, 0], [None, None]),
            ([None], [None]),
            ([], []),
        ]:  # fmt: skip
            with self.subTest(values=values):
                self.assertEqual(shares(values), expected)
        self.assertEqual(shares([1, 1, 1], digits=0), [34, 33, 33])
        self.assertEqual(shares([1, 2], digits=2), [33.33, 66.67])

    def test_shares_sum_to_a_hundred(self):
        """Whatever the values: 100.0, none off by a whole unit, the order kept."""
        random = Random(5)
        for _ in range(300):
            largest = random.choice([3, 50, 10**7])
            values = [random.randrange(largest) for _ in range(random.randrange(1, 40))]
            whole = sum(values)
            if not whole:
                continue
            found = shares(values)
            self.assertEqual(tenths(found), 100)
            self.assertEqual(found, shares(values))
            for value, share in zip(values, found, strict=True):
                exact = Fraction(100 * value, whole)
                self.assertLess(abs(Fraction(str(share)) - exact), Fraction(1, 10))
            by_value = [share for _, share in sorted(zip(values, found, strict=True))]
            self.assertEqual(by_value, sorted(by_value))

    def test_shares_refused(self):
        for pattern, values, digits in [
            ("negative", [5, -1], 1),
            ("finite", [float("nan")], 1),
            ("finite", ["<3", 5], 1),
            ("finite", [True], 1),
            ("digits", [1], -1),
            ("digits", [1], True),
        ]:
            with self.subTest(values), self.assertRaisesRegex(ValueError, pattern):
                shares(values, digits)

    def test_change(self):
        for before, now, expected in [
            (861874, 891489, 3.4),
            (100, 100, 0.0),
            (100, 75, -25.0),
            (8, 0, -100.0),
            (1000, 1000.5, 0.1),  # half away from zero
            (1000, 999.5, -0.1),
            (-50, -25, 50.0),
            (0, 5, None),
            (0, 0, None),
            (None, 5, None),
            (5, None, None),
            ("<3", 5, None),
            (5, "<3", None),
            (float("nan"), 5, None),
        ]:
            with self.subTest(before=before, now=now):
                self.assertEqual(change_percent(before, now), expected)

    def test_rounding(self):
        for value, digits, expected in [
            (Fraction(1, 4), 1, 0.3),
            (Fraction(-1, 4), 1, -0.3),
            (2, 1, 2.0),
            (Fraction(5, 2), 0, 3.0),
            # the machine's 1.15 lies below it
            (23 / 20, 1, 1.2),
            (3 / 20, 1, 0.2),
        ]:
            self.assertEqual(round_half_up(value, digits), expected)

    def test_counts_and_means_in_one_column(self):
        for value, written in (
            (32, "32"),
            (1234, "1.234"),
            (3.0, "3,0"),
            (6.94, "6,9"),
        ):
            self.assertEqual(text(value, "number"), written)

    def test_median(self):
        self.assertEqual(median_of({3: 1}), 3)
        self.assertEqual(median_of({1: 1, 4: 1}), 2.5)
        self.assertEqual(median_of({0: 10, 30: 9}), 0)
        self.assertIsNone(median_of({}))
        self.assertIsNone(median_of({5: 0}))
        with self.assertRaisesRegex(ValueError, "negative"):
            median_of({1: -1})

    def test_median_is_the_library_s(self):
        random = Random(5)
        for _ in range(200):
            histogram = {
                random.randrange(60): random.randrange(4) for _ in range(12)
            } | {60: 1}
            values = [value for value, n in histogram.items() for _ in range(n)]
            self.assertEqual(median_of(histogram), statistics.median(values))

    def test_text(self):
        for value, kind, digits, turkish, english in [
            (12345, "count", None, "12.345", "12,345"),
            (0, "count", None, "0", "0"),
            (3.25, "number", None, "3,3", "3.3"),
            (3.25, "number", 2, "3,25", "3.25"),
            (619687.37, "money", None, "619.687,37", "619,687.37"),
            (56.7, "percent", None, "%56,7", "56.7%"),
            (-3, "percent", None, "-%3,0", "-3.0%"),
            (100.0, "share", None, "%100,0", "100.0%"),
            (None, "count", None, "–", "–"),
            ("", "text", None, "–", "–"),
            ("<3", "count", None, "<3", "<3"),
            ("=1+1", "text", None, "=1+1", "=1+1"),
        ]:
            with self.subTest(value=value, kind=kind):
                self.assertEqual(text(value, kind, digits), turkish)
                self.assertEqual(text(value, kind, digits, "en_US"), english)
        with self.assertRaisesRegex(ValueError, "kind"):
            text(1, "amount")
