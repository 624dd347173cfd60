"""The open alerts: the firing ones first, each with its start, its value against the bound, and the
forms to act on it.
"""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from feeds.alerts import alert_wording, lifecycle
from feeds.alerts.lifecycle import Alert
from layouts.alerts import pieces
from layouts.alerts.page_values import Alarms
from layouts.health import pieces as tables
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import components, forms
from layouts.view import View

FIRST = 8  # alerts that a phone shows at once: with them the page has at most four screens


def build(view: View, known: Alarms) -> list[Component]:
    """Firing, acknowledged, and beneath them those that still wait for their time. While the
    history is being filled none waits: no rule is judged.
    """
    burning = alert_wording.ordered(a for a in known.open if a.is_burning)
    found = [] if view.is_filling else waiting(known)
    return [*_cards(view, burning, known), *([_pending(view, found)] if found else [])]


def _cards(view: View, burning: Sequence[Alert], known: Alarms) -> list[Component]:
    """A card for each; on a phone those after the first ones fold to a line that counts them."""
    if not burning:
        return []
    first, rest = _list(view, burning[:FIRST], known), burning[FIRST:]
    if not rest:
        return [first]
    heading = html.H2(view.text("alarms.more", n=len(rest)), className="section-title")
    folded = components.fold("more-alerts", heading, _list(view, rest, known))
    return [first, html.Div(folded, className="alarms-more")]


def _list(view: View, alerts: Sequence[Alert], known: Alarms) -> Component:
    return html.Ol([_card(view, alert, known) for alert in alerts], className="alarms")


def waiting(known: Alarms) -> Sequence[Alert]:
    """The alerts whose condition holds, but not for long enough yet; the worst first."""
    return alert_wording.ordered(a for a in known.open if a.state == "pending")


def _card(view: View, alert: Alert, known: Alarms) -> Component:
    name = pieces.title(view, alert.rule, alert.bound)
    head = [
        pieces.severity(view, alert.severity),
        html.H2([html.Span(pieces.place(view, alert.area), className="alarm-place"), name]),
    ]
    facts = [
        *_value(view, alert),
        html.Span(_since(view, alert)),
        *_acknowledged(view, alert),
        *_silent(view, alert),
        *_silenced(view, alert, known),
        *pieces.figure(view, alert),
    ]
    return html.Li(
        [
            html.Div(head, className="alarm-head"),
            html.Div(facts, className="alarm-facts"),
            *_actions(view, alert, name),
        ],
        className="alarm",
        **attributes.data(alert=alert.id, severity=alert.severity, state=alert.state),
    )


def _value(view: View, alert: Alert) -> list[Component]:
    said = pieces.value(view, alert)
    return [html.Span(said, className="alarm-value")] if said else []


def _since(view: View, alert: Alert) -> str:
    return view.text(
        "alarms.since",
        moment=pieces.moment(view, alert.fired),
        span=pieces.lasting(view, alert.fired),
    )


def _acknowledged(view: View, alert: Alert) -> list[Component]:
    if alert.state != "acknowledged":
        return []
    said = view.text(
        "alarms.acknowledged", office=alert.by, moment=pieces.moment(view, alert.since)
    )
    return [html.Span(said, className="alarm-tag")]


def _silent(view: View, alert: Alert) -> list[Component]:
    """A silent source does not show whether the alert is over."""
    if not alert.silent_since:
        return []
    return [
        html.Span(
            view.text("alarms.unknown", moment=pieces.moment(view, alert.silent_since)),
            className="alarm-unknown",
        )
    ]


def _silenced(view: View, alert: Alert, known: Alarms) -> list[Component]:
    found = lifecycle.silenced(alert, known.silences, view.now_ms)
    return (
        [
            html.Span(
                view.text("alarms.silenced", moment=pieces.moment(view, found.until)),
                className="alarm-tag",
            )
        ]
        if found
        else []
    )


def _actions(view: View, alert: Alert, name: str) -> list[Component]:
    who = forms.editor(view, "act", alert.area)
    if who is None:
        return []
    label = f"{pieces.place(view, alert.area)} {name}"
    ack = (
        [forms.button(view, who, f"/alerts/{alert.id}/acknowledge", "alarms.acknowledge", label)]
        if alert.state == "firing"
        else []
    )
    return [
        html.Div(
            [*ack, pieces.silence(view, who, alert.rule, alert.area, label)],
            className="alarm-actions",
        )
    ]


def _pending(view: View, found: Sequence[Alert]) -> Component:
    """Those whose condition holds and that still wait for their time, the worst first."""
    rules = pieces.rules(view)
    names = ("severity", "area", "rule", "value", "then")
    head = [view.text(f"alarms.{name}") for name in names]
    rows: list[list[tables.Content]] = [
        [
            pieces.severity(view, a.severity),
            pieces.place(view, a.area),
            pieces.title(view, a.rule, a.bound),
            pieces.value(view, a) or "—",
            view.text(
                "alarms.pending",
                span=pieces.lasting(view, a.began),
                minutes=f"{rules[a.rule].for_min:g}",
            ),
        ]
        for a in found
        if a.rule in rules
    ]
    heading = html.H2(alert_wording.STATES["pending"].of(view.lang), className="section-title")
    listed = tables.table(head, rows, "table--words")
    return html.Section([heading, listed], className="section alarms-waiting")
