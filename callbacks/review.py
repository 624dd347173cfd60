"""/review: freeze a quarter, make a commitment. Only offices of the whole city freeze; a town makes
commitments only for itself.
"""

from __future__ import annotations

import flask
from flask import Flask, Response

from callbacks import forms
from callbacks.forms import FormError, FormHandlers, Office
from feeds.city.words import Text
from feeds.remarks.remarks import NotYours
from feeds.review.freezes import Superseded

_CLOSED = Text(
    "没有冻结或表态的权限，或页面已过期；请用编辑令牌重新进入",
    "you may not freeze or commit here, or the page is out of date; enter with an edit token",
)
_CITY = FormError(
    403, Text("冻结须由全市部门的令牌进行", "a quarter is frozen with a token of the whole city")
)
_OTHERS = FormError(
    403,
    Text("此令牌只能为本镇（街道）表态", "this token is for its own town's commitments alone"),
    "town",
)
_CANNOT = FormError(409, Text("现在不能冻结：{error}", "can't be frozen now: {error}"))


def register(server: Flask, handlers: FormHandlers) -> None:
    """Both addresses."""

    def freeze() -> Response:
        return forms.take(
            handlers, _CLOSED, frozen, {NotYours: _CITY, Superseded: _CANNOT, ValueError: _CANNOT}
        )

    def frozen(office: Office) -> object:
        asked = flask.request.form
        return handlers.freeze(asked.get("quarter", ""), office, again=bool(asked.get("again")))

    def commit() -> Response:
        return forms.take(
            handlers,
            _CLOSED,
            lambda office: handlers.commit(flask.request.form, office),
            {NotYours: _OTHERS},
        )

    server.add_url_rule("/review/freeze", "freeze", freeze, methods=["POST"])
    server.add_url_rule("/review/commitments", "commit", commit, methods=["POST"])
