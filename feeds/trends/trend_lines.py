"""The part of the engine that keeps the trends of the watched areas: stale ones are read again in
slices between frames.

A trend is a control chart (feeds/trends/control_charts.py) over an area's completed steps
(feeds/trends/completed_steps.py), the same for all its topics.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection
from sqlalchemy import Engine as Database

from feeds.city import periods
from feeds.city.profile import Profile
from feeds.figures import trends
from feeds.figures.gauges import Gauges
from feeds.figures.known_at import Known
from feeds.figures.live_sums import LiveSums
from feeds.figures.spoken import Spoken
from feeds.figures.topics import State, Topic
from feeds.history import event_store, storage
from feeds.history.ingest import Change
from feeds.kpis import CATALOGUE, Kpi, targets
from feeds.live.parts import Part, Turn
from feeds.remarks import remark_store
from feeds.trends import completed_steps, control_charts
from feeds.trends.completed_steps import Line, Steps

LATER_MS = 3_000  # after loading, so that a board that starts is ready first
AGAIN_MS = 15_000
SLICE_MS = 100
SLICE_S = 0.03

Rebases = Mapping[str, Sequence[tuple[str, date]]]  # KPI → (area, day)


@dataclass
class _Area:
    """`part` is what is published, KPI → encoded trend or None; `moment` what it was read at;
    `read_ms` when. `unknown` are the needs of those whose last step is not known to its end.
    """

    part: dict[str, Any] = field(default_factory=dict)
    moment: Mapping[str, Any] | None = None
    steps: Steps | None = None
    is_stale: bool = True
    read_ms: int = 0
    unknown: frozenset[str] = frozenset()


class Trendlines(Part):
    """Reads its database in `work`, a slice of what is due at a time. Raises a database error."""

    def __init__(self, database: Database, profile: Profile) -> None:
        self._database, self._profile = database, profile
        self._areas: dict[str, _Area] = {}
        self._rebases: Rebases = {}
        self._gauges, self._spoken = Gauges(profile, 0), Spoken()
        self._today = date.min
        self._running_ms = 0
        self._months: set[date] | None = None
        self._loaded_ms = self._read_ms = self._remarks = 0

    def load(self, connection: Connection, sums: LiveSums, now_ms: int) -> None:
        """Have everything read again some seconds from now; until then what was published stays."""
        tz = self._profile.tz
        self._gauges, self._today = sums.gauges, periods.day_of(now_ms, tz)
        self._months, self._loaded_ms = None, now_ms
        self._spoken = Spoken(event_store.newest(connection))
        starts = [periods.bounds(step, now_ms, tz).start_ms for step in completed_steps.KEPT]
        self._running_ms = max(starts)
        for area in self._areas.values():
            area.steps, area.is_stale, area.read_ms = None, True, 0
        self._remarks = remark_store.versions(connection)
        self._rebase(remark_store.rebases(connection))

    def take(self, change: Change, other_days: Collection[tuple[str, date]]) -> None:
        for (town, need, source), at in change.newest.items():
            self._note_word(town, need, source, at)
        for town, event in change.gauges:
            self._note_report(town, event.at)
        for town, day in other_days:
            self._touch(town, day)

    def state(self, topic: Topic) -> State:
        """The trends of the topic's area, the same over every period; none until they were read."""
        kept = self._areas.get(topic.area)
        trends = kept.part if kept else {}
        return {"trends": trends, "as_of": {"trends": kept.moment if kept else None}}

    def look(self) -> bool:
        """Compute limits again where a remark demands it. Remarks are only added, so their number
        shows whether there are new ones.
        """
        with self._database.connect() as connection:
            found = remark_store.versions(connection)
            if found != self._remarks:
                self._rebase(remark_store.rebases(connection))
                self._remarks = found
        return False

    def work(self, turn: Turn) -> frozenset[str]:
        """Read a slice of what is stale; the area whose trends are others now."""
        self._follow(turn.areas)
        return self._read_slice(turn)

    def _rebase(self, rebases: Rebases) -> None:
        """From now on limits of a KPI begin at the first step on or after the last of its days, the
        area's own and the city's.
        """
        if rebases == self._rebases:
            return
        self._rebases = dict(rebases)
        for area in self._areas.values():
            area.is_stale, area.read_ms = True, 0

    def _follow(self, areas: Iterable[str]) -> None:
        """Keep the trends of these areas and of no others."""
        wanted = set(areas)
        self._areas = {name: area for name, area in self._areas.items() if name in wanted}
        for name in wanted - self._areas.keys():
            self._areas[name] = _Area()

    def _touch(self, town: str, day: date) -> None:
        """Something was counted, or taken back, in a town on a day. Areas that begin to be read
        later know its month too.
        """
        if self._months is not None:
            self._months.add(day.replace(day=1))
        for area in self._of(town):
            if area.steps is not None:
                area.steps.touch(day)
                area.is_stale = area.is_stale or not area.steps.is_read

    def _note_report(self, town: str, at_ms: int) -> None:
        """An indicator was reported for a moment; only completed steps are shown."""
        for area in self._of(town) if at_ms < self._running_ms else ():
            area.is_stale = True

    def _note_word(self, town: str, need: str, source: str, at_ms: int) -> None:
        """A source spoke: steps that were not known to their end may be now."""
        self._spoken.take(town, need, source, at_ms)
        for area in self._areas.values():
            area.is_stale = area.is_stale or need in area.unknown

    def _of(self, town: str) -> list[_Area]:
        return [self._areas[name] for name in {town, self._profile.code} & self._areas.keys()]

    def _read_slice(self, turn: Turn) -> frozenset[str]:
        """Read a slice of what is stale, if any is due; the areas whose trends are others now."""
        now_ms = turn.now_ms
        waiting = {
            name: area
            for name, area in self._areas.items()
            if area.is_stale and not _within(area.read_ms, now_ms, AGAIN_MS)
        }
        if (
            not waiting
            or _within(self._loaded_ms, now_ms, LATER_MS)
            or _within(self._read_ms, now_ms, SLICE_MS)
        ):
            return frozenset()
        self._read_ms = now_ms
        name = self._next(sorted(waiting, key=lambda name: name != self._profile.code))
        if name is None or not self._renew(name, turn):
            return frozenset()
        return frozenset({name})

    def _next(self, waiting: list[str]) -> str | None:
        """Read for as long as a slice may take; the first area of which nothing is stale any
        more.
        """
        until = time.monotonic() + SLICE_S
        with storage.snapshot(self._database) as connection:
            for name in waiting:
                if self._read(connection, name, until):
                    return name
                if time.monotonic() >= until:
                    break
        return None

    def _read(self, connection: Connection, name: str, until: float) -> bool:
        """Read an area's stale blocks until a time; True where none is left and time remains."""
        if self._months is None:
            self._months = completed_steps.months(connection)
        area = self._areas[name]
        if area.steps is None:
            area.steps = Steps(self._profile, name, self._today, self._months)
        for _ in area.steps.read(connection):
            if time.monotonic() >= until:
                break
        return area.steps.is_read and time.monotonic() < until

    def _renew(self, name: str, turn: Turn) -> bool:
        """Compute an area's trends from its steps again; returns whether they changed. What the
        engine knows by now is in them.
        """
        area, before = self._areas[name], self._areas[name].part
        steps = area.steps
        assert steps is not None
        lines = steps.lines(self._gauges, self._spoken)
        area.unknown = steps.unknown_needs(self._spoken)
        area.part = {
            k: _encoded(self._profile, name, kpi, lines[k], self._rebases)
            for k, kpi in CATALOGUE.items()
        }
        area.moment = {**turn.moment, "newest": dict(turn.newest.get(name, {}))}
        area.is_stale = False
        area.read_ms = turn.now_ms
        return area.part != before


