"""The order of the turn: the scenes of the profile, what did not fit beside them, each town, and
which pictures have nothing to say now.
"""

from __future__ import annotations

from dataclasses import dataclass

from feeds.wall import wall_profile
from feeds.wall.wall_profile import Scene
from layouts.view import View
from layouts.wall import canvas, composition, signals
from layouts.wall.canvas import Canvas
from layouts.wall.composition import Composition
from layouts.wall.page_values import Room

EXTRA_DWELL_S = 25.0
URGENT = "urgent"


@dataclass(frozen=True)
class Picture:
    """One picture of the turn: what it shows (`show`: a scene's, an extra block, or the urgent
    alert), of which area.
    """

    name: str
    title: str
    show: str
    area: str
    dwell_s: float
    kpi: str = ""


def canvas_of(view: View) -> Canvas:
    """The glass that the address or the profile names."""
    return canvas.declared(
        wall_profile.of(view.profile),
        view.filters.get("size", ""),
        view.filters.get("panels", ""),
        replay=view.replay is not None,
    )


def composed(view: View) -> Composition:
    return composition.compose(canvas_of(view))


def pictures(view: View) -> tuple[Picture, ...]:
    """All pictures in their order; those of one scene where the address names it. A town's wall has
    the town alone.
    """
    wall = wall_profile.of(view.profile)
    fixed = wall.scene(view.filters.get("scene", ""))
    extra = () if fixed else tuple(_extra(view, name) for name in composed(view).extra)
    scenes = [fixed] if fixed else wall.scenes
    return (
        *extra,
        *(_picture(view, scene, area) for scene in scenes for area in _areas(view, scene)),
    )


def current(view: View) -> Picture:
    """The one that the address names, else the first that has something to say."""
    name = view.filters.get("scene", "")
    if name == URGENT:
        return Picture(URGENT, view.text("room.urgent"), URGENT, view.area, EXTRA_DWELL_S)
    extra = next((one for one in composed(view).extra if one == name), None)
    if extra:
        return _extra(view, extra)
    found = pictures(view)
    asked = view.filters.get("town", view.area)
    same = [one for one in found if one.area == asked]
    return next(iter(same or found))


def silent(view: View, room: Room | None) -> list[str]:
    """The pictures that the turn leaves out because they have nothing to say, as "scene/area"."""
    if room is None:
        return []
    talking = frozenset(signals.talking_towns(view, room))
    found = (one for one in pictures(view) if not _talks(view, room, one, talking))
    return [f"{one.name}/{one.area}" for one in found]


def _talks(view: View, room: Room, one: Picture, talking: frozenset[str]) -> bool:
    """Whether a picture has something to say; a town's wall always shows its town."""
    if one.show == "town":
        return one.area in talking or not view.is_city
    if one.show == "control":
        return bool(signals.charts(view))
    if one.show == "alerts":
        return bool(room.lives)  # the band says that there is none
    return one.show != "oldest" or room.work.overdue > 0


def _picture(view: View, scene: Scene, area: str) -> Picture:
    title = scene.title.text.of(view.lang)
    if area != view.profile.code:
        title = f"{view.area_name(area)} · {title}"
    return Picture(scene.name, title, scene.shown, area, scene.dwell_s, scene.kpi)


def _extra(view: View, name: str) -> Picture:
    return Picture(name, view.text(f"room.{name}"), name, view.area, EXTRA_DWELL_S)


def _areas(view: View, scene: Scene) -> tuple[str, ...]:
    if not view.is_city:
        return (view.area,)
    return tuple(view.profile.town_by_code) if scene.shown == "town" else (view.profile.code,)
