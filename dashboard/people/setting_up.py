"""/set-up: a one-time link makes the first administrator, or sets the password of an account."""

from __future__ import annotations

import flask
from flask import Blueprint, Response
from sqlalchemy import Connection

from dashboard import thread_pool
from dashboard.audit_trail import now_ms
from dashboard.people import asking, signing_in
from dashboard.people.asking import STALE, Asking, Forms, form
from feeds.accounts import account_store, link_store, passwords
from feeds.accounts.account_store import Account, AccountError
from feeds.accounts.link_store import Link
from feeds.accounts.passwords import WeakPassword
from feeds.audit_log.entries import Who
from feeds.city.words import Text
from layouts.people import setting_up
from layouts.people.page_values import EMPTY, Filled, Problem, SetUp

PATH = "/set-up"
UNEQUAL = Text("两次输入的密码不同", "the two passwords are not the same")
_AFTER = {"set_up": "/admin", "password": "/"}


class Gone(Exception):
    """The link is unknown, used or expired."""


def add(made: Blueprint, ask: Asking) -> None:
    ask.add(made, PATH, lambda: _page(ask, _secret()), lambda: _set_up(ask, form("link")))


def new_password(name: str) -> tuple[str, list[Problem]]:
    """The new password of this request's form as it is kept, and what is wrong with it."""
    new, again = form("new"), form("again")
    try:
        passwords.check(new, name)
    except WeakPassword as error:
        return "", [Problem("new", error.said)]
    if new != again:
        return "", [Problem("again", UNEQUAL)]
    return thread_pool.run(passwords.hash, new), []


def _secret() -> str:
    return flask.request.args.get("link", "")


def _page(ask: Asking, secret: str, found: Filled = EMPTY, status: int = 200) -> Response:
    def read(connection: Connection) -> tuple[Link, Account | None] | None:
        link = link_store.find(connection, now_ms(), secret)
        is_late = link and link.purpose == "set_up" and account_store.has_admin(connection)
        if link is None or is_late:
            return None
        return link, account_store.get(connection, link.account) if link.account else None

    known = ask.read(read)
    view = ask.view(link=secret)
    if known is None:
        return ask.answer(setting_up.gone(ask.view()), 410)
    link, account = known
    forms = Forms()
    name, shown = (account.name, account.shown) if account else ("", "")
    asked = SetUp(link.purpose, secret, forms.csrf, name, shown)
    return forms.keep(ask.answer(setting_up.build(view, asked, found), status))


def _set_up(ask: Asking, secret: str) -> Response:
    if not Forms().is_own():
        return _page(ask, secret, asking.filled(Problem("", STALE)), 403)
    link = ask.read(lambda connection: link_store.find(connection, now_ms(), secret))
    if link is None:
        return _page(ask, secret)
    try:
        account = _made(ask, secret) if link.purpose == "set_up" else _changed(ask, secret, link)
    except Gone:
        return _page(ask, secret)
    if not isinstance(account, Account):
        return _page(ask, secret, asking.filled(*account), 422)
    return signing_in.signed_in(ask, account, signing_in.METHOD, _AFTER[link.purpose])


def _made(ask: Asking, secret: str) -> Account | list[Problem]:
    """The first administrator."""
    name = account_store.plain_name(form("name"))
    password, problems = new_password(name)
    if problems:
        return problems
    who, shown = Who(name, flask.request.remote_addr or ""), form("shown")

    def write(connection: Connection) -> Account:
        used = link_store.use(connection, now_ms(), secret)
        if used is None or account_store.has_admin(connection):
            raise Gone
        return account_store.add(
            connection, now_ms(), who, name, ["admin"], shown=shown, password=password
        )

    try:
        return ask.write(write)
    except AccountError as error:
        return [Problem("name", error.said)]


def _changed(ask: Asking, secret: str, link: Link) -> Account | list[Problem]:
    """The account with the password that its person has chosen."""
    name = ask.read(lambda connection: account_store.get(connection, link.account).name)
    password, problems = new_password(name)
    if problems:
        return problems
    who = Who(name, flask.request.remote_addr or "")

    def write(connection: Connection) -> Account:
        if link_store.use(connection, now_ms(), secret) is None:
            raise Gone
        return account_store.change(connection, now_ms(), who, link.account, password=password)

    return ask.write(write)
