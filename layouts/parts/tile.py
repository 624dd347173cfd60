"""One figure on the screen, with its unit, target, change, sparkline, age and state.

The tree and its data attributes are public (docs/reference/dom.md): assets/live changes them in
place.
"""

from __future__ import annotations

from typing import Any, Literal

from dash.development.base_component import Component

from feeds import kpis
from feeds.kpis import formulas
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import components, sparkline
from layouts.text import numbers, times
from layouts.view import View

Size = Literal["headline", "plain", "row"]
SLOW_S = 7 * kpis.DAY_S
MARKS = {"up": "▲", "down": "▼", "none": "≈"}


def tile(view: View, kpi: str, size: Size = "plain", *, tag: str = "") -> Component:
    """A KPI's tile. `tag` says its period where that isn't the page's."""
    declared = view.kpi(kpi)
    return html.Div(
        [
            html.Div(
                _title(view, kpi, tag), className="tile-title", title=declared.note.of(view.lang)
            ),
            html.Div(_figure(view, kpi), className="tile-figure"),
            html.Div([target(view, kpi), change(view, kpi)], className="tile-line"),
            sparkline.spark(view, kpi),
            html.Div(
                [html.Span(state_word(view, kpi), className="tile-state"), _age(view, kpi)],
                className="tile-foot",
            ),
        ],
        className=f"tile tile--{size}",
        **_facts(view, kpi),
    )


def emptiness(view: View, kpi: str) -> Literal["", "cases", "data"]:
    """Why there is no value: 0 of 0 cases, or no data at all. Empty where there is one."""
    if view.value(kpi) is not None:
        return ""
    return "cases" if view.parts(kpi)[1] == 0 and view.state(kpi) != "nodata" else "data"


def value_text(view: View, kpi: str) -> numbers.Figure:
    """The figure of a tile, or the word or dash that stands for it."""
    value = view.value(kpi)
    if value is None:
        return numbers.Figure(
            view.text("live.no_cases") if emptiness(view, kpi) == "cases" else "—", ""
        )
    return numbers.figure(value, view.kpi(kpi).unit, view.lang)


def state_word(view: View, kpi: str) -> str:
    """What the state says beside the figure; nothing of a live one."""
    state, at = view.state(kpi), view.kpi_at(kpi)
    if state == "live":
        return ""
    if state == "nodata" or at is None:
        if at is None or view.value(kpi) is None:
            return view.text("live.nodata")
        return view.text(
            "live.last", moment=times.moment(at, view.now_ms, view.profile.tz, view.lang)
        )
    return view.text("live.late", span=times.span((view.now_ms - at) / 1000, view.lang))


def target(view: View, kpi: str) -> Component:
    """The target and whether it is met, in shape, colour and word."""
    wanted = view.target(kpi)
    if wanted is None:
        return html.Span("", className="tile-target", **attributes.data(assurance="none"))
    assured = assurance(view, kpi)
    text = view.text("tile.target", value=numbers.text(wanted, view.kpi(kpi).unit, view.lang))
    word = view.text(f"live.{assured}") if assured != "none" else ""
    return html.Span(
        [html.Span(text, className="target-value"), html.Span(word, className="target-word")],
        className="tile-target",
        **attributes.data(assurance=assured),
    )


def assurance(view: View, kpi: str) -> numbers.Assurance | Literal["none"]:
    wanted, value, declared = view.target(kpi), view.value(kpi), view.kpi(kpi)
    if wanted is None or value is None or view.state(kpi) == "nodata":
        return "none"
    return numbers.assurance(value, view.parts(kpi)[1], wanted, declared.unit, declared.better)


def change(view: View, kpi: str) -> Component:
    """The change on the same part of last year; on the previous period where there is no last
    year.
    """
    kind, difference = shown_change(view, kpi)
    trended = trend(view, kpi)
    texts = ["", "", "", ""]
    if difference is not None:
        way = "none" if trended == "flat" else "up" if difference > 0 else "down"
        word = view.text(f"live.{trended}") if trended in ("better", "worse") else ""
        kind_word = view.text("live.year" if kind == "year" else "live.previous")
        texts = [
            kind_word,
            MARKS[way],
            numbers.change(difference, view.kpi(kpi).unit, view.lang),
            word,
        ]
    names = ("change-kind", "change-mark", "change-value", "change-word")
    return html.Span(
        [html.Span(text, className=name) for text, name in zip(texts, names, strict=True)],
        className="tile-change",
        **attributes.data(kind=kind, change=_raw(difference), trend=trended),
    )


def shown_change(view: View, kpi: str) -> tuple[Literal["year", "period"], float | None]:
    on_year, on_period = view.change(kpi)
    return ("period", on_period) if on_year is None and on_period is not None else ("year", on_year)


def trend(view: View, kpi: str) -> numbers.Trend:
    declared, (_, difference) = view.kpi(kpi), shown_change(view, kpi)
    if difference is None or view.state(kpi) == "nodata":
        return "flat"
    return numbers.trend(
        view.value(kpi), view.parts(kpi)[1], difference, declared.unit, declared.better
    )


def _title(view: View, kpi: str, tag: str) -> list[Component]:
    """The figure's name, which leads to all that is known of it; on the wall nobody can follow."""
    text = view.title(kpi)
    is_linked = view.path not in ("/wall",) and not (
        view.path == "/kpi" and view.filters.get("kpi") == kpi
    )
    name = (
        html.A(text, href=components.address(view, "/kpi", kpi=kpi), className="title-text")
        if is_linked
        else html.Span(text, className="title-text")
    )
    return [name, *([html.Span(tag, className="title-tag")] if tag else [])]


def _facts(view: View, kpi: str) -> dict[str, Any]:
    declared = view.kpi(kpi)
    slow = {"dated": "yes"} if is_dated(view, kpi) else {}
    return attributes.data(
        kpi=kpi,
        area=view.area,
        period=view.period,
        state=view.state(kpi),
        empty=emptiness(view, kpi),
        unit=declared.unit,
        needs=" ".join(declared.needs),
        cadence=str(view.cadence_s(kpi)),
        better=declared.better,
        target=_raw(view.target(kpi)),
        **slow,
    )


def _figure(view: View, kpi: str) -> list[Component]:
    digits, unit = value_text(view, kpi)
    data = attributes.data(
        value=_raw(view.value(kpi)), at=_raw(view.kpi_at(kpi)), of=_raw(view.parts(kpi)[1])
    )
    return [
        html.Span(digits, className="tile-value", **data),
        html.Span(unit, className="tile-unit"),
    ]


def _age(view: View, kpi: str) -> Component:
    at = view.kpi_at(kpi)
    if at is None:
        return html.Span("", className="tile-age")
    return html.Span(
        dated(view, kpi, at)
        if is_dated(view, kpi)
        else times.age((view.now_ms - at) / 1000, view.lang),
        className="tile-age",
    )


def is_dated(view: View, kpi: str) -> bool:
    """Whether a figure is reported by month, quarter or year: then its date says more than its
    age.
    """
    declared = view.kpi(kpi)
    return isinstance(declared.formula, formulas.Gauge) and declared.cadence_s >= SLOW_S


def dated(view: View, kpi: str, at_ms: int) -> str:
    """The date of which a reported figure is, after the period it was reported for where the report
    named one that the date doesn't say.
    """
    day, period = times.iso_day(at_ms, view.profile.tz), view.reported_period(kpi)
    date = view.text("live.dated", date=day)
    return f"{period} · {date}" if period and not day.startswith(period) else date


def _raw(value: float | None) -> str:
    """The unrounded number as the browser would write it; empty for none."""
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() else repr(float(value))
