"""Diagrams as SVG: those of a report on printed pages."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from html import escape

from feeds.city.words import Lang
from layouts import theme
from layouts.parts import diagrams, drawing
from layouts.parts.diagrams import Funnel, Role, Timeline

WIDTH, LEFT, RIGHT, BOTTOM, TEXT_PX = 760, 62, 14, 46, 13
FIRST_WEEK = 7


def of(drawn: Funnel | Timeline, lang: Lang, height: int, width: int = WIDTH) -> str:
    """The picture, with its alt text; type is 13 units high. A funnel is always 760 wide."""
    inside = (
        _funnel(drawn, lang, height)
        if isinstance(drawn, Funnel)
        else _timeline(drawn, lang, height, width)
    )
    label = escape(drawn.alt, quote=True)
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{label}"><title>{escape(drawn.alt)}</title>{"".join(inside)}</svg>'
    )


def _colour(role: Role) -> str:
    return str(getattr(theme.LIGHT, role))


def _text(
    x: float,
    y: float,
    words: str,
    *,
    anchor: str = "start",
    role: Role = "secondary",
    is_bold: bool = False,
) -> str:
    weight = ' font-weight="600"' if is_bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{_colour(role)}" '
        f'font-size="{TEXT_PX}"{weight}>{escape(words)}</text>'
    )


def _line(
    x1: float, y1: float, x2: float, y2: float, role: str, width: float = 1, dash: str = ""
) -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    colour = getattr(theme.LIGHT, role)
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
        f'stroke="{colour}" stroke-width="{width}"{dashed}/>'
    )


def ticks(low: float, high: float, count: int = 6) -> list[float]:
    """Round numbers from low to high, about as many as asked for."""
    step = diagrams.step(low, high, count)
    return [
        n * step for n in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
    ]


def _funnel(drawn: Funnel, lang: Lang, height: int) -> Iterator[str]:
    most, (low, high) = drawn.reach * 1.04, drawn.y_range()
    top, bottom = 50, height - BOTTOM

    def at(x: float, y: float) -> tuple[float, float]:
        across = LEFT + (WIDTH - LEFT - RIGHT) * x / most
        return across, bottom - (bottom - top) * (y - low) / (high - low)

    for value in ticks(low, high):
        y = at(0, value)[1]
        yield _line(LEFT, y, WIDTH - RIGHT, y, "hairline")
        yield _text(LEFT - 6, y + 4, diagrams.number(value, drawn.kind, lang), anchor="end")
    for value in ticks(0, most):
        yield _text(
            at(value, 0)[0], bottom + 17, diagrams.number(value, "count", lang), anchor="middle"
        )
    yield _text((LEFT + WIDTH) / 2, height - 8, drawn.x_title, anchor="middle")
    for curve in drawn.curves():
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*point) for point in curve.points))
        dash = ' stroke-dasharray="6 4"' if curve.is_dashed else ""
        yield (
            f'<polyline points="{path}" fill="none" '
            f'stroke="{_colour(curve.role)}" stroke-width="1.4"{dash}/>'
        )
    yield from _key(drawn)
    for point in drawn.points:
        x, y = at(point.x, point.y)
        yield from _dot(x, y, point.role)
        if point.is_named:
            yield _text(x + 10, y + 4, point.name, role="text", is_bold=True)


def _key(drawn: Funnel) -> Iterator[str]:
    """What the lines and the colours are, in two lines above."""
    x = float(LEFT)
    for curve in drawn.curves():
        if curve.is_listed:
            yield _line(x, 14, x + 24, 14, curve.role, 1.6, "6 4" if curve.is_dashed else "")
            yield _text(x + 30, 18, curve.name)
            x += 52 + _width(curve.name)
    x = float(LEFT)
    for role, words, _ in drawn.groups():
        yield from _dot(x + 6, 32, role)
        yield _text(x + 16, 36, words)
        x += 38 + _width(words)


def _width(words: str) -> float:
    return sum(1.0 if ord(c) > 0x2E80 else 0.56 for c in words) * TEXT_PX


def _dot(x: float, y: float, role: Role) -> Iterator[str]:
    look = f'fill="{_colour(role)}" stroke="#FFFFFF"'
    if role == "common":
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" {look}/>'
    else:
        yield f'<path d="M{x:.1f} {y - 7:.1f}l7 7l-7 7l-7 -7z" {look}/>'


def _timeline(drawn: Timeline, lang: Lang, height: int, wide: int) -> Iterator[str]:
    """The usual range grey, the mean and the target as lines, signals as large points; the lines'
    names at the right.
    """
    low, high = drawn.y_range()
    top, bottom, right = 12, height - 30, wide - 120
    count = max(len(drawn.values) - 1, 1)

    def at(n: float, value: float) -> tuple[float, float]:
        across = LEFT + (right - LEFT) * n / count
        return across, bottom - (bottom - top) * (value - low) / (high - low or 1)

    yield from _usual(drawn, at)
    for value in ticks(low, high, 5):
        y = at(0, value)[1]
        yield _line(LEFT, y, right, y, "hairline")
        words = diagrams.number(value, drawn.kind, lang)
        yield _text(LEFT - 6, y + 4, words, anchor="end")
    for line, role, dash in ((drawn.mean, "secondary", ""), (drawn.target, "text", "6 4")):
        if line:
            y = at(0, line[1])[1]
            yield _line(LEFT, y, right, y, role, 1.4, dash)
    below = -99.0
    for value, name in sorted(drawn.levels(), reverse=True):
        below = max(at(0, value)[1], below + TEXT_PX + 3)
        yield _text(right + 8, below + 4, name)
    yield from _points(drawn, at)
    for n, day in enumerate(drawn.labels):
        if day.month in (1, 7) and day.day <= FIRST_WEEK:
            yield _text(at(n, low)[0], height - 8, f"{day:%Y-%m}", anchor="middle")


Place = Callable[[float, float], tuple[float, float]]


def _usual(drawn: Timeline, at: Place) -> Iterator[str]:
    """The area between the limits."""
    pairs = zip(drawn.lower, drawn.upper, strict=True)
    known = [(n, a, b) for n, (a, b) in enumerate(pairs) if a is not None and b is not None]
    edge = [at(n, b) for n, _, b in known] + [at(n, a) for n, a, _ in reversed(known)]
    if edge:
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in edge)
        yield f'<polygon points="{path}" fill="{theme.LIGHT.raised}"/>'


def _points(drawn: Timeline, at: Place) -> Iterator[str]:
    known = [(n, value) for n, value in enumerate(drawn.values) if value is not None]
    way = drawing.course([None if v is None else at(n, v) for n, v in enumerate(drawn.values)])
    yield f'<path d="{way}" fill="none" stroke="{theme.LIGHT.secondary}" stroke-linecap="round"/>'
    for n, value in known:
        x, y = at(n, value)
        is_signal = bool(drawn.signals[n])
        colour = getattr(theme.LIGHT, drawn.role if is_signal else "secondary")
        radius = 5 if is_signal else 2.2
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{colour}"/>'
