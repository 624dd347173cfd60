"""The middleware of a closed board: who is not let in is led to the sign-in page, a program is told
so, and an unpaired wall is shown how to be paired.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlencode

import flask
import msgspec
from flask import Response

from dashboard import thread_pool
from dashboard.access import language, principal
from dashboard.access.principal import WALL_COOKIE, Authenticator, Principal
from dashboard.audit_trail import Trail
from dashboard.shell import assets, documents
from feeds.city.words import Lang, Text
from layouts.wall import pairing

FREE = (
    "/healthz",
    "/readyz",
    "/enter",
    "/leave",
    "/sign-in",
    "/sign-in/demo",
    "/sign-in/oidc",
    "/sign-in/oidc/back",
    "/sign-out",
    "/set-up",
    "/wall-sw.js",
    "/wall/pair",
    "/wall/claim",
    "/api/v1/events",
    "/favicon.ico",
    "/help",
)
FREE_UNDER = ("/assets/", "/help/")
SIGN_IN = "/sign-in"
_UNAUTHORIZED = Text(
    "这个看板须先登录：请在 /sign-in 登录；程序请带请求头 Authorization: Bearer 令牌（view 类）",
    "this board shows nothing to those who are not signed in: sign in at /sign-in; "
    "a program sends Authorization: Bearer TOKEN of kind view",
)
_FORBIDDEN = Text("这个令牌只能发送事件，不能查看", "this token sends events and sees nothing")
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
        found = principal.of_request()
        if found.kind == "anyone" and "Authorization" in flask.request.headers:
            thread_pool.run(self._trail.failed_sign_in, principal.who())
        if path == "/wall" or path.startswith("/wall/"):
            return self._of_wall(found)
        if found.may("see"):
            return None
        return self._problem(403, _FORBIDDEN) if found.kind == "token" else self._unauthorized()

    def _of_wall(self, found: Principal) -> Response | None:
        if not found.is_let_in:
            return (
                self._pairing() if flask.request.path == "/wall" else self._unauthorized_problem()
            )
        if found.kind == "wall":
            secret = flask.request.cookies.get(WALL_COOKIE, "")
            flask.after_this_request(lambda answer: keep(answer, secret))
        asked = flask.request.args
        if flask.request.path == "/wall/moments" and not all(
            map(found.shows, asked.get("areas", self._authenticator.city).split(","))
        ):
            return self._unauthorized_problem()
        town = next(iter(found.areas - {self._authenticator.city}), "")
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
        content = pairing.screen(
            flask.request.host, was_paired=WALL_COOKIE in flask.request.cookies
        )
        return _answer(
            documents.plain(content, self._lang, pairing.TITLE, assets.pairing_scripts())
        )

    def _unauthorized(self) -> Response:
        """To the sign-in page, and back to what was asked; a program gets a problem."""
        accepted = flask.request.accept_mimetypes
        is_script = accepted.best_match(("text/html", "application/json")) == "application/json"
        is_program = flask.request.path.startswith(("/api/", "/metrics", "/_"))
        if is_script or is_program or flask.request.method not in ("GET", "HEAD"):
            return self._unauthorized_problem()
        query = {"next": asked_for()}
        if lang := flask.request.args.get(language.PARAMETER):
            query[language.PARAMETER] = lang
        headers = {"Location": f"{SIGN_IN}?{urlencode(query)}", "Cache-Control": "no-store"}
        return Response("", 303, headers)

    def _unauthorized_problem(self) -> Response:
        return self._problem(401, _UNAUTHORIZED, {"WWW-Authenticate": 'Bearer realm="board"'})

    def _problem(
        self, status: int, said: Text, headers: Mapping[str, str] | None = None
    ) -> Response:
        lang = language.of_answer(self._lang)
        title = HTTPStatus(status).phrase
        body = {"type": "about:blank", "title": title, "status": status, "detail": said.of(lang)}
        kept = {**(headers or {}), "Cache-Control": "no-store"}
        answer = Response(
            msgspec.json.encode(body), status, kept, content_type="application/problem+json"
        )
        return language.marked(answer, lang)


def asked_for() -> str:
    """The address of this request within the board."""
    return flask.request.full_path.removesuffix("?")


def next_page(asked: str) -> str:
    """Where to go on after a sign-in: an address of this board, whatever was asked."""
    is_ours = asked.startswith("/") and not asked.startswith(("//", "/\\")) and asked.isprintable()
    return asked if is_ours else "/"


def keep(answer: Response, token: str) -> Response:
    """The answer, with a wall's token as a cookie of its browser."""
    secure = flask.request.is_secure
    answer.set_cookie(WALL_COOKIE, token, KEEP_S, httponly=True, samesite="Lax", secure=secure)
    return answer


def _answer(page: str) -> Response:
    return Response(
        page, 401, content_type="text/html; charset=utf-8", headers={"Cache-Control": "no-store"}
    )
