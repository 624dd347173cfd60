"""Statistical process control with pandas: control charts and exact intervals of counts, for
callbacks, reports and analysts. Funnels are in feeds/statistics/funnels.py.

Methods and check values are in docs/explanation/statistics.md. The engine uses
feeds/statistics/xmr.py, which loads no pandas.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from feeds.kpis import Better
from feeds.kpis.chart_verdicts import TRIAL_BELOW, Assurance, Variation
from feeds.statistics import inputs, intervals, rates
from feeds.statistics import xmr as core
from feeds.statistics.inputs import BadInput
from feeds.statistics.intervals import Interval

wilson = intervals.wilson
difference = intervals.difference


@dataclass(frozen=True)
class Chart:
    """A control chart: `frame` as `xmr` says; the icons of variation (none of under 3 points) and
    assurance of its last segment; `dropped` are the points that have no value.
    """

    frame: pd.DataFrame
    variation: Variation
    assurance: Assurance
    dropped: tuple[Hashable, ...] = ()


def xmr(
    values: pd.Series[float] | Sequence[float | None],
    *,
    better: Better,
    target: float | None = None,
    rebase: Iterable[int | date | str] = (),
    screen: bool = True,
) -> Chart:
    """An XmR chart of points by date or position; `rebase`: positions, or days on or after which a
    segment begins.

    The frame has, per point: value, mean, lower, upper, near_lower, near_upper, special_cause
    (xmr.CAUSES), point_type (common_cause, special_cause_improvement, …_concern, …_neutral_high,
    …_neutral_low), segment (from 0), trial (under 12 points in the segment). A point without a
    value belongs to its segment's lines and to no run: its neighbours follow on each other; both
    names are None. Raises BadInput.
    """
    inputs.check_better(better)
    series = _series(values).sort_index()
    parts = [
        _segment(series.iloc[first:after], better, screen)
        for first, after in _segments(series.index, rebase)
    ]
    frame, row, dropped = _joined(parts)
    if row is None:
        return Chart(frame, "none", "none", dropped)
    lines = core.Limits(*(float(row[name]) for name in core.Limits._fields))
    assured = core.assurance(lines, target, better)
    return Chart(frame, _variation(str(row["point_type"])), assured, dropped)


def p_prime(
    numerators: pd.Series[float] | Sequence[float | None],
    denominators: pd.Series[float] | Sequence[float | None],
    *,
    better: Better,
    target: float | None = None,
    rebase: Iterable[int | date | str] = (),
) -> Chart:
    """Laney's p′ chart of shares x of n by date or position, with limits of each point.

    The frame is that of `xmr` with `numerator` and `denominator`; a point without a number or
    without cases has no value. Raises BadInput.
    """
    inputs.check_better(better)
    inputs.check_share_target(target)
    x, n = _series(numerators).sort_index(), _series(denominators).sort_index()
    if not x.index.equals(n.index):
        raise BadInput("numerators and denominators are not of the same points")
    known = x.notna() & n.notna()
    inputs.check_counts("a numerator", x[known])
    inputs.check_counts("a denominator", n[known])
    if bool((x[known] > n[known]).any()):
        raise BadInput("a numerator above its denominator makes no share")
    x, n = x.where(known & (n > 0)), n.where(known & (n > 0))
    parts = [
        _share_segment(x.iloc[first:after], n.iloc[first:after], better)
        for first, after in _segments(x.index, rebase)
    ]
    frame, row, dropped = _joined(parts)
    if row is None:
        return Chart(frame, "none", "none", dropped)
    lines = core.Limits(*(float(row[name]) for name in core.Limits._fields))
    assured = core.assurance(lines, target, better)
    return Chart(frame, _variation(str(row["point_type"])), assured, dropped)


def g(between: pd.Series[float] | Sequence[float], *, better: Better = "up") -> Chart:
    """A g chart of the cases between one failure and the next; `mean` in its frame is the median,
    and there is no lower limit. Raises BadInput.
    """
    return _of_between(between, better, rates.g_chart, rates.g_causes)


def t(days: pd.Series[float] | Sequence[float], *, better: Better = "up") -> Chart:
    """A t chart of the days between one event and the next. Raises BadInput."""
    return _of_between(days, better, rates.t_chart, lambda values, _: rates.t_causes(values))


def _of_between(
    between: pd.Series[float] | Sequence[float],
    better: Better,
    lines_of: Callable[[core.Floats], rates.Between],
    causes_of: Callable[[core.Floats, rates.Between], core.Causes],
) -> Chart:
    inputs.check_better(better)
    series = _series(between).sort_index()
    known = series.notna().to_numpy()
    inputs.check_counts("a distance", series[known])
    values = _floats(series)[known]
    lines = lines_of(values) if len(values) else rates.Between(*[math.nan] * 3)
    frame = pd.DataFrame({"value": series}).assign(
        mean=lines.centre, lower=lines.lower, upper=lines.upper
    )
    part = _named(frame, known, causes_of(values, lines), better)
    joined, row, dropped = _joined([part])
    said = "none" if row is None else _variation(str(row["point_type"]))
    return Chart(joined, said, "none", dropped)


def _segments(index: pd.Index, rebase: Iterable[int | date | str]) -> list[tuple[int, int]]:
    """From where to where segments go; there is one at least, which may be empty."""
    starts = sorted({0, *(_position(index, one) for one in rebase)})
    return list(pairwise([*starts, max(len(index), starts[-1])]))


def _joined(
    parts: list[pd.DataFrame],
) -> tuple[pd.DataFrame, pd.Series[Any] | None, tuple[Hashable, ...]]:
    """The segments as one frame; the last point of the last one, None where it has too few to say
    anything; and the points without a value.
    """
    numbered = [part.assign(segment=i) for i, part in enumerate(parts)]
    frame = pd.concat([part for part in numbered if len(part)] or numbered[:1])
    known = frame[frame["value"].notna()]
    dropped = tuple(frame.index[frame["value"].isna()])
    last = known[known["segment"] == frame["segment"].max()]
    return frame, (last.iloc[-1] if len(last) >= core.FEWEST else None), dropped


def _series(
    values: pd.Series[float] | Sequence[float | None] | Sequence[float],
) -> pd.Series[float]:
    return (
        values.astype("float64")
        if isinstance(values, pd.Series)
        else pd.Series(list(values), dtype="float64")
    )


def _position(index: pd.Index, one: int | date | str) -> int:
    """Where a segment begins: at a position, or at the first point on or after a day, which is one
    of the points' own zone. Raises BadInput.
    """
    if isinstance(one, int):
        if one < 0:
            raise BadInput(f"a segment can't begin at {one}")
        return one
    if not isinstance(index, pd.DatetimeIndex):
        raise BadInput(f"a segment can't begin on {one}: the points have no dates")
    day = pd.Timestamp(one)
    if index.tz is None and day.tzinfo is not None:
        raise BadInput(f"a segment can't begin at {one}: the points' dates have no zone")
    if index.tz is not None:
        day = day.tz_localize(index.tz) if day.tzinfo is None else day.tz_convert(index.tz)
    return int(index.searchsorted(day))


def _segment(series: pd.Series[float], better: Better, screen: bool) -> pd.DataFrame:
    known = series.notna().to_numpy()
    values = _floats(series)[known]
    lines = core.limits(values, screen=screen) if len(values) else core.Limits(*[math.nan] * 5)
    frame = pd.DataFrame({"value": series}).assign(**lines._asdict())
    return _named(frame, known, core.causes(values, lines), better)


def _share_segment(x: pd.Series[float], n: pd.Series[float], better: Better) -> pd.DataFrame:
    known = x.notna().to_numpy()
    lines = rates.p_prime(_floats(x)[known], _floats(n)[known])
    found = rates.p_prime_causes(_floats(x)[known], _floats(n)[known], lines)
    sizes, near = _floats(n), lines.sigma_z * 2 / 3
    frame = pd.DataFrame({"value": x / n, "mean": lines.mean})
    frame["lower"], frame["upper"] = rates.p_prime_limits(lines.mean, lines.sigma_z, sizes)
    frame["near_lower"], frame["near_upper"] = rates.p_prime_limits(lines.mean, near, sizes)
    return _named(frame.assign(numerator=x, denominator=n), known, found, better)


def _named(
    frame: pd.DataFrame, known: NDArray[np.bool_], found: core.Causes, better: Better
) -> pd.DataFrame:
    """The frame with each point's special cause and what it means."""
    names = [core.CAUSES[which] for which in found.which]
    kinds = [
        core.variation(name, int(leaning), better)
        for name, leaning in zip(names, found.leaning, strict=True)
    ]
    frame = frame.assign(special_cause=None, point_type=None)
    frame = frame.astype({"special_cause": object, "point_type": object})
    frame.loc[known, "special_cause"] = names
    frame.loc[known, "point_type"] = [
        "common_cause" if kind == "common" else f"special_cause_{kind}" for kind in kinds
    ]
    return frame.assign(trial=int(known.sum()) < TRIAL_BELOW)


