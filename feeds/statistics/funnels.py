"""Funnel plots: units of different size beside each other, and which of them chance does not
explain (Spiegelhalter, Statistics in Medicine 2005).

A unit's class is its exact tail (feeds/statistics/tails.py); limits are only drawn. Frames are
pandas. Check values are in docs/explanation/statistics.md.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from scipy import special

from feeds.statistics import inputs, tails
from feeds.statistics.inputs import BadInput
from feeds.statistics.tails import Floats, Tails

Kind = Literal["proportion", "ratio"]
WINSORISED = 0.1
FEWEST_UNITS = FEWEST_CASES = 10  # before anyone asks whether units differ more than by chance
CERTAIN = 0.975
_TAILS = {"95": tails.TAIL_95, "998": tails.TAIL_998}


@dataclass(frozen=True)
class Funnel:
    """A funnel plot: `frame` as the function says that made it, the centre line, the overdispersion
    found (φ, τ²), and whether classes and limits are adjusted by it. `dropped` are the units that
    lack a numerator or a denominator (NaN); the frame leaves them out.
    """

    frame: pd.DataFrame
    centre: float
    phi: float
    tau2: float
    adjusted: bool
    dropped: tuple[Hashable, ...] = ()


def proportions(
    numerators: pd.Series[float] | Sequence[float],
    denominators: pd.Series[float] | Sequence[float],
    *,
    target: float | None = None,
    overdispersion: bool = False,
) -> Funnel:
    """Units' shares x of n around `target` (else all units together): X is Bin(n, target).

    The frame has, per unit: rate, lower95, upper95, lower998, upper998, class (tails.Class). A
    limit is NaN where no value can lie beyond it. A unit without cases has no rate, no limits, and
    the class common. With `overdispersion` units may differ by τ² beyond chance. Raises BadInput.
    """
    inputs.check_share_target(target)
    x, n, dropped = _units(numerators, denominators)
    if bool((x > n).any()):
        raise BadInput("a numerator above its denominator makes no proportion")
    centre = target if target is not None else _over(float(x.sum()), float(n.sum()))
    phi, tau2 = dispersion(x, n, centre)
    widened = tau2 if overdispersion else 0.0
    exact = tails.binomial(_floats(x), _floats(n), centre)
    frame = _frame(x, n, limits(n, centre, tau2=widened))
    frame["class"] = tails.classes(_adjusted(exact, x, n, centre, widened, "proportion"))
    return Funnel(frame, centre, phi, tau2, widened > 0, dropped)


def is_wide(sizes: pd.Series[float], phi: float) -> bool:
    """Whether there are enough units, and they differ by more than chance: then their classes are
    adjusted by what they differ (`overdispersion`).
    """
    k = int((sizes > 0).sum())
    enough = int((sizes >= FEWEST_CASES).sum()) >= FEWEST_UNITS
    return enough and bool(k * phi > 2 * special.gammaincinv(k / 2, CERTAIN))


def counts(
    observed: pd.Series[float] | Sequence[float],
    expected: pd.Series[float] | Sequence[float],
    *,
    dispersion: float = 1.0,
    overdispersion: bool = False,
) -> Funnel:
    """Units' counts against what is expected of each: X is Poisson(E).

    `dispersion` is how many times a count's variance exceeds Poisson's, such as φ of the figure, or
    φ(1 + E ÷ last year's count) where E is made from that count, whose chance counts too. The frame
    is as that of `proportions`; its rate is the count over the expected one, its centre 1. Raises
    BadInput.
    """
    if not 1 <= dispersion < math.inf:
        raise BadInput(f"a dispersion is at least 1 (Poisson's), not {dispersion:g}")
    x, n, dropped = _units(observed, expected)
    phi, tau2 = _dispersion(x, n, 1.0, "ratio", WINSORISED)
    widened = tau2 if overdispersion else 0.0
    exact = tails.poisson(_floats(x), _floats(n))
    if dispersion > 1:
        exact = tails.narrowed(exact, np.full(len(x), 1 / math.sqrt(dispersion)))
    lines = limits(n, 1.0, tau2=widened, kind="ratio", phi=dispersion)
    frame = _frame(x, n, lines)
    frame["class"] = tails.classes(_adjusted(exact, x, n, 1.0, widened, "ratio"))
    return Funnel(frame, 1.0, phi, tau2, widened > 0, dropped)


def durations(
    longer: pd.Series[float] | Sequence[float],
    cases: pd.Series[float] | Sequence[float],
    *,
    quantile: float = 0.5,
    overdispersion: bool = False,
) -> Funnel:
    """Units by how many of their cases took longer than the city's median (or its p90): Bin(n, 0.5)
    (or Bin(n, 0.1)). A unit of under 30 cases has the class few.
    """
    share = round(1 - quantile, 9)
    found = proportions(longer, cases, target=share, overdispersion=overdispersion)
    enough = pd.Series(cases, dtype="float64") if not isinstance(cases, pd.Series) else cases
    frame = found.frame.copy()
    is_few = enough.reindex(frame.index) < tails.FEWEST_DURATIONS
    frame["class"] = frame["class"].mask(is_few, "few")
    return replace(found, frame=frame)


def stocks(
    standing: pd.Series[float] | Sequence[float],
    due: pd.Series[float] | Sequence[float],
    *,
    city: tuple[float, float] | None = None,
) -> Funnel:
    """Units by what stands with each (overdue now) against what its workload would give: its cases
    due in the last 91 days over the city's, of the city's stock.

    `city`: its stock and its cases due, where unknown areas belong to it; else all units together.
    The frame is that of `counts`, with `expected`.
    """
    x, n, dropped = _units(standing, due)
    stock, workload = city if city is not None else (float(x.sum()), float(n.sum()))
    expected = n * _over(stock, workload) if workload else n * 0.0
    found = counts(x, expected)
    return replace(found, frame=found.frame.assign(expected=expected), dropped=dropped)


def limits(
    denominators: pd.Series[float],
    centre: float,
    *,
    tau2: float = 0,
    kind: Kind = "proportion",
    phi: float = 1.0,
) -> pd.DataFrame:
    """The limits lower95, upper95, lower998, upper998 around a centre at some denominators, NaN
    where no value can lie beyond. `tau2` widens them by what units differ beyond chance; `phi`, of
    counts, is how many times their variance exceeds Poisson's.
    """
    n = denominators
    found: dict[str, pd.Series[float]] = {}
    for name, tail in _TAILS.items():
        lines = _exact(_floats(n), centre, tail, kind, phi)
        if tau2:
            lines = _outer(lines, _widened(_floats(n), centre, tail, tau2, kind))
        for side, line in zip(("lower", "upper"), lines, strict=True):
            found[f"{side}{name}"] = pd.Series(line, index=n.index).where(n > 0)
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
    return _dispersion(numerators, denominators, centre, kind, winsorised)


def _dispersion(
    x: pd.Series[float], n: pd.Series[float], centre: float, kind: Kind, winsorised: float
) -> tuple[float, float]:
    some = n > 0
    if not bool(some.any()):
        return math.nan, 0.0
    z, spread = _scores(_floats(x[some]), _floats(n[some]), centre, kind)
    if winsorised:
        z = np.clip(z, *np.quantile(z, (winsorised, 1 - winsorised)))
    k = len(z)
    phi = float(np.mean(z**2))
    weights = spread**-2
    room = float(weights.sum() - (weights**2).sum() / weights.sum())
    if room <= 0 or k * phi < k - 1:
        return phi, 0.0
    return phi, (k * phi - (k - 1)) / room


def _scores(x: Floats, n: Floats, centre: float, kind: Kind) -> tuple[Floats, Floats]:
    """z of each unit on the scale of `dispersion`, and the spread of chance there."""
    spread = 1 / (2 * np.sqrt(n))
    return (_scaled(x / n, kind) - _scaled(np.array(centre), kind)) / spread, spread


def _scaled(rates: Floats, kind: Kind) -> Floats:
    root = np.sqrt(rates)
    return np.arcsin(root) if kind == "proportion" else root


def _adjusted(
    exact: Tails, x: pd.Series[float], n: pd.Series[float], centre: float, tau2: float, kind: Kind
) -> Tails:
    """The tails with the variance between units, and never smaller than the exact ones: the scale's
    approximation alone would name small units at a bound.
    """
    if not tau2:
        return exact
    size = np.where(_floats(n) > 0, _floats(n), np.nan)
    z, spread = _scores(_floats(x), size, centre, kind)
    z = z * spread / np.sqrt(spread**2 + tau2)
    low, high = special.ndtr(z), special.ndtr(-z)
    return Tails(np.maximum(low, exact.low), np.maximum(high, exact.high))


def _exact(n: Floats, centre: float, tail: float, kind: Kind, phi: float) -> tuple[Floats, Floats]:
    if kind == "proportion":
        return tails.binomial_limits(n, centre, tail)
    reached = float(special.ndtr(special.ndtri(tail) * math.sqrt(phi)))
    low, high = tails.poisson_limits(n * centre, reached)
    return low * centre, high * centre


def _widened(
    n: Floats, centre: float, tail: float, tau2: float, kind: Kind
) -> tuple[Floats, Floats]:
    """Limits of chance and of the variance between units together, normal on the scale of
    `dispersion`. NaN beyond the scale's ends.
    """
    with np.errstate(divide="ignore"):
        room = float(special.ndtri(1 - tail)) * np.sqrt(1 / (4 * n) + tau2)
    middle = _scaled(np.array(centre), kind)
    low, high = middle - room, middle + room
    low = np.where(low > 0, low, np.nan)
    if kind == "ratio":
        return low**2, high**2
    high = np.where(high < math.pi / 2, high, np.nan)
    return np.sin(low) ** 2, np.sin(high) ** 2


def _outer(one: tuple[Floats, Floats], other: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """The limits beyond which a value is beyond both pairs; NaN where one of them has none."""
    return np.minimum(one[0], other[0]), np.maximum(one[1], other[1])


def _units(
    numerators: pd.Series[float] | Sequence[float],
    denominators: pd.Series[float] | Sequence[float],
) -> tuple[pd.Series[float], pd.Series[float], tuple[Hashable, ...]]:
    """The units that have both numbers, and the names of those that lack one. Raises BadInput."""
    if len(numerators) != len(denominators):
        raise BadInput(f"{len(numerators)} numerators have {len(denominators)} denominators")
    x, n = _series(numerators), _series(denominators)
    if not x.index.equals(n.index):
        n = n.reindex(x.index)
    known = x.notna() & n.notna()
    x, n = x[known], n[known]
    inputs.check_counts("a numerator", x)
    inputs.check_counts("a denominator", n)
    return x, n, tuple(known.index[~known])


def _frame(x: pd.Series[float], n: pd.Series[float], lines: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"rate": x / n.where(n > 0)}).join(lines)


def _series(values: pd.Series[float] | Sequence[float]) -> pd.Series[float]:
    if isinstance(values, pd.Series):
        return values.astype("float64")
    return pd.Series(list(values), dtype="float64")


def _floats(series: pd.Series[float]) -> Floats:
    return np.asarray(series, dtype=np.float64)


def _over(part: float, whole: float) -> float:
    """A share of units that have no case at all has no centre."""
    return part / whole if whole else math.nan
