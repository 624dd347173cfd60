"""What Dash is asked by a browser, checked before Dash sees it: junk gets a refusal in one sentence
and no trace in the log.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import flask
import msgspec
from dash.exceptions import DependencyException, InvalidResourceError
from flask import Response

from dashboard.access import language
from feeds.city.words import Lang, Text
from layouts import ids

CALLBACK = "/_dash-update-component"
_ADDRESS = ("pathname", "search", "hash", "href")
_NOT_OURS = Text(
    "这不是本看板页面发出的请求，未作处理\n", "no page of this board asks so; nothing was done\n"
)
_NO_FILE = Text("没有这个文件\n", "there is no such file\n")


class _Part(msgspec.Struct):
    """One property of a component, and its value."""

    id: str | dict[str, Any]
    name: str = msgspec.field(name="property")
    value: Any = None

    @property
    def is_plain(self) -> bool:
        """Whether an address is text, as the browser's own is."""
        is_address = self.id == ids.LOCATION and self.name in _ADDRESS
        return not is_address or self.value is None or isinstance(self.value, str)


class _Asked(msgspec.Struct):
    """What a page asks when something was changed on it."""

    output: str
    inputs: list[_Part | list[_Part]]
    state: list[_Part | list[_Part]] = []
    changedPropIds: list[str] = []

    @property
    def parts(self) -> list[_Part]:
        found: list[_Part] = []
        for one in (*self.inputs, *self.state):
            found += one if isinstance(one, list) else [one]
        return found


_decode = msgspec.json.Decoder(_Asked).decode


class Incoming:
    """Refuses what no page asks. `outputs` are the callbacks that there are; `lang` is the board's
    own language.
    """

    def __init__(self, server: flask.Flask, outputs: Collection[str], lang: Lang) -> None:
        self._outputs, self._lang = outputs, lang
        server.before_request(self._check)
        for error in (DependencyException, InvalidResourceError):
            server.register_error_handler(error, lambda _: self._refused(404, _NO_FILE))

    def _check(self) -> Response | None:
        if flask.request.path != CALLBACK or flask.request.method != "POST":
            return None
        try:
            asked = _decode(flask.request.get_data())
        except (msgspec.DecodeError, RecursionError):
            return self._refused(400, _NOT_OURS)
        is_ours = asked.output in self._outputs and all(part.is_plain for part in asked.parts)
        return None if is_ours else self._refused(400, _NOT_OURS)

    def _refused(self, status: int, said: Text) -> Response:
        lang = language.of_answer(self._lang)
        answer = Response(said.of(lang), status, content_type="text/plain; charset=utf-8")
        return language.marked(answer, lang)
