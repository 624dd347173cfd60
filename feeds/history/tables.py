"""The history: tables, the database behind them, and the questions others ask of it.

Keys are chosen so that the town can be the distribution column of a distributed database. Writing
is feeds/history/ingest.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from typing import Any

import msgspec
from sqlalchemy import (
    DDL,
    BigInteger,
    Column,
    Connection,
    Engine,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import SQLAlchemyError

from feeds.events.event import Event

metadata = MetaData()

events = Table(
    "events",
    metadata,
    Column("town", String, primary_key=True),
    Column("source", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("type", String, nullable=False),
    Column("area", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("recorded", BigInteger, nullable=False),
    Column("data", Text, nullable=False),
)
Index("events_at", events.c.at)

cases = Table(
    "cases",
    metadata,
    Column("town", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("case_id", String, primary_key=True),
    Column("opened", BigInteger),
    Column("category", String),
    Column("due", BigInteger),
    Column("handled", BigInteger),
    Column("joint", BigInteger),
    Column("closed", BigInteger),
    Column("outcome", String),
    Column("manner", String),
    Column("area", String),
    Column("facet", String),
    sqlite_with_rowid=False,
)
# What stands open is a few hundred of a hundred thousand: lists, levels and chains read these
# alone.
Index(
    "cases_open",
    cases.c.kind,
    cases.c.town,
    sqlite_where=cases.c.closed.is_(None),
    postgresql_where=cases.c.closed.is_(None),
)

# With row ids: a row of some thousand bytes then fits into a page, where it would take one of its
# own beside the key.
rollups = Table(
    "rollups",
    metadata,
    Column("town", String, primary_key=True),
    Column("bin", String, primary_key=True),
    Column("counters", Text, nullable=False),
)

Index("rollups_bin", rollups.c.bin)

cube = Table(
    "cube",
    metadata,
    Column("town", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("counters", Text, nullable=False),
)

# The same without grids, by month: a year is read from twelve rows a town.
cube_months = Table(
    "cube_months",
    metadata,
    Column("town", String, primary_key=True),
    Column("month", String, primary_key=True),
    Column("counters", Text, nullable=False),
)

gauges = Table(
    "gauges",
    metadata,
    Column("town", String, primary_key=True),
    Column("indicator", String, primary_key=True),
    Column("at", BigInteger, primary_key=True),
    Column("source", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("value", Float, nullable=False),
    Column("total", Float),
    Column("recorded", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

newest = Table(
    "newest",
    metadata,
    Column("town", String, primary_key=True),
    Column("need", String, primary_key=True),
    Column("source", String, primary_key=True),
    Column("at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

watermarks = Table(
    "watermarks",
    metadata,
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("position", String, nullable=False),
)

# Append-only: version 1 makes a remark, version 2 withdraws it (feeds/remarks/remark_store.py).
remarks = Table(
    "remarks",
    metadata,
    Column("id", String, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("kpi", String, nullable=False),
    Column("area", String, nullable=False),
    Column("first", String, nullable=False),
    Column("last", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("text", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("by", String, nullable=False),
    Column("at", BigInteger, nullable=False),
)

# Append-only: neither a freeze nor a commitment is ever changed or deleted
# (feeds/review/freezes.py, feeds/review/commitments.py).
freezes = Table(
    "freezes",
    metadata,
    Column("code", String, primary_key=True),
    Column("quarter", String, nullable=False),
    Column("supersedes", String, nullable=False),
    Column("moment_ms", BigInteger, nullable=False),
    Column("hash", String, nullable=False),
    Column("version", String, nullable=False),
    Column("definitions", String, nullable=False),
    Column("targets", String, nullable=False),
    Column("limits", String, nullable=False),
    Column("profile", String, nullable=False),
    Column("terms", Text, nullable=False),
    Column("by", String, nullable=False),
    UniqueConstraint("quarter", "supersedes"),
)

commitments = Table(
    "commitments",
    metadata,
    Column("id", String, primary_key=True),
    Column("made_on", String, nullable=False),
    Column("town", String, nullable=False),
    Column("kpi", String, nullable=False),
    Column("due", String, nullable=False),
    Column("target", Float, nullable=False),
    Column("start", Text, nullable=False),
    Column("by", String, nullable=False),
    Column("at", BigInteger, nullable=False),
)
for _table, _verb in product((freezes, commitments), ("UPDATE", "DELETE")):
    _stays = (
        f"CREATE TRIGGER {_table.name}_{_verb} BEFORE {_verb} ON {_table.name} "
        f"BEGIN SELECT RAISE(ABORT, '{_table.name} stay'); END"
    )
    event.listen(_table, "after_create", DDL(_stays).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]

# Append-only, the three of them (feeds/alerts/alert_store.py, feeds/notify/deliveries.py): a row
# is one change of an alert's state; a silence, or its
# end before time (version 2); one attempt to tell a webhook of an alert's version.
alerts = Table(
    "alerts",
    metadata,
    Column("id", String, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("rule", String, nullable=False),
    Column("area", String, nullable=False),
    Column("severity", String, nullable=False),
    Column("state", String, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("began", BigInteger, nullable=False),
    Column("fired", BigInteger, nullable=False),
    Column("value", Float),
    Column("bound", Float),
    Column("at", BigInteger, nullable=False),
    Column("by", String, nullable=False),
    Column("silenced", Integer, nullable=False),
)
Index("alerts_since", alerts.c.since)

silences = Table(
    "silences",
    metadata,
    Column("id", String, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("rule", String, nullable=False),
    Column("area", String, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("reason", String, nullable=False),
    Column("by", String, nullable=False),
    Column("at", BigInteger, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("alert", String, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("hook", String, primary_key=True),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("outcome", String, nullable=False),
    Column("said", String, nullable=False),
)
Index("deliveries_at", deliveries.c.at)

meta = Table(
    "meta",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", String, nullable=False),
)


class Outdated(SQLAlchemyError):
    """The database was made by another version of the board, whose tables are not these; the
    message says what to do.
    """


def open_database(url: str) -> Engine:
    """The database at a SQLAlchemy URL, its tables made where missing. Raises Outdated, or a
    database error.
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
    metadata.create_all(engine)
    for index in cases.indexes:  # of a history made before there was one
        index.create(engine, checkfirst=True)
    return engine


