"""Charts as plain values: a funnel, and a figure over time. They are described once, and each
medium draws them.

layouts/review/funnels.py draws them with Plotly, layouts/parts/svg_charts.py as small pictures and
on paper, layouts/papers/deck_charts.py in PowerPoint, layouts/papers/workbook.py in Excel. Numbers
are unrounded; `number` is how one is written.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from feeds.city.words import Lang
from feeds.kpis import Better, Unit
from feeds.review.review_values import Class, Standing, Standings
from layouts.text import numbers

Role = Literal["data", "concern", "special", "common", "before", "secondary", "text"]
Kind = Unit | Literal["text", "ratio", "points"]
Meaning = Literal["better", "worse", "neutral", "flat"]
BEYOND: tuple[Class, ...] = ("above998", "below998")
ROLES: Mapping[Meaning, Role] = {
    "better": "data",
    "worse": "concern",
    "neutral": "special",
    "flat": "common",
}


class Interval(NamedTuple):
    """What a value may be, with 95 % confidence."""

    low: float
    high: float


class Point(NamedTuple):
    """A town in a funnel: `x` its size, `y` its value, and the meaning of its place beyond the 99.8
    % limits: flat within them. Points beyond are named. `said` is its text.
    """

    name: str
    x: float
    y: float
    meaning: Meaning
    is_below: bool
    said: str = ""

    @property
    def is_named(self) -> bool:
        return self.meaning != "flat"

    @property
    def role(self) -> Role:
        return ROLES[self.meaning]


class Limit(NamedTuple):
    """One line of a funnel's limits of chance; None where none can be passed."""

    side: Literal["lower", "upper"]
    level: Literal["998", "95"]
    points: tuple[tuple[float, float | None], ...]


class Curve(NamedTuple):
    """A line of a funnel as paper lists it; without `is_listed` it is another's pair and the legend
    passes over it.
    """

    name: str
    is_listed: bool
    role: Role
    is_dashed: bool
    points: tuple[tuple[float, float], ...]


class Legend(NamedTuple):
    """What a funnel's lines and groups of points are called, where a legend says so."""

    centre: str
    limits: Mapping[str, str]
    groups: Mapping[Role, str]


