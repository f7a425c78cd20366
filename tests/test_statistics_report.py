"""The statistics report on a real server: downloaded, prepared and mailed."""

import datetime
import io
import re
import subprocess

import openpyxl
import pytest

from support.mail import SEND

pytestmark = pytest.mark.timeout(900)

REPORT = "ozel_kalem.statistics.report"
TABLE = "ozel_kalem.statistics.table"
WILD = '=HYPERLINK("http://evil.example.com";"x") İIıi & <b>'
YEAR = {"date_from": "2026-01-01", "date_to": "2026-12-31"}
RUN = """
env["ozel_kalem.statistics.schedule"]._cron_schedule()
env["ozel_kalem.statistics.report"]._cron_generate()
env.cr.commit()
"""
GENERATE = """
env["ozel_kalem.statistics.report"]._cron_generate()
env.cr.commit()
"""


@pytest.fixture(scope="module")
def office(make_server, sink):
    """A server whose mails go to that sink, with a request that looks like a formula."""
    server = make_server("report", "--workers=0")
    sink.take_from(server)
    server.shell(
        f"""
env["ozel_kalem.office"].search([], limit=1).email = "ozelkalem@cinarlidere.example"
env["ozel_kalem.request"].create({{
    "partner_id": env["res.partner"].create({{"name": "Gizem Adsız"}}).id,
    "subject": {WILD!r},
    "request_type": "complaint",
    "channel": "phone",
    "received_on": "2026-02-03 08:00:00",
}})
env.cr.commit()
"""
    )
    return server


def make(office, who, **values):
    """A report of 2026 that a user makes; its id."""
    return office.json2(who, REPORT, "create", vals_list=[{**YEAR, **values}])[0]


@pytest.fixture
def download(office):
    """download(who, report) → the file's path."""
    from support.browsing import Browsers

    browsers = Browsers(office)

    def get(who, report, path):
        context = browsers.context(who)
        action = office.json2(who, REPORT, "action_xlsx", ids=[report])
        answer = context.request.get(office.url + action["url"])
        assert answer.status == 200
        path.write_bytes(answer.body())
        context.close()
        return path

    yield get
    browsers.close()


def tables_of(office, who, codes, **options):
    """The tables as the interface gives them."""
    return [
        office.json2(
            who,
            TABLE,
            "get_table",
            code=code,
            context={"lang": "tr_TR"},
            **YEAR,
            **options,
        )
        for code in codes
    ]


def figure(value, column):
    """A value as a cell holds it."""
    if isinstance(value, str) or value is None:
        return value
    return value / 100 if column["kind"] == "percent" else value


def check(table, cells):
    """Each figure of a table stands in the sheet's cells, in its row and column."""
    head = next(
        number for number, row in enumerate(cells) if row[0] == table["row_label"]
    )
    titles = cells[head]
    place = 0
    for column in table["columns"]:
        place = titles.index(column["label"], place + 1)
        lines = [*table["rows"], *filter(None, [table["total"]])]
        for number, line in enumerate(lines, head + 1):
            assert cells[number][0] == line["label"]
            expected = figure(line["values"].get(column["key"]), column)
            assert_same(cells[number][place], expected, (line["label"], column["key"]))


def assert_same(found, expected, where):
    if expected is None:
        assert found in (None, "", "–"), where
    elif isinstance(expected, str):
        assert str(found) == expected, where
    else:
        assert abs(float(found) - expected) < 1e-6, where


CODES = ("R02", "R06", "R08", "R08-K", "R09")


def test_every_cell_is_the_figure_on_screen(office, download, require_tool, tmp_path):
    """Read by openpyxl and, calculated anew, by LibreOffice."""
    require_tool("soffice")
    ids = office.json2("mudur", TABLE, "search", domain=[("code", "in", CODES)])
    report = make(office, "mudur", table_ids=[[6, 0, ids]], with_data=True)
    path = download("mudur", report, tmp_path / "rapor.xlsx")
    tables = tables_of(office, "mudur", CODES)
    book = openpyxl.load_workbook(path, data_only=True)
    for table in tables:
        check(table, _cells(book, table["code"]))
    calculated = _calculated(path, tmp_path)
    for table in tables:
        check(table, _cells(calculated, table["code"]))


