"""A funnel: the towns by size, the limits of chance around the city, and names for what lies beyond
the 99.8 % limits.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from dash import dcc
from dash.development.base_component import Component

from feeds.review import review_values
from feeds.review.review_values import Figure, TownReading
from layouts import ids, theme
from layouts.html import elements as html
from layouts.parts import charts, components, diagrams, plots, points, remarks, svg_charts, tables
from layouts.parts.diagrams import Funnel
from layouts.review import page_values
from layouts.theme import Tokens
from layouts.view import View

_SHAPES = {"better": "circle", "worse": "diamond", "neutral": "triangle-up", "flat": "circle"}


def describe(view: View, figure: Figure) -> Funnel | None:
    """The funnel in the page's words; None where there is too little for one."""
    found, names = figure.funnel, page_values.names(view)
    if found is None:
        return None
    axis = f"change_{found.against}" if found.kind == "change" else found.kind
    return diagrams.funnel(
        figure,
        names,
        title=_title(view, figure),
        alt=alt(view, figure),
        x_title=view.text(f"review.x_{axis}"),
        said=lambda town: _said(view, figure, town, names[town.town]),
    )


def card(view: View, figure: Figure) -> Component:
    """The chart with its question, how to read it, and the table behind it; a sentence where there
    is too little for one.
    """
    words = html.Span(_title(view, figure), className="title-text")
    head = html.H3(
        [words, *remarks.tag(view, page_values.remarked(view, figure))], className="chart-title"
    )
    drawn = describe(view, figure)
    if figure.funnel is None or drawn is None:
        return html.Section(
            [head, html.P(view.text("review.no_funnel"), className="control-empty")],
            className="chart chart--funnel",
        )
    graph = dcc.Graph(
        id=ids.chart(f"funnel:{figure.kpi}"),
        figure=points.linked(picture(view, drawn), _links(view, figure)),
        className="chart-graph",
        responsive=True,
        config=charts.config(wall=False),
    )
    plot = points.place([graph], drawn.alt, view.text("touch.review"))
    return html.Section(
        [head, plot, *notes(view, figure.funnel), _table(view, figure)],
        className="chart chart--funnel",
    )


def _links(view: View, figure: Figure) -> list[str]:
    """A town's own page of the review for each point, in their order."""
    return [_town(view, town.town) for town in figure.towns if town.spot]


def _town(view: View, town: str) -> str:
    return components.address(view, area=town, kpi="", rank="")


def picture(view: View, drawn: Funnel) -> dict[str, Any]:
    """Limits as lines, the city as a dashed one, towns as points: only those beyond 99.8 % coloured
    and named.
    """
    t, look = theme.tokens(view.theme), charts.look(view)
    towns = drawn.points
    points = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [town.x for town in towns],
        "y": [town.y for town in towns],
        "cliponaxis": False,
        "text": [town.name if town.is_named else "" for town in towns],
        "textposition": ["bottom center" if town.is_below else "top center" for town in towns],
        "textfont": {"color": t.text, "size": look.size_px},
        "marker": {
            "color": [getattr(t, town.role) for town in towns],
            "symbol": [_SHAPES[town.meaning] for town in towns],
            "size": [11 if town.is_named else 8 for town in towns],
            "line": {"color": t.surface, "width": 1},
        },
        "customdata": [town.said for town in towns],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    layout: dict[str, Any] = {
        "template": theme.template(view.theme, look.size_px),
        "autosize": True,
        "dragmode": False,
        "hovermode": "closest",
        "margin": {"l": 8, "r": 16, "t": 24, "b": 8, "pad": 4},
    }
    title = {"text": drawn.x_title, "font": {"color": t.secondary, "size": look.size_px}}
    layout["xaxis"] = {
        "title": title,
        "automargin": True,
        "rangemode": "tozero",
        "range": [0, drawn.most * 1.08],
        "showgrid": False,
        **plots.scale(drawn.most, view.lang),
    }
    ticks = {"tickformat": ".1%"} if drawn.kind == "share" else {"tickformat": ".2~f"}
    layout["yaxis"] = {"automargin": True, "nticks": 6} | ticks
    layout["shapes"] = [
        {
            "type": "line",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": drawn.centre,
            "y1": drawn.centre,
            "layer": "below",
            "line": {"color": t.secondary, "width": 1.5, "dash": "dash"},
        }
    ]
    return {"data": [*_limits(drawn, t), points], "layout": layout}


