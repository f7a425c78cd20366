"""Turkish letters, dates, numbers and case suffixes.

Python's and PostgreSQL's own case mapping turns i into I and İ into an i with a
loose dot; this module is what the office prints, sorts and compares with.
"""

import re
import unicodedata
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

MONTHS = (
    "Ocak",
    "Şubat",
    "Mart",
    "Nisan",
    "Mayıs",
    "Haziran",
    "Temmuz",
    "Ağustos",
    "Eylül",
    "Ekim",
    "Kasım",
    "Aralık",
)
WEEKDAYS = (
    "Pazartesi",
    "Salı",
    "Çarşamba",
    "Perşembe",
    "Cuma",
    "Cumartesi",
    "Pazar",
)
SUFFIXES = (
    "dative",
    "accusative",
    "genitive",
    "locative",
    "ablative",
    "instrumental",
)

# --- letter case ------------------------------------------------------------------

_LINKING_WORDS = frozenset(
    ("ve", "veya", "ile", "ya", "da", "de", "ki", "mı", "mi", "mu", "mü")
)
_WORD = re.compile(r"(\w+)((?:['’]\w+)*)")


def upper(text: str) -> str:
    """Return `text` in capitals: "istanbul ılıca" gives "İSTANBUL ILICA"."""
    return _composed(text).replace("i", "İ").replace("ı", "I").upper()


def lower(text: str) -> str:
    """Return `text` in small letters: "İSTANBUL ILICA" gives "istanbul ılıca"."""
    return _composed(text).replace("I", "ı").replace("İ", "i").lower()


def title(text: str) -> str:
    """Return `text` with initial capitals: "Fen İşleri Müdürlüğü".

    Linking words (ve, veya, ile, de …) are small except as the first word, and so is
    what follows an apostrophe: "Ankara'nın". Roman numerals aren't known.
    """
    text = _composed(text)

    def changed(match):
        word = lower(match[1])
        linking = word in _LINKING_WORDS and text[: match.start()].strip()
        return word + lower(match[2]) if linking else _capitalised(match[0])

    return _WORD.sub(changed, text)


def person_name(name: str) -> str:
    """Return a person's name as letters write it: "Neslihan GÜNEBAKAN" (RYY art. 17).

    The last word is the surname. Where the last words, but not all, are in capitals
    already, all of them are: "Ayşe KAYA YILMAZ" keeps both surnames.
    """
    words = _composed(name).split()
    if len(words) < 2:
        return "".join(_capitalised(word) for word in words)
    first = len(words) - 1
    while first > 1 and _is_capital(words[first]) and _is_capital(words[first - 1]):
        first -= 1
    if _is_capital(words[0]):
        first = len(words) - 1
    given = [_capitalised(word) for word in words[:first]]
    return " ".join(given + [upper(word) for word in words[first:]])


def _capitalised(text):
    return _WORD.sub(lambda match: _first_capital(match[1]) + lower(match[2]), text)


def _first_capital(word):
    return word if word[0].isdigit() else upper(word[0]) + lower(word[1:])


def _is_capital(word):
    return len(word) > 1 and word == upper(word) != lower(word)


def _composed(text):
    # A loose dot above is what other software leaves of the small letter of İ.
    return unicodedata.normalize("NFC", text or "").replace("i\u0307", "i")


# --- order and comparison ---------------------------------------------------------

_ALPHABET = {"ç": "c~", "ğ": "g~", "ı": "h~", "ö": "o~", "ş": "s~", "ü": "u~"}
_BASE_LETTERS = {
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ə": "e",
}
_APOSTROPHES = str.maketrans("’‘ʼ`´", "'''''")
_NO_WORD = re.compile(r"[^\w~]+|_+")


def sort_key(text: str) -> str:
    """Return a key that sorts as Turkish does where bytes are compared (C collation).

    a b c ç d e f g ğ h ı i j k l m n o ö p q r s ş t u ü v w x y z, digits first; â,
    î, û and foreign accents as their base letters; case, apostrophes and
    punctuation don't count; a space sorts before everything ("Ali Veli" before
    "Alican"). Other scripts follow after z. Different texts may have one key, so
    sort by a second column where the order must be the same each time.
    """
    plain = lower(text).translate(_APOSTROPHES).replace("'", "").replace("~", " ")
    key = "".join(_ALPHABET.get(letter) or _base(letter) for letter in plain)
    return _NO_WORD.sub(" ", key).strip()


def fold(text: str) -> str:
    """Return `text` for comparisons: small ASCII letters, spaces made single.

    "  ÇINARLIDERE  Belediyesi " gives "cinarlidere belediyesi". Letters of other
    scripts have no ASCII form and are kept, so that two of them are never equal.
    """
    plain = lower(text).replace("ı", "i").translate(_APOSTROPHES)
    return " ".join("".join(map(_base, plain)).split())


