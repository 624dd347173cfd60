"""The table of remarks. Rows are only added: version 1 makes a remark, version 2 withdraws it
(feeds/remarks/remark_store.py).
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table

from feeds.history import append_only

METADATA = MetaData()

remarks = Table(
    "remarks",
    METADATA,
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
append_only.declare(remarks)
