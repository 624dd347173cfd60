"""What was known of some days at a moment: readings of every KPI by area, and how complete they
were. Reads the history alone.

Rollups hold what is known now. What was recorded after the moment is found among the events, and
its contributions are taken back: of a case those of all its events less those of the ones known
then (feeds/figures/late_data.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, case, false, func, or_, select

from feeds import kpis
from feeds.city import periods
from feeds.city.date_ranges import Stretch
from feeds.city.profile import UNKNOWN, Profile
from feeds.figures import late_data, ledgers
from feeds.figures.gauges import Gauges
from feeds.history import event_store, tables
from feeds.kpis import Kpi
from feeds.kpis.formulas import Counters, Gauge, GaugeLevel
from feeds.review import review_values
from feeds.review.review_values import Completeness, Reading, Three

DAY_MS = 86_400_000
LATE_MS = 7 * DAY_MS
_decode = msgspec.json.Decoder(dict[str, dict[str, int]]).decode
Sums = dict[str, ledgers.Cells]


class Known(NamedTuple):
    """Readings by KPI and area of the stretch, the one before and last year's; and completeness by
    area.
    """

    readings: Mapping[str, Mapping[str, Three]]
    completeness: tuple[Completeness, ...]
    is_demo: bool


class Row(NamedTuple):
    """A town's events of a kind on a day of the stretch (from 0)."""

    town: str
    kind: str
    day: int
    events: int
    late: int
    newest: int


class _Book(NamedTuple):
    """What a formula reads from: an area over a stretch."""

    flows: Counters
    levels: Counters
    gauges: Gauges
    area: str
    cut_ms: int
    period: str

    def gauge(self, indicator: str) -> GaugeLevel | None:
        return self.gauges.level(self.area, indicator, self.cut_ms)


def read(connection: Connection, profile: Profile, stretch: Stretch, moment_ms: int) -> Known:
    """What was recorded up to the moment (epoch ms) of what had happened by the stretch's end.
    Raises a database error.
    """
    reader = _Reader(connection, profile, stretch, moment_ms)
    areas = (*profile.areas, UNKNOWN)
    readings = {
        kpi.id: {area: reader.three(kpi, area) for area in areas} for kpi in kpis.CATALOGUE.values()
    }
    whole = completeness(connection, profile, stretch, moment_ms)
    return Known(readings, whole, event_store.marks(connection, "demo") == "1")


def begun(connection: Connection, profile: Profile) -> date | None:
    """The day on which the history begins; None of an empty one."""
    first = connection.execute(select(func.min(tables.events.c.at))).scalar()
    return None if first is None else periods.day_of(first, profile.tz)


class _Reader:
    """Sums of the three stretches, of all before their ends, and reports of indicators."""

    def __init__(
        self, connection: Connection, profile: Profile, stretch: Stretch, moment_ms: int
    ) -> None:
        self._profile, self._spans = profile, (stretch, stretch.previous, stretch.last_year)
        end_ms = self._ms(stretch.after)
        self._begun = self._first_day(connection, moment_ms)
        self._flows: list[Sums] = [{}, {}, {}]
        self._levels: list[Sums] = [{}, {}, {}]
        self._told: dict[str, dict[str, int]] = {}
        for town, day, counters in _bins(connection, self._spans):
            self._merge(town, day, counters)
        for town, at, measure, dim, n, _ in late_data.read(connection, profile, moment_ms, end_ms):
            day = periods.day_of(at, profile.tz)
            if day < stretch.after:
                self._merge(town, day, {measure: {dim: n}})
        self._gauges = self._reports(connection, moment_ms)

    def three(self, kpi: Kpi, area: str) -> Three:
        return Three(*(self._read(kpi, area, i) for i in range(3)))

    def _read(self, kpi: Kpi, area: str, i: int) -> Reading:
        """A figure of one of the three stretches; none of a time before the history, or where its
        events never came to the area.
        """
        span = self._spans[i]
        if self._begun is None or span.first < self._begun or not self._is_heard(kpi, area):
            return Reading(None)
        book = _Book(
            self._flows[i].get(area, {}),
            self._levels[i].get(area, {}),
            self._gauges,
            area,
            self._ms(span.after) - 1,
            span.period,
        )
        found = kpi.formula.read(book)
        return Reading(
            *(
                None if v is None else review_values.kept(v)
                for v in (found.value, found.numerator, found.denominator)
            )
        )

    def _is_heard(self, kpi: Kpi, area: str) -> bool:
        told = self._told.get(area, {})
        return isinstance(kpi.formula, Gauge) or any(told.get(measure) for measure in kpi.tells)

    def _merge(self, town: str, day: date, counters: Counters) -> None:
        """Add the counters from a day on to each stretch that they belong to, of the town and of
        the city.
        """
        levels = {
            measure: cells for measure, cells in counters.items() if ledgers.is_level(measure)
        }
        for area in {town, self._profile.code}:
            told = self._told.setdefault(area, {})
            for measure, cells in counters.items():
                told[measure] = told.get(measure, 0) + sum(cells.values())
            for i, span in enumerate(self._spans):
                if span.first <= day < span.after:
                    ledgers.merge(self._flows[i].setdefault(area, {}), counters)
                if day < span.after:
                    ledgers.merge(self._levels[i].setdefault(area, {}), levels)

    def _reports(self, connection: Connection, moment_ms: int) -> Gauges:
        """Of each indicator the last report before the end of each stretch."""
        ends, g = [self._ms(span.after) for span in self._spans], tables.gauges.c
        query = select(g.town, g.indicator, g.at, g.source, g.id, g.value, g.total).where(
            g.at < max(ends), g.recorded <= moment_ms
        )
        last: dict[tuple[str, str, int], tuple[int, str, str, float, float | None]] = {}
        for town, indicator, *report in connection.execute(query.order_by(g.at, g.source, g.id)):
            for end in ends:
                if report[0] < end:
                    last[town, indicator, end] = (
                        report[0],
                        report[1],
                        report[2],
                        report[3],
                        report[4],
                    )
        found = Gauges(self._profile, 0)
        for (town, indicator, _), one in last.items():
            found.add(town, indicator, one)
        return found

    def _first_day(self, connection: Connection, moment_ms: int) -> date | None:
        e = tables.events.c
        first = connection.execute(
            select(e.at).where(e.recorded <= moment_ms).order_by(e.at).limit(1)
        ).scalar()
        return None if first is None else periods.day_of(first, self._profile.tz)

    def _ms(self, day: date) -> int:
        return periods.day_start_ms(day, self._profile.tz)