@dataclass(frozen=True)
class Funnel:
    """Values against sizes: a point a town, the city's level `centre`, the limits around it."""

    title: str
    alt: str
    x_title: str
    y_title: str
    kind: Kind
    centre: float
    points: tuple[Point, ...]
    limits: tuple[Limit, ...]
    legend: Legend = field(default_factory=lambda: Legend("", {}, {}))

    @property
    def most(self) -> float:
        """The size of the largest town; 1 of none."""
        return max((point.x for point in self.points), default=1)

    @property
    def reach(self) -> float:
        """The size up to which the limits are known."""
        return max(x for limit in self.limits for x, _ in limit.points)

    def y_range(self) -> tuple[float, float]:
        """What an upright axis shows: every point, and the outer limits but for the smallest
        towns', which would squeeze the rest.
        """
        first = sorted(point.x for point in self.points)[len(self.points) // 4]
        edges = [
            y
            for limit in self.limits
            if limit.level == "998"
            for x, y in limit.points
            if x >= first and y is not None
        ]
        return rounded([self.centre, *(point.y for point in self.points), *edges], self.kind)

    def curves(self) -> tuple[Curve, ...]:
        """The city's level and the limits, each as far as it lies within `span`. The first has most
        points: LibreOffice drops a shorter line that stands before a longer one.
        """
        low, high = self.y_range()
        ends = (0.0, *(x for x, _ in self.limits[0].points))
        found = [
            Curve(self.legend.centre, True, "data", False, tuple((x, self.centre) for x in ends))
        ]
        seen: set[str] = set()
        for limit in self.limits:
            inside = tuple((x, y) for x, y in limit.points if y is not None and low <= y <= high)
            if inside:
                is_dashed = limit.level == "95"
                role: Role = "common" if is_dashed else "text"
                name = self.legend.limits[limit.level]
                found.append(Curve(name, name not in seen, role, is_dashed, inside))
                seen.add(name)
        return tuple(found)

    def groups(self) -> Iterator[tuple[Role, str, list[Point]]]:
        """The points by what they mean, as a legend lists them; groups without any are left out."""
        for role, words in self.legend.groups.items():
            if points := [point for point in self.points if point.role == role]:
                yield role, words, points


def funnel(
    standings: Standings,
    better: Better,
    names: Mapping[str, str],
    *,
    title: str,
    alt: str,
    x_title: str,
    y_title: str = "",
    legend: Legend | None = None,
    said: Callable[[Standing], str] = lambda _town: "",
) -> Funnel | None:
    """The funnel of towns side by side, with texts in the caller's words; None where there are too
    few data.
    """
    points = tuple(
        Point(
            names[town.town],
            town.spot.x,
            town.spot.y,
            meaning(town.cls, better),
            town.cls.startswith("below"),
            said(town),
        )
        for town in standings.towns
        if town.spot
    )
    if not points or not standings.limits:
        return None
    sides: tuple[Literal["lower", "upper"], ...] = ("lower", "upper")
    levels: tuple[Literal["998", "95"], ...] = ("998", "95")
    limits = tuple(
        Limit(side, level, tuple((at.x, getattr(at, side + level)) for at in standings.limits))
        for side in sides
        for level in levels
    )
    kind: Kind = "share" if standings.kind in ("share", "duration") else "ratio"
    return Funnel(
        title,
        alt,
        x_title,
        y_title,
        kind,
        standings.centre,
        points,
        limits,
        legend or Legend("", {}, {}),
    )


@dataclass(frozen=True)
class Timeline:
    """A figure over time: a point a week or month (`labels`), None where there was none, with the
    limits of the usual at each and which points are no chance.
    """

    title: str
    alt: str
    kind: Kind
    name: str
    labels: tuple[date, ...]
    values: tuple[float | None, ...]
    lower: tuple[float | None, ...]
    upper: tuple[float | None, ...]
    mean: tuple[str, float] | None
    target: tuple[str, float] | None
    signals: tuple[int, ...]
    role: Role
    limit_names: tuple[str, str] = ("", "")

    def levels(self) -> list[tuple[float, str]]:
        """The lines across the chart that have a name: mean, target, and the newest limits."""
        found = [(line[1], line[0]) for line in (self.mean, self.target) if line]
        for edge, name in zip((self.lower, self.upper), self.limit_names, strict=True):
            newest = edge[-1] if edge else None
            if name and newest is not None:
                found.append((newest, name))
        return found

    def y_range(self) -> tuple[float, float]:
        """What the upright axis shows: from zero for counts, the points and the limits."""
        known = [v for v in (*self.values, *self.lower, *self.upper) if v is not None]
        known += [line[1] for line in (self.mean, self.target) if line]
        if self.kind != "share":
            known.append(0.0)
        return rounded(known or [0.0, 1.0], self.kind)


def meaning(cls: Class, better: Better) -> Meaning:
    """What lying beyond a funnel's 99.8 % limit means."""
    if cls not in BEYOND:
        return "flat"
    if better == "neutral":
        return "neutral"
    return "better" if (cls == "above998") == (better == "up") else "worse"


def rounded(values: Sequence[float], kind: Kind) -> tuple[float, float]:
    """The ends of an axis that shows all values, at round numbers; for a share within 0 and 1."""
    low, high = min(values), max(values)
    room = (high - low or 0.1) * 0.04
    each = step(low - room, high + room)
    low, high = math.floor((low - room) / each) * each, math.ceil((high + room) / each) * each
    return round(max(low, 0.0), 6), round(min(high, 1.0) if kind == "share" else high, 6)


def step(low: float, high: float, count: int = 6) -> float:
    """From one number of a scale to the next: a round one that makes about so many."""
    found = 10.0 ** math.floor(math.log10((high - low) / count))
    return found * next(k for k in (1, 2, 5, 10) if (high - low) / (found * k) <= count)


def is_nothing(change: float, kind: Kind) -> bool:
    """Whether a change rounds to none."""
    return numbers.rounded(abs(change) * (10 if kind == "points" else 1000)) == 0


def number(value: float, kind: Kind, lang: Lang) -> str:
    """A number by its unit; a ratio with two decimals, points with a sign, and ∞ where it has no
    end.
    """
    if math.isinf(value):
        return "∞"
    if kind == "points":
        return "0" if is_nothing(value, kind) else f"{value:+.1f}".replace("-", numbers.MINUS)
    if kind == "ratio" or kind == "text":  # noqa: PLR1714  mypy narrows these
        return f"{value:.2f}"
    return numbers.text(value, kind, lang)
