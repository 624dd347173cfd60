"""The city as a profile: its areas, zone and time limits, read from one TOML file.

Another city is another file, and no code names a city. An area code is the city's, a town's, or a
grid's (`<town>-g001` comprehensive, `<town>-d01` dedicated); every other code belongs to UNKNOWN.
The same file holds sections of features (alert rules, the wall, targets): each feature declares its
Section and reads it with `Profile.section`.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from importlib import resources
from pathlib import Path
from statistics import median
from typing import Any, Generic, Literal, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from feeds.city import complaints, words
from feeds.city.words import Text, Worded, Words

T = TypeVar("T")
UNKNOWN = "unknown"
DAY_MS = 86_400_000
MOST_APART = 3.0  # degrees between the middle of a city and its furthest town


class ProfileError(Worded):
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


class TownWord(Words, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the city's towns are called, in English several of them; `one` of them where it isn't
    that without its s.
    """

    one: str = ""

    @property
    def single(self) -> str:
        return self.one or self.en.removesuffix("s")


def _accept(value: Any, profile: Profile) -> None:
    """Any value of the right type will do."""


@dataclass(frozen=True)
class Section(Generic[T]):
    """A key of the profile file that a feature reads. `type` is what msgspec makes of the file's
    value, `absent` is the value where the file has none. `check` raises ValueError, whose message
    names the key, where a city can't use the value.
    """

    key: str
    type: Any
    absent: T
    check: Callable[[T, Profile], None] = _accept

    def read(self, profile: Profile) -> T:
        """The value in a profile, checked. Raises ProfileError."""
        value = self.absent
        try:
            if self.key in profile.sections:
                value = _converted(profile.sections[self.key], self.type)
            self.check(value, profile)
        except msgspec.ValidationError as error:
            placed = _with_place(str(error), self.key)
            raise ProfileError(complaints.of_msgspec(placed)) from error
        except ValueError as error:
            raise ProfileError(_why(error)) from error
        return value


class Profile(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    dict=True,
    rename={"towns": "town"},
):
    """A city. `limits` are days by case family; `categories` add names to a family; `sections` is
    what the file has for features, by key; `folder` is where the file is.
    """

    code: str
    zone: str
    title: Words
    towns: tuple[Town, ...]
    centre: Words = Words("", "")
    town_word: TownWord = TownWord("镇（街道）", "towns")
    limits: dict[str, float] = {}
    categories: dict[str, dict[str, Words]] = {}
    water: Water | None = None
    sections: dict[str, Any] = {}
    folder: str = ""

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

    def section(self, section: Section[T]) -> T:
        """A feature's section, read once. Raises ProfileError where it can't be used."""
        if section.key not in self._sections_read:
            self._sections_read[section.key] = section.read(self)
        found: T = self._sections_read[section.key]
        return found

    def made(self, make: Callable[[Profile], T]) -> T:
        """What a feature makes of the profile, made once."""
        if make not in self._made:
            self._made[make] = make(self)
        found: T = self._made[make]
        return found

    @cached_property
    def _sections_read(self) -> dict[str, Any]:
        return {}

    @cached_property
    def _made(self) -> dict[Callable[[Profile], Any], Any]:
        return {}


CITY_KEYS = tuple(
    field.encode_name
    for field in msgspec.structs.fields(Profile)
    if field.name not in ("sections", "folder")
)


_KEYS = {
    field.encode_name
    for part in (Profile, Town, Water, TownWord)
    for field in msgspec.structs.fields(part)
}


def load(name: str, sections: Iterable[Section[Any]] | None = None) -> Profile:
    """The profile in a TOML file, or one shipped with the board by its name. With `sections`, those
    of all features, each is read at once and an unknown key is an error. Raises ProfileError.
    """
    path = Path(name)
    if path.suffix == ".toml":
        if not path.is_file():
            raise ProfileError(
                Text(f"城市配置 {name}：没有这个文件", f"profile {name}: no such file")
            )
        return parse(path.read_bytes(), name, sections)
    shipped = resources.files("feeds.city") / "profiles" / f"{name}.toml"
    if not shipped.is_file():
        said = Text(
            f"城市配置 {name!r} 不是随软件提供的；"
            f"请给出 .toml 文件，或下列之一：{'、'.join(names())}",
            f"profile {name!r} is not shipped with the board; name "
            f"a .toml file or one of: {', '.join(names())}",
        )
        raise ProfileError(said)
    return parse(shipped.read_bytes(), name, sections)


def names() -> list[str]:
    """The profiles shipped with the board."""
    folder = resources.files("feeds.city") / "profiles"
    return sorted(
        p.name.removesuffix(".toml") for p in folder.iterdir() if p.name.endswith(".toml")
    )


