"""A table of contents with page numbers, of a paper that knows none while it's made.

No build of wkhtmltopdf that Debian has tells on which page a heading falls. So a
document with a table of contents is printed twice: first with a mark at each heading,
whose page is then looked up, and again with the numbers in their places. Marks take no
room and the places have one width, so both prints break their pages alike.

- a heading: ``<h2 data-heading="7">``;
- its place in the table of contents: ``<span data-page-of="7"></span>``.
"""

import re
from io import BytesIO

import lxml.html

try:
    import pypdf
except ImportError:  # what Odoo itself asks for up to Python 3.11
    import PyPDF2 as pypdf

UNKNOWN = "00"
_MARK = re.compile(r"@\s*#\s*((?:\d\s*)+)@\s*#")
# Nothing else is painted, so that there is little to read; all keeps its room.
_STYLE = "body * { visibility: hidden; } .contents-mark { visibility: visible; }"
_MARK_STYLE = "position:absolute;left:0;top:0;font-size:2pt"


def has_contents(html: str) -> bool:
    """Return whether a document has places for page numbers."""
    return "data-page-of=" in html


def marked(html: str) -> str:
    """Return the document for the first print: with marks, and without numbers."""
    root = _parsed(html)
    style = lxml.html.Element("style")
    style.text = _STYLE
    root.find("head").append(style)
    for heading in root.xpath("//*[@data-heading]"):
        attributes = {"class": "contents-mark", "style": _MARK_STYLE}
        mark = heading.makeelement("span", attributes)
        mark.text = f"@#{heading.get('data-heading')}@#"
        heading.append(mark)
    return _filled(root, {})


def filled(html: str, pages: dict[int, int]) -> str:
    """Return the document with the number of each heading's page in its place."""
    return _filled(_parsed(html), pages)


def pages_of(pdf: bytes) -> dict[int, int]:
    """Return ``{heading: page}`` of a document printed with marks, from 1."""
    found = {}
    for number, page in enumerate(pypdf.PdfReader(BytesIO(pdf)).pages, 1):
        for digits in _MARK.findall(page.extract_text()):
            found.setdefault(int("".join(digits.split())), number)
    return found


def _parsed(html):
    return lxml.html.document_fromstring(html, ensure_head_body=True)


def _filled(root, pages):
    for place in root.xpath("//*[@data-page-of]"):
        place.text = str(pages.get(int(place.get("data-page-of")), UNKNOWN))
    page = lxml.html.tostring(root, encoding="unicode")
    return f"<!DOCTYPE html>{page}"
