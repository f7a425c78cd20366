"""One table of the statistics on a sheet of its own: figures, totals, notes, chart."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from xlsxwriter.utility import xl_rowcol_to_cell

from .figures import KINDS, NOTHING, digits_of, has_change, text
from .statistics_chart import TableChart, is_number
from .statistics_parts import (
    FAINT,
    LINE_HEIGHT,
    WORDS,
    line_count,
    moment_of,
    page_footer,
    period_label,
    words_of,
    write_block,
    write_string,
)
from .workbook import clean_text, set_up_page

# Turkish puts the sign in front; any % makes 0.125 a 12,5.
_PERCENT = {"tr": "%0.{}", "en": "0.{}%"}
_LABEL_WIDTH, _TEXT_WIDTH, _NUMBER_WIDTH = 30, 24, 13
_NOTE_WIDTH = 100
# More columns than these are no longer read on A4: the comparison goes below.
_MOST_COLUMNS = 13
# Beside a narrow table the chart still fits on the page.
_NARROW = 62
_CHART_WIDTH, _CHART_ROWS = 560, 18
_WIDEST_CHART = 960
# What A4 across holds between the margins, less what LibreOffice adds to columns.
_PAGE_PIXELS, _PAGE_POINTS = 960, 505
_SMALLEST_SCALE, _LARGEST_SCALE = 0.7, 1.15
_LINED = {"border": 1, "border_color": "#C8CED6"}
_CELL = {"valign": "vcenter", **_LINED}


@dataclass(frozen=True)
class _Place:
    """What stands in one column of a sheet."""

    column: Mapping
    role: str
    header: str


class TableSheet:
    """A table on its own sheet."""

    def __init__(self, book, table, lang):
        self.book, self.table, self.lang = book, table, lang
        self.words = words_of(lang)
        self.code = clean_text(table.get("code"))
        self.columns = list(table["columns"])
        self.rows = list(table.get("rows") or ())
        self.total = table.get("total") or None
        self.flags = [clean_text(flag) for flag in table.get("flags") or ()]
        for column in self.columns:
            if column["kind"] not in KINDS:
                raise ValueError(f"{self.code}: {column['kind']!r} isn't a kind")
        self.compared = [column for column in self.columns if self._is_compared(column)]
        self.is_inline = self._width_with(self.compared) <= _MOST_COLUMNS
        self.places = self._places()
        self.sheet = book.new_sheet(f"{self.code} {clean_text(table['title'])}")
        self.heights, self.has_chart = {}, False

    def fill(self):
        """Write the sheet; return its name."""
        sheet = self.sheet
        widths = [_LABEL_WIDTH, *(_width(place.column) for place in self.places)]
        for index, width in enumerate(widths):
            sheet.set_column(index, index, width)
        self._measure(widths)
        header_row = self._write_head()
        first = header_row + 1
        last = self._write_rows(first)
        sheet.autofilter(header_row, 0, max(last, header_row), len(self.places))
        sheet.freeze_panes(first, 1)
        row = self._write_totals(first, last)
        row = self._write_notes(row + 1)
        parts = [row]
        row = self._write_chart(first, row)
        if row > parts[-1]:
            parts.append(row)
        if self.compared and not self.is_inline:
            parts.append(self._write_previous(row + 1))
        self._set_up_page(header_row, widths, parts)
        return sheet.get_name()

    def _set_up_page(self, header_row, widths, parts):
        """Print on A4, no chart and no second table cut by a page's end.

        `parts` are the rows after the table, the chart and the period before.
        """
        pixels = self._pixels(widths)
        if self.is_chart_beside and self.has_chart:
            pixels += _CHART_WIDTH + 70
        scale = min(_LARGEST_SCALE, _PAGE_PIXELS / pixels)
        start, breaks = 0, []
        for number, end in enumerate(parts):
            tighter = _PAGE_POINTS / self._height(start, end)
            if tighter >= min(scale, _SMALLEST_SCALE):
                scale = min(scale, tighter)
            elif number:
                start = parts[number - 1]
                breaks.append(start)
        is_whole = self._height(0, parts[0]) * scale <= _PAGE_POINTS
        # The header of a table that is whole says nothing over its chart.
        repeated = None if breaks and is_whole else header_row
        set_up_page(self.sheet, repeated, page_footer(self.table, self.words))
        self.sheet.set_print_scale(int(scale * 100))
        self.sheet.center_horizontally()
        self.sheet.set_h_pagebreaks(breaks)

    @staticmethod
    def _pixels(widths):
        return sum(width * 7 + 5 for width in widths)

    def _set_height(self, row, lines):
        """Make a row as high as its lines of text."""
        if lines > 1:
            self.heights[row] = min(lines, 27) * LINE_HEIGHT
            self.sheet.set_row(row, self.heights[row])

    def _height(self, first, after):
        """How many points the rows take on paper."""
        rows = range(first, after)
        return sum(self.heights.get(row, LINE_HEIGHT) for row in rows)

    # --------------------------------------------------------------- columns

    def _is_compared(self, column):
        if not self.table.get("previous") or column["kind"] == "text":
            return False
        lines = [*self.rows, self.total or {}]
        return any(
            (line.get("previous") or {}).get(column["key"]) is not None
            for line in lines
        )

    def _width_with(self, compared):
        return 1 + len(self.columns) + sum(1 + has_change(c["kind"]) for c in compared)

    def _places(self):
        places = []
        for column in self.columns:
            label = clean_text(column["label"])
            places.append(_Place(column, "now", label))
            if self.is_inline and column in self.compared:
                before = period_label(self.table["previous"])
                places.append(_Place(column, "previous", f"{label}\n({before})"))
                if has_change(column["kind"]):
                    change = f"{label}\n{self.words['change']}"
                    places.append(_Place(column, "change", change))
        return places

    def _measure(self, widths):
        """How many columns a line of text may cover to be read in comfort."""
        width, self.text_last = sum(widths), len(widths) - 1
        self.is_chart_beside = width <= _NARROW
        self.chart_width = _CHART_WIDTH
        if not self.is_chart_beside:
            wide = min(self._pixels(widths), _WIDEST_CHART)
            self.chart_width = max(wide, _CHART_WIDTH)
        while width < _NOTE_WIDTH:
            width += 8.43
            self.text_last += 1
        self.text_width = width

    # ------------------------------------------------------------------ head

    def _write_head(self):
        table, words = self.table, self.words
        title = " – ".join(filter(None, [self.code, clean_text(table["title"])]))
        big = self.book.style(bold=True, font_size=14, text_wrap=True, valign="top")
        # the larger letters take half as much room again
        self._set_height(0, 1.4 * line_count(title, self.text_width / 1.5))
        write_block(self.sheet, 0, self.text_last, title, big)
        period = f"{words['period']}: {period_label(table.get('period'))}"
        if table.get("previous"):
            before = period_label(table["previous"])
            period += f"   ·   {words['comparison']}: {before}"
        made = moment_of(table.get("generated_on"))
        made = f"{made:%d.%m.%Y %H:%M}" if isinstance(made, datetime) else made
        lines = [
            [table.get("company"), period],
            [f"{words['generated_on']}: {made}" if made else "", table.get("user")],
        ]
        faint = self.book.style(font_color=FAINT, text_wrap=True, valign="top")
        for row, parts in enumerate(lines, 1):
            line = "   ·   ".join(clean_text(part) for part in parts if part)
            self._write_text(row, line, faint)
        return self._write_header(4, self.places)

    def _write_header(self, row, places):
        headers = [clean_text(self.table.get("row_label"))]
        headers += [place.header for place in places]
        widths = [_LABEL_WIDTH, *(_width(place.column) for place in places)]
        # room for the filter's button
        lines = max(
            line_count(header, width - 3)
            for header, width in zip(headers, widths, strict=True)
        )
        self._set_height(row, lines + 0.4)
        style = self.book.style(
            bold=True,
            bg_color="#D9E2EC",
            border=1,
            border_color="#8A9BAD",
            align="center",
            valign="vcenter",
            text_wrap=True,
        )
        for index, header in enumerate(headers):
            self.sheet.write_string(row, index, header, style)
        return row

    # ------------------------------------------------------------------ rows

    def _write_rows(self, first):
        if not self.rows:
            self._write_label(first, self.words["empty"], italic=True)
            return first
        for row, line in enumerate(self.rows, first):
            is_plain = line.get("kind", "line") == "line"
            self._write_line(row, line, self.places, italic=not is_plain)
        return first + len(self.rows) - 1

    def _write_line(self, row, line, places, **look):
        values = [
            (place, self.value(line, place.role, place.column)) for place in places
        ]
        label = clean_text(line.get("label"))
        tall = [line_count(label, _LABEL_WIDTH)] + [
            line_count(value, _width(place.column))
            for place, value in values
            if isinstance(value, str)
        ]
        self._set_height(row, max(tall))
        self._write_label(row, label, **look)
        for index, (place, value) in enumerate(values, 1):
            if place.role == "change":
                self._write_change(row, index, *self._pair(line, place.column), **look)
            else:
                self._write_value(row, index, place.column, value, **look)

    def _write_label(self, row, label, **look):
        style = self.book.style(text_wrap=True, valign="vcenter", **_LINED, **look)
        write_string(self.sheet, row, 0, label, style)

    def value(self, line, role, column):
        values = line.get("previous" if role == "previous" else "values") or {}
        value = values.get(column["key"])
        source = column.get("shares_of")
        if source and isinstance(values.get(source), str):
            return values[source]
        return self._checked(value, column, line)

    def _pair(self, line, column):
        return (
            self.value(line, "now", column),
            self.value(line, "previous", column),
        )

    def _checked(self, value, column, line):
        """Return the value as a cell holds it: a percent as a fraction."""
        if value is None or value is False:
            return None
        if column["kind"] == "text" or isinstance(value, str):
            return clean_text(value)
        is_figure = isinstance(value, (int, float, Decimal))
        if not is_figure or isinstance(value, bool) or not math.isfinite(value):
            raise ValueError(
                f"{self.code}, {line.get('label')}, {column['key']}:"
                f" {value!r} isn't {column['kind']}"
            )
        if column["kind"] in ("percent", "share"):
            return float(Fraction(str(value)) / 100)
        return value

    def _write_value(self, row, index, column, value, **look):
        if column["kind"] == "text":
            style = self.book.style(text_wrap=True, valign="vcenter", **_LINED, **look)
            write_string(self.sheet, row, index, value, style)
            return
        style = self._style(column, value, **look)
        if value is None and self.is_charted(column):
            # A chart would draw a sign as zero.
            self.sheet.write_blank(row, index, None, style)
        elif value is None or isinstance(value, str):
            self.sheet.write_string(row, index, value or NOTHING, style)
        else:
            self.sheet.write_number(row, index, value, style)

    def _write_change(self, row, index, now, before, **look):
        """Write the change of the two cells to the left, as a formula."""
        style = self.book.style(
            num_format=self._percent_format(1), align="right", **_CELL, **look
        )
        if not is_number(now) or not is_number(before) or not before:
            self.sheet.write_string(row, index, NOTHING, style)
            return
        current = xl_rowcol_to_cell(row, index - 2)
        old = xl_rowcol_to_cell(row, index - 1)
        self.sheet.write_formula(
            row, index, f"=({current}-{old})/ABS({old})", style, _change(now, before)
        )

    def is_charted(self, column):
        return column["key"] in ((self.table.get("chart") or {}).get("columns") or ())

    def _style(self, column, value, **look):
        return self.book.style(
            num_format=self.number_format(column, value), align="right", **_CELL, **look
        )

    def number_format(self, column, value):
        kind = column["kind"]
        if kind == "count":
            return "#,##0"
        digits = digits_of(value, kind, column.get("rounding"))
        if kind in ("percent", "share"):
            return self._percent_format(digits)
        return f"#,##0.{'0' * digits}".rstrip(".")

    def _percent_format(self, digits):
        form = _PERCENT["tr" if self.words is WORDS["tr"] else "en"]
        return form.format("0" * digits) if digits else form.replace(".{}", "")

    # ---------------------------------------------------------------- totals

    def _write_totals(self, first, last):
        """Write the total and what belongs to it; return the next free row."""
        row = last + 1
        if not self.total:
            return row
        self._write_sums(row, first, self.total, self.places, self.total.get("label"))
        row += 1
        if self.compared and not self.is_inline:
            row = self._write_compared_totals(row)
        return row

    def _write_sums(self, row, first, total, places, label):
        look = {"bold": True, "top": 1, "bg_color": "#F2F5F8"}
        self._write_label(row, label, **look)
        for index, place in enumerate(places, 1):
            if place.role == "change":
                pair = self._pair(total, place.column)
                self._write_change(row, index, *pair, **look)
                continue
            column = place.column
            published = self._published(total, place.role, column)
            cells = [self.value(line, place.role, column) for line in self.rows]
            if self._is_sum(column, published, cells):
                top = xl_rowcol_to_cell(first, index)
                bottom = xl_rowcol_to_cell(first + len(cells) - 1, index)
                style = self._style(column, published, **look)
                formula = f"=SUM({top}:{bottom})"
                self.sheet.write_formula(row, index, formula, style, published)
            else:
                self._write_value(row, index, column, published, **look)

    def _published(self, total, role, column):
        """Return the total as given; the sum where a sum isn't given at all."""
        values = total.get("previous" if role == "previous" else "values") or {}
        if column["key"] in values or column.get("total") != "sum":
            return self.value(total, role, column)
        cells = [self.value(line, role, column) for line in self.rows]
        if column["kind"] == "text" or any(isinstance(cell, str) for cell in cells):
            return None
        numbers = [cell for cell in cells if cell is not None]
        return _plain(_sum(numbers)) if numbers else None

    def _is_sum(self, column, published, cells):
        """Whether the total is the sum of its cells; tells where it should be."""
        if column.get("total") != "sum" or not self.rows:
            return False
        if not is_number(published) or any(isinstance(cell, str) for cell in cells):
            return False
        found = _sum(cell for cell in cells if cell is not None)
        if abs(found - Fraction(str(published))) <= Fraction(1, 10**9):
            return True
        self._flag(column, published, found)
        return False

    def _flag(self, column, published, found):
        label = clean_text(column["label"])
        if any(label in flag for flag in self.flags):
            return
        factor = 100 if column["kind"] in ("percent", "share") else 1
        digits = column.get("rounding")
        total, sum_ = (
            text(float(value) * factor, column["kind"], digits, self.lang)
            for value in (published, found)
        )
        self.flags.append(
            self.words["mismatch"].format(column=label, total=total, sum=sum_)
        )

    def _write_compared_totals(self, row):
        """Under a wide table's total: that of the period before, and the change."""
        before = period_label(self.table["previous"])
        pairs = {
            index: self._pair(self.total, place.column)
            for index, place in enumerate(self.places, 1)
            if place.column in self.compared
        }
        self._write_label(row, before)
        for index, (_now, old) in pairs.items():
            self._write_value(row, index, self.places[index - 1].column, old)
        self._write_label(row + 1, self.words["change"])
        for index, (now, old) in pairs.items():
            style = self.book.style(
                num_format=self._percent_format(1), align="right", **_CELL
            )
            column = self.places[index - 1].column
            if (
                not has_change(column["kind"])
                or not is_number(now)
                or not old
                or isinstance(old, str)
            ):
                self.sheet.write_string(row + 1, index, NOTHING, style)
            else:
                current = xl_rowcol_to_cell(row - 1, index)
                past = xl_rowcol_to_cell(row, index)
                formula = f"=({current}-{past})/ABS({past})"
                value = _change(now, old)
                self.sheet.write_formula(row + 1, index, formula, style, value)
        return row + 2

    def _write_previous(self, row):
        """Write the period before as a table of its own; return the row below."""
        words = self.words
        title = f"{words['previous']}: {period_label(self.table['previous'])}"
        bold = self.book.style(bold=True, valign="top")
        self.sheet.write_string(row, 0, title, bold)
        places = [
            _Place(column, "previous", clean_text(column["label"]))
            for column in self.compared
        ]
        self._write_header(row + 1, places)
        first = row + 2
        for number, line in enumerate(self.rows, first):
            self._write_line(number, line, places)
        if self.total:
            last = first + len(self.rows)
            self._write_sums(last, first, self.total, places, self.total.get("label"))
        return first + len(self.rows) + bool(self.total)

    # ----------------------------------------------------------------- notes

    def _write_notes(self, row):
        table, words = self.table, self.words
        for title, lines, color in [
            (words["flags"], self.flags, "#A8432A"),
            (words["notes"], table.get("notes") or (), FAINT),
            (words["description"], [table.get("description")], FAINT),
            (words["source"], [table.get("source_label")], FAINT),
        ]:
            lines = [clean_text(line) for line in lines if line]
            style = self.book.style(font_color=color, text_wrap=True, valign="top")
            for number, line in enumerate(lines):
                line = f"{title}: {line}" if not number else line
                self._write_text(row, line, style)
                row += 1
        return row

    def _write_text(self, row, line, style):
        self._set_height(row, line_count(line, self.text_width))
        write_block(self.sheet, row, self.text_last, line, style)

    # ----------------------------------------------------------------- chart

    def _write_chart(self, first, row):
        """Place the chart beside a narrow table or here; return the row below."""
        asked = self.table.get("chart")
        count = self._charted_rows()
        if not asked or not count:
            return row
        chart = TableChart(self, asked, first, first + count - 1).drawn()
        if chart is None:
            return row
        self.has_chart = True
        if self.is_chart_beside:
            place = first - 1, len(self.places) + 2
        else:
            place, row = (row + 1, 0), row + 1 + _CHART_ROWS
        self.sheet.insert_chart(*place, chart, {"object_position": 2})
        return row

    def _charted_rows(self):
        """How many rows a chart shows: without the corrections at the end."""
        count = len(self.rows)
        while count and self.rows[count - 1].get("kind") == "correction":
            count -= 1
        return count


def _width(column):
    return _TEXT_WIDTH if column["kind"] == "text" else _NUMBER_WIDTH


def _sum(values):
    return sum((Fraction(str(value)) for value in values), Fraction(0))


def _plain(value):
    return int(value) if value.denominator == 1 else float(value)


def _change(now, before):
    now, before = Fraction(str(now)), Fraction(str(before))
    return float((now - before) / abs(before))
