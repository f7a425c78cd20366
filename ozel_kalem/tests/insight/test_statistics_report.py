from datetime import date, datetime
from io import BytesIO
from unittest.mock import patch

from lxml import html
from openpyxl import load_workbook
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from ...models.insight import statistics_report_queue
from ...models.insight.statistics_report_queue import LOCK
from ...tools.local_time import local_today
from ...tools.periods import Period
from ..citizens.common import CitizensCase

FORMULA = '=HYPERLINK("http://evil.example.com","x")'
MAY = {"date_from": "2024-05-01", "date_to": "2024-05-31"}


class ReportCase(CitizensCase):
    """Requests of May 2024, one of them private."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        received = "2024-05-31 20:30:00"
        cls.formula = cls.new_request(subject=FORMULA, received_on=received)
        cls.private = cls.new_request(
            subject="Özel konu",
            received_on="2024-05-02 08:00:00",
            user_id=cls.director.id,
        ).sudo()
        cls.private.write(
            {"confidentiality": "private", "authorised_user_ids": [Command.clear()]}
        )
        # already June in Istanbul
        cls.june = cls.new_request(received_on="2024-05-31 21:30:00")
        cls.Report = cls.env["ozel_kalem.statistics.report"]

    def setUp(self):
        super().setUp()
        cron = type(self.env["ir.cron"])
        self.patch(cron, "_commit_progress", lambda *a, **k: self.commit())

    def commit(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return float("inf")

    def tables(self, *codes):
        return self.env["ozel_kalem.statistics.table"].search([("code", "in", codes)])

    def report(self, user=None, codes=("R08",), **values):
        """A report that ``user`` makes; the director's without one."""
        values = {**MAY, **values}
        if codes:
            values["table_ids"] = [Command.set(self.tables(*codes).ids)]
        user = user or self.director
        return self.Report.with_user(user).with_context(lang="en_US").create(values)

    def book(self, report):
        """The workbook, read back."""
        stream = BytesIO()
        report._write_xlsx(stream)
        return load_workbook(stream)

    def sheet(self, book, code):
        return next(sheet for sheet in book if sheet.title.startswith(f"{code} "))


