"""The stays of cases in the cube, of a history whose days were counted before there were any: made once, from its cases."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, insert, select

from feeds import history, packed, stays
from feeds.measures import NO_CASE, Case, Measures

MARK = "stays"


def fill(connection: Connection, measures: Measures, add: Callable[[list[tuple[packed.Key, packed.Counters]]], None]) -> None:
    """Adds, once, by town and local day, what the cases that there are stayed."""
    if history.marks(connection, MARK) is not None:
        return
    days: dict[packed.Key, packed.Counters] = {}
    for town, family, _, *steps in connection.execute(select(history.cases).where(history.cases.c.kind.in_(stays.FAMILIES))):
        for _, at, measure, cell, n in measures.stays(town, family, NO_CASE, Case(*steps)):
            packed.add(days.setdefault((town, measures.calendar.bins(at).day), {}), {measure: {cell: n}})
    add(list(days.items()))
    connection.execute(insert(history.meta).values(key=MARK, value="1"))
