"""The stays of cases in the cube, of a history whose days were counted before there were any: made
once, from its cases.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, insert, select

from feeds.history import event_store, rollup_rows, stage_durations, tables
from feeds.history.measures import NO_CASE, Case, Measures

MARK = "stays"


def fill(
    connection: Connection,
    measures: Measures,
    add: Callable[[list[tuple[rollup_rows.Key, rollup_rows.Counters]]], None],
) -> None:
    """Adds, once, by town and local day, what the cases that there are stayed."""
    if event_store.marks(connection, MARK) is not None:
        return
    days: dict[rollup_rows.Key, rollup_rows.Counters] = {}
    for town, family, _, *steps in connection.execute(
        select(tables.cases).where(tables.cases.c.kind.in_(stage_durations.FAMILIES))
    ):
        for _, at, measure, cell, n in measures.stays(town, family, NO_CASE, Case(*steps)):
            rollup_rows.add(
                days.setdefault((town, measures.calendar.bins(at).day), {}), {measure: {cell: n}}
            )
    add(list(days.items()))
    connection.execute(insert(tables.meta).values(key=MARK, value="1"))
