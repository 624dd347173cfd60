"""What a week lets expect by its season: the same weeks of earlier years.

A figure with a season gives false signals every year, so with two whole years its weeks are charted
as ratios to this expectation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from statistics import median

WEEKS_BEHIND = 2  # and as many after the same week: five are taken together
YEARS = 3  # that far back
WHOLE_YEARS_WEEKS = 104
WEEK = timedelta(7)


def expected(
    weeks: Mapping[date, float], week: date, *, festival: Callable[[int], date | None]
) -> float | None:
    """What is expected of the week that begins on a Monday, from `weeks` of earlier years.

    From a week before the Spring Festival (`festival`: its day in a year) to two weeks after it,
    that is the median of the same weeks counted from the festival; else of the same five weeks,
    without a festival's. None where there is none, or nothing is expected.
    """
    found: list[float] = []
    apart = _from_festival(week, festival)
    for back in range(1, YEARS + 1):
        if apart is not None:
            then = festival(_festival_year(week, festival) - back)
            same = [] if then is None else [_monday(then) + apart * WEEK]
        else:
            middle = _nearest_monday(_years_before(week, back))
            near = (middle + n * WEEK for n in range(-WEEKS_BEHIND, WEEKS_BEHIND + 1))
            same = [one for one in near if _from_festival(one, festival) is None]
        found += [weeks[one] for one in same if one in weeks]
    usual = median(found) if found else 0.0
    return usual if usual > 0 else None


def _from_festival(week: date, festival: Callable[[int], date | None]) -> int | None:
    """How many weeks a week is after its year's festival (-1 to 2); None of any other week."""
    day = festival(_festival_year(week, festival))
    if day is None:
        return None
    apart = (week - _monday(day)).days // 7
    return apart if -1 <= apart <= 2 else None


def _festival_year(week: date, festival: Callable[[int], date | None]) -> int:
    """A week that begins in December may lie before the festival of January."""
    following = festival(week.year + 1)
    is_near = following is not None and week + WEEK >= _monday(following)
    return week.year + 1 if is_near else week.year


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year - years, day=28)


def _monday(day: date) -> date:
    return day - timedelta(day.weekday())


def _nearest_monday(day: date) -> date:
    return _monday(day + timedelta(3))
