"""What Dash is asked by a browser, checked before Dash sees it: junk gets a refusal in one sentence
and no trace in the log.

What a page asks has the parts that its callback declares, each with a value of its kind. A callback
whose part has no kind yet takes any value there; tests/dashboard/access/test_incoming.py names it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import flask
import msgspec
from dash import MATCH
from dash.exceptions import DependencyException, InvalidResourceError
from flask import Response

from dashboard.access import language
from feeds.city.words import Lang, Text
from layouts import ids

CALLBACK = "/_dash-update-component"


def _of_many(named: Mapping[str, ids.Name]) -> str:
    """What names all elements of a kind."""
    return str(named["type"])


ROUTER = "_pages_location"  # Dash's own, for its pages
Path = Annotated[str, msgspec.Meta(pattern="^/")]
# The kinds of values by element and property; an element of many is named by its type.
KINDS: Mapping[tuple[str, str], Any] = {
    **{
        (place, name): str | None
        for place in (ROUTER, ids.LOCATION)
        for name in ("search", "hash", "href")
    },
    **{(place, "pathname"): Path | None for place in (ROUTER, ids.LOCATION)},
    (_of_many(ids.sheet_asked(MATCH)), "data"): dict[str, bool] | None,
    (_of_many(ids.sheet_group_chosen(MATCH)), "data"): str | None,
    (_of_many(ids.sheet(MATCH)), "data-export"): str,
    (_of_many(ids.grid(MATCH)), "id"): dict[str, str],
    (_of_many(ids.grid_tick(MATCH)), "n_intervals"): int | None,
}
_NOT_OURS = Text(
    "这不是本看板页面发出的请求，未作处理\n", "no page of this board asks so; nothing was done\n"
)
_NO_FILE = Text("没有这个文件\n", "there is no such file\n")
Id = str | dict[str, Any]


class _Place(msgspec.Struct):
    """A property of a component."""

    id: Id
    name: str = msgspec.field(name="property")


class _Part(_Place):
    """The same with its value."""

    value: Any = None


class _Asked(msgspec.Struct):
    """What a page asks when something was changed on it."""

    output: str
    outputs: _Place | list[_Place]
    inputs: list[_Part | list[_Part]]
    state: list[_Part | list[_Part]] = []
    changedPropIds: list[str] = []


_decode = msgspec.json.Decoder(_Asked).decode


class Incoming:
    """Refuses what no page asks. `callbacks` are those that there are, by their output (Dash's
    callback_map); `lang` is the board's own language.
    """

    def __init__(
        self, server: flask.Flask, callbacks: Mapping[str, Mapping[str, Any]], lang: Lang
    ) -> None:
        self._callbacks, self._lang = callbacks, lang
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
        declared = self._callbacks.get(asked.output, {})
        is_ours = (
            "callback" in declared  # else it is one that runs in the browser
            and _number(asked.outputs) == asked.output.count("...") + 1
            and _fit(declared["inputs"], asked.inputs)
            and _fit(declared["state"], asked.state)
        )
        return None if is_ours else self._refused(400, _NOT_OURS)

    def _refused(self, status: int, said: Text) -> Response:
        lang = language.of_answer(self._lang)
        answer = Response(said.of(lang), status, content_type="text/plain; charset=utf-8")
        return language.marked(answer, lang)


def element(declared: str) -> Id:
    """An id as a callback declares it: a name, or what names one of many."""
    found: Id = json.loads(declared) if declared.startswith("{") else declared
    return found


def kind_key(declared: Mapping[str, str]) -> tuple[str, str]:
    """Where KINDS has the kind of a declared part."""
    place = element(declared["id"])
    return place if isinstance(place, str) else str(place.get("type")), declared["property"]


def _number(outputs: _Place | list[_Place]) -> int:
    return len(outputs) if isinstance(outputs, list) else 1


def _fit(declared: Sequence[Mapping[str, str]], sent: Sequence[_Part | list[_Part]]) -> bool:
    """Whether what was sent is what a callback declares, part by part."""
    return len(declared) == len(sent) and all(map(_fits, declared, sent))


def _fits(declared: Mapping[str, str], sent: _Part | list[_Part]) -> bool:
    place = element(declared["id"])
    takes_all = isinstance(place, dict) and ["ALL"] in place.values()
    if takes_all is not isinstance(sent, list):
        return False
    parts = sent if isinstance(sent, list) else [sent]
    return all(_is(declared, place, part) for part in parts)


def _is(declared: Mapping[str, str], place: Id, sent: _Part) -> bool:
    if sent.name != declared["property"] or not _is_at(place, sent.id):
        return False
    try:
        msgspec.convert(sent.value, KINDS.get(kind_key(declared), Any))
    except msgspec.ValidationError:
        return False
    return True


def _is_at(place: Id, sent: Id) -> bool:
    """Whether an id is that of the element, or of one of those that are meant."""
    if isinstance(place, str) or isinstance(sent, str):
        return place == sent
    return place.keys() == sent.keys() and all(
        isinstance(sent[name], str) if isinstance(value, list) else sent[name] == value
        for name, value in place.items()
    )
