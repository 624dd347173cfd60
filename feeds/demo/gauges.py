"""What the towns of a demo city report on a schedule: devices online, records sensed, and the
gauges of a month or quarter.

The values of a report depend on the profile, the seed and its day alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from feeds.demo import calibration, plan, sheet
from feeds.demo.days import HOUR_MS, City, DayBounds
from feeds.demo.kinds import Indicator
from feeds.demo.places import Ints
from feeds.demo.rhythm import Floats
from feeds.demo.sheet import Sheet

ROUGH_TOWN_ONLINE = 0.95
OF_CITY = -1  # in place of a town's number


def sheets(city: City, day: date, *, hourly: bool) -> Iterator[Sheet]:
    """The reports of a day. Devices report every hour where `hourly`, else once a day, the towns in
    turn.
    """
    bounds = city.bounds(day)
    yield _sensing(city, bounds)
    for number, indicator in enumerate(calibration.INDICATORS):
        if indicator.every == "hour":
            yield _devices(
                city,
                indicator,
                bounds,
                np.random.default_rng([*city.key, 90 + number, day.toordinal()]),
                hourly,
            )
    yield from by_period(city, day)


def by_period(city: City, day: date) -> Iterator[Sheet]:
    """The reports of a day that are for a month or a quarter."""
    bounds = city.bounds(day)
    for number, indicator in enumerate(calibration.INDICATORS):
        if indicator.every != "hour" and (period := _period(indicator, day)):
            yield _by_period(
                city,
                indicator,
                bounds,
                np.random.default_rng([*city.key, 90 + number, day.toordinal()]),
                period,
            )


def _turns(city: City, bounds: DayBounds) -> Ints:
    """The moment of the day at which each town reports: one after the other round the clock."""
    towns = len(city.places.codes)
    length = bounds.end - bounds.start
    return bounds.start + (np.arange(towns) * length) // towns


def _sensing(city: City, bounds: DayBounds) -> Sheet:
    rng = np.random.default_rng([*city.key, 89, bounds.day.toordinal()])
    weights = city.places.weights
    records = np.round(
        calibration.SENSING_RECORDS_A_DAY * weights * rng.lognormal(0, 0.05, len(weights))
    )
    at = _turns(city, bounds) + rng.integers(0, HOUR_MS // 4, len(weights))
    return _sheet(
        city,
        "sensing.received",
        "sensing",
        f"sr{bounds.day:%y}d{bounds.day:%j}",
        at,
        [f'"records":{int(r)}' for r in records],
    )


def _devices(
    city: City, indicator: Indicator, bounds: DayBounds, rng: np.random.Generator, hourly: bool
) -> Sheet:
    """Devices online by town and hour; a storm takes a few off for some hours."""
    towns = len(city.places.codes)
    totals = allot(round(indicator.city), city.places.weights)
    usual = np.where(np.arange(towns) == city.places.weakest, ROUGH_TOWN_ONLINE, indicator.share)
    dip = 0.05 * rng.random(towns) * (rng.random(towns) < 0.06)
    hours = (bounds.end - bounds.start) // HOUR_MS
    online = np.clip(usual - dip + rng.normal(0, 0.003, (hours, towns)), 0, 1) * totals
    keep = np.ones((hours, towns), np.bool_) if hourly else _own_hour(city, bounds, int(hours))
    hour, town = np.nonzero(keep)
    at = bounds.start + hour * HOUR_MS + rng.integers(0, HOUR_MS // 12, (hours, towns))[hour, town]
    data = [
        f'"indicator":"{indicator.name}","value":{int(online[h, t])},"total":{totals[t]}'
        for h, t in zip(hour, town, strict=True)
    ]
    names = [f"h{h}t{t}" for h, t in zip(hour, town, strict=True)]
    return _sheet(
        city,
        "indicator.reported",
        indicator.source,
        f"{indicator.code}{bounds.day:%y}d{bounds.day:%j}",
        at,
        data,
        town,
        names,
    )


def _own_hour(city: City, bounds: DayBounds, hours: int) -> NDArray[np.bool_]:
    own = (_turns(city, bounds) - bounds.start) // HOUR_MS
    return np.asarray(np.arange(hours)[:, None] == own[None, :])


def _period(indicator: Indicator, day: date) -> str:
    """The period an indicator is reported for on this day: the month or quarter that ends with it;
    "" where it is not reported.
    """
    if (day + timedelta(days=1)).day != 1:
        return ""
    if indicator.every == "month":
        return f"{day:%Y-%m}"
    return (
        f"{day.year}Q{day.month // 3}"
        if indicator.every == "quarter" and day.month % 3 == 0
        else ""
    )


def _by_period(
    city: City, indicator: Indicator, bounds: DayBounds, rng: np.random.Generator, period: str
) -> Sheet:
    weights = _basis(city, indicator)
    at = bounds.start + 14 * HOUR_MS + np.sort(rng.integers(0, 3 * HOUR_MS, len(weights)))
    growth = plan.trend(indicator.trend, bounds.day)
    if indicator.share:
        totals = allot(round(indicator.city), weights)
        done = np.minimum(
            totals, allot(round(totals.sum() * min(1.0, indicator.share * growth)), weights)
        )
        numbers = [f'"value":{v},"total":{t}' for v, t in zip(done, totals, strict=True)]
    else:
        numbers = [f'"value":{v}' for v in allot(round(indicator.city * growth), weights)]
    data = [f'"indicator":"{indicator.name}",{n},"period":"{period}"' for n in numbers]
    towns = np.array([OF_CITY]) if indicator.basis == "city" else None
    return _sheet(
        city, "indicator.reported", indicator.source, f"{indicator.code}{period}", at, data, towns
    )


def _basis(city: City, indicator: Indicator) -> Floats:
    """What an indicator is shared out by; by size where the profile does not say, and to one where
    it is the city's own.
    """
    if indicator.basis == "city":
        return np.ones(1)
    known = {
        "villages": city.places.villages,
        "grids": city.places.grids,
        "weight": city.places.weights,
    }[indicator.basis]
    return np.asarray(known, dtype=np.float64) if known.sum() else city.places.weights


def allot(number: int, weights: Floats) -> Ints:
    """A whole number shared out by weight, the parts adding up to it (largest remainders)."""
    exact = number * weights / weights.sum()
    parts: Ints = np.floor(exact).astype(np.int64)
    parts[np.argsort(parts - exact, kind="stable")[: number - int(parts.sum())]] += 1
    return parts


def _sheet(
    city: City,
    kind: str,
    source: str,
    name: str,
    at: Ints,
    data: list[str],
    towns: Ints | None = None,
    numbers: list[str] | None = None,
) -> Sheet:
    start, end = sheet.head(f"{city.tag}-{name}", kind, source)
    which = range(len(at)) if towns is None else towns.tolist()
    numbers = numbers or ["c" if t == OF_CITY else f"t{t}" for t in which]
    subjects = [
        city.places.subject_of(city.profile.code if t == OF_CITY else city.places.codes[t])
        for t in which
    ]
    return sheet.sheet(
        at, [f"{start}{n}{end}{s}" for n, s in zip(numbers, subjects, strict=True)], data
    )
