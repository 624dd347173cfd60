"""The holder of the token of a request, for the routes that need one."""

from __future__ import annotations

import flask

from dashboard.access import tokens
from dashboard.access.tokens import Kind, Token
from dashboard.api.problems import Problem
from dashboard.services import Services

_MAKE = {
    "ingest": "`board tokens add NAME`",
    "view": "`board tokens add NAME --kind view`",
    "edit": "`board tokens add NAME --kind edit`",
}
_FIRST = {"ingest": f"the first token stands in {tokens.FIRST} in the board's data folder"}


def holder(services: Services, kind: Kind) -> Token:
    """The token of the request. Raises Problem: 401 without one that is known, 403 where it is for
    something else.
    """
    scheme, _, sent = flask.request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not sent.strip():
        detail = (
            "send the header Authorization: Bearer TOKEN; "
            f"{_FIRST.get(kind, f'{_MAKE[kind]} on the board machine makes one')}"
        )
        raise Problem(401, detail, {"WWW-Authenticate": 'Bearer realm="board"'})
    found = services.tokens.known(sent.strip())
    if found is None:
        detail = (
            f"this token is not known here, or was revoked; {_MAKE[kind]} "
            "on the board's machine makes a new one"
        )
        raise Problem(
            401, detail, {"WWW-Authenticate": 'Bearer realm="board", error="invalid_token"'}
        )
    if not found.opens(kind):
        detail = (
            f"this token is of kind {found.kind}, and this needs one of kind "
            f"{kind}; {_MAKE[kind]} on the board's machine makes one"
        )
        raise Problem(
            403, detail, {"WWW-Authenticate": 'Bearer realm="board", error="insufficient_scope"'}
        )
    return found
