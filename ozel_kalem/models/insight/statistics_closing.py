from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...tools.local_time import local_today
from ...tools.periods import Period
from .statistics_lines import Lines
from .tally import Tally


class StatisticsClosing(models.Model):
    """A month whose counts are frozen (§6.3): later changes are told apart."""

    _name = "ozel_kalem.statistics.closing"
    _description = "Monthly Closing"
    _order = "month desc, company_id"
    _rec_name = "month"

    month = fields.Date(
        required=True,
        default=lambda self: Period.preset("last_month", local_today()).date_from,
        help="Any day of the month that is closed.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    closed_by_id = fields.Many2one(
        "res.users", "Closed by", readonly=True, default=lambda self: self.env.user
    )
    closed_at = fields.Datetime(
        "Closed at", readonly=True, default=fields.Datetime.now, copy=False
    )
    # of every table, those that the reader may not see among them
    figures = fields.Json(readonly=True, copy=False, groups=fields.NO_ACCESS)

    _month_uniq = models.Constraint(
        "UNIQUE (company_id, month)", "This month is closed already."
    )

    @api.depends("month")
    def _compute_display_name(self):
        for closing in self:
            closing.display_name = format_date(
                self.env, closing.month, date_format="LLLL yyyy"
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("month"):
                vals["month"] = fields.Date.to_date(vals["month"]).replace(day=1)
            vals.pop("figures", None)
        closings = super().create(vals_list)
        for closing in closings:
            closing._freeze()
        return closings

    def write(self, vals):
        if set(vals) == {"figures"} and self.env.su and not any(self.mapped("figures")):
            return super().write(vals)
        raise UserError(
            self.env._("A closed month stays as it is. Reopen it to close it anew.")
        )

    def action_reopen(self):
        """Take the closing back: the month shows its live figures again."""
        return self.unlink()

    def _freeze(self):
        if self.month.replace(day=1) >= local_today().replace(day=1):
            raise UserError(
                self.env._("“Month”: only a month that has passed can be closed.")
            )
        # sudo: every table is frozen, whichever of them the user may see
        tables = self.env["ozel_kalem.statistics.table"].sudo().search([])
        figures = {table.code: self._figures_of(table) for table in tables}
        # sudo: nobody writes on a closing but itself, once
        self.sudo().write({"figures": figures})

    def _figures_of(self, table):
        period = Period.around(self.month, "month")
        build = Lines(table, period, self.company_id)
        lines, _whole = build.lines()
        return [
            [
                None if table.layout == "month" else line.key,
                line.label,
                [[*part, tally.dump()] for part, tally in line.cells.items() if tally],
            ]
            for line in lines
        ]

    @api.model
    def _of_company(self, company, date_from, date_to):
        """The closings of the months that begin in this time."""
        # sudo: the figures of a table that the user may see
        return self.sudo().search_fetch(
            [
                ("company_id", "=", company.id),
                ("month", ">=", date_from),
                ("month", "<=", date_to),
            ],
            ["month", "figures"],
        )

    @api.model
    def _frozen(self, table, company, period, closings=None):
        """What is frozen of the whole months of ``period``.

        :param closings: those of the company, where they were asked already
        :return: ``({month: {row: {(column, part): Tally}}}, {row: label})``
        """
        if closings is None:
            closings = self._of_company(company, period.date_from, period.date_to)
        frozen, labels = {}, {}
        for closing in closings:
            if closing.month not in period:
                continue
            month = Period.around(closing.month, "month")
            of_table = (closing.figures or {}).get(table.code)
            if month.date_to > period.date_to or of_table is None:
                continue
            rows = {}
            for row, label, cells in of_table:
                labels[row] = label
                rows[row] = {(k, part): Tally.load(t) for k, part, t in cells}
            frozen[closing.month.year, closing.month.month] = rows
        return frozen, labels
