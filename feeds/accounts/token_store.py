"""Tokens of offices, programs and walls: made, given a new secret, revoked, each with its entry in
the audit log. A token is 256 random bits, so that a plain SHA-256 can't be reversed by guessing.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, insert, select, update

from feeds.accounts import roles
from feeds.accounts.account_tables import accounts
from feeds.accounts.account_tables import tokens as table
from feeds.accounts.roles import Kind, Rights
from feeds.audit_log import log_store
from feeds.audit_log.entries import Act, Who
from feeds.city.words import Text, Worded
from feeds.remarks import remarks

DAY_MS = 86_400_000
OVERLAP_MS = DAY_MS  # how long the old secret still works after a rotation
LONGEST = 80


class TokenError(Worded):
    """The change can't be made: the name is taken, or there is none of that name."""


class Scope(NamedTuple):
    """What a token may send: types of events, areas (towns; the city's code stands for all) and
    values of `source`. What is empty is not limited.
    """

    types: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()

    def beyond(self, type: str, areas: Collection[str], source: str) -> str:
        """The field in which an event goes beyond it; "" in none. `areas` are the codes that its
        place has: its own, its town's and the city's.
        """
        if self.types and type not in self.types:
            return "type"
        if self.areas and self.areas.isdisjoint(areas):
            return "subject"
        if self.sources and source not in self.sources:
            return "source"
        return ""


ALL = Scope()


class Token(NamedTuple):
    """A token as it is kept: what it is called, what it allows and until when.

    `area` is the town whose office has it, or that a wall shows; "" is the whole city. `by` is who
    made it. `old_sha256` is the secret before the last rotation, good until `old_expires`.
    """

    name: str
    sha256: str
    kind: Kind = "ingest"
    area: str = ""
    by: str = ""
    created: int = 0
    scope: Scope = ALL
    expires: int | None = None
    seen: int | None = None
    old_sha256: str = ""
    old_expires: int | None = None

    @property
    def rights(self) -> Rights:
        return roles.of_token(self.kind, self.area)

    def lasts(self, now_ms: int) -> bool:
        return self.expires is None or now_ms < self.expires

    def digests(self, now_ms: int) -> tuple[str, ...]:
        """The hashes of the secrets that open it at a moment; none of one that has expired."""
        if not self.lasts(now_ms):
            return ()
        is_old_good = self.old_expires is not None and now_ms < self.old_expires
        return (self.sha256, self.old_sha256) if is_old_good else (self.sha256,)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def add(
    connection: Connection,
    now_ms: int,
    who: Who,
    name: str,
    kind: Kind = "ingest",
    area: str = "",
    *,
    scope: Scope = ALL,
    expires: int | None = None,
    act: Act = "token",
) -> str:
    """A new token, to be shown once: only its hash is kept. `act` is how the audit log calls it (a
    wall is no mere token). Raises TokenError.
    """
    log_store.hold(connection)
    _check_name(name)
    if kind != "ingest" and scope != ALL:
        said = Text(
            "只有发送事件的令牌才限定类型与来源",
            "types and sources are those of a token that sends events",
        )
        raise TokenError(said)
    if kind == "ingest" and area:
        raise TokenError(
            Text(
                "发送事件的令牌以 areas 限定区域",
                "a token that sends events has areas, not an area",
            )
        )
    taken = select(table.c.name).where(table.c.name == name)
    taken_by_account = select(accounts.c.name).where(accounts.c.name == name)
    if connection.execute(taken.union(taken_by_account)).first():
        said = Text(
            f"已有名为 {name!r} 的令牌或账号；请先撤销它，或换一个名称",
            f"there is a token or an account named {name!r} already; "
            "revoke it first or choose another name",
        )
        raise TokenError(said)
    secret = fresh()
    made = Token(name, digest(secret), kind, area, who.actor, now_ms, scope, expires)
    connection.execute(insert(table).values(_values(made)))
    log_store.write(connection, now_ms, who, act, _said("add", made))
    return secret


