"""The office's figures at a glance, for each role its own."""

from dataclasses import dataclass

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...tools.figures import change_percent, has_change
from ...tools.local_time import local_today
from ...tools.periods import PRESETS, Period
from .statistics_build import Build
from .statistics_count import listed
from .statistics_shared import SharedCount

DEFAULT_PRESET = "this_month"
SUMMARY = "R01"


@dataclass(frozen=True)
class Tile:
    """One figure: a column of a table, of the whole of it.

    - ``better``: 1 where more is good news, -1 where less is, 0 for neither.
    """

    table: str
    column: str
    better: int = 0


@dataclass(frozen=True)
class Standing:
    """How many there are today, whatever the period and whenever they came."""

    key: str
    res_model: str
    domain: tuple
    better: int = 0


OVERDUE = Standing(
    "request_overdue", "ozel_kalem.request", (("is_overdue", "=", True),), -1
)


@dataclass(frozen=True)
class Kind:
    """A dashboard: who sees it, its tiles, and the tables below them."""

    group: str
    others: tuple
    tiles: tuple
    tables: tuple = ()

    def groups(self):
        return (self.group, *self.others)

    def columns(self):
        """``{table: columns}`` that it is made of; None for all of a table's."""
        wanted = {}
        for tile in self.tiles:
            if isinstance(tile, Standing):
                continue
            wanted.setdefault(tile.table, []).append(tile.column)
        return {**wanted, **dict.fromkeys(self.tables)}


KINDS = {
    "mayor": Kind(
        "group_principal",
        ("group_director",),
        (
            Tile(SUMMARY, "request_received"),
            Tile(SUMMARY, "request_concluded", 1),
            Tile(SUMMARY, "request_in_time_share", 1),
            OVERDUE,
            Tile(SUMMARY, "appointment_done", 1),
            Tile(SUMMARY, "visitor"),
            Tile(SUMMARY, "engagement"),
        ),
    ),
    "director": Kind(
        "group_director",
        ("group_principal",),
        (
            Tile(SUMMARY, "request_received"),
            Tile(SUMMARY, "request_concluded", 1),
            Tile(SUMMARY, "request_in_time_share", 1),
            Tile(SUMMARY, "request_mean_days", -1),
            OVERDUE,
            Tile("R11", "given"),
            Tile("R11", "late", -1),
            Tile(SUMMARY, "appointment_asked"),
        ),
        ("R07", "R11", "R09"),
    ),
    "public_relations": Kind(
        "group_public_relations",
        ("group_director", "group_registry"),
        (
            Tile("R06", "received"),
            Tile("R06", "complaint", -1),
            Tile("R07", "concluded", 1),
            Tile("R07", "open", -1),
            OVERDUE,
            Tile("R07", "mean_days", -1),
        ),
        ("R06", "R08", "R08-M", "R07"),
    ),
    "secretary": Kind(
        "group_secretary",
        ("group_director", "group_protocol", "group_aid", "group_registry"),
        (
            Tile("R02", "asked"),
            Tile("R02", "done", 1),
            Tile("R02", "no_show", -1),
            Tile("R04", "visitors"),
            Tile("R05", "incoming"),
            Tile("R05", "call_back", -1),
        ),
        ("R02", "R04", "R05", "R12"),
    ),
}


