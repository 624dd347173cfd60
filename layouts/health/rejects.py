"""What each intake accepted and rejected, and why. It never shows a value of an event, because a
rejected value may be one that must not be kept.
"""

from __future__ import annotations

from dash.development.base_component import Component

from feeds.events.rejects import REASONS
from layouts.health import pieces
from layouts.health.page_values import Reject, Rejects
from layouts.html import elements as html
from layouts.parts import labels
from layouts.text import numbers, times
from layouts.view import View


def build(view: View, known: Rejects | None) -> Component:
    if known is None:
        return pieces.section(view, "refused", pieces.missing(view, "redis"))
    blocks = [
        html.Div([_intakes(view, known), _reasons(view, known)], className="health-halves"),
        *_last(view, known),
    ]
    return pieces.section(view, "refused", *blocks)


def _intakes(view: View, known: Rejects) -> Component:
    if not known.intakes:
        return html.P(view.text("health.doors_none"), className="health-note")
    names = ("door", "accepted_today", "rejected_today", "accepted", "rejected")
    rows: list[list[pieces.Content]] = [
        [intake.name, *(_count(view, n) for n in intake[1:])] for intake in known.intakes
    ]
    return pieces.table([view.text(f"health.{name}") for name in names], rows)


def _reasons(view: View, known: Rejects) -> Component:
    if not known.reasons:
        return html.P(view.text("health.refused_none"), className="health-note")
    rows: list[list[pieces.Content]] = [
        [_reason(view, one.code), one.intake, _count(view, one.today), _count(view, one.total)]
        for one in known.reasons
    ]
    return pieces.table(
        [view.text(f"health.{name}") for name in ("reason", "door", "rejected_today", "rejected")],
        rows,
        "table--words",
    )


def _last(view: View, known: Rejects) -> list[Component]:
    if not known.last:
        return []
    head = [
        view.text(f"health.{name}")
        for name in ("time", "door", "source_source", "type", "field", "reason")
    ]
    title = html.H3(
        view.text("health.refused_last", n=len(known.last)), className="health-subtitle"
    )
    return [title, pieces.table(head, [_row(view, one) for one in known.last], "table--last")]


def _row(view: View, one: Reject) -> list[pieces.Content]:
    at = html.Span(pieces.moment(view, one.at), title=times.clock(one.at, view.profile.tz))
    kind = view.text("live.unknown") if one.type == "unknown" else labels.type_name(view, one.type)
    code = html.Span(one.field, className="health-code")
    source = html.Span(one.source or "—", className="health-code")
    return [at, one.intake, source, kind, code, _reason(view, one.code)]


def _reason(view: View, code: str) -> str:
    return REASONS[code].of(view.lang) if code in REASONS else code


def _count(view: View, n: int) -> str:
    return numbers.text(n, "count", view.lang)
