"""Ages, spans, moments and clocks, in both languages and the profile's zone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from layouts.text import times

TZ = ZoneInfo("Asia/Shanghai")


def ms(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=TZ).timestamp() * 1000)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (0, "刚刚", "just now"),
        (59.9, "刚刚", "just now"),
        (60, "1\u00a0分钟前", "1\u00a0min\u00a0ago"),
        (200, "3\u00a0分钟前", "3\u00a0min\u00a0ago"),
        (3599, "59\u00a0分钟前", "59\u00a0min\u00a0ago"),
        (3600, "1\u00a0小时前", "1\u00a0h\u00a0ago"),
        (86_400 * 5 + 7, "5\u00a0天前", "5\u00a0d\u00a0ago"),
    ],
)
def test_ages(seconds: float, zh: str, en: str) -> None:
    assert (times.age(seconds, "zh"), times.age(seconds, "en")) == (zh, en)


def test_a_span_is_at_least_a_minute() -> None:
    assert times.duration(3, "zh") == "1\u00a0分钟"


def test_a_moment_of_another_day_has_its_date() -> None:
    now = ms(2026, 9, 30, 15, 42)
    assert times.moment(ms(2026, 9, 30, 9, 40), now, TZ, "zh") == "09:40"
    assert times.moment(ms(2026, 9, 29, 23, 59), now, TZ, "zh") == "9月29日 23:59"
    assert times.moment(ms(2026, 9, 29, 23, 59), now, TZ, "en") == "29 Sep 23:59"
    assert times.moment(ms(2025, 5, 5, 23, 58), now, TZ, "zh") == "2025年5月5日 23:58"
    assert times.moment(ms(2025, 5, 5, 23, 58), now, TZ, "en") == "5 May 2025 23:58"


def test_the_clock_is_the_citys() -> None:
    at = ms(2026, 9, 30, 0, 5) + 7000
    assert (times.clock(at, TZ), times.clock(at, ZoneInfo("America/New_York"))) == (
        "00:05:07",
        "12:05:07",
    )
    assert (times.date(at, TZ, "zh"), times.date(at, TZ, "en")) == (
        "2026年9月30日 周三",
        "Wed 30 Sep 2026",
    )
