"""How many events of each kind begin on each day: a year's total is spread over its days, month by
month.

The total of a year is met within one event for every seed; seeds differ in the days on which events
fall.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from feeds.demo import calibration, causes, rhythm
from feeds.demo.kinds import Kind
from feeds.demo.rhythm import Floats


def trend(rate: float, day: date) -> float:
    """Growth by `rate` a year since the middle of the calibration, ending a few years from it."""
    years = (day - calibration.MIDDLE).days / 365.25
    limit = calibration.TREND_YEARS
    return float((1 + rate) ** min(limit, max(-limit, years)))


class Plan:
    """Counts by kind and day for one city and seed; a year is computed once and cached."""

    def __init__(self, key: tuple[int, ...], seed: int, towns: int) -> None:
        self._key, self._seed, self._towns = key, seed, towns
        self._years: dict[tuple[str, int], list[int]] = {}
        self._causes: dict[int, tuple[causes.Cause, ...]] = {}

    def count(self, kind: Kind, day: date) -> int:
        """How many of a kind start on a day."""
        if kind.days:
            return kind.days.get((day.month, day.day), 0)
        key = (kind.code, day.year)
        if key not in self._years:
            self._years[key] = self._year(kind, day.year)
        return self._years[key][day.timetuple().tm_yday - 1]

    def causes(self, day: date) -> tuple[causes.Cause, ...]:
        """The special causes that act on a day."""
        if day.year not in self._causes:
            self._causes[day.year] = causes.of_year(self._seed, day.year, self._towns)
        return tuple(c for c in self._causes[day.year] if c.covers(day))

    def _year(self, kind: Kind, year: int) -> list[int]:
        rng = np.random.default_rng([*self._key, *kind.code.encode(), year])
        first = date(year, 1, 1)
        days = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
        expected = self._expected(kind, days) * rng.lognormal(0, 0.06, len(days))
        months = np.array([d.month for d in days])
        ends = np.floor(
            np.cumsum([expected[months == m].sum() for m in range(1, 13)]) + rng.random()
        )
        counts = [
            _share(rng, int(n), expected[months == m])
            for m, n in enumerate(np.diff(ends, prepend=0), start=1)
        ]
        return [int(n) for n in np.concatenate(counts)]

    def _expected(self, kind: Kind, days: list[date]) -> Floats:
        usual = np.array([rhythm.factor(kind.rhythm, d) for d in days])
        level = np.array([trend(kind.trend, d) * self._special(kind, d) for d in days])
        expected: Floats = usual / usual.sum() * kind.yearly * level
        return expected

    def _special(self, kind: Kind, day: date) -> float:
        return float(np.prod([c.kinds.get(kind.code, 1.0) for c in self.causes(day)]))


def _share(rng: np.random.Generator, n: int, weights: Floats) -> Floats:
    return np.asarray(rng.multinomial(n, weights / weights.sum()), dtype=np.float64)
