"""One area's completed weeks and months: the figure of each KPI over them, kept for its control
chart.

A block of days in which something changed is read again as a whole, and nothing is added up here.
So late events, repeats and restarts all end in the same figures, and a block costs the memory of a
few numbers a KPI. Where too little happens in a week, months or quarters are made of them; where
that is too little too, the days are read on which it did happen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Connection, select

from feeds.city import periods
from feeds.city.profile import Profile
from feeds.figures import freshness, reader, windows
from feeds.figures.gauges import Gauges
from feeds.figures.known_at import Known
from feeds.figures.spoken import Spoken
from feeds.figures.trends import TrendStep
from feeds.figures.windows import DateRange, Window
from feeds.history import tables
from feeds.kpis import CATALOGUE, Better, Kpi, Step, cadences
from feeds.kpis.chart_verdicts import Chart
from feeds.kpis.formulas import (
    Count,
    Counters,
    Gauge,
    GaugeLevel,
    Level,
    Ratio,
    Reading,
    Sums,
)
from feeds.statistics import rates, xmr

# Weeks: those that are drawn, and the year before them, for what their season lets expect.
KEPT: Mapping[Step, int] = {"week": 110, "month": 36}
DRAWN: Mapping[TrendStep, int] = {"week": 53, "month": 36, "quarter": 12, "event": 53}


def _measured() -> dict[str, Kpi]:
    """The KPIs that count something."""
    return {k: kpi for k, kpi in CATALOGUE.items() if not isinstance(kpi.formula, Gauge)}


def _stored() -> frozenset[str]:
    """The names under which the history keeps what these KPIs read."""
    found = set[str]()
    for kpi in _measured().values():
        for names in kpi.first_counted:
            found.update(names)
        found.update(measure.stored for measure in kpi.formula.measures)
    return frozenset(found)


_MEASURED, _STORED = _measured(), _stored()


class Block(NamedTuple):
    """Days that are read together: a week, a month, (step None) the days of a month before the
    first week, or (`day`) each day of a month by itself, for what happens rarely.
    """

    step: Step | Literal["day"] | None
    start: date


PooledStep = Literal["week", "month", "quarter"]
POOLED: tuple[PooledStep, ...] = ("week", "month", "quarter")
Cases = tuple[int, int]  # of a share: those that are it, and all


class Held(NamedTuple):
    """What a block holds: the value of each KPI (of a level, by how much it rose), the cases of
    each share, and the measures that counted anything.
    """

    values: Mapping[str, float | None]
    cases: Mapping[str, Cases]
    counted: frozenset[str]


class Before(NamedTuple):
    """What there was before a step's first point: how high each level stood, and the measures that
    had counted anything.
    """

    levels: Mapping[str, float]
    counted: frozenset[str]


class Line(NamedTuple):
    """A KPI's points from the step that begins on `first`, None where there was no value.

    `step` is None where it is the KPI's own. `cases` are those of each point of a share, None where
    nothing was counted yet. Of the step `event`, `at` has each point's day and `better` says where
    it should go. `earlier` are the weeks before the first point, oldest first.
    """

    first: date
    points: list[float | None]
    step: TrendStep | None = None
    chart: Chart = "xmr"
    cases: Sequence[Cases | None] = ()
    at: Sequence[date] = ()
    better: Better | None = None
    earlier: Sequence[float | None] = ()
    earlier_cases: Sequence[Cases | None] = ()
    is_enough: bool = True


class Steps:
    """The steps of an area up to the ones that `today` is in. `months`: those that the rollups
    hold, by first day.
    """

    def __init__(self, profile: Profile, area: str, today: date, months: set[date]) -> None:
        self._profile, self._area = profile, area
        self._running = {step: periods.days(step, today)[0] for step in KEPT}
        self._firsts = {step: _before(step, self._running[step]) for step in KEPT}
        self._sums: dict[Block, Held] = {}
        self._days: dict[date, dict[str, dict[date, Cases]]] = {}
        self._rare: frozenset[str] = frozenset()  # KPIs of which days are read
        self._is_planned = False
        self._before: Mapping[Step, Before] = {}
        self._steps: Mapping[str, PooledStep | Literal["event"]] = {}
        begin = self._firsts["week"][0]
        weeks = {Block("week", first) for first in self._firsts["week"]}
        self.stale = (
            weeks
            | {Block("month", m) for m in months if m < self._running["month"]}
            | {Block(None, begin.replace(day=1))}
        )

    @property
    def is_read(self) -> bool:
        """Whether everything is read that the lines are made from."""
        return self._is_planned and not self.stale

    def touch(self, day: date) -> None:
        """Mark the blocks of a day on which something was counted or taken back."""
        month, begin = day.replace(day=1), self._firsts["week"][0]
        if day < self._running["month"]:
            self.stale.add(Block("month", month))
        if begin <= day < self._running["week"]:
            self.stale.add(Block("week", periods.days("week", day)[0]))
        elif day < begin and month == begin.replace(day=1):
            self.stale.add(Block(None, month))
        if self._rare and self._firsts["month"][0] <= day < self._running["week"]:
            self.stale.add(Block("day", month))
        self._is_planned = self._is_planned and not self.stale

    def read(self, connection: Connection) -> Iterator[None]:
        """Read what is stale, one block at every step of the iterator, newest first."""
        while not self.is_read:
            for block in sorted(self.stale, key=lambda one: one.start, reverse=True):
                self._load(connection, [block])
                yield
            self._plan()

    def read_known(self, connection: Connection, as_known: Known) -> None:
        """Read all that is stale together, as it was known at a moment."""
        while not self.is_read:
            self._load(connection, list(self.stale), as_known)
            self._plan()

    def _plan(self) -> None:
        """Once the steps are read: what each KPI is charted by, and the days of what happens too
        rarely for that.
        """
        self._before = {step: self._read_before(step) for step in KEPT}
        self._steps = {k: self._step_of(kpi) for k, kpi in _MEASURED.items()}
        rare = {
            k for k, step in self._steps.items() if step == "event" and not CATALOGUE[k].is_cohort
        }
        if not rare <= self._rare:
            self._rare |= rare
            months = (*self._firsts["month"], self._running["month"])
            self.stale |= {Block("day", month) for month in months}
        self._is_planned = True

    def _read_before(self, step: Step) -> Before:
        earlier = [sums for block, sums in self._sums.items() if self._is_before(block, step)]
        counted = frozenset[str]().union(*(sums.counted for sums in earlier))
        levels = {
            k: sum(sums.values[k] or 0 for sums in earlier)
            for k, kpi in _MEASURED.items()
            if isinstance(kpi.formula, Level)
        }
        return Before(levels, counted)

    def _load(
        self, connection: Connection, blocks: Collection[Block], as_known: Known = reader.NOW
    ) -> None:
        """Read what some blocks hold; the city counts every town and unknown areas."""
        asked = {block: self._windows(block) for block in blocks}
        is_days = all(block.step == "day" for block in blocks)
        rare = {one.stored for k in self._rare for one in CATALOGUE[k].formula.measures}
        found = reader.read(
            connection,
            self._profile,
            [window for its in asked.values() for window in its.values()],
            area=self._area,
            wanted=rare if is_days else _STORED,
            as_known=as_known,
            levels=False,
            gauges=(),
        )
        for block, its in asked.items():
            sums = {day: found.of(self._area, window) for day, window in its.items()}
            if block.step == "day":
                self._days[block.start] = self._held_days(sums)
            else:
                whole = sums[block.start]
                values, cases = _values(whole.first_day, whole.flows)
                self._sums[block] = Held(values, cases, frozenset(whole.flows))
            self.stale.discard(block)

    def _windows(self, block: Block) -> dict[date, Window]:
        """What is read of a block, by first day: each of its days up to the running week, or all
        together.
        """
        tz = self._profile.tz
        if block.step == "day":
            after = min(periods.days("month", block.start)[1], self._running["week"])
            count = (after - block.start).days
            days = [block.start + timedelta(n) for n in range(count)]
            return {day: windows.of_day(day, tz) for day in days}
        after = periods.days(block.step, block.start)[1] if block.step else self._firsts["week"][0]
        return {block.start: windows.of_days(DateRange(block.start, after), tz)}

    def _held_days(self, days: Mapping[date, Sums]) -> dict[str, dict[date, Cases]]:
        """Each rare KPI's days on which anything was counted of it."""
        held: dict[str, dict[date, Cases]] = {}
        for day, sums in days.items():
            if not sums.flows:
                continue
            for k in self._rare:
                reading = CATALOGUE[k].formula.read(sums)
                cases = (int(reading.numerator or 0), int(reading.denominator or 0))
                if any(cases):
                    held.setdefault(k, {})[day] = cases
        return held

    def lines(self, gauges: Gauges, spoken: Spoken | None = None) -> dict[str, Line | None]:
        """Each KPI's points, beginning with its first value; None where it never had any. With
        `spoken` a step that its sources did not speak after has no value, instead of what was
        counted until they fell silent.
        """
        found: dict[str, Line | None] = {}
        for kpi in CATALOGUE.values():
            if isinstance(kpi.formula, Gauge):
                points, cases = self._reported(kpi.formula, kpi.step, gauges)
                line = Line(self._firsts[kpi.step][0], points, kpi.step, cases=cases)
                found[kpi.id] = _from_first(_cut(line, kpi.step))
            else:
                known_ms = None if spoken is None else self.known_until(kpi, spoken)
                found[kpi.id] = self._line(kpi, known_ms)
        return found

    def known_until(self, kpi: Kpi, spoken: Spoken) -> int:
        """Up to when what a KPI counts is known here, epoch ms. What happens seldom is known for
        some time after the last word of its sources: as long as they are not late.
        """
        is_city = self._area == self._profile.code
        last = spoken.until(kpi.needs, "" if is_city else self._area)
        of_city_s = cadences.of(self._profile, kpi)
        cadence_s = freshness.cadence_s(self._profile, of_city_s, self._area)
        return (last or 0) + round(freshness.LATE_AFTER * cadence_s * 1000)

    def unknown_needs(self, spoken: Spoken) -> frozenset[str]:
        """What the KPIs are made of whose last completed step is not known to its end."""
        found = set[str]()
        for kpi in _MEASURED.values():
            running_ms = periods.day_start_ms(self._running[kpi.step], self._profile.tz)
            if self.known_until(kpi, spoken) < running_ms:
                found.update(kpi.needs)
        return frozenset(found)

    def _line(self, kpi: Kpi, known_ms: int | None) -> Line | None:
        step = self._steps[kpi.id]
        if step == "event":
            between = self._between(kpi)
            if between is not None:
                return between
        drawn = kpi.step if step == "event" else step
        whole = self._points(kpi, drawn)
        if known_ms is not None:
            whole = _without_unknown(whole, drawn, known_ms, self._profile.tz)
        chart: Chart = "p" if _is_share_of_cases(whole.cases) else "xmr"
        whole = whole._replace(step=drawn, chart=chart, is_enough=step != "event")
        return _from_first(_cut(whole, drawn))

    def _step_of(self, kpi: Kpi) -> PooledStep | Literal["event"]:
        """Weeks, months or quarters: the shortest of which enough is behind a point, from the KPI's
        own on. Where quarters are too short, or too few for a chart, single events.
        """
        if not isinstance(kpi.formula, Ratio) and not _counts_events(kpi):
            return kpi.step
        for step in POOLED[POOLED.index(kpi.step) :]:
            line = _cut(self._points(kpi, step), step)
            is_chart = step == kpi.step or _known(line) >= xmr.FEWEST
            if is_chart and _is_enough(kpi, line):
                return step
        return "event" if self._has_happened(kpi) else kpi.step

    def _points(self, kpi: Kpi, step: PooledStep) -> Line:
        return self._pooled(kpi) if step == "quarter" else self._stepped(kpi, step)

    def _has_happened(self, kpi: Kpi) -> bool:
        """Whether anything was counted of it, ever since there are points."""
        line = self._stepped(kpi, "month")
        if line.cases:
            return any(one is not None and one[1] for one in line.cases)
        return any(line.points)

    def _stepped(self, kpi: Kpi, step: Step) -> Line:
        """The KPI's points of all steps that are kept."""
        firsts = self._firsts[step]
        held = [self._sums.get(Block(step, first), _NOTHING) for first in firsts]
        before = self._before[step]
        stood = before.levels.get(kpi.id)
        points, cases = _counted(kpi, held, stood, before.counted)
        return Line(firsts[0], points, cases=cases)

    def _pooled(self, kpi: Kpi) -> Line:
        """The KPI's points of whole quarters, made of their months."""
        months = self._stepped(kpi, "month")
        firsts = self._firsts["month"]
        begin = next(i for i, first in enumerate(firsts) if first.month % 3 == 1)
        points: list[float | None] = []
        cases: list[Cases | None] = []
        for i in range(begin, len(firsts) - 2, 3):
            if months.cases:
                parts = [one for one in months.cases[i : i + 3] if one is not None]
                x, n = sum(one for one, _ in parts), sum(of for _, of in parts)
                is_whole = len(parts) == 3
                cases.append((x, n) if is_whole else None)
                points.append(x / n if is_whole and n else None)
            else:
                values = [one for one in months.points[i : i + 3] if one is not None]
                points.append(sum(values) if len(values) == 3 else None)
        return Line(firsts[begin], points, "quarter", cases=cases)

    def _between(self, kpi: Kpi) -> Line | None:
        """The cases between failures of a share, or the days between events of a count; None of too
        few for a chart.
        """
        if kpi.is_cohort:  # what began and ended on one day is another question
            return None
        days: dict[date, Cases] = {}
        for month in sorted(self._days):
            days.update(self._days[month].get(kpi.id, {}))
        ordered = sorted(days)
        if isinstance(kpi.formula, Ratio):
            x = np.array([days[day][0] for day in ordered], np.int64)
            rest = np.array([days[day][1] - days[day][0] for day in ordered], np.int64)
            fails = bool(x.sum() >= rest.sum())
            rare, others = (rest, x) if fails else (x, rest)
            found = [(ordered[i], n) for i, n in rates.cases_between(rare, others)]
            chart: Chart = "g_failures" if fails else "g_cases"
            better = kpi.better if fails else _opposite(kpi.better)
        else:
            found = [(day, (day - before).days) for before, day in pairwise(ordered)]
            chart, better = "t", _opposite(kpi.better)
        kept = found[-DRAWN["event"] :]
        if len(kept) < xmr.FEWEST:
            return None
        at = [day for day, _ in kept]
        return Line(at[0], [n for _, n in kept], "event", chart, at=at, better=better)

    def _reported(
        self, formula: Gauge, step: Step, gauges: Gauges
    ) -> tuple[list[float | None], list[Cases | None]]:
        """An indicator at the end of each step in which it was reported; of a share its cases."""
        edges = [
            periods.day_start_ms(first, self._profile.tz)
            for first in (*self._firsts[step], self._running[step])
        ]
        points: list[float | None] = []
        cases: list[Cases | None] = []
        for start, end in pairwise(edges):
            was = gauges.was_reported(self._area, formula.indicator, start, end)
            sums = Sums("", {}, {}, partial(_level, gauges, self._area, end - 1))
            reading = formula.read(sums) if was else Reading(None)
            points.append(reading.value)
            cases.append(_cases(reading) if formula.share else None)
        return points, cases

    def _is_before(self, block: Block, step: Step) -> bool:
        """Whether a block is part of the days before a step's first point."""
        if block.step == "month":
            return block.start < self._firsts[step][0].replace(day=1)
        return block.step is None and step == "week"


