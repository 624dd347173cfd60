"""Chart cards: the question as a title, the key in its colours, the chart with its sentence, and
the table behind it.

The Plotly figures are in layouts/parts/plots.py. A card is complete without data, so that data can
arrive later.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import zip_longest
from typing import Any, Literal

from dash import dcc
from dash.development.base_component import Component

from feeds.city.profile import UNKNOWN
from feeds.kpis import Unit
from layouts import ids, theme
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import components, labels, plots, points, remarks, tables
from layouts.text import numbers, times
from layouts.view import View

HOURS, DAYS = 24, 30
Kind = Literal["hours", "days", "months", "categories", "towns"]


@dataclass(frozen=True)
class Card:
    """What is put together to a chart's card. `table`: its head and rows; `rows`: how many bars,
    where that sets the height; `notes` go beneath. `does`: what a press of a point does, in words;
    `go`: the address it leads to, with CODE or DAY for the point's own.
    """

    kind: Kind
    kpi: str
    series: str
    title: Sequence[Component]
    alt: str
    figure: plots.Figure
    empty: bool
    table: tuple[Sequence[str], Sequence[Sequence[tables.Cell]]] | None = None
    rows: int = 0
    labels: Mapping[str, str] | None = None
    go: str = ""
    does: str = ""
    notes: Sequence[Component] = ()


def hours(view: View, kpi: str) -> Component:
    """The last 24 hours against the same hours of last year."""
    now = _values(view, f"hours:{kpi}", HOURS)
    before = _finished(now, _values(view, f"hours_last_year:{kpi}", HOURS))
    first = (
        view.axis("hours")
        or view.now_ms // plots.HOUR_MS * plots.HOUR_MS - (HOURS - 1) * plots.HOUR_MS
    )
    names = [
        f"{times.local(first + i * plots.HOUR_MS, view.profile.tz):%H:%M}" for i in range(len(now))
    ]
    figure = plots.hours(now, before, first, view.profile.tz, look(view))
    return _timed(view, "hours", kpi, figure, names, now, before)


def days(view: View, kpi: str) -> Component:
    """The last 30 days, or the chosen days or months, against the same of last year."""
    step: Literal["days", "months"] = "months" if view.axis("months") else "days"
    n = len(view.series(f"{step}:{kpi}") or [None] * DAYS)
    now, before = _values(view, f"{step}:{kpi}", n), _values(view, f"{step}_last_year:{kpi}", n)
    before = before if view.date_range else _finished(now, before)
    first = view.first_day(step, n)
    at = [
        plots.add_months(first, i) if step == "months" else first + timedelta(days=i)
        for i in range(n)
    ]
    names = [day.isoformat()[: 7 if step == "months" else 10] for day in at]
    figure = (
        plots.months(now, before, first, look(view))
        if step == "months"
        else plots.days(now, before, first, look(view), is_over=view.date_range is not None)
    )
    if step == "months":
        links = [points.month(view, day) for day in at]
    else:
        links = [points.days(view, day, day) for day in at]
    if not view.date_range:  # the last day is not over yet
        links[-1] = points.today(view)
    marks = remarks.within(remarks.on(view, kpi), at)
    figure = remarks.marked(figure, marks, at, theme.tokens(view.theme))
    return _timed(
        view,
        step,
        kpi,
        points.linked(figure, links),
        names,
        now,
        before,
        notes=remarks.beneath(view, marks),
        links=links,
    )


def categories(view: View, kpi: str) -> Component:
    """The period's cases by category, the most frequent on top."""
    names = labels.of_kpi(view, kpi)
    kind = (
        "severity"
        if "fatal" in names
        else "outcomes"
        if labels.is_by_outcome(view, kpi)
        else "categories"
    )
    title = view.text(f"chart.{kind}", title=view.title(kpi))
    return _sorted(view, "categories", kpi, title, names)


def towns(view: View, kpi: str) -> Component:
    """The towns side by side, of a count: where the cases are. It says nothing of who does worse,
    because a large town has more of everything.
    """
    title = view.text("chart.towns", title=view.title(kpi))
    return _sorted(view, "towns", kpi, title, labels.towns(view))


def look(view: View) -> plots.Look:
    return plots.Look(view.theme, view.lang)


def config() -> dcc.Graph.Config:
    """No logo, no modebar, nothing to drag."""
    return {
        "displaylogo": False,
        "displayModeBar": False,
        "scrollZoom": False,
        "doubleClick": False,
        "showTips": False,
    }


