"""Keeps what a commit counted by cell (category, second dimension, grid), in the table `cube` by
town and day and in `cube_months` by month, and how long cases stayed in their stages.

Months are kept without grids, because with grids a month has nearly as many different cells as
cases and would be as slow to read as its days. feeds/figures/cell_counts.py reads both tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Dialect

from feeds.city.profile import Profile
from feeds.history import cell_texts, rollup_rows, tables
from feeds.history.counting import Counting
from feeds.history.rollup_rows import Counters, Key
from feeds.history.sinks import CaseChange, CellCounters, Counted

CACHED_DAYS = 1_000


class CellSink:
    """The sink of cells and stage durations. Not thread-safe."""

    def __init__(self, dialect: Dialect, profile: Profile) -> None:
        self._measures = Counting(profile)
        self._texts = cell_texts.Encoder()
        self._without_grids = cell_texts.WithoutGrids().of
        self._days = rollup_rows.Rows(tables.cube, dialect, CACHED_DAYS)
        self._months = rollup_rows.Rows(tables.cube_months, dialect, CACHED_DAYS)

    def add(self, connection: Connection, counted: Counted) -> None:
        days = [
            ((town, day.day), self._as_texts(its))
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
            for town, at, measure, cell, n in self._measures.stage_durations(
                case.town, case.family, case.before, case.after
            ):
                its = days.setdefault((town, day_of(at).day), {}).setdefault(measure, {})
                its[cell] = its.get(cell, 0) + n
        return [(key, self._as_texts(its)) for key, its in days.items()]

    def _as_texts(self, counters: CellCounters) -> Counters:
        """The same counters, with cells as the rows hold them."""
        texts = self._texts
        return {
            measure: {texts[cell]: n for cell, n in its.items()}
            for measure, its in counters.items()
        }
