import re
from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ...tools.working_days import UNITS
from .common import shipped_days, shipped_records

YEARS = range(2024, 2033)
FIXED = ((1, 1), (4, 23), (5, 1), (5, 19), (7, 15), (8, 30), (10, 29))
# first days of Ramazan (three days) and Kurban Bayramı (four)
FEASTS = """
    2024-04-10 2024-06-16
    2025-03-30 2025-06-06
    2026-03-20 2026-05-27
    2027-03-09 2027-05-16
    2028-02-26 2028-05-05
    2029-02-14 2029-04-24
    2030-02-04 2030-04-13
    2031-01-24 2031-04-02
    2032-01-14 2032-03-22
"""


@tagged("ozel_kalem", "ok_tools")
class TestHolidays(BaseCase):
    def expected(self):
        public = {date(year, *month_day) for year in YEARS for month_day in FIXED}
        half = {date(year, 10, 28) for year in YEARS}
        for line in FEASTS.strip().splitlines():
            for text, length in zip(line.split(), (3, 4), strict=True):
                first = date.fromisoformat(text)
                public |= {first + timedelta(days=count) for count in range(length)}
                half.add(first - timedelta(days=1))
        return public, half - public

    def test_every_day_is_there(self):
        public, half = self.expected()
        self.assertEqual(shipped_days("public"), public)
        self.assertEqual(shipped_days("half_day"), half)
        self.assertEqual(shipped_days("administrative"), set())

    def test_one_record_a_day_named_after_it(self):
        holidays = shipped_records("holiday_data.xml")
        self.assertEqual(len(holidays), sum(map(len, self.expected())))
        for xml_id, holiday in holidays.items():
            with self.subTest(xml_id):
                self.assertEqual(xml_id, "holiday_" + holiday["date"].replace("-", "_"))
                self.assertTrue(holiday["name"].strip())

    def test_two_holidays_on_one_day_share_a_record(self):
        holidays = shipped_records("holiday_data.xml")
        for xml_id, names in [
            ("holiday_2027_05_19", ("Atatürk'ü Anma", "Kurban Bayramı 4. Gün")),
            ("holiday_2029_04_23", ("Ulusal Egemenlik", "Kurban Bayramı Arifesi")),
        ]:
            for name in names:
                self.assertIn(name, holidays[xml_id]["name"])
            self.assertEqual(holidays[xml_id]["kind"], "public")


@tagged("ozel_kalem", "ok_tools")
class TestServiceStandards(BaseCase):
    def test_fields_are_valid(self):
        standards = shipped_records("service_standard_data.xml")
        codes = [standard["code"] for standard in standards.values()]
        self.assertEqual(len(codes), len(set(codes)))
        for xml_id, standard in standards.items():
            with self.subTest(xml_id):
                code = standard["code"].lower().replace("-", "_")
                self.assertEqual(xml_id, f"service_standard_{code}")
                self.assertIn(standard["duration_unit"], UNITS)
                self.assertGreater(int(standard["duration"]), 0)
                warn_days = int(standard["warn_days"])
                self.assertTrue(0 <= warn_days < max(int(standard["duration"]), 2))
                self.assertTrue(standard["legal_basis"])
                lines = (standard.get("document_text") or "").splitlines()
                self.assertEqual(lines, [line.strip() for line in lines])
                self.assertFalse([n for n in lines if re.match(r"\d+\s*-", n)])

    def test_legal_clocks(self):
        standards = shipped_records("service_standard_data.xml")
        for code, duration, unit, extension in [
            ("dil_cevap", 30, "day", 0),
            ("be_15", 15, "working_day", 15),
            ("be_30", 30, "working_day", 0),
            ("ryy_belge", 5, "working_day", 0),
            ("ryy_gorus", 15, "working_day", 0),
            ("kvkk_basvuru", 30, "day", 0),
            ("enc_havale", 7, "day", 0),
            ("hs_04", 15, "working_day", 0),
            ("hs_05", 1, "hour", 0),
            ("hs_14", 8, "hour", 0),
        ]:
            with self.subTest(code):
                standard = standards[f"service_standard_{code}"]
                self.assertEqual(int(standard["duration"]), duration)
                self.assertEqual(standard["duration_unit"], unit)
                found = int(standard.get("extension_duration", 0))
                self.assertEqual(found, extension)

    def test_published_table_has_its_fifteen_rows_in_order(self):
        standards = shipped_records("service_standard_data.xml").values()
        published = [row for row in standards if row.get("in_public_table") == "True"]
        sequences = [int(row["sequence"]) for row in published]
        self.assertEqual(sequences, list(range(10, 151, 10)))
