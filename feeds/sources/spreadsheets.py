"""Reads spreadsheets as offices have them (CSV in any usual encoding, XLSX, XLS, ODS) into numbered
rows.

python-calamine reads workbooks, not openpyxl, because it turns Excel's serial numbers into dates,
knows merged ranges (which openpyxl's streaming mode drops), also opens XLS and ODS, and is several
times faster. A CSV is streamed. What a cell means is in feeds/sources/cell_values.py, what a column
means in feeds/sources/mappings.py.
"""

from __future__ import annotations

import codecs
import csv
import itertools
import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import msgspec
import python_calamine

from feeds.city.words import Text, Worded
from feeds.sources import cell_values, workbook_size
from feeds.sources.cell_values import Cell

LOOKED_AT = 40  # rows in which the header is looked for
HEADER_DEPTH = 3
_CHUNK = 1 << 20
_DELIMITERS = (",", "\t", ";", "|")
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HAN_GAP = re.compile(r"(?<=[\u2e80-\u9fff])\s+(?=[\u2e80-\u9fff])")


# What a damaged, cut or encrypted file makes its readers raise.
_BROKEN = (
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
    python_calamine.CalamineError,
)


class SheetError(Worded):
    """The file can't be read as the mapping says; the message says what was looked for and
    where.
    """


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the table stands. What is left out is found: the first visible sheet, the header,
    encoding, delimiter.

    `header` are row numbers as Excel shows them; `skip` leaves out rows by a column's value
    ("合计").
    """

    name: str = ""
    header: tuple[int, ...] = ()
    skip: dict[str, tuple[str, ...]] = {}
    encoding: str = ""
    delimiter: str = ""


class Row(NamedTuple):
    """One row of data: its number in the file as Excel shows it, and the cells of the columns asked
    for.
    """

    number: int
    cells: dict[str, Cell]


@dataclass(frozen=True)
class Sheet:
    """An opened table. `rows` can be gone through once; `last` is the number of the file's last row
    (about, for CSV); `headings` is how the file writes the columns' names.
    """

    rows: Iterator[Row]
    last: int
    headings: Mapping[str, str]


@dataclass(frozen=True)
class _Grid:
    """Every line of the file. `fill`: a header cell stands for the empty ones to its right (no
    merged ranges are known).
    """

    lines: Iterator[Sequence[Cell]]
    last: int
    fill: bool


def title(name: str) -> str:
    """A column's name as it is compared: full-width forms and line breaks inside a heading make no
    difference.
    """
    return _HAN_GAP.sub("", " ".join(cell_values.tidy(name).split()))


def read(path: Path, columns: Collection[str], layout: Layout) -> Sheet:
    """The rows that are not empty, with only the named columns: nothing else leaves this function.
    Raises SheetError.
    """
    try:
        grid = _workbook(path, layout) if _starts(path, 4) in _WORKBOOKS else _csv(path, layout)
        needed = {title(c) for c in (*columns, *layout.skip)}
        rows, headings = _rows(path, grid, needed, layout)
        return Sheet(rows, grid.last, headings)
    except _BROKEN as error:
        raise SheetError(Text(f"{path.name}：{error}", f"{path.name}: {error}")) from error


def _starts(path: Path, count: int) -> bytes:
    with path.open("rb") as file:
        return file.read(count)


def _rows(
    path: Path, grid: _Grid, needed: set[str], layout: Layout
) -> tuple[Iterator[Row], dict[str, str]]:
    """The rows, and how the file writes each name."""
    head = list(itertools.islice(grid.lines, max(LOOKED_AT, *layout.header, 0)))
    top, below, names = _header(path, head, needed, layout, grid.fill)
    written = _names(head[top:below], grid.fill, _as_written)
    wanted = [(i, name) for i, name in enumerate(names) if name in needed]
    skip = [
        (title(column), {cell_values.tidy(v) for v in values})
        for column, values in layout.skip.items()
    ]
    lines = itertools.chain(head[below:], grid.lines)
    return _data(lines, below + 1, wanted, skip), dict(zip(names, written, strict=True))


def _data(
    lines: Iterable[Sequence[Cell]],
    first: int,
    wanted: list[tuple[int, str]],
    skip: list[tuple[str, set[str]]],
) -> Iterator[Row]:
    for number, line in enumerate(lines, first):
        width = len(line)
        row = {name: _clean(line[i]) if i < width else "" for i, name in wanted}
        if all(cell == "" for cell in row.values()) or any(
            cell_values.text(row[c]) in values for c, values in skip
        ):
            continue
        yield Row(number, row)


def _clean(cell: Cell) -> Cell:
    return cell_values.tidy(cell) if isinstance(cell, str) else cell


def _header(
    path: Path, head: list[Sequence[Cell]], needed: set[str], layout: Layout, fill: bool
) -> tuple[int, int, list[str]]:
    """The header's first line, the first one below it, and the columns' names. The fewest header
    rows that hold every name win.
    """
    if layout.header:
        places = [(min(layout.header) - 1, max(layout.header))]
    else:
        places = [
            (top, top + depth) for depth in range(1, HEADER_DEPTH + 1) for top in range(len(head))
        ]
    best: list[str] = []
    for top, below in places:
        names = _names(head[top:below], fill)
        if len(needed) == len(found := needed & set(names)):
            return top, below, names
        best = max(best, sorted(found), key=len)
    where = Text(f"前 {len(head)} 行", f"the first {len(head)} rows")
    if layout.header:
        rows = ", ".join(map(str, layout.header))
        where = Text(f"第 {rows} 行", f"row {rows}")
    missing = ", ".join(repr(c) for c in sorted(set(needed) - set(best)))
    said = Text(
        f"{path.name}：{where.zh}里没有含这些列的表头：{missing}",
        f"{path.name}: no header with the column(s) {missing} in {where.en}",
    )
    raise SheetError(said)


def _as_written(name: str) -> str:
    return " ".join(name.split())


def _names(
    rows: Sequence[Sequence[Cell]], fill: bool, spell: Callable[[str], str] = title
) -> list[str]:
    """One name a column: the headings above it joined by /, each once; a name that stands twice
    gets #2, #3.
    """
    width = max(map(len, rows), default=0)
    grid = [[spell(cell_values.text(c)) for c in row] + [""] * (width - len(row)) for row in rows]
    if fill:
        for upper, lower in itertools.pairwise(grid):
            _fill_right(upper, lower)
    joined = [
        "/".join(k for k, _ in itertools.groupby(filter(None, parts)))
        for parts in zip(*grid, strict=True)
    ]
    seen: dict[str, int] = {}
    return [_numbered(name, seen) for name in joined]


def _fill_right(upper: list[str], lower: list[str]) -> None:
    """Spread a heading over the empty cells to its right, if it has a heading of its own below:
    then it was merged across.
    """
    for i in range(1, len(upper)):
        if not upper[i] and lower[i] and lower[i - 1]:
            upper[i] = upper[i - 1]


def _numbered(name: str, seen: dict[str, int]) -> str:
    seen[name] = seen.get(name, 0) + 1
    return name if seen[name] == 1 or not name else f"{name}#{seen[name]}"


def _csv(path: Path, layout: Layout) -> _Grid:
    encoding, last = _scan(path, layout.encoding)
    delimiter = layout.delimiter or _sniff(path, encoding)
    return _Grid(_csv_lines(path, encoding, delimiter), last, fill=True)


def _csv_lines(path: Path, encoding: str, delimiter: str) -> Iterator[Sequence[Cell]]:
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        try:
            yield from reader
        except csv.Error as error:
            said = Text(
                f"{path.name}：第 {reader.line_num} 行：{error}",
                f"{path.name}: line {reader.line_num}: {error}",
            )
            raise SheetError(said) from error


def _scan(path: Path, encoding: str) -> tuple[str, int]:
    """The encoding that the whole file is valid in (a look at its start would miss a late
    character), and its lines.
    """
    start = _starts(path, 512)
    if start.lstrip().lower().startswith((b"<html", b"<!doctype", b"<table", b"<?xml")):
        page = Text(
            f"{path.name} 是存成表格的网页；请打开后另存为 .xlsx 或 .csv",
            f"{path.name} is a web page saved as a table; open it and save it as .xlsx or .csv",
        )
        raise SheetError(page)
    marked = next((name for bom, name in _BOMS if start.startswith(bom)), "")
    for name in [encoding or marked] if encoding or marked else ["utf-8", "gb18030"]:
        lines = _decodes(path, name)
        if lines is not None:
            return name, lines
    tried = encoding or marked
    said = Text(
        f"{path.name} 不是有效的 {tried or 'UTF-8 或 GB18030'}；请在映射的 [sheet] 里写明编码",
        f"{path.name} is not valid {tried or 'UTF-8 or GB18030'};"
        " name its encoding in the mapping's [sheet]",
    )
    raise SheetError(said)


def _decodes(path: Path, encoding: str) -> int | None:
    """The number of lines if the whole file can be decoded; None if not. Raises SheetError for no
    such encoding.
    """
    try:
        decoder, lines = codecs.getincrementaldecoder(encoding)(), 0
    except LookupError:
        said = Text(
            f"encoding = {encoding!r}：须为编码名称，如 'utf-8' 或 'gb18030'",
            f"encoding = {encoding!r}: expected the name of "
            "an encoding such as 'utf-8' or 'gb18030'",
        )
        raise SheetError(said) from None
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            try:
                lines += decoder.decode(chunk).count("\n")
            except UnicodeDecodeError:
                return None
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return lines


def _sniff(path: Path, encoding: str) -> str:
    """The delimiter that gives the most rows of one same width, of more than one column; a comma if
    none does.
    """
    with path.open(encoding=encoding, newline="") as file:
        sample = list(itertools.islice(file, LOOKED_AT))
    return max(_DELIMITERS, key=lambda delimiter: _evenness(sample, delimiter))


def _evenness(sample: list[str], delimiter: str) -> tuple[int, int]:
    widths = [len(row) for row in csv.reader(sample, delimiter=delimiter) if len(row) > 1]
    return max(((widths.count(w), w) for w in widths), default=(0, 0))


def _workbook(path: Path, layout: Layout) -> _Grid:
    if large := workbook_size.too_large(path):
        most = f"{workbook_size.MOST_CELLS:,}"
        said = Text(
            f"表格过大（{large}）；从第一格到最后一角最多 {most} 格。"
            "请删去远处的内容或分成几个文件",
            f"the table is too large ({large}); from the first cell to the last corner it may have "
            f"{most} cells. Delete what stands far away, or split the file",
        )
        raise SheetError(said)
    book = python_calamine.CalamineWorkbook.from_path(path)
    visible = [
        s.name
        for s in book.sheets_metadata
        if s.visible is python_calamine.SheetVisibleEnum.Visible
    ]
    name = layout.name or next(iter(visible), "")
    if name not in book.sheet_names:
        names = ", ".join(map(repr, visible))
        said = Text(
            f"sheet.name = {name!r}：须为下列之一：{names}",
            f"sheet.name = {name!r}: expected one of {names}",
        )
        raise SheetError(said)
    sheet = book.get_sheet_by_name(name)
    left, last = (sheet.start[1] if sheet.start else 0), (sheet.end[0] + 1 if sheet.end else 0)
    merged = [
        (top, below, a - left, b - left) for (top, a), (below, b) in sheet.merged_cell_ranges or []
    ]
    rows = sheet.iter_rows()
    return _Grid(_unmerged(rows, merged) if merged else rows, last, fill=not merged)


def _unmerged(
    rows: Iterator[list[Cell]], merged: list[tuple[int, int, int, int]]
) -> Iterator[list[Cell]]:
    """The rows with every cell of a merged range holding the range's value."""
    waiting = sorted(merged, reverse=True)
    active: list[tuple[int, int, int, Cell]] = []
    for number, row in enumerate(rows):
        while waiting and waiting[-1][0] <= number:
            _, below, a, b = waiting.pop()
            active.append((below, a, b, row[a] if 0 <= a < len(row) else ""))
        active = [one for one in active if one[0] >= number]
        for _, a, b, value in active:
            row[max(a, 0) : b + 1] = [value] * (min(b + 1, len(row)) - max(a, 0))
        yield row
