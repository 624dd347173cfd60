"""The control chart of a figure: completed weeks, months or quarters (or what lies between two rare
events), their mean and limits, the target, and the special points. It says in words which chart it
is, and why.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from dash import dcc
from dash.development.base_component import Component

from feeds.city import periods
from feeds.figures.trends import Trend
from layouts import ids, theme
from layouts.html import attributes, islands
from layouts.html import elements as html
from layouts.parts import charts, drawing, plots, points, remarks, tables, verdicts
from layouts.view import Theme, View

WIDTH, HEIGHT, INSET = 240, 56, 5
SHOWN = 26  # points of a small one
COURSE_WIDTH, COURSE_HEIGHT, COURSE_DAYS = 160, 28, 396  # thirteen months
AGAIN_S = 3  # until a page looks again for a chart that is being computed


def card(view: View, kpi: str) -> Component:
    """The chart with its title, its sentence, and the table behind it; a sentence alone where there
    are no points.
    """
    trend = view.trend(kpi)
    title = view.text(f"control.title_{_form(trend)}", title=view.title(kpi))
    heading = html.H3(
        [html.Span(title, className="title-text"), _key(view)], className="chart-title"
    )
    if trend is None or not any(p is not None for p in trend.points):
        return html.Section([heading, _empty(view)], className="chart chart--control")
    marks = remarks.within(remarks.on(view, kpi), trend.days)
    links = [_LEADS[trend.step](view, day) for day in trend.days]
    drawn = remarks.marked(figure(view, kpi, trend), marks, trend.days, theme.tokens(view.theme))
    graph = dcc.Graph(
        id=ids.chart(f"control:{kpi}"),
        figure=points.linked(drawn, links),
        className="chart-graph",
        responsive=True,
        config=charts.config(),
    )
    plot = points.place([graph], _alt(view, kpi, trend), view.text(f"touch.{trend.step}"))
    return html.Section(
        [
            heading,
            plot,
            *_notes(view, kpi, trend),
            *remarks.beneath(view, [*marks, *_later(view, kpi, trend)]),
            _table(view, kpi, trend, links),
        ],
        className="chart chart--control",
    )


def _empty(view: View) -> Component:
    """Why there is no chart: no whole week yet, or it is being computed; then the page looks again
    soon.
    """
    if view.waits_for_trends:
        return html.P(
            view.text("control.computing"),
            className="control-empty",
            **attributes.data(again=str(AGAIN_S)),
        )
    return html.P(view.text("control.empty"), className="control-empty")


def _later(view: View, kpi: str, trend: Trend) -> list[remarks.Mark]:
    """Changes of the definition that came after the last point: they count for every point, because
    the past is counted by the new definition.
    """
    marks = remarks.on(view, kpi)
    drawn = remarks.within(marks, trend.days)
    return [mark for mark in marks if mark.remark.kind == "definition" and mark not in drawn]


def _form(trend: Trend | None) -> str:
    """What its points are: of weeks, months or quarters, or between two events."""
    if trend is None:
        return "week"
    return trend.chart if trend.is_between else trend.step


def types(trend: Trend) -> list[str]:
    """What each point is: common, improvement, concern, neutral_high, neutral_low; empty where
    there is no value or too few.
    """
    return [trend.kind(i) for i in range(len(trend.points))]


def cell(view: View, kpi: str, trend: Trend, point: int) -> str:
    """A point in words: a share with its cases, what lies between two events as cases or days."""
    value = trend.points[point]
    if trend.is_between:
        return _between(view, trend, value)
    text = tables.cell(view, value, view.kpi(kpi).unit)
    size = trend.sizes[point] if trend.sizes else None
    if value is None or not size:
        return text
    return view.text("control.of", value=text, n=round(value * size), of=size)


def _between(view: View, trend: Trend, value: float | None) -> str:
    unit = "day" if trend.chart == "t" else "case"
    if value is None:
        return tables.cell(view, None, "count")
    return view.text(f"control.between_{unit}", n=tables.cell(view, round(value), "count"))


def _value(view: View, kpi: str, trend: Trend, value: float | None) -> str:
    """A line's value in the unit of the points."""
    if trend.is_between:
        return _between(view, trend, value)
    return tables.cell(view, value, view.kpi(kpi).unit)


