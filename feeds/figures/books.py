"""All the sums the engine keeps for now: each period, what it is compared with, the last days and
hours.

Loaded from rollups and a few days' events, then kept by the contributions of each commit. Knows no
KPI and no topic.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Literal, NamedTuple, Self, TypeVar

from sqlalchemy import Connection

from feeds.city import periods
from feeds.city.periods import PERIODS, Period, Window
from feeds.city.profile import Profile
from feeds.figures import intraday, rollups
from feeds.figures.gauges import Gauges
from feeds.figures.ledgers import Ledger, Moving
from feeds.history.measures import Contribution, Measures
from feeds.kpis.formulas import Counters, GaugeLevel

K = TypeVar("K")
L = TypeVar("L", bound=Ledger)
Which = Literal["now", "year", "before"]
HOUR_MS = 3_600_000
SERIES_DAYS = 30
SERIES_HOURS = 24


class Book(NamedTuple):
    """What a formula reads from: one area, one period, now or at the moment it is compared with."""

    period: str
    flows: Counters
    levels: Counters
    gauges: Gauges
    area: str
    cut_ms: int

    def gauge(self, indicator: str) -> GaugeLevel | None:
        return self.gauges.level(self.area, indicator, self.cut_ms)


class Books:
    """The sums as of `now_ms`. Built anew at every local midnight, moved by `tick` in between.

    With `past` it is a moment of the past: nothing that happened after it is read; what was
    recorded after `known_ms` is left out of the indicators, and the rest of it is for the caller to
    take back. `wanted` are the periods it can be asked for; today is one.
    """

    def __init__(
        self,
        connection: Connection,
        profile: Profile,
        measures: Measures,
        now_ms: int,
        *,
        past: bool = False,
        known_ms: int | None = None,
        wanted: tuple[Period, ...] = PERIODS,
    ) -> None:
        self.profile, self._measures, self.now_ms, self._wanted = profile, measures, now_ms, wanted
        self._cut_ms = now_ms if past else None
        self.today = periods.day_of(now_ms, profile.tz)
        self.gauges = Gauges(profile, now_ms)
        self.gauges.load(connection, until_ms=self._cut_ms, known_ms=known_ms)
        self._windows: dict[tuple[Period, Which], Window] = {}
        self._flows: dict[tuple[Period, Which], Moving] = {}
        self._levels: dict[tuple[Period | None, Which], Moving] = {}
        self.days: dict[date, Ledger] = {}
        self.hours: dict[int, Ledger] = {}
        self._plan()
        self._load(connection)
        self.tick(now_ms)

    def _plan(self) -> None:
        city, tz, now = self.profile.code, self.profile.tz, self.now_ms
        tomorrow = periods.day_start_ms(self.today + timedelta(1), tz)
        self._levels[None, "now"] = Moving(city, 0, tomorrow, 0, levels=True)
        self._levels[None, "before"] = Moving(
            city, 0, periods.day_start_ms(self.today, tz), 0, levels=True
        )
        for period in self._wanted:
            whole = periods.bounds(period, now, tz)
            self._flows[period, "now"] = Moving(
                city, whole.start_ms, whole.end_ms, 0, due_only=True
            )
            for which, window in (
                ("year", periods.year_before(period, now, tz)),
                ("before", periods.period_before(period, now, tz)),
            ):
                self._plan_reference(period, which, window)  # type: ignore[arg-type]
        last = self.today - timedelta(SERIES_DAYS)
        for day in (last + timedelta(n) for n in range(1, SERIES_DAYS + 1)):
            for one in (day, periods.aligned_day(day)):
                self.days[one] = Ledger(city, *self._span(one))
        self.days[self.today] = Moving(city, *self._span(self.today), 0, due_only=True)
        for day in self._hour_days():
            start, end = self._span(day)
            for hour in range(start, end, HOUR_MS):
                self.hours[hour] = Ledger(city, hour, hour + HOUR_MS)

    def hour_of(self, at_ms: int) -> int:
        """The start of the local hour that a moment is in; a zone may be half an hour off."""
        return at_ms - (at_ms - self._flows["today", "now"].start_ms) % HOUR_MS

    def _plan_reference(self, period: Period, which: Which, window: Window) -> None:
        """A reference ends at the moment that corresponds to now and moves with it to the end of
        that day at the most.
        """
        city, tz = self.profile.code, self.profile.tz
        shift = self.now_ms - window.end_ms
        day_end = periods.day_start_ms(
            periods.day_of(max(window.start_ms, window.end_ms - 1), tz) + timedelta(1), tz
        )
        self._windows[period, which] = window
        self._flows[period, which] = Moving(city, window.start_ms, day_end, shift)
        self._levels[period, which] = Moving(city, 0, day_end, shift, levels=True)

    def _span(self, day: date) -> tuple[int, int]:
        tz = self.profile.tz
        return periods.day_start_ms(day, tz), periods.day_start_ms(day + timedelta(1), tz)

    def _hour_days(self) -> Iterator[date]:
        for day in (self.today - timedelta(1), self.today):
            yield day
            yield periods.aligned_day(day)

    def _load(self, connection: Connection) -> None:
        """Whole days from rollups, the day each ledger ends in (and the days of the hourly charts)
        from events.
        """
        tz = self.profile.tz
        moving = [*self._flows.values(), *self._levels.values()]
        for ledger in moving:
            ledger.tick(self.now_ms)
        edges = {m: self._edge(m) for m in moving}
        wanted: dict[str, list[Ledger]] = {}
        for ledger in self._flows.values():
            for name in rollups.bins(periods.day_of(ledger.start_ms, tz), edges[ledger]):
                wanted.setdefault(name, []).append(ledger)
        for day, plain in self.days.items():
            if day != self.today:
                wanted.setdefault(day.isoformat(), []).append(plain)
        for town, name, counters in rollups.read(connection, wanted):
            for one in wanted[name]:
                one.fill(town, counters)
        before = rollups.levels_before(
            connection, {edges[level] for level in self._levels.values()}
        )
        for level in self._levels.values():
            for town, counters in before[edges[level]].items():
                level.fill(town, counters)
        for one in (*moving, *self.days.values()):
            one.sum_up()
        self._load_hot(connection, edges)

    def _edge(self, ledger: Moving) -> date:
        """The day a ledger ends in."""
        cut = min(ledger.cut_ms, ledger.end_ms - 1)
        return periods.day_of(max(cut, ledger.start_ms), self.profile.tz)

    def _load_hot(self, connection: Connection, edges: dict[Moving, date]) -> None:
        hours = set(self._hour_days())
        for day in {*edges.values(), *hours}:
            cut = (
                self._cut_ms if day == self.today else None
            )  # of a day that is over its rollups know no more either
            ending = [m for m, edge in edges.items() if edge == day]
            mine = [*ending, *([self.days[day]] if day == self.today else [])]
            whole_ms = min((m.cut_ms for m in ending), default=self.now_ms)
            found = intraday.contributions(connection, self.profile, self._measures, day, cut)
            for (town, at, measure, dim), n in self._by_hour(
                found, self._span(day)[0], whole_ms
            ).items():
                for ledger in mine:
                    ledger.take(at, town, measure, dim, n)
                if day in hours and (hour := self.hours.get(self.hour_of(at))):
                    hour.add(town, measure, dim, n)

    def _by_hour(
        self, found: Iterable[Contribution], start_ms: int, whole_ms: int
    ) -> dict[tuple[str, int, str, str], int]:
        """A day's contributions added up by hour, as far as whole hours lie before `whole_ms`,
        where every ledger takes them alike; by the millisecond from there on. A day with a million
        of them is there sooner so.
        """
        last = self.hour_of(whole_ms)
        sums: dict[tuple[str, int, str, str], int] = {}
        held = sums.get
        for town, at, measure, dim, n, _ in found:
            key = (town, max(start_ms, self.hour_of(at)) if at < last else at, measure, dim)
            sums[key] = held(key, 0) + n
        return sums

    def copy(self) -> Self:
        """The same sums, to be moved on for itself."""
        made = copy.copy(self)
        made.gauges = self.gauges.copy()
        made._flows, made._levels = _copied(self._flows), _copied(self._levels)
        made.days, made.hours = _copied(self.days), _copied(self.hours)
        return made

    def apply(self, contributions: Iterable[Contribution]) -> None:
        """Add what a commit changed, wherever in time it belongs."""
        moving = [*self._flows.values(), *self._levels.values()]
        bins, days, hours = (
            self._measures.calendar.bins,
            {d.isoformat(): led for d, led in self.days.items()},
            self.hours,
        )
        for town, at, measure, dim, n, _ in contributions:
            for ledger in moving:
                ledger.take(at, town, measure, dim, n)
            day = days.get(bins(at).day)
            if day is not None:
                day.take(at, town, measure, dim, n)
                hour = hours.get(self.hour_of(at))
                if hour is not None:
                    hour.add(town, measure, dim, n)

    def tick(self, now_ms: int) -> set[str]:
        """Move to now; the towns whose sums changed by the clock alone."""
        self.now_ms = now_ms
        moving = [
            *self._flows.values(),
            *self._levels.values(),
            *(led for led in self.days.values() if isinstance(led, Moving)),
        ]
        return {t for m in moving for t in m.tick(now_ms)}

    def book(self, area: str, period: Period, which: Which = "now") -> Book:
        level = self._levels[None if which == "now" else period, which]
        cut = self.now_ms if which == "now" else min(level.cut_ms, level.end_ms - 1)
        return Book(
            period, self._flows[period, which].of(area), level.of(area), self.gauges, area, cut
        )

    def before_today(self, area: str) -> Book:
        """What stood when today began: today's own sums may hold what is dated a little ahead of
        the clock.
        """
        level = self._levels[None, "before"]
        return Book("today", level.of(area), level.of(area), self.gauges, area, level.end_ms - 1)

    def starts_ms(self, period: Period) -> int:
        return self._flows[period, "now"].start_ms


def _copied(ledgers: Mapping[K, L]) -> dict[K, L]:
    return {key: ledger.copy() for key, ledger in ledgers.items()}
