"""Hiding small counts of sensitive tables so that they can't be worked out.

A count of one or two persons is printed as "<3". That alone hides nothing where a
total tells the rest, so further cells are hidden as `HIDDEN` until every hidden cell
has at least two values that fit all that is printed.

How. A table with its totals is a network: each row, each column, the row of totals
and the column of sums is a knot whose flow in equals its flow out; a cell is an arc
between the knots of its row and its column. What is printed can't change. A hidden
cell can be one more or one less exactly where the change runs round a ring of hidden
cells, each staying within what its sign says: "<3" is 1 or 2, `HIDDEN` is 3 or more.
Because such networks have whole-numbered solutions, a cell without a ring is known
exactly, and a cell with one isn't. So for each small cell the cheapest ring is
searched (Dijkstra), and what is still printed on it is hidden. Cheap is, in this
order: a ring that is hidden already; small inner cells rather than large ones; inner
cells rather than totals; hiding more rather than calling a small cell `HIDDEN`
instead of "<3", which is the last resort (1 + 1 = "<3" would tell both). A zero
stays, except where negative corrections leave no other way.

What this doesn't stop: guessing from outside knowledge, from relations between
columns that weren't given, and from running this very method on every candidate.
"""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

HIDDEN = "*"

_FREE, _SUMS, _TOTALS = "free", "sums", "totals"
# Any sum of cheaper choices is cheaper; counts of a municipality are far below.
_TOTAL_COST = 10**12
_WEAKER_COST = 10**18
_ZERO_COST = 10**24


def hide_small(
    rows: Sequence[Mapping],
    total: Mapping | None,
    keys: Sequence[str],
    below: int = 3,
    sum_key: str | None = None,
) -> tuple[list[dict], dict]:
    """Return rows and total with counts from 1 to ``below - 1`` as "<3" and safe so.

    - ``rows``: {key: count} of each line; None is no value. They aren't changed.
    - ``total``: {key: count}, each the sum of its column; keys without a sum left out.
    - ``keys``: the columns of counts in which cells are hidden.
    - ``sum_key``: the column in which each line carries the sum of its `keys`, if
      there is one; it's hidden where it must be, too.

    Shares, means and changes made of a hidden cell tell it, so they must go with it:
    see `hide_table`. Raises ValueError for what isn't a whole number and for a
    ``below`` under 2.
    """
    if below < 2:
        raise ValueError(f"below must be 2 or more, not {below!r}")
    if sum_key in keys:
        raise ValueError(f"sum_key must not be one of keys: {sum_key!r}")
    lines = [dict(row) for row in rows]
    last = dict(total or {})
    network = _Network(lines, last, list(keys), below, sum_key)
    for cell in network.small_cells():
        network.protect(cell)
    network.put_signs()
    return lines, last


def hide_table(table: Mapping, sum_key: str | None = None, below: int = 3) -> dict:
    """Return a statistics table with its small counts hidden, both periods.

    Where a line has a hidden count, its other figures (means, shares, amounts) are
    hidden too, and the total's where that line is the only one; where the total of a
    column is hidden, so are all of its shares.
    """
    hidden = dict(table)
    hidden["rows"] = [dict(row) for row in table["rows"]]
    hidden["total"] = dict(table.get("total") or {})
    for field in ("values", "previous"):
        _hide_field(hidden, field, sum_key, below)
    return hidden


def _hide_field(table, field, sum_key, below):
    columns = table["columns"]
    keys = [
        column["key"]
        for column in columns
        if column["kind"] == "count" and column["key"] != sum_key
    ]
    summed = {column["key"] for column in columns if column.get("total") == "sum"}
    before = [row.get(field) or {} for row in table["rows"]]
    total = table["total"].get(field) or {}
    sums = {key: value for key, value in total.items() if key in summed}
    lines, sums = hide_small(before, sums, keys, below, sum_key)
    total = {**total, **sums}
    for key in keys:
        # a total that is no sum is no equation, but may be small itself
        if key not in summed and _is_small(total.get(key), below):
            total[key] = f"<{below}"
    _hide_derived(columns, lines, total)
    for row, line in zip(table["rows"], lines, strict=True):
        row[field] = line
    table["total"][field] = total


def _hide_derived(columns, lines, total):
    counts = [column["key"] for column in columns if column["kind"] == "count"]
    touched = [line for line in lines if any(_is_sign(line.get(key)) for key in counts)]
    others = [column for column in columns if column["kind"] not in ("count", "text")]
    for column in others:
        source = column.get("shares_of")
        if source:
            whole_is_hidden = _is_sign(total.get(source))
            for line in (*lines, total):
                if whole_is_hidden or _is_sign(line.get(source)):
                    _hide(line, column["key"])
            continue
        for line in touched:
            _hide(line, column["key"])
        total_tells = len(touched) == 1 or any(_is_sign(total.get(k)) for k in counts)
        if touched and total_tells:
            _hide(total, column["key"])


def _hide(line, key):
    if line.get(key) is not None:
        line[key] = HIDDEN


def _is_sign(value):
    return isinstance(value, str)


