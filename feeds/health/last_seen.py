"""When each source was last seen, and the hours in which it sent events, read from the history.
feeds/health/completeness.py decides what is late.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, func, select

from feeds.health.completeness import Hour, LastSeen
from feeds.history import tables

HOUR_MS = 3_600_000
MOST_EVENTS = 50_000
SAMPLE = 200


class _WithCase(msgspec.Struct, frozen=True):
    case: str = ""


_CASE = msgspec.json.Decoder(_WithCase)


class Hours(NamedTuple):
    """The hours in which sources spoke, as far back as they were read: `begin_ms`."""

    begin_ms: int
    hours: list[Hour]


def newest(connection: Connection) -> list[LastSeen]:
    """The newest event of every town, need and source."""
    n = tables.newest.c
    return [LastSeen(*row) for row in connection.execute(select(n.town, n.need, n.source, n.at))]


def case_numbers(connection: Connection, town: str, source: str) -> list[str]:
    """Some case numbers that a source sent of a town."""
    e = tables.events.c
    query = select(e.data).where(e.town == town, e.source == source).limit(SAMPLE)
    found = (_CASE.decode(data).case for data in connection.execute(query).scalars())
    return [case for case in found if case]


def hours(connection: Connection, begin_ms: int, now_ms: int) -> Hours:
    """By source and hour from `begin_ms` on; for a busy city only the newest 50,000 events."""
    e = tables.events.c
    lately = (
        select(e.source, e.at)
        .where(e.at >= begin_ms, e.at <= now_ms)
        .order_by(e.at.desc())
        .limit(MOST_EVENTS)
        .subquery()
        .c
    )
    hour = (lately.at - begin_ms) // HOUR_MS
    counted = select(
        lately.source, func.count(), func.min(lately.at), func.max(lately.at)
    ).group_by(lately.source, hour)
    found = [Hour(*row) for row in connection.execute(counted)]
    is_whole = sum(one.events for one in found) < MOST_EVENTS
    return Hours(begin_ms if is_whole else min(one.first for one in found), found)
