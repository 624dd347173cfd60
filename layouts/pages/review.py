"""/review: a quarter for the towns' meeting. It opens with what there is to talk about and what
came of the last commitments.

With `kpi` it shows what was found of one figure, with a town as `area` that town over all figures.
It prints with the freeze's code and hash.
"""

from __future__ import annotations

from dash.development.base_component import Component

from feeds.city.words import Text
from feeds.review.review_values import OVERDUE, Review
from layouts.html import attributes
from layouts.html import elements as html
from layouts.page import Page
from layouts.parts import components, instead, remarks
from layouts.review import agenda, answers, commitments, head, page_values, spine, towns
from layouts.review.page_values import ReviewPage
from layouts.view import View


def build(view: View) -> Component:
    """The quarter of a city, one figure, or one town; a sentence where there is no whole quarter,
    or none could be read.
    """
    if view.is_filling:
        return instead.page(view)
    found: ReviewPage | None = view.page_data.get("review")
    if found is None or found.review is None:
        missing = html.P(
            view.text("review.missing" if found is None else "review.empty"),
            className="health-missing",
        )
        return html.Div(
            [html.H1(view.text("review.title"), className="review-title"), missing],
            className="review",
        )
    review = found.review
    kpi = view.filters.get("kpi", "")
    body = _figure(view, review, kpi) if kpi and view.is_city else []
    is_figure = bool(body)
    if not body:
        body = _city(view, review) if view.is_city else _town(view, review)
    parts = [
        head.heading(view, found, review),
        *_crumbs(view, kpi if is_figure else ""),
        *head.superseded(view, review),
        *body,
        *head.revision(view, review),
    ]
    foot = (
        [html.P(head.code(review.freeze, view), className="review-foot")] if review.freeze else []
    )
    draft = attributes.data(draft="") if review.through else {}
    return html.Div([*parts, *foot], className="review", **draft)


def _crumbs(view: View, kpi: str) -> list[Component]:
    """From one figure or town back to the agenda."""
    if view.is_city and not kpi:
        return []
    city = html.A(
        view.area_name(view.profile.code),
        href=components.address(view, area=view.profile.code, kpi="", rank=""),
    )
    title = view.text("agenda.overdue") if kpi == OVERDUE else view.title(kpi) if kpi else ""
    here = title if kpi else view.area_name()
    return [
        html.Nav(
            [city, html.Span(here)],
            className="crumbs",
            **attributes.aria(label=view.text("figure.crumbs")),
        )
    ]


def _city(view: View, review: Review) -> list[Component]:
    """The agenda beside the last commitments; then the rest, and what is entered here."""
    links = [
        html.A(
            view.area_name(area.code),
            href=components.address(view, area=area.code),
            className="pick",
        )
        for area in review.towns
    ]
    title = view.text("review.town_pages")
    towns = html.Nav(links, className="review-towns", **attributes.aria(label=title))
    heading = html.H2(title, className="section-title")
    pages = html.Section(components.fold("towns", heading, towns), className="section")
    return [
        agenda.band(view, review),
        agenda.body(view, review),
        agenda.rest(view, review),
        *commitments.section(view, review),
        head.quality(view, review),
        pages,
    ]


def _town(view: View, review: Review) -> list[Component]:
    return [*spine.page(view, review), *commitments.section(view, review)]


def _figure(view: View, review: Review, kpi: str) -> list[Component]:
    """What was found of one figure; then the remarks on it, a ranking for who asks, and what is
    counted.
    """
    found = answers.page(view, review, kpi)
    figure = review.figure(kpi)
    if not found or figure is None:
        return found
    said = agenda.words(view, review)
    standings = said.agenda.standing(kpi)
    rank = [towns.ranking(view, said, figure, standings)] if standings else []
    note = html.P(view.kpi(kpi).note.of(view.lang), className="definition")
    return [*found, *remarks.beneath(view, page_values.remarked(view, figure)), *rank, note]


PAGE = Page(
    "/review",
    "review",
    Text("评议", "Review"),
    build,
    help="review-meeting#3-in-the-meeting",
    periods=("quarter",),
    page_data=("review", "editor", "deck"),
    filters=("quarter", "code", "kpi", "rank"),
)
