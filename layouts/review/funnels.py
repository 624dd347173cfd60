"""A funnel: the towns by size, the limits of chance around the city, and names on what lies beyond
the 99.8 % limits.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from dash import dcc
from dash.development.base_component import Component

from feeds.review.review_values import Figure, Funnel, TownReading
from layouts import ids, theme
from layouts.html import elements as html
from layouts.parts import charts, components, plots, points, remarks, tables
from layouts.review import page_values
from layouts.theme import Tokens
from layouts.view import View

WIDTH, HEIGHT, INSET = 240, 96, 5
_SHAPES = {"better": "circle", "worse": "diamond", "neutral": "triangle-up", "flat": "circle"}


def card(view: View, figure: Figure) -> Component:
    """The chart with its question, how to read it, and the table behind it; a sentence where there
    is too little for one.
    """
    words = html.Span(
        view.text("review.funnel", title=view.title(figure.kpi)), className="title-text"
    )
    head = html.H3(
        [words, *remarks.tag(view, page_values.remarked(view, figure))], className="chart-title"
    )
    if figure.funnel is None:
        return html.Section(
            [head, html.P(view.text("review.no_funnel"), className="control-empty")],
            className="chart chart--funnel",
        )
    graph = dcc.Graph(
        id=ids.chart(f"funnel:{figure.kpi}"),
        figure=points.linked(picture(view, figure, figure.funnel), _links(view, figure)),
        className="chart-graph",
        responsive=True,
        config=charts.config(wall=False),
    )
    plot = points.place([graph], alt(view, figure), view.text("touch.review"))
    return html.Section(
        [head, plot, *notes(view, figure.funnel), _table(view, figure)],
        className="chart chart--funnel",
    )


def _links(view: View, figure: Figure) -> list[str]:
    """A town's own page of the review for each point, in their order."""
    return [_town(view, town.town) for town in figure.towns if town.spot]


def _town(view: View, town: str) -> str:
    return components.address(view, area=town, kpi="", rank="")


def picture(view: View, figure: Figure, funnel: Funnel) -> dict[str, Any]:
    """Limits as lines, the city as a dashed one, towns as points: only those beyond 99.8 % coloured
    and named.
    """
    t, look = theme.tokens(view.theme), charts.look(view)
    towns, names = [town for town in figure.towns if town.spot], page_values.names(view)
    kinds = [page_values.meaning(town.cls, figure.better) for town in towns]
    points = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [town.spot.x for town in towns if town.spot],
        "y": [town.spot.y for town in towns if town.spot],
        "cliponaxis": False,
        "text": [names[town.town] if town.cls in page_values.BEYOND else "" for town in towns],
        "textposition": [
            "bottom center" if town.cls.startswith("below") else "top center" for town in towns
        ],
        "textfont": {"color": t.text, "size": look.size_px},
        "marker": {
            "color": [_colour(kind, t) for kind in kinds],
            "symbol": [_SHAPES[kind] for kind in kinds],
            "size": [11 if town.cls in page_values.BEYOND else 8 for town in towns],
            "line": {"color": t.surface, "width": 1},
        },
        "customdata": [_said(view, figure, town, names[town.town]) for town in towns],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    layout: dict[str, Any] = {
        "template": theme.template(view.theme, look.size_px),
        "autosize": True,
        "dragmode": False,
    }
    layout |= {"hovermode": "closest", "margin": {"l": 8, "r": 16, "t": 24, "b": 8, "pad": 4}}
    size = max((town.spot.x for town in towns if town.spot), default=1)
    title = {
        "text": view.text(f"review.x_{_axis(funnel)}"),
        "font": {"color": t.secondary, "size": look.size_px},
    }
    layout["xaxis"] = {
        "title": title,
        "automargin": True,
        "rangemode": "tozero",
        "range": [0, size * 1.08],
        "showgrid": False,
        **plots.scale(size, view.lang),
    }
    layout["yaxis"] = {"automargin": True, "nticks": 6} | (
        {"tickformat": ".1%"} if figure.form == "share" else {"tickformat": ".2~f"}
    )
    layout["shapes"] = [
        {
            "type": "line",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": funnel.centre,
            "y1": funnel.centre,
            "layer": "below",
            "line": {"color": t.secondary, "width": 1.5, "dash": "dash"},
        }
    ]
    return {"data": [*_limits(funnel, t, size * 1.08), points], "layout": layout}


