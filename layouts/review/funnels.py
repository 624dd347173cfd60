"""A funnel: the towns by size, the limits of chance around the city, and names for what lies beyond
the 99.8 % limits. The others are named when asked for.
"""

from __future__ import annotations

from typing import Any

from dash import dcc
from dash.development.base_component import Component

from feeds.review.review_values import Class, Standing, Standings
from layouts import ids, theme
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import charts, components, diagrams, plots, points, remarks, tables
from layouts.parts.diagrams import Funnel
from layouts.review import page_values, timelines
from layouts.review.sentences import Wording, per_people
from layouts.theme import Tokens
from layouts.view import View

_SHAPES = {"better": "circle", "worse": "diamond", "neutral": "triangle-up", "flat": "circle"}


def describe(said: Wording, standings: Standings) -> Funnel | None:
    """The funnel in words; None where there is too little for one."""
    return diagrams.funnel(
        standings,
        said.better(standings),
        said.full,
        title=title(said, standings),
        alt=alt(said, standings),
        x_title=said.say(f"x_{standings.kind}"),
        said=lambda town: place(said, standings, town),
    )


def title(said: Wording, standings: Standings) -> str:
    """What the funnel shows, as a sentence."""
    n = len(beyond(standings))
    return said.say("towns_apart", n=n) if n else said.say("towns_like")


def alt(said: Wording, standings: Standings) -> str:
    """The picture for who does not see it."""
    names = said.comma.join(said.full[town.town] for town in beyond(standings))
    shown = f"{said.title(standings.kpi)}{said.colon}{title(said, standings)}"
    return f"{shown}{said.colon}{names}" if names else shown


def beyond(standings: Standings) -> list[Standing]:
    """The towns beyond the 99.8 % limits, in the profile's order."""
    return [town for town in standings.towns if town.cls in diagrams.BEYOND]


def card(view: View, said: Wording, standings: Standings) -> Component:
    """The chart with what it shows, how to read it, the towns' names, and the table behind it."""
    figure = page_values.figure(view, standings.kpi)
    tags = remarks.tag(view, page_values.remarked(view, figure)) if figure else []
    head = html.H3(
        [html.Span(title(said, standings), className="title-text"), *tags],
        className="chart-title",
    )
    note = html.P(said.say(f"axis_{standings.kind}"), className="control-note")
    drawn = describe(said, standings)
    if drawn is None:
        empty = html.P(view.text("review.no_funnel"), className="control-empty")
        return html.Section([head, empty], className="chart chart--funnel")
    links = [_town(view, town.town) for town in standings.towns if town.spot]
    graph = dcc.Graph(
        id=ids.chart(f"funnel:{standings.kpi}"),
        figure=points.linked(picture(view, said, standings, drawn), links),
        className="chart-graph",
        responsive=True,
        config=charts.config(),
    )
    plot = points.place([graph], drawn.alt, view.text("touch.review"))
    parts = [head, note, plot, _names(view, said, standings), _table(view, said, standings)]
    return html.Section(parts, className="chart chart--funnel")


def _names(view: View, said: Wording, standings: Standings) -> Component:
    """The towns in the profile's order, those beyond the limits marked."""
    links = [
        html.A(
            said.full[town.town],
            href=_town(view, town.town),
            className="town-name",
            title=place(said, standings, town),
            **attributes.data(role=diagrams.ROLES[said.meaning(standings, town.cls)]),
        )
        for town in standings.towns
    ]
    return html.Nav(links, className="town-names")


def _town(view: View, town: str) -> str:
    return components.address(view, area=town, kpi="", rank="")


