"""/account: one's own sessions, their end, and one's password."""

from __future__ import annotations

import flask
from flask import Blueprint, Response
from sqlalchemy import Connection

from dashboard.access import principal, session_cookie
from dashboard.audit_trail import now_ms
from dashboard.people import asking, choices, setting_up
from dashboard.people.asking import Asking, form
from dashboard.people.signing_in import NotNow, Passwords, WrongPassword
from feeds.accounts import account_store
from feeds.accounts.account_store import Account
from feeds.accounts.roles import RIGHTS
from feeds.city.words import Text
from layouts.people import own_account
from layouts.people.page_values import EMPTY, Filled, OwnAccount, Problem, Session
from layouts.view import View

HANDLE = 16  # characters of a session's hash, by which its page names it
_WRONG = Text("这不是现在的密码", "this is not your current password")
_SAME = Text("新密码与现在的相同", "the new password is the one that you have")


def add(made: Blueprint, ask: Asking, known: Passwords) -> None:
    acts = {"end": lambda: _end(ask), "password": lambda: _password(ask, known)}

    def act() -> Response:
        return acts.get(form("do"), lambda: _page(ask))()

    ask.add(made, own_account.ACCOUNT, lambda: _page(ask), act, is_own=True)


def _page(ask: Asking, found: Filled = EMPTY, status: int = 200) -> Response:
    view = ask.view()
    done = flask.request.args.get("done", "")
    said = view.text(f"people.done_{done}") if done in ("password", "ended") else ""
    own = _own(ask, view, _account(ask))
    return ask.answer(own_account.build(view, own, found, said), status)


def _account(ask: Asking) -> Account:
    id = principal.of_request().account
    return ask.read(lambda connection: account_store.get(connection, id))


def _own(ask: Asking, view: View, account: Account) -> OwnAccount:
    this = principal.of_request().credential
    sessions = [
        Session(
            one.sha256[:HANDLE],
            one.agent,
            one.address,
            one.created,
            one.seen,
            one.ends,
            one.sha256 == this,
        )
        for one in ask.services.sessions.of_account(account.id)
    ]
    sessions.sort(key=lambda one: (not one.is_this, -one.seen))
    return OwnAccount(
        account.name,
        account.shown,
        choices.role_names(view, account.roles),
        choices.town_names(view, account.rights.towns),
        _does(view, account),
        tuple(sessions),
        ask.services.settings.session_idle_hours,
        bool(account.password),
        ask.provider_of(account),
    )


def _does(view: View, account: Account) -> tuple[str, ...]:
    """What it may do, each with where."""
    rights, found = account.rights, []
    where = view.text("people.comma").join(choices.town_names(view, rights.towns))
    for right, said in RIGHTS.items():
        if rights.may(right):
            found.append(said.of(view.lang))
        elif rights.may_somewhere(right):
            found.append(view.text("people.within", right=said.of(view.lang), towns=where))
    return tuple(found)


def _end(ask: Asking) -> Response:
    """End one session, all others, or every one."""
    this, which = principal.of_request(), form("which")
    sessions = ask.services.sessions
    if which in ("others", "all"):
        keep = this.credential if which == "others" else ""
        sessions.end_all(_account(ask), asking.who(), keep)
    else:
        for one in sessions.of_account(this.account):
            if len(which) == HANDLE and one.sha256.startswith(which):
                sessions.end(one.sha256, asking.who())
    if which == "all":
        return session_cookie.clear(ask.go("/sign-out"))
    return ask.go(own_account.ACCOUNT, done="ended")


def _password(ask: Asking, known: Passwords) -> Response:
    this, account = principal.of_request(), _account(ask)
    if not account.password:
        return _page(ask)
    try:
        known.check(account.name, form("password"))
    except WrongPassword:
        return _page(ask, asking.filled(Problem("password", _WRONG)), 422)
    except NotNow as error:
        answer = _page(ask, asking.filled(Problem("", error.said)), error.status)
        answer.headers["Retry-After"] = str(error.wait_s)
        return answer
    if form("new") == form("password"):
        return _page(ask, asking.filled(Problem("new", _SAME)), 422)
    password, problems = setting_up.new_password(account.name)
    if problems:
        return _page(ask, asking.filled(*problems), 422)
    who = asking.who()

    def write(connection: Connection) -> Account:
        return account_store.change(
            connection, now_ms(), who, account.id, password=password, keep=this.credential
        )

    ask.write(write)
    return ask.go(own_account.ACCOUNT, done="password")
