"""Queries of the history: its events, how far the log was read, and its marks. feeds/figures reads
the sums.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select, text

from feeds.events.event import Event
from feeds.history import storage, tables


def marks(connection: Connection, key: str) -> str | None:
    """A value of the meta table."""
    return connection.execute(select(tables.meta.c.value).where(tables.meta.c.key == key)).scalar()


def positions(connection: Connection) -> dict[int, str]:
    """The watermark: the last position of each partition that the history holds."""
    return {row.partition: row.position for row in connection.execute(select(tables.watermarks))}


def newest(connection: Connection) -> list[tuple[str, str, str, int]]:
    """By town, need and source when the newest event happened, epoch ms."""
    n = tables.newest.c
    rows = connection.execute(select(n.town, n.need, n.source, n.at))
    return [(town, need, source, at) for town, need, source, at in rows]


def known(
    connection: Connection, keys: Sequence[tuple[str, str, str]]
) -> set[tuple[str, str, str]]:
    """Which of the (town, source, id) the history holds."""
    query = "SELECT e.town, e.source, e.id FROM k JOIN events e USING (town, source, id)"
    rows = storage.by_keys(connection, query, ("town", "source", "id"), keys)
    return {(row[0], row[1], row[2]) for row in rows}


def between(
    connection: Connection, start_ms: int, end_ms: int, types: Iterable[str] = ()
) -> Iterator[tuple[str, Event]]:
    """(town, event) that happened from start up to, not including, end, oldest first; of all types
    or the named.
    """
    e = tables.events.c
    query = select(tables.events).where(e.at >= start_ms, e.at < end_ms).order_by(e.at)
    wanted = list(types)
    if wanted:
        query = query.where(e.type.in_(wanted))
    for row in connection.execute(query):
        yield row.town, event_of(row)


def event_of(row: Any) -> Event:
    """The event that a row of the events holds."""
    return Event(
        row.type, row.source, row.id, row.area, row.at, row.recorded, msgspec.json.decode(row.data)
    )


def size(connection: Connection) -> int:
    """How many events the history holds."""
    return int(connection.execute(text("SELECT COUNT(*) FROM events")).scalar_one())
