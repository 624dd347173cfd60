"""/wall/scene: one picture of the wall as HTML, with the topics it was built from, for the player in assets/wall/scenes.js."""

from __future__ import annotations

import flask
import msgspec
from flask import Blueprint, Response

from dashboard import views
from dashboard.views import Views
from layouts import html, pages
from layouts.pages import wall


def blueprint(made: Views) -> Blueprint:
    """The one address. What it shows is what /wall shows at the same query."""
    found = Blueprint("showing", __name__)
    found.add_url_rule("/wall/scene", "scene", lambda: _scene(made))
    return found


def _scene(made: Views) -> Response:
    page = pages.at("/wall")
    assert page
    view = made.view(page, flask.request.args)
    body = {"html": html.to_html(wall.scene(view)), "topics": views.first_state(view)["topics"], "build": view.build}
    return Response(msgspec.json.encode(body), content_type="application/json", headers={"Cache-Control": "no-store"})
