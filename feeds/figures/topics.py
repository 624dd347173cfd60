"""The state of one topic (an area over a period) read from the live sums: values, comparisons,
series.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache, partial
from typing import Any, NamedTuple

from feeds import kpis
from feeds.city import periods
from feeds.city.periods import Period
from feeds.city.profile import UNKNOWN, Profile
from feeds.figures import freshness, live_sums
from feeds.figures.live_sums import SERIES_DAYS, SERIES_HOURS, LiveSums, Which
from feeds.figures.verdicts import Comparison, Evidence, Pooled, interval_of
from feeds.figures.windows import HOUR_MS
from feeds.kpis import CATALOGUE, Kpi, cadences
from feeds.kpis.formulas import Count, Counters, Gauge, Level, Reading, Sums

BY_HOUR = kpis.drawn("hours")
BY_DAY = kpis.drawn("days")
BY_CATEGORY = kpis.drawn("categories")
BY_TOWN = kpis.drawn("towns")
# What towns add up to.
IN_TOWNS = tuple(k for k in BY_TOWN if CATALOGUE[k].unit in ("count", "yuan"))
SHARES_BY_TOWN = tuple(k for k in BY_TOWN if CATALOGUE[k].unit == "share")
NEEDED = frozenset(need for kpi in CATALOGUE.values() for need in kpi.needs)
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
    """The relative change to four digits; for a share the difference. None where either value is
    missing or the base is 0.
    """
    if value is None or before is None:
        return None
    if kpi.unit == "share":
        return round(value - before, 4)
    return round((value - before) / before, 4) if before else None


def compared_over(kpi: Kpi, period: Period) -> Period:
    """Over which period a figure is compared: its own where it has one, else the page's."""
    return kpi.compared_over or period


def changes(
    values: Mapping[str, float | None], evidence: Evidence
) -> dict[str, list[float | None]]:
    """Against a year ago and against the period before."""
    return {
        k: [change(CATALOGUE[k], values[k], one.reading.value) for one in sides]
        for k, sides in evidence.references.items()
    }


def newest_of(kpi: Kpi, newest: Mapping[str, int]) -> int:
    """When the newest event that a KPI reflects happened; 0 where there was none."""
    return max((newest.get(need, 0) for need in kpi.needs), default=0)


def parts_of(state: Mapping[str, Any], kpi: str) -> list[float | None]:
    """Numerator and denominator in a state; those of a plain count, which is its own numerator, are
    not sent.
    """
    found: list[float | None] = state["parts"].get(kpi) or [state["set"].get(kpi), None]
    return found


def parts(readings: Mapping[str, Reading]) -> dict[str, list[float | None]]:
    """Numerator and denominator of the figures that are not plain counts."""
    return {
        k: [one.numerator, one.denominator]
        for k, one in readings.items()
        if (one.numerator, one.denominator) != (one.value, None)
    }


def is_known(
    profile: Profile, kpi: Kpi, area: str, seen: Mapping[str, int], start: int, now_ms: int
) -> bool:
    """Whether the window that began at `start` has a value; `seen` is when each need was seen last.
    It has none, instead of zero, where its sources never spoke, or none of them within it and they
    are now silent.
    """
    if not kpi.has_spoken(seen):
        return False
    newest = newest_of(kpi, seen)
    if isinstance(kpi.formula, Level | Gauge) or newest >= start:
        return True
    cadence = freshness.cadence_s(profile, cadences.of(profile, kpi), area)
    return freshness.state(cadence, newest, now_ms) == "live"


def last_batch(kpi: Kpi, batches: Iterable[Sums]) -> Reading:
    """A figure over the last of some days, months, quarters or years in which it was reported; none
    where it was in none of them.
    """
    for sums in batches:
        reading = kpi.formula.read(sums)
        if reading.value:
            return reading
    return Reading(None)


_NONE = Reading(None)
_Rows = Callable[[], Sequence[Mapping[str, float | None]]]  # each KPI over one day, by day


def _column(kpi: str, rows: _Rows) -> list[float | None]:
    return [row.get(kpi) for row in rows()]


class _Reference(NamedTuple):
    """What a period is compared with: its sums now, those of then, and from when to when."""

    now: Sums
    then: Sums
    start_ms: int
    end_ms: int


