"""Sums of contributions over one stretch of time, by area: the running totals that KPIs are read
from.

A ledger whose end moves with the clock keeps what lies between its end and the end of that day
aside until its time comes.
"""

from __future__ import annotations

import copy
import functools
import heapq
from typing import Self

from feeds.history.measures import LEVELS
from feeds.kpis.formulas import Counters

Cells = dict[str, dict[str, int]]


def add(cells: Cells, measure: str, dim: str, n: int) -> None:
    row = cells.get(measure)
    if row is None:
        cells[measure] = {dim: n}
    else:
        row[dim] = row.get(dim, 0) + n


def merge(into: Cells, counters: Counters) -> None:
    """Add counters to others."""
    for measure, cells in counters.items():
        row = into.get(measure)
        if row is None:
            into[measure] = dict(cells)
            continue
        held = row.get
        for dim, n in cells.items():
            row[dim] = held(dim, 0) + n


def copied(areas: dict[str, Cells]) -> dict[str, Cells]:
    """The same sums by area, to be added to for themselves."""
    return {
        area: {measure: dict(row) for measure, row in cells.items()}
        for area, cells in areas.items()
    }


@functools.cache
def is_level(measure: str) -> bool:
    """Whether a measure makes part of a level (open, overdue)."""
    return measure.rsplit(".", 1)[-1] in LEVELS


class Ledger:
    """Counters by area from `start_ms` on. `city` is the area that everything is added to as
    well.
    """

    def __init__(self, city: str, start_ms: int, end_ms: int) -> None:
        self.city, self.start_ms, self.end_ms = city, start_ms, end_ms
        self._areas: dict[str, Cells] = {city: {}}

    def copy(self) -> Self:
        """The same sums, to be moved on for itself."""
        made = copy.copy(self)
        made._areas = copied(self._areas)
        return made

    def of(self, area: str) -> Counters:
        return self._areas.get(area) or {}

    def add(self, town: str, measure: str, dim: str, n: int) -> None:
        add(self._areas[self.city], measure, dim, n)
        if town != self.city:
            cells = self._areas.get(town)
            if cells is None:
                cells = self._areas[town] = {}
            add(cells, measure, dim, n)

    def fill(self, town: str, counters: Counters) -> None:
        """Add a bin to its town alone: when all are there, `sum_up` makes the city of them."""
        mine = self._areas.get(town)
        if mine is None:
            self._areas[town] = {measure: dict(cells) for measure, cells in counters.items()}
        else:
            merge(mine, counters)

    def sum_up(self) -> None:
        """The city from its towns, once they are filled."""
        for town, cells in self._areas.items():
            if town != self.city:
                merge(self._areas[self.city], cells)

    def take(self, at_ms: int, town: str, measure: str, dim: str, n: int) -> bool:
        """Add a contribution if it happened within; whether it did."""
        if not self.start_ms <= at_ms < self.end_ms:
            return False
        self.add(town, measure, dim, n)
        return True


class Moving(Ledger):
    """A ledger that ends `shift_ms` before now, or at `end_ms` if that comes first. `waiting` takes
    what comes later that day.

    With `levels` it holds level measures alone; with `due_only` its end is fixed and only fell_due
    waits for its time.
    """

    def __init__(
        self,
        city: str,
        start_ms: int,
        end_ms: int,
        shift_ms: int,
        *,
        levels: bool = False,
        due_only: bool = False,
    ) -> None:
        super().__init__(city, start_ms, end_ms)
        self._shift, self._levels, self._due_only = shift_ms, levels, due_only
        self._waiting: list[tuple[int, str, str, str, int]] = []
        self.cut_ms = 0

    def copy(self) -> Self:
        made = super().copy()
        made._waiting = list(self._waiting)
        return made

    def take(self, at_ms: int, town: str, measure: str, dim: str, n: int) -> bool:
        if not self.start_ms <= at_ms < self.end_ms or (self._levels and not is_level(measure)):
            return False
        if at_ms <= self.cut_ms or (self._due_only and not measure.endswith(".fell_due")):
            self.add(town, measure, dim, n)
            return True
        heapq.heappush(self._waiting, (at_ms, town, measure, dim, n))
        return False

    def tick(self, now_ms: int) -> set[str]:
        """Move the end to now; the towns whose sums changed by it."""
        self.cut_ms = now_ms - self._shift
        changed = set()
        while self._waiting and self._waiting[0][0] <= self.cut_ms:
            _, town, measure, dim, n = heapq.heappop(self._waiting)
            self.add(town, measure, dim, n)
            changed.add(town)
        return changed