def notes(view: View, funnel: review_values.Funnel) -> list[Component]:
    """How to read it; and where the limits were widened, that they were and by what."""
    key = f"{funnel.kind}_{funnel.against}" if funnel.kind == "change" else funnel.kind
    found: list[Component] = [
        html.P(view.text("review.read", of=view.text(f"review.of_{key}")), className="control-note")
    ]
    if funnel.adjusted and funnel.phi is not None:
        said = view.text("review.adjusted", phi=f"{funnel.phi:.2f}", tau2=f"{funnel.tau2:.4g}")
        found.append(html.P(said, className="control-note"))
    return found


def mini(view: View, figure: Figure) -> Component:
    """The same as a small picture without words; the card beside it says what is to be seen."""
    drawn = describe(view, figure)
    if drawn is None:
        return html.Span(className="funnel-none")
    svg = svg_charts.small(drawn, theme.tokens(view.theme))
    return html.Img(
        src=f"data:image/svg+xml,{quote(svg, safe=_SAFE)}",
        alt=drawn.alt,
        className="funnel-mini",
        width=str(svg_charts.SMALL_WIDTH),
        height=str(svg_charts.SMALL_HEIGHT),
    )


def alt(view: View, figure: Figure) -> str:
    """What the picture shows, as a sentence."""
    found, names = page_values.beyond(figure), page_values.names(view)
    listed = (view.text("review.comma")).join(names[town.town] for town in found)
    said = view.text("review.alt_beyond", towns=listed) if found else view.text("review.alt_none")
    return view.text("review.alt", title=view.title(figure.kpi), said=said)


def _title(view: View, figure: Figure) -> str:
    return view.text("review.funnel", title=view.title(figure.kpi))


def _limits(drawn: Funnel, t: Tokens) -> list[dict[str, Any]]:
    """Those of 99.8 % as lines, those of 95 % dotted, as far as the picture reaches."""
    looks = {
        "998": {"color": t.common, "width": 1.5},
        "95": {"color": t.common, "width": 1, "dash": "dot"},
    }
    found = []
    for level, look in looks.items():
        for limit in drawn.limits:
            if limit.level == level:
                inside = [(x, y) for x, y in limit.points if x <= drawn.most * 1.08]
                found.append(
                    {
                        "type": "scatter",
                        "mode": "lines",
                        "x": [x for x, _ in inside],
                        "y": [_reached(y) for _, y in inside],
                        "line": look,
                        "hoverinfo": "skip",
                        "connectgaps": False,
                    }
                )
    return found


def _reached(limit: float | None) -> float | None:
    """A limit that a value can pass: those of very few cases may lie below nothing, and would
    stretch the scale to where nothing is.
    """
    return None if limit is None or limit < 0 else limit


def _said(view: View, figure: Figure, town: TownReading, name: str) -> str:
    value = page_values.number(view, town.value, figure.unit)
    return f"{name}  {value}  {view.text(f'review.class_{town.cls}')}"


def _table(view: View, figure: Figure) -> Component:
    head = [
        view.text(f"review.{name}") for name in ("town", "value", "between", "class", "from_city")
    ]
    names = page_values.names(view)
    rows: list[list[tables.Cell]] = [
        [
            html.A(names[town.town], href=_town(view, town.town)),
            page_values.number(view, town.value, figure.unit),
            page_values.interval(view, town, figure.unit),
            view.text(f"review.class_{town.cls}"),
            page_values.distinct_words(view, figure, town),
        ]
        for town in figure.towns
    ]
    return tables.behind(view, f"funnel:{figure.kpi}", head, rows)


_SAFE = " =':/,()"
