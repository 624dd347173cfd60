"""The remark form of a page: POST /remarks and /remarks/<id>/withdraw, for a browser whose cookie is a token of kind edit.

A script is answered in JSON and stays on the page; without one the browser is sent back to it, or told what to change.
"""

from __future__ import annotations

from collections.abc import Callable

import flask
from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from dashboard import forms, offload, remarking
from dashboard.services import Services
from dashboard.tokens import Token
from feeds import remarkbook, remarks
from feeds.remarks import Remark, WrongRemark
from feeds.words import Text

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
    token, lang = remarking.editor(services), forms.lang()
    if token is None or not remarking.is_own(flask.request.form.get("csrf", "")):
        return forms.refused(403, CLOSED.of(lang))
    try:
        change(token)
    except WrongRemark as error:
        return forms.refused(422, error.said.of(lang), error.field)
    except remarking.NotYours:
        return forms.refused(403, _OTHERS.of(lang), "area")
    except (remarkbook.NotThere, remarkbook.Withdrawn):
        return forms.refused(409, _GONE.of(lang))
    except SQLAlchemyError:
        return forms.refused(503, AWAY.of(lang))
    return forms.done()
