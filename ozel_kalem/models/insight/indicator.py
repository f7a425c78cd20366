from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .tally import Measure

UNITS = [
    ("count", "pieces"),
    ("person", "persons"),
    ("day", "days"),
    ("minute", "minutes"),
    ("percent", "%"),
    ("money", "TL"),
]
DATED = ("date", "datetime")
NUMBERS = ("integer", "float", "monetary")


class Indicator(models.Model):
    """A figure that the office owes, defined once (D68).

    Screen, workbook, paper and interface read it from here. What auditors ask
    of an indicator stands with it: definition, unit, formula, source, period
    (Court of Accounts, performance audit).
    """

    _name = "ozel_kalem.indicator"
    _inherit = ["ozel_kalem.mixin.copied"]
    _description = "Indicator"
    _order = "sequence, code"
    _rec_names_search = ["code", "name"]
    _copied_as = "code"

    code = fields.Char(required=True, index=True)
    name = fields.Char(required=True, translate=True)
    definition = fields.Text(required=True, translate=True)
    unit = fields.Selection(UNITS, required=True, default="count")
    digits = fields.Integer(
        "Decimals", help="Figures are rounded to these, half away from zero."
    )
    measure = fields.Selection(
        [
            ("count", "Number of records"),
            ("sum", "Sum"),
            ("mean", "Mean"),
            ("median", "Median"),
            ("daily", "Mean of a working day"),
            ("share", "Share of another indicator"),
            ("together", "Sum of two indicators"),
        ],
        required=True,
        default="count",
    )
    res_model = fields.Char("Source", help="The model whose records are counted.")
    source_name = fields.Char("Source name", compute="_compute_source_name")
    moment_field = fields.Char("Date", help="By which a record falls into a period.")
    domain = fields.Char(default="[]", required=True)
    value_field = fields.Char("Value", help="What is summed, or whose mean is taken.")
    numerator_id = fields.Many2one(
        "ozel_kalem.indicator",
        "First",
        index="btree_not_null",
        help="Of a share the part, of a sum one of its two terms.",
    )
    denominator_id = fields.Many2one(
        "ozel_kalem.indicator",
        "Second",
        index="btree_not_null",
        help="Of a share the whole, of a sum the other term.",
    )
    breakdowns = fields.Char(help="Fields by which it may be broken down.")
    owner_group_id = fields.Many2one(
        "res.groups", "Owner", help="The role that answers for the figure."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint(
        "UNIQUE (code)", "Another indicator has this code already."
    )
    _digits_in_range = models.Constraint(
        "CHECK (digits BETWEEN 0 AND 4)", "“Decimals” must be from 0 to 4."
    )

    @api.depends("res_model")
    def _compute_source_name(self):
        for indicator in self:
            model = indicator._source()
            # sudo: the name of a model is no secret
            Model = self.env["ir.model"].sudo()
            known = model is not None
            indicator.source_name = known and Model._get(model._name).name

    def _source(self):
        """The model whose records it counts; None where that isn't installed."""
        name = (self.numerator_id or self).res_model
        return self.env.get(name) if name else None

    table_count = fields.Integer("In tables", compute="_compute_table_count")

    def _compute_table_count(self):
        for indicator in self:
            indicator.table_count = len(indicator._in_tables())

    def _in_tables(self):
        """The tables in which it stands, itself or as part of a share."""
        Table = self.env["ozel_kalem.statistics.table"]
        shares = self.search(
            ["|", ("numerator_id", "=", self.id), ("denominator_id", "=", self.id)]
        )
        return Table.search([("column_ids.indicator_id", "in", (self | shares).ids)])

    def action_open_tables(self):
        """Open the tables in which it stands."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "ozel_kalem.statistics.table",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", self._in_tables().ids)],
        }

    @api.depends("code", "name")
    def _compute_display_name(self):
        for indicator in self:
            indicator.display_name = f"{indicator.code} {indicator.name}"

    # ---------------------------------------------------------------- checks

    @api.constrains(
        "measure", "res_model", "moment_field", "value_field", "domain", "breakdowns"
    )
    def _check_source(self):
        for indicator in self.filtered(lambda one: not one._is_made_of_two()):
            model = self.env.get(indicator.res_model)
            if model is None:
                raise indicator._refused("res_model", indicator.res_model)
            indicator._check_field(model, "moment_field", indicator.moment_field, DATED)
            if indicator.measure != "count":
                value = indicator.value_field
                indicator._check_field(model, "value_field", value, NUMBERS)
            for name in indicator._breakdown_fields():
                indicator._check_field(model, "breakdowns", name)
            try:
                indicator._domain_of(indicator.domain).validate(model)
            except (ValueError, SyntaxError, TypeError) as error:
                raise indicator._refused("domain", indicator.domain) from error

    @api.constrains("measure", "numerator_id", "denominator_id")
    def _check_share(self):
        for indicator in self.filtered(lambda one: one._is_made_of_two()):
            parts = indicator.numerator_id, indicator.denominator_id
            if not all(parts) or any(part._is_made_of_two() for part in parts):
                raise ValidationError(
                    self.env._(
                        "%(indicator)s needs “First” and “Second”, two indicators "
                        "that aren't made of others themselves.",
                        indicator=indicator.display_name,
                    )
                )

    def _check_field(self, model, own, name, types=()):
        field = model._fields.get(name or "")
        if field is None or not field.store or (types and field.type not in types):
            raise self._refused(own, name)

    def _refused(self, own, value):
        return ValidationError(
            self.env._(
                "%(indicator)s: “%(field)s” can't be “%(value)s”.",
                indicator=self.display_name,
                field=self._fields[own]._description_string(self.env),
                value=value or "",
            )
        )

    # --------------------------------------------------------------- reading

    @api.model
    def _domain_of(self, text):
        return Domain(literal_eval(text or "[]"))

    def _breakdown_fields(self):
        return [
            name.strip() for name in (self.breakdowns or "").split(",") if name.strip()
        ]

    def _is_made_of_two(self):
        return self.measure in ("share", "together")

    def _measures(self, domain=Domain.TRUE):
        """``{part: Measure}`` of which the figure is made.

        :param domain: what a column adds to the indicator's own
        """
        self.ensure_one()
        if self._is_made_of_two():
            return {
                "n": self.numerator_id._measures(domain)[""],
                "d": self.denominator_id._measures(domain)[""],
            }
        return {
            "": Measure(
                self.res_model,
                self.moment_field,
                self._domain_of(self.domain) & domain,
                "" if self.measure == "count" else self.value_field,
                self.measure == "median",
            )
        }

    def _figure(self, tallies, days):
        """The figure of ``{part: Tally}``, not rounded; None where there is none.

        :param days: how many working days the tallies are of
        """
        self.ensure_one()
        if self.measure == "share":
            whole = tallies["d"].n
            return 100 * tallies["n"].n / whole if whole > 0 else None
        if self.measure == "together":
            return tallies["n"].n + tallies["d"].n
        tally = tallies[""]
        return {
            "count": lambda: tally.n,
            "sum": lambda: tally.total,
            "mean": tally.mean,
            "median": tally.median,
            "daily": lambda: tally.total / days if days else None,
        }[self.measure]()

    def _adds_up(self):
        """Whether the figure of a whole is the sum of its parts' figures."""
        return self.measure in ("count", "sum", "together")

    def _kind(self):
        """The kind of the column, as writers of tables know it."""
        if self.unit in ("percent", "money"):
            return self.unit
        return "count" if self._adds_up() and not self.digits else "number"
