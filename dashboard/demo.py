"""Whether a history is a demo's, empty, or real: demo data is never mixed into real events."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import select

from feeds import history


def state(database_url: str) -> Literal["empty", "demo", "real"]:
    """What the history holds; it is made where it isn't there."""
    database = history.open_database(database_url)
    try:
        with database.connect() as connection:
            if history.marks(connection, "demo"):
                return "demo"
            return "real" if connection.execute(select(history.events.c.id).limit(1)).first() else "empty"
    finally:
        database.dispose()
