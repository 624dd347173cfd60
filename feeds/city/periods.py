"""Periods in the city's own zone: where they begin and end, and the windows they are compared with.

A reference window is cut at the same elapsed part. Today, this week and the last four weeks are
compared by weekday (364 days back), around the Spring Festival by festival day; month, quarter and
year by calendar date.
"""

from __future__ import annotations

import functools
import logging
from datetime import date, datetime, time, timedelta
from typing import Literal, NamedTuple, get_args
from zoneinfo import ZoneInfo

from borax.calendars.lunardate import InvalidLunarDateError, LunarDate

Period = Literal["today", "week", "28d", "month", "quarter", "year"]
PERIODS: tuple[Period, ...] = get_args(Period)
USUAL: Period = "28d"  # what pages open on: long enough to say something, weekdays balanced

log = logging.getLogger(__name__)

# The days before and after a Spring Festival in which work follows it, and not the weekday.
FESTIVAL_BEFORE = 10
FESTIVAL_AFTER = 16


class Bounds(NamedTuple):
    """From `start_ms` up to, not including, `end_ms`."""

    start_ms: int
    end_ms: int


def day_of(at_ms: int, tz: ZoneInfo) -> date:
    return datetime.fromtimestamp(at_ms / 1000, tz).date()


def day_start_ms(day: date, tz: ZoneInfo) -> int:
    return int(datetime.combine(day, time(), tz).timestamp()) * 1000


def days(period: Period, day: date) -> tuple[date, date]:
    """The first day of the period that `day` is in, and the first day after it. The last four
    weeks end with `day`.
    """
    match period:
        case "today":
            return day, day + timedelta(1)
        case "week":
            first = day - timedelta(day.weekday())
            return first, first + timedelta(7)
        case "28d":
            return day - timedelta(27), day + timedelta(1)
        case "month":
            return day.replace(day=1), _add_months(day.replace(day=1), 1)
        case "quarter":
            first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
            return first, _add_months(first, 3)
        case "year":
            return date(day.year, 1, 1), date(day.year + 1, 1, 1)


def bounds(period: Period, now_ms: int, tz: ZoneInfo) -> Bounds:
    """The whole period that now is in."""
    first, after = days(period, day_of(now_ms, tz))
    return Bounds(day_start_ms(first, tz), day_start_ms(after, tz))


def year_before(period: Period, now_ms: int, tz: ZoneInfo) -> Bounds:
    """The same elapsed part of the period a year ago, up to and with the moment that corresponds to
    now.
    """
    return _elapsed(period, now_ms, tz, *_days_year_before(period, day_of(now_ms, tz)))


def period_before(period: Period, now_ms: int, tz: ZoneInfo) -> Bounds:
    """The same elapsed part of the previous period, cut at its end where it is shorter."""
    first, _ = days(period, day_of(now_ms, tz))
    return _elapsed(period, now_ms, tz, *days(period, first - timedelta(1)))


@functools.cache
def spring_festival(year: int) -> date | None:
    """The first day of the lunar year. None outside 1900 to 2100; the log notes that once a year,
    because days are then compared by weekday.
    """
    try:
        found: date = LunarDate(year, 1, 1).to_solar_date()
    except InvalidLunarDateError:
        log.warning("no Spring Festival is known of %d: its days are compared by weekday", year)
        return None
    return found


def aligned_day(day: date) -> date:
    """The day a year ago that a day is compared with: by festival day around the Spring Festival,
    else by weekday.
    """
    festival = spring_festival(day.year)
    before = spring_festival(day.year - 1)
    if festival and before and -FESTIVAL_BEFORE <= (day - festival).days <= FESTIVAL_AFTER:
        return before + (day - festival)
    return day - timedelta(364)


def _days_year_before(period: Period, day: date) -> tuple[date, date]:
    first, after = days(period, day)
    if period in ("today", "week", "28d"):
        start = aligned_day(first)
        return start, start + (after - first)
    start = _same_date(first, first.year - 1)
    return start, _same_date(after, after.year - 1)


def _elapsed(period: Period, now_ms: int, tz: ZoneInfo, first: date, after: date) -> Bounds:
    """The moment at the same date of the period and time of day, so that neither a change of clocks
    nor a leap day moves it.
    """
    now = datetime.fromtimestamp(now_ms / 1000, tz)
    current, _ = days(period, now.date())
    moment = _same_moment(now.replace(tzinfo=None), current, first).replace(tzinfo=tz)
    after_cut = int(moment.timestamp() * 1000 + 0.5) + 1
    return Bounds(day_start_ms(first, tz), min(after_cut, day_start_ms(after, tz)))


def _same_moment(now: datetime, current: date, first: date) -> datetime:
    """The local time in the period from `first` that corresponds to `now` in the one from
    `current`: as many months in, on the same day of the month; the month's end where it has no such
    day.
    """
    if current.day != 1 or first.day != 1:
        return now + (first - current)
    month = _add_months(first, (now.year - current.year) * 12 + now.month - current.month)
    end = datetime.combine(_add_months(month, 1), time())
    return min(datetime.combine(month + timedelta(now.day - 1), now.time()), end)


def _add_months(first: date, months: int) -> date:
    month = first.month - 1 + months
    return date(first.year + month // 12, month % 12 + 1, 1)


def _same_date(day: date, year: int) -> date:
    """Only first days of months come here, so every year has the date."""
    return day.replace(year=year)


def minute_of(at_ms: int, tz: ZoneInfo) -> int:
    """The minute of the day in a zone, 0 to 1439."""
    at = datetime.fromtimestamp(at_ms / 1000, tz)
    return at.hour * 60 + at.minute
