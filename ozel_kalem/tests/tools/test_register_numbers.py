from odoo.tests import BaseCase, tagged

from ...tools.register_numbers import (
    DEFAULT_PATTERN,
    format_number,
    parse_number,
    validate_pattern,
)

NUMBERS = [
    (DEFAULT_PATTERN, 2026, 123, "2026/00123"),
    (DEFAULT_PATTERN, 2026, 123456, "2026/123456"),
    ("{year}-{number}", 2026, 7, "2026-7"),
    ("R{yy}/{number:04d}", 2026, 7, "R26/0007"),
    ("{number:03d}/{year}", 2026, 7, "007/2026"),
    ("{number}{year}", 2026, 12, "122026"),
    ("{yy}{number:05d}", 2026, 1, "2600001"),
    ("{{{year}}}.({number})", 2026, 5, "{2026}.(5)"),
    ("TALEP {year}/{number:018d}", 2026, 5, "TALEP 2026/000000000000000005"),
    ("{year}{yy}{number}", 2026, 5, "2026265"),
]

REFUSED = [
    "",
    "   ",
    "2026",
    "{year}",
    "{}",
    "{0}",
    "{number",
    "number}",
    "{month}{number}",
    "{number.real}",
    "{number[0]}",
    "{number!r}",
    "{number:5d}",
    "{number:05}",
    "{number:0d}",
    "{number:019d}",
    "{number:>5}",
    "{number:05x}",
    "{number:{year}}",
    "{year:05d}/{number}",
    "{number}/{number:05d}",
    "{year}\n{number}",
    None,
    False,
    5,
]


@tagged("ozel_kalem", "ok_tools")
class TestRegisterNumbers(BaseCase):
    def test_there_and_back(self):
        for pattern, year, number, text in NUMBERS:
            with self.subTest(pattern):
                validate_pattern(pattern)
                self.assertEqual(format_number(pattern, year, number), text)
                self.assertEqual(parse_number(pattern, text), (year, number))

    def test_number_without_year(self):
        self.assertEqual(format_number("{number:04d}", 2026, 7), "0007")
        self.assertEqual(parse_number("{number:04d}", "0007"), (None, 7))

    def test_only_what_was_written_is_read(self):
        for pattern, text in [
            (DEFAULT_PATTERN, ""),
            (DEFAULT_PATTERN, "2026/123"),
            (DEFAULT_PATTERN, "2026/000123"),
            (DEFAULT_PATTERN, "2026/00000"),
            (DEFAULT_PATTERN, "0000/00123"),
            (DEFAULT_PATTERN, "226/00123"),
            (DEFAULT_PATTERN, " 2026/00123"),
            (DEFAULT_PATTERN, "2026/00123\n"),
            (DEFAULT_PATTERN, "2026-00123"),
            (DEFAULT_PATTERN, "٢٠٢٦/00123"),
            (DEFAULT_PATTERN, None),
            ("{year}{yy}{number}", "2026275"),
        ]:
            with self.subTest(text):
                self.assertIsNone(parse_number(pattern, text))

    def test_patterns_that_are_refused(self):
        for pattern in REFUSED:
            with self.subTest(pattern):
                for call in (
                    lambda pattern=pattern: validate_pattern(pattern),
                    lambda pattern=pattern: format_number(pattern, 2026, 1),
                    lambda pattern=pattern: parse_number(pattern, "2026/00001"),
                ):
                    with self.assertRaises(ValueError) as caught:
                        call()
                    self.assertIn("pattern", str(caught.exception))
        with self.assertRaisesRegex(ValueError, r"\{number:05d\}"):
            validate_pattern("{month}/{number}")

    def test_values_that_are_refused(self):
        for year, number, argument in [
            (0, 1, "year"),
            (10000, 1, "year"),
            ("2026", 1, "year"),
            (None, 1, "year"),
            (2026, 0, "number"),
            (2026, -1, "number"),
            (2026, 1.0, "number"),
            (2026, True, "number"),
        ]:
            named = self.assertRaisesRegex(ValueError, argument)
            with self.subTest(year=year, number=number), named:
                format_number(DEFAULT_PATTERN, year, number)
