"""A sheet as a workbook with numbers as numbers, and the beginning that every workbook of the board
shares.

It is apart from layouts/sheets/csv_file.py, because its library loads slowly.
"""

from __future__ import annotations

import io
from typing import Any

from xlsxwriter import Workbook

from layouts.sheets import csv_file
from layouts.sheets.sheets import Cell, Column, Sheet

FORMATS = {"count": "#,##0", "share": "0.0%", "yuan": "#,##0", "hours": "0.0", "days": "0.0"}
_DROPPED = {n: None for n in range(32) if n not in (9, 10, 13)}  # what a workbook can't hold
NAME_WIDTH, LEAST_WIDTH, MOST_WIDTH = 22, 12, 30  # of columns, in the program's unit


def begun(out: io.BytesIO) -> Any:
    """A workbook that is written to `out` when it is closed. No text of it is taken for a formula
    or a link.
    """
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "nan_inf_to_errors": True,
    }
    return Workbook(out, options)


class Formats:
    """A workbook's formats, each made once; all of them have what is in `base`."""

    def __init__(self, book: Any, **base: Any) -> None:
        self._book, self._base = book, base
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def of(self, **wanted: Any) -> Any:
        key = tuple(sorted(wanted.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({**self._base, **wanted})
        return self._made[key]


def of(sheet: Sheet) -> bytes:
    """One worksheet: the head, the columns' names (they stay in sight), the rows."""
    out = io.BytesIO()
    book = begun(out)
    page, formats = book.add_worksheet(csv_file.tab(sheet.title)), Formats(book)
    head = list(csv_file.head(sheet))
    names = len(head)
    for r, line in enumerate(head):
        for n, cell in enumerate(line):
            _write(page, r, n, cell, formats.of(bold=r == 0))
    for n, column in enumerate(sheet.columns):
        width = max(LEAST_WIDTH, min(MOST_WIDTH, 2 * len(column.name)))
        page.set_column(n, n, NAME_WIDTH if n == 0 else width)
        _write(page, names, n, column.name, formats.of(bold=True, text_wrap=True, valign="top"))
    for r, row in enumerate(sheet.rows, names + 1):
        is_bold = row.level != "row"
        for n, (cell, column) in enumerate(zip(row.cells, sheet.columns, strict=True)):
            _write(page, r, n, cell, formats.of(bold=is_bold, **_number_format(cell, column)))
    page.freeze_panes(names + 1, 1)
    page.autofilter(names, 0, names + len(sheet.rows), len(sheet.columns) - 1)
    book.close()
    return out.getvalue()


def _number_format(cell: Cell, column: Column) -> dict[str, str]:
    """How a number of the column is to be shown; of a text nothing."""
    if isinstance(cell, str) or column.kind not in FORMATS:
        return {}
    return {"num_format": FORMATS[column.kind]}


def _write(page: Any, row: int, column: int, cell: Cell, look: Any) -> None:
    if isinstance(cell, str):
        page.write_string(row, column, str(csv_file.safe(cell.translate(_DROPPED))), look)
    elif cell is not None:
        page.write_number(row, column, cell, look)
