"""Accounts: made, found and changed, each change with its entry in the audit log. An account is
never deleted: the log names it.

A change that takes something away ends the account's sessions in the same transaction. The last
administrator who can sign in stays one.
"""

from __future__ import annotations

import json
import re
import secrets
import unicodedata
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, insert, select, update

from feeds.accounts import roles as roles_of
from feeds.accounts.account_tables import accounts as table
from feeds.accounts.account_tables import links, sessions, tokens
from feeds.accounts.roles import Rights, Role
from feeds.audit_log import log_store
from feeds.audit_log.entries import Who
from feeds.city.words import Text, Worded
from feeds.remarks import remarks

SHORTEST, LONGEST = 2, 40
LONGEST_SHOWN = 40
_ALLOWED = re.compile(r"[\w.-]+")
RESERVED = frozenset({"board", "oidc"})  # the audit log has them as actors


class AccountError(Worded):
    """The account can't be made or changed so."""


class NoAccount(AccountError):
    """There is no account of this name."""

    def __init__(self) -> None:
        super().__init__(Text("没有这个账号", "there is no such account"))


class LastAdmin(AccountError):
    """Without this account nobody could manage the board."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "这是最后一个能登录的管理员，须先另有一个管理员",
                "this is the last administrator who can sign in; make another one first",
            )
        )


class Account(NamedTuple):
    """An account. `name` is what its person signs in with and what the audit log says, `shown` how
    pages call it; `password` is its hash, "" where it has none.
    """

    id: str
    name: str
    shown: str
    password: str
    roles: frozenset[Role]
    towns: frozenset[str]
    subject: str
    created: int
    disabled: int | None
    changed: int

    @property
    def rights(self) -> Rights:
        return roles_of.of_account(self.roles, self.towns)

    @property
    def can_sign_in(self) -> bool:
        """Whether it is enabled and has a way to sign in."""
        return self.disabled is None and bool(self.password or self.subject)

    @property
    def is_admin(self) -> bool:
        """Whether it manages the board and can sign in."""
        return self.can_sign_in and "admin" in self.roles


def plain_name(name: str) -> str:
    """A name as it is compared: whoever signs in need not mind capitals or full-width letters."""
    return unicodedata.normalize("NFKC", name).strip().lower()


def add(
    connection: Connection,
    now_ms: int,
    who: Who,
    name: str,
    roles: Iterable[Role],
    towns: Iterable[str] = (),
    *,
    shown: str = "",
    password: str = "",
    subject: str = "",
) -> Account:
    """A new account. `password` is a hash, as feeds/accounts/passwords.py makes it. Raises
    AccountError.
    """
    log_store.hold(connection)
    named = _name(name)
    taken = select(table.c.name).where(table.c.name == named)
    taken_by_token = select(tokens.c.name).where(tokens.c.name == named)
    if named in RESERVED or connection.execute(taken.union(taken_by_token)).first():
        raise AccountError(
            Text(
                "这个名称已被账号或令牌使用，请换一个",
                "an account or a token has this name already; choose another one",
            )
        )
    if subject and find_subject(connection, subject):
        raise AccountError(Text("这个身份已有账号", "this identity has an account already"))
    made = Account(
        secrets.token_hex(8),
        named,
        _shown(shown) or named,
        password,
        frozenset(roles),
        frozenset(towns),
        subject,
        now_ms,
        None,
        now_ms,
    )
    connection.execute(insert(table).values(_values(made)))
    log_store.write(connection, now_ms, who, "account", _said("add", made))
    return made


def change(
    connection: Connection,
    now_ms: int,
    who: Who,
    id: str,
    *,
    roles: Iterable[Role] | None = None,
    towns: Iterable[str] | None = None,
    shown: str | None = None,
    password: str | None = None,
    subject: str | None = None,
    disabled: bool | None = None,
    keep: str = "",
) -> Account:
    """The account as it is after a change; what is None stays. `keep` is the hash of the one
    session that stays where the others end: that of whoever changes the own password. A new
    password uses up links that would set another. Raises NoAccount, LastAdmin, AccountError.
    """
    log_store.hold(connection)
    before = get(connection, id)
    after = before._replace(
        roles=before.roles if roles is None else frozenset(roles),
        towns=before.towns if towns is None else frozenset(towns),
        shown=before.shown if shown is None else _shown(shown) or before.name,
        password=before.password if password is None else password,
        subject=before.subject if subject is None else subject,
    )
    if disabled is not None and disabled != (before.disabled is not None):
        after = after._replace(disabled=now_ms if disabled else None)
    if after == before:
        return before
    _keep_an_admin(connection, before, after)
    after = after._replace(changed=now_ms)
    connection.execute(update(table).where(table.c.id == id).values(_values(after)))
    if after.disabled is not None or after.password != before.password:
        ended = delete(sessions).where(sessions.c.account == id, sessions.c.sha256 != keep)
        connection.execute(ended)
        connection.execute(delete(links).where(links.c.account == id))
    for verb in _verbs(before, after):
        log_store.write(connection, now_ms, who, "account", _said(verb, after))
    return after


def rehashed(connection: Connection, id: str, before: str, password: str) -> None:
    """Keep the same password with today's parameters. Sessions stay, nothing changed for anybody.
    A password that was changed meanwhile stays as it is.
    """
    same = (table.c.id == id) & (table.c.password == before)
    connection.execute(update(table).where(same).values(password=password))


def get(connection: Connection, id: str) -> Account:
    """The account of an id. Raises NoAccount."""
    row = connection.execute(select(table).where(table.c.id == id)).first()
    if row is None:
        raise NoAccount
    return _account(row)


def find(connection: Connection, name: str) -> Account | None:
    """The account that somebody signs in to."""
    row = connection.execute(select(table).where(table.c.name == plain_name(name))).first()
    return _account(row) if row else None


def find_subject(connection: Connection, subject: str) -> Account | None:
    """The account of an identity ("issuer|sub") of another provider."""
    row = connection.execute(select(table).where(table.c.subject == subject)).first()
    return _account(row) if row and subject else None


def all(connection: Connection) -> list[Account]:
    """Every account by name, also those that are disabled."""
    return [_account(row) for row in connection.execute(select(table).order_by(table.c.name))]


def has_admin(connection: Connection) -> bool:
    """Whether somebody can sign in and manage the board."""
    return any(one.is_admin for one in all(connection))


def _keep_an_admin(connection: Connection, before: Account, after: Account) -> None:
    if not before.is_admin or after.is_admin:
        return
    if not any(one.is_admin for one in all(connection) if one.id != before.id):
        raise LastAdmin


def _verbs(before: Account, after: Account) -> list[str]:
    """What a change was, a word each."""
    found = list[str]()
    if (before.roles, before.towns) != (after.roles, after.towns):
        found.append("roles")
    if before.shown != after.shown:
        found.append("shown")
    if before.password != after.password:
        found.append("password")
    if before.subject != after.subject:
        found.append("subject")
    if before.disabled != after.disabled:
        found.append("enable" if after.disabled is None else "disable")
    return found


def _said(verb: str, one: Account) -> str:
    """What the audit log says of a change: never a password, never a shown name."""
    parts = [verb, one.name]
    if verb in ("add", "roles"):
        parts += [*sorted(one.roles), *sorted(one.towns)]
    return " ".join(parts)


def _name(name: str) -> str:
    plain = plain_name(name)
    if not SHORTEST <= len(plain) <= LONGEST or not _ALLOWED.fullmatch(plain):
        raise AccountError(
            Text(
                f"账号名须为 {SHORTEST} 至 {LONGEST} 个字母、汉字、数字或 . _ -",
                f"a name has {SHORTEST} to {LONGEST} letters, digits or . _ -",
            )
        )
    _no_number(plain)
    return plain


def _shown(text: str) -> str:
    plain = text.strip()
    if len(plain) > LONGEST_SHOWN or not plain.isprintable():
        raise AccountError(
            Text(
                f"显示名须为一行，最多 {LONGEST_SHOWN} 个字符",
                f"the name that is shown is one line of {LONGEST_SHOWN} characters at most",
            )
        )
    if plain:
        _no_number(plain)
    return plain


def _no_number(text: str) -> None:
    if remarks.personal(text):
        raise AccountError(
            Text(
                "名称不能含有个人的号码（证件、电话、邮箱），也不能只有数字",
                "a name must not hold a person's number (papers, telephone, e-mail), "
                "nor digits alone",
            )
        )


def _values(one: Account) -> dict[str, Any]:
    lists = {"roles": _list(one.roles), "towns": _list(one.towns)}
    return one._asdict() | lists


def _list(values: Iterable[str]) -> str:
    return json.dumps(sorted(values), ensure_ascii=False)


def _account(row: Row[Any]) -> Account:
    """Of a row. A role that another version of the board knew is left out."""
    known = frozenset(role for role in roles_of.ROLES if role in json.loads(row.roles))
    fields = dict(row._mapping) | {"roles": known, "towns": frozenset(json.loads(row.towns))}
    return Account(**fields)
