"""`board accounts`: the people who may sign in, and what they may. What is done here stands in the
audit log, as on the page /admin.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import click
from sqlalchemy import Connection

from dashboard import city, history
from dashboard.audit_trail import now_ms
from dashboard.cli import options
from dashboard.host import data_folder
from dashboard.processes import first_access, supervisor
from dashboard.settings import Loaded
from feeds.accounts import account_store, link_store, passwords, roles, session_store
from feeds.accounts.account_store import Account, AccountError
from feeds.accounts.passwords import WeakPassword
from feeds.accounts.roles import ROLES, WrongRoles
from feeds.city.profile import ProfileError
from feeds.city.words import Lang, Text

T = TypeVar("T")
_WHERE = ("data", "database", "database_file", "lang")
_WITH_LINK = (*_WHERE, "host", "port")
_FAILURES = (AccountError, WeakPassword, WrongRoles, ProfileError, OSError)
_ROLES = click.option(
    "--role",
    "given_roles",
    type=click.Choice(tuple(ROLES)),
    multiple=True,
    help="What the person may; may be given several times.",
)
_TOWNS = click.option(
    "--town", "towns", multiple=True, help="The code of a town, for the role town_duty."
)
_SHOWN = click.option("--shown", default=None, help="How pages call the person. [default: NAME]")
_PASSWORD = click.option(
    "--password-stdin",
    "reads_password",
    is_flag=True,
    help="Read the password from standard input, instead of printing a one-time link.",
)


@click.group("accounts")
def accounts_command() -> None:
    """Add, change and disable the accounts of people. An account is never deleted: the audit log
    names it.
    """


@accounts_command.command("add")
@click.argument("name")
@_ROLES
@_TOWNS
@_SHOWN
@_PASSWORD
@options.configured(*_WITH_LINK, "profile")
@options.failing_on(*_FAILURES)
def add_command(
    loaded: Loaded,
    name: str,
    given_roles: tuple[str, ...],
    towns: tuple[str, ...],
    shown: str | None,
    reads_password: bool,
) -> None:
    """Add an account for NAME, and print a one-time link by which its person sets a password."""
    found, chosen = roles.read(given_roles, towns, city.load(loaded.settings.profile))
    password = _password(name) if reads_password else ""

    def write(connection: Connection) -> tuple[Account, str]:
        made = account_store.add(
            connection,
            now_ms(),
            options.who(),
            name,
            found,
            chosen,
            shown=shown or "",
            password=password,
        )
        return made, "" if password else _link(connection, loaded, made)

    made, link = _done(loaded, write)
    options.say(Text(f"已添加：{made.name}", f"added: {made.name}"), err=True)
    _show(link)


@accounts_command.command("list")
@options.configured(*_WHERE)
@options.failing_on(*_FAILURES)
def list_command(loaded: Loaded) -> None:
    """Show who has an account, with roles and towns, and how many sessions each has."""
    lasting = loaded.settings.lasting

    def read(connection: Connection) -> list[tuple[Account, int]]:
        sessions = session_store.all(connection, now_ms(), lasting.idle_ms)
        return [
            (one, sum(found.account.id == one.id for found in sessions))
            for one in account_store.all(connection)
        ]

    found = _done(loaded, read)
    for one, sessions in found:
        click.echo(_line(one, sessions, options.lang()))
    options.say(Text(f"{len(found)} 个账号", f"{len(found)} accounts"), err=True)


@accounts_command.command("change")
@click.argument("name")
@_ROLES
@_TOWNS
@_SHOWN
@_PASSWORD
@click.option(
    "--link", "makes_link", is_flag=True, help="Print a one-time link that sets a new password."
)
@options.configured(*_WITH_LINK, "profile")
@options.failing_on(*_FAILURES)
def change_command(
    loaded: Loaded,
    name: str,
    given_roles: tuple[str, ...],
    towns: tuple[str, ...],
    shown: str | None,
    reads_password: bool,
    makes_link: bool,
) -> None:
    """Change the roles, the towns, the shown name or the password of NAME. Roles that are given
    take the place of all that it has, and so do towns.
    """
    profile = city.load(loaded.settings.profile)
    password = _password(name) if reads_password else None

    def write(connection: Connection) -> tuple[Account, str]:
        before = _found(connection, name)
        found, chosen = roles.read(given_roles or before.roles, towns or before.towns, profile)
        after = account_store.change(
            connection,
            now_ms(),
            options.who(),
            before.id,
            roles=found,
            towns=chosen,
            shown=shown,
            password=password,
        )
        return after, _link(connection, loaded, after) if makes_link else ""

    after, link = _done(loaded, write)
    click.echo(_line(after, None, options.lang()))
    _show(link)


@accounts_command.command("disable")
@click.argument("name")
@options.configured(*_WHERE)
@options.failing_on(*_FAILURES)
def disable_command(loaded: Loaded, name: str) -> None:
    """Let NAME no longer sign in, and end all its sessions."""
    _switch(loaded, name, disabled=True)
    options.say(Text(f"已停用：{name}", f"disabled: {name}"), err=True)


@accounts_command.command("enable")
@click.argument("name")
@options.configured(*_WHERE)
@options.failing_on(*_FAILURES)
def enable_command(loaded: Loaded, name: str) -> None:
    """Let NAME sign in again."""
    _switch(loaded, name, disabled=False)
    options.say(Text(f"已启用：{name}", f"enabled: {name}"), err=True)


@accounts_command.command("sign-out")
@click.argument("name")
@options.configured(*_WHERE)
@options.failing_on(*_FAILURES)
def sign_out_command(loaded: Loaded, name: str) -> None:
    """End every session of NAME; a running board knows within two seconds."""

    def write(connection: Connection) -> int:
        account = _found(connection, name)
        return session_store.end_all(connection, now_ms(), options.who(), account)

    ended = _done(loaded, write)
    options.say(Text(f"已结束 {ended} 个会话", f"sessions ended: {ended}"), err=True)


@accounts_command.command("set-up")
@options.configured(*_WITH_LINK)
@options.failing_on(*_FAILURES)
def set_up_command(loaded: Loaded) -> None:
    """Print a new one-time link that makes the first administrator. The one before no longer
    works.
    """

    def write(connection: Connection) -> str:
        if account_store.has_admin(connection):
            said = Text(
                "已有管理员；忘记密码请用 board accounts change NAME --link",
                "there is an administrator already; "
                "for a forgotten password: board accounts change NAME --link",
            )
            raise AccountError(said)
        return _address(loaded, link_store.make(connection, now_ms(), "set_up"))

    _show(_done(loaded, write))


def _done(loaded: Loaded, act: Callable[[Connection], T]) -> T:
    with _opened(loaded) as connection:
        return act(connection)


@contextmanager
def _opened(loaded: Loaded) -> Iterator[Connection]:
    data_folder.make(loaded.settings.data)
    database = history.open_database(loaded.settings.database_url)
    try:
        with database.begin() as connection:
            yield connection
    finally:
        database.dispose()


def _found(connection: Connection, name: str) -> Account:
    account = account_store.find(connection, name)
    if account is None:
        raise account_store.NoAccount
    return account


def _switch(loaded: Loaded, name: str, *, disabled: bool) -> None:
    def write(connection: Connection) -> None:
        id = _found(connection, name).id
        account_store.change(connection, now_ms(), options.who(), id, disabled=disabled)

    _done(loaded, write)


def _password(name: str) -> str:
    """The hash of the password on standard input: its first line. Raises WeakPassword."""
    given = sys.stdin.readline().rstrip("\r\n")
    passwords.check(given, account_store.plain_name(name))
    return passwords.hash(given)


def _link(connection: Connection, loaded: Loaded, account: Account) -> str:
    return _address(loaded, link_store.make(connection, now_ms(), "password", account.id))


def _address(loaded: Loaded, secret: str) -> str:
    return f"{supervisor.local_address(loaded.settings)}{first_access.SET_UP}{secret}"


def _show(link: str) -> None:
    if link:
        note = Text(
            "一次性链接，现在就交给本人；从别的机器打开时把地址换成看板的地址",
            "a one-time link: give it to the person now; from another machine, "
            "with the board's own address",
        )
        options.say(note, err=True)
        click.echo(link)


def _line(one: Account, sessions: int | None, lang: Lang) -> str:
    held = ", ".join(role for role in ROLES if role in one.roles)
    towns = " ".join(sorted(one.towns))
    facts = [
        Text("已停用", "disabled") if one.disabled is not None else None,
        Text("还没有设密码", "no password yet") if not (one.password or one.subject) else None,
        Text("统一身份登录", "signs in elsewhere") if one.subject else None,
        Text(f"{sessions} 个会话", f"sessions: {sessions}") if sessions else None,
    ]
    said = [fact.of(lang) for fact in facts if fact]
    shown = f"{one.name} {one.shown}" if one.shown != one.name else one.name
    parts = [f"{shown:24}", held, towns, f"（{'；'.join(said)}）" if said and lang == "zh" else ""]
    parts += [f"({'; '.join(said)})"] if said and lang == "en" else []
    return "  ".join(part for part in parts if part)
