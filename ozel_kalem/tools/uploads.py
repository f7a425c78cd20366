"""What a stranger's file really is: told by its first bytes, never by its name.

Only kinds that a citizen has are known: photographs, PDF, and the two text formats
of office programs, these without macros.
"""

import re
import zipfile
from typing import BinaryIO

HEAD_LENGTH = 64
LONGEST_NAME = 80
MOST_MEMBERS = 2000
_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
)
_PHOTO_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1")
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument.text"
_ENDINGS = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "image/heic": (".heic", ".heif"),
    _WORD: (".docx",),
    _OPEN_DOCUMENT: (".odt",),
}
ACCEPTED = ",".join(ending for endings in _ENDINGS.values() for ending in endings)


def content_type(stream: BinaryIO) -> str | None:
    """Return the MIME type of a file that is accepted, None for any other.

    The stream is read from its beginning and left there.
    """
    stream.seek(0)
    head = stream.read(HEAD_LENGTH)
    try:
        return _by_signature(head) or (
            _office_document(stream) if head.startswith(b"PK\x03\x04") else None
        )
    finally:
        stream.seek(0)


def file_name(name: str, mimetype: str) -> str:
    """Return a harmless name whose ending fits the content.

    No folder, no control character, no ending that says something else:
    "C:\\x\\evil.html" with the content of a PDF becomes "evil.pdf".
    """
    base = re.split(r"[\\/]", name or "")[-1]
    base = "".join(letter for letter in base if letter.isprintable()).strip(" .")
    stem, _dot, ending = base.rpartition(".")
    endings = _ENDINGS[mimetype]
    stem = re.sub(r'[<>:"|?*]', "_", stem or ending)[:LONGEST_NAME].strip(" .")
    own = f".{ending.lower()}"
    return (stem or "belge") + (own if own in endings else endings[0])


def size(stream: BinaryIO) -> int:
    """Return the length in bytes without reading the file."""
    length = stream.seek(0, 2)
    stream.seek(0)
    return length


def _by_signature(head):
    for signature, mimetype in _SIGNATURES:
        if head.startswith(signature):
            return mimetype
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp" and head[8:12] in _PHOTO_BRANDS:
        return "image/heic"
    return None


def _office_document(stream):
    try:
        with zipfile.ZipFile(stream) as archive:
            names = archive.namelist()
            if len(names) > MOST_MEMBERS or _has_macros(names):
                return None
            if "word/document.xml" in names:
                return _WORD
            if names[0] == "mimetype":
                return _declared(archive)
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        ValueError,
        OSError,
        EOFError,
        IndexError,
    ):
        return None
    return None


def _declared(archive):
    if archive.getinfo("mimetype").file_size > len(_OPEN_DOCUMENT):
        return None
    declared = archive.read("mimetype")
    return _OPEN_DOCUMENT if declared == _OPEN_DOCUMENT.encode() else None


def _has_macros(names):
    return any(
        name.lower().endswith("vbaproject.bin")
        or name.startswith(("Basic/", "Scripts/"))
        for name in names
    )
