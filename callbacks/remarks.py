"""The remark form of a figure's page: add a remark, withdraw one."""

from __future__ import annotations

from flask import Flask, Response

from callbacks import forms
from callbacks.forms import FormError, FormHandlers
from feeds.city.words import Text
from feeds.remarks import remark_store, remarks
from feeds.remarks.remarks import NotYours

_CLOSED = Text(
    "没有登录，或页面已过期；请重新登录后再试",
    "you are not signed in, or the page is out of date; sign in again",
)
_GONE = FormError(
    409, Text("没有这条批注，或已被撤回", "there is no such remark, or it was withdrawn before")
)
_OTHERS = FormError(
    403,
    Text("您没有在这里批注的权限", "you may not make remarks on this area"),
    "area",
)
_ERRORS = {NotYours: _OTHERS, remark_store.NotThere: _GONE, remark_store.Withdrawn: _GONE}


def register(server: Flask, handlers: FormHandlers) -> None:
    """Both addresses."""

    def add() -> Response:
        return forms.take(
            handlers,
            _CLOSED,
            lambda office: handlers.add_remark(forms.fields(*remarks.FIELDS), office),
            _ERRORS,
        )

    def withdraw(id: str) -> Response:
        return forms.take(
            handlers, _CLOSED, lambda office: handlers.withdraw_remark(id, office), _ERRORS
        )

    server.add_url_rule("/remarks", "add_remark", add, methods=["POST"])
    server.add_url_rule("/remarks/<id>/withdraw", "withdraw_remark", withdraw, methods=["POST"])
