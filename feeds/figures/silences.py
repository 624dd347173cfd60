"""Steps of a series in which nothing was received: what a figure counted then is no zero.

A kind of event is silent in a step that is longer than its source may pause, where none of it came
from the whole city; and every kind is in a town from which nothing came at all.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property

from feeds.city.profile import Profile
from feeds.figures import freshness
from feeds.kpis import CATALOGUE, Kpi, cadences
from feeds.kpis.formulas import Gauge

Silent = frozenset[str]  # kinds of events

# Kind of event → the stored measures that it counts.
_COUNTED = {
    need: names
    for kpi in CATALOGUE.values()
    if not isinstance(kpi.formula, Gauge)
    for need, names in zip(kpi.needs, kpi.first_counted, strict=True)
}
WANTED = frozenset(name for names in _COUNTED.values() for name in names)
_NOBODY: Silent = frozenset()
_EVERYBODY: Silent = frozenset(_COUNTED)


class Silences:
    """Which kinds of events are silent in a step of a city or of a town."""

    def __init__(self, profile: Profile, area: str) -> None:
        self._profile, self._area = profile, area

    def of_step(self, length_ms: int, of_city: Collection[str], of_area: Collection[str]) -> Silent:
        """The kinds that are silent, from the measures that counted anything in the step, in the
        city and in the area.
        """
        is_town = self._area != self._profile.code
        if is_town and length_ms > self._town_ms and WANTED.isdisjoint(of_area):
            return _EVERYBODY
        found = [
            need
            for need, pause_ms in self._pauses_ms.items()
            if length_ms > pause_ms and not any(name in of_city for name in _COUNTED[need])
        ]
        return frozenset(found) if found else _NOBODY

    @cached_property
    def _pauses_ms(self) -> dict[str, int]:
        """How long each kind may stay away."""
        expected = cadences.by_need(self._profile)
        return {need: 1000 * freshness.LATE_AFTER * expected[need] for need in _COUNTED}

    @cached_property
    def _town_ms(self) -> int:
        shortest = cadences.shortest(self._profile)
        cadence_s = freshness.town_cadence_s(self._profile, shortest)
        return 1000 * freshness.LATE_AFTER * cadence_s


def beside(steps: Sequence[Silent]) -> list[Silent]:
    """The kinds that were silent in each step, or all through the one before or after it: then it
    was heard for a part of it.
    """
    around = [_NOBODY, *steps, _NOBODY]
    return [around[i - 1] | around[i] | around[i + 1] for i in range(1, len(around) - 1)]


def is_silent(kpi: Kpi, silent: Silent) -> bool:
    """Whether a figure has no value: where all that it is made from is silent; half of a share is
    none.
    """
    its = [need in silent for need in kpi.needs]
    return any(its) if kpi.needs_all else all(its)
