"""Judges the readings of a quarter: changes, intervals, funnels, lessons. Pure; the methods are in
feeds/statistics, the values in feeds/review/review_values.py.

It loads pandas and scipy, so only code that computes a review imports it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from feeds.city.profile import Profile
from feeds.kpis import Better, Kpi
from feeds.kpis.formulas import Count, Ratio
from feeds.review import review_values
from feeds.review.review_values import (
    Against,
    Class,
    Compared,
    Figure,
    Form,
    Funnel,
    Lesson,
    Limit,
    Meaning,
    Reading,
    Spot,
    Three,
    TownReading,
)
from feeds.statistics import funnels, intervals, spc
from feeds.statistics.intervals import Interval

CURVE_POINTS = 48
AGAINST: tuple[Against, Against] = ("previous", "last_year")
TAILS = (0.025, 0.001)
_CLASSES: Mapping[str, Class] = {
    "common": "inside",
    "high95": "above95",
    "high998": "above998",
    "low95": "below95",
    "low998": "below998",
}
Ends = tuple[Interval, Interval]  # the 95 % and the 99.8 % interval of one estimate


class Crowd(NamedTuple):
    """What towns are put into a funnel by: the size of each (x) and its count (of it), on the scale
    of feeds/statistics/funnels.py.
    """

    kind: review_values.FunnelKind
    counts: Mapping[str, float]
    sizes: Mapping[str, float]
    against: Against | None = None


def form(kpi: Kpi) -> Form:
    """How a KPI is judged: a count only where each event or case counts one."""
    if isinstance(kpi.formula, Ratio):
        return "share"
    if not isinstance(kpi.formula, Count) or kpi.formula.scale != 1:
        return "value"
    measure = kpi.formula.term.measure
    return "count" if measure.case or not measure.name else "value"


def figure(
    kpi: Kpi,
    target: float | None,
    profile: Profile,
    found: Mapping[str, Three],
    days: Sequence[int],
) -> Figure:
    """A KPI over the quarter, by area; `days`: of the quarter, of the one before, of last year's.
    `found` may hold areas nobody knows.
    """
    kind = form(kpi)
    if kind == "share" and any(
        r.n is not None and r.of is not None and not 0 <= r.n <= r.of
        for three in found.values()
        for r in three
    ):
        kind = "value"
    city = found[profile.code]
    crowd = _crowd(kind, profile, found)
    funnel, spots = _funnel(crowd) if crowd else (None, {})
    towns = tuple(
        _town(kind, town, found, profile, crowd, spots.get(town), days)
        for town in profile.town_by_code
    )
    changes = (
        _change(kind, city.now, before, days[0], n)
        for before, n in zip(city[1:], days[1:], strict=True)
    )
    change, change_year = (_compared(kind, ends) for ends in changes)
    aim = None if target is None else review_values.kept(target)
    return Figure(
        kpi.id, kpi.unit, kind, kpi.better, aim, *city, change, change_year, towns, funnel
    )


def lessons(
    figures: Iterable[Figure],
    found: Mapping[str, Mapping[str, Three]],
    city: str,
    days: Sequence[int],
) -> tuple[Lesson, ...]:
    """The changes that are real signals, in the order of the figures; a town's is its own where it
    left the rest of the city behind.
    """
    return tuple(
        lesson
        for one in figures
        if one.form != "value"
        for lesson in _lessons(one, found[one.kpi], city, days)
    )


def _lessons(
    one: Figure, found: Mapping[str, Three], city: str, days: Sequence[int]
) -> Iterator[Lesson]:
    changes: list[tuple[str, Compared | None, Compared | None]] = [
        (city, one.change, one.change_year)
    ]
    changes += [(town.town, town.change, town.change_year) for town in one.towns]
    for area, *pair in changes:
        for i, (against, change) in enumerate(zip(AGAINST, pair, strict=True), 1):
            before, now = found[area][i].value, found[area].now.value
            if change is None or not change.is_signal or before is None or now is None:
                continue
            own = area != city and _is_own(one.form, found[area], _rest(found, area, city), i, days)
            meaning = _meaning(one.better, now > before)
            yield Lesson(
                one.kpi,
                one.unit,
                area,
                against,
                review_values.kept(before),
                review_values.kept(now),
                change,
                meaning,
                own,
            )


def _is_own(kind: Form, mine: Three, rest: Three, i: int, days: Sequence[int]) -> bool:
    one, other = (_change(kind, three.now, three[i], days[0], days[i]) for three in (mine, rest))
    if one is None or other is None:
        return False
    apart = intervals.gap(one[1], other[1])
    return apart.low > 0 or apart.high < 0


def _meaning(better: Better, is_up: bool) -> Meaning:
    return "neutral" if better == "neutral" else "better" if (better == "up") == is_up else "worse"


def _town(
    kind: Form,
    town: str,
    found: Mapping[str, Three],
    profile: Profile,
    crowd: Crowd | None,
    spot: Spot | None,
    days: Sequence[int],
) -> TownReading:
    mine = found[town]
    now, own = mine.now, interval(kind, mine.now)
    change, change_year = (
        _compared(kind, _change(kind, now, before, days[0], n))
        for before, n in zip(mine[1:], days[1:], strict=True)
    )
    apart = _compared(kind, _from_rest(kind, town, found, profile, crowd))
    low, high = (review_values.kept(own.low), review_values.kept(own.high)) if own else (None, None)
    return TownReading(
        town,
        now.value,
        now.n,
        now.of,
        low,
        high,
        mine.previous,
        mine.last_year,
        change,
        change_year,
        apart,
        spot,
    )


def interval(kind: Form, reading: Reading) -> Interval | None:
    """The 95 % interval of a share or a count; None of other values."""
    if reading.n is None or kind == "value" or (kind == "share" and not reading.of):
        return None
    return (
        spc.poisson(int(reading.n))
        if kind == "count"
        else intervals.wilson(reading.n, reading.of or 0)
    )


def change(kind: Form, now: Reading, before: Reading) -> Compared | None:
    """From one reading to a later one of as many days."""
    return _compared(kind, _change(kind, now, before, 1, 1))


def _change(kind: Form, now: Reading, before: Reading, days: int, days_before: int) -> Ends | None:
    """From one quarter to another: points of a share; of a count the logarithm of the ratio by
    day.
    """
    if kind == "value" or now.n is None or before.n is None:
        return None
    if kind == "share":
        return _apart(now, before)
    one, other = int(now.n), int(before.n)
    return (
        _logs(lambda tail: spc.ratio(one, other, days, days_before, tail)) if one or other else None
    )


def _apart(one: Reading, other: Reading) -> Ends | None:
    if not one.of or not other.of or one.n is None or other.n is None:
        return None
    near, far = (
        intervals.difference(one.n, one.of, other.n, other.of, z)
        for z in (intervals.Z95, intervals.Z998)
    )
    return near, far


def _logs(made: Callable[[float], Interval]) -> Ends:
    near, far = (
        Interval(
            *(
                math.log(v) if 0 < v < math.inf else math.copysign(math.inf, v - 1)
                for v in made(tail)
            )
        )
        for tail in TAILS
    )
    return near, far


def _from_rest(
    kind: Form, town: str, found: Mapping[str, Three], profile: Profile, crowd: Crowd | None
) -> Ends | None:
    """A town against the rest of the city: a share's points; a count's rate, or its change, as the
    logarithm of a ratio.
    """
    mine, rest = found[town], _rest(found, town, profile.code)
    if kind == "share":
        return _apart(mine.now, rest.now)
    if crowd is None or not crowd.sizes.get(town) or mine.now.n is None or rest.now.n is None:
        return None
    if crowd.kind == "rate":
        sizes = (crowd.sizes[town], sum(size for code, size in crowd.sizes.items() if code != town))
        x, others = int(mine.now.n), int(rest.now.n)
        return _logs(lambda tail: spc.ratio(x, others, *sizes, tail)) if x + others else None
    i = 1 if crowd.against == "previous" else 2
    one, other = (_change(kind, three.now, three[i], 1, 1) for three in (mine, rest))
    if (
        one is None
        or other is None
        or not all(math.isfinite(v) for v in (one[0].estimate, other[0].estimate))
    ):
        return None
    near, far = (intervals.gap(a, b) for a, b in zip(one, other, strict=True))
    return near, far


def _rest(found: Mapping[str, Three], town: str, city: str) -> Three:
    """The city less one of its towns."""
    pairs = zip(found[city], found[town], strict=True)
    return Three(
        *(Reading(None, _less(whole.n, part.n), _less(whole.of, part.of)) for whole, part in pairs)
    )


def _less(whole: float | None, part: float | None) -> float | None:
    return None if whole is None else whole - (part or 0)


def _compared(kind: Form, ends: Ends | None) -> Compared | None:
    """A comparison as points, or as ratios from their logarithms."""
    if ends is None or math.isnan(ends[0].estimate):
        return None
    near = ends[0]
    scaled = (
        near
        if kind == "share"
        else Interval(*(math.exp(min(v, 700)) if v < math.inf else v for v in near))
    )
    distinct, signal = (one.low > 0 or one.high < 0 for one in ends)
    estimate, high = (
        review_values.kept(v) if math.isfinite(v) else None for v in (scaled.estimate, scaled.high)
    )
    return Compared(estimate, review_values.kept(scaled.low), high, distinct, signal)


def _crowd(kind: Form, profile: Profile, found: Mapping[str, Three]) -> Crowd | None:
    """Shares by their denominators; counts by population where the profile gives it, else with
    those of last year or of last quarter.
    """
    towns = {town: found[town] for town in profile.town_by_code if found[town].now.n is not None}
    if kind == "value" or len(towns) < 2:
        return None
    counts = {town: three.now.n or 0.0 for town, three in towns.items()}
    if kind == "share":
        return _some(
            Crowd("share", counts, {town: three.now.of or 0.0 for town, three in towns.items()})
        )
    people = {town.code: float(town.population) for town in profile.towns}
    if all(people.values()):
        rate = sum(counts.values()) / sum(people[town] for town in towns)
        return _some(Crowd("rate", counts, {town: people[town] * rate for town in towns}))
    sides: tuple[tuple[int, Literal["last_year", "previous"]], ...]
    sides = ((2, "last_year"), (1, "previous"))
    for i, against in sides:
        before = {town: three[i].n for town, three in towns.items()}
        if found[profile.code][i].value is not None and any(before.values()):
            sizes = {town: counts[town] + (before[town] or 0) for town in towns}
            return _some(Crowd("change", counts, sizes, against))
    return None


def _some(crowd: Crowd) -> Crowd | None:
    return (
        crowd
        if sum(size > 0 for size in crowd.sizes.values()) > 1 and any(crowd.counts.values())
        else None
    )


def _funnel(crowd: Crowd) -> tuple[Funnel, dict[str, Spot]]:
    """The funnel of a crowd, with the position of each town of any size."""
    n, sizes = pd.Series(crowd.counts, dtype="float64"), pd.Series(crowd.sizes, dtype="float64")
    scale: funnels.Kind = "ratio" if crowd.kind == "rate" else "proportion"
    centre = 1.0 if crowd.kind == "rate" else float(n.sum() / sizes.sum())
    phi, _ = funnels.dispersion(n, sizes, centre, kind=scale)
    wide = funnels.is_wide(sizes, phi)
    made = funnels.counts if crowd.kind == "rate" else funnels.proportions
    found = made(n, sizes, overdispersion=wide)
    scaled, spots = _scale(crowd, centre), dict[str, Spot]()
    for town, rate, cls in zip(n.index, found.frame["rate"], found.frame["class"], strict=True):
        if sizes[town] > 0 and (y := scaled(float(rate))) is not None:
            spots[str(town)] = Spot(review_values.kept(sizes[town]), y, _CLASSES[str(cls)])
    tau2 = found.tau2 if found.adjusted else 0.0
    curve = _curve(sizes[sizes > 0], centre, tau2, scale, scaled)
    return Funnel(
        crowd.kind,
        scaled(centre) or 0.0,
        review_values.kept(phi),
        review_values.kept(found.tau2),
        found.adjusted,
        curve,
        crowd.against,
    ), spots


Scale = Callable[[float], float | None]


def _scale(crowd: Crowd, centre: float) -> Scale:
    """From the scale of statistics to the funnel's y; None of what can't be passed or has no
    bound.
    """

    def scaled(rate: float) -> float | None:
        if math.isnan(rate) or (crowd.kind == "change" and rate >= 1):
            return None
        if crowd.kind == "share":
            return review_values.kept(rate)
        if crowd.kind == "rate":
            return review_values.kept(rate / centre)
        return review_values.kept(rate / (1 - rate) * (1 - centre) / centre) if centre < 1 else None

    return scaled


def _curve(
    sizes: pd.Series[float], centre: float, tau2: float, scale: funnels.Kind, scaled: Scale
) -> tuple[Limit, ...]:
    """The limits from below the smallest town to beyond the largest, densest where they bend."""
    least, most = max(float(sizes.min()) * 0.8, 1.0), float(sizes.max()) * 1.06
    xs = np.geomspace(least, max(most, least * 1.5), CURVE_POINTS)
    at = pd.Series(np.unique(np.round(xs)) if scale == "proportion" else xs)
    lines = funnels.limits(at, centre, tau2=tau2, kind=scale)
    names = ("lower95", "upper95", "lower998", "upper998")
    return tuple(
        Limit(review_values.kept(x), *(scaled(float(row[name])) for name in names))
        for x, (_, row) in zip(at, lines.iterrows(), strict=True)
    )