def _floats(series: pd.Series[float]) -> core.Floats:
    return np.asarray(series, dtype=np.float64)


def _variation(point_type: str) -> Variation:
    return cast(
        Variation,
        "common" if point_type == "common_cause" else point_type.removeprefix("special_cause_"),
    )


def poisson(x: int, tail: float = 0.025) -> Interval:
    """A count with its exact interval as one of chance. Raises ValueError."""
    if x < 0:
        raise ValueError(f"{x} is no count")
    return Interval(
        x,
        float(special.gammaincinv(x, tail)) if x else 0.0,
        float(special.gammaincinv(x + 1, 1 - tail)),
    )


def ratio(
    x1: int, x2: int, exposure1: float = 1, exposure2: float = 1, tail: float = 0.025
) -> Interval:
    """The rate of one count over that of another, with the exact interval given their sum. Raises
    ValueError.
    """
    if min(x1, x2) < 0 or min(exposure1, exposure2) <= 0:
        raise ValueError("counts are at least 0, and exposures above it")
    scale = exposure2 / exposure1
    low = special.betaincinv(x1, x2 + 1, tail) if x1 else 0.0
    high = special.betaincinv(x1 + 1, x2, 1 - tail) if x2 else 1.0
    estimate = x1 / x2 * scale if x2 else math.inf if x1 else math.nan
    return Interval(
        estimate,
        *(float(share / (1 - share) * scale) if share < 1 else math.inf for share in (low, high)),
    )
