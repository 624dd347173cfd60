"""Accounts, sessions, links and tokens; the audit log; when each source spoke first; the index of
cases by due time; and triggers that keep rows that are only added.
"""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

from feeds.history import append_only

revision = "0002"
down_revision = "0001"
branch_labels = depends_on = None
TITLE = ("账号、令牌和审计日志的表", "the tables of accounts, tokens and the audit log")

FIRST_SEEN = (
    "INSERT INTO first_seen (town, need, at) SELECT town, type, min(at) FROM events "
    "WHERE type <> 'indicator.reported' GROUP BY town, type",
    "INSERT INTO first_seen (town, need, at) SELECT town, 'indicator:' || indicator, min(at) "
    "FROM gauges GROUP BY town, indicator",
)
_UP_TO = (
    "SELECT coalesce(max(CAST(substr(record, 11) AS BIGINT)), 0) FROM audit_log "
    "WHERE act = 'remove'"
)


def upgrade() -> None:
    """A history of the months between the two versions may have some of it already."""
    connection = op.get_bind()
    made = _tables()
    made.create_all(connection)
    op.create_index("cases_due", "cases", ["kind", text("due + 0"), "town"], if_not_exists=True)
    filled = connection.execute(text("SELECT town FROM first_seen LIMIT 1")).first()
    if filled is None:
        for statement in FIRST_SEEN:
            connection.execute(text(statement))
    append_only.enforce(connection, _kept(made))


def _tables() -> MetaData:
    metadata = MetaData()
    Table(
        "first_seen",
        metadata,
        Column("town", String, primary_key=True),
        Column("need", String, primary_key=True),
        Column("at", BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    audit_log = Table(
        "audit_log",
        metadata,
        Column("n", BigInteger, primary_key=True, autoincrement=False),
        Column("at", BigInteger, nullable=False),
        *(
            Column(name, String, nullable=False)
            for name in (
                "actor",
                "address",
                "act",
                "subject",
                "outcome",
                "record",
                "content",
                "hash",
            )
        ),
    )
    Index("audit_log_at", audit_log.c.at)
    for name in ("act", "actor", "record"):
        Index(f"audit_log_{name}", audit_log.c[name], audit_log.c.n)
    append_only.declare(audit_log, removable=f"OLD.n <= ({_UP_TO})")
    accounts = Table(
        "accounts",
        metadata,
        Column("id", String, primary_key=True),
        Column("name", String, nullable=False, unique=True),
        *(
            Column(name, String, nullable=False)
            for name in ("shown", "password", "roles", "towns", "subject")
        ),
        Column("created", BigInteger, nullable=False),
        Column("disabled", BigInteger),
        Column("changed", BigInteger, nullable=False),
    )
    has_subject = accounts.c.subject != ""
    Index(
        "accounts_subject",
        accounts.c.subject,
        unique=True,
        sqlite_where=has_subject,
        postgresql_where=has_subject,
    )
    sessions = Table(
        "sessions",
        metadata,
        Column("sha256", String, primary_key=True),
        Column("account", String, nullable=False),
        *(Column(name, BigInteger, nullable=False) for name in ("created", "seen", "ends")),
        *(Column(name, String, nullable=False) for name in ("method", "agent", "address")),
    )
    Index("sessions_account", sessions.c.account)
    Table(
        "links",
        metadata,
        Column("sha256", String, primary_key=True),
        Column("purpose", String, nullable=False),
        Column("account", String, nullable=False),
        Column("expires", BigInteger, nullable=False),
        Column("used", BigInteger),
    )
    Table(
        "tokens",
        metadata,
        Column("name", String, primary_key=True),
        Column("sha256", String, nullable=False, unique=True),
        *(Column(name, String, nullable=False) for name in ("kind", "area", "by")),
        Column("created", BigInteger, nullable=False),
        *(Column(name, String, nullable=False) for name in ("types", "areas", "sources")),
        Column("expires", BigInteger),
        Column("seen", BigInteger),
        Column("old_sha256", String, nullable=False),
        Column("old_expires", BigInteger),
    )
    return metadata


def _kept(made: MetaData) -> MetaData:
    """The tables whose rows stay; of those of the first version their keys are enough."""
    for name, keys in (
        ("remarks", ("id", "version")),
        ("freezes", ("code",)),
        ("commitments", ("id",)),
        ("alerts", ("id", "version")),
        ("silences", ("id", "version")),
        ("deliveries", ("alert", "version", "hook", "attempt")),
    ):
        columns = (Column(key, _TYPES.get(key, String), primary_key=True) for key in keys)
        table = Table(name, made, *columns)
        if name == "freezes":
            for one in ("quarter", "supersedes"):
                table.append_column(Column(one, String))
            table.append_constraint(UniqueConstraint("quarter", "supersedes"))
        append_only.declare(table)
    return made


_TYPES = {"version": Integer, "attempt": Integer}