def known(
    connection: Connection, profile: Profile, area: str, end_ms: int, as_known: Known
) -> dict[str, Any]:
    """KPI → the encoded trend of an area up to the end of a day (epoch ms), as known at a moment;
    limits begin where remarks of now have them begin. Raises a database error.
    """
    running = periods.day_of(end_ms, profile.tz)
    steps = Steps(profile, area, running, completed_steps.months(connection))
    steps.read_known(connection, as_known)
    gauges = Gauges(profile)
    gauges.load(connection, until_ms=end_ms - 1, known_ms=as_known.recorded)
    lines = steps.lines(gauges, Spoken(event_store.newest(connection)))
    rebases = remark_store.rebases(connection)
    return {k: _encoded(profile, area, kpi, lines[k], rebases) for k, kpi in CATALOGUE.items()}


def _encoded(
    profile: Profile, area: str, kpi: Kpi, line: Line | None, rebases: Rebases
) -> list[Any] | None:
    if line is None:
        return None
    target = targets.target(profile, kpi.id)
    days = [day for one, day in rebases.get(kpi.id, ()) if one in (area, profile.code)]
    return trends.encode(control_charts.of_line(kpi, line, target, days))


def _within(since_ms: int, now_ms: int, span_ms: int) -> bool:
    """Whether so little time has passed; a clock that was set back holds nothing up."""
    return since_ms <= now_ms < since_ms + span_ms
