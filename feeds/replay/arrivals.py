"""When events could be seen: what had come in by a past moment, and what came in after it.

An event can be seen once it has happened and was recorded ("then"); by somebody who looks with what
is known today ("now"), once it has happened.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, func, select

from feeds.events.event import Event
from feeds.figures.known import Known
from feeds.history import event_store
from feeds.history.tables import events as table

Knowledge = Literal["then", "now"]
MOST_AHEAD = 50_000


class Arrival(NamedTuple):
    """An event, and when it could be seen first, epoch ms."""

    seen: int
    town: str
    event: Event


def known_at(at_ms: int, knowledge: Knowledge) -> Known:
    """The events that can be seen at a moment."""
    return Known(at_ms, at_ms if knowledge == "then" else None)


def begun(connection: Connection, knowledge: Knowledge) -> int | None:
    """The first moment at which anything could be seen; None of an empty history."""
    first = table.c.at if knowledge == "now" else table.c.recorded
    return connection.execute(select(func.min(first))).scalar()


def any_by(connection: Connection, at_ms: int, knowledge: Knowledge) -> bool:
    """Whether anything could be seen by a moment; quicker than `begun` where there was."""
    first = table.c.at if knowledge == "now" else table.c.recorded
    query = select(first).where(first <= at_ms).limit(1)
    return connection.execute(query).first() is not None


def ahead(
    connection: Connection, at_ms: int, end_ms: int, knowledge: Knowledge
) -> tuple[list[Arrival], int]:
    """What happened after a moment and could be seen before an end. Of very much it is the first
    part, and the second value is the moment up to which that is all.
    """
    e = table.c
    query = select(table).where(e.at > at_ms, e.at < end_ms).order_by(e.at).limit(MOST_AHEAD)
    rows = connection.execute(query).all()
    if len(rows) == MOST_AHEAD:
        end_ms = rows[-1].at
    arrivals = (_arrival(row, knowledge) for row in rows)
    return [one for one in arrivals if one.seen < end_ms], end_ms


def _arrival(row: Any, knowledge: Knowledge) -> Arrival:
    event = event_store.event_of(row)
    seen = max(event.at, event.recorded) if knowledge == "then" else event.at
    return Arrival(seen, row.town, event)
