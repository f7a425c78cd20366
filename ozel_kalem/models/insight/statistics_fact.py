from collections import Counter

from odoo import api, fields, models
from odoo.tools import SQL

from ..foundation.rollup_tables import ZONE_NAME

# What is counted in each area: by which indicator, and which field tells the kind.
AREAS = {
    "request": ("ozel_kalem.indicator_request_received", "request_type"),
    "appointment": ("ozel_kalem.indicator_appointment_asked", "applicant_kind"),
    "visitor": ("ozel_kalem.indicator_visitor", "seeks"),
    "call": ("ozel_kalem.indicator_call", "direction"),
    "engagement": ("ozel_kalem.indicator_engagement", "kind"),
    "instruction": ("ozel_kalem.indicator_instruction", "mode"),
    "referral": ("ozel_kalem.indicator_instruction_referred", "purpose"),
}
DEPARTMENTS = ("lead_department_id", "department_id")
CHANNELS = ("channel",)


class StatisticsFact(models.Model):
    """What the office counts, for pivot and graph: how many, when, of which kind.

    Each area is counted by its indicator's own definition, so that the sums are
    those of the tables; facts are sums too, and lead to no record.
    """

    _name = "ozel_kalem.statistics.fact"
    _description = "Statistics Fact"
    _auto = False
    _order = "date desc, id"
    _rec_name = "area"

    area = fields.Selection("_area_labels", readonly=True)
    date = fields.Date(readonly=True)
    kind = fields.Selection("_kind_labels", readonly=True)
    department_id = fields.Many2one("hr.department", "Unit", readonly=True)
    channel = fields.Selection("_channel_labels", readonly=True)
    state = fields.Selection("_state_labels", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    count = fields.Integer("How many", readonly=True, aggregator="sum")

    # ------------------------------------------------------------------ labels

    @api.model
    def _area_labels(self):
        labels = {
            "request": self.env._("Requests"),
            "appointment": self.env._("Appointments"),
            "visitor": self.env._("Visitors"),
            "call": self.env._("Telephone calls"),
            "engagement": self.env._("Engagements"),
            "instruction": self.env._("Instructions"),
            "referral": self.env._("Instructions given to units"),
        }
        return list(labels.items())

    @api.model
    def _kind_labels(self):
        return self._labels_of(lambda area: AREAS[area][1])

    @api.model
    def _state_labels(self):
        return self._labels_of(lambda area: "state")

    @api.model
    def _channel_labels(self):
        return self._fields_of("request")["channel"]._description_selection(self.env)

    @api.model
    def _labels_of(self, name_of):
        """The values of the areas' fields; what several call alike says of which."""
        areas = dict(self._area_labels())
        values = [
            (area, value, label)
            for area in AREAS
            for value, label in self._fields_of(area)[
                name_of(area)
            ]._description_selection(self.env)
        ]
        times = Counter(label for _area, _value, label in values)
        return [
            (
                f"{area}.{value}",
                label if times[label] == 1 else f"{label} ({areas[area]})",
            )
            for area, value, label in values
        ]

    @api.model
    def _fields_of(self, area):
        return self._model_of(area)._fields

    @api.model
    def _model_of(self, area):
        models_of = {
            "visitor": "ozel_kalem.visit",
            **{name: f"ozel_kalem.{name}" for name in AREAS if name != "visitor"},
        }
        # sudo: numbers only; who may see an area is the record rules' question
        model = self.env[models_of[area]].sudo()
        return model.with_context(active_test=False)

    # ------------------------------------------------------------------- facts

    @property
    def _table_query(self):
        return SQL(" UNION ALL ").join(
            self._query_of(number, area) for number, area in enumerate(AREAS)
        )

    def _query_of(self, number, area):
        xml_id, kind = AREAS[area]
        # sudo: the definition, which is the same for every reader
        indicator = self.env.ref(xml_id).sudo()
        model = self._model_of(area)
        [measure] = indicator._measures().values()
        model.flush_model()
        query = model._search(measure.domain)
        column = self._column_of(model, query)
        day = SQL(
            f"(%s AT TIME ZONE 'UTC' AT TIME ZONE '{ZONE_NAME}')::date",
            column((measure.moment,)),
        )
        groups = {
            "date": day,
            "kind": SQL("%s || %s", f"{area}.", column((kind,))),
            "department_id": column(DEPARTMENTS),
            "channel": column(CHANNELS),
            "state": SQL("%s || %s", f"{area}.", column(("state",))),
            "company_id": column(("company_id",)),
        }
        count = SQL("COUNT(*)")
        if measure.value:
            count = SQL("COALESCE(SUM(%s), 0)", column((measure.value,)))
        query.groupby = SQL(", ").join(groups.values())
        selected = [
            SQL("%s AS %s", sql, SQL.identifier(n)) for n, sql in groups.items()
        ]
        return query.select(
            SQL("MIN(%s) * 16 + %s AS id", column(("id",)), number),
            SQL("%s AS area", area),
            *selected,
            SQL("%s AS count", count),
        )

    def _column_of(self, model, query):
        """A function that gives the first of the fields that the model has."""

        def column(names):
            for name in names:
                if name in model._fields:
                    return SQL.identifier(query.table, name)
            return SQL(
                "NULL::%s", SQL("integer" if names == DEPARTMENTS else "varchar")
            )

        return column
