"""Windows of time and how they are cut; it decides which moments a figure counts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from feeds.city import periods
from feeds.city.periods import Period
from feeds.kpis import BATCHES, Batch

Step = Literal["day", "week", "month"]
PERIOD_OF: dict[Step, Period] = {"day": "today", "week": "week", "month": "month"}
HOUR_MS = 3_600_000
LONG_DAYS = 31  # from so many days on a year ago means the same dates, not the same weekdays


class Window(NamedTuple):
    """From `start` up to, not including, `end`, in epoch milliseconds.

    Open cases, and cases that fall due, are counted up to `until` (not including), because a case
    that is due this evening is not overdue yet. `first_day` is the local day of `start`; "" of a
    window that is read for no share of what began in it.
    """

    start: int
    end: int
    until: int
    first_day: str = ""


class DateRange(NamedTuple):
    """Days from `start` up to, not including, `end`."""

    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def last(self) -> date:
        """The last day, as pages and addresses name it."""
        return self.end - timedelta(1)

    @property
    def period(self) -> Period | None:
        """The kind of period that these days make up exactly; None for other days."""
        found = (p for p in periods.PERIODS if periods.days(p, self.start) == self)
        return next(found, None)

    def within(self, other: DateRange) -> DateRange:
        """The days that are in both."""
        return DateRange(max(self.start, other.start), min(self.end, other.end))

    @property
    def before(self) -> DateRange:
        """The days just before: the previous period for a whole period, else as many days."""
        period = self.period
        if period:
            return DateRange(*periods.days(period, self.start - timedelta(1)))
        return DateRange(self.start - timedelta(self.days), self.start)

    @property
    def year_before(self) -> DateRange:
        """The same days a year ago: by weekday and festival where they are few, else by date."""
        if self.days < LONG_DAYS and self.period != "month":
            start = periods.aligned_day(self.start)
            return DateRange(start, start + timedelta(self.days))
        return DateRange(_same_date(self.start), _same_date(self.end))


def _same_date(day: date) -> date:
    """The same date a year ago; for a leap day the 28th."""
    if (day.month, day.day) == (2, 29):
        return day.replace(year=day.year - 1, day=28)
    return day.replace(year=day.year - 1)


def _day(at_ms: int, tz: ZoneInfo) -> str:
    return periods.day_of(at_ms, tz).isoformat()


def current(period: Period, now_ms: int, tz: ZoneInfo) -> Window:
    """The period that contains now; what happened in it is counted up to now."""
    whole = periods.bounds(period, now_ms, tz)
    return Window(whole.start_ms, whole.end_ms, now_ms + 1, _day(whole.start_ms, tz))


def past(period: Period, at_ms: int, tz: ZoneInfo) -> Window:
    """The period that contains a past moment, cut at that moment."""
    return current(period, at_ms, tz)._replace(end=at_ms + 1)


def year_before(period: Period, now_ms: int, tz: ZoneInfo) -> Window:
    """The same elapsed part of the period a year ago."""
    start, end = periods.year_before(period, now_ms, tz)
    return Window(start, end, end, _day(start, tz))


def period_before(period: Period, now_ms: int, tz: ZoneInfo) -> Window:
    """The same elapsed part of the period before."""
    start, end = periods.period_before(period, now_ms, tz)
    return Window(start, end, end, _day(start, tz))


def of_days(days: DateRange, tz: ZoneInfo) -> Window:
    """Whole days that are over."""
    start, end = (periods.day_start_ms(day, tz) for day in days)
    return Window(start, end, end, days.start.isoformat())


def of_day(day: date, tz: ZoneInfo) -> Window:
    """One whole day."""
    start, end = (periods.day_start_ms(one, tz) for one in (day, day + timedelta(1)))
    return Window(start, end, end, day.isoformat())


def of_hour(start_ms: int) -> Window:
    """The hour from a moment on."""
    return Window(start_ms, start_ms + HOUR_MS, start_ms + HOUR_MS)


def batches(batch: Batch, now_ms: int, tz: ZoneInfo) -> list[Window]:
    """The day, month, quarter or year that now is in and those before it, the last first."""
    found = []
    day = periods.day_of(now_ms, tz)
    for _ in range(1 + BATCHES[batch]):
        days = DateRange(*periods.days(batch, day))
        found.append(of_days(days, tz))
        day = days.start - timedelta(1)
    return found


def steps(step: Step, days: DateRange) -> list[DateRange]:
    """The days, weeks or months of a date range, from the one that contains its first day to the
    one that contains its last.
    """
    period = PERIOD_OF[step]
    found: list[DateRange] = []
    start = periods.days(period, days.start)[0]
    while start < days.end:
        found.append(DateRange(*periods.days(period, start)))
        start = found[-1].end
    return found
