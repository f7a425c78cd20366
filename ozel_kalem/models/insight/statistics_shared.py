"""What several tables of a screen count together: each thing once."""

from collections import defaultdict
from datetime import date

from odoo import models
from odoo.fields import Domain

from .statistics_count import Count
from .tally import Tally

ROWLESS = ""


class SharedCount(Count):
    """Tallies of several periods, asked once for all tables that expect them.

    The periods are counted in one question: by month, or by day where two of
    them have days of the same month.
    """

    def __init__(self, env, company, periods):
        super().__init__(env, company, periods[0])
        self._periods = periods
        self._months = {period: set(period.months()) for period in periods}
        self._expected = defaultdict(dict)
        self._found = {}
        self.part = "day" if _share_a_month(periods) else "month"
        Closing = env["ozel_kalem.statistics.closing"]
        begin = min(period.date_from for period in periods)
        end = max(period.date_to for period in periods)
        self.closings = Closing._of_company(company, begin, end)

    def count(self, period):
        """Where a table finds the tallies of one of the periods."""
        return _OfPeriod(self, period)

    def expect(self, measures, row_field=ROWLESS):
        """Say what will be counted, so that it can be counted together."""
        self._expected[row_field].update(dict.fromkeys(measures))

    def found(self, measures, row_field, period):
        """``{measure: {(month, row): Tally}}`` of one of the periods."""
        if any((measure, row_field) not in self._found for measure in measures):
            self._expected[row_field].update(dict.fromkeys(measures))
            self._ask(row_field)
        return {
            measure: self._found[measure, row_field][period] for measure in measures
        }

    # ----------------------------------------------------------------- inside

    def _ask(self, row_field):
        missing = [
            measure
            for measure in self._expected[row_field]
            if (measure, row_field) not in self._found
        ]
        for batch in self._batches(missing):
            for part in self._answerable(batch, row_field):
                self._ask_together(part, row_field)

    def _ask_together(self, batch, row_field):
        self._begin(batch, row_field)
        for key, values, numbers in self._cells(batch, row_field):
            for measure in batch:
                if len(batch) == 1 or self._holds(measure, values):
                    self._add(measure, row_field, key, self._tally(measure, numbers))

    def _answerable(self, batch, row_field):
        """The measures in as few parts as the roll-ups allow.

        Together, those of different tables may need fields that no roll-up has.
        """
        parts, others = [], []
        if not self._is_groupable(batch[0]):
            return [batch]
        for measure in batch:
            if not self._is_rolled_up([measure], row_field):
                others.append(measure)
                continue
            fitting = (p for p in parts if self._is_rolled_up([*p, measure], row_field))
            part = next(fitting, None)
            if part is None:
                parts.append([measure])
            else:
                part.append(measure)
        return [*parts, others] if others else parts

    def _is_rolled_up(self, batch, row_field):
        model = self._model(batch[0])
        if not hasattr(model, "_rollup_index"):
            return False
        domain, groups, _numbers, _names = self._question(batch, row_field)
        conditions = domain.optimize_full(model).iter_conditions()
        needs = {model._rollup_grouped(group) for group in groups}
        needs |= {model._rollup_told(condition) for condition in conditions}
        return all(needs) and model._rollup_index(needs) is not None

    def _begin(self, measures, row_field):
        for measure in measures:
            by_period = {period: defaultdict(Tally) for period in self._periods}
            self._found[measure, row_field] = by_period

    def _add(self, measure, row_field, key, tally):
        day, row = key
        for period in self._periods:
            if self._lies_in(day, period):
                cells = self._found[measure, row_field][period]
                cells[(day.year, day.month), row].add(tally)

    def _lies_in(self, day, period):
        if self.part == "day":
            return day in period
        return (day.year, day.month) in self._months[period]

    def _period_domain(self, measure):
        counts = [Count(self._env, self._company, period) for period in self._periods]
        return Domain.OR([count._period_domain(measure) for count in counts])

    def _key(self, value):
        """A group's value as a key: a record's id, the first day of its time."""
        if isinstance(value, models.BaseModel) or not isinstance(value, date):
            return super()._key(value)
        return date(value.year, value.month, value.day)


class _OfPeriod(Count):
    """The part of what is shared that is of one period."""

    def __init__(self, shared, period):
        super().__init__(shared._env, shared._company, period)
        self._shared = shared

    def tallies(self, measures, row_field=ROWLESS, by_month=True):
        return self._shared.found(measures, row_field, self._period)


def _share_a_month(periods):
    touched = [set(period.months()) for period in periods]
    return any(
        not touched[i].isdisjoint(other)
        for i in range(len(periods))
        for other in touched[i + 1 :]
    )