def notes(view: View, funnel: Funnel) -> list[Component]:
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
    if figure.funnel is None:
        return html.Span(className="funnel-none")
    svg = _svg(figure, figure.funnel, theme.tokens(view.theme))
    return html.Img(
        src=f"data:image/svg+xml,{quote(svg, safe=_SAFE)}",
        alt=alt(view, figure),
        className="funnel-mini",
        width=str(WIDTH),
        height=str(HEIGHT),
    )


def alt(view: View, figure: Figure) -> str:
    """What the picture shows, as a sentence."""
    found, names = page_values.beyond(figure), page_values.names(view)
    listed = (view.text("review.comma")).join(names[town.town] for town in found)
    said = view.text("review.alt_beyond", towns=listed) if found else view.text("review.alt_none")
    return view.text("review.alt", title=view.title(figure.kpi), said=said)


def _axis(funnel: Funnel) -> str:
    return f"change_{funnel.against}" if funnel.kind == "change" else funnel.kind


def _limits(funnel: Funnel, t: Tokens, most: float) -> list[dict[str, Any]]:
    looks = {
        "998": {"color": t.common, "width": 1.5},
        "95": {"color": t.common, "width": 1, "dash": "dot"},
    }
    inside = [limit for limit in funnel.limits if limit.x <= most]
    found = []
    for level, look in looks.items():
        for side in ("lower", "upper"):
            ys = [_reached(getattr(limit, f"{side}{level}")) for limit in inside]
            line = {
                "type": "scatter",
                "mode": "lines",
                "x": [limit.x for limit in inside],
                "y": ys,
                "line": look,
                "hoverinfo": "skip",
            }
            found.append(line | {"connectgaps": False})
    return found


def _reached(limit: float | None) -> float | None:
    """A limit that a value can pass: those of very few cases may lie below nothing, and would
    stretch the scale to where nothing is.
    """
    return None if limit is None or limit < 0 else limit


def _colour(kind: str, t: Tokens) -> str:
    return {"better": t.data, "worse": t.concern, "neutral": t.special}.get(kind, t.common)


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


def _svg(figure: Figure, funnel: Funnel, t: Tokens) -> str:
    spots = [
        (town.spot, page_values.meaning(town.cls, figure.better))
        for town in figure.towns
        if town.spot
    ]
    most = max(spot.x for spot, _ in spots) * 1.06
    near = [
        v
        for limit in funnel.limits[len(funnel.limits) // 3 :]
        for v in (limit.lower998, limit.upper998)
        if v is not None
    ]
    values = [*near, *(spot.y for spot, _ in spots), funnel.centre]
    low, span = min(values), (max(values) - min(values)) or 1

    def at(x: float, y: float) -> tuple[float, float]:
        inside = min(max((y - low) / span, 0), 1)
        return round(INSET + (WIDTH - 2 * INSET) * x / most, 1), round(
            HEIGHT - INSET - (HEIGHT - 2 * INSET) * inside, 1
        )

    lines = "".join(
        "<polyline "
        f"points='{_path([at(li.x, y) for li in funnel.limits if (y := getattr(li, name)) is not None and li.x <= most])}'"
        f" fill='none' stroke='{t.common}' stroke-width='1'/>"
        for name in ("lower998", "upper998")
    )
    middle = at(0, funnel.centre)[1]
    dots = "".join(
        f"<circle cx='{x}' cy='{y}' r='{4.5 if kind != 'flat' else 3}' fill='{_colour(kind, t)}'/>"
        for (x, y), kind in ((at(spot.x, spot.y), kind) for spot, kind in spots)
    )
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {HEIGHT}'>{lines}"
        f"<path d='M0 {middle}H{WIDTH}' stroke='{t.secondary}' "
        f"stroke-width='1' stroke-dasharray='3 3'/>{dots}</svg>"
    )


def _path(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)


_SAFE = " =':/,()"
