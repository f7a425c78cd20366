"""Every table of the statistics beside the ORM's own grouping of the same records.

One database with a million requests and 200,000 appointments, visits and calls. Each
table is asked of periods of different lengths, in turn from the roll-ups and, the very
same questions, from the records; both must answer the same. Writing is measured with
the roll-ups' triggers and without them.
"""

import json
from pathlib import Path

from citizen_requests_fill import fill
from kit import databases, run
from support.server import new_server

SQL = Path(__file__).parent / "sql" / "statistics.sql"
COUNT = 1_000_000
OTHERS = 5
GOAL = 100
WRITE_GOAL = 1.05

RECOUNT = """
from odoo.addons.ozel_kalem.models.foundation.rollup_tables import RollupTables
for model in env["ozel_kalem.mixin.rollup"]._rolled_up_models():
    RollupTables(model).recount()
env.cr.commit()
"""
PREPARE = """
env["res.partner"].create({"name": "Kişi", "ref": "bench"})
env.cr.commit()
"""
# Runs inside Odoo: the same questions twice, once so that the roll-ups can't answer.
MEASURE = """
import json, statistics, time
from datetime import date
from odoo.fields import Domain
from odoo.addons.ozel_kalem.models.insight.statistics_build import Build
from odoo.addons.ozel_kalem.tools.periods import Period

today = date.today()
year = today.year
PERIODS = {{
    "three years": Period(date(year - 3, 1, 1), today.replace(month=12, day=31)),
    "a year": Period.of(date(year - 1, 1, 1), date(year - 1, 12, 31)),
    "a quarter": Period.of(date(year, 4, 1), date(year, 6, 30)),
    "45 days": Period(date(year, 3, 10), date(year, 4, 23)),
}}
director = env["res.users"].search([("login", "=", "mudur")])
tables = env["ozel_kalem.statistics.table"].with_user(director).search([])

def seconds(question, rounds):
    taken = []
    for _ in range(rounds):
        begin = time.perf_counter()
        answer = question()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken), answer

def questions(build):
    count = build._count
    for batch in count._batches(build._unique()):
        # as the tables ask: by month only where their rows are months
        domain, groupby, numbers, _names = count._question(
            batch, build._row_field, not build._row_field
        )
        yield count._model(batch[0]), domain, groupby, numbers

def asked(build, beside=Domain.TRUE):
    return [
        sorted(
            repr([value or 0 for value in row])
            for row in model._read_group(beside & domain, groupby, numbers)
        )
        for model, domain, groupby, numbers in questions(build)
    ]

for table in tables:
    for name, period in PERIODS.items():
        build = Build(table, period, env.company)
        ours, answer = seconds(lambda: asked(build), 5)
        # a condition that is no dimension: the ORM counts the records
        orm, exact = seconds(lambda: asked(build, Domain("id", ">", 0)), 3)
        whole, _table = seconds(lambda: table._built(period), 3)
        print(json.dumps([
            table.code, name, ours * 1000, orm * 1000, whole * 1000, answer == exact,
        ]))
"""
WRITES = """
import json, statistics, time

Request = env["ozel_kalem.request"].with_user(
    env["res.users"].search([("login", "=", "halkla")])
).with_context(mail_notrack=False)
person = env["res.partner"].search([("ref", "=", "bench")], limit=1)
topics = env["ozel_kalem.topic"].search([], limit=2).ids

def write(number):
    request = Request.create({{
        "partner_id": person.id, "subject": f"Konu {{number}}", "channel": "phone",
        "request_type": "complaint", "topic_id": topics[0],
    }})
    env.flush_all()
    request.action_assess()
    request.topic_id = topics[1]
    env.flush_all()

def switch(word):
    for event in ("insert", "update", "delete"):
        env.cr.execute(
            f"ALTER TABLE ozel_kalem_request {{word}} TRIGGER"
            f" ozel_kalem_request_rollup_{{event}}"
        )
    # the first one plans anew, which no office that works meets
    write(0)

def taken():
    begin = time.perf_counter()
    write(1)
    return time.perf_counter() - begin

# side by side and in turn first: the machine gets slower and faster meanwhile
rounds = []
for number in range({rounds}):
    found = {{}}
    for word in ("ENABLE", "DISABLE") if number % 2 else ("DISABLE", "ENABLE"):
        switch(word)
        found[word] = statistics.median(taken() for _turn in range(9))
    rounds.append((found["ENABLE"], found["DISABLE"]))
env.cr.rollback()
print(json.dumps({{
    "with": statistics.median(one for one, _other in rounds),
    "without": statistics.median(other for _one, other in rounds),
    "ratio": statistics.median(one / other for one, other in rounds),
}}))
"""


def measure(odoo, count=None):
    """Milliseconds of every table and period, and what writing costs."""
    count = count or COUNT
    server = new_server(odoo, "bench_statistics")
    try:
        run.say(f"Filling in {count:,} requests, {count // OTHERS:,} of the others")
        _fill(odoo, server, count)
        rows = [
            _row(*json.loads(line)) for line in _lines(server.shell(MEASURE.format()))
        ]
        writing = json.loads(_lines(server.shell(WRITES.format(rounds=60)))[-1])
    finally:
        databases.drop(odoo, server.db)
    return {"rows": rows, "writing": writing, "goals": _goals(rows, writing)}


def _lines(text):
    return [line for line in text.splitlines() if line.startswith(("[", "{"))]


def _fill(odoo, server, count):
    fill(odoo, server, count, peer=False, threads=False)
    server.shell(PREPARE)
    owner = odoo.server.sql("SELECT rolname FROM pg_roles WHERE oid = 10")[0][0]
    script = (
        "SET session_replication_role = replica;\n"
        f"\\set rows {count // OTHERS}\n{SQL.read_text()}"
    )
    odoo.server.sql(script, server.db, user=owner)
    server.shell(RECOUNT)
    odoo.server.sql("VACUUM ANALYZE", server.db)


def _row(code, period, ours, orm, whole, exact):
    return {
        "table": code,
        "period": period,
        "roll-up ms": round(ours, 1),
        "ORM ms": round(orm, 1),
        "ORM/roll-up": round(orm / ours, 1),
        "whole table ms": round(whole, 1),
        "same answer": exact,
    }


def _goals(rows, writing):
    least = min(rows, key=lambda row: row["ORM/roll-up"])
    ratio = writing["ratio"]
    return [
        {
            "goal": f"every table and period at most 1/{GOAL} of the ORM's grouping",
            "value": f"least: {least['table']} {least['period']} 1/{least['ORM/roll-up']}",
            "reached": least["ORM/roll-up"] >= GOAL,
        },
        {
            "goal": "the roll-ups answer what the records answer",
            "value": f"{sum(row['same answer'] for row in rows)} of {len(rows)}",
            "reached": all(row["same answer"] for row in rows),
        },
        {
            "goal": f"writing at most {WRITE_GOAL} of writing without roll-ups",
            "value": f"{ratio:.3f}",
            "reached": ratio <= WRITE_GOAL,
        },
    ]
