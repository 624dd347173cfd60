"""Series recounted: a figure by hour or by day, each step for itself from the same tables of raw events. Part of the recount."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from feeds import kpis, periods, recount
from feeds.formulas import Count, Formula, Gauge, Level, Quantile, Ratio, Term
from feeds.kpis import Kpi
from feeds.periods import Period
from feeds.profile import Profile
from feeds.recount import Span, Tally

HOUR_MS = 3_600_000
DAYS, HOURS = 30, 24
Values = list[float | None]
Spans = Sequence[Span]


def of_topic(counted: Tally, now_ms: int) -> dict[str, Values]:
    """The series of an area's last days and hours, with those of a year ago: `days:<kpi>`, `hours_last_year:<kpi>` and so on."""
    profile = counted.profile
    today = periods.day_of(now_ms, profile.tz)
    days = [today - timedelta(n) for n in range(DAYS - 1, -1, -1)]
    spans = {"days": [_day(profile, day, now_ms) for day in days]}
    spans["days_last_year"] = [_day(profile, periods.aligned_day(day), now_ms) for day in days]
    hours = [_first_hour(profile, now_ms) + n * HOUR_MS for n in range(HOURS)]
    spans["hours"] = [Span(hour, hour + HOUR_MS, hour + HOUR_MS) for hour in hours]
    spans["hours_last_year"] = [Span(hour, hour + HOUR_MS, hour + HOUR_MS) for hour in (_year_before(profile, h) for h in hours)]
    return {f"{name}:{kpi.id}": over(counted, kpi.formula, its) for name, its in spans.items() for kpi in _shown(name)}


def axes(profile: Profile, now_ms: int) -> dict[str, float | str]:
    """Where the series begin: the first hour (epoch ms) and the first day."""
    first_day = periods.day_of(now_ms, profile.tz) - timedelta(DAYS - 1)
    return {"hours": _first_hour(profile, now_ms), "days": first_day.isoformat()}


def _first_hour(profile: Profile, now_ms: int) -> int:
    """Hours are those of the city's own clock, which may be half an hour off."""
    start_ms = periods.day_start_ms(periods.day_of(now_ms, profile.tz), profile.tz)
    return now_ms - (now_ms - start_ms) % HOUR_MS - (HOURS - 1) * HOUR_MS


def over(counted: Tally, formula: Formula, spans: Spans, period: Period = "today") -> Values:
    """A formula over each of some spans of time, in any order; `period` is what they are parts or steps of."""
    match formula:
        case Count(term, scale):
            return [n * scale if scale != 1 else n for n in _sums(counted, term, spans, period)]
        case Ratio(above, below):
            pairs = zip(_all(counted, above, spans, period), _all(counted, below, spans, period), strict=True)
            return [n / d if d else None for n, d in pairs]
        case Level(plus, minus):
            return [a - b for a, b in zip(_up_to(counted, plus, spans), _up_to(counted, minus, spans), strict=True)]
        case Quantile():
            return [recount.read(counted, formula, "today", span).value for span in spans]
        case Gauge():
            return list(_gauges(counted, formula, spans))


def _shown(name: str) -> Iterable[Kpi]:
    """What may be drawn by hour are counts; a level a year ago isn't drawn."""
    every = kpis.CATALOGUE.values()
    return every if name == "days" else (kpi for kpi in every if isinstance(kpi.formula, Count))


def _day(profile: Profile, day: date, now_ms: int) -> Span:
    start_ms, end_ms = (periods.day_start_ms(d, profile.tz) for d in (day, day + timedelta(1)))
    return Span(start_ms, end_ms, min(end_ms, now_ms + 1))


def _year_before(profile: Profile, hour_ms: int) -> int:
    """The same hour of the day that this hour's day is compared with."""
    day = periods.day_of(hour_ms, profile.tz)
    return periods.day_start_ms(periods.aligned_day(day), profile.tz) + hour_ms - periods.day_start_ms(day, profile.tz)


def _all(counted: Tally, terms: Sequence[Term], spans: Spans, period: Period) -> list[int]:
    return [sum(parts) for parts in zip(*(_sums(counted, term, spans, period) for term in terms), strict=True)]


def _sums(counted: Tally, term: Term, spans: Spans, period: Period) -> list[int]:
    """A term's sum over each span; of what falls due only what is due by now."""
    rows = counted.tables[term.measure.replace("{period}", period)]
    is_due = term.measure.endswith(".fell_due")
    rows = rows.iloc[slice(*rows["at"].searchsorted([min(s.start_ms for s in spans), max(s.end_ms for s in spans)]))]
    rows = rows[rows["dim"].isin(term.dims)] if term.dims else rows
    at, sums = rows["at"].to_numpy(), [0, *rows["n"].cumsum().tolist()]
    found = []
    for span in spans:
        first, after = at.searchsorted([span.start_ms, min(span.end_ms, span.until_ms) if is_due else span.end_ms])
        found.append(sums[after] - sums[first])
    return found


def _up_to(counted: Tally, measure: str, spans: Spans) -> list[int]:
    rows = counted.tables[measure]
    sums = rows["n"].cumsum()
    return [int(sums.iloc[i - 1]) if i else 0 for i in rows["at"].searchsorted([span.until_ms for span in spans])]


def _gauges(counted: Tally, formula: Gauge, spans: Spans) -> Iterator[float | None]:
    """What stood at the end of each day, of today too: reports may be dated a little ahead of the clock."""
    reports = counted.gauges[counted.gauges["indicator"] == formula.indicator]
    towns = {str(town): list(zip(rows["at"], rows["value"], rows["total"], strict=True)) for town, rows in reports.groupby("town")}
    for span in spans:
        standing = {}
        for town, rows in towns.items():
            if i := bisect_left(rows, span.end_ms, key=lambda row: row[0]):
                standing[town] = rows[i - 1]
        mine = [standing[counted.area]] if counted.area in standing else [*standing.values()]
        yield _standing(formula, [row[1] for row in mine], [row[2] for row in mine])


def _standing(formula: Gauge, values: list[float], totals: list[float]) -> float | None:
    value = float(sum(values)) if values else None
    total = float(sum(totals)) if totals and all(each == each for each in totals) else None
    if formula.whole:
        return total
    if not formula.share or value is None:
        return value
    return value / total if total else None
