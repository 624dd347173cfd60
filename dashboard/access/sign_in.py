"""/enter: the token of an office becomes a cookie of the browser, so that its staff see what the
token allows; dashboard/people takes it away again. People sign in with accounts of their own.
"""

from __future__ import annotations

import flask
from flask import Blueprint, Response

from dashboard import thread_pool
from dashboard.access import language, principal
from dashboard.access.principal import VIEW_COOKIE
from dashboard.access.tokens import Tokens
from dashboard.audit_trail import Trail
from feeds.audit_log.entries import Who
from feeds.city.profile import Profile
from feeds.city.words import Text

KEEP_S = 90 * 86_400
_UNKNOWN = Text(
    "这个查看令牌无效、已过期或已撤销，请向管理员另要一个。\n",
    "This viewing token is not known here, has expired or was revoked: "
    "`board tokens add NAME --kind view --area TOWN` makes another.\n",
)


def blueprint(tokens: Tokens, profile: Profile, lang: str, trail: Trail) -> Blueprint:
    """The address. The token leaves the address bar at once, and no page learns the address that
    led to it. `lang` is the board's own language.
    """
    made = Blueprint("entering", __name__)
    made.add_url_rule("/enter", "enter", lambda: _enter(tokens, profile, lang, trail))
    return made


def _enter(tokens: Tokens, profile: Profile, own: str, trail: Trail) -> Response:
    secret = flask.request.args.get("token", "").strip()
    known = tokens.known(secret) if secret else None
    if known is None or not known.rights.may("see"):
        if secret:
            thread_pool.run(trail.failed_sign_in, _who(known.name if known else ""))
        lang = language.of_answer(own)
        said = Response(_UNKNOWN.of(lang), 403, content_type="text/plain; charset=utf-8")
        return _private(language.marked(said, lang))
    about = f"{known.kind} {known.area}".strip()
    thread_pool.run(trail.note_if_possible, _who(known.name), "sign_in", about)
    town = known.area if known.area in profile.town_by_code else ""
    answer = Response("", 303, {"Location": f"/?area={town}" if town else "/"})
    answer.set_cookie(
        VIEW_COOKIE,
        secret,
        KEEP_S,
        httponly=True,
        samesite="Lax",
        secure=flask.request.is_secure,
    )
    return _private(answer)


def _who(name: str) -> Who:
    """Whose token it is. Nobody is signed in by it yet."""
    return Who(name, principal.who().address)


def _private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
