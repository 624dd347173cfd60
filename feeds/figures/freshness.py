"""Whether a figure is live, late or without data, by its own cadence: one rule for pages, API and
alerts.

An open page has LIMITS with their texts (layouts/parts/tile.py), because a figure becomes late by
the clock alone, even if no message comes any more.
"""

from __future__ import annotations

from typing import Literal

from feeds.city.profile import Profile

State = Literal["live", "late", "nodata"]
LATE_AFTER = 2
NODATA_AFTER = 10
# Up to how many cadences after its newest event a figure is in a state; the last has no end.
LIMITS: tuple[tuple[State, int | None], ...] = (
    ("live", LATE_AFTER),
    ("late", NODATA_AFTER),
    ("nodata", None),
)


def state(cadence_s: float, newest_ms: int | None, now_ms: int) -> State:
    """live up to twice the cadence after the newest event, late up to ten times, then nodata;
    nodata of no event.
    """
    if not newest_ms:
        return "nodata"
    age_s = (now_ms - newest_ms) / 1000
    for name, limit in LIMITS:
        if limit is None or age_s <= limit * cadence_s:
            return name
    raise AssertionError("the last state has no end")


def cadence_s(profile: Profile, city_cadence_s: int, area: str, serves: int = 1) -> float:
    """How long an area's source may be silent, from how long the city's may; a town's source
    `serves` so many towns and speaks that much more often than one of this town alone.
    """
    if area == profile.code:
        return city_cadence_s
    return town_cadence_s(profile, city_cadence_s) / serves


def town_cadence_s(profile: Profile, city_cadence_s: int) -> int:
    """A town's events come a number-of-towns times more seldom than the city's."""
    return city_cadence_s * max(1, len(profile.towns))
