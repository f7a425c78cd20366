from odoo.tests import tagged

from ...tools.phone import (
    normal_phone,
    readable_phone,
    searched_phone,
    split_phone,
)
from .test_turkish import TableCase

MOBILE = "+905321234567"


@tagged("ozel_kalem", "ok_tools")
class TestPhone(TableCase):
    def test_every_spelling_of_a_mobile_number_is_one(self):
        for text in (
            "05321234567",
            "5321234567",
            "905321234567",
            "+905321234567",
            "00905321234567",
            "0532 123 45 67",
            "0 532 123 45 67",
            "(0 532) 123 45 67",
            "0(532) 123-45-67",
            "0532.123.45.67",
            "0532-123-4567",
            "0532/123 45 67",
            "532 1234567",
            "+90 532 123 45 67",
            "+90 (532) 123 45 67",
            "+90 (0532) 123 45 67",
            "+90 (0) 532 123 45 67",
            "00 90 532 123 45 67",
            "(+90) 532 123 45 67",
            "0532\u00a0123\u201345\u201367",
            " 0532 123 45 67 ",
            "Tel: 0532 123 45 67",
        ):
            with self.subTest(text):
                self.assertEqual(normal_phone(text), MOBILE)

    def test_normal(self):
        self.assert_table(
            normal_phone,
            [
                ("0212 555 00 01", "+902125550001"),
                ("0 (212) 555 0001", "+902125550001"),
                ("212 555 00 01", "+902125550001"),
                # the demo's invented numbers
                ("0000 000 00 10", "+900000000010"),
                ("153", "153"),
                ("112", "112"),
                ("+90 153", "153"),
                ("1881", "1881"),
                ("444 1 153", "+904441153"),
                ("0 444 11 53", "+904441153"),
                ("+90 444 1 153", "+904441153"),
                ("555 00 01", "5550001"),
                ("+1 212 555 0001", "+12125550001"),
                ("001 212 555 0001", "+12125550001"),
                ("+49 30 901820", "+4930901820"),
                ("0049 30 901820", "+4930901820"),
                ("+49 (0) 30 901820", "+4930901820"),
                ("0212 555 00 01 dahili 12", "+902125550001"),
                ("0212 555 00 01 (Dahili: 12)", "+902125550001"),
                ("0212 555 00 01 #12", "+902125550001"),
                ("٠٥٣٢ ١٢٣ ٤٥ ٦٧", MOBILE),
                ("gizli numara", None),
                ("+", None),
                ("", None),
                (False, None),
                (None, None),
            ],
        )

    def test_a_foreign_number_is_not_the_turkish_one_that_ends_alike(self):
        self.assertNotEqual(
            normal_phone("+1 212 555 0001"), normal_phone("0212 555 00 01")
        )

    def test_readable(self):
        self.assert_table(
            readable_phone,
            [
                ("+905321234567", "0532 123 45 67"),
                ("(0212)5550001", "0212 555 00 01"),
                ("4441153", "444 1 153"),
                ("153", "153"),
                ("0049 30 901820", "+4930901820"),
                ("02125550001 dah. 12", "0212 555 00 01 dahili 12"),
                ("gizli numara", "gizli numara"),
                ("05321234567 (oğlu)", "05321234567 (oğlu)"),
                (False, ""),
            ],
        )

    def test_what_is_readable_stays(self):
        for text in ("0532 123 45 67", "444 1 153", "112", "0212 555 00 01 dahili 12"):
            self.assertEqual(readable_phone(text), text)
            self.assertEqual(readable_phone(readable_phone(text)), text)

    def test_a_part_is_found_in_the_normal_form(self):
        for text in ("0532", "532", "532 123", "45 67", "0532 123", "0532 123 45 67"):
            with self.subTest(text):
                self.assertIn(searched_phone(text), MOBILE)
        self.assertEqual(searched_phone("abc"), "")

    def test_a_name_and_its_number_in_one_line(self):
        self.assert_table(
            split_phone,
            [
                ("Ayşe Yılmaz 0532 123 45 67", ("Ayşe Yılmaz", "0532 123 45 67")),
                ("Ayşe Yılmaz, 05321234567", ("Ayşe Yılmaz", "05321234567")),
                ("0532 123 45 67 Ayşe Yılmaz", ("Ayşe Yılmaz", "0532 123 45 67")),
                ("Işık Öz +90 (532) 123-45-67", ("Işık Öz", "+90 (532) 123-45-67")),
                ("Ali Kaya tel: 0212 555 00 01", ("Ali Kaya", "0212 555 00 01")),
                ("Ali Kaya (0212 555 00 01)", ("Ali Kaya", "0212 555 00 01")),
                (
                    "Ali Kaya 0212 555 00 01 dahili 12",
                    ("Ali Kaya", "0212 555 00 01 dahili 12"),
                ),
                ("05321234567", ("", "05321234567")),
                ("Ali Kaya 2. Noter", ("Ali Kaya 2. Noter", "")),
                ("100. Yıl Derneği", ("100. Yıl Derneği", "")),
                ("Ali Kaya a@b12345678.com", ("Ali Kaya a@b12345678.com", "")),
                ("", ("", "")),
                (None, ("", "")),
            ],
        )
