"""The strip at the wall's foot: the firing alerts, worst first; empty without any.

assets/live/alarms.js draws the same when alerts change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash.development.base_component import Component

from layouts.html import attributes
from layouts.html import elements as html
from layouts.text import times
from layouts.view import View

SHOWN = 2


def build(view: View) -> Component:
    """The first alerts of the topic, and how many more there are."""
    found: list[Mapping[str, Any]] = list((view.topic or {}).get("alerts") or ())
    more = (
        [html.Span(view.text("live.alerts_more", n=len(found) - SHOWN), className="alert-more")]
        if len(found) > SHOWN
        else []
    )
    hooks = attributes.data(alerts="") | attributes.aria(label=view.text("wall.alerts"))
    return html.Div(
        [*(_alert(view, one) for one in found[:SHOWN]), *more],
        className="alerts",
        role="alert",
        **hooks,
    )


def _alert(view: View, one: Mapping[str, Any]) -> Component:
    i = 0 if view.lang == "zh" else 1
    since = view.text(
        "live.alert_since",
        moment=times.moment(one["fired"], view.now_ms, view.profile.tz, view.lang),
    )
    parts = [
        html.Span(className="alarm-mark"),
        html.Span(view.text(f"live.alert_{one['severity']}"), className="alert-word"),
        html.Span(f"{one['place'][i]} {one['title'][i]}", className="alert-what"),
        html.Span(one["said"][i], className="alert-value"),
        html.Span(since, className="alert-since"),
    ]
    state = "silent" if one["silent"] else one["state"]
    return html.Span(
        parts, className="alert", **attributes.data(severity=one["severity"], state=state)
    )
