"""Where a press on a chart's point leads: an address for each point, and a text for what it does.

The addresses are the points' `ids` in the figure. callbacks/charts.py follows them;
assets/shell/points.js adds the keyboard.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from dash.development.base_component import Component

from feeds.city import periods
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import components
from layouts.parts.plots import Figure
from layouts.view import View

DAY = "DAY"  # the placeholder of the day in the address of a chart whose days move on


def place(content: Sequence[Component], alt: str, does: str = "", **more: Any) -> Component:
    """The place of a chart with its sentence. A chart whose points lead somewhere is a group of
    links, and `does` says what each does; any other is one picture.
    """
    said = attributes.aria(label=alt)
    if does:
        said |= attributes.data(does=does)
    return html.Div(
        list(content),
        className="chart-plot",
        role="group" if does else "img",
        **said,
        **more,
    )


def linked(figure: Figure, addresses: Sequence[str]) -> Figure:
    """The figure whose last trace's points lead to these addresses, in their order; "" leads
    nowhere.
    """
    *others, last = figure["data"]
    return figure | {"data": [*others, last | {"ids": list(addresses)}]}


def days(view: View, first: date, last: date) -> str:
    """The same page over these days."""
    return components.address(view, from_=first.isoformat(), to=last.isoformat())


def each_day(view: View) -> str:
    """The same page over the day that stands in place of DAY."""
    return components.address(view, from_=DAY, to=DAY)


def today(view: View) -> str:
    """The same page over the day that is not over yet; "" where it shows that day."""
    if view.period == "today":
        return ""
    return components.address(view, period="today")


def week(view: View, monday: date) -> str:
    return days(view, monday, monday + timedelta(6))


def month(view: View, day: date) -> str:
    """The month that a day is in."""
    first = day.replace(day=1)
    after = (first + timedelta(32)).replace(day=1)
    return days(view, first, after - timedelta(1))


def quarter(view: View, day: date) -> str:
    """The quarter that a day is in."""
    first, after = periods.days("quarter", day)
    return days(view, first, after - timedelta(1))


def one_day(view: View, day: date) -> str:
    return days(view, day, day)
