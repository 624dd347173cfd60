"""The tables of the history: events, cases, sums, and how far the log was read.

Keys are chosen so that the town can be the distribution column of a distributed database. Opening a
database is feeds/history/storage.py, writing feeds/history/ingest.py. Features declare tables of
their own.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    literal_column,
)

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
# A few hundred of a hundred thousand cases are open: lists, levels and chains read these
# alone.
Index(
    "cases_open",
    cases.c.kind,
    cases.c.town,
    sqlite_where=cases.c.closed.is_(None),
    postgresql_where=cases.c.closed.is_(None),
)
# What falls due within some days, of all cases of two years. On a sum, so that a database without
# statistics goes on searching the few open cases where those that are overdue are asked for.
searched_due = cases.c.due + literal_column("0")
Index("cases_due", cases.c.kind, searched_due, cases.c.town)

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

first_seen = Table(
    "first_seen",
    metadata,
    Column("town", String, primary_key=True),
    Column("need", String, primary_key=True),
    Column("at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

watermarks = Table(
    "watermarks",
    metadata,
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("position", String, nullable=False),
)

meta = Table(
    "meta",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", String, nullable=False),
)
