"""What a change from one period to another is, and whether it is worth saying.

Plain arithmetic that loads no library. A count of real life scatters more than chance alone, so
each figure brings its own dispersion along; methods and check values are in
docs/explanation/statistics.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from feeds.statistics import inputs, intervals
from feeds.statistics.inputs import BadInput
from feeds.statistics.intervals import Z95, Interval

LEAST_COUNT, LEAST_SHARE, LEAST_DURATION = 0.05, 0.01, 0.05
FEW = 10  # under so many cases on either side a change is one of cases, not of per cent
LOCAL_WEEKS, FEWEST_WEEKS, KEPT_WEEKS = 13, 26, 104
FOUR_WEEKS = 4
SQUARES_WITHOUT_TWO = (
    0.5665  # mean of 13 squared normal scores of which the two largest are left out
)
USUAL_EXTRA = 0.05  # what units of one kind typically vary beyond chance, for weighing them alone
WHOLE = 0.9  # of its days a period must have had data on
FALSE_SHARE = 0.05

Reason = Literal["", "no_data", "days", "before_source"]


class Change(NamedTuple):
    """A change with its 95 % interval: cases of a count, points of a share (0.01 is one), and of a
    duration the part by which it is longer.

    `relative` is the change of a count over the period before, None where that would be a
    percentage of few. `p` is two-sided. `is_clear`: the interval excludes no change. `is_worth`: it
    is clear and reaches the least relevance. `is_few`: a side has under ten cases, so it is said as
    a difference in cases and never coloured.
    """

    difference: float
    low: float
    high: float
    relative: float | None
    p: float
    is_clear: bool
    is_worth: bool
    is_few: bool


def of_counts(
    now: float,
    before: float,
    *,
    phi: float = 1.0,
    extra: float = 0.0,
    days: tuple[float, float] = (1, 1),
    least: float = LEAST_COUNT,
) -> Change:
    """From one count to another of the same elapsed part: the variance is φ(x + y).

    `extra` (τ², see `variation` and `own_variation`) is what such counts vary from period to period
    beyond that: τ²(x² + y²) is added. `days`: how many each period has, where they differ; the
    change is then that to as many cases as the period before would have had. Raises BadInput.
    """
    inputs.check_counts("a count", (now, before))
    _check_phi(phi)
    scale = days[0] / days[1]
    expected = before * scale
    difference = now - expected
    variance = phi * (now + expected * scale) + extra * (now**2 + expected**2)
    low, high = _around(difference, math.sqrt(variance))
    is_few = min(now, before) < FEW
    corrected = max(abs(difference) - 1, 0.0) if is_few else abs(difference)
    p = _two_sided(corrected / math.sqrt(variance)) if variance else 1.0
    is_clear = _excludes_zero(low, high) and p < FALSE_SHARE
    is_relevant = abs(difference) >= least * expected
    relative = None if is_few else difference / expected
    return Change(difference, low, high, relative, p, is_clear, is_clear and is_relevant, is_few)


def of_shares(
    now: tuple[float, float],
    before: tuple[float, float],
    *,
    phi: float = 1.0,
    least: float = LEAST_SHARE,
) -> Change | None:
    """From one share (x, n) to another: Newcombe's interval, widened by √φ. None where a side has
    no case. Raises ValueError.
    """
    _check_phi(phi)
    if not now[1] or not before[1]:
        return None
    found = intervals.difference(*now, *before)
    difference, low, high = widened(found, phi)
    low, high = max(low, -1.0), min(high, 1.0)
    p = _p_of_shares(now, before, phi)
    is_clear = _excludes_zero(low, high)
    is_worth = is_clear and abs(difference) >= least - 1e-12
    is_few = min(now[1], before[1]) < FEW
    return Change(difference, low, high, None, p, is_clear, is_worth, is_few)


def of_durations(
    now: Interval,
    before: Interval,
    *,
    cases: tuple[float, float],
    phi: float = 1.0,
    least: float = LEAST_DURATION,
) -> Change | None:
    """From one duration to another, each with its interval (`quantile_between`): how much longer it
    is, as a part of the one before. None where a duration is not above 0.
    """
    _check_phi(phi)
    if min(now.low, before.low) <= 0 or not all(map(math.isfinite, (*now, *before))):
        return None
    logs = [Interval(*(math.log(one) for one in side)) for side in (now, before)]
    gap = widened(intervals.gap(*logs), phi)
    difference, low, high = (math.expm1(one) for one in gap)
    spread = (gap.high - gap.low) / (2 * Z95)
    p = _two_sided(abs(gap.estimate) / spread) if spread else float(gap.estimate == 0)
    is_clear = _excludes_zero(low, high)
    is_worth = is_clear and abs(difference) >= least
    is_few = min(cases) < FEW
    relative = None if is_few else difference
    return Change(difference, low, high, relative, p, is_clear, is_worth, is_few)


def widened(found: Interval, phi: float) -> Interval:
    """An interval whose ends are √φ times as far from its estimate."""
    root = math.sqrt(phi)
    below, above = found.estimate - found.low, found.high - found.estimate
    return Interval(found.estimate, found.estimate - root * below, found.estimate + root * above)


def quantile_between(n: float, quantile: float) -> tuple[float, float]:
    """Between which quantiles of n durations the true one lies with 95 % confidence: the order
    statistics of a binomial.
    """
    half = Z95 * math.sqrt(quantile * (1 - quantile) / n) if n else 1.0
    return max(quantile - half, 0.0), min(quantile + half, 1.0)


# How much a figure scatters


def dispersion(weekly: Sequence[float | None]) -> float:
    """φ of a figure: the mean of the squared Pearson residuals of its weekly counts against their
    13-week local mean over the last two years, at least 1.

    `weekly` are its counts, oldest first, None of weeks without data; of under 26 weeks φ is 1.
    Raises BadInput.
    """
    found = [float(one) for one in weekly if one is not None and not math.isnan(one)][-KEPT_WEEKS:]
    inputs.check_counts("a week", found)
    if len(found) < FEWEST_WEEKS:
        return 1.0
    squares = []
    for i, count in enumerate(found):
        local = found[max(0, i - LOCAL_WEEKS // 2) : i + LOCAL_WEEKS // 2 + 1]
        mean = sum(local) / len(local)
        if mean > 0:
            squares.append((count - mean) ** 2 / mean)
    return max(1.0, sum(squares) / len(squares)) if squares else 1.0


def share_dispersion(weekly: Sequence[tuple[float, float]]) -> float:
    """φ of a share, in the same way from the (x, n) of its weeks: squared residuals against the
    share of the 13 weeks around.
    """
    found = [(x, n) for x, n in weekly if n > 0][-KEPT_WEEKS:]
    if len(found) < FEWEST_WEEKS:
        return 1.0
    squares = []
    for i, (x, n) in enumerate(found):
        local = found[max(0, i - LOCAL_WEEKS // 2) : i + LOCAL_WEEKS // 2 + 1]
        share = sum(one for one, _ in local) / sum(of for _, of in local)
        if 0 < share < 1:
            squares.append((x - n * share) ** 2 / (n * share * (1 - share)))
    return max(1.0, sum(squares) / len(squares)) if squares else 1.0


def periods(weekly: Sequence[float], weeks: int = 13) -> list[float]:
    """The sums of whole periods of so many weeks, oldest first; what is left over at the beginning
    belongs to none.
    """
    kept = list(weekly[-KEPT_WEEKS:])
    first = len(kept) % weeks
    return [sum(kept[i : i + weeks]) for i in range(first, len(kept), weeks)]


def variation(counts: Sequence[Sequence[float]], phis: Sequence[float]) -> float:
    """τ²: the variance of units' counts from period to period, as a part of their square, beyond
    chance (φ of each unit) and beyond what all units did together.

    `counts` has a row a unit and in it its count of each period, such as a town's quarters. A φ of
    weeks does not know it, because it is measured against the weeks around. The fewer units and
    periods there are, the more is added for what is not known of it. 0 of too few (a single unit's
    variation is not to be told from the season).
    """
    rows = [sum(row) for row in counts]
    columns = [sum(column) for column in zip(*counts, strict=True)]
    whole = sum(rows)
    degrees = (sum(row > 0 for row in rows) - 1) * (sum(column > 0 for column in columns) - 1)
    if degrees <= 2:
        return 0.0
    found = weights = 0.0
    for row, total, phi in zip(counts, rows, phis, strict=True):
        for count, column in zip(row, columns, strict=True):
            expected = total * column / whole
            free = (1 - total / whole) * (1 - column / whole)
            if expected <= 0 or free <= 0:
                continue
            weight = (expected / (expected + phi / USUAL_EXTRA**2)) ** 2
            squared = (count - expected) ** 2 / free
            found += weight * (squared - phi * expected) / expected**2
            weights += weight
    unsure = degrees / (degrees - 2)  # as the variance of Student's t exceeds the normal's
    return max(0.0, unsure * found / weights) if weights else 0.0


def own_variation(weekly: Sequence[float | None], phi: float) -> float:
    """τ² of a single figure: how much its four weeks vary beyond chance (φ) from what they were a
    year before, once the year as a whole has risen or fallen. The season is no part of it.

    `weekly` are its counts, oldest first; 0 of under two whole years. The two of the thirteen that
    differ most count for nothing, because holidays move and a real change is no variation.
    """
    kept = [math.nan if one is None else float(one) for one in weekly[-KEPT_WEEKS:]]
    half = KEPT_WEEKS // 2
    if len(kept) < KEPT_WEEKS or any(map(math.isnan, kept)) or sum(kept[:half]) <= 0:
        return 0.0
    times = sum(kept[half:]) / sum(kept[:half])
    before = [one * times for one in periods(kept[:half], FOUR_WEEKS)]
    pairs = [
        (now, then) for now, then in zip(periods(kept[half:], FOUR_WEEKS), before, strict=True)
    ]
    sizes = [now**2 + then**2 for now, then in pairs]
    if min(sizes) <= 0:
        return 0.0
    k = len(pairs)
    by_chance = [
        phi * (now + times * then) / size for (now, then), size in zip(pairs, sizes, strict=True)
    ]
    apart = sorted(
        (now - then) ** 2 * k / (k - 1) / size
        for (now, then), size in zip(pairs, sizes, strict=True)
    )
    usual = sum(apart[:-2]) / (k - 2) / SQUARES_WITHOUT_TWO
    unsure = (k - 1) / (k - 3)  # as the variance of Student's t exceeds the normal's
    return max(0.0, unsure * (usual - sum(by_chance) / k))


# Many comparisons at once


class Named(NamedTuple):
    """Which of many comparisons are signals; how many were made, and how many of the signals are
    expected by chance.
    """

    signals: tuple[bool, ...]
    made: int
    by_chance: float


def benjamini_hochberg(p: Sequence[float], level: float = FALSE_SHARE) -> Named:
    """The comparisons that are rejected so that at most `level` of them are false (Benjamini and
    Hochberg 1995). NaN is no comparison. Raises BadInput.
    """
    known = sorted(one for one in p if not math.isnan(one))
    if known and not 0 <= known[0] <= known[-1] <= 1:
        raise BadInput("a p-value lies between 0 and 1")
    made = len(known)
    largest = -1.0
    for rank, one in enumerate(known, 1):
        if one <= level * rank / made:
            largest = one
    return Named(tuple(one <= largest for one in p), made, max(largest, 0.0) * made)


# Whether two periods can be compared


class Side(NamedTuple):
    """A period: its days, on how many of them there were data, the day (or moment) it begins, and
    when its source began to report, None where it never did; both in the same measure.
    """

    days: int
    days_with_data: int
    start: float
    source_began: float | None


def incomparable(side: Side) -> Reason:
    """Why a period is compared with nothing: it has no data, has them on under 90 % of its days,
    or began before its source did. Empty where it is whole.
    """
    if side.source_began is None or not side.days_with_data:
        return "no_data"
    if side.source_began > side.start:
        return "before_source"
    if side.days_with_data < WHOLE * side.days:
        return "days"
    return ""


def why_not_compared(now: Side, before: Side) -> Reason:
    """Why two periods are not compared, the present one's reason first; empty where both are
    whole.
    """
    return incomparable(now) or incomparable(before)


def _around(estimate: float, spread: float) -> tuple[float, float]:
    return estimate - Z95 * spread, estimate + Z95 * spread


def _excludes_zero(low: float, high: float) -> bool:
    return low > 0 or high < 0


def _two_sided(z: float) -> float:
    return math.erfc(z / math.sqrt(2))


def _p_of_shares(now: tuple[float, float], before: tuple[float, float], phi: float) -> float:
    """Two shares as one: the score test, whose variance is that of both together."""
    (x1, n1), (x2, n2) = now, before
    share = (x1 + x2) / (n1 + n2)
    variance = phi * share * (1 - share) * (1 / n1 + 1 / n2)
    return _two_sided(abs(x1 / n1 - x2 / n2) / math.sqrt(variance)) if variance else 1.0


def _check_phi(phi: float) -> None:
    if not 1 <= phi < math.inf:
        raise BadInput(f"a dispersion is at least 1 (chance alone), not {phi:g}")
