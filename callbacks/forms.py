"""What the forms of all pages share: the handlers that a form calls, how a form is accepted or
rejected, and the page that the browser goes to afterwards.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from html import escape
from typing import Protocol

import flask
import msgspec
from flask import Response
from sqlalchemy.exc import SQLAlchemyError

from feeds.accounts.roles import Right
from feeds.city.words import Lang, Text
from feeds.remarks.remarks import WrongRemark

log = logging.getLogger(__name__)
_AWAY = Text(
    "历史数据库没有应答，请稍后再试", "the history's database does not answer; try again later"
)


class Office(Protocol):
    """Who acts: a person or an office by name, and what they may."""

    @property
    def name(self) -> str: ...
    def may(self, right: Right, area: str = "") -> bool:
        """Whether a right holds in an area; "" is the whole city."""

    def may_somewhere(self, right: Right) -> bool:
        """Whether a right holds in the whole city or in one town at least."""

    def home(self, right: Right) -> str:
        """The one town in which a right holds; "" where it holds in more, or nowhere."""


class FormHandlers(Protocol):
    """Carries out what forms ask for. Each method raises WrongRemark where the form is wrong,
    NotYours, a database error, and what its own docstring names.
    """

    def office(self, csrf: str) -> Office | None:
        """Whose browser sends this form; None where nobody is signed in, or the form is not its
        own.
        """

    def add_remark(self, asked: Mapping[str, str], office: Office) -> object: ...
    def withdraw_remark(self, id: str, office: Office) -> object:
        """Raises remark_store.NotThere, Withdrawn."""

    def acknowledge(self, id: str, office: Office) -> object:
        """Raises alert_store.NotThere, Done."""

    def silence(self, asked: Mapping[str, str], office: Office) -> object: ...
    def end_silence(self, id: str, office: Office) -> object:
        """Raises alert_store.NotThere, Done."""

    def send_again(self, asked: Mapping[str, str], office: Office) -> object:
        """Raises deliveries.NotFailed."""

    def take_down(self, id: str, office: Office) -> object:
        """Raises heartbeats.NotThere, redis.RedisError."""

    def freeze(self, quarter: str, office: Office, *, again: bool) -> object:
        """Raises ValueError where it can't be frozen, freezes.Superseded."""

    def commit(self, asked: Mapping[str, str], office: Office) -> object: ...


class FormError(msgspec.Struct, frozen=True):
    """The answer to an error of a form handler; `{error}` in the text is replaced by the error's
    own.
    """

    status: int
    said: Text
    field: str = ""


FormErrors = Mapping[type[Exception], FormError]


def take(
    handlers: FormHandlers, closed: Text, act: Callable[[Office], object], errors: FormErrors
) -> Response:
    """Call a form handler for the browser's office and answer; `closed` is the answer where it has
    none.
    """
    office = handlers.office(flask.request.form.get("csrf", ""))
    if office is None:
        return _rejected(FormError(403, closed))
    try:
        act(office)
    except WrongRemark as error:
        return _rejected(FormError(422, error.said, error.field))
    except SQLAlchemyError as error:
        log.warning("a form is not written: %s", error)
        return _rejected(FormError(503, _AWAY))
    except tuple(errors) as error:
        return _rejected(
            next(form_error for kind, form_error in errors.items() if isinstance(error, kind)),
            error,
        )
    return (
        Response("", 204)
        if is_script()
        else Response("", 303, {"Location": back(flask.request.form)})
    )


def fields(*names: str) -> dict[str, str]:
    """Those of a form's fields that were sent."""
    return {name: flask.request.form[name] for name in names if name in flask.request.form}


def _rejected(form_error: FormError, error: Exception | None = None) -> Response:
    """Why a form was not taken: for a script in JSON, for a browser as a page that leads back."""
    said = form_error.said.of(_lang()).replace("{error}", str(error))
    field = form_error.field
    status = form_error.status
    if is_script():
        return Response(
            msgspec.json.encode({"field": field, "said": said}),
            status,
            content_type="application/json",
        )
    where = escape(back(flask.request.form))
    page = (
        f'<!DOCTYPE html><meta charset="utf-8"><title>{status}</title><p>{escape(field)} '
        f'{escape(said)}</p><p><a href="{where}">←</a></p>'
    )
    return Response(page, status, content_type="text/html; charset=utf-8")


def back(form: Mapping[str, str]) -> str:
    """The page that the form is on; always an address of this board, whatever was sent."""
    asked = form.get("back", "/")
    return (
        asked
        if asked.startswith("/") and not asked.startswith(("//", "/\\")) and asked.isprintable()
        else "/"
    )


def is_script() -> bool:
    """Whether the request is a script's, which stays on its page."""
    return (
        flask.request.accept_mimetypes.best_match(("text/html", "application/json"))
        == "application/json"
    )


def _lang() -> Lang:
    """The language of the page that the form is on."""
    return "en" if flask.request.form.get("lang") == "en" else "zh"
