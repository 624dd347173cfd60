"""What the wall needs beside its page: one picture as HTML (/wall/scene), its service worker, and the phone's page (/remote)."""

from __future__ import annotations

import flask
import msgspec
from flask import Blueprint, Response

from dashboard import assets, documents, gate, views
from dashboard.views import Views
from feeds.words import Text
from layouts import html, pages, remote, texts
from layouts.pages import wall


def blueprint(made: Views, lang: str) -> Blueprint:
    """The addresses; `lang` is the board's own language."""
    found = Blueprint("showing", __name__)
    found.add_url_rule("/wall/scene", "scene", lambda: _scene(made))
    found.add_url_rule("/wall-sw.js", "worker", _worker)
    found.add_url_rule("/remote", "remote", lambda: _remote(lang))
    return found


def _scene(made: Views) -> Response:
    """What /wall shows at the same query, without the bars around it."""
    page = pages.at("/wall")
    assert page
    view = made.view(page, flask.request.args)
    body = {"html": html.to_html(wall.scene(view)), "topics": views.first_state(view)["topics"], "build": view.build}
    return Response(msgspec.json.encode(body), content_type="application/json", headers={"Cache-Control": "no-store"})


def _worker() -> Response:
    """From the root, so that it may stand before /wall; asked for anew each time, as the browser wants it."""
    body = (assets.FOLDER / "wallworker" / "wall-sw.js").read_bytes()
    return Response(body, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


def _remote(own: str) -> str:
    asked = flask.request.args
    lang = gate.lang_of(own)
    theme = "light" if asked.get("theme") == "light" else "dark"
    return documents.plain(
        remote.build(lang, theme), lang, Text(*(texts.get(own, "remote.title") for own in ("zh", "en"))), assets.remote_scripts(), theme
    )
