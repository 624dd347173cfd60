"""The tables of alerts and silences (feeds/alerts/alert_store.py). Rows are only added: one for
each change of an alert's state, one for a silence, and one (version 2) for a silence that is ended
early.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, Integer, MetaData, String, Table

from feeds.history import append_only

METADATA = MetaData()

alerts = Table(
    "alerts",
    METADATA,
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
    METADATA,
    Column("id", String, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("rule", String, nullable=False),
    Column("area", String, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("reason", String, nullable=False),
    Column("by", String, nullable=False),
    Column("at", BigInteger, nullable=False),
)
append_only.declare(alerts)
append_only.declare(silences)
