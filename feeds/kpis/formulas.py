"""The five kinds of formula that a KPI can have, and how each reads its value from sums.

A formula reads Sums: what was counted of one area over one window of time. feeds/figures makes
Sums; feeds/kpis/measures.py declares what there is to count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from feeds.kpis import histogram
from feeds.kpis.measures import Measure

Counters = Mapping[str, Mapping[str, int]]  # stored measure → value of its dimension → how many


@dataclass(frozen=True)
class Reading:
    """A KPI's value with its numerator and denominator. The value is None where there is none: 0 of
    0 has no value.
    """

    value: float | None
    numerator: float | None = None
    denominator: float | None = None


@dataclass(frozen=True)
class Figure:
    """A KPI with its comparisons: value, what it was made of, its changes against a year ago and
    the period before, and when its newest event happened (epoch ms; None: never).
    """

    value: float | None
    numerator: float | None
    denominator: float | None
    change_year: float | None
    change_period: float | None
    at: int | None


@dataclass(frozen=True)
class GaugeLevel:
    """The latest reported value of an indicator, and its total where one was reported."""

    value: float
    total: float | None


def _no_gauge(_indicator: str) -> GaugeLevel | None:
    return None


class Sums(NamedTuple):
    """What a formula reads: one area over one window.

    `flows` is what was counted within the window, `levels` all that was ever counted of level
    measures up to its end, `gauge` an indicator's latest report by then. `first_day` is the local
    day on which the window begins; "" where `flows` hold nothing that began before it.
    """

    first_day: str
    flows: Counters
    levels: Counters
    gauge: Callable[[str], GaugeLevel | None] = _no_gauge


def total(counters: Counters, stored: str, values: tuple[str, ...] = ()) -> int:
    """The sum of a stored measure over its dimension, or over the named values of it."""
    cells = counters.get(stored)
    if not cells:
        return 0
    if not values:
        return sum(cells.values())
    return sum(cells.get(value, 0) for value in values)


def total_since(counters: Counters, stored: str, first_day: str) -> int:
    """The sum of a stored measure of what began on a day or later."""
    cells = counters.get(stored)
    return sum(n for day, n in cells.items() if day >= first_day) if cells else 0


@dataclass(frozen=True)
class Term:
    """A measure, or some values of its dimension."""

    measure: Measure
    dims: tuple[str, ...] = ()

    def of(self, sums: Sums) -> int:
        if self.measure.is_cohort:
            return total_since(sums.flows, self.measure.stored, sums.first_day)
        return total(sums.flows, self.measure.stored, self.dims)


@dataclass(frozen=True)
class Count:
    """How many (or how much, times `scale`) in the period, less what another term counts."""

    term: Term
    scale: float = 1
    less: Term | None = None

    def read(self, sums: Sums) -> Reading:
        n = self.term.of(sums) - (self.less.of(sums) if self.less else 0)
        value = n if self.scale == 1 else n * self.scale
        return Reading(value, value)

    @property
    def measures(self) -> tuple[Measure, ...]:
        return (self.term.measure, *((self.less.measure,) if self.less else ()))


@dataclass(frozen=True)
class Ratio:
    """A share: the sum of the numerator's terms over the sum of the denominator's."""

    numerator: tuple[Term, ...]
    denominator: tuple[Term, ...]

    def read(self, sums: Sums) -> Reading:
        n = sum(term.of(sums) for term in self.numerator)
        d = sum(term.of(sums) for term in self.denominator)
        return Reading(n / d if d else None, n, d)

    @property
    def measures(self) -> tuple[Measure, ...]:
        return tuple(term.measure for term in (*self.numerator, *self.denominator))


@dataclass(frozen=True)
class Level:
    """What is open now: everything that ever came in, less everything that left."""

    plus: Measure
    minus: Measure

    def read(self, sums: Sums) -> Reading:
        came = total(sums.levels, self.plus.stored)
        left = total(sums.levels, self.minus.stored)
        return Reading(came - left, came - left)

    @property
    def measures(self) -> tuple[Measure, ...]:
        return (self.plus, self.minus)


@dataclass(frozen=True)
class Quantile:
    """A quantile of durations in units of `unit_ms`, from the log-bucket histogram (error:
    histogram.ERROR).
    """

    measure: Measure
    q: float
    unit_ms: int

    def cells(self, sums: Sums) -> Mapping[str, int]:
        """The histogram that it is read from."""
        return sums.flows.get(self.measure.stored) or {}

    def read(self, sums: Sums) -> Reading:
        cells = self.cells(sums)
        at_ms = histogram.quantile(cells, self.q)
        value = None if at_ms is None else at_ms / self.unit_ms
        return Reading(value, None, sum(cells.values()))

    @property
    def measures(self) -> tuple[Measure, ...]:
        return (self.measure,)


@dataclass(frozen=True)
class Gauge:
    """The latest value of an indicator; with `share`, over its total; with `whole`, that total
    itself.
    """

    indicator: str
    share: bool = False
    whole: bool = False

    def read(self, sums: Sums) -> Reading:
        level = sums.gauge(self.indicator)
        if level is None:
            return Reading(None)
        if self.whole:
            return Reading(level.total, level.total)
        if not self.share:
            return Reading(level.value, level.value, level.total)
        share = level.value / level.total if level.total else None
        return Reading(share, level.value, level.total)

    @property
    def measures(self) -> tuple[Measure, ...]:
        return ()


Formula = Count | Ratio | Level | Quantile | Gauge
