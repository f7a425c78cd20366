"""The follow-up sheet, downloaded in the browser and read by two programs."""

import csv
import datetime
import subprocess

import openpyxl
import pytest

WILD = '=1+1 "tırnak", virgül; İIıi & <b>'
COLUMNS = 11
# Comma, quotes, UTF-8, the first sheet, cells as they are shown.
CSV_FILTER = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true"


@pytest.fixture(scope="module", autouse=True)
def wild_instruction(server):
    """An instruction whose subject looks like a formula, of the secretary's."""
    principal = server.json2(
        "sekreter", "ozel_kalem.principal", "search", domain=[], limit=1
    )[0]
    server.json2(
        "sekreter",
        "ozel_kalem.instruction",
        "create",
        vals_list=[
            {
                "subject": WILD,
                "principal_id": principal,
                "deadline": str(datetime.date.today() + datetime.timedelta(days=3)),
            }
        ],
    )


@pytest.mark.parametrize("login", ["mudur", "sekreter"])
def test_sheet_of(login, server, page_as, require_tool, tmp_path):
    """All of one's instructions, and only they, in openpyxl and LibreOffice alike."""
    require_tool("soffice")
    path = tmp_path / "cizelge.xlsx"
    download(page_as(login)).save_as(path)
    table = read_workbook(path)
    expected = server.json2(
        login,
        "ozel_kalem.instruction",
        "search_read",
        domain=[("principal_id.name", "=", "Belediye Başkanı")],
        fields=["name", "subject"],
    )
    assert sorted((row[0], row[2]) for row in table[1:]) == sorted(
        (instruction["name"], instruction["subject"]) for instruction in expected
    )
    assert WILD in [row[2] for row in table]
    assert read_csv(path, tmp_path) == [list(map(shown, row)) for row in table]


def test_nobody_else_gets_it(server, page_as):
    """A sheet that another prepared isn't handed out; nor is one to a stranger."""
    made = server.json2(
        "mudur", "ozel_kalem.instruction.sheet", "create", vals_list=[{}]
    )[0]
    address = f"/ozel_kalem/sheet/ozel_kalem.instruction.sheet/{made}"
    other = page_as("sekreter").context.request.get(address)
    assert other.status in (403, 404)
    stranger = page_as().context.request.get(address, max_redirects=0)
    assert stranger.status in (303, 403)


def download(page):
    """Open the sheet from its menu, ask for all, and download it."""
    page.goto("/odoo/ok-instructions")
    page.locator("[data-menu-xmlid='ozel_kalem.menu_instructions']").first.click()
    page.locator("[data-menu-xmlid='ozel_kalem.menu_instruction_sheet']").click()
    dialog = page.locator(".modal")
    dialog.get_by_label("Tümü").check()
    with page.expect_download() as started:
        dialog.locator("button[name=action_xlsx]").click()
    assert started.value.suggested_filename.endswith(".xlsx")
    return started.value


def read_workbook(path):
    """The table with its header, from its first full row on; no formula in it."""
    sheet = openpyxl.load_workbook(path).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    head = next(place for place, row in enumerate(rows) if all(row[:COLUMNS]))
    return rows[head:]


def read_csv(path, folder):
    """The same table as LibreOffice shows it."""
    subprocess.run(
        [
            "soffice",
            "--headless",
            f"-env:UserInstallation=file://{folder}/profile",
            "--convert-to",
            CSV_FILTER,
            "--outdir",
            folder,
            path,
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    with path.with_suffix(".csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    head = next(place for place, row in enumerate(rows) if all(row[:COLUMNS]))
    return rows[head:]


def shown(value):
    """A cell's value as a Turkish reader sees it."""
    if isinstance(value, datetime.date):
        return value.strftime("%d.%m.%Y")
    return "" if value is None else str(value)
