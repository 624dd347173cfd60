"""The state of an area over a date range, in the form of a topic: read once, not kept.

A range ends yesterday at the latest; running periods are topics (feeds/figures/topics.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, func, select

from feeds.city import periods
from feeds.city.profile import UNKNOWN, Profile
from feeds.figures import reader, topics, verdicts, windows
from feeds.figures.verdicts import Comparison, Evidence
from feeds.figures.windows import DateRange, Step, Window
from feeds.history import first_seen, tables
from feeds.kpis import CATALOGUE, Kpi
from feeds.kpis.formulas import Reading, Sums
from feeds.statistics.intervals import Interval

DAILY = 92  # so many days are still drawn day by day


def state(connection: Connection, profile: Profile, area: str, days: DateRange) -> dict[str, Any]:
    """set, parts, change, series and axes of the area over the days. Raises a database error."""
    found = _Range(connection, profile, area, days)
    is_city = area == profile.code
    readings = found.readings(area, found.window)
    references = [found.comparisons(area, window) for window in (found.last_year, found.before)]
    evidence = Evidence(
        {k: tuple(one[k] for one in references) for k in CATALOGUE},
        intervals=found.intervals(area, found.window),
    )
    now = {k: reading.value for k, reading in readings.items()}
    series: dict[str, Any] = dict(found.series())
    flows = found.sums(area, found.window).flows
    series |= {f"categories:{k}": topics.categories(CATALOGUE[k], flows) for k in _counts()}
    towns = found.towns() if is_city else {}
    if towns:
        for k in topics.BY_TOWN:
            values = {town: _rounded(its[k].value, 6) for town, its in towns.items()}
            series[f"towns:{k}"] = values
        for k in topics.SHARES_BY_TOWN:
            series[f"towns_of:{k}"] = {town: its[k].denominator for town, its in towns.items()}
    town_parts = {
        k: {town: [its[k].numerator, its[k].denominator] for town, its in towns.items()}
        for k in CATALOGUE
    }
    state = {
        "set": now,
        "parts": topics.parts(readings),
        "change": topics.changes(now, evidence),
        "series": series,
        "axes": {found.axis: days.start.isoformat()},
        "town_parts": town_parts,
    }
    state["verdicts"] = verdicts.of_topic(profile, area, "range", state, evidence)
    return state


def _counts() -> list[str]:
    return [k for k, kpi in CATALOGUE.items() if topics.is_split(kpi)]


def steps_of(days: DateRange) -> list[DateRange]:
    """The days of a short range, the months of a long one."""
    step: Step = "day" if days.days <= DAILY else "month"
    return windows.steps(step, days)


class _Range:
    """Everything that a range of days needs, read at once."""

    def __init__(
        self, connection: Connection, profile: Profile, area: str, days: DateRange
    ) -> None:
        self._profile, self._area = profile, area
        self._steps = self._windows(steps_of(days))
        self._steps_last_year = self._windows(steps_of(days.year_before))
        self.axis = "days" if days.days <= DAILY else "months"
        self.window, self.last_year, self.before = self._windows(
            [days, days.year_before, days.before]
        )
        whole = [self.window, self.last_year, self.before]
        steps = [*self._steps, *self._steps_last_year]
        by_town = [self.window] if area == profile.code else []
        self._read = reader.read(connection, profile, [*whole, *steps], area=area, by_town=by_town)
        begun = connection.execute(select(func.min(tables.events.c.at))).scalar()
        start = None if begun is None else periods.day_of(begun, profile.tz)
        self._begun = None if start is None else periods.day_start_ms(start, profile.tz)
        self._firsts = first_seen.read(connection, profile)

    def _windows(self, days: Iterable[DateRange]) -> list[Window]:
        return [windows.of_days(one, self._profile.tz) for one in days]

    def sums(self, area: str, window: Window) -> Sums:
        return self._read.of(area, window)

    def readings(self, area: str, window: Window) -> dict[str, Reading]:
        """Each KPI of an area over a window."""
        sums = self.sums(area, window)
        return {k: self._reading(kpi, area, window, sums) for k, kpi in CATALOGUE.items()}

    def comparisons(self, area: str, window: Window) -> dict[str, Comparison]:
        """Each KPI of an area over a window, with the interval of a duration."""
        intervals = self.intervals(area, window)
        readings = self.readings(area, window)
        return {k: Comparison(one, intervals.get(k)) for k, one in readings.items()}

    def intervals(self, area: str, window: Window) -> dict[str, Interval]:
        """Between what each duration of an area over a window lies."""
        sums = self.sums(area, window)
        found = {k: verdicts.interval_of(kpi, sums) for k, kpi in CATALOGUE.items()}
        return {k: interval for k, interval in found.items() if interval is not None}

    def towns(self) -> dict[str, dict[str, Reading]]:
        """Each KPI of each town, and of areas nobody knows."""
        towns = (*self._profile.town_by_code, UNKNOWN)
        return {town: self.readings(town, self.window) for town in towns}

    def series(self) -> dict[str, list[float | None]]:
        """Every KPI by day or month, and what is drawn by hour beside the same of a year ago."""
        now = self._points(CATALOGUE, self._steps)
        last_year = self._points(topics.BY_HOUR, self._steps_last_year)
        found = {f"{self.axis}:{k}": values for k, values in now.items()}
        length = len(self._steps)
        for k, values in last_year.items():
            found[f"{self.axis}_last_year:{k}"] = (values + [None] * length)[:length]
        return found

    def _points(self, kpis: Iterable[str], steps: list[Window]) -> dict[str, list[float | None]]:
        """Each KPI over each step."""
        found: dict[str, list[float | None]] = {k: [] for k in kpis}
        for step in steps:
            sums = self.sums(self._area, step)
            for k, values in found.items():
                reading = self._reading(CATALOGUE[k], self._area, step, sums)
                values.append(_rounded(reading.value, 6))
        return found

    def _reading(self, kpi: Kpi, area: str, window: Window, sums: Sums) -> Reading:
        """A figure. It has no value, instead of zero, where the history begins later or its sources
        spoke first in the area after the window.
        """
        if self._begun is None or window.start < self._begun:
            return Reading(None)
        begins = kpi.begins(self._firsts.get(area, {}))
        if begins is None or begins >= window.end:
            return Reading(None)
        return kpi.formula.read(sums)


def _rounded(value: float | None, digits: int = 4) -> float | None:
    return None if value is None else round(value, digits)
