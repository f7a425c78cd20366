"""Requests beside OCA helpdesk_mgmt: the same data, the web client's own calls.

Both are in one database, filled by SQL, and asked in turns by the same user. The
peer's code isn't ours to ship: give the folder that has helpdesk_mgmt by
OZEL_KALEM_PEER (pip download odoo-addon-helpdesk-mgmt, and unpack it); without it
only our own figures are taken.
"""

import json
import os
import re
import statistics
import time
from contextlib import contextmanager
from copy import copy
from http.client import HTTPConnection
from pathlib import Path

from citizen_requests_calls import COLLEAGUE, Calls
from citizen_requests_fill import fill
from citizen_requests_import import measure_import
from citizen_requests_users import measure_users
from invitations import Sink
from kit import databases, run
from support.server import new_server

SMALL = 10_000
COUNT = 1_000_000
USER = "halkla"
PEER = os.environ.get("OZEL_KALEM_PEER")
# Each is asked several times on end, as an office works with one of them, and the
# two take turns, so that what else the machine does meets both. Call by call, the
# one that reads whole tables would leave the processor's caches cold for the other.
TURNS = 4
WARM_UP = 2
ROUNDS = 5
LONGEST = 60
# What the peer's time may be divided by, and how many queries there may be.
GOALS = {
    "list": (15, 8),
    "list all": (15, 8),
    "overdue": (15, 8),
    "search rare": (30, None),
    "kanban": (15, None),
    "group month": (30, None),
    "group state": (30, None),
    "group unit": (30, None),
    "form": (4, 30),
    "create": (2, 35),
    "state change": (6, 15),
}
MAIL = """
env["ir.mail_server"].search([]).active = False
env["ir.mail_server"].create(
    {{"name": "sink", "smtp_host": "127.0.0.1", "smtp_port": {port}}}
)
for user in env["res.users"].search([("email", "=", False)]):
    user.email = user.login + "@example.com"
env["res.users"].search([("login", "=", "{colleague}")]).notification_type = "email"
env.cr.commit()
"""
GROWTH = 1.2
FLAT = ("list", "list all", "overdue", "form", "create", "state change")
ACCESS = re.compile(r"[?&]op=([^ &#]+)\S* HTTP/1\.1\" \d+ - (\d+) ([\d.]+) ([\d.]+)")


class Client:
    """One browser tab: a session, a connection that is kept, JSON-RPC."""

    def __init__(self, server, login):
        self._connection = HTTPConnection("127.0.0.1", server.port, timeout=600)
        self._cookie = ""
        session = self.post(
            "/web/session/authenticate",
            {"db": server.db, "login": login, "password": login},
        )
        self.context = {**session["user_context"], "uid": session["uid"]}
        self.context["allowed_company_ids"] = [
            session["user_companies"]["current_company"]
        ]

    def another(self):
        """The same user at another desk."""
        client = copy(self)
        client._connection = HTTPConnection(
            self._connection.host, self._connection.port, timeout=600
        )
        return client

    def post(self, path, params):
        """The answer to a JSON-RPC call; an error of the server is raised."""
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        headers = {"Content-Type": "application/json", "Cookie": self._cookie}
        self._connection.request("POST", path, body, headers)
        answer = self._connection.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie" and value.startswith("session_id="):
                self._cookie = value.partition(";")[0]
        found = json.loads(answer.read())
        if "error" in found:
            raise RuntimeError(json.dumps(found["error"])[:3000])
        return found.get("result")

    def call(self, model, method, args=(), op="other", **kwargs):
        """Call a method as the web client does; ``op`` marks it in the access log."""
        kwargs["context"] = {**self.context, **kwargs.get("context", {})}
        return self.post(
            f"/web/dataset/call_kw/{model}/{method}?op={op}",
            {"model": model, "method": method, "args": list(args), "kwargs": kwargs},
        )

    def press(self, model, method, ids, op="other"):
        """Press a button of a form."""
        return self.post(
            f"/web/dataset/call_button/{model}/{method}?op={op}",
            {
                "model": model,
                "method": method,
                "args": [ids],
                "kwargs": {"context": self.context},
            },
        )


def measure(odoo, count=None):
    """Every operation of both on a small and a large table, and the goals."""
    sizes = sorted({min(SMALL, count or COUNT), count or COUNT})
    if not PEER:
        run.say("OZEL_KALEM_PEER names no folder with helpdesk_mgmt: ours alone")
    rows, crowd, imports = [], {}, {}
    for size in sizes:
        found, crowd, imports = _measure_size(odoo, size)
        rows += found
    goals = [*_goals(rows, sizes), *_crowd_goals(crowd), *_import_goals(imports)]
    return {"rows": rows, "goals": goals}


def addons_option(odoo):
    """The option that lets Odoo find the peer as well."""
    folders = [*odoo.addons, Path(__file__).parents[1]]
    return ("--addons-path", ",".join(map(str, [*folders, *([PEER] if PEER else [])])))


def _measure_size(odoo, size):
    server = new_server(odoo, "bench_requests")
    try:
        if PEER:
            _install_peer(odoo, server)
        run.say(f"Filling in {size:,} requests")
        fill(odoo, server, size, bool(PEER))
        with mail_sink(server):
            server.start(*addons_option(odoo), "--max-cron-threads=0", "--workers=0")
            rows = measure_server(server, size, bool(PEER))
            server.stop()
            crowd = measure_crowd(odoo, server)
            server.stop()
            imports = measure_import(server, bool(PEER), *addons_option(odoo))
            return rows, crowd, imports
    finally:
        server.stop()
        databases.drop(odoo, server.db)


