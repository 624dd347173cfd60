"""The sums that the engine keeps: each period, its references, the last days and hours.

The reader fills them; the contributions of each commit and the clock move them forward. This module
knows no topic.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Literal, Self, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from feeds.city import periods
from feeds.city.periods import PERIODS, Period
from feeds.city.profile import Profile
from feeds.figures import reader, windows
from feeds.figures.accumulators import Accumulator, SlidingWindow
from feeds.figures.gauges import Gauges
from feeds.figures.known_at import Known
from feeds.figures.windows import HOUR_MS, Window
from feeds.history.contribution import Contribution
from feeds.history.counting import Counting
from feeds.kpis import BATCHES, CATALOGUE, Batch
from feeds.kpis.formulas import GaugeLevel, Sums
from feeds.kpis.measures import is_level

Which = Literal["now", "year", "before"]
Pool = Literal["7d", "28d", "91d", "365d"]
POOLED: dict[Pool, int] = {"7d": 7, "28d": 28, "91d": 91, "365d": 365}  # days, with today
SERIES_DAYS = 30
SERIES_HOURS = 24
# What shares and durations of cases are made of.
_BATCH_MEASURES = frozenset(
    measure.stored for kpi in CATALOGUE.values() if kpi.batch for measure in kpi.formula.measures
)
_POOLED_MEASURES = frozenset(
    measure.stored for kpi in CATALOGUE.values() if kpi.enough for measure in kpi.formula.measures
)
K = TypeVar("K")
A = TypeVar("A", bound=Accumulator)


def first_day(days: int, now_ms: int, tz: ZoneInfo) -> date:
    """The first of the last so many days, today among them."""
    return periods.day_of(now_ms, tz) - timedelta(days - 1)


class LiveSums:
    """The sums as of `now_ms`. They are built again at every local midnight, and moved by `advance`
    in between.

    With `as_known` they are of a past moment: nothing that happened after it is read, and no report
    that was recorded after `as_known.recorded`; the caller subtracts everything else
    (feeds/figures/known_at.py). `wanted` are the periods that can be read.
    """

    def __init__(
        self,
        connection: Connection,
        profile: Profile,
        measures: Counting,
        now_ms: int,
        *,
        as_known: Known | None = None,
        wanted: tuple[Period, ...] = PERIODS,
    ) -> None:
        self.profile, self._measures, self._wanted = profile, measures, wanted
        self.now_ms = now_ms
        self.today = periods.day_of(now_ms, profile.tz)
        known = as_known or Known()
        self.gauges = Gauges(profile, now_ms)
        self.gauges.load(connection, until_ms=known.happened, known_ms=known.recorded)
        self._flows: dict[tuple[Period, Which], SlidingWindow] = {}
        self._levels: dict[tuple[Period | None, Which], SlidingWindow] = {}
        self._pooled: dict[Pool, SlidingWindow] = {}
        self._behind: dict[SlidingWindow, int] = {}
        self.batches: dict[Batch, list[Accumulator]] = {}
        self.days: dict[date, Accumulator] = {}
        self.hours: dict[int, Accumulator] = {}
        self._plan()
        reader.load(
            connection,
            profile,
            [*self._moving(), *self._past_days(), *self._batches()],
            measures=measures,
            hours=self.hours,
            happened_ms=known.happened,
        )
        self.advance(now_ms)

    def _plan(self) -> None:
        """Make the accumulators, still empty."""
        city = self.profile.code
        tz = self.profile.tz
        now = self.now_ms
        self._levels[None, "now"] = self._level(self._day_after(now), now + 1, 0)
        midnight = periods.day_start_ms(self.today, tz)
        self._levels[None, "before"] = self._level(midnight, now + 1, 0)
        for period in self._wanted:
            window = windows.current(period, now, tz)
            self._flows[period, "now"] = self._moved(SlidingWindow(city, window, "due"), 0)
            references: tuple[tuple[Which, Window], ...] = (
                ("year", windows.year_before(period, now, tz)),
                ("before", windows.period_before(period, now, tz)),
            )
            for which, reference in references:
                self._plan_reference(period, which, reference)
        for name, days in POOLED.items():
            first = first_day(days, now, tz)
            start = periods.day_start_ms(first, tz)
            window = Window(start, self._day_after(now), now + 1, first.isoformat())
            pooled = SlidingWindow(city, window, "due", only=_POOLED_MEASURES.__contains__)
            self._pooled[name] = self._moved(pooled, 0)
        for batch in BATCHES:
            self.batches[batch] = [
                Accumulator(city, window, only=_BATCH_MEASURES.__contains__)
                for window in windows.batches(batch, now, tz)
            ]
        last = self.today - timedelta(SERIES_DAYS)
        for day in (last + timedelta(n) for n in range(1, SERIES_DAYS + 1)):
            for one in (day, periods.aligned_day(day)):
                self.days[one] = Accumulator(city, windows.of_day(one, tz))
        today = windows.current("today", now, tz)
        self.days[self.today] = self._moved(SlidingWindow(city, today, "due"), 0)
        for day in self._hour_days():
            start, end, *_ = windows.of_day(day, tz)
            for hour in range(start, end, HOUR_MS):
                self.hours[hour] = Accumulator(city, windows.of_hour(hour))

    def _plan_reference(self, period: Period, which: Which, window: Window) -> None:
        """A reference ends at the moment that corresponds to now. It moves with it, up to the end
        of that day at the most.
        """
        behind = self.now_ms + 1 - window.end
        day_end = self._day_after(max(window.start, window.end - 1))
        moving = window._replace(end=day_end)
        flow = SlidingWindow(self.profile.code, moving, "all")
        self._flows[period, which] = self._moved(flow, behind)
        self._levels[period, which] = self._level(day_end, window.end, behind)

    def _level(self, end: int, until: int, behind: int) -> SlidingWindow:
        """What levels are made of, up to a moment that moves up to an end."""
        window = Window(0, end, until)
        made = SlidingWindow(self.profile.code, window, "all", only=is_level)
        return self._moved(made, behind)

    def _moved(self, one: SlidingWindow, behind: int) -> SlidingWindow:
        """Note how far behind now an accumulator's end stays."""
        self._behind[one] = behind
        return one

    def _day_after(self, at_ms: int) -> int:
        """The moment at which the day of a moment ends."""
        tz = self.profile.tz
        return periods.day_start_ms(periods.day_of(at_ms, tz) + timedelta(1), tz)

    def _moving(self) -> list[SlidingWindow]:
        today = self.days[self.today]
        assert isinstance(today, SlidingWindow)
        return [*self._flows.values(), *self._levels.values(), *self._pooled.values(), today]

    def _batches(self) -> list[Accumulator]:
        return [one for its in self.batches.values() for one in its]

    def _past_days(self) -> list[Accumulator]:
        return [one for day, one in self.days.items() if day != self.today]

    def _hour_days(self) -> Iterator[date]:
        for day in (self.today - timedelta(1), self.today):
            yield day
            yield periods.aligned_day(day)

    def hour_of(self, at_ms: int) -> int:
        """The start of the local hour that a moment is in; a zone may be half an hour off."""
        return at_ms - (at_ms - self._flows["today", "now"].window.start) % HOUR_MS

    def copy(self) -> Self:
        """The same sums, to be moved on separately."""
        made = copy.copy(self)
        made.gauges = self.gauges.copy()
        made._behind = {}
        made._flows = {k: self._copied(one, made) for k, one in self._flows.items()}
        made._levels = {k: self._copied(one, made) for k, one in self._levels.items()}
        made._pooled = {k: self._copied(one, made) for k, one in self._pooled.items()}
        made.batches = {batch: [one.copy() for one in its] for batch, its in self.batches.items()}
        made.days, made.hours = _copied(self.days), _copied(self.hours)
        today, copied = self.days[self.today], made.days[self.today]
        assert isinstance(today, SlidingWindow)
        assert isinstance(copied, SlidingWindow)
        made._behind[copied] = self._behind[today]
        return made

    def _copied(self, one: SlidingWindow, made: Self) -> SlidingWindow:
        copied = one.copy()
        made._behind[copied] = self._behind[one]
        return copied

    def apply(self, contributions: Iterable[Contribution]) -> None:
        """Add what a commit changed, wherever in time it belongs."""
        moving = [*self._flows.values(), *self._levels.values(), *self._pooled.values()]
        batches = self._batches()
        bins, hours = self._measures.calendar.bins, self.hours
        days = {day.isoformat(): one for day, one in self.days.items()}
        for town, at, measure, dim, n, _ in contributions:
            for one in moving:
                one.take(at, town, measure, dim, n)
            if measure in _BATCH_MEASURES:
                for batch in batches:
                    batch.take(at, town, measure, dim, n)
            day = days.get(bins(at).day)
            if day is not None:
                day.take(at, town, measure, dim, n)
                hour = hours.get(self.hour_of(at))
                if hour is not None:
                    hour.add(town, measure, dim, n)

    def advance(self, now_ms: int) -> set[str]:
        """Move to now; the towns whose sums changed by the clock alone."""
        self.now_ms = now_ms
        changed = set()
        for one in self._moving():
            changed |= one.advance(now_ms + 1 - self._behind[one])
        return changed

    def of(self, area: str, period: Period, which: Which = "now") -> Sums:
        """What a formula reads of a period, or of what it is compared with."""
        levels = self._levels[None if which == "now" else period, which]
        last = self.now_ms if which == "now" else levels.until - 1
        flows = self._flows[period, which]
        first_day = flows.window.first_day
        return Sums(first_day, flows.of(area), levels.of(area), self._gauge_at(area, last))

    def pooled(self, area: str, window: Pool) -> Sums:
        """What a share or a duration reads of the last 7, 28, 91 or 365 days."""
        flows = self._pooled[window]
        first_day = flows.window.first_day
        return Sums(first_day, flows.of(area), {}, self._gauge_at(area, self.now_ms))

    def of_day(self, area: str, day: date) -> Sums:
        """What a formula reads of a day of the series; of a level by how much it rose."""
        one = self.days.get(day)
        flows = one.of(area) if one else {}
        last = one.window.end - 1 if one else 0
        return Sums(day.isoformat(), flows, flows, self._gauge_at(area, last))

    def of_batches(self, area: str, batch: Batch) -> Iterator[Sums]:
        """What a formula reads of the day, month, quarter or year that now is in and of those
        before it, the last first.
        """
        for one in self.batches[batch]:
            last = one.window.end - 1
            yield Sums(one.window.first_day, one.of(area), {}, self._gauge_at(area, last))

    def of_hour(self, area: str, hour_ms: int) -> Sums | None:
        """What a formula reads of an hour of the series; None of any other hour."""
        one = self.hours.get(hour_ms)
        if one is None:
            return None
        return Sums("", one.of(area), {}, self._gauge_at(area, one.window.end - 1))

    def before_today(self, area: str) -> Sums:
        """What was open when today began. Today's own sums may hold events that are dated a little
        ahead of the clock.
        """
        levels = self._levels[None, "before"]
        last = levels.window.end - 1
        return Sums("", levels.of(area), levels.of(area), self._gauge_at(area, last))

    def starts_ms(self, period: Period, which: Which = "now") -> int:
        return self._flows[period, which].window.start

    def ends_ms(self, period: Period, which: Which) -> int:
        """The moment up to which a window is read, not included."""
        return self._flows[period, which].until

    def _gauge_at(self, area: str, at_ms: int) -> partial[GaugeLevel | None]:
        return partial(self._gauge, area, at_ms)

    def _gauge(self, area: str, at_ms: int, indicator: str) -> GaugeLevel | None:
        return self.gauges.level(area, indicator, at_ms)


def _copied(accumulators: Mapping[K, A]) -> dict[K, A]:
    return {key: one.copy() for key, one in accumulators.items()}
