"""The towns whose small counts a request may see, from a token of kind view that is sent as a
bearer token or kept in a cookie.
"""

from __future__ import annotations

from dataclasses import dataclass

import flask

from dashboard.access.tokens import Tokens
from feeds.city.profile import Profile

COOKIE = "board_view"


@dataclass(frozen=True)
class Permissions:
    """`inside` are the towns whose small counts may be seen; empty for everyone without a token."""

    inside: frozenset[str] = frozenset()


OUTSIDE = Permissions()


def of_request(tokens: Tokens, profile: Profile) -> Permissions:
    """The permissions of this request. A token that is unknown, revoked or of another kind changes
    nothing.
    """
    scheme, _, bearer = flask.request.headers.get("Authorization", "").partition(" ")
    sent = [bearer.strip()] if scheme.lower() == "bearer" else []
    towns = (
        town_of(tokens, profile, token)
        for token in (*sent, flask.request.cookies.get(COOKIE, ""))
        if token
    )
    return Permissions(frozenset(town for town in towns if town))


def town_of(tokens: Tokens, profile: Profile, token: str) -> str:
    """The town whose small counts a token lets see; "" where it has none."""
    known = tokens.known(token)
    if known and known.opens("view") and known.area in profile.town_by_code:
        return known.area
    return ""