class Dashboard(models.AbstractModel):
    """Tiles, charts and tables, all of them read from the statistics' tables."""

    _name = "ozel_kalem.dashboard"
    _description = "Dashboard"

    @api.model
    @api.readonly
    def get_dashboard(
        self,
        kind=None,
        date_from=None,
        date_to=None,
        compare=None,
        company_id=None,
        preset=None,
    ):
        """The figures of a period for one of the user's roles.

        :param kind: ``mayor``, ``director``, ``public_relations`` or ``secretary``;
            the user's own when left out
        :param date_from: first day, ``"2026-01-01"``; this month when left out
        :param date_to: last day, included
        :param compare: ``"previous"`` period, the same of ``"last_year"``, or none
        :param company_id: the municipality; the user's own when left out
        :param preset: a named period instead of the dates, e.g. ``"this_year"``
        :return: ``{"kind", "kinds", "period", "tiles", "tables", …}``
        :raise AccessError: for a dashboard that isn't of the user's roles
        :raise UserError: for an unknown one, and as ``get_table`` of the tables
        """
        Table = self.env["ozel_kalem.statistics.table"]
        kinds = self._kinds()
        chosen = self._chosen(kind, kinds)
        period, preset = self._period(date_from, date_to, preset)
        compare = Table._comparison(compare) or None
        company = Table._company(company_id)
        builds = self._builds(KINDS[chosen].columns(), period, compare, company)
        tables = {code: build.figures() for code, build in builds.items()}
        before = next((table["previous"] for table in tables.values()), None)
        return {
            "kind": chosen,
            "kinds": kinds,
            "company": {"id": company.id, "name": company.name},
            "preset": preset,
            "presets": self._presets(),
            "period": period.as_dict(self._lang()),
            "previous": before,
            "compare": compare,
            "tiles": self._tiles(KINDS[chosen].tiles, builds, tables, company),
            "tables": [tables[c] for c in KINDS[chosen].tables if c in tables],
        }

    # --------------------------------------------------------------- arguments

    @api.model
    def _kinds(self):
        """The dashboards of the user's roles, the own one first."""
        user = self.env.user
        mine = [
            (not user.has_group(f"ozel_kalem.{kind.group}"), name)
            for name, kind in KINDS.items()
            if any(user.has_group(f"ozel_kalem.{group}") for group in kind.groups())
        ]
        labels = self._kind_labels()
        own_first = sorted(mine, key=lambda found: found[0])
        return [{"key": name, "label": labels[name]} for _other, name in own_first]

    @api.model
    def _kind_labels(self):
        return {
            "mayor": self.env._("Mayor"),
            "director": self.env._("Director"),
            "public_relations": self.env._("Public relations"),
            "secretary": self.env._("Front desk"),
        }

    @api.model
    def _chosen(self, kind, kinds):
        if kind and kind not in list(KINDS):
            raise UserError(
                self.env._("“Dashboard” must be one of: %s.", ", ".join(KINDS))
            )
        keys = [found["key"] for found in kinds]
        if not keys or (kind and kind not in keys):
            raise AccessError(self.env._("This dashboard isn't of your roles."))
        return kind or keys[0]

    @api.model
    def _period(self, date_from, date_to, preset):
        """The period and the name of its preset, if it has one."""
        if preset and preset not in PRESETS:
            raise UserError(
                self.env._("“Period” must be one of: %s.", ", ".join(PRESETS))
            )
        if preset or not (date_from or date_to):
            preset = preset or DEFAULT_PRESET
            return Period.preset(preset, local_today()), preset
        return self.env["ozel_kalem.statistics.table"]._period(date_from, date_to), None

    @api.model
    def _presets(self):
        labels = {
            "today": self.env._("Today"),
            "this_week": self.env._("This week"),
            "this_month": self.env._("This month"),
            "last_month": self.env._("Last month"),
            "this_quarter": self.env._("This quarter"),
            "last_quarter": self.env._("Last quarter"),
            "this_year": self.env._("This year"),
            "last_year": self.env._("Last year"),
        }
        return [{"key": name, "label": labels[name]} for name in PRESETS]

    # ----------------------------------------------------------------- figures

    @api.model
    def _builds(self, wanted, period, compare, company):
        """``{code: Build}`` of the tables that the user may see, counted together."""
        Table = self.env["ozel_kalem.statistics.table"]
        found = Table.search_fetch(Domain("code", "in", list(wanted)) & Table._mine())
        self._read_columns(found)
        periods = [period]
        if compare:
            periods.append(Table._earlier(period, compare))
        shared = SharedCount(self.env, company, periods)
        builds = {
            table.code: Build(table, period, company, compare=compare, shared=shared)
            for table in found
        }
        for code, build in builds.items():
            if wanted[code] is not None:
                build.keep(wanted[code])
            build.expect()
        return builds

    @api.model
    def _read_columns(self, tables):
        """The columns at once, not table by table."""
        # sudo: the definitions behind tables that the user may see
        Column = self.env["ozel_kalem.statistics.column"].sudo()
        Column.search_fetch([("table_id", "in", tables.ids)])

    @api.model
    def _indicator_names(self):
        """``{code: name}``; with them all definitions are read at once."""
        # sudo: the definitions behind tables that the user may see
        Indicator = self.env["ozel_kalem.indicator"].sudo()
        found = Indicator.with_context(active_test=False).search_fetch([])
        return {indicator.code: indicator.name for indicator in found}

    @api.model
    def _tiles(self, tiles, builds, tables, company):
        names = self._indicator_names()
        found = []
        for tile in tiles:
            if isinstance(tile, Standing):
                found.append(self._standing_tile(tile, company))
                continue
            columns = builds[tile.table].columns() if tile.table in builds else ()
            found += [
                self._tile(tile, tables[tile.table], column, names)
                for column in columns
                if column["key"] == tile.column
            ]
        return found

    @api.model
    def _standing_tile(self, tile, company):
        """A figure of today, which has no period to be compared with."""
        # sudo: how many there are; what they are stays with the rules
        model = self.env[tile.res_model].sudo().with_context(active_test=False)
        return {
            "table": "",
            "column": tile.key,
            "label": self._standing_words()[tile.key][0],
            "value": model.search_count(self._standing_domain(tile, company)),
            "previous": None,
            "change": None,
            "better": tile.better,
            "kind": "count",
            "unit": "",
            "rounding": 0,
            "definition": self._standing_words()[tile.key][1],
        }

    @api.model
    def _standing_domain(self, tile, company):
        return Domain("company_id", "=", company.id) & Domain(list(tile.domain))

    @api.model
    def _standing_words(self):
        return {
            "request_overdue": (
                self.env._("Requests past their deadline today"),
                self.env._(
                    "All requests that are open after their deadline, whenever they came."
                ),
            ),
        }

    @api.model
    def action_open_standing(self, key, company_id=None):
        """Open the records that a figure of today counts.

        :param key: the tile's ``column``
        :param company_id: the municipality; the user's own when left out
        :raise AccessError: for a figure that is on none of the user's dashboards
        """
        mine = [KINDS[kind["key"]].tiles for kind in self._kinds()]
        tiles = {
            tile.key: tile
            for tile in sum(mine, ())
            if isinstance(tile, Standing) and tile.key == key
        }
        if not tiles:
            raise AccessError(self.env._("This figure isn't of your roles."))
        Table = self.env["ozel_kalem.statistics.table"]
        tile, company = tiles[key], Table._company(company_id)
        found = listed(self.env, tile.res_model, self._standing_domain(tile, company))
        return Table._opened(self._standing_words()[key][0], found)

    @api.model
    def _tile(self, tile, table, column, names):
        """A figure of a table as it stands alone."""
        value, previous = self._figures(tile, table)
        return {
            "table": tile.table,
            "column": tile.column,
            "label": self._words(tile) or names[column["indicator"]],
            "value": value,
            "previous": previous,
            "change": change_percent(previous, value)
            if has_change(column["kind"])
            else None,
            "better": tile.better,
            "kind": column["kind"],
            "unit": column["unit"],
            "rounding": column["rounding"],
            "definition": column["definition"],
        }

    @api.model
    def _figures(self, tile, table):
        """The figure and the one before it."""
        if table["layout"] != "indicator":
            total = table["total"]
            return total["values"].get(tile.column), total["previous"].get(tile.column)
        row = next(row for row in table["rows"] if row["key"] == tile.column)
        return row["values"]["value"], row["values"].get("before")

    @api.model
    def _words(self, tile):
        """What a part of an indicator is called where no table stands around it."""
        return {
            "R06 complaint": self.env._("Complaints"),
            "R05 incoming": self.env._("Incoming calls"),
            "R05 call_back": self.env._("Calls to be returned"),
        }.get(f"{tile.table} {tile.column}")

    @api.model
    def _lang(self):
        return self.env.lang or "tr_TR"
