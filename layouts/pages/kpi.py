"""One figure in all detail: its value, its comparisons, its history, its parts by place and kind,
and its sources.
"""

from __future__ import annotations

from dataclasses import replace

from dash.development.base_component import Component

from feeds import kpis
from feeds.city.words import Text
from feeds.kpis.formulas import Count
from layouts.alerts import badge
from layouts.html import attributes
from layouts.html import elements as html
from layouts.page import Page
from layouts.parts import (
    answer,
    catalogue,
    charts,
    comparison,
    components,
    control_chart,
    drill,
    instead,
    lineage,
    remarks,
    tile,
)
from layouts.text import times
from layouts.view import View

STOPPED_MS = 60_000  # an engine that runs writes every figure more often
UNFOLDED = ("over_time", "where")  # what a phone shows without a press


def build(view: View) -> Component:
    """The figure that the address names; the list of all where it names none."""
    kpi = view.filters.get("kpi", "")
    if kpi not in kpis.CATALOGUE:
        return html.Div(
            [
                *([html.P(view.text("figure.unknown"), className="control-empty")] if kpi else []),
                *_list(view),
            ],
            className="figure",
        )
    if view.without_figures:
        note = html.P(view.kpi(kpi).note.of(view.lang), className="definition")
        parts = [_crumbs(view), _title(view, kpi), note, instead.page(view, is_titled=True)]
        return html.Div(parts, className="figure")
    found: drill.Drill | None = view.page_data.get("drill")
    view = _of_one_moment(view, kpi, found)
    is_part = found is not None and bool(found.where)
    head = [
        *([components.loading(view)] if view.topic is None else []),
        _crumbs(view),
        badge.of_figure(view, kpi),
    ]
    if found is not None and is_part:
        body = [_header_of_part(view, kpi, found), _course_of_part(view, kpi, found)]
        body += [_section(view, "what", *drill.block(view, kpi, found, "month"))]
    else:
        body = [_header(view, kpi), *_two_moments(view), _over_time(view, kpi)]
        body.append(_where(view, kpi, found))
        body += _what(view, kpi, found)
    return html.Div(
        [*head, *body, _remarks(view, kpi), _origin(view, kpi)],
        className="figure",
    )


def _two_moments(view: View) -> list[Component]:
    """That the figure is older than the tables, where the engine has stopped: they are read from
    the history as the page is opened.
    """
    if view.date_range or view.now_ms - view.read_ms < STOPPED_MS:
        return []
    tz, lang = view.profile.tz, view.lang
    then = times.moment(view.read_ms, view.now_ms, tz, lang)
    now = times.moment(view.now_ms, view.now_ms, tz, lang)
    return [html.P(view.text("figure.two_moments", then=then, now=now), className="control-note")]


def _list(view: View) -> list[Component]:
    """All figures. Before the first data the list says which there will be; while the history is
    being filled it says none.
    """
    if view.without_figures == "filling":
        return [instead.page(view)]
    opening = [instead.opening(view, is_titled=True)] if view.without_figures else []
    return [*opening, catalogue.build(view)]


def _of_one_moment(view: View, kpi: str, found: drill.Drill | None) -> View:
    """The view with the figure's towns as they were read with its other parts: the engine writes
    its own some seconds later.
    """
    towns = found.by("town") if found is not None else None
    if towns is None or not towns.rows:
        return view
    parts = {row.code: (row.numerator, row.denominator) for row in towns.rows}
    none = (0, None if towns.rows[0].denominator is None else 0)
    every = {town: parts.get(town, none) for town in view.profile.town_by_code}
    known = view.page_data.get("towns") or {}
    of_period = {**(known.get(view.period) or {}), kpi: every}
    return replace(view, page_data={**view.page_data, "towns": {**known, view.period: of_period}})


def _section(view: View, key: str, *content: Component, kind: str = "") -> Component:
    heading = html.H2(view.text(f"figure.{key}"), className="section-title")
    body = html.Div(list(content), className=f"section-body {kind}".strip())
    folded = components.fold(key, heading, body, is_first=key in UNFOLDED)
    return html.Section(folded, className=f"section section--{key}")


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


