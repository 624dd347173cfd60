"""The map on the wall: the towns in their outlines where the profile has them, else as hexagons.
Coloured is only what differs from the city by more than chance.
"""

from __future__ import annotations

from html import escape

from dash.development.base_component import Component

from feeds.city import outlines
from feeds.city.outlines import Outlines
from feeds.wall.on_time import OnTime
from layouts.html import elements as html
from layouts.parts import hexgrid, labels
from layouts.text import numbers
from layouts.view import View
from layouts.wall import drawing, names, signals
from layouts.wall.canvas import Area
from layouts.wall.page_values import Room

HEAD_U, LEGEND_ROW = 84.0, 38.0
SMALL_U = 70.0  # a hexagon so narrow has room for its name alone
LOW_U, WIDE_U = 560.0, 700.0  # below and above which the legend stands beside the map
NAME_U, VALUE_U = 22.0, 27.0
WATER_W = 34.0
SIDES = {"low": "is-low", "high": "is-high", "": ""}


def draw(view: View, room: Room, kpi: str, dashes: Component, at: Area) -> list[Component]:
    """The map with its legend: who is below and above the city, with their cases."""
    shares = signals.shares(room, kpi)
    drawn = outlines.of(view.profile)
    is_beside = at.h < LOW_U and at.w > WIDE_U
    legend = _legend(view, shares, "\n" if is_beside else numbers.EN_SPACE)
    w = at.w * 0.58 if is_beside else at.w
    h = at.h - HEAD_U - (20 if is_beside else LEGEND_ROW * _legend_rows(shares) + 20)
    inner = _outlined(view, shares, drawn, w, h) if drawn else _hexagons(view, shares, w, h)
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
    schematic = [] if drawn else [html.Span(view.text("map.schematic"), className="map-schematic")]
    foot = html.Div([legend, *schematic], className="map-foot")
    if is_beside:
        return [head, html.Div([picture, foot], className="map-beside")]
    return [head, picture, foot]


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
        rows.append(_row("concern-mark", view.text("room.below_city")))
        rows.append(html.Div(said(low), className="legend-cases"))
    if high:
        rows.append(_row("better-mark", view.text("room.above_city"), said(high)))
    if not rows:
        rows.append(_row("like-mark", view.text("room.no_outlier")))
    return html.Div(rows, className="map-legend")


def _row(mark: str, text: str, more: str = "") -> Component:
    parts = [html.Span(className=mark), html.Span(text)]
    if more:
        parts.append(html.Span(more, className="legend-cases"))
    return html.Div(parts, className="legend-row")


def _outlined(view: View, shares: OnTime, drawn: Outlines, w: float, h: float) -> str:
    scale = min(w / drawn.width, h / drawn.height)
    left, top = (w - drawn.width * scale) / 2, (h - drawn.height * scale) / 2
    short = labels.towns(view)
    inner = late_pattern()
    for town, rings in drawn.rings.items():
        path = "".join(
            "M" + "L".join(f"{left + x * scale:.1f} {top + y * scale:.1f}" for x, y in ring) + "Z"
            for ring in rings
        )
        inner += f'<path class="{_look(view, shares, town)}" d="{path}"/>'
        if town in view.towns_silent:
            inner += f'<path fill="url(#late)" d="{path}"/>'
    for town in drawn.rings:
        x, y = drawn.middle(town)
        room_w = drawn.size(town)[0] * scale
        inner += _words(shares, town, short[town], left + x * scale, top + y * scale, room_w, 1.0)
    return inner


