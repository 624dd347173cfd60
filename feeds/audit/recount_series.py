"""Series recounted: a figure by hour or by day, each step for itself from the same tables of raw
events. Part of the recount.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from feeds import kpis
from feeds.audit import recount
from feeds.audit.recount import Span, Tally
from feeds.city import periods
from feeds.city.periods import Period
from feeds.city.profile import Profile
from feeds.kpis import Kpi
from feeds.kpis.formulas import Count, Formula, Gauge, Level, Quantile, Ratio, Term

HOUR_MS = 3_600_000
DAYS, HOURS = 30, 24
Values = list[float | None]
Spans = Sequence[Span]


def of_topic(counted: Tally, now_ms: int) -> dict[str, Values]:
    """The series of an area's last days and hours, with those of a year ago: `days:<kpi>`,
    `hours_last_year:<kpi>` and so on.
    """
    profile = counted.profile
    today = periods.day_of(now_ms, profile.tz)
    days = [today - timedelta(n) for n in range(DAYS - 1, -1, -1)]
    spans = {"days": [_day(profile, day, now_ms) for day in days]}
    spans["days_last_year"] = [_day(profile, periods.aligned_day(day), now_ms) for day in days]
    hours = [_first_hour(profile, now_ms) + n * HOUR_MS for n in range(HOURS)]
    spans["hours"] = [Span(hour, hour + HOUR_MS, hour + HOUR_MS) for hour in hours]
    spans["hours_last_year"] = [
        Span(hour, hour + HOUR_MS, hour + HOUR_MS)
        for hour in (_year_before(profile, h) for h in hours)
    ]
    return {
        f"{name}:{kpi.id}": over(counted, kpi.formula, its)
        for name, its in spans.items()
        for kpi in _shown(name)
    }


def axes(profile: Profile, now_ms: int) -> dict[str, float | str]:
    """Where the series begin: the first hour (epoch ms) and the first day."""
    first_day = periods.day_of(now_ms, profile.tz) - timedelta(DAYS - 1)
    return {"hours": _first_hour(profile, now_ms), "days": first_day.isoformat()}


def _first_hour(profile: Profile, now_ms: int) -> int:
    """Hours are those of the city's own clock, which may be half an hour off."""
    start_ms = periods.day_start_ms(periods.day_of(now_ms, profile.tz), profile.tz)
    return now_ms - (now_ms - start_ms) % HOUR_MS - (HOURS - 1) * HOUR_MS


def over(counted: Tally, formula: Formula, spans: Spans, period: Period = "today") -> Values:
    """A formula over each of some spans of time, in any order; `period` is what they are parts or
    steps of.
    """
    match formula:
        case Count(term, scale):
            return [n * scale if scale != 1 else n for n in _sums(counted, term, spans, period)]
        case Ratio(above, below):
            pairs = zip(
                _all(counted, above, spans, period),
                _all(counted, below, spans, period),
                strict=True,
            )
            return [n / d if d else None for n, d in pairs]
        case Level(plus, minus):
            came, left = (
                counted.tables[str(measure)].up_to([span.until_ms for span in spans])
                for measure in (plus, minus)
            )
            return [*map(int, came - left)]
        case Quantile():
            return [recount.read(counted, formula, "today", span).value for span in spans]
        case Gauge():
            # Of today too what stands at the end of the day: reports may be dated a little ahead
            # of the clock.
            return [
                recount.read(counted, formula, "today", span._replace(until_ms=span.end_ms)).value
                for span in spans
            ]


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
    return (
        periods.day_start_ms(periods.aligned_day(day), profile.tz)
        + hour_ms
        - periods.day_start_ms(day, profile.tz)
    )


def _all(counted: Tally, terms: Sequence[Term], spans: Spans, period: Period) -> list[int]:
    return [
        sum(parts)
        for parts in zip(*(_sums(counted, term, spans, period) for term in terms), strict=True)
    ]


def _sums(counted: Tally, term: Term, spans: Spans, period: Period) -> list[int]:
    """A term's sum over each span; of what falls due only what is due by now."""
    is_due = term.measure.waits
    table = counted.tables[term.measure.stored(period)]
    ends = [min(span.end_ms, span.until_ms) if is_due else span.end_ms for span in spans]
    return [
        *map(
            int,
            table.up_to(ends, term.dims)
            - table.up_to([span.start_ms for span in spans], term.dims),
        )
    ]
