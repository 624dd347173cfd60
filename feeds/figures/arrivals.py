"""When events could be seen: what had come in by a moment of the past, and what came in after it.
Reads the history's events alone.

An event can be seen once it has happened and was recorded ("then"); to who looks with what is known
today ("now"), once it has happened.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select, true

from feeds.events.event import Event
from feeds.history import event_store, tables
from feeds.history.tables import events as table

Knowledge = Literal["then", "now"]
MOST_LATE, MOST_AHEAD = 50_000, 50_000
NEAR_MS = (3 * 86_400_000, 40 * 86_400_000)
_INDICATOR = "indicator:"


class TooManyLate(Exception):
    """More was recorded after the moment, of what had happened before it, than can be taken back at
    once.
    """


class Arrival(NamedTuple):
    """An event, and when it could be seen first, epoch ms."""

    seen: int
    town: str
    event: Event


def begun(connection: Connection, knowledge: Knowledge) -> int | None:
    """The first moment at which anything could be seen; None of an empty history."""
    first = table.c.at if knowledge == "now" else table.c.recorded
    return connection.execute(select(func.min(first))).scalar()


def any_by(connection: Connection, at_ms: int, knowledge: Knowledge) -> bool:
    """Whether anything could be seen by a moment; quicker than `begun` where there was."""
    first = table.c.at if knowledge == "now" else table.c.recorded
    return connection.execute(select(first).where(first <= at_ms).limit(1)).first() is not None


def late(connection: Connection, at_ms: int) -> list[tuple[str, Event]]:
    """(town, event) of all that had happened by a moment but was recorded after it. Raises
    TooManyLate.

    Read in the order of the table: the index by time costs thrice as much where most of it is asked
    for.
    """
    e = table.c
    query = select(table).where(e.recorded > at_ms, e.at + 0 <= at_ms).limit(MOST_LATE + 1)
    found = [(row.town, event_store.event_of(row)) for row in connection.execute(query)]
    if len(found) > MOST_LATE:
        raise TooManyLate
    return found


def ahead(
    connection: Connection, at_ms: int, end_ms: int, knowledge: Knowledge
) -> tuple[list[Arrival], int]:
    """What happened after a moment and could be seen before an end; of very much the first of it,
    and up to when that is all.
    """
    e = table.c
    rows = connection.execute(
        select(table).where(e.at > at_ms, e.at < end_ms).order_by(e.at).limit(MOST_AHEAD)
    ).all()
    if len(rows) == MOST_AHEAD:
        end_ms = rows[-1].at
    return [one for row in rows if (one := _arrival(row, knowledge)).seen < end_ms], end_ms


def newest(connection: Connection, at_ms: int, knowledge: Knowledge) -> dict[tuple[str, str], int]:
    """When the newest event by (town, need) happened that could be seen by a moment: looked for
    near it first, and what is rare in all.
    """
    e = table.c
    known = true() if knowledge == "now" else e.recorded <= at_ms
    pairs = {
        (town, need)
        for town, need in connection.execute(
            select(tables.newest.c.town, tables.newest.c.need).distinct()
        )
    }
    found: dict[tuple[str, str], int] = {}
    end_ms = at_ms
    for near_ms in NEAR_MS:
        found = _newest(connection, known & (e.at > end_ms - near_ms) & (e.at <= end_ms)) | found
        end_ms -= near_ms
    rare = {need for _, need in pairs - found.keys() if not need.startswith(_INDICATOR)}
    if rare:
        found = _newest(connection, known & (e.at + 0 <= end_ms) & e.type.in_(rare)) | found
    return found | _newest_reports(connection, at_ms, knowledge)


def _newest(connection: Connection, where: ColumnElement[bool]) -> dict[tuple[str, str], int]:
    """By town, written so that it is not read by the key, whose order is not that of the table."""
    e = table.c
    town = (e.town + "").label("place")
    query = (
        select(town, e.type, func.max(e.at))
        .where(where, e.type != "indicator.reported")
        .group_by(town, e.type)
    )
    return {(place, kind): at for place, kind, at in connection.execute(query)}


def _newest_reports(
    connection: Connection, at_ms: int, knowledge: Knowledge
) -> dict[tuple[str, str], int]:
    g = tables.gauges.c
    query = (
        select(g.town, g.indicator, func.max(g.at))
        .where(g.at <= at_ms)
        .group_by(g.town, g.indicator)
    )
    query = query if knowledge == "now" else query.where(g.recorded <= at_ms)
    return {(town, f"{_INDICATOR}{name}"): at for town, name, at in connection.execute(query)}


def _arrival(row: Any, knowledge: Knowledge) -> Arrival:
    event = event_store.event_of(row)
    return Arrival(
        max(event.at, event.recorded) if knowledge == "then" else event.at, row.town, event
    )
