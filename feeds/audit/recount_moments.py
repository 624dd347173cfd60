"""Rows of raw events in the order of time, made ready for being asked often. Part of the recount.

Times are epoch milliseconds; an end is not part of what it ends.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


class Moments:
    """When one measure counts: where (town), for what (dim) and how much (n)."""

    def __init__(self, at: Numbers, n: Numbers, town: pd.Categorical, dim: pd.Categorical) -> None:
        self.at, self.n, self._town, self._dim = at, n, town, dim
        self._sums: dict[tuple[str, ...], tuple[Numbers, Numbers]] = {}

    @classmethod
    def of(cls, table: pd.DataFrame) -> Moments:
        """From rows with town, at, dim and n, in any order."""
        order = table["at"].to_numpy().argsort(kind="stable")
        town, dim = (pd.Categorical(table[name]).take(order) for name in ("town", "dim"))
        return cls(table["at"].to_numpy()[order], table["n"].to_numpy()[order], town, dim)

    def up_to(self, moments_ms: Sequence[int], dims: tuple[str, ...] = ()) -> Numbers:
        """How much counted before each of some moments, of some dims or of all."""
        if dims not in self._sums:
            mine = self._dim.isin(dims) if dims else np.ones(len(self.at), bool)
            self._sums[dims] = self.at[mine], np.concatenate(([0], self.n[mine].cumsum()))
        at, sums = self._sums[dims]
        found: Numbers = sums[at.searchsorted(moments_ms)]
        return found

    def within(self, start_ms: int, end_ms: int) -> Numbers:
        """How much each time counted in a span."""
        return self.n[self._span(start_ms, end_ms)]

    def by_dim(self, start_ms: int, end_ms: int) -> dict[str, int]:
        """How much counted in a span for each dim; what is zero is left out."""
        span = self._span(start_ms, end_ms)
        codes = self._dim.codes[span].astype(np.intp) + 1  # 0: for nothing that has a name
        sums = np.bincount(codes, self.n[span], len(self._dim.categories) + 1)[1:]
        return {str(dim): int(n) for dim, n in zip(self._dim.categories, sums, strict=True) if n}

    def first(self) -> int | None:
        """When anything counted first."""
        counted = self.at[self.n != 0]
        return int(counted[0]) if len(counted) else None

    def of_towns(self) -> dict[str, Moments]:
        """The same town by town, of those that have any."""
        codes = self._town.codes
        order = codes.argsort(kind="stable")
        towns, first = np.unique(codes[order], return_index=True)
        parts = zip(
            self._town.categories[towns], np.split(order, first[1:]), strict=False
        )  # of none one empty part is split
        return {
            str(town): Moments(self.at[rows], self.n[rows], self._town[rows], self._dim[rows])
            for town, rows in parts
        }

    def _span(self, start_ms: int, end_ms: int) -> slice:
        return slice(*self.at.searchsorted((start_ms, end_ms)))


class Report(NamedTuple):
    """What a town reported of an indicator; `total` is None where none was told."""

    at: int
    value: float
    total: float | None


class Indicators:
    """Every report of every indicator: indicator → town → its reports, a later one replacing an
    earlier.
    """

    def __init__(self, told: Mapping[str, Mapping[str, Sequence[Report]]]) -> None:
        self._told = told

    @classmethod
    def of(cls, reports: pd.DataFrame) -> Indicators:
        """From rows with indicator, town, at, value and total, in the order in which one replaces
        another.
        """
        told: dict[str, dict[str, list[Report]]] = {}
        columns: list[list[Any]] = [
            reports[name].to_list() for name in ("indicator", "town", *Report._fields)
        ]
        for indicator, town, at, value, total in zip(*columns, strict=True):
            report = Report(at, float(value), None if pd.isna(total) else float(total))
            told.setdefault(indicator, {}).setdefault(town, []).append(report)
        return cls(told)

    def standing(self, indicator: str, area: str, end_ms: int) -> list[Report]:
        """An area's own latest report; of a city that reports none the latest of each of its
        towns.
        """
        latest = {
            town: _latest(reports, end_ms)
            for town, reports in self._told.get(indicator, {}).items()
        }
        known = {town: report for town, report in latest.items() if report}
        return [known[area]] if area in known else [*known.values()]

    def within(self, town: str) -> Indicators:
        """What one town reported."""
        return Indicators(
            {name: {town: towns[town]} for name, towns in self._told.items() if town in towns}
        )


def _latest(reports: Sequence[Report], end_ms: int) -> Report | None:
    after = bisect_left(reports, end_ms, key=lambda report: report.at)
    return reports[after - 1] if after else None
