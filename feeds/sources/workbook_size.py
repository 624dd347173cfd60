"""How large the table of a workbook is, before it is opened: one cell in the last corner makes a
reader set aside memory for all between.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

MOST_CELLS = 5_000_000
MOST_BYTES = 512 << 20  # of one sheet, unpacked
_CHUNK, _OVERLAP = 1 << 20, 64
_CELL = re.compile(rb'<c [^>]*?r="([A-Z]{1,3})([0-9]{1,7})"')


def too_large(path: Path) -> str:
    """The sheet's file that is too large, and what of it; "" of a workbook that may be opened, and
    of what is no zipped one. Raises OSError.
    """
    if not zipfile.is_zipfile(path):
        return ""
    with zipfile.ZipFile(path) as book:
        for entry in book.infolist():
            is_sheet = entry.filename.startswith("xl/worksheets/")
            if is_sheet and entry.file_size > MOST_BYTES:
                return f"{entry.filename}: {entry.file_size >> 20} MB"
            if is_sheet and (cells := _spanned(book, entry)) > MOST_CELLS:
                return f"{entry.filename}: {cells:,}"
    return ""


def _spanned(book: zipfile.ZipFile, entry: zipfile.ZipInfo) -> int:
    """The cells of the rectangle from the first cell to the last corner."""
    columns, rows, before = 0, 0, b""
    with book.open(entry) as sheet:
        while chunk := sheet.read(_CHUNK):
            for column, row in _CELL.findall(before + chunk):
                columns, rows = max(columns, _number(column)), max(rows, int(row))
            before = chunk[-_OVERLAP:]
    return columns * rows


def _number(letters: bytes) -> int:
    """A is 1, Z 26, AA 27."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number
