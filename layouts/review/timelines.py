"""A figure's own two years: its weeks or months with the limits of the usual, signals marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc
from dash.development.base_component import Component

from feeds import kpis
from feeds.review.review_values import FEWEST_POINTS, OVERDUE, Control
from layouts import ids, theme
from layouts.html import elements as html
from layouts.parts import charts, plots, points, remarks
from layouts.parts.diagrams import Kind, Role, Timeline
from layouts.review import page_values, sentences
from layouts.review.sentences import Wording
from layouts.view import View


def describe(said: Wording, control: Control) -> Timeline:
    """The chart in words."""
    kind: Kind = "count" if control.kpi == OVERDUE else kpis.CATALOGUE[control.kpi].unit
    figure = said.review.figure(control.kpi)
    target = figure.target if figure and said.review.city.code == control.area else None

    def named(key: str, value: float) -> str:
        return said.say(key, value=value_of(said, control, value))

    n = len(control.points)
    limits = [control.limits(at) for at in range(n)]
    mean = None if control.mean is None else (named("mean", control.mean), control.mean)
    goal = None
    if target is not None:
        goal = (said.say("goal", value=said.target(target, control.kpi)), target)
    names = ("", "")
    low, high = limits[-1] if limits else (None, None)
    if low is not None and high is not None:
        names = (named("lower", low), named("upper", high))
    title = said.level(control)
    owner = "" if control.area == said.review.city.code else said.full[control.area]
    return Timeline(
        title if not owner else f"{owner}{said.colon}{title}",
        f"{owner}{said.title(control.kpi)}{said.colon}{title}",
        kind,
        said.title(control.kpi),
        tuple(sentences.days_of(control)),
        control.points,
        tuple(low for low, _ in limits),
        tuple(high for _, high in limits),
        mean,
        goal,
        control.signals or (0,) * n,
        role_of(control),
        names,
    )


def value_of(said: Wording, control: Control, value: float) -> str:
    """A level of the chart, as short as a label."""
    if control.kpi == OVERDUE or kpis.CATALOGUE[control.kpi].unit == "count":
        return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"
    return said.number(value, control.kpi).text


def role_of(control: Control) -> Role:
    """The colour of the newest signal."""
    last = next((one for one in reversed(control.signals) if one), 0)
    better = "down" if control.kpi == OVERDUE else kpis.CATALOGUE[control.kpi].better
    if not last:
        return "common"
    if better == "neutral":
        return "special"
    return "data" if (last > 0) == (better == "up") else "concern"


def card(view: View, said: Wording, control: Control) -> Component:
    """The chart with what it shows and how to read it."""
    drawn = describe(said, control)
    figure = page_values.figure(view, control.kpi)
    tags = remarks.tag(view, page_values.remarked(view, figure)) if figure else []
    head = html.H3([html.Span(drawn.title, className="title-text"), *tags], className="chart-title")
    step = said.say(f"per_{control.step}")
    note = said.say(_how_to_read(control), step=step)
    graph = dcc.Graph(
        id=ids.chart(f"timeline:{control.kpi}"),
        figure=picture(view, said, drawn),
        className="chart-graph",
        responsive=True,
        config=charts.config(),
    )
    plot = points.place([graph], drawn.alt)
    parts = [head, html.P(note, className="control-note"), plot]
    return html.Section(parts, className="chart chart--timeline")


def _how_to_read(control: Control) -> str:
    """Limits need points, and cases behind each of them."""
    if control.lower:
        return "weeks"
    known = sum(one is not None for one in control.points)
    return "weeks_few" if known >= FEWEST_POINTS else "weeks_plain"


def picture(view: View, said: Wording, drawn: Timeline) -> dict[str, Any]:
    """The usual range as an area, the mean, the target, the points, signals large and coloured."""
    t, look = theme.tokens(view.theme), charts.look(view)
    xs = [day.isoformat() for day in drawn.labels]
    plain = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "x": xs}
    data: list[dict[str, Any]] = []
    if any(low is not None for low in drawn.lower):
        none = {"width": 0}
        area = {"fill": "tonexty", "fillcolor": t.raised}
        data.append(plain | {"y": list(drawn.lower), "line": none})
        data.append(plain | {"y": list(drawn.upper), "line": none} | area)
    signals = [bool(one) for one in drawn.signals]
    colour = getattr(t, drawn.role)
    levels = _levels(drawn, t.secondary, t.text)
    ends = [xs[0], xs[-1]] if xs else []
    data += [across(y, ends, colour, dash) for y, _, colour, dash in levels if dash]
    data.append(
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": xs,
            "y": list(drawn.values),
            "line": {"color": t.secondary, "width": 1.5},
            "marker": {
                "color": [colour if one else t.secondary for one in signals],
                "size": [10 if one else 5 for one in signals],
                "opacity": 1,
            },
            "hovertemplate": "%{x|%Y-%m-%d}  %{y}<extra></extra>",
        }
    )
    low, high = drawn.y_range()
    ticks = {"tickformat": ".0%"} if drawn.kind == "share" else {"tickformat": ",~r"}
    start = said.days()[0].isoformat()
    shade = {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": start,
        "x1": xs[-1] if xs else start,
        "y0": 0,
        "y1": 1,
        "layer": "below",
        "line": {"width": 0},
        "fillcolor": t.hairline,
        "opacity": 0.35,
    }
    layout: dict[str, Any] = {
        "template": theme.template(view.theme, look.size_px),
        "autosize": True,
        "dragmode": False,
        "showlegend": False,
        "margin": {"l": 8, "r": 110, "t": 24, "b": 8, "pad": 4},
        "xaxis": {
            "type": "date",
            "automargin": True,
            "showgrid": False,
            "nticks": 8,
            "tickformat": plots.month_form(view.lang),
            "tickangle": 0,
        },
        "yaxis": {"automargin": True, "nticks": 6, "range": [low, high]} | ticks,
        "shapes": [shade],
        "annotations": labels(levels, look.size_px, high - low),
    }
    return {"data": data, "layout": layout}


def _levels(drawn: Timeline, quiet: str, ink: str) -> list[tuple[float, str, str, str]]:
    """The lines across the chart with their names: mean, target, and the limits' names alone."""
    found = []
    if drawn.mean:
        found.append((drawn.mean[1], drawn.mean[0], quiet, "solid"))
    if drawn.target:
        found.append((drawn.target[1], drawn.target[0], ink, "dash"))
    for edge, name in zip((drawn.lower, drawn.upper), drawn.limit_names, strict=True):
        if name and edge and edge[-1] is not None:
            found.append((edge[-1], name, quiet, ""))
    return found


def across(y: float, ends: Sequence[Any], colour: str, dash: str) -> dict[str, Any]:
    """A level across a chart, above its grey area."""
    line = {"color": colour, "width": 1.5, "dash": dash}
    plain = {"type": "scatter", "mode": "lines", "hoverinfo": "skip"}
    return plain | {"x": list(ends), "y": [y] * len(ends), "line": line}


def labels(
    levels: list[tuple[float, str, str, str]], size_px: int, span: float
) -> list[dict[str, Any]]:
    """The levels' names at the right, apart where they would touch."""
    found: list[dict[str, Any]] = []
    least = span * 0.075
    last: float | None = None
    for y, words, colour, _ in sorted(levels):
        at = y if last is None else max(y, last + least)
        last = at
        font = {"color": colour, "size": size_px}
        place = {"xref": "paper", "x": 1.01, "xanchor": "left", "y": at, "yanchor": "middle"}
        found.append({"text": words, "font": font, "showarrow": False} | place)
    return found
