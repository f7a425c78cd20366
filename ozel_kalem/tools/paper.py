"""PDF from HTML by wkhtmltopdf, and what is stamped on its pages.

Debian's wkhtmltopdf is built on an unpatched Qt: it knows no header, no footer and
no page numbers, and prints one document per run. So each document is printed alone,
and the pages get their number (RYY art. 27), the office's contact line (art. 24) and
the level of the record here, the same for every build of the program.
"""

import os
import subprocess
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from . import contents

try:
    import pypdf
except ImportError:  # what Odoo itself asks for up to Python 3.11
    import PyPDF2 as pypdf

FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
)
# The fonts of each face, the first that is there is taken.
FACES = {
    "serif": ("LiberationSerif-Regular", "DejaVuSerif", "DejaVuSans"),
    "sans": ("LiberationSans-Regular", "DejaVuSans"),
}
FONT_PACKAGES = "fonts-liberation"

MARGIN = 15 * mm
CONTACT_SIZE = 8
CONTACT_LEADING = 3.4 * mm
CONTACT_LINES = 2
NUMBER_SIZE = 9
NUMBER_HEIGHT = 9 * mm
LEVEL_SIZE = 10
LEVEL_DEPTH = 10 * mm
SEPARATOR = "  •  "

LONGEST_RUN = 180
MOST_RUNS = 4


class PaperError(Exception):
    """Something that printing needs is missing or has failed."""


class FontError(PaperError):
    """No font with Turkish letters is installed."""


class EngineError(PaperError):
    """wkhtmltopdf made no PDF."""


@dataclass(frozen=True)
class Stamp:
    """What the pages of one document carry besides their number.

    - ``contact``: parts of the contact line; those that are empty are left out.
    - ``level``: a word at the top right.
    - ``face``: one of `FACES`.
    - ``is_numbered``: whether the page number is there at all; not on badges.
    - ``covers``: how many pages at the beginning carry nothing; they are counted.
    - ``binding``: room at the left, in which the pages are bound together.
    """

    contact: tuple[str, ...] = ()
    level: str = ""
    face: str = "serif"
    is_numbered: bool = True
    covers: int = 0
    binding: float = 0

    def __post_init__(self):
        if self.face not in FACES:
            raise ValueError(f"face must be one of {', '.join(FACES)}: {self.face!r}")


# --- printing ---------------------------------------------------------------------


def print_html(html: str, program: str, arguments: Sequence[str] = ()) -> bytes:
    """Return the PDF that wkhtmltopdf makes of one HTML document.

    Raises EngineError with what the program said where there is no PDF.
    """
    command = [program, *arguments, "-", "-"]
    # Without these, Qt looks for a screen and complains about the home folder.
    environment = {
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_RUNTIME_DIR": "/tmp",
        **os.environ,
    }
    try:
        run = subprocess.run(
            command,
            input=html.encode(),
            capture_output=True,
            check=False,
            env=environment,
            timeout=LONGEST_RUN,
        )
    except FileNotFoundError:
        raise EngineError(f"{program}: not found") from None
    except subprocess.TimeoutExpired:
        raise EngineError(f"no PDF after {LONGEST_RUN} seconds") from None
    # 1 stands for warnings, such as a picture that couldn't be had.
    if run.returncode not in (0, 1) or not run.stdout.startswith(b"%PDF"):
        said = run.stderr.decode(errors="replace").strip()
        raise EngineError(f"exit code {run.returncode}: {said[-1000:]}")
    return run.stdout


def print_all(
    documents: Sequence[str], program: str, arguments: Sequence[str] = ()
) -> list[bytes]:
    """Return a PDF of each HTML document, several at a time, in their order."""
    with ThreadPoolExecutor(max(1, min(len(documents), MOST_RUNS))) as pool:
        return list(
            pool.map(lambda html: print_document(html, program, arguments), documents)
        )


def print_document(html: str, program: str, arguments: Sequence[str] = ()) -> bytes:
    """Return the PDF of one document, the numbers in its table of contents right."""
    if contents.has_contents(html):
        first = print_html(contents.marked(html), program, arguments)
        html = contents.filled(html, contents.pages_of(first))
    return print_html(html, program, arguments)


# --- stamping ---------------------------------------------------------------------


def stamp(pdf: bytes, what: Stamp = Stamp()) -> bytes:
    """Return `pdf` with number, contact line and level on each page."""
    return assemble([(pdf, what)])


def assemble(documents: Iterable[tuple[bytes, Stamp]]) -> bytes:
    """Return one PDF of several, each with its own stamp and numbered for itself.

    Raises FontError where no font is installed, EngineError where a document isn't
    a PDF.
    """
    documents = [(_pages(pdf), what) for pdf, what in documents]
    overlay = _pages(_overlay(documents))
    writer = pypdf.PdfWriter()
    forms = iter(overlay)
    for pages, _what in documents:
        for page in pages:
            _put(writer, writer.add_page(page), next(forms))
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _pages(pdf):
    try:
        return list(pypdf.PdfReader(BytesIO(pdf)).pages)
    except (pypdf.errors.PyPdfError, ValueError, KeyError) as error:
        raise EngineError(f"not a PDF: {error}") from error


