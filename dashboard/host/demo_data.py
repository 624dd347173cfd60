"""Whether a history is a demo's, empty, or real. Demo data is never mixed with real events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from sqlalchemy import Column, ColumnElement, Connection, func, select, true

from dashboard import history
from feeds.history import event_store, ingest, tables


def state(database_url: str) -> Literal["empty", "demo", "real"]:
    """What the history holds; it is made where it isn't there. One event that is no demo's makes it
    real.
    """
    database = history.open_database(database_url)
    try:
        with database.connect() as connection:
            sources = {source.startswith(ingest.DEMO_SOURCE) for source in _sources(connection)}
            if False in sources:
                return "real"
            return "demo" if sources or event_store.marks(connection, "demo") else "empty"
    finally:
        database.dispose()


def _sources(connection: Connection) -> Iterator[str]:
    """Every source of every town: a step along the primary key for each, however many events there
    are.
    """
    e = tables.events.c
    for town in _distinct(connection, e.town, true()):
        yield from _distinct(connection, e.source, e.town == town)


def _distinct(
    connection: Connection, column: Column[Any], where: ColumnElement[bool]
) -> Iterator[str]:
    value = connection.execute(select(func.min(column)).where(where)).scalar()
    while value is not None:
        yield value
        value = connection.execute(select(func.min(column)).where(where, column > value)).scalar()
