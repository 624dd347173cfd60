"""KPIs counted a second time, from raw events alone: the independent plain pandas path that the
audit compares with.

It reads the declarations in feeds/kpis and shares feeds/city/periods.py on purpose; it shares
nothing else with the engine. What a measure means is in feeds/audit/recount_measures.py, what a
case is in feeds/audit/recount_cases.py.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from feeds import kpis
from feeds.audit import recount_events, recount_measures
from feeds.audit.recount_events import Facts
from feeds.audit.recount_moments import Indicators, Moments, Numbers
from feeds.city import periods
from feeds.city.periods import Period
from feeds.city.profile import Profile
from feeds.kpis import Kpi
from feeds.kpis.formulas import Count, Figure, Formula, Gauge, Level, Quantile, Ratio, Reading, Term

SILENT_AFTER = 2


class Span(NamedTuple):
    """The part of time a figure is read over: flows from start up to end, what stands (and falls
    due) up to until.

    Neither end is part of it: a span that ends with a moment ends one millisecond later.
    """

    start_ms: int
    end_ms: int
    until_ms: int


@dataclass(frozen=True)
class Tally:
    """One area's events made ready for reading: measure tables, reports of indicators, and need →
    town → when last heard.
    """

    profile: Profile
    area: str
    tables: Mapping[str, Moments]
    gauges: Indicators
    heard: Mapping[str, Mapping[str, int]]

    def newest(self, needs: tuple[str, ...]) -> int | None:
        """When the newest event of some needs happened."""
        return max((at for need in needs for at in self.heard.get(need, {}).values()), default=None)

    def of_towns(self, towns: Iterable[str]) -> dict[str, Tally]:
        """The city's tally, town by town."""
        tables = {measure: table.of_towns() for measure, table in self.tables.items()}
        return {town: self._part(town, tables) for town in towns}

    def _part(self, town: str, tables: Mapping[str, Mapping[str, Moments]]) -> Tally:
        own = {
            measure: parts.get(town, recount_measures.NOTHING) for measure, parts in tables.items()
        }
        heard = {need: {town: at[town]} for need, at in self.heard.items() if town in at}
        return Tally(self.profile, town, own, self.gauges.within(town), heard)


def recount(
    events: pd.DataFrame,
    profile: Profile,
    area: str,
    period: Period,
    now_ms: int,
    known_ms: int | None = None,
) -> dict[str, Figure]:
    """Every KPI of a topic from events (recount_events.COLUMNS). With `known_ms`, as was known then
    of what had happened by now.
    """
    return of_facts(recount_events.facts(events), profile, area, period, now_ms, known_ms)


def of_facts(
    facts: Facts,
    profile: Profile,
    area: str,
    period: Period,
    now_ms: int,
    known_ms: int | None = None,
) -> dict[str, Figure]:
    """The same from events read already."""
    if known_ms is not None:
        facts = facts.known(known_ms, now_ms)
    return figures(tally(facts, profile, area, (period,)), period, now_ms)


def tally(
    facts: Facts, profile: Profile, area: str, wanted: tuple[Period, ...] = periods.PERIODS
) -> Tally:
    """An area's tally for some periods: the city's is of all events, those of unknown areas too."""
    own = facts if area == profile.code else facts.within(area)
    names = {
        name
        for k in kpis.CATALOGUE.values()
        for p in wanted
        for name in (*(m.stored(p) for m in k.formula.measures), *k.first_counted)
    }
    told = Indicators.of(recount_measures.gauges(own))
    return Tally(
        profile,
        area,
        recount_measures.tables(own, names, profile),
        told,
        recount_measures.heard(own),
    )


def figures(counted: Tally, period: Period, now_ms: int) -> dict[str, Figure]:
    """Every KPI of the catalogue, over the period that now is in."""
    return {kpi.id: figure(counted, kpi, period, now_ms) for kpi in kpis.CATALOGUE.values()}


def figure(counted: Tally, kpi: Kpi, period: Period, now_ms: int) -> Figure:
    """One KPI with its changes against the same elapsed part of a year ago and of the previous
    period.
    """
    tz = counted.profile.tz
    now, newest = current(counted, kpi, period, now_ms), counted.newest(kpi.needs)
    if now.value is None:
        return Figure(None, now.numerator, now.denominator, None, None, newest)
    windows = (
        periods.year_before(period, now_ms, tz),
        periods.period_before(period, now_ms, tz),
    )
    before = (
        read(counted, kpi.formula, period, Span(*window, window.end_ms)).value for window in windows
    )
    on_year, on_period = (_change(kpi, now.value, value) for value in before)
    return Figure(now.value, now.numerator, now.denominator, on_year, on_period, newest)