@contextmanager
def mail_sink(server):
    """A mail server that takes all, for what is mailed inside of a request."""
    sink = Sink()
    try:
        server.shell(MAIL.format(port=sink.port, colleague=COLLEAGUE))
        yield
    finally:
        sink.shutdown()


def _install_peer(odoo, server):
    odoo.call(
        *addons_option(odoo),
        "-d",
        server.db,
        "-i",
        "helpdesk_mgmt",
        *databases.QUIET,
        what="Installing the peer",
        log="bench-install.log",
    )


def measure_server(server, size, peer, only=()):
    """The rows of a server that runs on a filled database."""
    client = Client(server, USER)
    names = ("ours", "peer") if peer else ("ours",)
    calls = {name: Calls(client, name) for name in names}
    rows = []
    for operation in calls["ours"].operations():
        if only and operation not in only:
            continue
        seconds = {name: [] for name in names}
        began = time.monotonic()
        for turn in range(TURNS):
            for name in names:
                seconds[name] += _take(calls[name], name, operation, turn)
            if time.monotonic() - began > LONGEST:
                break
        rows += [_row(server, size, operation, name, seconds[name]) for name in names]
    return rows


def _take(calls, who, operation, turn):
    """The seconds of some calls on end; the access log knows them by their tag."""
    seconds = []
    for nth in range(-WARM_UP, ROUNDS):
        number = turn * ROUNDS + nth if nth >= 0 else "warm"
        tag = f"{who}-{operation.replace(' ', '_')}-{number}"
        taken = calls.take(operation, tag)
        if nth >= 0:
            seconds.append(taken)
    return seconds


def measure_crowd(odoo, server):
    """``{name: (acts a second, p50 ms, p95 ms)}`` of many users on two workers."""
    server.start(*addons_option(odoo), "--max-cron-threads=0", "--workers=2")
    first = Client(server, USER)
    return measure_users(first.another, ("ours", "peer") if PEER else ("ours",))


def _crowd_goals(crowd):
    if "peer" not in crowd:
        return []
    (ours, _p50, slow), (peer, _peer_p50, peer_slow) = crowd["ours"], crowd["peer"]
    rate, wait = ours / peer, slow / peer_slow
    return [
        _goal("16 users: ≥ 2 × the peer's acts a second", f"{rate:.1f}", rate >= 2),
        _goal("16 users: p95 ≤ 1/2 of the peer's", f"{wait:.2f}", wait <= 0.5),
    ]


def _import_goals(imports):
    count, rate, complaints = imports["ours"]
    goals = [
        _goal(f"import of {count:,} rows: no complaints", complaints, not complaints)
    ]
    if "peer" in imports:
        times = rate / imports["peer"][1]
        value = f"{times:.1f} ({rate:.0f} rows/s)"
        goals.append(_goal("import: ≥ 2 × the peer's rate", value, times >= 2))
    return goals


def _row(server, size, operation, name, seconds):
    queries, sql = _from_log(server, f"{name}-{operation.replace(' ', '_')}")
    row = {
        "requests": size,
        "operation": operation,
        "who": name,
        "p50 ms": round(statistics.median(seconds) * 1000, 1),
        "p95 ms": round(sorted(seconds)[int(len(seconds) * 0.95)] * 1000, 1),
        "queries": queries,
        "sql ms": sql,
        "n": len(seconds),
    }
    run.say(f"{size:,} {operation}, {name}: {row['p50 ms']} ms, {queries} queries")
    return row


def _from_log(server, prefix):
    """Median of queries and SQL milliseconds of an operation, its calls added up."""
    turns = {}
    for op, queries, sql, _rest in ACCESS.findall(
        server.log.read_text(errors="replace")
    ):
        stem, _dash, turn = op.rpartition("-")
        if stem == prefix and turn.isdigit():
            total = turns.setdefault(turn, [0, 0.0])
            total[0] += int(queries)
            total[1] += float(sql) * 1000
    if not turns:
        return 0, 0
    middle = [statistics.median(column) for column in zip(*turns.values(), strict=True)]
    return int(middle[0]), round(middle[1], 1)


def _goals(rows, sizes):
    by_key = {(row["requests"], row["operation"], row["who"]): row for row in rows}
    goals = []
    for operation, (share, queries) in GOALS.items():
        ours = by_key[sizes[-1], operation, "ours"]
        if peer := by_key.get((sizes[-1], operation, "peer")):
            ratio = peer["p50 ms"] / ours["p50 ms"]
            goals.append(
                _goal(
                    f"{operation} ≤ 1/{share} of the peer",
                    f"1/{ratio:.1f}",
                    ratio >= share,
                )
            )
        if queries:
            value = ours["queries"]
            goals.append(
                _goal(f"{operation} ≤ {queries} queries", value, value <= queries)
            )
    if len(sizes) > 1:
        for operation in FLAT:
            small, large = (by_key[size, operation, "ours"]["p50 ms"] for size in sizes)
            growth = large / small
            goals.append(
                _goal(
                    f"{operation}: growth ≤ {GROWTH}", f"{growth:.2f}", growth <= GROWTH
                )
            )
    return goals


def _goal(goal, value, reached):
    return {"goal": goal, "value": value, "reached": bool(reached)}
