"""What can't be kept in a day's programme: overlaps, ways, buffers, meals, rests.

`day_warnings` looks at a list of items and returns what is wrong with it as data;
words are the caller's. Times are naive and local. Nothing here reads a database.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

KINDS = ("overlap", "travel", "buffer", "meal", "rest")


@dataclass(frozen=True)
class Item:
    """A piece of the programme; `place` is whatever `minutes_between` knows.

    An item without a place is where the one before it was. `is_meal` says that the
    item itself feeds the principal. `key` is the caller's own.
    """

    start: datetime
    stop: datetime
    place: Hashable | None = None
    is_meal: bool = False
    key: object = None


@dataclass(frozen=True)
class Meal:
    """`minutes` to eat, some time between `start` and `stop` of a day."""

    start: time = time(12)
    stop: time = time(14)
    minutes: int = 30


@dataclass(frozen=True)
class Finding:
    """Something that can't be kept: `minutes` are missing between two items.

    - ``overlap``: both are at once, for so many minutes.
    - ``travel``: the way from the first to the second takes longer than the gap.
    - ``buffer``: less than the buffer is left after the way.
    - ``meal``: nowhere in the window is there time to eat; the items are those
      around the longest gap, None where it is the window that ends.
    - ``rest``: the work from the first to the second goes on for too long without
      a break.
    """

    kind: str
    first: Item | None
    second: Item | None
    minutes: int


def day_warnings(
    items: Iterable[Item],
    minutes_between: Callable[[Hashable, Hashable], float | None] | None = None,
    *,
    buffer: int = 0,
    meal: Meal | None = None,
    rest: int = 0,
    stretch: int = 240,
) -> list[Finding]:
    """Return what can't be kept, in the order of time.

    - ``minutes_between(place, place)``: minutes of the way; None where unknown.
      It isn't asked for one place twice.
    - ``buffer``: minutes to be left between two items, beside the way.
    - ``meal``: when and how long to eat; every day that the items touch.
    - ``rest``: minutes that make a break, one of which is due before ``stretch``
      minutes of work are full; 0 asks for none.

    Raises ValueError for a stop before its start, times that aren't naive, negative
    minutes and a meal that is longer than its window.
    """
    items = _checked(items)
    _check_options(buffer, meal, rest, stretch)
    ways = _ways(items, minutes_between)
    found = _overlaps(items) + _gaps(items, ways, buffer)
    if meal:
        found += _meals(items, ways, meal)
    if rest:
        found += _rests(items, ways, rest, stretch)
    return sorted(found, key=_when)


def _when(finding):
    item = finding.first or finding.second
    return (item.start, KINDS.index(finding.kind))


def _checked(items):
    items = list(items)
    for item in items:
        for value in (item.start, item.stop):
            if not isinstance(value, datetime) or value.tzinfo is not None:
                raise ValueError(f"{value!r} is not a naive datetime")
        if item.stop < item.start:
            raise ValueError(f"{item.stop} is before {item.start}")
    return sorted(items, key=lambda item: (item.start, item.stop))


def _check_options(buffer, meal, rest, stretch):
    if min(buffer, rest, stretch) < 0:
        raise ValueError("minutes can't be negative")
    if meal:
        window = _minutes(
            datetime.combine(datetime.min, meal.stop)
            - datetime.combine(datetime.min, meal.start)
        )
        if not 0 < meal.minutes <= window:
            raise ValueError("the meal doesn't fit into its window")


def _minutes(span):
    """Whole minutes; one that has begun counts."""
    return -(-span // timedelta(minutes=1))


def _overlaps(items):
    found, open_items = [], []
    for item in items:
        open_items = [other for other in open_items if other.stop > item.start]
        if item.start < item.stop:
            for other in open_items:
                shared = min(other.stop, item.stop) - item.start
                found.append(Finding("overlap", other, item, _minutes(shared)))
            open_items.append(item)
    return found


def _ways(items, minutes_between):
    """Minutes of the way to each item from the one that ended last before it."""
    ways, last, place = [], None, None
    for item in items:
        minutes = 0
        here = place if item.place is None else item.place
        if last and minutes_between and place is not None and here != place:
            minutes = minutes_between(place, here) or 0
            if minutes < 0:
                raise ValueError(f"{minutes} minutes from {place!r} to {here!r}")
        ways.append((last, timedelta(minutes=minutes)))
        if last is None or item.stop >= last.stop:
            last, place = item, here
    return ways


def _gaps(items, ways, buffer):
    found, buffer = [], timedelta(minutes=buffer)
    for item, (last, way) in zip(items, ways, strict=True):
        if last is None or item.start < last.stop:
            continue
        left = item.start - last.stop - way
        if left < timedelta(0):
            found.append(Finding("travel", last, item, _minutes(-left)))
        elif left < buffer:
            found.append(Finding("buffer", last, item, _minutes(buffer - left)))
    return found


def _meals(items, ways, meal):
    days = {
        item.start.date() + timedelta(days=number)
        for item in items
        for number in range((item.stop.date() - item.start.date()).days + 1)
    }
    spans = _free_spans(items, ways)
    found = (_meal_of(day, items, spans, meal) for day in sorted(days))
    return list(filter(None, found))


def _free_spans(items, ways):
    """(start, stop, free time of it, item before, item after) around all items."""
    spans = []
    for item, (last, way) in zip(items, ways, strict=True):
        start = last.stop if last else datetime.min
        spans.append((start, item.start, item.start - start - way, last, item))
    if items:
        last = max(items, key=lambda item: item.stop)
        free = datetime.max - last.stop
        spans.append((last.stop, datetime.max, free, last, None))
    return spans


def _meal_of(day, items, spans, meal):
    opens, closes = datetime.combine(day, meal.start), datetime.combine(day, meal.stop)
    if any(
        item.is_meal and item.start < closes and item.stop > opens for item in items
    ):
        return None
    # the way may be made at any time of the gap
    times = [
        (min(min(stop, closes) - max(start, opens), free), first, second)
        for start, stop, free, first, second in spans
    ]
    longest, first, second = max(times, key=lambda found: found[0])
    missing = timedelta(minutes=meal.minutes) - max(longest, timedelta(0))
    if missing <= timedelta(0):
        return None
    return Finding("meal", first, second, _minutes(missing))


def _rests(items, ways, rest, stretch):
    found, rest, stretch = [], timedelta(minutes=rest), timedelta(minutes=stretch)
    first, best = None, timedelta(0)
    for item, (last, way) in zip(items, ways, strict=True):
        gap = item.start - last.stop - way if last else rest
        if first is None or gap >= rest:
            first, best = item, timedelta(0)
            continue
        best = max(best, gap)
        if item.stop - first.start > stretch:
            found.append(Finding("rest", first, item, _minutes(rest - best)))
            first, best = item, timedelta(0)
    return found