def _base(letter):
    if letter.isascii():
        return letter
    if letter in _BASE_LETTERS:
        return _BASE_LETTERS[letter]
    decomposed = unicodedata.normalize("NFKD", letter)
    kept = (part for part in decomposed if not unicodedata.combining(part))
    return "".join(kept).lower()


# --- dates and numbers ------------------------------------------------------------


def long_date(day: date, weekday: bool = True) -> str:
    """Return "7 Ekim 2026 Çarşamba", or without the weekday "7 Ekim 2026"."""
    text = f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    return f"{text} {WEEKDAYS[day.weekday()]}" if weekday else text


def short_date(day: date) -> str:
    """Return "07.10.2026", as letters date themselves (RYY art. 12)."""
    return f"{day.day:02d}.{day.month:02d}.{day.year:04d}"


def number(value, decimals: int = 2) -> str:
    """Return a number as Turkish writes it: 1234.56 gives "1.234,56".

    `value` is an int, float or Decimal, rounded half up to `decimals` places, as
    amounts are. Raises ValueError for what isn't a finite number and for decimals
    outside of 0 to 20.
    """
    if isinstance(decimals, bool) or not isinstance(decimals, int):
        raise ValueError(f"decimals must be a whole number, not {decimals!r}")
    if not 0 <= decimals <= 20:
        raise ValueError(f"decimals must be from 0 to 20, not {decimals}")
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise ValueError(f"value must be a number, not {value!r}")
    try:
        exact = Decimal(str(value)).quantize(
            Decimal(1).scaleb(-decimals), ROUND_HALF_UP, Context(prec=400)
        )
    except InvalidOperation:
        raise ValueError(f"value must be a finite number, not {value!r}") from None
    if not exact.is_finite():
        raise ValueError(f"value must be a finite number, not {value!r}")
    text = f"{exact or abs(exact):,.{decimals}f}"
    return text.translate(str.maketrans(",.", ".,"))


# --- case suffixes ----------------------------------------------------------------

_VOWELS = frozenset("aeıioöuüâîû")
_VOICELESS = "fstkçşhp"
_HIGH_VOWEL = {
    **dict.fromkeys("aâı", "ı"),
    **dict.fromkeys("eiî", "i"),
    **dict.fromkeys("ouû", "u"),
    **dict.fromkeys("öü", "ü"),
}
_FRONT_VOWELS = "eiîöü"

# Loan words and names whose suffix has front vowels after a back one.
_FRONT_AFTER_BACK = frozenset(
    (
        *("bilal", "celal", "cemal", "hilal", "iclal", "ikbal", "kemal", "meral"),
        *("nihal", "zülal", "cemaat", "dikkat", "hakikat", "itaat", "kanaat", "saat"),
        *("menfaat", "seyahat", "sürat", "şefkat", "tabiat", "ziraat", "alkol", "gol"),
        *("kontrol", "petrol", "rol", "sembol", "emsal", "festival", "hal", "harf"),
        *("hayal", "ihtimal", "istikbal", "istiklal", "kabul", "kalp", "mahsul"),
        *("mecal", "mesul", "misal", "terminal", "usul", "zeval"),
    )
)

_ONES = ("", "bir", "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz")
_TENS = (
    "",
    "on",
    "yirmi",
    "otuz",
    "kırk",
    "elli",
    "altmış",
    "yetmiş",
    "seksen",
    "doksan",
)
_THOUSANDS = ("", "bin", "milyon", "milyar", "trilyon", "katrilyon")

_SOFTENED = re.compile(r"(l[ıiuü]|c[ıiuü])k$")
_COMPOUND_WORD = re.compile(r"(l[ıi]ğı|l[ıi]ği|luğu|lüğü|belediyesi)$")
_ABBREVIATED_COMPANY = re.compile(r"(a\. ?ş\.|şti\.)$")


def suffix(
    word: str, kind: str, proper: bool = True, capital: bool | None = None
) -> str:
    """Return `word` with a case suffix that fits its sound.

    - ``kind``: one of `SUFFIXES`.
    - ``proper``: a proper name, number or abbreviation, which takes an apostrophe
      and keeps its last letter: "Hakan'ın", "Mart'ta", "2026'da", "TBMM'nin". A
      common noun has no apostrophe, and -lık and -cık soften: "müdürlüğe".
    - ``capital``: whether the suffix is in capitals; None does as `word` does,
      which for an abbreviation without vowels means small letters.

    Numbers are read by their last spoken word (2026: altı; 1923: üç; 40: kırk).
    Limits: abbreviations are read letter by letter only where they have no vowel;
    front suffixes after back vowels (saat, Kemal) come from a short list; other
    softening (kitap, kitabı) isn't done. Raises ValueError for another kind and for
    a word without letters and digits.
    """
    if kind not in SUFFIXES:
        raise ValueError(f"kind must be one of {', '.join(SUFFIXES)}, not {kind!r}")
    word = _composed(word).strip()
    ending = _ending(_spoken(word), kind)
    if not proper and kind in ("dative", "accusative", "genitive"):
        word = _soften(word)
    if capital is None:
        capital = _takes_capitals(word)
    mark = "'" if proper else ""
    return f"{word}{mark}{upper(ending) if capital else ending}"


