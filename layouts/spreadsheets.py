"""A sheet as a file: CSV that Excel opens rightly, and a workbook with numbers as numbers. What is in it: layouts/sheets.py."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from layouts.sheets import Cell, Column, Sheet

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {"count": "#,##0", "share": "0.0%", "yuan": "#,##0", "hours": "0.0", "days": "0.0"}
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")  # what a spreadsheet takes for a formula at a cell's start
_DROPPED = {n: None for n in range(32) if n not in (9, 10, 13)}  # what a workbook can't hold


def csv_of(sheet: Sheet) -> str:
    """With a byte order mark, without which Excel takes Chinese for another encoding; numbers unrounded, as Python writes them."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([[safe(cell) for cell in line] for line in _head(sheet)])
    writer.writerow([safe(column.name) for column in sheet.columns])
    writer.writerows([["" if cell is None else safe(cell) for cell in row.cells] for row in sheet.rows])
    return "\ufeff" + out.getvalue()


def workbook(sheet: Sheet) -> bytes:
    """One worksheet: the head, the columns' names (they stay in sight), the rows."""
    book = Workbook(write_only=True)
    page = book.create_sheet(tab(sheet.title))
    head = list(_head(sheet))
    page.freeze_panes = f"B{len(head) + 2}"
    first = len(head) + 1
    page.auto_filter.ref = f"A{first}:{get_column_letter(len(sheet.columns))}{first + len(sheet.rows)}"
    for n, column in enumerate(sheet.columns, 1):
        page.column_dimensions[get_column_letter(n)].width = 22 if n == 1 else max(12, min(30, 2 * len(column.name)))
    for n, line in enumerate(head):
        page.append([_cell(page, cell, is_bold=n == 0) for cell in line])
    page.append([_cell(page, column.name, is_bold=True, wraps=True) for column in sheet.columns])
    for row in sheet.rows:
        cells = zip(row.cells, sheet.columns, strict=True)
        page.append([_cell(page, cell, column, is_bold=row.level != "row") for cell, column in cells])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def safe(cell: Cell) -> Cell:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    if not isinstance(cell, str):
        return cell
    return f"'{cell}" if cell.lstrip(" ").startswith(_RISKY) else cell


def _head(sheet: Sheet) -> Iterator[Sequence[Cell]]:
    """Title, head lines, what each column means, and an empty line."""
    yield [sheet.title]
    yield from ([label, text] for label, text in sheet.head)
    yield from ([column.name, column.definition] for column in sheet.columns if column.definition)
    yield []


def _cell(page: Any, value: Cell, column: Column | None = None, *, is_bold: bool = False, wraps: bool = False) -> Any:
    clean = safe(value.translate(_DROPPED)) if isinstance(value, str) else value
    cell = WriteOnlyCell(page, clean)
    if isinstance(clean, str):
        cell.data_type = "s"
    elif column is not None and column.kind in FORMATS:
        cell.number_format = FORMATS[column.kind]
    if is_bold:
        cell.font = Font(bold=True)
    if wraps:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def tab(title: str) -> str:
    """A worksheet's name: 31 characters, none of those it can't have."""
    return "".join(" " if c in "[]:*?/\\" else c for c in title).strip(" '")[:31] or "board"
