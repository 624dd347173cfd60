"""Indicators reported as a value at a time: what was the latest at a moment, for a town and for the city."""

from __future__ import annotations

from bisect import bisect_right, insort

from sqlalchemy import Connection, select

from feeds import history
from feeds.formulas import GaugeLevel

Report = tuple[int, str, str, float, float | None]


class Gauges:
    """All reports by town and indicator, in order of (time, source, id): the last one up to a moment is the value."""

    def __init__(self, city: str) -> None:
        self._city = city
        self._reports: dict[str, dict[str, list[Report]]] = {}

    def add(self, town: str, indicator: str, report: Report) -> None:
        reports = self._reports.setdefault(indicator, {}).setdefault(town, [])
        if report not in reports[-1:]:
            insort(reports, report)

    def load(self, connection: Connection, since_ms: int) -> None:
        g = history.gauges.c
        query = select(g.town, g.indicator, g.at, g.source, g.id, g.value, g.total).where(g.at >= since_ms)
        for town, indicator, at, source, id, value, total in connection.execute(query.order_by(g.at, g.source, g.id)):
            self._reports.setdefault(indicator, {}).setdefault(town, []).append((at, source, id, value, total))

    def level(self, area: str, indicator: str, at_ms: int) -> GaugeLevel | None:
        """The value at a moment; the city's own report goes before the sum of its towns'."""
        towns = self._reports.get(indicator, {})
        own = _last(towns.get(area, []), at_ms)
        if own or area != self._city:
            return own
        found = [level for reports in towns.values() if (level := _last(reports, at_ms))]
        if not found:
            return None
        totals = [level.total for level in found if level.total is not None]
        return GaugeLevel(sum(level.value for level in found), sum(totals) if len(totals) == len(found) else None)


def _last(reports: list[Report], at_ms: int) -> GaugeLevel | None:
    i = bisect_right(reports, at_ms, key=lambda r: r[0])
    return GaugeLevel(reports[i - 1][3], reports[i - 1][4]) if i else None
