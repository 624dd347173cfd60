"""The town that a device opens on: the offer to remember it, and the way to forget it.

The device remembers it itself (assets/shell/home.js writes a cookie that names a town, and nothing
else). It counts only for an address that names no area, and never for a wall.
"""

from __future__ import annotations

from dash.development.base_component import Component

from layouts.html import attributes
from layouts.html import elements as html
from layouts.view import View


def offer(view: View) -> list[Component]:
    """In a town the button to remember it; where one is remembered its name, and the button to
    forget it. Nothing in a city that no device remembers a town of.
    """
    if view.home:
        said = view.text("home.remembered", area=view.area_name(view.home))
        return [_part(said, _button(view, "home.forget", ""))]
    if view.is_city:
        return []
    words = "home.remember"
    return [_part("", _button(view, words, view.area))]


def _part(said: str, button: Component) -> Component:
    words = [html.Span(said)] if said else []
    return html.Span([*words, button], className="home")


def _button(view: View, words: str, area: str) -> Component:
    return html.Button(
        view.text(words, area=view.area_name()),
        type="button",
        className="home-do",
        **attributes.data(home=area),
    )
