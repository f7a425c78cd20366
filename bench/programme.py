"""The programme's screens at 1,000 records and at 200,000, beside Odoo's own calendar.

Chromium opens each screen once; the calls that its page makes for the data are kept and
sent again by one client. Time and queries are the server's own, from its access log.
Odoo's calendar works in a database without the module, with as many events in the same
half hours; both servers run, and the rounds turn from one to the other.
"""

import json
import os
import re
import statistics
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import requests

from kit import databases, paths, run
from support.browsing import Browsers
from support.server import Server, new_server

SQL = Path(__file__).parent / "sql"
# engagements, and appointments (visits as many)
SMALL, LARGE = (1000, 1000), (200_000, 50_000)
WEEK_EVENTS = 160
ROUNDS = 40
WARM_UP = 3
WEEK_GOAL = 2
DAY_QUERIES = 15
SERVER_OPTIONS = ("--workers=0", "--max-cron-threads=0")
# Not of the week: asked by each page, once in its life, or by hr_calendar.
SKIPPED = {
    "get_views",
    "has_group",
    "check_synchronization_status",
    "get_default_duration",
    "get_working_hours_for_all_attendees",
}
LOGGED = re.compile(r'"POST /web/dataset/call_kw/\S+ HTTP/1.1" 200 - (\d+) (\S+) (\S+)')

PREPARE = """
env["res.partner"].create([
    {"name": f"Kişi {n}", "ref": "bench"} for n in range(500)
])
"""
PREPARE_OURS = """
Principal = env["ozel_kalem.principal"]
for number in range(8 - Principal.search_count([])):
    partner = env["res.partner"].create({"name": f"Yardımcı {number}"})
    Principal.create({"name": f"Yardımcı {number}", "partner_id": partner.id})
env["ozel_kalem.engagement"].search([]).active = False
env.cr.execute("UPDATE ozel_kalem_engagement SET state = 'cancelled'")
env.cr.commit()
"""
PREPARE_STOCK = """
env["res.users"].with_context(no_reset_password=True).create({
    "name": "Sekreter", "login": "sekreter", "password": "sekreter", "lang": "tr_TR",
    "tz": "Europe/Istanbul", "group_ids": [(6, 0, env.ref("base.group_user").ids)],
})
env.cr.commit()
"""


@dataclass(frozen=True)
class Screen:
    """What a user opens, and how its page shows that the data is there."""

    name: str
    login: str
    path: str
    models: tuple
    ready: str


ENGAGEMENTS = ("ozel_kalem.engagement", "ozel_kalem.principal")
APPOINTMENTS = ("ozel_kalem.appointment",)
BOARD = ("ozel_kalem.board",)
STOCK = Screen(
    "week view, Odoo's calendar",
    "sekreter",
    "calendar",
    ("calendar.event", "calendar.filters", "res.partner", "res.users"),
    ".fc-event",
)
WEEK = "week view"
SCREENS = [
    Screen(WEEK, "sekreter", "ok-engagements", ENGAGEMENTS, ".fc-event"),
    Screen(WEEK, "mudur", "ok-engagements", ENGAGEMENTS, ".fc-event"),
    *(
        Screen(name, login, path, models, ready)
        for name, path, models, ready in (
            ("decision board", "ok-appointments", APPOINTMENTS, ".o_kanban_record"),
            ("reception board", "ok-reception", BOARD, "article"),
            ("day screen", "ok-day", BOARD, "[data-part=timeline]"),
        )
        for login in ("sekreter", "mudur")
    ),
    Screen("reception board", "halkla", "ok-reception", BOARD, "article"),
    Screen("day screen", "baskan", "ok-day", BOARD, "[data-part=timeline]"),
    Screen("day screen", "halkla", "ok-day", BOARD, "[data-part=timeline]"),
]


class Player:
    """Sends a screen's calls again and reads what they cost from the server's log."""

    def __init__(self, server, screen, browsers):
        self.server, self.screen = server, screen
        self.costs = []
        self.session = requests.Session()
        self.calls = self._record(browsers)

    def _record(self, browsers):
        """The calls by which the page gets its data, once it is there."""
        seen = []
        with browsers.context(self.screen.login) as context:
            page = context.new_page()
            page.on("request", lambda request: seen.append(request))
            page.goto(f"/odoo/{self.screen.path}")
            page.locator(self.screen.ready).first.wait_for()
            page.wait_for_timeout(1500)
            for cookie in context.cookies():
                self.session.cookies.set(cookie["name"], cookie["value"])
        calls = []
        for request in seen:
            if "/web/dataset/call_kw" not in request.url:
                continue
            params = json.loads(request.post_data)["params"]
            if params["model"] in self.screen.models:
                if params["method"] not in SKIPPED:
                    calls.append((request.url, request.post_data))
        return calls

    def play(self):
        """Make the calls once."""
        offset = self.server.log.stat().st_size
        answers = [self._call(*call) for call in self.calls]
        costs = self._logged(offset)
        self.costs.append(
            {
                "ms": 1000 * sum(float(sql) + float(rest) for _n, sql, rest in costs),
                "sql": 1000 * sum(float(sql) for _n, sql, _rest in costs),
                "queries": sum(int(number) for number, _sql, _rest in costs),
            }
        )
        return answers

    def _call(self, url, body):
        answer = self.session.post(
            url, data=body, headers={"Content-Type": "application/json"}
        ).json()
        if "error" in answer:
            raise RuntimeError(f"{url}: {answer['error']}")
        return answer["result"]

    def _logged(self, offset):
        """Odoo writes the line after the answer."""
        end = time.monotonic() + 5
        while time.monotonic() < end:
            with self.server.log.open() as log:
                log.seek(offset)
                found = LOGGED.findall(log.read())
            if len(found) >= len(self.calls):
                return found
            time.sleep(0.002)
        raise RuntimeError(f"{self.server.log} lacks a request")

    def row(self, size):
        """A line of the table."""
        costs = self.costs[WARM_UP:]
        times = sorted(cost["ms"] for cost in costs)
        return {
            "screen": self.screen.name,
            "user": self.screen.login,
            "records": size,
            "calls": len(self.calls),
            "queries": max(cost["queries"] for cost in costs),
            "median ms": round(statistics.median(times), 1),
            "p95 ms": round(times[int(len(times) * 0.95)], 1),
            "SQL ms": round(statistics.median(cost["sql"] for cost in costs), 1),
        }


