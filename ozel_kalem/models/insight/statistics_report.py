from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools.figures import text
from ...tools.local_time import local_today
from ...tools.periods import Period
from ...tools.statistics_book import write_statistics
from .statistics_data import DataSheets

PRESETS = [
    ("today", "Today"),
    ("this_week", "This week"),
    ("this_month", "This month"),
    ("last_month", "Last month"),
    ("this_quarter", "This quarter"),
    ("last_quarter", "Last quarter"),
    ("this_year", "This year"),
    ("last_year", "Year report (last year)"),
    ("range", "Other dates"),
]
COMPARE = [
    ("previous", "Previous period"),
    ("last_year", "Same period of last year"),
]


class StatisticsReport(models.Model):
    """Tables of a period, on screen and as a workbook, in the rights of who asks."""

    _name = "ozel_kalem.statistics.report"
    _inherit = ["mail.thread", "ozel_kalem.mixin.sheet"]
    _description = "Statistics Report"
    _order = "id desc"

    name = fields.Char("Report", compute="_compute_name", store=True)
    preset = fields.Selection(
        PRESETS, "Period", required=True, default="last_month", copy=True
    )
    date_from = fields.Date(
        "From", compute="_compute_dates", store=True, readonly=False, precompute=True
    )
    date_to = fields.Date(
        "Until", compute="_compute_dates", store=True, readonly=False, precompute=True
    )
    compare = fields.Selection(COMPARE, "Compared with")
    table_ids = fields.Many2many(
        "ozel_kalem.statistics.table",
        string="Tables",
        default=lambda self: self._default_tables(),
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    with_data = fields.Boolean(
        "With the records",
        help="Sheets with the records behind the figures, as far as you may read them: "
        "number, date, state, unit; no names and no telephone numbers.",
    )
    is_previewed = fields.Boolean(copy=False)
    preview = fields.Html(compute="_compute_preview", sanitize=True)

    # -------------------------------------------------------------- parameters

    @api.model
    def _default_tables(self):
        Table = self.env["ozel_kalem.statistics.table"]
        return Table.search(Table._mine())

    @api.depends("preset")
    def _compute_dates(self):
        for report in self:
            if report.preset and report.preset != "range":
                period = Period.preset(report.preset, local_today())
                report.date_from, report.date_to = period.date_from, period.date_to
            else:
                report.date_from, report.date_to = report.date_from, report.date_to

    @api.onchange("date_from", "date_to")
    def _onchange_dates(self):
        """Dates that somebody chose are no longer “last month”."""
        if self.preset and self.preset != "range":
            period = Period.preset(self.preset, local_today())
            if (self.date_from, self.date_to) != (period.date_from, period.date_to):
                self.preset = "range"

    @api.depends("date_from", "date_to")
    def _compute_name(self):
        for report in self:
            period = report._asked_period()
            report.name = report.env._(
                "Statistics: %s", period.label(report._lang()) if period else ""
            ).rstrip(": ")

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if "preset" not in vals and vals.keys() & {"date_from", "date_to"}:
                vals["preset"] = "range"
        return super().create(vals_list)

    def copy_data(self, default=None):
        """A copy of last month's report is about the month that is last by then."""
        vals_list = super().copy_data(default)
        for vals in vals_list:
            if vals.get("preset", "range") != "range":
                for name in {"date_from", "date_to"} - {*(default or {})}:
                    vals.pop(name, None)
        return vals_list

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        Table = self.env["ozel_kalem.statistics.table"]
        for report in self:
            try:
                Table._period(report.date_from, report.date_to)
            except UserError as error:
                raise ValidationError(str(error)) from error

    @api.constrains("table_ids")
    def _check_tables(self):
        Table = self.env["ozel_kalem.statistics.table"]
        for report in self:
            asked = report._asked_tables()
            for table in asked - asked.filtered_domain(Table._mine()):
                raise ValidationError(
                    self.env._("There is no statistics table “%s” for you.", table.code)
                )

    @api.constrains("company_id")
    def _check_company(self):
        for report in self:
            self.env["ozel_kalem.statistics.table"]._company(report.company_id.id)

    def _lang(self):
        return self.env.lang or "tr_TR"

    def _asked_period(self):
        """The period; None while its dates are none or reversed."""
        dates = self.date_from, self.date_to
        if not all(dates) or dates[1] < dates[0]:
            return None
        return Period.of(*dates)

    # ------------------------------------------------------------------ tables

    def _table_codes(self):
        """The codes of the tables; a report of none is none.

        :raise UserError: where no table is chosen
        """
        codes = self._asked_tables().sorted().mapped("code")
        if not codes:
            raise UserError(self.env._("Choose at least one table."))
        return codes

    def _asked_tables(self):
        """The tables, also one that the reader may no longer see: told, not left out.

        The cache keeps what the reader saw of them, so it is asked anew.
        """
        kept = self.filtered("id")
        kept.invalidate_recordset(["table_ids"])
        # sudo: which tables were asked for; their figures are counted in his rights
        tables = self.sudo().table_ids
        kept.invalidate_recordset(["table_ids"])
        return tables

    def _counted(self, code):
        """One table of the report, as the interface gives it to the reader."""
        return self.env["ozel_kalem.statistics.table"].get_table(
            code,
            fields.Date.to_string(self.date_from),
            fields.Date.to_string(self.date_to),
            self.compare or None,
            self.company_id.id,
        )

    # ----------------------------------------------------------------- preview

    def action_preview(self):
        """Show the tables below the form; from then on they follow its fields."""
        self.ensure_one()
        self._table_codes()
        self.is_previewed = True
        return True

    @api.depends(
        "is_previewed", "date_from", "date_to", "compare", "table_ids", "company_id"
    )
    @api.depends_context("uid", "lang")
    def _compute_preview(self):
        for report in self:
            report.preview = report.is_previewed and report._preview()

    def _preview(self):
        try:
            with self.env.cr.savepoint():
                tables = [self._counted(code) for code in self._table_codes()]
        except UserError as error:
            return self._rendered(error=str(error))
        return self._rendered(tables)

    def _rendered(self, tables=(), error=None):
        """The tables as plain HTML, everything in them escaped."""
        return self.env["ir.qweb"]._render(
            "ozel_kalem.statistics_preview",
            {"tables": tables, "error": error, "shown": self._shown},
        )

    def _shown(self, value, column):
        """A figure as people read it: “1.234”, “%12,5”, “–”, “<3”."""
        return text(value, column["kind"], column["rounding"], self._lang())

    # ---------------------------------------------------------------- workbook

    def _sheet_title(self):
        return (self.name or self._description).replace(": ", " ")

    def action_xlsx(self):
        """Download the workbook now."""
        self._table_codes()
        return super().action_xlsx()

    def _write_xlsx(self, stream, tell=None):
        """Write the workbook in the rights of the environment's user.

        :param tell: called with the steps done and the steps to do
        """
        codes = self._table_codes()
        steps = _Steps(tell)
        own = self.with_context(allowed_company_ids=self.company_id.ids)
        data = own._data_sheets(codes, steps) if self.with_data else None
        steps.begin(codes, data)
        tables = []
        for code in codes:
            tables.append(own._counted(code))
            steps.table_done()
        write_statistics(
            stream,
            tables,
            own._cover(data),
            data.sheets() if data else (),
            own._lang(),
        )

    def _data_sheets(self, codes, steps):
        Table = self.env["ozel_kalem.statistics.table"]
        tables = Table.concat(*(Table._named(code) for code in codes))
        period, company = self._asked_period(), self.company_id
        return DataSheets(tables, period, company, steps.row_done)

    def _cover(self, data):
        """What the cover says beyond what the tables say themselves."""
        office = self.env["ozel_kalem.office"]._for(self.company_id.id)
        return {
            "title": self.env._("Statistics Report"),
            "office": office.name or "",
            "notes": data.notes if data else [],
        }


class _Steps:
    """How far a workbook is: a table counts as so many rows."""

    TABLE = 1_000
    # so rarely that telling costs nothing
    EVERY = 2_000

    def __init__(self, tell):
        self._tell = tell
        self._done = self._whole = self._rows = 0

    def begin(self, codes, data):
        """Measure what there is to do, where somebody is told at all."""
        if self._tell:
            rows = data.count() if data else 0
            self._whole = len(codes) * self.TABLE + rows

    def table_done(self):
        """A table was counted."""
        self._done += self.TABLE
        self._told()

    def row_done(self):
        """A row was written."""
        self._rows += 1
        if self._rows % self.EVERY == 0:
            self._done += self.EVERY
            self._told()

    def _told(self):
        if self._tell:
            self._tell(self._done, self._whole)
