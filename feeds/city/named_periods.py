"""The periods that a review or a brief is of: what each has, and days and months by their names
(2026-11-25, 2026-10). No I/O.

Quarters, which have names and neighbours of their own, are feeds/city/quarters.py.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple, Protocol, Self

from feeds.city import periods
from feeds.city.periods import Period

_NAME = re.compile(r"(19|20)\d\d-\d\d(-\d\d)?")
WEEK = timedelta(7)


class NamedPeriod(Protocol):
    """Whole days in the city's own zone, from `start` up to, not including, `end`; and the two
    periods that it is compared with.
    """

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> Period: ...
    @property
    def start(self) -> date: ...
    @property
    def end(self) -> date: ...
    @property
    def days(self) -> int: ...
    @property
    def previous(self) -> Self: ...
    @property
    def last_year(self) -> Self: ...


class Day(NamedTuple):
    """One day. The previous one is the same weekday a week before, because every Monday differs
    from a Sunday.
    """

    start: date

    @property
    def name(self) -> str:
        return self.start.isoformat()

    @property
    def kind(self) -> Period:
        return "today"

    @property
    def end(self) -> date:
        return self.start + timedelta(1)

    @property
    def days(self) -> int:
        return 1

    @property
    def previous(self) -> Day:
        return Day(self.start - WEEK)

    @property
    def last_year(self) -> Day:
        return Day(periods.aligned_day(self.start))


class Month(NamedTuple):
    """A month, by its first day."""

    start: date

    @property
    def name(self) -> str:
        return f"{self.start:%Y-%m}"

    @property
    def kind(self) -> Period:
        return "month"

    @property
    def end(self) -> date:
        return periods.days("month", self.start)[1]

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def previous(self) -> Month:
        return before(self.start)

    @property
    def last_year(self) -> Month:
        return Month(self.start.replace(year=self.start.year - 1))


def parse(name: str) -> Day | Month:
    """The day or the month of a name. Raises ValueError."""
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"{name!r} is neither a day nor a month; they are named like 2026-11-25 and 2026-10"
        )
    return (
        Day(date.fromisoformat(name)) if len(name) > 7 else Month(date.fromisoformat(f"{name}-01"))
    )


def before(day: date) -> Month:
    """The month before the one that a day is in."""
    return Month(periods.days("month", day.replace(day=1) - timedelta(1))[0])
