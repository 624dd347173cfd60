"""What a page is: its address, its title, and the function that builds its content from a View."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dash.development.base_component import Component

from feeds.city.words import Text
from layouts.view import View


def _plain(view: View) -> Mapping[str, str]:
    """No style of the page's own."""
    return {}


@dataclass(frozen=True)
class Page:
    """One page. `build` gives the content alone; layouts/shell.py puts the bars around it.

    `periods` are the periods it shows whatever the address says: the first is the View's own, the
    rest come in View.others. Empty: the one period of the address, and those of `also`. `bare`: no
    navigation and no footer (the wall). `page_data` names what else it looks at besides the topic,
    to be found in View.page_data (dashboard/pages/loaders.py says what loads it); `filters` are the
    further words that its address may carry (View.filters). `is_listed`: it stands in the
    navigation. `replays`: with `at` it shows that moment. `style` is what CSS must know of this
    page.
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
