"""The grid of a table: its rows are the sheet's, it is opened for a screen, grouped, and closed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from dash import Dash
from werkzeug.exceptions import BadRequest

from callbacks import tables
from feeds.city.words import Text
from layouts import ids
from layouts.sheets.sheets import Column, Row, Sheet, WrongChoice
from layouts.view import View

SHEET = Sheet(
    "towns",
    "t",
    (),
    (
        Column("name", "Town", "text"),
        Column("a.rate", "Rate", "share", "What it is."),
        Column("a.rate.n", "n", "count", is_file_only=True),
    ),
    (
        Row("all", ("City", 0.5, 4.0), "all"),
        Row("t1", ("One", None, 0.0)),
        Row("t2", ("Two", "no cases", 0.0)),
    ),
)
EXPORT = "/export?table=towns&kpis=a.rate"
PLACE = ids.grid("towns:a.rate")
MakeView = Callable[..., View]


class Read:
    """Gives the one sheet, and keeps the addresses it was asked for."""

    def __init__(self, view: View) -> None:
        self.view, self.asked = view, list[str]()

    def sheet(self, address: str) -> tuple[View, Sheet]:
        self.asked.append(address)
        if "kpis=a.rate" not in address:
            raise WrongChoice(Text("没有这张表", "there is no such table"))
        return self.view, SHEET


@pytest.fixture
def read(make_view: MakeView) -> Read:
    return Read(make_view("/disputes", lang="en"))


@pytest.fixture
def answers(read: Read) -> Mapping[str, Callable[..., Any]]:
    """The callbacks that the server answers, by the property that they give."""
    app = Dash("tables")
    tables.register(app, read)
    found = {}
    for name, callback in app.callback_map.items():
        if "callback" in callback:
            found[name.split("}.")[1].rstrip(".").split("...")[0]] = callback[
                "callback"
            ].__wrapped__
    return found


def test_a_grid_has_the_sheet_s_columns_and_rows(
    answers: Mapping[str, Callable[..., Any]], read: Read
) -> None:
    grid, tick = answers["children"]({"touch": True, "narrow": True}, None, EXPORT, PLACE)
    assert (grid.id, tick.id) == (ids.grid_view("towns:a.rate"), ids.grid_tick("towns:a.rate"))
    assert [(c["field"], c["headerName"]) for c in grid.columnDefs] == [
        ("name", "Town"),
        ("a.rate", "Rate"),
    ]
    assert {c["minWidth"] for c in grid.columnDefs} == {110}
    assert grid.dashGridOptions["rowHeight"] == 48, "for fingers"
    assert grid.dashGridOptions["pinnedTopRowData"] == [
        {"key": "all", "level": "all", "group": 0, "name": "City", "a.rate": 0.5}
    ]
    assert grid.rowData == [
        {"key": "t1", "level": "row", "group": 0, "name": "One", "a.rate": None},
        {"key": "t2", "level": "row", "group": 0, "name": "Two", "a.rate": None}
        | {"a.rate!": "no cases"},
    ]
    assert read.asked == [EXPORT]


def test_rows_come_again_grouped_as_chosen(
    answers: Mapping[str, Callable[..., Any]], read: Read
) -> None:
    rows, options = answers["rowData"](1, "kind", EXPORT)
    assert [row["key"] for row in rows] == ["t1", "t2"]
    changed = json.loads(json.dumps(options.to_plotly_json()))["operations"]
    assert [one["location"] for one in changed] == [["pinnedTopRowData"]]
    answers["rowData"](2, "none", EXPORT)
    answers["rowData"](3, "x&table=goals", EXPORT)
    assert read.asked == [f"{EXPORT}&group=kind", EXPORT, EXPORT]


def test_a_closed_grid_is_gone_and_nothing_is_read(
    answers: Mapping[str, Callable[..., Any]], read: Read
) -> None:
    assert answers["children"](None, "kind", EXPORT, PLACE) is None
    assert read.asked == []


def test_an_address_that_no_page_gave_is_a_wrong_request(
    answers: Mapping[str, Callable[..., Any]],
) -> None:
    for ask in (
        lambda: answers["children"]({"touch": False}, None, "/export?table=x", PLACE),
        lambda: answers["rowData"](1, None, "nonsense"),
    ):
        with pytest.raises(BadRequest):
            ask()
