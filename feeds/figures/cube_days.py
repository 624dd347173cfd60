"""The cube's rows, read: what happened on the days of a span, of some towns, in the finest cells
that are asked for.

A row is a town and day: {measure: {"category|facet|grid": n}}, with "|outcome" (or manner) where
the measure is of closings.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Literal, NamedTuple

import msgspec
from sqlalchemy import Connection, select

from feeds.city import periods
from feeds.history import cube_sink, tables

Step = Literal["day", "week", "month"]
Raw = tuple[str, str, str]
_PERIODS: Mapping[Step, periods.Period] = {"day": "today", "week": "week", "month": "month"}


class Stretch(NamedTuple):
    """Days from the first up to, not including, `after`, to be added (1) or taken away (-1)."""

    first: date
    after: date
    sign: int


class Cover(NamedTuple):
    """Whole months, and the stretches of days beside them."""

    months: tuple[str, ...]
    stretches: tuple[Stretch, ...]


def read(
    connection: Connection,
    measures: Iterable[str],
    towns: Iterable[str],
    days: tuple[date, date],
    step: Step | None,
    needs: Collection[str],
) -> dict[str, dict[Raw, int]]:
    """Measure → (town, step, cell) → n, for the days from the first up to, not including, the
    second.

    Dimensions that are not in `needs` are added up: their part is "". What no grid is asked of is
    read from whole months where it can be.
    """
    wanted = list(measures)
    found: dict[str, dict[Raw, int]] = {measure: {} for measure in wanted}
    if not wanted:
        return found
    decode, names, cells_of = _Decoder(wanted), dict[str, str](), _Cells(needs)
    by_town = "town" in needs or "grid" in needs
    can_be_months = (
        "grid" not in needs and step in (None, "month") and cube_sink.months_are_kept(connection)
    )
    covering = cover(*days) if can_be_months else Cover((), (Stretch(*days, 1),))
    for town, day, counters, sign in _rows(connection, list(towns), covering):
        at = names.get(day) or names.setdefault(day, name(day, step))
        where = town if by_town else ""
        for into, cells in zip(found.values(), decode(counters), strict=True):
            for cell, n in cells.items():
                key = (where, at, cells_of[cell])
                into[key] = into.get(key, 0) + sign * n
    return {measure: {key: n for key, n in cells.items() if n} for measure, cells in found.items()}


def cover(first: date, after: date) -> Cover:
    """The months and stretches of days that add up to the days from the first up to, not including,
    the second.

    Of most of a month the month, less the days that are too much: what is left of a running month
    is nothing yet.
    """
    months, stretches, day = list[str](), list[Stretch](), first
    while day < after:
        begin, end = periods.days("month", day)
        until = min(end, after)
        if is_most := 2 * (until - day).days > (end - begin).days:
            months.append(day.isoformat()[:7])
        stretches += (
            [Stretch(begin, day, -1), Stretch(until, end, -1)]
            if is_most
            else [Stretch(day, until, 1)]
        )
        day = until
    return Cover(tuple(months), tuple(one for one in stretches if one.first < one.after))


def _rows(
    connection: Connection, towns: list[str], covering: Cover
) -> Iterator[tuple[str, str, str, int]]:
    """(town, day or a month's first, counters, sign)."""
    c, m = tables.cube.c, tables.cube_months.c
    for town, month, counters in connection.execute(
        select(m.town, m.month, m.counters).where(m.town.in_(towns), m.month.in_(covering.months))
    ):
        yield town, f"{month}-01", counters, 1
    for first, after, sign in covering.stretches:
        query = select(c.town, c.day, c.counters).where(
            c.town.in_(towns), c.day >= first.isoformat(), c.day < after.isoformat()
        )
        for town, day, counters in connection.execute(query):
            yield town, day, counters, sign


def name(day: str, step: Step | None) -> str:
    """What a day's step is called: itself, its week's Monday, its month; "" where nothing is split
    by time.
    """
    if step is None or step == "day":
        return day if step else ""
    return periods.days(_PERIODS[step], date.fromisoformat(day))[0].isoformat()[
        : 7 if step == "month" else 10
    ]


class _Cells(dict[str, str]):
    """A cell as it is kept → with the needed parts alone. Each is worked out once: a year has few
    different ones.
    """

    def __init__(self, needs: Collection[str]) -> None:
        self._kept = [name in needs for name in ("category", "facet", "grid", "outcome")]

    def __missing__(self, cell: str) -> str:
        parts = (*cell.split("|"), "")[:4]
        found = self[cell] = "|".join(
            part if kept else "" for part, kept in zip(parts, self._kept, strict=True)
        )
        return found


class _Decoder:
    """Decodes some measures of a row and skips the others: most of a row is never built."""

    def __init__(self, measures: list[str]) -> None:
        self._names = [f"m{i}" for i in range(len(measures))]
        fields: list[tuple[str, Any, Any]] = [
            (name, dict[str, int], msgspec.field(default_factory=dict)) for name in self._names
        ]
        row = msgspec.defstruct("Row", fields, rename=dict(zip(self._names, measures, strict=True)))
        self._decode = msgspec.json.Decoder(row).decode

    def __call__(self, counters: str) -> list[dict[str, int]]:
        row = self._decode(counters)
        return [getattr(row, name) for name in self._names]
