"""Reads the cases that are open, or were at a past moment, for feeds/wall/open_work.py."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, func, select

from feeds.city.profile import UNKNOWN, Profile
from feeds.figures import cell_counts
from feeds.history import tables
from feeds.wall import open_work
from feeds.wall.open_work import Open


def read(
    connection: Connection, profile: Profile, area: str, at_ms: int | None = None
) -> list[Open]:
    """Every case of an area that is open; with `at_ms`, that was open at that moment as recorded
    now, which reads all cases. Raises a database error.
    """
    c = tables.cases.c
    category = func.coalesce(c.category, "")
    found: list[Open] = []
    for family in open_work.families(profile):
        towns = towns_of(profile, area)
        conditions = list(cell_counts.is_open(family, towns))
        if at_ms is not None:
            was_open = c.closed.is_(None) | (c.closed > at_ms)
            conditions = [c.town.in_(towns), c.kind == family, c.opened <= at_ms, was_open]
        query = select(c.town, category, c.opened, c.due, c.handled).where(*conditions)
        for town, kind, opened, due, handled in connection.execute(query):
            is_later = at_ms is not None and handled is not None and handled > at_ms
            found.append(Open(town, family, kind, opened, due, None if is_later else handled))
    return found


def overdue_at(connection: Connection, profile: Profile, area: str, at_ms: int) -> int:
    """How many cases were overdue at a past moment, as known now. It reads every case."""
    c = tables.cases.c
    was_open: list[ColumnElement[bool]] = [c.opened <= at_ms, c.due <= at_ms]
    was_open.append(c.closed.is_(None) | (c.closed > at_ms))
    mine = [c.kind.in_(open_work.families(profile)), c.town.in_(towns_of(profile, area))]
    query = select(func.count()).select_from(tables.cases).where(*mine, *was_open)
    return int(connection.execute(query).scalar_one())


def towns_of(profile: Profile, area: str) -> tuple[str, ...]:
    """Under which towns an area's cases are kept."""
    return (*profile.areas, UNKNOWN) if area == profile.code else (area,)