def _counted(
    kpi: Kpi, held: Sequence[Held], stood: float | None, counted: frozenset[str]
) -> tuple[list[float | None], list[Cases | None]]:
    """What was counted in each step; of a level, which `stood` so high before them, how it stood at
    the step's end; and of a share its cases.

    None up to the step in which the KPI's sources had spoken, because that step is incomplete.
    `counted` are the measures that had counted before the steps.
    """
    points: list[float | None] = []
    cases: list[Cases | None] = []
    for sums in held:
        value = sums.values[kpi.id]
        if stood is not None:
            value = stood = stood + (value or 0)
        is_known = kpi.has_counted(partial(_any_of, counted))
        points.append(value if is_known else None)
        if isinstance(kpi.formula, Ratio):
            cases.append(sums.cases.get(kpi.id, (0, 0)) if is_known else None)
        counted |= sums.counted
    return points, cases


def _without_unknown(line: Line, step: PooledStep, known_ms: int, tz: ZoneInfo) -> Line:
    """The line with no value in the steps that end after what is known."""
    points, cases, first = list(line.points), list(line.cases), line.first
    for i in range(len(points)):
        first = periods.days(step, first)[1]
        if periods.day_start_ms(first, tz) > known_ms:
            points[i] = None
            if cases:
                cases[i] = None
    return line._replace(points=points, cases=cases)


