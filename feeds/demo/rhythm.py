"""When things happen: the factor of a day (weekday, season, holidays, Spring Festival) and of the
hours within it.

The factors are relative; feeds/demo/plan.py turns them into counts. Special causes are in
feeds/demo/causes.py.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from feeds.city import periods
from feeds.demo.kinds import Hours, Rhythm

Floats = NDArray[np.float64]

# Month and day of the public holidays that the made-up city keeps, the same in every year.
_HOLIDAYS = {
    (1, 1),
    (4, 4),
    (4, 5),
    (4, 6),
    (5, 1),
    (5, 2),
    (5, 3),
    *((10, d) for d in range(1, 8)),
}


class Shape(NamedTuple):
    """Factors of a rhythm: weekend, public holiday, and Spring Festival before it, in it and as
    people return.
    """

    saturday: float
    sunday: float
    holiday: float
    before: float
    festival: float
    after: float
    summer: float


SHAPES: dict[Rhythm, Shape] = {
    "street": Shape(0.9, 0.82, 0.8, 1.08, 0.45, 0.8, 1.1),
    "patrol": Shape(0.75, 0.6, 0.55, 1.2, 0.35, 0.85, 0.97),
    "desk": Shape(0.4, 0.25, 0.2, 1.1, 0.12, 0.7, 1.0),
    "round": Shape(1.05, 1.08, 1.1, 1.05, 1.15, 0.95, 1.12),
    "road": Shape(1.03, 0.95, 1.2, 1.2, 0.85, 1.25, 1.0),
    "safety": Shape(0.45, 0.3, 0.6, 1.7, 0.8, 0.7, 1.08),
    "family": Shape(0.75, 0.55, 0.5, 1.1, 0.4, 1.3, 1.04),
    "steady": Shape(0.9, 0.85, 0.85, 1.1, 0.6, 0.95, 1.02),
}

# Relative activity in the 24 hours, midnight first.
_HOURS: dict[Hours, str] = {
    "day": "2 1.5 1.2 1.2 1.2 1.5 3 5 8 9.5 9.5 8 5.5 6.5 8.5 8.5 7.5 6 5 5 4.5 4 3 2.5",
    "patrol": "1 .8 .6 .5 .5 .8 2 5 10 12 11 7 3 6 11 11 9 5 3 4 3.5 2.5 1.5 1.2",
    "desk": ".3 .2 .2 .2 .2 .2 .5 2 12 15 14 9 2.5 8 13 13 11 6 1 .8 .6 .5 .4 .3",
    "round": "4 3 2.5 2 1.8 2 2.5 4 4.5 4.5 4.5 4.5 4.5 4 4 4.5 5 5.5 6 6.5 6.5 6.5 6 5",
    "road": "1.8 1.3 1 1 1.5 3 5 8 6 4.5 4.5 4.5 4 4.5 4.5 5 6.5 8.5 7.5 5.5 4.5 3.5 3 2.5",
    "family": "1 .8 .7 .6 .7 .8 1.5 4 10 12 11 7 3.5 7 10 10 8 5 4 4.5 4.5 3 2 1.3",
}


def spread(hours: Hours, draws: Floats) -> Floats:
    """Uniform draws as moments of the day (0 to 1) with the density of these hours."""
    weights = np.array([float(w) for w in _HOURS[hours].split()])
    edges = np.concatenate(([0.0], np.cumsum(weights / weights.sum())))
    return np.interp(draws, edges, np.arange(25) / 24)


def festival_offset(day: date) -> int | None:
    """Days from the nearest Spring Festival (0 is New Year's Day), within four weeks of it; else
    None.
    """
    festival = periods.spring_festival(day.year)
    offset = (day - festival).days if festival else 99
    return offset if -28 <= offset <= 28 else None


def factor(rhythm: Rhythm, day: date) -> float:
    """How busy a day is, around 1."""
    shape = SHAPES[rhythm]
    season = 1 + (shape.summer - 1) * float(
        np.cos(2 * np.pi * (day.timetuple().tm_yday - 205) / 365)
    )
    return season * _week(shape, day) * _festival(shape, day)


def _week(shape: Shape, day: date) -> float:
    if (day.month, day.day) in _HOLIDAYS:
        return shape.holiday
    return {5: shape.saturday, 6: shape.sunday}.get(day.weekday(), 1.0)


def _festival(shape: Shape, day: date) -> float:
    offset = festival_offset(day)
    if offset is None:
        return 1.0
    known = (
        (-28, 1.0),
        (-18, shape.before),
        (-5, shape.before),
        (-1, shape.festival),
        (5, shape.festival),
        (8, shape.after),
        (14, shape.after),
        (20, 1.0),
    )
    return float(np.interp(offset, [x for x, _ in known], [y for _, y in known]))
