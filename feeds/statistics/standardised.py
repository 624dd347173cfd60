"""Directly standardised rates: what a unit's rate would be if its population were made up as a
standard one is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from feeds.statistics import inputs
from feeds.statistics.inputs import BadInput
from feeds.statistics.intervals import Z95, Interval


def direct(
    counts: Sequence[float],
    populations: Sequence[float],
    standard: Sequence[float],
    *,
    z: float = Z95,
) -> Interval:
    """The rate Σ w·x/n ÷ Σ w over the groups of a population (such as its age groups).

    Its interval is Dobson's (Statistics in Medicine 1991), made from Byar's on the total count.

    `standard` are the weights w: the standard population of each group. A group whose count or
    population is unknown (NaN) belongs to no sum. Raises BadInput.
    """
    groups = [
        (x, n, w)
        for x, n, w in zip(counts, populations, standard, strict=True)
        if not (math.isnan(x) or math.isnan(n) or math.isnan(w))
    ]
    for x, n, w in groups:
        inputs.check_counts("a count", [x])
        inputs.check_counts("a population", [n])
        inputs.check_counts("a weight", [w])
        if n == 0 and (w or x):
            raise BadInput("a group of the standard population has nobody in this one")
    weights = sum(w for _, _, w in groups)
    if not weights:
        return Interval(math.nan, math.nan, math.nan)
    rate = sum(w * x / n for x, n, w in groups if n) / weights
    variance = sum(w**2 * x / n**2 for x, n, w in groups if n) / weights**2
    total = sum(x for x, _, _ in groups)
    low, high = byar(total, z)
    if total:
        per_case = math.sqrt(variance / total)
    else:  # as one case would count in the group that weighs most
        per_case = max(w / n for _, n, w in groups if n) / weights
    below, above = per_case * (total - low), per_case * (high - total)
    return Interval(rate, max(rate - below, 0.0), rate + above)


def byar(count: float, z: float = Z95) -> tuple[float, float]:
    """Between what the expectation of a count lies, by Byar's approximation (Breslow and Day
    1987).
    """
    low = count * (1 - 1 / (9 * count) - z / (3 * math.sqrt(count))) ** 3 if count else 0.0
    more = count + 1
    return low, more * (1 - 1 / (9 * more) + z / (3 * math.sqrt(more))) ** 3
