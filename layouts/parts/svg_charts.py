"""Diagrams as SVG: those of a report on printed pages, and a funnel as the
small picture of a card.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from html import escape

from feeds.city.words import Lang
from layouts import theme
from layouts.parts import diagrams
from layouts.parts.diagrams import Bars, Funnel, Interval, Limit, Role
from layouts.theme import Tokens

WIDTH, LEFT, RIGHT, BOTTOM, TEXT_PX = 760, 62, 14, 46, 13
SMALL_WIDTH, SMALL_HEIGHT, SMALL_INSET = 240, 96, 5


def of(drawn: Funnel | Bars, lang: Lang, height: int, width: int = WIDTH) -> str:
    """The picture, with its alt text; type is 13 units high. A funnel is always 760 wide."""
    height += math.ceil(_slope(drawn, width)) if isinstance(drawn, Bars) else 0
    inside = (
        _funnel(drawn, lang, height)
        if isinstance(drawn, Funnel)
        else _bars(drawn, lang, height, width)
    )
    label = escape(drawn.alt, quote=True)
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{label}"><title>{escape(drawn.alt)}</title>{"".join(inside)}</svg>'
    )


def small(drawn: Funnel, t: Tokens) -> str:
    """A funnel as a small picture without words: the 99.8 % limits, the city's level, the towns."""
    most, (low, height) = drawn.most * 1.06, _heights(drawn)

    def at(x: float, y: float) -> tuple[float, float]:
        inside = min(max((y - low) / height, 0), 1)
        across = SMALL_INSET + (SMALL_WIDTH - 2 * SMALL_INSET) * x / most
        up = SMALL_HEIGHT - SMALL_INSET - (SMALL_HEIGHT - 2 * SMALL_INSET) * inside
        return round(across, 1), round(up, 1)

    lines = ""
    for limit in _far(drawn):
        spots = [at(x, y) for x, y in limit.points if y is not None and x <= most]
        path = " ".join(f"{x:g},{y:g}" for x, y in spots)
        lines += f"<polyline points='{path}' fill='none' stroke='{t.common}' stroke-width='1'/>"
    dots = ""
    for point in drawn.points:
        x, y = at(point.x, point.y)
        radius, colour = 4.5 if point.is_named else 3, getattr(t, point.role)
        dots += f"<circle cx='{x}' cy='{y}' r='{radius}' fill='{colour}'/>"
    middle = at(0, drawn.centre)[1]
    level = (
        f"<path d='M0 {middle}H{SMALL_WIDTH}' stroke='{t.secondary}' "
        "stroke-width='1' stroke-dasharray='3 3'/>"
    )
    return (
        "<svg xmlns='http://www.w3.org/2000/svg' "
        f"viewBox='0 0 {SMALL_WIDTH} {SMALL_HEIGHT}'>{lines}{level}{dots}</svg>"
    )


def _far(drawn: Funnel) -> list[Limit]:
    return [limit for limit in drawn.limits if limit.level == "998"]


def _heights(drawn: Funnel) -> tuple[float, float]:
    """The least value that a small picture shows, and how much it spans: without the limits of the
    smallest third, which would squeeze the rest.
    """
    near = [
        y
        for limit in _far(drawn)
        for _, y in limit.points[len(limit.points) // 3 :]
        if y is not None
    ]
    values = [*near, *(point.y for point in drawn.points), drawn.centre]
    return min(values), (max(values) - min(values)) or 1


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


def _bars(drawn: Bars, lang: Lang, height: int, wide: int) -> Iterator[str]:
    low, high = drawn.y_range()
    slope, step = _slope(drawn, wide), (wide - 8) / len(drawn.categories)
    top, bottom = (28 if drawn.line else 8), height - 26 - slope

    def at(value: float) -> float:
        return bottom - (bottom - top) * (value - low) / (high - low or 1)

    for tick in ticks(low, high, 6) if drawn.intervals else ():
        yield _line(4, at(tick), wide - 4, at(tick), "hairline")
        yield _text(4, at(tick) - 3, diagrams.number(tick, drawn.kind, lang))
    for n, (name, value, role) in enumerate(
        zip(drawn.categories, drawn.values, drawn.roles, strict=True)
    ):
        middle = 4 + step * (n + 0.5)
        yield (
            _aslant(middle + 4, bottom + 12, name)
            if slope
            else _text(middle, height - 8, _shortened(name, step), anchor="middle")
        )
        if value is not None and drawn.intervals:
            side = "start" if n < len(drawn.categories) - 1 else "end"
            yield from _stroke(
                middle,
                at,
                drawn.intervals[n],
                value,
                diagrams.number(value, drawn.kind, lang),
                role,
                side,
            )
        elif value is not None:
            y, zero = at(value), at(0)
            at_left = middle - step * 0.42
            width = step * 0.84
            tall = abs(zero - y)
            yield (
                f'<rect x="{at_left:.1f}" y="{min(y, zero):.1f}" width="{width:.1f}" '
                f'height="{tall:.1f}" fill="{_colour(role)}"/>'
            )
            yield _number(
                middle, y, zero, diagrams.number(value, drawn.kind, lang), drawn, role, value
            )
    yield _line(4, at(max(low, 0)), wide - 4, at(max(low, 0)), "common")
    if drawn.line:
        yield _line(4, at(drawn.line[1]), wide - 4, at(drawn.line[1]), "text", 1.4)
        yield _text(wide - 4, 15, drawn.line[0], anchor="end", role="text")


def _stroke(
    middle: float,
    at: Callable[[float], float],
    one: Interval | None,
    value: float,
    words: str,
    role: Role,
    side: str,
) -> Iterator[str]:
    """A dot with its interval, and its number where it stands apart."""
    if one:
        yield _line(middle, at(one.low), middle, at(one.high), "before", 4)
    yield from _dot(middle, at(value), "common" if role == "before" else role)
    if role != "before":
        beside = middle + (9 if side == "start" else -9)
        yield _text(
            beside,
            at(value) + 4,
            words.replace("\u00a0", ""),
            anchor=side,
            role="text",
            is_bold=True,
        )


def _number(
    middle: float, y: float, zero: float, words: str, drawn: Bars, role: Role, value: float
) -> str:
    """At a bar's foot, of a change beyond its end."""
    compact = words.replace("\u00a0", "")
    if drawn.is_signed and diagrams.is_nothing(value, drawn.kind):
        return _text(middle, zero - 5, "0", anchor="middle", role="text")
    if drawn.is_signed:
        sign = "" if compact.startswith(("+", "\u2212")) or drawn.kind == "points" else "+"
        return _text(
            middle, y - 5 if y < zero else y + 15, sign + compact, anchor="middle", role="text"
        )
    look = _text(middle, zero - 7, compact, anchor="middle", role="text")
    return look if role == "before" else look.replace(_colour("text"), "#FFFFFF")


def _slope(drawn: Bars, wide: float) -> float:
    """How much lower names reach that stand aslant, because they are too long for the narrow page;
    0 where they are level.
    """
    widest = max(map(_width, drawn.categories))
    return (
        widest * math.sin(math.pi / 4)
        if wide <= WIDTH and widest >= (wide - 8) / len(drawn.categories) + 4
        else 0.0
    )


def _aslant(x: float, y: float, words: str) -> str:
    return f'<g transform="rotate(-45 {x:.1f} {y:.1f})">{_text(x, y, words, anchor="end")}</g>'


def _shortened(name: str, step: float) -> str:
    """A name that fits under its bar."""
    return name if _width(name) < step + 4 else name[: max(3, int(step / TEXT_PX / 0.56) - 1)] + "…"