def picture(view: View, said: Wording, standings: Standings, drawn: Funnel) -> dict[str, Any]:
    """The usual range as a grey area, the city as a line, towns as points: only those beyond 99.8 %
    coloured and named.
    """
    t, look = theme.tokens(view.theme), charts.look(view)
    towns = drawn.points
    dots = {
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
            "size": [14 if town.is_named else 10 for town in towns],
            "opacity": 1,
            "line": {"color": t.surface, "width": 1},
        },
        "customdata": [town.said for town in towns],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    low, high = drawn.y_range()
    layout: dict[str, Any] = {
        "template": theme.template(view.theme, look.size_px),
        "autosize": True,
        "dragmode": False,
        "hovermode": "closest",
        "showlegend": False,
        "margin": {"l": 8, "r": 110, "t": 24, "b": 8, "pad": 4},
    }
    words = {"text": drawn.x_title, "font": {"color": t.secondary, "size": look.size_px}}
    layout["xaxis"] = {
        "title": words,
        "automargin": True,
        "range": [0, drawn.most * 1.08],
        "showgrid": False,
        **plots.scale(drawn.most, view.lang),
    }
    ticks = {"tickformat": ".0%"} if drawn.kind == "share" else {"tickformat": ".2~f"}
    layout["yaxis"] = {"automargin": True, "nticks": 6, "range": [low, high]} | ticks
    levels = [(standings.centre, centre(said, standings), t.secondary, "solid")]
    figure = said.review.figure(standings.kpi)
    if standings.kind == "share" and figure and figure.target is not None:
        goal = said.say("goal", value=said.target(figure.target, figure.kpi))
        levels.append((figure.target, goal, t.text, "dash"))
    lines = [
        timelines.across(y, (0, drawn.most * 1.08), colour, dash) for y, _, colour, dash in levels
    ]
    layout["annotations"] = timelines.labels(levels, look.size_px, high - low)
    return {"data": [*_limits(drawn, t), *lines, dots], "layout": layout}


def centre(said: Wording, standings: Standings) -> str:
    """What the city's line is called."""
    if standings.kind == "stock":
        return said.say("centre_stock")
    if standings.kind == "rate":
        return said.say("centre_rate", value=per_people(standings.centre))
    return said.say("centre", value=f"{100 * standings.centre:.1f} %")


def _limits(drawn: Funnel, t: Tokens) -> list[dict[str, Any]]:
    """The 99.8 % range as an area, the 95 % limits dotted, as far as a value can lie."""
    low, high = drawn.y_range()
    by_side = {(one.side, one.level): one for one in drawn.limits}
    lower, upper = by_side["lower", "998"].points, by_side["upper", "998"].points
    xs = [x for x, _ in lower]
    least = max(low, 0.0)
    bottom = [least if y is None else max(y, least) for _, y in lower]
    most = min(high, 1.0) if drawn.kind == "share" else high
    top = [most if y is None else min(y, most) for _, y in upper]
    plain = {"type": "scatter", "mode": "lines", "hoverinfo": "skip"}
    none = {"width": 0}
    found: list[dict[str, Any]] = [
        plain | {"x": xs, "y": bottom, "line": none},
        plain | {"x": xs, "y": top, "line": none, "fill": "tonexty", "fillcolor": t.raised},
    ]
    for side in ("lower", "upper"):
        inside = [(x, y) for x, y in by_side[side, "95"].points if y is not None]
        seen = [(x, y) for x, y in inside if least <= y <= most]
        look = {"color": t.common, "width": 1, "dash": "dot"}
        found.append(plain | {"x": [x for x, _ in seen], "y": [y for _, y in seen], "line": look})
    return found


def place(said: Wording, standings: Standings, town: Standing) -> str:
    """A town in the funnel, in words: its name, its cases, and how it stands."""
    return f"{said.full[town.town]}  {cases(said, standings, town)}  {stands(said, town.cls)}"


def cases(said: Wording, standings: Standings, town: Standing) -> str:
    """What the funnel is made of at a town: 43/53, or 25 (about 12)."""
    if standings.kind in ("share", "duration") and town.of:
        return f"{said.count(town.n)}/{said.count(town.of)}"
    expected = said.say("spine_expected", n=said.rounded(town.expected))
    return f"{said.some_of(standings.kpi, town.n)}, {expected}"


def stands(said: Wording, cls: Class) -> str:
    """How a town stands to the city, in words that a leader reads."""
    if cls == "none":
        return said.say("spine_key_few")
    if cls in diagrams.BEYOND:
        return said.say("stands_above" if cls == "above998" else "stands_below")
    return said.say("spine_key_alike")


def _table(view: View, said: Wording, standings: Standings) -> Component:
    head = [view.text("review.town"), said.say("col_cases"), said.say("col_stands")]
    rows: list[list[tables.Cell]] = [
        [
            html.A(said.full[town.town], href=_town(view, town.town)),
            cases(said, standings, town),
            stands(said, town.cls),
        ]
        for town in standings.towns
    ]
    return tables.behind(view, f"funnel:{standings.kpi}", head, rows)