def rotate(
    connection: Connection, now_ms: int, who: Who, name: str, overlap_ms: int = OVERLAP_MS
) -> str:
    """A new secret for a token; the old one stays good for an overlap. A token with an end lasts as
    long again from now. Raises TokenError.
    """
    log_store.hold(connection)
    before = _get(connection, name)
    secret = fresh()
    lasted = None if before.expires is None else before.expires - before.created
    connection.execute(
        update(table)
        .where(table.c.name == name)
        .values(
            sha256=digest(secret),
            old_sha256=before.sha256,
            old_expires=min(now_ms + overlap_ms, before.expires or now_ms + overlap_ms),
            created=now_ms,
            expires=None if lasted is None else now_ms + lasted,
        )
    )
    log_store.write(connection, now_ms, who, "token", _said("rotate", before))
    return secret


def revoke(connection: Connection, now_ms: int, who: Who, name: str, act: Act = "token") -> Token:
    """Remove a token, which opens nothing from now on; what it was. Raises TokenError."""
    log_store.hold(connection)
    gone = _get(connection, name)
    connection.execute(delete(table).where(table.c.name == name))
    log_store.write(connection, now_ms, who, act, _said("revoke", gone))
    return gone


def all(connection: Connection) -> list[Token]:
    """Every token, the oldest first, also those that have expired."""
    query = select(table).order_by(table.c.created, table.c.name)
    return [_token(row) for row in connection.execute(query)]


def see(connection: Connection, used: Mapping[str, int]) -> None:
    """When tokens were used last, by name. What is known to be later stays."""
    for name, at in used.items():
        older = table.c.seen.is_(None) | (table.c.seen < at)
        connection.execute(update(table).where(table.c.name == name, older).values(seen=at))


def take_over(connection: Connection, now_ms: int, who: Who, found: Iterable[Token]) -> list[str]:
    """Tokens that stood elsewhere before, as they are, with one entry of the audit log; the names
    of those that were not here yet.
    """
    log_store.hold(connection)
    known = {one.name for one in all(connection)}
    new = [one for one in found if one.name not in known]
    for one in new:
        connection.execute(insert(table).values(_values(one)))
    if new:
        log_store.write(connection, now_ms, who, "token", f"take_over {len(new)}")
    return [one.name for one in new]


def fresh() -> str:
    """A new secret."""
    return f"board_{secrets.token_urlsafe(32)}"


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > LONGEST or not name.isprintable():
        said = Text(
            f"名称须为一行，最多 {LONGEST} 个字符",
            f"a name is one line of {LONGEST} characters at most",
        )
        raise TokenError(said)
    if remarks.personal(name):
        said = Text(
            "名称不能含有个人的号码（证件、电话、邮箱），也不能只有数字",
            "a name must not hold a person's number (papers, telephone, e-mail), nor digits alone",
        )
        raise TokenError(said)


def _get(connection: Connection, name: str) -> Token:
    row = connection.execute(select(table).where(table.c.name == name)).first()
    if row is None:
        raise TokenError(Text(f"没有名为 {name!r} 的令牌", f"there is no token named {name!r}"))
    return _token(row)


def _said(verb: str, one: Token) -> str:
    """What the audit log says of a change."""
    scope = (*sorted(one.scope.types), *sorted(one.scope.areas), *sorted(one.scope.sources))
    return " ".join(part for part in (verb, one.name, one.kind, one.area, *scope) if part)


def _values(one: Token) -> dict[str, Any]:
    fields = one._asdict()
    scope = fields.pop("scope")
    return fields | {
        name: json.dumps(sorted(values), ensure_ascii=False)
        for name, values in scope._asdict().items()
    }


def _token(row: Row[Any]) -> Token:
    fields = dict(row._mapping)
    scope = Scope(*(frozenset(json.loads(fields.pop(name))) for name in Scope._fields))
    return Token(**fields, scope=scope)
