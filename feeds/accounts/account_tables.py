"""The tables of accounts, sessions, one-time links and tokens. Times are epoch ms; of a secret its
SHA-256 alone is kept, of a password its Argon2id hash. Lists are JSON.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, MetaData, String, Table

METADATA = MetaData()

accounts = Table(
    "accounts",
    METADATA,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("shown", String, nullable=False),
    Column("password", String, nullable=False),  # "" where it has none
    Column("roles", String, nullable=False),
    Column("towns", String, nullable=False),
    Column("subject", String, nullable=False),  # "issuer|sub" of a provider of identities, or ""
    Column("created", BigInteger, nullable=False),
    Column("disabled", BigInteger),
    Column("changed", BigInteger, nullable=False),
)
Index(
    "accounts_subject",
    accounts.c.subject,
    unique=True,
    sqlite_where=accounts.c.subject != "",
    postgresql_where=accounts.c.subject != "",
)

sessions = Table(
    "sessions",
    METADATA,
    Column("sha256", String, primary_key=True),
    Column("account", String, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("ends", BigInteger, nullable=False),
    Column("method", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("address", String, nullable=False),
)
Index("sessions_account", sessions.c.account)

links = Table(
    "links",
    METADATA,
    Column("sha256", String, primary_key=True),
    Column("purpose", String, nullable=False),
    Column("account", String, nullable=False),  # "" of the link to set up the board
    Column("expires", BigInteger, nullable=False),
    Column("used", BigInteger),
)

tokens = Table(
    "tokens",
    METADATA,
    Column("name", String, primary_key=True),
    Column("sha256", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("area", String, nullable=False),
    Column("by", String, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("types", String, nullable=False),
    Column("areas", String, nullable=False),
    Column("sources", String, nullable=False),
    Column("expires", BigInteger),
    Column("seen", BigInteger),
    Column("old_sha256", String, nullable=False),  # before the last rotation
    Column("old_expires", BigInteger),
)
