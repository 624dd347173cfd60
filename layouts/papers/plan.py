"""A report as a plain value: slides in their order, each with charts, tables, sentences and
speaker's notes.

Numbers are unrounded; `text` is how one is written. Charts are in layouts/parts/diagrams.py.
compose.py decides what is on which slide; deck.py, workbook.py and print_pages.py draw it.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

from feeds.city.words import Lang
from layouts.parts import diagrams
from layouts.parts.diagrams import Funnel, Interval, Kind, Role, Timeline
from layouts.review.pictures import Picture
from layouts.review.spine import Row
from layouts.text import numbers

Form = Literal["cover", "whole", "side", "pair", "stacked"]
NOTHING = "–"


class Said(NamedTuple):
    """Words with the colour of what they mean."""

    text: str
    role: Role


Cell = str | float | Interval | Said | None


class Column(NamedTuple):
    """`is_signed`: its numbers are changes."""

    name: str
    kind: Kind
    is_interval: bool = False
    is_signed: bool = False


@dataclass(frozen=True)
class Table:
    """Its first `wholes` rows are of the whole city. `kinds`: of the rows' numbers, where a column
    is "text" for its having several.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    wholes: int = 0
    kinds: tuple[Kind, ...] = ()

    def kind(self, row: int, column: Column) -> Kind:
        """Of a number in it."""
        return self.kinds[row] if self.kinds and column.kind == "text" else column.kind


@dataclass(frozen=True)
class Lines:
    """Sentences; each with the role of its mark."""

    title: str
    lines: tuple[tuple[Role, str], ...]


class Item(NamedTuple):
    """One thing of an agenda: its number ("" of none), mark, sentence, what is behind it, its
    figure, and the picture that proves it.
    """

    number: str
    mark: str
    role: Role
    title: str
    detail: str
    value: str
    unit: str
    picture: Picture | None = None


@dataclass(frozen=True)
class Items:
    """Things of an agenda under each other, `title` above them."""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Squares:
    """A square for each of many things, by what became of it; `alt` says how many."""

    alt: str
    key: str
    shapes: tuple[tuple[str, Role], ...]


@dataclass(frozen=True)
class Spine:
    """A town over all figures: `names` head the columns name, value, cases, city and target."""

    names: tuple[str, ...]
    ends: tuple[str, str]
    alt: str
    rows: tuple[Row, ...]
    titles: tuple[str, ...]


Block = Funnel | Timeline | Table | Lines | Items | Squares | Spine


@dataclass(frozen=True)
class Slide:
    """`form`: "side" has its second block in a third at the right, "pair" in the right half,
    "stacked" below.
    `key` names it: `town:320282001`. `mark` stands before the title, in the colour of its `role`.
    """

    key: str
    title: str
    lead: str
    form: Form
    blocks: tuple[Block, ...]
    notes: str
    mark: str = ""
    role: Role = "text"


@dataclass(frozen=True)
class Page:
    """A worksheet: its whole table, and below it remarks and charts. `is_figure`: it is a KPI's,
    whose id its key is.
    """

    key: str
    title: str
    lead: str
    table: Table
    charts: tuple[Funnel | Timeline, ...] = ()
    remarks: tuple[str, ...] = ()
    is_figure: bool = False
    unit: Kind = "text"


@dataclass(frozen=True)
class Report:
    """`code` is that of the freeze, "" of a quarter that is not frozen. `mark` and `stamp` are on every slide, sheet and page: the demo's mark, and city, quarter and
    freeze code.
    """

    name: str
    title: str
    lang: Lang
    mark: str
    stamp: str
    created_ms: int
    slides: tuple[Slide, ...]
    pages: tuple[Page, ...]
    quarter: str = ""
    code: str = ""
    root: str = ""


def ems(words: str) -> float:
    """About how wide a text is, in ems, with the air that programs set between the two scripts."""
    wide = [unicodedata.east_asian_width(c) in "WF" for c in words]
    turns = sum(one != other for one, other in pairwise(wide))
    return sum(1.0 if one else 0.6 for one in wide) + 0.25 * turns + 0.5


def text(cell: Cell, column: Column, lang: Lang) -> str:
    """What a table shows for a cell."""
    if cell is None:
        return NOTHING
    if isinstance(cell, str | Said):
        return cell if isinstance(cell, str) else cell.text
    if isinstance(cell, Interval):
        return f"{diagrams.number(cell.low, column.kind, lang)} – {diagrams.number(cell.high, column.kind, lang)}"
    if column.is_signed:
        return numbers.change(cell, "share" if column.kind == "share" else "count", lang)
    return whole(cell) if column.kind == "count" else diagrams.number(cell, column.kind, lang)


def whole(value: float) -> str:
    """A count with all its digits."""
    return f"{value:,.10g}"


def texts(table: Table, lang: Lang) -> list[list[str]]:
    """What a table shows, its columns' names first."""
    rows = [
        [text(cell, column, lang) for cell, column in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]
    return [[column.name for column in table.columns], *rows]


def parts(column: Column, lang: Lang) -> Iterator[str]:
    """The names of the columns a file needs for one: an interval takes two."""
    if not column.is_interval:
        yield column.name
        return
    yield from (
        f"{column.name} {word}" for word in (("下限", "上限") if lang == "zh" else ("low", "high"))
    )


def plain_values(
    cells: tuple[Cell, ...], columns: tuple[Column, ...]
) -> Iterator[str | float | None]:
    """A row's cells for a file, as `parts`: unrounded; what has no end, and what is not there,
    stays empty.
    """
    for cell, column in zip(cells, columns, strict=True):
        if column.is_interval:
            ends = (cell.low, cell.high) if isinstance(cell, Interval) else (None, None)
            yield from (None if end is None or not math.isfinite(end) else end for end in ends)
        elif isinstance(cell, Said):
            yield cell.text
        else:
            yield None if isinstance(cell, Interval) else cell
