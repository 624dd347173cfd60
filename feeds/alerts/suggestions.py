"""Bounds for alerts, derived from the city's own history: for each town what is usual of its
overdue cases, and how old cases are that are closed late. `board alerts suggest` prints them, and
an office chooses.

The limit is mean + 3.09 standard deviations of the number at noon of each day (the upper one of the
99.8 % limits), the deviation being at least the one of chance alone, √mean.
"""

from __future__ import annotations

import math
import statistics
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import Connection, select

from feeds.cases.query import DAY_MS
from feeds.city import periods
from feeds.city.profile import Profile
from feeds.history import tables

SIGMAS = 3.09
CLEAR_PART = 0.8
OF_CLOSED = 0.998  # this share of the cases closed late was closed sooner
NOON_MS = 12 * 3_600_000


class Overdue(NamedTuple):
    """A case that was past its time: from when, and until it was closed (epoch ms; None: open)."""

    town: str
    family: str
    since_ms: int
    until_ms: int | None


class Usual(NamedTuple):
    """How many cases were overdue at noon of the days: the mean, the most, the limit as a whole
    number, on how many days it was exceeded, and how many alerts it would have made.
    """

    mean: float
    most: int
    limit: int
    days_over: int
    alerts: int


class Ages(NamedTuple):
    """How long cases were overdue when they were closed: how many there were, and within how many
    days 99.8 % of them were closed.
    """

    closed: int
    days: int


def read(connection: Connection, since_ms: int, now_ms: int) -> list[Overdue]:
    """The cases that were overdue at some time since then."""
    c = tables.cases.c
    query = select(c.town, c.kind, c.opened, c.due, c.closed).where(
        c.opened.is_not(None),
        c.due <= now_ms,
        c.closed.is_(None) | ((c.closed > c.due) & (c.closed >= since_ms)),
    )
    found = []
    for town, family, opened, due, closed in connection.execute(query):
        since = max(opened, due)
        if closed is None or closed > since:
            found.append(Overdue(town, family, since, closed))
    return found


def noons(profile: Profile, days: int, now_ms: int) -> list[int]:
    """Noon of the last days that are over, epoch ms."""
    today = periods.day_of(now_ms, profile.tz)
    return [
        periods.day_start_ms(today - timedelta(n), profile.tz) + NOON_MS for n in range(days, 0, -1)
    ]


def daily(cases: Sequence[Overdue], moments: Sequence[int]) -> list[int]:
    """How many of the cases were overdue at each of the moments."""
    begun = sorted(case.since_ms for case in cases)
    ended = sorted(case.until_ms for case in cases if case.until_ms is not None)
    return [bisect_right(begun, at) - bisect_right(ended, at) for at in moments]


def usual(numbers: Sequence[int]) -> Usual:
    """What is usual of a number over many days."""
    mean = statistics.fmean(numbers)
    deviation = max(statistics.pstdev(numbers), math.sqrt(mean))
    limit = max(1, math.ceil(mean + SIGMAS * deviation))
    over = sum(number > limit for number in numbers)
    return Usual(mean, max(numbers), limit, over, _episodes(numbers, limit, CLEAR_PART * limit))


def _episodes(numbers: Sequence[int], bound: float, clear: float) -> int:
    """How many alerts begin above the bound, each ending at `clear`."""
    count, burns = 0, False
    for number in numbers:
        if not burns and number > bound:
            count, burns = count + 1, True
        elif burns and number <= clear:
            burns = False
    return count


def by_town(
    profile: Profile, cases: Sequence[Overdue], moments: Sequence[int]
) -> Mapping[str, Usual]:
    """What is usual in the city, and in each of its towns."""
    found = {profile.code: usual(daily(cases, moments))}
    for town in profile.town_by_code:
        mine = [case for case in cases if case.town == town]
        found[town] = usual(daily(mine, moments))
    return found


def ages(cases: Sequence[Overdue], since_ms: int) -> Ages | None:
    """How old cases were that were closed late since then; None where fewer than a hundred were."""
    days = sorted(
        (case.until_ms - case.since_ms) / DAY_MS
        for case in cases
        if case.until_ms is not None and case.until_ms >= since_ms
    )
    if len(days) < 100:
        return None
    return Ages(len(days), math.ceil(days[math.floor(OF_CLOSED * (len(days) - 1))]))