@tagged("post_install", "-at_install", "ozel_kalem", "ok_insight")
class TestStatisticsReport(ReportCase):
    """Which tables, of which days, in whose rights."""

    def test_a_preset_gives_the_dates(self):
        with patch(
            "odoo.addons.ozel_kalem.models.insight.statistics_report.local_today",
            lambda: date(2026, 2, 10),
        ):
            form = Form(self.Report.with_user(self.director))
            self.assertEqual(str(form.date_from), "2026-01-01")
            form.preset = "last_quarter"
            self.assertEqual(
                (str(form.date_from), str(form.date_to)), ("2025-10-01", "2025-12-31")
            )
            form.date_to = "2026-01-15"
            self.assertEqual(form.preset, "range")
            form.date_from = "2025-12-15"
            report = form.save()
        self.assertEqual(str(report.date_from), "2025-12-15")
        self.assertEqual(str(report.date_to), "2026-01-15")

    def test_dates_that_are_none_are_refused(self):
        for dates in (
            {"date_from": "2024-06-01", "date_to": "2024-05-01"},
            {"date_from": False, "date_to": "2024-05-01"},
        ):
            with self.subTest(dates), self.assertRaises(ValidationError):
                self.report(**dates)

    def test_everybody_has_his_own_tables(self):
        codes = self.report(self.secretary, codes=()).table_ids.mapped("code")
        self.assertIn("R02", codes)
        self.assertNotIn("R08", codes)
        with self.assertRaises(UserError):
            self.report(self.secretary, codes=("R08",))
        report = self.report(self.secretary, codes=("R02",))
        with self.assertRaises(UserError):
            report.table_ids = [Command.link(self.tables("R08").id)]

    def test_a_report_is_its_author_s(self):
        report = self.report(self.public_relations)
        for other in (self.secretary, self.director, self.principal_user):
            with self.subTest(other.name):
                self.assertHidden(report, other)
                with self.assertRaises(AccessError):
                    report.with_user(other).action_generate()

    def test_another_company_s_figures_are_closed(self):
        other = self.env["res.company"].create({"name": "Komşu Belediye"})
        with self.assertRaises(UserError):
            self.report(company_id=other.id)

    def test_no_tables_no_report(self):
        report = self.report()
        report.table_ids = [Command.clear()]
        for act in (report.action_preview, report.action_xlsx, report.action_generate):
            with self.assertRaises(UserError):
                act()

    # ----------------------------------------------------------------- preview

    def shown(self, report):
        """The preview's tables: ``{row label: [cells]}`` of each."""
        report.action_preview()
        root = html.fromstring(f"<div>{report.preview}</div>")
        return root, [
            {
                "".join(row[0].itertext()).strip(): [
                    " ".join("".join(cell.itertext()).split()) for cell in row[1:]
                ]
                for row in table.iter("tr")
            }
            for table in root.iter("table")
        ]

    def test_nothing_is_shown_before_it_is_asked_for(self):
        self.assertFalse(self.report().preview)

    def test_the_preview_shows_the_table(self):
        report = self.report()
        table = report._counted("R08")
        [rows] = self.shown(report)[1]
        letter = next(row for row in table["rows"] if row["key"] == "letter")
        self.assertEqual(letter["values"]["received"], 2, "the private one counts")
        self.assertEqual(rows[letter["label"]][:2], ["2", "100.0%"])
        self.assertEqual(rows[table["total"]["label"]][:2], ["2", "100.0%"])
        report.date_to = "2024-06-01"
        [rows] = self.shown(report)[1]
        self.assertEqual(rows[letter["label"]][0], "3", "it follows the form")

    def test_the_preview_tells_what_is_missing(self):
        with_nothing = {"date_from": "2020-01-01", "date_to": "2020-01-31"}
        report = self.report(codes=("R07", "R09"), compare="last_year", **with_nothing)
        root, [_units, grounds] = self.shown(report)
        self.assertIn("No records in this period.", root.text_content())
        self.assertIn("–", " ".join(sum(grounds.values(), [])))

    def test_the_preview_compares_in_brackets(self):
        june = {"date_from": "2024-06-01", "date_to": "2024-06-30"}
        report = self.report(compare="previous", **june)
        [rows] = self.shown(report)[1]
        self.assertEqual(rows["Total"][0], "1 (2)")

    def test_what_was_changed_after_the_closing_is_a_line_of_its_own(self):
        closing = self.env["ozel_kalem.statistics.closing"].with_user(self.director)
        closing.create({"month": "2024-05-01"})
        self.new_request(received_on="2024-05-03 08:00:00")
        root, [rows] = self.shown(self.report())
        self.assertEqual(rows["Correction"][0], "1")
        self.assertIn("Closed months", root.text_content())

    def test_small_cells_stay_hidden(self):
        self.env["ozel_kalem.aid"].create({"request_id": self.june.id, "kind": "food"})
        today = str(local_today())
        report = self.report(
            codes=("R10",), with_data=True, date_from=today, date_to=today
        )
        _root, [rows] = self.shown(report)
        self.assertIn("<3", sum(rows.values(), []))
        book = self.book(report)
        cells = [cell.value for row in self.sheet(book, "R10").rows for cell in row]
        self.assertIn("<3", cells)
        self.assertEqual(len(book.worksheets), 2, "no rows that would tell them")
        cover = " ".join(str(c.value) for row in book.worksheets[0].rows for c in row)
        self.assertIn("hides small cells", cover)

    def test_names_are_text_on_screen(self):
        self.unit.name = "<script>alert(1)</script> & <b>Fen</b>"
        self.formula.sudo().lead_department_id = self.unit
        report = self.report(codes=("R07",))
        root, [rows] = self.shown(report)
        self.assertIn(self.unit.name, rows)
        self.assertFalse(root.xpath("//script") + root.xpath("//b"))

    def test_a_role_lost_is_told_in_the_preview(self):
        report = self.report(self.public_relations)
        report.action_preview()
        self.public_relations.sudo().group_ids = [
            Command.set(self.env.ref("ozel_kalem.group_secretary").ids)
        ]
        self.env.invalidate_all()
        self.assertIn("R08", report.preview)
        self.assertIn("alert", report.preview)
        self.assertNotIn("<table", report.preview)

    # ---------------------------------------------------------------- workbook

    def test_each_cell_is_the_table_s(self):
        report = self.report(codes=("R06", "R08"))
        book = self.book(report)
        for code in ("R06", "R08"):
            table = report._counted(code)
            cells = list(self.sheet(book, code).iter_rows(values_only=True))
            labels = {row[0]: row for row in cells if row[0]}
            first = table["columns"][0]["key"]
            for row in table["rows"]:
                self.assertEqual(labels[row["label"]][1], row["values"][first])

    def test_the_data_sheet_has_what_the_reader_may_read(self):
        sheet = self.data_sheet(self.public_relations)
        self.assertIn(self.formula.name, sheet)
        self.assertNotIn(self.private.name, sheet)
        self.assertNotIn(self.june.name, sheet, "it came in June")
        sheet = self.data_sheet(self.director)
        self.assertIn(self.private.name, sheet)
        logged = [
            ("user_id", "=", self.director.id),
            ("res_id", "=", self.private.id),
            ("res_model", "=", "ozel_kalem.request"),
            ("kind", "=", "list"),
        ]
        self.assertTrue(self.env["ozel_kalem.access.log"].search(logged))
        text = [cell.value for row in sheet.values() for cell in row]
        self.assertNotIn("Özel konu", text)
        self.assertNotIn(self.citizen.name, text)

    def data_sheet(self, user, **values):
        book = self.book(self.report(user, with_data=True, **values))
        return {row[0].value: row for row in book.worksheets[-1].rows if row[0].value}

    def test_text_stays_text_and_dates_are_dates(self):
        self.june.sudo().write(
            {"received_on": "2024-05-20 08:00:00", "subject": "ü" * 40_000}
        )
        rows = self.data_sheet(self.public_relations)
        row = rows[self.formula.name]
        formula = next(cell for cell in row if cell.value == FORMULA)
        self.assertEqual(formula.data_type, "s")
        self.assertEqual(row[1].value, datetime(2024, 5, 31, 23, 30))
        long = max((str(cell.value) for cell in rows[self.june.name]), key=len)
        self.assertGreater(len(long), 10_000)
        self.assertLessEqual(len(long), 32_767)

    def test_who_may_read_none_of_the_records_gets_the_figures_alone(self):
        self.env.ref("ozel_kalem.statistics_table_R08").group_ids = [
            Command.link(self.env.ref("ozel_kalem.group_protocol").id)
        ]
        report = self.report(self.protocol, with_data=True)
        [letter] = [
            row for row in report._counted("R08")["rows"] if row["key"] == "letter"
        ]
        self.assertEqual(letter["values"]["received"], 2)
        sheet = self.data_sheet(self.protocol)
        self.assertNotIn(self.formula.name, sheet)
        self.assertNotIn(self.private.name, sheet)

    def test_a_deleted_unit_and_a_long_name_are_written(self):
        unit = self.env["hr.department"].create({"name": "Kapanan: [birim] / müdürlük"})
        self.formula.sudo().lead_department_id = unit
        closing = self.env["ozel_kalem.statistics.closing"].with_user(self.director)
        closing.create({"month": "2024-05-01"})
        self.formula.sudo().lead_department_id = False
        unit.unlink()
        self.tables("R07").with_context(lang="en_US").name = "Ünite: [a/b]*? " * 10
        sheet = self.sheet(self.book(self.report(codes=("R07",))), "R07")
        self.assertLessEqual(len(sheet.title), 31)
        labels = [row[0] for row in sheet.iter_rows(values_only=True)]
        self.assertIn("Kapanan: [birim] / müdürlük", labels)

    def test_a_company_without_data_has_empty_tables(self):
        other = self.env["res.company"].create({"name": "Komşu Belediye"})
        self.director.sudo().company_ids = [Command.link(other.id)]
        report = (
            self.Report.with_user(self.director)
            .with_context(allowed_company_ids=other.ids, lang="en_US")
            .create({**MAY, "with_data": True, "compare": "previous"})
        )
        book = self.book(report)
        self.assertGreater(len(book.worksheets), 10)
        data = [sheet for sheet in book.worksheets if sheet.title == "Request"]
        names = [row[0] for sheet in data for row in sheet.iter_rows(values_only=True)]
        self.assertNotIn(self.formula.name, names)