def _counts_events(kpi: Kpi) -> bool:
    """Whether a KPI counts what happens, each thing as one or some, and not money."""
    return isinstance(kpi.formula, Count) and kpi.unit == "count"


def _cases(reading: Reading) -> Cases | None:
    """The two sides of a share, as whole cases."""
    if reading.numerator is None or not reading.denominator:
        return None
    return int(reading.numerator), int(reading.denominator)


def _is_share_of_cases(cases: Sequence[Cases | None]) -> bool:
    """Whether a ratio is one of cases to all of them; some are of two different things."""
    known = [one for one in cases if one is not None]
    return any(n for _, n in known) and all(0 <= x <= n for x, n in known)


def _is_enough(kpi: Kpi, line: Line) -> bool:
    """Whether enough is behind a point of a line: of the rarer outcome of a share, or of what is
    counted, two at the median point.
    """
    if isinstance(kpi.formula, Ratio):
        known = [one for one in line.cases if one is not None]
        if not any(of for _, of in known):
            return False
        if not _is_share_of_cases(known):
            return True
        n = np.array([of for _, of in known], np.float64)
        return rates.is_enough(n, sum(x for x, _ in known) / float(n.sum()))
    counts = [one for one in line.points if one is not None]
    return bool(counts) and float(np.median(counts)) >= rates.ENOUGH


