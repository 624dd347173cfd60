"""/health: who reports and who is silent, what was rejected, and the state of the pipeline and the
screens. The page reloads itself.
"""

from __future__ import annotations

from dash.development.base_component import Component

from feeds.city.systems import SYSTEMS
from feeds.city.words import Text
from feeds.health import completeness
from layouts.health import matrix, pieces, pipeline, rejects, screens, sources, undeclared
from layouts.health.page_values import Completeness, HealthPage
from layouts.html import attributes
from layouts.html import elements as html
from layouts.page import Page
from layouts.parts import components, instead
from layouts.text import numbers
from layouts.view import View

AGAIN_S = 15
NAMED = 6


def build(view: View) -> Component:
    """The page's content, with a sentence for each part that could not be read."""
    health_page: HealthPage | None = view.page_data.get("health")
    again = attributes.data(again=str(AGAIN_S))
    if health_page is None:
        return html.Div(
            [html.P(view.text("health.missing"), className="health-missing")],
            className="health",
            **again,
        )
    known = health_page.completeness
    parts = [instead.opening(view) if view.is_filling else _opening(view, health_page)]
    if known is None:
        parts.append(pieces.missing(view, "database"))
    elif not view.is_filling:  # else everybody seems to be silent
        parts += [matrix.build(view, known), sources.build(view, known)]
    parts += undeclared.build(view, health_page.undeclared or ())
    parts += [
        rejects.build(view, health_page.rejects),
        pipeline.build(view, health_page.pipeline, health_page.workers),
    ]
    return html.Div(
        [
            *parts,
            screens.build(view, health_page.screens, health_page.paired),
            *_audit_log(view, health_page),
        ],
        className="health",
        **again,
    )


def _audit_log(view: View, health_page: HealthPage) -> list[Component]:
    """The root of the audit log, for whoever may read it."""
    if not health_page.root:
        return []
    root = html.Code(health_page.root, className="health-code")
    link = html.A(
        view.text("health.audit_log_open"),
        href=components.address(view, "/audit-log"),
        className="pick",
    )
    line = html.Div([root, link], className="cases-facts")
    return [pieces.section(view, "audit_log", line)]


def _opening(view: View, health_page: HealthPage) -> Component:
    """One sentence: what keeps figures from being live, else who reports; then what else does, and
    what is silent since when.
    """
    known, notes = health_page.completeness, pipeline.troubles(view, health_page.pipeline)
    silences = _silences(view, known) if known else []
    said, *others = [*notes, _sentence(view, known)]
    if notes:
        others[-1] = view.text("health.else", said=others[-1])
    lines = [html.Li(line) for line in [*others, *silences[:NAMED]]]
    more = (
        [html.Li(view.text("health.silent_more", n=len(silences) - NAMED))]
        if len(silences) > NAMED
        else []
    )
    is_calm = bool(known and known.sources and not lines and not notes)
    kind = "calm" if is_calm else "attention"
    listed = [html.Ul([*lines, *more], className="health-silent")] if lines else []
    return html.Div(
        [html.H1(said, className="sentence"), *listed],
        className=f"opening opening--{kind}",
    )


def _sentence(view: View, known: Completeness | None) -> str:
    if known is None:
        return view.text("health.sentence_unknown")
    if not known.sources:
        return view.text("health.sentence_nothing")
    towns = len(view.profile.towns)
    reporting = towns - len(completeness.silent(known.rows, view.profile.code))
    quiet = sum(source.state != "live" for source in known.sources)
    systems = len(completeness.quiet(known.rows, view.profile.code))
    name = "towns" if reporting < towns else "sources" if quiet else "systems" if systems else "all"
    sources = numbers.text(len(known.sources), "count", view.lang)
    counts = {
        "n": reporting,
        "of": towns,
        "sources": sources,
        "quiet": quiet,
        "systems": systems,
        "of_systems": len(SYSTEMS),
    }
    return view.text(f"health.sentence_{name}", **counts)


def _silences(view: View, known: Completeness) -> list[str]:
    """The silent towns, sources and systems, each since when; one that never spoke says that."""
    towns = [
        (view.area_name(row.area), row.state, row.at)
        for row in completeness.silent(known.rows, view.profile.code)
    ]
    quiet = sorted((s for s in known.sources if s.state != "live"), key=lambda source: source.at)
    systems = [
        (SYSTEMS[n].of(view.lang), cell.state, cell.at)
        for n, cell in completeness.quiet(known.rows, view.profile.code)
    ]
    found = [*towns, *((source.name, source.state, source.at) for source in quiet), *systems]
    return [
        _silence(view, name, view.text(f"health.{state}"), at)
        for name, state, at in found
        if known.sources
    ]


def _silence(view: View, name: str, state: str, at: int | None) -> str:
    if at is None:
        return view.text("health.silent_never", name=name)
    return view.text(
        "health.silent",
        name=name,
        state=state,
        since=pieces.moment(view, at),
        ago=pieces.ago(view, at),
    )


PAGE = Page(
    "/health",
    "health",
    Text("数据状态", "Data status"),
    build,
    help="read-the-pages#data-status",
    page_data=("health", "editor"),
)
