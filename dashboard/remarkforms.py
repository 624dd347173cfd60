"""The remark form of a page: POST /remarks and /remarks/<id>/withdraw, for a browser whose cookie is a token of kind edit.

A script is answered in JSON and stays on the page; without one the browser is sent back to it, or told what to change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

import flask
import msgspec
from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from dashboard import offload, remarking
from dashboard.services import Services
from dashboard.tokens import Token
from feeds import remarkbook, remarks
from feeds.remarks import Remark, WrongRemark
from feeds.words import Lang, Text

CLOSED = Text(
    "没有录入批注的权限，或页面已过期；请用编辑令牌重新进入",
    "you may not make remarks here, or the page is out of date; enter with an edit token",
)
_GONE = Text("没有这条批注，或已被撤回", "there is no such remark, or it was withdrawn before")
_OTHERS = Text("此令牌只能录入本镇（街道）的批注", "this token is for remarks on its own town alone")
AWAY = Text("历史数据库没有应答，请稍后再试", "the history's database does not answer; try again later")


def blueprint(services: Services) -> Blueprint:
    """Both addresses."""
    made = Blueprint("remarkforms", __name__)
    made.add_url_rule("/remarks", "add", lambda: _done(services, _add(services)), methods=["POST"])
    made.add_url_rule("/remarks/<id>/withdraw", "withdraw", lambda id: _done(services, _withdraw(services, id)), methods=["POST"])
    return made


Change = Callable[[Token], Remark]


def _add(services: Services) -> Change:
    asked = {name: flask.request.form[name] for name in remarks.FIELDS if name in flask.request.form}
    return lambda token: offload.run(remarking.add, services, asked, token)


def _withdraw(services: Services, id: str) -> Change:
    return lambda token: offload.run(remarking.withdraw, services, id, token)


def _done(services: Services, change: Change) -> Response:
    """Makes the change for the browser's office, and says how it went."""
    token, said_in = remarking.editor(services), lang()
    if token is None or not remarking.is_own(flask.request.form.get("csrf", "")):
        return refused(403, CLOSED.of(said_in))
    try:
        change(token)
    except WrongRemark as error:
        return refused(422, error.said.of(said_in), error.field)
    except remarking.NotYours:
        return refused(403, _OTHERS.of(said_in), "area")
    except (remarkbook.NotThere, remarkbook.Withdrawn):
        return refused(409, _GONE.of(said_in))
    except SQLAlchemyError:
        return refused(503, AWAY.of(said_in))
    return accepted()


def accepted() -> Response:
    """The page again, or nothing for a script, which loads it itself."""
    return Response("", 204) if _is_script() else Response("", 303, {"Location": _back(flask.request.form)})


def refused(status: int, said: str, field: str = "") -> Response:
    """Why nothing was done, and at which field."""
    if _is_script():
        return Response(msgspec.json.encode({"field": field, "said": said}), status, content_type="application/json")
    back = escape(_back(flask.request.form))
    page = f'<!DOCTYPE html><meta charset="utf-8"><title>{status}</title><p>{escape(field)} {escape(said)}</p><p><a href="{back}">←</a></p>'
    return Response(page, status, content_type="text/html; charset=utf-8")


def _back(form: Mapping[str, str]) -> str:
    """The page that the form stood on: an address of this board, whatever was sent."""
    asked = form.get("back", "/")
    return asked if asked.startswith("/") and not asked.startswith(("//", "/\\")) and asked.isprintable() else "/"


def _is_script() -> bool:
    return flask.request.accept_mimetypes.best_match(("text/html", "application/json")) == "application/json"


def lang() -> Lang:
    """The language of the page that the form stood on."""
    return "en" if flask.request.form.get("lang") == "en" else "zh"
