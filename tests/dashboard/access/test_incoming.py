"""What a page of the board asks of Dash is let in; anything else is refused in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import flask
import pytest
from dash import MATCH, Dash, Input, Output, State, dcc, html
from flask.testing import FlaskClient

from callbacks import tables
from dashboard.access import incoming
from dashboard.access.incoming import CALLBACK, Incoming
from layouts import ids

GRID = {
    "output": '{"name":["MATCH"],"type":"grid"}.children',
    "outputs": {"id": ids.grid("towns"), "property": "children"},
    "inputs": [{"id": ids.sheet_asked("towns"), "property": "data", "value": {"touch": True}}],
    "state": [
        {"id": ids.sheet_group_chosen("towns"), "property": "data", "value": None},
        {"id": ids.sheet("towns"), "property": "data-export", "value": "/export?table=towns"},
        {"id": ids.grid("towns"), "property": "id", "value": ids.grid("towns")},
    ],
    "changedPropIds": ['{"name":"towns","type":"sheet-asked"}.data'],
}


@pytest.fixture
def app() -> Dash:
    """Dash with the callbacks of grids, behind the check. Its callbacks answer with their place."""
    made = Dash("test", server=flask.Flask("test"), use_pages=False, use_async=False)

    @made.callback(
        Output(ids.grid(MATCH), "children"),
        Input(ids.sheet_asked(MATCH), "data"),
        State(ids.sheet_group_chosen(MATCH), "data"),
        State(ids.sheet(MATCH), "data-export"),
        State(ids.grid(MATCH), "id"),
    )
    def opened(asked: Any, group: Any, export: Any, place: Any) -> Any:
        return f"{asked['touch']} {group} {export} {place['name']}"

    made.clientside_callback("() => 1", Output(ids.FOUND, "children"), Input(ids.SEARCH, "value"))
    made.layout = html.Div([dcc.Location(id=ids.LOCATION), html.Div(id=ids.FOUND)])
    Incoming(made.server, made.callback_map, "en")
    return made


@pytest.fixture
def web(app: Dash) -> FlaskClient:
    return app.server.test_client()


def changed(place: str, **parts: Any) -> Mapping[str, Any]:
    """What a page asks, with parts of one of its states, or of its first input, changed."""
    kind, _, number = place.partition(" ")
    listed = [dict(one) for one in GRID[kind]]
    listed[int(number)] |= parts
    return GRID | {kind: listed}


def test_what_a_page_asks_is_answered(web: FlaskClient) -> None:
    answer = web.post(CALLBACK, json=GRID)
    assert answer.status_code == 200
    (shown,) = answer.json["response"].values()
    assert shown == {"children": "True None /export?table=towns towns"}


@pytest.mark.parametrize(
    "body",
    [
        GRID | {"output": "nobody.children"},
        GRID | {"output": "found.children"},
        {name: value for name, value in GRID.items() if name != "outputs"},
        GRID | {"outputs": 5},
        GRID | {"outputs": []},
        GRID | {"outputs": [GRID["outputs"], GRID["outputs"]]},
        GRID | {"inputs": []},
        GRID | {"state": GRID["state"][:2]},
        GRID | {"inputs": [[*GRID["inputs"]]]},
        changed("inputs 0", value=5),
        changed("inputs 0", value={"touch": "x"}),
        changed("inputs 0", id="sheet-asked"),
        changed("inputs 0", id={"type": "sheet-asked"}),
        changed("inputs 0", id={"type": "sheet-asked", "name": 5}),
        changed("inputs 0", property="other"),
        changed("state 0", value=["x"]),
        changed("state 1", value=None),
        changed("state 1", value={"a": 1}),
        changed("state 2", value="towns"),
        changed("state 2", value={"name": {}}),
    ],
)
def test_what_no_page_asks_is_refused(web: FlaskClient, body: Any) -> None:
    answer = web.post(CALLBACK, json=body)
    assert (answer.status_code, answer.text) == (
        400,
        "no page of this board asks so; nothing was done\n",
    )


def test_every_part_of_a_callback_has_a_kind(app: Dash) -> None:
    tables.register(app, sheets=None)  # type: ignore[arg-type]
    asked = [
        incoming.kind_key(part)
        for one in app.callback_map.values()
        if "callback" in one
        for part in (*one["inputs"], *one["state"])
    ]
    assert len(asked) >= 7
    assert [key for key in asked if key not in incoming.KINDS] == []
