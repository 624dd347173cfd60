"""A request that may change something comes from a page of the board itself.

Forms carry a value of the session as well (editing.py). Programs say nothing of a page, and send a
token.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import flask
from flask import Response

from dashboard.access import language
from feeds.city.words import Lang, Text

_HARMLESS = frozenset(("GET", "HEAD", "OPTIONS"))
_ELSEWHERE = Text(
    "这个请求来自别的网站的页面，未作处理\n", "a page of another site asks this; nothing was done\n"
)


class OwnPages:
    """Refuses what a browser says another site's page sends. `lang` is the board's own language."""

    def __init__(self, lang: Lang) -> None:
        self._lang = lang

    def check(self) -> Response | None:
        """None where the request is allowed; else the answer in its place."""
        if flask.request.method in _HARMLESS or _is_own():
            return None
        lang = language.of_answer(self._lang)
        answer = Response(_ELSEWHERE.of(lang), 403, content_type="text/plain; charset=utf-8")
        return language.marked(answer, lang)


def _is_own() -> bool:
    """Without TLS browsers name the origin alone."""
    sent = flask.request.headers
    if site := sent.get("Sec-Fetch-Site"):
        return site in ("same-origin", "none")
    origin = sent.get("Origin")
    return origin is None or _host(origin) == flask.request.host.lower()


def _host(origin: str) -> str | None:
    """None where it is no address."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None
