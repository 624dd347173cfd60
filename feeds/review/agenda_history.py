"""What an agenda needs from the history besides the quarter's figures, as known at the same moment:
the weeks or months of two years, and how long the oldest overdue cases have waited.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, select

from feeds import kpis
from feeds.city import periods
from feeds.city.profile import Profile
from feeds.figures import known_at, reader, windows
from feeds.figures.known_at import Known, TooManyLate
from feeds.figures.windows import DateRange, Window
from feeds.history import tables
from feeds.history.case_state import Case, CaseKey
from feeds.history.counting import Counting
from feeds.kpis import Kpi, Step
from feeds.review.review_values import Reading

YEARS = 2
DAY_MS = 86_400_000
MANY_LATE = 50_000


class Series(NamedTuple):
    """A figure of an area by weeks or months from `first` on, whole ones only."""

    step: Step
    first: date
    readings: tuple[Reading, ...]


def series(
    connection: Connection, profile: Profile, end: date, moment_ms: int, edition: str
) -> Mapping[str, Mapping[str, Series]]:
    """Every figure over the two years before a day, by area and KPI, by the definitions that were
    in force on a day. Raises a database error.
    """
    as_known = Known(recorded=moment_ms)
    begun_ms = known_at.first_ms(connection, as_known)
    if begun_ms is None:
        return {}
    begun = periods.day_of(begun_ms, profile.tz)
    earliest = max(begun, end.replace(year=end.year - YEARS))
    by_step = {step: _windows(step, earliest, end, profile) for step in ("week", "month")}
    asked = [window for some in by_step.values() for window in some]
    if not asked:
        return {}
    found = reader.read(connection, profile, asked, as_known=as_known)
    return {
        area: {
            kpi.id: _series(kpi, area, by_step[kpi.step], found, profile, edition)
            for kpi in kpis.CATALOGUE.values()
            if by_step[kpi.step]
        }
        for area in profile.areas
    }


def _series(
    kpi: Kpi,
    area: str,
    asked: list[Window],
    found: reader.Readings,
    profile: Profile,
    edition: str,
) -> Series:
    """From the second step with data on, because a source may have begun within the first."""
    readings = [_reading(kpi, found, area, window, edition) for window in asked]
    heard = [n for n, one in enumerate(readings) if one.value or one.of]
    first = min(heard[0] + 1, len(readings) - 1) if heard else len(readings) - 1
    start = periods.day_of(asked[first].start, profile.tz)
    return Series(kpi.step, start, tuple(readings[first:]))


def _reading(kpi: Kpi, found: reader.Readings, area: str, window: Window, edition: str) -> Reading:
    one = kpi.formula_on(edition).read(found.of(area, window))
    return Reading(one.value, one.numerator, one.denominator)


def _windows(step: Step, earliest: date, end: date, profile: Profile) -> list[Window]:
    """The whole weeks or months within some days."""
    start, after = periods.days(step, earliest)
    if start < earliest:
        start, after = periods.days(step, after)
    found = []
    while after <= end:
        days = DateRange(start, after)
        found.append(windows.of_days(days, profile.tz))
        start, after = periods.days(step, after)
    return found


def oldest_days(
    connection: Connection, profile: Profile, end: date, moment_ms: int
) -> Mapping[str, int]:
    """For how many days the oldest overdue case has been overdue at the end of the day before, by
    town; nothing where too much was recorded since to say so.
    """
    end_ms = periods.day_start_ms(end, profile.tz)
    as_known = Known(recorded=moment_ms)
    try:
        late = known_at.late(connection, as_known, end_ms, MANY_LATE)
    except TooManyLate:
        return {}
    then = known_at.corrections(connection, profile, Counting(profile), as_known, late).cases
    c = tables.cases.c
    is_open = c.closed.is_(None) | (c.closed >= end_ms)
    query = select(c.town, c.kind, c.case_id, c.due).where(c.due < end_ms, is_open)
    query = query.where(c.opened.is_not(None))
    due = {
        (town, family, case): due
        for town, family, case, due in connection.execute(query)
        if (town, family, case) not in then
    }
    due |= dict(_overdue(then, end_ms))
    found: dict[str, int] = {}
    for (town, _, _), due_ms in due.items():
        found[town] = max(found.get(town, 0), (end_ms - due_ms) // DAY_MS)
    return found


def _overdue(cases: Mapping[CaseKey, Case], end_ms: int) -> Iterable[tuple[CaseKey, int]]:
    for key, case in cases.items():
        is_open = case.closed is None or case.closed >= end_ms
        if case.opened is not None and case.due is not None and case.due < end_ms and is_open:
            yield key, case.due
