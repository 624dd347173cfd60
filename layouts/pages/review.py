"""/review: a quarter for the towns' meeting. Data quality comes before results, funnels before
rankings, commitments last.

With `kpi` it shows one figure in all detail, with a town as `area` that town's page. It prints with
the freeze's code and hash.
"""

from __future__ import annotations

from dash.development.base_component import Component

from feeds.city.words import Text
from feeds.review.review_values import Figure, Review
from layouts.html import elements as html
from layouts.page import Page
from layouts.parts import components, remarks
from layouts.review import cards, commitments, funnels, head, own, page_values, towns
from layouts.review.page_values import ReviewPage
from layouts.view import View


def build(view: View) -> Component:
    """The quarter of a city, one figure, or one town; a sentence where there is no whole quarter,
    or none could be read.
    """
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
    figure = review.figure(view.filters.get("kpi", ""))
    body = (
        _figure(view, figure)
        if figure and view.is_city
        else _city(view, review)
        if view.is_city
        else _town(view, review)
    )
    parts = [
        head.heading(view, found, review),
        *_crumbs(view, figure),
        *head.revision(view, review),
        *body,
    ]
    foot = (
        [html.P(head.code(review.freeze, view), className="review-foot")] if review.freeze else []
    )
    return html.Div([*parts, *foot], className="review")


def _crumbs(view: View, figure: Figure | None) -> list[Component]:
    """From one figure or town back to the whole city, and on to the page for the meeting's
    towns.
    """
    if view.is_city and figure is None:
        return []
    city = html.A(
        view.area_name(view.profile.code),
        href=components.address(view, area=view.profile.code, kpi="", rank=""),
    )
    here = view.area_name() if not view.is_city else view.title(figure.kpi) if figure else ""
    return [html.Nav([city, html.Span(here)], className="crumbs")]


def _city(view: View, review: Review) -> list[Component]:
    links = [
        html.A(
            view.area_name(area.code),
            href=components.address(view, area=area.code),
            className="pick",
        )
        for area in review.towns
    ]
    pages = html.Section(
        [
            html.H2(view.text("review.town_pages"), className="section-title"),
            html.Nav(links, className="review-towns"),
        ]
    )
    results = html.Div(
        [cards.grid(view, review), cards.lessons(view, review)], className="review-results"
    )
    return [head.quality(view, review), results, commitments.section(view, review), pages]


def _town(view: View, review: Review) -> list[Component]:
    title = html.H2(view.area_name(), className="review-town")
    return [
        title,
        own.whole(view, review),
        cards.lessons(view, review, view.area),
        own.table(view, review),
        commitments.section(view, review),
    ]


def _figure(view: View, figure: Figure) -> list[Component]:
    """One figure: the funnel first, then movement and intervals, and the remarks on them; a ranking
    for who asks.
    """
    title = html.H2(
        [
            view.title(figure.kpi),
            " ",
            html.Span(
                page_values.reading(view, figure.city, figure.unit), className="review-value"
            ),
        ]
    )
    lines = html.Div(cards.target(view, figure), className="review-lines")
    note = html.P(view.kpi(figure.kpi).note.of(view.lang), className="definition")
    rest = [towns.movement(view, figure)]
    if figure.form != "value":
        rest += [towns.strip(view, figure)]
    charts = html.Div([funnels.card(view, figure), *rest], className="review-charts")
    said = remarks.beneath(view, page_values.remarked(view, figure))
    return [
        html.Header([title, lines, note], className="review-figure"),
        charts,
        *said,
        towns.ranking(view, figure),
    ]


PAGE = Page(
    "/review",
    "review",
    Text("评议", "Review"),
    build,
    periods=("quarter",),
    page_data=("review", "editor"),
    filters=("quarter", "kpi", "rank"),
)
