"""A town's own page of the review: how complete its data are, its lessons, every rate and count
beside the city's, its commitments.
"""

from __future__ import annotations

from dash.development.base_component import Component

from feeds.review.review_values import Figure, Review, TownReading
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import components, diagrams
from layouts.review import page_values
from layouts.view import View


def whole(view: View, review: Review) -> Component:
    """How complete the town's data are, in a sentence."""
    one = review.complete(view.area)
    if one is None:
        return html.P(view.text("review.no_data"), className="control-empty")
    said = view.text(
        "review.own_quality",
        events=page_values.number(view, one.events, "count"),
        days=one.days,
        of_days=one.of_days,
        kinds=one.kinds,
        of_kinds=one.of_kinds,
        state=view.text("review.whole" if one.is_whole else "review.partial"),
    )
    return html.P(
        said,
        className="review-quality",
        **attributes.data(trend="flat" if one.is_whole else "worse"),
    )


def table(view: View, review: Review) -> Component:
    """A row a figure: value, interval, the quarter before, last year, the city, the place in the
    funnel.
    """
    head = [
        view.text(f"review.{name}")
        for name in ("figure", "value", "between", "on_previous", "on_last_year", "city", "class")
    ]
    rows = [
        _row(view, figure, town)
        for figure in page_values.judged(review)
        if (town := figure.of(view.area)) and town.value is not None
    ]
    body = html.Table(
        [html.Thead(html.Tr([html.Th(text, scope="col") for text in head])), html.Tbody(rows)],
        className="table table--own",
    )
    title = html.H2(view.text("review.figures"), className="section-title")
    return html.Section([title, html.Div(body, className="table-scroll")], className="section")


def _row(view: View, figure: Figure, town: TownReading) -> Component:
    link = html.A(
        view.title(figure.kpi),
        href=components.address(view, kpi=figure.kpi, area=view.profile.code),
    )
    city = page_values.number(view, figure.city.value, figure.unit)
    cells = [
        page_values.number(view, town.value, figure.unit),
        page_values.interval(view, town, figure.unit),
    ]
    changes = [
        html.Td(
            page_values.change(view, one, figure.unit),
            className="own-change",
            **attributes.data(trend=page_values.trend(one, figure.unit, figure.better)),
        )
        for one in (town.change, town.change_year)
    ]
    cls = html.Td(
        view.text(f"review.class_{town.cls}"),
        className="own-change",
        **attributes.data(trend=diagrams.meaning(town.cls, figure.better)),
    )
    return html.Tr(
        [
            html.Th(link, scope="row"),
            *(html.Td(cell) for cell in cells),
            *changes,
            html.Td(city),
            cls,
        ],
        **attributes.data(figure=figure.kpi),
    )
