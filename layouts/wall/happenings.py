"""The events that matter: in a line at the wall's foot, and as a list where there is room. They
name town, type and minute, and no more.
"""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from layouts.html import elements as html
from layouts.text import times
from layouts.view import View
from layouts.wall import fitting, names
from layouts.wall.canvas import Area
from layouts.wall.page_values import Matter, Room

IN_LINE = 6
LABEL_W, CLOCK_W = 90.0, 170.0  # of the line's name; of a clock with the gaps of its event
ROW_U = 48.0


def in_line(view: View, room: Room | None, w: float) -> Component:
    """The newest, in a line: as many as there is room for."""
    found = _fitting(view, room.matters[:IN_LINE] if room else (), w)
    label = html.Span(view.text("room.matters"), className="matter-label")
    if not found:
        nothing = html.Span(view.text("room.nothing_matters"), className="matter-none")
        return html.Div([label, nothing], className="room-line")
    parts = [html.Span(_parts(view, one), className="matter") for one in found]
    return html.Div([label, *parts], className="room-line")


def _fitting(view: View, matters: Sequence[Matter], w: float) -> list[Matter]:
    left, found = w - LABEL_W, list[Matter]()
    for one in matters:
        words = (view.text(f"room.matter_{one.what}"), view.area_name(one.town), _about(view, one))
        left -= CLOCK_W + sum(map(fitting.width, words))
        if left < 0:
            break
        found.append(one)
    return found


def draw(view: View, room: Room | None, at: Area) -> Component:
    """As many as there is room for, one a row."""
    rows = max(1, int((at.h - 50) // ROW_U))
    found = room.matters[:rows] if room else ()
    title = html.H3(view.text("room.matters_today"), className="room-title")
    listed = html.Ol(
        [html.Li(_parts(view, one), className="matter") for one in found], className="matter-list"
    )
    nothing = [html.P(view.text("room.nothing_matters"), className="matter-none")]
    return html.Div([title, *([listed] if found else nothing)], className="room-events")


def _parts(view: View, one: Matter) -> list[Component]:
    clock = f"{times.local(one.at, view.profile.tz):%H:%M}"
    return [
        html.Span(clock, className="matter-at"),
        html.Span(view.text(f"room.matter_{one.what}"), className="matter-what"),
        html.Span(view.area_name(one.town), className="matter-town"),
        html.Span(_about(view, one), className="matter-about"),
    ]


def _about(view: View, one: Matter) -> str:
    if one.what == "alert":
        return names.alert(view, one.kind, one.bound)
    if one.what == "overdue":
        return names.case(view, one.kind, one.category)
    return names.category(view, one.kind, one.category)
