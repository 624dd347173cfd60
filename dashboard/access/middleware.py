"""The middleware of a board whose setting open_pages is off: it answers nothing without a token,
and shows an unpaired wall how to get one.
"""

from __future__ import annotations

from urllib.parse import urlencode

import flask
import msgspec
from flask import Response

from dashboard import thread_pool
from dashboard.access import acting, language
from dashboard.access.principal import COOKIE, Authenticator, Principal
from dashboard.audit_trail import Trail
from dashboard.shell import assets, documents
from feeds.city.words import Lang, Text
from layouts.wall import pairing

FREE = (
    "/healthz",
    "/readyz",
    "/enter",
    "/leave",
    "/wall-sw.js",
    "/wall/pair",
    "/wall/claim",
    "/api/v1/events",
    "/favicon.ico",
)
FREE_UNDER = "/assets/"
_UNAUTHORIZED = Text(
    "这个看板须凭令牌查看：请带请求头 Authorization: Bearer 令牌（view 类），或用进入地址打开",
    "this board shows nothing without a token: send Authorization: "
    "Bearer TOKEN of kind view, or enter with one",
)
KEEP_S = 400 * 86_400  # the longest that browsers keep a cookie; it is renewed at each load


class AccessMiddleware:
    """Runs before every request. It lets everything through until `close` is called, so that pages
    can be built once before the board serves.
    """

    def __init__(self, authenticator: Authenticator, lang: Lang, trail: Trail) -> None:
        self._authenticator, self._lang, self._is_closed = authenticator, lang, False
        self._trail = trail

    def close(self) -> None:
        self._is_closed = not self._authenticator.is_open

    def check(self) -> Response | None:
        """None where the request is allowed; else the answer in its place."""
        path = flask.request.path
        if not self._is_closed or path in FREE or path.startswith(FREE_UNDER):
            return None
        principal = self._authenticator.of_request()
        if principal is None and "Authorization" in flask.request.headers:
            thread_pool.run(self._trail.failed_sign_in, acting.of_office(""))
        if path == "/wall" or path.startswith("/wall/"):
            return self._of_wall(principal)
        return None if principal and not principal.wall else self._unauthorized()

    def _of_wall(self, principal: Principal | None) -> Response | None:
        if principal is None:
            return (
                self._pairing() if flask.request.path == "/wall" else self._unauthorized_problem()
            )
        if principal.wall:
            flask.after_this_request(lambda answer: keep(answer, principal.token))
        asked = flask.request.args
        if flask.request.path == "/wall/moments" and not all(
            map(principal.shows, asked.get("areas", self._authenticator.city).split(","))
        ):
            return self._unauthorized_problem()
        town = next(iter(principal.areas - {self._authenticator.city}), "")
        if (
            not town
            or flask.request.path not in ("/wall", "/wall/scene")
            or (asked.get("area") == town and "of" not in asked)
        ):
            return None
        if flask.request.path == "/wall/scene":
            return self._unauthorized_problem()
        query = {name: value for name, value in asked.items() if name != "of"} | {"area": town}
        return Response("", 303, {"Location": f"/wall?{urlencode(query)}"})

    def _pairing(self) -> Response:
        """The page of an unpaired wall; its script asks for a code."""
        content = pairing.screen(flask.request.host, was_paired=COOKIE in flask.request.cookies)
        return _answer(
            documents.plain(content, self._lang, pairing.TITLE, assets.pairing_scripts())
        )

    def _unauthorized(self) -> Response:
        accepted = flask.request.accept_mimetypes
        is_script = accepted.best_match(("text/html", "application/json")) == "application/json"
        if is_script or flask.request.path.startswith(("/api/", "/metrics", "/_")):
            return self._unauthorized_problem()
        return _answer(documents.plain(pairing.closed(), self._lang, pairing.TITLE))

    def _unauthorized_problem(self) -> Response:
        lang = language.of_answer(self._lang)
        body = {"type": "about:blank", "title": "Unauthorized", "status": 401}
        raw = msgspec.json.encode(body | {"detail": _UNAUTHORIZED.of(lang)})
        headers = {"WWW-Authenticate": 'Bearer realm="board"', "Cache-Control": "no-store"}
        answer = Response(raw, 401, content_type="application/problem+json", headers=headers)
        return language.marked(answer, lang)


def keep(answer: Response, token: str) -> Response:
    """The answer, with a wall's token as a cookie of its browser."""
    secure = flask.request.is_secure
    answer.set_cookie(COOKIE, token, KEEP_S, httponly=True, samesite="Lax", secure=secure)
    return answer


def _answer(page: str) -> Response:
    return Response(
        page, 401, content_type="text/html; charset=utf-8", headers={"Cache-Control": "no-store"}
    )
