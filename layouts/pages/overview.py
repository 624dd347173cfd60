"""The overview: a sentence, what waits longest, the figures that need attention, then all others
folded by domain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dash.development.base_component import Component

from feeds import kpis
from feeds.city.words import Text
from feeds.figures.verdicts import Code
from layouts.alerts import badge
from layouts.html import attributes
from layouts.html import elements as html
from layouts.page import Page
from layouts.parts import (
    attention,
    comparison,
    components,
    control_chart,
    instead,
    labels,
    tile,
    verdicts,
    waiting,
)
from layouts.parts.case_list import Listing
from layouts.text import numbers
from layouts.view import View

CARDS, PHONE_CARDS = 8, 4  # what is beyond them is named in its domain's line
FEW = 3  # so many cards have their charts on a phone too
AGAIN_S = 60  # the sentence and the cards; the figures are live
SOON_S = 10
SHOWN = 4
# What a domain's line counts, in this order; what is as usual is not counted.


class Group(NamedTuple):
    """Domains that share a line: its page, the domains, and the four figures that stand for them
    while the others are folded.
    """

    path: str
    domains: tuple[str, ...]
    first: tuple[str, ...]


GROUPS: Mapping[str, Group] = {
    "incidents": Group(
        "/incidents",
        ("incidents", "handoffs"),
        ("incidents.reported", "incidents.closure_rate", "incidents.open", "incidents.joint"),
    ),
    "disputes": Group(
        "/disputes",
        ("disputes",),
        (
            "disputes.accepted",
            "disputes.success_rate",
            "disputes.open",
            "disputes.accident_one_visit",
        ),
    ),
    "traffic": Group(
        "/traffic",
        ("traffic",),
        ("traffic.accidents", "traffic.deaths", "traffic.injuries", "traffic.hazards_rectified"),
    ),
    "fraud": Group(
        "/fraud",
        ("fraud",),
        ("fraud.warnings", "fraud.dissuaded", "fraud.dissuasion_rate", "fraud.loss_averted"),
    ),
    "safety": Group(
        "/safety",
        ("safety", "sensing", "exchange", "order"),
        ("sensing.online_rate", "safety.hazards_rectified", "order.calls", "order.criminal"),
    ),
    "services": Group(
        "/services",
        ("services", "justice"),
        (
            "services.completed",
            "services.at_once_share",
            "services.online_share",
            "services.p90_hours",
        ),
    ),
    "tasks": Group(
        "/tasks",
        ("tasks", "risks", "assessments", "commitments"),
        ("tasks.progress", "tasks.on_time", "risks.on_time", "assessments.on_time"),
    ),
    "governance": Group(
        "/services",
        ("governance", "training"),
        (
            "training.staff_rate",
            "governance.participants",
            "governance.volunteers",
            "training.groups_covered",
        ),
    ),
}


def build(view: View) -> Component:
    """The page's content."""
    if view.topic is None:
        return html.Div([components.loading(view), _rest(view)], className="overview")
    if view.without_figures:
        return instead.page(view)
    found = attention.findings(view)
    return html.Div(
        [
            _sentence(view, found),
            badge.of_area(view),
            *_waiting(view),
            *_cards(view, found),
            _rest(view),
        ],
        className="overview",
        **attributes.data(again=str(AGAIN_S if _is_judged(view) else SOON_S)),
    )


def _is_judged(view: View) -> bool:
    """Whether the control charts of the area were read; without them verdicts are of targets alone,
    and soon others.
    """
    topic = view.topic or {}
    return bool(topic.get("trends")) or (topic.get("as_of") or {}).get("trends") is not None


def _sentence(view: View, found: Sequence[str]) -> Component:
    late, silent = len(attention.late(view)), len(attention.silent(view))
    key, mood = _mood(badge.number(view) + len(_others(view, found)), late, silent)
    parts = [*_overdue(view), *_behind(view, late, silent)]
    if not _is_judged(view) and view.date_range is None:
        parts.append(view.text("overview.unjudged"))
    behind = view.text("live.pause").join(parts)
    if mood == "calm" and _overdue(view):
        mood = "partly"
    if badge.is_critical(view):
        mood = "critical"
    return html.Div(
        [
            html.H1(_opening(view, key, found), className="sentence"),
            html.P(behind, className="sentence-more") if behind else "",
            html.P(instead.scope(view), className="scope"),
        ],
        className=f"opening opening--{mood}",
    )


def _opening(view: View, key: str, found: Sequence[str]) -> str:
    """How many alerts fire, in whatever place and of whatever they are; and how many figures need
    attention besides those on alarm, for which reasons. Alerts are no figures, and several may be
    of one.
    """
    if key != "attention":
        return view.text(f"overview.{key}")
    alerts, others = badge.number(view), _others(view, found)
    counts = Counter(others)
    reasons = [
        view.text(f"overview.n_{code}", n=counts[code]) for code in attention.ORDER if counts[code]
    ]
    named = {"n": len(others), "reasons": view.text("overview.reason_joint").join(reasons)}
    if not alerts:
        return view.text("overview.attention", **named)
    said = view.text("overview.alerts", n=alerts)
    return view.text("overview.alerts_and", alerts=said, **named) if others else said


def _others(view: View, found: Sequence[str]) -> list[Code]:
    """Why each figure needs attention that is not on alarm."""
    codes = [view.of_figure(kpi).verdict(kpi).code for kpi in found]
    return [code for code in codes if code != "alarm"]


