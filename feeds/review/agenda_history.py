"""What an agenda needs from the history besides the quarter's figures, as known at the same moment:
the weeks or months of two years, and how long the oldest overdue cases have waited.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import NamedTuple

from sqlalchemy import Connection, select

from feeds import kpis
from feeds.city import periods
from feeds.city.profile import Profile
from feeds.figures import known_at, reader, windows
from feeds.figures.known_at import Known, TooManyLate
from feeds.figures.windows import DateRange, Window
from feeds.history import tables
from feeds.history.counting import Counting
from feeds.kpis import Kpi, Step
from feeds.review.review_values import Reading

YEARS = 2
DAY_MS = 86_400_000
MANY_LATE = 50_000


class OpenCase(NamedTuple):
    """A case that is open; `due_ms` in epoch ms, `is_handled`: somebody works on it."""

    town: str
    family: str
    category: str
    due_ms: int
    is_handled: bool


class Series(NamedTuple):
    """A figure of an area by weeks or months from `first` on, whole ones only."""

    step: Step
    first: date
    readings: tuple[Reading, ...]


SeriesOf = Callable[[str, str], Series | None]


def series(
    connection: Connection, profile: Profile, end: date, moment_ms: int, edition: str
) -> SeriesOf:
    """Any figure over the two years before a day, asked for by area and KPI, by the definitions
    that were in force on a day; None where no whole step was seen. Each is evaluated when it is
    asked for, because an agenda asks for less than half of them. Raises a database error.
    """
    as_known = Known(recorded=moment_ms)
    begun_ms = known_at.first_ms(connection, as_known)
    if begun_ms is None:
        return _no_series
    begun = periods.day_of(begun_ms, profile.tz)
    earliest = max(begun, end.replace(year=end.year - YEARS))
    by_step = {step: _windows(step, earliest, end, profile) for step in ("week", "month")}
    asked = [window for some in by_step.values() for window in some]
    if not asked:
        return _no_series
    found = reader.read(connection, profile, asked, as_known=as_known)

    @cache
    def of(area: str, name: str) -> Series | None:
        kpi = kpis.CATALOGUE[name]
        steps = by_step[kpi.step]
        return _series(kpi, area, steps, found, profile, edition) if steps else None

    return of


def _no_series(_area: str, _kpi: str) -> Series | None:
    return None


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
    try:
        cases = cases_due(connection, profile, end_ms, Known(recorded=moment_ms), most=MANY_LATE)
    except TooManyLate:
        return {}
    found: dict[str, int] = {}
    for one in cases:
        found[one.town] = max(found.get(one.town, 0), (end_ms - one.due_ms) // DAY_MS)
    return found


def cases_due(
    connection: Connection,
    profile: Profile,
    end_ms: int,
    as_known: Known,
    days: int = 0,
    most: int | None = None,
) -> list[OpenCase]:
    """The cases that are open at the end of a day (epoch ms) and fall due within some days of it,
    or were due before. Raises a database error, and TooManyLate where more than `most` was recorded
    since.
    """
    due_by = end_ms + days * DAY_MS
    late = known_at.late(connection, as_known, end_ms, most)
    then = known_at.corrections(connection, profile, Counting(profile), as_known, late).cases
    c = tables.cases.c
    is_open = c.closed.is_(None) | (c.closed >= end_ms)
    columns = (c.town, c.kind, c.case_id, c.category, c.due, c.handled)
    query = select(*columns).where(c.due < due_by, is_open, c.opened < end_ms)
    found = [
        OpenCase(town, family, category or "", due, _is_past(handled, end_ms))
        for town, family, case, category, due, handled in connection.execute(query)
        if (town, family, case) not in then
    ]
    for (town, family, _), one in then.items():
        is_there = _is_past(one.opened, end_ms) and not _is_past(one.closed, end_ms)
        if is_there and one.due is not None and one.due < due_by:
            is_handled = _is_past(one.handled, end_ms)
            found.append(OpenCase(town, family, one.category, one.due, is_handled))
    return found


def _is_past(at_ms: int | None, end_ms: int) -> bool:
    """Whether something happened before the end."""
    return at_ms is not None and at_ms < end_ms
