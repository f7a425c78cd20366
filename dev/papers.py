"""Print every paper of the demo office: .state/papers/*.pdf, and *.png to look at.

`make papers`, or `bin/python dev/papers.py [FOLDER] [--db NAME] [--user LOGIN]`. A new
report joins by existing. The exit code is 1 when one can't be printed.
"""

import argparse
import shutil
import subprocess
import sys
import time
import traceback
from ast import literal_eval
from io import BytesIO
from pathlib import Path

import pypdf

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

from kit import databases, paths
from kit import odoo as kit

MOST_SLIPS = 3
MOST_ROWS = 200
RESOLUTION = "80"


def main():
    options = parsed()
    if not shutil.which("pdftoppm"):
        sys.exit("error: pdftoppm is missing: make tools, or apt install poppler-utils")
    if not options.db:
        options.db = databases.ensure_current(kit.ensure(), databases.DEMO)
    options.folder.mkdir(parents=True, exist_ok=True)
    config.parse_config(["-d", options.db, "--log-level=error"], setup_logging=True)
    wrong = 0
    with Registry(options.db).cursor() as cr:
        env = reader(cr, options.user)
        for report in reports(env):
            try:
                print_report(report, options.folder)
            except Exception:
                wrong += 1
                traceback.print_exc()
                print(f"{report.report_name:48} FAILED", flush=True)
        cr.rollback()
    return bool(wrong)


def parsed():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "folder", nargs="?", type=Path, default=paths.STATE / "papers", metavar="FOLDER"
    )
    parser.add_argument("--db", help="this database as it is, not the demo office")
    parser.add_argument("--user", default="mudur", help="login of who prints")
    return parser.parse_args()


def reader(cr, login):
    """The environment of the user who prints, in his language."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    users = env["res.users"].search([("login", "in", (login, "admin"))])
    user = users.filtered(lambda user: user.login == login) or users[:1]
    return api.Environment(cr, user.id, {"lang": user.lang, "tz": user.tz})


def reports(env):
    """The module's reports, in the order of their names."""
    known = (
        env["ir.model.data"]
        .sudo()
        .search([("module", "=", paths.MODULE), ("model", "=", "ir.actions.report")])
    )
    found = env["ir.actions.report"].sudo().browse(known.mapped("res_id")).exists()
    return found.with_user(env.user).sudo().sorted("report_name")


def records(report):
    """What a user would print: a selection from a list, or a few single records."""
    Model = report.env[report.model].sudo(False)
    if Model._transient:
        return Model.create({})
    domain = literal_eval(report.domain or "[]")
    as_list = report.binding_view_types == "list"
    return Model.search(domain, limit=MOST_ROWS if as_list else MOST_SLIPS)


def print_report(report, folder):
    """Write the PDF and a PNG of each page, and tell how it went."""
    docs = records(report)
    if not docs:
        print(f"{report.report_name:48} no records", flush=True)
        return
    start = time.perf_counter()
    printer = report.sudo(False).with_context(lang=report.env.user.lang)
    content, _kind = printer._render_qweb_pdf(report.report_name, docs.ids)
    milliseconds = (time.perf_counter() - start) * 1000
    stem = folder / report.report_name.rpartition(".")[2]
    for old in folder.glob(f"{stem.name}-*.png"):
        old.unlink()
    pdf = stem.with_suffix(".pdf")
    pdf.write_bytes(content)
    command = ["pdftoppm", "-r", RESOLUTION, "-png", str(pdf), str(stem)]
    subprocess.run(command, check=True)
    print(
        f"{report.report_name:48} {len(docs):4} records"
        f" {len(pypdf.PdfReader(BytesIO(content)).pages):4} pages"
        f" {milliseconds:7.0f} ms {len(content):9} bytes",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
