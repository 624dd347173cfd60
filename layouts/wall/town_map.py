"""The map on the wall, with its legend: who is below and above the city, with their cases."""

from __future__ import annotations

from dash.development.base_component import Component

from feeds.wall.on_time import OnTime
from layouts.html import elements as html
from layouts.parts import drawing, labels, town_map
from layouts.text import numbers
from layouts.view import View
from layouts.wall import names, signals
from layouts.wall.canvas import Area
from layouts.wall.page_values import Room

HEAD_U, LEGEND_ROW = 84.0, 38.0
LOW_U, WIDE_U = 560.0, 700.0  # below and above which the legend stands beside the map


def draw(view: View, room: Room, kpi: str, dashes: Component, at: Area) -> list[Component]:
    """The map with its legend: who is below and above the city, with their cases."""
    shares = signals.shares(room, kpi)
    is_beside = at.h < LOW_U and at.w > WIDE_U
    legend = _legend(view, shares, "\n" if is_beside else numbers.EN_SPACE)
    w = at.w * 0.58 if is_beside else at.w
    h = at.h - HEAD_U - (20 if is_beside else LEGEND_ROW * _legend_rows(shares) + 20)
    inner = town_map.draw(view, _marks(shares), w, h)
    target = view.target(kpi) if kpi else None
    whole = view.text(
        "room.city_share", share=names.percent(shares.city), n=shares.city.done, of=shares.city.due
    )
    if not shares.city.due:
        whole = view.text("room.no_due")
    elif target is not None:
        goal = numbers.figure(target, "share", view.lang).digits
        whole += view.text("room.and_target", target=goal)
    title = html.Div(
        [
            html.H3(
                [
                    names.shares(view, kpi),
                    html.Span(view.text("room.due_28"), className="title-more"),
                ],
                className="room-title",
            ),
            dashes,
        ],
        className="turn-line",
    )
    head = html.Div([title, html.P(whole, className="room-about")], className="turn-head")
    picture = html.Div([drawing.picture(w, h, inner, "town-map")], className="map-place")
    schematic = html.Span(view.text("map.schematic"), className="map-schematic")
    foot = html.Div(
        [legend, *([schematic] if town_map.is_schematic(view) else [])], className="map-foot"
    )
    if is_beside:
        return [head, html.Div([picture, foot], className="map-beside")]
    return [head, picture, foot]


def _marks(shares: OnTime) -> town_map.Marks:
    marked = [town for town, side in shares.sides.items() if side]
    values = {town: names.percent(shares.towns[town]).removesuffix("\u00a0%") for town in marked}
    return town_map.Marks(shares.sides, values)


def _legend_rows(shares: OnTime) -> int:
    low, high = shares.on_side("low"), shares.on_side("high")
    return (2 if low else 0) + (1 if high else 0) or 1


def _legend(view: View, shares: OnTime, gap: str) -> Component:
    short = labels.towns(view)

    def said(towns: list[str]) -> str:
        parts = [f"{short[t]} {shares.towns[t].done}/{shares.towns[t].due}" for t in towns[:4]]
        return gap.join(parts)

    low, high = shares.on_side("low"), shares.on_side("high")
    rows: list[Component] = []
    if low:
        rows.append(_row("concern-mark", view.text("map.below")))
        rows.append(html.Div(said(low), className="legend-cases"))
    if high:
        rows.append(_row("better-mark", view.text("map.above"), said(high)))
    if not rows:
        rows.append(_row("like-mark", view.text("map.alike")))
    return html.Div(rows, className="map-legend")


def _row(mark: str, text: str, more: str = "") -> Component:
    parts = [html.Span(className=mark), html.Span(text)]
    if more:
        parts.append(html.Span(more, className="legend-cases"))
    return html.Div(parts, className="legend-row")
