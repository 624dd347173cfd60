"""The tables of freezes, of what they fixed (feeds/review/freezes.py), and of commitments
(feeds/review/commitments.py). Rows are never changed or deleted; triggers enforce it.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from feeds.history import append_only

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

# What a freeze fixed, as canonical JSON (review_values.content), and its SHA-256.
freeze_contents = Table(
    "freeze_contents",
    METADATA,
    Column("code", String, primary_key=True),
    Column("hash", String, nullable=False),
    Column("content", Text, nullable=False),
)

append_only.declare(freezes)
append_only.declare(freeze_contents)
append_only.declare(commitments)
