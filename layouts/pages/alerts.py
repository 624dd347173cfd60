"""/alerts: which alerts fire and since when, what was done about them, the last 30 days, the rules
and the webhooks.

The page reloads itself.
"""

from __future__ import annotations

from dash.development.base_component import Component

from feeds.city.words import Text
from layouts.alerts import badge, lists, open_alerts
from layouts.alerts.page_values import Alarms
from layouts.html import attributes
from layouts.html import elements as html
from layouts.page import Page
from layouts.view import View

AGAIN_S = 10


def build(view: View) -> Component:
    """The page's content, or a sentence that alerts can't be read."""
    known: Alarms | None = view.page_data.get("alarms")
    again = attributes.data(again=str(AGAIN_S))
    if known is None:
        return html.Div(
            [html.P(view.text("alarms.missing"), className="health-missing"), lists.rules(view)],
            className="alarm-page",
            **again,
        )
    parts = [
        _opening(view, known),
        *open_alerts.build(view, known),
        *lists.silences(view, known),
        lists.history(view, known),
    ]
    return html.Div(
        [*parts, lists.rules(view), lists.webhooks(view, known)], className="alarm-page", **again
    )


def _opening(view: View, known: Alarms) -> Component:
    """How many fire, in one sentence; and whether anybody watches at all."""
    firing = sum(a.state == "firing" for a in known.open)
    seen = sum(a.state == "acknowledged" for a in known.open)
    name = "some" if firing else "seen" if seen else "none"
    unwatched = (
        [html.P(view.text("alarms.unwatched"), className="alarm-unknown")]
        if known.at is None
        else []
    )
    kind = "calm" if not firing and known.at is not None else "attention"
    sentence = html.H1(
        view.text(f"alarms.sentence_{name}", n=firing, seen=seen), className="sentence"
    )
    return html.Div([sentence, *unwatched], className=f"opening opening--{kind}")


PAGE = Page(
    "/alerts",
    "alerts",
    Text("告警", "Alerts"),
    build,
    page_data=("alarms", "editor"),
    badge=badge.count,
)
