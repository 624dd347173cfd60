"""An area's events recounted for the moments that published figures are of: each moment's position
in the log, and its clock.

Values, comparisons and series of one snapshot may be of different moments; `as_of` in it says of
which.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from feeds.audit import audit_compare, audit_sources, recount, recount_trends
from feeds.audit.audit_compare import Figures, Splits
from feeds.audit.audit_sources import Held
from feeds.audit.recount import Tally
from feeds.audit.recount_events import Facts, Identity
from feeds.audit.recount_trends import Points
from feeds.city import periods
from feeds.city.periods import Period
from feeds.city.profile import UNKNOWN, Profile
from feeds.events.log import START, Log

Key = frozenset[Identity] | int
LAG_MS = 7_000
_KEPT = 2


class Moment(NamedTuple):
    """What a published part knew: the clock, and the watermark by partition (None: not told)."""

    now_ms: int
    positions: Mapping[str, str] | None

    @classmethod
    def of(cls, part: Mapping[str, Any]) -> Moment:
        return cls(int(part["now"]), part.get("positions"))


class Recounts:
    """Recounts from what the history held after the snapshots were read. Not thread-safe: remembers
    the last tallies made.
    """

    def __init__(self, profile: Profile, area: str, held: Held, log: Log | None) -> None:
        self._profile, self._area, self._held, self._log = profile, area, held, log
        self._tallies: dict[Key, tuple[Tally, dict[str, Tally]]] = {}
        self._made: dict[tuple[Key, Period, int], Figures] = {}
        self._points: dict[tuple[Key, int], dict[str, Points | None]] = {}
        self._later: dict[str, frozenset[Identity]] = {}

    def at(self, moment: Moment, period: Period) -> Figures:
        """The figures that the area's published part of that moment should show."""
        return self._figures(self._key(moment), period, moment.now_ms)

    def splits(self, moment: Moment, period: Period, by_town: Iterable[str]) -> Splits:
        """What its charts of that moment should show."""
        return self._splits(self._key(moment), period, moment.now_ms, by_town)

    def earlier(
        self, moment: Moment, period: Period, by_town: Iterable[str]
    ) -> tuple[Figures, Splits]:
        """Both some seconds before, by the time events were recorded."""
        before = moment.now_ms // 1000 * 1000 - LAG_MS
        return self._figures(before, period, before), self._splits(before, period, before, by_town)

    def trends(self, moment: Moment) -> dict[str, Points | None]:
        """The points that its trends of that moment should have."""
        key = (self._key(moment), moment.now_ms)
        if key not in self._points:
            self._points[key] = recount_trends.of_area(self._tally(key[0])[0], moment.now_ms)
        return self._points[key]

    def _key(self, moment: Moment) -> Key:
        later = self._came_later(moment)
        return moment.now_ms if later is None else later

    def _figures(self, key: Key, period: Period, now_ms: int) -> Figures:
        if (key, period, now_ms) not in self._made:
            self._made[key, period, now_ms] = recount.figures(self._tally(key)[0], period, now_ms)
        return self._made[key, period, now_ms]

    def _splits(self, key: Key, period: Period, now_ms: int, by_town: Iterable[str]) -> Splits:
        return audit_compare.splits(*self._tally(key), period, now_ms, by_town)

    def _tally(self, key: Key) -> tuple[Tally, dict[str, Tally]]:
        """The area's tally, and the towns' where it is the city, of the events recorded up to a
        time or but for some.
        """
        if key not in self._tallies:
            while len(self._tallies) >= _KEPT:
                del self._tallies[next(iter(self._tallies))]
            facts = self._held.facts
            self._tallies[key] = self._split(
                facts.known(recorded_ms=key) if isinstance(key, int) else facts.without(key)
            )
        return self._tallies[key]

    def _split(self, facts: Facts) -> tuple[Tally, dict[str, Tally]]:
        own = recount.tally(facts, self._profile, self._area, periods.PERIODS)
        city = self._area == self._profile.code
        return own, own.of_towns((*self._profile.town_by_code, UNKNOWN)) if city else {}

    def _came_later(self, moment: Moment) -> frozenset[Identity] | None:
        """What the log brought the area after a moment; None where its positions aren't told or
        there is no log to ask.
        """
        if self._log is None or moment.positions is None:
            return None
        city, town_of = self._area == self._profile.code, self._profile.town_of
        partitions = range(self._log.partitions) if city else (self._log.partition(self._area),)
        mine = {
            p: moment.positions.get(str(p), START) for p in partitions
        }  # a new board's first snapshots know of none
        key = str(sorted(mine.items()))
        if key not in self._later:
            found = audit_sources.between(self._log, mine, self._held.positions)
            rows = ((town_of(e.area), e.source, e.id, e.recorded) for e in found)
            self._later[key] = frozenset(row for row in rows if city or row[0] == self._area)
        return self._later[key]
