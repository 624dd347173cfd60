"""The profile's section on its wall: the screen's physical make, its scenes, day and night, the
shifts on duty.

layouts/wall/ decides where things are placed. Nothing here names a person: a shift is an office and
its hours.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import Meta

from feeds import kpis
from feeds.alerts import alert_rules
from feeds.alerts.alert_rules import Severity
from feeds.city import words
from feeds.city.profile import Profile, Section
from feeds.city.words import Text, Worded
from feeds.kpis.formulas import Count, Ratio

Show = Literal["map", "oldest", "alerts", "control", "town"]
Clock = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d\Z")]
Name = Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,32}\Z")]
PANELS = re.compile(r"([1-9]\d?)x([1-9]\d?)")
MOST_OF_DAY, MOST_OF_YEAR = 6, 6
RESERVED = frozenset(("urgent", "work", "day", "year"))  # what the wall shows by itself


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    zh: str
    en: str

    @property
    def text(self) -> Text:
        return Text(self.zh, self.en)


class Scene(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A picture of the wall's right third, shown for `dwell_s`: the map, the cases overdue longest,
    the alerts of the day, the control charts that signal, or one town at a time. A map may name the
    share that it shows (`kpi`); without one it shows what was done by its due time.

    `columns`, `wide` and `each` are of the form that scenes had when one filled the whole wall. A
    scene without `show` says by them which picture it is now.
    """

    name: Name
    title: Words
    show: Show | Literal[""] = ""
    kpi: str = ""
    dwell_s: Annotated[float, Meta(ge=5, le=86_400)] = 30.0
    columns: tuple[dict[str, Any], ...] = ()
    wide: tuple[dict[str, Any], ...] = ()
    each: Literal["", "town"] = ""

    @property
    def shown(self) -> Show:
        """Which picture it is."""
        if self.show:
            return self.show
        if self.each == "town":
            return "town"
        blocks = {
            block.get("show")
            for column in self.columns
            for block in column.get("blocks", ())
            if isinstance(block, dict)
        }
        if "map" in blocks:
            return "map"
        return "alerts" if blocks & {"clock", "duty", "events"} else "oldest"


