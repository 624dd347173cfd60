"""A KPI's control chart as it travels: completed weeks, months or quarters (or events) with their
limits, and what is to be said of the last of them.

It imports little, because pages read it; feeds/trends/trend_lines.py computes it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

from feeds.city import periods
from feeds.kpis.chart_verdicts import (
    BETWEEN,
    MARKS,
    TRIAL_BELOW,
    Assurance,
    Cause,
    Chart,
    Season,
    Variation,
)

TrendStep = Literal["week", "month", "quarter", "event"]


class Lines(NamedTuple):
    """The middle of a chart and its limits; None of a limit that can't be passed."""

    mean: float
    lower: float | None
    upper: float | None


class Trend(NamedTuple):
    """Points of weeks, months or quarters from `first` on, None where there was no value; the
    running one is not among them. With the step `event` each point is one of the days `at`: what
    lies between it and the one before.

    `mean`, `lower` and `upper` are the last point's, from point `since` on, before which they were
    others; None of fewer than three points. Other points have lines of their own (`line`) where
    `usual` says what their week lets expect, or, of shares, where `spread` is above 0: three
    standard deviations of a single case.
    `variation`, `cause` and `leaning` (1 up, -1 down) are the last point's, `run` how many of the
    latest points say the same; "none" where too little happens to tell. `marks` has a letter a
    point (chart_verdicts.MARKS). `sizes` are the cases behind the points of a share. `phi` is the
    dispersion of the figure's weeks, `extra` (τ²) what its months vary beyond that
    (feeds/statistics/changes.py).
    """

    step: TrendStep
    first: date
    points: tuple[float | None, ...]
    mean: float | None
    lower: float | None
    upper: float | None
    variation: Variation
    assurance: Assurance
    cause: Cause
    run: int
    since: int
    chart: Chart = "xmr"
    marks: str = ""
    leaning: int = 0
    season: Season = ""
    phi: float = 1.0
    extra: float = 0.0
    spread: float = 0.0
    sizes: tuple[int | None, ...] = ()
    usual: tuple[float | None, ...] = ()
    at: tuple[date, ...] = ()

    @property
    def days(self) -> tuple[date, ...]:
        """The first day of each point's week, month or quarter; of an event its own."""
        if self.step == "event":
            return self.at
        found = [self.first]
        for _ in self.points[1:]:
            found.append(periods.days(self.step, found[-1])[1])
        return tuple(found)

    @property
    def run_day(self) -> date:
        """The day from which the points have been as the last one is: gaps are no points."""
        known = [
            day for day, point in zip(self.days, self.points, strict=True) if point is not None
        ]
        return known[-min(max(self.run, 1), len(known))]

    @property
    def since_day(self) -> date:
        """The first day that the limits are made from."""
        return self.days[self.since]

    @property
    def is_trial(self) -> bool:
        """Whether the limits are made from fewer than twelve points, and so may still move much."""
        return sum(point is not None for point in self.points[self.since :]) < TRIAL_BELOW

    @property
    def is_between(self) -> bool:
        """Whether its points are what lies between two events, and not the figure itself."""
        return self.chart in BETWEEN

    @property
    def leans_up(self) -> bool:
        """Whether the last point's special cause points upwards."""
        if self.leaning:
            return self.leaning > 0
        known = [point for point in self.points if point is not None]
        if self.cause == "trend":
            return len(known) > 1 and known[-1] > known[-2]
        return self.mean is not None and known[-1] > self.mean

    @property
    def has_own_lines(self) -> bool:
        """Whether points have lines of their own."""
        return bool(self.usual) or self.spread > 0

    def line(self, point: int) -> Lines | None:
        """The middle and the limits of a point; None where it has none."""
        if point < self.since or self.mean is None or self.points[point] is None:
            return None
        if self.usual:
            last = next(one for one in reversed(self.usual) if one is not None)
            times = (self.usual[point] or 0) / last
            lower, upper = (None if one is None else one * times for one in self[4:6])
            return Lines(self.mean * times, lower, upper)
        size = self.sizes[point] if self.spread else None
        if size:
            half = self.spread / math.sqrt(size)
            return Lines(self.mean, max(self.mean - half, 0.0), min(self.mean + half, 1.0))
        return Lines(self.mean, self.lower, self.upper)

    def kind(self, point: int) -> Variation | Literal[""]:
        """What a point is; empty where there is nothing to say of it."""
        letter = self.marks[point] if self.marks else " "
        return MARKS.get(letter, "")


def encode(trend: Trend) -> list[Any]:
    """The trend as a list for the wire."""
    return [
        trend.step,
        trend.first.isoformat(),
        list(trend.points),
        *trend[3:-3],
        list(trend.sizes),
        list(trend.usual),
        [day.isoformat() for day in trend.at],
    ]


def decode(row: Sequence[Any] | None) -> Trend | None:
    """The trend that was encoded; None of none."""
    if row is None:
        return None
    step, first, points, *rest = row
    said, more = rest[:15], rest[15:]
    found = Trend(step, date.fromisoformat(first), tuple(points), *said)
    if not more:
        return found
    sizes, usual, at = more
    return found._replace(
        sizes=tuple(sizes),
        usual=tuple(usual),
        at=tuple(date.fromisoformat(day) for day in at),
    )
