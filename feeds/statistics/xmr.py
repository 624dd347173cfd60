"""The arithmetic of XmR control charts over one segment's points as a plain array: limits, special
causes, what they mean.

Callers remove points without a value before. Frames, dates and segments are the callers'
(feeds/statistics/spc.py, feeds/trends/trend_lines.py).
"""

from __future__ import annotations

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
FEWEST = 3
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


def limits(values: Floats, *, screen: bool = True) -> Limits:
    """Limits from the mean moving range. With `screen` moving ranges far beyond the mean one are
    left out of it, once.

    Where that would leave no spread between points that do differ (almost all are alike), nothing
    is left out.
    """
    mean = float(values.mean())
    ranges = np.abs(np.diff(values))
    spread = float(ranges.mean()) if ranges.size else np.nan
    if screen and spread > 0:
        spread = float(ranges[ranges < SCREEN * spread].mean()) or spread
    return Limits(
        mean,
        mean - LIMIT * spread,
        mean + LIMIT * spread,
        mean - NEAR * spread,
        mean + NEAR * spread,
    )


def causes(values: Floats, lines: Limits) -> Causes:
    """The special cause of each point: the first that holds of outside, trend, two of three, shift.

    A trend points where it runs to, everything else to the point's side of the mean.
    """
    room = _EXACT * float(
        np.abs(values).max(initial=0)
    )  # a mean of equal numbers may differ from them in its last digit
    above, below = values > lines.mean + room, values < lines.mean - room
    sides = above.astype(np.int8) - below.astype(np.int8)
    outside = (values > lines.upper + room) | (values < lines.lower - room)
    near = ~outside & ((values > lines.near_upper + room) | (values < lines.near_lower - room))
    trend = whole_run(trend_ends(values))
    held = (
        outside,
        trend != 0,
        two_of_three(near, sides) & near,
        whole_run(shift_ends(sides)) != 0,
    )
    which = np.select(held, (1, 2, 3, 4), 0)
    return Causes(which, np.where(which == 2, trend, sides))


def shift_ends(sides: Signs) -> Signs:
    """Where seven points in a row end that lie on one side of the mean, by that side. A point on
    the mean breaks the row.
    """
    return _full(sides, RUN)


def trend_ends(values: Floats) -> Signs:
    """Where seven points end of which each is higher (1) or lower (-1) than the one before. Equal
    points break the row.
    """
    steps = np.sign(np.diff(values)).astype(np.int8)
    return np.concatenate([np.zeros(min(1, len(values)), np.int8), _full(steps, RUN - 1)])


def whole_run(ends: Signs) -> Signs:
    """All seven points of each row that ends at a marked point; of a point in two rows the upward
    one.
    """
    up, down = (_within(ends == sign, RUN) for sign in (1, -1))
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
