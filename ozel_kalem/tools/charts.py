"""Small charts as SVG, for paper and for the screen.

Nothing but rectangles, lines, paths and text with attributes of their own: no style
sheet, no pattern, no script, so that the old engine of wkhtmltopdf draws what a
browser draws. Colours differ in lightness too, and lines in their dashes and marks,
so that a grey print and a colour-blind reader tell them apart.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from .figures import text as figure
from .workbook import clean_text

KINDS = ("column", "stacked", "bar", "line", "pie", "donut")
# In this order the lightness (L* of 23, 72, 42, 86, 54, 29, 80, 63) is far apart.
PALETTE = (
    *("#17375E", "#E8A33D", "#A8432A", "#BFDDF0"),
    *("#4E8F6D", "#593B6B", "#D8C7A0", "#9A9A9A"),
)
# A pale line isn't seen on white.
LINES = ("#17375E", "#C97F12", "#A8432A", "#4E8F6D", "#6A5A8C", "#5A6672")
DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 2", "1 2")

_FONT = "Liberation Sans, Arial, sans-serif"
_INK, _FAINT, _GRID = "#222B36", "#5A6672", "#D5DBE1"
_SIZE, _TITLE_SIZE = 11, 14
_GAP = 8
_LETTER = 0.56  # the mean width of a letter, in sizes
_MOST_SLICES = 8
_MOST_NUMBERS = 26  # more bars than these carry no number each
_SIDE = 0.34  # the most of the width that labels of a bar chart take
_SMALLEST = 120
_EMPTY = {"tr": "Gösterilecek sayı yok", "en": "No figures to show"}
_OTHERS = {"tr": "Diğer", "en": "Other"}


def svg(
    kind: str,
    labels: Sequence,
    series: Iterable[tuple] | Mapping,
    width: int = 640,
    height: int = 320,
    title: str = "",
    unit: str = "count",
    digits: int | None = None,
    lang: str = "tr_TR",
) -> str:
    """Return a chart as one ``<svg>`` element.

    - ``kind``: one of `KINDS`; a column chart of several series is grouped.
    - ``series``: {name: values} or (name, values), a value per label. None is
      nothing, text ("<3") is written and not drawn. A pie shows the first series and
      leaves out what isn't above zero; its smallest slices beyond eight are one.
    - ``unit``, ``digits``: how numbers are written, see `figures.text`.

    What doesn't fit is shortened, with the whole text as a tooltip. Everything is
    escaped. Raises ValueError for another kind, for values that aren't as many as the
    labels, and for a width or height under 120.
    """
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}: {kind!r}")
    if min(width, height) < _SMALLEST:
        raise ValueError(f"width and height must be {_SMALLEST} or more")
    chart = _Chart(labels, series, width, height, clean_text(title))
    chart.unit, chart.digits, chart.lang = unit, digits, lang
    return chart.draw(kind)


def table_svg(
    table: Mapping, width: int = 640, height: int = 320, lang: str = "tr_TR"
) -> str:
    """Return the chart that a statistics table asks for; empty where it asks for none.

    Corrections at its end aren't drawn. A single column is drawn with that of the
    period before, where there is one.
    """
    asked = table.get("chart") or {}
    keys = [
        column
        for column in table["columns"]
        if column["key"] in (asked.get("columns") or ()) and column["kind"] != "text"
    ]
    rows = list(table.get("rows") or ())
    while rows and rows[-1].get("kind") == "correction":
        rows.pop()
    if not keys or not rows:
        return ""
    series = [
        (
            column["label"],
            [(row.get("values") or {}).get(column["key"]) for row in rows],
        )
        for column in keys
    ]
    kind = asked.get("type") if asked.get("type") in KINDS else "column"
    before = [(row.get("previous") or {}).get(keys[0]["key"]) for row in rows]
    if len(keys) == 1 and kind not in ("pie", "donut", "stacked"):
        if table.get("previous") and any(map(_is_number, before)):
            name = f"{keys[0]['label']} ({table['previous']['label']})"
            series.append((name, before))
    labels = [row.get("label") for row in rows]
    return svg(
        kind,
        labels,
        series,
        width,
        height,
        table["title"],
        keys[0]["kind"],
        keys[0].get("rounding"),
        lang,
    )


class _Chart:
    """One chart in the making: its figures, its room and what is drawn so far."""

    def __init__(self, labels, series, width, height, title):
        self.labels = [" ".join(clean_text(label).split()) for label in labels]
        pairs = series.items() if isinstance(series, Mapping) else series
        self.series = [(clean_text(name), list(values)) for name, values in pairs]
        for name, values in self.series:
            if len(values) != len(self.labels):
                raise ValueError(
                    f"{name}: {len(values)} values for {len(self.labels)} labels"
                )
        self.width, self.height, self.title = width, height, title
        self.unit, self.digits, self.lang = "count", None, "tr_TR"
        self.drawn = []

    def draw(self, kind):
        top = _GAP
        if self.title:
            self._text(
                self.width / 2,
                top + _TITLE_SIZE,
                self._fitted(self.title, self.width - 2 * _GAP, _TITLE_SIZE),
                "middle",
                _TITLE_SIZE,
                bold=True,
            )
            top += _TITLE_SIZE + 2 * _GAP
        bottom = self.height - _GAP
        if not self._has_figures(kind):
            self._text(self.width / 2, (top + bottom) / 2, self._word(_EMPTY), "middle")
        elif kind in ("pie", "donut"):
            self._draw_pie(top, bottom, kind == "donut")
        else:
            if len(self.series) > 1:
                bottom = self._draw_legend(bottom, kind)
            drawing = {
                "bar": self._draw_bars,
                "line": self._draw_lines,
            }.get(kind, self._draw_columns)
            drawing(top, bottom, kind == "stacked")
        return self._whole()

    def _has_figures(self, kind):
        numbers = [value for _n, values in self.series for value in values]
        if kind in ("pie", "donut"):
            numbers = self.series[0][1] if self.series else []
            return any(_is_number(value) and value > 0 for value in numbers)
        return any(_is_number(value) or isinstance(value, str) for value in numbers)

    def _word(self, words):
        return words["tr" if (self.lang or "").lower().startswith("tr") else "en"]

    def _figure(self, value):
        return figure(value, self.unit, self.digits, self.lang)

    # --------------------------------------------------------------- columns

    def _draw_columns(self, top, bottom, is_stacked):
        scale = self._scale(is_stacked)
        left, right = self._axis_width(scale) + 2 * _GAP, self.width - _GAP
        slot = (right - left) / len(self.labels)
        bottom -= self._draw_names(left, bottom, slot)
        y = scale.onto(bottom, top + _SIZE)
        self._draw_levels(scale, left, right, y)
        count = 1 if is_stacked else len(self.series)
        thick = min(slot * 0.78 / count, 54)
        has_numbers = self._has_numbers(thick, is_stacked)
        ends = {}
        for number, (name, values) in enumerate(self.series):
            for place, value in enumerate(values):
                middle = left + slot * (place + 0.5)
                shift = 0 if is_stacked else (number - (count - 1) / 2) * thick
                x = middle + shift - thick / 2
                base = ends.get((place, _sign(value)), 0) if is_stacked else 0
                if _is_number(value):
                    ends[place, _sign(value)] = base + value
                    low, high = sorted((y(base), y(base + value)))
                    box = (x, low, thick, high - low)
                    self._bar(box, number, name, place, value)
                if isinstance(value, str) or (has_numbers and _is_number(value)):
                    above = y(value) if _is_number(value) else y(0)
                    is_below = _is_number(value) and value < 0
                    above += _SIZE if is_below else -3
                    self._text(x + thick / 2, above, self._figure(value), "middle", 10)
        self._line(left, y(0), right, y(0), _FAINT)

    def _has_numbers(self, thick, is_stacked):
        """Whether there's room for a number at each bar."""
        count = len(self.labels) * len(self.series)
        longest = max(
            _wide(self._figure(value), 10)
            for _name, values in self.series
            for value in values
        )
        return not is_stacked and count <= _MOST_NUMBERS and longest <= thick + 6

    def _draw_names(self, left, bottom, slot):
        """Write the labels under the columns; return the height they take."""
        lines = [_two_lines(label, slot - 4) for label in self.labels]
        if all(lines):
            for place, parts in enumerate(lines):
                for number, part in enumerate(parts):
                    y = bottom - (max(map(len, lines)) - 1 - number) * (_SIZE + 2) - 2
                    self._text(left + slot * (place + 0.5), y, part, "middle")
            return max(map(len, lines)) * (_SIZE + 2) + _GAP
        room = min(max(_wide(label) for label in self.labels), self.height * 0.3)
        step = max(1, math.ceil((_SIZE + 3) / slot))
        drop = room * 0.71 + _SIZE
        for place, label in list(enumerate(self.labels))[::step]:
            x = left + slot * (place + 0.5) + _SIZE / 3
            y = bottom - drop + _SIZE
            # the first ones must not leave the picture
            short = self._fitted(label, min(room, (x - 2) / 0.71))
            self._text(x, y, short, "end", turned=-45, whole=label)
        return drop + 2

    def _draw_levels(self, scale, left, right, y):
        for level in scale.levels():
            self._line(left, y(level), right, y(level), _GRID)
            number = self._level(level, scale)
            self._text(left - 6, y(level) + 4, number, "end", 10, color=_FAINT)

    def _level(self, level, scale):
        digits = max(0, -math.floor(math.log10(scale.step) + 1e-9))
        return figure(level, self.unit, digits, self.lang)

    def _axis_width(self, scale):
        return max(_wide(self._level(level, scale), 10) for level in scale.levels())

    def _scale(self, is_stacked=False):
        numbers = [
            value for _name, values in self.series for value in values
            if _is_number(value)
        ]  # fmt: skip
        if is_stacked:
            columns = list(zip(*(values for _name, values in self.series), strict=True))
            numbers = [
                sum(value for value in column if _is_number(value) and value * sign > 0)
                for column in columns
                for sign in (1, -1)
            ]
        is_whole = self.unit == "count"
        return _Scale(min(numbers, default=0), max(numbers, default=0), is_whole)

    # ------------------------------------------------------------------ bars

    def _draw_bars(self, top, bottom, _is_stacked):
        scale = self._scale()
        widest = max(_wide(label) for label in self.labels)
        left = min(widest, self.width * _SIDE) + 2 * _GAP
        longest = max(
            _wide(self._figure(value), 10)
            for _name, values in self.series
            for value in values
        )
        right = self.width - longest - 2 * _GAP
        if scale.low < 0:
            left += longest
        x = scale.onto(left, right)
        slot = (bottom - top) / len(self.labels)
        thick = min(slot * 0.78 / len(self.series), 26)
        size = min(_SIZE, max(slot * 0.9, 5))
        for number, (name, values) in enumerate(self.series):
            for place, value in enumerate(values):
                y = top + slot * (place + 0.5)
                y += (number - len(self.series) / 2) * thick
                end = x(0)
                if _is_number(value):
                    low, high = sorted((x(0), x(value)))
                    self._bar((low, y, high - low, thick), number, name, place, value)
                    end = x(value)
                is_left = _is_number(value) and value < 0
                self._text(
                    end + (-4 if is_left else 4),
                    y + thick / 2 + size * 0.35,
                    self._figure(value),
                    "end" if is_left else "start",
                    min(10, size),
                )
        for place, label in enumerate(self.labels):
            room = min(widest, self.width * _SIDE)
            short = self._fitted(label, room, size)
            y = top + slot * (place + 0.5) + size * 0.35
            self._text(room + _GAP, y, short, "end", size, whole=label)
        self._line(x(0), top, x(0), bottom, _FAINT)

    # ----------------------------------------------------------------- lines

    def _draw_lines(self, top, bottom, _is_stacked):
        scale = self._scale()
        left, right = self._axis_width(scale) + 2 * _GAP, self.width - _GAP
        slot = (right - left) / len(self.labels)
        bottom -= self._draw_names(left, bottom, slot)
        y = scale.onto(bottom, top + _SIZE)
        self._draw_levels(scale, left, right, y)
        self._line(left, y(0), right, y(0), _FAINT)
        for number, (name, values) in enumerate(self.series):
            points = [
                (left + slot * (place + 0.5), y(value)) if _is_number(value) else None
                for place, value in enumerate(values)
            ]
            for run in _runs(points):
                self._path(run, number)
            for place, point in enumerate(points):
                if point:
                    self._mark(*point, number, self._told(name, place, values[place]))
                elif isinstance(values[place], str):
                    x = left + slot * (place + 0.5)
                    self._text(x, y(0) - 3, values[place], "middle", 10)

    def _path(self, points, number):
        steps = " L".join(f"{_short(x)} {_short(y)}" for x, y in points)
        dash = DASHES[number % len(DASHES)]
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        color = _line_color(number)
        self.drawn.append(
            f'<path d="M{steps}" fill="none" stroke="{color}" stroke-width="2.2"'
            f' stroke-linejoin="round"{dashed}/>'
        )

    def _mark(self, x, y, number, told):
        color = _line_color(number)
        x, y = _short(x), _short(y)
        shape = (
            f'<circle cx="{x}" cy="{y}" r="3.4" fill="{color}">',
            f'<path d="M{x} {y} m-3.2 -3.2 h6.4 v6.4 h-6.4 z" fill="{color}">',
            f'<path d="M{x} {y} m0 -4.4 l4.2 7.4 h-8.4 z" fill="{color}">',
            f'<path d="M{x} {y} m0 -4.4 l4.4 4.4 l-4.4 4.4 l-4.4 -4.4 z" fill="{color}">',
        )[number % 4]
        end = "</circle>" if number % 4 == 0 else "</path>"
        self.drawn.append(f"{shape}<title>{escape(told)}</title>{end}")

    # ------------------------------------------------------------------- pie

    def _draw_pie(self, top, bottom, has_hole):
        name, values = self.series[0]
        slices = self._slices(values)
        whole = sum(value for _label, value in slices)
        radius = min((bottom - top) / 2, self.width * 0.27)
        middle = _GAP + radius, (top + bottom) / 2
        angle = -math.pi / 2
        for number, (label, value) in enumerate(slices):
            told = f"{label}: {self._figure(value)}"
            turn = 2 * math.pi * value / whole
            self._slice(middle, radius, angle, turn, number, told, has_hole)
            angle += turn
        x = middle[0] + radius + 3 * _GAP
        line = min((bottom - top) / len(slices), 22)
        y = middle[1] - line * len(slices) / 2
        for number, (label, value) in enumerate(slices):
            share = figure(100 * float(value) / float(whole), "percent", 1, self.lang)
            told = f"{self._figure(value)} ({share})"
            self._swatch(x, y + line / 2 - 6, number)
            room = self.width - x - 18 - _GAP
            numbers = min(_wide(told) + _GAP, room * 0.6)
            short = self._fitted(label, room - numbers)
            self._text(x + 18, y + line / 2 + 4, short, whole=label)
            self._text(self.width - _GAP, y + line / 2 + 4, told, "end", bold=True)
            y += line

    def _slices(self, values):
        pairs = [
            (label, value)
            for label, value in zip(self.labels, values, strict=True)
            if _is_number(value) and value > 0
        ]
        if len(pairs) <= _MOST_SLICES:
            return pairs
        largest = sorted(pairs, key=lambda pair: -pair[1])[: _MOST_SLICES - 1]
        kept = [pair for pair in pairs if pair in largest][: _MOST_SLICES - 1]
        rest = sum(value for _label, value in pairs) - sum(v for _label, v in kept)
        return [*kept, (self._word(_OTHERS), rest)]

    def _slice(self, middle, radius, angle, turn, number, told, has_hole):
        # an arc that ends where it began would be nothing
        turn = min(turn, 2 * math.pi - 1e-4)
        outer = _arc(middle, radius, angle, angle + turn)
        if has_hole:
            inner = _arc(middle, radius * 0.55, angle + turn, angle, sweep=0)
            steps = f"M{outer} L{inner} Z"
        else:
            x, y = map(_short, middle)
            steps = f"M{x} {y} L{outer} Z"
        self.drawn.append(
            f'<path d="{steps}" fill="{_color(number)}" stroke="#FFFFFF"'
            f' stroke-width="1.5"><title>{escape(told)}</title></path>'
        )

    # ---------------------------------------------------------------- pieces

    def _draw_legend(self, bottom, kind):
        """Write the names of the series; return where the chart may end."""
        rows, x = [[]], 0
        room = self.width - 2 * _GAP
        for number, (name, _values) in enumerate(self.series):
            short = self._fitted(name, room - 40)
            wide = 20 + _wide(short) + 2 * _GAP
            if rows[-1] and x + wide > room:
                rows.append([])
                x = 0
            rows[-1].append((number, short, wide))
            x += wide
        top = bottom - len(rows) * (_SIZE + 6)
        for line, row in enumerate(rows):
            x = (self.width - sum(wide for _n, _s, wide in row)) / 2
            y = top + line * (_SIZE + 6) + _SIZE
            for number, short, wide in row:
                if kind == "line":
                    self._path([(x - 4, y - 4), (x + 16, y - 4)], number)
                    self._mark(x + 6, y - 4, number, short)
                else:
                    self._swatch(x, y - 10, number)
                self._text(x + 20, y, short)
                x += wide
        return top - _GAP

    def _swatch(self, x, y, number):
        self.drawn.append(
            f'<rect x="{_short(x)}" y="{_short(y)}" width="12" height="12"'
            f' fill="{_color(number)}" stroke="{_FAINT}" stroke-width="0.6"/>'
        )

    def _told(self, name, place, value):
        parts = [self.labels[place], name if len(self.series) > 1 else ""]
        return f"{', '.join(filter(None, parts))}: {self._figure(value)}"

    def _bar(self, box, number, name, place, value):
        x, y, width, height = map(_short, box)
        told = escape(self._told(name, place, value))
        self.drawn.append(
            f'<rect x="{x}" y="{y}" width="{width}" height="{height}"'
            f' fill="{_color(number)}" stroke="{_FAINT}" stroke-width="0.6">'
            f"<title>{told}</title></rect>"
        )

    def _line(self, x1, y1, x2, y2, color):
        x1, y1, x2, y2 = map(_short, (x1, y1, x2, y2))
        self.drawn.append(
            f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{color}"'
            ' stroke-width="1"/>'
        )

    def _text(
        self,
        x,
        y,
        content,
        anchor="start",
        size=_SIZE,
        color=_INK,
        bold=False,
        turned=0,
        whole="",
    ):
        x, y = _short(x), _short(y)
        weight = ' font-weight="bold"' if bold else ""
        turn = f' transform="rotate({turned} {x} {y})"' if turned else ""
        told = ""
        if whole and whole != content:
            told = f"<title>{escape(whole)}</title>"
        self.drawn.append(
            f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-family="{_FONT}"'
            f' font-size="{_short(size)}" fill="{color}"{weight}{turn}>'
            f"{told}{escape(content)}</text>"
        )

    @staticmethod
    def _fitted(content, room, size=_SIZE):
        """Return the text, shortened to the room that there is."""
        if _wide(content, size) <= room:
            return content
        kept = max(int(room / (size * _LETTER)) - 1, 1)
        return content[:kept].rstrip() + "…"

    def _whole(self):
        told = escape(self.title or ", ".join(name for name, _v in self.series))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{told}"'
            f' width="{self.width}" height="{self.height}"'
            f' viewBox="0 0 {self.width} {self.height}">'
            f"<title>{told}</title>{''.join(self.drawn)}</svg>"
        )


