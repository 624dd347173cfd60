"""Lists the cases that are open, overdue or closed: their numbers and steps, one page at a time, in
a stable order.

A case number is unique within its town and family. Nothing is suppressed here: the caller says of
which towns cases are listed (dashboard/pages/small_cells.py).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, select, tuple_

from feeds.cases.query import (
    DAY_MS,
    FAMILIES,
    LONG_DAYS,
    NEVER,
    Asked,
    BadCursor,
    Counts,
    Entry,
    Page,
    Reached,
    Sort,
)
from feeds.city.profile import UNKNOWN, Profile
from feeds.city.words import Text
from feeds.history import tables

_GAP = "~"


def read(
    connection: Connection,
    profile: Profile,
    asked: Asked,
    now_ms: int,
    cursor: str = "",
    limit: int = 50,
    towns: Collection[str] | None = None,
) -> Page:
    """A page of the cases asked for, after the one that `cursor` names; with `towns` those of these
    towns alone are listed, and all are counted. Raises BadCursor.
    """
    c, order = tables.cases.c, _order(asked.sort)
    conditions = _conditions(profile, asked, now_ms)
    query = (
        select(*tables.cases.c, order.label("place"))
        .where(*conditions)
        .order_by(order, c.town, c.kind, c.case_id)
        .limit(limit + 1)
    )
    if towns is not None:
        query = query.where(c.town.in_(towns))
    if cursor:
        query = query.where(tuple_(order, c.town, c.kind, c.case_id) > tuple_(*_parsed(cursor)))
    rows = connection.execute(query).all()
    total = connection.execute(
        select(func.count()).select_from(tables.cases).where(*conditions)
    ).scalar_one()
    after = _cursor(rows[limit - 1]) if len(rows) > limit else ""
    return Page([_entry(row, now_ms) for row in rows[:limit]], total, after)


def count(connection: Connection, profile: Profile, asked: Asked, now_ms: int) -> Counts:
    """How many cases of every kind the area has in the state asked for, without other filters."""
    c = tables.cases.c
    every_kind = Asked("", asked.area, asked.state, closed_ms=asked.closed_ms)
    long_due = now_ms - LONG_DAYS * DAY_MS
    is_over = and_(c.closed.is_(None), c.due <= now_ms)
    query = (
        select(
            c.kind,
            func.count(),
            func.min(case((is_over, c.due))),
            func.count(case((and_(is_over, c.due <= long_due), 1))),
        )
        .where(*_conditions(profile, every_kind, now_ms))
        .group_by(c.kind)
    )
    rows = connection.execute(query).all()
    return Counts(
        {kind: number for kind, number, _, _ in rows},
        {kind: oldest for kind, _, oldest, _ in rows if oldest is not None},
        {kind: long for kind, _, _, long in rows if long},
    )


def oldest_due(connection: Connection, now_ms: int) -> dict[tuple[str, str], int]:
    """By town and family the earliest due time, epoch ms, of the cases that are overdue."""
    c = tables.cases.c
    query = (
        select(c.town, c.kind, func.min(c.due))
        .where(c.closed.is_(None), c.opened.is_not(None), c.due <= now_ms, c.kind.in_(FAMILIES))
        .group_by(c.town, c.kind)
    )
    return {(town, kind): due for town, kind, due in connection.execute(query)}


def _conditions(profile: Profile, asked: Asked, now_ms: int) -> list[ColumnElement[bool]]:
    """By town and family first, as the key is ordered."""
    c = tables.cases.c
    towns = [*profile.areas, UNKNOWN] if asked.area == profile.code else [asked.area]
    if asked.state == "closed":
        state = and_(c.closed >= asked.closed_ms[0], c.closed < asked.closed_ms[1])
    else:
        state = and_(c.opened.is_not(None), c.closed.is_(None))
    overdue = (c.due <= now_ms,) if asked.state == "overdue" else ()
    stage = (
        (c.handled.is_(None) if asked.stage == "opened" else c.handled.is_not(None),)
        if asked.stage
        else ()
    )
    columns = {"category": c.category, "facet": c.facet, "grid": c.area, "outcome": c.outcome}
    named = [
        columns[name].in_([value, ""] if value == UNKNOWN else [value])
        for name, value in asked.where.items()
    ]
    families = [asked.family] if asked.family else FAMILIES
    return [c.town.in_(towns), c.kind.in_(families), state, *overdue, *stage, *named]


def _order(sort: Sort) -> ColumnElement[int]:
    """Ascending: due time, or the opening backwards; what has none comes last."""
    c = tables.cases.c
    return func.coalesce(c.due, NEVER) if sort == "due" else func.coalesce(-c.opened, NEVER)


def _cursor(row: Any) -> str:
    """The place of a case in the order, as the address of the next page carries it."""
    return _GAP.join([str(row.place), row.town, row.kind, row.case_id])


def _parsed(cursor: str) -> tuple[int, str, str, str]:
    place, _, rest = cursor.partition(_GAP)
    town, _, rest = rest.partition(_GAP)
    family, _, number = rest.partition(_GAP)
    if not place.lstrip("-").isdecimal() or not number or len(place) > 18:
        said = Text(
            "翻页标记不是上一页给出的；去掉它，从第一页开始",
            "the cursor is none that a page gave; leave it out to begin with the first page",
        )
        raise BadCursor(said)
    return int(place), town, family, number


def _entry(row: Any, now_ms: int) -> Entry:
    stage: Reached = "opened"
    if row.closed is not None:
        stage = "closed"
    elif row.handled is not None:
        stage = "handled"
    late = row.closed if row.closed is not None else now_ms
    overdue = (
        row.due is not None
        and row.opened is not None
        and max(late, row.opened) > row.due - (row.closed is None)
    )
    return Entry(
        row.town,
        row.case_id,
        row.category,
        row.facet,
        row.area,
        row.opened,
        row.due,
        row.handled,
        row.closed,
        row.outcome,
        stage,
        overdue,
        row.kind,
    )
