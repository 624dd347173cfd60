"""Opens the history of a board: its database with the tables of every feature, and the audit log
begun.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from sqlalchemy import Engine, MetaData, Table

from feeds.accounts import account_tables
from feeds.alerts import alert_tables
from feeds.audit_log import audit_log_tables, log_store
from feeds.history import storage, tables
from feeds.history.schema import OtherRevision as OtherRevision
from feeds.notify import delivery_tables
from feeds.remarks import remark_tables
from feeds.review import review_tables

TABLES: tuple[MetaData, ...] = (
    audit_log_tables.METADATA,
    remark_tables.METADATA,
    alert_tables.METADATA,
    delivery_tables.METADATA,
    review_tables.METADATA,
    account_tables.METADATA,
)
# The audit log has the hash of every row of these.
VOUCHED: tuple[Table, ...] = (
    review_tables.freezes,
    review_tables.freeze_contents,
    review_tables.commitments,
    remark_tables.remarks,
)


def every_table() -> Iterator[Table]:
    """The tables of the history and of every feature."""
    for metadata in (tables.metadata, *TABLES):
        yield from metadata.sorted_tables


def open_database(url: str) -> Engine:
    """The database at a SQLAlchemy URL, its tables made where it is empty. Raises
    schema.OtherRevision, or a database error.
    """
    database = storage.open_database(url, TABLES)
    begin(database)
    return database


def begin(database: Engine) -> None:
    """Begin the audit log, where there is none."""
    with database.begin() as connection:
        log_store.begin(connection, time.time_ns() // 1_000_000, VOUCHED)
