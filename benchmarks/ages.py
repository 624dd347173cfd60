"""Arithmetic over what the probe saw: how old the newest event was when its number was painted, and
any event.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterable, Sequence
from typing import NamedTuple

STEPS = 20


class Shown(NamedTuple):
    """One change of the watched number, in epoch ms: the newest event it counts, the change in the
    page, the frame's end.
    """

    stamp: float
    changed: float
    painted: float | None

    @property
    def seen(self) -> float:
        return self.painted or self.changed


def shown(rows: Iterable[Sequence[float | None]]) -> list[Shown]:
    """Rows of the probe, [stamp, changed, painted, …]."""
    return [Shown(float(row[0] or 0), float(row[1] or 0), row[2]) for row in rows]


def push(samples: Sequence[Shown]) -> list[float]:
    """Push latency, ms: the age of the newest event shown when its number has been painted."""
    return [s.seen - s.stamp for s in samples]


def event_to_pixel(samples: Sequence[Shown]) -> list[float]:
    """The same for any event: they come evenly between two stamps, so that each waits for the next
    change.
    """
    found: list[float] = []
    for before, after in itertools.pairwise(samples):
        gap = after.stamp - before.stamp
        found += [after.seen - before.stamp - gap * (i + 0.5) / STEPS for i in range(STEPS)]
    return found


def quantile(values: Iterable[float], q: float) -> float:
    """By linear interpolation; nan of nothing."""
    ordered = sorted(values)
    if not ordered:
        return float("nan")
    place = (len(ordered) - 1) * q
    low = int(place)
    return ordered[low] + (ordered[min(low + 1, len(ordered) - 1)] - ordered[low]) * (place - low)


def median(values: Iterable[float]) -> float:
    held = list(values)
    return statistics.median(held) if held else float("nan")
