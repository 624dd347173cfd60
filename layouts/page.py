"""What a page is: its address, its title, and the function that builds its content from a View."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dash.development.base_component import Component

from feeds.city.words import Text
from layouts.view import View


def _plain(_view: View) -> Mapping[str, str]:
    """No style of the page's own."""
    return {}


def nothing(_view: View) -> tuple[Component, ...]:
    """Nothing of a feature's own."""
    return ()


@dataclass(frozen=True)
class Page:
    """One page. `build` makes its content; layouts/shell.py adds the bars around it.

    `periods` are fixed periods of the page: the first is the View's own, the others come in
    View.others. Without any, the page has the one period of the address, and those of `also`.
    `help` is its section in the manual (layouts/parts/help_link.py). `bare`: no navigation and no
    footer (the wall). `page_data` names what it shows besides the topic, which is then in
    View.page_data (dashboard/pages/loaders.py lists the loaders); `filters` are the further
    parameters of its address (View.filters). `is_listed`: it is in the navigation. `replays`: with
    `at` it shows that moment. `style` is the page's class for CSS. `badge` is drawn behind its name
    in the navigation of every page, `top` above its content.
    """

    path: str
    name: str
    title: Text
    build: Callable[[View], Component]
    periods: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    bare: bool = False
    page_data: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    is_listed: bool = True
    replays: bool = False
    style: Callable[[View], Mapping[str, str]] = _plain
    help: str = ""
    badge: Callable[[View], Sequence[Component]] = nothing
    top: Callable[[View], Sequence[Component]] = nothing
