"""Published figures of a city, shown beside live ones, never as live data: the profile's section
[references].
"""

from __future__ import annotations

import msgspec

from feeds import kpis
from feeds.city import words
from feeds.city.profile import Profile, Section
from feeds.city.words import Text, Worded, Words


class References(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Published figures (KPI id → value) with the period and source they must be shown with."""

    period: Words
    source: Words
    values: dict[str, float]


def _check(references: References | None, _profile: Profile) -> None:
    unknown = set(references.values if references else ()) - set(kpis.CATALOGUE)
    if unknown:
        name = min(unknown)
        said = Text(f"没有指标 {name!r}", f"there is no KPI {name!r}")
        raise Worded(words.at("references.values", said))


REFERENCES: Section[References | None] = Section("references", References, None, _check)


def of(profile: Profile) -> References | None:
    """The published figures that a profile names; None where it names none."""
    return profile.section(REFERENCES)
