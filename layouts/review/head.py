"""The top of the review: the quarter, its freeze, what has changed since, and how complete the data
are.
"""

from __future__ import annotations

from typing import Any

from dash.development.base_component import Component

from feeds.city import quarters
from feeds.review.review_values import Changed, Completeness, Freeze, Review
from layouts.html import attributes
from layouts.html import elements as html
from layouts.html import render as markup
from layouts.parts import components, forms, report_links, tables
from layouts.review import page_values
from layouts.review.page_values import ReviewPage
from layouts.review.sentences import Wording
from layouts.view import View

MOST_QUARTERS = 8


def heading(view: View, found: ReviewPage, review: Review) -> Component:
    """The quarter, links to others, and the freeze."""
    links = [
        html.A(
            name,
            href=components.address(view, quarter=name, code=""),
            className="pick",
            **_current(name == review.quarter),
        )
        for name in dict.fromkeys((*found.quarters[:MOST_QUARTERS], review.quarter))
    ]
    title = page_values.title(review.quarter, view)
    if review.through:
        title = view.text("agenda.draft", title=title)
    word = html.H1(title, className="review-title")
    picker = html.Nav(
        links,
        className="periods review-quarters",
        **attributes.aria(label=view.text("review.quarters")),
    )
    files = report_links.bar(view, review.quarter, review.freeze.code if review.freeze else "")
    return html.Header(
        [html.Div([word, picker], className="review-bar"), _freeze(view, review), files],
        className="review-head",
    )


def code(freeze: Freeze, view: View) -> str:
    """A freeze in one line, for paper and screen."""
    return view.text(
        "review.frozen",
        code=freeze.code,
        moment=page_values.stamp(view, freeze.moment_ms),
        by=freeze.by,
        hash=freeze.hash[:12],
    )


def _freeze(view: View, review: Review) -> Component:
    form = _form(view, review)
    if review.through:
        return html.Div(
            html.P(_until(view, review), className="review-open"),
            className="review-freeze",
            **attributes.data(freeze="", hash=""),
        )
    if review.freeze is None:
        still = html.P(
            view.text("review.not_frozen", moment=page_values.stamp(view, _known_at(view, review))),
            className="review-open",
        )
        return html.Div(
            [still, *form], className="review-freeze", **attributes.data(freeze="", hash="")
        )
    one = review.freeze
    text = view.text(
        "review.frozen_as",
        moment=page_values.stamp(view, one.moment_ms),
        by=one.by,
        hash=one.hash[:12],
    )
    parts: list[Component] = [
        html.Span(one.code, className="freeze-code"),
        html.Span(text, className="freeze-said"),
    ]
    full = html.Details(
        [
            html.Summary(view.text("review.digests")),
            html.P(_digests(view, one), className="freeze-digests"),
        ]
    )
    other = (
        []
        if review.is_reproduced
        else [html.P(view.text("review.not_reproduced"), className="review-open", role="note")]
    )
    return html.Div(
        [html.P(parts), full, *other, *form],
        className="review-freeze",
        **attributes.data(freeze=one.code, hash=one.hash),
    )


def _known_at(view: View, review: Review) -> int:
    """Up to when anything is known: an engine that has stopped takes nothing in."""
    return min(review.moment_ms, view.read_ms)


def _until(view: View, review: Review) -> str:
    """How far a draft reaches, and that it can't be cited."""
    said = Wording(review, view.lang, view.profile.town_word)
    first, last = said.days()
    days = (last - first).days + 1
    of_days = quarters.parse(review.quarter).days
    note = said.say("draft_note", last=said.day(last.isoformat()), days=days, of=of_days)
    return f"{note} {view.text('agenda.draft_rule')}"


def superseded(view: View, review: Review) -> list[Component]:
    """That a cited freeze is in force no more, with a link to the one that is."""
    if review.freeze is None or not review.freeze.superseded_by:
        return []
    new = review.freeze.superseded_by
    words = view.text("agenda.superseded", old=review.freeze.code, new=new)
    link = html.A(new, href=components.address(view, code="", quarter=review.quarter))
    return [html.P([words, " ", link], className="review-open", role="note")]


def _digests(view: View, one: Freeze) -> str:
    parts = {name: getattr(one, name) for name in ("definitions", "targets", "limits", "profile")}
    return view.text(
        "review.digest_line",
        hash=one.hash,
        version=one.version,
        supersedes=one.supersedes or "—",
        **parts,
    )


