"""What depends on due times, on both ends of a case, or on now, counted from the cases themselves,
in the cube's cells.

To the moment: a case due later today is not overdue yet, and one opened and closed in a span is
known case by case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from feeds.city import periods
from feeds.city.calendar import SLOT_MS, Calendar
from feeds.figures import cube_days
from feeds.figures.cube_days import Raw, Step
from feeds.history import measures, tables

OVERDUE = "fell_due"
_DUE = ("on_time", "fell_due", "left_late", "left")
_SAME = ("same_{period}", "joint_same_{period}")
Time = ColumnElement[int]


def is_mine(measure: str) -> bool:
    """Whether a measure is counted here and not in the cube."""
    return measure.rpartition(".")[2] in (*_DUE, *_SAME)


def standing(
    connection: Connection, plus: str, towns: Sequence[str], now_ms: int, needs: Collection[str]
) -> dict[Raw, int]:
    """The open cases of a level, named by what comes in: all of them, or (fell_due) those past
    their due time.
    """
    family, _, what = plus.rpartition(".")
    c = tables.cases.c
    overdue = (c.due <= now_ms,) if what == OVERDUE else ()
    return _sums(connection, (*is_open(family, towns), *overdue), needs)


def is_open(family: str, towns: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    """The conditions that a case stands: by town and family first, as the key is ordered."""
    c = tables.cases.c
    return c.town.in_(towns), c.kind == family, c.opened.is_not(None), c.closed.is_(None)


class Flows:
    """What happened to cases in a span of days, as known at `now_ms`, by step."""

    def __init__(
        self,
        connection: Connection,
        tz: ZoneInfo,
        towns: Sequence[str],
        days: tuple[date, date],
        step: Step | None,
        needs: Collection[str],
        now_ms: int,
    ) -> None:
        self._connection, self._towns, self._step, self._needs = connection, towns, step, needs
        self._start, self._end = (periods.day_start_ms(day, tz) for day in days)
        self._now_ms, self._bins, self._names = now_ms, Calendar(tz).bins, dict[int, str]()

    def of(self, measure: str) -> dict[Raw, int]:
        """Town, step and cell → how many, of a measure such as `task.on_time` or
        `incident.same_{period}`.
        """
        family, _, what = measure.rpartition(".")
        return (
            self._pairs(family, joint=what.startswith("joint"))
            if what in _SAME
            else self._due(family, what)
        )

    def _due(self, family: str, what: str) -> dict[Raw, int]:
        c, left = tables.cases.c, _later(tables.cases.c.opened)
        end = min(self._end, self._now_ms + 1)
        closed = and_(
            c.opened.is_not(None), c.closed.is_not(None), left >= self._start, left < self._end
        )
        conditions: dict[str, tuple[Time, ColumnElement[bool]]] = {
            "left": (left, closed),
            "on_time": (left, and_(closed, left <= c.due)),
            "left_late": (left, and_(closed, left > c.due)),
            OVERDUE: (
                c.due,
                and_(
                    c.opened.is_not(None),
                    c.due >= self._start,
                    c.due < end,
                    or_(c.closed.is_(None), left > c.due),
                ),
            ),
        }
        at, happened = conditions[what]
        return self._count(family, (at,), happened, lambda times: self._name(times[0]))

    def _pairs(self, family: str, *, joint: bool) -> dict[Raw, int]:
        """Cases that began and ended in the same step, or in the span where there are no steps."""
        begun = tables.cases.c.joint if joint else tables.cases.c.opened
        ended = _later(begun)
        inside = and_(
            begun >= self._start,
            begun < self._end,
            tables.cases.c.closed.is_not(None),
            ended < self._end,
        )
        return self._count(family, (begun, ended), inside, self._same)

    def _same(self, times: Sequence[int]) -> str | None:
        begun, ended = map(self._name, times)
        return begun if begun == ended else None

    def _count(
        self,
        family: str,
        times: Iterable[Time],
        happened: ColumnElement[bool],
        step_of: Callable[[Sequence[Any]], str | None],
    ) -> dict[Raw, int]:
        c = tables.cases.c
        asked = (c.town.in_(self._towns), c.kind == family, happened)
        if self._step is None:
            return _sums(self._connection, asked, self._needs)
        columns = _columns(self._needs)
        found: Counter[tuple[Any, ...]] = Counter()
        width = len(columns)
        for row in self._connection.execute(select(*columns, *times).where(*asked)).all():
            found[(*row[:width], step_of(row[width:]))] += 1
        return _by_cell(
            ((parts[-1], parts[:-1], n) for parts, n in found.items() if parts[-1] is not None),
            self._needs,
        )

    def _name(self, at_ms: int) -> str:
        slot = at_ms // SLOT_MS
        found = self._names.get(slot)
        if found is None:
            found = self._names[slot] = cube_days.name(self._bins(at_ms).day, self._step)
        return found


def _later(begun: ColumnElement[int]) -> Time:
    """When a case was closed, never before it began."""
    closed = tables.cases.c.closed
    return case((closed > begun, closed), else_=begun)


def _columns(needs: Collection[str]) -> list[ColumnElement[str]]:
    """The columns that the needed dimensions are made of: of a grid its town too."""
    c = tables.cases.c
    columns = {
        "town": c.town,
        "category": c.category,
        "facet": c.facet,
        "grid": c.area,
        "outcome": c.outcome,
    }
    return [
        column
        for name, column in columns.items()
        if name in needs or (name == "town" and "grid" in needs)
    ]


def _sums(
    connection: Connection, asked: Iterable[ColumnElement[bool]], needs: Collection[str]
) -> dict[Raw, int]:
    """Cases counted by the database, where no moment within the span matters."""
    columns = _columns(needs)
    rows = connection.execute(select(func.count(), *columns).where(*asked).group_by(*columns))
    return _by_cell((("", row[1:], row[0]) for row in rows), needs)


def _by_cell(
    rows: Iterable[tuple[str, Sequence[str], int]], needs: Collection[str]
) -> dict[Raw, int]:
    """(step, values of the columns, n) as the cube has it."""
    names = [column.key for column in _columns(needs)]
    found: Counter[Raw] = Counter()
    for step, values, n in rows:
        has = dict(zip(names, values, strict=True))
        town = has.get("town", "")
        grid = measures.grid_of(town, has.get("area", "")) if town else ""
        found[
            town,
            step,
            f"{has.get('category', '')}|{has.get('facet', '')}|{grid}|{has.get('outcome', '')}",
        ] += n
    return found