def _timed(
    view: View,
    kind: Literal["hours", "days", "months"],
    kpi: str,
    figure: plots.Figure,
    names: Sequence[str],
    now: plots.Values,
    before: plots.Values,
    notes: Sequence[Component] = (),
    links: Sequence[str] = (),
) -> Component:
    """`links` are the addresses of the points; none where they lead nowhere."""
    unit = view.kpi(kpi).unit
    asked = f"chosen_{kind}" if view.date_range else kind
    title = html.Span(view.text(f"chart.{asked}", title=view.title(kpi)), className="title-text")
    head = [
        view.text("chart.hour" if kind == "hours" else "chart.day"),
        *(view.text(key) for key in _years(view)),
    ]
    cells = [
        html.A(name, href=link) if link else name
        for name, link in zip_longest(names, links, fillvalue="")
    ]
    rows = [
        [name, tables.cell(view, a, unit), tables.cell(view, b, unit)]
        for name, a, b in zip(cells, now, before, strict=True)
    ]
    card = Card(
        kind,
        kpi,
        f"{kind}_last_year:{kpi} {kind}:{kpi}",
        [title, _key(view, before)],
        _alt_timed(view, kind, kpi, now, before),
        figure,
        empty=all(v is None for v in now) and not any(before),
        table=(head, rows),
        go=points.each_day(view) if kind == "days" else "",
        does=view.text("touch.month" if kind == "months" else "touch.day") if links else "",
        notes=notes,
    )
    return _card(view, card)


def _sorted(
    view: View,
    kind: Literal["categories", "towns"],
    kpi: str,
    title: str,
    names: Mapping[str, str],
) -> Component:
    """Bars, the greatest first; those of nothing are one sentence beneath."""
    unit = view.kpi(kpi).unit
    cells: Mapping[str, float | None] = view.series(f"{kind}:{kpi}") or {}
    if kind == "towns":
        cells = {code: v for code, v in cells.items() if code != UNKNOWN}
    found = sorted(
        ((names.get(c, c), v, c) for c, v in cells.items() if v), key=lambda row: (-row[1], row[0])
    )
    bars = [
        plots.Bar(name, v, numbers.text(v, unit, view.lang), _link(view, kind, kpi, code))
        for name, v, code in found
    ]
    head = [
        view.text("chart.town" if kind == "towns" else "chart.category"),
        view.text("chart.value"),
    ]
    rows: list[list[tables.Cell]] = [
        [html.A(bar.name, href=bar.link) if bar.link else bar.name, bar.text] for bar in bars
    ]
    does = (
        "town" if kind == "towns" else "outcome" if labels.is_by_outcome(view, kpi) else "category"
    )
    card = Card(
        kind,
        kpi,
        f"{kind}:{kpi}",
        [html.Span(title, className="title-text")],
        _alt_sorted(view, title, bars),
        plots.bars(bars, look(view)),
        empty=not any(v is not None for v in cells.values()),
        table=(head, rows),
        rows=len(bars),
        labels=names,
        go=_link(view, kind, kpi, "CODE"),
        does=view.text(f"touch.{does}"),
        notes=[_rest(view, kind, kpi, cells, names)],
    )
    return _card(view, card)


def _rest(
    view: View,
    kind: Literal["categories", "towns"],
    kpi: str,
    cells: Mapping[str, float | None],
    names: Mapping[str, str],
) -> Component:
    """Which have no bar: how many because they are zero, and by name those without data; beneath
    the towns also what belongs to none of them, so that bars and total agree.
    assets/live/charts.js keeps it up to date by these words.
    """
    words = {
        "all_zero": view.text(f"chart.all_zero_{kind}"),
        "zeros": view.text(f"chart.zeros_{kind}", n="{n}"),
        "zeros_one": view.text(f"chart.zeros_{kind}", n=1),
        "silent": view.text("chart.silent", names="{names}"),
        "elsewhere": view.text("chart.elsewhere", value="{value}") if kind == "towns" else "",
        "comma": view.text("live.pause"),
        "and": view.text("live.comma"),
    }
    zeros = sum(1 for v in cells.values() if v == 0)
    silent = sorted(names.get(code, code) for code, v in cells.items() if v is None)
    said = []
    if zeros and not any(cells.values()):
        said.append(words["all_zero"])
    elif zeros:
        key = "zeros_one" if zeros == 1 else "zeros"
        said.append(words[key].replace("{n}", str(zeros)))
    if silent and len(silent) < len(cells):
        said.append(words["silent"].replace("{names}", words["and"].join(silent)))
    if words["elsewhere"] and (over := _elsewhere(view, kpi, cells)):
        value = numbers.text(over, view.kpi(kpi).unit, view.lang)
        said.append(words["elsewhere"].replace("{value}", value))
    hook = attributes.data(rest=json.dumps(words, ensure_ascii=False))
    return html.P(words["comma"].join(said), className="chart-rest", **hook)


