"""One area's completed weeks and months: each KPI's figure over them, read from the rollups stretch
by stretch.

A stretch in which something changed is read again whole; nothing is added up here. So late events,
repeats and restarts all end in the same figures, and what is remembered of a stretch is a number a
KPI.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from sqlalchemy import Connection, select

from feeds.city import periods
from feeds.city.profile import Profile
from feeds.figures import ledgers, rollups
from feeds.figures.gauges import Gauges
from feeds.history import tables
from feeds.kpis import CATALOGUE, Kpi, Step
from feeds.kpis.formulas import Counters, Gauge, GaugeLevel, Level

KEPT: Mapping[Step, int] = {"week": 53, "month": 36}
_MEASURED = {k: kpi for k, kpi in CATALOGUE.items() if not isinstance(kpi.formula, Gauge)}
_READ = frozenset(
    m.replace("{period}", p)
    for k in _MEASURED.values()
    for p in KEPT
    for m in (*k.formula.measures, *k.tells)
)


class Stretch(NamedTuple):
    """Days read as one: a week, a month, or (step None) the days of a month before the first
    week.
    """

    step: Step | None
    first: date


class Sums(NamedTuple):
    """What a stretch held: each KPI's value (a level's: by how much it rose), and the measures that
    counted anything.
    """

    values: Mapping[str, float | None]
    counted: frozenset[str]


class Line(NamedTuple):
    """A KPI's points from the step that begins on `first`, None where there was no value."""

    first: date
    points: list[float | None]


class Steps:
    """The steps of an area up to the ones that `today` is in. `months`: those that the rollups
    hold, by first day.
    """

    def __init__(self, profile: Profile, area: str, today: date, months: set[date]) -> None:
        self._profile, self._area = profile, area
        self._running = {step: periods.days(step, today)[0] for step in KEPT}
        self._firsts = {step: _before(step, self._running[step]) for step in KEPT}
        self._sums: dict[Stretch, Sums] = {}
        begin = self._firsts["week"][0]
        weeks = {Stretch("week", first) for first in self._firsts["week"]}
        self.stale = (
            weeks
            | {Stretch("month", m) for m in months if m < self._running["month"]}
            | {Stretch(None, begin.replace(day=1))}
        )

    def touch(self, day: date) -> None:
        """Something was counted, or taken back, on a day."""
        month, begin = day.replace(day=1), self._firsts["week"][0]
        if day < self._running["month"]:
            self.stale.add(Stretch("month", month))
        if begin <= day < self._running["week"]:
            self.stale.add(Stretch("week", periods.days("week", day)[0]))
        elif day < begin and month == begin.replace(day=1):
            self.stale.add(Stretch(None, month))

    def read(self, connection: Connection) -> Iterator[None]:
        """Read what is stale, one stretch at every step of the iterator, newest first."""
        for stretch in sorted(self.stale, key=lambda s: s.first, reverse=True):
            self._sums[stretch] = self._read(connection, stretch)
            self.stale.discard(stretch)
            yield

    def _read(self, connection: Connection, stretch: Stretch) -> Sums:
        """The sums of a stretch; the city's are those of every town, the unknown one too."""
        after = (
            periods.days(stretch.step, stretch.first)[1]
            if stretch.step
            else self._firsts["week"][0]
        )
        town = None if self._area == self._profile.code else self._area
        cells: ledgers.Cells = {}
        for _, _, counters in rollups.read(connection, rollups.bins(stretch.first, after), town):
            ledgers.merge(cells, {m: row for m, row in counters.items() if m in _READ})
        book = _Book(stretch.step or "week", cells)
        return Sums(
            {k: kpi.formula.read(book).value for k, kpi in _MEASURED.items()}, frozenset(cells)
        )

    def lines(self, gauges: Gauges) -> dict[str, Line | None]:
        """Each KPI's points, beginning with its first value; None where it never had any."""
        found: dict[str, Line | None] = {}
        for step, firsts in self._firsts.items():
            held = [self._sums.get(Stretch(step, first), _NOTHING) for first in firsts]
            earlier = [
                sums for stretch, sums in self._sums.items() if self._is_before(stretch, step)
            ]
            told = frozenset[str]().union(*(sums.counted for sums in earlier))
            for kpi in (kpi for kpi in CATALOGUE.values() if kpi.step == step):
                if isinstance(kpi.formula, Gauge):
                    points = self._reported(kpi.formula, step, gauges)
                else:
                    stood = (
                        sum(sums.values[kpi.id] or 0 for sums in earlier)
                        if isinstance(kpi.formula, Level)
                        else None
                    )
                    points = _counted(kpi, held, stood, not told.isdisjoint(kpi.tells))
                begin = next((i for i, point in enumerate(points) if point is not None), None)
                found[kpi.id] = None if begin is None else Line(firsts[begin], points[begin:])
        return found

    def _reported(self, formula: Gauge, step: Step, gauges: Gauges) -> list[float | None]:
        """An indicator as it stood at the end of each step in which it was reported."""
        edges = [
            periods.day_start_ms(first, self._profile.tz)
            for first in (*self._firsts[step], self._running[step])
        ]
        found: list[float | None] = []
        for start, end in pairwise(edges):
            was = gauges.was_reported(self._area, formula.indicator, start, end)
            found.append(
                formula.read(_Book(step, {}, gauges, self._area, end - 1)).value if was else None
            )
        return found

    def _is_before(self, stretch: Stretch, step: Step) -> bool:
        """Whether a stretch makes part of what lies before a step's first point."""
        if stretch.step == "month":
            return stretch.first < self._firsts[step][0].replace(day=1)
        return stretch.step is None and step == "week"


def _counted(
    kpi: Kpi, held: Sequence[Sums], stood: float | None, heard: bool
) -> list[float | None]:
    """What was counted in each step; of a level, which `stood` so high before them, how it stood at
    the step's end.

    None up to the step in which the KPI was first heard of: of that step only a part was told.
    """
    found: list[float | None] = []
    for sums in held:
        value = sums.values[kpi.id]
        if stood is not None:
            value = stood = stood + (value or 0)
        found.append(value if heard else None)
        heard = heard or not sums.counted.isdisjoint(kpi.tells)
    return found


def months(connection: Connection) -> set[date]:
    """The first days of the months that the rollups hold."""
    r = tables.rollups.c
    names = connection.execute(
        select(r.bin).distinct().where(r.bin.not_like("____-__-__"))
    ).scalars()
    return {date.fromisoformat(f"{name}-01") for name in names}


def _before(step: Step, running: date) -> list[date]:
    """The first days of the steps kept, oldest first."""
    found = [running]
    for _ in range(KEPT[step]):
        found.append(periods.days(step, found[-1] - timedelta(1))[0])
    return found[:0:-1]


class _Book:
    """What a formula reads from: a stretch's counters, of which a level tells by how much it rose;
    and indicators at a moment.
    """

    def __init__(
        self,
        period: str,
        counters: Counters,
        gauges: Gauges | None = None,
        area: str = "",
        at_ms: int = 0,
    ) -> None:
        self.period, self.flows, self.levels = period, counters, counters
        self._gauges, self._area, self._at_ms = gauges, area, at_ms

    def gauge(self, indicator: str) -> GaugeLevel | None:
        return self._gauges.level(self._area, indicator, self._at_ms) if self._gauges else None


_NOTHING = Sums(
    {k: kpi.formula.read(_Book("week", {})).value for k, kpi in _MEASURED.items()}, frozenset()
)
