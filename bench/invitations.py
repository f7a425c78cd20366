"""A meeting of 99 people: ours beside a stock calendar event, in the same run.

Both servers work on the same database and send to the same sink on loopback. The
request is what the user waits for: creating the stock event, creating and confirming
ours. The queue is what goes out in the background: the stock one sends the mails of an
event of 100 people, all of which core leaves to it.
"""

import json
import socketserver
import statistics
import threading

from kit import databases, run
from support.server import new_server

GUESTS = 99
ROUNDS = 5
REQUEST_GOAL = 40
QUEUE_GOAL = 5
QUERIES_GOAL = 100

PREPARE = """
office = env["ozel_kalem.office"].search([], limit=1)
office.email = "ozelkalem@cinarlidere.example"
env["ir.mail_server"].search([]).active = False
env["ir.mail_server"].create({{
    "name": "sink", "smtp_host": "127.0.0.1", "smtp_port": {port}
}})
env["res.partner"].create([
    {{"name": f"Davetli {{n}}", "email": f"davetli{{n}}@example.com"}}
    for n in range({guests} + 1)
])
env.cr.commit()
"""

# One process, one cursor, what a request does up to and with its commit.
MEASURE = """
import json, time
from odoo.fields import Command

env = env(user=env["res.users"].search([("login", "=", "mudur")]))
guests = env["res.partner"].search([("email", "like", "davetli%@example.com")])
office = env["ozel_kalem.office"].sudo().search([], limit=1)
principal = office.principal_id or env["ozel_kalem.principal"].search([], limit=1)

def timed(work):
    env.invalidate_all()
    queries, began = env.cr.sql_log_count, time.monotonic()
    result = work()
    env.cr.commit()
    return result, time.monotonic() - began, env.cr.sql_log_count - queries

def when(number):
    day = f"2040-05-{{1 + number % 28:02}} {{6 + number // 28:02}}"
    return {{"start": f"{{day}}:00:00", "stop": f"{{day}}:45:00"}}

def stock(number, people):
    return env["calendar.event"].create({{
        "name": "Toplantı", "partner_ids": [Command.set(people.ids)], **when(number)
    }})

def ours(number, people):
    engagement = env["ozel_kalem.engagement"].create({{
        "principal_id": principal.id, "subject": "Toplantı", "kind": "meeting",
        "partner_ids": [Command.set(people.ids)], **when(number)
    }})
    engagement.action_confirm()
    return engagement

def stock_queue():
    env(su=True)["mail.mail"].process_email_queue()

def our_queue():
    env(su=True)["ozel_kalem.engagement.attendee"]._cron_send()

stock(100, guests[:1])
ours(101, guests[:1])
our_queue()
found = []
for number in range({rounds}):
    _event, seconds, queries = timed(lambda: stock(number, guests[:{guests}]))
    found.append(("stock", "request", seconds, queries, {guests}))
    _ours, seconds, queries = timed(lambda: ours(number, guests[:{guests}]))
    found.append(("ours", "request", seconds, queries, {guests}))
    _none, seconds, queries = timed(our_queue)
    found.append(("ours", "queue", seconds, queries, {guests}))
    timed(lambda: stock(number + 30, guests))
    waiting = env(su=True)["mail.mail"].search_count([("state", "=", "outgoing")])
    _none, seconds, queries = timed(stock_queue)
    found.append(("stock", "queue", seconds, queries, waiting))
print("FOUND" + json.dumps(found))
"""


class Sink(socketserver.ThreadingTCPServer):
    """The least that takes mail, so that senders are measured and not the sink."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.port = self.server_address[1]
        self.sizes = {"ours": 0, "stock": 0}
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Conversation(socketserver.StreamRequestHandler):
    """One connection to the sink."""

    disable_nagle_algorithm = True

    def handle(self):
        """Say yes to everything; remember the biggest mail of each kind."""
        self.wfile.write(b"220 sink\r\n")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go\r\n")
                self._take()
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            if word == b"QUIT":
                break

    def _take(self):
        size, kind = 0, "stock"
        for line in self.rfile:
            if line == b".\r\n":
                break
            size += len(line)
            if b"application/ics" in line:
                kind = "ours"
        self.server.sizes[kind] = max(self.server.sizes[kind], size)


def measure(odoo, count=None):
    """Rounds of both in turn, and the goals."""
    sink = Sink()
    server = new_server(odoo, "bench_invitations")
    try:
        server.shell(PREPARE.format(port=sink.port, guests=GUESTS))
        said = server.shell(MEASURE.format(guests=GUESTS, rounds=count or ROUNDS))
    finally:
        databases.drop(odoo, server.db)
        sink.shutdown()
    sizes = sink.sizes
    found = json.loads(said.partition("FOUND")[2].splitlines()[0])
    rows = [
        _row(who, what, found)
        for what in ("request", "queue")
        for who in ("stock", "ours")
    ]
    for row in rows:
        run.say(f"{row['what']}, {row['who']}: {row['median s']} s")
    return {"rows": rows, "sizes": sizes, "goals": _goals(rows, sizes)}


def _row(who, what, found):
    mine = [one for one in found if one[:2] == [who, what]]
    seconds = statistics.median(one[2] for one in mine)
    mails = sum(one[4] for one in mine) / sum(one[2] for one in mine)
    return {
        "who": who,
        "what": what,
        "rounds": len(mine),
        "median s": round(seconds, 3),
        "slowest s": round(max(one[2] for one in mine), 3),
        "queries": max(one[3] for one in mine),
        "mails/s": round(mails, 1) if what == "queue" else "-",
    }


def _goals(rows, sizes):
    by_key = {(row["what"], row["who"]): row for row in rows}
    request = (
        by_key["request", "stock"]["median s"] / by_key["request", "ours"]["median s"]
    )
    queue = by_key["queue", "ours"]["mails/s"] / by_key["queue", "stock"]["mails/s"]
    queries = by_key["request", "ours"]["queries"]
    return [
        {
            "goal": f"request with {GUESTS} guests ≤ 1/{REQUEST_GOAL} of stock",
            "value": f"1/{request:.0f}",
            "reached": request >= REQUEST_GOAL,
        },
        {
            "goal": f"≤ {QUERIES_GOAL} queries",
            "value": queries,
            "reached": queries <= QUERIES_GOAL,
        },
        {
            "goal": f"queue ≥ {QUEUE_GOAL} × stock",
            "value": f"{queue:.1f} ×",
            "reached": queue >= QUEUE_GOAL,
        },
        {
            "goal": "bytes of a mail",
            "value": f"{sizes['ours']} (stock {sizes['stock']})",
            "reached": sizes["ours"] < 8000,
        },
    ]
