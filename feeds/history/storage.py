"""The database of the history: opens it with its tables, reads it as of one moment, and looks up
many keys at once.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    MetaData,
    create_engine,
    delete,
    event,
    insert,
    inspect,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateIndex

from feeds.history import append_only, tables

PROBE_BYTES = 16_384


class Outdated(SQLAlchemyError):
    """The database was made by another version of the board with other tables; the message has the
    remedy.
    """


def open_database(url: str, features: Sequence[MetaData] = ()) -> Engine:
    """The database at a SQLAlchemy URL, its tables and those of `features` made where missing.
    Raises Outdated, or a database error.
    """
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tune_sqlite)
    lacking = _lacking(engine)
    if lacking:
        engine.dispose()
        said = (
            "this history was made by an older version of the board: it lacks "
            f"{', '.join(lacking)}, which can't be filled in afterwards"
        )
        raise Outdated(
            f"{said}; start with a new --data folder (or --database) "
            "and send or import the events again"
        )
    for metadata in (tables.metadata, *features):
        metadata.create_all(engine)
    with engine.begin() as connection:
        for index in tables.cases.indexes:  # of a history made before there was one
            connection.execute(CreateIndex(index, if_not_exists=True))
        for metadata in features:
            append_only.enforce(connection, metadata)
    return engine


def _lacking(engine: Engine) -> list[str]:
    """What a filled database of an older version lacks; nothing of a new one."""
    found = inspect(engine)
    known = set(found.get_table_names())
    if tables.events.name not in known:
        return []
    have = {
        f"{name}.{column['name']}"
        for name in known & tables.metadata.tables.keys()
        for column in found.get_columns(name)
    }
    return [
        f"{table.name}.{c.name}"
        for table in (tables.cases, tables.cube, tables.cube_months, tables.newest)
        for c in table.columns
        if f"{table.name}.{c.name}" not in have
    ]


def _tune_sqlite(connection: Any, _record: Any) -> None:
    """Write-ahead log, so that readers never wait for the writer; a checkpoint syncs, the log in
    Redis covers what is between.
    """
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "cache_size=-65536",
        "busy_timeout=5000",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def check_writable(engine: Engine) -> None:
    """Write something of some size and remove it again. Raises a database error where the database
    takes nothing in, a full disk for instance.
    """
    meta, key = tables.meta, f"writable.{secrets.token_hex(4)}"
    with engine.begin() as connection:
        connection.execute(insert(meta).values(key=key, value="-" * PROBE_BYTES))
    with engine.begin() as connection:
        connection.execute(delete(meta).where(meta.c.key == key))


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
