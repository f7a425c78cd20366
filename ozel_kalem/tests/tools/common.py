"""What the shipped data files say, read without a database."""

from datetime import date
from pathlib import Path
from xml.etree import ElementTree

from ...tools.working_days import WorkCalendar

DATA = Path(__file__).resolve().parents[2] / "data"


def shipped_records(file_name):
    """Return {xml id: {field: text or evaluated text}} of a data file."""
    root = ElementTree.parse(DATA / file_name).getroot()
    return {
        record.get("id"): {
            field.get("name"): field.get("eval") or field.text for field in record
        }
        for record in root.iter("record")
    }


def shipped_days(kind):
    """Return the dates of the shipped holidays of `kind`."""
    return {
        date.fromisoformat(holiday["date"])
        for holiday in shipped_records("holiday_data.xml").values()
        if holiday["kind"] == kind
    }


def shipped_calendar(**options):
    """Return the calendar that the shipped holidays make."""
    return WorkCalendar.of(
        holidays=shipped_days("public"), half_days=shipped_days("half_day"), **options
    )


def day(text):
    """Return the date that "7.10.2026" or "2026-10-07" stands for."""
    if "-" in text:
        return date.fromisoformat(text)
    number, month, year = map(int, text.split("."))
    return date(year, month, number)
