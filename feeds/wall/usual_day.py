"""Today so far, and the same weekdays around the same day a year ago: how much there was up to each
half hour of the day.

Most of those days lie within a band. It leaves out the two that had least and the two that had most
of eleven or more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from feeds.city import periods

STEPS = 48
STEP_MS = 1_800_000
WEEKS_AROUND = 6
FEWEST_DAYS = 5
TRIMMED_FROM, TRIMMED = 11, 2
OPENED, CLOSED = "all.opened", "all.closed"  # of every kind of case together
Counts = dict[str, list[int]]  # what was counted, by its name → how many in each step


class Band(NamedTuple):
    """Up to the end of each step: between what most days were, and the day in the middle."""

    low: tuple[int, ...]
    middle: tuple[int, ...]
    high: tuple[int, ...]

    def at(self, day_ms: int) -> tuple[int, int]:
        """Between what most days were at a time of day, in ms since midnight."""
        step = min(STEPS - 1, max(0, day_ms // STEP_MS))
        share = min(1.0, (day_ms - step * STEP_MS) / STEP_MS)
        return _between(self.low, step, share), _between(self.high, step, share)


@dataclass(frozen=True)
class UsualDay:
    """The bands by KPI, and by OPENED and CLOSED; none where too few of the days have data."""

    weekday: int
    bands: Mapping[str, Band]


def days_like(today: date) -> list[date]:
    """The same weekdays around the day a year ago that today is compared with."""
    middle = periods.aligned_day(today)
    return [middle + timedelta(7 * n) for n in range(-WEEKS_AROUND, WEEKS_AROUND + 1)]


def usual(today: date, days: Sequence[Counts]) -> UsualDay:
    """The bands of some days; none where they are too few."""
    if len(days) < FEWEST_DAYS:
        return UsualDay(today.weekday(), {})
    bands = {name: _band([so_far(day[name]) for day in days]) for name in days[0]}
    return UsualDay(today.weekday(), bands)


def so_far(steps: Sequence[int]) -> list[int]:
    """The sums up to the end of each step."""
    found: list[int] = []
    total = 0
    for n in steps:
        total += n
        found.append(total)
    return found


def _band(days: Sequence[Sequence[int]]) -> Band:
    cut = TRIMMED if len(days) >= TRIMMED_FROM else 0
    low, middle, high = [], [], []
    for values in zip(*days, strict=True):
        ranked = sorted(values)
        low.append(ranked[cut])
        middle.append(ranked[len(ranked) // 2])
        high.append(ranked[-1 - cut])
    return Band(tuple(low), tuple(middle), tuple(high))


def _between(line: Sequence[int], step: int, share: float) -> int:
    before = line[step - 1] if step else 0
    return round(before + (line[step] - before) * share)
