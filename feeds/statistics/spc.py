"""Statistical process control with pandas: control charts, funnel plots, and intervals of rates,
for callbacks, reports and analysts.

Methods and check values are in docs/explanation/statistics.md. The engine uses
feeds/statistics/xmr.py, which loads no pandas.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal, cast

import numpy as np
import pandas as pd
from scipy import special

from feeds.kpis import Better
from feeds.kpis.chart_verdicts import TRIAL_BELOW, Assurance, Variation
from feeds.statistics import intervals
from feeds.statistics import xmr as core
from feeds.statistics.intervals import Interval

Kind = Literal["proportion", "ratio"]
CLASSES = ("common", "high95", "low95", "high998", "low998")
WINSORISED = 0.1
_TAILS = {"95": 0.025, "998": 0.001}

wilson = intervals.wilson
difference = intervals.difference


@dataclass(frozen=True)
class Chart:
    """An XmR chart: `frame` as `xmr` says; the icons of variation (none of under 3 points) and
    assurance of its last segment.
    """

    frame: pd.DataFrame
    variation: Variation
    assurance: Assurance


@dataclass(frozen=True)
class Funnel:
    """A funnel plot: `frame` as `funnel` says; the centre line, the overdispersion found (φ, τ²),
    and whether limits were widened by it.
    """

    frame: pd.DataFrame
    centre: float
    phi: float
    tau2: float
    adjusted: bool


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
    names are None.
    """
    series = _series(values).sort_index()
    starts = sorted({0, *(_position(series.index, one) for one in rebase)})
    edges = [*starts, max(len(series), starts[-1])]
    parts = [
        _segment(series.iloc[first:after], better, screen).assign(segment=i)
        for i, (first, after) in enumerate(pairwise(edges))
    ]
    frame = pd.concat([part for part in parts if len(part)] or parts[:1])
    known = frame[frame["value"].notna()]
    last = known[known["segment"] == frame["segment"].max()]
    if len(last) < core.FEWEST:
        return Chart(frame, "none", "none")
    row = last.iloc[-1]
    lines = core.Limits(*(float(row[name]) for name in core.Limits._fields))
    return Chart(frame, _variation(str(row["point_type"])), core.assurance(lines, target, better))


def _series(
    values: pd.Series[float] | Sequence[float | None] | Sequence[float],
) -> pd.Series[float]:
    return (
        values.astype("float64")
        if isinstance(values, pd.Series)
        else pd.Series(list(values), dtype="float64")
    )


def _position(index: pd.Index, one: int | date | str) -> int:
    """Where a segment begins: at a position, or at the first point on or after a day. Raises
    ValueError, TypeError.
    """
    if isinstance(one, int):
        if one < 0:
            raise ValueError(f"a segment can't begin at {one}")
        return one
    return int(pd.DatetimeIndex(index).searchsorted(pd.Timestamp(one)))


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


def funnel(
    numerators: pd.Series[float] | Sequence[float],
    denominators: pd.Series[float] | Sequence[float],
    *,
    target: float | None = None,
    kind: Kind = "proportion",
    overdispersion: bool = False,
) -> Funnel:
    """Units' rates against the limits of chance around `target` (else all units together): shares
    of a denominator, or with kind="ratio" counts over an expected number or exposure.

    The frame has, per unit: rate, lower95, upper95, lower998, upper998, class (CLASSES). A limit
    that can't be passed is NaN; a unit with nothing to divide by has no rate and no limits. With
    `overdispersion` limits are widened by what units differ beyond chance.
    """
    x, n = _series(numerators), _series(denominators)
    if kind == "proportion" and bool(((x < 0) | (x > n)).any()):
        raise ValueError(
            "a numerator that is negative or above its denominator makes no proportion"
        )
    centre = float(x.sum() / n.sum()) if target is None else target
    phi, tau2 = dispersion(x, n, centre, kind=kind)
    widened = overdispersion and tau2 > 0
    frame = pd.DataFrame({"rate": x / n.where(n > 0)}).join(
        limits(n, centre, tau2=tau2 if widened else 0, kind=kind)
    )
    return Funnel(frame.assign(**{"class": _classes(frame)}), centre, phi, tau2, widened)


