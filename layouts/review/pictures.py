"""The small pictures that prove a finding: a value in its usual range, a share before its target, a
figure over two years, two quarters. They are values; SVG draws them here, shapes in
layouts/papers/deck_shapes.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from feeds.review.review_values import Finding
from layouts.parts import drawing
from layouts.parts.diagrams import Role
from layouts.review.sentences import Wording
from layouts.theme import Tokens

WIDTH, HEIGHT = 230, 60
MIDDLE, INSET = 22, 8
FONT_PX = 15


class Place(NamedTuple):
    """A position across, from 0 to 1, with what stands under it."""

    at: float
    words: str = ""


@dataclass(frozen=True)
class Strip:
    """A value on a line. The range is what is usual (`is_band`), or the value's 95 % interval."""

    low: float
    high: float
    is_band: bool
    value: Place
    middle: Place | None
    target: Place | None
    mark: str
    role: Role


@dataclass(frozen=True)
class Run:
    """Points over time from 0 to 1 upwards, None where there was none; the usual range, and which
    points are no chance.
    """

    points: tuple[float | None, ...]
    low: float | None
    high: float | None
    mean: float | None
    signals: tuple[bool, ...]
    role: Role


@dataclass(frozen=True)
class Two:
    """This quarter and last year's as bars, from 0 to 1."""

    now: Place
    before: Place
    role: Role


Picture = Strip | Run | Two


def of(said: Wording, finding: Finding) -> Picture | None:
    """The picture of a finding; None where a number says all."""
    mark, role = said.mark(finding)
    if finding.group == "beyond":
        return _in_range(said, finding, mark, role)
    if finding.group == "off":
        return _before_target(said, finding, mark, role)
    if finding.since:
        return _over_time(said, finding, role)
    return _two(said, finding, role)


def _in_range(said: Wording, finding: Finding, mark: str, role: Role) -> Strip | None:
    n = finding.now.n
    if n is None or finding.low is None or finding.high is None or finding.expected is None:
        return None
    top = max(n, finding.high) * 1.05 or 1
    bottom = 0.0 if finding.low < top / 3 else finding.low * 0.95
    bottom = min(bottom, n * 0.98)

    def place(value: float) -> float:
        return (value - bottom) / (top - bottom)

    value = Place(place(n), said.count(n))
    usual = said.say("spine_expected", n=said.rounded(finding.expected))
    middle = Place(place(finding.expected), usual)
    return Strip(
        place(finding.low),
        place(finding.high),
        True,
        value,
        middle if _are_apart(value, middle) else middle._replace(words=""),
        None,
        mark,
        role,
    )


def _before_target(said: Wording, finding: Finding, mark: str, role: Role) -> Strip | None:
    value, target = finding.now.value, finding.target
    if value is None or target is None:
        return None
    low = value if finding.low is None else finding.low
    high = value if finding.high is None else finding.high
    ends = (min(low, target), max(high, target))
    room = (ends[1] - ends[0]) * 0.5 or 1.0
    bottom, top = ends[0] - room, ends[1] + room * 0.2

    def place(one: float) -> float:
        return (one - bottom) / (top - bottom)

    words = said.say("goal", value=said.target(target, finding.kpi))
    return Strip(
        place(low),
        place(high),
        False,
        Place(place(value)),
        None,
        Place(place(target), words),
        mark,
        role,
    )


def _over_time(said: Wording, finding: Finding, role: Role) -> Run | None:
    control = said.agenda.control(finding.kpi, finding.area)
    if control is None:
        return None
    known = [value for value in control.points if value is not None]
    low, high = control.limits(len(control.points) - 1)
    edges = [*known, *(edge for edge in (low, high) if edge is not None)]
    bottom, top = min(edges), max(edges)
    span = (top - bottom) or 1.0

    def place(value: float | None) -> float | None:
        return None if value is None else (value - bottom) / span

    side = finding.side
    recent = [one == side for one in control.signals] or [False] * len(control.points)
    newest = len(recent) - next((n for n, one in enumerate(reversed(recent)) if one), 0)
    shown = tuple(one and n >= newest - finding.run for n, one in enumerate(recent))
    points = tuple(place(value) for value in control.points)
    return Run(points, place(low), place(high), place(control.mean), shown, role)


def _two(said: Wording, finding: Finding, role: Role) -> Two | None:
    now, before = finding.now.value, finding.last_year.value
    if not now or not before:
        return None
    most = max(now, before)
    words = said.say("quarter_here"), said.say("last_year", value="").strip()
    return Two(Place(now / most, words[0]), Place(before / most, words[1]), role)


def svg(picture: Picture, t: Tokens) -> str:
    """The picture without a text of its own: the sentence beside it says what is to be seen."""
    inside = (
        _strip(picture, t)
        if isinstance(picture, Strip)
        else _run(picture, t)
        if isinstance(picture, Run)
        else _bars(picture, t)
    )
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {HEIGHT}' "
        f"font-family='Noto Sans CJK SC, sans-serif' font-size='{FONT_PX}'>{inside}</svg>"
    )


