"""Where alerts show outside /alerts and the wall: the badge in the menu of every page, the lines on
the page of the figure that they are about, and those at the top of the overview.

assets/live/alarms.js draws them again when the alerts change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dash.development.base_component import Component

from feeds.alerts import firing
from feeds.alerts.firing import Shown
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import components
from layouts.text import times
from layouts.view import View

MOST = 3  # lines, so that a phone shows the figures below them


def count(view: View) -> tuple[Component]:
    """How many alerts fire in the area, by shape and colour of the worst; empty without any. Where
    all are acknowledged it is an outline.
    """
    found = firing.count(_alerts(view))
    if found is None:
        return (html.Span("", className="nav-badge", **attributes.data(alert_count="")),)
    state = "acknowledged" if found.is_acknowledged else "firing"
    severity = view.text(f"live.alert_{found.severity}")
    said = view.text(f"live.alerts_{state}", n=found.number, severity=severity)
    hooks = attributes.data(alert_count=str(found.number), severity=found.severity, state=state)
    parts = [
        html.Span(className="alarm-mark"),
        html.Span(str(found.number), **attributes.aria(hidden="true")),
        html.Span(said, className="unseen"),
    ]
    return (html.Span(parts, className="nav-badge", title=said, **hooks),)


def of_figure(view: View, kpi: str) -> Component:
    """The alerts of the figure that fire, a line each; empty without any."""
    return _lines(view, firing.of_kpi(_alerts(view), kpi), kpi)


def of_area(view: View) -> Component:
    """The alerts that fire in the area, of whatever they are, a line each; empty without any."""
    return _lines(view, _alerts(view), "")


def of_domains(*domains: str) -> Callable[[View], tuple[Component]]:
    """What stands at the top of a page about some domains: their alerts that fire, a line each."""

    def top(view: View) -> tuple[Component]:
        found = firing.of_domains(_alerts(view), domains)
        return (_lines(view, found, " ".join(f"{name}." for name in domains)),)

    return top


def number(view: View) -> int:
    """How many fire in the area."""
    return len(_alerts(view))


def is_critical(view: View) -> bool:
    """Whether one of them is critical and nobody has acknowledged it."""
    return any(one["severity"] == "critical" and one["state"] == "firing" for one in _alerts(view))


def _lines(view: View, found: Sequence[Shown], kpi: str) -> Component:
    rest = len(found) - MOST
    lines = [_line(view, one) for one in found[:MOST]]
    if rest > 0:
        more = view.text("live.alerts_more", n=rest)
        lines.append(html.A(more, href=_open(view), className="alert-more"))
    hooks = attributes.data(alerts_of=kpi, most=str(MOST), to=_open(view))
    return html.Div(lines, className="figure-alerts", **hooks)


def _alerts(view: View) -> Sequence[Shown]:
    """Those of the live topic: a page over chosen days shows them too."""
    topic: Mapping[str, Any] | None = view.others.get(view.live_period) or view.topic
    return firing.of_topic(topic)


def _open(view: View) -> str:
    return components.address(view, "/alerts")


def _line(view: View, one: Shown) -> Component:
    i = 0 if view.lang == "zh" else 1
    moment = times.moment(one["fired"], view.now_ms, view.profile.tz, view.lang)
    what = view.text("live.alert_of", place=one["place"][i], title=one["title"][i])
    parts = [
        html.Span(className="alarm-mark"),
        html.Span(view.text(f"live.alert_{one['severity']}"), className="alert-word"),
        html.Span(what, className="alert-what"),
        html.Span(one["said"][i], className="alert-value"),
        html.Span(view.text("live.alert_since", moment=moment), className="alert-since"),
    ]
    state = "silent" if one["silent"] else one["state"]
    return html.A(
        parts,
        href=_open(view),
        className="figure-alert",
        **attributes.data(severity=one["severity"], state=state),
    )
