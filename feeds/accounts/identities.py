"""Somebody for whom a provider of identities vouches, and the account that is theirs here.

The account is found by the provider's subject, never by a name: an account with a password is not
taken over by a person of the same name. Roles and towns follow the groups at every sign-in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Literal, NamedTuple

from sqlalchemy import Connection

from feeds.accounts import account_store, session_store
from feeds.accounts.account_store import Account, AccountError, LastAdmin
from feeds.accounts.provider import Granted
from feeds.audit_log import log_store
from feeds.audit_log.entries import Who
from feeds.remarks import remarks

ACTOR = "oidc"  # who changes accounts in the audit log, because the provider's groups say so


class Identity(NamedTuple):
    """What a provider says of a person. `owner` is the provider, `subject` the person there, which
    never changes; `name` and `shown` are wishes for the account's.
    """

    owner: str
    subject: str
    name: str
    shown: str
    groups: frozenset[str]

    @property
    def key(self) -> str:
        """The subject as accounts keep it. A subject that is itself a person's number is kept as a
        hash.
        """
        plain = self.subject
        if remarks.personal(plain) or len(plain) > 255:
            plain = f"sha256:{hashlib.sha256(plain.encode()).hexdigest()}"
        return f"{self.owner}|{plain}"


class Refused(NamedTuple):
    """Why somebody does not get in: none of the groups has a role, the account is disabled, or the
    groups would take the last administrator away. `name` is the account's, where there is one.
    """

    why: Literal["no_role", "disabled", "last_admin"]
    name: str = ""


def admit(
    connection: Connection, now_ms: int, address: str, identity: Identity, granted: Granted
) -> Account | Refused:
    """The account of a person, made or brought up to date with the groups.

    Whoever has no role any more loses the roles and the sessions here too, so the transaction is
    to be kept in both cases. Raises a database error.
    """
    log_store.hold(connection)
    who = Who(ACTOR, address)
    known = account_store.find_subject(connection, identity.key)
    if known is None:
        if not granted.roles:
            return Refused("no_role")
        return _added(connection, now_ms, who, identity, granted)
    if known.disabled is not None:
        return Refused("disabled", known.name)
    try:
        account = account_store.change(
            connection, now_ms, who, known.id, roles=granted.roles, towns=granted.towns
        )
    except LastAdmin:
        session_store.end_all(connection, now_ms, who, known)
        return Refused("last_admin", known.name)
    if not granted.roles:
        session_store.end_all(connection, now_ms, who, known)
        return Refused("no_role", known.name)
    return _shown(connection, now_ms, who, account, identity.shown)


def _added(
    connection: Connection, now_ms: int, who: Who, identity: Identity, granted: Granted
) -> Account:
    """A new account, under the first name that is free and may be had."""
    for name in names(identity):
        for shown in (identity.shown, ""):
            try:
                return account_store.add(
                    connection,
                    now_ms,
                    who,
                    name,
                    granted.roles,
                    granted.towns,
                    shown=shown,
                    subject=identity.key,
                )
            except AccountError as error:
                last = error
    raise last


def _shown(connection: Connection, now_ms: int, who: Who, account: Account, shown: str) -> Account:
    """The account under the name that the provider shows now, where it may be shown."""
    try:
        return account_store.change(connection, now_ms, who, account.id, shown=shown)
    except AccountError:
        return account


def names(identity: Identity) -> Iterable[str]:
    """The names that an account may get, the best first; the last one is free and allowed."""
    wished = [identity.name.partition("@")[0], identity.shown]
    for name in (one for one in wished if one):
        yield name
        yield f"{name}-{ACTOR}"
    digest = hashlib.sha256(identity.key.encode()).hexdigest()
    # Letters alone, because a name must not look like a number.
    yield f"{ACTOR}-{''.join(chr(ord('a') + int(digit, 16)) for digit in digest[:12])}"