def figure(view: View, kpi: str, trend: Trend) -> plots.Figure:
    """The points joined by a line, special ones coloured and shaped; the band between the limits,
    mean and target as lines.
    """
    t = theme.tokens(view.theme)
    look = charts.look(view)
    days = trend.days
    kinds = types(trend)
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
        "text": [cell(view, kpi, trend, i) for i in range(len(trend.points))],
        "hovertemplate": "%{text}<extra></extra>",
    }
    layout: dict[str, Any] = {
        "template": theme.template(view.theme, look.size_px),
        "autosize": True,
        "dragmode": False,
    }
    layout["margin"] = {"l": 52, "r": 60, "t": 12, "b": 44, "pad": 4}
    form = plots.month_form(view.lang)
    layout["xaxis"] = {
        "type": "date",
        "showgrid": False,
        "tickformat": form,
        "nticks": 6,
        "tickangle": 0,
    }
    greatest = max((v for v in (*trend.points, trend.upper) if v is not None), default=0)
    is_share = view.kpi(kpi).unit == "share" and not trend.is_between
    scale = {"tickformat": ".1~%"} if is_share else plots.scale(greatest, view.lang, "~r")
    layout["yaxis"] = {"nticks": 5, "zeroline": False} | scale
    if is_share:  # limits may lie beyond what a share can be
        layout["yaxis"] |= {"maxallowed": 1.002, "minallowed": 0}
    if trend.is_between:
        layout["yaxis"] |= {"rangemode": "tozero"}
    lines = _lines(view, kpi, trend)
    drawn = [one for one in lines if not trend.has_own_lines or one[2] != "solid"]
    layout["shapes"] = [*_band(trend, t), *(_line(y, t, dash) for y, _, dash in drawn)]
    layout["annotations"] = [_name(y, word, t) for y, word, _ in _apart(lines, trend)]
    return {"data": [*_varying(trend, t), trace], "layout": layout}


def spark(view: View, kpi: str, trend: Trend) -> Component:
    """The last points with the band of their limits and the remarks, small, for a card."""
    kinds = types(trend)
    image, days = picture(trend, kinds[-1] if kinds else "", view.theme), trend.days[-SHOWN:]
    drawn = f'url("data:image/svg+xml,{quote(image, safe=_SAFE)}")' if image else ""
    marks = remarks.within(remarks.on(view, kpi), days) if image else []
    return html.Div(
        className="control-spark", **remarks.behind(view, marks, days, INSET / WIDTH, drawn)
    )


def course(view: View, kpi: str) -> Component:
    """The last thirteen months in a line with the band of the usual range, small, for a list. An
    empty place where there are no points, or where they are not the figure itself but what lies
    between two events.
    """
    trend = view.trend(kpi)
    drawn = "" if trend is None or trend.is_between else _course(view, trend)
    said = {} if not drawn else attributes.aria(label=verdicts.of_trend(view, kpi))
    kind = {"role": "img"} if drawn else {}
    return islands.Markup("span", {"className": "figure-course", **kind, **said}, drawn)


def _course(view: View, trend: Trend) -> str:
    """An SVG of its own size; empty for fewer than two points."""
    today = periods.day_of(view.now_ms, view.profile.tz)
    after = today - timedelta(COURSE_DAYS)
    shown = [i for i, day in enumerate(trend.days) if day >= after]
    points = [(i, p) for i, p in enumerate(trend.points) if p is not None and i in shown]
    if len(points) < 2:
        return ""
    lines = {i: trend.line(i) for i, _ in points}
    edges = [e for one in lines.values() if one for e in (one.lower, one.upper) if e is not None]
    known = [p for _, p in points] + edges
    least, span = min(known), max(known) - min(known)
    first, steps = shown[0], max(len(shown) - 1, 1)

    def x(i: int) -> int:
        return round(3 + (COURSE_WIDTH - 6) * (i - first) / steps)

    def y(v: float) -> float:
        part = (v - least) / span if span else 0.5
        return round(COURSE_HEIGHT - 3 - (COURSE_HEIGHT - 6) * part, 1)

    t = theme.tokens(view.theme)
    limits = [(i, one) for i, one in lines.items() if one and one.upper is not None]
    above = [f"{x(i)},{y(one.upper or 0)}" for i, one in limits]
    below = [
        f"{x(i)},{y(least if one.lower is None else one.lower)}" for i, one in reversed(limits)
    ]
    band = f"<polygon points='{' '.join([*above, *below])}' fill='{t.before}' opacity='.35'/>"
    whole = [(i, trend.points[i]) for i in shown]
    path = drawing.course([None if p is None else (x(i), y(p)) for i, p in whole])
    last, value = points[-1]
    colour = _COLOUR_OF.get(trend.kind(last), "common")
    return (
        f"<svg viewBox='0 0 {COURSE_WIDTH} {COURSE_HEIGHT}' preserveAspectRatio='none'>"
        f"{band if limits else ''}<path d='{path}' fill='none' stroke='{t.common}' "
        f"stroke-width='1.5' stroke-linejoin='round' stroke-linecap='round' {STILL}/>"
        f"<path d='M{x(last)} {y(value)}h0' stroke='{getattr(t, colour)}' stroke-width='6' "
        f"stroke-linecap='round' {STILL}/></svg>"
    )