def _known(line: Line) -> int:
    """How many points of a line have a value."""
    return sum(point is not None for point in line.points)


def _cut(line: Line, step: TrendStep) -> Line:
    """The points of a line that are drawn; the others are its earlier ones."""
    apart = max(len(line.points) - DRAWN[step], 0)
    first = line.first
    for _ in range(apart):
        assert step != "event"
        first = periods.days(step, first)[1]
    return line._replace(
        first=first,
        points=line.points[apart:],
        cases=line.cases[apart:],
        earlier=line.points[:apart],
        earlier_cases=line.cases[:apart],
    )


def _from_first(line: Line) -> Line | None:
    """The line from its first value on; None where it has none."""
    begin = next((i for i, point in enumerate(line.points) if point is not None), None)
    if begin is None:
        return None
    first = line.first
    for _ in range(begin):
        assert line.step is not None
        assert line.step != "event"
        first = periods.days(line.step, first)[1]
    return line._replace(first=first, points=line.points[begin:], cases=line.cases[begin:])


def _opposite(better: Better) -> Better:
    return "neutral" if better == "neutral" else "up" if better == "down" else "down"


def _any_of(counted: frozenset[str], names: tuple[str, ...]) -> bool:
    return not counted.isdisjoint(names)


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


def _values(first_day: str, counters: Counters) -> tuple[dict[str, float | None], dict[str, Cases]]:
    """Each KPI over a block (of a level, by how much it rose), and the cases of each share."""
    sums = Sums(first_day, counters, counters)
    values: dict[str, float | None] = {}
    cases: dict[str, Cases] = {}
    for k, kpi in _MEASURED.items():
        reading = kpi.formula.read(sums)
        values[k] = reading.value
        if isinstance(kpi.formula, Ratio) and reading.denominator:
            cases[k] = (int(reading.numerator or 0), int(reading.denominator))
    return values, cases


_NOTHING = Held(*_values("", {}), frozenset())
