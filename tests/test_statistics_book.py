"""The statistics workbook, opened and recalculated by LibreOffice."""

import datetime
import subprocess

import openpyxl
import pytest

from support import plain

LONG = "x" * 32_000
TEXTS = [
    '=1+1 "tırnak"',
    "İIıi & <b>",
    "x" * 300,
    "'apostrof",
    "http://example.com/",
]


@pytest.fixture(scope="module")
def tables():
    """Tables of every shape: published, wide, compared, hidden, empty, wild."""
    samples = plain.load("tests.insight.sample_tables")
    wild = samples.table(
        [
            samples.column("n", "Adet & <oran>"),
            samples.column("days", "Gün", "number"),
            samples.column("tl", "Tutar", "money"),
            samples.column("text", "Açıklama", "text", "none"),
        ],
        [
            samples.line(text, n=number, days=number / 3, tl=0.1, text=LONG)
            for number, text in enumerate(TEXTS)
        ],
        {"n": 10, "days": 10 / 3, "tl": 0.5},
        title="Ankara'nın [dökümü]: uzun adlı bir çizelge",
        chart={"type": "line", "columns": ["n", "days"]},
    )
    compared = samples.table(
        [samples.column("n", "Adet")],
        [samples.line("a", {"n": 3}, n=4), samples.line("b", {"n": 0}, n=None)],
        {"n": 4},
        samples.YEAR_BEFORE,
    )
    compared["total"]["previous"] = {"n": 3}
    empty = samples.table([samples.column("n", "Adet")], [], {"n": 0})
    return [
        samples.table_t1(),
        samples.table_t7(),
        samples.wide_table(),
        samples.sensitive_table(),
        wild,
        compared,
        empty,
    ]


@pytest.fixture(scope="module")
def book(tables, tmp_path_factory):
    """The workbook of these tables with two data sheets."""
    book = plain.load("tools.workbook")
    path = tmp_path_factory.mktemp("book") / "istatistik.xlsx"
    columns = [
        book.Column("name", "Kayıt No"),
        book.Column("n", "Adet", "integer"),
        book.Column("day", "Gün", "date"),
        book.Column("moment", "Saat", "datetime"),
    ]
    moment = datetime.datetime(2026, 10, 7, 9, 30)
    rows = ([text, number, moment, moment] for number, text in enumerate(TEXTS))
    plain.load("tools.statistics_book").write_statistics(
        str(path), tables, {"title": "Deneme"}, [("Talepler", columns, rows)]
    )
    return path


@pytest.fixture(scope="module")
def convert(require_tool, tmp_path_factory):
    """Let LibreOffice open a file and save it in another format."""
    require_tool("soffice")
    folder = tmp_path_factory.mktemp("converted")

    def converted(path, ending):
        subprocess.run(
            [
                "soffice",
                "--headless",
                f"-env:UserInstallation=file://{folder}/profile",
                "--convert-to",
                ending,
                "--outdir",
                folder,
                path,
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
        return folder / f"{path.stem}.{ending}"

    return converted


def test_stored_values_are_the_recalculated_ones(book, convert, tmp_path):
    """Every cell of every sheet, after LibreOffice worked the formulas out itself."""
    bare = tmp_path / "formulas.xlsx"
    formulas = openpyxl.load_workbook(book)
    count = len([cell for cell in all_cells(formulas) if cell.data_type == "f"])
    assert count > 30
    formulas.save(bare)  # openpyxl keeps the formulas and no values
    assert None in [cell.value for cell in formula_cells(bare)]
    recalculated = openpyxl.load_workbook(convert(bare, "xlsx"), data_only=True)
    assert_same(openpyxl.load_workbook(book, data_only=True), recalculated)


def test_libreoffice_keeps_everything(book, convert):
    """Opened and saved as it is: the same sheets, cells, links, and charts."""
    path = convert(book, "xlsx")
    saved = openpyxl.load_workbook(path)
    written = openpyxl.load_workbook(book)
    assert saved.sheetnames == written.sheetnames
    assert_same(
        openpyxl.load_workbook(book, data_only=True),
        openpyxl.load_workbook(path, data_only=True),
    )
    charts = [len(sheet._charts) for sheet in written]
    assert sum(charts) == 5
    assert [len(sheet._charts) for sheet in saved] == charts
    links = [cell.hyperlink for cell in all_cells(written) if cell.hyperlink]
    assert len(links) == len(written.sheetnames) - 1
    for link in links:
        assert link.location.removesuffix("!A1").strip("'").replace("''", "'") in (
            written.sheetnames
        )


def all_cells(workbook):
    return [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]


def formula_cells(path):
    """What openpyxl finds stored in the cells that are formulas."""
    stored = openpyxl.load_workbook(path, data_only=True)
    formulas = all_cells(openpyxl.load_workbook(path))
    return [
        stored[cell.parent.title][cell.coordinate]
        for cell in formulas
        if cell.data_type == "f"
    ]


def assert_same(first, second):
    """Assert that two workbooks hold the same values, cell by cell."""
    assert first.sheetnames == second.sheetnames
    for sheet in first:
        other = second[sheet.title]
        for row in sheet.iter_rows():
            for cell in row:
                found = other[cell.coordinate].value
                where = f"{sheet.title}!{cell.coordinate}"
                if isinstance(cell.value, (int, float)):
                    assert found == pytest.approx(cell.value, abs=1e-12), where
                else:
                    assert found == cell.value, where