_COLOUR_OF = {
    "improvement": "data",
    "concern": "concern",
    "neutral_high": "special",
    "neutral_low": "special",
}
Line = tuple[float, str, str]


def _lines(view: View, kpi: str, trend: Trend) -> list[Line]:
    wanted = None if trend.is_between else view.target(kpi)
    middle = "median" if trend.chart in ("g_failures", "g_cases") else "mean"
    found: list[Line] = (
        [] if trend.mean is None else [(trend.mean, view.text(f"control.{middle}"), "solid")]
    )
    return found if wanted is None else [*found, (wanted, view.text("control.target"), "dash")]


def _apart(lines: list[Line], trend: Trend) -> list[Line]:
    """Names of lines that lie close together would cover each other: then one place has both, the
    upper line's first.
    """
    if len(lines) < 2:
        return lines
    known = [p for p in (*trend.points, trend.lower, trend.upper, lines[1][0]) if p is not None]
    if abs(lines[0][0] - lines[1][0]) > (max(known) - min(known)) * 0.09:
        return lines
    lower, upper = sorted(lines)
    return [((lower[0] + upper[0]) / 2, f"{upper[1]}<br>{lower[1]}", "")]


def _varying(trend: Trend, t: theme.Tokens) -> list[dict[str, Any]]:
    """Mean and band where each point has limits of its own, drawn as steps."""
    if not trend.has_own_lines:
        return []
    lines = [(day.isoformat(), trend.line(i)) for i, day in enumerate(trend.days)]
    known = [(day, one) for day, one in lines if one is not None]
    x = [day for day, _ in known]
    edge = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "showlegend": False, "x": x}
    plain = {"shape": "hvh", "width": 0}
    below = edge | {"y": [one.lower for _, one in known], "line": plain}
    above = edge | {
        "y": [one.upper for _, one in known],
        "line": plain,
        "fill": "tonexty",
        "fillcolor": theme.faded(t.before, 0.28),
    }
    middle = edge | {
        "y": [one.mean for _, one in known],
        "line": {"shape": "hvh", "color": t.common, "width": 1.2},
    }
    return [below, above, middle]


def _band(trend: Trend, t: theme.Tokens) -> list[dict[str, Any]]:
    """The band between limits that are the same for all points; from 0 where there is no lower
    one.
    """
    if trend.upper is None or trend.has_own_lines:
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
            "y0": 0 if trend.lower is None else trend.lower,
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


def _notes(view: View, kpi: str, trend: Trend) -> list[Component]:
    """Which chart it is and why, its limits with their values, and how sure they are."""
    found = [view.text(f"control.why_{why}") for why in _reasons(view, kpi, trend)]
    if trend.upper is not None:
        found.append(_limits(view, kpi, trend))
    if trend.is_trial and trend.upper is not None:
        found.append(view.text("control.trial"))
    if trend.since:
        found.append(view.text("control.since", day=trend.since_day.isoformat()))
    return [html.P(" ".join(found), className="control-note")] if found else []


def _reasons(view: View, kpi: str, trend: Trend) -> list[str]:
    if trend.is_between:
        return [trend.chart]
    found: list[str] = []
    if not view.kpi(kpi).has_limits:
        found.append("year")
    if trend.step != view.kpi(kpi).step:
        found.append(trend.step)
    if trend.chart == "p":
        found.append("p")
    if view.kpi(kpi).kind == "stock" and trend.step == "week":
        found.append("stock")
    if trend.season:
        found.append(f"season_{trend.season}")
    return found


def _limits(view: View, kpi: str, trend: Trend) -> str:
    """The limits of the last point; of a season or of shares others hold for other points."""
    texts = {
        name: _value(view, kpi, trend, value)
        for name, value in (("lower", trend.lower), ("upper", trend.upper))
    }
    form = "limits_last" if trend.has_own_lines else "limits"
    if trend.lower is None:
        form = "limits_upper"
    return view.text(f"control.{form}", **texts)


