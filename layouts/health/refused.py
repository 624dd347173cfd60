"""What came in at the doors and what was refused there, and why. Never a value of an event: it may
be what must not be kept.
"""

from __future__ import annotations

from dash.development.base_component import Component

from feeds.events.rejects import REASONS
from layouts.health import pieces
from layouts.health.page_values import Refusal, Refusals
from layouts.html import elements as html
from layouts.parts import labels
from layouts.text import numbers, times
from layouts.view import View


def build(view: View, known: Refusals | None) -> Component:
    if known is None:
        return pieces.section(view, "refused", pieces.missing(view, "redis"))
    blocks = [
        html.Div([_doors(view, known), _reasons(view, known)], className="health-halves"),
        *_last(view, known),
    ]
    return pieces.section(view, "refused", *blocks)


def _doors(view: View, known: Refusals) -> Component:
    if not known.doors:
        return html.P(view.text("health.doors_none"), className="health-note")
    names = ("door", "accepted_today", "rejected_today", "accepted", "rejected")
    rows: list[list[pieces.Content]] = [
        [door.name, *(_count(view, n) for n in door[1:])] for door in known.doors
    ]
    return pieces.table([view.text(f"health.{name}") for name in names], rows)


def _reasons(view: View, known: Refusals) -> Component:
    if not known.reasons:
        return html.P(view.text("health.refused_none"), className="health-note")
    rows: list[list[pieces.Content]] = [
        [_reason(view, one.code), one.door, _count(view, one.today), _count(view, one.total)]
        for one in known.reasons
    ]
    return pieces.table(
        [view.text(f"health.{name}") for name in ("reason", "door", "rejected_today", "rejected")],
        rows,
        "table--words",
    )


def _last(view: View, known: Refusals) -> list[Component]:
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


def _row(view: View, one: Refusal) -> list[pieces.Content]:
    at = html.Span(pieces.moment(view, one.at), title=times.clock(one.at, view.profile.tz))
    kind = view.text("live.unknown") if one.type == "unknown" else labels.type_name(view, one.type)
    code, source = (
        html.Span(one.field, className="health-code"),
        html.Span(one.source or "—", className="health-code"),
    )
    return [at, one.door, source, kind, code, _reason(view, one.code)]


def _reason(view: View, code: str) -> str:
    return REASONS[code].of(view.lang) if code in REASONS else code


def _count(view: View, n: int) -> str:
    return numbers.text(n, "count", view.lang)
