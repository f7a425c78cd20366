from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...tools.periods import Period
from .statistics_build import Build

COMPARISONS = ("previous", "last_year")
# Nothing of an office lies beyond; a table has a row for each month.
YEARS = (1900, 2199)


class StatisticsTable(models.Model):
    """A table of the office's statistics: indicators by month or by a field (§6.3)."""

    _name = "ozel_kalem.statistics.table"
    _inherit = ["ozel_kalem.mixin.copied"]
    _description = "Statistics Table"
    _order = "sequence, code"
    _rec_names_search = ["code", "name"]
    _copied_as = "code"

    code = fields.Char(required=True, index=True)
    name = fields.Char(required=True, translate=True)
    description = fields.Text(translate=True)
    layout = fields.Selection(
        [
            ("month", "A row for each month"),
            ("field", "A row for each value of a field"),
            ("indicator", "A row for each indicator"),
        ],
        required=True,
        default="month",
    )
    row_field = fields.Char("Rows by")
    row_label = fields.Char("Head of the first column", translate=True)
    column_ids = fields.One2many(
        "ozel_kalem.statistics.column", "table_id", "Columns", copy=True
    )
    chart = fields.Selection(
        [
            ("column", "Columns"),
            ("stacked", "Stacked columns"),
            ("bar", "Bars"),
            ("line", "Line"),
            ("pie", "Pie"),
        ],
        default="column",
    )
    is_sensitive = fields.Boolean(
        "Sensitive", help="Cells of fewer than three persons are shown as “<3”."
    )
    sum_key = fields.Char(
        "Column of sums",
        help="The key of the column that is the sum of the others, where there is one.",
    )
    group_ids = fields.Many2many("res.groups", string="Roles that may see it")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint(
        "UNIQUE (code)", "Another table has this code already."
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for table in self:
            table.display_name = f"{table.code} {table.name}"

    @api.constrains("layout", "row_field", "column_ids")
    def _check_rows(self):
        for table in self.filtered(lambda one: one.layout == "field"):
            for model in table._sources():
                field = model._fields.get(table.row_field or "")
                if field is None or not field.store:
                    raise ValidationError(
                        self.env._(
                            "%(table)s: “Rows by” must be a field of %(model)s.",
                            table=table.display_name,
                            model=model._description,
                        )
                    )

    def _sources(self):
        models_ = (column.indicator_id._source() for column in self.column_ids)
        return {model._name: model for model in models_ if model is not None}.values()

    # ------------------------------------------------------------- interface

    @api.model
    @api.readonly
    def get_tables(self):
        """The tables that the user may see.

        :return: ``[{"code", "title", "description", "layout"}]``
        """
        return [
            {
                "code": table.code,
                "title": table.name,
                "description": table.description or "",
                "layout": table.layout,
            }
            for table in self.search(self._mine())
        ]

    @api.model
    @api.readonly
    def get_table(self, code, date_from, date_to, compare=None, company_id=None):
        """A table of a period, as screen, workbook, paper and interface show it.

        :param code: of the table, e.g. ``"R06"``
        :param date_from: first day, ``"2026-01-01"``
        :param date_to: last day, included
        :param compare: ``"previous"`` period, the same of ``"last_year"``, or none
        :param company_id: the municipality; the user's own when left out
        :return: ``{"code", "title", "period", "columns", "rows", "total", …}``
        :raise UserError: for an unknown table, dates that are reversed or none, a
            company that isn't the user's
        """
        return self._named(code)._built(
            self._period(date_from, date_to),
            self._comparison(compare),
            self._company(company_id),
        )

    @api.model
    @api.readonly
    def get_records(
        self, code, date_from, date_to, column, row=None, whole=True, company_id=None
    ):
        """What a figure is made of, and how much of it the user may open.

        :param column: key of the column
        :param row: key of the row; the whole table's without one
        :param whole: False for the figures of ``row``, also where its key is None
        :return: ``{"res_model", "domain", "count", "listed", "restricted"}``
        :raise UserError: as `get_table`, and for an unknown column
        """
        table = self._named(code)
        period = self._period(date_from, date_to)
        build = Build(table, period, self._company(company_id))
        return build.records(column, row, whole=whole and row is None)

    def action_open_figure(
        self, code, date_from, date_to, column, row=None, whole=True, company_id=None
    ):
        """Open the records that a figure counts; for the arguments see `get_records`."""
        found = self.get_records(
            code, date_from, date_to, column, row, whole, company_id
        )
        return self._opened(self._named(code).name, found)

    @api.model
    def _opened(self, name, found):
        """Open what a figure counts; the title tells how much of it is restricted."""
        if found["restricted"]:
            name = self.env._(
                "%(table)s (%(count)s restricted records aren't listed)",
                table=name,
                count=found["restricted"],
            )
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": found["res_model"],
            "views": self._views_of(found["res_model"]),
            "mobile_view_mode": "kanban",
            "domain": found["domain"],
            "context": {
                "active_test": False,
                "hierarchical_naming": False,
                "ozel_kalem_restricted": found["restricted"],
            },
        }

    @api.model
    def _views_of(self, res_model):
        """A list, which a telephone shows as cards: plain ones, if there are any."""
        kind = res_model.rpartition(".")[2]
        plain = self.env["ir.model.data"]._xmlid_to_res_id(
            f"ozel_kalem.{kind}_view_kanban_plain", raise_if_not_found=False
        )
        # sudo: whether a view exists is no secret
        View = self.env["ir.ui.view"].sudo()
        has_cards = plain or View.default_view(res_model, "kanban")
        cards = [(plain or False, "kanban")] if has_cards else []
        return [(False, "list"), *cards, (False, "form")]

    # --------------------------------------------------------------- parts

    @api.model
    def _mine(self):
        """The tables of the user's roles; the settings' manager sees no figures."""
        return Domain("group_ids", "in", list(self.env.user._get_group_ids()))

    @api.model
    def _named(self, code):
        named = Domain("code", "=", code if isinstance(code, str) else "")
        table = self.search(named & self._mine(), limit=1)
        if not table:
            raise UserError(
                self.env._("There is no statistics table “%s” for you.", code or "")
            )
        return table

    @api.model
    def _period(self, date_from, date_to):
        try:
            first = fields.Date.to_date(date_from)
            last = fields.Date.to_date(date_to)
        except (ValueError, TypeError):
            first = last = None
        if not first or not last:
            raise UserError(
                self.env._("“From” and “Until” must be dates, such as 2026-01-31.")
            )
        if last < first:
            raise UserError(self.env._("“Until” can't be before “From”."))
        if first.year < YEARS[0] or last.year > YEARS[1]:
            raise UserError(
                self.env._(
                    "“From” and “Until” must lie between %(first)s and %(last)s.",
                    first=YEARS[0],
                    last=YEARS[1],
                )
            )
        return Period.of(first, last)

    @api.model
    def _earlier(self, period, compare):
        """The period that ``period`` is compared with."""
        return getattr(period, compare)()

    @api.model
    def _comparison(self, compare):
        if compare and compare not in COMPARISONS:
            raise UserError(
                self.env._("“Compare” must be one of: %s.", ", ".join(COMPARISONS))
            )
        return compare

    @api.model
    def _company(self, company_id):
        company_id = company_id or self.env.company.id
        if company_id not in self.env.user._get_company_ids():
            raise UserError(self.env._("This isn't one of your companies."))
        return self.env["res.company"].browse(company_id)

    def _built(self, period, compare=None, company=None):
        """As `get_table`, of checked arguments."""
        self.ensure_one()
        return Build(self, period, company or self.env.company, compare=compare).table()


