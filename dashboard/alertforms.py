"""The forms of /alerts: acknowledge an alert, silence a rule, end a silence; for a browser whose cookie is a token of kind edit."""

from __future__ import annotations

from collections.abc import Callable

import flask
from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from dashboard import alarms, forms, offload, remarking
from dashboard.services import Services
from dashboard.tokens import Token
from feeds import alertbook
from feeds.remarks import WrongRemark
from feeds.words import Text

_CLOSED = Text(
    "没有处理告警的权限，或页面已过期；请用编辑令牌重新进入",
    "you may not handle alerts here, or the page is out of date; enter with an edit token",
)
_GONE = Text("这条告警或静默已不在，或已有人处理", "it is gone, or somebody handled it before")
_OTHERS = Text("此令牌只能处理本镇（街道）的告警", "this token is for the alerts of its own town alone")
_AWAY = Text("历史数据库没有应答，请稍后再试", "the history's database does not answer; try again later")
FIELDS = ("rule", "area", "hours", "reason")
Change = Callable[[Token], object]


def blueprint(services: Services) -> Blueprint:
    """The three addresses."""
    made = Blueprint("alertforms", __name__)
    for name, path, change in (
        ("acknowledge", "/alerts/<id>/acknowledge", _acknowledge),
        ("silence", "/alerts/silence", _silence),
        ("end_silence", "/alerts/silences/<id>/end", _end_silence),
    ):
        made.add_url_rule(path, name, _bound(services, change), methods=["POST"])
    return made


def _bound(services: Services, change: Callable[[Services, str], Change]) -> Callable[..., Response]:
    def answer(id: str = "") -> Response:
        return _done(services, change(services, id))

    return answer


def _acknowledge(services: Services, id: str) -> Change:
    return lambda token: offload.run(alarms.acknowledge, services, id, token)


def _end_silence(services: Services, id: str) -> Change:
    return lambda token: offload.run(alarms.end_silence, services, id, token)


def _silence(services: Services, _: str) -> Change:
    asked = {name: flask.request.form[name] for name in FIELDS if name in flask.request.form}
    return lambda token: offload.run(alarms.silence, services, asked, token)


def _done(services: Services, change: Change) -> Response:
    """Makes the change for the browser's office, and says how it went."""
    token, lang = remarking.editor(services), forms.lang()
    if token is None or not remarking.is_own(flask.request.form.get("csrf", "")):
        return forms.refused(403, _CLOSED.of(lang))
    try:
        change(token)
    except WrongRemark as error:
        return forms.refused(422, error.said.of(lang), error.field)
    except alarms.NotYours:
        return forms.refused(403, _OTHERS.of(lang), "area")
    except (alertbook.NotThere, alertbook.Done):
        return forms.refused(409, _GONE.of(lang))
    except SQLAlchemyError:
        return forms.refused(503, _AWAY.of(lang))
    return forms.done()
