"""Every check that reads files without running Odoo."""

import csv
import subprocess
import sys
import xml.parsers.expat

from . import paths, python
from .errors import KitError

FOLDERS = (paths.MODULE, "dev", "tests", "bench")


def lint(options):
    """Run the chosen checks; the exit code is 0 when all are content."""
    wrong = [name for name in options.checks or CHECKS if not CHECKS[name](options.fix)]
    if wrong:
        print(f"error: lint found something: {', '.join(wrong)}", file=sys.stderr)
        return 1
    print("lint: all checks are content")
    return 0


def _ruff_check(fix):
    return _tool("ruff", "check", *(["--fix"] if fix else []), *_folders())


def _ruff_format(fix):
    return _tool("ruff", "format", *([] if fix else ["--check"]), *_folders())


def _pylint(_fix):
    return _tool("pylint", "--rcfile", paths.ROOT / ".pylintrc", paths.MODULE)


def _oca_module(fix):
    options = ["--disable=xml-tag-position", *(["--fix"] if fix else [])]
    return _tool("oca-checks-odoo-module", *options, paths.MODULE_DIR)


def _oca_po(_fix):
    files = sorted(paths.MODULE_DIR.glob("i18n/*.po*"))
    return not files or _tool("oca-checks-po", "--disable=po-pretty-format", *files)


def _xml(_fix):
    return all([_is_xml(path) for path in sorted(paths.MODULE_DIR.rglob("*.xml"))])


def _csv(_fix):
    return all([_is_csv(path) for path in sorted(paths.MODULE_DIR.rglob("*.csv"))])


def _is_xml(path):
    try:
        with path.open("rb") as handle:
            xml.parsers.expat.ParserCreate().ParseFile(handle)
    except xml.parsers.expat.ExpatError as error:
        print(f"{path.relative_to(paths.ROOT)}: {error}")
        return False
    return True


def _is_csv(path):
    with path.open(newline="", encoding="utf-8-sig") as handle:
        sample = handle.readline()
        handle.seek(0)
        rows = list(
            csv.reader(
                handle,
                delimiter=";" if sample.count(";") > sample.count(",") else ",",
                strict=True,
            )
        )
    uneven = [
        number for number, row in enumerate(rows, 1) if row and len(row) != len(rows[0])
    ]
    if uneven:
        print(
            f"{path.relative_to(paths.ROOT)}: not as many columns as the first row: {uneven[:5]}"
        )
    return not uneven


def _docs(_fix):
    script = paths.DEV / "docs.py"
    command = [sys.executable, str(script), "--check"]
    return (
        not script.exists() or subprocess.run(command, cwd=paths.ROOT).returncode == 0
    )


def _folders():
    return [name for name in FOLDERS if (paths.ROOT / name).is_dir()]


def _tool(name, *arguments):
    if not paths.MODULE_DIR.is_dir():
        raise KitError(f"There is no {paths.MODULE_DIR}.")
    interpreter = python.ensure_lint()
    command = [interpreter.with_name(name), *arguments]
    return (
        subprocess.run(
            [str(part) for part in command], cwd=paths.ROOT, stdin=subprocess.DEVNULL
        ).returncode
        == 0
    )


CHECKS = {
    "ruff-check": _ruff_check,
    "ruff-format": _ruff_format,
    "pylint-odoo": _pylint,
    "oca-module": _oca_module,
    "oca-po": _oca_po,
    "xml": _xml,
    "csv": _csv,
    "docs": _docs,
}
