"""The control chart of a figure: completed weeks or months, their mean and limits, the target, and
the special points.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import numpy as np
from dash import dcc
from dash.development.base_component import Component

from feeds.figures.trends import Trend
from feeds.kpis import Better
from feeds.statistics import xmr
from layouts import ids, theme
from layouts.html import elements as html
from layouts.parts import charts, plots, points, remarks, tables, verdicts
from layouts.view import Theme, View

WIDTH, HEIGHT, INSET = 240, 56, 5
SHOWN = 26  # points of a small one


def card(view: View, kpi: str) -> Component:
    """The chart with its title, its sentence, and the table behind it; a sentence alone where there
    are no points.
    """
    trend = view.trend(kpi)
    title = view.text(f"control.title_{trend.step if trend else 'week'}", title=view.title(kpi))
    heading = html.H3(
        [html.Span(title, className="title-text"), _key(view)], className="chart-title"
    )
    if trend is None or not any(p is not None for p in trend.points):
        return html.Section(
            [heading, html.P(view.text("control.empty"), className="control-empty")],
            className="chart chart--control",
        )
    marks = remarks.within(remarks.on(view, kpi), trend.days)
    lead = points.month if trend.step == "month" else points.week
    links = [lead(view, day) for day in trend.days]
    drawn = remarks.marked(figure(view, kpi, trend), marks, trend.days, theme.tokens(view.theme))
    graph = dcc.Graph(
        id=ids.chart(f"control:{kpi}"),
        figure=points.linked(drawn, links),
        className="chart-graph",
        responsive=True,
        config=charts.config(wall=False),
    )
    plot = points.place([graph], _alt(view, kpi, trend), view.text(f"touch.{trend.step}"))
    return html.Section(
        [
            heading,
            plot,
            *_notes(view, trend),
            *remarks.beneath(view, [*marks, *_later(view, kpi, trend)]),
            _table(view, kpi, trend, links),
        ],
        className="chart chart--control",
    )


def _later(view: View, kpi: str, trend: Trend) -> list[remarks.Mark]:
    """Changes of the definition that came after the last point: they count for every point, because
    the past is counted by the new definition.
    """
    marks = remarks.on(view, kpi)
    drawn = remarks.within(marks, trend.days)
    return [mark for mark in marks if mark.remark.kind == "definition" and mark not in drawn]


def types(trend: Trend, better: Better) -> list[str]:
    """What each point is: common, improvement, concern, neutral_high, neutral_low; empty where
    there is no value or too few.
    """
    found = [""] * len(trend.points)
    at = [i for i, p in enumerate(trend.points) if p is not None and i >= trend.since]
    if len(at) < xmr.FEWEST:
        return found
    values = np.array([trend.points[i] for i in at], dtype=np.float64)
    causes = xmr.causes(values, xmr.limits(values))
    for i, which, leaning in zip(at, causes.which, causes.leaning, strict=True):
        found[i] = xmr.variation(xmr.CAUSES[which], int(leaning), better)
    return found


def figure(view: View, kpi: str, trend: Trend) -> plots.Figure:
    """The points joined by a line, special ones coloured and shaped; the band between the limits,
    mean and target as lines.
    """
    t = theme.tokens(view.theme)
    look = charts.look(view)
    days = trend.days
    kinds = types(trend, view.kpi(kpi).better)
    colours = {
        "improvement": t.data,
        "concern": t.concern,
        "neutral_high": t.special,
        "neutral_low": t.special,
    }
    shapes = {
        "improvement": "circle",
        "concern": "diamond",
        "neutral_high": "triangle-up",
        "neutral_low": "triangle-down",
    }
    trace = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [d.isoformat() for d in days],
        "y": list(trend.points),
        "connectgaps": False,
        "line": {"color": t.common, "width": 1.5},
        "marker": {
            "color": [colours.get(k, t.common) for k in kinds],
            "symbol": [shapes.get(k, "circle") for k in kinds],
            "size": [9 if k in shapes else 5 for k in kinds],
        },
        "text": [tables.cell(view, p, view.kpi(kpi).unit) for p in trend.points],
        "hovertemplate": "%{text}<extra></extra>",
    }
    layout: dict[str, Any] = {
        "template": theme.template(view.theme, look.size_px),
        "autosize": True,
        "dragmode": False,
    }
    layout["margin"] = {"l": 52, "r": 60, "t": 12, "b": 44, "pad": 4}
    form = "%-m月\n%Y" if view.lang == "zh" else "%b\n%Y"
    layout["xaxis"] = {
        "type": "date",
        "showgrid": False,
        "tickformat": form,
        "nticks": 6,
        "tickangle": 0,
    }
    greatest = max((v for v in (*trend.points, trend.upper) if v is not None), default=0)
    scale = (
        {"tickformat": ".1~%"}
        if view.kpi(kpi).unit == "share"
        else plots.scale(greatest, view.lang, "~r")
    )
    layout["yaxis"] = {"nticks": 5, "zeroline": False} | scale
    if view.kpi(kpi).unit == "share":  # limits may lie beyond what a share can be
        layout["yaxis"] |= {"maxallowed": 1.002, "minallowed": 0}
    lines = _lines(view, kpi, trend)
    layout["shapes"] = [*_band(trend, t), *(_line(y, t, dash) for y, _, dash in lines)]
    layout["annotations"] = [_name(y, word, t) for y, word, _ in _apart(lines, trend)]
    return {"data": [trace], "layout": layout}


def spark(view: View, kpi: str, trend: Trend) -> Component:
    """The last points with the band of their limits and the remarks, small, for a card."""
    kinds = types(trend, view.kpi(kpi).better)
    image, days = _picture(trend, kinds[-1] if kinds else "", view.theme), trend.days[-SHOWN:]
    picture = f'url("data:image/svg+xml,{quote(image, safe=_SAFE)}")' if image else ""
    marks = remarks.within(remarks.on(view, kpi), days) if image else []
    return html.Div(
        className="control-spark", **remarks.behind(view, marks, days, INSET / WIDTH, picture)
    )


Line = tuple[float, str, str]


def _lines(view: View, kpi: str, trend: Trend) -> list[Line]:
    wanted = view.target(kpi)
    found: list[Line] = (
        [] if trend.mean is None else [(trend.mean, view.text("control.mean"), "solid")]
    )
    return found if wanted is None else [*found, (wanted, view.text("control.target"), "dash")]


def _apart(lines: list[Line], trend: Trend) -> list[Line]:
    """Names of lines that lie close together would cover each other: then the first alone is named
    with both.
    """
    if len(lines) < 2:
        return lines
    known = [p for p in (*trend.points, trend.lower, trend.upper, lines[1][0]) if p is not None]
    if abs(lines[0][0] - lines[1][0]) > (max(known) - min(known)) * 0.09:
        return lines
    return [(lines[1][0], f"{lines[0][1]}<br>{lines[1][1]}", "")]


def _band(trend: Trend, t: theme.Tokens) -> list[dict[str, Any]]:
    if trend.lower is None or trend.upper is None:
        return []
    box = {
        "type": "rect",
        "xref": "x",
        "x0": trend.since_day.isoformat(),
        "x1": trend.days[-1].isoformat(),
        "layer": "below",
    }
    return [
        box
        | {
            "yref": "y",
            "y0": trend.lower,
            "y1": trend.upper,
            "fillcolor": t.before,
            "opacity": 0.28,
            "line": {"width": 0},
        }
    ]


def _line(y: float, t: theme.Tokens, dash: str) -> dict[str, Any]:
    ends = {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "yref": "y",
        "y0": y,
        "y1": y,
        "layer": "below",
    }
    return ends | {"line": {"color": t.common, "width": 1.2, "dash": dash}}


def _name(y: float, word: str, t: theme.Tokens) -> dict[str, Any]:
    place = {
        "xref": "paper",
        "x": 1.0,
        "xanchor": "left",
        "yref": "y",
        "y": y,
        "showarrow": False,
        "xshift": 6,
    }
    return place | {"text": word, "font": {"color": t.secondary, "size": 12}}


def _key(view: View) -> Component:
    """What the shapes mean, in words beside them."""
    words = [
        html.Span(view.text(f"control.key_{k}"), className=f"control-key control-key--{k}")
        for k in ("band", "better", "worse")
    ]
    return html.Span(words, className="chart-key")


def _notes(view: View, trend: Trend) -> list[Component]:
    found = [view.text("control.trial")] if trend.is_trial else []
    if trend.since:
        found.append(view.text("control.since", day=trend.since_day.isoformat()))
    return [html.P(" ".join(found), className="control-note")] if found else []


def _table(view: View, kpi: str, trend: Trend, links: Sequence[str]) -> Component:
    head = [view.text(f"control.{trend.step}"), view.title(kpi), view.text("control.kind")]
    kinds = types(trend, view.kpi(kpi).better)
    rows: list[list[tables.Cell]] = [
        [
            html.A(day.isoformat(), href=link),
            tables.cell(view, p, view.kpi(kpi).unit),
            view.text(f"mark.{k}") if k else "",
        ]
        for day, link, p, k in zip(trend.days, links, trend.points, kinds, strict=True)
    ]
    return tables.behind(view, f"control:{kpi}", head, rows[::-1])


def _alt(view: View, kpi: str, trend: Trend) -> str:
    unit = view.kpi(kpi).unit
    texts = {
        n: tables.cell(view, v, unit)
        for n, v in (("mean", trend.mean), ("lower", trend.lower), ("upper", trend.upper))
    }
    return view.text(
        "control.alt", title=view.title(kpi), said=verdicts.of_trend(view, kpi), **texts
    )


def _picture(trend: Trend, last: str, name: Theme) -> str:
    """An SVG of 240 × 56 that is drawn at any width, its dot round and its lines as thick; empty
    for fewer than two points.
    """
    points = trend.points[-SHOWN:]
    known = [p for p in (*points, trend.lower, trend.upper) if p is not None]
    if sum(p is not None for p in points) < 2:
        return ""
    t = theme.tokens(name)
    least = min(known)
    span = max(known) - min(known)

    def y(v: float) -> float:
        return round(
            HEIGHT - INSET - (HEIGHT - 2 * INSET) * ((v - least) / span if span else 0.5), 1
        )

    at = [
        (round(INSET + (WIDTH - 2 * INSET) * i / (len(points) - 1), 1), y(p))
        for i, p in enumerate(points)
        if p is not None
    ]
    colour = {
        "improvement": t.data,
        "concern": t.concern,
        "neutral_high": t.special,
        "neutral_low": t.special,
    }.get(last, t.common)
    path = " ".join(f"{a:g},{b:g}" for a, b in at)
    band, mean = "", ""
    if trend.lower is not None and trend.upper is not None and trend.mean is not None:
        top, bottom = y(trend.upper), y(trend.lower)
        band = (
            f"<rect x='0' y='{top}' width='{WIDTH}' height='{max(bottom - top, 1):g}' "
            f"fill='{t.before}' opacity='.3'/>"
        )
        mean = (
            f"<path d='M0 {y(trend.mean)}H{WIDTH}' stroke='{t.common}' "
            f"stroke-width='1' stroke-dasharray='2 3' {STILL}/>"
        )
    line = (
        f"<polyline points='{path}' fill='none' stroke='{t.common}' "
        f"stroke-width='1.5' stroke-linejoin='round' {STILL}/>"
    )
    dot = (
        f"<path d='M{at[-1][0]:g} {at[-1][1]:g}h0' stroke='{colour}' "
        f"stroke-width='9' stroke-linecap='round' {STILL}/>"
    )
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {HEIGHT}' "
        f"preserveAspectRatio='none'>{band}{mean}{line}{dot}</svg>"
    )


_SAFE = " =':/,()"
STILL = "vector-effect='non-scaling-stroke'"
