from datetime import date, datetime, timedelta
from operator import itemgetter
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ...models.insight import dashboard, statistics_table
from .common import YEAR, InsightCase

KINDS = {
    "principal_user": ["mayor", "director"],
    "director": ["director", "mayor", "public_relations", "secretary"],
    "public_relations": ["public_relations"],
    "secretary": ["secretary"],
    "registrar": ["public_relations", "secretary"],
    "protocol": ["secretary"],
}
PERIODS = (
    YEAR,
    ("2026-03-01", "2026-03-31"),
    ("2026-03-09", "2026-03-15"),
    # the period before lies in the same month
    ("2026-03-10", "2026-05-20"),
)
COMPARISONS = (None, "previous", "last_year")
# Persons and reminders are summed, not counted; a share opens what it is made of.
SUMMED = {"visitor", "visitors", "reminders"}


@tagged("post_install", "-at_install", "ozel_kalem", "ok_insight")
class TestDashboard(InsightCase):
    """The same figures as in the tables, at a glance, for each role its own."""

    def dashboard_of(self, user, kind=None, dates=YEAR, **options):
        return (
            self.env["ozel_kalem.dashboard"]
            .with_user(user)
            .with_context(lang="en_US")
            .get_dashboard(kind, *dates, **options)
        )

    def test_each_role_gets_its_own_dashboard_first(self):
        for role, kinds in KINDS.items():
            with self.subTest(role=role):
                found = self.dashboard_of(getattr(self, role))
                self.assertEqual([kind["key"] for kind in found["kinds"]], kinds)
                self.assertEqual(found["kind"], kinds[0])

    def test_the_mayor_has_seven_figures_and_nothing_else(self):
        found = self.dashboard_of(self.principal_user)
        self.assertEqual(len(found["tiles"]), 7)
        self.assertFalse(found["tables"])

    def test_tables_are_those_of_get_table(self):
        for kind, dates, compare in self.situations():
            with self.subTest(kind=kind, dates=dates, compare=compare):
                found = self.dashboard_of(self.director, kind, dates, compare=compare)
                for table in found["tables"]:
                    same = self.table_of(table["code"], dates=dates, compare=compare)
                    # when it begins is told by the table, not by the screen
                    told = {key: same[key] for key in table if key != "notes"}
                    shown = {key: table[key] for key in table if key != "notes"}
                    self.assertEqual(shown, told)

    def test_tiles_are_figures_of_get_table(self):
        for kind, dates, compare in self.situations():
            with self.subTest(kind=kind, dates=dates, compare=compare):
                found = self.dashboard_of(self.director, kind, dates, compare=compare)
                for tile in filter(itemgetter("table"), found["tiles"]):
                    table = self.table_of(tile["table"], dates=dates, compare=compare)
                    self.assertEqual(
                        (tile["value"], tile["previous"]),
                        self.figures_in(table, tile["column"]),
                    )

    def situations(self):
        for kind in dashboard.KINDS:
            for dates in PERIODS:
                for compare in COMPARISONS:
                    yield kind, dates, compare

    def figures_in(self, table, column):
        if table["layout"] == "indicator":
            [row] = [row for row in table["rows"] if row["key"] == column]
            return row["values"]["value"], row["values"].get("before")
        total = table["total"]
        return total["values"][column], total["previous"].get(column)

    def test_a_tile_is_the_count_of_its_list_and_what_is_restricted(self):
        hidden = 0
        for role, kinds in KINDS.items():
            user = getattr(self, role)
            for kind in kinds:
                for tile in filter(
                    itemgetter("table"), self.dashboard_of(user, kind)["tiles"]
                ):
                    with self.subTest(role=role, kind=kind, figure=tile["label"]):
                        hidden += self.check_list(user, tile)
        self.assertTrue(hidden)

    def check_list(self, user, tile):
        """The list that the tile opens; how many of its records are restricted."""
        figure = (tile["table"], *YEAR, tile["column"])
        Table = self.Table.with_user(user).with_context(lang="en_US")
        action = Table.action_open_figure(*figure)
        found = Table.get_records(*figure)
        listed = (
            self.env[action["res_model"]]
            .with_user(user)
            .with_context(**action["context"])
            .search_count(action["domain"])
        )
        self.assertEqual(listed, found["listed"])
        if tile["kind"] == "count" and tile["column"] not in SUMMED:
            self.assertEqual(tile["value"], listed + found["restricted"])
        told = f"({found['restricted']:d} restricted records" in action["name"]
        self.assertEqual(told, bool(found["restricted"]))
        return found["restricted"]

    def test_what_is_overdue_today_doesn_t_hang_on_the_period(self):
        late = self.new_request(received_on="2025-03-03 08:00:00")
        sealed = self.new_request(received_on="2025-03-03 08:00:00")
        sealed.sudo().write({"confidentiality": "sealed", "user_id": False})
        told = [
            self.tile(self.dashboard_of(self.principal_user, dates=dates))["value"]
            for dates in (YEAR, ("2026-03-01", "2026-03-31"))
        ]
        self.assertEqual(told[0], told[1])
        Dashboard = self.env["ozel_kalem.dashboard"].with_user(self.director)
        action = Dashboard.action_open_standing("request_overdue")
        listed = self.env[action["res_model"]].with_user(self.director)
        found = listed.search(action["domain"])
        self.assertIn(late, found)
        restricted = action["context"]["ozel_kalem_restricted"]
        self.assertEqual(len(found) + restricted, told[0])
        with self.assertRaises(AccessError):
            Dashboard.with_user(self.secretary).action_open_standing("request_overdue")
        with self.assertRaises(AccessError):
            Dashboard.action_open_standing("res.users")

    def tile(self, found):
        [tile] = [tile for tile in found["tiles"] if not tile["table"]]
        return tile

    def test_a_call_asks_at_most_twenty_questions_however_much_there_is(self):
        few = self.queries_of_all()
        start = datetime(2026, 1, 31, 8)
        moments = [start + timedelta(hours=84 * number) for number in range(80)]
        self.fill_requests(moments)
        self.fill_programme(moments)
        self.fill_instructions(moments)
        many = self.queries_of_all()
        self.assertLessEqual(max(many.values()), 20)
        # of a week without a record no names of units are asked
        for situation in (found for found in few if found[1] == YEAR):
            self.assertEqual(many[situation], few[situation], situation)

    def queries_of_all(self):
        self.env.flush_all()
        return {
            (kind, dates, compare): self.queries(kind, dates, compare)
            for kind, dates, compare in self.situations()
        }

    def queries(self, kind, dates, compare):
        # as a fresh request: known are the registry's caches alone
        for _time in range(2):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.dashboard_of(self.director, kind, dates, compare=compare)
        return self.env.cr.sql_log_count - before

    # ------------------------------------------------------------------ periods

    def test_a_preset_is_a_period_seen_from_today(self):
        with patch.object(dashboard, "local_today", return_value=date(2026, 3, 18)):
            own = self.dashboard_of(self.secretary, None, (None, None))
            week = self.dashboard_of(
                self.secretary, None, (None, None), preset="this_week"
            )
        self.assertEqual(own["preset"], "this_month")
        self.assertEqual(own["period"]["from"], "2026-03-01")
        self.assertEqual(
            (week["period"]["from"], week["period"]["to"]), ("2026-03-16", "2026-03-22")
        )
        self.assertIsNone(self.dashboard_of(self.secretary)["preset"])

    def test_the_comparison_is_named(self):
        found = self.dashboard_of(self.director, compare="last_year")
        self.assertEqual(found["previous"]["label"], "2025")
        self.assertEqual(found["compare"], "last_year")
        self.assertIsNone(self.dashboard_of(self.director)["previous"])

    def test_a_change_says_by_how_much(self):
        dates = ("2026-03-01", "2026-03-31")
        found = self.dashboard_of(
            self.secretary, "secretary", dates, compare="previous"
        )
        tiles = {tile["column"]: tile for tile in found["tiles"]}
        visitors = tiles["visitors"]
        expected = 100 * (visitors["value"] - visitors["previous"])
        self.assertTrue(visitors["previous"])
        self.assertEqual(visitors["change"], round(expected / visitors["previous"], 1))

    # ---------------------------------------------------------------- bad input

    def test_what_is_wrong_is_told(self):
        for wrong, told in (
            ({"kind": "mayors"}, "Dashboard"),
            ({"kind": ["mayor"]}, "Dashboard"),
            ({"dates": ("2026-02-01", "2026-01-01")}, "Until"),
            ({"dates": ("2026-02-01", None)}, "dates"),
            ({"dates": ("yesterday", "today")}, "dates"),
            ({"dates": ("0001-01-01", "0001-01-01")}, "1900"),
            ({"dates": ("2026-01-01", "9999-12-31")}, "1900"),
            ({"compare": "next"}, "Compare"),
            ({"preset": "tomorrow"}, "Period"),
            ({"company_id": "all"}, "companies"),
        ):
            with self.subTest(wrong=wrong), self.assertRaisesRegex(UserError, told):
                self.dashboard_of(self.director, **wrong)

    def test_the_first_day_of_all_can_be_compared(self):
        first, _last = statistics_table.YEARS
        dates = (f"{first}-01-01", f"{first}-12-31")
        found = self.dashboard_of(self.director, dates=dates, compare="previous")
        self.assertEqual(found["previous"]["label"], str(first - 1))

    def test_another_role_s_dashboard_is_refused(self):
        for role, kind in (
            ("secretary", "director"),
            ("public_relations", "mayor"),
            ("protocol", "public_relations"),
        ):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.dashboard_of(getattr(self, role), kind)
        for role in ("employee", "liaison", "manager", "deputy"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.dashboard_of(getattr(self, role))

    def test_another_company_counts_for_itself(self):
        other = self.env["res.company"].create({"name": "Başka Belediye"})
        with self.assertRaisesRegex(UserError, "companies"):
            self.dashboard_of(self.director, company_id=other.id)
        self.director.company_ids += other
        found = self.dashboard_of(self.director, company_id=other.id)
        self.assertEqual(found["company"], {"id": other.id, "name": other.name})
        self.assertFalse([tile for tile in found["tiles"] if tile["value"]])


@tagged("post_install", "-at_install", "ozel_kalem", "ok_insight")
class TestDashboardOverHttp(InsightCase, HttpCase):
    def test_it_is_read_from_a_replica(self):
        """A method that writes nothing may be asked of a read-only cursor."""
        self.authenticate(self.director.login, self.director.login)
        found = self.make_jsonrpc_request(
            "/web/dataset/call_kw",
            {
                "model": "ozel_kalem.dashboard",
                "method": "get_dashboard",
                "args": [],
                "kwargs": {"date_from": YEAR[0], "date_to": YEAR[1]},
            },
        )
        self.assertEqual(found["kind"], "director")
        self.assertEqual(found["period"]["from"], YEAR[0])


@tagged("post_install", "-at_install", "ozel_kalem", "ok_insight")
class TestStatisticsFact(InsightCase):
    """Pivot and graph say what the tables say."""

    # area, table, column, and the field that makes its rows
    SAME = (
        ("request", "R06", "received", "date:month"),
        ("request", "R07", "received", "department_id"),
        ("request", "R08", "received", "channel"),
        ("appointment", "R02", "asked", "date:month"),
        ("visitor", "R04", "visitors", "date:month"),
        ("engagement", "R12", "all", "date:month"),
        ("referral", "R11", "given", "department_id"),
    )

    def facts(self, user, area, groupby=(), dates=YEAR):
        first, last = dates
        domain = [("area", "=", area), ("date", ">=", first), ("date", "<=", last)]
        Fact = self.env["ozel_kalem.statistics.fact"].with_user(user)
        return Fact._read_group(domain, groupby, ["count:sum"])

    def test_facts_are_the_figures_of_the_tables(self):
        for dates in (YEAR, ("2026-03-05", "2026-04-20")):
            # what is referred in the test is of today
            today = date.today()
            for area, code, column, by in self.SAME:
                of = dates
                if area == "referral":
                    of = (f"{today.year}-01-01", f"{today.year}-12-31")
                with self.subTest(table=code, dates=of):
                    table = self.table_of(code, dates=of)
                    rows = {
                        self.row_key(row["key"]): row["values"][column]
                        for row in table["rows"]
                        if row["values"][column]
                    }
                    self.assertTrue(rows)
                    found = self.facts(self.director, area, [by], of)
                    self.assertEqual(
                        {self.group_key(group): count for group, count in found}, rows
                    )

    def row_key(self, key):
        return f"{key}" if key else ""

    def group_key(self, group):
        if isinstance(group, date):
            return f"{group:%Y-%m}"
        return str(getattr(group, "id", group) or "")

    def test_calls_and_instructions_agree_with_the_summary(self):
        table = self.table_of("R01")
        values = {row["key"]: row["values"]["value"] for row in table["rows"]}
        for area, key in (("call", "call"), ("instruction", "instruction")):
            self.assertEqual(self.facts(self.director, area), [(values[key],)])

    def test_each_role_sees_the_areas_of_its_tables(self):
        office = {"appointment", "visitor", "call", "engagement"}
        for role, areas in (
            ("secretary", office),
            ("protocol", office),
            ("public_relations", office | {"request"}),
            ("registrar", office | {"request"}),
            ("director", office | {"request", "instruction", "referral"}),
            ("principal_user", office | {"request", "instruction", "referral"}),
        ):
            with self.subTest(role=role):
                Fact = self.env["ozel_kalem.statistics.fact"].with_user(
                    getattr(self, role)
                )
                found = Fact._read_group([], ["area"])
                self.assertEqual({area for (area,) in found}, areas)

    def test_whoever_sees_no_table_sees_no_fact(self):
        for role in ("employee", "liaison", "manager", "deputy", "portal"):
            Fact = self.env["ozel_kalem.statistics.fact"].with_user(getattr(self, role))
            with self.subTest(role=role), self.assertRaises(AccessError):
                Fact._read_group([], ["area"])

    def test_facts_are_of_the_own_companies(self):
        other = self.env["res.company"].create({"name": "Başka Belediye"})
        self.director.company_ids += other
        Fact = self.env["ozel_kalem.statistics.fact"].with_user(self.director)
        mine = Fact.with_context(allowed_company_ids=other.ids)
        self.assertFalse(mine._read_group([], ["area"]))

    def test_every_value_has_a_name_of_its_own(self):
        Fact = self.env["ozel_kalem.statistics.fact"]
        described = Fact.fields_get(["area", "kind", "state", "channel"])
        for name, field in described.items():
            labels = [label for _value, label in field["selection"]]
            self.assertEqual(len(labels), len(set(labels)), name)

    def test_pending_changes_are_counted(self):
        before = self.facts(self.director, "request")[0][0]
        request = self.request.copy({"received_on": "2026-06-01 09:00:00"})
        self.assertEqual(self.facts(self.director, "request")[0][0], before + 1)
        request.action_cancel("Mükerrer")
        self.assertEqual(self.facts(self.director, "request")[0][0], before)
