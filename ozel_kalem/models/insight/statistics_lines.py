"""The rows of a table of the statistics: what was counted, and what of it is closed."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from odoo.exceptions import UserError

from ...tools.periods import Period
from ...tools.turkish import short_date, sort_key
from .statistics_count import Count
from .tally import Tally


@dataclass
class Line:
    """A row: what of each column's parts was counted."""

    key: object
    label: str
    kind: str = "line"
    cells: dict = field(default_factory=lambda: defaultdict(Tally))

    def add(self, cells):
        for part, tally in cells.items():
            self.cells[part].add(tally)
        return self


class Lines:
    """What a table counts of one period of one company; see `lines`.

    With ``shared``, it is counted once for several tables.
    """

    def __init__(self, table, period, company, is_before=False, shared=None):
        self._env = table.env
        # sudo: the definitions behind a table that the user may see
        self._table = table.sudo()
        self._period = period
        self._company = company
        self._is_before = is_before
        self._found = None
        self._kept = None
        self._set_columns(
            self._table.column_ids.filtered(
                lambda column: column.indicator_id._source() is not None
            )
        )
        self._shared = shared
        self._count = (
            shared.count(period) if shared else Count(self._env, company, period)
        )
        self._row_field = table.row_field if table.layout == "field" else ""
        self._notes = []
        self._flags = []

    def _set_columns(self, columns):
        self._columns = columns
        self._measures = {
            (column.key, part): measure
            for column in columns
            for part, measure in column._measures().items()
        }

    def keep(self, keys):
        """Leave out the columns that nobody looks at; the others stay as they are."""
        self._kept = keys
        self._set_columns(self._columns.filtered(lambda column: column.key in keys))
        return self

    def expect(self):
        """Tell what is shared that this table will count."""
        self._shared.expect(self._measures.values(), self._row_field)
        if self._row_field and self._several_rows():
            self._shared.expect(self._measures.values())

    # ------------------------------------------------------------------ lines

    def lines(self):
        """The rows and the whole: ``([Line, …], Line)``."""
        frozen, labels = self._closed()
        live = self._cells(by_month=not self._row_field or bool(frozen))
        correction = Line("correction", self._env._("Correction"), "correction")
        for month, cells_of in frozen.items():
            for cells in cells_of.values():
                correction.add({part: Tally().add(t, -1) for part, t in cells.items()})
            for key in [key for key in live if key[0] == month]:
                correction.add(live.pop(key))
        by_row = {}
        closed = {
            (month, row): cells
            for month, cells_of in frozen.items()
            for row, cells in cells_of.items()
        }
        for (month, row), cells in (*live.items(), *closed.items()):
            key = month if self._table.layout == "month" else row
            by_row.setdefault(key, Line(key, "")).add(cells)
        lines = self._labelled(by_row, labels)
        if any(correction.cells.values()):
            lines.append(correction)
        whole = Line("total", self._env._("Total"), "total")
        for line in lines:
            whole.add(line.cells)
        return lines, self._checked(whole)

    def _checked(self, whole):
        """Where a record may stand in several rows, the whole is no sum of them."""
        if not self._row_field or not self._several_rows():
            return whole
        found = self._count.tallies(self._unique())
        exact = Line(whole.key, whole.label, whole.kind)
        for (key, part), measure in self._measures.items():
            for tally in found[measure].values():
                exact.cells[key, part].add(tally)
            if exact.cells[key, part].n != whole.cells[key, part].n:
                self._flags.append(
                    self._env._(
                        "%(column)s: the rows make %(rows)s, the whole is %(whole)s.",
                        column=self._column(key)._title(),
                        rows=whole.cells[key, part].n,
                        whole=exact.cells[key, part].n,
                    )
                )
        return exact

    def _several_rows(self):
        return any(
            model._fields[self._row_field].type == "many2many"
            for model in self._table._sources()
        )

    def _unique(self):
        return list(dict.fromkeys(self._measures.values()))

    def _tallies(self, by_month):
        if self._found is not None:
            return self._found
        return self._count.tallies(self._unique(), self._row_field, by_month)

    def _cells(self, by_month):
        """``{(month, row): {(column, part): Tally}}`` as it is now."""
        found = self._tallies(by_month)
        months = {None, *self._period.months()}
        cells = defaultdict(dict)
        for part, measure in self._measures.items():
            for key, tally in found[measure].items():
                if key[0] in months:
                    cells[key][part] = tally
        self._note_beginning(cells)
        return cells

    def _closed(self):
        """What was frozen of the period's whole months, and its rows' labels."""
        Closing = self._env["ozel_kalem.statistics.closing"]
        closings = self._shared.closings if self._shared else None
        frozen, labels = Closing._frozen(
            self._table, self._company, self._period, closings
        )
        if frozen:
            self._notes.append(
                self._env._(
                    "Closed months show the figures of their closing; what changed "
                    "later stands in the line “Correction”."
                )
            )
        return frozen, labels

    def _note_beginning(self, cells):
        """Say that a period begins before anything was registered."""
        first_month = next(iter(self._period.months()))
        known = any(month in (None, first_month) for month, _row in cells)
        is_asked = not (self._is_before or self._shared)
        if known or not is_asked or not self._measures:
            return
        measure = next(iter(self._measures.values()))
        begin = self._count.first_day(measure)
        if not begin:
            self._notes.append(self._env._("There are no records yet."))
        elif begin > self._period.date_from:
            self._notes.append(
                self._env._("The first record is of %s.", short_date(begin))
            )

    # ----------------------------------------------------------------- labels

    def _labelled(self, by_row, labels):
        if self._table.layout == "month":
            return [
                by_row.get(month) or Line(month, "") for month in self._period.months()
            ]
        if self._table.layout == "indicator":
            return list(by_row.values())
        unspecified = [by_row.pop(key) for key in (False, None) if key in by_row]
        names = self._row_names(by_row, labels)
        lines = [by_row.get(key) or Line(key, "") for key in names]
        for line in lines:
            line.label = names[line.key]
        for line in unspecified[:1]:
            line.key, line.kind = None, "unspecified"
            line.label = self._env._("Not stated")
            lines.append(line.add(unspecified[1].cells) if unspecified[1:] else line)
        return lines

    def _row_names(self, by_row, labels):
        """``{key: label}`` in the order of the rows."""
        row_field = self._row_definition()
        if row_field is None:
            return {}
        if row_field.type == "selection":
            known = dict(row_field._description_selection(self._env))
            return {**known, **{key: str(key) for key in by_row if key not in known}}
        names = {key: str(key) for key in by_row}
        if row_field.type == "many2one":
            Row = self._env[row_field.comodel_name]
            # sudo: the names of units and places, under numbers
            Row = Row.sudo().with_context(active_test=False)
            by_name = "name" in Row._fields
            found = Row.search_fetch(
                [("id", "in", list(by_row))], ["name"] if by_name else []
            )
            names = {
                record.id: record.name if by_name else record.display_name
                for record in found
            }
            for key in by_row.keys() - names.keys():
                names[key] = labels.get(key) or self._env._("Deleted (%s)", key)
        return dict(sorted(names.items(), key=lambda item: sort_key(item[1])))

    def _row_definition(self):
        """The field that makes the rows; None for a table without columns."""
        model = next(iter(self._table._sources()), None)
        return None if model is None else model._fields[self._row_field]

    def _has_fixed_rows(self):
        """Whether the rows are those of a selection, in its order."""
        row_field = self._row_definition()
        return row_field is not None and row_field.type == "selection"

    def _month_label(self, month):
        return self._month_of(f"{month[0]}-{month[1]:02}").label(self._lang())

    def _month_of(self, key):
        """The part of the period that lies in a month, ``"2026-01"``."""
        try:
            whole = Period.around(date.fromisoformat(f"{key}-01"), "month")
            return Period.of(
                max(whole.date_from, self._period.date_from),
                min(whole.date_to, self._period.date_to),
            )
        except ValueError as error:
            raise UserError(self._env._("The table has no row “%s”.", key)) from error

    # ------------------------------------------------------------------ parts

    def _lang(self):
        return self._env.lang or "tr_TR"

    def _column(self, key):
        return self._columns.filtered(lambda column: column.key == key)
