"""The schematic map: a hexagon for each town in five steps of one hue, with name and value.
hexgrid.py places them.

What can't be placed on the map (reports of the city, unknown areas) is shown beside it, so that the
map and its sum agree.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from dash.development.base_component import Component

from feeds.city.profile import UNKNOWN
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import components, hexgrid, labels
from layouts.text import numbers
from layouts.view import View

STEPS = 5
GAP = 0.94  # share of a cell's room its hexagon takes
ROOMY, TIGHT = 6.5, 9.0  # hexagons across: up to here names fit on the wall, and on a page


def hexmap(view: View, kpi: str, *, is_linked: bool = True) -> Component:
    """The map of `towns:<kpi>`. Empty hexagons where a town has no value; only the names where
    there is no data.

    Where `is_linked` a town's hexagon leads to the same page of the town; otherwise the whole is
    one picture.
    """
    cells: Mapping[str, float | None] = view.series(f"towns:{kpi}") or {}
    title = view.text("map.title", title=view.title(kpi))
    texts = ((title, "title-text"), (view.text("map.schematic"), "title-tag"))
    heading = html.H3(
        [html.Span(text, className=name) for text, name in texts], className="map-title"
    )
    sentence = attributes.aria(label=_alt(view, kpi, title, cells))
    role = "group" if is_linked else "img"
    body = html.Div(
        [_hexagons(view, kpi, cells, is_linked), _aside(view, kpi, cells)],
        className="map-body",
        role=role,
        **sentence,
    )
    facts = attributes.data(
        map_of=kpi,
        unit=view.kpi(kpi).unit,
        area=view.area,
        period=view.period,
        state=view.state(kpi),
        empty="" if cells else "data",
        low="zero" if is_from_zero(view, kpi) else "least",
    )
    return html.Section([heading, body], className="map", **facts)


def hexagon_w(view: View, w: float, h: float) -> float:
    """How wide a hexagon is in a map of that room, in the same unit."""
    grid = hexgrid.layout(tuple(t.point for t in view.profile.towns))
    return min(w, h * grid.width / grid.height) * GAP / grid.width


def step(value: float | None, values: Mapping[str, float | None], *, from_zero: bool) -> int | None:
    """Which of five equal steps a value is in: from zero (or the least) to the greatest of the
    towns; None without a value.

    step = min(4, floor(5 × (v − low) / (high − low))); 0 where high = low.
    """
    known = [v for town, v in values.items() if v is not None and town != UNKNOWN]
    if value is None or not known:
        return None
    low, high = 0 if from_zero else min(known), max(known)
    return min(STEPS - 1, max(0, int(STEPS * (value - low) / (high - low)))) if high > low else 0


def is_from_zero(view: View, kpi: str) -> bool:
    """Whether the steps begin at zero: those of what towns add up to."""
    return view.kpi(kpi).unit in ("count", "yuan")


def elsewhere(city: float | None, values: Mapping[str, float | None]) -> float | None:
    """What the city counts beyond its towns, for days that are over; for now the engine sends it,
    at the same moment as the towns.
    """
    if city is None or not values:
        return None
    return max(city - sum(v for code, v in values.items() if v is not None and code != UNKNOWN), 0)


def _hexagons(
    view: View, kpi: str, cells: Mapping[str, float | None], is_linked: bool
) -> Component:
    towns = view.profile.towns
    grid = hexgrid.layout(tuple(t.point for t in towns))
    names = labels.towns(view)
    links = {code: components.address(view, area=code) if is_linked else "" for code in names}
    places = zip(names, grid.cells, strict=True)
    hexagons = [
        _hexagon(view, kpi, code, names[code], cells, grid, at, links[code]) for code, at in places
    ]
    style = {"--map-ratio": f"{grid.width / grid.height:.4f}", "--map-columns": f"{grid.width:g}"}
    crowd = "" if grid.width <= ROOMY else "some" if grid.width <= TIGHT else "many"
    return html.Div(
        [*hexagons, *_water(view)], className="hexmap", style=style, **attributes.data(crowd=crowd)
    )


def _hexagon(
    view: View,
    kpi: str,
    code: str,
    name: str,
    cells: Mapping[str, float | None],
    grid: hexgrid.Layout,
    at: hexgrid.Hex,
    link: str,
) -> Component:
    value, unit = cells.get(code), view.kpi(kpi).unit
    shade = step(value, cells, from_zero=is_from_zero(view, kpi))
    text = "—" if value is None else numbers.figure(value, unit, view.lang)
    digits, scale = text if isinstance(text, numbers.Figure) else (text, "")
    share = {
        "left": f"{100 * (at.x - GAP / 2) / grid.width:.3f}%",
        "top": f"{100 * (at.y - GAP * hexgrid.TALL / 2) / grid.height:.3f}%",
        "width": f"{100 * GAP / grid.width:.3f}%",
        "height": f"{100 * GAP * hexgrid.TALL / grid.height:.3f}%",
    }
    value_texts = [
        html.Span(digits, className="map-digits"),
        html.Span(scale, className="map-unit"),
    ]
    made: Any = html.A if link else html.Div
    hexagon: Component = made(
        [html.Span(name, className="map-name"), html.Span(value_texts, className="map-value")],
        className="hex",
        title=f"{name} · {view.text('touch.town')}" if link else name,
        style=share,
        **({"href": link} if link else {}),
        **attributes.data(
            map=kpi,
            town=code,
            step="" if shade is None else str(shade),
            value=_raw(value),
            long="yes" if _width(name) > 7 else "",
        ),
    )
    return hexagon


def _aside(view: View, kpi: str, cells: Mapping[str, float | None]) -> Component:
    """The scale, and the figure that belongs to no town."""
    rate = not is_from_zero(view, kpi)
    ends = ("map.low", "map.high") if rate else ("map.few", "map.many")
    swatches = [html.Span(className="swatch", **attributes.data(step=str(n))) for n in range(STEPS)]
    scale = html.Span(
        [view.text(ends[0]), html.Span(swatches, className="swatches"), view.text(ends[1])],
        className="map-scale",
        **attributes.aria(hidden="true"),
    )
    values_elsewhere: list[float | None] = view.series(f"elsewhere:{kpi}") or [
        elsewhere(view.value(kpi), cells)
    ]
    over = None if rate else values_elsewhere[0]
    beyond: list[str | Component] = (
        []
        if over is None
        else [
            view.text("map.elsewhere"),
            html.Span(
                numbers.text(over, view.kpi(kpi).unit, view.lang), className="elsewhere-value"
            ),
        ]
    )
    return html.Div(
        [scale, html.Span(beyond, className="map-elsewhere", **attributes.data(map_elsewhere=kpi))],
        className="map-aside",
    )


def _water(view: View) -> list[Component]:
    """The side that is a lake or a sea, as a quiet edge, where the profile says so."""
    water = getattr(view.profile, "water", None)
    if water is None:
        return []
    return [
        html.Div(
            html.Span(water.name.text.of(view.lang)), className=f"map-water map-water--{water.side}"
        )
    ]


def _alt(view: View, kpi: str, title: str, cells: Mapping[str, float | None]) -> str:
    known = {code: v for code, v in cells.items() if v is not None and code != UNKNOWN}
    if not known:
        return view.text("chart.alt_empty", title=title)
    first = max(known, key=lambda code: known[code])
    value = numbers.text(known[first], view.kpi(kpi).unit, view.lang)
    return view.text(
        "map.alt", title=title, first=labels.towns(view).get(first, first), value=value
    )


def _raw(value: float | None) -> str:
    return "" if value is None else json.dumps(value)


def _width(name: str) -> int:
    """In half em squares: a Chinese character is two Latin letters wide."""
    return sum(2 if ord(c) > 0x2E7F else 1 for c in name)
