"""Runs inside Odoo's shell, which gives ``env``: see sheets.py."""

import gc
import hashlib
import json
import re
import statistics
import tempfile
import time
import zipfile
from datetime import date

import xlsxwriter

from odoo.tools.translate import code_translations

env = env(  # noqa: F821
    user=env["res.users"].search([("login", "=", "halkla")]),  # noqa: F821
    context={"lang": "tr_TR"},
)
WORDS = code_translations.get_python_translations("ozel_kalem", "tr_TR")
PERIOD = {"date_from": "2015-01-01", "date_to": f"{date.today().year}-12-31"}
LONG_AGO = {"date_from": "2014-01-01", "date_to": "2014-12-31"}
REGISTER = (
    "name received_on:date partner_id subject request_type channel"
    " lead_department_id deadline state closed_on:date"
)
LOCAL = "r.{} AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Istanbul'"


def ours(sheet, stream, is_empty=False):
    """Write it as the office gets it."""
    if sheet == "register":
        domain = '[["id", "=", 0]]' if is_empty else "[]"
        env["ozel_kalem.request.sheet"].create({"domain": domain})._write_xlsx(stream)
    else:
        report(LONG_AGO if is_empty else PERIOD)._write_xlsx(stream)


def report(period):
    """A report of one table and the rows behind it."""
    table = env["ozel_kalem.statistics.table"].search([("code", "=", "R06")])
    return env["ozel_kalem.statistics.report"].create(
        {
            **period,
            "preset": "range",
            "compare": False,
            "with_data": True,
            "table_ids": [(6, 0, table.ids)],
        }
    )


def raw(sheet, stream):
    """Write the same columns and values by one cursor and xlsxwriter alone."""
    kinds, query = question(sheet)
    options = {"constant_memory": True}
    with xlsxwriter.Workbook(stream, options) as book:
        page = book.add_worksheet()
        text = book.add_format({"num_format": "@"})
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        moment = book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        number = book.add_format({"num_format": "#,##0"})
        ways = {
            "text": (page.write_string, text),
            "date": (page.write_datetime, day),
            "datetime": (page.write_datetime, moment),
            "integer": (page.write_number, number),
        }
        ways = [ways[kind] for kind in kinds]
        with env.cr._cnx.cursor(name="raw") as cursor:
            cursor.itersize = 5000
            cursor.execute(query)
            for count, row in enumerate(cursor):
                for place, value in enumerate(row):
                    if value is not None:
                        write, style = ways[place]
                        write(count, place, value, style)


def question(sheet):
    """``(kinds, SQL)`` of a sheet's columns, labels and names resolved."""
    Request = env["ozel_kalem.request"].with_context(active_test=False)
    if sheet == "register":
        Request = env["ozel_kalem.request"]
    names = REGISTER.split() if sheet == "register" else Request._data_fields
    kinds, columns, joins = [], [], []
    for spec in names:
        name, _, kind = spec.partition(":")
        field = Request._fields[name]
        column = f"r.{name}"
        if field.type == "selection":
            labels = json.dumps(dict(field._description_selection(env)))
            column = f"'{labels}'::jsonb ->> r.{name}"
        elif field.type == "many2one":
            other = env[field.comodel_name]
            joins.append(f"LEFT JOIN {other._table} {name} ON {name}.id = r.{name}")
            label = "complete_name" if name == "partner_id" else "name"
            column = f"{name}.{label}"
            if other._fields[label].translate:
                column = f"COALESCE({column} ->> '{env.lang}', {column} ->> 'en_US')"
        elif field.type == "datetime":
            column = LOCAL.format(name) if not kind else f"({LOCAL.format(name)})::date"
        elif field.type == "boolean":
            column = f"CASE WHEN r.{name} THEN '{WORDS['Yes']}' END"
        if name == "subject" and sheet != "register":
            hidden = WORDS["(restricted)"]
            column = (
                f"CASE WHEN r.confidentiality = 'normal' THEN {column}"
                f" ELSE '{hidden}' END"
            )
        kinds.append(
            kind
            or (field.type if field.type in ("date", "datetime", "integer") else "text")
        )
        columns.append(column)
    visible = Request._search([]).subselect()
    where = env.cr.mogrify(visible.code, visible.params).decode()
    # the table's figures leave out what was cancelled
    left_out = "" if sheet == "register" else " AND r.state <> 'cancelled'"
    env.flush_all()
    query = (
        f"SELECT {', '.join(columns)} FROM ozel_kalem_request r {' '.join(joins)}"
        f" WHERE r.id IN {where}{left_out} ORDER BY r.id DESC"
    )
    return kinds, query


WAYS = {"ours": ours, "raw": raw}


def print_seconds(sheet, rounds):
    """Processor seconds of both ways, in turn; whether both wrote the same."""
    taken = {way: [] for way in WAYS}
    cells = {}
    for _round in range(rounds):
        for way, write in WAYS.items():
            with tempfile.TemporaryFile() as stream:
                begin = time.process_time()
                write(sheet, stream)
                taken[way].append(time.process_time() - begin)
                if way not in cells:
                    cells[way] = contents(stream)
            env.cr.rollback()
            env.invalidate_all()
    print(
        json.dumps(
            {
                **{way: statistics.median(values) for way, values in taken.items()},
                "rows": cells["raw"][0],
                "same": cells["ours"] == cells["raw"],
            }
        )
    )


def contents(stream):
    """``(rows, hash)`` of the longest sheet's values, the head left out."""
    book = zipfile.ZipFile(stream)
    sheets = [n for n in book.namelist() if n.startswith("xl/worksheets/sheet")]
    longest = max(sheets, key=lambda name: book.getinfo(name).file_size)
    count, digest = 0, hashlib.sha256()
    text = book.read(longest).decode()
    # the wrapped rows above and the title have no date
    for row in re.finditer(r"<row [^>]*>(.*?)</row>", text):
        values = re.findall(r"<(?:v|t)(?: [^>]*)?>([^<]*)</", row[1])
        if len(values) > 5 and any(re.fullmatch(r"4\d{4}(\.\d+)?", v) for v in values):
            count += 1
            digest.update("|".join(map(told, values)).encode())
    return count, digest.hexdigest()


def told(value):
    """A cell's value; a moment to the second, whoever has worked out the day's part."""
    is_moment = re.fullmatch(r"4\d{4}\.\d+", value)
    return f"{float(value):.5f}" if is_moment else value


def print_memory(sheet, way):
    """MiB at the peak above those of the idle process, which has written before.

    A server that idles knows its translations and models.
    """
    with tempfile.TemporaryFile() as stream:
        ours(sheet, stream, is_empty=True)
    question(sheet)
    gc.collect()
    idle = _status("VmRSS")
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")
    with tempfile.TemporaryFile() as stream:
        WAYS[way](sheet, stream)
    print(json.dumps({"mib": (_status("VmHWM") - idle) / 1024}))


def _status(name):
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(name))
