"""A sheet as a workbook with numbers as numbers. Apart from layouts/sheets/csv_file.py, for its
library takes long to load.
"""

from __future__ import annotations

import io
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from layouts.sheets import csv_file
from layouts.sheets.sheets import Cell, Column, Sheet

FORMATS = {"count": "#,##0", "share": "0.0%", "yuan": "#,##0", "hours": "0.0", "days": "0.0"}
_DROPPED = {n: None for n in range(32) if n not in (9, 10, 13)}  # what a workbook can't hold


def of(sheet: Sheet) -> bytes:
    """One worksheet: the head, the columns' names (they stay in sight), the rows."""
    book = Workbook(write_only=True)
    page = book.create_sheet(csv_file.tab(sheet.title))
    head = list(csv_file.head(sheet))
    page.freeze_panes = f"B{len(head) + 2}"
    first = len(head) + 1
    page.auto_filter.ref = (
        f"A{first}:{get_column_letter(len(sheet.columns))}{first + len(sheet.rows)}"
    )
    for n, column in enumerate(sheet.columns, 1):
        page.column_dimensions[get_column_letter(n)].width = (
            22 if n == 1 else max(12, min(30, 2 * len(column.name)))
        )
    for n, line in enumerate(head):
        page.append([_cell(page, cell, is_bold=n == 0) for cell in line])
    page.append([_cell(page, column.name, is_bold=True, wraps=True) for column in sheet.columns])
    for row in sheet.rows:
        cells = zip(row.cells, sheet.columns, strict=True)
        page.append(
            [_cell(page, cell, column, is_bold=row.level != "row") for cell, column in cells]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(
    page: Any,
    value: Cell,
    column: Column | None = None,
    *,
    is_bold: bool = False,
    wraps: bool = False,
) -> Any:
    clean = csv_file.safe(value.translate(_DROPPED)) if isinstance(value, str) else value
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