def _overlay(documents):
    """Draw all stamps in one PDF, so that they share their fonts."""
    stream = BytesIO()
    first = font(documents[0][1].face) if documents else None
    canvas = Canvas(stream, pageCompression=1, initialFontName=first)
    for pages, what in documents:
        for number, page in enumerate(pages, 1):
            width, height = float(page.mediabox.width), float(page.mediabox.height)
            canvas.setPageSize((width, height))
            if number > what.covers:
                _draw(canvas, width, height, what, f"{number}/{len(pages)}")
            canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _draw(canvas, width, height, what, number):
    face = font(what.face)
    left = MARGIN + what.binding
    middle = (left + width - MARGIN) / 2
    if what.is_numbered:
        canvas.setFont(face, NUMBER_SIZE)
        canvas.drawCentredString(middle, NUMBER_HEIGHT, number)
    lines = contact_lines(what.contact, width - MARGIN - left, face)
    if lines:
        top = MARGIN + len(lines) * CONTACT_LEADING
        canvas.setLineWidth(0.4)
        canvas.line(left, top + 1 * mm, width - MARGIN, top + 1 * mm)
        canvas.setFont(face, CONTACT_SIZE)
        for count, line in enumerate(lines, 1):
            canvas.drawCentredString(middle, top - count * CONTACT_LEADING + mm, line)
    if what.level:
        canvas.setFont(face, LEVEL_SIZE)
        # in the margin of a pocket card as well
        margin, depth = min(MARGIN, width / 14), min(LEVEL_DEPTH, width / 21)
        canvas.drawRightString(width - margin, height - depth, what.level)


def contact_lines(parts: Iterable[str], width: float, face: str) -> list[str]:
    """Return the parts of a contact line on as few lines of `width` as they need.

    A part is never divided, except where it is wider than a line: then, and where
    more than `CONTACT_LINES` are needed, the text is cut with an ellipsis.
    """
    lines = []
    for part in filter(None, (" ".join(part.split()) for part in parts)):
        longer = f"{lines[-1]}{SEPARATOR}{part}" if lines else part
        if lines and _fits(longer, width, face):
            lines[-1] = longer
        else:
            lines.append(part)
    kept = lines[:CONTACT_LINES]
    if len(lines) > CONTACT_LINES:
        kept[-1] = SEPARATOR.join(lines[CONTACT_LINES - 1 :])
    return [_cut(line, width, face) for line in kept]


def _fits(text, width, face):
    return pdfmetrics.stringWidth(text, face, CONTACT_SIZE) <= width


def _cut(text, width, face):
    if _fits(text, width, face):
        return text
    while text and not _fits(f"{text}…", width, face):
        text = text[:-1]
    return f"{text.rstrip()}…"


def _put(writer, page, drawn):
    """Lay a drawn page over one of the writer's, whose own content isn't parsed."""
    name = pypdf.generic.NameObject
    form = pypdf.generic.DecodedStreamObject()
    form.set_data(drawn.get_contents().get_data())
    form.update(
        {
            name("/Type"): name("/XObject"),
            name("/Subtype"): name("/Form"),
            name("/BBox"): drawn.mediabox,
            name("/Resources"): drawn["/Resources"].clone(writer),
        }
    )
    nothing = pypdf.generic.DictionaryObject
    resources = page.setdefault(name("/Resources"), nothing()).get_object()
    objects = resources.get("/XObject", nothing()).get_object()
    # Pages may share their resources, so each stamp has a name of its own.
    stamp_name = name(f"/OzelKalemStamp{len(writer.pages)}.{len(objects)}")
    objects[stamp_name] = writer._add_object(form.flate_encode())
    resources[name("/XObject")] = objects
    before, after = (pypdf.generic.DecodedStreamObject() for _ in range(2))
    before.set_data(b"q\n")
    after.set_data(f"\nQ q {stamp_name} Do Q\n".encode())
    contents = page.get("/Contents")
    if contents is None:
        own = []
    elif isinstance(contents.get_object(), pypdf.generic.ArrayObject):
        own = list(contents.get_object())
    else:
        own = [page.raw_get("/Contents")]
    page[name("/Contents")] = pypdf.generic.ArrayObject(
        [writer._add_object(before), *own, writer._add_object(after)]
    )


# --- fonts ------------------------------------------------------------------------


@lru_cache
def font(face: str, folders: tuple[str, ...] = FONT_FOLDERS) -> str:
    """Return the name of the font that was found, and registered, for a face.

    Raises FontError where none is below `folders`.
    """
    for name in FACES[face]:
        if path := find_font(name, folders):
            # only the letters that are used, not all of ASCII: 17 KB a document
            pdfmetrics.registerFont(TTFont(name, path, asciiReadable=False))
            return name
    wanted = ", ".join(FACES[face])
    raise FontError(f"none of these fonts is installed: {wanted}")


def find_font(name: str, folders: Iterable[str] = FONT_FOLDERS) -> str | None:
    """Return the path of a TrueType file below `folders`, or None."""
    for folder in folders:
        for path in sorted(Path(folder).expanduser().rglob(f"{name}.ttf")):
            return str(path)
    return None
