import io
import runpy
from pathlib import Path

import openpyxl

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.modules import get_module_path
from odoo.tests import tagged

from .common import CitizensCase


@tagged("post_install", "-at_install", "ozel_kalem", "ok_citizens")
class TestLetters(CitizensCase):
    """What the citizen reads."""

    def test_only_a_petition_s_interim_letter_names_its_law(self):
        for channel, law in (("letter", True), ("phone", False)):
            with self.subTest(channel):
                request = self.new_request(channel=channel)
                text = request._letter("interim")
                self.assertEqual("3071" in text, law)
                self.assertNotIn("{", text)

    def test_the_answer_stands_in_the_letter(self):
        self.request.action_answer("positive", "Kaldırımınız onarıldı.")
        text = self.request._notice_text()
        for part in ("Ayşe Yılmaz", self.request.name, "Kaldırımınız onarıldı."):
            self.assertIn(part, text)
        self.assertNotIn("{", text)
        self.assertNotIn("\n\n\n", text)

    def test_a_refusal_says_where_to_object(self):
        information = self.new_request(request_type="information")
        information.action_answer("negative", "Ticari sır")
        self.assertIn("Law 4982, article 13", information._notice_text())
        self.request.action_answer("positive", "Olur")
        self.assertNotIn("court", self.request._notice_text())

    def test_a_refusal_after_more_time_gives_its_own_reason(self):
        information = self.new_request(request_type="information")
        information.action_extend_deadline("Başka birime soruldu")
        self.assertIn("Başka birime soruldu", information._letter("extension"))
        information.action_reject("Ticari sır")
        text = information._notice_text()
        self.assertIn("Ticari sır", text)
        self.assertNotIn("Başka birime soruldu", text)

    def test_the_letter_of_a_cancelled_request_says_that_it_was_closed(self):
        again = self.new_request(subject="Yine")
        dealt_with = again._letter_paragraphs()
        again.action_mark_duplicate(self.request.id)
        text = "".join(again._letter_paragraphs())
        self.assertNotIn(dealt_with[0], text)
        self.assertIn(again.name, text)
        self.assertIn(self.request.name, text)

    def test_whoever_was_sent_elsewhere_reads_where(self):
        self.request.action_redirect(self.institution.id)
        self.assertIn("Su İdaresi", self.request._notice_text())

    def test_a_placeholder_that_nothing_fills_is_refused(self):
        letter = self.env.ref("ozel_kalem.letter_final")
        with self.assertRaisesRegex(ValidationError, "password"):
            letter.body = "Dear {password}"

    def test_a_text_with_braces_isn_t_filled_in_again(self):
        self.request.action_answer("positive", "{subject} {0.__class__}")
        self.assertIn("{subject} {0.__class__}", self.request._notice_text())

    def test_the_company_s_own_wording_comes_first(self):
        self.env["ozel_kalem.letter"].create(
            {
                "name": "Ours",
                "kind": "final",
                "body": "Sayın {person}, {answer}",
                "company_id": self.company.id,
            }
        )
        self.request.action_answer("positive", "olur")
        self.assertEqual(self.request._notice_text(), "Sayın Ayşe Yılmaz, olur")


