"""Which towns differ from the whole by more than chance. It loads pandas, which a web worker has no
need of before its first page that compares towns.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import pandas as pd

from feeds.statistics import funnels, tails

Cases = Mapping[str, tuple[float, float]]


class Standing(NamedTuple):
    """The side of each town ("high", "low", or "" where it may be chance), and whether the towns
    differ so much among themselves that each had to differ by more than they do.
    """

    sides: dict[str, str]
    is_adjusted: bool


def of_shares(towns: Cases, whole: float) -> Standing | None:
    """Of shares x of n around the whole; None where they can't be compared."""
    if not towns or not 0 < whole < 1 or any(n > of for n, of in towns.values()):
        return None
    return _of_shares(tuple(towns.items()), whole)


@lru_cache(maxsize=256)  # a page asks the same of its answer, its strip and its tables
def _of_shares(rows: tuple[tuple[str, tuple[float, float]], ...], whole: float) -> Standing:
    towns = dict(rows)
    x, n = _columns(towns)
    found = funnels.proportions(x, n, target=whole)
    if funnels.is_wide(n, found.phi):
        found = funnels.proportions(x, n, target=whole, overdispersion=True)
    return _standing(towns, found)


def of_counts(towns: Cases) -> Standing:
    """Of counts against what is expected of each."""
    return _standing(towns, funnels.counts(*_columns(towns)))


def of_durations(towns: Cases, quantile: float) -> Standing:
    """Of cases that took longer than the city's quantile, of all."""
    slow, n = _columns(towns)
    found = funnels.durations(slow, n, quantile=quantile)
    if funnels.is_wide(n, found.phi):
        found = funnels.durations(slow, n, quantile=quantile, overdispersion=True)
    return _standing(towns, found)


def _columns(towns: Cases) -> tuple[pd.Series[float], pd.Series[float]]:
    first = pd.Series([float(both[0]) for both in towns.values()])
    second = pd.Series([float(both[1]) for both in towns.values()])
    return first, second


def _standing(towns: Cases, found: funnels.Funnel) -> Standing:
    classes = zip(towns, found.frame["class"], strict=True)
    return Standing({code: tails.SIDES.get(one, "") for code, one in classes}, found.adjusted)
