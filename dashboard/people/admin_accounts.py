"""/admin: the accounts. One is added with a one-time link that its person sets a password with."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping

import flask
from flask import Blueprint, Response
from sqlalchemy import Connection

from dashboard.access import principal
from dashboard.audit_trail import now_ms
from dashboard.people import asking, choices
from dashboard.people.asking import Asking, form
from feeds.accounts import account_store, link_store, roles, session_store
from feeds.accounts.account_store import Account, AccountError, LastAdmin
from feeds.accounts.roles import WrongRoles
from feeds.accounts.session_store import Found
from feeds.audit_log import log_store
from layouts.people import admin_accounts, page_values
from layouts.people.page_values import EMPTY, Filled, Link, Problem
from layouts.view import View

LIST = "/admin"
DONE = ("changed", "signed_out", "disabled", "enabled")


def add(made: Blueprint, ask: Asking) -> None:
    """The list, the form of a new account, and the page of one, which has several buttons."""
    acts: Mapping[str, Callable[[Asking, Account], Response]] = {
        "change": _change,
        "link": _link,
        "end_sessions": _end_sessions,
        "disable": functools.partial(_switch, disabled=True),
        "enable": functools.partial(_switch, disabled=False),
    }
    ask.add(made, LIST, lambda: _list(ask), needs="manage")
    ask.add(made, admin_accounts.ADD, lambda: _form(ask), lambda: _add(ask), needs="manage")
    ask.add(
        made,
        admin_accounts.ONE,
        lambda: _one(ask, flask.request.args.get("name", "")),
        lambda: _act(ask, acts),
        needs="manage",
    )


def _list(ask: Asking) -> Response:
    view = ask.view()
    idle_ms = ask.services.sessions.lasting.idle_ms

    def read(connection: Connection) -> tuple[list[Account], list[Found]]:
        sessions = session_store.all(connection, now_ms(), idle_ms)
        return account_store.all(connection), sessions

    accounts, sessions = ask.read(read)
    rows = [_row(ask, view, one, sessions) for one in accounts]
    return ask.answer(admin_accounts.build(view, rows))


def _row(ask: Asking, view: View, one: Account, sessions: list[Found]) -> page_values.Account:
    seen = [found.session.seen for found in sessions if found.account.id == one.id]
    is_disabled = one.disabled is not None
    return page_values.Account(
        one.name,
        one.shown,
        choices.role_names(view, one.roles),
        choices.town_names(view, one.towns),
        "disabled" if is_disabled else "active" if one.can_sign_in else "invited",
        one.created,
        max(seen, default=0),
        len(seen),
        one.id == principal.of_request().account,
        ask.provider_of(one),
    )


def _form(ask: Asking, found: Filled = EMPTY, status: int = 200) -> Response:
    view = ask.view()
    return ask.answer(admin_accounts.add(view, choices.of_account(view), found), status)


def _add(ask: Asking) -> Response:
    """The new account's link, shown once."""
    try:
        held, towns = _asked(ask)
    except WrongRoles as error:
        return _form(ask, asking.filled(Problem(_about(), error.said)), 422)
    who, name, shown = asking.who(), form("name"), form("shown")

    def write(connection: Connection) -> tuple[Account, str]:
        made = account_store.add(connection, now_ms(), who, name, held, towns, shown=shown)
        return made, link_store.make(connection, now_ms(), "password", made.id)

    try:
        made, secret = ask.write(write)
    except AccountError as error:
        return _form(ask, asking.filled(Problem("name", error.said)), 422)
    return _shown(ask, made, secret)


def _shown(ask: Asking, one: Account, secret: str) -> Response:
    address = f"{flask.request.host_url.rstrip('/')}/set-up?link={secret}&lang={ask.lang}"
    link = Link(one.name, address, now_ms() + link_store.KEEP_MS["password"])
    return ask.answer(admin_accounts.linked(ask.view(name=one.name), link))


def _one(ask: Asking, name: str, found: Filled | None = None, status: int = 200) -> Response:
    view = ask.view(name=name)
    idle_ms = ask.services.sessions.lasting.idle_ms

    def read(connection: Connection) -> tuple[Account | None, list[Found]]:
        sessions = session_store.all(connection, now_ms(), idle_ms)
        return account_store.find(connection, name), sessions

    account, sessions = ask.read(read)
    if account is None:
        return ask.go(LIST)
    if found is None:
        held = {"roles": tuple(account.roles), "towns": tuple(account.towns)}
        found = Filled({"shown": (account.shown,), **held})
    done = flask.request.args.get("done", "")
    said = view.text(f"people.done_{done}") if done in DONE else ""
    options, row = choices.of_account(view), _row(ask, view, account, sessions)
    return ask.answer(admin_accounts.one(view, row, options, found, said), status)


def _act(ask: Asking, acts: Mapping[str, Callable[[Asking, Account], Response]]) -> Response:
    """What the form asks to be done to the account that it names."""
    name, act = form("name"), acts.get(form("do"))
    account = ask.read(lambda connection: account_store.find(connection, name))
    if account is None or act is None:
        return ask.go(LIST)
    try:
        return act(ask, account)
    except LastAdmin as error:
        return _one(ask, name, _refused(account, Problem("", error.said)), 409)


def _refused(account: Account, problem: Problem) -> Filled:
    """The form as it was filled; for one of the buttons, as the account is."""
    if form("do") == "change":
        return asking.filled(problem)
    held = {"roles": tuple(account.roles), "towns": tuple(account.towns)}
    return Filled({"shown": (account.shown,), **held}, (problem,))


def _change(ask: Asking, account: Account) -> Response:
    try:
        held, towns = _asked(ask)
    except WrongRoles as error:
        return _one(ask, account.name, asking.filled(Problem(_about(), error.said)), 422)
    who, shown = asking.who(), form("shown")

    def write(connection: Connection) -> Account:
        return account_store.change(
            connection, now_ms(), who, account.id, roles=held, towns=towns, shown=shown
        )

    try:
        ask.write(write)
    except LastAdmin:
        raise
    except AccountError as error:
        return _one(ask, account.name, asking.filled(Problem("shown", error.said)), 422)
    return ask.go(admin_accounts.ONE, name=account.name, done="changed")


def _link(ask: Asking, account: Account) -> Response:
    """A new link in the place of an earlier one."""
    who = asking.who()

    def write(connection: Connection) -> str:
        log_store.write(connection, now_ms(), who, "account", f"link {account.name}")
        return link_store.make(connection, now_ms(), "password", account.id)

    return _shown(ask, account, ask.write(write))


def _end_sessions(ask: Asking, account: Account) -> Response:
    ask.services.sessions.end_all(account, asking.who())
    return ask.go(admin_accounts.ONE, name=account.name, done="signed_out")


def _switch(ask: Asking, account: Account, *, disabled: bool) -> Response:
    who = asking.who()
    ask.write(
        lambda connection: account_store.change(
            connection, now_ms(), who, account.id, disabled=disabled
        )
    )
    done = "disabled" if disabled else "enabled"
    return ask.go(admin_accounts.ONE, name=account.name, done=done)


def _asked(ask: Asking) -> tuple[frozenset[roles.Role], frozenset[str]]:
    """Roles and towns of this request's form; towns are those of the role that has some. Raises
    WrongRoles.
    """
    held = flask.request.form.getlist("roles")
    towns = flask.request.form.getlist("towns") if "town_duty" in held else []
    return roles.read(held, towns, ask.services.profile)


def _about() -> str:
    """Which field a wrong choice of roles and towns is about."""
    return "towns" if "town_duty" in flask.request.form.getlist("roles") else "roles"