class StatisticsColumn(models.Model):
    """A column of a table: an indicator, perhaps of some of its records only."""

    _name = "ozel_kalem.statistics.column"
    _description = "Statistics Column"
    _order = "table_id, sequence, id"
    _rec_name = "indicator_id"

    table_id = fields.Many2one(
        "ozel_kalem.statistics.table", required=True, ondelete="cascade", index=True
    )
    key = fields.Char(required=True, help="Its name for the interface.")
    name = fields.Char("Title", translate=True)
    indicator_id = fields.Many2one(
        "ozel_kalem.indicator", required=True, ondelete="restrict", index=True
    )
    domain = fields.Char(default="[]", required=True, help="Which of its records.")
    with_share = fields.Boolean("With %", help="Followed by its shares of the whole.")
    in_chart = fields.Boolean()
    sequence = fields.Integer(default=10)

    _key_uniq = models.Constraint(
        "UNIQUE (table_id, key)", "Another column of the table has this key."
    )

    @api.constrains("domain", "indicator_id")
    def _check_domain(self):
        for column in self:
            model = column.indicator_id._source()
            try:
                domain = column._own_domain()
                if model is not None:
                    domain.validate(model)
            except (ValueError, SyntaxError, TypeError) as error:
                raise ValidationError(
                    self.env._(
                        "%(column)s: “%(field)s” can't be “%(value)s”.",
                        column=column.name or column.key,
                        field=self._fields["domain"]._description_string(self.env),
                        value=column.domain,
                    )
                ) from error

    def _own_domain(self):
        return self.env["ozel_kalem.indicator"]._domain_of(self.domain)

    def _measures(self):
        """``{part: Measure}`` of which its cells are made."""
        return self.indicator_id._measures(self._own_domain())

    def _title(self):
        return self.name or self.indicator_id.name
