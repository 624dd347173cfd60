"""Periods in the city's zone and what they are compared with."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from feeds.city import periods

SHANGHAI = ZoneInfo("Asia/Shanghai")


def ms(text: str, tz: ZoneInfo = SHANGHAI) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=tz).timestamp() * 1000)


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("today", "2026-09-30", "2026-10-01"),
        ("week", "2026-09-28", "2026-10-05"),
        ("month", "2026-09-01", "2026-10-01"),
        ("quarter", "2026-07-01", "2026-10-01"),
        ("year", "2026-01-01", "2027-01-01"),
    ],
)
def test_bounds(period: periods.Period, start: str, end: str) -> None:
    assert periods.bounds(period, ms("2026-09-30T15:00"), SHANGHAI) == (ms(start), ms(end))


@pytest.mark.parametrize(
    ("period", "now", "start", "end"),
    [
        ("today", "2026-09-30T15:00", "2025-10-01", "2025-10-01T15:00:00.001"),
        ("week", "2026-09-30T15:00", "2025-09-29", "2025-10-01T15:00:00.001"),
        ("month", "2026-09-30T15:00", "2025-09-01", "2025-09-30T15:00:00.001"),
        ("year", "2026-09-30T15:00", "2025-01-01", "2025-09-30T15:00:00.001"),
        ("today", "2026-02-17T10:00", "2025-01-29", "2025-01-29T10:00:00.001"),
    ],
)
def test_a_year_before(period: periods.Period, now: str, start: str, end: str) -> None:
    assert periods.year_before(period, ms(now), SHANGHAI) == (ms(start), ms(end))


@pytest.mark.parametrize(
    ("period", "now", "start", "end"),
    [
        ("today", "2026-09-30T15:00", "2026-09-29", "2026-09-29T15:00:00.001"),
        ("month", "2026-03-31T15:00", "2026-02-01", "2026-03-01"),
        ("quarter", "2026-07-01T00:30", "2026-04-01", "2026-04-01T00:30:00.001"),
        ("year", "2026-01-01T00:00", "2025-01-01", "2025-01-01T00:00:00.001"),
    ],
)
def test_the_period_before(period: periods.Period, now: str, start: str, end: str) -> None:
    assert periods.period_before(period, ms(now), SHANGHAI) == (ms(start), ms(end))


def test_a_change_of_clocks_keeps_the_time_of_day() -> None:
    london = ZoneInfo("Europe/London")
    window = periods.period_before("month", ms("2024-04-15T12:00", london), london)
    assert window == (ms("2024-03-01", london), ms("2024-03-15T12:00:00.001", london))
    assert periods.bounds("today", ms("2024-03-31T12:00", london), london) == (
        ms("2024-03-31", london),
        ms("2024-04-01", london),
    )


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2028-03-01T12:00", "2027-03-01T12:00:00.001"),
        ("2029-03-01T12:00", "2028-03-01T12:00:00.001"),
        ("2028-02-29T12:00", "2027-03-01T00:00:00.001"),
    ],
)
def test_a_leap_day_moves_no_comparison(now: str, end: str) -> None:
    assert periods.year_before("year", ms(now), SHANGHAI) == (
        ms(f"{int(now[:4]) - 1}-01-01"),
        ms(end),
    )


def test_festival_days_are_compared_with_festival_days() -> None:
    assert periods.aligned_day(date(2026, 2, 16)) == date(2025, 1, 28)
    assert periods.aligned_day(date(2026, 5, 6)) == date(2025, 5, 7)


# As the Hong Kong Observatory's conversion tables have them.
SPRING_FESTIVALS = """
2015-02-19 2016-02-08 2017-01-28 2018-02-16 2019-02-05 2020-01-25 2021-02-12 2022-02-01
2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03
2031-01-23 2032-02-11 2033-01-31 2034-02-19 2035-02-08
"""


def test_the_lunar_year_begins_where_the_observatory_says() -> None:
    for text in SPRING_FESTIVALS.split():
        known = date.fromisoformat(text)
        assert periods.spring_festival(known.year) == known


def test_festival_days_are_compared_for_as_long_as_a_board_may_run() -> None:
    assert periods.aligned_day(date(2036, 1, 28)) == date(2035, 2, 8)
    assert periods.aligned_day(date(2100, 2, 9)) == date(2099, 1, 21)


def test_a_year_without_a_known_festival_is_compared_by_weekday_and_the_log_is_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    periods.spring_festival.cache_clear()
    for day in (date(2101, 1, 29), date(2101, 1, 30)):
        assert periods.aligned_day(day) == day - timedelta(364)
    assert caplog.messages == [
        "no Spring Festival is known of 2101: its days are compared by weekday"
    ]
