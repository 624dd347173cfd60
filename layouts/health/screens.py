"""The walls by their heartbeats: open, frozen, gone or of an old build; and the number and paths of
other open pages.
"""

from __future__ import annotations

from collections import Counter
from typing import Literal

from dash.development.base_component import Component

from feeds.screens.heartbeats import WALL, how
from feeds.wall import wall_profile
from layouts.health import pieces
from layouts.health.page_values import Screen
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import forms
from layouts.text import times
from layouts.view import View

DAY_MS = 86_400_000
Shape = Literal["open", "old", "frozen", "gone", "left"]


def shape(screen: Screen, build: str, now_ms: int) -> Shape:
    """As an alert sees it; and old: it runs another build than this."""
    found = how(screen.last_seen, screen.painted, now_ms, left=screen.left)
    return found if found != "shown" else "open" if screen.build == build else "old"


def build(
    view: View, screens: tuple[Screen, ...] | None, paired: tuple[str, ...] = ()
) -> Component:
    if screens is None:
        return pieces.section(view, "screens", pieces.missing(view, "redis"))
    walls = [screen for screen in screens if screen.path == WALL and not _is_over(view, screen)]
    others = [s for s in screens if s.path != WALL and shape(s, s.build, view.now_ms) != "gone"]
    content = (
        _walls(view, walls)
        if walls
        else html.P(view.text("health.walls_none"), className="health-note")
    )
    return pieces.section(
        view, "screens", content, *_unheard(view, walls, paired), _others(view, others)
    )


def _is_over(view: View, wall: Screen) -> bool:
    """Whether an unpaired browser is no wall: it was closed a day ago, or nobody could see it when
    it was last seen.
    """
    condition = shape(wall, wall.build, view.now_ms)
    return not wall.name and (
        wall.hidden
        if condition == "gone"
        else condition == "left" and view.now_ms - wall.last_seen > DAY_MS
    )


def _unheard(view: View, walls: list[Screen], paired: tuple[str, ...]) -> list[Component]:
    """The paired walls without a record."""
    names = [name for name in paired if name not in {wall.name for wall in walls}]
    said = view.text("health.never_heard", names=pieces.listed(view, names))
    return (
        [html.P(said, className="health-note", **attributes.data(unheard=str(len(names))))]
        if names
        else []
    )


def _walls(view: View, walls: list[Screen]) -> Component:
    names = (
        "wall",
        "scene",
        "screen_state",
        "since",
        "painted",
        "heard",
        "reconnects",
        "resyncs",
        "errors",
        "size",
        "screen_build",
        "heap",
    )
    return pieces.table(
        [view.text(f"health.{name}") for name in names],
        [_wall(view, wall) for wall in walls],
        "table--walls",
    )


def _wall(view: View, wall: Screen) -> list[pieces.Content]:
    condition = shape(wall, view.build, view.now_ms)
    place = view.area_name(wall.area)
    name = html.Span(
        f"{wall.name} · {place}" if wall.name else place, **attributes.data(wall=condition)
    )
    return [
        name,
        _scene(view, wall),
        html.Div([pieces.state(view, condition), *_taken_down(view, wall, condition)]),
        _lasting(view, wall),
        pieces.when(view, wall.painted),
        pieces.when(view, wall.last_seen),
        str(wall.reconnects),
        str(wall.resyncs),
        str(wall.errors),
        f"{wall.width} × {wall.height}",
        wall.build,
        f"{wall.heap_mb} MB" if wall.heap_mb else "—",
    ]


def _taken_down(view: View, wall: Screen, condition: Shape) -> list[Component]:
    """The form, for a wall that vanished, that reports that it is no longer there, so that nobody
    is alerted.
    """
    who = forms.editor(view, "manage") if condition == "gone" else None
    label = f"{wall.name or view.area_name(wall.area)}, {pieces.moment(view, wall.last_seen)}"
    return (
        [forms.button(view, who, f"/health/walls/{wall.id}/down", "health.take_down", label)]
        if who
        else []
    )


def _scene(view: View, wall: Screen) -> str:
    """What it shows by its title; a scene that the profile no longer has by its name."""
    scene = wall_profile.of(view.profile).scene(wall.scene)
    return scene.title.text.of(view.lang) if scene else wall.scene or "—"


def _lasting(view: View, wall: Screen) -> Component:
    """For how long it has been open, and since when."""
    span = times.duration((wall.last_seen - wall.since) / 1000, view.lang)
    return html.Span(
        [span, html.Span(pieces.moment(view, wall.since), className="health-moment")],
        className="health-when",
    )


def _others(view: View, others: list[Screen]) -> Component:
    by_path = Counter(screen.path for screen in others).most_common()
    words = pieces.listed(view, [f"{path} × {n}" for path, n in by_path])
    said = (
        view.text("health.others", n=len(others), pages=words)
        if others
        else view.text("health.others_none")
    )
    return html.P(said, className="health-note", **attributes.data(others=str(len(others))))
