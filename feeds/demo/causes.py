"""The special causes that a chart of two years should show: a flood week in odd years, a wave of
fraud in even ones.

Ordinary variation is in feeds/demo/rhythm.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from feeds.city import periods


@dataclass(frozen=True)
class Cause:
    """What is different on `days` days from `start`: factors by kind, by category, and for some
    towns (by place in the list).
    """

    start: date
    days: int
    kinds: Mapping[str, float] = field(default_factory=dict)
    categories: Mapping[str, float] = field(default_factory=dict)
    towns: tuple[int, ...] = ()
    town_factor: float = 1

    def covers(self, day: date) -> bool:
        return self.start <= day < self.start + timedelta(days=self.days)


def of_year(seed: int, year: int, towns: int) -> tuple[Cause, ...]:
    """The causes of a year; `towns` is how many towns the city has."""
    rng = np.random.default_rng([seed, year, 77])
    shift = int(rng.integers(0, 14))
    struck = tuple(int(t) for t in rng.permutation(towns)[: max(1, towns // 5)])
    return (
        *_festival(year),
        _flood(year, shift, struck) if year % 2 else _fraud_wave(year, shift, struck),
    )


def _flood(year: int, shift: int, struck: tuple[int, ...]) -> Cause:
    kinds = {"in": 2.1, "oc": 1.4, "pa": 1.25, "th": 1.8, "se": 0.7}
    return Cause(
        date(year, 6, 24) + timedelta(days=shift),
        7,
        kinds,
        {"safety": 2.5, "facility": 2.2, "surface": 2.0},
        struck,
        3,
    )


def _fraud_wave(year: int, shift: int, struck: tuple[int, ...]) -> Cause:
    kinds = {"fw": 1.75, "fd": 1.7, "fl": 1.5, "fp": 1.4}
    return Cause(date(year, 9, 8) + timedelta(days=shift), 21, kinds, {"refund": 3.0}, struck, 1.8)


def _festival(year: int) -> tuple[Cause, ...]:
    """Fireworks around the festival and the Lantern Festival: more safety incidents among fewer
    incidents.
    """
    festival = periods.spring_festival(year)
    if festival is None:
        return ()
    fireworks = {"safety": 2.4, "fire": 1.6}
    return (
        Cause(festival - timedelta(days=4), 7, categories=fireworks),
        Cause(festival + timedelta(days=14), 2, categories=fireworks),
    )
