"""The city as a profile: its areas, zone, time limits, targets and references, read from one TOML
file.

Another city is another file; nothing in the code names one. An area code is the city's, a town's,
or a grid's (`<town>-g001` comprehensive, `<town>-d01` dedicated); everything else belongs to
UNKNOWN.
"""

from __future__ import annotations

from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from feeds import kpis
from feeds.alerts import alert_rules
from feeds.city import systems
from feeds.city.words import Text, Words
from feeds.screens import wall_profile

UNKNOWN = "unknown"
DAY_MS = 86_400_000


class ProfileError(ValueError):
    """The profile file can't be used; the message says which key and why."""


class Town(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A town or street. `point` is (longitude, latitude); `grids` and `dedicated` are counts of its
    grids; `population` 0: not known. `similar` are the codes of the towns that it is compared with.
    """

    code: str
    name: Words
    kind: str = "town"
    point: tuple[float, float] = (0.0, 0.0)
    villages: int = 0
    grids: int = 0
    dedicated: int = 0
    population: int = 0
    similar: tuple[str, ...] = ()

    @property
    def grid_codes(self) -> list[str]:
        wide = [f"{self.code}-g{n:03d}" for n in range(1, self.grids + 1)]
        return wide + [f"{self.code}-d{n:02d}" for n in range(1, self.dedicated + 1)]


class Water(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A lake or sea that the map shows as a quiet edge."""

    side: Literal["north", "east", "south", "west"]
    name: Words


class References(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Published figures (KPI id → value) with the period and source they must be shown with."""

    period: Words
    source: Words
    values: dict[str, float]


class TownWord(Words, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the city's towns are called, in English several of them; `one` of them where it isn't
    that without its s.
    """

    one: str = ""

    @property
    def single(self) -> str:
        return self.one or self.en.removesuffix("s")


class Profile(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    dict=True,
    rename={"towns": "town", "alerts": "alert"},
):
    """A city. `limits` are days by case family; `targets` override the catalogue's; `categories`
    add names to a family; `alerts` are its alert rules; `owners` are the offices that answer for a
    system's figures, `origins` say where a target comes from.
    """

    code: str
    zone: str
    title: Words
    towns: tuple[Town, ...]
    centre: Words = Words("", "")
    town_word: TownWord = TownWord("镇（街道）", "towns")
    limits: dict[str, float] = {}
    targets: dict[str, float] = {}
    origins: dict[str, Words] = {}
    owners: dict[str, Words] = {}
    categories: dict[str, dict[str, Words]] = {}
    wall: wall_profile.Wall = wall_profile.Wall()
    water: Water | None = None
    references: References | None = None
    alerts: tuple[alert_rules.Any, ...] = ()

    @cached_property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @cached_property
    def town_by_code(self) -> dict[str, Town]:
        return {t.code: t for t in self.towns}

    @cached_property
    def town_of_area(self) -> dict[str, str]:
        """Area code → the town (or the city) that it counts for. A code that is not in here is
        unknown.
        """
        known = {self.code: self.code} | {t.code: t.code for t in self.towns}
        return known | {g: t.code for t in self.towns for g in t.grid_codes}

    @property
    def areas(self) -> tuple[str, ...]:
        """The areas that have topics: the city, then its towns."""
        return (self.code, *self.town_by_code)

    def town_of(self, area: str) -> str:
        return self.town_of_area.get(area, UNKNOWN)

    def name_of(self, area: str) -> Text:
        if area == self.code:
            return self.title.text
        town = self.town_by_code.get(self.town_of(area))
        return town.name.text if town else Text("未知区域", "Unknown area")

    def area_by_name(self) -> dict[str, str]:
        """What the city and its towns are called in spreadsheets → code: in both languages, with
        and without the word for the kind.
        """
        names = {self.title.zh: self.code, self.title.en: self.code}
        for town in self.towns:
            zh, en = town.name.zh, town.name.en
            stems = {zh.removesuffix(kind) for kind in ("街道", "镇", "乡")} - {""}
            names |= dict.fromkeys((*stems, zh, en), town.code)
        return names

    def limit_ms(self, family: str) -> int | None:
        days = self.limits.get(family)
        return None if days is None else int(days * DAY_MS)


def load(name: str) -> Profile:
    """The profile in a TOML file, or one shipped with the board by its name. Raises
    ProfileError.
    """
    path = Path(name)
    if path.suffix == ".toml":
        if not path.is_file():
            raise ProfileError(f"profile {name}: no such file")
        return parse(path.read_bytes(), name)
    shipped = resources.files("feeds.city") / "profiles" / f"{name}.toml"
    if not shipped.is_file():
        raise ProfileError(
            f"profile {name!r} is not shipped with the board; name "
            f"a .toml file or one of: {', '.join(names())}"
        )
    return parse(shipped.read_bytes(), name)


def names() -> list[str]:
    """The profiles shipped with the board."""
    folder = resources.files("feeds.city") / "profiles"
    return sorted(
        p.name.removesuffix(".toml") for p in folder.iterdir() if p.name.endswith(".toml")
    )


def parse(content: bytes, name: str) -> Profile:
    """The profile in a TOML text; `name` is what errors call it. Raises ProfileError."""
    try:
        profile = msgspec.toml.decode(content, type=Profile)
        _ = profile.tz
    except (msgspec.MsgspecError, ValueError, KeyError) as error:
        raise ProfileError(f"profile {name}: {error}") from error
    codes = [profile.code, *(t.code for t in profile.towns)]
    if twice := {c for c in codes if codes.count(c) > 1}:
        raise ProfileError(f"profile {name}: area code {sorted(twice)[0]} stands twice")
    try:
        alert_rules.check(profile.alerts, profile.code, profile.town_by_code, profile.targets)
    except alert_rules.WrongRule as error:
        raise ProfileError(f"profile {name}: {error}") from error
    if wrong := _unknown(profile) or wall_profile.problem(profile.wall):
        raise ProfileError(f"profile {name}: {wrong}")
    return profile


def _unknown(profile: Profile) -> str:
    """What is wrong with the names that owners, origins, alerts' scenes and similar towns have;
    nothing where all are known.
    """
    if strange := set(profile.owners) - {str(number) for number in systems.SYSTEMS}:
        return f"owners.{min(strange)}: no such system; one of 1 to {len(systems.SYSTEMS)}"
    if strange := set(profile.origins) - set(kpis.CATALOGUE):
        return f"origins: there is no KPI {min(strange)!r}"
    for rule in profile.alerts:
        if rule.scene and profile.wall.scene(rule.scene) is None:
            return f"alert {rule.id!r}: scene: the wall has no scene {rule.scene!r}"
    for town in profile.towns:
        if strange := set(town.similar) - (set(profile.town_by_code) - {town.code}):
            return f"town {town.code}: similar: {min(strange)!r} is no other town"
    return ""
