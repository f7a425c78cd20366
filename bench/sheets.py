"""The long sheets beside raw xlsxwriter: the register of requests, the data sheet.

One database with 200,000 requests. An ordinary user of public relations, under the
record rules, has the register's workbook and a report with its data sheet; beside
them xlsxwriter in ``constant_memory``, fed by one SQL cursor with the same columns
and values. Processor time is measured in turn in one process, memory each in a
process of its own, from the moment when it stands idle, having written one before.
"""

import json
from pathlib import Path

from citizen_requests_fill import fill
from kit import databases, run
from support.server import new_server

INSIDE = (Path(__file__).parent / "sheets_inside.py").read_text()
COUNT = 200_000
ROUNDS = 3
CPU_GOAL = 1.25
MEMORY_GOAL = 15
SHEETS = ("register", "data sheet")


def measure(odoo, count=None):
    """Seconds of the processor and MiB of both sheets, ours and raw."""
    count = count or COUNT
    server = new_server(odoo, "bench_sheets")
    try:
        run.say(f"Filling in {count:,} requests")
        fill(odoo, server, count, peer=False, threads=False)
        rows = [_row(server, sheet) for sheet in SHEETS]
    finally:
        databases.drop(odoo, server.db)
    return {"rows": rows, "goals": list(_goals(rows))}


def _row(server, sheet):
    run.say(f"Writing the {sheet}")
    cpu = _asked(server, f"print_seconds({sheet!r}, {ROUNDS})")
    ours, raw = (
        _asked(server, f"print_memory({sheet!r}, {way!r})") for way in ("ours", "raw")
    )
    return {
        "sheet": sheet,
        "rows": cpu["rows"],
        "same cells": cpu["same"],
        "CPU s": round(cpu["ours"], 2),
        "raw CPU s": round(cpu["raw"], 2),
        "ours/raw": round(cpu["ours"] / cpu["raw"], 3),
        "MiB above idle": round(ours["mib"], 1),
        "raw MiB": round(raw["mib"], 1),
    }


def _asked(server, question):
    answer = server.shell(f"{INSIDE}\n{question}\n")
    return json.loads([line for line in answer.splitlines() if line[:1] == "{"][-1])


def _goals(rows):
    for row in rows:
        yield {
            "goal": f"{row['sheet']}: at most {CPU_GOAL} of raw xlsxwriter's CPU",
            "value": row["ours/raw"],
            "reached": row["ours/raw"] <= CPU_GOAL,
        }
        yield {
            "goal": f"{row['sheet']}: at most {MEMORY_GOAL} MiB above idle",
            "value": row["MiB above idle"],
            "reached": row["MiB above idle"] <= MEMORY_GOAL,
        }
        yield {
            "goal": f"{row['sheet']}: the cells are those of the SQL cursor",
            "value": row["same cells"],
            "reached": row["same cells"],
        }
