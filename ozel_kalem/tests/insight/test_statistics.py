import runpy
from datetime import datetime, timedelta
from pathlib import Path

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.modules import get_module_path
from odoo.tests import tagged

from ...models.foundation.rollup_source import RollupSource
from ...models.foundation.rollup_tables import RollupTables
from ..common import ROLES
from .common import YEAR, InsightCase

# What each role may read of §6.3.
OF_OFFICE = {"R01", "R02", "R03", "R04", "R05", "R12"}
OF_REQUESTS = {"R06", "R07", "R08", "R08-M", "R08-K", "R09"}
OF_DIRECTOR = {"R11", "R30", "R30-M"}
READERS = {
    "secretary": OF_OFFICE,
    "public_relations": OF_OFFICE | OF_REQUESTS,
    "protocol": OF_OFFICE,
    "registrar": OF_OFFICE | OF_REQUESTS,
    "director": OF_OFFICE | OF_REQUESTS | OF_DIRECTOR | {"R10"},
    "principal_user": OF_OFFICE | OF_REQUESTS | OF_DIRECTOR,
}
# Asked of the open records alone, of which there are few.
LIVE = {"overdue", "late"}
PERIODS = (YEAR, ("2026-03-01", "2026-05-31"), ("2026-02-01", "2026-02-28"))


