"""/enter and /leave: a viewing token becomes a cookie of the browser, so that a town's own staff
see its small counts.
"""

from __future__ import annotations

import flask
from flask import Blueprint, Response

from dashboard.access import permissions
from dashboard.access.tokens import Tokens
from feeds.city.profile import Profile

KEEP_S = 90 * 86_400
_UNKNOWN = """这个查看令牌无效或已撤销，请向管理员另要一个。
This viewing token is not known here, or was revoked: `board tokens add NAME --kind view --area TOWN` makes another.
"""


def blueprint(tokens: Tokens, profile: Profile) -> Blueprint:
    """Both addresses. The token leaves the address bar at once, and no page learns the address that
    led to it.
    """
    made = Blueprint("entering", __name__)
    made.add_url_rule("/enter", "enter", lambda: _enter(tokens, profile))
    made.add_url_rule("/leave", "leave", _leave)
    return made


def _enter(tokens: Tokens, profile: Profile) -> Response:
    token = flask.request.args.get("token", "").strip()
    known = tokens.known(token) if token else None
    if known is None or not known.opens("view"):
        return _private(Response(_UNKNOWN, 403, content_type="text/plain; charset=utf-8"))
    town = permissions.town_of(tokens, profile, token)
    answer = Response("", 303, {"Location": f"/?area={town}" if town else "/"})
    answer.set_cookie(
        permissions.COOKIE,
        token,
        KEEP_S,
        httponly=True,
        samesite="Lax",
        secure=flask.request.is_secure,
    )
    return _private(answer)


def _leave() -> Response:
    answer = Response("", 303, {"Location": "/"})
    answer.delete_cookie(permissions.COOKIE, httponly=True, samesite="Lax")
    return _private(answer)


def _private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
