"""The programme's papers beside the same content on Odoo's own layout, in the same run.

The peer is bench/addons/bench_paper: its reports use web.external_layout and print
through Odoo's own path. Both are fetched as the browser fetches them, by the director,
one after the other; pdftotext reads every title back.
"""

import json
import statistics
import subprocess
import time
from dataclasses import dataclass
from io import BytesIO

import pypdf
import requests

import peer
from kit import databases, run, tools
from support.server import new_server

ROUNDS = 7
ONE_PAGE_GOAL, TWENTY_PAGES_GOAL, BYTES_GOAL = 3, 5, 10
LONG = 20
SERVER_OPTIONS = ("--workers=0", "--max-cron-threads=0")

# Far ahead, where nothing is booked; noon in Istanbul is nine in UTC.
PREPARE = """
import json
from datetime import datetime, timedelta

env = env(
    user=env["res.users"].search([("login", "=", "mudur")]),
    context={"tracking_disable": True, "lang": "tr_TR", "tz": "Europe/Istanbul"},
)
office = env["ozel_kalem.office"]._for(env.company.id)
principal = office.principal_id

def engage(day, hours):
    engagements = env["ozel_kalem.engagement"].create([
        {
            "principal_id": principal.id, "subject": f"Görüşme ĞÜŞİÖÇ {day:%d.%m}/{hour}",
            "kind": "meeting", "location": "Başkanlık makamı", "vehicle_note": "34 ABC 01",
            "start": day + timedelta(hours=hour),
            "stop": day + timedelta(hours=hour, minutes=30),
        }
        for hour in hours
    ])
    engagements.action_confirm()

def edition(kind, day):
    made = env["ozel_kalem.programme.edition"].create({
        "principal_id": principal.id, "kind": kind, "date_from": day.date(),
    })
    made.action_approve()
    made.action_submit()
    made.action_publish()
    return made

# a full page
day = datetime(2040, 5, 7)
engage(day, [5 + number / 2 for number in range(15)])
week = datetime(2041, 5, 6)
for number in range(5):
    engage(week + timedelta(days=number), range(5, 11))
month = datetime(2042, 5, 1)
for number in range(31):
    engage(month + timedelta(days=number), (6, 8))
instructions = env["ozel_kalem.instruction"].create([
    {
        "principal_id": principal.id, "subject": f"Mazgallar temizlensin ĞÜŞİÖÇ {n}",
        "mode": "verbal", "deadline": "2040-01-01",
    }
    for n in range(560)
])
sheets = {
    "day": [edition("day", day)],
    "week": [edition("week", week)],
    "month": [edition("month", month)],
}
found = {
    name: [
        [made.id for made in editions],
        [line.title for made in editions for line in made.line_ids],
    ]
    for name, editions in sheets.items()
}
found["instructions"] = [instructions.ids, instructions.mapped("subject")]
env.cr.commit()
print("FOUND" + json.dumps(found))
"""


@dataclass(frozen=True)
class Paper:
    """What is printed by both."""

    name: str
    content: str
    ours: str
    stock: str


DAY = ("ozel_kalem.paper_programme", "bench_paper.programme")
PAPERS = [
    Paper("day sheet", "day", *DAY),
    Paper("week sheet", "week", *DAY),
    Paper("month sheet", "month", "ozel_kalem.paper_programme_month", DAY[1]),
    Paper(
        "560 instructions",
        "instructions",
        "ozel_kalem.paper_instruction_list",
        "bench_paper.instructions",
    ),
]


def measure(odoo, count=None):
    """Rounds of both in turn, and the goals."""
    for program in ("wkhtmltopdf", "pdftotext"):
        if not tools.present(program):
            raise RuntimeError(tools.explain(program))
    server = new_server(odoo, "bench_papers")
    try:
        peer.install(odoo, server.db, "bench_paper")
        content = json.loads(
            server.shell(PREPARE).partition("FOUND")[2].splitlines()[0]
        )
        server.start(*peer.addons_option(odoo), *SERVER_OPTIONS)
        server.json2(
            "admin",
            "ir.config_parameter",
            "set_param",
            key="report.url",
            value=server.url,
        )
        session = _log_in(server)
        rows = [
            row
            for paper in PAPERS
            for row in _rounds(server, session, paper, content, count or ROUNDS)
        ]
    finally:
        server.stop()
        databases.drop(odoo, server.db)
    return {"rows": rows, "goals": _goals(rows)}


def _log_in(server):
    session = requests.Session()
    params = {"db": server.db, "login": "mudur", "password": "mudur"}
    session.post(
        f"{server.url}/web/session/authenticate", json={"params": params}
    ).raise_for_status()
    return session


def _rounds(server, session, paper, content, count):
    """The rows of stock and ours; the first print of each isn't counted."""
    ids, titles = content[paper.content]
    reports = {"stock": paper.stock, "ours": paper.ours}
    pdfs = {
        who: _print(server, session, report, ids) for who, report in reports.items()
    }
    seconds = {who: [] for who in reports}
    for _number in range(count):
        for who, report in reports.items():
            began = time.monotonic()
            _print(server, session, report, ids)
            seconds[who].append(time.monotonic() - began)
    rows = []
    for who, pdf in pdfs.items():
        row = {
            "paper": paper.name,
            "who": who,
            "pages": len(pypdf.PdfReader(BytesIO(pdf)).pages),
            "median ms": round(statistics.median(seconds[who]) * 1000),
            "slowest ms": round(max(seconds[who]) * 1000),
            "bytes": len(pdf),
            "titles read back": f"{_read_back(pdf, titles)}/{len(titles)}",
        }
        run.say(f"{paper.name}, {who}: {row['median ms']} ms, {row['bytes']} bytes")
        rows.append(row)
    return rows


def _print(server, session, report, ids):
    joined = ",".join(map(str, ids))
    answer = session.get(f"{server.url}/report/pdf/{report}/{joined}")
    if not answer.content.startswith(b"%PDF"):
        raise RuntimeError(f"{report}: {answer.status_code} {answer.text[:2000]}")
    return answer.content


def _read_back(pdf, titles):
    """How many titles a reader could select and copy; lines may be broken."""
    done = subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True
    )
    text = "".join(done.stdout.decode().split())
    return sum("".join(title.split()) in text for title in titles)


def _goals(rows):
    by_key = {(row["paper"], row["who"]): row for row in rows}
    goals = []
    for paper in PAPERS:
        ours, stock = (by_key[paper.name, who] for who in ("ours", "stock"))
        goal = TWENTY_PAGES_GOAL if ours["pages"] >= LONG else ONE_PAGE_GOAL
        pages = f"{paper.name} ({ours['pages']} pages; stock {stock['pages']})"
        faster = stock["median ms"] / ours["median ms"]
        smaller = stock["bytes"] / ours["bytes"]
        found, all_ = ours["titles read back"].split("/")
        goals += [
            {
                "goal": f"{pages}: time ≤ 1/{goal} of stock",
                "value": f"1/{faster:.1f}",
                "reached": faster >= goal,
            },
            {
                "goal": f"{paper.name}: bytes ≤ 1/{BYTES_GOAL} of stock",
                "value": f"1/{smaller:.1f}",
                "reached": smaller >= BYTES_GOAL,
            },
            {
                "goal": f"{paper.name}: all text selectable",
                "value": ours["titles read back"],
                "reached": found == all_,
            },
        ]
    return goals