@tagged("post_install", "-at_install", "ozel_kalem", "ok_insight")
class TestStatistics(InsightCase):
    """The office's figures: each defined once, the same everywhere."""

    def figures_of(self, table):
        """Each counting cell: ``(column, row, whole, figure)``."""
        for column in table["columns"]:
            if column["kind"] != "count" or column["shares_of"]:
                continue
            key = column["key"]
            for row in table["rows"]:
                yield key, row["key"], False, row["values"][key]
            if table["total"]:
                yield key, None, True, table["total"]["values"][key]

    # ----------------------------------------------------------------- figures

    def test_a_figure_is_the_count_of_the_list_it_opens(self):
        for code in sorted(OF_OFFICE | OF_REQUESTS | OF_DIRECTOR):
            table = self.table_of(code)
            # persons are summed, not counted
            if code in ("R01", "R04"):
                continue
            for key, row, whole, figure in self.figures_of(table):
                if key == "reminders":
                    continue
                with self.subTest(table=code, column=key, row=row):
                    found = self.Table.with_user(self.director).get_records(
                        code, *YEAR, key, row, whole
                    )
                    self.assertEqual(found["count"], figure)

    def test_sealed_records_count_but_are_not_listed(self):
        for role in ("public_relations", "registrar", "director", "principal_user"):
            user = self[role]
            asked = ("R06", *YEAR, "received", None, True)
            found = self.Table.with_user(user).get_records(*asked)
            listed = (
                self.env[found["res_model"]]
                .with_user(user)
                .with_context(active_test=False)
                .search(found["domain"])
            )
            with self.subTest(role):
                self.assertEqual(len(listed), found["listed"])
                self.assertEqual(found["count"], found["listed"] + found["restricted"])
                action = self.Table.with_user(user).action_open_figure(*asked)
                told = f"{found['restricted']} restricted" in action["name"]
                self.assertEqual(told, bool(found["restricted"]))
        self.assertEqual(found["restricted"], 0)

    def __getitem__(self, role):
        return getattr(self, role)

    def test_rows_make_the_total(self):
        for code in sorted(OF_OFFICE | OF_REQUESTS | OF_DIRECTOR - {"R01"}):
            table = self.table_of(code)
            self.assertEqual(table["flags"], [])
            for column in table["columns"]:
                if column["total"] != "sum" or not table["total"]:
                    continue
                key = column["key"]
                with self.subTest(table=code, column=key):
                    rows = sum(row["values"][key] for row in table["rows"])
                    self.assertEqual(rows, table["total"]["values"][key])

    def test_a_whole_that_isn_t_the_sum_of_its_rows_is_told(self):
        tags = self.env["ozel_kalem.tag"].create([{"name": "A"}, {"name": "B"}])
        self.env["ozel_kalem.request"].search([]).tag_ids = tags
        table = self.Table.search([("code", "=", "R08")]).copy({"code": "X8"})
        table.row_field = "tag_ids"
        found = self.table_of("X8")
        count = self.table_of("R08")["total"]["values"]["received"]
        self.assertEqual([r["values"]["received"] for r in found["rows"]], [count] * 2)
        self.assertEqual(found["total"]["values"]["received"], count)
        self.assertIn(
            f"the rows make {2 * count}, the whole is {count}", found["flags"][0]
        )

    def test_the_kinds_of_a_month_make_its_requests(self):
        for row in self.table_of("R06")["rows"]:
            values = dict(row["values"])
            whole = values.pop("received")
            values.pop("received_share")
            self.assertEqual(sum(values.values()), whole)

    def test_visitors_are_persons(self):
        table = self.table_of("R04")
        self.assertEqual(table["total"]["values"]["visitors"], 24)
        by_rank = table["total"]["values"]
        self.assertEqual(by_rank["mayor"] + by_rank["deputy"], 8)
        self.assertEqual(by_rank["director"], 8)

    def test_months_are_turkish(self):
        """23:59 in Istanbul belongs to the month, two minutes later to the next."""
        january = self.table_of("R05")["rows"][0]
        self.assertEqual(
            (january["key"], january["label"]), ("2026-01", "January 2026")
        )
        self.new_call(datetime(2026, 1, 31, 20, 59))
        self.new_call(datetime(2026, 1, 31, 21, 1))
        rows = self.table_of("R05")["rows"]
        self.assertEqual(rows[0]["values"]["incoming"], 1)

    def new_call(self, moment):
        return self.env["ozel_kalem.call"].create(
            {"caller_name": "A", "called_on": moment, "direction": "in"}
        )

    def test_a_closed_call_was_connected_all_the_same(self):
        before = self.table_of("R05")["total"]["values"]
        call = self.env["ozel_kalem.call"].search(
            [("state", "=", "connected")], limit=1
        )
        call.state = "closed"
        self.assertEqual(self.table_of("R05")["total"]["values"], before)

    def test_what_nobody_stated_has_its_line(self):
        table = self.table_of("R08-M")
        self.assertEqual(table["rows"][0]["label"], "Çınarlı")
        last = table["rows"][-1]
        self.assertEqual((last["kind"], last["label"]), ("unspecified", "Not stated"))
        self.assertEqual(table["total"]["values"]["received_share"], 100.0)
        shares = [row["values"]["received_share"] for row in table["rows"]]
        self.assertAlmostEqual(sum(shares), 100, 9)

    def test_the_median_is_that_of_the_records(self):
        row = self.table_of("R30", dates=("2025-01-01", "2027-12-31"))["total"]
        days = sorted(
            self.env["ozel_kalem.request"]
            .search([("state", "in", ("notified", "rejected"))])
            .mapped("waiting_days")
        )
        middle = len(days) // 2
        exact = (
            days[middle] if len(days) % 2 else sum(days[middle - 1 : middle + 1]) / 2
        )
        self.assertEqual(row["values"]["median_days"], exact)

    def test_comparison_with_the_period_before(self):
        march = ("2026-03-01", "2026-03-31")
        february = self.table_of("R06", dates=("2026-02-01", "2026-02-28"))
        table = self.table_of("R06", dates=march, compare="previous")
        self.assertEqual(table["total"]["previous"], february["total"]["values"])
        self.assertEqual(table["rows"][0]["previous"], february["rows"][0]["values"])
        self.assertEqual(table["previous"]["label"], "February 2026")
        last_year = self.table_of("R06", dates=march, compare="last_year")
        self.assertEqual(last_year["previous"]["label"], "March 2025")

    def test_what_only_the_earlier_period_has_is_a_row_too(self):
        gone = self.env["ozel_kalem.neighbourhood"].create({"name": "Çamlık"})
        for day in ("02", "03"):
            self.new_request(
                neighbourhood_id=gone.id, received_on=f"2025-08-{day} 09:00:00"
            )
        self.new_request(
            neighbourhood_id=self.neighbourhood.id, received_on="2025-08-04 09:00:00"
        )
        august = ("2025-08-01", "2025-08-31")
        september = ("2025-09-01", "2025-09-30")
        self.new_request(
            neighbourhood_id=self.neighbourhood.id, received_on="2025-09-04 09:00:00"
        )
        before = self.table_of("R08-M", dates=august)
        table = self.table_of("R08-M", dates=september, compare="previous")
        row = next(row for row in table["rows"] if row["label"] == "Çamlık")
        self.assertEqual(row["values"]["received"], 0)
        self.assertEqual(row["previous"]["received"], 2)
        earlier = [row["previous"]["received"] for row in table["rows"]]
        self.assertEqual(sum(earlier), before["total"]["values"]["received"])
        shares = {
            row["label"]: row["previous"]["received_share"] for row in table["rows"]
        }
        self.assertEqual(
            shares,
            {row["label"]: row["values"]["received_share"] for row in before["rows"]},
        )

    def test_a_percentage_has_no_change_in_per_cent(self):
        table = self.table_of("R01", dates=YEAR, compare="last_year")
        names = self.env["ozel_kalem.statistics.table"].search([("code", "=", "R01")])
        percent = names.column_ids.filtered(
            lambda column: column.indicator_id.unit == "percent"
        ).mapped("key")
        self.assertTrue(percent)
        for row in table["rows"]:
            if row["key"] in percent:
                self.assertIsNone(row["values"]["change"])

    def test_the_summary_compares_each_indicator(self):
        table = self.table_of("R01", compare="last_year")
        received = next(
            row for row in table["rows"] if row["key"] == "request_received"
        )
        whole = self.table_of("R06")["total"]["values"]["received"]
        self.assertEqual(received["values"]["value"], whole)
        self.assertEqual(received["values"]["before"], 0)
        self.assertIsNone(received["values"]["change"])

    def test_a_unit_that_is_gone_is_told_so(self):
        gone = self.env["hr.department"].create({"name": "Kapanan Birim"})
        topic = self.env["ozel_kalem.topic"].create(
            {"name": "T", "department_id": gone.id}
        )
        self.new_request(topic_id=topic.id, received_on="2026-04-01 09:00:00")
        self.assertIn("Kapanan Birim", self.labels("R07"))
        gone.active = False
        self.assertIn("Kapanan Birim", self.labels("R07"))

    def labels(self, code):
        return [row["label"] for row in self.table_of(code)["rows"]]

    def test_small_cells_of_sensitive_tables_are_hidden(self):
        table = self.table_of("R10")
        self.assertTrue(table["sensitive"])
        figures = [
            value for row in table["rows"] for value in row["values"].values() if value
        ]
        self.assertTrue(figures)
        for figure in figures:
            self.assertTrue(isinstance(figure, str) or figure >= 3, figure)

    def test_what_a_sensitive_table_hides_isn_t_told_by_its_records(self):
        Table = self.Table.with_user(self.director)
        table = self.table_of("R10")
        for key, row, whole, _figure in self.figures_of(table):
            found = Table.get_records("R10", *YEAR, key, row, whole)
            self.assertEqual(found["count"], found["listed"])
            self.assertEqual(found["restricted"], 0)

    def test_a_table_without_columns_is_empty(self):
        group = self.env.ref("ozel_kalem.group_director")
        self.Table.create(
            {
                "code": "X2",
                "name": "Not ready",
                "layout": "field",
                "row_field": "channel",
                "group_ids": [Command.set(group.ids)],
            }
        )
        self.assertEqual(self.table_of("X2")["rows"], [])
        self.assertTrue(self.close("2026-03-01"))

    def test_a_period_before_the_first_record_says_so(self):
        table = self.table_of("R06", dates=("2020-01-01", "2020-12-31"))
        self.assertEqual(table["total"]["values"]["received"], 0)
        self.assertIn("first record", " ".join(table["notes"]))

    def test_another_company_has_its_own_figures(self):
        company = self.env["res.company"].create({"name": "Komşu Belediye"})
        self.director.company_ids = [Command.link(company.id)]
        table = self.table_of("R06", company_id=company.id)
        self.assertEqual(table["company"], "Komşu Belediye")
        self.assertEqual(table["total"]["values"]["received"], 0)
        self.assertIn("There are no records yet.", table["notes"])

    # ----------------------------------------------------------------- closing

    def test_a_closed_month_keeps_its_figures(self):
        dates = ("2026-02-01", "2026-04-30")
        before = self.table_of("R06", dates=dates)
        closing = self.close("2026-03-15")
        self.assertEqual(str(closing.month), "2026-03-01")
        self.assertEqual(self.table_of("R06", dates=dates)["rows"], before["rows"])
        self.new_request(received_on="2026-03-03 09:00:00")
        self.new_request(received_on="2026-04-03 09:00:00")
        february, march, april, correction = self.table_of("R06", dates=dates)["rows"]
        self.assertEqual(self.counts(march), self.counts(before["rows"][1]))
        self.assertEqual(
            april["values"]["complaint"], before["rows"][2]["values"]["complaint"] + 1
        )
        self.assertEqual(correction["kind"], "correction")
        self.assertEqual(correction["values"]["complaint"], 1)
        self.assertEqual(self.counts(february), self.counts(before["rows"][0]))
        total = self.table_of("R06", dates=dates)["total"]["values"]
        self.assertEqual(total["received"], before["total"]["values"]["received"] + 2)
        closing.action_reopen()
        rows = self.table_of("R06", dates=dates)["rows"]
        self.assertEqual([row["kind"] for row in rows], ["line"] * 3)

    def counts(self, row):
        """What stands in a row, but for its share of a whole that has changed."""
        return {k: v for k, v in row["values"].items() if not k.endswith("_share")}

    def close(self, month, user=None):
        Closing = self.env["ozel_kalem.statistics.closing"]
        return Closing.with_user(user or self.director).create({"month": month})

    def test_a_closed_month_in_a_table_by_unit(self):
        self.close("2026-03-01")
        before = self.table_of("R07")
        moved = self.env["ozel_kalem.request"].search(
            [
                ("received_on", ">=", "2026-03-01"),
                ("received_on", "<", "2026-03-31"),
                ("topic_id", "!=", False),
            ]
        )[0]
        moved.topic_id.department_id = self.other_unit
        moved.lead_department_id = self.other_unit
        table = self.table_of("R07")
        self.assertEqual(
            [row["values"]["received"] for row in table["rows"]],
            [row["values"]["received"] for row in before["rows"]],
        )
        self.assertEqual(table["total"]["values"], before["total"]["values"])

    def test_closing_is_the_directors(self):
        with self.assertRaises(AccessError):
            self.close("2026-03-01", self.secretary)
        closing = self.close("2026-03-01")
        with self.assertRaises(UserError):
            closing.month = "2026-04-01"
        with self.assertRaisesRegex(UserError, "has passed"):
            self.close(datetime.now().date())

    def test_figures_of_a_closing_can_t_be_made_up(self):
        closing = (
            self.env["ozel_kalem.statistics.closing"]
            .with_user(self.director)
            .create({"month": "2026-03-01", "figures": {"R06": []}})
        )
        self.assertTrue(closing.sudo().figures["R06"])

    def test_a_closing_doesn_t_tell_the_figures_of_tables_of_others(self):
        closing = self.close("2026-03-01")
        with self.assertRaises(AccessError):
            closing.with_user(self.principal_user).read(["figures"])

    # ------------------------------------------------------------------ rights

    def test_each_role_has_its_tables(self):
        for role in ROLES:
            Table = self.Table.with_user(self[role])
            with self.subTest(role):
                if role in READERS:
                    found = {table["code"] for table in Table.get_tables()}
                    self.assertEqual(found, READERS[role])
                    continue
                with self.assertRaises(UserError):
                    Table.get_table("R02", *YEAR)

    def test_a_table_of_others_says_no_more_than_a_wrong_code(self):
        messages = []
        for code in ("R07", "R99"):
            with self.assertRaises(UserError) as caught:
                self.table_of(code, self.secretary)
            messages.append(str(caught.exception).replace(code, ""))
        self.assertEqual(*messages)

    def test_records_of_a_table_one_may_see_but_not_list(self):
        found = self.Table.with_user(self.protocol).get_records(
            "R01", *YEAR, "request_received", None, True
        )
        self.assertEqual(found["listed"], 0)
        self.assertEqual(found["count"], found["restricted"])

    # --------------------------------------------------------------- bad input

    def test_bad_input_is_told(self):
        company = self.env["res.company"].create({"name": "Komşu Belediye"})
        for arguments, told in (
            (("R06", "2026-12-31", "2026-01-01"), "before"),
            (("R06", "yesterday", "2026-01-01"), "dates"),
            (("R06", None, "2026-01-01"), "dates"),
            (("R06", *YEAR, "tomorrow"), "Compare"),
            (("R06", *YEAR, None, company.id), "companies"),
            (("R06", *YEAR, None, 10**9), "companies"),
            (("", *YEAR), "no statistics table"),
        ):
            with self.subTest(arguments), self.assertRaisesRegex(UserError, told):
                self.Table.with_user(self.director).get_table(*arguments)
        for column, row in (("nothing", "2026-01"), ("received", "January")):
            with self.assertRaisesRegex(UserError, "no column|no row"):
                self.Table.with_user(self.director).get_records(
                    "R06", *YEAR, column, row, False
                )

    def test_an_indicator_is_checked(self):
        Indicator = self.env["ozel_kalem.indicator"]
        good = {
            "code": "X-1",
            "name": "n",
            "definition": "d",
            "res_model": "ozel_kalem.note",
            "moment_field": "received_on",
        }
        for wrong in (
            {"res_model": "no.model"},
            {"moment_field": "subject"},
            {"moment_field": "nothing"},
            {"domain": "[('nothing', '=', 1)]"},
            {"domain": "__import__('os')"},
            {"measure": "sum"},
            {"measure": "share"},
        ):
            with self.subTest(wrong), self.assertRaises(ValidationError):
                Indicator.create({**good, **wrong})
        self.assertTrue(Indicator.create(good))

    def test_a_new_area_is_an_indicator_and_a_table(self):
        note = self.make("ozel_kalem.note", principal_id=self.principal.id)
        note.received_on = "2026-05-05 10:00:00"
        indicator = self.env["ozel_kalem.indicator"].create(
            {
                "code": "X-1",
                "name": "Notes",
                "definition": "d",
                "res_model": "ozel_kalem.note",
                "moment_field": "received_on",
            }
        )
        group = self.env.ref("ozel_kalem.group_director")
        self.Table.create(
            {
                "code": "X1",
                "name": "Notes by month",
                "group_ids": [Command.set(group.ids)],
                "column_ids": [
                    Command.create({"key": "notes", "indicator_id": indicator.id})
                ],
            }
        )
        table = self.table_of("X1")
        self.assertEqual(table["rows"][4]["values"], {"notes": 1})

    # ------------------------------------------------------------------- speed

    def test_the_roll_ups_answer(self):
        """Every table is counted without reading the records, whatever period."""
        for code in sorted(OF_OFFICE | OF_REQUESTS | OF_DIRECTOR):
            for dates in (*PERIODS, ("2026-02-10", "2026-03-14")):
                self.check_answered(self.build_of(code, dates), dates)

    def check_answered(self, build, dates):
        for batch in build._count._batches(list(build._measures.values())):
            columns = {k for (k, _p), m in build._measures.items() if m in batch}
            medians = batch[0].moment == "closed_on" and dates not in PERIODS
            if columns & LIVE or medians:
                continue
            domain, groupby, _numbers, _names = build._count._question(
                batch, build._row_field
            )
            model = build._count._model(batch[0])
            with self.subTest(table=build._table.code, columns=columns, dates=dates):
                source = model._rollup_source(domain, groupby)
                self.assertIsInstance(source, RollupSource)

    def test_a_referral_counts_on_the_day_when_it_was_sent(self):
        given = self.env["ozel_kalem.referral"].search(
            [("res_model", "=", "ozel_kalem.instruction")]
        )
        answered = given.filtered("answered_on")
        given.sent_on = "2024-02-01 08:00:00"
        answered.answered_on = "2024-02-05 08:00:00"
        total = self.table_of("R11", dates=("2024-02-01", "2024-02-29"))["total"]
        self.assertEqual(total["values"]["given"], len(given))
        self.assertEqual(total["values"]["mean_days"], 4)
        self.assertEqual(answered.mapped("answer_days"), [4] * len(answered))
        year = self.table_of("R11", dates=("2026-01-01", "2026-12-31"))["total"]
        self.assertEqual(year["values"]["given"], 0)

    def test_an_upgrade_takes_the_day_of_writing(self):
        """The tables as they were before, in this transaction only."""
        model = self.env["ozel_kalem.referral"]
        RollupTables(model).drop()
        self.env.flush_all()
        cr = self.env.cr
        cr.execute("ALTER TABLE ozel_kalem_referral DROP COLUMN sent_on")
        cr.execute("UPDATE ozel_kalem_referral SET create_date = '2023-05-01 06:00:00'")
        cr.execute(
            "UPDATE ozel_kalem_indicator SET moment_field = 'create_date'"
            " WHERE res_model IN ('ozel_kalem.referral', 'ozel_kalem.aid')"
        )
        path = Path(get_module_path("ozel_kalem")) / "migrations/19.0.1.4.0/pre-sent.py"
        for _twice in range(2):
            runpy.run_path(str(path))["migrate"](cr, "19.0.1.3.0")
        cr.execute("SELECT DISTINCT sent_on::text FROM ozel_kalem_referral")
        self.assertEqual(cr.fetchall(), [("2023-05-01 06:00:00",)])
        cr.execute(
            "SELECT DISTINCT res_model, moment_field FROM ozel_kalem_indicator"
            " WHERE res_model IN ('ozel_kalem.referral', 'ozel_kalem.aid')"
        )
        self.assertEqual(
            set(cr.fetchall()),
            {("ozel_kalem.referral", "sent_on"), ("ozel_kalem.aid", "create_date")},
        )

    def test_roll_ups_are_exact_after_every_kind_of_write(self):
        Rollup = self.env["ozel_kalem.mixin.rollup"]
        for model in Rollup._rolled_up_models():
            with self.subTest(model._name):
                self.assertEqual(model._rollup_differences(), [])
        self.env["ozel_kalem.visit"].search([], limit=3).party_size = 5
        self.env["ozel_kalem.engagement"].search([], limit=2).active = False
        referral = self.env["ozel_kalem.referral"].search([("state", "=", "sent")])[0]
        referral.action_answer("Oldu")
        with self.enter_registry_test_mode():
            Rollup._cron_fold_rollups()
        for model in Rollup._rolled_up_models():
            with self.subTest(model._name):
                self.assertEqual(model._rollup_differences(), [])

    def test_queries_stay_the_same_for_many_records(self):
        codes = sorted(OF_OFFICE | OF_REQUESTS | OF_DIRECTOR)
        few = {code: self.queries_of(code) for code in codes}
        self.fill_requests(
            [datetime(2026, 5, 1) + timedelta(hours=n) for n in range(80)]
        )
        for code in codes:
            with self.subTest(code):
                self.assertLessEqual(self.queries_of(code), few[code])
                self.assertLessEqual(few[code], 22)

    def queries_of(self, code):
        self.table_of(code, compare="last_year")
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.table_of(code, compare="last_year")
        return self.env.cr.sql_log_count - before