def _elsewhere(view: View, kpi: str, cells: Mapping[str, float | None]) -> float:
    """What the city counts beyond its towns; of days that are over the difference, because only
    the engine reads it apart.
    """
    sent: list[float | None] = view.series(f"elsewhere:{kpi}") or []
    if sent:
        return sent[0] or 0
    value = view.value(kpi)
    return max(value - sum(v or 0 for v in cells.values()), 0) if value and cells else 0


def _link(view: View, kind: str, kpi: str, code: str) -> str:
    """Where a bar leads: a town's to the same page of the town, a category's to the figure of that
    category.
    """
    if kind == "towns":
        return components.address(view, area=code)
    filter = "outcome" if labels.is_by_outcome(view, kpi) else "category"
    return components.address(view, "/kpi", kpi=kpi, **{filter: code})


def _card(view: View, card: Card) -> Component:
    name = f"{card.kind}:{card.kpi}"
    graph = dcc.Graph(
        id=ids.chart(name),
        figure=card.figure,
        className="chart-graph",
        responsive=True,
        config=config(),
    )
    empty = html.P(view.text("chart.empty"), className="chart-empty")
    height = {"--rows": str(card.rows)} if card.rows else {}
    plot = points.place([graph, empty], card.alt, card.does, style=height)
    table = [] if card.table is None else [tables.behind(view, name, *card.table)]
    head = html.H3(list(card.title), className="chart-title")
    return html.Section(
        [head, plot, *card.notes, *table],
        className=f"chart chart--{card.kind}",
        **_data_attributes(view, card),
    )


def _data_attributes(view: View, card: Card) -> dict[str, Any]:
    kpi = view.kpi(card.kpi)
    facts = attributes.data(
        chart=card.kind,
        series=card.series,
        kpi_of=kpi.id,
        unit=kpi.unit,
        area=view.area,
        period=view.period,
        empty="data" if card.empty else "",
        state=view.state(kpi.id),
    )
    if card.go:
        facts |= attributes.data(go=card.go)
    if card.kind in ("hours", "days"):
        facts |= attributes.data(partial=str(plots.PARTIAL))
    if card.kind == "days":
        facts |= attributes.data(go_today=points.today(view))
    if card.labels is not None:
        facts |= attributes.data(labels=json.dumps(card.labels, ensure_ascii=False))
    return facts


def _key(view: View, past: plots.Values) -> Component:
    """The words in the colours of their bars, in place of a legend: those of last year where there
    are any; the pale bar is of an hour or a day that is not over.
    """
    now, before = _years(view)
    words = [("key key--now", now)]
    if any(value is not None for value in past):
        words.append(("key key--before", before))
    if not view.date_range:
        words.append(("key key--open", "chart.not_over"))
    return html.Span(
        [html.Span(view.text(text), className=name) for name, text in words], className="chart-key"
    )


def _years(view: View) -> tuple[str, str]:
    """The names of both bars: days that were chosen may be of any year."""
    return (
        ("chart.chosen_now", "chart.chosen_before")
        if view.date_range
        else ("chart.now", "chart.before")
    )


def _alt_timed(view: View, kind: str, kpi: str, now: plots.Values, before: plots.Values) -> str:
    unit, last = view.kpi(kpi).unit, now[-1]
    if all(v is None for v in now):
        return view.text("chart.alt_empty", title=view.title(kpi))
    if view.date_range:
        kind = "chosen"
    whole = now if view.date_range else now[:-1]
    totals = {
        "total": _sum(view, whole, unit),
        "before": _sum(view, before, unit),
        "last": tables.cell(view, last, unit),
    }
    return view.text(f"chart.alt_{kind}", title=view.title(kpi), **totals)


def _alt_sorted(view: View, title: str, bars: Sequence[plots.Bar]) -> str:
    if not bars:
        return view.text("chart.alt_empty", title=title)
    return view.text(
        "chart.alt_bars", title=title, first=bars[0].name, value=bars[0].text, count=len(bars)
    )


def _values(view: View, name: str, n: int) -> list[float | None]:
    """A series of n values; of a topic without it, n times none."""
    return list(view.series(name) or [None] * n)


def _finished(now: plots.Values, before: plots.Values) -> list[float | None]:
    """Last year's values without those of the hour or day that is not over this year, and of the
    one within which the data end: a whole one beside a part of one says nothing.
    """
    parts = {plots.last_known(now), len(before) - 1}
    return [None if n in parts else value for n, value in enumerate(before)]


def _sum(view: View, values: Iterable[float | None], unit: Unit) -> str:
    return numbers.text(sum(v for v in values if v is not None), unit, view.lang)
