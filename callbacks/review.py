"""/review: freeze a quarter, write down a commitment: the host of the review does both."""

from __future__ import annotations

import flask
from flask import Flask, Response

from callbacks import forms
from callbacks.forms import FormError, FormHandlers, Office
from feeds.city.words import Text
from feeds.remarks.remarks import NotYours
from feeds.review.freezes import Superseded

_CLOSED = Text(
    "没有登录，或页面已过期；请重新登录后再试",
    "you are not signed in, or the page is out of date; sign in again",
)
_CITY = FormError(403, Text("冻结须由会议主持人进行", "the host of the review freezes a quarter"))
_OTHERS = FormError(
    403,
    Text("表态须由会议主持人录入", "the host of the review writes commitments down"),
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
