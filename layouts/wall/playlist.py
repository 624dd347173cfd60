"""The order of a wall's pictures: every scene of the profile with its parts and towns, and how long
each is shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from feeds.wall import wall_profile
from feeds.wall.wall_profile import Scene
from layouts.view import View
from layouts.wall import canvas, fitting
from layouts.wall.canvas import Canvas
from layouts.wall.fitting import Placed


@dataclass(frozen=True)
class Picture:
    """One picture of a scene: of an area, and which part of how many."""

    scene: Scene
    area: str
    part: int = 0
    parts: int = 1


def canvas_of(view: View) -> Canvas:
    """The glass that the address or the profile names."""
    return canvas.declared(
        wall_profile.of(view.profile),
        view.filters.get("size", ""),
        view.filters.get("panels", ""),
        replay=view.replay is not None,
    )


def pictures(view: View) -> tuple[Picture, ...]:
    """All pictures in their order; those of one scene where the address names it. A town's wall has
    the town alone.
    """
    wall, glass = wall_profile.of(view.profile), canvas_of(view)
    fixed = wall.scene(view.filters.get("scene", ""))
    found: list[Picture] = []
    for scene in [fixed] if fixed else wall.scenes:
        n = len(placed(view, scene, glass))
        found += [
            Picture(scene, area, part, n) for area in _areas(view, scene) for part in range(n)
        ]
    return tuple(found)


def current(view: View) -> Picture:
    """The one that the address names, else the first; of a scene that is each town's the city's own
    until the browser asks for a town.
    """
    found = pictures(view)
    part = int(view.filters.get("part", "0")) if view.filters.get("part", "0").isdigit() else 0
    same = [p for p in found if p.area == view.area and p.part == part] or [
        p for p in found if p.area == view.area
    ]
    return next(iter(same), Picture(found[0].scene, view.area, 0, found[0].parts))


def placed(view: View, scene: Scene, glass: Canvas) -> tuple[tuple[Placed, ...], ...]:
    return fitting.parts(scene, glass, len(view.profile.towns))


def _areas(view: View, scene: Scene) -> tuple[str, ...]:
    if not view.is_city and view.filters.get("of", "") != "city":
        return (view.area,)
    return tuple(view.profile.town_by_code) if scene.each == "town" else (view.profile.code,)
