"""How the records of a period are counted: once for all columns of a table."""

from collections import Counter, defaultdict
from datetime import date, datetime

from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import Query

from ..foundation.rollup_source import holds, is_plain
from ..foundation.rollup_tables import ZONE_NAME
from .tally import Tally

# Where a cell keeps the value of which a median is made.
VALUE = "value"
OF_FIELD = "field "


class Count:
    """Tallies of one company's records in a period, by month and by row.

    The figures are the office's own: they count every record, archived and
    sealed ones too, and show none.
    """

    # by which part of time the records are grouped
    part = "month"

    def __init__(self, env, company, period):
        context = {**env.context, "active_test": False, "tz": ZONE_NAME}
        # sudo: numbers only; who may see a table is the table's own rule
        self._env = env(su=True, context=context)
        self._company = company
        self._period = period

    def domain(self, measure):
        """The records that ``measure`` counts."""
        return self._period_domain(measure) & measure.domain

    def tallies(self, measures, row_field="", by_month=True):
        """``{measure: {(month, row): Tally}}``, a month is ``(2026, 11)``.

        What can be counted together is: the columns of a table differ by the
        values of a few fields, by which the records are grouped, once.

        :param by_month: False for fewer cells; the months are None then
        """
        found = {measure: defaultdict(Tally) for measure in measures}
        for batch in self._batches(measures):
            counted = [(m, self._plain(m), found[m]) for m in batch]
            # few combinations of values stand behind many cells
            told = {}
            for key, values, numbers in self._cells(batch, row_field, by_month):
                combination = tuple(values.values())
                if combination not in told:
                    told[combination] = [
                        (measure, tallies)
                        for measure, domain, tallies in counted
                        if len(batch) == 1 or holds(domain, values)
                    ]
                for measure, tallies in told[combination]:
                    tallies[key].add(self._tally(measure, numbers))
        return found

    def first_day(self, measure):
        """The day of the company's first record, whatever it is; None without any."""
        spec = f"{measure.moment}:day"
        of_company = Domain("company_id", "=", self._company.id)
        found = self._model(measure)._read_group(
            of_company & Domain(measure.moment, "!=", False),
            [spec],
            ["__count"],
            order=spec,
            limit=1,
        )
        day = found and found[0][0]
        return day.date() if isinstance(day, datetime) else day or None

    # ----------------------------------------------------------------- inside

    def _model(self, measure):
        return self._env[measure.res_model]

    def _period_domain(self, measure):
        moment = measure.moment
        domain = Domain("company_id", "=", self._company.id)
        if self._model(measure)._fields[moment].type == "date":
            first, last = self._period.date_from, self._period.date_to
            return domain & Domain(moment, ">=", first) & Domain(moment, "<=", last)
        start, stop = self._period.utc_bounds()
        return domain & Domain(moment, ">=", start) & Domain(moment, "<", stop)

    def _plain(self, measure):
        return measure.domain.optimize(self._model(measure))

    def _batches(self, measures):
        """Measures that one question answers: the same records, fields of their own."""
        batches = defaultdict(list)
        for measure in measures:
            own = None if self._is_groupable(measure) else measure
            value = measure.value if measure.is_spread else ""
            batches[measure.res_model, measure.moment, value, own].append(measure)
        return batches.values()

    def _is_groupable(self, measure):
        """Whether groups by fields tell which records are of the measure."""
        plain = self._plain(measure)
        return is_plain(plain) and all(
            self._is_told(measure, condition) for condition in plain.iter_conditions()
        )

    def _is_told(self, measure, condition):
        """Whether a group by the condition's field tells if it holds."""
        field = self._model(measure)._fields.get(condition.field_expr)
        return (
            field is not None
            and field.store
            and field.type in ("selection", "boolean", "many2one", "integer", "char")
            and condition.operator in ("in", "not in")
            and not isinstance(condition.value, Query)
        )

    def _cells(self, batch, row_field, by_month=True):
        """``((month, row), field values, numbers)`` of each group of the records."""
        domain, groupby, numbers, names = self._question(batch, row_field, by_month)
        fields = [name for name in names if name.startswith(OF_FIELD)]
        model = self._model(batch[0])
        for row in model._read_group(domain, groupby, numbers):
            found = dict(zip(names, map(self._key, row), strict=True))
            values = {name.removeprefix(OF_FIELD): found[name] for name in fields}
            yield (found.get("month"), found.get("row")), values, found

    def _question(self, batch, row_field, by_month=True):
        """What is asked of the database: domain, groups, numbers, and their names."""
        first, *others = batch
        domain = self._period_domain(first) if others else self.domain(first)
        fields = fields_of(map(self._plain, batch)) if others else []
        spread = [first.value] if first.is_spread else []
        rows = [row_field] if row_field else []
        numbers = ["__count", *self._sums(batch)]
        months = [f"{first.moment}:{self.part}"] if by_month else []
        groupby = (*months, *rows, *fields, *spread)
        names = ["month" for _spec in months] + ["row" for _name in rows]
        names += [OF_FIELD + name for name in fields]
        names += [VALUE for _name in spread] + numbers
        return domain, groupby, numbers, names

    def _holds(self, measure, values):
        return holds(self._plain(measure), values)

    def _sums(self, measures):
        summed = (m for m in measures if m.value and not m.is_spread)
        return sorted({f"{measure.value}:sum" for measure in summed})

    def _tally(self, measure, numbers):
        n = numbers["__count"]
        if measure.is_spread:
            return Tally(n, 0, Counter({numbers[VALUE]: n}))
        return Tally(n, numbers.get(f"{measure.value}:sum") or 0)

    def _key(self, value):
        """A group's value as a key: a record's id, a month's year and number."""
        if isinstance(value, models.BaseModel):
            return value.id
        if isinstance(value, date):
            return value.year, value.month
        return value


def fields_of(domains):
    """The names of the fields that the domains look at."""
    names = {c.field_expr for domain in domains for c in domain.iter_conditions()}
    return sorted(names)


def listed(env, res_model, domain):
    """Where a figure's records are, and how many of them the reader may see."""
    model = env[res_model].with_context(active_test=False)
    # sudo: how many there are; what they are stays with the rules
    count = model.sudo().search_count(domain)
    try:
        shown = model.search_count(domain)
    except AccessError:
        shown = 0
    return {
        "res_model": res_model,
        "domain": list(domain),
        "count": count,
        "listed": shown,
        "restricted": count - shown,
    }
