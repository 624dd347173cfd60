"""The composition of a domain's page: main figure, trend, place, kind, handling chain, town by
town.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dash.development.base_component import Component

from feeds.kpis import references
from layouts.html import elements as html
from layouts.parts import chains, charts, components, in_towns, instead, tables, tile
from layouts.text import numbers
from layouts.view import View


class Beneath(NamedTuple):
    """A row of tiles of a part of the domain; `name` finds its heading in [section]."""

    name: str
    kpis: tuple[str, ...]


@dataclass(frozen=True)
class Domain:
    """What a domain's page shows: `headline` (it must have hours), `beside` it, the chain, the
    categories, the table, and a row of tiles `beneath` the chain. `shared` is the share that its
    map compares the towns by, "" where the domain has none.
    """

    headline: str
    beside: tuple[str, ...]
    chain: tuple[str, ...]
    categories: tuple[str, ...]
    table: tuple[str, ...]
    shared: str = ""
    beneath: Beneath | None = None


def build(view: View, domain: Domain) -> Component:
    """The page's content; before the first figures, a sentence above the empty frame."""
    if view.without_figures:
        return instead.page(view)
    waiting = [components.loading(view)] if view.topic is None else []
    parts = [*waiting, header(view, domain.headline, domain.beside), _trend(view, domain)]
    parts += [_where(view, domain), _what(view, domain), _chain(view, domain)]
    parts += [*_beneath(view, domain), *_stages(view)]
    return html.Div([*parts, *_table(view, domain)], className="domain")


def section(view: View, key: str, *content: Component, kind: str = "") -> Component:
    heading = html.H2(view.text(f"section.{key}"), className="section-title")
    body = html.Div(list(content), className=f"section-body {kind}".strip())
    return html.Section(components.fold(key, heading, body), className=f"section section--{key}")


def header(view: View, headline: str, beside: Sequence[str]) -> Component:
    """The headline with its definition and reference, and the tiles beside it."""
    main = html.Div(
        [
            tile.tile(view, headline, "headline"),
            html.P(view.kpi(headline).note.of(view.lang), className="definition"),
            *_reference(view, headline),
        ],
        className="header-main",
    )
    return html.Div(
        [main, html.Div([tile.tile(view, k) for k in beside], className="tiles")],
        className="domain-header",
    )


def town_only(view: View) -> Component:
    """That a page shows one town alone, and where they are compared."""
    link = html.A(
        view.text("section.city_page"), href=components.address(view, area=view.profile.code)
    )
    return html.P(
        [view.text("section.town_only", area=view.area_name()), link], className="town-only"
    )


def _reference(view: View, kpi: str) -> list[Component]:
    """The published figure, with its period and source; never as live data."""
    published = references.of(view.profile)
    is_asked = view.is_city and view.period == "year"  # the account's figures are of a year
    if published is None or kpi not in published.values or not is_asked:
        return []
    value = numbers.text(published.values[kpi], view.kpi(kpi).unit, view.lang)
    period, source = published.period.text.of(view.lang), published.source.text.of(view.lang)
    return [
        html.P(
            view.text("section.reference", value=value, period=period, source=source),
            className="reference",
        )
    ]


def trend_charts(view: View, kpi: str) -> list[Component]:
    """The last hours and days; of chosen days the days alone."""
    return (
        [charts.days(view, kpi)]
        if view.date_range
        else [charts.hours(view, kpi), charts.days(view, kpi)]
    )


def _trend(view: View, domain: Domain) -> Component:
    return section(view, "trend", *trend_charts(view, domain.headline), kind="halves")


def _where(view: View, domain: Domain) -> Component:
    """For the city where its cases are, and which towns differ; for one town, a link to the page
    that compares.
    """
    if not view.is_city:
        return section(view, "where", town_only(view))
    compared = [in_towns.share_map(view, domain.shared)] if domain.shared else []
    return section(view, "where", in_towns.card(view, domain.headline), *compared, kind="halves")


def _what(view: View, domain: Domain) -> Component:
    return section(
        view,
        "what",
        *(charts.categories(view, k) for k in domain.categories),
        kind="halves",
    )


def _chain(view: View, domain: Domain) -> Component:
    stages: Sequence[Component] = [tile.tile(view, k) for k in domain.chain]
    return section(view, "chain", *stages, kind="chain")


def _beneath(view: View, domain: Domain) -> list[Component]:
    if domain.beneath is None:
        return []
    tiles = [tile.tile(view, kpi) for kpi in domain.beneath.kpis]
    return [section(view, domain.beneath.name, *tiles, kind="chain")]


def _stages(view: View) -> list[Component]:
    """Where the work stands and is stuck, on pages of cases."""
    return (
        [section(view, "stages", *chains.of_page(view), kind="chains")]
        if view.path in chains.SHOWN
        else []
    )


def _table(view: View, domain: Domain) -> list[Component]:
    return [section(view, "table", tables.of_towns(view, domain.table))] if view.is_city else []
