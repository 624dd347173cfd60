"""Who may send forms: the office whose edit token a browser carries, and the proof that its own
page sent the form.
"""

from __future__ import annotations

import hashlib
import hmac

import flask

from dashboard.access import permissions
from dashboard.access.tokens import Token, Tokens


def editor(tokens: Tokens) -> Token | None:
    """The office whose edit token is in the request's cookie."""
    known = tokens.known(flask.request.cookies.get(permissions.COOKIE, ""))
    return known if known and known.opens("edit") else None


def csrf() -> str:
    """The value that a form must carry. No other site can make it, because it needs the cookie."""
    cookie = flask.request.cookies.get(permissions.COOKIE, "")
    return hashlib.sha256(f"remarks:{cookie}".encode()).hexdigest()


def is_own(sent: str) -> bool:
    """Whether a form's `csrf` is that of this browser's cookie."""
    return hmac.compare_digest(sent.encode(), csrf().encode())
