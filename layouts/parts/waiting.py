"""What waits longest: the overdue cases of every kind as one card, and the way to their list."""

from __future__ import annotations

from dash.development.base_component import Component

from feeds.cases import query
from feeds.cases.query import Entry
from feeds.kpis import dimensions
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import case_list, components, labels
from layouts.parts.case_list import Listing
from layouts.text import numbers, times
from layouts.view import View


def card(view: View, found: Listing) -> Component:
    """How many cases are overdue and for how long, the oldest of them, and how many of each
    kind.
    """
    if not found.counts.total:
        none = html.P(view.text("cases.none_overdue"), className="waiting-none")
        return html.Section(none, className="waiting waiting--none")
    return html.Section(
        [_number(view, found), _oldest(view, found), _kinds(view, found)], className="waiting"
    )


def _number(view: View, found: Listing) -> Component:
    counts = found.counts
    number = numbers.whole(counts.total, view.lang)
    oldest = times.duration((view.now_ms - min(counts.oldest_due.values())) / 1000, view.lang)
    long = sum(counts.long_overdue.values())
    said = view.text("waiting.oldest", span=oldest)
    if long:
        said = view.text(
            "waiting.long", n=numbers.whole(long, view.lang), days=query.LONG_DAYS, span=oldest
        )
    figure = [
        html.Span(number, className="waiting-value"),
        html.Span(
            view.text("waiting.case" if counts.total == 1 else "live.cases"),
            className="waiting-unit",
        ),
        _moment(view, found),
    ]
    return html.Div(
        [
            html.H2(view.text("waiting.title"), className="waiting-title"),
            html.P(figure, className="waiting-figure"),
            html.P(said, className="verdict"),
        ],
        className="waiting-number",
    )


def _moment(view: View, found: Listing) -> Component:
    """That it is of now, or how many of its kinds are late: of those some may be closed by now."""
    kpis = dimensions.overdue_kpis()
    shown = [kind for kind, number in found.counts.by_family.items() if number]
    late = sum(view.state(kpis[kind]) != "live" for kind in shown if kind in kpis)
    if not late:
        return html.Span(view.text("waiting.now"), className="waiting-now")
    said = view.text("waiting.late", n=late, of=len(shown))
    return html.Span(said, className="waiting-now is-late")


def _oldest(view: View, found: Listing) -> Component:
    """The oldest cases, each with a bar that is coloured beyond LONG_DAYS."""
    entries = found.page.entries
    longest_ms = max((case_list.overdue_ms(view, entry) for entry in entries), default=1)
    rows = [_row(view, entry, longest_ms) for entry in entries]
    return html.Ol(
        rows,
        className="waiting-oldest" if view.is_city else "waiting-oldest waiting-oldest--town",
        **attributes.aria(label=view.text("waiting.which")),
    )


def _row(view: View, entry: Entry, longest_ms: int) -> Component:
    place = labels.place(view, entry.town) if view.is_city or not entry.case else entry.case
    over_ms = case_list.overdue_ms(view, entry)
    usual = min(100, 100 * query.LONG_DAYS * query.DAY_MS / max(over_ms, 1))
    bar = {"--length": f"{over_ms / max(longest_ms, 1):.3f}", "--usual": f"{usual:.1f}%"}
    return html.Li(
        [
            html.Span(place, className="waiting-place"),
            html.Span(case_list.about(view, entry), className="waiting-about"),
            html.Span(className="case-bar", style=bar, **attributes.aria(hidden="true")),
            html.Span(times.duration(over_ms / 1000, view.lang), className="waiting-span"),
        ]
    )


def _kinds(view: View, found: Listing) -> Component:
    """How many of each kind, most first, and the whole list."""
    by_kind = sorted(found.counts.by_family.items(), key=lambda item: -item[1])
    kinds = [
        html.A(
            f"{case_list.kind_name(view, kind)} {numbers.whole(number, view.lang)}",
            href=components.address(view, "/cases", family=kind),
        )
        for kind, number in by_kind
        if number
    ]
    every = view.text("waiting.open", n=numbers.whole(found.counts.total, view.lang))
    return html.Div(
        [
            html.P(kinds, className="waiting-kinds"),
            html.P(html.A(every, href=components.address(view, "/cases")), className="waiting-all"),
        ],
        className="waiting-rest",
    )
