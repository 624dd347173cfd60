"""Windows of time, and how they are cut: the one place that says which moments a figure is of."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from feeds.city import periods
from feeds.city.periods import Period

Step = Literal["day", "week", "month"]
PERIOD_OF: dict[Step, Period] = {"day": "today", "week": "week", "month": "month"}
HOUR_MS = 3_600_000
LONG_DAYS = 31  # from so many days on a year ago means the same dates, not the same weekdays


class Window(NamedTuple):
    """From `start` up to, not including, `end`, in epoch milliseconds.

    What stands, and what falls due, is counted up to `until` (not including): a case that is due
    this evening is not overdue yet. `period` is the kind of period it is; `range` is any other.
    """

    start: int
    end: int
    until: int
    period: str = "range"


class Days(NamedTuple):
    """Days from `first` up to, not including, `after`."""

    first: date
    after: date

    @property
    def days(self) -> int:
        return (self.after - self.first).days

    @property
    def period(self) -> Period | None:
        """The kind of period that these days are exactly one of, if they are."""
        found = (p for p in periods.PERIODS if periods.days(p, self.first) == self)
        return next(found, None)

    @property
    def before(self) -> Days:
        """What came just before: the period before a whole period, else as many days."""
        period = self.period
        if period:
            return Days(*periods.days(period, self.first - timedelta(1)))
        return Days(self.first - timedelta(self.days), self.first)

    @property
    def year_before(self) -> Days:
        """The same days a year ago: by weekday and festival where they are few, else by date."""
        if self.days < LONG_DAYS and self.period != "month":
            first = periods.aligned_day(self.first)
            return Days(first, first + timedelta(self.days))
        return Days(_same_date(self.first), _same_date(self.after))


def _same_date(day: date) -> date:
    """A year ago; of a leap day the day before."""
    if (day.month, day.day) == (2, 29):
        return day.replace(year=day.year - 1, day=28)
    return day.replace(year=day.year - 1)


def current(period: Period, now_ms: int, tz: ZoneInfo) -> Window:
    """The period that now is in: what happened in it, up to now."""
    whole = periods.bounds(period, now_ms, tz)
    return Window(whole.start_ms, whole.end_ms, now_ms + 1, period)


def past(period: Period, at_ms: int, tz: ZoneInfo) -> Window:
    """The period that a past moment is in, up to that moment: of what came after, nothing."""
    return current(period, at_ms, tz)._replace(end=at_ms + 1)


def year_before(period: Period, now_ms: int, tz: ZoneInfo) -> Window:
    """The same elapsed part of the period a year ago."""
    start, end = periods.year_before(period, now_ms, tz)
    return Window(start, end, end, period)


def period_before(period: Period, now_ms: int, tz: ZoneInfo) -> Window:
    """The same elapsed part of the period before."""
    start, end = periods.period_before(period, now_ms, tz)
    return Window(start, end, end, period)


def of_days(days: Days, tz: ZoneInfo) -> Window:
    """Whole days that are over."""
    start, end = (periods.day_start_ms(day, tz) for day in days)
    return Window(start, end, end, days.period or "range")


def of_day(day: date, tz: ZoneInfo) -> Window:
    """One whole day."""
    start, end = (periods.day_start_ms(one, tz) for one in (day, day + timedelta(1)))
    return Window(start, end, end, "today")


def of_hour(start_ms: int) -> Window:
    """The hour from a moment on."""
    return Window(start_ms, start_ms + HOUR_MS, start_ms + HOUR_MS, "today")


def steps(step: Step, days: Days) -> list[Days]:
    """The days, weeks or months from the one of the first day on, up to the one of the last."""
    period = PERIOD_OF[step]
    found: list[Days] = []
    first = periods.days(period, days.first)[0]
    while first < days.after:
        found.append(Days(*periods.days(period, first)))
        first = found[-1].after
    return found
