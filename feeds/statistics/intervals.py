"""Intervals of shares, 95 % by default, in plain arithmetic, so that drawing a tile loads no
library.

Intervals that need a library are in feeds/statistics/spc.py.
"""

from __future__ import annotations

import math
from typing import NamedTuple

Z95, Z998 = 1.959963984540054, 3.090232306167813


class Interval(NamedTuple):
    """What was estimated, between what it may lie with 95 % (or the asked) confidence. NaN where
    there was nothing to estimate from.
    """

    estimate: float
    low: float
    high: float


def wilson(x: float, n: float, z: float = Z95) -> Interval:
    """The share x of n with its Wilson score interval; of nothing it is anything between 0 and 1.
    Raises ValueError.
    """
    if not 0 <= x <= n:
        raise ValueError(f"{x} of {n} is no share")
    if n == 0:
        return Interval(math.nan, 0.0, 1.0)
    share, spare = x / n, z * z / n
    middle = (share + spare / 2) / (1 + spare)
    half = z / (1 + spare) * math.sqrt(share * (1 - share) / n + spare / (4 * n))
    return Interval(share, 0.0 if x == 0 else middle - half, 1.0 if x == n else middle + half)


def difference(x1: float, n1: float, x2: float, n2: float, z: float = Z95) -> Interval:
    """The first share less the second, with Newcombe's interval made of both Wilson intervals.
    Raises ValueError.
    """
    one, two = wilson(x1, n1, z), wilson(x2, n2, z)
    return gap(one, two) if n1 and n2 else Interval(math.nan, -1.0, 1.0)


def gap(one: Interval, two: Interval) -> Interval:
    """The first estimate less the second, which don't depend on each other, with an interval
    recovered from theirs (MOVER).
    """
    between = one.estimate - two.estimate
    below = math.hypot(one.estimate - one.low, two.high - two.estimate)
    above = math.hypot(one.high - one.estimate, two.estimate - two.low)
    return Interval(between, between - below, between + above)


def rate_ratio(x1: float, x2: float, exposure1: float, exposure2: float) -> Interval:
    """The rate of one count over that of another: Wilson's interval of the first's share of both,
    as a ratio. NaN of no cases.
    """
    if not x1 + x2 or min(exposure1, exposure2) <= 0:
        return Interval(math.nan, 0.0, math.inf)
    scale = exposure2 / exposure1
    share = wilson(x1, x1 + x2)
    return Interval(*(one / (1 - one) * scale if one < 1 else math.inf for one in share))
