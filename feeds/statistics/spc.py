"""Statistical process control with pandas: control charts and exact intervals of counts, for
callbacks, reports and analysts. Funnels are in feeds/statistics/funnels.py.

Methods and check values are in docs/explanation/statistics.md. The engine uses
feeds/statistics/xmr.py, which loads no pandas.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import cast

import numpy as np
import pandas as pd
from scipy import special

from feeds.kpis import Better
from feeds.kpis.chart_verdicts import TRIAL_BELOW, Assurance, Variation
from feeds.statistics import inputs, intervals
from feeds.statistics import xmr as core
from feeds.statistics.inputs import BadInput
from feeds.statistics.intervals import Interval

wilson = intervals.wilson
difference = intervals.difference


@dataclass(frozen=True)
class Chart:
    """An XmR chart: `frame` as `xmr` says; the icons of variation (none of under 3 points) and
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
    starts = sorted({0, *(_position(series.index, one) for one in rebase)})
    edges = [*starts, max(len(series), starts[-1])]
    parts = [
        _segment(series.iloc[first:after], better, screen).assign(segment=i)
        for i, (first, after) in enumerate(pairwise(edges))
    ]
    frame = pd.concat([part for part in parts if len(part)] or parts[:1])
    known = frame[frame["value"].notna()]
    dropped = tuple(frame.index[frame["value"].isna()])
    last = known[known["segment"] == frame["segment"].max()]
    if len(last) < core.FEWEST:
        return Chart(frame, "none", "none", dropped)
    row = last.iloc[-1]
    lines = core.Limits(*(float(row[name]) for name in core.Limits._fields))
    assured = core.assurance(lines, target, better)
    return Chart(frame, _variation(str(row["point_type"])), assured, dropped)


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
    found = core.causes(values, lines)
    names = [core.CAUSES[which] for which in found.which]
    kinds = [
        core.variation(name, int(leaning), better)
        for name, leaning in zip(names, found.leaning, strict=True)
    ]
    frame = pd.DataFrame({"value": series}).assign(
        **lines._asdict(), special_cause=None, point_type=None
    )
    frame = frame.astype({"special_cause": object, "point_type": object})
    frame.loc[known, "special_cause"] = names
    frame.loc[known, "point_type"] = [
        "common_cause" if kind == "common" else f"special_cause_{kind}" for kind in kinds
    ]
    return frame.assign(trial=len(values) < TRIAL_BELOW)


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
