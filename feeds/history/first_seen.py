"""When each source spoke first: by town and need (an event type, or `indicator:<code>`). A figure
has no data before that, instead of zero.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, func, insert, literal, select

from feeds.city.profile import Profile
from feeds.history import tables

Firsts = dict[str, dict[str, int]]  # area → need → when, epoch ms


def read(connection: Connection, profile: Profile) -> Firsts:
    """By area; the city's are the first of all towns."""
    found: Firsts = {}
    for town, need, at in connection.execute(select(tables.first_seen)):
        note(found, profile.code, town, need, at)
    return found


def note(firsts: Firsts, city: str, town: str, need: str, at: int) -> set[str]:
    """Take in when something was seen in a town, in any order; the areas in which that is earlier
    than what was known.
    """
    lowered = set()
    for area in {town, city}:
        mine = firsts.setdefault(area, {})
        if need not in mine or at < mine[need]:
            mine[need] = at
            lowered.add(area)
    return lowered


def fill(connection: Connection) -> None:
    """Once, for a history that an older build filled: from its events and reports."""
    first = tables.first_seen
    if connection.execute(select(first.c.town).limit(1)).first() is not None:
        return
    e, g = tables.events.c, tables.gauges.c
    of_events = select(e.town, e.type, func.min(e.at)).where(e.type != "indicator.reported")
    need: ColumnElement[str] = literal("indicator:") + g.indicator
    of_reports = select(g.town, need, func.min(g.at)).group_by(g.town, g.indicator)
    for query in (of_events.group_by(e.town, e.type), of_reports):
        connection.execute(insert(first).from_select(["town", "need", "at"], query))