@tagged("post_install", "-at_install", "ozel_kalem", "ok_insight")
class TestReportDownload(ReportCase, HttpCase):
    """The workbook in the browser."""

    def test_who_made_it_downloads_it(self):
        report = self.report(self.public_relations)
        self.authenticate(self.public_relations.login, self.public_relations.login)
        response = self.url_open(report.action_xlsx()["url"])
        self.assertEqual(response.status_code, 200)
        book = load_workbook(BytesIO(response.content))
        self.assertTrue(self.sheet(book, "R08"))

    def test_nobody_else_does(self):
        report = self.report(self.public_relations)
        self.authenticate(self.director.login, self.director.login)
        url = report.action_xlsx()["url"]
        self.assertIn(self.url_open(url).status_code, (403, 404))


@tagged("post_install", "-at_install", "ozel_kalem", "ok_insight")
class TestReportQueue(ReportCase):
    """Workbooks that are prepared in the background."""

    def generated(self, user=None, **values):
        report = self.report(user or self.public_relations, **values)
        report.action_generate()
        self.assertEqual(report.state, "queued")
        self.Report._cron_generate()
        return report

    def test_the_file_comes_onto_the_chatter_and_word_into_the_inbox(self):
        report = self.generated()
        self.assertEqual((report.state, report.progress), ("done", 100))
        [message] = report.message_ids.filtered("attachment_ids")
        self.assertEqual(message.attachment_ids, report.attachment_id)
        book = load_workbook(BytesIO(report.attachment_id.raw))
        self.assertTrue(self.sheet(book, "R08"))
        [word] = message.notification_ids
        self.assertEqual(word.res_partner_id, self.public_relations.partner_id)
        self.assertEqual(word.notification_type, "inbox")

    def test_the_rights_are_those_of_who_asked(self):
        report = self.generated(with_data=True)
        book = load_workbook(BytesIO(report.attachment_id.raw))
        names = [row[0] for row in book.worksheets[-1].iter_rows(values_only=True)]
        self.assertIn(self.formula.name, names)
        self.assertNotIn(self.private.name, names)

    def test_twice_makes_one(self):
        report = self.generated()
        self.Report._cron_generate()
        self.assertEqual(len(report.message_ids.attachment_ids), 1)
        report.action_generate()
        with self.assertRaises(UserError):
            report.action_generate()

    def test_what_went_wrong_is_said_in_words(self):
        report = self.report(self.public_relations)
        report.action_generate()
        self.public_relations.sudo().group_ids = [
            Command.set(self.env.ref("ozel_kalem.group_secretary").ids)
        ]
        self.Report._cron_generate()
        self.assertEqual(report.state, "failed")
        self.assertIn("R08", report.failure)
        self.assertFalse(report.attachment_id)
        self.assertIn("R08", report.message_ids[:1].body)

    def test_a_fault_of_ours_is_told_without_its_trace(self):
        report = self.report(self.public_relations)
        report.action_generate()
        broken = patch.object(
            type(self.Report), "_write_xlsx", side_effect=ZeroDivisionError("secret")
        )
        with broken, self.assertLogs(statistics_report_queue.__name__, "ERROR"):
            self.Report._cron_generate()
        self.assertEqual(report.state, "failed")
        self.assertNotIn("secret", report.failure)

    def test_killed_it_begins_anew_but_not_for_ever(self):
        report = self.report(self.public_relations)
        report.action_generate()
        for _ in range(3):
            dead = patch.object(
                type(self.Report), "_write_xlsx", side_effect=KeyboardInterrupt
            )
            # not assertRaises, which would roll back what was committed before
            with dead:
                try:
                    self.Report._cron_generate()
                except KeyboardInterrupt:
                    self.env.invalidate_all()
            self.assertEqual(report.state, "running")
        self.Report._cron_generate()
        self.assertEqual(report.state, "failed")

    def test_another_host_leaves_it_alone(self):
        report = self.report(self.public_relations)
        report.action_generate()
        with self.env.registry.cursor() as other:
            other.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK, report.id])
            try:
                self.Report._cron_generate()
                self.assertEqual(report.state, "queued")
            finally:
                other.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, report.id])
        self.Report._cron_generate()
        self.assertEqual(report.state, "done")

    def test_deleted_meanwhile_nothing_happens(self):
        report = self.report(self.public_relations)
        report.action_generate()
        real = type(self.Report)._write_xlsx

        def write(this, *args):
            real(this, *args)
            this.sudo().unlink()

        with patch.object(type(self.Report), "_write_xlsx", write):
            self.Report._cron_generate()
        self.assertFalse(report.exists())


