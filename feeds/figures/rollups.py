"""Reads the rollups: which bins cover a range of days, and what they hold."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select

from feeds.city import periods
from feeds.figures.accumulators import Cells, merge
from feeds.history import tables
from feeds.kpis import measures
from feeds.kpis.formulas import Counters

READ_AT_ONCE = 500
FEW = 40
Decode = Callable[[str], Counters]
_decode = msgspec.json.Decoder(dict[str, dict[str, int]]).decode


def bins(first: date, after: date) -> list[str]:
    """The keys that cover the days from `first` up to, not including, `after`: whole months where
    they fit.
    """
    found, day = list[str](), first
    while day < after:
        month = periods.days("month", day)
        if day == month[0] and month[1] <= after:
            found.append(day.isoformat()[:7])
            day = month[1]
        else:
            found.append(day.isoformat())
            day += timedelta(1)
    return found


def decoder(wanted: Collection[str] | None) -> Decode:
    """Reads a row's counters; of some measures alone, it skips the others without building them."""
    return _decode if wanted is None else _decoder(frozenset(wanted))


@functools.lru_cache(maxsize=64)
def _decoder(wanted: frozenset[str]) -> Decode:
    """Making one takes a millisecond: those that were asked for last are kept. Of many measures it
    is quicker to build the whole row.
    """
    if len(wanted) > FEW:
        return lambda text: {m: cells for m, cells in _decode(text).items() if m in wanted}
    names = {f"m{i}": stored for i, stored in enumerate(sorted(wanted))}
    counters = dict[str, int]
    fields: list[tuple[str, Any, Any]] = [
        (field, counters, msgspec.field(default_factory=dict)) for field in names
    ]
    row = msgspec.defstruct("Row", fields, rename=names)
    decode = msgspec.json.Decoder(row).decode

    def read(text: str) -> Counters:
        found = decode(text)
        cells = {stored: getattr(found, field) for field, stored in names.items()}
        return {stored: row for stored, row in cells.items() if row}

    return read


def read(
    connection: Connection,
    names: Iterable[str],
    town: str | None = None,
    wanted: Collection[str] | None = None,
) -> Iterator[tuple[str, str, Counters]]:
    """(town, bin, counters) of the named bins: of all towns or of one, of all measures or some."""
    keys, decode = sorted(set(names)), decoder(wanted)
    r = tables.rollups.c
    for i in range(0, len(keys), READ_AT_ONCE):
        chunk = keys[i : i + READ_AT_ONCE]
        query = select(r.town, r.bin, r.counters).where(r.bin.in_(chunk))
        if town is not None:
            query = query.where(r.town == town)
        for place, name, text in connection.execute(query):
            yield place, name, decode(text)


def first_month(connection: Connection) -> date:
    """The first day of the month in which the rollups begin; the last day there is of none."""
    name = connection.execute(select(func.min(tables.rollups.c.bin))).scalar()
    return date.fromisoformat(f"{name[:7]}-01") if name else date.max


class Levels:
    """The sums of levels before each of some days, by town, from rows in any order. Each day
    continues from the one before, so that every row is added up once.
    """

    def __init__(self, begin: date, edges: Iterable[date]) -> None:
        ordered = sorted(set(edges))
        since = [begin, *ordered]
        self._stretches = {
            edge: bins(first, edge) for first, edge in zip(since, ordered, strict=False)
        }
        self._parts: dict[str, list[tuple[str, Counters]]] = {
            name: [] for names in self._stretches.values() for name in names
        }

    @property
    def names(self) -> Collection[str]:
        """The bins that are to be read."""
        return self._parts.keys()

    def take(self, town: str, name: str, counters: Counters) -> None:
        """Note a row, if its bin is one of them."""
        held = self._parts.get(name)
        if held is not None:
            levels = {m: cells for m, cells in counters.items() if measures.is_level(m)}
            held.append((town, levels))

    def before(self) -> Iterator[tuple[date, dict[str, Cells]]]:
        """Each day with what came before it; good until the next one is asked for."""
        running: dict[str, Cells] = {}
        for edge, names in self._stretches.items():
            for name in names:
                for town, counters in self._parts[name]:
                    merge(running.setdefault(town, {}), counters)
            yield edge, running
