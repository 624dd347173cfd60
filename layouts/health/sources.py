"""The sources: what each sends, when it was last seen, how often it should send, and its gaps of
the last days as a picture and in words.
"""

from __future__ import annotations

from dash.development.base_component import Component

from feeds.health.completeness import Gap, Source
from layouts.health import pieces
from layouts.health.page_values import Completeness
from layouts.html import attributes
from layouts.html import elements as html
from layouts.text import numbers, times
from layouts.view import View

NAMED = 2


def build(view: View, known: Completeness) -> Component:
    columns = ("source", "state", "last", "today", "cadence", "towns", "gaps", "types")
    head = [view.text(f"health.source_{name}") for name in columns]
    rows = [
        _row(view, known, source)
        for source in sorted(known.sources, key=lambda one: (one.state == "live", one.name))
    ]
    note = html.P(
        view.text("health.sources_note", since=pieces.moment(view, known.gaps_since_ms)),
        className="health-note",
    )
    return pieces.section(view, "sources", note, pieces.table(head, rows, "table--sources"))


def _row(view: View, known: Completeness, source: Source) -> list[pieces.Content]:
    return [
        html.Span(source.name, className="health-code"),
        pieces.state(view, source.state),
        pieces.when(view, source.at),
        _today(view, known, source),
        times.duration(source.cadence_s, view.lang),
        str(source.towns) if source.towns else view.text("health.city_alone"),
        _gaps(view, known, source),
        _types(view, source),
    ]


def _today(view: View, known: Completeness, source: Source) -> str:
    """At least so many, where the day was too busy to be read whole."""
    n = numbers.text(source.today, "count", view.lang)
    return n if known.gaps_since_ms <= known.midnight_ms else f"≥ {n}"


def _types(view: View, source: Source) -> Component:
    words = pieces.listed(view, [pieces.need(view, need) for need in source.needs])
    return html.Span(words, title=words, className="health-types")


def _gaps(view: View, known: Completeness, source: Source) -> Component:
    """The days as a line, gaps cut into it; below it the longest in words."""
    longest = sorted(
        source.gaps, key=lambda gap: (gap.until or view.now_ms) - gap.since, reverse=True
    )
    said = [_said(view, gap) for gap in longest[:NAMED]]
    more = [view.text("health.gaps_more", n=len(longest) - NAMED)] if len(longest) > NAMED else []
    words = pieces.listed(view, [*said, *more]) if said else view.text("health.gaps_none")
    line = html.Span(
        [_cut(view, known, gap) for gap in source.gaps],
        className="gap-line",
        **attributes.aria(hidden="true"),
    )
    return html.Span([line, html.Span(words, className="gap-words")], className="health-gaps")


def _said(view: View, gap: Gap) -> str:
    if gap.until is None:
        return view.text(
            "health.gap_lasts",
            span=times.duration((view.now_ms - gap.since) / 1000, view.lang),
            since=pieces.moment(view, gap.since),
        )
    span = times.duration((gap.until - gap.since) / 1000, view.lang)
    return view.text("health.gap", span=span, since=pieces.moment(view, gap.since))


def _cut(view: View, known: Completeness, gap: Gap) -> Component:
    whole = max(view.now_ms - known.gaps_since_ms, 1)
    left = 100 * max(gap.since - known.gaps_since_ms, 0) / whole
    right = 100 * ((gap.until or view.now_ms) - known.gaps_since_ms) / whole
    return html.Span(
        className="gap-cut",
        style={"left": f"{left:.2f}%", "width": f"{max(right - left, 0.4):.2f}%"},
    )
