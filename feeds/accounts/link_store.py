"""One-time links: one that makes the first administrator, and those by which a person sets the own
password. Each works once and until it expires.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Literal, NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from feeds.accounts.account_tables import links as table

Purpose = Literal["set_up", "password"]
HOUR_MS = 3_600_000
KEEP_MS = {"set_up": 24 * HOUR_MS, "password": 72 * HOUR_MS}


class Link(NamedTuple):
    """What a link is for: `set_up` makes the first administrator, `password` sets the password of
    `account` (its id).
    """

    purpose: Purpose
    account: str
    expires: int


def make(connection: Connection, now_ms: int, purpose: Purpose, account: str = "") -> str:
    """The secret of a new link. It takes the place of an earlier one for the same."""
    secret = secrets.token_urlsafe(32)
    same = (table.c.purpose == purpose) & (table.c.account == account)
    connection.execute(delete(table).where(same | (table.c.expires <= now_ms)))
    connection.execute(
        insert(table).values(
            sha256=_digest(secret),
            purpose=purpose,
            account=account,
            expires=now_ms + KEEP_MS[purpose],
        )
    )
    return secret


def find(connection: Connection, now_ms: int, secret: str) -> Link | None:
    """A link that still works."""
    lasting = (table.c.used.is_(None)) & (table.c.expires > now_ms)
    query = select(table.c.purpose, table.c.account, table.c.expires)
    row = connection.execute(query.where(table.c.sha256 == _digest(secret), lasting)).first()
    return Link(*row) if row else None


def use(connection: Connection, now_ms: int, secret: str) -> Link | None:
    """The link, used up by whoever is first; None for everybody else."""
    found = find(connection, now_ms, secret)
    mine = (table.c.sha256 == _digest(secret)) & table.c.used.is_(None)
    if found and connection.execute(update(table).where(mine).values(used=now_ms)).rowcount:
        return found
    return None


def end(connection: Connection, purpose: Purpose, account: str = "") -> None:
    """The links for this no longer work."""
    same = (table.c.purpose == purpose) & (table.c.account == account)
    connection.execute(delete(table).where(same))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
