"""What a week lets expect by its season."""

from __future__ import annotations

import math
from datetime import date, timedelta
from statistics import median

import numpy as np

from feeds.city import periods
from feeds.statistics import season, xmr

FIRST = date(2023, 1, 2)


def _weeks(
    value: dict[date, float] | None = None, until: date = date(2026, 9, 21)
) -> dict[date, float]:
    """Weeks by their number of the year, so that a median tells which it was made of."""
    found, day = {}, FIRST
    while day <= until:
        found[day] = float(1000 * (day.year - 2022) + day.isocalendar().week)
        day += timedelta(7)
    return found | (value or {})


def _expected(weeks: dict[date, float], week: date) -> float | None:
    return season.expected(weeks, week, festival=periods.spring_festival)


def test_a_week_is_expected_to_be_the_median_of_the_same_five_weeks() -> None:
    week = date(2025, 9, 15)
    weeks = {day: n for day, n in _weeks().items() if day.year in (2024, 2025)}
    five = [date(2024, 9, 2) + timedelta(7 * n) for n in range(5)]
    assert _expected(weeks, week) == median(weeks[day] for day in five)
    both = {day: n for day, n in _weeks().items() if day.year >= 2023}
    before = [date(2023, 9, 4) + timedelta(7 * n) for n in range(5)]
    assert _expected(both, week) == median([both[day] for day in (*five, *before)])


def test_a_festival_s_week_is_compared_with_the_same_festival_week() -> None:
    """Festivals: 29 January 2025, 17 February 2026."""
    weeks = {day: n for day, n in _weeks().items() if day.year == 2025}
    assert _expected(weeks, date(2026, 2, 16)) == weeks[date(2025, 1, 27)]
    assert _expected(weeks, date(2026, 2, 9)) == weeks[date(2025, 1, 20)]
    assert _expected(weeks, date(2026, 3, 2)) == weeks[date(2025, 2, 10)]
    quiet = weeks | {date(2025, 1, 27): 1.0, date(2025, 1, 20): 1.0, date(2025, 2, 3): 1.0}
    ordinary = _expected(quiet, date(2026, 1, 26))
    assert ordinary is not None
    assert ordinary > 1000, "the festival of the year before is no usual week"


def test_without_an_earlier_year_nothing_is_expected() -> None:
    weeks = {day: n for day, n in _weeks().items() if day >= date(2026, 1, 1)}
    assert _expected(weeks, date(2026, 9, 14)) is None
    assert _expected(dict.fromkeys(_weeks(), 0.0), date(2026, 9, 14)) is None


def test_every_week_of_a_decade_has_an_expectation() -> None:
    weeks = {FIRST + timedelta(7 * n): 50.0 for n in range(520)}
    for week in list(weeks)[60:]:
        assert _expected(weeks, week) == 50, week


def test_a_season_makes_no_signal_of_a_ratio_and_many_of_the_counts() -> None:
    rng = np.random.default_rng(31)
    mondays = [FIRST + timedelta(7 * n) for n in range(170)]
    wave = [1 + 0.4 * math.sin(2 * math.pi * (day.timetuple().tm_yday / 365)) for day in mondays]
    weeks = {
        day: float(rng.poisson(400 * height)) for day, height in zip(mondays, wave, strict=True)
    }
    last = mondays[-53:]
    plain = np.array([weeks[day] for day in last])
    ratios = np.array([weeks[day] / (_expected(weeks, day) or math.nan) for day in last])
    assert (xmr.causes(plain, xmr.limits(plain)).which > 0).mean() > 0.5
    assert (xmr.causes(ratios, xmr.limits(ratios)).which > 0).mean() < 0.15
    ratios[-8:] *= 1.25
    assert xmr.causes(ratios, xmr.limits(ratios)).which[-1] > 0, "a change is still seen"