def _x(at: float) -> float:
    return round(INSET + (WIDTH - 2 * INSET) * min(max(at, 0.0), 1.0), 1)


def _span(place: Place) -> tuple[float, float]:
    """Where the words under a place begin and end."""
    half = sum(FONT_PX if ord(c) > 255 else FONT_PX * 0.58 for c in place.words) / 2
    x = min(max(_x(place.at), half), WIDTH - half)
    return x - half, x + half


def _are_apart(one: Place, other: Place) -> bool:
    """Whether the words under two places don't run into each other."""
    (start, end), (other_start, other_end) = _span(one), _span(other)
    return end + FONT_PX / 2 <= other_start or other_end + FONT_PX / 2 <= start


def _words(place: Place, y: float, colour: str, *, is_bold: bool = False) -> str:
    if not place.words:
        return ""
    x = sum(_span(place)) / 2
    weight = " font-weight='600'" if is_bold else ""
    return (
        f"<text x='{x:.1f}' y='{y}' text-anchor='middle' fill='{colour}'{weight}>"
        f"{escape(place.words)}</text>"
    )


def _strip(one: Strip, t: Tokens) -> str:
    colour, low, high = getattr(t, one.role), _x(one.low), _x(one.high)
    parts = [
        f"<path d='M{INSET} {MIDDLE}H{WIDTH - INSET}' stroke='{t.hairline}' stroke-width='2'/>"
    ]
    if one.is_band:
        wide = f"{high - low:.1f}"
        parts.append(
            f"<rect x='{low}' y='{MIDDLE - 13}' width='{wide}' height='26' fill='{t.raised}'/>"
        )
    else:
        parts.append(f"<path d='M{low} {MIDDLE}H{high}' stroke='{colour}' stroke-width='4'/>")
    if one.middle:
        x = _x(one.middle.at)
        parts.append(f"<path d='M{x} {MIDDLE - 13}v26' stroke='{t.secondary}' stroke-width='2'/>")
        parts.append(_words(one.middle, HEIGHT - 6, t.secondary))
    if one.target:
        x = _x(one.target.at)
        parts.append(
            f"<path d='M{x} {MIDDLE - 14}v28' stroke='{t.text}' stroke-width='2.5' "
            "stroke-dasharray='4 3'/>"
        )
        parts.append(_words(one.target, HEIGHT - 6, t.secondary))
    parts.append(_mark(one.mark, _x(one.value.at), MIDDLE, colour))
    parts.append(_words(one.value, HEIGHT - 6, colour, is_bold=True))
    return "".join(parts)


def _mark(mark: str, x: float, y: float, colour: str) -> str:
    if mark == "◆":
        return f"<path d='M{x} {y - 10}l10 10l-10 10l-10 -10z' fill='{colour}'/>"
    if mark == "▼":
        return f"<path d='M{x - 10} {y - 8}h20l-10 17z' fill='{colour}'/>"
    return f"<circle cx='{x}' cy='{y}' r='8' fill='{colour}'/>"


def _run(one: Run, t: Tokens) -> str:
    top, tall, count = 4.0, HEIGHT - 8.0, max(len(one.points) - 1, 1)

    def spot(n: int, value: float) -> tuple[float, float]:
        return _x(n / count), round(top + tall * (1 - value), 1)

    parts = []
    if one.low is not None and one.high is not None:
        high = spot(0, one.high)[1]
        deep = spot(0, one.low)[1] - high
        parts.append(
            f"<rect x='0' y='{high}' width='{WIDTH}' height='{deep:.1f}' fill='{t.raised}'/>"
        )
    if one.mean is not None:
        y = spot(0, one.mean)[1]
        parts.append(f"<path d='M0 {y}H{WIDTH}' stroke='{t.hairline}' stroke-width='1.5'/>")
    at = [None if value is None else spot(n, value) for n, value in enumerate(one.points)]
    parts.append(
        f"<path d='{drawing.course(at)}' fill='none' stroke='{t.secondary}' stroke-width='1.5' "
        "stroke-linecap='round'/>"
    )
    colour = getattr(t, one.role)
    for n, value in enumerate(one.points):
        if value is not None and n < len(one.signals) and one.signals[n]:
            x, y = spot(n, value)
            parts.append(f"<circle cx='{x}' cy='{y}' r='4.5' fill='{colour}'/>")
    return "".join(parts)


def _bars(one: Two, t: Tokens) -> str:
    left, wide = 70.0, WIDTH - 78.0
    parts = []
    for place, y, colour in ((one.now, 8, getattr(t, one.role)), (one.before, 34, t.before)):
        parts.append(
            f"<rect x='{left}' y='{y}' width='{wide * place.at:.1f}' height='18' fill='{colour}'/>"
        )
        parts.append(
            f"<text x='{left - 8}' y='{y + 15}' text-anchor='end' fill='{t.secondary}'>"
            f"{escape(place.words)}</text>"
        )
    return "".join(parts)