def _table(view: View, kpi: str, trend: Trend, links: Sequence[str]) -> Component:
    head = [view.text(f"control.{trend.step}"), view.title(kpi), view.text("control.kind")]
    if trend.is_between:
        head[1] = view.text(f"control.{trend.chart}")
    kinds = types(trend)
    rows: list[list[tables.Cell]] = [
        [
            html.A(day.isoformat(), href=link),
            cell(view, kpi, trend, i),
            view.text(f"mark.{kind}") if kind else "",
        ]
        for i, (day, link, kind) in enumerate(zip(trend.days, links, kinds, strict=True))
    ]
    return tables.behind(view, f"control:{kpi}", head, rows[::-1])


def _alt(view: View, kpi: str, trend: Trend) -> str:
    return view.text(
        "control.alt",
        title=view.title(kpi),
        mean=_value(view, kpi, trend, trend.mean),
        limits=_limits(view, kpi, trend) if trend.upper is not None else "",
        said=verdicts.of_trend(view, kpi),
    )


def picture(trend: Trend, last: str, name: Theme) -> str:
    """An SVG of 240 × 56 that is drawn at any width, its dot round and its lines as thick; empty
    for fewer than two points.
    """
    points = trend.points[-SHOWN:]
    lines = [trend.line(i) for i in range(len(trend.points))][-SHOWN:]
    lines = lines if trend.has_own_lines else []
    edges = [edge for one in lines if one is not None for edge in (one.lower, one.upper)]
    known = [p for p in (*points, trend.lower, trend.upper, *edges) if p is not None]
    if sum(p is not None for p in points) < 2:
        return ""
    t = theme.tokens(name)
    least = min(known)
    span = max(known) - min(known)

    def x(i: int) -> float:
        return round(INSET + (WIDTH - 2 * INSET) * i / (len(points) - 1), 1)

    def y(v: float) -> float:
        return round(
            HEIGHT - INSET - (HEIGHT - 2 * INSET) * ((v - least) / span if span else 0.5), 1
        )

    at = [None if p is None else (x(i), y(p)) for i, p in enumerate(points)]
    colour = {
        "improvement": t.data,
        "concern": t.concern,
        "neutral_high": t.special,
        "neutral_low": t.special,
    }.get(last, t.common)
    end = next(point for point in reversed(at) if point is not None)
    band, mean = "", ""
    if lines:
        drawn = [(x(i), one) for i, one in enumerate(lines) if one is not None]
        above = [(a, y(one.upper or 0)) for a, one in drawn]
        below = [(a, y(one.lower or 0)) for a, one in reversed(drawn)]
        edge = " ".join(f"{a:g},{b:g}" for a, b in (*above, *below))
        middle = " ".join(f"{a:g},{y(one.mean):g}" for a, one in drawn)
        band = f"<polygon points='{edge}' fill='{t.before}' opacity='.3'/>"
        mean = (
            f"<polyline points='{middle}' fill='none' stroke='{t.common}' "
            f"stroke-width='1' stroke-dasharray='2 3' {STILL}/>"
        )
    elif trend.upper is not None and trend.mean is not None:
        top, bottom = y(trend.upper), y(least if trend.lower is None else trend.lower)
        band = (
            f"<rect x='0' y='{top}' width='{WIDTH}' height='{max(bottom - top, 1):g}' "
            f"fill='{t.before}' opacity='.3'/>"
        )
        mean = (
            f"<path d='M0 {y(trend.mean)}H{WIDTH}' stroke='{t.common}' "
            f"stroke-width='1' stroke-dasharray='2 3' {STILL}/>"
        )
    line = (
        f"<path d='{drawing.course(at)}' fill='none' stroke='{t.common}' "
        f"stroke-width='1.5' stroke-linejoin='round' stroke-linecap='round' {STILL}/>"
    )
    dot = (
        f"<path d='M{end[0]:g} {end[1]:g}h0' stroke='{colour}' "
        f"stroke-width='9' stroke-linecap='round' {STILL}/>"
    )
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {HEIGHT}' "
        f"preserveAspectRatio='none'>{band}{mean}{line}{dot}</svg>"
    )


_SAFE = " =':/,()"
_LEADS = {
    "week": points.week,
    "month": points.month,
    "quarter": points.quarter,
    "event": points.one_day,
}
STILL = "vector-effect='non-scaling-stroke'"
