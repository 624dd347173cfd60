"""The figures of a day, a month or a quarter as they were known at a moment, and how complete the
data were, read from the history.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, case, func, select

from feeds import kpis
from feeds.city import periods
from feeds.city.named_periods import NamedPeriod
from feeds.city.profile import UNKNOWN, Profile
from feeds.figures import known_at, reader, windows
from feeds.figures.known_at import Known
from feeds.figures.windows import DateRange, Window
from feeds.history import event_store, tables
from feeds.kpis import Kpi, definition, histogram
from feeds.kpis.formulas import Gauge, Quantile
from feeds.kpis.measures import FAMILIES
from feeds.review import review_values
from feeds.review.review_values import Completeness, Reading, Three

DAY_MS = 86_400_000
LATE_MS = 7 * DAY_MS


class KnownFigures(NamedTuple):
    """Readings by KPI and area of the period, the one before and last year's; and completeness by
    area.

    `due`: cases that came to their due time in the period, by family and area. `slower`: by KPI of
    a duration and area, how many cases of how many took longer than the city's figure.
    """

    readings: Mapping[str, Mapping[str, Three]]
    completeness: tuple[Completeness, ...]
    is_demo: bool
    due: Mapping[str, Mapping[str, int]]
    slower: Mapping[str, Mapping[str, tuple[int, int]]]


class Row(NamedTuple):
    """A town's events of a kind on a day of the period (from 0)."""

    town: str
    kind: str
    day: int
    events: int
    late: int
    newest: int


def read(
    connection: Connection,
    profile: Profile,
    period: NamedPeriod,
    moment_ms: int,
    edition: str = kpis.EDITION,
) -> KnownFigures:
    """The figures of what happened by the period's end and was recorded by the moment (epoch ms),
    by the definitions that were in force on a day. Raises a database error.
    """
    found = _Figures(connection, profile, period, moment_ms, edition)
    areas = (*profile.areas, UNKNOWN)
    readings = {
        kpi.id: {area: found.three(kpi, area) for area in areas} for kpi in kpis.CATALOGUE.values()
    }
    whole = completeness(connection, profile, period, moment_ms)
    is_demo = event_store.marks(connection, "demo") == "1"
    due = {family: {area: found.due(family, area) for area in areas} for family in FAMILIES}
    slower = {
        kpi.id: {area: found.slower(kpi.formula, area, profile.code) for area in areas}
        for kpi in kpis.CATALOGUE.values()
        if isinstance(kpi.formula, Quantile)
    }
    return KnownFigures(readings, whole, is_demo, due, slower)


def begun(connection: Connection, profile: Profile) -> date | None:
    """The day on which the history begins; None of an empty one."""
    first = known_at.first_ms(connection, Known())
    return None if first is None else periods.day_of(first, profile.tz)


def days_heard(connection: Connection) -> Collection[str]:
    """The days (ISO) on which anything was counted. Raises a database error."""
    rows = connection.execute(select(tables.rollups.c.bin).distinct())
    return {day for (day,) in rows if len(day) == len("2026-10-01")}


class _Figures:
    """The three periods, and everything before the latest of their ends."""

    def __init__(
        self,
        connection: Connection,
        profile: Profile,
        period: NamedPeriod,
        moment_ms: int,
        edition: str,
    ) -> None:
        self._edition = edition
        asked = (period, period.previous, period.last_year)
        self._windows = [
            windows.of_days(DateRange(one.start, one.end), profile.tz) for one in asked
        ]
        as_known = Known(recorded=moment_ms)
        first_counted = {
            name for kpi in kpis.CATALOGUE.values() for names in kpi.first_counted for name in names
        }
        self._read = reader.read(
            connection, profile, self._windows, as_known=as_known, ever=first_counted
        )
        first = known_at.first_ms(connection, as_known)
        self._begun: int | None = None
        if first is not None:
            day = periods.day_of(first, profile.tz)
            self._begun = periods.day_start_ms(day, profile.tz)

    def three(self, kpi: Kpi, area: str) -> Three:
        return Three(*(self._reading(kpi, area, window) for window in self._windows))

    def due(self, family: str, area: str) -> int:
        """The cases of a family that came to their due time in the period."""
        reading = definition.on_time(family).read(self._read.of(area, self._windows[0]))
        return int(reading.denominator or 0)

    def slower(self, formula: Quantile, area: str, city: str) -> tuple[int, int]:
        """How many cases took longer than the city's quantile, and how many there are."""
        window = self._windows[0]
        of_city = formula.cells(self._read.of(city, window))
        limit_ms = histogram.quantile(of_city, formula.q)
        cells = formula.cells(self._read.of(area, window))
        if limit_ms is None:
            return 0, 0
        return histogram.above(cells, limit_ms), sum(cells.values())

    def _reading(self, kpi: Kpi, area: str, window: Window) -> Reading:
        """A figure of one of the periods. It has no value before the history begins, or where no
        such event was ever reported in the area.
        """
        if self._begun is None or window.start < self._begun or not self._was_reported(kpi, area):
            return Reading(None)
        found = kpi.formula_on(self._edition).read(self._read.of(area, window))
        values = (found.value, found.numerator, found.denominator)
        return Reading(*(None if v is None else review_values.kept(v) for v in values))

    def _was_reported(self, kpi: Kpi, area: str) -> bool:
        if isinstance(kpi.formula, Gauge):
            return True
        if self._edition < kpis.EDITION:  # then one source of a share was enough
            return any(self._read.has_counted(area, names) for names in kpi.first_counted)
        return kpi.has_counted(lambda names: self._read.has_counted(area, names))


def completeness(
    connection: Connection, profile: Profile, period: NamedPeriod | DateRange, moment_ms: int
) -> tuple[Completeness, ...]:
    """What each area sent in the period: the city (everything), its towns, and, where there is any,
    what names unknown areas.
    """
    start, end = (periods.day_start_ms(day, profile.tz) for day in (period.start, period.end))
    e = tables.events.c
    day = (e.at - start) // DAY_MS
    late = func.sum(case((e.recorded - e.at >= LATE_MS, 1), else_=0))
    columns = (e.town, e.type, day, func.count(), late, func.max(e.at))
    query = select(*columns).where(e.at >= start, e.at < end, e.recorded <= moment_ms)
    rows = [Row(*row) for row in connection.execute(query.group_by(e.town, e.type, day))]
    kinds: dict[str, set[str]] = {}
    by_town: dict[str, list[Row]] = {}
    for row in rows:
        by_town.setdefault(row.town, []).append(row)
        if row.town in profile.town_by_code:
            kinds.setdefault(row.kind, set()).add(row.town)
    common = {kind for kind, towns in kinds.items() if 2 * len(towns) >= len(profile.towns)}
    found = []
    for area in profile.areas:
        mine = rows if area == profile.code else by_town.get(area, [])
        found.append(_complete(area, mine, common, period.days))
    unknown = by_town.get(UNKNOWN, [])
    if unknown:
        found.append(_complete(UNKNOWN, unknown, common, period.days))
    return tuple(found)


def _complete(area: str, rows: list[Row], common: set[str], of_days: int) -> Completeness:
    days, kinds = {row.day for row in rows}, {row.kind for row in rows} & common
    events, late = sum(row.events for row in rows), sum(row.late for row in rows)
    newest = max((row.newest for row in rows), default=None)
    return Completeness(
        area, events, min(len(days), of_days), of_days, len(kinds), len(common), late, newest
    )
