"""Whose a figure is: the office that answers for it, its target, and where the target comes from.

What the city's profile says goes first, then the catalogue's default.
"""

from __future__ import annotations

from feeds import kpis
from feeds.city.profile import Profile
from feeds.city.words import Text

PROFILE = Text("城市配置", "the city's profile")
SHORT = ("today", "week")
CATALOGUE = Text("指标目录默认值", "the catalogue's default")


def owner(profile: Profile, kpi: str) -> Text | None:
    """The office that the profile names for the figure's system; None where it names nobody."""
    found = profile.owners.get(str(kpis.CATALOGUE[kpi].system))
    return found.text if found else None


def target(profile: Profile, kpi: str) -> float | None:
    """The profile's target, else the catalogue's."""
    return profile.targets.get(kpi, kpis.CATALOGUE[kpi].target)


def within(profile: Profile, kpi: str, *, is_short: bool) -> float | None:
    """The target of a period; none for a share of opened cases in a short one, where most of them
    are still within their time limit.
    """
    return None if is_short and kpis.CATALOGUE[kpi].is_cohort else target(profile, kpi)


def origin(profile: Profile, kpi: str) -> Text | None:
    """Where the target comes from, as the profile says, else who set it; None where there is no
    target.
    """
    if target(profile, kpi) is None:
        return None
    said = profile.origins.get(kpi)
    return said.text if said else PROFILE if kpi in profile.targets else CATALOGUE
