"""Who makes a request: a person who is signed in, the holder of a token, a paired wall, or anyone;
and what they may. It is found once a request.

A wall's token and a session's secret are in cookies that no script can read.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, replace
from typing import Literal

import flask

from dashboard.access import session_cookie
from dashboard.access.last_use import LastUse
from dashboard.access.sessions import Sessions
from dashboard.access.tokens import Tokens
from feeds.accounts import token_store
from feeds.accounts.roles import NOTHING, OPEN, Right, Rights
from feeds.accounts.session_store import DEMO, Found
from feeds.accounts.token_store import Token
from feeds.audit_log.entries import Who

WALL_COOKIE = "board_wall"
VIEW_COOKIE = "board_view"
EXTENSION = "board.principal"
_KEPT = "board_principal"


@dataclass(frozen=True)
class Principal:
    """Who looks, under which name, and what they may.

    `account` is a person's account (its id), `credential` the hash of the session's or the token's
    secret, `csrf` what a form of this browser must carry. `wall` is a paired wall's name, `areas`
    what it may show; empty is all areas. `token` is what is kept of a token.
    """

    kind: Literal["account", "token", "wall", "anyone"] = "anyone"
    name: str = ""
    rights: Rights = NOTHING
    account: str = ""
    shown: str = ""
    credential: str = ""
    csrf: str = ""
    wall: str = ""
    areas: frozenset[str] = frozenset()
    token: Token | None = None

    def may(self, right: Right, area: str = "") -> bool:
        """Whether a right holds in an area: a town's code, or "" for the whole city."""
        return self.rights.may(right, area)

    def may_somewhere(self, right: Right) -> bool:
        """Whether a right holds in the whole city or in one town at least."""
        return self.rights.may_somewhere(right)

    def home(self, right: Right) -> str:
        """The one town in which a right holds; "" where it holds in more, or nowhere."""
        return self.rights.home(right)

    def shows(self, area: str) -> bool:
        """Whether the figures of an area may be seen."""
        is_let_in = self.may("see") or bool(self.wall)
        return is_let_in and (not self.areas or area in self.areas)

    @property
    def is_let_in(self) -> bool:
        """Whether anything at all may be seen."""
        return self.may("see") or bool(self.wall)


class Authenticator:
    """Finds the principal of a request. On an open board everybody may at least what anyone may."""

    def __init__(
        self, tokens: Tokens, known: Sessions, last_use: LastUse, city: str, *, is_open: bool
    ) -> None:
        self._tokens, self._sessions, self._last_use = tokens, known, last_use
        self.city, self.is_open = city, is_open

    def attach(self, server: flask.Flask) -> None:
        """Principals of the server's requests are found here."""
        server.extensions[EXTENSION] = self

    def of_request(self) -> Principal:
        """The principal of the current request: of a bearer token, else of a session, else of a
        token in a cookie, else of a paired wall; else anyone.
        """
        return (
            self._of_secret(_bearer(), ("ingest", "view", "edit"))
            or self._of_session(session_cookie.sent())
            or self._of_secret(flask.request.cookies.get(VIEW_COOKIE, ""), ("view", "edit"))
            or self._of_secret(flask.request.cookies.get(WALL_COOKIE, ""), ("wall",))
            or self._let_in(Principal())
        )

    def of_socket(self) -> Principal | None:
        """As of_request; None of who may see nothing."""
        found = self.of_request()
        return found if found.is_let_in else None

    def is_valid(self, one: Principal) -> bool:
        """Whether a principal that was found before is still there and may the same."""
        if one.kind == "anyone":
            return self.is_open
        if one.kind == "account":
            session = self._sessions.found(one.credential)
            now = self._account(session, "") if session and self._holds(session) else None
        else:
            token = self._tokens.found(one.credential)
            now = self._holder(token, one.credential, "") if token else None
        return now is not None and (now.rights, now.areas) == (one.rights, one.areas)

    def _of_secret(self, secret: str, kinds: tuple[str, ...]) -> Principal | None:
        token = self._tokens.known(secret) if secret else None
        if token is None or token.kind not in kinds:
            return None
        self._last_use.of_token(token.name, token.seen)
        return self._holder(token, token_store.digest(secret), secret)

    def _of_session(self, secret: str) -> Principal | None:
        found = self._sessions.known(secret) if secret else None
        if found is None or not self._holds(found):
            return None
        self._last_use.of_session(found.session.sha256, found.session.seen)
        return self._account(found, secret)

    def _holds(self, found: Found) -> bool:
        """What anyone may begin on a demo holds nowhere else."""
        return self.is_open or found.session.method != DEMO

    def _account(self, found: Found, secret: str) -> Principal:
        session, account = found
        return self._let_in(
            Principal(
                "account",
                account.name,
                account.rights,
                account.id,
                account.shown,
                session.sha256,
                _csrf(secret),
            )
        )

    def _holder(self, token: Token, digest: str, secret: str) -> Principal:
        is_wall = token.kind == "wall"
        is_bound = is_wall and bool(token.area) and not self.is_open
        found = Principal(
            "wall" if is_wall else "token",
            token.name,
            token.rights,
            shown=token.name,
            credential=digest,
            csrf=_csrf(secret),
            wall=token.name if is_wall else "",
            areas=frozenset((token.area, self.city) if is_bound else ()),
            token=token,
        )
        return self._let_in(found)

    def _let_in(self, one: Principal) -> Principal:
        return replace(one, rights=one.rights | OPEN) if self.is_open else one


def of_request() -> Principal:
    """The principal of the current request, found once; anyone, who may nothing, where nothing
    finds principals.
    """
    if _KEPT not in flask.g:
        authenticator: Authenticator | None = flask.current_app.extensions.get(EXTENSION)
        found = authenticator.of_request() if authenticator else Principal()
        setattr(flask.g, _KEPT, found)
    kept: Principal = flask.g.get(_KEPT)
    return kept


def is_open() -> bool:
    """Whether the board of the current request is open: nobody has to sign in."""
    authenticator: Authenticator | None = flask.current_app.extensions.get(EXTENSION)
    return authenticator is not None and authenticator.is_open


def of_bearer() -> Principal | None:
    """The principal of the current request, where it sends a bearer token that is known."""
    found = of_request()
    is_sent = found.token is not None and found.token.kind != "wall"
    return found if is_sent and found.credential == token_store.digest(_bearer()) else None


def nobody() -> Who:
    """Whoever this request comes from, by address alone."""
    return Who("", flask.request.remote_addr or "")


def who() -> Who:
    """Who makes this request, for the audit log; without a name where it is anyone."""
    return Who(of_request().name, flask.request.remote_addr or "")


def is_own(csrf: str) -> bool:
    """Whether a form's `csrf` is that of this browser: no other site can make it, because it needs
    the cookie.
    """
    wanted = of_request().csrf
    return bool(wanted) and hmac.compare_digest(csrf.encode(), wanted.encode())


def _csrf(secret: str) -> str:
    return hashlib.sha256(f"form:{secret}".encode()).hexdigest() if secret else ""


def _bearer() -> str:
    scheme, _, sent = flask.request.headers.get("Authorization", "").partition(" ")
    return sent.strip() if scheme.lower() == "bearer" else ""
