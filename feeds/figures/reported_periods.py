"""The period that the newest report of an indicator is for (2026Q3), by area; a figure that is
reported by period is shown with it.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Self

import msgspec
from sqlalchemy import Connection

from feeds.events.event import Event
from feeds.history import storage

_NEWEST = (
    "SELECT g.town, g.indicator, e.at, e.data FROM k JOIN gauges g USING (town, indicator, at)"
    " JOIN events e ON e.town = g.town AND e.source = g.source AND e.id = g.id"
)
PREFIX = "indicator:"


class Reports:
    """Need (`indicator:<code>`) → period of each area's newest report; of one that names no period
    there is none.
    """

    def __init__(self, city: str) -> None:
        self._city = city
        self._held: dict[tuple[str, str], tuple[int, str]] = {}

    def copy(self) -> Self:
        """The same, to be added to for itself."""
        made = copy.copy(self)
        made._held = dict(self._held)
        return made

    def load(self, connection: Connection, newest: Mapping[str, Mapping[str, int]]) -> None:
        """Look up the reports that `newest` (area → need → when) names."""
        keys = {
            (a, need.removeprefix(PREFIX), at)
            for a, needs in newest.items()
            for need, at in needs.items()
            if need.startswith(PREFIX)
        }
        for town, indicator, at, data in storage.by_keys(
            connection, _NEWEST, ("town", "indicator", "at"), sorted(keys)
        ):
            self._take(
                town, PREFIX + indicator, at, str(msgspec.json.decode(data).get("period", ""))
            )

    def take(self, town: str, report: Event) -> None:
        """Note a report, in any order."""
        self._take(
            town,
            f"{PREFIX}{report.data['indicator']}",
            report.at,
            str(report.data.get("period", "")),
        )

    def of(self, area: str) -> dict[str, str]:
        """The periods of an area; for the city, those of the newest report of any town."""
        return {
            need: period
            for (where, need), (_, period) in self._held.items()
            if where == area and period
        }

    def _take(self, town: str, need: str, at: int, period: str) -> None:
        for area in {town, self._city}:
            self._held[area, need] = max((at, period), self._held.get((area, need), (0, "")))
