"""Whose forms are taken: the office whose edit token a browser carries, and what proves that its
own page sent the form.
"""

from __future__ import annotations

import hashlib
import hmac

import flask

from dashboard.access import permissions
from dashboard.access.tokens import Token, Tokens


def editor(tokens: Tokens) -> Token | None:
    """Whose cookie of an edit token the request carries."""
    known = tokens.known(flask.request.cookies.get(permissions.COOKIE, ""))
    return known if known and known.opens("edit") else None


def csrf() -> str:
    """What a form must carry so that no other site can have made it: known only to who knows the
    cookie.
    """
    cookie = flask.request.cookies.get(permissions.COOKIE, "")
    return hashlib.sha256(f"remarks:{cookie}".encode()).hexdigest()


def is_own(sent: str) -> bool:
    """Whether a form's `csrf` is that of this browser's cookie."""
    return hmac.compare_digest(sent.encode(), csrf().encode())