class _Scale:
    """The axis of values: from below the least to above the most, in round steps."""

    def __init__(self, least, most, is_whole):
        self.low, self.high = min(float(least), 0.0), max(float(most), 0.0)
        span = (self.high - self.low) or 1.0
        size = 10 ** math.floor(math.log10(span / 4))
        self.step = next(size * n for n in (1, 2, 2.5, 5, 10) if size * n * 5 >= span)
        if is_whole:
            self.step = max(1.0, math.ceil(self.step))
        self.low = math.floor(self.low / self.step + 1e-9) * self.step
        self.high = max(math.ceil(self.high / self.step - 1e-9) * self.step, 0)
        if self.high == self.low:
            self.high = self.low + self.step

    def levels(self):
        count = round((self.high - self.low) / self.step)
        return [self.low + number * self.step for number in range(count + 1)]

    def onto(self, start, stop):
        """Return the function from a value to its place between start and stop."""
        length = self.high - self.low
        return lambda value: start + (stop - start) * (float(value) - self.low) / length


def _is_number(value):
    if value is None or isinstance(value, (str, bool)):
        return False
    return math.isfinite(value)


def _sign(value):
    return 1 if not _is_number(value) or value >= 0 else -1


def _color(number):
    return PALETTE[number % len(PALETTE)]


