"""The handling chain of a page: for each stage how many cases entered, how long they take, how many
are open, and where they are stuck.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dash.development.base_component import Component

from feeds.cases.chain import Chain, Link, Of, Stuck
from feeds.events import eventtypes
from feeds.events.event import Shape
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import components, labels, tile
from layouts.text import numbers, times
from layouts.view import View

SHOWN: Mapping[str, Mapping[str, Of]] = MappingProxyType(
    {
        "/incidents": {"incident": Of("incident")},
        "/disputes": {"dispute": Of("dispute"), "accident_dispute": Of("accident_dispute")},
        "/joint": {
            "joint": Of("incident", is_joint=True),
            "up": Of("handoff", "up"),
            "down": Of("handoff", "down"),
        },
    }
)
# The figure that the cases of a chain belong to: with its sources the chain is late.
FIGURES: Mapping[str, str] = MappingProxyType(
    {
        "incident": "incidents.open",
        "dispute": "disputes.open",
        "accident_dispute": "disputes.accident_open",
        "joint": "incidents.joint",
        "up": "handoffs.open",
        "down": "handoffs.open",
    }
)
AGAIN_S = 120
TOP = 8
HOURS_UP_TO = 72


def of_page(view: View) -> list[Component]:
    """The chains of the view's page, each over the view's period; a sentence where they could not
    be read.
    """
    found: Mapping[str, Chain] | None = view.page_data.get("chains")
    if found is None:
        return [html.P(view.text("chain.missing"), className="health-missing")]
    return [_chain(view, name, chain) for name, chain in found.items()]


def moment(view: View, name: str) -> int:
    """The moment that the open cases of a chain are counted at, epoch ms. Where its sources are
    silent it is when they spoke last: what was closed since is not known.
    """
    return view.known_until(FIGURES[name])


def _chain(view: View, name: str, chain: Chain) -> Component:
    kpi = FIGURES[name]
    hooks = attributes.data(chain=name, again=str(AGAIN_S), state=view.freshness(kpi))
    title = html.Span(view.text(f"chain.{name}"))
    if view.kpi_at(kpi) is None and not _has_cases(chain):
        none = html.P(view.text("live.nodata"), className="drill-help")
        heading = html.H3(title, className="chain-title")
        return html.Section([heading, none], className="chain-of", **hooks)
    heading = html.H3([title, _scope(view, kpi, chain)], className="chain-title")
    has_flow = view.freshness(kpi) == "live" or _has_flow(chain)
    links = [_link(view, name, link, chain.at_ms, has_flow=has_flow) for link in chain.links]
    steps = html.Ol([*links, _closed(view, chain, has_flow=has_flow)], className="chain-steps")
    why = _differences(view, chain) if has_flow else []
    parts = [heading, steps, *why, *_stuck(view, name, chain)]
    return html.Section(parts, className="chain-of", **hooks)


def _differences(view: View, chain: Chain) -> list[Component]:
    """Why the numbers of the stages do not add up, where they do not."""
    first, last = chain.links[0], chain.links[-1]
    said = []
    if any(link.entered != link.left for link in chain.links):
        said.append(view.text("chain.differ"))
    straight = first.left - last.entered if last is not first else 0
    if straight > 0:
        said.append(
            view.text("chain.straight", n=_n(view, straight), stage=view.text("chain.closed"))
        )
    space = "" if view.lang == "zh" else " "
    return [html.P(space.join(said), className="chain-differ drill-help")] if said else []


def _has_cases(chain: Chain) -> bool:
    """Whether a chain counts anything: without a source 0 would be a statement."""
    return _has_flow(chain) or any(link.open_cases for link in chain.links)


def _has_flow(chain: Chain) -> bool:
    """Whether anything was counted in the period: of silent sources 0 would be a statement."""
    return bool(chain.closed) or any(link.entered or link.left for link in chain.links)


def _scope(view: View, kpi: str, chain: Chain) -> Component:
    """Of what period the flow is, of what moment the open cases, and whether they are late."""
    at = times.moment(chain.at_ms, view.now_ms, view.profile.tz, view.lang)
    said = [view.text("chain.scope", period=_period(view), moment=at)]
    if view.freshness(kpi) != "live":
        said.append(tile.word_of_state(view, "late", view.heard_at(kpi), is_empty=False))
    return html.Span(view.text("live.pause").join(said), className="title-tag")


def _period(view: View) -> str:
    return (
        times.days(view.date_range.start, view.date_range.last, view.lang)
        if view.date_range
        else view.text(f"period.{view.period}")
    )


def _link(view: View, name: str, link: Link, at_ms: int, *, has_flow: bool) -> Component:
    """What stands in the stage as its number; below it what is overdue and the oldest, then the
    period's flow and times.
    """
    return html.Li(
        [
            html.H4(_stage(view, name, link.stage)),
            html.P(
                [
                    html.Span(_n(view, link.open_cases), className="chain-standing"),
                    html.Span(view.text("chain.standing")),
                ]
            ),
            html.P(
                _waiting(view, link, at_ms),
                className="chain-overdue",
                **attributes.data(overdue="late" if link.overdue else ""),
            ),
            html.P(_flow(view, link) if has_flow else view.text("chain.no_flow")),
            html.P(_stayed(view, link) if has_flow else ""),
        ],
        className="chain-step",
        **attributes.data(
            stage=link.stage, standing=str(link.open_cases), overdue=str(link.overdue)
        ),
    )


def _waiting(view: View, link: Link, at_ms: int) -> str:
    if link.oldest is None:
        return view.text("chain.nothing")
    oldest = times.duration((at_ms - link.oldest) / 1000, view.lang)
    return view.text("chain.waiting", overdue=_n(view, link.overdue), oldest=oldest)


def _flow(view: View, link: Link) -> str:
    return view.text("chain.flow", entered=_n(view, link.entered), left=_n(view, link.left))


def _stayed(view: View, link: Link) -> str:
    if link.median_ms is None or link.p90_ms is None:
        return view.text("chain.no_times")
    return view.text(
        "chain.times", median=_duration(view, link.median_ms), p90=_duration(view, link.p90_ms)
    )


def _closed(view: View, chain: Chain, *, has_flow: bool) -> Component:
    closed = _n(view, chain.closed) if has_flow else "—"
    number = html.P([html.Span(closed, className="chain-standing"), html.Span(_period(view))])
    return html.Li(
        [html.H4(view.text("chain.closed")), number],
        className="chain-step chain-step--end",
        **attributes.data(closed=str(chain.closed)),
    )


def _stuck(view: View, name: str, chain: Chain) -> list[Component]:
    """Place by stage, the most overdue first; each number leads to its case numbers."""
    if not chain.stuck:
        return [html.P(view.text("chain.none_stuck"), className="drill-help")]
    head = [
        view.text("chain.town" if view.is_city else "chain.category"),
        *(_stage(view, name, link.stage) for link in chain.links),
    ]
    columns = html.Thead(
        html.Tr(
            [
                html.Th(said, scope="col")
                for said in [*head, view.text("chain.overdue"), view.text("chain.oldest")]
            ]
        )
    )
    rows = [_place(view, chain, stuck) for stuck in chain.stuck]
    title = html.H4(view.text("chain.stuck"), className="chain-stuck")
    rest = [
        html.Details(
            [
                html.Summary(view.text("drill.rest", count=len(rows) - TOP)),
                _table(columns, rows[TOP:]),
            ]
        )
    ]
    return [title, _table(columns, rows[:TOP]), *(rest if len(rows) > TOP else [])]


def _table(columns: Component, rows: list[Component]) -> Component:
    return html.Div(
        html.Table([columns, html.Tbody(rows)], className="table table--chain"),
        className="table-scroll",
        tabIndex=0,
    )


def _place(view: View, chain: Chain, stuck: Stuck) -> Component:
    cells = [
        html.Td(_listed(view, chain.of, stuck.place, n, state="open", stage=link.stage))
        for link, (n, _) in zip(chain.links, stuck.stages, strict=True)
    ]
    late = html.Td(
        _listed(view, chain.of, stuck.place, stuck.overdue, state="overdue"),
        **attributes.data(overdue="late" if stuck.overdue else ""),
    )
    oldest = html.Td(times.duration((chain.at_ms - stuck.oldest) / 1000, view.lang))
    return html.Tr(
        [html.Th(_name(view, chain.of, stuck.place), scope="row"), *cells, late, oldest],
        **attributes.data(place=stuck.place),
    )


def _listed(view: View, of: Of, place: str, n: int, **asked: str) -> Component | str:
    """The number, leading to the list of these cases; joint handling has no list of its own, and of
    none there is none.
    """
    if of.is_joint or not n or place == "unknown":
        return _n(view, n)
    where = {"area": place} if view.is_city else {"category": place}
    facet = {"facet": of.facet} if of.facet else {}
    return html.A(
        _n(view, n),
        href=components.address(view, "/cases", family=of.family, **asked, **facet, **where),
    )


def _name(view: View, of: Of, place: str) -> str:
    if view.is_city:
        return labels.place(view, place)
    opening = next(
        t.name
        for t in eventtypes.TYPES.values()
        if t.shape is Shape.CASE and t.family == of.family and t.step == "opened"
    )
    return labels.of_dimension(view, opening, "category").get(place, place)


def _stage(view: View, name: str, stage: str) -> str:
    kind = "handoff" if name in ("up", "down") else "joint" if name == "joint" else "case"
    return view.text(f"chain.{kind}_{stage}")


def _duration(view: View, ms: float) -> str:
    """In hours up to three days, then in days."""
    hours = ms / 3_600_000
    return view.text(
        "chain.hours" if hours < HOURS_UP_TO else "chain.days",
        n=f"{hours if hours < HOURS_UP_TO else hours / 24:.1f}",
    )


def _n(view: View, n: int) -> str:
    return numbers.text(n, "count", view.lang)
