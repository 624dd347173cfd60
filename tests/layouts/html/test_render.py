"""Component trees as HTML text: everything escaped, nothing of Dash's own left in."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from dash import dcc, html
from hypothesis import given
from hypothesis import strategies as st

from layouts import ids
from layouts.html import attributes
from layouts.html.render import VOID, rules, to_html


class Reader(HTMLParser):
    """Gathers text, and fails where tags don't close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_elements_attributes_and_children() -> None:
    children = [html.Span("纠纷", className="a b"), None, 3, html.Br(), ["x", html.B("y")]]
    tree = html.Div(children, id="z", **attributes.data(kpi="k"), **attributes.aria(label="l"))
    assert (
        to_html(tree)
        == '<div aria-label="l" data-kpi="k" id="z"><span class="a b">纠纷</span>3<br>x<b>y</b></div>'
    )


def test_styles_and_booleans() -> None:
    tree = html.Details(
        html.Label("l", htmlFor="f"),
        open=True,
        hidden=False,
        style={"backgroundColor": "red", "--rows": 3},
    )
    assert (
        to_html(tree)
        == '<details open data-style="background-color:red;--rows:3"><label for="f">l</label></details>'
    )
    assert to_html(html.Div("x", style={})) == "<div>x</div>"


def test_styles_are_rules_once_each() -> None:
    bar, dot = html.Span(style={"width": "3%"}), html.Span(style={"background": 'url("data:x")'})
    assert rules(to_html([bar, dot, bar])) == (
        '[data-style="width:3%"]:not(#_){width:3%}'
        '[data-style="background:url(\\"data:x\\")"]:not(#_){background:url("data:x")}'
    )
    assert rules(to_html(html.P("none"))) == ""


@pytest.mark.parametrize("value", ["1}body{color:red", "1</style>", "1\\", "1\n"])
def test_a_style_is_of_one_element_alone(value: str) -> None:
    with pytest.raises(ValueError, match="not the style of one element"):
        to_html(html.Span(style={"width": value}))
    assert rules(f'<span data-style="width:{value}">') == ""


def test_no_text_becomes_a_rule() -> None:
    text = ' data-style="color:red"'
    assert rules(to_html(html.P(text, title=text))) == ""


def test_a_dict_id_reads_as_dash_writes_it() -> None:
    assert to_html(html.Div(id=ids.chart("hours:x"))) == (
        '<div id="{&quot;name&quot;:&quot;hours:x&quot;,&quot;type&quot;:&quot;chart&quot;}"></div>'
    )


def test_a_chart_keeps_its_place_and_a_link_its_address() -> None:
    graph = dcc.Graph(
        id="g",
        className="chart-graph",
        figure={"data": [{"y": [1]}]},
        config={"displaylogo": False},
    )
    assert to_html(graph) == '<div class="chart-graph" id="g"></div>'
    assert (
        to_html(dcc.Link("网格", href="/incidents?area=1&lang=en"))
        == '<a href="/incidents?area=1&amp;lang=en">网格</a>'
    )
    assert to_html(dcc.Store(id="s", data=1)) == ""


@given(st.text(), st.text())
def test_nothing_gets_out_of_a_text_or_an_attribute(text: str, attribute: str) -> None:
    reader = Reader()
    reader.feed(to_html(html.Div(html.P(text), title=attribute)))
    reader.close()
    assert reader.open == []
    assert reader.text == text.replace("\r\n", "\n").replace("\r", "\n") or reader.text == text
