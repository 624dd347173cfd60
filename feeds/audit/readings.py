"""The figures that an area's facts make: values, comparisons, splits, series and trends, each read
for itself from the facts of its own span of time.

It reads the declarations in feeds/kpis and the definition of periods, which it shares with the
product on purpose; the rules of reading are written here a second time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from typing import Any, Literal, NamedTuple, TypeVar

from feeds import kpis
from feeds.audit.facts import FAR_MS, SEEN, Area
from feeds.city import periods
from feeds.city.periods import Period
from feeds.city.profile import Profile
from feeds.kpis import Kpi, Step, cadences
from feeds.kpis.formulas import Count, Figure, Formula, Gauge, Level, Quantile, Ratio, Reading, Term

SILENT_AFTER = 2
HOUR_MS = 3_600_000
DAYS, HOURS = 30, 24
TREND_STEPS: Mapping[Step, int] = {"week": 53, "month": 36}
EVENTS = 53
TrendStep = Literal["week", "month", "quarter", "event"]
SERIES = ("days", "days_last_year", "hours", "hours_last_year")
Values = list[float | None]
Found = TypeVar("Found")


class Span(NamedTuple):
    """The part of time a figure is read over: flows from start up to end, what stands (and falls
    due) up to until. Neither end is part of it.
    """

    start_ms: int
    end_ms: int
    until_ms: int


class Points(NamedTuple):
    """The values of a trend, from the step that begins on `first`."""

    first: date
    values: Values


@dataclass(frozen=True)
class Readings:
    """An area's figures as of one moment. What is asked twice is read once: an area's topics share
    their series.
    """

    area: Area
    now_ms: int
    _kept: dict[Any, Any] = field(default_factory=dict)

    def figures(self, period: Period) -> dict[str, Figure]:
        """Every KPI over the period that now is in."""
        catalogue = kpis.CATALOGUE.items()
        return self._once(period, lambda: {k: self.figure(kpi, period) for k, kpi in catalogue})

    def series(self, kind: str, kpi: Kpi) -> Values:
        """A KPI by day or by hour, the oldest first; `kind` is one of SERIES."""
        return self._once((kind, kpi.id), lambda: self._series(kind, kpi))

    def trend(self, kpi: Kpi, step: TrendStep) -> Points | None:
        """A KPI's completed weeks or months; None without any."""
        return self._once(("trend", kpi.id, step), lambda: self._trend(kpi, step))

    def _once(self, question: Any, read: Callable[[], Found]) -> Found:
        if question not in self._kept:
            self._kept[question] = read()
        found: Found = self._kept[question]
        return found

    def figure(self, kpi: Kpi, period: Period) -> Figure:
        """One KPI with its changes against the same elapsed part of a year ago and of the previous
        period.
        """
        now, at = self.current(kpi, period), self._newest(kpi)
        changes: list[float | None] = []
        # What stands is of now on every page, and what is dated is the last report: each is
        # compared with one moment.
        over: Period = "today" if isinstance(kpi.formula, Level) else period
        over = "month" if kpi.kind == "dated" else over
        for before in (periods.year_before, periods.period_before):
            window = before(over, self.now_ms, self.area.profile.tz)
            then = Reading(None)
            if self._has_seen(kpi, *window) and not self._is_of_earlier(kpi, period):
                then = read(self.area, kpi.formula, Span(*window, window.end_ms))
            changes.append(_change(kpi, now.value, then.value))
        on_year, on_period = changes
        return Figure(now.value, now.numerator, now.denominator, on_year, on_period, at)

    def _is_of_earlier(self, kpi: Kpi, period: Period) -> bool:
        """Whether the figure is a batch of before the period, and so compared with nothing."""
        window = periods.bounds(period, self.now_ms, self.area.profile.tz)
        is_empty = not read(self.area, kpi.formula, Span(*window, self.now_ms + 1)).value
        return kpi.batch is not None and is_empty

    def current(self, kpi: Kpi, period: Period) -> Reading:
        """One KPI over the period that now is in; nothing where there is no data: a share needs an
        event ever of every source, all else of one; and what happens, one in the period or a source
        that is not yet late.
        """
        profile, at = self.area.profile, self._newest(kpi)
        if at is None or not self._has_spoken(kpi):
            return Reading(None)
        span = Span(*periods.bounds(period, self.now_ms, profile.tz), self.now_ms + 1)
        if kpi.batch and not read(self.area, kpi.formula, span).value:
            return self._last_batch(kpi, kpi.batch)
        if not isinstance(kpi.formula, Level | Gauge) and at < span.start_ms:
            towns = 1 if self.area.is_city else max(1, len(profile.towns))
            if self.now_ms - at > SILENT_AFTER * cadences.of(profile, kpi) * towns * 1000:
                return Reading(None)
        return read(self.area, kpi.formula, span)

    def _last_batch(self, kpi: Kpi, batch: kpis.Batch) -> Reading:
        """What was reported in the last day, month, quarter or year in which anything was."""
        tz = self.area.profile.tz
        day = periods.day_of(self.now_ms, tz)
        for _ in range(1 + kpis.BATCHES[batch]):
            days = periods.days(batch, day)
            start_ms, end_ms = (periods.day_start_ms(day, tz) for day in days)
            found = read(self.area, kpi.formula, Span(start_ms, end_ms, end_ms))
            if found.value:
                return found
            day = days[0] - timedelta(1)
        return Reading(None)

    def categories(self, kpi: Kpi, period: Period) -> dict[str, float]:
        """A count by category; what is zero is left out."""
        assert isinstance(kpi.formula, Count)
        window = periods.bounds(period, self.now_ms, self.area.profile.tz)
        found = self.area.by_dim(kpi.formula.term.measure.stored, *window)
        scale = kpi.formula.scale
        return {code: n if scale == 1 else n * scale for code, n in found.items()}

    def axes(self) -> dict[str, float | str]:
        """Where the series begin: the first hour and the first day."""
        days, hours = (spans(kind, self.area.profile, self.now_ms) for kind in ("days", "hours"))
        first_day = periods.day_of(days[0].start_ms, self.area.profile.tz)
        return {"hours": hours[0].start_ms, "days": first_day.isoformat()}

    def _newest(self, kpi: Kpi) -> int | None:
        """When the newest event that it needs happened."""
        found = [self._last_seen(need) for need in kpi.needs]
        return max((at for at in found if at is not None), default=None)

    def _last_seen(self, need: str) -> int | None:
        return self._once(("seen", need), lambda: self.area.last(SEEN + need))

    def _has_spoken(self, kpi: Kpi, before_ms: int = FAR_MS) -> bool:
        """Whether all sources of a share, or one of anything else, were seen before a moment."""
        spoken = []
        for need in kpi.needs:
            first = self._once(("first", need), partial(self.area.first, SEEN + need))
            spoken.append(first is not None and first < before_ms)
        return all(spoken) if isinstance(kpi.formula, Ratio) else any(spoken)

    def _has_seen(self, kpi: Kpi, start_ms: int, end_ms: int) -> bool:
        """Whether what is compared with was seen: of what stands its end, of what happens all of it
        but its first tenth.
        """
        if isinstance(kpi.formula, Level | Gauge):
            return self._has_spoken(kpi, end_ms)
        return self._has_spoken(kpi, start_ms + (end_ms - start_ms) // 10 + 1)

    def _series(self, kind: str, kpi: Kpi) -> Values:
        """An indicator of today, too, at the day's end: reports may be dated a little ahead."""
        its = spans(kind, self.area.profile, self.now_ms)
        if isinstance(kpi.formula, Gauge):
            its = [span._replace(until_ms=span.end_ms) for span in its]
        return [
            read(self.area, kpi.formula, span).value if self._has_spoken(kpi, span.end_ms) else None
            for span in its
        ]

    def _trend(self, kpi: Kpi, step: TrendStep) -> Points | None:
        """The steps up to the running one. Quarters are made of months, as they are in what is
        published: what ended in the month in which it began.
        """
        if step == "event":
            return self._events(kpi)
        parts: Step = "month" if step == "quarter" else step
        running = periods.days(step, periods.day_of(self.now_ms, self.area.profile.tz))[0]
        days = [running]
        for _ in range(TREND_STEPS[parts]):
            days.insert(0, periods.days(parts, days[0] - timedelta(1))[0])
        if step == "quarter":
            days = days[next(n for n, day in enumerate(days) if day.month % 3 == 1) :]
        length = 3 if step == "quarter" else 1
        tz, known_ms = self.area.profile.tz, self._known_until(kpi)
        values: Values = []
        for n in self._begins(days, length):
            edges = days[n : n + length + 1]
            is_known = periods.day_start_ms(edges[-1], tz) <= known_ms
            values.append(self._point(kpi, edges) if is_known else None)
        first = next((n for n, value in enumerate(values) if value is not None), None)
        return None if first is None else Points(days[first * length], values[first:])

    def _known_until(self, kpi: Kpi) -> float:
        """Up to when what a KPI counts is known: some time after the last word of the sources that
        report it for the area, wherever it was about; in a town not after the town's own last word
        of any kind. A report stands until the next one.
        """
        if isinstance(kpi.formula, Gauge):
            return math.inf
        everywhere = Area(self.area.facts, self.area.profile.code)
        words = [
            everywhere.last(SEEN + need, dims=(source,))
            for need in kpi.needs
            for source in self.area.dims(SEEN + need)
        ]
        last_ms = max((at for at in words if at is not None), default=0)
        towns = 1
        if not self.area.is_city:
            own = [self._last_seen(name.removeprefix(SEEN)) for name in self.area.seen()]
            last_ms = min(last_ms, max((at for at in own if at is not None), default=0))
            towns = max(1, len(self.area.profile.towns))
        return last_ms + SILENT_AFTER * cadences.of(self.area.profile, kpi) * towns * 1000

    def _begins(self, days: Sequence[date], length: int) -> range:
        return range(0, len(days) - length, length)

    def _point(self, kpi: Kpi, edges: Sequence[date]) -> float | None:
        """The figure over the steps between some days."""
        tz = self.area.profile.tz
        begun_ms = self._begun(kpi)
        found = []
        for start_ms, end_ms in pairwise(periods.day_start_ms(day, tz) for day in edges):
            span = Span(start_ms, end_ms, end_ms)
            if not self._is_point(kpi, span, begun_ms):
                return None
            found.append(read(self.area, kpi.formula, span))
        if len(found) == 1:
            return found[0].value
        above = sum(one.numerator or 0 for one in found)
        if not isinstance(kpi.formula, Ratio):
            return above
        below = sum(one.denominator or 0 for one in found)
        return above / below if below else None

    def _events(self, kpi: Kpi) -> Points | None:
        """What lies between two rare events: days of a count, and of a share the other cases."""
        tz = self.area.profile.tz
        today = periods.day_of(self.now_ms, tz)
        after = periods.days("week", today)[0]
        day = periods.days("month", today)[0]
        for _ in range(TREND_STEPS["month"]):
            day = periods.days("month", day - timedelta(1))[0]
        counted: list[tuple[date, int, int]] = []
        while day < after:
            start_ms, end_ms = (periods.day_start_ms(one, tz) for one in (day, day + timedelta(1)))
            reading = read(self.area, kpi.formula, Span(start_ms, end_ms, end_ms))
            counted.append((day, int(reading.numerator or 0), int(reading.denominator or 0)))
            day += timedelta(1)
        found: list[tuple[date, int]] = []
        waiting: int | None = None
        is_share = isinstance(kpi.formula, Ratio)
        fails = sum(2 * x for _, x, _ in counted) >= sum(n for _, _, n in counted)
        for day, x, n in counted:
            rare, others = ((n - x, x) if fails else (x, n - x)) if is_share else (min(x, 1), 1)
            if waiting is not None:
                waiting += others
            for _ in range(rare):
                if waiting is not None:
                    found.append((day, waiting))
                waiting = 0
        kept = found[-EVENTS:]
        return Points(kept[0][0], [n for _, n in kept]) if kept else None

    def _begun(self, kpi: Kpi) -> int:
        """When its sources had counted anything, by the measures that show it; far ahead of a
        figure without.
        """
        firsts = []
        for names in kpi.first_counted:
            counted = [at for name in names if (at := self.area.first(name)) is not None]
            firsts.append(min(counted, default=FAR_MS))
        if isinstance(kpi.formula, Ratio):
            return max(firsts, default=FAR_MS)
        return min(firsts, default=FAR_MS)

    def _is_point(self, kpi: Kpi, span: Span, begun_ms: int) -> bool:
        """Whether an indicator was reported in a step; of anything else, whether its sources had
        begun to report before it.
        """
        if not isinstance(kpi.formula, Gauge):
            return begun_ms < span.start_ms
        standing = self.area.standing(kpi.formula.indicator, span.end_ms)
        return any(report.at >= span.start_ms for report in standing)


def read(area: Area, formula: Formula, span: Span) -> Reading:
    """A formula over a span of time. A share of none, and a quantile of none, has no value."""
    match formula:
        case Count(term, scale, less):
            n = _sum(area, (term,), span) - (_sum(area, (less,), span) if less else 0)
            value = n if scale == 1 else n * scale
            return Reading(value, value)
        case Ratio(above, below):
            n, of = (_sum(area, terms, span) for terms in (above, below))
            return Reading(n / of if of else None, n, of)
        case Level(plus, minus):
            came = area.up_to(plus.stored, span.until_ms)
            left = area.up_to(minus.stored, span.until_ms)
            return Reading(came - left, came - left)
        case Quantile(measure, q, unit_ms):
            taken_ms = area.amounts(measure.stored, span.start_ms, span.end_ms)
            if not taken_ms:
                return Reading(None, None, 0)
            rank = max(1, math.ceil(q * len(taken_ms)))
            return Reading(taken_ms[rank - 1] / unit_ms, None, len(taken_ms))
        case Gauge(indicator, share, whole):
            return _gauge(area, indicator, span.until_ms, share=share, whole=whole)


def _sum(area: Area, terms: tuple[Term, ...], span: Span) -> int:
    """Of what falls due only what is due by now; of what must have begun in the span too, only
    that.
    """
    found = 0
    for term in terms:
        stored = term.measure.stored
        end_ms = min(span.end_ms, span.until_ms) if term.measure.waits else span.end_ms
        if not term.measure.is_cohort:
            found += area.between(stored, span.start_ms, end_ms, term.dims)
            continue
        first_day = periods.day_of(span.start_ms, area.profile.tz).isoformat()
        for day in area.dims(stored):
            if day >= first_day:
                found += area.between(stored, span.start_ms, end_ms, (day,))
    return found


def _gauge(area: Area, indicator: str, until_ms: int, *, share: bool, whole: bool) -> Reading:
    """The sum of the reports that stand; without a total where one of them has none."""
    standing = area.standing(indicator, until_ms)
    if not standing:
        return Reading(None)
    value = sum(report.value for report in standing)
    totals = [report.total for report in standing if report.total is not None]
    total = sum(totals) if len(totals) == len(standing) else None
    if whole:
        return Reading(total, total)
    if share:
        return Reading(value / total if total else None, value, total)
    return Reading(value, value, total)


def _change(kpi: Kpi, now: float | None, before: float | None) -> float | None:
    """The difference of shares, the relative change of anything else; None where either is missing
    or nothing can be divided.
    """
    if now is None or before is None:
        return None
    if kpi.unit == "share":
        return now - before
    return (now - before) / before if before else None


def spans(kind: str, profile: Profile, now_ms: int) -> list[Span]:
    """The last thirty days or 24 hours of the city's clock, which may be half an hour off; or those
    of the year before that they are compared with.
    """
    tz, is_last_year = profile.tz, kind.endswith("_last_year")
    today = periods.day_of(now_ms, tz)
    if kind.startswith("days"):
        days = [today - timedelta(n) for n in range(DAYS - 1, -1, -1)]
        days = [periods.aligned_day(day) if is_last_year else day for day in days]
        ends = [_bounds_of(day, profile) for day in days]
        return [Span(start, end, min(end, now_ms + 1)) for start, end in ends]
    into_hour = (now_ms - periods.day_start_ms(today, tz)) % HOUR_MS
    hours = [now_ms - into_hour - n * HOUR_MS for n in range(HOURS - 1, -1, -1)]
    hours = [_year_before(hour, profile) if is_last_year else hour for hour in hours]
    return [Span(hour, hour + HOUR_MS, hour + HOUR_MS) for hour in hours]


def _bounds_of(day: date, profile: Profile) -> tuple[int, int]:
    after = day + timedelta(1)
    return periods.day_start_ms(day, profile.tz), periods.day_start_ms(after, profile.tz)


def _year_before(hour_ms: int, profile: Profile) -> int:
    """The same hour of the day that this hour's day is compared with."""
    day = periods.day_of(hour_ms, profile.tz)
    start, _ = _bounds_of(day, profile)
    then, _ = _bounds_of(periods.aligned_day(day), profile)
    return then + hour_ms - start
