"""The first screen of the review: what there is to talk about, in three groups, beside what came of
the last commitments; the rest folded by domain.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from dash.development.base_component import Component

from feeds import kpis
from feeds.kpis.formulas import Count, Ratio
from feeds.kpis.measures import Measure
from feeds.review.review_values import GROUPS, Figure, Finding, Group, Review
from layouts import ids, theme
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import components, labels, remarks
from layouts.review import outcomes, page_values, pictures, sentences
from layouts.review.pictures import Picture
from layouts.review.sentences import Said, Wording
from layouts.view import View

SHOWN = 7  # that a projector shows without scrolling
_SAFE = " =':/,()"


def words(view: View, review: Review) -> Wording:
    """The review's sentences in the page's language."""
    return Wording(review, view.lang, view.profile.town_word)


def band(view: View, review: Review) -> Component:
    """How much there is to talk about, and whether the data are whole."""
    said = words(view, review)
    counts = [
        html.A(
            [mark_of(mark, role), html.B(str(n)), html.Span(word)],
            href=f"#{ids.agenda(group)}",
            className="agenda-count",
            **attributes.data(role=role),
        )
        for group, (mark, role, n, word) in zip(GROUPS, said.counted(), strict=True)
        if n
    ]
    topic = html.H2(said.topic(), className="agenda-topic")
    lacking = "" if len(said.completeness()) == 1 else "note"
    whole = html.Div(
        [html.P(line) for line in said.completeness()],
        className="agenda-whole",
        **attributes.data(state=lacking),
    )
    return html.Div([topic, *counts, whole], className="agenda-band")


def body(view: View, review: Review) -> Component:
    """The findings, and beside them last quarter's commitments. What a projector has no room for is
    folded, with how many they are.
    """
    said = words(view, review)
    found = said.agenda.findings
    compared = said.compared()
    counted = [html.P(compared, className="control-note")] if compared else []
    parts = [*_groups(view, said, found[:SHOWN]), *_more(view, said, found[SHOWN:]), *counted]
    findings = html.Div(parts, className="agenda-groups")
    return html.Div([findings, outcomes.aside(view, said)], className="agenda-body")


def _groups(view: View, said: Wording, found: Sequence[Finding]) -> list[Component]:
    by_group = {group: [one for one in found if one.group == group] for group in GROUPS}
    return [_group(view, said, group, its) for group, its in by_group.items() if its]


def _more(view: View, said: Wording, found: Sequence[Finding]) -> list[Component]:
    if not found:
        return []
    fold = html.Summary(said.say("more", n=len(found)))
    groups = html.Div(_groups(view, said, found), className="agenda-groups")
    return [html.Details([fold, groups], className="agenda-more")]


def _group(view: View, said: Wording, group: Group, found: Sequence[Finding]) -> Component:
    """Some findings of a group; the first of them has its place."""
    of_group = said.agenda.of_group(group)
    mark, role, n, word = said.counted()[GROUPS.index(group)]
    head = html.Div(
        [
            mark_of(mark, role),
            html.H3(word),
            html.Span(said.say(f"{group}_count", n=n), className="agenda-n"),
        ],
        className="agenda-group-head",
    )
    rows = html.Ol(
        [row(view, said, one) for one in found],
        className="agenda-rows",
        start=str(1 + said.agenda.findings.index(found[0])),
    )
    place: dict[str, Any] = {"id": ids.agenda(group)} if found[0] == of_group[0] else {}
    return html.Section(
        [head, rows], className="agenda-group", **place, **attributes.data(role=role)
    )


def row(view: View, said: Wording, finding: Finding) -> Component:
    """One finding: its number, sentence, cases, picture and figure. All of it leads to its page."""
    mark, role = said.mark(finding)
    number = 1 + said.agenda.findings.index(finding)
    shape = [mark_of(mark, role)] if finding.group == "changed" else []
    title = html.Span([*shape, said.headline(finding)], className="agenda-title")
    cells = [
        html.Span(str(number), className="agenda-number"),
        html.Span(
            [title, html.Span(said.detail(finding), className="agenda-detail")],
            className="agenda-said",
        ),
        picture(view, pictures.of(said, finding)),
        large(said.figure(finding), role),
    ]
    link = html.A(cells, href=_page(view, finding), className="agenda-row")
    return html.Li(
        link, **attributes.data(finding=finding.kpi, area=finding.area, group=finding.group)
    )


def _page(view: View, finding: Finding) -> str:
    """A figure's page; a town's own where it is the town's."""
    return components.address(view, kpi=finding.kpi, area=view.profile.code, rank="")