def _form(view: View, review: Review) -> list[Component]:
    """The button of who may freeze; to supersede, only where something has changed."""
    editor = forms.editor(view, "freeze")
    if editor is None or (review.freeze and review.is_reproduced and not review.revision):
        return []
    word = (
        view.text("review.freeze_again", code=review.freeze.code)
        if review.freeze
        else view.text("review.freeze")
    )
    again = {"again": "1"} if review.freeze else {}
    inner = (
        forms.carried(view, editor, quarter=review.quarter, **again)
        + markup.tag("button", text=word, type="submit")
        + forms.error()
    )
    return [forms.form("/review/freeze", "freeze-form", inner)]


def revision(view: View, review: Review) -> list[Component]:
    """What has become of the frozen figures since: each that is another now, was and is, and by how
    many events.
    """
    if not review.freeze or not review.late_events:
        return []
    said = view.text("review.late", n=review.late_events, changed=len(review.revision))
    kpi = view.filters.get("kpi", "")
    chosen = [
        one
        for one in review.revision
        if (not kpi or one.kpi == kpi) and (view.is_city or one.town == view.area)
    ]
    rows = [_changed(view, one) for one in chosen]
    head = [
        view.text(f"review.{name}")
        for name in ("figure", "town", "of_quarter", "was", "now", "events")
    ]
    table = (
        [html.Div(tables.table(head, rows, "table--revision"), className="table-scroll")]
        if rows
        else []
    )
    whole = html.Details(
        [
            html.Summary(said),
            html.P(view.text("review.revision_note"), className="control-note"),
            *table,
        ],
        open=True,
    )
    return [
        html.Section(
            [html.H2(view.text("review.revision"), className="section-title"), whole],
            className="section review-revision",
        )
    ]


def _changed(view: View, one: Changed) -> list[tables.Cell]:
    unit = view.kpi(one.kpi).unit
    was, now = (page_values.exact(reading, unit) for reading in (one.was, one.now))
    return [view.title(one.kpi), view.area_name(one.town), one.quarter, was, now, str(one.events)]


def quality(view: View, review: Review) -> Component:
    """How whole each area's data are, before any result; those that aren't are named, the rest is
    folded away.
    """
    codes = {town.code for town in review.towns}
    towns = [one for one in review.completeness if one.town in codes]
    lacking = [one for one in towns if one.is_lacking]
    names = page_values.names(view)
    sentence = page_values.whole_words(view, [names[one.town] for one in lacking], len(towns))
    whole = review.complete(review.city.code)
    late = (
        [html.P(_late(view, review, whole), className="control-note")]
        if whole and _is_late(whole)
        else []
    )
    unknown = review.complete("unknown")
    late += (
        [html.P(view.text("review.unknown", n=unknown.events), className="control-note")]
        if unknown
        else []
    )
    table = html.Details(
        [
            html.Summary(view.text("chart.table")),
            html.Div(_table(view, review), className="table-scroll"),
        ]
    )
    mark = html.P(
        sentence,
        className="review-quality",
        **attributes.data(trend="worse" if lacking else "flat"),
    )
    title = html.H2(view.text("review.quality"), className="section-title")
    folded = components.fold("quality", title, mark, *late, table)
    return html.Section(folded, className="section review-completeness")


def _table(view: View, review: Review) -> Component:
    head = [
        view.text(f"review.{name}")
        for name in ("town", "events", "days", "kinds", "late_events", "newest", "state")
    ]
    return tables.table(
        head,
        [_row(view, one, is_demo=review.is_demo) for one in review.completeness],
        "table--towns",
    )


def _row(view: View, one: Completeness, *, is_demo: bool) -> list[tables.Cell]:
    newest = "—" if one.newest_ms is None else page_values.stamp(view, one.newest_ms)
    state = view.text("review.partial" if one.is_lacking else "review.whole")
    return [
        view.area_name(one.town),
        page_values.number(view, one.events, "count"),
        f"{one.days}/{one.of_days}",
        f"{one.kinds}/{one.of_kinds}",
        "—" if is_demo else _share(one),
        newest,
        state,
    ]


def _late(view: View, review: Review, whole: Completeness) -> str:
    """How much came late; of a demo, which records two years at once, that nothing can be said of
    it.
    """
    return (
        view.text("review.late_demo")
        if review.is_demo
        else view.text("review.late_share", share=_share(whole))
    )


def _share(one: Completeness) -> str:
    return f"{one.late / one.events:.0%}" if one.events else "—"


def _is_late(one: Completeness) -> bool:
    return one.late * 20 > one.events


def _current(is_current: bool) -> dict[str, Any]:
    return attributes.aria(current="page") if is_current else {}
