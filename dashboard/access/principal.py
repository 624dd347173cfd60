"""Who may look: on an open board everyone, on a closed one who holds a token of kind view or edit,
and a paired wall its pages.

A wall's pass is a cookie that no script reads. It is a token like the others: random, kept as a
hash, revoked by being taken off the list.
"""

from __future__ import annotations

from dataclasses import dataclass

import flask

from dashboard.access import permissions
from dashboard.access.tokens import Tokens

COOKIE = "board_wall"


@dataclass(frozen=True)
class Pass:
    """By what somebody looks. `wall` is a paired wall's name; `areas` are those that it may show,
    none for all.
    """

    token: str = ""
    wall: str = ""
    areas: frozenset[str] = frozenset()

    def shows(self, area: str) -> bool:
        return not self.areas or area in self.areas


OPEN = Pass()


class Passes:
    """What requests bring, against the tokens there are. A wall of one town may show its town, and
    the city around it.
    """

    def __init__(self, tokens: Tokens, city: str, *, is_open: bool) -> None:
        self._tokens, self.city, self.is_open = tokens, city, is_open

    def of_request(self) -> Pass | None:
        """By what the request at hand may look; None where it may not."""
        scheme, _, bearer = flask.request.headers.get("Authorization", "").partition(" ")
        sent = [bearer.strip()] if scheme.lower() == "bearer" else []
        for token in (*sent, flask.request.cookies.get(permissions.COOKIE, "")):
            if token and self._tokens.holder(token, "view"):
                return Pass(token)
        return self._of_wall(flask.request.cookies.get(COOKIE, "")) or (
            OPEN if self.is_open else None
        )

    def holds(self, given: Pass) -> bool:
        """Whether what was given before still counts."""
        return self.is_open or (bool(given.token) and self._tokens.known(given.token) is not None)

    def _of_wall(self, token: str) -> Pass | None:
        known = self._tokens.known(token) if token else None
        if known is None or not known.opens("wall"):
            return None
        return Pass(
            token,
            known.name,
            frozenset((known.area, self.city)) if known.area and not self.is_open else frozenset(),
        )
