"""The charts of reports, drawn by the engine that prints them."""

import subprocess

import pytest
from PIL import Image

from support import plain

PAGE = '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{}</body></html>'


@pytest.fixture(scope="module")
def printed(require_tool, tmp_path_factory):
    """Print SVG by wkhtmltopdf; return its text and its colours by count of pixels."""
    for tool in ("wkhtmltopdf", "pdftoppm", "pdftotext"):
        require_tool(tool)
    paper = plain.load("tools.paper")
    folder = tmp_path_factory.mktemp("charts")

    def show(markup):
        path = folder / "chart.pdf"
        path.write_bytes(paper.print_html(PAGE.format(markup), "wkhtmltopdf"))
        run = {"check": True, "capture_output": True, "timeout": 60}
        words = subprocess.run(
            ["pdftotext", "-layout", path, "-"], **run
        ).stdout.decode()
        picture = folder / "chart"
        subprocess.run(["pdftoppm", "-singlefile", "-png", path, picture], **run)
        with Image.open(picture.with_suffix(".png")) as image:
            colors = image.convert("RGB").getcolors(maxcolors=1_000_000)
        return words, {f"#{r:02X}{g:02X}{b:02X}": count for count, (r, g, b) in colors}

    return show


@pytest.mark.parametrize("kind", ["column", "stacked", "bar", "pie", "donut"])
def test_on_paper(kind, printed):
    """Areas in their colours and in proportion; labels as text that can be searched."""
    charts = plain.load("tools.charts")
    series = [("Gelen", [300, 100]), ("Çözülen", [150, 50])]
    words, colors = printed(charts.svg(kind, ["Ağustos", "Şubat"], series))
    first, second = (colors.get(color, 0) for color in charts.PALETTE[:2])
    expected = 3 if kind in ("pie", "donut") else 2
    assert first > 2000
    assert first / second == pytest.approx(expected, rel=0.1)
    assert "Ağustos" in words
    assert "Şubat" in words


def test_lines_on_paper(printed):
    """Each line in its colour, the gap included."""
    charts = plain.load("tools.charts")
    values = [1, 2, None, 3, 4]
    words, colors = printed(
        charts.svg("line", list("abcde"), {"Gelen": values, "Giden": [3, 3, 3, 3, 3]})
    )
    assert min(colors.get(color, 0) for color in charts.LINES[:2]) > 100
    assert "Giden" in words
