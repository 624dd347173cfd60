"""Reading the rollups: which bins make up a stretch of days, and a KPI's series from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple

import msgspec
from sqlalchemy import Connection, func, select

from feeds.city import periods
from feeds.city.profile import Profile
from feeds.figures import intraday, ledgers
from feeds.figures.gauges import Gauges
from feeds.history import tables
from feeds.history.measures import Measures
from feeds.kpis import CATALOGUE
from feeds.kpis.formulas import Counters, Gauge, GaugeLevel

_decode = msgspec.json.Decoder(dict[str, dict[str, int]]).decode


def bins(first: date, after: date) -> list[str]:
    """The keys that cover the days from `first` up to, not including, `after`: whole months where
    they fit.
    """
    found, day = [], first
    while day < after:
        month = periods.days("month", day)
        if day == month[0] and month[1] <= after:
            found.append(day.isoformat()[:7])
            day = month[1]
        else:
            found.append(day.isoformat())
            day += timedelta(1)
    return found


def read(
    connection: Connection, names: Iterable[str], town: str | None = None
) -> Iterator[tuple[str, str, Counters]]:
    """(town, bin, counters) of the named bins, of all towns or of one."""
    wanted = sorted(set(names))
    r = tables.rollups.c
    for i in range(0, len(wanted), 500):
        query = select(r.town, r.bin, r.counters).where(r.bin.in_(wanted[i : i + 500]))
        for place, name, counters in connection.execute(
            query if town is None else query.where(r.town == town)
        ):
            yield place, name, _decode(counters)


def levels_before(
    connection: Connection, edges: Iterable[date], town: str | None = None
) -> dict[date, dict[str, ledgers.Cells]]:
    """For each of some days, what makes levels of everything before it, by town: each goes on from
    the one before.
    """
    stretches = _stretches(connection, sorted(set(edges)))
    parts: dict[str, list[tuple[str, Counters]]] = {}
    for place, name, counters in read(
        connection, (n for names in stretches.values() for n in names), town
    ):
        parts.setdefault(name, []).append(
            (place, {m: cells for m, cells in counters.items() if ledgers.is_level(m)})
        )
    found: dict[date, dict[str, ledgers.Cells]] = {}
    running: dict[str, ledgers.Cells] = {}
    for edge, names in stretches.items():
        for name in names:
            for place, counters in parts.get(name, ()):
                ledgers.merge(running.setdefault(place, {}), counters)
        found[edge] = ledgers.copied(running)
    return found


def _stretches(connection: Connection, edges: Sequence[date]) -> dict[date, list[str]]:
    """The bins from each day's predecessor, or from the first bin there is, up to the day."""
    first = connection.execute(select(func.min(tables.rollups.c.bin))).scalar()
    begun = [date.fromisoformat(first[:7] + "-01")] if first else [date.max]
    return {
        edge: bins(earlier, edge) for earlier, edge in zip([*begun, *edges], edges, strict=False)
    }


Step = Literal["day", "week", "month"]
PERIOD_OF: dict[Step, periods.Period] = {"day": "today", "week": "week", "month": "month"}


class Point(NamedTuple):
    """One step of a series: its first day, and the figure over the step."""

    day: date
    value: float | None
    numerator: float | None
    denominator: float | None


class _Step:
    """A formula's book over one step of a series: flows of the step, levels and gauges at its
    end.
    """

    def __init__(
        self, period: str, flows: Counters, levels: Counters, gauges: Gauges, area: str, end_ms: int
    ) -> None:
        self.period, self.flows, self.levels = period, flows, levels
        self._gauges, self._area, self._end_ms = gauges, area, end_ms

    def gauge(self, indicator: str) -> GaugeLevel | None:
        return self._gauges.level(self._area, indicator, self._end_ms - 1)


def series(
    connection: Connection,
    profile: Profile,
    kpi: str,
    area: str,
    first: date,
    after: date,
    step: Step,
    now_ms: int,
) -> list[Point]:
    """A KPI's figure for each step from the one of `first` up to, not including, `after`; the step
    that now is in ends with now.
    """
    period = PERIOD_OF[step]
    gauges, formula = Gauges(profile, now_ms), CATALOGUE[kpi].formula
    if isinstance(formula, Gauge):
        gauges.load(connection, formula.indicator, area)
    level: ledgers.Cells = {}
    start = periods.days(period, first)[0]
    for town, counters in levels_before(connection, [start])[start].items():
        _merge(level, counters, town, area, profile.code)
    starts = []
    while start < after:
        starts.append(start)
        start = periods.days(period, start)[1]
    sums: dict[date, ledgers.Cells] = {day: {} for day in starts}
    step_of = {name: day for day in starts for name in bins(day, periods.days(period, day)[1])}
    for town, name, counted in read(connection, step_of):
        _merge(sums[step_of[name]], counted, town, area, profile.code)
    for town, day, counted in _due_later(
        connection, profile, kpi, now_ms, periods.day_start_ms(start, profile.tz)
    ):
        _merge(sums.setdefault(periods.days(period, day)[0], {}), counted, town, area, profile.code)
    points = []
    for day, flows in list(sums.items())[: len(starts)]:
        _merge(level, flows, area, area, profile.code)
        end = min(now_ms + 1, periods.day_start_ms(periods.days(period, day)[1], profile.tz))
        points.append(Point(day, *_figures(kpi, _Step(period, flows, level, gauges, area, end))))
    return points


def _due_later(
    connection: Connection, profile: Profile, kpi: str, now_ms: int, end_ms: int
) -> Iterator[tuple[str, date, Counters]]:
    """(town, day, counters) to add to a KPI's bins, which count a case from the day it is due on:
    what isn't due by now is taken back.
    """
    measures = Measures(profile)
    for name in {m for m in CATALOGUE[kpi].formula.measures if m.endswith(".fell_due")}:
        for town, at, measure, dim, n, _ in intraday.due(
            connection, profile, measures, name.rpartition(".")[0], now_ms + 1, end_ms
        ):
            yield town, periods.day_of(at, profile.tz), {measure: {dim: -n}}


def _figures(kpi: str, book: _Step) -> tuple[float | None, float | None, float | None]:
    reading = CATALOGUE[kpi].formula.read(book)
    return reading.value, reading.numerator, reading.denominator


def _merge(into: ledgers.Cells, counters: Counters, town: str, area: str, city: str) -> None:
    if area in (town, city):
        ledgers.merge(into, counters)