def measure(odoo, count=None):
    """Both sizes, and the goals."""
    ours = new_server(odoo, "bench_programme")
    stock = _stock_server(odoo)
    try:
        ours.shell(PREPARE + PREPARE_OURS)
        stock.shell(PREPARE + PREPARE_STOCK)
        rows, calls = [], {}
        before = (0, 0)
        for size in (SMALL, LARGE):
            run.say(f"Filling in {size[0]} engagements, {size[1]} appointments")
            _fill(odoo, ours.db, "programme", before, size)
            _fill(odoo, stock.db, "calendar", before, size)
            before = size
            rows += _rounds(ours, stock, size[0], count or ROUNDS, calls)
    finally:
        for server in (ours, stock):
            server.stop()
            databases.drop(odoo, server.db)
    return {"rows": rows, "calls": calls, "goals": _goals(rows)}


def _stock_server(odoo):
    """Odoo's own modules alone."""
    database = f"ok_bench_calendar_{os.getpid()}"
    databases.clone(odoo, databases.ensure_base(odoo, demo=True), database)
    return Server(odoo, database, paths.LOGS / f"{database}.log")


def _fill(odoo, database, what, before, size):
    """From the size before to this one."""
    today = datetime.now(ZoneInfo("Europe/Istanbul")).date()
    known = {
        "monday": today - timedelta(days=today.weekday()),
        # the five days in view have today among them
        "shift": max(0, today.weekday() - 4),
        "first": max(0, before[0] - WEEK_EVENTS),
        "last": size[0] - WEEK_EVENTS,
        "row": before[1],
        "rows": size[1],
    }
    script = "".join(f"\\set {name} {value}\n" for name, value in known.items())
    script += (SQL / "slots.sql").read_text() + (SQL / f"{what}.sql").read_text()
    odoo.server.sql(f"BEGIN;\n{script}\nCOMMIT;\nVACUUM ANALYZE;", database)


def _rounds(ours, stock, size, count, calls):
    """The rows of one size; the screens and the peer take turns."""
    stock.start(*SERVER_OPTIONS)
    ours.start(*SERVER_OPTIONS)
    players = []
    for server, screens in ((stock, [STOCK]), (ours, SCREENS)):
        browsers = Browsers(server)
        players += [Player(server, screen, browsers) for screen in screens]
        browsers.close()
    for player in players:
        name = f"{player.screen.name}, {player.screen.login}"
        calls[name] = [body for _url, body in player.calls]
        answers = [player.play() for _number in range(WARM_UP)][-1]
        if player.screen.name.startswith(WEEK):
            _check_week(player, answers)
    for _number in range(count):
        for player in players:
            player.play()
    for server in (ours, stock):
        server.stop()
    rows = [player.row(size) for player in players]
    for row in rows:
        run.say(f"{row['screen']}, {row['user']}: {row['median ms']} ms")
    return rows


def _check_week(player, answers):
    """All compared views show the same number of events."""
    found = max(
        len(answer) for answer in answers if answer and isinstance(answer, list)
    )
    if not WEEK_EVENTS <= found <= WEEK_EVENTS * 2:
        raise RuntimeError(f"{player.screen.name}: {found} events in view")


def _goals(rows):
    of = {(row["screen"], row["user"], row["records"]): row for row in rows}
    goals = []
    for screen in SCREENS:
        few, many = (
            of[screen.name, screen.login, size[0]]["queries"] for size in (SMALL, LARGE)
        )
        goals.append(
            {
                "goal": f"{screen.name}, {screen.login}: no more queries at {LARGE[0]}",
                "value": f"{many} ({few} at {SMALL[0]})",
                "reached": many <= few,
            }
        )
    for login in ("sekreter", "mudur"):
        stock = of[STOCK.name, STOCK.login, LARGE[0]]["median ms"]
        part = stock / of[WEEK, login, LARGE[0]]["median ms"]
        goals.append(
            {
                "goal": f"week view, {login} ≤ 1/{WEEK_GOAL} of Odoo's calendar",
                "value": f"1/{part:.1f}",
                "reached": part >= WEEK_GOAL,
            }
        )
    most = max(row["queries"] for row in rows if row["screen"] == "day screen")
    goals.append(
        {
            "goal": f"day screen ≤ {DAY_QUERIES} queries",
            "value": most,
            "reached": most <= DAY_QUERIES,
        }
    )
    return goals
