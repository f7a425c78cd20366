"""Periods of the office's calendar: what a statistic is of, and what it's compared to.

A period is a value of whole days in Istanbul; nothing here reads a clock. The caller
passes `local_time.local_today` where a preset needs today.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from .local_time import day_start
from .turkish import MONTHS, short_date

KINDS = ("day", "week", "month", "quarter", "year", "range")
PRESETS = (
    "today",
    "this_week",
    "this_month",
    "last_month",
    "this_quarter",
    "last_quarter",
    "this_year",
    "last_year",
)
ONE_DAY = timedelta(days=1)
# The standard library's own names follow the process's locale.
ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
# The shortest kind last: 1 to 31 December is a month, not a range.
_RECOGNISED = ("year", "quarter", "month", "week", "day")
_MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Period:
    """Whole days from `date_from` to `date_to`, both counted; immutable and hashable.

    - ``kind``: one of `KINDS`. A week is ISO's, from Monday on.

    Raises ValueError for reversed dates, for anything but dates, and for dates that
    aren't a whole period of their kind.
    """

    date_from: date
    date_to: date
    kind: str = "range"

    def __post_init__(self):
        for name in ("date_from", "date_to"):
            _check_date(getattr(self, name), name)
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}: {self.kind!r}")
        if self.date_to < self.date_from:
            raise ValueError(
                "the period ends before it begins: "
                f"{short_date(self.date_from)} – {short_date(self.date_to)}"
            )
        if self.kind != "range" and self._bounds() != _bounds(
            self.kind, self.date_from
        ):
            raise ValueError(
                f"{short_date(self.date_from)} – {short_date(self.date_to)}"
                f" isn't a whole {self.kind}"
            )

    @classmethod
    def of(cls, date_from: date, date_to: date) -> "Period":
        """Return the period of two dates, with the kind that they make.

        1 to 30 November is a month, 1 January to 31 December a year, one date a day;
        what is nothing of that is a range. Raises ValueError as the class does.
        """
        period = cls(date_from, date_to)
        for kind in _RECOGNISED:
            if _bounds(kind, date_from) == (date_from, date_to):
                return cls(date_from, date_to, kind)
        return period

    @classmethod
    def around(cls, day: date, kind: str) -> "Period":
        """Return the day, week, month, quarter or year in which `day` lies."""
        _check_date(day, "day")
        if kind not in _RECOGNISED:
            raise ValueError(f"kind must be one of {', '.join(_RECOGNISED)}: {kind!r}")
        return cls(*_bounds(kind, day), kind)

    @classmethod
    def preset(cls, name: str, today: date) -> "Period":
        """Return one of `PRESETS`, seen from `today`: "last_quarter".

        The current ones are whole: this month goes to its last day.
        """
        if name not in PRESETS:
            raise ValueError(f"name must be one of {', '.join(PRESETS)}: {name!r}")
        if name == "today":
            return cls.around(today, "day")
        which, kind = name.split("_")
        period = cls.around(today, kind)
        return period.previous() if which == "last" else period

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.date_to - self.date_from).days + 1

    @property
    def is_whole_months(self) -> bool:
        """Whether it begins with a month and ends with one."""
        return self.date_from.day == 1 and self.date_to == _month_end(self.date_to)

    def previous(self) -> "Period":
        """Return the one before of the same kind; of a range, as many days before it.

        Raises ValueError where the calendar has no such days.
        """
        if self.date_from == date.min:
            raise ValueError(f"nothing is before {short_date(self.date_from)}")
        last = self.date_from - ONE_DAY
        if self.kind != "range":
            return self.around(last, self.kind)
        if (last - date.min).days < self.days - 1:
            raise ValueError(f"the calendar has no {self.days} days before {last}")
        return Period(last - timedelta(days=self.days - 1), last)

    def last_year(self) -> "Period":
        """Return the same period of the year before.

        - a week: the week of the same number, week 53 where there is none is 52;
        - whole months: to the last day of the same month, 29 February included;
        - anything else: the same dates, for 29 February the 28th.

        Raises ValueError for the calendar's first year.
        """
        if self.kind == "week":
            return self._week_last_year()
        first = _year_before(self.date_from)
        last = _year_before(self.date_to)
        if self.is_whole_months:
            last = _month_end(last)
        return Period(first, last, self.kind)

    def months(self) -> list[tuple[int, int]]:
        """Return (year, month) of every month that it touches, in order."""
        return list(self._months())

    def label(self, lang: str = "tr_TR") -> str:
        """Return its name: "Kasım 2026", "2026 3. çeyrek", "01.11.2026 – 15.11.2026".

        Turkish for "tr" and "tr_TR", English for any other language.
        """
        is_turkish = (lang or "").lower().startswith("tr")
        return (self._turkish_label if is_turkish else self._english_label)()

    def as_dict(self, lang: str = "tr_TR") -> dict:
        """Return what a statistics table carries of it: from, to, label."""
        return {
            "from": self.date_from.isoformat(),
            "to": self.date_to.isoformat(),
            "label": self.label(lang),
        }

    def utc_bounds(self) -> tuple[datetime, datetime]:
        """Return its first moment and the first after it, as naive UTC.

        Where the database is asked: ``first <= moment < after``.
        """
        return day_start(self.date_from), day_start(self.date_to + ONE_DAY)

    def __contains__(self, day: date) -> bool:
        return self.date_from <= day <= self.date_to

    # ------------------------------------------------------------------ inside

    def _bounds(self):
        return self.date_from, self.date_to

    def _week_last_year(self):
        year, week, _day = self.date_from.isocalendar()
        if year == 1:
            raise ValueError("the calendar has no year before")
        try:
            monday = date.fromisocalendar(year - 1, week, 1)
        except ValueError:
            monday = date.fromisocalendar(year - 1, 52, 1)
        return self.around(monday, "week")

    def _months(self) -> Iterator[tuple[int, int]]:
        first = self.date_from.year * 12 + self.date_from.month - 1
        last = self.date_to.year * 12 + self.date_to.month - 1
        for number in range(first, last + 1):
            yield number // 12, number % 12 + 1

    def _turkish_label(self):
        year, first = self.date_from.year, self.date_from
        if self.kind == "week":
            year, week, _day = first.isocalendar()
            return f"{year} {week}. hafta"
        return {
            "day": short_date(first),
            "month": f"{MONTHS[first.month - 1]} {year}",
            "quarter": f"{year} {_quarter(first)}. çeyrek",
            "year": f"{year}",
            "range": f"{short_date(first)} – {short_date(self.date_to)}",
        }[self.kind]

    def _english_label(self):
        year, first = self.date_from.year, self.date_from
        if self.kind == "week":
            year, week, _day = first.isocalendar()
            return f"Week {week}, {year}"
        return {
            "day": _english_date(first),
            "month": f"{ENGLISH_MONTHS[first.month - 1]} {year}",
            "quarter": f"Quarter {_quarter(first)}, {year}",
            "year": f"{year}",
            "range": f"{_english_date(first)} – {_english_date(self.date_to)}",
        }[self.kind]


def _check_date(value, argument):
    # A datetime would be a date too, of nobody's time zone.
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError(f"{argument} must be a date, not {value!r}")


def _bounds(kind, day):
    """Return the first and last day of the period of `kind` around `day`."""
    if kind == "day":
        return day, day
    if kind == "week":
        ordinal = max(day.toordinal() - day.weekday(), 1)
        sunday = min(ordinal + 6, date.max.toordinal())
        return date.fromordinal(ordinal), date.fromordinal(sunday)
    length = _MONTHS_OF[kind]
    month = (day.month - 1) // length * length + 1
    return day.replace(month=month, day=1), _month_end(
        day.replace(month=month + length - 1, day=1)
    )


def _month_end(day):
    return day.replace(day=monthrange(day.year, day.month)[1])


def _quarter(day):
    return (day.month + 2) // 3


def _year_before(day):
    if day.year == 1:
        raise ValueError("the calendar has no year before")
    length = monthrange(day.year - 1, day.month)[1]
    return day.replace(year=day.year - 1, day=min(day.day, length))


def _english_date(day):
    return f"{day.day} {ENGLISH_MONTHS[day.month - 1]} {day.year}"