def _line_color(number):
    return LINES[number % len(LINES)]


def _wide(content, size=_SIZE):
    return len(content) * size * _LETTER


def _two_lines(label, room):
    """Return the label on one line or two, or nothing where it doesn't fit so."""
    if _wide(label) <= room:
        return [label]
    words = label.split()
    for place in range(len(words) - 1, 0, -1):
        parts = [" ".join(words[:place]), " ".join(words[place:])]
        if all(_wide(part) <= room for part in parts):
            return parts
    return []


def _runs(points):
    """Split points at the gaps between them; a lone point is no line."""
    run = []
    for point in [*points, None]:
        if point is not None:
            run.append(point)
            continue
        if len(run) > 1:
            yield run
        run = []


def _arc(middle, radius, start, stop, sweep=1):
    """Return "x y A…", the beginning of an arc and the arc."""
    x, y = middle
    large = int(abs(stop - start) > math.pi)
    first = (
        f"{_short(x + radius * math.cos(start))} {_short(y + radius * math.sin(start))}"
    )
    last = (
        f"{_short(x + radius * math.cos(stop))} {_short(y + radius * math.sin(stop))}"
    )
    radius = _short(radius)
    return f"{first} A{radius} {radius} 0 {large} {sweep} {last}"


def _short(number):
    return f"{number:.2f}".rstrip("0").rstrip(".")
