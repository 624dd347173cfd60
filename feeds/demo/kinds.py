"""How a kind of demo event is declared: what happens, how often, when in the day, and what follows
it.

The declared kinds and their figures are feeds/demo/calibration.py.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Rhythm = Literal["street", "patrol", "desk", "round", "road", "safety", "family", "steady"]
Hours = Literal["day", "patrol", "desk", "round", "road", "family"]
Scope = Literal["grid", "town", "city", "each"]


@dataclass(frozen=True)
class Pick:
    """A field drawn from weighted values; `pace` multiplies the time to close.

    `weak` are the weights in the city's weakest town. Picks of one `stream` share their draw, so
    that rare values meet (level 1 with joint handling). Without `quoted` the values are JSON as
    they stand; without a name they are whole fragments of data. A `listed` category is now and then
    one that no list has.
    """

    field: str
    weights: Mapping[str, float]
    pace: Mapping[str, float] = dataclasses.field(default_factory=dict)
    weak: Mapping[str, float] | None = None
    stream: str = ""
    quoted: bool = True
    listed: bool = True


@dataclass(frozen=True)
class Number:
    """A whole number, log-normal with this mean, not below `least`, rounded to `step`."""

    field: str
    mean: float
    sigma: float = 0.5
    least: int = 1
    step: int = 1


@dataclass(frozen=True)
class Step:
    """One event of a kind. Steps after the first come `median_h` (log-normal) after the one before.

    `chance`: the share of cases that have this step. `of_due`: the median is a share of the time
    allowed.
    """

    type: str
    picks: tuple[Pick, ...] = ()
    numbers: tuple[Number, ...] = ()
    median_h: float = 0
    sigma: float = 0.8
    chance: float = 1
    of_due: bool = False


@dataclass(frozen=True)
class Kind:
    """A thing that happens `yearly` times in the middle year, growing by `trend` a year.

    `days` fixes it to days of the year instead: (month, day) → how many. `due_days`: weighted days
    until it is due. `scope`: where it happens; `each` goes through the towns in turn. `long` cases
    may stay open for over a quarter.
    """

    code: str
    source: str
    yearly: float
    first: Step
    later: tuple[Step, ...] = ()
    trend: float = 0
    rhythm: Rhythm = "street"
    hours: Hours = "day"
    scope: Scope = "grid"
    due_days: Mapping[int, float] = dataclasses.field(default_factory=dict)
    days: Mapping[tuple[int, int], int] = dataclasses.field(default_factory=dict)
    long: bool = False

    @property
    def steps(self) -> tuple[Step, ...]:
        return (self.first, *self.later)


@dataclass(frozen=True)
class Indicator:
    """A gauge of the city (`city`: value in the middle year, of `total`) shared out among its
    towns.

    `share`: the value is this share of the total and moves by `trend` a year towards 1. Of the
    basis `city` it is the city's own and not shared out.
    """

    code: str
    name: str
    every: Literal["hour", "month", "quarter"]
    city: float
    basis: Literal["weight", "villages", "grids", "city"] = "weight"
    share: float = 0
    trend: float = 0
    source: str = "centre"
