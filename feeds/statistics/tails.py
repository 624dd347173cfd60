"""Exact tails of the binomial and the Poisson distribution, and the class that they give a unit.

A class is decided by a tail alone. Quantiles are only drawn, and may differ from the class by less
than one case.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
Class = Literal["common", "high95", "low95", "high998", "low998"]

CLASSES: tuple[Class, ...] = ("common", "high95", "low95", "high998", "low998")
# On which side of the centre a class beyond the limits lies.
SIDES = {"high998": "high", "low998": "low"}
FEWEST_DURATIONS = 30  # cases of a unit from which its durations are judged
TAIL_95, TAIL_998 = 0.025, 0.001


class Tails(NamedTuple):
    """The chance of so few (`low`: P(X ≤ x)) and of so many (`high`: P(X ≥ x)), of each unit."""

    low: Floats
    high: Floats


def binomial(x: Floats, n: Floats, share: float) -> Tails:
    """The tails of x of n where each case counts with the chance `share`. NaN of no cases."""
    known = n > 0
    size = np.where(known, n, 1).astype(np.int64)
    count = np.where(known, x, 0)
    low = special.bdtr(count, size, share)
    high = np.where(count > 0, special.bdtrc(np.maximum(count - 1, 0), size, share), 1.0)
    return Tails(np.where(known, low, np.nan), np.where(known, high, np.nan))


def poisson(x: Floats, expected: Floats) -> Tails:
    """The tails of a count x of which `expected` is the expectation. NaN where nothing is
    expected.
    """
    known = expected > 0
    mean = np.where(known, expected, 1.0)
    count = np.where(known, x, 0)
    low = special.pdtr(count, mean)
    high = np.where(count > 0, special.pdtrc(np.maximum(count - 1, 0), mean), 1.0)
    return Tails(np.where(known, low, np.nan), np.where(known, high, np.nan))


def narrowed(tails: Tails, factor: Floats) -> Tails:
    """The tails of normal scores that are smaller by a factor: what units differ beyond chance
    makes each of them less surprising.
    """
    low, high = (special.ndtr(np.minimum(special.ndtri(one), 0) * factor) for one in tails)
    return Tails(
        np.where(tails.low < 0.5, low, tails.low), np.where(tails.high < 0.5, high, tails.high)
    )


def classes(tails: Tails) -> list[Class]:
    """Each unit's class; common where there are no tails."""
    held = [
        tails.high < TAIL_998,
        tails.low < TAIL_998,
        tails.high < TAIL_95,
        tails.low < TAIL_95,
    ]
    names: list[Class] = ["high998", "low998", "high95", "low95"]
    found = np.select(held, range(len(names)), -1)
    return [names[i] if i >= 0 else "common" for i in found]


def binomial_limits(n: Floats, share: float, tail: float) -> tuple[Floats, Floats]:
    """The shares of n between which a tail lies on either side, as interpolated quantiles. NaN
    where no value can be beyond: all of n, or none of it, is within chance.
    """

    def up_to(count: Floats) -> Floats:
        found = special.bdtr(np.maximum(count, 0), n.astype(np.int64), share)
        return np.where(count < 0, 0.0, found)

    most = n.astype(np.float64)
    size = np.where(n > 0, most, np.nan)
    lower, upper = (_quantile(up_to, most, level) / size for level in (tail, 1 - tail))
    lower = np.where(np.float64(1 - share) ** n >= tail, np.nan, lower)
    upper = np.where(np.float64(share) ** n >= tail, np.nan, np.maximum(upper, 0))
    return lower, upper


def poisson_limits(expected: Floats, tail: float) -> tuple[Floats, Floats]:
    """The counts between which a tail lies on either side, over their expectation, as interpolated
    quantiles. NaN of a lower limit where none at all is within chance.
    """
    mean = np.where(expected > 0, expected, np.nan)

    def up_to(count: Floats) -> Floats:
        found = special.pdtr(np.maximum(count, 0), mean)
        return np.where(count < 0, 0.0, found)

    most = np.ceil(np.nan_to_num(mean + 10 * np.sqrt(mean) + 30))
    lower, upper = (_quantile(up_to, most, level) / mean for level in (tail, 1 - tail))
    return np.where(np.exp(-mean) >= tail, np.nan, lower), np.maximum(upper, 0)


def _quantile(up_to: Callable[[Floats], Floats], most: Floats, level: float) -> Floats:
    """The quantile of a count up to `most`, interpolated between the two counts around the level so
    that limits run smoothly (Spiegelhalter 2005, appendix A.1.1).
    """
    below, above = np.full(most.shape, -1.0), most
    while np.any(above - below > 1):
        middle = np.floor((below + above) / 2)
        reached = up_to(middle) > level
        below, above = np.where(reached, below, middle), np.where(reached, middle, above)
    upto, before = up_to(above), up_to(above - 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(above - (upto - level) / (upto - before), dtype=np.float64)
