"""One area's completed weeks and months: the figure of each KPI over them, kept for its control
chart.

A block of days in which something changed is read again as a whole, and nothing is added up here.
So late events, repeats and restarts all end in the same figures, and a block costs the memory of
one number a KPI.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from sqlalchemy import Connection, select

from feeds.city import periods
from feeds.city.profile import Profile
from feeds.figures import reader, windows
from feeds.figures.gauges import Gauges
from feeds.figures.windows import DateRange
from feeds.history import tables
from feeds.kpis import CATALOGUE, Kpi, Step
from feeds.kpis.formulas import Counters, Gauge, GaugeLevel, Level, Sums

KEPT: Mapping[Step, int] = {"week": 53, "month": 36}


def _measured() -> dict[str, Kpi]:
    """The KPIs that count something."""
    return {k: kpi for k, kpi in CATALOGUE.items() if not isinstance(kpi.formula, Gauge)}


def _stored() -> frozenset[str]:
    """The names under which the history keeps what these KPIs read."""
    found = set[str]()
    for kpi in _measured().values():
        found.update(kpi.first_counted)
        found.update(measure.stored for measure in kpi.formula.measures)
    return frozenset(found)


_MEASURED, _STORED = _measured(), _stored()


class Block(NamedTuple):
    """Days that are read together: a week, a month, or (step None) the days of a month before the
    first week.
    """

    step: Step | None
    start: date


class Held(NamedTuple):
    """What a block holds: the value of each KPI (of a level, by how much it rose), and the measures
    that counted anything.
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
        self._sums: dict[Block, Held] = {}
        begin = self._firsts["week"][0]
        weeks = {Block("week", first) for first in self._firsts["week"]}
        self.stale = (
            weeks
            | {Block("month", m) for m in months if m < self._running["month"]}
            | {Block(None, begin.replace(day=1))}
        )

    def touch(self, day: date) -> None:
        """Mark the blocks of a day on which something was counted or taken back."""
        month, begin = day.replace(day=1), self._firsts["week"][0]
        if day < self._running["month"]:
            self.stale.add(Block("month", month))
        if begin <= day < self._running["week"]:
            self.stale.add(Block("week", periods.days("week", day)[0]))
        elif day < begin and month == begin.replace(day=1):
            self.stale.add(Block(None, month))

    def read(self, connection: Connection) -> Iterator[None]:
        """Read what is stale, one block at every step of the iterator, newest first."""
        for block in sorted(self.stale, key=lambda one: one.start, reverse=True):
            self._sums[block] = self._read(connection, block)
            self.stale.discard(block)
            yield

    def _read(self, connection: Connection, block: Block) -> Held:
        """What a block holds; the city counts every town and unknown areas."""
        after = periods.days(block.step, block.start)[1] if block.step else self._firsts["week"][0]
        window = windows.of_days(DateRange(block.start, after), self._profile.tz)
        found = reader.read(
            connection,
            self._profile,
            [window],
            area=self._area,
            wanted=_STORED,
            levels=False,
            gauges=(),
        )
        counters = found.of(self._area, window).flows
        return Held(_values(window.first_day, counters), frozenset(counters))

    def lines(self, gauges: Gauges) -> dict[str, Line | None]:
        """Each KPI's points, beginning with its first value; None where it never had any."""
        found: dict[str, Line | None] = {}
        for step, firsts in self._firsts.items():
            held = [self._sums.get(Block(step, first), _NOTHING) for first in firsts]
            earlier = [sums for block, sums in self._sums.items() if self._is_before(block, step)]
            counted_before = frozenset[str]().union(*(sums.counted for sums in earlier))
            for kpi in CATALOGUE.values():
                if kpi.step != step:
                    continue
                if isinstance(kpi.formula, Gauge):
                    points = self._reported(kpi.formula, step, gauges)
                else:
                    stood = (
                        sum(sums.values[kpi.id] or 0 for sums in earlier)
                        if isinstance(kpi.formula, Level)
                        else None
                    )
                    points = _counted(
                        kpi, held, stood, not counted_before.isdisjoint(kpi.first_counted)
                    )
                begin = next((i for i, point in enumerate(points) if point is not None), None)
                found[kpi.id] = None if begin is None else Line(firsts[begin], points[begin:])
        return found

    def _reported(self, formula: Gauge, step: Step, gauges: Gauges) -> list[float | None]:
        """An indicator at the end of each step in which it was reported."""
        edges = [
            periods.day_start_ms(first, self._profile.tz)
            for first in (*self._firsts[step], self._running[step])
        ]
        found: list[float | None] = []
        for start, end in pairwise(edges):
            was = gauges.was_reported(self._area, formula.indicator, start, end)
            sums = Sums("", {}, {}, partial(_level, gauges, self._area, end - 1))
            found.append(formula.read(sums).value if was else None)
        return found

    def _is_before(self, block: Block, step: Step) -> bool:
        """Whether a block is part of the days before a step's first point."""
        if block.step == "month":
            return block.start < self._firsts[step][0].replace(day=1)
        return block.step is None and step == "week"


def _counted(
    kpi: Kpi, held: Sequence[Held], stood: float | None, was_counted: bool
) -> list[float | None]:
    """What was counted in each step; of a level, which `stood` so high before them, how it stood at
    the step's end.

    None up to the step in which the KPI was first counted, because that step is incomplete.
    """
    found: list[float | None] = []
    for sums in held:
        value = sums.values[kpi.id]
        if stood is not None:
            value = stood = stood + (value or 0)
        found.append(value if was_counted else None)
        was_counted = was_counted or not sums.counted.isdisjoint(kpi.first_counted)
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


def _level(gauges: Gauges, area: str, at_ms: int, indicator: str) -> GaugeLevel | None:
    return gauges.level(area, indicator, at_ms)


def _values(first_day: str, counters: Counters) -> dict[str, float | None]:
    """Each KPI over a block; of a level, by how much it rose."""
    sums = Sums(first_day, counters, counters)
    return {k: kpi.formula.read(sums).value for k, kpi in _MEASURED.items()}


_NOTHING = Held(_values("", {}), frozenset())
