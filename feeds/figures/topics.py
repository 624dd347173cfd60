"""The state of one topic (an area over a period) read from the books: values, comparisons, series,
latest events.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any, NamedTuple

from feeds import kpis
from feeds.city import periods
from feeds.city.periods import Period
from feeds.city.profile import UNKNOWN
from feeds.figures import freshness
from feeds.figures.books import HOUR_MS, SERIES_DAYS, SERIES_HOURS, Book, Books, Which
from feeds.figures.ledgers import Ledger
from feeds.kpis import CATALOGUE, DOMAINS, Kpi
from feeds.kpis.formulas import Counters, Gauge, Level, Quantile, Ratio, Reading, Term

TIMELINES = kpis.TIMELINES
BY_CATEGORY = (
    "incidents.reported",
    "disputes.accepted",
    "traffic.accidents",
    "traffic.hazards_found",
    "fraud.warnings",
    "fraud.loss_averted",
    "safety.hazards_found",
    "safety.inspections",
    "order.calls",
    "order.filed",
    "services.requests",
    "justice.diverted",
    "justice.served",
    "governance.activities",
    "risks.raised",
    "assessments.completed",
    "handoffs.sent",
)
DAILY = (
    "safety.hazards_rectified",
    "sensing.records",
    "order.calls",
    "services.requests",
    "justice.diverted",
    "risks.raised",
    "handoffs.sent",
)
COMPARED = (
    "safety.inspections",
    "safety.hazards_found",
    "safety.hazards_rectified",
    "safety.hazards_overdue",
    "safety.key_units",
    "safety.cases",
    "sensing.devices",
    "sensing.online_rate",
    "sensing.records",
    "order.calls",
    "order.filed",
    "order.criminal",
    "order.cleared",
    "order.clearance_rate",
    "services.requests",
    "services.completed",
    "services.at_once_share",
    "services.median_hours",
    "services.overdue",
    "justice.diverted",
    "justice.served",
    "training.staff_rate",
    "training.groups_covered",
    "training.monthly",
    "training.quarterly",
    "training.posts",
    "governance.rooms",
    "governance.volunteers",
    "governance.teams",
    "governance.model_units",
    "governance.activities",
    "risks.raised",
    "risks.closed",
    "risks.open",
    "risks.overdue",
    "risks.on_time",
    "handoffs.sent",
    "handoffs.accepted",
    "handoffs.open",
    "handoffs.overdue",
    "handoffs.on_time",
    "commitments.made",
    "commitments.closed",
    "commitments.kept",
    "commitments.open",
    "commitments.overdue",
)
BY_TOWN = (*(k for k in CATALOGUE if CATALOGUE[k].domain in DOMAINS), *COMPARED)
IN_TOWNS = tuple(
    k for k in BY_TOWN if CATALOGUE[k].unit in ("count", "yuan")
)  # what towns add up to
NEEDED = frozenset(need for kpi in CATALOGUE.values() for need in kpi.needs)
LATEST = 8
Newest = Mapping[str, Mapping[str, int]]
State = dict[str, Any]  # of a topic, as a snapshot holds it (docs/reference/live.md)


class Topic(NamedTuple):
    """`area/period`, the unit of subscription."""

    area: str
    period: Period

    @property
    def name(self) -> str:
        return f"{self.area}/{self.period}"


def parse(name: str, areas: Iterable[str]) -> Topic | None:
    """The topic of a name, if its area and period exist."""
    area, _, period = name.partition("/")
    return Topic(area, period) if period in periods.PERIODS and area in set(areas) else None


def change(kpi: Kpi, value: float | None, before: float | None) -> float | None:
    """Relative change; of a share the difference. None where either is missing or the base is 0."""
    if value is None or before is None:
        return None
    if kpi.unit == "share":
        return value - before
    return (value - before) / before if before else None


def newest_of(kpi: Kpi, newest: Mapping[str, int]) -> int:
    """When the newest event that a KPI reflects happened; 0 where there was none."""
    return max((newest.get(need, 0) for need in kpi.needs), default=0)


def parts_of(state: Mapping[str, Any], kpi: str) -> list[float | None]:
    """Numerator and denominator in a state; those of a plain count, which is its own numerator, are
    not sent.
    """
    found: list[float | None] = state["parts"].get(kpi) or [state["set"].get(kpi), None]
    return found


class Reader:
    """Reads topics from the books of now."""

    def __init__(self, books: Books, newest: Newest) -> None:
        self._books, self._newest = books, newest
        self._city, self._towns = books.profile.code, len(books.profile.towns)
        self._day_values: dict[tuple[str, date], dict[str, float | None]] = {}
        self._town_readings: dict[tuple[str, Period], dict[str, Reading]] = {}

    def forget(self, area: str, day: date) -> None:
        """A day's sums changed: its point of the series is read again."""
        self._day_values.pop((area, day), None)

    def forget_all(self, area: str) -> None:
        """An indicator of the area was reported: it holds for every day after."""
        for key in [key for key in self._day_values if key[0] == area]:
            del self._day_values[key]

    def reading(self, kpi: Kpi, area: str, period: Period) -> Reading:
        """The value now; none where nothing was ever reported, or nothing in the period from a
        silent source.
        """
        at = newest_of(kpi, self._newest.get(area, {}))
        if not at:
            return Reading(None)
        reading = kpi.formula.read(self._books.book(area, period))
        flows = not isinstance(kpi.formula, Level | Gauge)
        return (
            Reading(None)
            if flows and at < self._books.starts_ms(period) and not self._alive(kpi, area, at)
            else reading
        )

    def _alive(self, kpi: Kpi, area: str, at: int) -> bool:
        cadence = freshness.cadence_s(kpi.cadence_s, area == self._city, self._towns)
        return freshness.state(cadence, at, self._books.now_ms) == "live"

    def values(self, topic: Topic) -> State:
        """set, parts, newest: what tiles show."""
        readings = {k: self.reading(kpi, topic.area, topic.period) for k, kpi in CATALOGUE.items()}
        return {
            "set": {k: r.value for k, r in readings.items()},
            "parts": {
                k: [r.numerator, r.denominator]
                for k, r in readings.items()
                if (r.numerator, r.denominator) != (r.value, None)
            },
            "newest": {
                need: at for need, at in self._newest.get(topic.area, {}).items() if need in NEEDED
            },
        }

    def changes(
        self, topic: Topic, values: Mapping[str, float | None]
    ) -> dict[str, list[float | None]]:
        """Against a year ago and against the period before, each at the same elapsed part."""
        books: list[Book] = [
            self._books.book(topic.area, topic.period, which) for which in _REFERENCES
        ]
        found = {}
        for k, kpi in CATALOGUE.items():
            ratios = [change(kpi, values[k], kpi.formula.read(book).value) for book in books]
            found[k] = [None if r is None else round(r, 4) for r in ratios]
        return found

    def series(self, topic: Topic, names: Container[str] | None = None) -> dict[str, Any]:
        """Everything that charts, map and sparklines draw; or of it what is named."""
        self.forget(topic.area, self._books.today)
        self._town_readings.clear()
        return {name: read() for name, read in self._drawn(topic) if names is None or name in names}

    def _drawn(self, topic: Topic) -> Iterator[tuple[str, Callable[[], Any]]]:
        """Each series by name, with what reads it."""
        area, flows, first = (
            topic.area,
            self._books.book(topic.area, topic.period).flows,
            self.axes()["hours"],
        )
        hours = [first + n * HOUR_MS for n in range(SERIES_HOURS)]
        for kpi in TIMELINES:
            yield f"hours:{kpi}", partial(self._hours, kpi, area, hours)
            yield (
                f"hours_last_year:{kpi}",
                partial(self._hours, kpi, area, [self._year_before(hour) for hour in hours]),
            )
        for kpi in (*TIMELINES, *DAILY):
            yield f"days_last_year:{kpi}", partial(self._last_year, kpi, area)
        for kpi in CATALOGUE:
            yield f"days:{kpi}", partial(self._days, kpi, area)
        for kpi in BY_CATEGORY:
            yield f"categories:{kpi}", partial(_categories, CATALOGUE[kpi], flows, topic.period)
        for kpi in BY_TOWN if area == self._city else ():
            yield f"towns:{kpi}", partial(self._by_town, CATALOGUE[kpi], topic.period)
        for kpi in IN_TOWNS if area == self._city else ():
            yield f"elsewhere:{kpi}", partial(self._elsewhere, CATALOGUE[kpi], topic.period)

    def town_parts(self, period: Period) -> dict[str, dict[str, list[float | None]]]:
        """Numerator and denominator of every figure in every town: KPI id → town → [n, of]. For
        pages that compare towns fairly.

        As of the moment at which the city's series were read last.
        """
        return {
            k: {
                town: [r.numerator, r.denominator]
                for town, r in self._in_towns(kpi, period).items()
            }
            for k, kpi in CATALOGUE.items()
        }

    def _in_towns(self, kpi: Kpi, period: Period) -> dict[str, Reading]:
        """Read once for all of a moment's series that compare towns."""
        key = (kpi.id, period)
        if key not in self._town_readings:
            self._town_readings[key] = {
                town: self.reading(kpi, town, period) for town in self._books.profile.town_by_code
            }
        return self._town_readings[key]

    def axes(self) -> dict[str, Any]:
        hour = self._books.hour_of(self._books.now_ms) - (SERIES_HOURS - 1) * HOUR_MS
        return {"hours": hour, "days": self._last_days()[0].isoformat()}

    def towns_reporting(self) -> list[int]:
        """How many towns any source reported from lately, of how many."""
        towns = len(self._books.profile.town_by_code)
        return [towns - len(self.towns_silent()), towns]

    def towns_silent(self) -> list[str]:
        """The towns that no source reported from lately."""
        cadence = freshness.cadence_s(
            min(k.cadence_s for k in CATALOGUE.values()), False, self._towns
        )
        newest = {
            town: max(self._newest.get(town, {}).values(), default=0)
            for town in self._books.profile.town_by_code
        }
        return [
            town
            for town, at in newest.items()
            if freshness.state(cadence, at, self._books.now_ms) != "live"
        ]

    def _last_days(self) -> list[date]:
        return [self._books.today - timedelta(n) for n in range(SERIES_DAYS - 1, -1, -1)]

    def _hours(self, kpi: str, area: str, hours: Iterable[int]) -> list[float | None]:
        return [self._hour(kpi, area, hour) for hour in hours]

    def _last_year(self, kpi: str, area: str) -> list[float | None]:
        return [self._day(area, periods.aligned_day(day)).get(kpi) for day in self._last_days()]

    def _year_before(self, hour_ms: int) -> int:
        """The same hour of the day that this hour's day is compared with."""
        tz = self._books.profile.tz
        day = periods.day_of(hour_ms, tz)
        return (
            periods.day_start_ms(periods.aligned_day(day), tz)
            + hour_ms
            - periods.day_start_ms(day, tz)
        )

    def _hour(self, kpi: str, area: str, hour_ms: int) -> float | None:
        ledger = self._books.hours.get(hour_ms)
        return CATALOGUE[kpi].formula.read(self._plain(ledger, area)).value if ledger else None

    def _days(self, kpi: str, area: str) -> list[float | None]:
        days = self._last_days()
        if not isinstance(CATALOGUE[kpi].formula, Level):
            return [self._day(area, d).get(kpi) for d in days]
        found: list[float | None] = [
            CATALOGUE[kpi].formula.read(self._books.book(area, "today")).value
        ]
        level = CATALOGUE[kpi].formula.read(self._books.before_today(area)).value or 0
        for day in days[-2::-1]:
            found.append(level)
            level -= self._day(area, day).get(kpi) or 0
        return found[::-1]

    def _day(self, area: str, day: date) -> dict[str, float | None]:
        """Each KPI over one day; of a level, what the day added."""
        key = (area, day)
        if key not in self._day_values:
            ledger = self._books.days.get(day)
            book = self._plain(ledger, area)
            self._day_values[key] = {
                k: round_small(kpi.formula.read(book).value) for k, kpi in CATALOGUE.items()
            }
        return self._day_values[key]

    def _plain(self, ledger: Ledger | None, area: str) -> Book:
        flows = ledger.of(area) if ledger else {}
        end = ledger.end_ms - 1 if ledger else 0
        return Book("today", flows, flows, self._books.gauges, area, end)

    def _by_town(self, kpi: Kpi, period: Period) -> dict[str, float | None]:
        readings = self._in_towns(kpi, period) | {UNKNOWN: self.reading(kpi, UNKNOWN, period)}
        return {town: round_small(reading.value) for town, reading in readings.items()}

    def _elsewhere(self, kpi: Kpi, period: Period) -> list[float | None]:
        """What the city counts beyond its towns: reports of its own, and of areas nobody knows. As
        of the same moment as the towns'.
        """
        whole = self.reading(kpi, self._city, period).value
        towns = sum(reading.value or 0 for reading in self._in_towns(kpi, period).values())
        return [None if whole is None else round_small(max(whole - towns, 0))]


_REFERENCES: tuple[Which, Which] = ("year", "before")


def round_small(value: float | None) -> float | None:
    """Charts need no more than six digits after the point; the wire is shorter for it."""
    return round(value, 6) if isinstance(value, float) else value


def _categories(kpi: Kpi, flows: Counters, period: str) -> dict[str, float]:
    """A count KPI split by its measure's dimension."""
    if isinstance(kpi.formula, Ratio | Quantile | Level | Gauge):
        return {}
    term: Term = kpi.formula.term
    cells = flows.get(term.measure.replace("{period}", period)) or {}
    return {
        dim: n * kpi.formula.scale if kpi.formula.scale != 1 else n for dim, n in cells.items() if n
    }
