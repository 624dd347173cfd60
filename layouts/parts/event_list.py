"""The latest events: time, kind, place, category. assets/live adds rows in place."""

from __future__ import annotations

import json

from dash.development.base_component import Component

from feeds.city import profile
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import labels
from layouts.text import times
from layouts.view import View


def eventlist(view: View, rows: int = 12) -> Component:
    """The newest `rows` events, or a sentence that there are none."""
    items = [row(view, *event) for event in view.events[:rows]]
    return html.Section(
        [
            html.H3(
                html.Span(view.text("events.title"), className="title-text"),
                className="events-title",
            ),
            html.Ol(
                items,
                className="events",
                **attributes.data(
                    events=str(rows), area=view.area, period=view.period, labels=_labels(view)
                ),
            ),
            html.P(view.text("events.empty"), className="events-empty"),
        ],
        className="events-card",
    )


def row(view: View, at_ms: int, type_name: str, area: str, category: str) -> Component:
    cells = (
        ("event-time", times.moment(at_ms, view.now_ms, view.profile.tz, view.lang)),
        ("event-type", labels.type_name(view, type_name)),
        ("event-area", town(view, area)),
        ("event-category", kind(view, type_name, category)),
    )
    return html.Li(
        [html.Span(text, className=name) for name, text in cells], **attributes.data(at=str(at_ms))
    )


def town(view: View, area: str) -> str:
    """The town an area counts for."""
    of = view.profile.town_of(area)
    return view.area_name("" if of == profile.UNKNOWN else of)


def kind(view: View, type_name: str, category: str) -> str:
    """The category's name; unknown ones say so, types without categories say nothing."""
    names = labels.of_type(view, type_name)
    is_of_one_kind = len(names) == 1
    if not category or is_of_one_kind:
        return ""
    return names.get(category, names["unknown"])


def _labels(view: View) -> str:
    return json.dumps(labels.of_events(view), ensure_ascii=False, separators=(",", ":"))
