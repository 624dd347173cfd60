"""/health: an administrator reports that a vanished wall is no longer there."""

from __future__ import annotations

import redis
from flask import Flask, Response

from callbacks import forms
from callbacks.forms import FormError, FormHandlers
from feeds.city.words import Text
from feeds.remarks.remarks import NotYours
from feeds.screens import heartbeats

_CLOSED = Text(
    "没有登录，或页面已过期；请重新登录后再试",
    "you are not signed in, or the page is out of date; sign in again",
)
_BACK = FormError(
    409, Text("这面大屏已恢复，或已撤下", "this wall is back, or was taken down before")
)
_OTHERS = FormError(
    403,
    Text("撤下大屏须由管理员进行", "an administrator takes walls down"),
)
_AWAY = FormError(503, Text("Redis 没有应答，请稍后再试", "Redis does not answer; try again later"))
_ERRORS = {NotYours: _OTHERS, heartbeats.NotThere: _BACK, redis.RedisError: _AWAY}


def register(server: Flask, handlers: FormHandlers) -> None:
    """The one address."""

    def take_down(id: str) -> Response:
        return forms.take(handlers, _CLOSED, lambda office: handlers.take_down(id, office), _ERRORS)

    server.add_url_rule("/health/walls/<id>/down", "take_down", take_down, methods=["POST"])
