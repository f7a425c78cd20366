from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.ozel_kalem.models.citizens import request_search

from .common import CitizensCase


@tagged("post_install", "-at_install", "ozel_kalem", "ok_citizens")
class TestRequestSearch(CitizensCase):
    """What is typed into the search line without choosing where to look."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_citizen = cls.env["res.partner"].create(
            {"name": "Barış Tunalıgil", "phone": "0532 123 45 67"}
        )
        cls.other = cls.new_request(
            partner_id=cls.other_citizen.id, subject="Emlak vergisi borcunda hata"
        )

    def found(self, text):
        """Of these two, what public relations finds."""
        return (
            self.env["ozel_kalem.request"]
            .with_user(self.public_relations)
            .search(
                [
                    ("remembered", "ilike", text),
                    ("id", "in", (self.request | self.other).ids),
                ]
            )
        )

    def test_a_half_remembered_name_number_or_subject_finds_it(self):
        for text in ("tunalıgil", "Barış", "vergisi", self.other.name, "05321234567"):
            with self.subTest(text):
                self.assertEqual(self.found(text), self.other)

    def test_the_name_of_somebody_with_many_namesakes_finds_it_too(self):
        with patch.object(request_search, "FEW_PEOPLE", 0):
            self.assertEqual(self.found("tunalıgil"), self.other)

    def test_a_person_who_was_put_away_is_found(self):
        self.other_citizen.active = False
        self.assertEqual(self.found("tunalıgil"), self.other)

    def test_nothing_is_found_by_a_stranger_s_name(self):
        self.assertFalse(self.found("Yok Böyle Biri"))

    def test_the_search_line_of_the_list_looks_there_first(self):
        arch = self.env["ozel_kalem.request"].get_view(view_type="search")["arch"]
        first = arch[arch.index("<field ") :].split("/>", 1)[0]
        self.assertIn('name="remembered"', first)
