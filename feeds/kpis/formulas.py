"""The five forms a KPI can have, and how each reads its value from added-up measures.

A measure is a name such as `incident.opened`; its counters split it by one dimension (category,
outcome, duration bucket). What adds measures up lives in feeds/history/measures.py and
feeds/live/engine.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from feeds.kpis import histogram

Counters = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Reading:
    """A KPI's value with what it was made of. None where there is none: 0 of 0 has no value."""

    value: float | None
    numerator: float | None = None
    denominator: float | None = None


@dataclass(frozen=True)
class Figure:
    """A KPI as it is told: its value, what it was made of, its changes, and when its newest event
    happened (epoch ms; None: never).
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


class Book(Protocol):
    """What a formula reads from: one area over one period, up to one moment."""

    @property
    def period(self) -> str: ...
    @property
    def flows(self) -> Counters: ...
    @property
    def levels(self) -> Counters: ...
    def gauge(self, indicator: str) -> GaugeLevel | None: ...


def total(counters: Counters, measure: str, dims: tuple[str, ...] = ()) -> int:
    """The sum of a measure over its dimension, or over the named values of it."""
    cells = counters.get(measure)
    if not cells:
        return 0
    return sum(cells.values()) if not dims else sum(cells.get(d, 0) for d in dims)


@dataclass(frozen=True)
class Term:
    """A measure, or some values of its dimension. `{period}` in the name stands for the period
    asked for.
    """

    measure: str
    dims: tuple[str, ...] = ()

    def of(self, book: Book) -> int:
        return total(book.flows, self.measure.replace("{period}", book.period), self.dims)


@dataclass(frozen=True)
class Count:
    """How many (or how much, times `scale`) in the period."""

    term: Term
    scale: float = 1

    def read(self, book: Book) -> Reading:
        n = self.term.of(book)
        return Reading(
            n if self.scale == 1 else n * self.scale, n if self.scale == 1 else n * self.scale
        )

    @property
    def measures(self) -> tuple[str, ...]:
        return (self.term.measure,)


@dataclass(frozen=True)
class Ratio:
    """A share: the sum of the numerator's terms over the sum of the denominator's."""

    numerator: tuple[Term, ...]
    denominator: tuple[Term, ...]

    def read(self, book: Book) -> Reading:
        n, d = sum(t.of(book) for t in self.numerator), sum(t.of(book) for t in self.denominator)
        return Reading(n / d if d else None, n, d)

    @property
    def measures(self) -> tuple[str, ...]:
        return tuple(t.measure for t in (*self.numerator, *self.denominator))


@dataclass(frozen=True)
class Level:
    """What stands now: everything that ever came in, less everything that left."""

    plus: str
    minus: str

    def read(self, book: Book) -> Reading:
        n = total(book.levels, self.plus) - total(book.levels, self.minus)
        return Reading(n, n)

    @property
    def measures(self) -> tuple[str, ...]:
        return (self.plus, self.minus)


@dataclass(frozen=True)
class Quantile:
    """A quantile of durations in units of `unit_ms`, from the log-bucket histogram (error:
    histogram.ERROR).
    """

    measure: str
    q: float
    unit_ms: int

    def read(self, book: Book) -> Reading:
        cells = book.flows.get(self.measure) or {}
        at_ms = histogram.quantile(cells, self.q)
        n = sum(cells.values())
        return Reading(None if at_ms is None else at_ms / self.unit_ms, None, n)

    @property
    def measures(self) -> tuple[str, ...]:
        return (self.measure,)


@dataclass(frozen=True)
class Gauge:
    """The latest value of an indicator; with `share`, over its total; with `whole`, that total
    itself.
    """

    indicator: str
    share: bool = False
    whole: bool = False

    def read(self, book: Book) -> Reading:
        level = book.gauge(self.indicator)
        if level is None:
            return Reading(None)
        if self.whole:
            return Reading(level.total, level.total)
        if not self.share:
            return Reading(level.value, level.value, level.total)
        return Reading(level.value / level.total if level.total else None, level.value, level.total)

    @property
    def measures(self) -> tuple[str, ...]:
        return ()


Formula = Count | Ratio | Level | Quantile | Gauge
