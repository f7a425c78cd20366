import os
import shutil
import subprocess
import tempfile
from datetime import timedelta
from io import BytesIO
from unittest import SkipTest
from unittest.mock import patch

import pypdf
from lxml import html

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.base.models.ir_actions_report import _wkhtml

from ...tools.local_time import local_today
from ..common import OzelKalemCase

TURKISH = "ĞÜŞİÖÇ ğüşıöç"
MM = 72 / 25.4
A4 = (210 * MM, 297 * MM)
SLIP = "ozel_kalem.report_instruction_slip"
LIST = "ozel_kalem.report_instruction_list"
SHEET = "ozel_kalem.report_instruction_sheet"
REFERRAL = "ozel_kalem.report_referral_slip"
STANDARDS = "ozel_kalem.report_service_standards"


class PaperCase(OzelKalemCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"name": "Çınarlıdere Belediyesi"})
        cls.office.write(
            {
                "name": "Özel Kalem Müdürlüğü",
                "address": "Cumhuriyet Mah. No: 1\nÇınarlıdere",
                "phone": "0000 000 00 10",
                "registered_email": "cinarlidere@kep.example",
                "website": "www.cinarlidere.example",
            }
        )

    @classmethod
    def instruction(cls, subject="Mazgallar temizlensin", **values):
        """An instruction of three days ago, due in four."""
        received_on = fields.Datetime.now() - timedelta(days=3)
        values.setdefault("deadline", local_today() + timedelta(days=4))
        return cls.env["ozel_kalem.instruction"].create(
            {
                "principal_id": cls.principal.id,
                "subject": subject,
                "mode": "verbal",
                "received_on": received_on,
                **values,
            }
        )

    def pages(self, report, records, user=None, lang="en_US"):
        """Print as a user does, and return the pages."""
        return pypdf.PdfReader(BytesIO(self.pdf(report, records, user, lang))).pages

    def pdf(self, report, records, user=None, lang="en_US"):
        printer = (
            self.env["ir.actions.report"]
            .with_user(user or self.director)
            .with_context(force_report_rendering=True, lang=lang)
        )
        content, kind = printer._render_qweb_pdf(report, records.ids)
        self.assertEqual(kind, "pdf")
        return content

    def html(self, report, records, user=None):
        """What is rendered before any program prints it."""
        printer = (
            self.env["ir.actions.report"]
            .with_user(user or self.director)
            .with_context(lang="en_US")
        )
        content, _kind = printer._render_qweb_html(report, records.ids)
        return html.fromstring(content, parser=html.HTMLParser(encoding="utf-8"))


def text(page):
    """The text of a page, its white space made single."""
    return " ".join(page.extract_text().split())


