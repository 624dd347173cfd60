"""Sessions of accounts: begun, found while they last, ended. A session ends when it was idle for
too long, at its latest moment, or when somebody ends it.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, update

from feeds.accounts import account_store
from feeds.accounts.account_store import Account
from feeds.accounts.account_tables import sessions as table
from feeds.audit_log import log_store
from feeds.audit_log.entries import Who

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
SEEN_EVERY_MS = 60_000  # how exactly the last use of a session is known
LONGEST_AGENT = 200
DEMO = "demo"  # the method of a session that anyone may begin on an open board with demo data


class Lasting(NamedTuple):
    """How long sessions last: without being used, and at most."""

    idle_ms: int = 12 * HOUR_MS
    most_ms: int = 7 * DAY_MS


USUAL = Lasting()


class Session(NamedTuple):
    """A session. `sha256` is the hash of its secret, `method` how its person signed in (password,
    oidc or demo), `agent` the browser as it names itself.
    """

    sha256: str
    account: str
    created: int
    seen: int
    ends: int
    method: str
    agent: str
    address: str

    def lasts(self, now_ms: int, idle_ms: int) -> bool:
        return now_ms < min(self.ends, self.seen + idle_ms)


class Found(NamedTuple):
    """A session that lasts, and its account."""

    session: Session
    account: Account


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def begin(
    connection: Connection,
    now_ms: int,
    account: Account,
    method: str,
    *,
    agent: str = "",
    address: str = "",
    lasting: Lasting = USUAL,
) -> str:
    """A new session with its entry in the audit log; its secret, which the browser keeps and the
    board does not.
    """
    secret = secrets.token_urlsafe(32)
    shown = "".join(c for c in agent if c.isprintable())[:LONGEST_AGENT]
    made = Session(
        digest(secret),
        account.id,
        now_ms,
        now_ms,
        now_ms + lasting.most_ms,
        method,
        shown,
        address,
    )
    connection.execute(insert(table).values(made._asdict()))
    log_store.write(connection, now_ms, Who(account.name, address), "sign_in", method)
    return secret


def find(connection: Connection, sha256: str, now_ms: int, idle_ms: int) -> Found | None:
    """The session of a hash, while it lasts and its account may be used."""
    row = connection.execute(select(table).where(table.c.sha256 == sha256)).first()
    if row is None:
        return None
    session = Session(**row._mapping)
    if not session.lasts(now_ms, idle_ms):
        return None
    try:
        account = account_store.get(connection, session.account)
    except account_store.NoAccount:
        return None
    return Found(session, account) if account.disabled is None else None


def all(connection: Connection, now_ms: int, idle_ms: int) -> list[Found]:
    """Every session that lasts, with its account where that may be used."""
    usable = {one.id: one for one in account_store.all(connection) if one.disabled is None}
    rows = connection.execute(select(table).where(_lasting(now_ms, idle_ms)))
    found = (Session(**row._mapping) for row in rows)
    return [Found(one, usable[one.account]) for one in found if one.account in usable]


def see(connection: Connection, sha256: str, now_ms: int) -> None:
    """A session was used. Written at most once a minute (SEEN_EVERY_MS), whoever asks."""
    older = table.c.seen <= now_ms - SEEN_EVERY_MS
    connection.execute(update(table).where(table.c.sha256 == sha256, older).values(seen=now_ms))


def end(connection: Connection, now_ms: int, who: Who, sha256: str) -> bool:
    """End a session, with its entry in the audit log. False where it had ended before."""
    gone = connection.execute(delete(table).where(table.c.sha256 == sha256)).rowcount
    if gone:
        log_store.write(connection, now_ms, who, "sign_out")
    return bool(gone)


def end_all(connection: Connection, now_ms: int, who: Who, account: Account, keep: str = "") -> int:
    """End every session of an account but that of the hash `keep`; how many ended."""
    query = delete(table).where(table.c.account == account.id, table.c.sha256 != keep)
    gone = connection.execute(query).rowcount
    if gone:
        log_store.write(connection, now_ms, who, "sign_out", f"{account.name} {gone}")
    return gone


def of_account(connection: Connection, account: str, now_ms: int, idle_ms: int) -> list[Session]:
    """The sessions of an account that last, the newest first."""
    query = select(table).where(table.c.account == account).order_by(table.c.seen.desc())
    found = (Session(**row._mapping) for row in connection.execute(query))
    return [one for one in found if one.lasts(now_ms, idle_ms)]


def remove_ended(connection: Connection, now_ms: int, idle_ms: int) -> int:
    """Remove the sessions that no longer last; how many went."""
    return connection.execute(delete(table).where(~_lasting(now_ms, idle_ms))).rowcount


def _lasting(now_ms: int, idle_ms: int) -> ColumnElement[bool]:
    return and_(table.c.ends > now_ms, table.c.seen > now_ms - idle_ms)
