"""The tables of freezes and commitments (feeds/review/freezes.py, feeds/review/commitments.py).
Rows are never changed or deleted; in SQLite triggers enforce it.
"""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    BigInteger,
    Column,
    Float,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
)

METADATA = MetaData()

freezes = Table(
    "freezes",
    METADATA,
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
    METADATA,
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


def _make_append_only(table: Table) -> None:
    """Have SQLite reject every change of the table's rows, from its creation on."""
    for verb in ("UPDATE", "DELETE"):
        trigger = (
            f"CREATE TRIGGER {table.name}_{verb} BEFORE {verb} ON {table.name} "
            f"BEGIN SELECT RAISE(ABORT, '{table.name} stay'); END"
        )
        event.listen(table, "after_create", DDL(trigger).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]


_make_append_only(freezes)
_make_append_only(commitments)