def limits(
    denominators: pd.Series[float], centre: float, *, tau2: float = 0, kind: Kind = "proportion"
) -> pd.DataFrame:
    """The limits lower95, upper95, lower998, upper998 around a centre at some denominators, widened
    where `tau2` is above 0.
    """
    n = denominators
    found: dict[str, pd.Series[float]] = {}
    for name, tail in _TAILS.items():
        lines = _widened(n, centre, tail, tau2, kind) if tau2 else _exact(n, centre, tail, kind)
        found |= {
            f"{side}{name}": pd.Series(line, index=n.index).where(n > 0)
            for side, line in zip(("lower", "upper"), lines, strict=True)
        }
    return pd.DataFrame(found)


def dispersion(
    numerators: pd.Series[float],
    denominators: pd.Series[float],
    centre: float,
    *,
    kind: Kind = "proportion",
    winsorised: float = WINSORISED,
) -> tuple[float, float]:
    """How much units differ beyond chance: φ, and the variance τ² between them on the scale that
    makes chance alike for all.

    The scale is asin √rate for proportions and √rate for ratios. `winsorised`: the share of
    z-scores drawn in at either end. (NaN, 0) of no units.
    """
    some = denominators > 0
    n = _floats(denominators[some])
    if not len(n):
        return math.nan, 0.0
    spread = 1 / (2 * np.sqrt(n))
    z = (_scaled(_floats(numerators[some]) / n, kind) - _scaled(np.array(centre), kind)) / spread
    if winsorised:
        z = np.clip(z, *np.quantile(z, (winsorised, 1 - winsorised)))
    k = len(z)
    phi = float(np.mean(z**2))
    weights = spread**-2
    room = float(weights.sum() - (weights**2).sum() / weights.sum())
    return phi, max(0.0, (k * phi - (k - 1)) / room) if room > 0 else 0.0


def _scaled(rates: core.Floats, kind: Kind) -> core.Floats:
    root = np.sqrt(rates)
    return np.arcsin(root) if kind == "proportion" else root


def _widened(
    n: pd.Series[float], centre: float, tail: float, tau2: float, kind: Kind
) -> tuple[core.Floats, core.Floats]:
    """Limits of chance and of the variance between units together, about normal on the scale of
    `dispersion`.
    """
    with np.errstate(divide="ignore"):
        room = float(special.ndtri(1 - tail)) * np.sqrt(1 / (4 * _floats(n)) + tau2)
    middle = _scaled(np.array(centre), kind)
    if kind == "ratio":
        return np.maximum(middle - room, 0) ** 2, (middle + room) ** 2
    low, high = (
        np.sin(np.clip(edge, 0, math.pi / 2)) ** 2 for edge in (middle - room, middle + room)
    )
    return low, high


def _exact(
    n: pd.Series[float], centre: float, tail: float, kind: Kind
) -> tuple[core.Floats, core.Floats]:
    size = _floats(n)
    if kind == "ratio":
        expected = np.where(size > 0, size, np.nan) * centre
        low, high = special.gammaincinv(expected, tail), special.gammaincinv(expected + 1, 1 - tail)
        return low / size, high / size
    lower, upper = _binomial(size, centre, tail), _binomial(size, centre, 1 - tail)
    upper = np.maximum(upper, 0)  # of a rate near 0 it may be interpolated to less than nothing
    return lower, np.where(
        np.float64(centre) ** size > tail, np.nan, upper
    )  # all of n is still within chance


def _binomial(n: core.Floats, share: float, level: float) -> core.Floats:
    """The quantile of the share x of n, interpolated between the two counts around the level so
    that limits run smoothly.
    """
    below, above = np.full(n.shape, -1.0), n.astype(np.float64)
    while np.any(above - below > 1):
        middle = np.floor((below + above) / 2)
        reached = _up_to(middle, n, share) > level
        below, above = np.where(reached, below, middle), np.where(reached, middle, above)
    upto, before = _up_to(above, n, share), _up_to(above - 1, n, share)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (above - (upto - level) / (upto - before)) / n


def _up_to(count: core.Floats, n: core.Floats, share: float) -> core.Floats:
    """P(X ≤ count) of a binomial X."""
    return np.where(count < 0, 0.0, special.bdtr(np.maximum(count, 0), n.astype(np.int64), share))


def _classes(frame: pd.DataFrame) -> list[str]:
    rate = frame["rate"]
    held = [
        rate > frame["upper998"],
        rate < frame["lower998"],
        rate > frame["upper95"],
        rate < frame["lower95"],
    ]
    return [
        str(name) for name in np.select(held, ("high998", "low998", "high95", "low95"), "common")
    ]


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
