"""The towns of a quarter side by side, each figure by what is fair to compare: shares by their
cases, harm by population, overdue work by workload, durations by how many cases took longer than
the city's. Pure.

A town's class is its exact tail (feeds/statistics/funnels.py); limits are only drawn.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from feeds import kpis
from feeds.city.profile import Profile
from feeds.kpis.formulas import Level, Quantile
from feeds.review import review_values
from feeds.review.known_figures import KnownFigures
from feeds.review.review_values import (
    OVERDUE,
    Class,
    Figure,
    Limit,
    Spot,
    Standing,
    StandingKind,
    Standings,
)
from feeds.statistics import funnels

CURVE_POINTS = 48
FEWEST_COMPARED = 2  # towns
PER = 10_000  # inhabitants
_CLASSES: Mapping[str, Class] = {
    "common": "inside",
    "high95": "above95",
    "high998": "above998",
    "low95": "below95",
    "low998": "below998",
    "few": "none",
}
Sizes = pd.Series  # by town, floats


def all_of(
    figures: Sequence[Figure], known: KnownFigures, profile: Profile
) -> tuple[Standings, ...]:
    """Those of every figure that can be compared, overdue work of all kinds together first."""
    found = [one for figure in figures if (one := _of(figure, known, profile)) is not None]
    overdue = _overdue([one for one in found if one.kind == "stock"], profile)
    return (*overdue, *found)


def _of(figure: Figure, known: KnownFigures, profile: Profile) -> Standings | None:
    kpi = kpis.CATALOGUE[figure.kpi]
    if isinstance(kpi.formula, Quantile):
        return _durations(kpi.formula, figure, known, profile)
    if kpi.better == "neutral":
        return None
    if isinstance(kpi.formula, Level):
        return _stock(kpi.formula, figure, known, profile)
    if figure.unit == "share":
        return _share(figure)
    if kpi.kind == "harm":
        return _rate(figure, profile)
    return None


def _share(figure: Figure) -> Standings | None:
    towns = [town for town in figure.towns if town.n is not None and town.of]
    x = _by_town((town.town, town.n) for town in towns)
    n = _by_town((town.town, town.of) for town in towns)
    centre = figure.city.value
    is_share = len(n) > 1 and bool(((x >= 0) & (x <= n)).all())
    if not is_share or centre is None or not 0 < centre <= 1:
        return None
    found = funnels.proportions(x, n, target=centre)
    if funnels.is_wide(n, found.phi):
        found = funnels.proportions(x, n, target=centre, overdispersion=True)
    limits = _limits(n, centre, found, "proportion")
    return _made(figure.kpi, "share", found, x, n, n * centre, n, found.frame["rate"], limits)


def _rate(figure: Figure, profile: Profile) -> Standings | None:
    """A count by population, where the profile has it. The city's rate includes what happened in
    areas nobody knows.
    """
    people = _by_town((town.code, town.population) for town in profile.towns)
    if len(people) < 2 or not bool((people > 0).all()) or not figure.city.n:
        return None
    x = _by_town((town.town, town.n or 0.0) for town in figure.towns)
    rate = figure.city.n / float(people.sum())
    expected = people * rate
    found = funnels.counts(x, expected)
    if funnels.is_wide(expected, found.phi):
        found = funnels.counts(x, expected, overdispersion=True)
    limits = [
        _scaled(limit, 1 / rate / PER, rate * PER)
        for limit in _limits(expected, 1.0, found, "ratio")
    ]
    rates = x / people * PER
    made = _made(figure.kpi, "rate", found, x, None, expected, people / PER, rates, limits)
    return replace(made, centre=review_values.kept(rate * PER))


def _stock(
    formula: Level, figure: Figure, known: KnownFigures, profile: Profile
) -> Standings | None:
    """Overdue cases against what a town's share of the cases that fell due would give."""
    if not figure.kpi.endswith(".overdue") and not figure.kpi.endswith("_overdue"):
        return None
    due = known.due[formula.plus.subject]
    x = _by_town((town.town, town.n or 0.0) for town in figure.towns)
    workload = _by_town((town, due[town]) for town in profile.town_by_code)
    if not figure.city.n or not due[profile.code]:
        return None
    found = funnels.stocks(x, workload, city=(figure.city.n, float(due[profile.code])))
    return _stocks(figure.kpi, x, found.frame["expected"])


def _overdue(stocks: Sequence[Standings], profile: Profile) -> list[Standings]:
    """Overdue work of all kinds together, what each kind's workload would give added up."""
    if len(stocks) < 2:
        return []
    x = _by_town((town, 0.0) for town in profile.town_by_code)
    expected = x.copy()
    for one in stocks:
        for standing in one.towns:
            x[standing.town] += standing.n
            expected[standing.town] += standing.expected
    return [of_overdue(x, expected)]


