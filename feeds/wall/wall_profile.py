"""The profile's section on its wall: the screen's physical make, its scenes, day and night, the
shifts on duty.

layouts/wall/ decides where things are placed. Nothing here names a person: a shift is an office and
its hours.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from feeds import kpis
from feeds.alerts import alert_rules
from feeds.alerts.alert_rules import Severity
from feeds.city import periods
from feeds.city.profile import Profile, Section
from feeds.city.words import Text

Show = Literal["row", "tiles", "chart", "map", "events", "towns", "clock", "duty"]
Clock = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d\Z")]
Name = Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,32}\Z")]
PANELS = re.compile(r"([1-9]\d?)x([1-9]\d?)")
NEEDS_KPI: dict[Show, int] = {"row": 1, "tiles": 1, "chart": 1, "map": 1, "towns": 1}


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    zh: str
    en: str

    @property
    def text(self) -> Text:
        return Text(self.zh, self.en)


class Block(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing on a scene. `kpis` are KPI ids, each with a period before it where that isn't
    today: "year/traffic.deaths".
    """

    show: Show
    kpis: tuple[str, ...] = ()

    @property
    def asked(self) -> tuple[tuple[str, str], ...]:
        """The figures as (period, KPI id)."""
        return tuple(
            (period or "today", kpi)
            for period, _, kpi in (name.rpartition("/") for name in self.kpis)
        )


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Blocks below each other. `share` is its part of the room that is left when every column has
    its least width.
    """

    blocks: tuple[Block, ...]
    share: float = 1.0


class Scene(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A picture of the wall. `wide` are further columns for a wall that has room; with `each` =
    "town" one picture a town, each for `dwell_s`.
    """

    name: Name
    title: Words
    columns: tuple[Column, ...]
    wide: tuple[Column, ...] = ()
    dwell_s: Annotated[float, Meta(ge=5, le=86_400)] = 60.0
    each: Literal["", "town"] = ""


class Shift(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """A duty shift: from one time of day to another (over midnight where that is earlier), and
    which office keeps it.
    """

    from_: Clock
    to: Clock
    name: Words


def _city() -> tuple[Scene, ...]:
    rows = (
        (
            "incidents.reported",
            "incidents.closed",
            "incidents.overdue",
            "year/incidents.closure_rate",
        ),
        ("disputes.accepted", "disputes.settled", "disputes.open", "year/disputes.success_rate"),
        (
            "traffic.accidents",
            "year/traffic.deaths",
            "traffic.hazards_overdue",
            "year/traffic.hazards_rectified",
        ),
        (
            "fraud.warnings",
            "fraud.dissuaded",
            "year/fraud.dissuasion_rate",
            "year/fraud.loss_averted",
        ),
    )
    first = Column(tuple(Block("row", row) for row in rows), 4.0)
    side = Column((Block("map", ("incidents.reported",)), Block("events")))
    towns = Column(
        (Block("towns", ("incidents.reported",)), Block("towns", ("disputes.accepted",)))
    )
    return (Scene("city", Words("全市运行", "The city today"), (first, side), (towns,)),)


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
    scenes: tuple[Scene, ...] = msgspec.field(default_factory=_city)
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

    @property
    def series(self) -> frozenset[str]:
        """The names of the series that its scenes draw."""
        blocks = (
            block
            for scene in self.scenes
            for column in (*scene.columns, *scene.wide)
            for block in column.blocks
        )
        figures = {kpi for block in blocks for _, kpi in block.asked}
        return frozenset(
            f"{kind}:{kpi}"
            for kind in ("hours", "hours_last_year", "days", "towns", "elsewhere")
            for kpi in figures
        )

    def scene(self, name: str) -> Scene | None:
        return next((scene for scene in self.scenes if scene.name == name), None)


def check(wall: Wall, profile: Profile) -> None:
    """Raises ValueError where a wall can't be as it is declared, or an alert names a scene that it
    has not.
    """
    if not PANELS.fullmatch(wall.panels):
        raise ValueError(f'wall.panels: {wall.panels!r} is not of the form "3x1"')
    if min(wall.panel_px) < 200 or max(wall.size) > 40_000:
        said = f"{list(wall.panel_px)} with panels {wall.panels} is no screen"
        raise ValueError(f"wall.panel_px: {said}")
    if not wall.scenes:
        raise ValueError("wall.scene: there is none")
    names = [scene.name for scene in wall.scenes]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"wall.scene: {min(twice)} stands twice")
    for scene in wall.scenes:
        _check_scene(scene)
    for rule in alert_rules.of(profile):
        if rule.scene and rule.scene not in names:
            raise ValueError(f"alert {rule.id!r}: scene: the wall has no scene {rule.scene!r}")


def _check_scene(scene: Scene) -> None:
    columns = (*scene.columns, *scene.wide)
    if not scene.columns:
        raise ValueError(f"wall.scene {scene.name}: no columns")
    for column in columns:
        if not column.blocks:
            raise ValueError(f"wall.scene {scene.name}: a column without blocks")
        for block in column.blocks:
            _check_block(block, f"wall.scene {scene.name}, block {block.show}")


def _check_block(block: Block, where: str) -> None:
    if len(block.kpis) < NEEDS_KPI.get(block.show, 0):
        raise ValueError(f"{where}: names no KPI")
    for period, kpi in block.asked:
        if kpi not in kpis.CATALOGUE:
            raise ValueError(f"{where}: there is no KPI {kpi}")
        if period not in ("today", "year") or period not in periods.PERIODS:
            raise ValueError(f"{where}: {period} is neither today nor year")


WALL = Section("wall", Wall, Wall(), check)


def of(profile: Profile) -> Wall:
    """A city's wall; one with a single scene where the profile declares none."""
    return profile.section(WALL)


def shift_at(duty: tuple[Shift, ...], clock: str) -> Shift | None:
    """The shift that a time of day, as "HH:MM", belongs to."""
    return next((shift for shift in duty if within(clock, shift.from_, shift.to)), None)


def within(clock: str, begin: str, end: str) -> bool:
    """Whether a time of day is from `begin` up to `end`, over midnight where `end` is earlier."""
    return begin <= clock < end if begin <= end else clock >= begin or clock < end
