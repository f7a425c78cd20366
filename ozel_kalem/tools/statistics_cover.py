"""The cover of the statistics workbook."""

from datetime import date, datetime

from .statistics_parts import (
    FAINT,
    LINE_HEIGHT,
    line_count,
    moment_of,
    page_footer,
    period_label,
    write_block,
    write_string,
)
from .workbook import DATE_FORMAT, DATETIME_FORMAT, clean_text, set_up_page


class Cover:
    """The first sheet: of what, of when, by whom, and the way to every other one."""

    WIDTHS = (22, 52, 9, 66)

    def __init__(self, book, told, words):
        self.book, self.told, self.words = book, told, words
        self.sheet = book.new_sheet(words["cover"])
        self.row = 0

    def fill(self, tables, data):
        """Write it, once the names of all sheets are known."""
        for index, width in enumerate(self.WIDTHS):
            self.sheet.set_column(index, index, width)
        self._write_title()
        self._write_told()
        self._write_tables(tables)
        self._write_data(data)
        self._write_definitions([table for table, _name in tables])
        self._write_notes()
        set_up_page(self.sheet, 0, page_footer(self.told, self.words))
        self.sheet.hide_gridlines(2)

    def _write_title(self):
        told = self.told
        office = told.get("office") or ""
        lines = [
            (told.get("company"), {"font_size": 12, "font_color": FAINT}),
            (office, {"font_size": 12, "font_color": FAINT}),
            (told.get("title"), {"font_size": 20, "bold": True}),
        ]
        for content, look in lines:
            if content:
                style = self.book.style(text_wrap=True, valign="top", **look)
                room = sum(self.WIDTHS) * 11 / look["font_size"]
                lines = line_count(content, room)
                self.sheet.set_row(self.row, lines * look["font_size"] * 1.5)
                write_block(self.sheet, self.row, 3, content, style)
                self.row += 1
        self.row += 1

    def _write_told(self):
        told, words = self.told, self.words
        period, before = told.get("period") or {}, told.get("previous")
        self._write_pair(words["period"], period_label(period))
        for name in ("from", "to"):
            if period.get(name):
                self._write_pair(words[name], moment_of(period[name]), DATE_FORMAT)
        label = period_label(before) if before else words["none"]
        self._write_pair(words["comparison"], label)
        for name, value in told.get("lines") or ():
            self._write_pair(name, value)
        made = moment_of(told.get("generated_on"))
        self._write_pair(words["generated_on"], made, DATETIME_FORMAT)
        self._write_pair(words["user"], told.get("user"))

    def _write_pair(self, name, value, form=None):
        bold = self.book.style(bold=True, valign="top", font_color=FAINT)
        write_string(self.sheet, self.row, 0, name, bold)
        if form and isinstance(value, (date, datetime)):
            style = self.book.style(num_format=form, align="left", valign="top")
            self.sheet.write_datetime(self.row, 1, value, style)
        elif value:
            style = self.book.style(valign="top")
            write_string(self.sheet, self.row, 1, value, style)
        self.row += 1

    def _write_heading(self, *headers):
        self.row += 1
        look = {"bold": True, "bg_color": "#D9E2EC", "valign": "vcenter"}
        style = self.book.style(**look)
        is_count = len(headers) == 3
        right = self.book.style(**look, align="right") if is_count else style
        indented = self.book.style(**look, indent=1)
        for index in range(4):
            header = headers[index] if index < len(headers) else ""
            look = [style, style, right, indented][index]
            write_string(self.sheet, self.row, index, header, look)
        self.row += 1

    def _write_link(self, column, name, label):
        style = self.book.style(
            font_color="#0B5394", underline=1, text_wrap=True, valign="top"
        )
        place = name.replace("'", "''")
        self.sheet.write_url(
            self.row, column, f"internal:'{place}'!A1", style, clean_text(label)[:255]
        )

    def _write_tables(self, tables):
        if not tables:
            return
        words = self.words
        self._write_heading(words["tables"], words["table"], words["rows"])
        style = self.book.style(text_wrap=True, valign="top")
        for table, name in tables:
            title, told = (
                clean_text(table["title"]),
                clean_text(table.get("description")),
            )
            self._fit((title, 1), (told, 3))
            write_string(self.sheet, self.row, 0, table.get("code"), style)
            self._write_link(1, name, title)
            self.sheet.write_number(self.row, 2, len(table.get("rows") or ()), style)
            write_string(self.sheet, self.row, 3, told, self._indented())
            self.row += 1

    def _write_data(self, data):
        if not data:
            return
        self._write_heading(self.words["data"], "", self.words["rows"])
        style = self.book.style(num_format="#,##0", valign="top")
        for name, count in data:
            self._write_link(0, name, name)
            self.sheet.write_number(self.row, 2, count, style)
            self.row += 1

    def _write_definitions(self, tables):
        words = self.words
        style = self.book.style(text_wrap=True, valign="top")
        lines = [
            (table.get("code"), column["label"], column.get("unit"), definition)
            for table in tables
            for column in table["columns"]
            if (definition := column.get("definition"))
        ]
        if not lines:
            return
        self._write_heading(
            words["definitions"], words["column"], words["unit"], words["definition"]
        )
        for line in lines:
            cells = [clean_text(cell) for cell in line]
            self._fit(*((cell, index) for index, cell in enumerate(cells)))
            for index, cell in enumerate(cells):
                look = self._indented() if index == 3 else style
                write_string(self.sheet, self.row, index, cell, look)
            self.row += 1

    def _write_notes(self):
        notes = [clean_text(note) for note in self.told.get("notes") or () if note]
        if not notes:
            return
        self._write_heading(self.words["notes"])
        style = self.book.style(text_wrap=True, valign="top")
        for note in notes:
            self._set_height(line_count(note, sum(self.WIDTHS)))
            write_block(self.sheet, self.row, 3, note, style)
            self.row += 1

    def _indented(self):
        return self.book.style(text_wrap=True, valign="top", align="left", indent=1)

    def _fit(self, *cells):
        self._set_height(max(line_count(cell, self.WIDTHS[i]) for cell, i in cells))

    def _set_height(self, lines):
        if lines > 1:
            self.sheet.set_row(self.row, min(lines, 27) * LINE_HEIGHT)
