"""Indicators that are reported as a value at a time: the latest value at a moment, for a town and
for the city.

Of a day that is only ever read as a whole, only its last report is kept.
"""

from __future__ import annotations

import copy
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Self

from sqlalchemy import Connection, select

from feeds.city import periods
from feeds.city.calendar import Calendar
from feeds.city.profile import Profile
from feeds.history import storage, tables
from feeds.kpis.formulas import GaugeLevel

RECENT_DAYS = 35
AROUND_DAYS = 2
READ_AT_ONCE = 2_000
_HOLDS = """SELECT g.town, g.indicator, g.at, g.source, g.id, g.value, g.total FROM k JOIN gauges g
 ON g.town = k.town AND g.indicator = k.indicator AND g.recorded <= k.known AND g.at =
 (SELECT MAX(x.at) FROM gauges x
  WHERE x.town = k.town AND x.indicator = k.indicator AND x.at <= k.at AND x.recorded <= k.known)"""
EVER = 1 << 62
Report = tuple[int, str, str, float, float | None]


class Gauges:
    """Reports by town and indicator, in order of (time, source, id): the last one up to a moment is
    the value.

    With `now_ms` it keeps less, and is right for every moment of the last days and of the days that
    comparisons with now are cut in, and for the end of any day.
    """

    def __init__(self, profile: Profile, now_ms: int | None = None) -> None:
        self._city, self._bins = profile.code, Calendar(profile.tz).bins
        self._recent, self._whole = "", frozenset[str]()
        if now_ms is not None:
            today = periods.day_of(now_ms, profile.tz)
            self._recent = (today - timedelta(RECENT_DAYS)).isoformat()
            self._whole = frozenset(day.isoformat() for day in _cut_days(profile, now_ms))
        self._reports: dict[str, dict[str, list[Report]]] = {}
        self._newest: dict[str, int] = {}
        self._summed: dict[str, GaugeLevel | None] = {}

    def copy(self) -> Self:
        """The same reports, to be added to separately."""
        made = copy.copy(self)
        made._reports = {
            name: {town: list(reports) for town, reports in towns.items()}
            for name, towns in self._reports.items()
        }
        made._newest, made._summed = dict(self._newest), {}
        return made

    def add(self, town: str, indicator: str, report: Report) -> None:
        """Take in a report, in any order. Of a day that is read as a whole only the last report is
        kept.
        """
        reports = self._reports.setdefault(indicator, {}).setdefault(town, [])
        self._newest[indicator] = max(report[0], self._newest.get(indicator, report[0]))
        self._summed.pop(indicator, None)
        i = bisect_left(reports, report[:3], key=_order)
        if i < len(reports) and _order(reports[i]) == report[:3]:
            return
        day = self._bins(report[0]).day
        if day >= self._recent or day in self._whole:
            reports.insert(i, report)
        elif i < len(reports) and self._bins(reports[i][0]).day == day:
            return
        elif i and self._bins(reports[i - 1][0]).day == day:
            reports[i - 1] = report
        else:
            reports.insert(i, report)

    def load(
        self, connection: Connection, until_ms: int | None = None, known_ms: int | None = None
    ) -> None:
        """Read the history's reports, some at a time; of what had happened, and was known, by a
        moment.
        """
        g = tables.gauges.c
        query = select(g.town, g.indicator, g.at, g.source, g.id, g.value, g.total)
        query = query if until_ms is None else query.where(g.at <= until_ms)
        query = query if known_ms is None else query.where(g.recorded <= known_ms)
        ordered = query.order_by(g.town, g.indicator, g.at)
        rows = connection.execute(ordered.execution_options(yield_per=READ_AT_ONCE))
        for town, name, *report in rows:
            self.add(town, name, (report[0], report[1], report[2], report[3], report[4]))

    def load_at(
        self,
        connection: Connection,
        towns: Collection[str],
        moments_ms: Iterable[int],
        known_ms: int | None = None,
        indicators: Collection[str] | None = None,
    ) -> None:
        """Read only the reports that hold at some moments, as was known at another; of some
        indicators or of all.
        """
        n = tables.newest.c
        needs = select(n.town, n.need).distinct().where(n.need.like("indicator:%"))
        pairs = [(town, need.partition(":")[2]) for town, need in connection.execute(needs)]
        wanted = [
            (town, name)
            for town, name in pairs
            if town in towns and (indicators is None or name in indicators)
        ]
        recorded = EVER if known_ms is None else known_ms
        moments = sorted(set(moments_ms))
        keys = [(*pair, moment, recorded) for moment in moments for pair in wanted]
        names = ("town", "indicator", "at", "known")
        for town, name, *report in storage.by_keys(connection, _HOLDS, names, keys):
            self.add(town, name, (report[0], report[1], report[2], report[3], report[4]))

    def level(self, area: str, indicator: str, at_ms: int) -> GaugeLevel | None:
        """The value at a moment; the city's own report goes before the sum of its towns'."""
        if area != self._city:
            return _last(self._reports.get(indicator, {}).get(area, []), at_ms)
        if at_ms < self._newest.get(indicator, 0):
            return self._of_city(indicator, at_ms)
        if indicator not in self._summed:  # asked for many times a second, and rarely reported
            self._summed[indicator] = self._of_city(indicator, at_ms)
        return self._summed[indicator]

    def _of_city(self, indicator: str, at_ms: int) -> GaugeLevel | None:
        towns = self._reports.get(indicator, {})
        own = _last(towns.get(self._city, []), at_ms)
        if own:
            return own
        found = [level for reports in towns.values() if (level := _last(reports, at_ms))]
        if not found:
            return None
        totals = [level.total for level in found if level.total is not None]
        total = sum(totals) if len(totals) == len(found) else None
        return GaugeLevel(sum(level.value for level in found), total)

    def was_reported(self, area: str, indicator: str, start_ms: int, end_ms: int) -> bool:
        """Whether anything was reported within whole days by a source that `level` at their end
        would count.
        """
        towns = self._reports.get(indicator, {})
        own = towns.get(area, [])
        asked = [own] if area != self._city or _last(own, end_ms - 1) else towns.values()
        for reports in asked:
            if bisect_left(reports, start_ms, key=_at) < bisect_left(reports, end_ms, key=_at):
                return True
        return False


def _cut_days(profile: Profile, now_ms: int) -> set[date]:
    """The days, with those around them, in which what now is compared with ends."""
    windows = (
        before(period, now_ms, profile.tz)
        for period in periods.PERIODS
        for before in (periods.year_before, periods.period_before)
    )
    ends = {periods.day_of(window.end_ms, profile.tz) for window in windows}
    return {end + timedelta(n) for end in ends for n in range(-AROUND_DAYS, AROUND_DAYS + 1)}


def _order(report: Report) -> tuple[int, str, str]:
    return report[0], report[1], report[2]


def _at(report: Report) -> int:
    return report[0]


def _last(reports: list[Report], at_ms: int) -> GaugeLevel | None:
    i = bisect_right(reports, at_ms, key=lambda r: r[0])
    return GaugeLevel(reports[i - 1][3], reports[i - 1][4]) if i else None