class Shift(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """A duty shift: from one time of day to another (over midnight where that is earlier), and
    which office keeps it.
    """

    from_: Clock
    to: Clock
    name: Words


def _scenes() -> tuple[Scene, ...]:
    """The pictures of a profile that declares none."""
    return (
        Scene("map", Words("按期办结", "Done in time"), "map", dwell_s=40),
        Scene("oldest", Words("超期最久", "Overdue longest"), "oldest", dwell_s=30),
        Scene("alerts", Words("今日告警", "Alerts today"), "alerts", dwell_s=20),
        Scene(
            "control", Words("控制图有信号", "Control charts that signal"), "control", dwell_s=30
        ),
        Scene("town", Words("各地轮看", "Area by area"), "town", dwell_s=20),
    )


class Wall(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    rename={"scenes": "scene", "duty": "shift"},
):
    """How the wall is made and seen, and what it shows.

    `panels` across x down, each of `panel_px` pixels and `panel_width_mm` wide; `bezel_px` are
    pixels that a joint hides; `margin` is the part of a panel's height that stays free at its
    edges. From `night_from` to `night_to` it is dimmed to `night_brightness`. All of it moves by up
    to `shift_px` every `shift_minutes`. `sound` are the severities of alerts that it rings for.
    `day` are the counts that it draws over today, `year` the figures of the year so far.
    """

    distance_m: Annotated[float, Meta(gt=0, le=100)] = 5.0
    panel_width_mm: Annotated[float, Meta(gt=0, le=100_000)] = 2440.0
    panel_px: tuple[int, int] = (1920, 1080)
    panels: str = "1x1"
    bezel_px: Annotated[float, Meta(ge=0, le=400)] = 0.0
    margin: Annotated[float, Meta(ge=0, le=0.1)] = 0.02
    night_from: Clock = "22:00"
    night_to: Clock = "06:00"
    night_brightness: Annotated[float, Meta(ge=0.2, le=1)] = 0.6
    shift_px: Annotated[int, Meta(ge=0, le=16)] = 4
    shift_minutes: Annotated[float, Meta(ge=1, le=120)] = 4.0
    reload_at: Clock = "04:10"
    memory_mb: Annotated[int, Meta(ge=100, le=8000)] = 600
    sound: tuple[Severity, ...] = ()
    day: tuple[str, ...] = (
        "incidents.reported",
        "disputes.accepted",
        "fraud.warnings",
        "services.requests",
        "order.calls",
        "traffic.accidents",
    )
    year: tuple[str, ...] = (
        "incidents.closed",
        "incidents.joint",
        "disputes.success_rate",
        "traffic.deaths",
        "fraud.loss_averted",
        "incidents.patrol_visits",
    )
    scenes: tuple[Scene, ...] = msgspec.field(default_factory=_scenes)
    duty: tuple[Shift, ...] = ()

    @property
    def grid(self) -> tuple[int, int]:
        """Panels across and down."""
        across, _, down = self.panels.partition("x")
        return int(across), int(down)

    @property
    def size(self) -> tuple[int, int]:
        """The whole wall in pixels."""
        return self.panel_px[0] * self.grid[0], self.panel_px[1] * self.grid[1]

    def scene(self, name: str) -> Scene | None:
        return next((scene for scene in self.scenes if scene.name == name), None)


def check(wall: Wall, profile: Profile) -> None:
    """Raises ValueError where a wall can't be as it is declared, or an alert names a scene that it
    has not.
    """
    if not PANELS.fullmatch(wall.panels):
        said = Text(f'{wall.panels!r} 须如 "3x1"', f'{wall.panels!r} is not of the form "3x1"')
        raise Worded(words.at("wall.panels", said))
    if min(wall.panel_px) < 200 or max(wall.size) > 40_000:
        size = list(wall.panel_px)
        said = Text(
            f"{size} 与 panels {wall.panels} 不能成为一块屏",
            f"{size} with panels {wall.panels} is no screen",
        )
        raise Worded(words.at("wall.panel_px", said))
    if not wall.scenes:
        raise Worded(words.at("wall.scene", Text("一个也没有", "there is none")))
    names = [scene.name for scene in wall.scenes]
    if twice := {name for name in names if names.count(name) > 1}:
        name = min(twice)
        said = Text(f"{name} 出现了两次", f"{name} stands twice")
        raise Worded(words.at("wall.scene", said))
    for scene in wall.scenes:
        _check_scene(scene)
    _check_kpis(wall)
    for rule in alert_rules.of(profile):
        if rule.scene and rule.scene not in names:
            said = Text(f"大屏没有画面 {rule.scene!r}", f"the wall has no scene {rule.scene!r}")
            raise Worded(words.at(f"alert {rule.id!r}: scene", said))


def _check_scene(scene: Scene) -> None:
    where = f"wall.scene {scene.name}"
    if scene.name in RESERVED:
        said = Text(
            "大屏自己用这个名称，请另取一个", "the wall uses this name itself; choose another"
        )
        raise Worded(words.at(where, said))
    if not scene.show and not scene.columns and not scene.each:
        shows = get_args(Show)
        said = Text(
            f"缺少 show；须为下列之一：{'、'.join(shows)}",
            f"show is missing; it is one of {', '.join(shows)}",
        )
        raise Worded(words.at(where, said))
    if not scene.kpi:
        return
    if scene.shown != "map":
        raise Worded(words.at(where, Text("只有地图才有 kpi", "only a map has a kpi")))
    if scene.kpi not in kpis.CATALOGUE:
        said = Text(f"没有指标 {scene.kpi}", f"there is no KPI {scene.kpi}")
        raise Worded(words.at(where, said))
    if not isinstance(kpis.CATALOGUE[scene.kpi].formula, Ratio):
        said = Text(
            f"{scene.kpi} 不是案件的比率，地图只比较比率",
            f"{scene.kpi} is no share of cases, and a map compares shares",
        )
        raise Worded(words.at(where, said))


def _check_kpis(wall: Wall) -> None:
    """The counts of the day and the figures of the year."""
    for key, most in (("day", MOST_OF_DAY), ("year", MOST_OF_YEAR)):
        names: tuple[str, ...] = getattr(wall, key)
        if len(names) > most:
            said = Text(
                f"{len(names)} 项；最多放得下 {most} 项",
                f"{len(names)} figures; there is room for {most}",
            )
            raise Worded(words.at(f"wall.{key}", said))
        for kpi in names:
            if kpi not in kpis.CATALOGUE:
                said = Text(f"没有指标 {kpi}", f"there is no KPI {kpi}")
                raise Worded(words.at(f"wall.{key}", said))
            if key == "day" and not isinstance(kpis.CATALOGUE[kpi].formula, Count):
                said = Text(f"{kpi} 不按小时计数", f"{kpi} is not counted by the hour")
                raise Worded(words.at("wall.day", said))


WALL = Section("wall", Wall, Wall(), check)


def of(profile: Profile) -> Wall:
    """A city's wall; with the five pictures where the profile declares no scene."""
    return profile.section(WALL)


def shift_at(duty: tuple[Shift, ...], clock: str) -> Shift | None:
    """The shift that a time of day, as "HH:MM", belongs to."""
    return next((shift for shift in duty if within(clock, shift.from_, shift.to)), None)


def within(clock: str, begin: str, end: str) -> bool:
    """Whether a time of day is from `begin` up to `end`, over midnight where `end` is earlier."""
    return begin <= clock < end if begin <= end else clock >= begin or clock < end