def current(counted: Tally, kpi: Kpi, period: Period, now_ms: int) -> Reading:
    """One KPI over the period that now is in; nothing where there is no data."""
    span = Span(*periods.bounds(period, now_ms, counted.profile.tz), now_ms + 1)
    return (
        read(counted, kpi.formula, period, span)
        if _heard(counted, kpi, span, now_ms)
        else Reading(None)
    )


def read(counted: Tally, formula: Formula, period: Period, span: Span) -> Reading:
    """A formula over a span of time. A share of none, and a quantile of none, has no value."""
    match formula:
        case Count(term, scale):
            n = _sum(counted, term, period, span)
            return Reading(n if scale == 1 else n * scale, n if scale == 1 else n * scale)
        case Ratio(above, below):
            n, d = (
                sum(_sum(counted, term, period, span) for term in terms) for terms in (above, below)
            )
            return Reading(n / d if d else None, n, d)
        case Level(plus, minus):
            came, left = (
                int(counted.tables[str(measure)].up_to([span.until_ms])[0])
                for measure in (plus, minus)
            )
            return Reading(came - left, came - left)
        case Quantile(measure, q, unit_ms):
            return _quantile(
                counted.tables[str(measure)].within(span.start_ms, span.end_ms), q, unit_ms
            )
        case Gauge(indicator, share, whole):
            reading = _gauge(counted, indicator, share, span.until_ms)
            return Reading(reading.denominator, reading.denominator) if whole else reading


def categories(counted: Tally, kpi: Kpi, period: Period, now_ms: int) -> dict[str, float]:
    """A count by category; what is zero is left out."""
    assert isinstance(kpi.formula, Count)
    span = Span(*periods.bounds(period, now_ms, counted.profile.tz), now_ms + 1)
    cells = counted.tables[kpi.formula.term.measure.stored(period)].by_dim(
        span.start_ms, span.end_ms
    )
    scale = kpi.formula.scale
    return {code: n if scale == 1 else n * scale for code, n in cells.items()}


def _heard(counted: Tally, kpi: Kpi, span: Span, now_ms: int) -> bool:
    """Whether there is data: what stands needs one report ever, what happens an event in the period
    or a source not yet late.
    """
    newest = counted.newest(kpi.needs)
    if newest is None:
        return False
    towns = 1 if counted.area == counted.profile.code else max(1, len(counted.profile.towns))
    fresh = now_ms - newest <= SILENT_AFTER * kpi.cadence_s * towns * 1000
    return isinstance(kpi.formula, Level | Gauge) or newest >= span.start_ms or fresh


def _sum(counted: Tally, term: Term, period: Period, span: Span) -> int:
    """Of what falls due only what is due by now."""
    end_ms = min(span.end_ms, span.until_ms) if term.measure.waits else span.end_ms
    before, after = counted.tables[term.measure.stored(period)].up_to(
        [span.start_ms, end_ms], term.dims
    )
    return int(after - before)


def _quantile(durations_ms: Numbers, q: float, unit_ms: int) -> Reading:
    """The exact nearest-rank quantile: the smallest duration that at least q of them don't
    exceed.
    """
    n = len(durations_ms)
    if not n:
        return Reading(None, None, 0)
    rank = max(1, math.ceil(q * n))
    return Reading(int(np.partition(durations_ms, rank - 1)[rank - 1]) / unit_ms, None, n)


def _gauge(counted: Tally, indicator: str, share: bool, until_ms: int) -> Reading:
    """The sum of the reports that stand; without a total where one of them has none."""
    standing = counted.gauges.standing(indicator, counted.area, until_ms)
    if not standing:
        return Reading(None)
    value, totals = (
        sum(report.value for report in standing),
        [report.total for report in standing if report.total is not None],
    )
    total = sum(totals) if len(totals) == len(standing) else None
    if not share:
        return Reading(value, value, total)
    return Reading(value / total if total else None, value, total)


def _change(kpi: Kpi, now: float | None, before: float | None) -> float | None:
    """The difference of shares, the relative change of anything else; None where either is missing
    or nothing can be divided.
    """
    if now is None or before is None:
        return None
    if kpi.unit == "share":
        return now - before
    return (now - before) / before if before else None