def _title(view: View, kpi: str, part: str = "") -> Component:
    """The figure and the place, in sight wherever a reader lands."""
    name = [html.Span(view.title(kpi), className="title-text")]
    name += [html.Span(part, className="figure-part")] if part else []
    place = html.Span(view.area_name(), className="figure-place")
    return html.H1([*name, place], className="figure-title")


def _header(view: View, kpi: str) -> Component:
    """What the figure says in words; beside it the number, and what it is compared with."""
    said = [
        answer.block(view, kpi),
        *_small(comparison.interval_text(view, kpi), "interval"),
        html.P(view.kpi(kpi).note.of(view.lang), className="definition"),
    ]
    heading = html.H2(view.text("figure.compare"), className="block-title")
    compared = html.Div([heading, comparison.table(view, kpi)], className="figure-compared")
    return html.Header(
        [
            _title(view, kpi),
            html.Div(tile.tile(view, kpi, "headline"), className="figure-number"),
            html.Div(said, className="figure-said"),
            compared,
        ],
        className="figure-head",
    )


def _small(text: str, name: str) -> list[Component]:
    return [html.P(text, className=name)] if text else []


def _header_of_part(view: View, kpi: str, found: drill.Drill) -> Component:
    """The part's own value with its cases, and the whole beside it: what the whole is compared
    with says nothing of a part.
    """
    part = drill.part_name(view, kpi, found)
    said = [
        drill.chosen(view, kpi, found),
        answer.block(view, kpi),
        html.P(view.kpi(kpi).note.of(view.lang), className="definition"),
    ]
    whole = html.A(
        drill.said(view, kpi, found.every),
        href=components.address(view, **dict.fromkeys(found.where, "")),
        className="part-whole",
    )
    beside = html.P([f"{view.text('drill.all')} ", whole], className="figure-compared")
    number = html.Div(drill.large(view, kpi, found.whole), className="figure-number")
    return html.Header(
        [_title(view, kpi, part), number, html.Div(said, className="figure-said"), beside],
        className="figure-head figure-head--part",
    )


def _course_of_part(view: View, kpi: str, found: drill.Drill) -> Component:
    """The part over its last twelve months; nothing of what stands now."""
    months = found.by("month")
    if months is None:
        return html.Div()
    return _section(view, "over_time", drill.table(view, kpi, found, months))


def _over_time(view: View, kpi: str) -> Component:
    """Its weeks or months; of what can be summed its days too. A share of one day says little."""
    days = [] if view.kpi(kpi).unit not in ("count", "yuan") else [charts.days(view, kpi)]
    return _section(view, "over_time", control_chart.card(view, kpi), *days, kind="halves")


def _where(view: View, kpi: str, found: drill.Drill | None) -> Component:
    """Of the city its towns, once: shares as dots with their intervals, what adds up as bars; of a
    town, a link to the city's page.
    """
    strip = comparison.strip(view, kpi)
    towns = found.by("town") if found is not None else None
    if not view.is_city:
        return _section(view, "where", _elsewhere(view), *([strip] if strip else []))
    if strip:
        return _section(view, "where", strip)
    if found is not None and towns is not None:
        return _section(view, "where", drill.table(view, kpi, found, towns))
    if view.series(f"towns:{kpi}"):
        return _section(view, "where", charts.towns(view, kpi))
    return html.Div()


def _elsewhere(view: View) -> Component:
    """That the page is of one town, and where the others are."""
    link = html.A(
        view.text("section.city_page"), href=components.address(view, area=view.profile.code)
    )
    return html.P(
        [view.text("section.town_only", area=view.area_name()), link], className="town-only"
    )


def _what(view: View, kpi: str, found: drill.Drill | None) -> list[Component]:
    """Its parts, each a filter for the others; where they can't be had, its categories alone."""
    if found is not None:
        return [_section(view, "what", *drill.block(view, kpi, found, "town"))]
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
    help="read-the-pages#one-figure",
    also=("year",),
    page_data=("towns", "remarks", "editor", "drill", "usual", "sources"),
    filters=("kpi", *drill.CROSS, *catalogue.FILTERS),
)
