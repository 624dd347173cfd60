"""Who is looking: the towns whose small counts they may see, from a token of kind view sent as a
bearer or kept in a cookie.
"""

from __future__ import annotations

from dataclasses import dataclass

import flask

from dashboard.services import Services

COOKIE = "board_view"


@dataclass(frozen=True)
class Viewer:
    """`inside` are the towns that the viewer belongs to. Everyone else is outside all towns."""

    inside: frozenset[str] = frozenset()


OUTSIDE = Viewer()


def of_request(services: Services) -> Viewer:
    """Who sends this request. A token that is unknown, revoked or of another kind gives nothing,
    and takes nothing away.
    """
    scheme, _, bearer = flask.request.headers.get("Authorization", "").partition(" ")
    sent = [bearer.strip()] if scheme.lower() == "bearer" else []
    towns = (
        town_of(services, token)
        for token in (*sent, flask.request.cookies.get(COOKIE, ""))
        if token
    )
    return Viewer(frozenset(town for town in towns if town))


def town_of(services: Services, token: str) -> str:
    """The town that a token lets look inside; "" of one that doesn't."""
    known = services.tokens.known(token)
    return (
        known.area
        if known and known.opens("view") and known.area in services.profile.town_by_code
        else ""
    )
