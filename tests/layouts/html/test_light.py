"""A page made light says the same: the same HTML, the same ids and charts, in few components."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from dash import MATCH, Dash, Input, Output, State, dcc
from dash import html as elements
from dash.development.base_component import Component

from dashboard.shell import light
from layouts import pages, shell
from layouts.html import islands, render
from layouts.page import Page
from layouts.view import View
from tests.layouts.test_pages import walk

MakeView = Callable[..., View]


@pytest.mark.parametrize("page", pages.PAGES, ids=lambda page: page.name)
def test_light_is_the_same_page_in_few_components(page: Page, make_view: MakeView) -> None:
    view = make_view(page.path)
    whole, made = shell.build(page, view), light.light(shell.build(page, view))
    assert render.to_html(made) == render.to_html(whole)
    count = sum(isinstance(node, Component) for node in walk(made))
    assert count < 160
    assert charts(made) == charts(whole)


def charts(tree: Component) -> list[str]:
    return [str(node.id) for node in walk(tree) if isinstance(node, dcc.Graph)]


def test_what_is_plain_becomes_one_piece() -> None:
    tree = elements.Div(
        [elements.P("a < b"), elements.Ul([elements.Li("x")])], className="one", **{"data-kpi": "k"}
    )
    made = light.light(tree)
    assert isinstance(made, islands.Markup)
    props = made.to_plotly_json()["props"]  # type: ignore[no-untyped-call]
    assert props == {
        "tag": "div",
        "attributes": {"className": "one", "data-kpi": "k"},
        "inner": "<p>a &lt; b</p><ul><li>x</li></ul>",
    }


def test_what_a_callback_names_stays_a_component() -> None:
    app = Dash("named")
    pattern = {"type": "opened", "name": MATCH}
    app.clientside_callback(
        "(n, s) => n",
        Output({"type": "place", "name": MATCH}, "children"),
        Input(pattern, "n_clicks"),
        State("plain", "data"),
    )
    kept = light.named(app)
    assert kept == {"place", "opened", "plain"}
    button = elements.Button("x", id={"type": "opened", "name": "a"})
    tree = elements.Div([elements.P("y"), button, elements.Div(id="other")])
    made = light.light(tree, kept)
    assert made.children[1] is button
    assert isinstance(made.children[0], islands.Markup)
    assert isinstance(made.children[2], islands.Markup)