def _cells(book, code):
    sheet = next(sheet for sheet in book if sheet.title.split()[0] == code)
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def _calculated(path, folder):
    """The workbook as LibreOffice saves it after it has calculated everything."""
    (folder / "out").mkdir()
    subprocess.run(
        [
            "soffice",
            "--headless",
            f"-env:UserInstallation=file://{folder}/profile",
            "--convert-to",
            "xlsx",
            "--outdir",
            folder / "out",
            path,
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return openpyxl.load_workbook(folder / "out" / path.name, data_only=True)


def test_text_in_the_records_stays_text(office, download, tmp_path):
    ids = office.json2("mudur", TABLE, "search", domain=[("code", "=", "R08")])
    report = make(office, "mudur", table_ids=[[6, 0, ids]], with_data=True)
    book = openpyxl.load_workbook(download("mudur", report, tmp_path / "r.xlsx"))
    cells = [cell for row in book.worksheets[-1].rows for cell in row]
    [wild] = [cell for cell in cells if cell.value == WILD]
    assert wild.data_type == "s"
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert not [cell for cell in cells if "Adsız" in str(cell.value)]
    received = wild.parent.cell(wild.row, 2).value
    assert received == datetime.datetime(2026, 2, 3, 11, 0)


def test_each_gets_what_he_may_see(office, download, tmp_path):
    """The secretary's report has her tables; its rows are those that she may list."""
    report = make(office, "sekreter", with_data=True)
    path = download("sekreter", report, tmp_path / "s.xlsx")
    book = openpyxl.load_workbook(path)
    codes = {sheet.title.split()[0] for sheet in book}
    assert "R02" in codes
    assert "R08" not in codes
    rows = _cells(book, "Başvuru")
    listed = {row[0] for row in rows if re.match(r"\D*2\d{3}/", str(row[0]))}
    may = office.json2(
        "sekreter",
        "ozel_kalem.request",
        "search_read",
        domain=[("received_on", ">=", "2025-12-31 21:00:00")],
        fields=["name"],
        context={"active_test": False},
    )
    assert listed <= {request["name"] for request in may}
    assert WILD not in [cell for row in rows for cell in row]


def test_in_the_background_it_comes_onto_the_chatter(office):
    report = make(office, "halkla")
    office.json2("halkla", REPORT, "action_generate", ids=[report])
    office.shell(GENERATE)
    [found] = office.json2(
        "halkla", REPORT, "read", ids=[report], fields=["state", "progress"]
    )
    assert (found["state"], found["progress"]) == ("done", 100)
    [attachment] = office.json2(
        "halkla",
        "ir.attachment",
        "search_read",
        domain=[("res_model", "=", REPORT), ("res_id", "=", report)],
        fields=["name", "mimetype"],
    )
    assert attachment["name"].endswith(".xlsx")
    told = office.json2(
        "halkla",
        "mail.notification",
        "search_read",
        domain=[("mail_message_id.res_id", "=", report)],
        fields=["notification_type"],
    )
    assert {one["notification_type"] for one in told} == {"inbox"}


def test_a_report_that_waits_is_looked_at_in_peace(office):
    """Opened from the list, the form asks how far it is, and no dialog bursts in."""
    from support.browsing import Browsers

    report = make(office, "mudur")
    office.json2("mudur", REPORT, "action_generate", ids=[report])
    browsers = Browsers(office)
    try:
        context = browsers.context("mudur")
        page = context.new_page()
        page.goto("/odoo/action-ozel_kalem.statistics_report_action")
        page.locator(".o_data_row").first.locator("td.o_data_cell").first.click()
        page.wait_for_selector(".o_field_ozel_kalem_report_progress")
        for _twice in range(2):
            with page.expect_response(lambda one: one.url.endswith(f"{REPORT}/read")):
                pass
        assert page.locator(".o_error_dialog").count() == 0
        context.close()
    finally:
        browsers.close()
        office.shell(GENERATE)


def test_the_monthly_mail_arrives_once(office, sink):
    recipients = office.json2(
        "mudur", "res.users", "search", domain=[("login", "in", ["mudur", "baskan"])]
    )
    office.shell(SEND)
    sink.clear()
    [schedule] = office.json2(
        "mudur",
        "ozel_kalem.statistics.schedule",
        "create",
        vals_list=[
            {
                "name": "Başkan için",
                "recipient_ids": [[6, 0, recipients]],
                "next_date": str(datetime.date.today()),
            }
        ],
    )
    for _ in range(2):
        office.shell(RUN)
        office.shell(SEND)
    mails = sink.wait(2)
    assert len(mails) == 2
    assert len({address for mail in mails for address in mail.envelope_to}) == 2
    for mail in mails:
        body = mail.get_body(("html",)).get_content()
        assert "Başlıca sayılar" in body
        assert "Gelen başvurular" in body
        [file] = list(mail.iter_attachments())
        assert file.get_filename().endswith(".xlsx")
        book = openpyxl.load_workbook(io.BytesIO(file.get_content()))
        assert len(book.worksheets) > 10
        assert not [sheet for sheet in book if sheet.title == "Başvuru"], "no records"
    [found] = office.json2(
        "mudur",
        "ozel_kalem.statistics.schedule",
        "read",
        ids=[schedule],
        fields=["next_date", "last_state"],
    )
    assert found["last_state"] == "done"
    assert found["next_date"] > str(datetime.date.today())


SCHEDULE = "ozel_kalem.statistics.schedule"


@pytest.fixture
def monthly(office):
    """A schedule of the director's for himself and the mayor; its id."""
    recipients = office.json2(
        "mudur", "res.users", "search", domain=[("login", "in", ["mudur", "baskan"])]
    )
    values = {
        "name": "Başkan ve müdür için",
        "recipient_ids": [[6, 0, recipients]],
        "next_date": str(datetime.date.today()),
    }
    [schedule] = office.json2("mudur", SCHEDULE, "create", vals_list=[values])
    yield schedule
    office.json2("mudur", SCHEDULE, "unlink", ids=[schedule])


def waiting(office, schedule):
    """What the director finds to do on a schedule, as plain text."""
    return [
        re.sub(r"<[^>]+>", " ", activity["note"])
        for activity in office.json2(
            "mudur",
            "mail.activity",
            "search_read",
            domain=[("res_model", "=", SCHEDULE), ("res_id", "=", schedule)],
            fields=["note"],
        )
    ]


def address_of(office, login):
    """Where a user's mail goes."""
    [user] = office.json2(
        "admin",
        "res.users",
        "search_read",
        domain=[("login", "=", login)],
        fields=["email"],
    )
    return user["email"]


def test_a_recipient_that_the_mail_server_refuses_is_the_director_s_business(
    office, sink, monthly
):
    mayor = address_of(office, "baskan")
    office.shell(SEND)
    sink.clear()
    sink.refused.add(mayor)
    office.shell(RUN)
    office.shell(SEND)
    office.shell(SEND)
    assert [mail.envelope_to for mail in sink.wait()] == [[address_of(office, "mudur")]]
    [note] = waiting(office, monthly)
    assert mayor in note
    assert "No such user here" in note
    sink.refused.clear()
    office.json2("mudur", SCHEDULE, "action_send_again", ids=[monthly])
    office.shell(SEND)
    assert sink.wait(2)[-1].envelope_to == [mayor]
    assert not waiting(office, monthly)


def test_a_connection_that_breaks_off_is_told_too(office, sink, monthly):
    office.shell(SEND)
    sink.clear()
    office.shell(RUN)
    sink.hangs_up = True
    for _ in range(2):
        office.shell(SEND)
    sink.hangs_up = False
    office.shell(RUN)
    [note] = waiting(office, monthly)
    assert address_of(office, "baskan") in note
    assert address_of(office, "mudur") in note
    office.json2("mudur", SCHEDULE, "action_send_again", ids=[monthly])
    office.shell(SEND)
    assert len(sink.wait(2)) == 2
    assert not waiting(office, monthly)
