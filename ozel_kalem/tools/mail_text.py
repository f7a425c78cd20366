"""Texts as they come by e-mail, made readable: charsets, pages, stray characters."""

import re

from lxml import etree
from lxml import html as lxml_html

_TURKISH = "cp1254"
# Letters that Latin-1 has where Latin-5 has the Turkish ones: never in Turkish text.
_MISREAD = re.compile("[ÝýÞþÐð]")
_WESTERN = ("iso-8859-1", "latin-1", "latin1", "windows-1252", "cp1252", "us-ascii")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# Characters that turn the reading direction: "fdp.exe" shows as "exe.pdf".
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BLOCKS = frozenset(
    (
        *(
            "address",
            "article",
            "blockquote",
            "div",
            "dl",
            "dd",
            "dt",
            "footer",
            "form",
        ),
        *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre"),
        *("section", "table", "tr", "ul"),
    )
)
_UNSEEN = ("script", "style", "head", "title", "template", "noscript", "object")


def decode_bytes(data: bytes, charset: str | None = None) -> str:
    """The text of `data`, whatever its mail calls the charset; never raises.

    A charset that doesn't fit is tried as UTF-8, then read as Turkish Windows; text
    that claims to be western but has its Icelandic letters is Turkish.
    """
    charset = (charset or "").strip("'\" ").lower()
    for candidate in (charset, "utf-8"):
        try:
            text = data.decode(candidate) if candidate else None
        except (LookupError, UnicodeError, ValueError):
            continue
        if text is None:
            continue
        if candidate in _WESTERN and _MISREAD.search(text):
            return data.decode(_TURKISH, "replace")
        return text
    return data.decode(_TURKISH, "replace")


def html_to_text(source: str) -> str:
    """What a reader of the page sees, without scripts, styles and links' targets."""
    source = re.sub(r"<\?xml[^>]*\?>", "", _CONTROL.sub("", source))
    try:
        tree = lxml_html.document_fromstring(source) if source.strip() else None
    except (etree.ParserError, ValueError, AssertionError):
        return clean(re.sub(r"<[^>]*>", " ", source))
    if tree is None:
        return ""
    etree.strip_elements(tree, *_UNSEEN, etree.Comment, with_tail=False)
    return clean("".join(_seen_pieces(tree)))


def _seen_pieces(tree):
    preformatted = 0
    for event, node in etree.iterwalk(tree, events=("start", "end")):
        if not isinstance(node.tag, str):
            continue
        preformatted += (node.tag == "pre") * (1 if event == "start" else -1)
        if node.tag in _BLOCKS or (node.tag == "br" and event == "start"):
            yield "\n"
        elif node.tag in ("td", "th") and event == "end":
            yield "  "
        text = (node.text if event == "start" else node.tail) or ""
        yield text if preformatted else re.sub(r"\s+", " ", text)


def clean(text: str) -> str:
    """The same without control characters, stray blanks and heaps of empty lines."""
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = (line.strip(" \t\xa0") for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def one_line(text: str) -> str:
    """The same on one line, without what turns its direction."""
    return " ".join(_DIRECTION.sub("", _CONTROL.sub("", text)).split())
