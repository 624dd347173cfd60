"""How each kind of block is drawn in its place. fitting.py decides the place."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from dash.development.base_component import Component

from feeds import kpis
from feeds.wall import wall_profile
from feeds.wall.wall_profile import Shift
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import event_list, hexmap, labels, tile
from layouts.text import numbers, times
from layouts.view import View
from layouts.wall import bars
from layouts.wall.canvas import Area
from layouts.wall.fitting import TILE_H, TILE_W, TITLE_H, TOWN_W, Placed

EVENTS = 8  # as many as a topic carries
EVENT_U, EVENT_MOST_U, EVENTS_TITLE_U = 38.0, 64.0, 46.0
CHART_FROM_U, BELOW_FROM_U = 1130.0, 350.0
MAP_ASIDE_U = 84.0
HEXAGON_U = 84.0  # one that is narrower has room for the digits alone


def draw(view: View, placed: Placed) -> Component:
    """A block in its place; `view` is of the scene's area."""
    inside = DRAWN[placed.block.show](view, placed)
    return html.Div(inside, className=f"block block--{placed.block.show}", style=_place(placed.at))


def _place(at: Area) -> dict[str, str]:
    return {
        "--x": f"{at.x:.1f}",
        "--y": f"{at.y:.1f}",
        "--bw": f"{at.w:.1f}",
        "--bh": f"{at.h:.1f}",
    }


def _row(view: View, placed: Placed) -> list[Component]:
    """A headline, what stands beside it, and its 24 hours: to the right, below, or across the
    joint, where there is room.
    """
    (period, kpi), *beside = placed.block.asked
    small = html.Div([_beside(view, *asked) for asked in beside], className="wall-beside")
    shape, chart = "short", []
    if kpi in kpis.drawn("hours") and period == "today":
        style = {}
        if len(placed.panels) > 1:
            shape, style = "across", {"width": f"calc({placed.panels[-1].w:.1f} * var(--u))"}
        elif placed.at.w >= CHART_FROM_U:
            shape = "whole"
        elif placed.at.h >= BELOW_FROM_U:
            shape = "tall"
        chart = [bars.card(view, kpi, titled=False, style=style)] if shape != "short" else []
    heading = html.H2(view.title(kpi), className="unseen")
    return [
        html.Section(
            [heading, _tile(view, period, kpi), small, *chart],
            className=f"wall-row wall-row--{shape}",
        )
    ]


def _tile(view: View, period: str, kpi: str) -> Component:
    return tile.tile(
        view.over(period),
        kpi,
        "headline",
        tag=view.text("period.today" if period == "today" else "wall.year"),
    )


def _beside(view: View, period: str, kpi: str) -> Component:
    return tile.tile(
        view.over(period), kpi, "row", tag="" if period == view.period else view.text("wall.year")
    )


