"""The wall, 16:9: four domain rows, map and events, alert strip. Unattended, seen from metres away, nobody has a mouse."""

from __future__ import annotations

from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from feeds.words import Text
from layouts import attributes, charts, components, eventlist, hexmap, tiles
from layouts.alarms import strip
from layouts.page import Page
from layouts.view import View

MAP_OF = "incidents.reported"
EVENTS = 6


@dataclass(frozen=True)
class Row:
    """One domain: the headline number with its 24 hours, and three more as (period, kpi)."""

    headline: str
    beside: tuple[tuple[str, str], ...]


ROWS = (
    Row("incidents.reported", (("today", "incidents.closed"), ("today", "incidents.overdue"), ("year", "incidents.closure_rate"))),
    Row("disputes.accepted", (("today", "disputes.settled"), ("today", "disputes.open"), ("year", "disputes.success_rate"))),
    Row("traffic.accidents", (("year", "traffic.deaths"), ("today", "traffic.hazards_overdue"), ("year", "traffic.hazards_rectified"))),
    Row("fraud.warnings", (("today", "fraud.dissuaded"), ("year", "fraud.dissuasion_rate"), ("year", "fraud.loss_averted"))),
)


def build(view: View) -> Component:
    """The scene; it looks the same in every size of 16:9."""
    return html.Div(
        [
            _top(view),
            html.Div([_row(view, row) for row in ROWS], className="wall-rows"),
            html.Div([hexmap.hexmap(view, MAP_OF, is_linked=False), eventlist.eventlist(view, EVENTS)], className="wall-side"),
            _foot(view),
        ],
        className="wall-scene",
    )


def _top(view: View) -> Component:
    names = [
        html.Span(view.area_name(), className="brand-city"),
        html.Span(view.profile.centre.text.of(view.lang), className="brand-centre"),
    ]
    status = [*components.demo(view), components.reporting(view), components.connection(view), components.clock(view)]
    return html.Header([html.Div(names, className="brand"), html.Div(status, className="status")], className="wall-top")


def _foot(view: View) -> Component:
    """The alarms, or what the screen waits for while it has nothing; and how new it all is."""
    waiting = [html.Span(view.text("page.loading"), className="wall-waiting", **attributes.data(waiting=""))] if view.at is None else []
    return html.Div([strip.build(view), *waiting, html.Span(components.as_of(view), **attributes.data(as_of=""))], className="wall-foot")


def _row(view: View, row: Row) -> Component:
    today = view.text("period.today")
    beside = [_beside(view, period, kpi) for period, kpi in row.beside]
    return html.Section(
        [
            html.H2(view.title(row.headline), className="unseen"),
            tiles.tile(view, row.headline, "headline", tag=today),
            html.Div(beside, className="wall-beside"),
            charts.hours(view, row.headline, wall=True),
        ],
        className="wall-row",
    )


def _beside(view: View, period: str, kpi: str) -> Component:
    tag = "" if period == view.period else view.text("wall.year")
    return tiles.tile(view.over(period), kpi, "row", tag=tag)


PAGE = Page("/wall", "wall", Text("大屏", "Wall"), build, periods=("today", "year"), bare=True)
