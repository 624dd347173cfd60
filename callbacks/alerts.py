"""/alerts: acknowledge an alert, silence a rule, end a silence, send a message again."""

from __future__ import annotations

from flask import Flask, Response

from callbacks import forms
from callbacks.forms import FormError, FormHandlers
from feeds.alerts import alert_store
from feeds.city.words import Text
from feeds.notify import deliveries
from feeds.remarks.remarks import NotYours

_CLOSED = Text(
    "没有登录，或页面已过期；请重新登录后再试",
    "you are not signed in, or the page is out of date; sign in again",
)
_GONE = FormError(
    409, Text("这条告警或静默已不在，或已有人处理", "it is gone, or somebody handled it before")
)
_OTHERS = FormError(
    403,
    Text("您没有处理这里告警的权限", "you may not handle the alerts of this area"),
    "area",
)
_SENT = FormError(
    409, Text("这条消息已送达，或正在重发", "the message was accepted, or is being sent again")
)
_ERRORS = {
    NotYours: _OTHERS,
    alert_store.NotThere: _GONE,
    alert_store.Done: _GONE,
    deliveries.NotFailed: _SENT,
}
MESSAGE = ("alert", "version", "hook")
FIELDS = ("rule", "area", "hours", "reason")


def register(server: Flask, handlers: FormHandlers) -> None:
    """The four addresses."""

    def acknowledge(id: str) -> Response:
        return forms.take(
            handlers, _CLOSED, lambda office: handlers.acknowledge(id, office), _ERRORS
        )

    def silence() -> Response:
        return forms.take(
            handlers,
            _CLOSED,
            lambda office: handlers.silence(forms.fields(*FIELDS), office),
            _ERRORS,
        )

    def end_silence(id: str) -> Response:
        return forms.take(
            handlers, _CLOSED, lambda office: handlers.end_silence(id, office), _ERRORS
        )

    def send_again() -> Response:
        return forms.take(
            handlers,
            _CLOSED,
            lambda office: handlers.send_again(forms.fields(*MESSAGE), office),
            _ERRORS,
        )

    server.add_url_rule("/alerts/again", "send_again", send_again, methods=["POST"])
    server.add_url_rule("/alerts/<id>/acknowledge", "acknowledge", acknowledge, methods=["POST"])
    server.add_url_rule("/alerts/silence", "silence", silence, methods=["POST"])
    server.add_url_rule("/alerts/silences/<id>/end", "end_silence", end_silence, methods=["POST"])
