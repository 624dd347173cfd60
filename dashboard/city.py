"""The city that a board is run for: its profile, with the sections of every feature checked."""

from __future__ import annotations

from typing import Any

from feeds.alerts import alert_rules
from feeds.city import outlines, profile
from feeds.city.profile import Profile, Section
from feeds.kpis import cadences, references, targets
from feeds.wall import wall_profile

SECTIONS: tuple[Section[Any], ...] = (
    outlines.OUTLINES,
    targets.TARGETS,
    targets.ORIGINS,
    targets.OWNERS,
    cadences.HEARTBEATS,
    references.REFERENCES,
    alert_rules.RULES,
    wall_profile.WALL,
)


def load(name: str) -> Profile:
    """The profile in a TOML file, or one shipped with the board by its name. Raises ProfileError
    where a key is unknown or its value can't be used.
    """
    return profile.load(name, SECTIONS)