def _lacking(engine: Engine) -> list[str]:
    """What a filled database of an older version lacks; nothing of a new one."""
    found = inspect(engine)
    known = set(found.get_table_names())
    if events.name not in known:
        return []
    have = {
        f"{name}.{column['name']}"
        for name in known & metadata.tables.keys()
        for column in found.get_columns(name)
    }
    return [
        f"{table.name}.{c.name}"
        for table in (cases, cube, newest)
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


def marks(connection: Connection, key: str) -> str | None:
    """A value of the meta table."""
    return connection.execute(select(meta.c.value).where(meta.c.key == key)).scalar()


def positions(connection: Connection) -> dict[int, str]:
    """The watermark: the last position of each partition that the history holds."""
    return {row.partition: row.position for row in connection.execute(select(watermarks))}


def known(
    connection: Connection, keys: Sequence[tuple[str, str, str]]
) -> set[tuple[str, str, str]]:
    """Which of the (town, source, id) the history holds."""
    query = "SELECT e.town, e.source, e.id FROM k JOIN events e USING (town, source, id)"
    rows = by_keys(connection, query, ("town", "source", "id"), keys)
    return {(row[0], row[1], row[2]) for row in rows}


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


def between(
    connection: Connection, start_ms: int, end_ms: int, types: Iterable[str] = ()
) -> Iterator[tuple[str, Event]]:
    """(town, event) that happened from start up to, not including, end, oldest first; of all types
    or the named.
    """
    query = (
        select(events).where(events.c.at >= start_ms, events.c.at < end_ms).order_by(events.c.at)
    )
    wanted = list(types)
    if wanted:
        query = query.where(events.c.type.in_(wanted))
    for row in connection.execute(query):
        yield row.town, event_of(row)


def latest(
    connection: Connection, count: int, until_ms: int | None = None, known_ms: int | None = None
) -> list[tuple[str, Event]]:
    """(town, event) of the newest events, newest first; of what had happened, and was recorded, by
    a moment.
    """
    e = events.c
    query = select(events).order_by(e.at.desc(), e.type.desc(), e.area.desc()).limit(count)
    query = query if until_ms is None else query.where(e.at <= until_ms)
    query = query if known_ms is None else query.where(e.recorded <= known_ms)
    return [(row.town, event_of(row)) for row in connection.execute(query)]


def event_of(row: Any) -> Event:
    """The event that a row of the events holds."""
    return Event(
        row.type, row.source, row.id, row.area, row.at, row.recorded, msgspec.json.decode(row.data)
    )


def size(connection: Connection) -> int:
    """How many events the history holds."""
    return int(connection.execute(text("SELECT COUNT(*) FROM events")).scalar_one())
