"""The table of the audit log (feeds/audit_log/log_store.py). An entry is never changed; the oldest
may be removed once a later entry says up to which number.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, MetaData, String, Table

from feeds.history import append_only

METADATA = MetaData()
REMOVED = "audit_log/"  # before the number of the last entry that was removed

audit_log = Table(
    "audit_log",
    METADATA,
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", String, nullable=False),
    Column("address", String, nullable=False),
    Column("act", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("record", String, nullable=False),
    Column("content", String, nullable=False),
    Column("hash", String, nullable=False),
)
Index("audit_log_at", audit_log.c.at)
Index("audit_log_act", audit_log.c.act, audit_log.c.n)
Index("audit_log_actor", audit_log.c.actor, audit_log.c.n)
Index("audit_log_record", audit_log.c.record, audit_log.c.n)

_UP_TO = (
    f"SELECT coalesce(max(CAST(substr(record, {len(REMOVED) + 1}) AS BIGINT)), 0) "
    "FROM audit_log WHERE act = 'remove'"
)
append_only.declare(audit_log, removable=f"OLD.n <= ({_UP_TO})")
