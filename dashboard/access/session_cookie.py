"""The cookie of a session: begun with an answer, taken away with another. No script can read it. A
device that remembers no town is given that of who signs in for one alone.
"""

from __future__ import annotations

import flask
from flask import Response

from dashboard.access.sessions import Sessions
from dashboard.shell.board import HOME
from feeds.accounts.account_store import Account
from feeds.accounts.session_store import DEMO

COOKIE = "board_session"
HOME_S = 400 * 86_400


def name() -> str:
    """The cookie's name. Under TLS browsers take one of this prefix from this very host alone."""
    return f"__Host-{COOKIE}" if flask.request.is_secure else COOKIE


def sent() -> str:
    """The secret that this request carries; "" where it carries none."""
    return flask.request.cookies.get(name(), "")


def begin(answer: Response, sessions: Sessions, account: Account, method: str) -> Response:
    """The answer that signs its browser in: a new session, whatever the browser carried before.
    Raises a database error.
    """
    secret = sessions.begin(
        account,
        method,
        agent=flask.request.headers.get("User-Agent", ""),
        address=flask.request.remote_addr or "",
    )
    answer.set_cookie(
        name(),
        secret,
        sessions.lasting.most_ms // 1000,
        httponly=True,
        samesite="Lax",
        secure=flask.request.is_secure,
        path="/",
    )
    if method != DEMO:
        _remember_town(answer, account)
    return answer


def _remember_town(answer: Response, account: Account) -> None:
    """As assets/shell/home.js writes it, which a person may forget again there."""
    town = account.rights.home("cells")
    if town and not flask.request.cookies.get(HOME):
        secure = flask.request.is_secure
        answer.set_cookie(HOME, town, HOME_S, samesite="Lax", secure=secure, path="/")


def clear(answer: Response) -> Response:
    """The answer that takes the cookie away."""
    secure = flask.request.is_secure
    answer.delete_cookie(name(), httponly=True, samesite="Lax", secure=secure, path="/")
    return answer
