"""Which counts below town level may be shown to those outside the town, so that no count under 5
can be worked out.

Pure: counts in, marks out. A table holds a town's counts by grid and column. Its column totals, and
so the town's, are always known, and its grid totals are shown with it. The rules and their reasons:
docs/explanation/small-cells.md.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

SMALL = 5
Mark = Literal["", "<5", "withheld"]
Node = tuple[str, str]
_END: Node = ("end", "")


@dataclass(eq=False)
class _Arc:
    """One count as a flow between two nodes: column → grid, or grid → all."""

    tail: Node
    head: Node
    value: int
    mark: Mark = ""
    is_safe: bool = False

    @property
    def can_grow(self) -> bool:
        """Whether the count could be one more for all that its mark says. What would be withheld
        counts as if it were.
        """
        return self.mark != "<5" or self.value < SMALL - 1

    @property
    def can_shrink(self) -> bool:
        return self.value > (0 if self.mark == "<5" else SMALL)


class Protected(NamedTuple):
    """The mark of every grid's total and of every cell (grid, column): "" is shown, "<5" is 0 to 4,
    "withheld" is a count of 5 or more that would give one away. Where that is not enough everything
    is withheld, and a count may be of any size.
    """

    totals: dict[str, Mark]
    cells: dict[tuple[str, str], Mark]


@dataclass
class _Net:
    """Every way in which hidden counts could be others and all that is shown still be true is a
    cycle in here.
    """

    arcs: list[_Arc]
    at: dict[Node, list[_Arc]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for arc in self.arcs:
            self.at.setdefault(arc.tail, []).append(arc)
            self.at.setdefault(arc.head, []).append(arc)

    def steps(self, node: Node, *, shown: bool) -> Iterable[tuple[_Arc, Node]]:
        """Where a unit can be moved from a node, over hidden counts or also over those that could
        be withheld.
        """
        for arc in self.at[node]:
            if arc.mark or shown:
                if arc.tail == node and arc.can_grow:
                    yield arc, arc.head
                elif arc.head == node and arc.can_shrink:
                    yield arc, arc.tail

    def cycle(self, arc: _Arc) -> list[_Arc] | None:
        """A way back from one end of a count to its other end over other hidden counts; None where
        its value is fixed.
        """
        for start, goal in _ends(arc):
            came: dict[Node, tuple[Node, _Arc]] = {}
            queue, seen = deque([start]), {start}
            while queue and goal not in seen:
                node = queue.popleft()
                for other, to in self.steps(node, shown=False):
                    if other is not arc and to not in seen:
                        seen.add(to)
                        came[to] = (node, other)
                        queue.append(to)
                        if to == goal:
                            return _path(came, start, goal)
        return None

    def cheapest(self, arc: _Arc) -> list[_Arc]:
        """The way back that withholds least, by the size of the counts; empty where there is
        none.
        """
        found = [path for start, goal in _ends(arc) if (path := self._cheapest(arc, start, goal))]
        return min(found, key=_cost, default=[])

    def _cheapest(self, arc: _Arc, start: Node, goal: Node) -> list[_Arc]:
        best, came = {start: 0}, dict[Node, tuple[Node, _Arc]]()
        heap = [(0, start)]
        while heap:
            cost, node = heapq.heappop(heap)
            if node == goal:
                return _path(came, start, goal)
            if cost > best[node]:
                continue
            for other, to in self.steps(node, shown=True):
                dearer = cost + (0 if other.mark else other.value)
                if other is not arc and dearer < best.get(to, dearer + 1):
                    best[to], came[to] = dearer, (node, other)
                    heapq.heappush(heap, (dearer, to))
        return []


def protect(
    grids: Iterable[str], counts: Mapping[tuple[str, str], int], *, by_column: bool = True
) -> Protected:
    """The marks of a town's table: `grids` are all its rows, `counts` by (grid, column) may leave
    out zeros.

    Without columns (`by_column`) the grids' totals are all there is. A town of a single row has
    nothing to hide behind: its counts are the town's own, which are known.
    """
    rows, columns = list(grids), sorted({column for (_, column), n in counts.items() if n})
    sums = {row: sum(counts.get((row, column), 0) for column in columns) for row in rows}
    begin = {row: ("grid", row) if by_column else ("column", "") for row in rows}
    totals = {row: _arc(begin[row], _END, sums[row]) for row in rows}
    cells = (
        {
            (r, c): _arc(("column", c), begin[r], counts.get((r, c), 0))
            for r in rows
            for c in columns
        }
        if by_column
        else {}
    )
    _find_easy(rows, columns, totals, cells)
    if not _hide(_Net([*totals.values(), *cells.values()])) and len(rows) > 1:
        return Protected(dict.fromkeys(totals, "withheld"), dict.fromkeys(cells, "withheld"))
    return Protected(
        {row: arc.mark for row, arc in totals.items()},
        {key: arc.mark for key, arc in cells.items()},
    )


def _find_easy(
    rows: list[str],
    columns: list[str],
    totals: Mapping[str, _Arc],
    cells: Mapping[tuple[str, str], _Arc],
) -> None:
    """What most counts are: small in a grid of few, and another such grid could have the one
    instead. Found without a search.
    """
    few = [row for row in rows if totals[row].mark]
    for column in columns if cells else ():
        takers = [row for row in few if totals[row].can_grow and cells[row, column].can_grow][:2]
        for row in few:
            if cells[row, column].value and any(taker != row for taker in takers):
                cells[row, column].is_safe = totals[row].is_safe = True


def _hide(net: _Net) -> bool:
    """Withhold counts until every one from 1 to 4 could be another; whether that was possible.

    A zero is hidden to cover them, not for its own sake. Withholding one more only adds ways, so
    what was safe stays so.
    """
    for arc in net.arcs:
        if not 0 < arc.value < SMALL or arc.is_safe:
            continue
        way = net.cycle(arc)
        if way is None:
            way = net.cheapest(arc)
            if not way:
                return False
            for other in way:
                other.mark = other.mark or "withheld"
        for other in (arc, *way):
            other.is_safe = True
    return True


def _arc(tail: Node, head: Node, value: int) -> _Arc:
    return _Arc(tail, head, value, "<5" if value < SMALL else "")


def _ends(arc: _Arc) -> Iterable[tuple[Node, Node]]:
    """Where a way back starts and ends if the count grows, and if it shrinks."""
    if arc.can_grow:
        yield arc.head, arc.tail
    if arc.can_shrink:
        yield arc.tail, arc.head


def _path(came: Mapping[Node, tuple[Node, _Arc]], start: Node, goal: Node) -> list[_Arc]:
    found, node = [], goal
    while node != start:
        node, arc = came[node]
        found.append(arc)
    return found


def _cost(path: list[_Arc]) -> int:
    return sum(0 if arc.mark else arc.value for arc in path)
