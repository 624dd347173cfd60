"""The sparkline of a tile: thirty days as one line, drawn as an SVG element so that it needs no
script. assets/live draws the line again when a value changes, by the rule of `points`.

It is not a background image, because Chromium keeps a document for each such image, and a wall
draws thousands a day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from dash.development.base_component import Component

from layouts import theme
from layouts.html import attributes, islands
from layouts.parts import drawing, remarks
from layouts.view import View

WIDTH, HEIGHT, INSET = 160, 32, 4


def spark(view: View, kpi: str) -> Component:
    """The line of `days:<kpi>`; an empty place of the same size where there are no days."""
    name = f"days:{kpi}"
    t, values = theme.tokens(view.theme), view.series(name) or []
    drawn = picture(values, t.common, t.data)
    facts = attributes.data(series=name, line=t.common, dot=t.data)
    if drawn:  # a remark alone on an empty place says nothing
        facts |= remarks.behind(view, *_remarked(view, kpi, len(values)), INSET / WIDTH)
    return islands.Markup("div", {"className": "tile-spark", **facts}, drawn)


def _remarked(view: View, kpi: str, n: int) -> tuple[list[remarks.Mark], list[date]]:
    """The remarks on the days of the line, and those days."""
    first = view.first_day("days", n)
    days = [first + timedelta(i) for i in range(n)]
    return remarks.within(remarks.on(view, kpi), days), days


def points(values: Sequence[float | None]) -> list[drawing.Point | None]:
    """Where each known value stands in the 160 × 32 picture, from the least to the greatest of the
    whole days; a level line in the middle. The last is of the day that is not over: where it lies
    beyond them, it stands at the edge. Empty where less than half is known, or fewer than two.

    x = 4 + 152 × i / (n − 1), y = 28 − 24 × (v − least) / (greatest − least), both rounded to one
    decimal.
    """
    known = [v for v in values if v is not None]
    if len(known) < 2 or 2 * len(known) < len(values):
        return []
    least, span = min(known[:-1]), max(known[:-1]) - min(known[:-1])
    right, tall = WIDTH - 2 * INSET, HEIGHT - 2 * INSET
    return [
        None
        if v is None
        else (
            round(INSET + right * i / (len(values) - 1), 1),
            round(HEIGHT - INSET - tall * _share(v - least, span), 1),
        )
        for i, v in enumerate(values)
    ]


def _share(above: float, span: float) -> float:
    """How high a value lies between the least and the greatest, 0 to 1."""
    if not span:
        return 0.5 + 0.5 * ((above > 0) - (above < 0))
    return min(max(above / span, 0.0), 1.0)


def picture(values: Sequence[float | None], line: str, dot: str) -> str:
    """The line as an SVG element with a dot on the last value; empty for fewer than two values."""
    at = points(values)
    return svg(at, line, dot) if at else ""


def svg(at: Sequence[drawing.Point | None], line: str, dot: str) -> str:
    """The whole days as a line, broken where a day is not known; and the last that is known, or
    today, which is not over, as a mark of its own.
    """
    last = max(i for i, point in enumerate(at) if point is not None)
    x, y = at[last] or (0, 0)
    stroke = (
        f"fill='none' stroke='{line}' stroke-width='2' "
        "stroke-linejoin='round' stroke-linecap='round'"
    )
    return (
        f"<svg viewBox='0 0 {WIDTH} {HEIGHT}' preserveAspectRatio='xMinYMid "
        f"meet'><path d='{drawing.course(at[:last])}' {stroke}/>"
        f"<circle cx='{x:g}' cy='{y:g}' r='3.5' fill='{dot}'/></svg>"
    )
