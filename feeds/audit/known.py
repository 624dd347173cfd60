"""What published parts can know: of the events that the history held when it was read, those that
the log had brought by the part's own position.

Values, comparisons and series of one snapshot may be of different moments; `as_of` in it says of
which.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from feeds.audit import sources
from feeds.audit.facts import Area, Facts, Identity
from feeds.audit.readings import Readings
from feeds.events.event import Event
from feeds.events.log import START, Log

Later = frozenset[Identity] | int  # what came later, or when what is known had been recorded


class Known:
    """The facts of a history read up to some positions, and what the log brought before these. Not
    thread-safe: what is asked again is remembered.
    """

    def __init__(self, facts: Facts, positions: Mapping[int, str], log: Log | None) -> None:
        self.facts, self._positions, self._log = facts, positions, log
        self._facts: dict[Later, Facts] = {frozenset[Identity](): facts}
        self._readings: dict[tuple[Later, str, int], Readings] = {}
        self._past: dict[tuple[int, Later], Facts] = {}
        self._brought: dict[str, Sequence[Event]] = {}

    def readings(self, area: str, part: Mapping[str, Any]) -> Readings:
        """What an area's published part should say, by the moment it names: its clock (`now`) and
        the watermark (`positions`). Without positions, or a log to ask, the time that events were
        recorded tells.
        """
        later, now_ms = self._later(area, part), int(part["now"])
        if (later, area, now_ms) not in self._readings:
            if later not in self._facts:
                facts = self.facts
                known = facts.known(later) if isinstance(later, int) else facts.without(later)
                self._facts[later] = known
            found = Readings(Area(self._facts[later], area), now_ms)
            self._readings[later, area, now_ms] = found
        return self._readings[later, area, now_ms]

    def past(self, area: str, at_ms: int, positions: Mapping[int, str], *, then: bool) -> Readings:
        """What an area's figures were at a past moment: as was known then, or as was known of it
        when the history had been read up to some positions.
        """
        later: Later = at_ms
        if not then:
            later = self._identities(e for e in self._came_after(positions) if e.at <= at_ms)
        if (at_ms, later) not in self._past:
            if isinstance(later, int):
                past = self.facts.known(recorded_ms=later, at_ms=at_ms)
            else:
                past = self.facts.known(at_ms=at_ms, but=later)
            self._past[at_ms, later] = past
        return Readings(Area(self._past[at_ms, later], area), at_ms)

    def _later(self, area: str, part: Mapping[str, Any]) -> Later:
        positions = part.get("positions")
        if self._log is None or positions is None:
            return int(part["now"])
        profile = self.facts.profile
        is_city = area == profile.code
        partitions = range(self._log.partitions) if is_city else (self._log.partition(area),)
        # a new board's first snapshots know of no position
        mine = {p: positions.get(str(p), START) for p in partitions}
        brought = self._identities(self._came_after(mine))
        return brought if is_city else frozenset(one for one in brought if one[0] == area)

    def _came_after(self, positions: Mapping[int, str]) -> Sequence[Event]:
        if self._log is None:
            return ()
        key = str(sorted(positions.items()))
        if key not in self._brought:
            self._brought[key] = sources.between(self._log, positions, self._positions)
        return self._brought[key]

    def _identities(self, events: Iterable[Event]) -> frozenset[Identity]:
        town_of = self.facts.profile.town_of
        return frozenset((town_of(e.area), e.source, e.id, e.recorded) for e in events)
