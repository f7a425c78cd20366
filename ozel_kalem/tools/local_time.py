"""The office's clock: instants are stored in UTC and read in Istanbul."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

ISTANBUL = ZoneInfo("Europe/Istanbul")


def local_today() -> date:
    """Return today's date in Istanbul."""
    return datetime.now(UTC).astimezone(ISTANBUL).date()


def to_local(value: date | datetime | str) -> date | datetime:
    """Return a date as it is, an instant as naive local time.

    A naive datetime is UTC, as the ORM stores it; a string is ISO 8601.
    Raises ValueError for anything else.
    """
    if isinstance(value, str):
        value = _parsed(value)
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        return moment.astimezone(ISTANBUL).replace(tzinfo=None)
    if isinstance(value, date):
        return value
    raise ValueError(f"not a date: {value!r}")


def local_date(value: date | datetime | str) -> date:
    """Return the day on which an instant falls in Istanbul.

    Raises ValueError as `to_local` does.
    """
    local = to_local(value)
    return local.date() if isinstance(local, datetime) else local


def day_start(day: date) -> datetime:
    """Return the moment at which a day begins in Istanbul, as naive UTC."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=ISTANBUL)
    return midnight.astimezone(UTC).replace(tzinfo=None)


def to_utc(local: datetime) -> datetime:
    """Return naive local time as the ORM stores it: naive UTC."""
    return local.replace(tzinfo=ISTANBUL).astimezone(UTC).replace(tzinfo=None)


def _parsed(text):
    text = text.strip()
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
