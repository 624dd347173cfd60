"""A report as a plain value: slides in their order, each with charts, tables, sentences and a
speaker's notes.

Numbers are unrounded; `text` says how one reads. What is on which slide is compose; how it looks is
deck, book and paper.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

from feeds.city.words import Lang
from feeds.kpis import Unit
from layouts.text import numbers

Role = Literal["data", "concern", "special", "common", "before", "secondary", "text"]
Form = Literal["cover", "whole", "side", "stacked"]
Kind = Unit | Literal["text", "ratio", "points"]
NOTHING = "–"


class Interval(NamedTuple):
    """What a value may be, with 95 % confidence."""

    low: float
    high: float


class Said(NamedTuple):
    """Words with the colour of what they mean."""

    text: str
    role: Role


Cell = str | float | Interval | Said | None


class Dot(NamedTuple):
    """One unit of a funnel: `x` its size, `y` its value; `is_named` where its name stands beside
    it.
    """

    name: str
    x: float
    y: float
    role: Role
    is_named: bool = False


class Curve(NamedTuple):
    """A line of a funnel; without `is_listed` it is another's pair and the legend passes over
    it.
    """

    name: str
    is_listed: bool
    role: Role
    is_dashed: bool
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Funnel:
    """Values against sizes. `low` and `high` are what the upright axis spans; `groups` names the
    dots of a role in the legend.
    """

    title: str
    alt: str
    x_title: str
    y_title: str
    kind: Kind
    low: float
    high: float
    dots: tuple[Dot, ...]
    curves: tuple[Curve, ...]
    groups: dict[Role, str]


@dataclass(frozen=True)
class Bars:
    """A bar a category, None where there is no value. `line` is a level across all.

    With `intervals` each is a dot with its interval as a stroke, and the axis need not begin at
    zero.
    """

    title: str
    alt: str
    name: str
    kind: Kind
    categories: tuple[str, ...]
    values: tuple[float | None, ...]
    roles: tuple[Role, ...]
    line: tuple[str, float] | None = None
    intervals: tuple[Interval | None, ...] = ()
    is_signed: bool = False

    def span(self) -> tuple[float, float]:
        """What the upright axis shows: from zero, with room beyond the ends of changes for their
        numbers; of intervals those alone.
        """
        known = [v for v in self.values if v is not None]
        known += [self.line[1]] if self.line else []
        if self.intervals:
            low, high = rounded(
                [*known, *(v for one in self.intervals if one for v in one)], self.kind
            )
            return low, high + (high - low) * 0.05  # so that a dot at the top stands whole
        top, low = max([*known, 0.0]), min([*known, 0.0])
        room = (0.22 if self.is_signed else 0.04) * (top - low or 1)
        return (low - room if low < 0 else 0.0), top + room


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


Block = Funnel | Bars | Table | Lines


@dataclass(frozen=True)
class Slide:
    """`form`: "side" has its second block in a third at the right, "stacked" one above the other.
    `key` names it: `town:320282001`.
    """

    key: str
    title: str
    lead: str
    form: Form
    blocks: tuple[Block, ...]
    notes: str


@dataclass(frozen=True)
class Page:
    """A worksheet: its whole table, and below it remarks and charts. `is_figure`: it is a KPI's,
    whose id its key is.
    """

    key: str
    title: str
    lead: str
    table: Table
    charts: tuple[Funnel | Bars, ...] = ()
    remarks: tuple[str, ...] = ()
    is_figure: bool = False


@dataclass(frozen=True)
class Report:
    """`mark` stands on every slide, sheet and page (the demo's), `stamp` too (city, quarter, freeze
    code).
    """

    name: str
    title: str
    lang: Lang
    mark: str
    stamp: str
    created_ms: int
    slides: tuple[Slide, ...]
    pages: tuple[Page, ...]


def rounded(values: Sequence[float], kind: Kind) -> tuple[float, float]:
    """The ends of an axis that shows all of them, at numbers that can be read; a share's within 0
    and 1.
    """
    low, high = min(values), max(values)
    room = (high - low or 0.1) * 0.04
    each = step(low - room, high + room)
    low, high = math.floor((low - room) / each) * each, math.ceil((high + room) / each) * each
    return round(max(low, 0.0), 6), round(min(high, 1.0) if kind == "share" else high, 6)


def step(low: float, high: float, count: int = 6) -> float:
    """From one number of a scale to the next: a round one that makes about so many."""
    found = 10.0 ** math.floor(math.log10((high - low) / count))
    return found * next(k for k in (1, 2, 5, 10) if (high - low) / (found * k) <= count)


def ems(words: str) -> float:
    """About how wide a text is, in ems, with the air that programs set between the two scripts."""
    wide = [unicodedata.east_asian_width(c) in "WF" for c in words]
    turns = sum(one != other for one, other in pairwise(wide))
    return sum(1.0 if one else 0.6 for one in wide) + 0.25 * turns + 0.5


def is_nothing(change: float, kind: Kind) -> bool:
    """Whether a change rounds to none."""
    return numbers.rounded(abs(change) * (10 if kind == "points" else 1000)) == 0


def text(cell: Cell, column: Column, lang: Lang) -> str:
    """What a table shows for a cell."""
    if cell is None:
        return NOTHING
    if isinstance(cell, str | Said):
        return cell if isinstance(cell, str) else cell.text
    if isinstance(cell, Interval):
        return f"{number(cell.low, column.kind, lang)} – {number(cell.high, column.kind, lang)}"
    if column.is_signed:
        return numbers.change(cell, "share" if column.kind == "share" else "count", lang)
    return number(cell, column.kind, lang)


def texts(table: Table, lang: Lang) -> list[list[str]]:
    """What a table shows, its columns' names first."""
    rows = [
        [text(cell, column, lang) for cell, column in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]
    return [[column.name for column in table.columns], *rows]


def number(value: float, kind: Kind, lang: Lang) -> str:
    """A number by its unit; a ratio with two decimals, points with a sign, and ∞ where it has no
    end.
    """
    if math.isinf(value):
        return "∞"
    if kind == "points":
        return "0" if is_nothing(value, kind) else f"{value:+.1f}".replace("-", numbers.MINUS)
    if kind == "ratio" or kind == "text":
        return f"{value:.2f}"
    return numbers.text(value, kind, lang)


def parts(column: Column, lang: Lang) -> Iterator[str]:
    """The names of the columns a file needs for one: an interval takes two."""
    if not column.is_interval:
        yield column.name
        return
    yield from (
        f"{column.name} {word}" for word in (("下限", "上限") if lang == "zh" else ("low", "high"))
    )


def flat(cells: tuple[Cell, ...], columns: tuple[Column, ...]) -> Iterator[str | float | None]:
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
