"""The table of deliveries (feeds/notify/deliveries.py, feeds/review/brief_sender.py). Rows are only
added: one for each attempt to send an alert's version, or a brief, to a webhook.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table

from feeds.history import append_only

METADATA = MetaData()

deliveries = Table(
    "deliveries",
    METADATA,
    Column("alert", String, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("hook", String, primary_key=True),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("outcome", String, nullable=False),
    Column("said", String, nullable=False),
)
Index("deliveries_at", deliveries.c.at)
append_only.declare(deliveries)
