"""The state of an area over days that were chosen and are over, in the shape of a topic's: read
once from rollups, not kept.

What is still running has its five periods (feeds/figures/topics.py); a range ends at the latest
with yesterday.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select, text

from feeds.city import periods
from feeds.city.profile import UNKNOWN, Profile
from feeds.figures import ledgers, rollups, topics
from feeds.figures.gauges import Gauges
from feeds.figures.ledgers import Cells
from feeds.history import tables
from feeds.kpis import CATALOGUE, Kpi
from feeds.kpis.formulas import Count, Counters, GaugeLevel, Reading

DAILY = 92  # days that are still drawn day by day
LONG = 31  # from so many days on a year ago means the same dates, not the same weekdays
Sums = dict[str, Cells]


class Span(NamedTuple):
    """Days from `first` up to, not including, `after`."""

    first: date
    after: date

    @property
    def days(self) -> int:
        return (self.after - self.first).days


def natural(span: Span) -> periods.Period | None:
    """The period that the days are exactly one of, if they are."""
    return next((p for p in periods.PERIODS if periods.days(p, span.first) == span), None)


def before(span: Span) -> Span:
    """What came just before: the period before a whole period, else as many days."""
    kind = natural(span)
    return (
        Span(*periods.days(kind, span.first - timedelta(1)))
        if kind
        else Span(span.first - timedelta(span.days), span.first)
    )


def year_before(span: Span) -> Span:
    """The same days a year ago: by weekday and festival for short spans, by date for long ones."""
    if span.days < LONG and natural(span) != "month":
        first = periods.aligned_day(span.first)
        return Span(first, first + timedelta(span.days))
    return Span(_same_date(span.first), _same_date(span.after))


def state(connection: Connection, profile: Profile, area: str, span: Span) -> dict[str, Any]:
    """set, parts, change, series, axes of the area over the span. Reads some hundred rows of
    rollups a year of towns.
    """
    reader = _Reader(connection, profile, area, span)
    sums = reader.sums(span)
    readings = reader.readings(area, span, sums)
    references = [
        reader.readings(area, s, reader.sums(s)) for s in (year_before(span), before(span))
    ]
    changes = {
        k: [_rounded(topics.change(kpi, readings[k].value, r[k].value)) for r in references]
        for k, kpi in CATALOGUE.items()
    }
    axes, series = reader.steps(span)
    series |= {
        f"categories:{k}": _categories(kpi, sums.get(area, {}))
        for k, kpi in CATALOGUE.items()
        if isinstance(kpi.formula, Count)
    }
    towns = reader.towns(span, sums) if area == profile.code else {}
    series |= {
        f"towns:{k}": {t: _rounded(towns[t][k].value, 6) for t in towns}
        for k in topics.BY_TOWN
        if towns
    }
    return {
        "set": {k: r.value for k, r in readings.items()},
        "parts": {
            k: [r.numerator, r.denominator]
            for k, r in readings.items()
            if (r.numerator, r.denominator) != (r.value, None)
        },
        "change": changes,
        "series": series,
        "axes": axes,
        "town_parts": {
            k: {t: [r[k].numerator, r[k].denominator] for t, r in towns.items()} for k in CATALOGUE
        },
    }


def steps_of(span: Span) -> list[Span]:
    """The days of a short span, the months of a long one."""
    kind: periods.Period = "today" if span.days <= DAILY else "month"
    found, day = list[Span](), periods.days(kind, span.first)[0]
    while day < span.after:
        found.append(Span(*periods.days(kind, day)))
        day = found[-1].after
    return found


class _Book(NamedTuple):
    """What a formula reads from, over one span of one area."""

    period: str
    flows: Counters
    levels: Counters
    gauges: Gauges
    area: str
    start_ms: int
    cut_ms: int

    def gauge(self, indicator: str) -> GaugeLevel | None:
        return self.gauges.level(self.area, indicator, self.cut_ms)


class _Reader:
    """Reads spans of one area through one connection."""

    def __init__(self, connection: Connection, profile: Profile, area: str, span: Span) -> None:
        self._connection, self._profile, self._area = connection, profile, area
        self._is_city = area == profile.code
        begun = connection.execute(select(func.min(tables.events.c.at))).scalar()
        self._begun_ms = None if begun is None else self._ms(periods.day_of(begun, profile.tz))
        self._heard = self._ever_heard()
        edges = {s.after for s in (span, year_before(span), before(span))} | {
            steps_of(s)[0].first for s in (span, year_before(span))
        }
        self._before = rollups.levels_before(connection, edges, self._only)
        self._gauges = Gauges(profile, 0)
        ends = edges | {s.after for s in steps_of(span)}
        self._gauges.load_at(
            connection,
            profile.areas if self._is_city else (area,),
            (self._ms(edge) - 1 for edge in ends),
        )

    @property
    def _only(self) -> str | None:
        """The town that is read; none where it is all."""
        return None if self._is_city else self._area

    def sums(self, span: Span) -> Sums:
        """Flows by area, the city's among them, and cases opened and closed within the span under
        `same_range`.
        """
        found: Sums = {self._area: {}}
        for town, _, counters in self._rows(rollups.bins(span.first, span.after)):
            self._merge(found, town, counters)
        if natural(span) is None:
            for town, counters in self._cohorts(span):
                self._merge(found, town, counters)
        return found

    def readings(self, area: str, span: Span, sums: Sums) -> dict[str, Reading]:
        """Each KPI of an area; none where nothing was reported to the area up to the span's end."""
        levels = self._levels(span.after)
        book = self._book(area, span, sums, levels)
        return {k: self._read(kpi, book) for k, kpi in CATALOGUE.items()}

    def towns(self, span: Span, sums: Sums) -> dict[str, dict[str, Reading]]:
        """Each KPI of each town, and of areas nobody knows."""
        return {
            town: self.readings(town, span, sums) for town in (*self._profile.town_by_code, UNKNOWN)
        }

    def steps(self, span: Span) -> tuple[dict[str, Any], dict[str, Any]]:
        """The axis and the series over it: days of a short span, months of a long one, with those a
        year ago.
        """
        name = "days" if span.days <= DAILY else "months"
        now, last = (
            self._points(span, list(CATALOGUE)),
            self._points(year_before(span), topics.TIMELINES),
        )
        series = {f"{name}:{k}": values for k, values in now.items()}
        length = len(steps_of(span))
        series |= {
            f"{name}_last_year:{k}": (values + [None] * length)[:length]
            for k, values in last.items()
        }
        return {name: span.first.isoformat()}, series

    def _points(self, span: Span, kpis: Iterable[str]) -> dict[str, list[float | None]]:
        """Each KPI over each step of a span."""
        steps = steps_of(span)
        names = {s.first.isoformat()[: 10 if s.days == 1 else 7]: s for s in steps}
        sums: dict[Span, Sums] = {s: {self._area: {}} for s in steps}
        for town, name, counters in self._rows(names):
            self._merge(
                sums[names[name]],
                self._area if town != self._area and self._is_city else town,
                counters,
            )
        level, found = (
            self._levels(steps[0].first).get(self._area, {}),
            {k: list[float | None]() for k in kpis},
        )
        for s in steps:
            ledgers.merge(level, sums[s][self._area])
            book = self._book(self._area, s, sums[s], {self._area: level})
            for k, values in found.items():
                values.append(_rounded(self._read(CATALOGUE[k], book).value, 6))
        return found

    def _rows(self, names: Any) -> Iterator[tuple[str, str, Counters]]:
        return rollups.read(self._connection, names, self._only)

    def _levels(self, edge: date) -> Sums:
        found: Sums = {self._area: {}}
        for town, cells in self._before[edge].items():
            self._merge(found, town, cells)
        return found

    def _merge(self, into: Sums, town: str, counters: Counters) -> None:
        ledgers.merge(into.setdefault(town, {}), counters)
        if self._is_city and town != self._area:
            ledgers.merge(into[self._area], counters)

    def _book(self, area: str, span: Span, sums: Sums, levels: Mapping[str, Counters]) -> _Book:
        period = natural(span) or "range"
        return _Book(
            period,
            sums.get(area, {}),
            levels.get(area, {}),
            self._gauges,
            area,
            self._ms(span.first),
            self._ms(span.after) - 1,
        )

    def _cohorts(self, span: Span) -> Iterator[tuple[str, Counters]]:
        """No sum of days says which cases were both opened and closed within them; the cases do."""
        window = {"start": self._ms(span.first), "end": self._ms(span.after)}
        towns = "" if self._is_city else "AND town = :area"
        for begun, measure in (("opened", "same_range"), ("joint", "joint_same_range")):
            within = f"{begun} >= :start AND {begun} < :end AND closed < :end {towns}"
            query = f"SELECT town, kind, COUNT(*) FROM cases WHERE {within} GROUP BY town, kind"
            for town, kind, n in self._connection.execute(
                text(query), window | {"area": self._area}
            ):
                yield town, {f"{kind}.{measure}": {"": n}}

    def _read(self, kpi: Kpi, book: _Book) -> Reading:
        """A figure; where its events never came to the area, or the history begins later, there is
        none and not a zero.
        """
        if (
            self._begun_ms is None
            or book.start_ms < self._begun_ms
            or not self._heard[book.area] & set(kpi.needs)
        ):
            return Reading(None)
        return kpi.formula.read(book)

    def _ever_heard(self) -> defaultdict[str, set[str]]:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for town, need in self._connection.execute(
            select(tables.newest.c.town, tables.newest.c.need)
        ):
            found[town].add(need)
            found[self._profile.code].add(need)
        return found

    def _ms(self, day: date) -> int:
        return periods.day_start_ms(day, self._profile.tz)


def _categories(kpi: Kpi, flows: Counters) -> dict[str, float]:
    assert isinstance(kpi.formula, Count)
    return {
        dim: n * kpi.formula.scale
        for dim, n in (flows.get(kpi.formula.term.measure) or {}).items()
        if n
    }


def _rounded(value: float | None, digits: int = 4) -> float | None:
    return None if value is None else round(value, digits)


def _same_date(day: date) -> date:
    return (
        day.replace(year=day.year - 1, day=28)
        if (day.month, day.day) == (2, 29)
        else day.replace(year=day.year - 1)
    )
