"""The tables of the first version whose histories are upgraded (2c516e6, November 2026)."""

from alembic import op
from sqlalchemy import BigInteger, Column, Float, Integer, String, Text, UniqueConstraint, column

revision = "0001"
down_revision = None
branch_labels = depends_on = None
TITLE = ("最早的表", "the first tables")


def upgrade() -> None:
    """As they were made then."""
    op.create_table(
        "events",
        Column("town", String, primary_key=True),
        Column("source", String, primary_key=True),
        Column("id", String, primary_key=True),
        Column("type", String, nullable=False),
        Column("area", String, nullable=False),
        Column("at", BigInteger, nullable=False),
        Column("recorded", BigInteger, nullable=False),
        Column("data", Text, nullable=False),
    )
    op.create_table(
        "cases",
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
    op.create_table(
        "rollups",
        Column("town", String, primary_key=True),
        Column("bin", String, primary_key=True),
        Column("counters", Text, nullable=False),
    )
    op.create_table(
        "cube",
        Column("town", String, primary_key=True),
        Column("day", String, primary_key=True),
        Column("counters", Text, nullable=False),
    )
    op.create_table(
        "cube_months",
        Column("town", String, primary_key=True),
        Column("month", String, primary_key=True),
        Column("counters", Text, nullable=False),
    )
    op.create_table(
        "gauges",
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
    op.create_table(
        "newest",
        Column("town", String, primary_key=True),
        Column("need", String, primary_key=True),
        Column("source", String, primary_key=True),
        Column("at", BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "watermarks",
        Column("partition", Integer, primary_key=True, autoincrement=False),
        Column("position", String, nullable=False),
    )
    op.create_table(
        "remarks",
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
    op.create_table(
        "freezes",
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
    op.create_table(
        "commitments",
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
    op.create_table(
        "alerts",
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
    op.create_table(
        "silences",
        Column("id", String, primary_key=True),
        Column("version", Integer, primary_key=True, autoincrement=False),
        Column("rule", String, nullable=False),
        Column("area", String, nullable=False),
        Column("until", BigInteger, nullable=False),
        Column("reason", String, nullable=False),
        Column("by", String, nullable=False),
        Column("at", BigInteger, nullable=False),
    )
    op.create_table(
        "deliveries",
        Column("alert", String, primary_key=True),
        Column("version", Integer, primary_key=True, autoincrement=False),
        Column("hook", String, primary_key=True),
        Column("attempt", Integer, primary_key=True, autoincrement=False),
        Column("at", BigInteger, nullable=False),
        Column("outcome", String, nullable=False),
        Column("said", String, nullable=False),
    )
    op.create_table(
        "meta",
        Column("key", String, primary_key=True),
        Column("value", String, nullable=False),
    )
    op.create_index("events_at", "events", ["at"])
    is_open = column("closed").is_(None)
    op.create_index(
        "cases_open", "cases", ["kind", "town"], sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_index("rollups_bin", "rollups", ["bin"])
    op.create_index("alerts_since", "alerts", ["since"])
    op.create_index("deliveries_at", "deliveries", ["at"])
