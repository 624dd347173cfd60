"""Opens the history of a board: its database with the tables of every feature."""

from __future__ import annotations

from sqlalchemy import Engine, MetaData

from feeds.alerts import alert_tables
from feeds.history import storage
from feeds.notify import delivery_tables
from feeds.remarks import remark_tables
from feeds.review import review_tables

TABLES: tuple[MetaData, ...] = (
    remark_tables.METADATA,
    alert_tables.METADATA,
    delivery_tables.METADATA,
    review_tables.METADATA,
)


def open_database(url: str) -> Engine:
    """The database at a SQLAlchemy URL, its tables made where missing. Raises storage.Outdated, or
    a database error.
    """
    return storage.open_database(url, TABLES)
