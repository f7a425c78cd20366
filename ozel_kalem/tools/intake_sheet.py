"""Tables of petitions as others export them (XLSX, CSV), read as plain rows.

Headers are found in whatever row they are and in every usual spelling; cells come as
text, a formula as the text that it is; dates in figures, in words and in ISO.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from .turkish import MONTHS, fold

MOST_ROWS = 50_000
MOST_UNPACKED = 600 * 1024 * 1024
HEADER_WITHIN = 20

HEADERS = {
    "number": "başvuru no|başvuru numarası|başvuru sayısı|cimer no|cimer başvuru no|"
    "cimer numarası|referans no|dış numara|their number",
    "received": "tarih|başvuru tarihi|geliş tarihi|kayıt tarihi|başvuru zamanı|received on",
    "name": "ad soyad|adı soyadı|ad soyadı|başvuran|başvuru sahibi|başvuru sahibinin adı "
    "soyadı|isim|applicant",
    "first_name": "ad|adı",
    "last_name": "soyad|soyadı",
    "identity": "t.c.|t.c. no|tc no|tckn|t.c. kimlik no|tc kimlik no|t.c. kimlik numarası|"
    "kimlik no",
    "phone": "telefon|telefon no|telefon numarası|cep telefonu|cep tel|tel|gsm|phone",
    "email": "e-posta|eposta|e-posta adresi|mail|e-mail|email|elektronik posta",
    "subject": "konu|başvuru konusu|konu özeti|özet|subject",
    "text": "metin|başvuru metni|içerik|başvuru içeriği|açıklama|dilekçe metni|"
    "what is asked",
    "kind": "tür|türü|başvuru türü|başvuru tipi|kind",
    "province": "il",
    "district": "ilçe",
    "neighbourhood": "mahalle|mahallesi|mahalle/köy|neighbourhood",
    "location": "adres|açık adres|yer|location",
    "topic": "konu başlığı|kategori|topic",
    "unit": "birim|sorumlu birim|ilgili birim|lead unit",
}
_KEYS = {fold(name): key for key, names in HEADERS.items() for name in names.split("|")}
_MONTH_NUMBERS = {fold(name): number for number, name in enumerate(MONTHS, 1)}
_CLOCK = r"(?:[ T,]+(?:saat )?(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?)?"
_FIGURES = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})" + _CLOCK)
_SHORT = re.compile(r"(\d{1,2})([./])(\d{1,2})\2(\d{2})" + _CLOCK)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})" + _CLOCK + r"(?:Z|[+-]\d\d:?\d\d)?")
_WORDS = re.compile(
    r"(\d{1,2})\.? ([a-z]+) (\d{4})(?:,? (?:pazartesi|sali|carsamba|persembe|cuma|"
    r"cumartesi|pazar))?" + _CLOCK
)


class Unreadable(ValueError):
    """The file as a whole can't be read; `args[0]` is a key of the reasons below."""


NO_TABLE = "no_table"
NO_HEADER = "no_header"
TOO_LONG = "too_long"


@dataclass(frozen=True)
class Row:
    """A row of the table: its number as the program shows it, its values by key."""

    number: int
    values: dict


@dataclass(frozen=True)
class Table:
    """What was read: keys with their headers, and the rows that aren't empty."""

    headers: dict
    rows: list


def parse_moment(value) -> datetime | None:
    """Return local time of a cell: a date, "07.10.2026 14:30", "7 Ekim 2026", ISO.

    Years of two figures are this century's. None for an empty cell. Raises ValueError
    for anything else.
    """
    if isinstance(value, datetime):
        return value.replace(tzinfo=None, microsecond=0)
    if isinstance(value, date):
        return datetime.combine(value, time())
    text = " ".join(str(value or "").split())
    if not text:
        return None
    if found := _ISO.fullmatch(text):
        year, month, day, *clock = found.groups()
    elif found := _FIGURES.fullmatch(text):
        day, month, year, *clock = found.groups()
    elif found := _SHORT.fullmatch(text):
        day, _mark, month, year, *clock = found.groups()
        year = f"20{year}"
    elif found := _WORDS.fullmatch(fold(text)):
        day, word, year, *clock = found.groups()
        month = _MONTH_NUMBERS.get(word)
        if not month:
            raise ValueError(f"not a date: {text!r}")
    else:
        raise ValueError(f"not a date: {text!r}")
    hour, minute, second = (int(part or 0) for part in clock)
    return datetime(int(year), int(month), int(day), hour, minute, second)


def read_table(data: bytes, required=("subject",)) -> Table:
    """Read the first sheet, or the CSV.

    Raises Unreadable when it is neither, has no row with the headers, or too many rows.
    """
    rows = _xlsx_rows(data) if data[:4] == b"PK\x03\x04" else _csv_rows(data)
    return _table(rows, set(required))


def _table(rows, required):
    headers, found = None, []
    for number, cells in enumerate(rows, 1):
        if headers is None:
            if number > HEADER_WITHIN:
                break
            headers = _header_row(cells, required)
            continue
        if any(cell not in (None, "") for cell in cells):
            found.append(Row(number, _values(headers, cells)))
            if len(found) > MOST_ROWS:
                raise Unreadable(TOO_LONG)
    if headers is None:
        raise Unreadable(NO_HEADER)
    return Table({key: text for _place, key, text in headers}, found)


def _header_row(cells, required):
    headers, seen = [], set()
    for place, cell in enumerate(cells):
        key = _KEYS.get(fold(re.sub(r"[*:]", " ", str(cell or ""))))
        if key and key not in seen:
            seen.add(key)
            headers.append((place, key, str(cell).strip()))
    return headers if len(headers) > 1 and required <= seen else None


def _values(headers, cells):
    return {
        key: cells[place] if place < len(cells) else None
        for place, key, _text in headers
    }


def _xlsx_rows(data) -> Iterator:
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise Unreadable(TOO_LONG)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        sheet = book[book.sheetnames[0]]
        # programs leave a size behind that cuts the table, or stretches it
        sheet.reset_dimensions()
        for row in sheet.iter_rows():
            yield [_cell(cell) for cell in row]
    except Unreadable:
        raise
    except Exception as error:  # whatever a broken file makes openpyxl raise
        raise Unreadable(NO_TABLE) from error


def _cell(cell):
    value = cell.value
    if isinstance(value, (datetime, date)) or value is None:
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("_x000D_", "").strip()


def _csv_rows(data) -> Iterator:
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(NO_TABLE)
    text = _csv_text(data)
    head = text[:4000].splitlines()[:HEADER_WITHIN]
    separator = max(";,\t|", key=lambda mark: sum(line.count(mark) for line in head))
    try:
        for row in csv.reader(io.StringIO(text), delimiter=separator):
            yield [cell.strip() for cell in row]
    except csv.Error as error:
        raise Unreadable(NO_TABLE) from error


def _csv_text(data):
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1254", "replace")
