"""The review's overview: every rate and count as a card with its funnel, and the lessons as
sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash.development.base_component import Component

from feeds.review.review_values import Compared, Figure, Lesson, Review
from layouts import ids
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import components, diagrams, labels, remarks
from layouts.review import funnels, page_values
from layouts.view import View

FIRST_LESSONS = 12


def grid(view: View, review: Review) -> Component:
    """The cards by domain, in the catalogue's order."""
    found: dict[str, list[Component]] = {}
    for figure in page_values.judged(review):
        found.setdefault(view.kpi(figure.kpi).domain, []).append(card(view, figure))
    blocks = [
        html.Section(
            [
                html.H3(labels.domain(view, domain), className="block-title"),
                html.Div(cards, className="review-cards"),
            ]
        )
        for domain, cards in found.items()
    ]
    title = html.H2(view.text("review.figures"), className="section-title")
    note = html.P(view.text("review.figures_note"), className="control-note")
    jump = html.A(view.text("review.lessons"), href=f"#{ids.LESSONS}", className="review-jump pick")
    return html.Section([title, note, jump, *blocks], className="section")


def card(view: View, figure: Figure) -> Component:
    """Value, target, both comparisons, the funnel, and the towns beyond its limits."""
    href = components.address(view, kpi=figure.kpi, area=view.profile.code)
    value = html.Span(
        page_values.number(view, figure.city.value, figure.unit),
        className="review-value",
        **attributes.data(value=str(figure.city.value)),
    )
    head = html.A(
        [html.Span(view.title(figure.kpi), className="title-text"), value],
        href=href,
        className="review-card-head",
    )
    lines = [
        *target(view, figure),
        _line(view, "previous", figure.change, figure),
        _line(view, "last_year", figure.change_year, figure),
    ]
    said = remarks.tag(view, page_values.remarked(view, figure))
    return html.Article(
        [
            head,
            html.Div([*lines, *said], className="review-lines"),
            funnels.mini(view, figure),
            _named(view, figure),
        ],
        className="review-card",
        **attributes.data(figure=figure.kpi),
    )


def target(view: View, figure: Figure) -> list[Component]:
    """The target, and whether it is reached."""
    if figure.target is None or figure.city.value is None:
        return []
    is_met = (
        figure.city.value <= figure.target
        if figure.better == "down"
        else figure.city.value >= figure.target
    )
    words = view.text("live.met" if is_met else "live.missed")
    said = [
        view.text("compare.target"),
        " ",
        page_values.number(view, figure.target, figure.unit),
        " ",
        words,
    ]
    return [
        html.Span(
            said, className="review-line", **attributes.data(trend="flat" if is_met else "worse")
        )
    ]


def _line(view: View, against: str, change: Compared | None, figure: Figure) -> Component:
    said = [view.text(f"review.on_{against}"), " ", page_values.change(view, change, figure.unit)]
    return html.Span(
        said,
        className="review-line",
        **attributes.data(trend=page_values.trend(change, figure.unit, figure.better)),
    )


def _named(view: View, figure: Figure) -> Component:
    names = page_values.names(view)
    found = [
        html.A(
            names[town.town],
            href=components.address(view, area=town.town, kpi=""),
            className="review-named",
            **attributes.data(trend=diagrams.meaning(town.cls, figure.better)),
        )
        for town in page_values.beyond(figure)
    ]
    empty = html.Span(
        view.text("review.none_beyond" if figure.funnel else "review.no_funnel_short"),
        className="review-none",
    )
    return html.P(found or [empty], className="review-beyond")


def lessons(view: View, review: Review, area: str = "") -> Component:
    """The changes that are real signals as sentences: the towns' own first; of an area, its
    alone.
    """
    chosen = [one for one in review.lessons if area in ("", one.town)]
    ordered = sorted(chosen, key=lambda one: (not one.is_own, one.town != review.city.code))
    rows = [
        html.Li(sentence(view, one), className="lesson", **attributes.data(trend=_trend(one)))
        for one in ordered
    ]
    title = html.H2(view.text("review.lessons"), className="section-title")
    note = html.P(view.text("review.lessons_note"), className="control-note")
    shown = (
        _folded(view, rows)
        if rows
        else [html.P(view.text("review.no_lessons"), className="control-empty")]
    )
    return html.Section([title, *shown, note], className="section review-lessons", id=ids.LESSONS)


def sentence(view: View, one: Lesson) -> list[Any]:
    """Who, what, from what to what, what it means."""
    unit = one.unit
    against = view.text(f"review.against_{one.against}")
    change = page_values.between(view, one.change, unit)
    before, now = (page_values.number(view, value, unit) for value in (one.before, one.now))
    key = "review.lesson" if unit == "share" else "review.lesson_count"
    said = view.text(key, against=against, before=before, now=now, change=change)
    own = [" ", html.Span(view.text("review.own"), className="title-tag")] if one.is_own else []
    meaning = html.Span(view.text(f"review.is_{one.meaning}"), className="lesson-meaning")
    name = html.A(view.area_name(one.town), href=components.address(view, area=one.town, kpi=""))
    figure = html.A(
        view.title(one.kpi), href=components.address(view, kpi=one.kpi, area=view.profile.code)
    )
    return [name, " ", figure, " ", said, " ", meaning, *own]


def _folded(view: View, rows: Sequence[Component]) -> list[Component]:
    first = html.Ul(list(rows[:FIRST_LESSONS]), className="lessons")
    if len(rows) <= FIRST_LESSONS:
        return [first]
    more = html.Summary(view.text("review.more", n=len(rows) - FIRST_LESSONS))
    return [first, html.Details([more, html.Ul(list(rows[FIRST_LESSONS:]), className="lessons")])]


def _trend(one: Lesson) -> str:
    return one.meaning
