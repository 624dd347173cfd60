"""The arithmetic of XmR control charts over one segment's points as a plain array: limits, special
causes, what they mean.

Callers remove points without a value before. Frames, dates and segments are the callers'
(feeds/statistics/spc.py, feeds/trends/trend_lines.py).
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from feeds.kpis import Better
from feeds.kpis.chart_verdicts import Assurance, Variation

Cause = Literal["common", "outside", "trend", "two_of_three", "shift"]
Floats = NDArray[np.float64]
Signs = NDArray[np.int8]

CAUSES: tuple[Cause, ...] = ("common", "outside", "trend", "two_of_three", "shift")
LIMIT = 2.66
NEAR = 2.66 * 2 / 3
SCREEN = 3.267
RUN = 7
STOCK_RUN = 12  # of points that follow on each other by nature
MOST_FOLLOWING = 0.9
FEWEST = 3
SMALL = 30.0  # a mean below which a count's own chance is looked at
FEW_STAND = 2.0  # cases that stand: so few are no signal
WITHIN_LIMIT, WITHIN_NEAR = 0.99865, 0.97725  # below three and two standard deviations
_EXACT = 1e-12


class Limits(NamedTuple):
    """The lines of a chart, in the unit of its points. NaN but for the mean where there is a single
    point.
    """

    mean: float
    lower: float
    upper: float
    near_lower: float
    near_upper: float


class Causes(NamedTuple):
    """Of each point its special cause (an index into CAUSES) and where that points: 1 up, -1 down,
    0 on the mean.
    """

    which: NDArray[np.intp]
    leaning: Signs


def limits(values: Floats, *, screen: bool = True, widened: float = 1.0) -> Limits:
    """Limits from the mean moving range. With `screen` moving ranges far beyond the mean one are
    left out of it, once.

    Where that would leave no spread between points that do differ (almost all are alike), nothing
    is left out. `widened`: how many times as far the limits are from the mean (`following`).
    """
    mean = float(values.mean())
    ranges = np.abs(np.diff(values))
    spread = float(ranges.mean()) if ranges.size else np.nan
    if screen and spread > 0:
        spread = float(ranges[ranges < SCREEN * spread].mean()) or spread
    spread *= widened
    return Limits(
        mean,
        mean - LIMIT * spread,
        mean + LIMIT * spread,
        mean - NEAR * spread,
        mean + NEAR * spread,
    )


def stock_limits(values: Floats) -> Limits:
    """Limits of what stands (open, overdue): as wide as its points follow on each other, and upper
    ones not below what chance alone gives around so small a mean, the exact quantiles of Poisson.
    One open case is no signal where one in twenty is usual; one or two are none anywhere.
    """
    lines = limits(values, widened=following(values))
    if not 0 < lines.mean < SMALL:
        return lines
    upper, near = (_most_by_chance(lines.mean, level) for level in (WITHIN_LIMIT, WITHIN_NEAR))
    upper = max(upper, FEW_STAND)
    return lines._replace(upper=max(lines.upper, upper), near_upper=max(lines.near_upper, near))


def _most_by_chance(mean: float, level: float) -> float:
    """The least count that is not exceeded with so much probability."""
    count, probability = 0, math.exp(-mean)
    total = probability
    while total < level:
        count += 1
        probability *= mean / count
        total += probability
    return float(count)


def following(values: Floats) -> float:
    """How much wider the limits of a stock are: √((1 + r) / (1 - r)) of the lag-1 autocorrelation r
    of its points, from 0 to 0.9. What is open this week is mostly what was open last week, so their
    moving range says too little of how far they stray.
    """
    apart = values - values.mean() if len(values) else values
    whole = float((apart**2).sum())
    if len(values) < FEWEST or not whole:
        return 1.0
    r = float((apart[1:] * apart[:-1]).sum()) / whole
    r = min(max(r, 0.0), MOST_FOLLOWING)
    return float(np.sqrt((1 + r) / (1 - r)))


def causes(
    values: Floats,
    lines: Limits,
    *,
    run: int = RUN,
    at_bound: NDArray[np.bool_] | None = None,
) -> Causes:
    """The special cause of each point: the first that holds of outside, trend, two of three, shift.

    A trend points where it runs to, everything else to the point's side of the mean. `run` is the
    length of trend and shift. A point that `at_bound` marks is at the end of what its value can be
    (all of its cases, or none): it is on no side of the mean, and neither makes nor breaks a run.
    """
    room = _EXACT * float(
        np.abs(values).max(initial=0)
    )  # a mean of equal numbers may differ from them in its last digit
    above, below = values > lines.mean + room, values < lines.mean - room
    sides = above.astype(np.int8) - below.astype(np.int8)
    outside = (values > lines.upper + room) | (values < lines.lower - room)
    near = ~outside & ((values > lines.near_upper + room) | (values < lines.near_lower - room))
    trend = whole_run(trend_ends(values, run), run)
    free = np.ones(len(values), np.bool_) if at_bound is None else ~at_bound
    twice, shifted = np.zeros(len(values), np.bool_), np.zeros(len(values), np.bool_)
    twice[free] = two_of_three(near[free], sides[free]) & near[free]
    shifted[free] = whole_run(shift_ends(sides[free], run), run) != 0
    which = np.select((outside, trend != 0, twice, shifted), (1, 2, 3, 4), 0)
    return Causes(which, np.where(which == 2, trend, sides))


def stock_causes(values: Floats, lines: Limits) -> Causes:
    """The special causes of what stands. Where it mostly is 0, being 0 is on no side of the mean:
    forty quiet weeks after one case are nothing that got better; nor is a case or two that wait for
    some weeks anything that got worse.
    """
    is_mostly_none = bool(len(values)) and not np.median(values)
    few = values <= FEW_STAND if is_mostly_none else None
    return causes(values, lines, run=STOCK_RUN, at_bound=few)


def shift_ends(sides: Signs, run: int = RUN) -> Signs:
    """Where seven points (`run`) in a row end that lie on one side of the mean, by that side. A
    point on the mean breaks the row.
    """
    return _full(sides, run)


def trend_ends(values: Floats, run: int = RUN) -> Signs:
    """Where seven points (`run`) end of which each is higher (1) or lower (-1) than the one before.
    Equal points break the row.
    """
    steps = np.sign(np.diff(values)).astype(np.int8)
    return np.concatenate([np.zeros(min(1, len(values)), np.int8), _full(steps, run - 1)])


def whole_run(ends: Signs, run: int = RUN) -> Signs:
    """All seven points (`run`) of each row that ends at a marked point; of a point in two rows the
    upward one.
    """
    up, down = (_within(ends == sign, run) for sign in (1, -1))
    return np.where(up, 1, np.where(down, -1, 0)).astype(np.int8)


def two_of_three(near: NDArray[np.bool_], sides: Signs) -> NDArray[np.bool_]:
    """All three points of three in a row on the same side of the mean of which at least two are
    near a limit.
    """
    if len(near) < 3:
        return np.zeros(len(near), np.bool_)
    three = np.ones(3, np.int8)
    held = (np.convolve(near, three, "valid") >= 2) & (
        np.abs(np.convolve(sides, three, "valid")) == 3
    )
    return _within(np.concatenate([[False, False], held]), 3)


def variation(cause: Cause, leaning: int, better: Better) -> Variation:
    """What a point's cause means for a figure that should rise, fall, or neither."""
    if cause == "common":
        return "common"
    if better == "neutral":
        return "neutral_high" if leaning > 0 else "neutral_low"
    return "improvement" if leaning == (1 if better == "up" else -1) else "concern"


def assurance(lines: Limits, target: float | None, better: Better) -> Assurance:
    """Whether the target is met by every point that common cause can bring, by none, or now and
    then.
    """
    if target is None or better == "neutral" or np.isnan(lines.lower):
        return "none"
    passes, fails = (
        (lines.lower >= target, lines.upper < target)
        if better == "up"
        else (lines.upper <= target, lines.lower > target)
    )
    return "passes" if passes else "fails" if fails else "varies"


def _full(signs: Signs, length: int) -> Signs:
    """1 or -1 where the last so many signs are all that."""
    found = np.zeros(len(signs), np.int8)
    if len(signs) >= length:
        sums = np.convolve(signs, np.ones(length, np.int8), "valid")
        found[length - 1 :] = (sums == length).astype(np.int8) - (sums == -length).astype(np.int8)
    return found


def _within(ends: NDArray[np.bool_], length: int) -> NDArray[np.bool_]:
    """Every point of the stretches of so many points that end where marked."""
    if not len(ends):
        return np.zeros(0, np.bool_)
    return np.convolve(ends, np.ones(length, np.int8))[length - 1 :] > 0
