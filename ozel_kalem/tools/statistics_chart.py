"""The native chart of a table on its sheet."""

from .charts import PALETTE
from .workbook import clean_text

_HEIGHT = 320
_MOST_SLICES = 8
# LibreOffice needs 80 seconds for a chart with a label of 32,000 characters.
_LONGEST_LABEL = 1000
_MARKERS = ("circle", "square", "diamond", "triangle")


class TableChart:
    """A chart of the rows ``first`` to ``last`` of a table's sheet."""

    def __init__(self, table_sheet, asked, first, last):
        self._of = table_sheet
        self._asked = asked.get("type")
        self._first, self._last = first, last

    def drawn(self):
        """The chart, to be placed; None where there is nothing to draw."""
        kind, subtype = _chart_type(self._asked, self._last - self._first + 1)
        labels = [clean_text(line.get("label")) for line in self._of.rows]
        indexes = self._indexes(kind)
        if not indexes or max(map(len, labels)) > _LONGEST_LABEL:
            return None
        chart = self._of.book.new_chart(kind, subtype)
        for number, index in enumerate(indexes):
            chart.add_series(self._series(kind, index, number))
        chart.set_title(
            {
                "name": _chart_text(self._of.table["title"]),
                "name_font": {"name": "Arial", "size": 12, "color": "#17375E"},
                "overlay": False,
            }
        )
        self._set_legend(chart, kind, len(indexes) == 1)
        if kind != "pie":
            self._set_axes(chart, kind, indexes)
        chart.set_size({"width": self._of.chart_width, "height": _HEIGHT})
        chart.show_blanks_as("gap")
        return chart

    def _indexes(self, kind):
        """The columns that are drawn: of one, the period before as well."""
        found = [
            index
            for index, place in enumerate(self._of.places, 1)
            if self._of.is_charted(place.column)
            and place.column["kind"] != "text"
            and place.role == "now"
        ]
        if kind == "pie":
            return found[:1]
        if len(found) == 1 and self._has_past(found[0]):
            found.append(found[0] + 1)
        return found

    def _has_past(self, index):
        following = self._of.places[index : index + 1]
        return bool(following) and following[0].role == "previous"

    def _series(self, kind, index, number):
        place = self._of.places[index - 1]
        name = self._of.sheet.get_name()
        first, last = self._first, self._last
        lines = self._of.rows[: last - first + 1]
        values = [self._of.value(line, place.role, place.column) for line in lines]
        return {
            "name": _chart_text(place.header.replace("\n", " ")),
            "categories": [name, first, 0, last, 0],
            "values": [name, first, index, last, index],
            # what a program shows that doesn't read the cells
            "categories_data": [clean_text(line.get("label")) for line in lines],
            "values_data": [value if is_number(value) else None for value in values],
            **_look(kind, number, len(lines)),
        }

    def _set_legend(self, chart, kind, is_single):
        if is_single and kind != "pie":
            chart.set_legend({"none": True})
        else:
            chart.set_legend({"position": "right" if kind == "pie" else "bottom"})

    def _set_axes(self, chart, kind, indexes):
        column = self._of.places[indexes[0] - 1].column
        faint = {"color": "#C8CED6"}
        values = {
            "num_format": self._of.number_format(column, 0.0),
            "major_gridlines": {"visible": True, "line": faint},
            "line": {"none": True},
            "name": _chart_text(column["label"]) if len(indexes) == 1 else "",
            "name_font": {"bold": False, "size": 9},
        }
        names = {"line": {"color": "#8A9BAD"}}
        if kind == "bar":
            # from the top down, as the table is read
            chart.set_x_axis(values | {"label_position": "high"})
            chart.set_y_axis(names | {"reverse": True})
        else:
            chart.set_x_axis(names)
            chart.set_y_axis(values)


def is_number(value):
    """Whether a cell holds a figure, not a text and not nothing."""
    return value is not None and not isinstance(value, str)


def _look(kind, number, count):
    """How the series ``number`` looks, of ``count`` points."""
    color = PALETTE[number % len(PALETTE)]
    if kind == "pie":
        white = {"color": "#FFFFFF"}
        shades = [PALETTE[n % len(PALETTE)] for n in range(count)]
        return {
            "points": [{"fill": {"color": shade}, "border": white} for shade in shades],
            "data_labels": {"percentage": True, "position": "outside_end"},
        }
    fill = {"color": color}
    if kind == "line":
        shape = _MARKERS[number % len(_MARKERS)]
        marker = {"type": shape, "size": 6, "fill": fill, "border": fill}
        return {"line": {"color": color, "width": 2.25}, "marker": marker}
    return {"fill": fill, "border": {"color": "#FFFFFF"}, "gap": 60}


def _chart_text(value):
    """Return text for a chart, where xlsxwriter takes "=…" and "A!B1" as references."""
    content = clean_text(value)[:200].replace("!", "! ")
    return f" {content}" if content.startswith("=") else content


def _chart_type(kind, count):
    if kind == "pie" and count > _MOST_SLICES:
        kind = "bar"
    if kind == "stacked":
        return "column", "stacked"
    return (kind if kind in ("column", "bar", "line", "pie") else "column"), None
