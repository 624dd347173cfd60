"""Where a number comes from: what it counts and what not, its sources with their last event,
cadence, owner, target, definition.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash.development.base_component import Component

from feeds.city import periods, systems
from feeds.events import eventtypes
from feeds.kpis import targets
from layouts.html import elements as html
from layouts.parts import remarks
from layouts.text import numbers, times
from layouts.view import View


def block(view: View, kpi: str) -> Component:
    """A list of terms with their descriptions."""
    rows = [row for row in _rows(view, kpi) if row[1]]
    terms = [
        part
        for name, said in rows
        for part in (html.Dt(view.text(f"lineage.{name}")), html.Dd(said))
    ]
    return html.Dl(terms, className="lineage")


def _rows(view: View, kpi: str) -> list[tuple[str, Any]]:
    declared = view.kpi(kpi)
    return [
        ("counted", declared.note.of(view.lang)),
        ("made_of", _made_of(view, kpi)),
        ("events", _events(view, kpi)),
        ("system", f"{declared.system} · {systems.SYSTEMS[declared.system].of(view.lang)}"),
        ("sources", _sources(view, kpi)),
        ("last", _last(view, kpi)),
        (
            "cadence",
            view.text("lineage.every", span=times.duration(view.cadence_s(kpi), view.lang)),
        ),
        ("owner", _owner(view, kpi)),
        ("target", _target(view, kpi)),
        ("revised", _revised(view, kpi)),
        ("code", html.Code(kpi)),
    ]


def _made_of(view: View, kpi: str) -> str:
    """The event types by name."""
    names = []
    for need in view.kpi(kpi).needs:
        kind, _, indicator = need.partition(":")
        text = eventtypes.INDICATORS.get(indicator) if indicator else None
        declared = eventtypes.TYPES.get(kind)
        names.append(
            text.of(view.lang) if text else declared.title.of(view.lang) if declared else need
        )
    return view.text("live.comma").join(names)


def _events(view: View, kpi: str) -> str:
    """The number of events behind the figure, as numerator over denominator where it has both."""
    n, of = view.parts(kpi)
    texts = [numbers.text(v, "count", view.lang) for v in (n, of) if v is not None]
    return (
        view.text("lineage.parts", n=texts[0], of=texts[1])
        if len(texts) == 2
        else texts[0]
        if texts
        else ""
    )


def _sources(view: View, kpi: str) -> Any:
    """Source systems with their last event; nothing where that could not be had."""
    found: Mapping[str, Mapping[str, int]] = view.page_data.get("sources") or {}
    newest: dict[str, int] = {}
    for need in view.kpi(kpi).needs:
        for source, at in found.get(need, {}).items():
            newest[source] = max(at, newest.get(source, 0))
    rows = [
        html.Li([html.Code(source), f" · {_moment(view, at)}"])
        for source, at in sorted(newest.items(), key=lambda row: -row[1])
    ]
    return html.Ul(rows[:6], className="lineage-sources") if rows else ""


def _last(view: View, kpi: str) -> str:
    at = view.kpi_at(kpi)
    return "" if at is None else _moment(view, at)


def _moment(view: View, at_ms: int) -> str:
    return times.moment(at_ms, view.now_ms, view.profile.tz, view.lang)


def _owner(view: View, kpi: str) -> str:
    found = targets.owner(view.profile, kpi)
    return found.of(view.lang) if found else view.text("lineage.no_owner")


def _target(view: View, kpi: str) -> str:
    """The target and where it comes from."""
    wanted, origin = targets.target(view.profile, kpi), targets.origin(view.profile, kpi)
    if wanted is None or origin is None:
        return view.text("lineage.no_target")
    return f"{numbers.text(wanted, view.kpi(kpi).unit, view.lang)} · {origin.of(view.lang)}"


def _revised(view: View, kpi: str) -> str:
    """The newest remark that the definition changed, which is also a break on the chart; nothing
    where remarks could not be had.
    """
    if view.page_data.get("remarks") is None:
        return ""
    today = periods.day_of(view.now_ms, view.profile.tz)
    changes = [
        mark.remark
        for mark in remarks.on(view, kpi)
        if mark.remark.kind == "definition" and mark.remark.first <= today
    ]
    last = max(changes, key=lambda one: one.first, default=None)
    return f"{last.first.isoformat()} · {last.text}" if last else view.text("lineage.never_revised")