@tagged("post_install", "-at_install", "ozel_kalem", "ok_insight")
class TestStatisticsSchedule(ReportCase):
    """The workbook that comes by mail every month."""

    def schedule(self, **values):
        return (
            self.env["ozel_kalem.statistics.schedule"]
            .with_user(self.director)
            .create(
                {
                    "name": "Aylık",
                    "table_ids": [Command.set(self.tables("R01", "R08").ids)],
                    "recipient_ids": [
                        Command.set((self.director | self.principal_user).ids)
                    ],
                    "day_of_month": 5,
                    **values,
                }
            )
        )

    def run_on(self, day):
        today = fields.Date.to_date(day)
        names = ("statistics_schedule", "statistics_report")
        path = "odoo.addons.ozel_kalem.models.insight.%s.local_today"
        with (
            patch(path % names[0], lambda: today),
            patch(path % names[1], lambda: today),
        ):
            self.env["ozel_kalem.statistics.schedule"]._cron_schedule()
            self.Report._cron_generate()
        self.env.flush_all()

    def mails(self, schedule):
        mails = self.env["mail.mail"].search(
            [("model", "=", "ozel_kalem.statistics.report")]
        )
        return mails.filtered(
            lambda mail: mail.res_id in schedule.sudo().report_ids.ids
        )

    def test_last_month_s_figures_come_on_that_day_once(self):
        schedule = self.schedule()
        schedule.next_date = "2024-06-05"
        self.run_on("2024-06-04")
        self.assertFalse(schedule.sudo().report_ids)
        self.run_on("2024-06-05")
        self.run_on("2024-06-05")
        schedule.next_date = "2024-06-05"
        self.run_on("2024-06-05")
        report = schedule.sudo().report_ids
        self.assertEqual(
            (str(report.date_from), str(report.date_to)), ("2024-05-01", "2024-05-31")
        )
        self.assertEqual(str(schedule.next_date), "2024-07-05")
        mails = self.mails(schedule)
        self.assertEqual(
            mails.recipient_ids, (self.director | self.principal_user).partner_id
        )
        self.assertEqual(len(mails), 2)
        for mail in mails:
            self.assertEqual(mail.attachment_ids, report.attachment_id)
            self.assertIn("Başlıca sayılar", mail.body_html)
            self.assertRegex(mail.body_html, r"Gelen başvurular[\s\S]*?>2<")

    def test_months_that_were_missed_give_one_mail(self):
        schedule = self.schedule()
        schedule.next_date = "2024-02-05"
        self.run_on("2024-06-03")
        report = schedule.sudo().report_ids
        self.assertEqual(str(report.date_from), "2024-04-01")
        self.assertEqual(str(schedule.next_date), "2024-06-05")

    def test_only_who_may_see_the_tables_gets_them(self):
        with self.assertRaisesRegex(ValidationError, "R08"):
            self.schedule(recipient_ids=[Command.set(self.secretary.ids)])
        with self.assertRaises(ValidationError):
            self.schedule(recipient_ids=[Command.set(self.employee.ids)])
        self.principal_user.email = False
        with self.assertRaisesRegex(ValidationError, "e-mail"):
            self.schedule()

    def test_who_lost_the_role_gets_nothing_and_the_director_knows(self):
        schedule = self.schedule()
        schedule.next_date = "2024-06-05"
        self.principal_user.group_ids = [
            Command.set(self.env.ref("ozel_kalem.group_secretary").ids)
        ]
        self.run_on("2024-06-05")
        self.assertEqual(self.mails(schedule).recipient_ids, self.director.partner_id)
        activities = schedule.sudo().activity_ids
        self.assertIn(self.director, activities.user_id)
        self.assertIn(self.principal_user.name, activities[:1].note)

    def test_a_failure_is_an_activity_of_the_director_s(self):
        schedule = self.schedule(user_id=self.principal_user.id)
        schedule.next_date = "2024-06-05"
        self.principal_user.group_ids = [
            Command.set(self.env.ref("ozel_kalem.group_secretary").ids)
        ]
        self.run_on("2024-06-05")
        self.assertFalse(self.mails(schedule))
        self.assertIn(self.director, schedule.sudo().activity_ids.user_id)
        self.assertEqual(str(schedule.next_date), "2024-07-05")

    def test_a_last_day_chosen_by_hand_stops_nothing(self):
        late, other = self.schedule(), self.schedule(name="Öteki")
        late.next_date = "2024-10-31"
        other.next_date = "2024-11-05"
        self.run_on("2024-11-05")
        self.assertEqual(str(late.next_date), "2024-12-05")
        self.assertEqual(str(late.sudo().report_ids.date_from), "2024-10-01")
        self.assertTrue(other.sudo().report_ids)

    def test_the_next_day_can_t_be_empty(self):
        schedule = self.schedule()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            schedule.next_date = False
            schedule.flush_recordset()

    def test_the_button_sends_last_month_once(self):
        schedule = self.schedule()
        schedule.action_send_now()
        with self.assertRaises(UserError):
            schedule.action_send_now()

    def test_the_day_exists_in_every_month(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.schedule(day_of_month=29)


@tagged("post_install", "-at_install", "ozel_kalem", "ok_insight")
class TestCatalogueScreens(ReportCase):
    """Indicators know their tables; a month is closed and opened again."""

    def test_an_indicator_knows_its_tables(self):
        indicator = self.env.ref("ozel_kalem.indicator_request_in_time")
        indicator = indicator.with_user(self.director)
        found = self.env["ozel_kalem.statistics.table"].search(
            indicator.action_open_tables()["domain"]
        )
        self.assertEqual(len(found), indicator.table_count)
        self.assertIn("R01", found.mapped("code"), "as part of a share")

    def test_a_sum_of_two_indicators_is_edited_in_its_form(self):
        both = self.env["ozel_kalem.indicator"].search(
            [("measure", "=", "together")], limit=1
        )
        with Form(both.with_user(self.director)) as form:
            form.name = "Together"
        self.assertEqual(both.name, "Together")

    def test_a_copy_of_last_month_s_report_is_of_last_month(self):
        path = "odoo.addons.ozel_kalem.models.insight.statistics_report.local_today"
        with patch(path, lambda: date(2024, 6, 5)):
            report = self.Report.with_user(self.director).create(
                {"table_ids": [Command.set(self.tables("R08").ids)]}
            )
            self.assertEqual(report.date_from, date(2024, 5, 1))
        last = Period.preset("last_month", local_today())
        copy = report.copy()
        self.assertEqual((copy.date_from, copy.date_to), (last.date_from, last.date_to))

    def test_a_table_s_columns_are_edited_in_its_form(self):
        table = self.tables("R08").with_user(self.director)
        with Form(table) as form, form.column_ids.new() as column:
            column.key = "mean"
            column.indicator_id = self.env.ref("ozel_kalem.indicator_request_mean_days")
        report = self.report()
        self.assertIn("mean", [c["key"] for c in report._counted("R08")["columns"]])

    def test_a_month_is_closed_and_reopened(self):
        form = Form(
            self.env["ozel_kalem.statistics.closing"].with_user(self.director),
            "ozel_kalem.statistics_closing_view_dialog",
        )
        form.month = date(2024, 5, 17)
        closing = form.save()
        self.assertEqual(str(closing.month), "2024-05-01")
        closing.action_reopen()
        self.assertFalse(closing.exists())
