"""Free times: what is left of the working hours beside what is booked.

Times are naive and local, durations are `timedelta`; periods are half-open, so that
one may begin in the minute in which another ends. Nothing here reads a database or
the machine's clock.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

Interval = tuple[datetime, datetime]

NOTHING = timedelta(0)
DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)


def free_slots(
    work_intervals: Iterable[Interval],
    busy_intervals: Iterable[Interval],
    duration: timedelta,
    limit: int = 5,
    step: timedelta = QUARTER,
    buffer_before: timedelta = NOTHING,
    buffer_after: timedelta = NOTHING,
    not_before: datetime | None = None,
) -> list[Interval]:
    """Return up to `limit` earliest free times of `duration`, none over another.

    - ``work_intervals``, ``busy_intervals``: (start, stop) in any order; they may
      touch, overlap and lie within each other, and cross midnight.
    - ``step``: starts lie on its multiples, counted from midnight.
    - ``buffer_before``, ``buffer_after``: kept free between a slot and what is
      booked around it; they may lie outside the working hours.
    - ``not_before``: the earliest start.

    Raises ValueError, naming the argument, for a stop before its start, for times
    that aren't naive, and for a duration or step that isn't positive.
    """
    _check_span(duration, "duration", positive=True)
    _check_span(step, "step", positive=True)
    _check_span(buffer_before, "buffer_before")
    _check_span(buffer_after, "buffer_after")
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 0:
        raise ValueError(f"limit: {limit!r} is not a count")
    if step > DAY:
        raise ValueError("step: longer than a day")
    if not_before is not None:
        _check_time(not_before, "not_before")
    work = _merged(_checked(work_intervals, "work_intervals"))
    busy = _checked(busy_intervals, "busy_intervals")
    try:
        if buffer_before or buffer_after:
            busy = [
                (start - buffer_after, stop + buffer_before) for start, stop in busy
            ]
        return _search(work, sorted(busy), duration, limit, step, not_before)
    except OverflowError:
        raise ValueError("the times lie at the end of the calendar") from None


def _search(work, busy, duration, limit, step, not_before):
    slots, at = [], 0
    # all that begins before busy[at] has ended by then
    earliest = not_before or datetime.min
    for opens, closes in work:
        while len(slots) < limit:
            start = _on_grid(max(opens, earliest), step)
            stop = start + duration
            if stop > closes:
                break
            while at < len(busy) and (busy[at][0] < stop or busy[at][0] < earliest):
                if busy[at][1] > earliest:
                    earliest = busy[at][1]
                at += 1
            if earliest <= start:
                slots.append((start, stop))
                earliest = stop
    return slots


def _on_grid(time, step):
    """The first multiple of `step` after midnight that isn't before `time`."""
    midnight = time.replace(hour=0, minute=0, second=0, microsecond=0)
    over = (time - midnight) % step
    return min(time - over + step, midnight + DAY) if over else time


def _merged(intervals):
    """Disjoint intervals in order, of any intervals."""
    merged = []
    for start, stop in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged


def _checked(intervals, name):
    """The intervals that aren't empty, each of which is one."""
    checked = []
    for interval in intervals:
        try:
            start, stop = interval
            if start.tzinfo or stop.tzinfo:
                raise TypeError
            if start < stop:
                checked.append((start, stop))
            elif start > stop:
                raise ValueError
        except (AttributeError, TypeError, ValueError):
            raise ValueError(
                f"{name}: {interval!r} is not a naive start and a later stop"
            ) from None
    return checked


def _check_time(value, name):
    if not isinstance(value, datetime) or value.tzinfo is not None:
        raise ValueError(f"{name}: {value!r} is not a naive datetime")


def _check_span(value, name, positive=False):
    if not isinstance(value, timedelta):
        raise ValueError(f"{name}: {value!r} is not a timedelta")
    if value < NOTHING or (positive and not value):
        raise ValueError(f"{name}: {value} is not {'positive' if positive else '≥ 0'}")
