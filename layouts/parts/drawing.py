"""SVG in units of its own: lines, bands, and words that stand in a picture."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from dash.development.base_component import Component

from layouts.html import islands

Point = tuple[float, float]
TEXT_U = 22.0
DIGITS_U = 27.0  # so large that digits are a two-hundredth of the distance high


def picture(w: float, h: float, inner: str, name: str = "", links: str = "") -> Component:
    """A picture of so many units. What it says stands beside it in words, so it is hidden from
    screen readers, unless it holds links: then `links` says of what.
    """
    said = f'role="group" aria-label="{escape(links)}"' if links else 'aria-hidden="true"'
    svg = (
        f'<svg viewBox="0 0 {w:.1f} {h:.1f}" preserveAspectRatio="xMinYMin meet"'
        f" {said}>{inner}</svg>"
    )
    return islands.Markup("div", {"className": f"drawn {name}".strip()}, svg)


def line(points: Sequence[Point], name: str) -> str:
    """A line through points."""
    if len(points) < 2:
        return ""
    return f'<path class="{name}" d="M{" L".join(map(_at, points))}"/>'


def course(points: Sequence[Point | None]) -> str:
    """The way of a line through points, as a path's `d`: where one is missing the line is broken,
    and a point that is alone is a dot of a line with round ends.
    """
    said, is_alone, is_on = [], False, False
    for point in (*points, None):
        if point is not None:
            said.append(f"{'L' if is_on else 'M'}{point[0]:g} {point[1]:g}")
        elif is_alone:
            said.append("h0")
        is_alone, is_on = point is not None and not is_on, point is not None
    return "".join(said)


def area(upper: Sequence[Point], lower: Sequence[Point], name: str) -> str:
    """What lies between two lines."""
    if not upper or not lower:
        return ""
    around = [*upper, *reversed(lower)]
    return f'<path class="{name}" d="M{" L".join(map(_at, around))}Z"/>'


def words(x: float, y: float, text: str, name: str = "", anchor: str = "start") -> str:
    """A text whose baseline begins, ends or has its middle at a point."""
    return (
        f'<text class="{name}" x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}">{escape(text)}</text>'
    )


def box(x: float, y: float, w: float, h: float, name: str) -> str:
    return (
        f'<rect class="{name}" x="{_n(x)}" y="{_n(y)}" width="{_n(max(0, w))}" height="{_n(h)}"/>'
    )


def dot(x: float, y: float, r: float, name: str) -> str:
    return f'<circle class="{name}" cx="{_n(x)}" cy="{_n(y)}" r="{_n(r)}"/>'


def diamond(x: float, y: float, r: float, name: str) -> str:
    corners = ((x, y - r), (x + r, y), (x, y + r), (x - r, y))
    return f'<path class="{name}" d="M{" L".join(map(_at, corners))}Z"/>'


def _at(point: Point) -> str:
    return f"{_n(point[0])} {_n(point[1])}"


def _n(x: float) -> str:
    return f"{x:.1f}".removesuffix(".0")
