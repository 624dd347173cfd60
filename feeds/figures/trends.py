"""A KPI's control chart as it travels: completed weeks or months with their limits, and the verdict
on the last of them.

It imports little, because pages read it; feeds/trends/trend_lines.py computes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from feeds.city import periods
from feeds.kpis import Step
from feeds.kpis.chart_verdicts import TRIAL_BELOW, Assurance, Cause, Variation


class Trend(NamedTuple):
    """Points of weeks or months from `first` on, None where there was no value; the running one is
    not among them.

    Mean and limits hold from point `since` on, before it they were others; they are None of fewer
    than three points. `variation` and `cause` are the last point's, `run` how many of the latest
    points say the same; "none" where too little happens to tell.
    """

    step: Step
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

    @property
    def days(self) -> tuple[date, ...]:
        """The first day of each point's week or month."""
        found = [self.first]
        for _ in self.points[1:]:
            found.append(periods.days(self.step, found[-1])[1])
        return tuple(found)

    @property
    def since_day(self) -> date:
        """The first day that the limits are made from."""
        return self.days[self.since]

    @property
    def is_trial(self) -> bool:
        """Whether the limits are made from fewer than twelve points, and so may still move much."""
        return sum(point is not None for point in self.points[self.since :]) < TRIAL_BELOW


def encode(trend: Trend) -> list[Any]:
    """The trend as a list for the wire."""
    return [trend.step, trend.first.isoformat(), list(trend.points), *trend[3:]]


def decode(row: Sequence[Any] | None) -> Trend | None:
    """The trend that was encoded; None of none."""
    if row is None:
        return None
    step, first, points, *rest = row
    return Trend(step, date.fromisoformat(first), tuple(points), *rest)
