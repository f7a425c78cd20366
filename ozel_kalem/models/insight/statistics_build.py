"""How a table of the statistics is put together."""

from dataclasses import replace

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.figures import change_percent, has_change, round_half_up, shares
from ...tools.local_time import local_today, to_local
from ...tools.periods import Period
from ...tools.small_cells import hide_table
from ...tools.turkish import sort_key
from .statistics_count import Count, listed
from .statistics_lines import Line, Lines

SHARE_DIGITS = 1


class Build(Lines):
    """One table of one period of one company; see `table`."""

    def __init__(self, *of, compare=None, **options):
        super().__init__(*of, **options)
        self._compare = compare

    # ----------------------------------------------------------------- answer

    def table(self):
        """The table as a plain dict, for every writer and for the interface."""
        figures = self.figures()
        return {
            "company": self._company.name,
            "generated_on": to_local(fields.Datetime.now()).isoformat(),
            "user": self._env.user.name,
            "source": ", ".join(self._source_names()),
            **figures,
        }

    def figures(self):
        """The same without who asked, when and of which sources."""
        before = self._before()
        if self._table.layout == "indicator":
            content = self._indicator_content(before)
        else:
            content = self._content(before)
        if self._table.is_sensitive:
            self._notes.append(
                self._env._(
                    "Cells of fewer than three persons are shown as “<3”; “*” hides "
                    "what they could be reckoned from."
                )
            )
        answer = {
            "code": self._table.code,
            "title": self._table.name,
            "description": self._table.description or "",
            "period": self._period.as_dict(self._lang()),
            "previous": before
            and {**before._period.as_dict(self._lang()), "kind": self._compare},
            "layout": self._table.layout,
            "row_label": self._table.row_label or "",
            "sensitive": self._table.is_sensitive,
            **content,
            "notes": self._notes,
            "flags": self._flags,
            "chart": self._chart(),
        }
        if not self._table.is_sensitive:
            return answer
        return hide_table(answer, self._table.sum_key or None)

    def records(self, column_key, row, whole=False):
        """Where a figure's records are; see ``get_records`` of the table."""
        measure = self._listed(column_key)
        count, domain = self._count, self._count.domain(measure)
        if not whole and self._row_field:
            domain &= Domain(self._row_field, "=", row or False)
        elif not whole and self._table.layout == "month":
            count = Count(self._env, self._company, self._month_of(row))
            domain = count.domain(measure)
        found = listed(self._env, measure.res_model, domain)
        if self._table.is_sensitive:
            # how many others there are would tell what the table hides
            found.update(count=found["listed"], restricted=0)
        return found

    def _listed(self, column_key):
        """The measure whose records a figure of the column opens."""
        column = self._column(column_key)
        measures = column and list(column._measures().values())
        if not measures:
            raise UserError(self._env._("The table has no column “%s”.", column_key))
        if column.indicator_id.measure != "together":
            return measures[0]
        either = Domain.OR(measure.domain for measure in measures)
        return replace(measures[0], domain=either)

    # ---------------------------------------------------------------- content

    def _content(self, before):
        lines, whole = self.lines()
        lines_before, whole_before = before.lines() if before else ([], None)
        lines = self._with_earlier(lines, lines_before)
        matching = self._matching(lines, lines_before)
        rows = [
            {
                "key": self._row_key(line),
                "label": line.label or self._month_label(line.key),
                "kind": line.kind,
                "values": self._values(line),
                "previous": (before or self)._values(matching.get(line.key)),
            }
            for line in lines
        ]
        total = {
            "label": whole.label,
            "values": self._values(whole),
            "previous": (before or self)._values(whole_before),
        }
        columns = self.columns()
        self._set_shares(columns, rows, total)
        return {"columns": columns, "rows": rows, "total": total}

    def _with_earlier(self, lines, lines_before):
        """The rows, with those that only the earlier period has, in their order."""
        if self._table.layout == "month":
            return lines
        known = {line.key for line in lines}
        gone = [line for line in lines_before if line.key not in known]
        if not gone:
            return lines
        lines = lines + [Line(line.key, line.label, line.kind) for line in gone]
        ends = {"unspecified": 1, "correction": 2}
        by_name = not self._has_fixed_rows()
        return sorted(
            lines,
            key=lambda line: (
                ends.get(line.kind, 0),
                sort_key(line.label) if by_name else "",
            ),
        )

    def _row_key(self, line):
        is_month = isinstance(line.key, tuple)
        return f"{line.key[0]}-{line.key[1]:02}" if is_month else line.key

    def _matching(self, lines, lines_before):
        """The line before of each line, by its key: months by their order."""
        if self._table.layout != "month":
            return {line.key: line for line in lines_before}
        own = [line for line in lines if line.kind == "line"]
        earlier = [line for line in lines_before if line.kind == "line"]
        if len(own) != len(earlier):
            return {}
        return {line.key: past for line, past in zip(own, earlier, strict=True)}

    def _values(self, line):
        if line is None:
            return {}
        return {
            column.key: self._figure(column, line)
            for column in self._columns
            if line.kind != "correction" or column.indicator_id._adds_up()
        }

    def _figure(self, column, line):
        indicator = column.indicator_id
        parts = {p: line.cells[k, p] for k, p in self._measures if k == column.key}
        is_daily = indicator.measure == "daily"
        days = self._working_days(line.key) if is_daily else 0
        figure = indicator._figure(parts, days)
        return _rounded(figure, indicator.digits)

    def _working_days(self, key):
        """How many working days a line is of, those to come left out."""
        month = isinstance(key, tuple) and f"{key[0]}-{key[1]:02}"
        period = self._month_of(month) if month else self._period
        last = min(period.date_to, local_today())
        if last < period.date_from:
            return 0
        before = fields.Date.subtract(period.date_from, days=1)
        Holiday = self._env["ozel_kalem.holiday"]
        calendar = Holiday._work_calendar(self._company.id)
        return calendar.working_days_between(before, last)

    def columns(self):
        """The columns, described as the table carries them."""
        columns = []
        for column in self._columns:
            indicator = column.indicator_id
            columns.append(
                {
                    "key": column.key,
                    "label": column._title(),
                    "kind": indicator._kind(),
                    "unit": self._unit(indicator),
                    "definition": indicator.definition,
                    "indicator": indicator.code,
                    "total": "sum" if indicator._adds_up() else "computed",
                    "rounding": indicator.digits,
                    "shares_of": None,
                }
            )
            if column.with_share:
                columns.append(self._share_column(column))
        return columns

    def _share_column(self, column):
        return {
            "key": f"{column.key}_share",
            "label": "%",
            "kind": "percent",
            "unit": "%",
            "definition": self._env._("Share of the whole"),
            "indicator": column.indicator_id.code,
            "total": "computed",
            "rounding": SHARE_DIGITS,
            "shares_of": column.key,
        }

    def _set_shares(self, columns, rows, total):
        shared = [column for column in columns if column["shares_of"]]
        for column, when in ((c, w) for c in shared for w in ("values", "previous")):
            of = [row for row in rows if row["kind"] != "correction" and row[when]]
            counts = [row[when].get(column["shares_of"]) or 0 for row in of]
            for row, share in zip(of, shares(counts, SHARE_DIGITS), strict=True):
                row[when][column["key"]] = share
            if total[when]:
                total[when][column["key"]] = 100.0 if sum(counts) else None
        if shared:
            self._notes.append(
                self._env._(
                    "Percentages are rounded by the largest remainder, so that they "
                    "make 100.0 together."
                )
            )

    # -------------------------------------------------------------- indicators

    def _indicator_content(self, before):
        """Each indicator as a row: unit, before, now, change."""
        now, past = self.lines()[1], before.lines()[1] if before else None
        rows = [
            {
                "key": column.key,
                "label": column._title(),
                "kind": "line",
                "values": {
                    "unit": self._unit(column.indicator_id),
                    **self._compared(column, now, before, past),
                },
                "previous": {},
            }
            for column in self._columns
        ]
        return {"columns": self._summary_columns(before), "rows": rows, "total": None}

    def _compared(self, column, now, before, past):
        value = self._figure(column, now)
        if not before:
            return {"value": value}
        earlier = before._figure(column, past)
        compares = has_change(column.indicator_id._kind())
        change = change_percent(earlier, value) if compares else None
        return {"before": earlier, "value": value, "change": change}

    def _summary_columns(self, before):
        titles = [("unit", self._env._("Unit"), "text")]
        if before:
            titles.append(("before", before._period.label(self._lang()), "number"))
        titles.append(("value", self._period.label(self._lang()), "number"))
        if before:
            titles.append(("change", self._env._("Change (%)"), "percent"))
        return [
            {
                "key": key,
                "label": label,
                "kind": kind,
                "unit": "",
                "definition": "",
                "indicator": "",
                "total": "none",
                # counts and means stand in one column: each as it is
                "rounding": None,
                "shares_of": None,
            }
            for key, label, kind in titles
        ]

    # ------------------------------------------------------------------ parts

    def _before(self):
        """The same table of the period that this one is compared with."""
        if not self._compare:
            return None
        period = self._table._earlier(self._period, self._compare)
        before = Build(
            self._table.sudo(False),
            period,
            self._company,
            is_before=True,
            shared=self._shared,
        )
        if self._kept is not None:
            before.keep(self._kept)
        if self._shared:
            return before
        whole_months = period.is_whole_months and self._period.is_whole_months
        if whole_months and not self._row_field:
            # both at once: the months tell which period a cell is of
            both = Period(period.date_from, self._period.date_to)
            count = Count(self._env, self._company, both)
            found = count.tallies(self._unique())
            self._found = before._found = found
        return before

    def _unit(self, indicator):
        units = indicator._fields["unit"]._description_selection(self._env)
        return dict(units)[indicator.unit]

    def _source_names(self):
        # sudo: the names of models are no secret
        names = [model._name for model in self._table._sources()]
        found = self._env["ir.model"].sudo().search([("model", "in", names)])
        return found.mapped("name")

    def _chart(self):
        charted = self._columns.filtered("in_chart").mapped("key")
        if not self._table.chart or not charted:
            return None
        return {"type": self._table.chart, "columns": charted}


def _rounded(value, digits):
    if value is None:
        return None
    rounded = round_half_up(value, digits)
    return rounded if digits else int(rounded)
