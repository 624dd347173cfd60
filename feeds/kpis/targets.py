"""The office that answers for a figure, the figure's target, and where the target comes from.

The profile's sections [targets], [origins] and [owners] take precedence over the catalogue's
defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from feeds import kpis
from feeds.city import systems, words
from feeds.city.profile import Profile, Section
from feeds.city.words import Text, Worded, Words

PROFILE = Text("城市配置", "the city's profile")
SHORT = ("today", "week")
CATALOGUE = Text("指标目录默认值", "the catalogue's default")


def _check_kpis(key: str, named: Mapping[str, Any]) -> None:
    if unknown := set(named) - set(kpis.CATALOGUE):
        name = min(unknown)
        raise Worded(words.at(key, Text(f"没有指标 {name!r}", f"there is no KPI {name!r}")))


def _check_systems(owners: Mapping[str, Words], _profile: Profile) -> None:
    if unknown := set(owners) - {str(number) for number in systems.SYSTEMS}:
        last = len(systems.SYSTEMS)
        said = Text(f"没有这个系统；须为 1 至 {last}", f"no such system; one of 1 to {last}")
        raise Worded(words.at(f"owners.{min(unknown)}", said))


def _check_targets(targets: Mapping[str, float], _profile: Profile) -> None:
    _check_kpis("targets", targets)
    for id, value in targets.items():
        if kpis.CATALOGUE[id].unit == "share" and not 0 <= value <= 1:
            hint = Text("", "")
            if 1 < value <= 100:
                part = f"{value / 100:g}"
                hint = Text(f"；{value:g} % 写作 {part}", f"; {value:g} % is {part}")
            said = Text(
                f"targets.{id} 是比率，须为 0 至 1，不能是 {value:g}{hint.zh}",
                f"targets.{id} is a share, from 0 to 1, not {value:g}{hint.en}",
            )
            raise Worded(said)


TARGETS: Section[Mapping[str, float]] = Section("targets", dict[str, float], {}, _check_targets)
ORIGINS: Section[Mapping[str, Words]] = Section(
    "origins", dict[str, Words], {}, lambda origins, _: _check_kpis("origins", origins)
)
OWNERS: Section[Mapping[str, Words]] = Section("owners", dict[str, Words], {}, _check_systems)


def owner(profile: Profile, kpi: str) -> Text | None:
    """The office that the profile names for the figure's system; None where it names nobody."""
    found = profile.section(OWNERS).get(str(kpis.CATALOGUE[kpi].system))
    return found.text if found else None


def target(profile: Profile, kpi: str) -> float | None:
    """The profile's target, else the catalogue's."""
    return profile.section(TARGETS).get(kpi, kpis.CATALOGUE[kpi].target)


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
    said = profile.section(ORIGINS).get(kpi)
    if said:
        return said.text
    return PROFILE if kpi in profile.section(TARGETS) else CATALOGUE