def parse(content: bytes, name: str, sections: Iterable[Section[Any]] | None = None) -> Profile:
    """The profile in a TOML text; `name` is what errors call it. `sections` as for `load`. Raises
    ProfileError.
    """
    try:
        profile = msgspec.structs.replace(_city(content), folder=str(Path(name).parent))
        if sections is not None:
            _check_sections(profile, list(sections))
    except (msgspec.MsgspecError, ValueError, KeyError) as error:
        why = words.NO_TEXT if isinstance(error, UnicodeDecodeError) else _why(error)
        said = Text(f"城市配置 {name}：{why.zh}", f"profile {name}: {why.en}")
        raise ProfileError(said) from error
    return profile


def _city(content: bytes) -> Profile:
    """The city's own keys, checked; everything else is kept for the features as it is."""
    raw: dict[str, Any] = msgspec.toml.decode(content.decode("utf-8"))
    own = {key: value for key, value in raw.items() if key in CITY_KEYS}
    others = {key: value for key, value in raw.items() if key not in CITY_KEYS}
    profile: Profile = _converted(own, Profile)
    profile = msgspec.structs.replace(profile, sections=others)
    _check_zone(profile)
    _check_points(profile.towns)
    codes = [profile.code, *(town.code for town in profile.towns)]
    if twice := {code for code in codes if codes.count(code) > 1}:
        code = min(twice)
        said = Text(f"区域代码 {code} 出现了两次", f"area code {code} stands twice")
        raise ProfileError(said)
    for town in profile.towns:
        if strange := set(town.similar) - (set(profile.town_by_code) - {town.code}):
            other = min(strange)
            said = Text(
                f"town {town.code}：similar：{other!r} 不是别的镇（街道）",
                f"town {town.code}: similar: {other!r} is no other town",
            )
            raise ProfileError(said)
    return profile


def _check_zone(profile: Profile) -> None:
    try:
        _ = profile.tz
    except (ValueError, OSError, KeyError) as error:
        said = Text(
            f"zone：没有时区 {profile.zone!r}；应如 'Asia/Shanghai'",
            f"zone: there is no time zone {profile.zone!r}; such as 'Asia/Shanghai'",
        )
        raise ProfileError(said) from error


def _check_points(towns: tuple[Town, ...]) -> None:
    """Longitude stands first. A point is taken for turned round where no place on Earth has it, or
    where it is far from every other town and, turned round, beside them.
    """
    placed = [town for town in towns if town.point != (0.0, 0.0)]
    for town in placed:
        east, north = town.point
        if abs(east) > 180 or abs(north) > 90:
            raise ProfileError(_turned(town, is_sure=abs(north) <= 180 and abs(east) <= 90))
        others = [one.point for one in placed if one is not town]
        if len(others) < 2:
            continue
        centre = median(x for x, _ in others), median(y for _, y in others)
        reach = max(MOST_APART, 2 * max(_apart(point, centre) for point in others))
        if _apart(town.point, centre) > reach and _apart((north, east), centre) <= MOST_APART:
            raise ProfileError(_turned(town, is_sure=True))


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Degrees between two points, in the direction in which they are further apart."""
    return max(abs(one[0] - other[0]), abs(one[1] - other[1]))


def _turned(town: Town, *, is_sure: bool) -> Text:
    east, north = town.point
    hint = Text("", "")
    if is_sure:
        meant = f"[{north:g}, {east:g}]"
        hint = Text(f"；是不是 {meant}？", f"; did you mean {meant}?")
    return Text(
        f"town {town.code}：point 须先经度后纬度，不能是 [{east:g}, {north:g}]{hint.zh}",
        f"town {town.code}: point is longitude, then latitude, not [{east:g}, {north:g}]{hint.en}",
    )


def _check_sections(profile: Profile, sections: list[Section[Any]]) -> None:
    known = [*CITY_KEYS, *(section.key for section in sections)]
    for key in profile.sections:
        if key not in known:
            hint = _nearest(key, known)
            said = Text(f"没有 {key!r} 这个键；{hint.zh}", f"there is no key {key!r}; {hint.en}")
            raise ProfileError(said)
    for section in sections:
        profile.section(section)


def _converted(raw: Any, type: Any) -> Any:
    """A value of a TOML file as a typed one. Raises msgspec.ValidationError."""
    return msgspec.convert(raw, type, builtin_types=(datetime, date, time), str_keys=True)


def _with_place(said: str, key: str) -> str:
    """An error of msgspec with the place in the whole file, where it names one within a section."""
    if "`$" in said:
        return said.replace("`$", f"`$.{key}", 1)
    return f"{said} - at `$.{key}`"


def _why(error: Exception) -> Text:
    """An error's message; one that is in no two languages is the same in both."""
    if isinstance(error, Worded):
        return words.both(error)
    return complaints.of_msgspec(str(error), _KEYS)


def _nearest(key: str, known: list[str]) -> Text:
    close = difflib.get_close_matches(key, known, n=1)
    if close:
        return Text(f"是不是 {close[0]!r}？", f"did you mean {close[0]!r}?")
    return Text(f"可用的键：{'、'.join(known)}", f"the keys are {', '.join(known)}")
