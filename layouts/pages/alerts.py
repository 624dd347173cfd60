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
    ]
    if known.history or not _unjudged(view):  # else thirty days without an alert say nothing
        parts.append(lists.history(view, known))
    return html.Div(
        [*parts, lists.rules(view), lists.webhooks(view, known)], className="alarm-page", **again
    )


def _opening(view: View, known: Alarms) -> Component:
    """How many fire and how many wait for their time, in one sentence; and whether anybody watches
    at all.
    """
    unwatched = (
        [html.P(view.text("alarms.unwatched"), className="alarm-unknown")]
        if known.at is None
        else []
    )
    sentence = html.H1(_sentence(view, known), className="sentence")
    kind = f"opening opening--{_mood(view, known)}"
    return html.Div([sentence, *unwatched], className=kind)


def _sentence(view: View, known: Alarms) -> str:
    """Without figures no rule was judged: that none fires then says nothing."""
    firing = sum(a.state == "firing" for a in known.open)
    seen = sum(a.state == "acknowledged" for a in known.open)
    if _unjudged(view) and not firing and not seen:
        return view.text(f"alarms.sentence_{_unjudged(view)}")
    name = "some" if firing else "seen" if seen else "none"
    said = view.text(f"alarms.sentence_{name}", n=firing, seen=seen)
    waiting = open_alerts.waiting(known)
    if not waiting:
        return said
    critical = sum(a.severity == "critical" for a in waiting)
    more = view.text("alarms.and_waiting", n=len(waiting))
    worst = view.text("alarms.and_critical", n=critical) if critical else ""
    return f"{said}{more}{worst}"


def _unjudged(view: View) -> str:
    """Why no rule was judged; "" where some were. The page is of all areas: a town alone that
    nothing came from says nothing of the others.
    """
    others_report = view.towns_reporting[0] > 0
    return "" if others_report and view.without_figures == "nothing" else view.without_figures


def _mood(view: View, known: Alarms) -> str:
    """Calm only where every rule was judged and none of them waits."""
    if known.at is None or any(a.state == "firing" for a in known.open):
        return "attention"
    return "partly" if _unjudged(view) or open_alerts.waiting(known) else "calm"


PAGE = Page(
    "/alerts",
    "alerts",
    Text("告警", "Alerts"),
    build,
    help="alerts#3-handle-them",
    page_data=("alarms", "editor"),
    badge=badge.count,
)
