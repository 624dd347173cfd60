"""A table as a plain value that any page can offer as a file: title, head lines, columns, rows; and
the rows as a reader chose them.

Figures of pages are in layouts/sheets/towns.py, file formats in layouts/sheets/csv_file.py and
workbook.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cmp_to_key
from typing import Any, Literal, NamedTuple

from feeds.city.words import Text, Worded
from feeds.kpis import Unit

Kind = Unit | Literal["text", "time"]
Cell = str | float | None
Direction = Literal["asc", "desc"]
TEXT_OPS = ("contains", "notContains", "equals")
TEXTS = ("text", "time")
BLANK_OPS = ("blank", "notBlank")
NUMBER_OPS = ("greaterThanOrEqual", "lessThanOrEqual", "equals", "inRange", *BLANK_OPS)


class WrongChoice(Worded):
    """A sorting or filter that the table has no such column or way for; the message says which."""


@dataclass(frozen=True)
class Column:
    """`key` names it in addresses. `is_file_only`: it stands in files alone, not on the screen (a
    share's numerator and denominator).
    """

    key: str
    name: str
    kind: Kind
    definition: str = ""
    is_file_only: bool = False


@dataclass(frozen=True)
class Row:
    """A cell for each column: a number, nothing, or in a number's place the words for why there is
    none. `group` keeps its rows together, its own total (`level` "group") first; a row of level
    "all" always stands first and is never left out.
    """

    key: str
    cells: tuple[Cell, ...]
    level: Literal["row", "group", "all"] = "row"
    group: int = 0


@dataclass(frozen=True)
class Sheet:
    """`name` is what its file is called; `head` are lines of a label and a text, above the
    table.
    """

    name: str
    title: str
    head: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


class Filter(NamedTuple):
    """What a column's cells must be: one of TEXT_OPS or NUMBER_OPS. Of a share in per cent."""

    key: str
    op: str
    value: str = ""
    to: str = ""


@dataclass(frozen=True)
class Choice:
    """How a reader wants the rows: sorted by the first column named, then by the next; only those
    that pass every filter.
    """

    sort: tuple[tuple[str, Direction], ...] = ()
    filters: tuple[Filter, ...] = ()


class _Way(NamedTuple):
    n: int
    sign: int
    is_text: bool


def choice(sort: str, filters: Sequence[str]) -> Choice:
    """From an address: `key:asc,key:desc`, and each filter as `key:op:value:to`. Raises
    WrongChoice.
    """
    pairs: list[tuple[str, Direction]] = []
    for part in filter(None, sort.split(",")):
        key, _, way = part.rpartition(":")
        if way not in ("asc", "desc"):
            said = Text(
                f"sort 须为 列:asc 或 列:desc，不能是 {part!r}",
                f"sort is COLUMN:asc or COLUMN:desc, not {part!r}",
            )
            raise WrongChoice(said)
        pairs.append((key, "asc" if way == "asc" else "desc"))
    return Choice(tuple(pairs), tuple(_filter(text) for text in filters))


def chosen(sheet: Sheet, wanted: Choice) -> Sheet:
    """The sheet with the rows that pass, in the order wanted. Equal ones keep their order. Raises
    WrongChoice.
    """
    index = {column.key: n for n, column in enumerate(sheet.columns)}
    tests = [_test(sheet.columns[_at(index, f.key)], index[f.key], f) for f in wanted.filters]
    rows = [row for row in sheet.rows if row.level == "all" or all(passes(row) for passes in tests)]
    ways = [
        _Way(
            _at(index, key),
            -1 if way == "desc" else 1,
            sheet.columns[_at(index, key)].kind in TEXTS,
        )
        for key, way in wanted.sort
    ]

    def compare(a: Row, b: Row) -> int:
        return _compare(a, b, ways)

    return replace(sheet, rows=tuple(sorted(rows, key=cmp_to_key(compare))))


def words(sheet: Sheet, wanted: Choice, says: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Sorting and filters in words, one line each."""
    names = {column.key: column.name for column in sheet.columns}
    if wanted.sort:
        yield (
            says["sorted"],
            says["comma"].join(f"{names[key]} {says[way]}" for key, way in wanted.sort),
        )
    for f in wanted.filters:
        percent = "%" if next(c.kind for c in sheet.columns if c.key == f.key) == "share" else ""
        limits = " – ".join(f"{value}{percent}" for value in (f.value, f.to) if value)
        yield says["filtered"], " ".join(filter(None, (names[f.key], says[f.op], limits)))


def _filter(text: str) -> Filter:
    parts = text.split(":", 3)
    if len(parts) < 2:
        said = Text(
            f"filter 须为 列:方式:值，不能是 {text!r}",
            f"filter is COLUMN:WAY:VALUE, not {text!r}",
        )
        raise WrongChoice(said)
    return Filter(*parts)


def _at(index: Mapping[str, int], key: str) -> int:
    if key not in index:
        said = Text(
            f"没有 {key!r} 这一列；有 {'、'.join(index)}",
            f"there is no column {key!r}; there are {', '.join(index)}",
        )
        raise WrongChoice(said)
    return index[key]


def _test(column: Column, n: int, wanted: Filter) -> Callable[[Row], bool]:
    is_text = column.kind in TEXTS
    if wanted.op not in (TEXT_OPS if is_text else NUMBER_OPS):
        said = Text(
            f"{column.key} 这一列不能按 {wanted.op!r} 筛选",
            f"the column {column.key} can't be filtered by {wanted.op!r}",
        )
        raise WrongChoice(said)
    if is_text:
        return lambda row: _text_passes(str(row.cells[n] or ""), wanted)
    if wanted.op in BLANK_OPS:
        return lambda row: isinstance(row.cells[n], (int, float)) == (wanted.op == "notBlank")
    low, high = _number(wanted.value), _number(wanted.to) if wanted.op == "inRange" else 0.0
    factor = 100 if column.kind == "share" else 1
    return lambda row: _number_passes(row.cells[n], factor, wanted.op, low, high)


def _number(text: str) -> float:
    said = Text(
        f"数字只能与数字比较，不能与 {text!r} 比较",
        f"a number is compared with a number, not with {text!r}",
    )
    try:
        found = float(text)
    except ValueError as error:
        raise WrongChoice(said) from error
    if not math.isfinite(found):
        raise WrongChoice(said)
    return found


def _text_passes(text: str, wanted: Filter) -> bool:
    text, value = text.lower(), wanted.value.lower()
    return text == value if wanted.op == "equals" else (value in text) == (wanted.op == "contains")


def _number_passes(cell: Cell, factor: int, op: str, low: float, high: float) -> bool:
    if not isinstance(cell, (int, float)):
        return False
    v = cell * factor
    match op:
        case "greaterThanOrEqual":
            return v >= low
        case "lessThanOrEqual":
            return v <= low
        case "inRange":
            return low <= v <= high
        case _:
            return v == low


def _compare(a: Row, b: Row, ways: Sequence[_Way]) -> int:
    """As assets/shell/grids.js does: the whole first, groups together with their total first, what
    has no number last either way.
    """
    order = _sign(_place(a), _place(b))
    for way in ways:
        order = order or _of_cells(a.cells[way.n], b.cells[way.n], way)
    return order


def _place(row: Row) -> tuple[int, int, int]:
    return (row.level != "all", row.group, row.level != "group" if row.group else 0)


def _of_cells(a: Cell, b: Cell, way: _Way) -> int:
    if way.is_text:
        return way.sign * _sign(str(a or ""), str(b or ""))
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return way.sign * _sign(a, b)
    return _sign(not isinstance(a, (int, float)), not isinstance(b, (int, float)))


def _sign(a: Any, b: Any) -> int:
    return int(a > b) - int(a < b)
