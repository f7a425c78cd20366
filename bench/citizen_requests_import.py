"""A table of requests through Odoo's own importer, beside the peer's tickets."""

import json

ROWS = {"ours": 20_000, "peer": 2_000}
PEER_RIGHTS = """
user = env["res.users"].search([("login", "=", "mudur")])
user.write({"group_ids": [(4, env.ref("helpdesk_mgmt.group_helpdesk_user").id)]})
env.cr.commit()
"""
# Runs inside Odoo, in the importer's own batches, and leaves nothing behind.
IMPORT = """
import csv, io, json, time

BATCH = 2000
HEADS = {{
    "ours": ["subject", "partner_id/.id", "request_type", "channel", "text", "received_on"],
    "peer": ["name", "partner_id/.id", "description"],
}}
MODELS = {{"ours": "ozel_kalem.request", "peer": "helpdesk.ticket"}}
OPTIONS = {{
    "quoting": '"', "separator": ",", "encoding": "utf-8", "has_headers": True,
    "limit": BATCH, "date_format": "%Y-%m-%d", "datetime_format": "%Y-%m-%d %H:%M:%S",
    "float_thousand_separator": ",", "float_decimal_separator": ".",
    "name_create_enabled_fields": {{}}, "import_set_empty_fields": [],
    "import_skip_records": [], "fallback_values": {{}}, "sheet": "",
}}
director = env["res.users"].search([("login", "=", "mudur")])
people = env["res.partner"].search([("name", "like", "Vatandaş")], limit=500).ids

def line(kind, number):
    subject, person = f"Kaldırım çöktü {{number}}", people[number % len(people)]
    if kind == "peer":
        return [subject, person, "<p>Gereğini arz ederim.</p>"]
    day = f"2026-01-{{1 + number % 20:02}} 10:00:00"
    return [subject, person, "Şikâyet", "Yazı", "Gereğini arz ederim.", day]

def import_rows(kind, count):
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([HEADS[kind], *(line(kind, number) for number in range(count))])
    wizard = env["base_import.import"].with_user(director).with_context(
        lang="tr_TR", tz="Europe/Istanbul", allowed_company_ids=[1]
    ).create({{
        "res_model": MODELS[kind], "file": text.getvalue().encode(),
        "file_name": "liste.csv", "file_type": "text/csv",
    }})
    messages, began = [], time.perf_counter()
    for skip in range(0, count, BATCH):
        env.invalidate_all()
        answer = wizard.execute_import(
            HEADS[kind], HEADS[kind], {{**OPTIONS, "skip": skip}}
        )
        env.flush_all()
        messages += answer["messages"]
    return time.perf_counter() - began, len(messages)

for kind, count in {rows}.items():
    seconds, messages = import_rows(kind, count)
    print(json.dumps([kind, count, seconds, messages]), flush=True)
    env.cr.rollback()
"""


def measure_import(server, peer, *options):
    """``{name: (rows, rows a second, complaints)}``, by a director of the office.

    :param options: of Odoo's command line, so that it finds the peer
    """
    rows = {name: ROWS[name] for name in (("ours", "peer") if peer else ("ours",))}
    if peer:
        server.shell(PEER_RIGHTS)
    found = server.shell(IMPORT.format(rows=json.dumps(rows)), *options)
    lines = [json.loads(line) for line in found.splitlines() if line.startswith("[")]
    return {name: (n, n / seconds, errors) for name, n, seconds, errors in lines}
