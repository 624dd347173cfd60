"""The control charts of a review: a figure's weeks or months up to the end of the quarter, with
their limits and signals. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from scipy import special

from feeds import kpis
from feeds.city import periods
from feeds.kpis import Step
from feeds.review import review_values
from feeds.review.agenda_history import Series
from feeds.review.review_values import OVERDUE, Control, Reading
from feeds.statistics import rates, xmr

WEEKS = 52


def of(kpi: str, area: str, series: Series) -> Control:
    """The chart of a figure."""
    values = tuple(_kept(one.value) for one in series.readings)
    sizes = tuple(_kept(one.of) for one in series.readings)
    plain = Control(kpi, area, series.step, series.first.isoformat(), values, sizes, None)
    if kpi != OVERDUE and kpis.CATALOGUE[kpi].unit == "share":
        return _of_shares(plain, series)
    return _of_values(plain)


def _of_values(plain: Control) -> Control:
    """An XmR chart. A stock's points follow on each other, so its limits are wider and its runs
    longer.
    """
    known = [n for n, value in enumerate(plain.points) if value is not None]
    points = np.array([plain.points[n] for n in known], dtype=np.float64)
    if len(points) < review_values.FEWEST_POINTS:
        return plain
    is_stock = plain.kpi == OVERDUE or kpis.CATALOGUE[plain.kpi].kind == "stock"
    lines = xmr.stock_limits(points) if is_stock else xmr.limits(points)
    found = xmr.stock_causes(points, lines) if is_stock else xmr.causes(points, lines)
    lower, upper = review_values.kept(max(lines.lower, 0.0)), review_values.kept(lines.upper)
    return _charted(plain, known, found, lines.mean, (lower,), (upper,))


def _of_shares(plain: Control, series: Series) -> Control:
    """A p′ chart, which knows how many cases are behind each point; without limits where there are
    too few.
    """
    known = [n for n, one in enumerate(series.readings) if one.of and one.n is not None]
    x = np.array([series.readings[n].n for n in known], dtype=np.float64)
    n = np.array([series.readings[n].of for n in known], dtype=np.float64)
    if len(known) < review_values.FEWEST_POINTS or bool((x > n).any()) or bool((x < 0).any()):
        return plain
    lines = rates.p_prime(x, n)
    if not rates.is_enough(n, lines.mean):
        return plain
    found = rates.p_prime_causes(x, n, lines)
    lower: list[float | None] = [None] * len(plain.points)
    upper: list[float | None] = [None] * len(plain.points)
    for at, low, high in zip(known, lines.lower, lines.upper, strict=True):
        lower[at], upper[at] = review_values.kept(low), review_values.kept(high)
    return _charted(plain, known, found, lines.mean, tuple(lower), tuple(upper))


def _charted(
    plain: Control,
    known: Sequence[int],
    found: xmr.Causes,
    mean: float,
    lower: tuple[float | None, ...],
    upper: tuple[float | None, ...],
) -> Control:
    signals = [0] * len(plain.points)
    for n, cause, side in zip(known, found.which, found.leaning, strict=True):
        signals[n] = int(side) if cause else 0
    return replace(
        plain,
        mean=review_values.kept(mean),
        lower=lower,
        upper=upper,
        signals=tuple(signals),
    )


def added_up(kinds: Sequence[Series]) -> Series:
    """The sum of several counts, week by week; as long as the longest."""
    longest = max(kinds, key=lambda one: len(one.readings))
    values = [0.0] * len(longest.readings)
    for one in kinds:
        missing = len(values) - len(one.readings)
        for n, reading in enumerate(one.readings, missing):
            values[n] += reading.n or 0.0
    return longest._replace(readings=tuple(Reading(n, n) for n in values))


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
