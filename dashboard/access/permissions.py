"""Who is looking: the towns whose small counts they may see, from a token of kind view sent as a
bearer or kept in a cookie.
"""

from __future__ import annotations

from dataclasses import dataclass

import flask

from dashboard.access.tokens import Tokens
from feeds.city.profile import Profile

COOKIE = "board_view"


@dataclass(frozen=True)
class Viewer:
    """`inside` are the towns that the viewer belongs to. Everyone else is outside all towns."""

    inside: frozenset[str] = frozenset()


OUTSIDE = Viewer()


def of_request(tokens: Tokens, profile: Profile) -> Viewer:
    """Who sends this request. A token that is unknown, revoked or of another kind gives nothing,
    and takes nothing away.
    """
    scheme, _, bearer = flask.request.headers.get("Authorization", "").partition(" ")
    sent = [bearer.strip()] if scheme.lower() == "bearer" else []
    towns = (
        town_of(tokens, profile, token)
        for token in (*sent, flask.request.cookies.get(COOKIE, ""))
        if token
    )
    return Viewer(frozenset(town for town in towns if town))


def town_of(tokens: Tokens, profile: Profile, token: str) -> str:
    """The town that a token lets look inside; "" of one that doesn't."""
    known = tokens.known(token)
    if known and known.opens("view") and known.area in profile.town_by_code:
        return known.area
    return ""
