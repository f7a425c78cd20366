"""A published table, loaded as records, comes out as it was published.

İstanbul Büyükşehir Belediyesi, Beyaz Masa bulletin of August 2020: 891,489 applications
by unit and kind. The shares by unit were published as 56.7, 15.4 and 27.9 per cent, which
plain rounding wouldn't make 100.
"""

import subprocess

import openpyxl
import pytest
from playwright.sync_api import expect

from support.browsing import Browsers
from support.person import Person

pytestmark = pytest.mark.timeout(1200)

KINDS = ("information", "complaint", "request")
AUGUST = {
    "Beyaz Masa": (355_194, 79_795, 70_015),
    "İGDAŞ": (116_841, 4_656, 16_154),
    "İSKİ": (128_797, 11_364, 108_673),
}
OF_KIND = {"information": 600_832, "complaint": 95_815, "request": 194_842}
OF_UNIT = {"Beyaz Masa": 505_004, "İGDAŞ": 137_651, "İSKİ": 248_834}
SHARES = {"Beyaz Masa": 56.7, "İGDAŞ": 15.4, "İSKİ": 27.9}
WHOLE = 891_489
DATES = {"date_from": "2020-08-01", "date_to": "2020-08-31"}
TABLE = "ozel_kalem.statistics.table"
REPORT = "ozel_kalem.statistics.report"

UNITS = """
env["hr.department"].create([{"name": name} for name in %r])
env.cr.commit()
"""
# The triggers are skipped for speed's sake, so the cells are counted anew afterwards.
FILL = """
SET session_replication_role = replica;
INSERT INTO ozel_kalem_request (name, register_id, register_year, register_number,
    company_id, subject, user_id, confidentiality, priority, active, received_on,
    state, partner_id, request_type, channel, lead_department_id, closed_late,
    waiting_days, legal_ground, create_uid, write_uid, create_date, write_date)
SELECT '2020/' || n, register.id, 2020, n, o.company_id, 'Başvuru', 2, 'normal', '0',
    TRUE, timestamp '2020-07-31 21:00' + interval '31 days' * (n - {first}) / {count},
    'notified', p.id, '{kind}', 'phone', d.id, FALSE, 0, 'verbal', 2, 2, now(), now()
  FROM generate_series({first}, {first} + {count} - 1) AS n,
    (SELECT id FROM ozel_kalem_register WHERE code = 'request' LIMIT 1) AS register,
    (SELECT company_id FROM ozel_kalem_office ORDER BY id LIMIT 1) AS o,
    (SELECT min(id) AS id FROM res_partner) AS p,
    (SELECT id FROM hr_department WHERE name::text LIKE '%{unit}%') AS d;
"""
RECOUNT = """
from odoo.addons.ozel_kalem.models.foundation.rollup_tables import RollupTables
RollupTables(env["ozel_kalem.request"]).recount()
env.cr.commit()
"""
INDEXES = """
SELECT i.indexname, i.indexdef FROM pg_indexes i
  JOIN pg_class c ON c.relname = i.indexname
  JOIN pg_index x ON x.indexrelid = c.oid AND NOT x.indisunique
 WHERE i.schemaname = 'public' AND i.tablename = 'ozel_kalem_request'
"""


@pytest.fixture(scope="module")
def office(odoo, make_server):
    """An office with the applications of August 2020."""
    server = make_server("published", "--workers=0")
    server.shell(UNITS % (list(AUGUST),))
    indexes = odoo.server.sql(INDEXES, server.db)
    for name, _definition in indexes:
        odoo.server.sql(f'DROP INDEX "{name}"', server.db)
    owner = odoo.server.sql("SELECT rolname FROM pg_roles WHERE oid = 10")[0][0]
    first = 1
    for unit, counts in AUGUST.items():
        for kind, count in zip(KINDS, counts, strict=True):
            script = FILL.format(unit=unit, kind=kind, count=count, first=first)
            odoo.server.sql(script, server.db, user=owner)
            first += count
    for _name, definition in indexes:
        odoo.server.sql(definition, server.db)
    server.shell(RECOUNT)
    odoo.server.sql("VACUUM ANALYZE ozel_kalem_request", server.db)
    return server


@pytest.fixture(scope="module")
def browsers(office, require_tool):
    """Chromium on that office."""
    require_tool("chromium")
    browsers = Browsers(office)
    yield browsers
    browsers.close()


def table(office, code):
    """The table as the interface gives it to the director."""
    return office.json2(
        "mudur", TABLE, "get_table", code=code, context={"lang": "tr_TR"}, **DATES
    )


def test_over_the_interface(office):
    kinds = table(office, "R06")["total"]["values"]
    assert {name: kinds[name] for name in KINDS} == OF_KIND
    assert kinds["received"] == WHOLE
    units = table(office, "R07")
    assert units["total"]["values"]["received"] == WHOLE
    found = {row["label"]: row["values"] for row in units["rows"]}
    assert {unit: found[unit]["received"] for unit in OF_UNIT} == OF_UNIT
    assert {unit: found[unit]["received_share"] for unit in SHARES} == SHARES


def test_in_the_workbook(office, browsers, tmp_path):
    tables = office.json2(
        "mudur", TABLE, "search", domain=[["code", "in", ["R06", "R07"]]]
    )
    report = office.json2(
        "mudur",
        REPORT,
        "create",
        vals_list=[{**DATES, "table_ids": [[6, 0, tables]]}],
    )[0]
    action = office.json2("mudur", REPORT, "action_xlsx", ids=[report])
    answer = browsers.context("mudur").request.get(office.url + action["url"])
    path = tmp_path / "august.xlsx"
    path.write_bytes(answer.body())
    cells = [
        row
        for sheet in openpyxl.load_workbook(path, data_only=True)
        for row in sheet.iter_rows(values_only=True)
    ]
    by_label = {row[0]: row for row in cells if row and row[0] in OF_UNIT}
    assert {unit: row[1] for unit, row in by_label.items()} == OF_UNIT
    assert {unit: round(row[2] * 100, 1) for unit, row in by_label.items()} == SHARES
    totals = [row for row in cells if row and row[0] == "Toplam"]
    assert all(WHOLE in row for row in totals) and len(totals) == 2
    assert set(OF_KIND.values()) <= set(totals[0])


def test_on_paper(office, browsers, tmp_path):
    found = office.json2(
        "mudur", "ozel_kalem.activity.report", "create", vals_list=[{"year": 2020}]
    )
    answer = browsers.context("mudur").request.get(
        f"{office.url}/report/pdf/ozel_kalem.paper_activity_report/{found[0]}",
        timeout=120_000,
    )
    path = tmp_path / "august.pdf"
    path.write_bytes(answer.body())
    done = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
    )
    for unit, count in OF_UNIT.items():
        assert unit in done.stdout
        assert f"{count:,}".replace(",", ".") in done.stdout
    for share in ("%56,7", "%15,4", "%27,9", "891.489"):
        assert share in done.stdout


def test_on_screen(browsers, tmp_path):
    page = browsers.context("halkla").new_page()
    person = Person(page, "halkla", tmp_path)
    person.open(
        "ok-dashboard?from=2020-08-01&to=2020-08-31&compare=none", ".o_ok_tiles"
    )
    expect(person.page.locator("[data-figure=R06-received]")).to_contain_text("891.489")
    expect(person.page.locator("[data-figure=R06-complaint]")).to_contain_text("95.815")
