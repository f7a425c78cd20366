"""The unit's yearly activity report: outline, texts, frozen figures, paper."""

import re
import shutil
import subprocess
from datetime import timedelta
from unittest import SkipTest

from freezegun import freeze_time
from lxml import etree
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...tools.figures import text as figure
from ...tools.local_time import local_today
from ...tools.turkish import person_name, short_date
from ..report.test_paper import MM, TURKISH, PaperCase, text

REPORT = "ozel_kalem.report_activity_report"
YEAR = local_today().year - 1
TABLES = [
    "R01",
    "R12",
    "R02",
    "R03",
    "R04",
    "R05",
    "R06",
    "R07",
    "R08",
    "R08-M",
    "R08-K",
    "R09",
    "R11",
    "R30",
    "R30-M",
]


class ActivityCase(PaperCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.lang = "tr_TR"
        cls.reports = cls.env["ozel_kalem.activity.report"].with_user(cls.director)
        cls.report = cls.reports.create({"year": YEAR})

    @classmethod
    def call(cls, day="03-05", year=YEAR, **values):
        return cls.env["ozel_kalem.call"].create(
            {
                "direction": "in",
                "caller_name": "Hasan Ok",
                "principal_id": cls.principal.id,
                "called_on": f"{year}-{day} 09:00:00",
                **values,
            }
        )

    def section(self, key, report=None):
        sections = (report or self.report).section_ids
        return sections.filtered(lambda section: section.key == key)

    def approve(self):
        self.report.action_submit()
        self.report.with_user(self.principal_user).action_approve()
        self.flush()

    def incoming(self):
        """The year's calls as the report shows them."""
        return self.section("calls")._shown_table()["total"]["values"]["incoming"]


@tagged("post_install", "-at_install", "ozel_kalem", "ok_insight")
class TestActivityReport(ActivityCase):
    # ---------------------------------------------------------------- outline

    def test_a_new_report_has_the_outline_of_the_regulation(self):
        chapters = self.report.section_ids.filtered(lambda s: s.level == "chapter")
        self.assertEqual(
            chapters.mapped("heading"),
            [
                "Genel bilgiler",
                "Amaç ve hedefler",
                "Faaliyetlere ilişkin bilgi ve değerlendirmeler",
                "Kurumsal kabiliyet ve kapasitenin değerlendirilmesi",
                "Öneri ve tedbirler",
            ],
        )
        tables = self.report.section_ids.table_id
        self.assertEqual(self.report.section_ids.mapped("table_id.code"), TABLES)
        self.assertTrue(tables)
        self.assertIn("5018", self.section("foreword").text)
        self.assertTrue(self.section("declaration").is_declaration)

    def test_the_year_that_ended_is_proposed_once(self):
        self.assertEqual(self.reports.create({}).year, YEAR + 1)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.reports.create({"year": YEAR})

    def test_headings_are_numbered_and_empty_ones_left_out(self):
        staff, other = self.section("staff"), self.section("general_other")
        self.assertFalse(staff.number)
        self.assertIn("İnsan kaynakları", self.report.empty_headings)
        numbers = {
            key: self.section(key).number
            for key in ("foreword", "general", "mission", "services", "summary")
        }
        self.assertEqual(
            numbers,
            {
                "foreword": "",
                "general": "I.",
                "mission": "A.",
                "services": "1.",
                "summary": "1.",
            },
        )
        staff.text = "<p>On iki kişi.</p>"
        self.report.invalidate_recordset()
        self.assertEqual((staff.number, self.section("services").number), ("1.", "2."))
        self.assertNotIn("İnsan kaynakları", self.report.empty_headings)
        self.assertFalse(other.number)

    # ------------------------------------------------------------------ texts

    def test_texts_stay_from_draft_to_draft(self):
        self.section("staff").text = "<p>On iki kişi.</p>"
        self.approve()
        self.report.action_reopen("Bir sayı eksik")
        self.assertEqual(self.section("staff").text, "<p>On iki kişi.</p>")
        self.assertIn("Bir sayı eksik", self.report.message_ids[:1].body)

    def test_last_year_s_texts_are_taken_and_new_ones_kept(self):
        self.section("staff").text = "<p>On iki kişi.</p>"
        self.section("weaknesses").text = "<p>Oda yetmiyor.</p>"
        self.section("mission").text = "<p>Bizim görevimiz.</p>"
        self.report.section_ids = [
            Command.create(
                {
                    "heading": "Halk günü",
                    "level": "part",
                    "sequence": 205,
                    "text": "<p>Her perşembe.</p>",
                }
            )
        ]
        this_year = self.reports.create({"year": YEAR + 1})
        self.section("weaknesses", this_year).text = "<p>Artık yetiyor.</p>"
        this_year.action_take_last_year()

        def written(key):
            return self.section(key, this_year).text

        self.assertEqual(written("staff"), "<p>On iki kişi.</p>")
        self.assertEqual(written("mission"), "<p>Bizim görevimiz.</p>")
        self.assertEqual(written("weaknesses"), "<p>Artık yetiyor.</p>")
        added = this_year.section_ids.filtered(lambda s: s.heading == "Halk günü")
        self.assertEqual(added.text, "<p>Her perşembe.</p>")
        this_year.action_take_last_year()
        self.assertEqual(len(this_year.section_ids), len(self.report.section_ids))

    def test_there_is_nothing_to_take_before_the_first_report(self):
        with self.assertRaisesRegex(UserError, "earlier year"):
            self.report.action_take_last_year()

    # ---------------------------------------------------------------- figures

    def test_figures_are_live_in_a_draft_and_frozen_by_the_approval(self):
        before = self.incoming()
        self.call()
        self.assertEqual(self.incoming(), before + 1)
        self.approve()
        self.call()
        self.assertEqual(self.incoming(), before + 1)
        self.assertIn("Telefon trafiği", self.report.changes)
        self.report.action_reopen("Yeniden sayılsın")
        self.assertEqual(self.incoming(), before + 2)

    def test_nobody_signs_by_hand(self):
        for user in (self.director, self.principal_user):
            with self.assertRaisesRegex(UserError, "Approved by"):
                self.report.with_user(user).approved_by_id = user
        with self.assertRaisesRegex(UserError, "Approved by"):
            self.report.with_user(self.director).create(
                {"year": YEAR - 3, "approved_by_id": self.principal_user.id}
            )
        born = self.report.with_user(self.director).with_context(
            default_approved_by_id=self.principal_user.id
        )
        self.assertFalse(born.create({"year": YEAR - 3}).approved_by_id)

    def test_nothing_differs_right_after_the_approval(self):
        self.call()
        self.approve()
        self.assertFalse(self.report._changed_sections())
        self.call()
        [(section, [*differences])] = [
            found
            for found in self.report._changed_sections()
            if found[0].key == "calls"
        ]
        self.assertEqual(section.heading, "Telefon trafiği")
        march = [one for one in differences if one.row.startswith("Mart")]
        self.assertEqual([(one.before, one.now) for one in march], [("1", "2")])

    def test_there_is_no_difference_to_show_before_an_approval(self):
        with self.assertRaisesRegex(UserError, "live"):
            self.report.action_show_changes()

    def test_figures_are_those_of_the_table(self):
        self.call()
        self.call(year=YEAR - 1)
        table = self.env["ozel_kalem.statistics.table"].with_user(self.director)
        given = table.get_table("R05", f"{YEAR}-01-01", f"{YEAR}-12-31", "last_year")
        shown = self.section("calls")._shown_table()
        self.assertEqual(shown["total"]["values"], given["total"]["values"])
        self.assertEqual(shown["total"]["previous"]["incoming"], 1)

    # ----------------------------------------------------------------- rights

    def test_the_office_reads_what_is_approved_and_writes_nothing(self):
        readers = (self.secretary, self.public_relations, self.protocol, self.registrar)
        section = self.section("staff")
        for user in readers:
            self.assertHidden(self.report, user)
            self.assertHidden(section, user)
        self.approve()
        for user in readers:
            self.assertVisible(self.report, user)
            self.assertVisible(section, user)
            # R11 isn't theirs; in the approved report it is
            found = self.section("instructions").with_user(user)._shown_table()
            self.assertEqual(found["code"], "R11")
            with self.assertRaises(AccessError):
                # live figures, R11 among them
                self.report.with_user(user).read(["changes"])
            with self.assertRaises(AccessError):
                section.with_user(user).text = "<p>x</p>"
            with self.assertRaises(AccessError):
                self.report.with_user(user).action_reopen("Neden olmasın")
            with self.assertRaises(AccessError):
                self.report.with_user(user).approved_on = False
        for user in (self.liaison, self.manager, self.employee):
            self.assertHidden(self.report, user)

    def test_who_only_reads_is_not_told_to_write(self):
        for user, offered in (
            (self.director, {"Write", "See"}),
            (self.deputy, {"See"}),
            (self.secretary, {"See"}),
        ):
            view = self.report.with_user(user).get_view(view_type="form")
            buttons = etree.fromstring(view["arch"]).iterfind(
                ".//button[@name='action_open']"
            )
            self.assertEqual({b.get("string") for b in buttons}, offered, user.login)

    def test_the_director_submits_and_the_principal_approves(self):
        mayor = self.report.with_user(self.principal_user)
        with self.assertRaises(AccessError):
            mayor.action_submit()
        with self.assertRaisesRegex(UserError, "Open steps"):
            mayor.action_approve()
        self.report.action_submit()
        waiting = self.report.activity_ids
        self.assertEqual(waiting.user_id, self.principal_user)
        with self.assertRaises(AccessError):
            self.section("staff").with_user(self.principal_user).text = "<p>x</p>"
        mayor.action_approve()
        self.assertEqual(mayor.approved_by_id, self.principal_user)
        self.assertEqual(mayor.submitted_by_id, self.director)
        self.assertFalse(mayor.activity_ids)

    def delegate(self):
        """The deputy acts today, who is in no group of ours."""
        self.env["ozel_kalem.delegation"].create(
            {
                "principal_id": self.principal.id,
                "employee_id": self.deputy_employee.id,
                "date_start": local_today(),
                "date_end": local_today(),
            }
        ).action_activate()

    def test_the_deputy_approves_in_the_principal_s_name_on_his_days(self):
        mine = self.report.with_user(self.deputy)
        self.assertHidden(self.report, self.deputy)
        self.delegate()
        self.report.action_submit()
        self.assertEqual(self.report.activity_ids.user_id, self.deputy)
        self.assertTrue(mine.may_approve)
        self.call()
        with self.assertRaises(AccessError):
            mine.section_ids[:1].text = "<p>x</p>"
        mine.action_approve()
        self.flush()
        self.assertEqual(self.incoming(), 1)
        self.assertEqual(mine.approved_by_id, self.deputy)
        self.assertIn(self.deputy.name, mine.acting_note)
        self.assertIn(self.principal.partner_id.name, mine.acting_note)
        self.assertFalse(self.report.activity_ids)
        mine.action_reopen("Bir sayı eksik")
        self.assertFalse(self.report.acting_note)
        self.report.action_submit()
        self.env["ozel_kalem.delegation"].search([]).action_end()
        with freeze_time(local_today() + timedelta(days=1)):
            self.env.invalidate_all()
            self.assertHidden(self.report, self.deputy)
            with self.assertRaises(AccessError):
                mine.action_approve()

    def test_who_acts_for_another_principal_approves_nothing(self):
        other = self.principal.copy({"name": "Başkan Yardımcısı"})
        self.report.principal_id = other
        self.delegate()
        self.report.action_submit()
        self.assertHidden(self.report, self.deputy)

    def test_the_principal_sends_a_report_back(self):
        self.report.action_submit()
        mayor = self.report.with_user(self.principal_user)
        with self.assertRaisesRegex(UserError, "Reason"):
            mayor.action_reopen("  ")
        mayor.action_reopen("Önsöz kısa")
        self.assertEqual(self.report.state, "draft")
        self.assertFalse(self.report.activity_ids)

    def test_only_a_draft_is_changed(self):
        staff = self.section("staff")
        self.report.action_submit()
        for change in (
            lambda: staff.write({"text": "<p>x</p>"}),
            lambda: staff.write({"frozen": {}}),
            staff.unlink,
            lambda: staff.copy(),
            lambda: self.report.write({"year": YEAR - 5}),
            lambda: self.report.write({"section_ids": [Command.clear()]}),
        ):
            with self.assertRaisesRegex(UserError, "Only a draft"):
                change()

    def test_an_approved_report_is_never_deleted(self):
        self.reports.create({"year": YEAR - 3}).unlink()
        self.approve()
        self.report.action_reopen("Yanlışlık")
        with self.assertRaisesRegex(UserError, "can't be deleted"):
            self.report.unlink()

    def test_another_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Başka Belediye"})
        foreigner = self.new_user(
            "foreign",
            "ozel_kalem.group_director",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.call()
        self.approve()
        self.assertHidden(self.report, foreigner)
        self.assertHidden(self.section("staff"), foreigner)
        theirs = self.reports.with_user(foreigner).create({"year": YEAR})
        total = self.section("calls", theirs)._shown_table()["total"]["values"]
        self.assertEqual(total["incoming"], 0)

    def test_years_out_of_reach_are_refused(self):
        for year in (0, -1, 1999, 2101):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.reports.create({"year": year})


@tagged("post_install", "-at_install", "ozel_kalem", "ok_insight", "ok_report")
class TestActivityPaper(ActivityCase):
    @classmethod
    def setUpClass(cls):
        if not shutil.which("wkhtmltopdf"):
            raise SkipTest("wkhtmltopdf isn't installed")
        super().setUpClass()

    def printed(self, user=None):
        """The text of each page."""
        return [text(page) for page in self.pages(REPORT, self.report, user)]

    def test_the_deputy_s_name_stands_where_the_principal_signs(self):
        self.principal.acting_title = "Başkan V."
        self.env["ozel_kalem.delegation"].create(
            {
                "principal_id": self.principal.id,
                "employee_id": self.deputy_employee.id,
                "date_start": local_today(),
                "date_end": local_today(),
            }
        ).action_activate()
        self.report.action_submit()
        self.report.with_user(self.deputy).action_approve()
        self.flush()
        [signed] = [page for page in self.printed() if "Onaylayan" in page]
        approved = signed[signed.index("Onaylayan") :]
        self.assertIn("Başkan V.", approved)
        self.assertIn(short_date(local_today()), approved)
        self.assertIn(person_name(self.deputy.name), approved)

    def test_the_draft_and_the_approved_report(self):
        for _number in range(3):
            self.call()
        self.section("staff").text = f"<p>{TURKISH} on iki kişi.</p>"
        draft = self.printed()
        self.assertIn("TASLAK", draft[0])
        self.assertIn(f"2/{len(draft)}", draft[1])
        self.assertNotIn(f"1/{len(draft)}", draft[0])
        for part in ("T.C.", "ÇINARLIDERE BELEDİYESİ", "Özel Kalem", str(YEAR)):
            self.assertIn(part, draft[0])
        self.approve()
        self.call()
        pages = self.printed(self.secretary)
        whole = " ".join(pages)
        self.assertNotIn("TASLAK", whole)
        self.assertIn(TURKISH, whole)
        self.assertIn("İÇ KONTROL GÜVENCE BEYANI", whole)
        self.assertIn("Test Principal USER", pages[-1])

    def test_totals_are_those_of_the_tables(self):
        for _number in range(3):
            self.call()
        self.call(year=YEAR - 1)
        whole = " ".join(self.printed())
        for section in self.report.section_ids.filtered("table_id"):
            table = section._shown_table()
            if not table["total"]:
                continue
            cells = [
                figure(
                    table["total"]["values"].get(column["key"]),
                    column["kind"],
                    column["rounding"] or None,
                )
                for column in table["columns"]
            ]
            with self.subTest(section.table_id.code):
                self.assertIn(" ".join(["Toplam", *cells]), whole)
        self.assertRegex(whole, rf"{YEAR - 1} 1 0 0 0 \d+ Değişim \(%\) %200,0")

    def test_contents_name_the_right_pages(self):
        self.section("building").text = "<p>Uzun bir metin. </p>" * 120
        pages = self.printed()
        lines = re.findall(
            r"((?:[IVX]+|[A-Z]|\d+)\. [^\d]+?|SUNUŞ|Ek \d: [^\d]+?) (\d+)(?= |$)",
            pages[1].split(" ", 1)[1],
        )
        self.assertGreater(len(lines), 20)
        for title, page in lines:
            with self.subTest(title):
                self.assertIn(title, pages[int(page) - 1])
        long = next(
            int(page) for title, page in lines if title.endswith("Sunulan hizmetler")
        )
        self.assertGreater(long, 5)

    def test_rows_and_headings_stay_whole(self):
        """No heading ends a page, no row of figures is without its label."""
        units = self.env["hr.department"].create(
            [{"name": f"Birim {number:03}"} for number in range(90)]
        )
        for unit in units:
            self.make(
                "ozel_kalem.request",
                lead_department_id=unit.id,
                received_on=f"{YEAR}-05-04 09:00:00",
            )
        pages = self.printed()
        headings = self.report._printed_sections().mapped("heading")
        for page in pages[2:]:
            body = re.sub(r" ?Çınarlıdere Belediyesi Özel Kalem.*$", "", page)
            self.assertFalse([h for h in headings if body.endswith(h)], body[-80:])
        carried = [page for page in pages if "Birim 0" in page]
        self.assertGreater(len(carried), 1)
        for page in carried:
            self.assertIn("Birim Gelen", page)
        rows = re.findall(r"Birim (\d{3}) 1 ", " ".join(pages))
        self.assertEqual(rows, [f"{number:03}" for number in range(90)])

    def test_the_page_is_bound_at_the_left(self):
        """A centimetre more than the 1.5 cm of the other papers, for the binding."""
        program = shutil.which("pdftotext")
        if not program:
            self.skipTest("pdftotext isn't installed (poppler-utils)")
        done = subprocess.run(
            [program, "-bbox", "-f", "3", "-", "-"],
            input=self.pdf(REPORT, self.report),
            capture_output=True,
            check=True,
        )
        words = re.findall(r'xMin="([\d.]+)".*xMax="([\d.]+)"', done.stdout.decode())
        self.assertGreater(len(words), 100)
        self.assertAlmostEqual(min(float(x) for x, _ in words) / MM, 25, delta=0.5)
        self.assertLess(max(float(x) for _, x in words) / MM, 195.5)

    def test_the_date_of_a_signature_is_the_principal_s_own(self):
        day = short_date(local_today())
        self.report.action_submit()
        self.report.action_approve()
        self.assertNotIn(day, self.printed()[-1].split("Onaylayan")[1])
        self.report.action_reopen("Makam onaylasın")
        self.approve()
        self.assertIn(day, self.printed()[-1].split("Onaylayan")[1])

    def test_preview(self):
        action = self.report.action_preview()
        self.assertEqual(action["report_type"], "qweb-html")
        page = self.html(REPORT, self.report)
        self.assertIn("BİRİM FAALİYET RAPORU", page.text_content())
