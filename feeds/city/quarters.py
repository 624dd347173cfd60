"""Quarters of a year by their names (2026Q3): their days, the previous one, and the same one a year
ago. No I/O.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from feeds.city.periods import Period

_NAME = re.compile(r"(19|20)\d\dQ[1-4]")


class Quarter(NamedTuple):
    """A quarter of a calendar year in the city's own zone. `number` is 1 to 4."""

    year: int
    number: int

    @property
    def name(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def kind(self) -> Period:
        return "quarter"

    @property
    def start(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def end(self) -> date:
        """The first day that is no longer in it."""
        return self.next.start

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def next(self) -> Quarter:
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def previous(self) -> Quarter:
        return Quarter(self.year - (self.number == 1), (self.number - 2) % 4 + 1)

    @property
    def last_year(self) -> Quarter:
        return Quarter(self.year - 1, self.number)


class RunningQuarter(NamedTuple):
    """As much of a quarter as is over: its whole days before `end`. It is compared with as many
    days of the quarters before.
    """

    quarter: Quarter
    end: date

    @property
    def name(self) -> str:
        return self.quarter.name

    @property
    def kind(self) -> Period:
        return "quarter"

    @property
    def start(self) -> date:
        return self.quarter.start

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def last(self) -> date:
        """The last day that is in it."""
        return self.end - timedelta(1)

    @property
    def previous(self) -> RunningQuarter:
        return self._as_much_of(self.quarter.previous)

    @property
    def last_year(self) -> RunningQuarter:
        return self._as_much_of(self.quarter.last_year)

    def _as_much_of(self, other: Quarter) -> RunningQuarter:
        return RunningQuarter(other, min(other.start + timedelta(self.days), other.end))


def parse(name: str) -> Quarter:
    """The quarter of a name such as 2026Q3. Raises ValueError."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no quarter; one is named like 2026Q3")
    return Quarter(int(name[:4]), int(name[5]))


def of(day: date) -> Quarter:
    """The quarter that a day is in."""
    return Quarter(day.year, (day.month + 2) // 3)


def over(start: date, today: date) -> tuple[Quarter, ...]:
    """The quarters that began on or after a day and are over today, the newest first."""
    found, one = list[Quarter](), of(today).previous
    while one.start >= start:
        found.append(one)
        one = one.previous
    return tuple(found)