@tagged("post_install", "-at_install", "ozel_kalem", "ok_report")
class TestPaper(PaperCase):
    """What needs wkhtmltopdf: never skipped where the program is there."""

    @classmethod
    def setUpClass(cls):
        if not shutil.which("wkhtmltopdf"):
            raise SkipTest("wkhtmltopdf isn't installed")
        super().setUpClass()

    # ------------------------------------------------------------------ page

    def test_text_can_be_selected(self):
        instruction = self.instruction(words=f"“{TURKISH}” – ₺ â î û")
        page = text(self.pages(SLIP, instruction)[0])
        for part in (
            "ÇINARLIDERE BELEDİYESİ",
            "Özel Kalem Müdürlüğü",
            "Cumhuriyet Mah. No: 1, Çınarlıdere • Phone: 0000 000 00 10",
            instruction.name,
            TURKISH,
            "₺ â î û",
        ):
            self.assertIn(part, page)

    def test_page_sizes(self):
        instruction = self.instruction()
        sheet = self.env["ozel_kalem.instruction.sheet"].with_user(self.director)
        standards = self.env["ozel_kalem.service.standard"].search([], limit=2)
        for report, records, size in (
            (SLIP, instruction, A4),
            (LIST, instruction, A4[::-1]),
            (SHEET, sheet.create({"scope": "all"}), A4[::-1]),
            (STANDARDS, standards, (420 * MM, 297 * MM)),
        ):
            with self.subTest(report=report):
                box = self.pages(report, records)[0].mediabox
                found = float(box.width), float(box.height)
                for one, other in zip(found, size, strict=True):
                    self.assertAlmostEqual(one, other, delta=1)

    def test_margins(self):
        """RYY m8: 1.5 cm on all sides, the level and the page number excepted."""
        program = shutil.which("pdftotext")
        if not program:
            self.skipTest("pdftotext isn't installed (poppler-utils)")
        content = self.pdf(LIST, self.instruction("kelime " * 60))
        done = subprocess.run(
            [program, "-bbox", "-", "-"], input=content, capture_output=True, check=True
        )
        words = html.fromstring(done.stdout).findall(".//word")
        self.assertGreater(len(words), 60)
        words = [word for word in words if word.text != "1/1"]
        left = min(float(word.get("xmin")) for word in words)
        right = max(float(word.get("xmax")) for word in words)
        top = min(float(word.get("ymin")) for word in words)
        bottom = max(float(word.get("ymax")) for word in words)
        margin = 15 * MM - 1
        self.assertGreaterEqual(left, margin)
        self.assertLessEqual(right, A4[1] - margin)
        self.assertGreaterEqual(top, margin)
        self.assertLessEqual(bottom, A4[0] - margin)

    def test_many_rows_are_numbered_pages_with_repeated_header(self):
        instructions = self.env["ozel_kalem.instruction"]
        for number in range(60):
            words = "uzun bir talimat " * (1 + number % 7)
            instructions |= self.instruction(f"BAŞ{number} {words}SON{number}")
        pages = [text(page) for page in self.pages(LIST, instructions)]
        self.assertGreater(len(pages), 2)
        for number, page in enumerate(pages, 1):
            self.assertIn(f"{number}/{len(pages)}", page)
            self.assertIn("Responsible unit(s)", page)
            self.assertIn("0000 000 00 10", page)
        for number in range(60):
            whole = [p for p in pages if f"BAŞ{number} " in p and f"SON{number} " in p]
            self.assertEqual(len(whole), 1, f"row {number} is cut")
        self.assertIn("Given: 60", pages[-1])

    def test_signature_never_stands_alone(self):
        for count in range(8, 16):
            instructions = self.env["ozel_kalem.instruction"]
            for number in range(count):
                instructions |= self.instruction(f"Talimat SIRA{number} yazısı")
            last = text(self.pages(LIST, instructions)[-1])
            with self.subTest(rows=count):
                self.assertIn(f"SIRA{count - 1} ", last)
                self.assertIn("Director of the Private Office", last)

    def test_a_long_text_runs_over_pages(self):
        words = "\n".join(f"Satır {number} {TURKISH}" for number in range(120))
        pages = [text(page) for page in self.pages(SLIP, self.instruction(words=words))]
        self.assertGreater(len(pages), 2)
        whole = " ".join(pages)
        for number in range(120):
            self.assertIn(f"Satır {number} {TURKISH}", whole)

    def test_markup_in_a_text_is_text(self):
        words = "<script>document.write('GEÇTİ')</script> <b>a</b> & ${1+1}"
        page = text(self.pages(SLIP, self.instruction(words=words))[0])
        self.assertIn("<b>a</b> & ${1+1}", page)
        self.assertIn("<script>", page)

    # --------------------------------------------------------------- records

    def test_several_records_are_one_pdf_of_slips(self):
        instructions = self.instruction("Bir") | self.instruction("İki")
        instructions |= self.instruction("Üç")
        pages = [text(page) for page in self.pages(SLIP, instructions)]
        self.assertEqual(len(pages), 3)
        for instruction, page in zip(instructions, pages, strict=True):
            self.assertIn(instruction.name, page)
            self.assertIn("1/1", page)

    def test_confidential_records_are_stamped(self):
        normal = self.instruction()
        private = self.instruction(confidentiality="private")
        sealed = self.instruction(confidentiality="sealed")
        for records, report, level in (
            (normal, SLIP, None),
            (private, SLIP, "PRIVATE"),
            (sealed, SLIP, "SEALED"),
            (normal | private | sealed, LIST, "SEALED"),
            (normal | private, LIST, "PRIVATE"),
            (normal, LIST, None),
        ):
            with self.subTest(report=report, level=level):
                page = text(self.pages(report, records)[0])
                found = [word for word in ("PRIVATE", "SEALED") if word in page]
                self.assertEqual(found, [level] if level else [])

    def test_only_the_confidential_slip_among_several_is_stamped(self):
        instructions = self.instruction() | self.instruction(confidentiality="private")
        pages = [text(page) for page in self.pages(SLIP, instructions)]
        self.assertEqual(["PRIVATE" in page for page in pages], [False, True])

    def test_printing_leaves_a_line_in_the_access_log(self):
        private = self.instruction(confidentiality="private")
        self.pdf(SLIP, private)
        log = self.env["ozel_kalem.access.log"].search([("res_id", "=", private.id)])
        self.assertEqual(log.user_id, self.director)

    def test_turkish_level_has_turkish_capitals(self):
        if "tr_TR" not in dict(self.env["res.lang"].get_installed()):
            self.skipTest("Turkish isn't installed")
        private = self.instruction(confidentiality="private")
        page = text(self.pages(SLIP, private, lang="tr_TR")[0])
        self.assertTrue(page.endswith("ÖZEL"), page)

    # -------------------------------------------------------------- contents

    def test_slip_shows_referrals_and_answers(self):
        instruction = self.instruction(given_place="Meydan", priority="2")
        instruction.action_refer([self.unit.id, self.other_unit.id], "Gereği")
        referral = instruction.referral_ids.filtered(
            lambda referral: referral.department_id == self.unit
        )
        referral.with_user(self.liaison).action_answer("Yedi mazgal temizlendi")
        page = text(self.pages(SLIP, instruction)[0])
        for part in (
            "INSTRUCTION SLIP",
            "Meydan",
            "Urgent",
            "Fen İşleri Müdürlüğü",
            "Park ve Bahçeler",
            "Yedi mazgal temizlendi",
            "Received by the unit",
        ):
            self.assertIn(part, page)

    def test_referral_slip_of_the_liaison(self):
        instruction = self.instruction(f"Yol {TURKISH}")
        instruction.action_refer([self.unit.id], "Yol onarılsın")
        referral = instruction.referral_ids
        page = text(self.pages(REFERRAL, referral, self.liaison)[0])
        for part in (referral.name, "REFERRAL SLIP", "Yol onarılsın", "Answer of the"):
            self.assertIn(part, page)
        for report, record, user in (
            (SLIP, instruction, self.liaison),
            (SLIP, instruction, self.registrar),
            (REFERRAL, referral, self.registrar),
        ):
            self.flush()
            with self.subTest(report, user=user.name), self.assertRaises(AccessError):
                self.pdf(report, record, user)

    def test_sheet_prints_what_its_scope_says(self):
        today = local_today()
        late = self.instruction("Geciken iş", deadline=today - timedelta(days=2))
        self.instruction("Süren iş")
        sheet = (
            self.env["ozel_kalem.instruction.sheet"]
            .with_user(self.director)
            .create({"scope": "overdue", "principal_id": self.principal.id})
        )
        page = text(self.pages(SHEET, sheet)[0])
        self.assertIn("Geciken iş", page)
        self.assertIn("▲ 2", page)
        self.assertNotIn("Süren iş", page)
        self.assertIn(late.name, page)

    def test_an_empty_sheet_is_printed(self):
        sheet = (
            self.env["ozel_kalem.instruction.sheet"]
            .with_user(self.director)
            .create({"principal_id": self.principal.id})
        )
        page = text(self.pages(SHEET, sheet)[0])
        self.assertIn("There is no such instruction.", page)

    def test_service_standards(self):
        standard = self.env["ozel_kalem.service.standard"].create(
            {
                "name": f"Hizmet {TURKISH}",
                "duration": 3,
                "duration_unit": "working_day",
                "document_text": "Dilekçe\nKimlik\nNot: Elden verilir.",
            }
        )
        page = text(self.pages(STANDARDS, standard)[0])
        for part in (
            f"Hizmet {TURKISH}",
            "1- Dilekçe",
            "2- Kimlik",
            " Not: Elden",
            "3 working days",
            "First place of application",
        ):
            self.assertIn(part, page)

    def test_a_standard_is_printed_as_the_office_says_it(self):
        Standard = self.env["ozel_kalem.service.standard"]
        standards = Standard.search([("in_public_table", "=", True)], order="sequence")
        page = text(self.pages(STANDARDS, standards)[0])
        for part in (
            "alındı verilmesi 1- Dilekçe (ad, soyad, imza ve adres) 30 dakika",
            "(3071) 1- Dilekçe (ad, soyad, imza ve adres) 30 days",
            "1- CİMER kaydı türüne göre 30 gün / 15 iş günü",
            "kaydı ve havalesi 1- Evrak aynı gün",
        ):
            self.assertIn(part, page)

    def test_a_page_is_light(self):
        instructions = self.env["ozel_kalem.instruction"]
        for number in range(100):
            instructions |= self.instruction(f"Talimat {number} {TURKISH}")
        self.assertLess(len(self.pdf(SLIP, instructions[0])), 80_000)
        content = self.pdf(LIST, instructions)
        self.assertLess(len(content), 250_000)

    # -------------------------------------------------------------- failures

    def test_missing_program_is_told(self):
        instruction = self.instruction()
        _wkhtml.cache_clear()
        self.addCleanup(_wkhtml.cache_clear)
        with (
            tempfile.TemporaryDirectory() as empty,
            patch.dict(os.environ, PATH=empty),
            self.assertRaisesRegex(UserError, "apt install wkhtmltopdf"),
        ):
            self.pdf(SLIP, instruction)

    def test_broken_program_is_told(self):
        instruction = self.instruction()
        with tempfile.TemporaryDirectory() as folder:
            program = os.path.join(folder, "wkhtmltopdf")
            with open(program, "w") as script:
                script.write('#!/bin/sh\necho "wkhtmltopdf 0.12.6"\nexit 9\n')
            os.chmod(program, 0o700)
            _wkhtml.cache_clear()
            self.addCleanup(_wkhtml.cache_clear)
            with (
                patch.dict(os.environ, PATH=f"{folder}:{os.environ['PATH']}"),
                self.assertRaisesRegex(UserError, "exit code 9"),
                self.assertLogs(level="WARNING") as _log,
            ):
                self.pdf(SLIP, instruction)