def _hexagons(view: View, shares: OnTime, w: float, h: float) -> str:
    """The hexagons as large as there is room for, and their words with them."""
    grid = hexgrid.layout(tuple(town.point for town in view.profile.towns))
    water = view.profile.water
    room_w = w - (WATER_W if water and water.side in ("east", "west") else 0)
    size = min(room_w / grid.width, h / grid.height)
    left, top = (room_w - grid.width * size) / 2, (h - grid.height * size) / 2
    if water and water.side == "west":
        left += WATER_W
    short = labels.towns(view)
    inner = late_pattern()
    grows = max(0.8, min(2.2, size / 88))
    for town, cell in zip(view.profile.town_by_code, grid.cells, strict=True):
        x, y = left + cell.x * size, top + cell.y * size
        path = _hexagon(x, y, size * 0.94)
        inner += f'<path class="{_look(view, shares, town)}" d="{path}"/>'
        if town in view.towns_silent:
            inner += f'<path fill="url(#late)" d="{path}"/>'
        inner += _words(shares, town, short[town], x, y, size * 0.9, grows)
    return inner + _water(view, w, h)


def _hexagon(x: float, y: float, w: float) -> str:
    r = w / 2 * hexgrid.TALL
    corners = (
        (x, y - r),
        (x + w / 2, y - r / 2),
        (x + w / 2, y + r / 2),
        (x, y + r),
        (x - w / 2, y + r / 2),
        (x - w / 2, y - r / 2),
    )
    return "M" + "L".join(f"{px:.1f} {py:.1f}" for px, py in corners) + "Z"


def _look(view: View, shares: OnTime, town: str) -> str:
    here = " is-here" if town == view.area and not view.is_city else ""
    return f"town-shape {SIDES[shares.sides.get(town, '')]}{here}".strip()


def _words(
    shares: OnTime,
    town: str,
    name: str,
    x: float,
    y: float,
    room_w: float,
    grows: float,
) -> str:
    """A town's name, and its share where it differs; as large as the shape, never less than the
    smallest type.
    """
    side = shares.sides.get(town, "")
    look = "town-word is-marked" if side else "town-word"
    size = max(NAME_U, NAME_U * grows)
    squeeze = min(1.0, room_w / (size * _ems(name)))
    style = f"font-size:{size:.1f}px"
    if squeeze < 1.0:
        style += f";letter-spacing:{-0.04 * size:.1f}px"
    if not side or (grows < 1.0 and room_w < SMALL_U):
        return _text(x, y + size * 0.35, name, look, style, squeeze)
    value = names.percent(shares.towns[town]).removesuffix("\u00a0%")
    number = f"font-size:{max(VALUE_U, VALUE_U * grows):.1f}px"
    return _text(x, y - size * 0.36, name, look, style, squeeze) + _text(
        x, y + size * 1.12, value, f"{look} town-number", number, 1.0
    )


def _text(x: float, y: float, text: str, name: str, style: str, squeeze: float) -> str:
    if squeeze >= 1.0:
        shrink = ""
    else:
        place = f"translate({x:.1f} 0) scale({max(0.7, squeeze):.2f} 1) translate({-x:.1f} 0)"
        shrink = f' transform="{place}"'
    return (
        f'<text class="{name}" x="{x:.1f}" y="{y:.1f}" text-anchor="middle" '
        f'style="{style}"{shrink}>{escape(text)}</text>'
    )


def _ems(name: str) -> float:
    """How wide a name is, in its own size."""
    return sum(1.0 if ord(c) > 0x2E7F else 0.56 for c in name)


def late_pattern() -> str:
    """The hatching of a town that reports nothing."""
    return (
        '<defs><pattern id="late" width="12" height="12" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)">'
        '<rect class="late-stripe" width="6" height="12"/></pattern></defs>'
    )


def _water(view: View, w: float, h: float) -> str:
    """The side that is a lake or a sea, as a quiet edge, where the profile says so."""
    water = view.profile.water
    if water is None:
        return ""
    name = water.name.text.of(view.lang)
    if water.side in ("east", "west"):
        x = w - 4 if water.side == "east" else 4
        anchor, beside = ("end", x - 16) if water.side == "east" else ("start", x + 16)
        line = drawing.line([(x, h * 0.35), (x, h * 0.95)], "shore")
        return line + drawing.words(beside, h - 12, name, "water-name", anchor)
    y = 4 if water.side == "north" else h - 4
    line = drawing.line([(w * 0.3, y), (w * 0.9, y)], "shore")
    return line + drawing.words(w * 0.9, y + (26 if y < 10 else -10), name, "water-name", "end")
