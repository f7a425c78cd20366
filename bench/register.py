"""Register numbers under load, beside a standard ir.sequence on the same model.

16 clients register instructions over /json/2; a third of the requests fail after
their number was drawn. The peer is the add-on bench/addons/bench_sequence. Both
servers run, and the clients turn from one to the other in short slices, so that
what else the machine does meets both.
"""

import statistics

import peer
from kit import databases, run
from register_load import Load, Outcome
from support.server import new_server

KINDS = {
    "2 workers": ("--workers=2",),
    "threads": ("--workers=0",),
}
NAMES = ("ours", "standard")
COUNT = 2000
WARM_UP = 64
ROUNDS = 2
SLICES = 8
RATE_GOAL = 0.9
STRETCH_GOAL = 3.0


def measure(odoo, count=None):
    """The rounds of both registers on both kinds of server, and the goals."""
    servers = {name: new_server(odoo, f"bench_{name}") for name in NAMES}
    try:
        peer.install(odoo, servers["standard"].db, "bench_sequence")
        rows = [
            row
            for kind in KINDS
            for row in _rounds(odoo, servers, kind, count or COUNT)
        ]
    finally:
        for server in servers.values():
            server.stop()
            databases.drop(odoo, server.db)
    return {"rows": rows, "goals": _goals(rows)}


def _rounds(odoo, servers, kind, count):
    """The rows of one kind of server; each round sends ``count`` to both."""
    loads = {}
    for name, server in servers.items():
        server.start(*peer.addons_option(odoo), "--max-cron-threads=0", *KINDS[kind])
        loads[name] = Load(server)
        loads[name].run(WARM_UP)
    rows = []
    for number in range(1, ROUNDS + 1):
        outcomes = {name: Outcome() for name in NAMES}
        for turn in range(SLICES):
            for name in NAMES if turn % 2 else reversed(NAMES):
                outcomes[name].add(loads[name].run(count // SLICES))
        for name, outcome in outcomes.items():
            rows.append(_row(odoo, servers[name], name, kind, number, outcome))
    for server in servers.values():
        server.stop()
    return rows


def _row(odoo, server, name, kind, number, outcome):
    gaps, doubles = gaps_and_doubles(odoo, server.db)
    run.say(f"{kind}, {name}: {outcome.rate:.1f} requests/s")
    return {
        "server": kind,
        "register": name,
        "round": number,
        "requests": len(outcome.seconds),
        "per second": round(outcome.rate, 1),
        "median ms": round(statistics.median(outcome.seconds) * 1000),
        "slowest ms": round(max(outcome.seconds) * 1000),
        "slowest/median": round(outcome.stretch, 2),
        "gaps": gaps,
        "doubles": doubles,
        "errors": len(outcome.errors),
    }


def gaps_and_doubles(odoo, database):
    """How many numbers the registers lack, and how many they gave twice."""
    rows = odoo.server.sql(
        "SELECT COALESCE(SUM(highest - different), 0), COALESCE(SUM(n - different), 0)"
        " FROM (SELECT MAX(register_number) AS highest, COUNT(*) AS n,"
        " COUNT(DISTINCT register_number) AS different FROM ozel_kalem_instruction"
        " WHERE register_year IN (2000, EXTRACT(YEAR FROM now()))"
        " GROUP BY register_id, register_year) AS t",
        database,
    )
    return tuple(map(int, rows[0]))


def _goals(rows):
    ours = [row for row in rows if row["register"] == "ours"]
    goals = [
        _goal(f"{what} of ours", sum(row[what] for row in ours), 0)
        for what in ("gaps", "doubles", "errors")
    ]
    for kind in KINDS:
        rate = _mean(rows, kind, "ours") / _mean(rows, kind, "standard")
        ours, standard = (_stretch(rows, kind, name) for name in NAMES)
        goals += [
            {
                "goal": f"{kind}: rate ours/standard ≥ {RATE_GOAL}",
                "value": round(rate, 2),
                "reached": rate >= RATE_GOAL,
            },
            {
                "goal": f"{kind}: slowest/median ≤ {STRETCH_GOAL}",
                "value": f"{ours} (standard: {standard})",
                "reached": ours <= STRETCH_GOAL,
            },
        ]
    return goals


def _stretch(rows, kind, name):
    return max(
        row["slowest/median"]
        for row in rows
        if row["server"] == kind and row["register"] == name
    )


def _goal(what, value, most):
    return {"goal": f"{what} ≤ {most}", "value": value, "reached": value <= most}


def _mean(rows, kind, name):
    return statistics.mean(
        row["per second"]
        for row in rows
        if row["server"] == kind and row["register"] == name
    )