def _is_small(value, below):
    return not _is_sign(value) and value is not None and 0 < value < below


@dataclass(eq=False)
class _Cell:
    """One cell as an arc of the network."""

    line: dict
    key: str
    tail: object
    head: object
    value: int | None
    is_total: bool
    is_hidden: bool = False
    is_weak: bool = False

    def bounds(self, below):
        """What its sign says of its value, once it's hidden."""
        if self.value is None or self.value < 0:
            return -inf, inf
        if 0 < self.value < below:
            return 1, inf if self.is_weak else below - 1
        return (below if self.value else 0), inf


class _Network:
    """A table and its totals; see the module's text."""

    def __init__(self, lines, total, keys, below, sum_key):
        self.below = below
        self.cells = []
        # With no column of sums, nothing ties the cells of a line together.
        has_sums = sum_key is not None
        for number, line in enumerate(lines):
            tail = ("row", number) if has_sums else _FREE
            for key in keys:
                if line.get(key) is not None:
                    self._add(line, key, tail, self._column(key, total, has_sums))
            if has_sums:
                self._add(line, sum_key, _SUMS, tail, True)
        for key in keys:
            if has_sums or total.get(key) is not None:
                head = _TOTALS if has_sums else _FREE
                self._add(total, key, ("column", key), head, True)
        if has_sums:
            self._add(total, sum_key, _TOTALS, _SUMS, True)
        self.arcs = {}
        for cell in self.cells:
            self.arcs.setdefault(cell.tail, []).append((cell, cell.head, 1))
            self.arcs.setdefault(cell.head, []).append((cell, cell.tail, -1))

    @staticmethod
    def _column(key, total, has_sums):
        return ("column", key) if has_sums or total.get(key) is not None else _FREE

    def _add(self, line, key, tail, head, is_total=False):
        value = line.get(key)
        if _is_sign(value) or value is None:
            # Not printed: it may be anything.
            cell = _Cell(line, key, tail, head, None, is_total, True)
        else:
            if isinstance(value, bool) or value != int(value):
                raise ValueError(f"{key}: {value!r} isn't a whole number")
            cell = _Cell(line, key, tail, head, int(value), is_total)
            cell.is_hidden = 0 < abs(cell.value) < self.below
        self.cells.append(cell)

    def small_cells(self):
        """The cells that must be hidden, inner ones first."""
        small = [cell for cell in self.cells if cell.is_hidden and cell.value]
        return sorted(small, key=lambda cell: cell.is_total)

    def protect(self, cell):
        """Hide what must be hidden for `cell` to have two possible values."""
        rings = []
        for step in (1, -1):
            own = self._cost(cell, step)
            start, goal = (cell.head, cell.tail)[::step]
            path = self._cheapest_path(start, goal, cell) if own < inf else None
            if path:
                cost, steps = path
                rings.append((cost + own, [*steps, (cell, step)]))
        if not rings:
            raise ValueError(f"{cell.key}: the table can't be made safe")
        _cost, steps = min(rings, key=lambda ring: ring[0])
        for cell, step in steps:
            self._open(cell, step)

    def _cost(self, cell, step):
        """What it costs that the cell's value may change by `step`."""
        lowest, highest = cell.bounds(self.below)
        value = cell.value
        if value is not None and not lowest <= value + step <= highest:
            can_be_weaker = step > 0 and 0 < value < self.below
            return _WEAKER_COST * (1 if cell.is_total else 10) if can_be_weaker else inf
        if cell.is_hidden:
            return 0
        if not value:
            return _ZERO_COST
        return abs(value) + (_TOTAL_COST if cell.is_total else 0)

    def _open(self, cell, step):
        lowest, highest = cell.bounds(self.below)
        if cell.value is not None and not lowest <= cell.value + step <= highest:
            cell.is_weak = True
        cell.is_hidden = True

    def _cheapest_path(self, start, goal, without):
        """Return (cost, [(cell, step)]) of the cheapest way, or None."""
        if start == goal:
            return 0, []
        best, came, done = {start: 0}, {}, set()
        queue, order = [(0, 0, start)], 0
        while queue:
            cost, _order, knot = heapq.heappop(queue)
            if knot == goal:
                return cost, self._way(came, start, goal)
            if knot in done:
                continue
            done.add(knot)
            for cell, following, step in self.arcs[knot]:
                price = inf if cell is without else cost + self._cost(cell, step)
                if price < best.get(following, inf):
                    best[following], came[following] = price, (knot, cell, step)
                    order += 1
                    heapq.heappush(queue, (price, order, following))
        return None

    @staticmethod
    def _way(came, start, goal):
        steps = []
        while goal != start:
            goal, cell, step = came[goal]
            steps.append((cell, step))
        return steps

    def put_signs(self):
        """Put the signs in place of what is hidden."""
        for cell in self.cells:
            if cell.is_hidden and cell.value is not None:
                is_small = 0 < cell.value < self.below and not cell.is_weak
                cell.line[cell.key] = f"<{self.below}" if is_small else HIDDEN
