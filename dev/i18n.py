"""Keep i18n/ozel_kalem.pot and tr.po in step with the source.

`make i18n` exports the terms of an installed database and merges them into tr.po;
with --check nothing is written: the process fails when a term is missing, unused or
without its Turkish.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "ozel_kalem" / "i18n"
# Data that are Turkish in the source already.
TURKISH_DATA = ("model:ozel_kalem.service.standard",)


def export(database):
    """The terms of the module as Odoo exports them from ``database``."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "ozel_kalem.pot"
        command = [ROOT / "bin" / "odoo", "i18n", "export", "-d", database]
        command += ["-l", "pot", "-o", str(target), "--", "ozel_kalem"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if not target.exists():
            sys.exit(f"The export failed:\n{done.stderr[-2000:]}")
        return polib.pofile(str(target))


def merge(pot, known):
    """A tr.po with the terms of ``pot`` and the translations of ``known``."""
    po = polib.POFile(wrapwidth=78)
    po.header = pot.header
    po.metadata = {
        **pot.metadata,
        "Language": "tr",
        "Language-Team": "Turkish",
        "Plural-Forms": "nplurals=2; plural=n > 1;",
    }
    for entry in pot:
        turkish = any(
            source.startswith(TURKISH_DATA) for source, _line in entry.occurrences
        )
        text = known.get(entry.msgid) or (entry.msgid if turkish else "")
        po.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgstr=text,
                occurrences=entry.occurrences,
                comment=entry.comment,
                flags=entry.flags,
            )
        )
    return po


def differences(pot, po):
    """What keeps ``po`` from being the complete translation of ``pot``."""
    terms = {entry.msgid for entry in pot}
    known = {entry.msgid: entry.msgstr for entry in po}
    yield from (f"not in tr.po: {term!r}" for term in sorted(terms - known.keys()))
    yield from (f"not in use: {term!r}" for term in sorted(known.keys() - terms))
    yield from (
        f"no Turkish: {term!r}" for term in sorted(terms) if known.get(term) == ""
    )


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", help="a database with ozel_kalem installed")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    pot, old = export(arguments.database), polib.pofile(str(FOLDER / "tr.po"))
    if not arguments.check:
        pot.save(str(FOLDER / "ozel_kalem.pot"))
        known = {entry.msgid: entry.msgstr for entry in old if entry.msgstr}
        old = merge(pot, known)
        old.save(str(FOLDER / "tr.po"))
    problems = list(differences(pot, old))
    print("\n".join(problems) or f"tr.po: {len(old)} terms, complete")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