def picture(view: View, drawn: Picture | None) -> Component:
    if drawn is None:
        return html.Span(className="agenda-picture")
    svg = pictures.svg(drawn, theme.tokens(view.theme))
    return html.Img(
        src=f"data:image/svg+xml,{quote(svg, safe=_SAFE)}",
        alt="",
        className="agenda-picture",
        width=str(pictures.WIDTH),
        height=str(pictures.HEIGHT),
    )


def large(said: Said, role: str = "") -> Component:
    """A figure with its unit, half as high."""
    return html.Span(
        [said.digits, html.Span(said.unit, className="unit")],
        className="agenda-figure",
        **attributes.data(role=role),
    )


def mark_of(mark: str, role: str) -> Component:
    return html.Span(
        mark, className="mark", **attributes.data(role=role), **attributes.aria(hidden="true")
    )


def rest(view: View, review: Review) -> Component:
    """Every other figure, folded under its domain."""
    said = words(view, review)
    found: dict[str, list[Figure]] = {}
    is_partly = review.is_partly_seen
    if is_partly and not review.has_days:
        return html.Section([], className="section agenda-rest", id=ids.REST)
    of_city = [one for one in said.agenda.findings if said.of_city(one)]
    left_out = {kpi for one in of_city for kpi in (one.kpi, *one.also)}
    left_out |= _of_nothing(review)
    for figure in review.figures:
        is_own = figure.kpi.startswith(sentences.OF_COMMITMENTS)
        is_unseen = is_partly and view.kpi(figure.kpi).kind == "stock"  # it is of the last day
        is_shown = figure.kpi not in left_out and not is_own and not is_unseen
        if figure.city.value is not None and is_shown:
            found.setdefault(view.kpi(figure.kpi).domain, []).append(figure)
    title = html.H2(said.say(_rest_key(said, review)), className="section-title")
    blocks = [_domain(view, said, name, figures) for name, figures in found.items()]
    folded = components.fold("rest", title, *blocks)
    return html.Section(folded, className="section agenda-rest", id=ids.REST)


def _rest_key(said: Wording, review: Review) -> str:
    """What is said of the rest is no more than was compared."""
    if review.is_partly_seen:
        return "rest_partly"
    if any(not side.is_whole for side in said.agenda.sides):
        return "rest_alone"
    return "rest_draft" if review.through else "rest"


def _of_nothing(review: Review) -> set[str]:
    """The counts of what was set in the quarter, where nothing was: "completed 0" of a quarter
    without new tasks says nothing of the work on the older ones.
    """
    empty: set[Measure] = set()
    for figure in review.figures:
        formula = kpis.CATALOGUE[figure.kpi].formula
        is_cohort = any(measure.is_cohort for measure in formula.measures)
        if isinstance(formula, Ratio) and is_cohort and figure.city.value is None:
            empty |= {*formula.measures}
    found = set()
    for figure in review.figures:
        formula = kpis.CATALOGUE[figure.kpi].formula
        if isinstance(formula, Count) and not empty.isdisjoint(formula.measures):
            found.add(figure.kpi)
    return found


def _domain(view: View, said: Wording, name: str, figures: list[Figure]) -> Component:
    shown = [one for one in figures if one.target is not None][:2] or figures[:2]
    some = said.dot(
        [f"{said.title(one.kpi)} {said.reading(one.city, one.kpi, one.target)}" for one in shown]
    )
    head = html.Summary(
        [
            html.B(labels.domain(view, name)),
            html.Span(said.say("rest_n", n=len(figures)), className="agenda-n"),
            html.Span(some, className="agenda-some"),
        ]
    )
    rows = [html.Tr(_cells(view, said, one), **attributes.data(figure=one.kpi)) for one in figures]
    table = html.Table(html.Tbody(rows), className="table table--rest")
    return html.Details([head, html.Div(table, className="table-scroll")])


def _cells(view: View, said: Wording, figure: Figure) -> list[Component]:
    mark, role, words_of = said.verdict(figure)
    link = html.A(said.title(figure.kpi), href=components.address(view, kpi=figure.kpi, rank=""))
    target = figure.target
    goal = "" if target is None else said.say("goal", value=said.target(target, figure.kpi))
    value = said.reading(figure.city, figure.kpi, figure.target)
    return [
        html.Th([link, *remarks.tag(view, page_values.remarked(view, figure))], scope="row"),
        html.Td(value, className="number", **attributes.data(value=str(figure.city.value))),
        html.Td(goal),
        html.Td([mark, words_of], **attributes.data(role=role)),
        html.Td(said.compare(figure, "last_year"), className="rest-before"),
    ]
