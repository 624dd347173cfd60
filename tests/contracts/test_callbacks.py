"""Every id that a callback names is on some page, in the layout around all pages, or in what another
callback gives.
"""

from __future__ import annotations

import importlib.util
import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, cast

import flask
import pytest
from dash.development.base_component import Component

import callbacks
from dashboard.shell import board, light
from dashboard.shell.board import Board
from layouts import pages, shell
from layouts.sheets import grid
from layouts.sheets.grid import Screen
from layouts.sheets.sheets import Sheet
from layouts.view import View
from tests.layouts.conftest import city, make_view

MakeView = Callable[..., View]
__all__ = ["city", "make_view"]


@pytest.fixture(scope="module")
def app() -> Board:
    made = board.create(flask.Flask("named"), cast(Any, None))
    callbacks.register(made, cast(Any, None), cast(Any, None))
    return made


def names(tree: Component | list[Component]) -> set[str]:
    parts = tree if isinstance(tree, list) else [tree]
    found = [inner for part in parts for inner in (part, *part._traverse())]  # type: ignore[no-untyped-call]
    return {light.name(part) for part in found} - {""}


def shown(make: MakeView) -> Iterator[Component]:
    """Every page, and those that show something else with a figure in their address."""
    for page in pages.PAGES:
        view = make(page.path)
        yield shell.build(page, view)
        yield shell.build(page, replace(view, filters={}))
        if "kpi" in page.filters:
            yield shell.build(page, replace(view, filters={"kpi": "disputes.success_rate"}))


def test_what_callbacks_name_is_there(app: Board, make_view: MakeView) -> None:
    there = names(app.layout)
    for tree in shown(make_view):
        there |= names(tree)
    there |= names(grid.grid(make_view("/"), "x", Sheet("x", "x", (), (), ()), Screen()))
    named = light.named(app)
    assert named
    assert named - there == set()


def test_nothing_is_answered_by_asyncio(app: Board) -> None:
    """Dash does so where asgiref is installed, as Django has it; two requests at once would fail
    under gevent.
    """
    assert importlib.util.find_spec("asgiref")
    before = [one for ones in app.server.before_request_funcs.values() for one in ones]
    handlers = [*app.server.view_functions.values(), *before]
    assert [one for one in handlers if inspect.iscoroutinefunction(one)] == []
