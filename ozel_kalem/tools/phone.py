"""Telephone numbers as people in Turkey say, write and import them."""

import re

COUNTRY = "90"
NATIONAL_LENGTH = 10
# 112, 153, 1881, 11811, 444 12 34: dialled as they are, from anywhere.
LONGEST_SHORT = 6
CALL_CENTRE = re.compile(r"(444)(\d)(\d{3})")
# +49 (0) 30 …: the zero is dialled at home alone
TRUNK_ZERO = re.compile(r"(?<=^[1-9]{2})0")
NATIONAL = re.compile(r"(\d{3})(\d{3})(\d{2})(\d{2})")
# “dahili 12”, “iç hat 12”, “ext. 12”, “#12”
EXTENSION = re.compile(
    r"(?<=\d)[\s,;.(]*(?:dahil[iı]|dah|i[cç]\s*hat|iç|ext|extension|x|#|;ext=)"
    r"\W*(\d{1,6})\W*$",
    re.IGNORECASE,
)

# What stands in a line beside a name: at least seven digits, as people group them.
WRITTEN = re.compile(
    r"(?<!\w)[+(]?\d(?:[\s().\-/\u2013\u00a0]*\d){6,14}"
    r"(?:\s*(?:dahili|dah|iç hat|ext)\W*\d{1,6})?(?!\w)",
    re.IGNORECASE,
)
LABEL = re.compile(r"\b(?:tel|telefon|cep|gsm)\s*[.:]?\s*$", re.IGNORECASE)


def normal_phone(text: str | None) -> str | None:
    """Return the one form of a telephone number, None where there is no digit.

    Turkish numbers and foreign ones become ``+`` and digits (E.164), short numbers
    and those that lack their area code the digits alone. An extension is left out.
    """
    return _parts(text)[0]


def readable_phone(text: str | None) -> str:
    """Return a number as it is written in Turkey: 0532 123 45 67, 444 1 153, 112.

    Foreign numbers are +49…; an extension is kept; what isn't a number stays as
    it was typed.
    """
    text = (text or "").strip()
    number, extension = _parts(text)
    if not number or re.search(r"[^\W\d_]", _without_extension(text)):
        return text
    return f"{_grouped(number)} dahili {extension}" if extension else _grouped(number)


def split_phone(text: str | None) -> tuple[str, str]:
    """Return the name and the telephone number of a line in which both stand.

    "Ayşe Yılmaz, 0532 123 45 67" gives ("Ayşe Yılmaz", "0532 123 45 67"); either
    may be empty. Fewer than seven digits are a part of the name.
    """
    text = (text or "").strip()
    found = WRITTEN.search(text)
    if not found:
        return text, ""
    before = LABEL.sub("", text[: found.start()])
    name = f"{before} {text[found.end() :]}"
    number = found[0].strip()
    if number.count("(") != number.count(")"):
        number = number.strip("()")
    return " ".join(name.split()).strip(" ,;:-()"), number


def searched_phone(text: str | None) -> str:
    """Return what the normal form of a number contains, of which a part is typed."""
    number = normal_phone(text) or ""
    if number.startswith("+"):
        return number
    return number.lstrip("0") or number


def _parts(text):
    """(normal number or None, extension or None)"""
    text = (text or "").strip()
    found = EXTENSION.search(text)
    number = _normal(_without_extension(text))
    return number, found[1] if found and number else None


def _without_extension(text):
    return EXTENSION.sub("", text)


def _normal(text):
    digits = "".join(str(int(sign)) for sign in text if sign.isdecimal())
    if not digits:
        return None
    abroad = re.match(r"\W*00([1-9].*)", digits)
    if abroad or text.lstrip(" (").startswith("+"):
        return _international(abroad[1] if abroad else digits, "(0)" in text)
    national = digits.removeprefix("0")
    if len(national) == NATIONAL_LENGTH:
        return f"+{COUNTRY}{national}"
    if len(digits) == NATIONAL_LENGTH + 2 and digits.startswith(COUNTRY):
        return f"+{digits}"
    if CALL_CENTRE.fullmatch(national):
        return f"+{COUNTRY}{national}"
    return digits


def _international(digits, with_zero):
    if not digits.startswith(COUNTRY):
        return f"+{TRUNK_ZERO.sub('', digits) if with_zero else digits}"
    national = digits.removeprefix(COUNTRY).lstrip("0")
    if len(national) <= LONGEST_SHORT:
        return national or digits
    return f"+{COUNTRY}{national}"


def _grouped(number):
    national = number.removeprefix(f"+{COUNTRY}")
    if national == number:
        return number
    if found := CALL_CENTRE.fullmatch(national):
        return " ".join(found.groups())
    if found := NATIONAL.fullmatch(national):
        return "0" + " ".join(found.groups())
    return number
