"""A ranking of a figure's towns, for who asks for it: with intervals, and ties share a place."""

from __future__ import annotations

from dash.development.base_component import Component

from feeds.review.review_values import Figure, Standings, TownReading
from feeds.statistics.changes import FEW
from layouts.html import elements as html
from layouts.parts import components, tables
from layouts.review import funnels, page_values
from layouts.review.sentences import Wording
from layouts.view import View


def ranking(view: View, said: Wording, figure: Figure, standings: Standings) -> Component:
    """The link that asks for a ranking; once asked, the ranking with intervals and how each town
    stands to the city.
    """
    if not view.filters.get("rank"):
        link = html.A(
            view.text("review.rank"), href=components.address(view, rank="1"), className="pick"
        )
        why = html.Span(view.text("review.rank_note"), className="control-note")
        return html.P([link, " ", why], className="review-rank")
    names = ("order", "town", "value", "between", "from_city")
    head = [view.text(f"review.{name}") for name in names]
    towns = _in_order(figure, standings)
    rows: list[list[tables.Cell]] = [
        [
            place(view, towns, n),
            said.full[town.town],
            said.reading(page_values.of_town(town), figure.kpi),
            interval(view, town, figure),
            _stands(said, standings, town.town),
        ]
        for n, (town, _) in enumerate(towns)
    ]
    by = view.text("review.rank_by_share" if standings.kind == "share" else "review.rank_by_place")
    words = view.text("review.ranking", title=view.title(figure.kpi))
    title = html.H3(html.Span(words, className="title-text"), className="chart-title")
    hide = html.A(
        view.text("review.rank_hide"), href=components.address(view, rank=""), className="pick"
    )
    note = html.P([view.text("review.rank_note"), " ", by], className="control-note")
    table = html.Div(tables.table(head, rows, "table--ranking"), className="table-scroll")
    return html.Section([title, table, note, html.P(hide)], className="chart")


def _in_order(figure: Figure, standings: Standings) -> list[tuple[TownReading, float]]:
    """The towns by their place in the funnel, so that size is no merit, the best first."""
    found = []
    for town in figure.towns:
        standing = standings.of(town.town)
        if standing is not None and standing.spot is not None:
            found.append((town, standing.spot.y))
    is_rising = figure.better == "down" or standings.kind == "duration"
    return sorted(found, key=lambda one: one[1] if is_rising else -one[1])


def place(view: View, towns: list[tuple[TownReading, float]], n: int) -> str:
    """A town's place; towns of one value share it."""
    level = towns[n][1]
    tied = [at for at, (_, one) in enumerate(towns) if one == level]
    first = str(1 + tied[0])
    return view.text("review.tied", n=first) if len(tied) > 1 else first


def interval(view: View, town: TownReading, figure: Figure) -> str:
    """The 95 % interval; of fewer than ten cases none."""
    is_count = figure.form == "count"
    if is_count and (town.n or 0) < FEW:
        return "—"
    return page_values.interval(view, town, figure.unit)


def _stands(said: Wording, standings: Standings, town: str) -> str:
    standing = standings.of(town)
    return "—" if standing is None else funnels.stands(said, standing.cls)
