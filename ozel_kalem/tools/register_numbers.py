"""Numbers of the yearly registers: 2026/00123 and back.

A pattern is text with the fields ``{year}`` (four digits), ``{yy}`` (its last two)
and ``{number}`` (``{number:05d}`` fills up to five digits).
"""

import re
from functools import lru_cache
from string import Formatter

DEFAULT_PATTERN = "{year}/{number:05d}"
ALLOWED = "{year}, {yy} and {number} or, filled up with zeros, {number:05d}"

_FIELDS = ("year", "yy", "number")
_WIDTH = re.compile(r"0([1-9]|1[0-8])d")


def validate_pattern(pattern: str) -> None:
    """Raise ValueError, telling what is allowed, unless `pattern` can be used.

    Allowed are the fields of `ALLOWED`, each at most once, the number always, and
    any printable text around them; a brace itself is written twice.
    """
    _compiled(pattern)


def format_number(pattern: str, year: int, number: int) -> str:
    """Return the number as `pattern` writes it.

    A number that has more digits than the pattern fills up to is never cut. Raises
    ValueError for a pattern that isn't allowed, for a year outside of 1 to 9999 and
    for a number below 1.
    """
    parts, _regex = _compiled(pattern)
    if not _is_whole(year) or not 1 <= year <= 9999:
        raise ValueError(f"year must be from 1 to 9999, not {year!r}")
    if not _is_whole(number) or number < 1:
        raise ValueError(f"number must be a whole number from 1 on, not {number!r}")
    return _formatted(parts, year, number)


def parse_number(pattern: str, text: str) -> tuple[int | None, int] | None:
    """Return (year, number) of a number written by `pattern`, or None.

    Only what `format_number` writes is read. A year of two digits is of this
    century; without a year in the pattern the year is None. Raises ValueError for a
    pattern that isn't allowed.
    """
    parts, regex = _compiled(pattern)
    match = regex.fullmatch(text) if isinstance(text, str) else None
    if not match:
        return None
    found = {name: int(digits) for name, digits in match.groupdict().items()}
    year = found.get("year", 2000 + found["yy"] if "yy" in found else None)
    number = found["number"]
    if number < 1 or year == 0 or _formatted(parts, year or 1, number) != text:
        return None
    return year, number


@lru_cache(maxsize=256)
def _compiled(pattern):
    if not isinstance(pattern, str) or not pattern.isprintable():
        raise ValueError(f"pattern must be printable text, not {pattern!r}")
    try:
        pieces = list(Formatter().parse(pattern))
    except ValueError as error:
        raise _refused(pattern, str(error)) from None
    parts, regex, seen = [], "", set()
    for literal, name, spec, conversion in pieces:
        regex += re.escape(literal)
        width = 0
        if name is not None:
            width = _width(pattern, name, spec, conversion)
            if name in seen:
                raise _refused(pattern, f"{{{name}}} is there twice")
            seen.add(name)
            regex += f"(?P<{name}>{_digits(name, width)})"
        parts.append((literal, name, width))
    if "number" not in seen:
        raise _refused(pattern, "{number} is missing")
    return tuple(parts), re.compile(regex)


def _width(pattern, name, spec, conversion):
    if name not in _FIELDS or conversion:
        raise _refused(pattern, f"{{{name}}} is not a field")
    if not spec:
        return 0
    match = _WIDTH.fullmatch(spec) if name == "number" else None
    if not match:
        raise _refused(pattern, f"{{{name}:{spec}}} is not a field")
    return int(match[1])


def _digits(name, width):
    if name == "number":
        return f"[0-9]{{{max(width, 1)},}}"
    return "[0-9]{4}" if name == "year" else "[0-9]{2}"


def _formatted(parts, year, number):
    values = {"year": f"{year:04d}", "yy": f"{year % 100:02d}"}
    return "".join(
        literal
        + (str(number).zfill(width) if name == "number" else values.get(name, ""))
        for literal, name, width in parts
    )


def _is_whole(value):
    return isinstance(value, int) and not isinstance(value, bool)


def _refused(pattern, reason):
    return ValueError(f"pattern {pattern!r}: {reason}; allowed are {ALLOWED}")
