"""The walls by their heartbeats: open, frozen, gone or of an old build; and how many other pages are open, and which."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from dash import html
from dash.development.base_component import Component

from layouts import attributes, times
from layouts.health import pieces
from layouts.health.standing import Screen
from layouts.view import View

WALL = "/wall"
SILENT_MS = 60_000
Shape = Literal["open", "old", "frozen", "gone"]


def shape(screen: Screen, build: str, now_ms: int) -> Shape:
    """gone: silent for over a minute; frozen: heard, but it has drawn nothing for one; old: it runs another build than this."""
    if now_ms - screen.heard > SILENT_MS:
        return "gone"
    if screen.heard - screen.painted >= SILENT_MS:
        return "frozen"
    return "open" if screen.build == build else "old"


def build(view: View, screens: tuple[Screen, ...] | None) -> Component:
    if screens is None:
        return pieces.section(view, "screens", pieces.missing(view, "redis"))
    walls = [screen for screen in screens if screen.path == WALL]
    others = [s for s in screens if s.path != WALL and shape(s, s.build, view.now_ms) != "gone"]
    content = _walls(view, walls) if walls else html.P(view.text("health.walls_none"), className="health-note")
    return pieces.section(view, "screens", content, _others(view, others))


def _walls(view: View, walls: list[Screen]) -> Component:
    names = (
        "wall", "scene", "screen_state", "since", "painted", "heard", "reconnects", "resyncs", "errors", "size", "screen_build", "heap",
    )  # fmt: skip
    return pieces.table([view.text(f"health.{name}") for name in names], [_wall(view, wall) for wall in walls], "table--walls")


def _wall(view: View, wall: Screen) -> list[pieces.Content]:
    standing = shape(wall, view.build, view.now_ms)
    name = html.Span(view.area_name(wall.area), **attributes.data(wall=standing))
    return [
        name, _scene(view, wall), pieces.state(view, standing), _lasting(view, wall),
        pieces.when(view, wall.painted), pieces.when(view, wall.heard),
        str(wall.reconnects), str(wall.resyncs), str(wall.errors), f"{wall.width} × {wall.height}", wall.build,
        f"{wall.heap_mb} MB" if wall.heap_mb else "—",
    ]  # fmt: skip


def _scene(view: View, wall: Screen) -> str:
    """What it shows by its title; a scene that the profile no longer has by its name."""
    scene = view.profile.wall.scene(wall.scene)
    return scene.title.text.of(view.lang) if scene else wall.scene or "—"


def _lasting(view: View, wall: Screen) -> Component:
    """For how long it has been open, and since when."""
    span = times.span((wall.heard - wall.since) / 1000, view.lang)
    return html.Span([span, html.Span(pieces.moment(view, wall.since), className="health-moment")], className="health-when")


def _others(view: View, others: list[Screen]) -> Component:
    by_path = Counter(screen.path for screen in others).most_common()
    words = pieces.listed(view, [f"{path} × {n}" for path, n in by_path])
    said = view.text("health.others", n=len(others), pages=words) if others else view.text("health.others_none")
    return html.P(said, className="health-note", **attributes.data(others=str(len(others))))
