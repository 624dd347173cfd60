"""The overview: first a sentence, then the figures that it names, then all others by domain."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from feeds import kpis
from feeds.city.words import Text
from layouts import ids
from layouts.html import attributes
from layouts.html import elements as html
from layouts.page import Page
from layouts.parts import attention, comparison, components, control_chart, labels, tile, verdicts
from layouts.text import times
from layouts.view import View

CARDS = 6
ROWS = 4
PLACES = {
    "safety": ("/safety", "supervision"),
    "sensing": ("/safety", "sensing"),
    "exchange": ("/safety", "sensing"),
    "order": ("/safety", "order"),
    "services": ("/services", "services"),
    "justice": ("/services", "justice"),
    "training": ("/services", "training"),
    "governance": ("/services", "governance"),
    "tasks": ("/tasks", "tasks"),
    "risks": ("/tasks", "risks"),
    "assessments": ("/tasks", "assessments"),
    "handoffs": ("/joint", "handoffs"),
    "commitments": ("/tasks", "commitments"),
}
DOMAIN_TILES = {
    "incidents": (
        "incidents.reported",
        "incidents.closed",
        "incidents.open",
        "incidents.overdue",
        "incidents.closure_rate",
        "incidents.median_hours",
    ),
    "disputes": (
        "disputes.accepted",
        "disputes.settled",
        "disputes.open",
        "disputes.overdue",
        "disputes.success_rate",
        "disputes.median_days",
    ),
    "traffic": (
        "traffic.accidents",
        "traffic.deaths",
        "traffic.injuries",
        "traffic.hazards_found",
        "traffic.hazards_rectified",
        "traffic.hazards_overdue",
    ),
    "fraud": (
        "fraud.warnings",
        "fraud.dissuaded",
        "fraud.dissuasion_rate",
        "fraud.loss_averted",
        "fraud.leaflets",
    ),
}


def build(view: View) -> Component:
    """The page's content."""
    if view.topic is None:
        return html.Div(
            [components.loading(view), *_domains(view), _rest(view)], className="overview"
        )
    found = attention.findings(view)
    return html.Div(
        [_sentence(view, found), *_cards(view, found), *_domains(view), _rest(view)],
        className="overview",
    )


def _sentence(view: View, found: Sequence[str]) -> Component:
    late, silent = len(attention.late(view)), len(attention.silent(view))
    key, mood = _mood(len(found), late, silent)
    more = [view.text("overview.late", n=late)] if late else []
    more += [view.text("overview.silent", n=silent)] if silent else []
    sep = "；" if view.lang == "zh" else "; "
    return html.Div(
        [
            html.H1(view.text(f"overview.{key}", n=len(found)), className="sentence"),
            html.P(
                [_scope(view), html.Span(sep.join(more), className="sentence-more")],
                className="scope",
            ),
        ],
        className=f"opening opening--{mood}",
    )


def _mood(urgent: int, late: int, silent: int) -> tuple[str, str]:
    """The content of the sentence, and its mark. Silent sources are never called calm."""
    if urgent:
        return ("attention_one" if urgent == 1 else "attention"), "attention"
    if silent == len(kpis.CATALOGUE):
        return "nothing", "attention"
    return ("calm_known", "partly") if late or silent else ("calm", "calm")


def _scope(view: View) -> Component:
    moment = (
        "—" if view.at is None else times.moment(view.at, view.now_ms, view.profile.tz, view.lang)
    )
    return html.Span(
        view.text(
            "overview.scope",
            area=view.area_name(),
            period=view.text(f"period.{view.period}"),
            moment=moment,
        )
    )


def _cards(view: View, found: Sequence[str]) -> list[Component]:
    if not found:
        return []
    cards = [_card(view, kpi) for kpi in found[:CARDS]]
    rest = len(found) - CARDS
    more = [html.P(view.text("overview.more", n=rest), className="more")] if rest > 0 else []
    return [
        html.Section(
            [html.Div(cards, className="tiles tiles--attention"), *more],
            className="section section--attention",
        )
    ]


def _card(view: View, kpi: str) -> Component:
    """The figure with its weeks, its sentence, and where it lies."""
    trend = view.trend(kpi)
    course = [] if trend is None else [control_chart.spark(view, kpi, trend)]
    parts = [
        tile.tile(view, kpi),
        *course,
        html.P(verdicts.sentence(view, kpi), className="verdict"),
        *_most(view, kpi),
    ]
    return html.Div(parts, className="card", **attributes.data(reason=view.verdict(kpi).code))


def _most(view: View, kpi: str) -> list[Component]:
    """Links to the towns where most of it lies, or most of what a share lacks."""
    found = comparison.contributors(view, kpi)
    if not found:
        return []
    links = [
        html.A(text, href=components.address(view, "/kpi", area=code, kpi=kpi))
        for code, text in found
    ]
    word = "lacking" if view.kpi(kpi).unit == "share" else "most"
    return [html.P([view.text(f"overview.{word}"), *links], className="most")]


def _domains(view: View) -> list[Component]:
    return [_domain(view, domain) for domain in kpis.DOMAINS]


def _domain(view: View, domain: str) -> Component:
    link = html.A(
        labels.domain(view, domain),
        href=components.address(view, f"/{domain}"),
        className="section-link",
    )
    tiles_ = [tile.tile(view, k) for k in DOMAIN_TILES[domain]]
    return html.Section(
        [html.H2(link, className="section-title"), html.Div(tiles_, className="tiles")],
        className="section",
    )


def _rest(view: View) -> Component:
    """The other systems, one block a domain, in rows."""
    domains = [
        d for d in dict.fromkeys(k.domain for k in kpis.CATALOGUE.values()) if d not in kpis.DOMAINS
    ]
    blocks = [
        html.Div(
            [html.H3(_place(view, d), className="block-title"), *_rows(view, d)], className="block"
        )
        for d in domains
    ]
    return html.Section(
        [
            html.H2(view.text("overview.rest"), className="section-title"),
            html.Div(blocks, className="blocks"),
        ],
        className="section",
    )


def _place(view: View, domain: str) -> Component:
    """The domain's name, as a link to where it stands among others."""
    href = components.address(view, "/kpi")
    if domain in PLACES:
        path, part = PLACES[domain]
        href = f"{components.address(view, path)}#{ids.part(part)}"
    return html.A(labels.domain(view, domain), href=href, className="section-link")


def _rows(view: View, domain: str) -> list[Component]:
    """The domain's first figures; all of them are on its page."""
    return [tile.tile(view, k.id, "row") for k in kpis.CATALOGUE.values() if k.domain == domain][
        :ROWS
    ]


PAGE = Page("/", "overview", Text("总览", "Overview"), build, page_data=("towns", "remarks"))