def _compared(kpi: Kpi, begins: int | None, reference: _Reference) -> Comparison:
    """A figure over a reference; none where its sources did not see all of it."""
    if not kpi.has_seen(begins, reference.start_ms, reference.end_ms):
        return Comparison(_NONE, None)
    if kpi.batch and not kpi.formula.read(reference.now).value:
        return Comparison(_NONE, None)  # the last batch is of another time
    return Comparison(kpi.formula.read(reference.then), interval_of(kpi, reference.then))


class TopicFigures:
    """Reads topics from the sums of now."""

    def __init__(self, sums: LiveSums, newest: Newest, firsts: Newest) -> None:
        """`newest` and `firsts` are when each need was seen last and first, by area."""
        self._sums, self._newest, self._firsts = sums, newest, firsts
        self._city = sums.profile.code
        self._day_values: dict[tuple[str, date], dict[str, float | None]] = {}
        self._area_readings: dict[Period, dict[str, dict[str, Reading]]] = {}

    def forget(self, area: str, day: date) -> None:
        """A day's sums changed: its point of the series is read again."""
        self._day_values.pop((area, day), None)

    def forget_all(self, area: str) -> None:
        """An indicator of the area was reported, which holds for every day after, or a source of it
        spoke for the first time.
        """
        for key in [key for key in self._day_values if key[0] == area]:
            del self._day_values[key]

    def readings(self, area: str, period: Period) -> dict[str, Reading]:
        """The value of every figure now; none where nothing was ever reported, or nothing in the
        period from a silent source.
        """
        seen, profile = self._newest.get(area, {}), self._sums.profile
        start, now = self._sums.starts_ms(period), self._sums.now_ms
        sums = self._sums.of(area, period)
        found = {}
        for k, kpi in CATALOGUE.items():
            is_shown = is_known(profile, kpi, area, seen, start, now)
            reading = kpi.formula.read(sums) if is_shown else _NONE
            if kpi.batch and not reading.value:
                reading = last_batch(kpi, self._sums.of_batches(area, kpi.batch))
            found[k] = reading
        return found

    def values(self, topic: Topic) -> State:
        """set, parts, newest: what tiles show."""
        readings = self.readings(topic.area, topic.period)
        return {
            "set": {k: r.value for k, r in readings.items()},
            "parts": parts(readings),
            "newest": {
                need: at for need, at in self._newest.get(topic.area, {}).items() if need in NEEDED
            },
        }

    def evidence(self, topic: Topic) -> Evidence:
        """What verdicts need besides the values: the figures a year ago and of the period before,
        each at the same elapsed part, and longer windows of what has too few cases.
        """
        now = self._sums.of(topic.area, topic.period)
        then = {
            period: [self._reference(topic.area, period, which) for which in _REFERENCES]
            for period in {topic.period, *COMPARED_OVER}
        }
        begins_of = self._firsts.get(topic.area, {})
        references, pooled, found = {}, {}, {}
        for k, kpi in CATALOGUE.items():
            begins = kpi.begins(begins_of)
            sides = then[compared_over(kpi, topic.period)]
            references[k] = tuple(_compared(kpi, begins, one) for one in sides)
            interval = interval_of(kpi, now)
            if interval is not None:
                found[k] = interval
            if kpi.enough and (kpi.formula.read(now).denominator or 0) < kpi.enough:
                longer = self._pooled(kpi, topic.area)
                if longer is not None:
                    pooled[k] = longer
        return Evidence(references, pooled, found)

    def _reference(self, area: str, period: Period, which: Which) -> _Reference:
        sums = self._sums
        return _Reference(
            sums.of(area, period),
            sums.of(area, period, which),
            sums.starts_ms(period, which),
            sums.ends_ms(period, which),
        )

    def _pooled(self, kpi: Kpi, area: str) -> Pooled | None:
        """The figure over the shortest of the longer windows that has enough cases."""
        if not kpi.has_spoken(self._newest.get(area, {})):
            return None
        for window in live_sums.POOLED:
            reading = kpi.formula.read(self._sums.pooled(area, window))
            if (reading.denominator or 0) >= kpi.enough:
                return Pooled(window, reading)
        return None

    def _value(self, kpi: Kpi, area: str, sums: Sums, end_ms: int) -> float | None:
        """A figure over a window up to an end; none where its sources spoke first after it."""
        begins = kpi.begins(self._firsts.get(area, {}))
        return None if begins is None or begins >= end_ms else kpi.formula.read(sums).value

    def series(self, topic: Topic, names: Container[str] | None = None) -> dict[str, Any]:
        """Everything that charts, map and sparklines draw; or of it what is named."""
        self.forget(topic.area, self._sums.today)
        self._area_readings.clear()
        return {name: read() for name, read in self._drawn(topic) if names is None or name in names}

    def _drawn(self, topic: Topic) -> Iterator[tuple[str, Callable[[], Any]]]:
        """Each series by name, with what reads it."""
        area = topic.area
        flows = self._sums.of(area, topic.period).flows
        first = self.axes()["hours"]
        hours = [first + n * HOUR_MS for n in range(SERIES_HOURS)]
        last_year = [self._year_before(hour) for hour in hours]
        days = self._last_days()
        now = cache(lambda: [self._day(area, day) for day in days])
        before = cache(lambda: [self._day(area, periods.aligned_day(day)) for day in days])
        for kpi in BY_HOUR:
            yield f"hours:{kpi}", partial(self._hours, kpi, area, hours)
            yield f"hours_last_year:{kpi}", partial(self._hours, kpi, area, last_year)
        for kpi in (*BY_HOUR, *BY_DAY):
            yield f"days_last_year:{kpi}", partial(_column, kpi, before)
        for kpi in CATALOGUE:
            yield f"days:{kpi}", partial(self._days, kpi, area, now)
        for kpi in BY_CATEGORY:
            yield f"categories:{kpi}", partial(categories, CATALOGUE[kpi], flows)
        for kpi in BY_TOWN if area == self._city else ():
            yield f"towns:{kpi}", partial(self._by_town, CATALOGUE[kpi], topic.period)
        for kpi in SHARES_BY_TOWN if area == self._city else ():
            yield f"towns_of:{kpi}", partial(self._of_towns, CATALOGUE[kpi], topic.period)
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

    def town_values(self, period: Period) -> dict[str, dict[str, float | None]]:
        """The value of every figure in every town: KPI id → town → value. As of the same moment."""
        return {
            k: {town: reading.value for town, reading in self._in_towns(kpi, period).items()}
            for k, kpi in CATALOGUE.items()
        }

    def _in_towns(self, kpi: Kpi, period: Period) -> dict[str, Reading]:
        found = self._in_areas(period)
        return {town: found[town][kpi.id] for town in self._sums.profile.town_by_code}

    def _in_areas(self, period: Period) -> Mapping[str, Mapping[str, Reading]]:
        """Area → KPI id → reading: of every town, of areas nobody knows, of the city. Read once for
        all of a moment's series that compare towns.
        """
        if period not in self._area_readings:
            areas = (*self._sums.profile.town_by_code, UNKNOWN, self._city)
            self._area_readings[period] = {area: self.readings(area, period) for area in areas}
        return self._area_readings[period]

    def axes(self) -> dict[str, Any]:
        hour = self._sums.hour_of(self._sums.now_ms) - (SERIES_HOURS - 1) * HOUR_MS
        return {"hours": hour, "days": self._last_days()[0].isoformat()}

    def towns_reporting(self) -> list[int]:
        """How many towns any source reported from lately, of how many."""
        towns = len(self._sums.profile.town_by_code)
        return [towns - len(self.towns_silent()), towns]

    def towns_silent(self) -> list[str]:
        """The towns that no source reported from lately: all of them while the whole city has no
        data, although one alone may be silent for longer than the city.
        """
        towns = list(self._sums.profile.town_by_code)
        return towns if self.is_city_silent() else [one for one in towns if self._is_silent(one)]

    def is_silent_alone(self, town: str) -> bool:
        """Whether no source reported from a town lately, though from others."""
        return not self.is_city_silent() and self._is_silent(town)

    def is_city_silent(self) -> bool:
        """Whether the newest event is of long ago, wherever it happened."""
        profile = self._sums.profile
        newest = max(self._newest_of_any(town) for town in profile.town_by_code)
        state = freshness.state(cadences.shortest(profile), newest, self._sums.now_ms)
        return state == "nodata"

    def _is_silent(self, town: str) -> bool:
        profile = self._sums.profile
        cadence = freshness.town_cadence_s(profile, cadences.shortest(profile))
        return freshness.state(cadence, self._newest_of_any(town), self._sums.now_ms) != "live"

    def _newest_of_any(self, town: str) -> int:
        return max(self._newest.get(town, {}).values(), default=0)

    def _last_days(self) -> list[date]:
        return [self._sums.today - timedelta(n) for n in range(SERIES_DAYS - 1, -1, -1)]

    def _hours(self, kpi: str, area: str, hours: Iterable[int]) -> list[float | None]:
        return [self._hour(kpi, area, hour) for hour in hours]

    def _year_before(self, hour_ms: int) -> int:
        """The same hour of the day that this hour's day is compared with."""
        tz = self._sums.profile.tz
        day = periods.day_of(hour_ms, tz)
        start = periods.day_start_ms(periods.aligned_day(day), tz)
        return start + hour_ms - periods.day_start_ms(day, tz)

    def _hour(self, kpi: str, area: str, hour_ms: int) -> float | None:
        sums = self._sums.of_hour(area, hour_ms)
        return self._value(CATALOGUE[kpi], area, sums, hour_ms + HOUR_MS) if sums else None

    def _days(self, kpi: str, area: str, rows: _Rows) -> list[float | None]:
        formula = CATALOGUE[kpi].formula
        if not isinstance(formula, Level):
            return _column(kpi, rows)
        found: list[float | None] = [formula.read(self._sums.of(area, "today")).value]
        level = formula.read(self._sums.before_today(area)).value or 0
        for row in rows()[-2::-1]:
            found.append(level)
            level -= row.get(kpi) or 0
        begins = CATALOGUE[kpi].begins(self._firsts.get(area, {}))
        first = None if begins is None else periods.day_of(begins, self._sums.profile.tz)
        return [
            None if first is None or day < first else value
            for day, value in zip(self._last_days(), found[::-1], strict=True)
        ]

    def _day(self, area: str, day: date) -> dict[str, float | None]:
        """Each KPI over one day; of a level, what the day added."""
        key = (area, day)
        if key not in self._day_values:
            sums = self._sums.of_day(area, day)
            end_ms = periods.day_start_ms(day + timedelta(1), self._sums.profile.tz)
            self._day_values[key] = {
                k: round_small(self._value(kpi, area, sums, end_ms)) for k, kpi in CATALOGUE.items()
            }
        return self._day_values[key]

    def _by_town(self, kpi: Kpi, period: Period) -> dict[str, float | None]:
        unknown = self._in_areas(period)[UNKNOWN][kpi.id]
        readings = self._in_towns(kpi, period) | {UNKNOWN: unknown}
        return {town: round_small(reading.value) for town, reading in readings.items()}

    def _of_towns(self, kpi: Kpi, period: Period) -> dict[str, float | None]:
        """The cases that each town's share is of."""
        return {town: its.denominator for town, its in self._in_towns(kpi, period).items()}

    def _elsewhere(self, kpi: Kpi, period: Period) -> list[float | None]:
        """What the city counts beyond its towns: reports of its own, and of areas nobody knows. As
        of the same moment as the towns'.
        """
        whole = self._in_areas(period)[self._city][kpi.id].value
        towns = sum(reading.value or 0 for reading in self._in_towns(kpi, period).values())
        return [None if whole is None else round_small(max(whole - towns, 0))]


_REFERENCES: tuple[Which, Which] = ("year", "before")
COMPARED_OVER = frozenset(kpi.compared_over for kpi in CATALOGUE.values() if kpi.compared_over)


def round_small(value: float | None) -> float | None:
    """Rounds to six digits after the point, which is enough for charts and shortens
    the messages.
    """
    return round(value, 6) if isinstance(value, float) else value


def is_split(kpi: Kpi) -> bool:
    """Whether its counts are kept by the values of a dimension."""
    if not isinstance(kpi.formula, Count) or kpi.formula.less:
        return False
    return not kpi.formula.term.measure.is_cohort


def categories(kpi: Kpi, flows: Counters) -> dict[str, float]:
    """A count by the values of its measure's dimension; nothing of any other figure."""
    if not isinstance(kpi.formula, Count) or not is_split(kpi):
        return {}
    scale = kpi.formula.scale
    cells = flows.get(str(kpi.formula.term.measure)) or {}
    return {value: n if scale == 1 else n * scale for value, n in cells.items() if n}
