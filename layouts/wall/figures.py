"""One figure on the wall, with what it is measured against. The number follows the frames; the line
under it comes with the picture.
"""

from __future__ import annotations

from dash.development.base_component import Component

from feeds.kpis.formulas import Ratio
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import tile
from layouts.text import numbers
from layouts.view import View
from layouts.wall import fitting


def number(view: View, kpi: str) -> Component:
    """The number of a figure and its unit, as every tile has them."""
    return tile.bare(view, kpi)


def before(view: View, kpi: str) -> float | None:
    """What the figure was at the same part of last year. The change is known to four digits, and so
    is this.
    """
    value, (change, _) = view.value(kpi), view.change(kpi)
    if value is None or change is None:
        return None
    if view.kpi(kpi).unit == "share":
        return value - change
    return round(value / (1 + change)) if change > -1 else None


def beside(view: View, kpi: str, w: float) -> str:
    """What a figure is measured against, in so much room: a share its cases and its target, all
    others the same part of last year.
    """
    declared = view.kpi(kpi)
    done, of = view.parts(kpi)
    if isinstance(declared.formula, Ratio) and done is not None and of:
        said = numbers.cases(done, of, view.lang)
        target = view.target(kpi)
        if target is None:
            return said
        goal = numbers.figure(target, declared.unit, view.lang).digits
        return fitting.first([view.text("room.of_target", share=said, target=goal), said], w)
    past = before(view, kpi)
    if past is None:
        return ""
    return view.text("room.last_year", value=numbers.text(past, declared.unit, view.lang))


def label(text: str, name: str = "room-label") -> Component:
    return html.Span(text, className=name)


def block(name: str, children: list[Component], **data: str) -> Component:
    return html.Section(children, className=f"room-{name}", **attributes.data(**data))
