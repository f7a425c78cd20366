"""A statistics table as it stands on paper: texts in rows, nothing to compute."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .figures import change_percent, has_change, text

TABLE_KINDS = ("line", "unspecified", "correction", "total", "previous", "change")
TOTAL = ("total", None)
# More columns than these leave no room for the period before beside each row.
MOST_COMPARED = 1


@dataclass(frozen=True)
class PaperRow:
    """A row: its kind, one of `TABLE_KINDS`, and the text of each column."""

    kind: str
    label: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class PaperTable:
    """A table's texts.

    - ``head``: the title of each column, the first one's included;
    - ``is_text``: for each column but the first, whether it's text, not figures.
    """

    head: tuple[str, ...]
    rows: list[PaperRow] = field(default_factory=list)
    is_text: tuple[bool, ...] = ()


@dataclass(frozen=True)
class Difference:
    """A figure that isn't any more what it was."""

    row: str
    column: str
    before: str
    now: str


def on_paper(table: Mapping, change: str, lang: str = "tr_TR") -> PaperTable:
    """Return the texts of a statistics table.

    With a comparison, a table of one column of figures has the period before and the
    change beside each row; a wider one has them below its total. A period before that
    has no figures at all isn't shown: nothing was registered yet.

    :param table: as ``get_table`` gives it
    :param change: the word for "change (%)"
    :param lang: how numbers are written
    """
    return _Writer(table, change, lang).table()


def differences(before: Mapping, now: Mapping, lang: str = "tr_TR") -> list[Difference]:
    """Return what is another figure in ``now`` than it was in ``before``."""
    titles = {column["key"]: column for column in before["columns"]}
    titles.update((column["key"], column) for column in now["columns"])
    was, is_ = _by_row(before), _by_row(now)
    found = []
    for row in sorted({**was, **is_}, key=lambda row: row == TOTAL):
        label = (is_.get(row) or was.get(row))["label"]
        values = [lines.get(row, {}).get("values") or {} for lines in (was, is_)]
        for key, column in titles.items():
            old, new = (value.get(key) for value in values)
            if (old or 0) != (new or 0):
                texts = (_figure(value, column, lang) for value in (old, new))
                found.append(Difference(label, column["label"], *texts))
    return found


class _Writer:
    def __init__(self, table, change, lang):
        self._table = table
        self._columns = table["columns"]
        self._change = change
        self._lang = lang
        figures = [c for c in self._columns if not c["shares_of"]]
        before = table["previous"] if _has_figures(table["total"], "previous") else None
        self._before = before and before["label"]
        self._beside = bool(before) and len(figures) <= MOST_COMPARED
        self._compared = figures[0] if self._beside else None

    def table(self):
        return PaperTable(
            (self._table["row_label"], *self._titles()),
            [*map(self._row, self._table["rows"]), *self._foot()],
            self._text_columns(),
        )

    def _titles(self):
        titles = [column["label"] for column in self._columns]
        return [*titles, self._before, self._change] if self._beside else titles

    def _text_columns(self):
        kinds = [column["kind"] == "text" for column in self._columns]
        return tuple(kinds + [False, False] if self._beside else kinds)

    def _row(self, row, kind=None):
        values, before = row["values"], row.get("previous") or {}
        cells = [self._text(values, column) for column in self._columns]
        if self._beside:
            cells += [
                self._text(before, self._compared),
                self._changed(before, values, self._compared),
            ]
        return PaperRow(kind or row["kind"], row["label"], tuple(cells))

    def _foot(self):
        total = self._table["total"]
        if not total:
            return []
        rows = [self._row(total, "total")]
        if self._before and not self._beside:
            values, before = total["values"], total["previous"]
            texts = (self._text(before, column) for column in self._columns)
            rows.append(PaperRow("previous", self._before, tuple(texts)))
            texts = (self._changed(before, values, column) for column in self._columns)
            rows.append(PaperRow("change", self._change, tuple(texts)))
        return rows

    def _text(self, values, column):
        return _figure(values.get(column["key"]), column, self._lang)

    def _changed(self, before, now, column):
        change, key = None, column["key"]
        if has_change(column["kind"]):
            change = change_percent(before.get(key), now.get(key))
        return text(change, "percent", lang=self._lang)


def _figure(value, column, lang):
    return text(value, column["kind"], column.get("rounding"), lang)


def _has_figures(row, when):
    return bool(row) and any((row.get(when) or {}).values())


def _by_row(table):
    rows = {(row["kind"], row["key"]): row for row in table["rows"]}
    if table["total"]:
        rows[TOTAL] = table["total"]
    return rows
