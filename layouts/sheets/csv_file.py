"""A sheet as CSV that Excel opens correctly, and what its workbook (layouts/sheets/workbook.py)
shares. The content is in layouts/sheets/sheets.py.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from layouts.sheets.sheets import Cell, Sheet

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_RISKY = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
)  # what a spreadsheet takes for a formula at a cell's start


def csv_of(sheet: Sheet, *, has_head: bool = True) -> str:
    """With a byte order mark, without which Excel takes Chinese for another encoding; numbers
    unrounded, as Python writes them. Without a head the first line names the columns.
    """
    lines = [
        *(head(sheet) if has_head else ()),
        [column.name for column in sheet.columns],
        *(row.cells for row in sheet.rows),
    ]
    return "\ufeff" + text_of([safe(cell) for cell in line] for line in lines)


def text_of(lines: Iterable[Sequence[Any]]) -> str:
    """Lines as CSV (RFC 4180); what is None stays empty."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(lines)
    return out.getvalue()


def safe(cell: Cell) -> Cell:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    if not isinstance(cell, str):
        return cell
    return f"'{cell}" if cell.lstrip(" ").startswith(_RISKY) else cell


def head(sheet: Sheet) -> Iterator[Sequence[Cell]]:
    """Title, head lines, what each column means, and an empty line."""
    yield [sheet.title]
    yield from ([label, text] for label, text in sheet.head)
    yield from ([column.name, column.definition] for column in sheet.columns if column.definition)
    yield []


def tab(title: str) -> str:
    """A worksheet's name: 31 characters, none of those it can't have."""
    return "".join(" " if c in "[]:*?/\\" else c for c in title).strip(" '")[:31] or "board"
