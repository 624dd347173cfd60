"""The addresses that the wall uses besides its page: one picture as HTML, a replay's moments, its
service worker, and the phone's page.
"""

from __future__ import annotations

import flask
import msgspec
from flask import Blueprint, Response

from dashboard.access import language
from dashboard.api import problems
from dashboard.api.problems import Problem
from dashboard.pages import replays
from dashboard.pages.views import Views
from dashboard.shell import assets, documents, first_state
from feeds.city.words import Text
from feeds.events import decoding
from layouts import pages
from layouts.html import render
from layouts.pages import wall
from layouts.text import texts
from layouts.wall import empty, playlist, remote

MOST_AREAS, MOST_MOMENTS = 3, 60


def blueprint(made: Views, lang: str) -> Blueprint:
    """The addresses; `lang` is the board's own language."""
    found = Blueprint("showing", __name__)
    found.add_url_rule("/wall/scene", "scene", lambda: _scene(made))
    found.add_url_rule("/wall/now", "now", lambda: _now(made))
    found.add_url_rule("/wall/moments", "moments", lambda: _moments(made, lang))
    found.add_url_rule("/wall-sw.js", "worker", _worker)
    found.add_url_rule("/remote", "remote", lambda: _remote(lang))
    return found


def _scene(made: Views) -> Response:
    """The picture of the turn that /wall shows at the same query."""
    page = pages.at("/wall")
    assert page
    view = made.view(page, flask.request.args)
    body = {
        "html": render.to_html(wall.scene(view)),
        "topics": first_state.of(view)["topics"],
        "build": view.build,
    }
    return Response(
        msgspec.json.encode(body),
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def _now(made: Views) -> Response:
    """What is in place, as HTML by block, with what the player has to know besides."""
    page = pages.at("/wall")
    assert page
    view = made.view(page, flask.request.args)
    room = wall.room_of(view)
    body = {
        "blocks": {name: render.to_html(block) for name, block in wall.blocks(view)},
        "line": render.to_html(wall.line(view)),
        "quiet": playlist.silent(view, room),
        "filling": bool(room and room.filling),
        "empty": empty.holds(view, room),
        "towns": wall.reporting_state(view, room),
        "build": view.build,
    }
    return Response(
        msgspec.json.encode(body),
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def _moments(made: Views, own: str) -> Response:
    """The next `count` moments of a replay from `at` (epoch ms), `step` ms apart: the first as
    whole topics, the others as frames.
    """
    asked, profile = flask.request.args, made.profile
    areas = [area for area in asked.get("areas", profile.code).split(",") if area in profile.areas][
        :MOST_AREAS
    ] or [profile.code]
    at, step, count = (
        asked.get(name, least, int) for name, least in (("at", 0), ("step", 1_000), ("count", 1))
    )
    moments = [at + n * max(1, step) for n in range(max(1, min(count, MOST_MOMENTS)))]
    try:
        found = made.replays.play(areas, moments, "now" if asked.get("known") == "now" else "then")
    except replays.Refused as error:
        status = 503 if error.reason in ("busy", "away") else 422
        said = Text(*(texts.get(lang, f"replay.{error.reason}") for lang in texts.LANGS))
        problem = Problem(status, said, reason=error.reason, first=error.first_ms)
        return problems.answer(problem, own)
    body = {"moments": found, "day": made.replays.day(found[-1].now), "now": decoding.now_ms()}
    return Response(
        msgspec.json.encode(body),
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def _worker() -> Response:
    """Served from the root, so that it may control /wall, and never cached, as browsers require."""
    body = assets.text("wall/service_worker.js")
    return Response(
        body, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"}
    )


def _remote(own: str) -> str:
    asked = flask.request.args
    lang = language.of_page(own)
    theme = "light" if asked.get("theme") == "light" else "dark"
    return documents.plain(
        remote.build(lang, theme),
        lang,
        Text(*(texts.get(own, "remote.title") for own in ("zh", "en"))),
        assets.remote_scripts(),
        theme,
    )
