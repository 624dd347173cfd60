"""One figure in all detail: its value, its comparisons, its history, its parts by place and kind,
and its sources.
"""

from __future__ import annotations

from dash.development.base_component import Component

from feeds import kpis
from feeds.city.words import Text
from feeds.kpis.formulas import Count
from layouts.alerts import badge
from layouts.html import attributes
from layouts.html import elements as html
from layouts.page import Page
from layouts.parts import (
    catalogue,
    charts,
    comparison,
    components,
    control_chart,
    drill,
    lineage,
    remarks,
    tile,
    verdicts,
)
from layouts.view import View


def build(view: View) -> Component:
    """The figure that the address names; the list of all where it names none."""
    kpi = view.filters.get("kpi", "")
    if kpi not in kpis.CATALOGUE:
        return html.Div(
            [
                *([html.P(view.text("figure.unknown"), className="control-empty")] if kpi else []),
                catalogue.build(view),
            ],
            className="figure",
        )
    parts = [
        *([components.loading(view)] if view.topic is None else []),
        _crumbs(view),
        badge.of_figure(view, kpi),
        _header(view, kpi),
        _over_time(view, kpi),
    ]
    return html.Div(
        [*parts, _where(view, kpi), *_what(view, kpi), _remarks(view, kpi), _origin(view, kpi)],
        className="figure",
    )


def _section(view: View, key: str, *content: Component, kind: str = "") -> Component:
    heading = html.H2(view.text(f"figure.{key}"), className="section-title")
    return html.Section(
        [heading, html.Div(list(content), className=f"section-body {kind}".strip())],
        className=f"section section--{key}",
    )


def _crumbs(view: View) -> Component:
    """City, town, and all figures."""
    places: list[Component] = [
        html.A(
            view.area_name(view.profile.code), href=components.address(view, area=view.profile.code)
        )
    ]
    if not view.is_city:
        places.append(html.Span(view.area_name()))
    every = html.A(view.text("figure.all"), href=components.address(view, kpi=""))
    return html.Nav(
        [every, *places], className="crumbs", **attributes.aria(label=view.text("figure.crumbs"))
    )


def _header(view: View, kpi: str) -> Component:
    """The number with its sentence; beside it what it is compared with."""
    said = [
        html.P(text, className=name)
        for text, name in (
            (verdicts.sentence(view, kpi), "verdict"),
            (comparison.interval_text(view, kpi), "interval"),
            (view.kpi(kpi).note.of(view.lang), "definition"),
        )
        if text
    ]
    main = html.Div(
        [tile.tile(view, kpi, "headline"), *said],
        className="header-main",
    )
    heading = html.H2(view.text("figure.compare"), className="block-title")
    return html.Div(
        [main, html.Div([heading, comparison.table(view, kpi)])], className="domain-header"
    )


def _over_time(view: View, kpi: str) -> Component:
    """Its weeks or months; of what can be summed its days too. A share of one day says little."""
    days = [] if view.kpi(kpi).unit not in ("count", "yuan") else [charts.days(view, kpi)]
    return _section(view, "over_time", control_chart.card(view, kpi), *days, kind="halves")


def _where(view: View, kpi: str) -> Component:
    """Of the city its towns: shares with their intervals alone, because a map of shares paints
    chance; of a town, a link to the city's page.
    """
    strip = comparison.strip(view, kpi)
    if view.is_city and strip:
        return _section(view, "where", strip)
    if view.is_city and view.series(f"towns:{kpi}"):
        return _section(view, "where", charts.towns(view, kpi))
    link = html.A(
        view.text("section.city_page"), href=components.address(view, area=view.profile.code)
    )
    note = (
        []
        if view.is_city
        else [
            html.P(
                [view.text("section.town_only", area=view.area_name()), link], className="town-only"
            )
        ]
    )
    return _section(view, "where", *note, *([strip] if strip else []))


def _what(view: View, kpi: str) -> list[Component]:
    """Its parts, each a filter for the others; where they can't be had, its categories alone."""
    found: drill.Drill | None = view.page_data.get("drill")
    if found is not None:
        return [_section(view, "what", *drill.block(view, kpi, found))]
    if not isinstance(view.kpi(kpi).formula, Count) or not view.series(f"categories:{kpi}"):
        return []
    return [_section(view, "what", charts.categories(view, kpi), kind="halves")]


def _remarks(view: View, kpi: str) -> Component:
    """The remarks of offices on it, newest first, and the form for those who may add one."""
    said = remarks.listing(view, remarks.on(view, kpi)[::-1], view.page_data.get("editor"))
    return _section(view, "remarks", said, *remarks.form(view, kpi))


def _origin(view: View, kpi: str) -> Component:
    return _section(view, "lineage", lineage.block(view, kpi))


PAGE = Page(
    "/kpi",
    "kpi",
    Text("指标", "Figures"),
    build,
    page_data=("towns", "remarks", "editor", "drill", "sources"),
    filters=("kpi", *drill.CROSS, *catalogue.FILTERS),
)