@tagged("post_install", "-at_install", "ozel_kalem", "ok_report")
class TestPaperHtml(PaperCase):
    """What can be seen without wkhtmltopdf."""

    def test_nothing_is_fetched(self):
        page = self.html(SLIP, self.instruction())
        self.assertFalse(page.xpath("//link | //script[@src] | //iframe"))
        for image in page.xpath("//img/@src"):
            self.assertTrue(image.startswith("data:"))

    def test_logo_only_if_the_company_has_its_own(self):
        instruction = self.instruction()
        self.company.logo = self.company._get_logo()
        self.assertFalse(self.html(SLIP, instruction).xpath("//img"))
        pixel = (
            b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk"
            b"+A8AAQUBAScY42YAAAAASUVORK5CYII="
        )
        self.company.logo = pixel
        self.assertEqual(len(self.html(SLIP, instruction).xpath("//img")), 1)

    def test_letterhead_is_turkish_for_every_reader(self):
        page = self.html(SLIP, self.instruction())
        lines = page.xpath("//div[@class='letterhead']/div/text()")
        self.assertEqual(
            lines, ["T.C.", "ÇINARLIDERE BELEDİYESİ", "Özel Kalem Müdürlüğü"]
        )

    def test_totals_agree(self):
        today = local_today()
        late = self.instruction(deadline=today - timedelta(days=2))
        done = self.instruction(deadline=today - timedelta(days=1))
        done.action_conclude("Yapıldı")
        cancelled = self.instruction()
        cancelled.action_cancel("Vazgeçildi")
        table = self.env["ozel_kalem.report.instruction_table"]
        values = table._table_values(late | done | cancelled | self.instruction())
        self.assertEqual(
            values["totals"],
            {"given": 4, "done": 1, "ongoing": 2, "overdue": 1, "cancelled": 1},
        )
        rows = values["rows"]
        self.assertEqual([row["days_late"] for row in rows], [2, 1, 0, 0])
        self.assertEqual(
            [row["result"] for row in rows], [False, "Yapıldı", "Vazgeçildi", False]
        )

    def test_a_company_without_office_prints(self):
        company = self.env["res.company"].create({"name": "İkinci Belediye"})
        self.env["ozel_kalem.office"].search([("company_id", "=", company.id)]).unlink()
        self.env.registry.clear_cache()
        record = self.citizen.copy({"company_id": company.id})
        office = self.env["ir.actions.report"]._paper_office(record)
        self.assertEqual(office.company_id, company)
        self.assertFalse(office.phone)
        self.assertEqual(self.env["ir.actions.report"]._paper_director(office), "")

    def test_printing_asks_for_no_company_layout(self):
        self.company.external_report_layout_id = False
        admin = self.env.ref("base.user_admin")
        report = self.env.ref(SLIP).with_user(admin)
        action = report.report_action(self.instruction())
        self.assertEqual(action["type"], "ir.actions.report")

    def test_other_reports_are_left_alone(self):
        report = self.env["ir.actions.report"].search(
            [("ozel_kalem_paper", "=", False), ("report_type", "=", "qweb-pdf")],
            limit=1,
        )
        context = report._get_rendering_context(report, [], {})
        self.assertNotIn("wk_patched", context)

    def test_every_report_of_ours_is_on_our_paper(self):
        known = self.env["ir.model.data"].search(
            [("module", "=", "ozel_kalem"), ("model", "=", "ir.actions.report")]
        )
        for report in self.env["ir.actions.report"].browse(known.mapped("res_id")):
            with self.subTest(report=report.report_name):
                self.assertTrue(report.ozel_kalem_paper)
                self.assertTrue(report.paperformat_id)
                self.assertIn(report.model, self.env)
