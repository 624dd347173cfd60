"""A page of several subjects: each with a heading, tiles, charts, handling chain and tables,
declared in a few words.

A page about one subject is in layouts/parts/domain.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dash.development.base_component import Component

from feeds import kpis
from feeds.city.periods import Period
from feeds.city.words import Text
from layouts import ids
from layouts.html import attributes
from layouts.html import elements as html
from layouts.page import Page, nothing
from layouts.parts import charts, components, domain, in_towns, instead, tables, tile
from layouts.view import View


@dataclass(frozen=True)
class Part:
    """One subject. `name` finds its words in [part] of the texts, the rest are KPI ids.

    `trend` is drawn by day and needs days_last_year (topics.DAILY), `what` by category, `where` by
    town (topics.BY_TOWN, as the `table`'s). `splits` are tables by feeds/kpis/splits.py. `note`: a
    sentence of [part] to be read with the figures.
    """

    name: str
    headline: str
    beside: tuple[str, ...]
    trend: str = ""
    what: tuple[str, ...] = ()
    where: str = ""
    chain: tuple[str, ...] = ()
    splits: tuple[str, ...] = ()
    table: tuple[str, ...] = ()
    note: str = ""

    @property
    def period(self) -> Period | None:
        """The period that its figures are read over whatever the address says; None of most."""
        own = (kpis.CATALOGUE[kpi].own_period for kpi in (self.headline, *self.beside))
        return next((period for period in own if period), None)


def build(view: View, parts: Sequence[Part]) -> Component:
    """The page's content: links to the parts, then the parts; for one town, where to find them
    compared.
    """
    if view.without_figures:
        return instead.page(view)
    waiting = [components.loading(view)] if view.topic is None else []
    compare = [] if view.is_city else [domain.town_only(view)]
    return html.Div(
        [
            *waiting,
            _contents(view, parts),
            *compare,
            *(_part(view, part, is_first=part is parts[0]) for part in parts),
        ],
        className="parts",
    )


def page(
    path: str,
    name: str,
    title: Text,
    *parts: Part,
    top: Callable[[View], Sequence[Component]] = nothing,
) -> Page:
    """The page of these parts, with the periods that they show besides the address's. `top` stands
    above them.
    """
    also = tuple(dict.fromkeys(part.period for part in parts if part.period))
    return Page(
        path,
        name,
        title,
        lambda view: build(view, parts),
        help="read-the-pages#a-domain",
        also=also,
        page_data=("towns", "remarks"),
        top=top,
    )


def _contents(view: View, parts: Sequence[Part]) -> Component:
    links = [
        html.A(
            view.text(f"part.{part.name}"), href=f"#{ids.part(part.name)}", className="part-link"
        )
        for part in parts
    ]
    return html.Nav(links, className="part-links", **attributes.aria(label=view.text("top.parts")))


def _part(shown: View, part: Part, *, is_first: bool) -> Component:
    view = shown.over(part.period) if part.period else shown
    blocks = [
        domain.header(view, part.headline, part.beside),
        *_charts(view, part),
        *_chain(view, part),
        *_splits(view, part),
    ]
    heading = _heading(view, shown, part)
    content = components.fold(part.name, heading, *blocks, *_table(view, part), is_first=is_first)
    return html.Section(content, id=ids.part(part.name), className="part")


def _heading(view: View, shown: View, part: Part) -> Component:
    """The part's name, its period where that is not the page's, and what has to be known of its
    figures.
    """
    tag = (
        [
            html.Span(
                view.text("part.own_period", period=view.text(f"period.{view.period}")),
                className="title-tag",
            )
        ]
        if view.period != shown.period
        else []
    )
    note = [html.P(view.text(f"part.{part.note}"), className="part-note")] if part.note else []
    return html.Header(
        [html.H2([html.Span(view.text(f"part.{part.name}")), *tag], className="part-title"), *note]
    )


def _charts(view: View, part: Part) -> list[Component]:
    """When and what on the left, where on the right; where alone has its table beside it."""
    when = [charts.days(view, part.trend)] if part.trend else []
    what = [charts.categories(view, kpi) for kpi in part.what]
    where = [in_towns.card(view, part.where)] if part.where and view.is_city else []
    if not where:
        return [html.Div([*when, *what], className="part-charts")] if when or what else []
    if not when and not what:
        return [html.Div([*where, tables.of_towns(view, part.table)], className="part-charts")]
    return [
        html.Div(
            [html.Div([*when, *what], className="part-column"), *where], className="part-charts"
        )
    ]


def _chain(view: View, part: Part) -> list[Component]:
    stages = [tile.tile(view, kpi) for kpi in part.chain]
    return [html.Div(stages, className="part-chain")] if stages else []


def _splits(view: View, part: Part) -> list[Component]:
    found = [tables.of_split(view, name) for name in part.splits]
    return [html.Div(found, className="part-splits")] if found else []


def _table(view: View, part: Part) -> list[Component]:
    """Town by town, folded away, if it does not stand beside the chart of the towns."""
    if not part.table or not view.is_city or not (part.trend or part.what):
        return []
    return [
        html.Details(
            [html.Summary(view.text("section.table")), tables.of_towns(view, part.table)],
            className="part-table",
        )
    ]