def _overdue(view: View) -> list[str]:
    """How much work is overdue: it is no figure's verdict, and no board is calm over it."""
    found: Listing | None = view.page_data.get("waiting")
    if not found or not found.counts.total:
        return []
    return [view.text("overview.overdue", n=numbers.whole(found.counts.total, view.lang))]


def _behind(view: View, late: int, silent: int) -> list[str]:
    """What is behind the sentence: what got better or changed, what is late or silent."""
    counts = Counter(view.of_figure(kpi).verdict(kpi).code for kpi in kpis.CATALOGUE)
    codes: tuple[Code, ...] = ("better", "changed")
    said = [
        attention.number(view, code, counts[code], kpis.CATALOGUE) for code in codes if counts[code]
    ]
    said += [view.text("overview.late", n=late)] if late else []
    return said + ([view.text("overview.silent", n=silent)] if silent else [])


def _mood(urgent: int, late: int, silent: int) -> tuple[str, str]:
    """The content of the sentence, and its mark. Silent sources are never called calm."""
    if urgent:
        return "attention", "attention"
    if silent == len(kpis.CATALOGUE):
        return "nothing", "attention"
    return ("calm_known", "partly") if late or silent else ("calm", "calm")


def _waiting(view: View) -> list[Component]:
    found = view.page_data.get("waiting")
    return [waiting.card(view, found)] if found is not None else []


def _cards(view: View, found: Sequence[str]) -> list[Component]:
    if not found:
        return []
    cards = [_card(view.of_figure(kpi), kpi, view.own_tag(kpi)) for kpi in found[:CARDS]]
    more = [
        html.P(view.text("overview.more", n=len(found) - most), className=f"more more--{where}")
        for where, most in (("desk", CARDS), ("phone", PHONE_CARDS))
        if len(found) > most
    ]
    few = " tiles--few" if len(found) <= FEW else ""
    return [
        html.Section(
            [html.Div(cards, className=f"tiles tiles--attention{few}"), *more],
            className="section section--attention",
        )
    ]


def _card(view: View, kpi: str, tag: str) -> Component:
    """The figure with its sentence, its weeks, and where it lies."""
    trend = view.trend(kpi)
    course = [] if trend is None else [control_chart.spark(view, kpi, trend)]
    parts = [
        tile.tile(view, kpi, tag=tag),
        html.P(verdicts.sentence(view, kpi), className="verdict"),
        *course,
        *_most(view, kpi),
    ]
    return html.Div(parts, className="card", **attributes.data(reason=view.verdict(kpi).code))


def _most(view: View, kpi: str) -> list[Component]:
    """Links to the towns where most of it lies, or most of what a share lacks."""
    found = comparison.contributors(view, kpi)
    if not found.towns and not found.tied:
        return []
    links = [
        html.A(text, href=components.address(view, "/kpi", area=code, kpi=kpi))
        for code, text in found.towns
    ]
    tied = [html.Span(found.tied)] if found.tied else []
    word = "lacking" if view.kpi(kpi).unit == "share" else "most"
    return [html.P([view.text(f"overview.{word}"), *links, *tied], className="most")]


def _rest(view: View) -> Component:
    """A line a group: what its figures say, four of them, and the others folded. A domain that no
    group names has a line of its own.
    """
    grouped = {domain for group in GROUPS.values() for domain in group.domains}
    domains = dict.fromkeys(kpi.domain for kpi in kpis.CATALOGUE.values())
    alone = {d: Group("/kpi", (d,), ()) for d in domains if d not in grouped}
    lines = [_line(view, name, group) for name, group in {**GROUPS, **alone}.items()]
    heading = html.H2(view.text("overview.rest"), className="section-title")
    return html.Section([heading, *lines], className="section domains")


def _line(view: View, name: str, group: Group) -> Component:
    mine = [kpi.id for kpi in kpis.CATALOGUE.values() if kpi.domain in group.domains]
    first = group.first or tuple(mine[:SHOWN])
    others = [kpi for kpi in mine if kpi not in first]
    link = html.A(
        view.text(f"group.{name}") if name in GROUPS else labels.domain(view, name),
        href=components.address(view, group.path),
        className="section-link",
    )
    head = html.Div(
        [html.H3(link, className="domain-name"), attention.counted(view, mine, "domain-said")],
        className="domain-head",
    )
    tiles = html.Div([_tile(view, kpi) for kpi in first], className="tiles domain-tiles")
    return html.Div([head, tiles, *_folded(view, others)], className="domain-line")


def _tile(view: View, kpi: str, size: tile.Size = "plain", *, has_spark: bool = True) -> Component:
    own, tag = view.of_figure(kpi), view.own_tag(kpi)
    return tile.tile(own, kpi, size, tag=tag, has_spark=has_spark)


def _folded(view: View, others: Sequence[str]) -> list[Component]:
    if not others:
        return []
    rows = html.Div(
        [_tile(view, kpi, "row", has_spark=False) for kpi in others], className="domain-rows"
    )
    said = view.text("overview.others", n=len(others))
    return [html.Details([html.Summary(said), rows], className="domain-more")]


PAGE = Page(
    "/",
    "overview",
    Text("总览", "Overview"),
    build,
    help="read-the-pages#the-overview",
    also=("year",),
    page_data=("towns", "remarks", "waiting"),
)
