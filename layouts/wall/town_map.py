"""The map on the wall, with its legend: who is below and above the city, with their cases."""

from __future__ import annotations

from typing import NamedTuple

from dash.development.base_component import Component

from feeds.wall.on_time import OnTime
from layouts.html import elements as html
from layouts.parts import drawing, labels, town_map
from layouts.text import numbers
from layouts.view import View
from layouts.wall import fitting, names, signals
from layouts.wall.canvas import Area
from layouts.wall.page_values import Room

HEAD_U, LEGEND_ROW = 84.0, 38.0
LOW_U, WIDE_U = 560.0, 700.0  # below and above which the legend stands beside the map
BESIDE = 0.58  # of the width, of a map with its legend beside it
MARK_U, INDENT_U, GAP_U = 33.0, 31.0, 27.0  # of a row's mark; of the towns below it; between both
NAMED = 4  # towns in a row of the legend


class Dashes(NamedTuple):
    """Where in its turn the wall is, and how much of a title's line that takes."""

    drawn: Component
    width: float


def draw(view: View, room: Room, kpi: str, turn: Dashes, at: Area) -> list[Component]:
    """The map with its legend: who is below and above the city, with their cases."""
    shares = signals.shares(view, room, kpi)
    is_beside = at.h < LOW_U and at.w > WIDE_U
    w = at.w * BESIDE if is_beside else at.w
    schematic = view.text("map.schematic") if town_map.is_schematic(view) else ""
    legend = _legend(view, shares, at.w, schematic, is_beside=is_beside)
    h = at.h - HEAD_U - (20 if is_beside else LEGEND_ROW * _legend_rows(shares) + 20)
    inner = town_map.draw(view, _marks(shares), w, h)
    target = view.target(kpi) if kpi else None
    whole = view.text("room.city_share", share=names.with_cases(view, shares.city))
    if not shares.city.due:
        whole = view.text("room.no_due")
    elif target is not None:
        goal = numbers.figure(target, "share", view.lang).digits
        whole += view.text("room.and_target", target=goal)
    what, due = names.shares(view, kpi), view.text("room.due_28")
    more = [html.Span(due, className="title-more")]
    if fitting.width(f"{what}一{due}", fitting.ROOM_TITLE) > at.w - turn.width:
        more, whole = [], view.text("room.comma").join([whole, due])
    title = html.Div(
        [html.H3([what, *more], className="room-title"), turn.drawn], className="turn-line"
    )
    head = html.Div([title, html.P(whole, className="room-about")], className="turn-head")
    picture = html.Div([drawing.picture(w, h, inner, "town-map")], className="map-place")
    about = [html.Span(schematic, className="map-schematic")] if schematic else []
    foot = html.Div([legend, *about], className="map-foot")
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


def _legend(view: View, shares: OnTime, w: float, schematic: str, *, is_beside: bool) -> Component:
    low, high = shares.on_side("low"), shares.on_side("high")
    left = w * (1 - BESIDE) if is_beside else w
    aside = 0.0 if is_beside else fitting.width(schematic, fitting.SMALL) + GAP_U
    rows: list[Component] = []
    if low:
        heads = [view.text("map.below"), view.text("map.below_short")]
        rows.append(_row("concern-mark", fitting.first(heads, left - MARK_U - aside)))
        said = _cases(view, shares, low, left - INDENT_U, is_listed=is_beside)
        rows.append(html.Div(said, className="legend-cases"))
        aside = 0.0  # the word stands in the first row
    if high:
        above = view.text("map.above")
        beside = left - MARK_U - aside - fitting.width(above) - GAP_U
        said = _cases(view, shares, high, beside, is_listed=is_beside)
        rows.append(_row("better-mark", above, said))
    if not rows:
        is_silent = signals.is_nobody_heard(view)
        mark, alike = ("late-mark", "map.silent") if is_silent else ("like-mark", "map.alike")
        rows.append(_row(mark, view.text(alike)))
    return html.Div(rows, className="map-legend")


def _cases(view: View, shares: OnTime, towns: list[str], w: float, *, is_listed: bool) -> str:
    """The towns of a side with their cases, as many as there is room for, and how many more there
    are; one below the other where the legend stands beside the map.
    """
    short = labels.towns(view)
    parts = [f"{short[t]} {names.cases(view, shares.towns[t])}" for t in towns[:NAMED]]
    if is_listed:
        return "\n".join(parts)
    wordings = []
    for n in range(len(parts), 0, -1):
        more = [f"+{len(towns) - n}"] if n < len(towns) else []
        wordings.append(numbers.EN_SPACE.join([*parts[:n], *more]))
    return fitting.first(wordings, w)


def _row(mark: str, text: str, more: str = "") -> Component:
    parts = [html.Span(className=mark), html.Span(text)]
    if more:
        parts.append(html.Span(more, className="legend-cases"))
    return html.Div(parts, className="legend-row")