def of_overdue(x: Sizes, expected: Sizes) -> Standings:
    """Towns by their overdue work of all kinds and what their workload would give."""
    return _stocks(OVERDUE, x, expected)


def _stocks(kpi: str, x: Sizes, expected: Sizes) -> Standings:
    found = funnels.counts(x, expected)
    limits = _limits(expected, 1.0, found, "ratio")
    return _made(kpi, "stock", found, x, None, expected, expected, found.frame["rate"], limits)


def _durations(
    formula: Quantile, figure: Figure, known: KnownFigures, profile: Profile
) -> Standings | None:
    """How many of a town's cases took longer than the city's median, or its ninth decile."""
    slower = known.slower[figure.kpi]
    towns = [town for town in profile.town_by_code if slower[town][1]]
    x = _by_town((town, slower[town][0]) for town in towns)
    n = _by_town((town, slower[town][1]) for town in towns)
    if len(n) < 2:
        return None
    found = funnels.durations(x, n, quantile=formula.q)
    if funnels.is_wide(n, found.phi):
        found = funnels.durations(x, n, quantile=formula.q, overdispersion=True)
    limits = _limits(n, found.centre, found, "proportion")
    expected = n * found.centre
    return _made(figure.kpi, "duration", found, x, n, expected, n, found.frame["rate"], limits)


def usual(field: Standings, standing: Standing) -> tuple[float, float]:
    """Between how many cases a town of this size would usually lie (99.8 %)."""
    if field.kind in ("share", "duration"):
        n = pd.Series([standing.of or 0.0])
        share = field.centre if field.kind == "share" else standing.expected / (standing.of or 1)
        lines = funnels.limits(n, share).iloc[0] * (standing.of or 0.0)
        most = standing.of or 0.0
    else:
        expected = pd.Series([standing.expected])
        lines = funnels.limits(expected, 1.0, kind="ratio").iloc[0] * standing.expected
        most = math.inf
    low, high = float(lines["lower998"]), float(lines["upper998"])
    return (
        0.0 if math.isnan(low) else review_values.kept(low),
        most if math.isnan(high) else review_values.kept(high),
    )


def _made(
    kpi: str,
    kind: StandingKind,
    found: funnels.Funnel,
    x: Sizes,
    of: Sizes | None,
    expected: Sizes,
    across: Sizes,
    up: Sizes,
    limits: Iterable[Limit],
) -> Standings:
    """`across` and `up` place the towns in the picture."""
    towns = []
    for town, name in found.frame["class"].items():
        code = str(town)
        size = None if of is None else float(of[code])
        spot = None
        if expected[code] > 0:
            cls = _CLASSES[str(name)]
            spot = Spot(review_values.kept(across[code]), review_values.kept(up[code]), cls)
        towns.append(Standing(code, float(x[code]), size, review_values.kept(expected[code]), spot))
    centre = review_values.kept(found.centre)
    return Standings(kpi, kind, centre, found.adjusted, tuple(towns), tuple(limits))


def _limits(sizes: Sizes, centre: float, found: funnels.Funnel, kind: funnels.Kind) -> list[Limit]:
    """From below the smallest town to beyond the largest, densest where the lines bend."""
    some = sizes[sizes > 0]
    if not len(some):
        return []
    least, most = max(float(some.min()) * 0.5, 1.0), float(some.max()) * 1.08
    if kind == "ratio":
        least = min(float(some.min()) * 0.5, 0.5)
    xs = np.geomspace(least, max(most, least * 1.5), CURVE_POINTS)
    at = pd.Series(np.unique(np.round(xs)) if kind == "proportion" else xs)
    tau2 = found.tau2 if found.adjusted else 0.0
    lines = funnels.limits(at, centre, tau2=tau2, kind=kind)
    return [
        Limit(review_values.kept(x), *(_known(row[name]) for name in _LINES))
        for x, (_, row) in zip(at, lines.iterrows(), strict=True)
    ]


_LINES = ("lower95", "upper95", "lower998", "upper998")


def _known(value: float) -> float | None:
    return None if math.isnan(value) else review_values.kept(float(value))


def _scaled(limit: Limit, across: float, up: float) -> Limit:
    ys = (limit.lower95, limit.upper95, limit.lower998, limit.upper998)
    moved = (None if y is None else review_values.kept(y * up) for y in ys)
    return Limit(review_values.kept(limit.x * across), *moved)


def _by_town(pairs: Iterable[tuple[str, float | None]]) -> Sizes:
    return pd.Series(dict(pairs), dtype="float64")
