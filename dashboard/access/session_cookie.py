"""The cookie of a session: begun with an answer, taken away with another. No script can read it."""

from __future__ import annotations

import flask
from flask import Response

from dashboard.access.sessions import Sessions
from feeds.accounts.account_store import Account

COOKIE = "board_session"


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
    return answer


def clear(answer: Response) -> Response:
    """The answer that takes the cookie away."""
    secure = flask.request.is_secure
    answer.delete_cookie(name(), httponly=True, samesite="Lax", secure=secure, path="/")
    return answer
