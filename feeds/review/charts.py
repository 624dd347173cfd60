"""The control charts of a review: a figure's weeks or months up to the end of the quarter, with
their limits and signals. Pure.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
from scipy import special

from feeds import kpis
from feeds.city import periods
from feeds.kpis import Step
from feeds.review import review_values
from feeds.review.agenda_history import Series
from feeds.review.review_values import Control
from feeds.statistics import xmr

FEWEST = 12  # points, before limits are drawn
WEEKS = 52


def of(kpi: str, area: str, series: Series) -> Control:
    """The chart of a figure."""
    values = tuple(_kept(one.value) for one in series.readings)
    sizes = tuple(_kept(one.of) for one in series.readings)
    plain = Control(kpi, area, series.step, series.first.isoformat(), values, sizes, None)
    known = [n for n, value in enumerate(values) if value is not None]
    points = np.array([values[n] for n in known], dtype=np.float64)
    if len(points) < FEWEST or kpis.CATALOGUE[kpi].unit == "share":
        return plain
    lines = xmr.limits(points)
    which, leaning = xmr.causes(points, lines)
    lower = review_values.kept(max(lines.lower, 0.0))
    upper = review_values.kept(lines.upper)
    signals = [0] * len(values)
    for n, cause, side in zip(known, which, leaning, strict=True):
        signals[n] = int(side) if cause else 0
    return replace(
        plain,
        mean=review_values.kept(lines.mean),
        lower=(lower,),
        upper=(upper,),
        signals=tuple(signals),
    )


def stretch(control: Control, start: date) -> tuple[float, float, float]:
    """The point from `start` on that lies farthest from the mean: by how much, as a part of the
    mean; by how much from the same weeks a year before; and the chance that one of so many lies so
    far. (0, 0, 1) where there are no limits, or no year before.
    """
    days = dates(control)
    found = []
    for n, value in enumerate(control.points):
        before = [
            one for one in control.points[max(n - WEEKS - 1, 0) : max(n - WEEKS + 2, 0)] if one
        ]
        low, high = control.limits(n)
        if days[n] < start or value is None or not before or not control.mean:
            continue
        if low is None or high is None:
            continue
        sigma = max(high - control.mean, control.mean - low) / 3
        z = (value - control.mean) / sigma if sigma else 0.0
        of_year = min((value / one - 1 for one in before), key=abs)
        found.append((abs(z), value / control.mean - 1, of_year))
    if not found:
        return 0.0, 0.0, 1.0
    z, of_mean, of_year = max(found)
    return of_mean, of_year, min(2 * float(special.ndtr(-z)) * len(found), 1.0)


def latest(control: Control, side: int, start: date) -> tuple[str, int]:
    """Since when (ISO day), and for how many points, the newest signal on a side lasts that reaches
    into the days from `start` on; "" and 0 where there is none.
    """
    days = dates(control)
    signals = control.signals
    last = max((n for n, one in enumerate(signals) if one == side and days[n] >= start), default=-1)
    if last < 0:
        return "", 0
    first = last
    while first and signals[first - 1] == side:
        first -= 1
    return days[first].isoformat(), last - first + 1


def is_beyond(control: Control, since: str, run: int) -> bool:
    """Whether one of the points from a day on lies beyond a limit."""
    days = dates(control)
    first = days.index(date.fromisoformat(since)) if since else len(days)
    for n in range(first, first + run):
        value, (low, high) = control.points[n], control.limits(n)
        if value is None or low is None or high is None:
            continue
        if value < low or value > high:
            return True
    return False


def dates(control: Control) -> list[date]:
    """The first day of each point's week or month."""
    step: Step = control.step
    found = [date.fromisoformat(control.first)]
    for _ in control.points[1:]:
        found.append(periods.days(step, found[-1])[1])
    return found


def _kept(value: float | None) -> float | None:
    return None if value is None else review_values.kept(value)
