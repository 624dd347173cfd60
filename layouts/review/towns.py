"""The towns of one figure side by side: their movement between two quarters, their intervals, and
on request a ranking.
"""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from feeds.review.review_values import Figure, TownReading
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import components, diagrams, remarks, tables
from layouts.review import page_values
from layouts.text import numbers
from layouts.view import View


def movement(view: View, figure: Figure) -> Component:
    """From the previous quarter's value (ring) to this one's (dot), in the profile's order on one
    scale; signals coloured.
    """
    towns = [town for town in figure.towns if town.value is not None]
    low, high = _scale(
        [v for town in towns for v in (town.value, town.previous.value) if v is not None], figure
    )
    rows = [_moved(view, figure, town, low, high) for town in towns]
    return _section(view, "movement", figure, rows)


def strip(view: View, figure: Figure) -> Component:
    """Each town's value with its 95 % interval, the city's share as a line."""
    towns = [
        town
        for town in figure.towns
        if town.value is not None and town.lower is not None and town.upper is not None
    ]
    city = figure.city.value if figure.form == "share" else None
    low, high = _scale(
        [v for town in towns for v in (town.lower, town.upper) if v is not None], figure
    )
    return _section(
        view, "strip", figure, [_ranged(view, figure, town, low, high, city) for town in towns]
    )


def ranking(view: View, figure: Figure) -> Component:
    """The link that asks for a ranking; once asked, the ranking with intervals and which towns
    differ by more than chance.
    """
    if not view.filters.get("rank"):
        link = html.A(
            view.text("review.rank"), href=components.address(view, rank="1"), className="pick"
        )
        return html.P(
            [link, " ", html.Span(view.text("review.rank_note"), className="control-note")],
            className="review-rank",
        )
    towns = sorted(
        (town for town in figure.towns if _key(town) is not None),
        key=lambda town: -(_key(town) or 0),
    )
    towns = towns[::-1] if figure.better == "down" else towns
    head = [
        view.text(f"review.{name}") for name in ("order", "town", "value", "between", "from_city")
    ]
    names = page_values.names(view)
    rows: list[list[tables.Cell]] = [
        [
            str(n),
            names[town.town],
            page_values.number(view, town.value, figure.unit),
            page_values.interval(view, town, figure.unit),
            page_values.distinct_words(view, figure, town),
        ]
        for n, town in enumerate(towns, 1)
    ]
    by = view.text("review.rank_by_share" if figure.form == "share" else "review.rank_by_place")
    title = html.H3(
        html.Span(
            view.text("review.ranking", title=view.title(figure.kpi)), className="title-text"
        ),
        className="chart-title",
    )
    hide = html.A(
        view.text("review.rank_hide"), href=components.address(view, rank=""), className="pick"
    )
    note = html.P([view.text("review.rank_note"), " ", by], className="control-note")
    return html.Section(
        [title, html.Div(tables.table(head, rows), className="table-scroll"), note, html.P(hide)],
        className="chart",
    )


def _key(town: TownReading) -> float | None:
    """What a ranking goes by: a share itself; of a count its place in the funnel, so that size is
    no merit.
    """
    return town.value if town.of is not None else town.spot.y if town.spot else None


def _section(view: View, name: str, figure: Figure, rows: Sequence[Component]) -> Component:
    words = html.Span(
        view.text(f"review.{name}", title=view.title(figure.kpi)), className="title-text"
    )
    title = html.H3(
        [words, *remarks.tag(view, page_values.remarked(view, figure))], className="chart-title"
    )
    note = html.P(
        view.text(
            f"review.{name}_note_{figure.form}" if name == "strip" else f"review.{name}_note"
        ),
        className="control-note",
    )
    return html.Section(
        [title, html.Div(list(rows), className="strip"), note],
        className=f"chart chart--strip chart--{name}",
    )


def _scale(values: Sequence[float], figure: Figure) -> tuple[float, float]:
    low, high = min(values, default=0), max(values, default=1)
    return (low if figure.form == "share" else 0, high if high > low else low + 1)


def _moved(view: View, figure: Figure, town: TownReading, low: float, high: float) -> Component:
    now, before = town.value or 0, town.previous.value
    parts: list[Component] = []
    if before is not None:
        left, right = sorted((_at(now, low, high), _at(before, low, high)))
        parts = [
            html.Span(
                className="strip-range",
                style={"left": f"{left:.2f}%", "right": f"{100 - right:.2f}%"},
            ),
            html.Span(className="strip-ring", style={"left": f"{_at(before, low, high):.2f}%"}),
        ]
    value = view.text(
        "review.moved",
        now=page_values.number(view, now, figure.unit),
        change=page_values.change(view, town.change, figure.unit),
    )
    kind = page_values.trend(town.change, figure.unit, figure.better)
    said = page_values.between(view, town.change, figure.unit) if town.change else ""
    return _row(view, town.town, [*parts, _dot(now, low, high)], value, kind, said)


def _ranged(
    view: View, figure: Figure, town: TownReading, low: float, high: float, city: float | None
) -> Component:
    left, right = _at(town.lower or 0, low, high), _at(town.upper or 0, low, high)
    line = (
        []
        if city is None
        else [html.Span(className="strip-city", style={"left": f"{_at(city, low, high):.2f}%"})]
    )
    bar = html.Span(
        className="strip-range", style={"left": f"{left:.2f}%", "right": f"{100 - right:.2f}%"}
    )
    value = page_values.number(view, town.value, figure.unit)
    if town.of is not None:
        value = view.text(
            "compare.strip_value", value=value, cases=numbers.cases(town.n, town.of, view.lang)
        )
    kind = diagrams.meaning(town.cls, figure.better)
    return _row(
        view,
        town.town,
        [*line, bar, _dot(town.value or 0, low, high)],
        value,
        kind,
        page_values.interval(view, town, figure.unit),
    )


def _row(
    view: View, town: str, parts: Sequence[Component], value: str, kind: str, said: str
) -> Component:
    bar = html.Span(list(parts), className="strip-bar", **attributes.aria(hidden="true"))
    cells = [
        html.Span(view.area_name(town), className="strip-name"),
        bar,
        html.Span(value, className="strip-value"),
    ]
    return html.A(
        cells,
        href=components.address(view, area=town, kpi="", rank=""),
        className="strip-row",
        title=said,
        **attributes.data(trend=kind),
    )


def _dot(value: float, low: float, high: float) -> Component:
    return html.Span(className="strip-dot", style={"left": f"{_at(value, low, high):.2f}%"})


def _at(value: float, low: float, high: float) -> float:
    return 100 * min(max((value - low) / (high - low), 0), 1)