def _bins(connection: Connection, spans: Iterable[Stretch]) -> Iterable[tuple[str, date, Counters]]:
    """(town, first day, counters) of all before the spans' ends: whole months, and the days of a
    month that one begins or ends within.
    """
    edges = {edge for span in spans for edge in (span.first, span.after)}
    cut = {f"{edge:%Y-%m}" for edge in edges if edge.day != 1}
    r, after = tables.rollups.c, max(edges)
    months = r.bin.not_like("____-__-__") & (r.bin < after.isoformat()[:7]) & r.bin.not_in(cut)
    days = or_(false(), *(r.bin.like(f"{month}-__") for month in cut)) & (r.bin < after.isoformat())
    for town, name, counters in connection.execute(
        select(r.town, r.bin, r.counters).where(months | days)
    ):
        yield town, date.fromisoformat(name if len(name) > 7 else f"{name}-01"), _decode(counters)


def completeness(
    connection: Connection, profile: Profile, stretch: Stretch, moment_ms: int
) -> tuple[Completeness, ...]:
    """What each area sent of the stretch: the city (everything), its towns, and, where there is
    any, what is of areas nobody knows.
    """
    start, end = (periods.day_start_ms(day, profile.tz) for day in (stretch.first, stretch.after))
    e = tables.events.c
    day = (e.at - start) // DAY_MS
    late = func.sum(case((e.recorded - e.at >= LATE_MS, 1), else_=0))
    query = select(e.town, e.type, day, func.count(), late, func.max(e.at)).where(
        e.at >= start, e.at < end, e.recorded <= moment_ms
    )
    rows = [Row(*row) for row in connection.execute(query.group_by(e.town, e.type, day))]
    kinds: dict[str, set[str]] = {}
    for row in rows:
        if row.town in profile.town_by_code:
            kinds.setdefault(row.kind, set()).add(row.town)
    common = {kind for kind, towns in kinds.items() if 2 * len(towns) >= len(profile.towns)}
    found = [
        _complete(
            area, [row for row in rows if area in (row.town, profile.code)], common, stretch.days
        )
        for area in profile.areas
    ]
    unknown = [row for row in rows if row.town == UNKNOWN]
    return (*found, _complete(UNKNOWN, unknown, common, stretch.days)) if unknown else tuple(found)


def _complete(area: str, rows: list[Row], common: set[str], of_days: int) -> Completeness:
    days, kinds = {row.day for row in rows}, {row.kind for row in rows} & common
    events, late = sum(row.events for row in rows), sum(row.late for row in rows)
    newest = max((row.newest for row in rows), default=None)
    return Completeness(
        area, events, min(len(days), of_days), of_days, len(kinds), len(common), late, newest
    )
