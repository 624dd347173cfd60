"""One figure in the towns: a share with its intervals, a count as bars; and the map of a share,
coloured only where a town differs from the city by more than chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash.development.base_component import Component

from feeds.statistics.changes import FEW
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import charts, comparison, components, drawing, labels, town_map
from layouts.text import numbers
from layouts.view import View

MAP_W, MAP_H = 860.0, 680.0
AGAIN_S = 300  # what no frame updates is read again so often
Parts = Mapping[str, comparison.Part]


def card(view: View, kpi: str) -> Component:
    """The towns side by side, each in the form that its figure can be compared in."""
    if view.kpi(kpi).unit != "share":
        return charts.towns(view, kpi)
    return comparison.strip(view, kpi) or _none(view, kpi)


def share_map(view: View, kpi: str) -> Component:
    """The map of a share, and in words which towns differ, each with its cases."""
    parts = {code: part for code, part in comparison.town_parts(view, kpi).items() if part[1]}
    city = view.value(kpi)
    sides = comparison.sides(view, kpi, parts, city)
    title = view.text("map.title", title=view.title(kpi))
    texts = [html.Span(title, className="title-text")]
    if town_map.is_schematic(view):
        texts.append(html.Span(view.text("map.schematic"), className="title-tag"))
    names = labels.towns(view)
    marks = town_map.Marks(
        sides,
        {code: _percent(view, parts[code]) for code, side in sides.items() if side},
        {code: components.address(view, area=code) for code in names},
        view.text("touch.town"),
    )
    alt = view.text("map.alt", title=view.title(kpi))
    inner = town_map.draw(view, marks, MAP_W, MAP_H)
    picture = drawing.picture(MAP_W, MAP_H, inner, "town-map", links=alt)
    heading = html.H3(texts, className="map-title")
    return html.Section(
        [
            heading,
            picture,
            html.Div(_legend(view, kpi, parts, sides, names), className="map-legend"),
        ],
        className="map",
        **attributes.data(map=kpi, again=str(AGAIN_S)),
    )


def _legend(
    view: View, kpi: str, parts: Parts, sides: Mapping[str, str], names: Mapping[str, str]
) -> list[Component]:
    """Who is below the city and who above, the farthest first; or that nobody is."""
    if not parts:
        return [html.P(view.text("chart.empty"), className="map-said")]
    found = [
        _side(view, side, _ordered(parts, sides, side), parts, names) for side in ("low", "high")
    ]
    named = [row for row in found if row is not None]
    if named:
        return named
    if view.state(kpi) != "live":
        return [html.P(view.text("map.silent"), className="map-said")]
    city = view.value(kpi)
    is_uneven = city is not None and comparison.differ(parts, city)
    return [html.P(view.text("map.uneven" if is_uneven else "map.alike"), className="map-said")]


def _ordered(parts: Parts, sides: Mapping[str, str], side: str) -> list[str]:
    found = [code for code, its in sides.items() if its == side]
    return sorted(found, key=lambda code: _share(parts[code]), reverse=side == "high")


def _side(
    view: View, side: str, towns: Sequence[str], parts: Parts, names: Mapping[str, str]
) -> Component | None:
    if not towns:
        return None
    said = [f"{names[code]} {numbers.cases(*parts[code], view.lang)}" for code in towns]
    word = view.text("map.below" if side == "low" else "map.above")
    return html.P(
        [
            html.Span(word, className="map-side", **attributes.data(side=side)),
            html.Span(view.text("live.pause").join(said), className="map-cases"),
        ],
        className="map-said",
    )


def _share(part: comparison.Part) -> float:
    return (part[0] or 0) / part[1] if part[1] else 0.0


def _percent(view: View, part: comparison.Part) -> str:
    return numbers.figure(_share(part), "share", view.lang).digits


def _none(view: View, kpi: str) -> Component:
    heading = html.H3(view.text("compare.strip", title=view.title(kpi)), className="chart-title")
    has_cases = any(of for _, of in comparison.town_parts(view, kpi).values())
    said = view.text("compare.all_few", n=FEW) if has_cases else view.text("chart.empty")
    empty = html.P(said, className="control-empty")
    return html.Section([heading, empty], className="chart chart--strip")
