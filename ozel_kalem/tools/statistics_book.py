"""Statistics as a workbook: a cover, one sheet per table, the rows behind them.

A table is the plain dict that screen, paper and API show as well. All sheets are
written in xlsxwriter's constant memory: those of tables from the top down, and those
of rows as the rows come, so that a million of them need no more memory than ten.

What is a sum is a formula whose stored value agrees with it. Where a cell is hidden,
or where the published total isn't the sum, the total is a plain value.
"""

from collections.abc import Iterable, Mapping

from .statistics_cover import Cover
from .statistics_parts import period_label, words_of
from .statistics_sheet import TableSheet
from .workbook import clean_text, open_book


def write_statistics(
    stream,
    tables: Iterable[Mapping],
    parameters: Mapping | None = None,
    datasheets: Iterable[tuple] = (),
    lang: str = "tr_TR",
) -> list[tuple[str, int]]:
    """Write a workbook of statistics; return (name, count of rows) of its data sheets.

    - ``stream``: a binary file or a path.
    - ``tables``: statistics tables, each a dict as screen and API have it.
    - ``parameters``: of the cover: ``title``, ``office``, ``lines`` (pairs of label
      and value, such as filters), ``notes`` (texts), and ``company``, ``period``,
      ``previous``, ``generated_on``, ``user`` as in a table; what is missing is taken
      from the first one.
    - ``datasheets``: (name, columns, rows): `workbook.Column` and any iterable of
      rows, read once; what a sheet can't hold continues on a further one.

    Raises ValueError that names table and column for a value that isn't of its kind,
    and as `workbook.Book.add_table` does. Nothing is written then.
    """
    tables = list(tables)
    words = words_of(lang)
    told = _told(tables, parameters or {}, words)
    with open_book(stream, title=told["title"], author=told["user"]) as book:
        cover = Cover(book, told, words)
        shown = [(table, TableSheet(book, table, lang).fill()) for table in tables]
        data = []
        for name, columns, rows in datasheets:
            data += book.add_data(name, name, columns, rows, _subtitles(told, words))
        cover.fill(shown, data)
    return data


def _told(tables, parameters, words):
    """Return what the cover says; where it isn't told, the first table does."""
    told = {"title": words["title"], "user": ""}
    for name in ("company", "period", "previous", "generated_on", "user"):
        if tables and tables[0].get(name):
            told[name] = tables[0][name]
    return told | {name: value for name, value in parameters.items() if value}


def _subtitles(told, words):
    parts = [told.get("company"), period_label(told.get("period"))]
    return [" · ".join(clean_text(part) for part in parts if part)]
