"""Working-day clocks: what a legal term becomes in the calendar.

A calendar is a value: the caller reads holidays once, builds a `WorkCalendar` and
asks it. Nothing here reads a database or the machine's clock.

The day of arrival isn't counted. Half days (28 October, the eves of the religious
holidays) count as working days unless the calendar says otherwise. Administrative
leave suspends a clock only if its days were passed to the calendar.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from .local_time import ISTANBUL

UNITS = ("hour", "working_day", "day")
SATURDAY, SUNDAY = 5, 6
HALF_DAY_END = time(13)

# A longer term is a typing error, and counting it would keep a worker busy.
LONGEST_TERM = 36_525


@dataclass(frozen=True)
class WorkCalendar:
    """The days on which the office doesn't work; immutable and hashable.

    - ``holidays``: dates that aren't worked: public holidays, suspending leave.
    - ``half_days``: dates worked until 13.00. A date in both sets isn't worked.
    - ``weekend``: weekday numbers, Monday is 0.
    - ``half_days_count``: whether a half day is a working day.

    Raises ValueError, naming the argument, for anything but dates and weekday
    numbers, and for a weekend that leaves no day to work.
    """

    holidays: frozenset[date] = frozenset()
    half_days: frozenset[date] = frozenset()
    weekend: frozenset[int] = frozenset({SATURDAY, SUNDAY})
    half_days_count: bool = True
    _closed: frozenset[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        holidays = _days(self.holidays, "holidays")
        half_days = _days(self.half_days, "half_days")
        closed = holidays if self.half_days_count else holidays | half_days
        assign = object.__setattr__
        assign(self, "holidays", holidays)
        assign(self, "half_days", half_days)
        assign(self, "weekend", _weekend(self.weekend))
        assign(self, "_closed", frozenset(day.toordinal() for day in closed))

    @classmethod
    def of(
        cls,
        holidays: Iterable[date] = (),
        half_days: Iterable[date] = (),
        administrative_leave: Iterable[date] = (),
        weekend: Iterable[int] = (SATURDAY, SUNDAY),
        half_days_count: bool = True,
    ) -> "WorkCalendar":
        """Return a calendar made of any iterables of dates.

        Pass the days of administrative leave (idari izin) only where they suspend
        the clock: the laws don't say that they do, so it is the office's setting.
        Raises ValueError as the class does.
        """
        return cls(
            holidays=_days(holidays, "holidays")
            | _days(administrative_leave, "administrative_leave"),
            half_days=_days(half_days, "half_days"),
            weekend=_weekend(weekend),
            half_days_count=half_days_count,
        )

    def is_working(self, day: date) -> bool:
        """Tell whether the office works on `day`."""
        return self._is_open(_day(day, "day").toordinal())

    def add_working_days(self, start: date, n: int) -> date:
        """Return the `n`-th working day after `start`; `start` isn't counted.

        With 0 it is `start` itself, or the first working day after it where `start`
        isn't one. Raises ValueError for a negative or fractional `n`.
        """
        n = _count(n, "n")
        ordinal = _day(start, "start").toordinal()
        if not n and not self._is_open(ordinal):
            n = 1
        weekend, closed = self.weekend, self._closed
        while n:
            ordinal += 1
            if (ordinal + 6) % 7 not in weekend and ordinal not in closed:
                n -= 1
        return _from_ordinal(ordinal, "start")

    def next_working_day(self, day: date) -> date:
        """Return the first working day after `day`."""
        return self._neighbour(day, 1)

    def previous_working_day(self, day: date) -> date:
        """Return the last working day before `day`."""
        return self._neighbour(day, -1)

    def working_days_between(self, start: date, stop: date) -> int:
        """Count the working days after `start`, up to and including `stop`.

        The inverse of `add_working_days`. Negative where `stop` is before `start`,
        so that ``working_days_between(today, deadline)`` tells the days left, and
        below zero the days that the deadline was missed by.
        """
        first = _day(start, "start").toordinal()
        last = _day(stop, "stop").toordinal()
        if last < first:
            return -self._count_open(last, first)
        return self._count_open(first, last)

    def _is_open(self, ordinal):
        return (ordinal + 6) % 7 not in self.weekend and ordinal not in self._closed

    def _neighbour(self, day, step):
        ordinal = _day(day, "day").toordinal() + step
        while not self._is_open(ordinal):
            ordinal += step
        return _from_ordinal(ordinal, "day")

    def _count_open(self, first, last):
        weekend, closed = self.weekend, self._closed
        return sum(
            (ordinal + 6) % 7 not in weekend and ordinal not in closed
            for ordinal in range(first + 1, last + 1)
        )


def due_date(
    start: date,
    duration: int,
    unit: str,
    calendar: WorkCalendar | None,
    extension: int = 0,
) -> date:
    """Return the last day of a term.

    - ``start``: day of arrival, which isn't counted, or its moment. A naive datetime
      is local time; an aware one is read in Istanbul.
    - ``duration``, ``extension``: whole numbers in `unit`; they are added up before
      counting (4982 art. 11: 15 working days, extended once by 15, are 30 from the
      registration).
    - ``unit``: ``working_day`` (4982, RYY art. 33), ``day`` = calendar day (3071
      art. 7, 6698 art. 13) or ``hour``.
    - ``calendar``: only read, and only required, for working days.

    The legal day is returned even where it falls on a holiday; see
    `operational_day`. Hours run through nights and holidays: the day is that of
    `start` plus the hours. A plain date doesn't know its hour, so its hours fill
    whole days: 1 to 24 end on that same day, 25 on the next.
    Raises ValueError naming the argument.
    """
    if unit not in UNITS:
        raise ValueError(f"unit must be one of {', '.join(UNITS)}, not {unit!r}")
    limit = LONGEST_TERM * 24 if unit == "hour" else LONGEST_TERM
    total = _count(duration, "duration", limit) + _count(extension, "extension", limit)
    _count(total, "duration with extension", limit)
    if unit == "working_day":
        day = _local_day(start, "start")
        return _require(calendar).add_working_days(day, total)
    if unit == "hour" and isinstance(start, datetime):
        return _hours_later(start, total)
    day = _local_day(start, "start")
    days = total if unit == "day" else max(0, -(-total // 24) - 1)
    return _from_ordinal(day.toordinal() + days, "duration")


def operational_day(day: date, calendar: WorkCalendar) -> date:
    """Return the day on which the office must have finished what is due on `day`.

    `day` itself, or the last working day before it where the office doesn't work on
    it: whether a term of 3071 that ends on a holiday moves to the next working day
    isn't settled, so the office works with the safe side.
    """
    day = _day(day, "day")
    if _require(calendar).is_working(day):
        return day
    return calendar.previous_working_day(day)


def shift_for_pause(
    deadline: date,
    paused_from: date,
    paused_to: date,
    unit: str,
    calendar: WorkCalendar | None,
) -> date:
    """Return `deadline` moved by the days on which the clock stood still.

    The clock stands still after `paused_from` (the day on which the applicant was
    asked to complete the papers) up to and including `paused_to` (the day on which
    the answer came): working days for ``working_day``, calendar days otherwise, also
    for ``hour``. What was left on `paused_from` is left again on `paused_to`.
    Several pauses are applied one after the other. A pause that began after the
    deadline changes nothing: that clock had already run out.
    Raises ValueError naming the argument, also where the pause ends before it began.
    """
    if unit not in UNITS:
        raise ValueError(f"unit must be one of {', '.join(UNITS)}, not {unit!r}")
    deadline = _local_day(deadline, "deadline")
    first = _local_day(paused_from, "paused_from")
    last = _local_day(paused_to, "paused_to")
    if last < first:
        raise ValueError("paused_to must not be before paused_from")
    if first > deadline:
        return deadline
    if unit != "working_day":
        days = (last - first).days
        return _from_ordinal(deadline.toordinal() + days, "deadline")
    days = _require(calendar).working_days_between(first, last)
    return calendar.add_working_days(deadline, days) if days else deadline


def _local_day(value, argument):
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(ISTANBUL).date()
    return _day(value, argument)


def _hours_later(start, hours):
    try:
        if start.tzinfo is None:
            return (start + timedelta(hours=hours)).date()
        end = start.astimezone(UTC) + timedelta(hours=hours)
        return end.astimezone(ISTANBUL).date()
    except OverflowError:
        raise ValueError("duration leads out of the calendar") from None


def _day(value, argument):
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    raise ValueError(f"{argument} must be a date, not {value!r}")


def _days(values, argument):
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise ValueError(f"{argument} must be dates, not {values!r}")
    return frozenset(_day(value, argument) for value in values)


def _weekend(values):
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise ValueError(f"weekend must be weekday numbers, not {values!r}")
    days = frozenset(values)
    if not days < frozenset(range(7)):
        raise ValueError("weekend must be some, not all, of the weekdays 0 to 6")
    return days


def _count(value, argument, limit=LONGEST_TERM):
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{argument} must be a whole number, not {value!r}")
    if not 0 <= value <= limit:
        raise ValueError(f"{argument} must be from 0 to {limit}, not {value}")
    return value


def _require(calendar):
    if not isinstance(calendar, WorkCalendar):
        raise ValueError(f"calendar must be a WorkCalendar, not {calendar!r}")
    return calendar


def _from_ordinal(ordinal, argument):
    try:
        return date.fromordinal(ordinal)
    except (ValueError, OverflowError):
        raise ValueError(f"{argument} leads out of the calendar") from None
