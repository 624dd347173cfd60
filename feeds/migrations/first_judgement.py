"""How the first version of the board judged a review (2c516e6). The hash of a freeze of that time
is over judgements too; it is reproduced once, when the freeze is sealed (sealing.py). Its results
must never change, so nothing here is shared with how reviews are judged today.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import msgspec
import numpy as np
import pandas as pd
from scipy import special

from feeds.kpis import Better
from feeds.review.review_values import (
    Against,
    Class,
    Compared,
    Figure,
    Form,
    Funnel,
    FunnelKind,
    Lesson,
    Limit,
    Meaning,
    Reading,
    Review,
    Spot,
    Three,
    TownReading,
)

UP = (
    "incidents.closed", "incidents.patrol_visits", "handoffs.accepted", "exchange.records",
    "disputes.settled", "disputes.accident_settled", "justice.diverted", "justice.served",
    "traffic.hazards_rectified", "fraud.dissuaded", "fraud.loss_averted", "fraud.leaflets",
    "safety.hazards_rectified", "safety.inspections", "order.cleared", "services.completed",
    "governance.activities", "governance.legal_events", "governance.participants",
    "training.posts", "training.monthly", "training.quarterly", "risks.closed",
    "assessments.completed", "tasks.completed",
)  # fmt: skip
DOWN = ("disputes.failed", "order.calls", "order.filed")
Z95, Z998 = 1.959963984540054, 3.090232306167813
CURVE_POINTS = 48
FEWEST_TOWNS, FEWEST_CASES = 10, 10
CERTAIN = 0.975
WINSORISED = 0.1
AGAINST: tuple[Against, Against] = ("previous", "last_year")
TAILS = (0.025, 0.001)
CLASSES: Mapping[str, Class] = {
    "common": "inside",
    "high95": "above95",
    "high998": "above998",
    "low95": "below95",
    "low998": "below998",
}
LIMITS = {"95": 0.025, "998": 0.001}
DIGITS = 9
Floats = np.ndarray[Any, np.dtype[np.float64]]
Kind = Literal["proportion", "ratio"]


class Interval(NamedTuple):
    estimate: float
    low: float
    high: float


Ends = tuple[Interval, Interval]  # of 95 % and of 99.8 %


class Crowd(NamedTuple):
    """What towns are put into a funnel by: the size of each (x) and its count (of it)."""

    kind: FunnelKind
    counts: Mapping[str, float]
    sizes: Mapping[str, float]
    against: Against | None = None


def content(review: Review, people: Mapping[str, int], days: Sequence[int]) -> bytes:
    """What the hash of a freeze was over: quarter, areas, completeness, figures and lessons, judged
    as then from the readings of a review. `people`: the towns' populations; `days`: of the quarter,
    the one before, and last year's.
    """
    city = review.city.code
    found = {figure.kpi: _readings(figure, city) for figure in review.figures}
    figures = tuple(_figure(one, city, people, found[one.kpi], days) for one in review.figures)
    lessons = tuple(
        lesson
        for one in figures
        if one.form != "value"
        for lesson in _lessons(one, found[one.kpi], city, days)
    )
    areas = [area.code for area in review.areas]
    part = (review.quarter, areas, review.completeness, figures, lessons)
    return msgspec.json.encode(part, order="deterministic")


def _readings(figure: Figure, city: str) -> dict[str, Three]:
    found = {city: Three(figure.city, figure.previous, figure.last_year)}
    for one in figure.towns:
        found[one.town] = Three(Reading(one.value, one.n, one.of), one.previous, one.last_year)
    return found


def _figure(
    one: Figure,
    city: str,
    people: Mapping[str, int],
    found: Mapping[str, Three],
    days: Sequence[int],
) -> Figure:
    kind = one.form
    whole = found[city]
    towns = [town for town in found if town != city]
    crowd = _crowd(kind, city, towns, people, found)
    funnel, spots = _funnel(crowd) if crowd else (None, {})
    readings = tuple(_town(kind, town, found, city, crowd, spots.get(town), days) for town in towns)
    pairs = zip(whole[1:], days[1:], strict=True)
    changes = (_change(kind, whole.now, before, days[0], n) for before, n in pairs)
    change, change_year = (_compared(kind, ends) for ends in changes)
    better: Better = "up" if one.kpi in UP else "down" if one.kpi in DOWN else one.better
    return Figure(
        one.kpi, one.unit, kind, better, one.target, *whole, change, change_year, readings, funnel
    )


def _kept(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


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
                one.kpi, one.unit, area, against, _kept(before), _kept(now), change, meaning, own
            )


def _is_own(kind: Form, mine: Three, rest: Three, i: int, days: Sequence[int]) -> bool:
    one, other = (_change(kind, three.now, three[i], days[0], days[i]) for three in (mine, rest))
    if one is None or other is None:
        return False
    apart = gap(one[1], other[1])
    return apart.low > 0 or apart.high < 0


def _meaning(better: Better, is_up: bool) -> Meaning:
    return "neutral" if better == "neutral" else "better" if (better == "up") == is_up else "worse"


def _town(
    kind: Form,
    town: str,
    found: Mapping[str, Three],
    city: str,
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
    apart = _compared(kind, _from_rest(kind, town, found, city, crowd))
    low, high = (_kept(own.low), _kept(own.high)) if own else (None, None)
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
    return poisson(int(reading.n)) if kind == "count" else wilson(reading.n, reading.of or 0)


def _change(kind: Form, now: Reading, before: Reading, days: int, days_before: int) -> Ends | None:
    """Points of a share; of a count the logarithm of the ratio by day."""
    if kind == "value" or now.n is None or before.n is None:
        return None
    if kind == "share":
        return _apart(now, before)
    one, other = int(now.n), int(before.n)
    return _logs(lambda tail: ratio(one, other, days, days_before, tail)) if one or other else None


def _apart(one: Reading, other: Reading) -> Ends | None:
    if not one.of or not other.of or one.n is None or other.n is None:
        return None
    near, far = (difference(one.n, one.of, other.n, other.of, z) for z in (Z95, Z998))
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
    kind: Form, town: str, found: Mapping[str, Three], city: str, crowd: Crowd | None
) -> Ends | None:
    """A town against the rest of the city."""
    mine, rest = found[town], _rest(found, town, city)
    if kind == "share":
        return _apart(mine.now, rest.now)
    if crowd is None or not crowd.sizes.get(town) or mine.now.n is None or rest.now.n is None:
        return None
    if crowd.kind == "rate":
        sizes = (crowd.sizes[town], sum(size for code, size in crowd.sizes.items() if code != town))
        x, others = int(mine.now.n), int(rest.now.n)
        return _logs(lambda tail: ratio(x, others, *sizes, tail)) if x + others else None
    i = 1 if crowd.against == "previous" else 2
    one, other = (_change(kind, three.now, three[i], 1, 1) for three in (mine, rest))
    if (
        one is None
        or other is None
        or not all(math.isfinite(v) for v in (one[0].estimate, other[0].estimate))
    ):
        return None
    near, far = (gap(a, b) for a, b in zip(one, other, strict=True))
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
    """As told: points, or ratios made of their logarithms."""
    if ends is None or math.isnan(ends[0].estimate):
        return None
    near = ends[0]
    told = (
        near
        if kind == "share"
        else Interval(*(math.exp(min(v, 700)) if v < math.inf else v for v in near))
    )
    distinct, signal = (one.low > 0 or one.high < 0 for one in ends)
    estimate, high = (_kept(v) if math.isfinite(v) else None for v in (told.estimate, told.high))
    return Compared(estimate, _kept(told.low), high, distinct, signal)


def _crowd(
    kind: Form,
    city: str,
    known: Sequence[str],
    people: Mapping[str, int],
    found: Mapping[str, Three],
) -> Crowd | None:
    """Shares by their denominators; counts by population, else with those of before."""
    towns = {town: found[town] for town in known if found[town].now.n is not None}
    if kind == "value" or len(towns) < 2:
        return None
    counts = {town: three.now.n or 0.0 for town, three in towns.items()}
    if kind == "share":
        return _some(
            Crowd("share", counts, {town: three.now.of or 0.0 for town, three in towns.items()})
        )
    inhabitants = {town: float(people[town]) for town in known}
    if all(inhabitants.values()):
        rate = sum(counts.values()) / sum(inhabitants[town] for town in towns)
        return _some(Crowd("rate", counts, {town: inhabitants[town] * rate for town in towns}))
    sides: tuple[tuple[int, Against], ...] = ((2, "last_year"), (1, "previous"))
    for i, against in sides:
        before = {town: three[i].n for town, three in towns.items()}
        if found[city][i].value is not None and any(before.values()):
            return _some(
                Crowd(
                    "change",
                    counts,
                    {town: counts[town] + (before[town] or 0) for town in towns},
                    against,
                )
            )
    return None


def _some(crowd: Crowd) -> Crowd | None:
    return (
        crowd
        if sum(size > 0 for size in crowd.sizes.values()) > 1 and any(crowd.counts.values())
        else None
    )


def _funnel(crowd: Crowd) -> tuple[Funnel, dict[str, Spot]]:
    """The funnel of a crowd, and where each town of any size stands in it."""
    n, sizes = pd.Series(crowd.counts, dtype="float64"), pd.Series(crowd.sizes, dtype="float64")
    scale: Kind = "ratio" if crowd.kind == "rate" else "proportion"
    centre = float(n.sum() / sizes.sum())
    k = int((sizes > 0).sum())
    phi, tau2 = _dispersion(n, sizes, centre, scale)
    enough = int((sizes >= FEWEST_CASES).sum()) >= FEWEST_TOWNS
    adjusted = enough and bool(k * phi > 2 * special.gammaincinv(k / 2, CERTAIN)) and tau2 > 0
    widening = tau2 if adjusted else 0.0
    frame = pd.DataFrame({"rate": n / sizes.where(sizes > 0)})
    frame = frame.join(_limits(sizes, centre, widening, scale))
    told, spots = _told(crowd, centre), dict[str, Spot]()
    for town, rate, cls in zip(n.index, frame["rate"], _classes(frame), strict=True):
        if sizes[town] > 0 and (y := told(float(rate))) is not None:
            spots[str(town)] = Spot(_kept(sizes[town]), y, CLASSES[cls])
    curve = _curve(sizes[sizes > 0], centre, widening, scale, told)
    centre_told = told(centre) or 0.0
    made = Funnel(crowd.kind, centre_told, _kept(phi), _kept(tau2), adjusted, curve, crowd.against)
    return made, spots


Told = Callable[[float], float | None]


def _told(crowd: Crowd, centre: float) -> Told:
    """From the scale of statistics to the funnel's y; None of what can't be passed."""

    def told(rate: float) -> float | None:
        if math.isnan(rate) or (crowd.kind == "change" and rate >= 1):
            return None
        if crowd.kind == "share":
            return _kept(rate)
        if crowd.kind == "rate":
            return _kept(rate / centre)
        return _kept(rate / (1 - rate) * (1 - centre) / centre) if centre < 1 else None

    return told


def _curve(
    sizes: pd.Series[float], centre: float, tau2: float, scale: Kind, told: Told
) -> tuple[Limit, ...]:
    """The limits from below the smallest town to beyond the largest, densest where they bend."""
    least, most = max(float(sizes.min()) * 0.8, 1.0), float(sizes.max()) * 1.06
    xs = np.geomspace(least, max(most, least * 1.5), CURVE_POINTS)
    at = pd.Series(np.unique(np.round(xs)) if scale == "proportion" else xs)
    lines = _limits(at, centre, tau2, scale)
    names = ("lower95", "upper95", "lower998", "upper998")
    return tuple(
        Limit(_kept(x), *(told(float(row[name])) for name in names))
        for x, (_, row) in zip(at, lines.iterrows(), strict=True)
    )


def _limits(n: pd.Series[float], centre: float, tau2: float, kind: Kind) -> pd.DataFrame:
    """The limits lower95, upper95, lower998, upper998, widened where `tau2` is above 0."""
    found: dict[str, pd.Series[float]] = {}
    for name, tail in LIMITS.items():
        lines = _widened(n, centre, tail, tau2, kind) if tau2 else _exact(n, centre, tail, kind)
        for side, line in zip(("lower", "upper"), lines, strict=True):
            found[f"{side}{name}"] = pd.Series(line, index=n.index).where(n > 0)
    return pd.DataFrame(found)


def _dispersion(
    counts: pd.Series[float], sizes: pd.Series[float], centre: float, kind: Kind
) -> tuple[float, float]:
    """How much towns differ beyond chance: φ, and the variance τ² between them."""
    some = sizes > 0
    n = _floats(sizes[some])
    if not len(n):
        return math.nan, 0.0
    spread = 1 / (2 * np.sqrt(n))
    z = (_scaled(_floats(counts[some]) / n, kind) - _scaled(np.array(centre), kind)) / spread
    z = np.clip(z, *np.quantile(z, (WINSORISED, 1 - WINSORISED)))
    k, phi, weights = len(z), float(np.mean(z**2)), spread**-2
    room = float(weights.sum() - (weights**2).sum() / weights.sum())
    return phi, max(0.0, (k * phi - (k - 1)) / room) if room > 0 else 0.0


def _floats(series: pd.Series[float]) -> Floats:
    return np.asarray(series, dtype=np.float64)


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


def _scaled(rates: Floats, kind: Kind) -> Floats:
    root = np.sqrt(rates)
    return np.arcsin(root) if kind == "proportion" else root


def _widened(
    n: pd.Series[float], centre: float, tail: float, tau2: float, kind: Kind
) -> tuple[Floats, Floats]:
    """Limits of chance and of the variance between towns together."""
    with np.errstate(divide="ignore"):
        room = float(special.ndtri(1 - tail)) * np.sqrt(1 / (4 * _floats(n)) + tau2)
    middle = _scaled(np.array(centre), kind)
    if kind == "ratio":
        return np.maximum(middle - room, 0) ** 2, (middle + room) ** 2
    low, high = (
        np.sin(np.clip(edge, 0, math.pi / 2)) ** 2 for edge in (middle - room, middle + room)
    )
    return low, high


def _exact(n: pd.Series[float], centre: float, tail: float, kind: Kind) -> tuple[Floats, Floats]:
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


def _binomial(n: Floats, share: float, level: float) -> Floats:
    """The quantile of the share x of n, interpolated between the counts around the level."""
    below, above = np.full(n.shape, -1.0), n.astype(np.float64)
    while np.any(above - below > 1):
        middle = np.floor((below + above) / 2)
        reached = _up_to(middle, n, share) > level
        below, above = np.where(reached, below, middle), np.where(reached, middle, above)
    upto, before = _up_to(above, n, share), _up_to(above - 1, n, share)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (above - (upto - level) / (upto - before)) / n


def _up_to(count: Floats, n: Floats, share: float) -> Floats:
    """P(X ≤ count) of a binomial X."""
    return np.where(count < 0, 0.0, special.bdtr(np.maximum(count, 0), n.astype(np.int64), share))


def poisson(x: int, tail: float = 0.025) -> Interval:
    """A count with its exact interval."""
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
    """The rate of one count over that of another, with the exact interval."""
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


def wilson(x: float, n: float, z: float = Z95) -> Interval:
    """The share x of n with its Wilson score interval."""
    if not 0 <= x <= n:
        raise ValueError(f"{x} of {n} is no share")
    if n == 0:
        return Interval(math.nan, 0.0, 1.0)
    share, spare = x / n, z * z / n
    middle = (share + spare / 2) / (1 + spare)
    half = z / (1 + spare) * math.sqrt(share * (1 - share) / n + spare / (4 * n))
    return Interval(share, 0.0 if x == 0 else middle - half, 1.0 if x == n else middle + half)


def difference(x1: float, n1: float, x2: float, n2: float, z: float = Z95) -> Interval:
    """The first share less the second, with Newcombe's interval."""
    one, two = wilson(x1, n1, z), wilson(x2, n2, z)
    return gap(one, two) if n1 and n2 else Interval(math.nan, -1.0, 1.0)


def gap(one: Interval, two: Interval) -> Interval:
    """The first estimate less the second, with an interval recovered from theirs."""
    between = one.estimate - two.estimate
    below = math.hypot(one.estimate - one.low, two.high - two.estimate)
    above = math.hypot(one.high - one.estimate, two.estimate - two.low)
    return Interval(between, between - below, between + above)
