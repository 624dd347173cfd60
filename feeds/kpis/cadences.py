"""How long a city's sources may be silent before its figures are late.

The catalogue's cadences are those of a city of a million. The profile's section [heartbeats] says
of which kinds of event another city hears more seldom.
"""

from __future__ import annotations

import difflib
import functools
from collections.abc import Callable, Mapping
from typing import Annotated

from msgspec import Meta

from feeds import kpis
from feeds.city import words
from feeds.city.profile import Profile, Section
from feeds.city.words import Text, Worded
from feeds.kpis import Kpi

HOUR_S = 3600
LONGEST_H = 9600  # 400 days: what is reported once a year


def _check(heartbeats: Mapping[str, float], _profile: Profile) -> None:
    needs = {need for kpi in kpis.CATALOGUE.values() for need in kpi.needs}
    for key in heartbeats:
        if not any(_is_of(need, key) for need in needs):
            known = sorted(needs | {need.partition(".")[0] for need in needs})
            close = difflib.get_close_matches(key, known, n=1)
            hint = Text(f"；是不是 {close[0]!r}？", f"; did you mean {close[0]!r}?")
            no = hint if close else Text("", "")
            said = Text(f"没有这类事件{no.zh}", f"there are no such events{no.en}")
            raise Worded(words.at(f"heartbeats.{key}", said))


HEARTBEATS: Section[Mapping[str, float]] = Section(
    "heartbeats", dict[str, Annotated[float, Meta(gt=0, le=LONGEST_H)]], {}, _check
)


def of(profile: Profile, kpi: Kpi) -> int:
    """In seconds, for the whole city: the catalogue's, or the heartbeat of the kind of event that
    comes most often of those that the figure is made from, where that is longer.
    """
    return profile.made(_reader)(kpi.cadence_s, kpi.needs)


def _reader(profile: Profile) -> Callable[[int, tuple[str, ...]], int]:
    """The same by what a KPI declares. It is asked for many times a second."""

    @functools.cache
    def read(cadence_s: int, needs: tuple[str, ...]) -> int:
        return max(cadence_s, min(heartbeat_s(profile, need) for need in needs))

    return read


def heartbeat_s(profile: Profile, need: str) -> int:
    """What the profile says of a kind of event or of the nearest group that it belongs to; 0 where
    it says nothing.
    """
    said = profile.section(HEARTBEATS)
    of_need = [key for key in said if _is_of(need, key)]
    return round(said[max(of_need, key=len)] * HOUR_S) if of_need else 0


def shortest(profile: Profile) -> int:
    """For how many seconds no event of any kind may come in from the city."""
    return profile.made(_shortest)


def _shortest(profile: Profile) -> int:
    return min(of(profile, kpi) for kpi in kpis.CATALOGUE.values())


def _is_of(need: str, key: str) -> bool:
    return need == key or need.startswith((f"{key}.", f"{key}:"))
