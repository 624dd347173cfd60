"""Late data: which events were visible at a past moment, and which became visible after it.

As known "then", an event is visible once it has happened and was recorded. As known "now", it is
visible once it has happened, even if it was recorded later.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, func, select

from feeds.events.event import Event
from feeds.figures.known_at import Known
from feeds.history import event_store
from feeds.history.tables import events as table

KnownAt = Literal["then", "now"]
MOST_AHEAD = 50_000


class VisibleEvent(NamedTuple):
    """An event, and the moment from which it is visible, epoch ms."""

    visible_ms: int
    town: str
    event: Event


def as_known(at_ms: int, known_at: KnownAt) -> Known:
    """The events that are visible at a moment."""
    return Known(at_ms, at_ms if known_at == "then" else None)


def begun(connection: Connection, known_at: KnownAt) -> int | None:
    """The first moment at which any event is visible; None for an empty history."""
    first = table.c.at if known_at == "now" else table.c.recorded
    return connection.execute(select(func.min(first))).scalar()


def any_by(connection: Connection, at_ms: int, known_at: KnownAt) -> bool:
    """Whether any event is visible at a moment; quicker than `begun` if there is one."""
    first = table.c.at if known_at == "now" else table.c.recorded
    query = select(first).where(first <= at_ms).limit(1)
    return connection.execute(query).first() is not None


def ahead(
    connection: Connection, at_ms: int, end_ms: int, known_at: KnownAt
) -> tuple[list[VisibleEvent], int]:
    """The events that happened after a moment and are visible before an end. At most MOST_AHEAD are
    read; the second value is the moment up to which the list is complete.
    """
    e = table.c
    query = select(table).where(e.at > at_ms, e.at < end_ms).order_by(e.at).limit(MOST_AHEAD)
    rows = connection.execute(query).all()
    if len(rows) == MOST_AHEAD:
        end_ms = rows[-1].at
    events = (_visible(row, known_at) for row in rows)
    return [one for one in events if one.visible_ms < end_ms], end_ms


def _visible(row: Any, known_at: KnownAt) -> VisibleEvent:
    event = event_store.event_of(row)
    visible_ms = max(event.at, event.recorded) if known_at == "then" else event.at
    return VisibleEvent(visible_ms, row.town, event)
