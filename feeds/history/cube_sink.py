"""The cube as ingest keeps it: by town and day what was counted in each cell (category, second
dimension, grid), the same by month without grids, and how long cases stayed in their stages.

With grids a month has nearly as many different cells as cases, and would be as slow to read as its
days. Reading the cube is feeds/figures/cell_counts.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Dialect

from feeds.city.profile import Profile
from feeds.history import cells, rollup_rows, tables
from feeds.history.measures import Measures
from feeds.history.rollup_rows import Counters, Key
from feeds.history.sinks import CaseChange, CellCounters, Counted

REMEMBERED_DAYS = 1_000


class Cube:
    """Not thread-safe."""

    def __init__(self, dialect: Dialect, profile: Profile) -> None:
        self._measures = Measures(profile)
        self._without_grids = cells.WithoutGrids().of
        self._days = rollup_rows.Rows(tables.cube, dialect, REMEMBERED_DAYS)
        self._months = rollup_rows.Rows(tables.cube_months, dialect, REMEMBERED_DAYS)

    def add(self, connection: Connection, counted: Counted) -> None:
        days = [
            ((town, day.day), _as_texts(its))
            for (town, day), (_, its) in counted.days.items()
            if its
        ]
        self._add(connection, days + self._stages(counted.cases))

    def forget(self) -> None:
        self._days.forget()
        self._months.forget()

    def shrink(self) -> None:
        self._days.shrink()
        self._months.shrink()

    def _add(self, connection: Connection, days: Sequence[tuple[Key, Counters]]) -> None:
        months = [((town, day[:7]), self._without_grids(its)) for (town, day), its in days]
        self._days.add(connection, days)
        self._months.add(connection, months)

    def _stages(self, changes: Iterable[CaseChange]) -> list[tuple[Key, Counters]]:
        """By town and local day how long the changed cases stayed in their stages."""
        days: dict[Key, CellCounters] = {}
        day_of = self._measures.calendar.bins
        for case in changes:
            for town, at, measure, cell, n in self._measures.stays(
                case.town, case.family, case.before, case.after
            ):
                its = days.setdefault((town, day_of(at).day), {}).setdefault(measure, {})
                its[cell] = its.get(cell, 0) + n
        return [(key, _as_texts(its)) for key, its in days.items()]


def _as_texts(counters: CellCounters) -> Counters:
    """With cells as the rows have them."""
    return {
        measure: {cells.encode(cell): n for cell, n in its.items()}
        for measure, its in counters.items()
    }
