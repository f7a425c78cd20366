"""Tables as XLSX, in constant memory, safe with text from outside.

A value of a ``text`` column stays text whatever it looks like: ``=1+1`` doesn't
become a formula, an address doesn't become a link. Rows are written as they come, so
a generator over a million records needs no more memory than a list of ten.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from tempfile import TemporaryDirectory

import xlsxwriter

LONGEST_TEXT = 32_767
LAST_ROW = 1_048_576
CUT = "…"
DATE_FORMAT = "dd.mm.yyyy"
DATETIME_FORMAT = "dd.mm.yyyy hh:mm"

_WIDTHS = {
    "text": 30,
    "integer": 12,
    "number": 16,
    "date": 12,
    "datetime": 17,
    "percent": 10,
}
KINDS = tuple(_WIDTHS)

_NUMBER_FORMATS = {
    "text": "@",
    "integer": "#,##0",
    "number": "#,##0.00",
    "date": DATE_FORMAT,
    "datetime": DATETIME_FORMAT,
    "percent": "0.0%",
}
_SUMMABLE = ("integer", "number")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What makes a closer look necessary; most texts of a long table have none of it.
_SUSPECT = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|^<r>")
_PLAIN = LONGEST_TEXT // 2
_FORBIDDEN_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST_SHEET_NAME = 31
_OLDEST_DATE = date(1900, 3, 1)
_DAY_ZERO = date(1899, 12, 30).toordinal()
_EXACT_DIGITS = 10**15
# LibreOffice always has letters as wide as Arial's; for xlsxwriter's own Calibri it
# takes others, and columns become a third wider on screen and paper.
_FONT = {"font_name": "Arial", "font_size": 10}
_A4 = 9
_LINE_HEIGHT = 15
_MOST_LINES = 27
_FILLED = 0.85
# xlsxwriter keeps every height that was set; longer tables aren't printed.
_WRAPPED_ROWS = 10_000


@dataclass(frozen=True)
class Column:
    """One column: where its value is found, its header, kind and width.

    - ``key``: the value's name where rows are mappings; also names it in `totals`.
    - ``kind``: one of `KINDS`; a percent is given as a fraction (0.25 is 25 %).
    - ``width``: in characters; None gives the kind's own.

    Raises ValueError for another kind and for a width that isn't from 1 to 255.
    """

    key: str
    header: str
    kind: str = "text"
    width: float | None = None

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}: {self.kind!r}")
        if self.width is not None and not 1 <= self.width <= 255:
            raise ValueError(f"width must be from 1 to 255, not {self.width!r}")


def write_table(
    stream,
    sheet_name: str,
    title: str,
    columns: Sequence[Column],
    rows: Iterable,
    subtitles: Iterable[str] = (),
    author: str = "",
    totals: Iterable[str] = (),
    totals_label: str = "Toplam",
) -> int:
    """Write a workbook of one table to `stream`; return the count of its rows.

    `stream` is a binary file or a path. For the rest, and for what is raised, see
    `Book.add_table`.
    """
    with open_book(stream, title=title, author=author) as book:
        return book.add_table(
            sheet_name, title, columns, rows, subtitles, totals, totals_label
        )


@contextmanager
def open_book(stream, title: str = "", author: str = ""):
    """Give a `Book` that writes to `stream`, a binary file or a path, when it ends.

    Nothing is written where the block raises.
    """
    with TemporaryDirectory() as folder:
        workbook = xlsxwriter.Workbook(
            stream,
            {
                "constant_memory": True,
                "default_format_properties": dict(_FONT),
                "remove_timezone": True,
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
                "tmpdir": folder,
            },
        )
        properties = {"title": clean_text(title), "author": clean_text(author)}
        workbook.set_properties(properties)
        yield Book(workbook)
        workbook.close()


class Book:
    """A workbook that is being written, sheet after sheet; see `open_book`."""

    def __init__(self, workbook):
        self._workbook = workbook
        self._sheet_names = set()
        self._styles = {}
        self._title = workbook.add_format({"bold": True, "font_size": 14})
        self._header = workbook.add_format(
            {
                "bold": True,
                "bg_color": "#D9E2EC",
                "align": "center",
                "border": 1,
                "text_wrap": True,
                "valign": "vcenter",
            }
        )
        self._label = workbook.add_format({"bold": True, "top": 1})
        self._cell, self._total = {}, {}
        for kind, number_format in _NUMBER_FORMATS.items():
            style = {"num_format": number_format, "valign": "top"}
            if kind == "text":
                style["text_wrap"] = True
            elif kind in ("date", "datetime"):
                style["align"] = "center"
            self._cell[kind] = workbook.add_format(style)
            self._total[kind] = workbook.add_format({**style, "bold": True, "top": 1})
        single_line = {"num_format": _NUMBER_FORMATS["text"], "valign": "top"}
        self._unwrapped = {**self._cell, "text": workbook.add_format(single_line)}

    def add_table(
        self,
        sheet_name: str,
        title: str,
        columns: Sequence[Column],
        rows: Iterable,
        subtitles: Iterable[str] = (),
        totals: Iterable[str] = (),
        totals_label: str = "Toplam",
    ) -> int:
        """Add a sheet with one table; return the count of its rows.

        - ``sheet_name``: made valid and unique, see `sheet_name`.
        - ``rows``: mappings by column key, or sequences in the order of `columns`;
          read once and never kept. None and False are empty cells; datetimes show
          the wall clock that they carry. Long texts are wrapped in the first 10,000.
        - ``subtitles``: lines under the title (period, filters, who asked).
        - ``totals``: keys of integer and number columns that are summed in a last
          row, which the filter leaves in its place.

        Raises ValueError that names row and column for a value that isn't of the
        column's kind or a row of another length, that names the argument for
        columns or totals that can't be used, and where the rows don't fit on a sheet.
        """
        columns = _checked_columns(columns)
        sums = {key: 0 for key in _checked_totals(totals, columns)}
        sheet = self._workbook.add_worksheet(self._unique(sheet_name))
        header_row = self._write_head(sheet, title, subtitles, columns)
        first_row = header_row + 1
        room = LAST_ROW - first_row - bool(sums)
        count = 0
        for count, row in enumerate(rows, 1):
            if count > room:
                raise ValueError(f"rows are more than the {room} that a sheet holds")
            self._write_row(sheet, header_row + count, count, row, columns, sums)
        last_row = header_row + count
        if sums:
            self._write_totals(sheet, last_row + 1, columns, sums, totals_label)
        sheet.autofilter(header_row, 0, last_row, len(columns) - 1)
        sheet.freeze_panes(first_row, 0)
        set_up_page(sheet, header_row)
        return count

    def add_data(
        self,
        sheet_name: str,
        title: str,
        columns: Sequence[Column],
        rows: Iterable,
        subtitles: Iterable[str] = (),
    ) -> list[tuple[str, int]]:
        """Add as many sheets as `rows` need; return (name, count of rows) of each.

        Otherwise as `add_table` without totals; an empty `rows` makes one sheet.
        """
        subtitles = tuple(subtitles)
        room = LAST_ROW - _header_row(subtitles) - 1
        rows, sheets = iter(rows), []
        while not sheets or (following := next(rows, None)) is not None:
            part = chain([following], rows) if sheets else rows
            part = islice(part, room)
            count = self.add_table(sheet_name, title, columns, part, subtitles)
            sheets.append((self._workbook.worksheets()[-1].get_name(), count))
        return sheets

    def new_sheet(self, name: str):
        """Add an empty sheet, its name made valid and unique; return xlsxwriter's.

        It's for tables that `add_table` doesn't know. Rows must be written from the
        top down, each before the next; text from outside by `clean_text` only.
        """
        return self._workbook.add_worksheet(self._unique(name))

    def style(self, **properties):
        """Return the cell format of these properties, one object for equal ones."""
        key = tuple(sorted(properties.items()))
        if key not in self._styles:
            self._styles[key] = self._workbook.add_format(properties)
        return self._styles[key]

    def new_chart(self, kind: str, subtype: str | None = None):
        """Return an empty chart of xlsxwriter's for one of the book's sheets."""
        return self._workbook.add_chart({"type": kind, "subtype": subtype})

    def _unique(self, name):
        name = sheet_name(name)
        unique, number = name, 1
        while unique.casefold() in self._sheet_names:
            number += 1
            ending = f" ({number})"
            unique = _shortened(name, _LONGEST_SHEET_NAME - len(ending)) + ending
        self._sheet_names.add(unique.casefold())
        return unique

    def _write_head(self, sheet, title, subtitles, columns):
        for index, column in enumerate(columns):
            sheet.set_column(index, index, _width(column))
        sheet.write_string(0, 0, clean_text(title), self._title)
        subtitles = tuple(subtitles)
        for row, line in enumerate(subtitles, 1):
            sheet.write_string(row, 0, clean_text(line))
        row = _header_row(subtitles)
        headers = [clean_text(column.header) for column in columns]
        _set_height(sheet, row, map(_lines, columns, headers))
        for index, header in enumerate(headers):
            sheet.write_string(row, index, header, self._header)
        return row

    def _write_row(self, sheet, sheet_row, count, row, columns, sums):
        values = _values(row, columns, count)
        styles = self._unwrapped
        if count <= _WRAPPED_ROWS:
            styles = self._cell
            self._make_room(sheet, sheet_row, columns, values)
        write_string, write_number = sheet.write_string, sheet.write_number
        for index, value in enumerate(values):
            if value is None or value is False:
                continue
            column = columns[index]
            kind = column.kind
            # the commonest cells of a long table, without detours
            if kind == "text":
                if _is_plain(value):
                    write_string(sheet_row, index, value, styles["text"])
                    continue
            elif kind == "date" and type(value) is date and value >= _OLDEST_DATE:
                day = value.toordinal() - _DAY_ZERO
                write_number(sheet_row, index, day, styles[kind])
                continue
            try:
                _write_cell(sheet, sheet_row, index, kind, value, styles)
                if column.key in sums:
                    sums[column.key] += _exact(value)
            except (TypeError, ValueError, OverflowError, ArithmeticError):
                raise ValueError(
                    f"row {count}, column {column.key}: {value!r} isn't {kind}"
                ) from None

    def _make_room(self, sheet, sheet_row, columns, values):
        cells = zip(columns, values, strict=True)
        texts = [cell for cell in cells if cell[0].kind == "text"]
        if any(_is_long(*cell) for cell in texts):
            _set_height(sheet, sheet_row, (_lines(*cell) for cell in texts))

    def _write_totals(self, sheet, row, columns, sums, label):
        for index, column in enumerate(columns):
            if column.key in sums:
                style = self._total[column.kind]
                sheet.write_number(row, index, sums[column.key], style)
            elif index == 0:
                sheet.write_string(row, 0, clean_text(label), self._label)
            else:
                sheet.write_blank(row, index, None, self._label)


def clean_text(value) -> str:
    """Return `value` as text that a cell can hold.

    Characters that XML forbids are left out, line ends become newlines, and what
    is beyond the 32,767 UTF-16 units of a cell is cut, with `CUT` at the end. None
    and False give an empty text.
    """
    if value is None or value is False:
        return ""
    if _is_plain(value):
        return value
    text = str(value).replace("\r\n", "\n").replace("\r", "\n")
    text = _FORBIDDEN.sub("", text)
    if len(text) * 2 > LONGEST_TEXT:
        text = _shortened(text, LONGEST_TEXT, CUT)
    if text.startswith("<r>") and text.endswith("</r>"):
        # xlsxwriter takes this for its own rich text and writes it unescaped.
        text = f"{_shortened(text, LONGEST_TEXT - 1)} "
    return text


def _is_plain(value):
    """Whether a cell can hold the text as it is."""
    return (
        type(value) is str and 0 < len(value) <= _PLAIN and not _SUSPECT.search(value)
    )


def sheet_name(text: str) -> str:
    """Return `text` as a name that Excel takes for a sheet.

    Without ``[ ] : * ? / \\``, apostrophes at its ends and more than 31 characters;
    never empty, and never the reserved "History".
    """
    name = _FORBIDDEN_IN_SHEET_NAME.sub(" ", clean_text(text))
    name = _shortened(" ".join(name.split()).strip("' "), _LONGEST_SHEET_NAME)
    name = name.strip("' ") or "Sayfa"
    return f"{name}_" if name.casefold() == "history" else name


def _shortened(text, limit, mark=""):
    encoded = text.encode("utf-16-le")
    if len(encoded) <= limit * 2:
        return text
    kept = encoded[: (limit - len(mark)) * 2]
    return kept.decode("utf-16-le", "ignore") + mark


def _checked_columns(columns):
    columns = tuple(columns)
    if not columns or not all(isinstance(column, Column) for column in columns):
        raise ValueError("columns must be one or more Column")
    keys = [column.key for column in columns]
    if len(set(keys)) < len(keys):
        raise ValueError("columns must have different keys")
    return columns


def _checked_totals(totals, columns):
    summable = {column.key for column in columns if column.kind in _SUMMABLE}
    totals = tuple(totals)
    unknown = [key for key in totals if key not in summable]
    if unknown:
        raise ValueError(f"totals must be integer or number columns: {unknown}")
    return totals


def _values(row, columns, count):
    if isinstance(row, (list, tuple)):
        values = row
    elif isinstance(row, Mapping):
        return [row.get(column.key) for column in columns]
    elif isinstance(row, Sequence) and not isinstance(row, str):
        values = row
    else:
        raise ValueError(f"row {count} must be a mapping or a sequence")
    if len(values) != len(columns):
        raise ValueError(f"row {count} has {len(values)} of {len(columns)} values")
    return values


def _width(column):
    return column.width or _WIDTHS[column.kind]


def _is_long(column, value):
    if type(value) is not str:
        return True
    return len(value) > _width(column) * _FILLED or "\n" in value


def _lines(column, value):
    """Guess on how many lines a text stands in its column."""
    text = str(value or "")
    room = _width(column) * _FILLED
    if len(text) <= room and "\n" not in text:
        return 1
    return sum(max(1, math.ceil(len(line) / room)) for line in text.split("\n"))


def _set_height(sheet, row, lines):
    # Not every program measures wrapped text when it opens a file.
    count = min(max(lines, default=1), _MOST_LINES)
    if count > 1:
        sheet.set_row(row, count * _LINE_HEIGHT)


def _exact(value):
    return Decimal(str(value)) if isinstance(value, float) else value


def _write_cell(sheet, row, index, kind, value, styles):
    style = styles[kind]
    if kind == "text":
        text = clean_text(value)
        if text:
            sheet.write_string(row, index, text, style)
    elif kind in ("date", "datetime"):
        _write_date(sheet, row, index, kind, value, styles)
    elif not math.isfinite(value):
        raise ValueError
    elif isinstance(value, int) and abs(value) >= _EXACT_DIGITS:
        sheet.write_string(row, index, str(value), styles["text"])
    else:
        sheet.write_number(row, index, value, style)


def _write_date(sheet, row, index, kind, value, styles):
    if not isinstance(value, date):
        raise ValueError
    if kind == "date" and isinstance(value, datetime):
        value = value.date()
    day = value.date() if isinstance(value, datetime) else value
    if day < _OLDEST_DATE:
        text = f"{day:%d.%m.}{day.year:04d}"
        if kind == "datetime" and isinstance(value, datetime):
            text += f" {value:%H:%M}"
        sheet.write_string(row, index, text, styles["text"])
    else:
        sheet.write_number(row, index, _serial(value), styles[kind])


def _serial(value):
    """Return the days since 30.12.1899, the wall clock as their fraction."""
    # xlsxwriter's own way costs twice as much, in a cell that every register has
    days = value.toordinal() - _DAY_ZERO
    if not isinstance(value, datetime):
        return days
    seconds = value.hour * 3600 + value.minute * 60 + value.second
    return days + (seconds + value.microsecond / 1_000_000) / 86_400


def _header_row(subtitles):
    """Below the title, the subtitles and an empty line."""
    return len(subtitles) + 2


def set_up_page(sheet, header_row: int | None, footer: str = "&C&P/&N"):
    """Print a sheet on A4 across, as wide as the page, its header on each page."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    if header_row is not None:
        sheet.repeat_rows(header_row)
    sheet.set_footer(footer)
