"""Control charts of shares: Laney's p′ chart (Quality Engineering 2002), which knows how many cases
are behind each point; and, where the rarer outcome is too rare for one, cases or days between.

Plain arrays, like feeds/statistics/xmr.py, whose rules hold here too.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from feeds.statistics import xmr
from feeds.statistics.xmr import Causes, Floats, Limits

ENOUGH = 2  # of the rarer outcome, expected at the median point
WEIBULL = 3.6  # days between events of a steady rate are about normal after this root (Nelson 1994)
D2 = 1.128  # the mean moving range of a normal is so many standard deviations
SCORES = Limits(0.0, -3.0, 3.0, -2.0, 2.0)


class PPrime(NamedTuple):
    """The lines of a p′ chart: p̄, σ_z, and at each point the limits, cut at 0 and 1. NaN of a point
    without cases.
    """

    mean: float
    sigma_z: float
    lower: Floats
    upper: Floats


def p_prime(x: Floats, n: Floats) -> PPrime:
    """The lines of shares x of n, point by point; points without cases belong to none of them."""
    some = n > 0
    whole = float(n[some].sum())
    if not whole:
        nothing = np.full(len(n), np.nan)
        return PPrime(np.nan, np.nan, nothing, nothing)
    mean = float(x[some].sum()) / whole
    z = _plain_scores(x[some], n[some], mean)
    sigma_z = float(np.abs(np.diff(z)).mean()) / D2 if len(z) > 1 else np.nan
    return PPrime(mean, sigma_z, *p_prime_limits(mean, sigma_z, n))


def p_prime_limits(mean: float, sigma_z: float, n: Floats) -> tuple[Floats, Floats]:
    """The limits p̄ ± 3 σ σ_z of shares of n cases, cut at 0 and 1."""
    size = np.where(n > 0, n, np.nan)
    half = 3 * sigma_z * np.sqrt(mean * (1 - mean) / size)
    return np.maximum(mean - half, 0.0), np.minimum(mean + half, 1.0)


def p_prime_causes(x: Floats, n: Floats, lines: PPrime, *, run: int = xmr.RUN) -> Causes:
    """The special causes of points that all have cases: the rules of the XmR chart on z ÷ σ_z."""
    if not lines.sigma_z > 0:  # all alike, or a single point
        zeros = np.zeros(len(x))
        return Causes(zeros.astype(np.intp), zeros.astype(np.int8))
    scores = _plain_scores(x, n, lines.mean) / lines.sigma_z
    return xmr.causes(scores, SCORES, run=run, at_bound=(x == 0) | (x == n))


def is_enough(n: Floats, mean: float) -> bool:
    """Whether enough cases are behind a point: of the rarer outcome two are expected at the median
    point.
    """
    return bool(len(n)) and float(np.median(n)) * min(mean, 1 - mean) >= ENOUGH


def _plain_scores(x: Floats, n: Floats, mean: float) -> Floats:
    sigma = np.sqrt(mean * (1 - mean) / n)
    if not mean * (1 - mean) > 0:
        return np.zeros(len(x))
    return np.asarray((x / n - mean) / sigma, dtype=np.float64)


class Between(NamedTuple):
    """The lines of a chart of what lies between two events: its centre, and the limits beyond which
    it is special. A limit that can't be passed is NaN.
    """

    centre: float
    lower: float
    upper: float


def g_chart(between: Floats) -> Between:
    """The lines of a g chart, of the cases between one failure and the next (Benneyan 2001): the
    median, and m + 3 √(m (m + 1)) of their mean m.
    """
    mean = float(between.mean())
    upper = mean + 3 * float(np.sqrt(mean * (mean + 1)))
    return Between(float(np.median(between)), np.nan, upper)


def g_causes(between: Floats, lines: Between, *, run: int = xmr.RUN) -> Causes:
    """The special causes of cases between failures. There is no line to be near to."""
    return xmr.causes(between, _without_near(lines), run=run)


def t_chart(days: Floats) -> Between:
    """The lines of a t chart, of the days between one event and the next: an XmR chart of their
    3.6th root, turned back.
    """
    lines = xmr.limits(_root(days))
    lower = lines.lower**WEIBULL if lines.lower > 0 else np.nan
    return Between(lines.mean**WEIBULL, lower, lines.upper**WEIBULL)


def t_causes(days: Floats, *, run: int = xmr.RUN) -> Causes:
    """The special causes of days between events, by the rules of the XmR chart on their root."""
    roots = _root(days)
    return xmr.causes(roots, xmr.limits(roots), run=run)


def cases_between(failures: NDArray[np.int64], others: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Of each failure but the first: in which step it fell, and how many other cases lie between it
    and the one before. `failures` and `others` are the cases of each day; a day's failures come
    after its others, because nothing says in which order they came.
    """
    found: list[tuple[int, int]] = []
    waiting, has_begun = 0, False
    for step, (failed, other) in enumerate(zip(failures, others, strict=True)):
        waiting += int(other)
        for _ in range(int(failed)):
            if has_begun:
                found.append((step, waiting))
            waiting, has_begun = 0, True
    return found


def _root(days: Floats) -> Floats:
    return np.asarray(days ** (1 / WEIBULL), dtype=np.float64)


def _without_near(lines: Between) -> Limits:
    lower = -np.inf if np.isnan(lines.lower) else lines.lower
    return Limits(lines.centre, lower, lines.upper, -np.inf, np.inf)
