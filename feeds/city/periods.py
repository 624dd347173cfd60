"""Periods in the city's own zone: where they begin and end, and the windows they are compared with.

A reference window is cut at the same elapsed part. Today and this week are compared by weekday (364
days back), around the Spring Festival by festival day; month, quarter and year by calendar date.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Literal, NamedTuple, get_args
from zoneinfo import ZoneInfo

Period = Literal["today", "week", "month", "quarter", "year"]
PERIODS: tuple[Period, ...] = get_args(Period)

# First day of the lunar year (Hong Kong Observatory, conversion tables).
SPRING_FESTIVAL = {
    d.year: d
    for d in (
        date(2015, 2, 19),
        date(2016, 2, 8),
        date(2017, 1, 28),
        date(2018, 2, 16),
        date(2019, 2, 5),
        date(2020, 1, 25),
        date(2021, 2, 12),
        date(2022, 2, 1),
        date(2023, 1, 22),
        date(2024, 2, 10),
        date(2025, 1, 29),
        date(2026, 2, 17),
        date(2027, 2, 6),
        date(2028, 1, 26),
        date(2029, 2, 13),
        date(2030, 2, 3),
        date(2031, 1, 23),
        date(2032, 2, 11),
        date(2033, 1, 31),
        date(2034, 2, 19),
        date(2035, 2, 8),
    )
}
FESTIVAL_BEFORE, FESTIVAL_AFTER = (
    10,
    16,
)  # days around it in which work follows the festival, not the weekday


class Window(NamedTuple):
    """From `start_ms` up to, not including, `end_ms`."""

    start_ms: int
    end_ms: int


def day_of(at_ms: int, tz: ZoneInfo) -> date:
    return datetime.fromtimestamp(at_ms / 1000, tz).date()


def day_start_ms(day: date, tz: ZoneInfo) -> int:
    return int(datetime.combine(day, time(), tz).timestamp()) * 1000


def days(period: Period, day: date) -> tuple[date, date]:
    """The first day of the period that `day` is in, and the first day after it."""
    match period:
        case "today":
            return day, day + timedelta(1)
        case "week":
            first = day - timedelta(day.weekday())
            return first, first + timedelta(7)
        case "month":
            return day.replace(day=1), _add_months(day.replace(day=1), 1)
        case "quarter":
            first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
            return first, _add_months(first, 3)
        case "year":
            return date(day.year, 1, 1), date(day.year + 1, 1, 1)


def bounds(period: Period, now_ms: int, tz: ZoneInfo) -> Window:
    """The whole period that now is in."""
    first, after = days(period, day_of(now_ms, tz))
    return Window(day_start_ms(first, tz), day_start_ms(after, tz))


def year_before(period: Period, now_ms: int, tz: ZoneInfo) -> Window:
    """The same elapsed part of the period a year ago, up to and with the moment that corresponds to
    now.
    """
    return _elapsed(period, now_ms, tz, *_days_year_before(period, day_of(now_ms, tz)))


def period_before(period: Period, now_ms: int, tz: ZoneInfo) -> Window:
    """The same elapsed part of the previous period, cut at its end where it is shorter."""
    first, _ = days(period, day_of(now_ms, tz))
    return _elapsed(period, now_ms, tz, *days(period, first - timedelta(1)))


def aligned_day(day: date) -> date:
    """The day a year ago that a day is compared with: by festival day around the Spring Festival,
    else by weekday.
    """
    festival = SPRING_FESTIVAL.get(day.year)
    before = SPRING_FESTIVAL.get(day.year - 1)
    if festival and before and -FESTIVAL_BEFORE <= (day - festival).days <= FESTIVAL_AFTER:
        return before + (day - festival)
    return day - timedelta(364)


def _days_year_before(period: Period, day: date) -> tuple[date, date]:
    first, after = days(period, day)
    if period in ("today", "week"):
        start = aligned_day(first)
        return start, start + (after - first)
    start = _same_date(first, first.year - 1)
    return start, _same_date(after, after.year - 1)


def _elapsed(period: Period, now_ms: int, tz: ZoneInfo, first: date, after: date) -> Window:
    """The moment at the same date of the period and time of day, so that neither a change of clocks
    nor a leap day moves it.
    """
    now = datetime.fromtimestamp(now_ms / 1000, tz)
    current, _ = days(period, now.date())
    moment = _same_moment(now.replace(tzinfo=None), current, first).replace(tzinfo=tz)
    after_cut = int(moment.timestamp() * 1000 + 0.5) + 1
    return Window(day_start_ms(first, tz), min(after_cut, day_start_ms(after, tz)))


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