def genitive(word: str) -> str:
    """Return a proper name in the genitive: "Ayşe'nin", "GÜNEBAKAN'IN"."""
    return suffix(word, "genitive")


def locative(word: str) -> str:
    """Return a proper name or number in the locative: "Mart'ta", "2026'da"."""
    return suffix(word, "locative")


def dative(name: str) -> str:
    """Return an addressee as the Muhatap of an official letter (RYY art. 14).

    - the name of an institution is a possessive compound and takes -NA/-NE without
      an apostrophe: "ANKARA VALİLİĞİNE", "FEN İŞLERİ MÜDÜRLÜĞÜNE";
    - any other name takes -A/-E/-YA/-YE with an apostrophe: "ANKARA'YA";
    - only the first line takes the suffix, not the unit in brackets;
    - a person ("Sayın Ad SOYAD") stays without one.

    A compound is recognised by its ending: more than one word and a last vowel of
    ı, i, u, ü, or one word like "Valiliği". So a name of several words that merely
    ends so ("YENİ CAMİ") is taken for a compound; write such an addressee by hand.
    Raises ValueError for an empty name.
    """
    name = _composed(name).strip()
    if re.match(r"sayın\s", lower(name)):
        return name
    found = re.match(r"([^\n(]*[^\s(])(\s*\(.*|\s*\n.*)?$", name, re.DOTALL)
    if not found:
        raise ValueError("name must not be empty")
    head, rest = found[1], found[2] or ""
    small = lower(head)
    if _ABBREVIATED_COMPANY.search(small):
        ending = "ne"
    elif _is_compound(small):
        ending = "na" if _is_back(small) else "ne"
    else:
        return suffix(head, "dative") + rest
    return head + (upper(ending) if _takes_capitals(head) else ending) + rest


def _is_compound(small):
    if len(small.split()) > 1:
        return small[-1] in "ıiuüîû"
    return bool(_COMPOUND_WORD.search(small))


def _takes_capitals(text):
    letters = [letter for letter in text if letter.isalpha()]
    return (
        len(letters) > 1
        and text == upper(text)
        and not any(character.isdigit() for character in text)
        and any(letter in _VOWELS for letter in lower(text))
    )


def _soften(word):
    softened = _SOFTENED.search(lower(word))
    if not softened:
        return word
    return word[:-1] + ("Ğ" if word[-1] == "K" else "ğ")


def _spoken(word):
    """Return the last word as it's read, in small letters."""
    letters = re.search(r"[^\W\d_]+[^\w]*$", word)
    groups = re.findall(r"[0-9]+", re.sub(r"(?<=[0-9])\.(?=[0-9]{3}\b)", "", word))
    if groups and not letters:
        heard = [group for group in groups if group.strip("0")]
        return _last_number_word(heard[-1] if heard else "0")
    if not letters:
        raise ValueError(f"word must have letters or digits: {word!r}")
    last = lower(re.sub(r"[\W\d_]+$", "", letters[0]))
    if any(_vowel(letter) for letter in last):
        return last
    return last[-1] + "e"


def _last_number_word(digits):
    significant = digits.rstrip("0")
    zeros = len(digits) - len(significant)
    if not significant:
        return "sıfır"
    figure = int(significant[-1])
    if zeros % 3 == 2:
        return "yüz"
    if zeros % 3 == 1:
        return _TENS[figure] if zeros == 1 else _scale(zeros)
    return _ONES[figure] if not zeros else _scale(zeros)


def _scale(zeros):
    return _THOUSANDS[min(zeros // 3, len(_THOUSANDS) - 1)]


def _ending(spoken, kind):
    vowel = next(_plain(part) for part in reversed(spoken) if _vowel(part))
    back = _is_back(spoken)
    low = "a" if back else "e"
    high = _HIGH_VOWEL[vowel]
    if not back and high in "ıu":
        high = {"ı": "i", "u": "ü"}[high]
    ends_in_vowel = _vowel(spoken[-1])
    stop = "t" if _plain(spoken[-1]) in _VOICELESS else "d"
    return {
        "dative": ("y" if ends_in_vowel else "") + low,
        "accusative": ("y" if ends_in_vowel else "") + high,
        "genitive": ("n" if ends_in_vowel else "") + high + "n",
        "locative": stop + low,
        "ablative": stop + low + "n",
        "instrumental": ("y" if ends_in_vowel else "") + "l" + low,
    }[kind]


def _is_back(text):
    word = re.split(r"[\W_]+", text.strip())[-1] or text
    if word in _FRONT_AFTER_BACK:
        return False
    vowels = [_plain(letter) for letter in text if _vowel(letter)]
    return bool(vowels) and vowels[-1] not in _FRONT_VOWELS


def _vowel(letter):
    return _plain(letter) in _VOWELS


def _plain(letter):
    return letter if letter in "çğışöüâîû" else _base(letter)[-1:]