@tagged("post_install", "-at_install", "ozel_kalem", "ok_citizens")
class TestAid(CitizensCase):
    """Special-category data stays with its group."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.aid = (
            cls.env["ozel_kalem.request"]
            .with_user(cls.aid_officer)
            .create(
                {
                    "partner_id": cls.citizen.id,
                    "subject": "Gıda desteği, üç çocuk",
                    "request_type": "aid",
                    "channel": "in_person",
                    "aid_ids": [(0, 0, {"kind": "food", "note": "Üç çocuk, işsiz"})],
                }
            )
        )

    def test_its_name_never_tells_what_it_is_about(self):
        self.assertNotIn("Gıda", self.aid.display_name)
        self.assertIn(self.aid.name, self.aid.display_name)

    def test_the_details_are_the_group_s(self):
        details = self.aid.aid_ids
        for user in (self.public_relations, self.principal_user, self.registrar):
            with self.subTest(user.name):
                with self.assertRaises(AccessError):
                    details.with_user(user).read(["note"])
                if self.aid.with_user(user).has_access("read"):
                    with self.assertRaises(AccessError):
                        self.aid.with_user(user).read(["aid_ids"])

    def test_reading_the_details_is_logged(self):
        Log = self.env["ozel_kalem.access.log"]
        domain = [("res_model", "=", self.aid._name), ("res_id", "=", self.aid.id)]
        before = Log.search_count(domain)
        self.aid.aid_ids.with_user(self.director).read(["note"])
        self.assertEqual(Log.search_count(domain), before + 1)

    def test_public_relations_hand_a_web_request_to_the_aid_officers(self):
        filed = self.request.with_env(self.env).copy(
            {
                "channel": "web",
                "user_id": self.public_relations.id,
                "subject": "Kömür yardımı",
            }
        )
        act = self.env.ref("ozel_kalem.request_more_aid")
        act = act.with_user(self.public_relations).with_context(
            active_model=filed._name, active_id=filed.id, active_ids=filed.ids
        )
        action = act.run()
        self.env.cr.precommit.run()
        self.assertEqual(action["res_model"], filed._name)
        self.assertEqual(action["target"], "main")
        self.assertEqual(filed.request_type, "aid")
        self.assertFalse(filed.user_id, "who moved it no longer answers for it")
        self.assertFalse(filed.with_user(self.public_relations).has_access("read"))
        self.assertTrue(filed.with_user(self.aid_officer).has_access("write"))
        with self.assertRaises(AccessError):
            self.request.with_user(self.registrar).action_move_to_aid()

    def test_an_upgrade_takes_out_what_erasing_left(self):
        mail = self.env["ozel_kalem.unmatched.mail"].create(
            {"subject": "Eski", "text": "Eski söz", "request_id": self.request.id}
        )
        mail.state = "registered"
        self.aid.with_user(self.director).action_cancel("Vazgeçti")
        self.aid.sudo().anonymised_on = fields.Date.today()
        details = self.aid.aid_ids
        folder = Path(get_module_path("ozel_kalem")) / "migrations/19.0.1.6.0"
        runpy.run_path(str(folder / "post-erased.py"))["migrate"](self.env.cr, None)
        self.env.invalidate_all()
        self.assertFalse(details.exists())
        self.assertFalse(mail.subject or mail.text)

    def test_erasing_the_person_erases_the_household(self):
        for request in self.aid | self.request:
            request.with_user(self.director).action_cancel("Vazgeçti")
        self.citizen.with_user(self.director).action_ozel_kalem_erase()
        Aid = self.env["ozel_kalem.aid"]
        self.assertFalse(Aid.search([("request_id", "=", self.aid.id)]))
        self.assertTrue(self.aid.register_number)

    def test_the_person_s_own_data_names_the_household(self):
        export = (
            self.env["ozel_kalem.person.export"]
            .with_user(self.director)
            .create({"partner_id": self.citizen.id})
        )
        Log = self.env["ozel_kalem.access.log"]
        domain = [("res_model", "=", self.aid._name), ("res_id", "=", self.aid.id)]
        before = Log.search_count(domain)
        stream = io.BytesIO()
        export._write_xlsx(stream)
        book = openpyxl.load_workbook(stream)
        cells = [
            cell.value for sheet in book for row in sheet.iter_rows() for cell in row
        ]
        for told in ("Üç çocuk, işsiz", "Food", "Under social review"):
            self.assertIn(told, cells)
        self.assertEqual(Log.search_count(domain), before + 1)

    def test_the_list_masks_the_applicant(self):
        self.assertEqual(self.aid.applicant_masked, "Ay*** Yı***")
