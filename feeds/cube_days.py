"""The cube's rows, read: what happened on the days of a span, of some towns, in the finest cells that are kept.

A row is a town and day: {measure: {"category|facet|grid": n}}, with "|outcome" (or manner) where the measure is of closings.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, select

from feeds import history, periods

Step = Literal["day", "week", "month"]
Raw = tuple[str, str, str]
_PERIODS: Mapping[Step, periods.Period] = {"day": "today", "week": "week", "month": "month"}


def read(
    connection: Connection, measures: Iterable[str], towns: Iterable[str], days: tuple[date, date], step: Step | None,
    needs: Collection[str],
) -> dict[str, dict[Raw, int]]:  # fmt: skip
    """Measure → (town, step, cell) → n, for the days from the first up to, not including, the second.

    Dimensions that are not in `needs` are added up: their part is "".
    """
    wanted = list(measures)
    found: dict[str, dict[Raw, int]] = {measure: {} for measure in wanted}
    if not wanted:
        return found
    decode, names, cells_of = _Decoder(wanted), dict[str, str](), _Cells(needs)
    by_town = "town" in needs or "grid" in needs
    first, after = (day.isoformat() for day in days)
    c = history.cube.c
    query = select(c.town, c.day, c.counters).where(c.town.in_(list(towns)), c.day >= first, c.day < after)
    for town, day, counters in connection.execute(query):
        at = names.get(day) or names.setdefault(day, name(day, step))
        where = town if by_town else ""
        for into, cells in zip(found.values(), decode(counters), strict=True):
            for cell, n in cells.items():
                key = (where, at, cells_of[cell])
                into[key] = into.get(key, 0) + n
    return found


def name(day: str, step: Step | None) -> str:
    """What a day's step is called: itself, its week's Monday, its month; "" where nothing is split by time."""
    if step is None or step == "day":
        return day if step else ""
    return periods.days(_PERIODS[step], date.fromisoformat(day))[0].isoformat()[: 7 if step == "month" else 10]


class _Cells(dict[str, str]):
    """A cell as it is kept → with the needed parts alone. Each is worked out once: a year has few different ones."""

    def __init__(self, needs: Collection[str]) -> None:
        self._kept = [name in needs for name in ("category", "facet", "grid", "outcome")]

    def __missing__(self, cell: str) -> str:
        parts = (*cell.split("|"), "")[:4]
        found = self[cell] = "|".join(part if kept else "" for part, kept in zip(parts, self._kept, strict=True))
        return found


class _Decoder:
    """Decodes some measures of a row and skips the others: most of a row is never built."""

    def __init__(self, measures: list[str]) -> None:
        self._names = [f"m{i}" for i in range(len(measures))]
        fields: list[tuple[str, Any, Any]] = [(name, dict[str, int], msgspec.field(default_factory=dict)) for name in self._names]
        row = msgspec.defstruct("Row", fields, rename=dict(zip(self._names, measures, strict=True)))
        self._decode = msgspec.json.Decoder(row).decode

    def __call__(self, counters: str) -> list[dict[str, int]]:
        row = self._decode(counters)
        return [getattr(row, name) for name in self._names]
