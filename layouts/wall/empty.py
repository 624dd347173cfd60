"""The wall of a board that has received nothing yet: a sentence on what to do, the steps to take,
and which sources are connected.
"""

from __future__ import annotations

from dash.development.base_component import Component

from feeds.alerts import alert_rules
from feeds.city import systems
from feeds.kpis import CATALOGUE
from layouts.html import attributes
from layouts.html import elements as html
from layouts.view import View
from layouts.wall import playlist
from layouts.wall.page_values import Room

SOURCES = 8


def holds(view: View, room: Room | None) -> bool:
    """Whether nothing was ever received. While the topic is missing nobody knows."""
    return view.topic is not None and not view.at and view.replay is None and room is not None


def draw(view: View) -> Component:
    """The steps in order, with the first that is not done marked, and the sources."""
    cell = playlist.canvas_of(view).cells[0][0]
    profile = view.profile
    grids = sum(town.grids + town.dedicated for town in profile.towns)
    villages = sum(town.villages for town in profile.towns)
    roster = view.text("room.roster_towns", n=len(profile.towns))
    if villages:
        roster += view.text("room.roster_villages", n=villages)
    if grids:
        roster += view.text("room.roster_grids", n=grids)
    rules = len(alert_rules.of(profile))
    steps = [
        _step(view, 1, "roster", roster, "done"),
        _step(view, 2, "connect", view.text("room.do_connect"), "next"),
        _step(view, 3, "history", view.text("room.do_history"), "later"),
        _step(view, 4, "rules", view.text("room.do_rules", n=rules), "later"),
    ]
    place = {
        "--x": f"{cell.x:.1f}",
        "--y": f"{cell.y:.1f}",
        "--bw": f"{cell.w:.1f}",
        "--bh": f"{cell.h:.1f}",
    }
    return html.Div(
        [
            html.H2(view.text("room.empty"), className="empty-title"),
            html.P(view.text("room.empty_then"), className="empty-then"),
            html.Div(
                [html.Ol(steps, className="empty-steps"), _sources(view)], className="empty-parts"
            ),
            html.P(view.text("room.empty_where"), className="empty-where"),
            html.P(view.text("room.empty_privacy"), className="empty-privacy"),
        ],
        className="block room-empty",
        style=place,
    )


def _step(view: View, number: int, name: str, about: str, state: str) -> Component:
    mark = html.Span("✓" if state == "done" else str(number), className="empty-mark")
    said = html.Div(
        [
            html.Span(view.text(f"room.step_name_{name}"), className="empty-what"),
            html.Span(about, className="empty-about"),
        ]
    )
    word = html.Span(view.text(f"room.step_{state}"), className="empty-state")
    return html.Li([mark, said, word], className=f"is-{state}")


def _sources(view: View) -> Component:
    """The systems that the board knows, and whether something came of each."""
    numbers = list(dict.fromkeys(kpi.system for kpi in CATALOGUE.values()))
    newest = (view.topic or {}).get("newest") or {}
    heard = {kpi.system for kpi in CATALOGUE.values() for need in kpi.needs if newest.get(need)}
    rows = [
        html.Li(
            [
                html.Span(systems.SYSTEMS[number].of(view.lang)),
                html.Span(view.text("room.connected" if number in heard else "room.unconnected")),
            ],
            **attributes.data(connected="yes" if number in heard else ""),
        )
        for number in numbers[:SOURCES]
    ]
    title = view.text("room.sources", n=len(heard), of=len(numbers))
    return html.Div(
        [html.H3(title, className="room-title"), html.Ul(rows, className="empty-sources")],
        className="empty-side",
    )
