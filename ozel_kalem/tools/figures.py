"""Figures of a statistic: shares, changes, medians, and how they are written."""

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from .small_cells import HIDDEN as HIDDEN
from .small_cells import hide_small as hide_small
from .small_cells import hide_table as hide_table
from .turkish import number

NOTHING = "–"
KINDS = ("count", "number", "money", "percent", "share", "text")
DIGITS = {"count": 0, "number": 1, "money": 2, "percent": 1, "share": 1}
_SWAPPED = str.maketrans(",.", ".,")


def shares(values: Iterable, digits: int = 1) -> list[float | None]:
    """Return the percentages of `values`, rounded so that they sum to exactly 100.

    By largest remainder: every share is rounded down, and what is missing to 100
    goes, one unit of the last digit each, to the shares that lost most; of equal
    ones to the larger value, then to the earlier. 505004, 137651, 248834 give 56.7,
    15.4 and 27.9, where plain rounding would sum to 99.9.

    None stays None; where the whole is zero, so is every share None: nothing has no
    parts. Raises ValueError for a negative value, which has no share, for what isn't
    a finite number, and for digits outside of 0 to 6.
    """
    if isinstance(digits, bool) or digits not in range(7):
        raise ValueError(f"digits must be from 0 to 6, not {digits!r}")
    exact = [None if value is None else _exact(value) for value in values]
    if any(value is not None and value < 0 for value in exact):
        raise ValueError("a negative value has no share")
    whole = sum(value for value in exact if value is not None)
    if not whole:
        return [None] * len(exact)
    unit = 10**digits
    wanted = {
        place: value * 100 * unit / whole
        for place, value in enumerate(exact)
        if value is not None
    }
    given = {place: math.floor(share) for place, share in wanted.items()}
    neediest = sorted(
        wanted, key=lambda place: (given[place] - wanted[place], -wanted[place], place)
    )
    for place in neediest[: 100 * unit - sum(given.values())]:
        given[place] += 1
    return [
        given[place] / unit if place in given else None for place in range(len(exact))
    ]


def has_change(kind: str) -> bool:
    """Tell whether a change in per cent says something of a figure of this `kind`.

    A percentage that grew by so many percent would be read as one in points.
    """
    return kind in ("count", "number", "money")


def change_percent(before, now, digits: int = 1) -> float | None:
    """Return by how many percent `now` is above `before`, or below it if negative.

    None where one of them is no number (nothing, a hidden cell) and where `before`
    is zero: nothing grows from nothing. Rounded half away from zero.
    """
    if not (_is_number(before) and _is_number(now)) or not before:
        return None
    before, now = _exact(before), _exact(now)
    return round_half_up((now - before) * 100 / abs(before), digits)


def round_half_up(value, digits: int) -> float:
    """Return `value` rounded as an office does: 0.25 gives 0.3."""
    exact = value if isinstance(value, Fraction) else _exact(value)
    scaled = abs(exact) * 10**digits
    whole = math.floor(scaled + Fraction(1, 2))
    return (-whole if value < 0 else whole) / 10**digits


def median_of(histogram: Mapping) -> float | None:
    """Return the median of {value: how often}; of an even count the mean of two.

    The same that statistics.median says of the values one by one, without making
    them. None where there are none. Raises ValueError for a negative count.
    """
    if any(count < 0 for count in histogram.values()):
        raise ValueError("a count can't be negative")
    total = sum(histogram.values())
    if not total:
        return None
    lower = _nth(histogram, (total - 1) // 2)
    upper = _nth(histogram, total // 2)
    return lower if total % 2 else (lower + upper) / 2


def digits_of(value, kind: str, rounding: int | None = None) -> int:
    """Return how many digits after the comma a column of `kind` shows of `value`.

    The column's own `rounding`, or else the kind's, where a whole "number" has none:
    a summary has counts and means in one column.
    """
    if rounding is not None:
        return rounding
    return 0 if kind == "number" and isinstance(value, int) else DIGITS[kind]


def text(
    value, kind: str = "count", digits: int | None = None, lang: str = "tr_TR"
) -> str:
    """Return a value of a statistics table as it's printed.

    1234.5 is "1.234,5" and 12.5 percent "%12,5" in Turkish, "1,234.5" and "12.5%" in
    English; None is `NOTHING`; what is text already ("<3") stays as it is. `digits`
    after the comma as `digits_of` takes them.
    """
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}: {kind!r}")
    if value is None or value is False or value == "":
        return NOTHING
    if kind == "text" or isinstance(value, str):
        return str(value)
    written = number(value, digits_of(value, kind, digits))
    is_turkish = (lang or "").lower().startswith("tr")
    if not is_turkish:
        written = written.translate(_SWAPPED)
    if kind not in ("percent", "share"):
        return written
    if not is_turkish:
        return f"{written}%"
    return f"-%{written[1:]}" if written.startswith("-") else f"%{written}"


def _nth(histogram, place):
    for value in sorted(histogram):
        place -= histogram[value]
        if place < 0:
            return value
    raise ValueError("place lies beyond the histogram")


def _is_number(value):
    return (
        isinstance(value, (int, float, Decimal))
        and not isinstance(value, bool)
        and math.isfinite(value)
    )


def _exact(value):
    if not _is_number(value):
        raise ValueError(f"not a finite number: {value!r}")
    # 0.1 is meant as a tenth, not as what the machine makes of it
    return Fraction(str(value))
