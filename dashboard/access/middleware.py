"""The gate of a board whose setting open_pages is off: nothing without a pass, and an unpaired wall
is shown how to get one.
"""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode

import flask
import msgspec
from flask import Response

from dashboard.access import principal
from dashboard.access.principal import Pass, Passes
from dashboard.shell import assets, documents
from feeds.city.words import Lang
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
KEEP_S = 400 * 86_400  # the longest that browsers keep a cookie; given anew at each load


class Gate:
    """Asked before every request. It is open until `close` is called, so that pages can be built
    once before the board serves.
    """

    def __init__(self, known: Passes, lang: Lang) -> None:
        self._passes, self._lang, self._is_closed = known, lang, False

    def close(self) -> None:
        self._is_closed = not self._passes.is_open

    def ask(self) -> Response | None:
        """None where the request may pass; else the answer."""
        path = flask.request.path
        if not self._is_closed or path in FREE or path.startswith(FREE_UNDER):
            return None
        found = self._passes.of_request()
        if path == "/wall" or path.startswith("/wall/"):
            return self._of_wall(found)
        return None if found and not found.wall else self._unauthorized()

    def _of_wall(self, found: Pass | None) -> Response | None:
        if found is None:
            return self._pairing() if flask.request.path == "/wall" else _unauthorized_problem()
        if found.wall:
            flask.after_this_request(lambda answer: keep(answer, found.token))
        asked = flask.request.args
        if flask.request.path == "/wall/moments" and not all(
            map(found.shows, asked.get("areas", self._passes.city).split(","))
        ):
            return _unauthorized_problem()
        town = next(iter(found.areas - {self._passes.city}), "")
        if (
            not town
            or flask.request.path not in ("/wall", "/wall/scene")
            or (asked.get("area") == town and "of" not in asked)
        ):
            return None
        if flask.request.path == "/wall/scene":
            return _unauthorized_problem()
        query = {name: value for name, value in asked.items() if name != "of"} | {"area": town}
        return Response("", 303, {"Location": f"/wall?{urlencode(query)}"})

    def _pairing(self) -> Response:
        """What an unpaired wall shows; it asks for its code by itself."""
        content = pairing.screen(
            flask.request.host, was_paired=principal.COOKIE in flask.request.cookies
        )
        return _answer(
            documents.plain(content, self._lang, pairing.TITLE, assets.pairing_scripts())
        )

    def _unauthorized(self) -> Response:
        accepted = flask.request.accept_mimetypes
        is_script = accepted.best_match(("text/html", "application/json")) == "application/json"
        if is_script or flask.request.path.startswith(("/api/", "/metrics", "/_")):
            return _unauthorized_problem()
        return _answer(documents.plain(pairing.closed(), self._lang, pairing.TITLE))


def keep(answer: Response, token: str) -> Response:
    """The answer, with a wall's token for its browser."""
    secure = flask.request.is_secure
    answer.set_cookie(principal.COOKIE, token, KEEP_S, httponly=True, samesite="Lax", secure=secure)
    return answer


def lang_of(own: str) -> Lang:
    asked = flask.request.args.get("lang")
    return cast(Lang, asked if asked in ("zh", "en") else own)


def _answer(page: str) -> Response:
    return Response(
        page, 401, content_type="text/html; charset=utf-8", headers={"Cache-Control": "no-store"}
    )


def _unauthorized_problem() -> Response:
    said = (
        "this board shows nothing without a token: send Authorization: "
        "Bearer TOKEN of kind view, or enter with one"
    )
    body = msgspec.json.encode(
        {"type": "about:blank", "title": "Unauthorized", "status": 401, "detail": said}
    )
    headers = {"WWW-Authenticate": 'Bearer realm="board"', "Cache-Control": "no-store"}
    return Response(body, 401, content_type="application/problem+json", headers=headers)
