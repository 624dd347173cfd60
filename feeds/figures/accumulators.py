"""The sums of every area over one window of time: filled from the history, then moved forward by
contributions.

There are two kinds: an Accumulator of a fixed window, and one whose end moves with the clock.
"""

from __future__ import annotations

import copy
import heapq
from collections.abc import Callable
from typing import Literal, Self

from feeds.figures.windows import Window
from feeds.kpis import measures
from feeds.kpis.formulas import Counters

Cells = dict[str, dict[str, int]]
Waiting = Literal["due", "all"]
Only = Callable[[str], bool]


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


class Accumulator:
    """Counters within a window: of one area, or, with `by_town`, of every town and of the city that
    they add up to. With `only` it holds the stored measures for which that is true.
    """

    def __init__(
        self, area: str, window: Window, *, by_town: bool = True, only: Only | None = None
    ) -> None:
        self.area, self.window, self.only = area, window, only
        self._by_town = by_town
        self._start, self._end, self._until, _ = window
        self._areas: dict[str, Cells] = {area: {}}

    @property
    def until(self) -> int:
        """The moment up to which everything is counted, not included."""
        return min(self._until, self._end)

    def copy(self) -> Self:
        """The same sums, to be moved on separately."""
        made = copy.copy(self)
        made._areas = {
            area: {measure: dict(row) for measure, row in cells.items()}
            for area, cells in self._areas.items()
        }
        return made

    def of(self, area: str) -> Counters:
        return self._areas.get(area) or {}

    def add(self, town: str, measure: str, dim: str, n: int) -> None:
        add(self._areas[self.area], measure, dim, n)
        if self._by_town and town != self.area:
            cells = self._areas.get(town)
            if cells is None:
                cells = self._areas[town] = {}
            add(cells, measure, dim, n)

    def fill(self, town: str, counters: Counters) -> None:
        """Add to a town alone: when all towns are filled, `sum_up` makes the city of them."""
        if self.only:
            counters = {m: cells for m, cells in counters.items() if self.only(m)}
        if not self._by_town:
            merge(self._areas[self.area], counters)
            return
        mine = self._areas.get(town)
        if mine is None:
            self._areas[town] = {measure: dict(cells) for measure, cells in counters.items()}
        else:
            merge(mine, counters)

    def sum_up(self) -> None:
        """Make the city of its towns, once they are filled."""
        for town, cells in self._areas.items():
            if town != self.area:
                merge(self._areas[self.area], cells)

    def take(self, at: int, town: str, measure: str, dim: str, n: int) -> None:
        """Add a contribution if it belongs to the window."""
        if not self._start <= at < self._end:
            return
        if self.only and not self.only(measure):
            return
        if at < self._until or not measures.waits(measure):
            self.add(town, measure, dim, n)


class SlidingWindow(Accumulator):
    """Up to a moment that moves with the clock, at most up to the window's end. What comes after
    that moment waits for it: everything, or only what falls due.
    """

    def __init__(
        self, city: str, window: Window, waiting: Waiting, *, only: Only | None = None
    ) -> None:
        super().__init__(city, window, only=only)
        self._all_wait = waiting == "all"
        self._waiting: list[tuple[int, str, str, str, int]] = []

    def copy(self) -> Self:
        made = super().copy()
        made._waiting = list(self._waiting)
        return made

    def take(self, at: int, town: str, measure: str, dim: str, n: int) -> None:
        if not self._start <= at < self._end:
            return
        if self.only and not self.only(measure):
            return
        if at < self._until or not (self._all_wait or measures.waits(measure)):
            self.add(town, measure, dim, n)
        else:
            heapq.heappush(self._waiting, (at, town, measure, dim, n))

    def advance(self, until: int) -> set[str]:
        """Move on to a moment; the towns whose sums changed because of it."""
        self._until = until
        changed = set()
        while self._waiting and self._waiting[0][0] < until:
            _, town, measure, dim, n = heapq.heappop(self._waiting)
            self.add(town, measure, dim, n)
            changed.add(town)
        return changed
