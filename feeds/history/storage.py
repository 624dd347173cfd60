"""The database of the history: opens it with its tables, reads it as of one moment, and looks up
many keys at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, create_engine, event

from feeds.history import schema


def open_database(url: str, features: Sequence[MetaData] = ()) -> Engine:
    """The database at a SQLAlchemy URL; in an empty one its tables and those of `features` are
    made. Raises schema.OtherRevision, or a database error.
    """
    engine = connect(url)
    try:
        with schema.opening(url):
            schema.prepare(engine, features)
    except Exception:
        engine.dispose()
        raise
    return engine


def connect(url: str) -> Engine:
    """The database at a SQLAlchemy URL as it is."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tune_sqlite)
    return engine


def _tune_sqlite(connection: Any, _record: Any) -> None:
    """Write-ahead log, so that readers never wait for the writer; a checkpoint syncs, the log in
    Redis covers what is between.
    """
    for pragma in (
        "busy_timeout=5000",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "cache_size=-65536",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection whose reads all see one moment, whatever is committed meanwhile."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            yield connection
    else:
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            yield connection


def by_keys(
    connection: Connection,
    query: str,
    names: tuple[str, ...],
    keys: Sequence[tuple[Any, ...]],
    chunk: int = 250,
) -> Iterator[Any]:
    """Rows of `query`, which joins the table of keys `k(names)`; asked in chunks so that one
    prepared statement serves.
    """
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    row = f"({', '.join([mark] * len(names))})"
    for start in range(0, len(keys), chunk):
        part = keys[start : start + chunk]
        sql = f"WITH k({', '.join(names)}) AS (VALUES {', '.join([row] * len(part))}) {query}"
        yield from connection.exec_driver_sql(sql, tuple(v for key in part for v in key))
