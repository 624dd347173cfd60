"""What the forms of pages share: how one is taken or refused, and where its browser goes then."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import flask
import msgspec
from flask import Response

from feeds.words import Lang


def refused(status: int, said: str, field: str = "") -> Response:
    """Why a form was not taken: for a script in JSON, for a browser as a page that leads back."""
    if is_script():
        return Response(msgspec.json.encode({"field": field, "said": said}), status, content_type="application/json")
    where = escape(back(flask.request.form))
    page = (
        f'<!DOCTYPE html><meta charset="utf-8"><title>{status}</title><p>{escape(field)} {escape(said)}</p><p><a href="{where}">←</a></p>'
    )
    return Response(page, status, content_type="text/html; charset=utf-8")


def done() -> Response:
    """That a form was taken: the browser goes back to its page, a script stays there."""
    return Response("", 204) if is_script() else Response("", 303, {"Location": back(flask.request.form)})


def back(form: Mapping[str, str]) -> str:
    """The page that the form stood on: an address of this board, whatever was sent."""
    asked = form.get("back", "/")
    return asked if asked.startswith("/") and not asked.startswith(("//", "/\\")) and asked.isprintable() else "/"


def is_script() -> bool:
    """Whether the request is a script's, which stays on its page."""
    return flask.request.accept_mimetypes.best_match(("text/html", "application/json")) == "application/json"


def lang() -> Lang:
    """The language of the page that the form stood on."""
    return "en" if flask.request.form.get("lang") == "en" else "zh"
