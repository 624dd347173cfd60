"""Elements made quickly are Dash's own on the wire, and as strict with names."""

from __future__ import annotations

from typing import Any

import pytest
from dash import html
from dash.development.base_component import Component

from layouts.html import elements

NAMES = [
    name
    for name in dir(elements)
    if isinstance(getattr(elements, name), type) and issubclass(getattr(elements, name), Component)
]
NAMES.remove("Component")
PROPS: dict[str, Any] = {
    "id": "x",
    "className": "a b",
    "title": None,
    "data-kpi": "k",
    "aria-label": "l",
    "style": {"width": 1},
}


@pytest.mark.parametrize("name", NAMES)
def test_an_element_is_the_same_on_the_wire(name: str) -> None:
    ours, theirs = (
        getattr(elements, name)(["text"], **PROPS),
        getattr(html, name)(["text"], **PROPS),
    )
    assert ours.to_plotly_json() == theirs.to_plotly_json()


def test_an_unknown_prop_is_refused_as_by_dash() -> None:
    for made in (elements.Div, html.Div):
        with pytest.raises(TypeError, match="unexpected keyword argument: `classname`"):
            made("text", classname="a")  # type: ignore[call-arg]
