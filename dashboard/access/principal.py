"""Who makes a request: on an open board anyone, on a closed one the holder of a token of kind view
or edit, or a paired wall, which sees its own pages.

A wall's token is in a cookie that no script can read. It is a token like the others: random, kept
as a hash, and revoked by removing it from the list.
"""

from __future__ import annotations

from dataclasses import dataclass

import flask

from dashboard.access import permissions
from dashboard.access.tokens import Tokens

COOKIE = "board_wall"


@dataclass(frozen=True)
class Principal:
    """Who looks. `wall` is a paired wall's name, `areas` what it may show; empty is all areas."""

    token: str = ""
    wall: str = ""
    areas: frozenset[str] = frozenset()

    def shows(self, area: str) -> bool:
        return not self.areas or area in self.areas


ANYONE = Principal()


class Authenticator:
    """Finds the principal of a request by its tokens. A wall of one town may show its town and the
    city.
    """

    def __init__(self, tokens: Tokens, city: str, *, is_open: bool) -> None:
        self._tokens, self.city, self.is_open = tokens, city, is_open

    def of_request(self) -> Principal | None:
        """The principal of the current request; None where it has none."""
        scheme, _, bearer = flask.request.headers.get("Authorization", "").partition(" ")
        sent = [bearer.strip()] if scheme.lower() == "bearer" else []
        for token in (*sent, flask.request.cookies.get(permissions.COOKIE, "")):
            if token and self._tokens.holder(token, "view"):
                return Principal(token)
        return self._of_wall(flask.request.cookies.get(COOKIE, "")) or (
            ANYONE if self.is_open else None
        )

    def is_valid(self, principal: Principal) -> bool:
        """Whether a principal that was found before is still valid."""
        return self.is_open or (
            bool(principal.token) and self._tokens.known(principal.token) is not None
        )

    def _of_wall(self, token: str) -> Principal | None:
        known = self._tokens.known(token) if token else None
        if known is None or not known.opens("wall"):
            return None
        return Principal(
            token,
            known.name,
            frozenset((known.area, self.city)) if known.area and not self.is_open else frozenset(),
        )