def _tiles(view: View, placed: Placed) -> list[Component]:
    """Headlines side by side: as many across as are wide enough, no more down than needed."""
    n = len(placed.block.kpis)
    across = max(1, min(n, int(placed.at.w // TILE_W)))
    fits = [a for a in range(1, across + 1) if -(-n // a) * TILE_H <= placed.at.h] or [across]
    best = min(
        fits,
        key=lambda a: (a * -(-n // a) - n, abs(placed.at.w / a - 1.6 * placed.at.h / -(-n // a))),
    )
    made = [_tile(view, *asked) for asked in placed.block.asked]
    down = -(-n // best)
    # Four digits and a unit of two characters have room in it.
    scale = max(2.6, min(7.0, placed.at.h / down / 62, (placed.at.w / best - 56) / 75))
    return [
        html.Div(
            made,
            className="wall-tiles",
            style={"--across": str(best), "--down": str(down), "--scale": f"{scale:.2f}"},
        )
    ]


def _chart(view: View, placed: Placed) -> list[Component]:
    return [bars.card(view, placed.block.asked[0][1], titled=True)]


def _map(view: View, placed: Placed) -> list[Component]:
    """The city's map, also on a town's scene: there with the town marked on it."""
    period, kpi = placed.block.asked[0]
    city = city_view(view)
    drawn = hexmap.hexmap(city.over(period), kpi, is_linked=False)
    around = city.over(period)
    here = attributes.data(here=view.area) if not view.is_city else {}
    room = placed.at.h - MAP_ASIDE_U
    name = (
        "wall-map"
        if hexmap.hexagon_w(city, placed.at.w, room) >= HEXAGON_U
        else "wall-map wall-map--tight"
    )
    return [
        html.Div(
            [drawn, bars.region(around, kpi)],
            className=name,
            style={"--room": f"{room:.1f}"},
            **bars.data_attributes(around, kpi, region_of="map"),
            **here,
        )
    ]


def _events(view: View, placed: Placed) -> list[Component]:
    """As many as there is room for; what is left over goes between them."""
    room = placed.at.h - EVENTS_TITLE_U
    rows = max(2, min(EVENTS, int(room // EVENT_U)))
    return [
        html.Div(
            event_list.eventlist(view, rows),
            style={"--row": f"{min(EVENT_MOST_U, room / rows):.1f}"},
        )
    ]


def _towns(view: View, placed: Placed) -> list[Component]:
    """Every town with its figure and a bar, all on one scale."""
    period, kpi = placed.block.asked[0]
    city = city_view(view).over(period)
    cells = city.series(f"towns:{kpi}") or {}
    greatest = max((v for v in cells.values() if v is not None), default=0) or 1
    names = labels.towns(city)
    across = _across(len(names), placed.at)
    rows = [
        _town(city, kpi, code, name, cells.get(code), greatest, view.area)
        for code, name in names.items()
    ]
    title = html.H3(
        [
            html.Span(city.text("map.title", title=city.title(kpi)), className="title-text"),
            *_tag(city, period),
            bars.region(city, kpi),
        ],
        className="towns-title",
    )
    grid = html.Div(
        rows,
        className="towns-grid",
        style={"--across": str(across), "--down": str(-(-len(names) // across))},
    )
    return [
        html.Section(
            [title, grid], className="towns-card", **bars.data_attributes(city, kpi, multiples=kpi)
        )
    ]


def _tag(view: View, period: str) -> list[Component]:
    return [
        html.Span(
            view.text("period.today" if period == "today" else "wall.year"), className="title-tag"
        )
    ]


def _across(n: int, at: Area) -> int:
    """How many towns stand side by side: the cells near four to one and a half, and no row almost
    empty.
    """
    most = max(1, int(at.w // TOWN_W))
    return min(
        range(1, most + 1),
        key=lambda a: (
            abs((at.w / a) / ((at.h - TITLE_H) / -(-n // a)) - 2.4) + 0.15 * (a * -(-n // a) - n)
        ),
    )


def _town(
    view: View, kpi: str, code: str, name: str, value: float | None, greatest: float, here: str
) -> Component:
    is_silent = code in view.towns_silent
    text = "—" if value is None else numbers.text(value, view.kpi(kpi).unit, view.lang)
    share = 0.0 if value is None else max(0.0, min(1.0, value / greatest))
    parts = [
        html.Span(name, className="multi-name", **attributes.data(word=view.text("wall.silent"))),
        html.Span(text, className="multi-value"),
        html.Span(html.Span("", style={"width": f"{100 * share:.1f}%"}), className="multi-bar"),
    ]
    marks = {
        "quiet": "yes" if is_silent else "",
        "value": "" if value is None else json.dumps(value),
    }
    return html.Div(
        parts,
        className="multi is-here" if code == here else "multi",
        **attributes.data(multi=code, **marks),
    )


def _clock(view: View, _placed: Placed) -> list[Component]:
    parts = [
        html.Span(
            times.clock(view.now_ms, view.profile.tz),
            className="big-time",
            **attributes.data(clock=""),
        ),
        html.Span(
            times.date(view.now_ms, view.profile.tz, view.lang),
            className="big-date",
            **attributes.data(date=""),
        ),
    ]
    return [html.Div(parts, className="big-clock")]


def _duty(view: View, _placed: Placed) -> list[Component]:
    return [
        html.Div(
            [html.H3(view.text("wall.duty"), className="duty-title"), duty(view, "duty-now")],
            className="duty-card",
        )
    ]


def duty(view: View, name: str) -> Component:
    """The shift on duty, updated by the browser; a text says so where the profile names none."""
    shifts = wall_profile.of(view.profile).duty
    known = [[shift.from_, shift.to, said(view, shift)] for shift in shifts]
    now = wall_profile.shift_at(shifts, f"{times.local(view.now_ms, view.profile.tz):%H:%M}")
    text = said(view, now) if now else view.text("wall.duty_none")
    return html.Span(
        text,
        className=name,
        **attributes.data(
            duty=json.dumps(known, ensure_ascii=False), none=view.text("wall.duty_none")
        ),
    )


def said(view: View, shift: Shift) -> str:
    return view.text(
        "wall.shift", name=shift.name.text.of(view.lang), begin=shift.from_, end=shift.to
    )


def city_view(view: View) -> View:
    """The same of the city, on a town's scene."""
    if view.is_city:
        return view
    others = view.page_data.get("city") or {}
    return replace(view, area=view.profile.code, topic=others.get(view.period), others=others)


DRAWN: dict[wall_profile.Show, Callable[[View, Placed], list[Component]]] = {
    "row": _row,
    "tiles": _tiles,
    "chart": _chart,
    "map": _map,
    "events": _events,
    "towns": _towns,
    "clock": _clock,
    "duty": _duty,
}
