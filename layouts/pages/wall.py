"""The wall: one scene after another on a screen of any size. It runs unattended, is read from
metres away, and has no mouse.

`build` makes the whole page, `scene` one picture of it. Both are pure; the browser only replaces
one picture by the next.
"""

from __future__ import annotations

import json
from typing import Any

from dash.development.base_component import Component

from feeds import kpis
from feeds.city.words import Text
from feeds.figures import freshness
from feeds.wall import wall_profile
from layouts.alerts import strip
from layouts.html import attributes
from layouts.html import elements as html
from layouts.page import Page
from layouts.parts import components
from layouts.view import View
from layouts.wall import blocks, playlist, replaybar
from layouts.wall.playlist import Picture


def build(view: View) -> Component:
    """The room of all scenes: the bars around them and the first picture."""
    stage = html.Div([scene(view)], className="wall-stage", **attributes.data(stage=""))
    replay = replaybar.build(view, view.replay) if view.replay else []
    return html.Div(
        [_top(view), stage, _foot(view), *_over(), *replay],
        className="wall-room",
        **_data_attributes(view),
        **replaybar.data_attributes(view),
    )


def scene(view: View) -> Component:
    """One picture: the blocks of the scene that the address names, in their places."""
    now = playlist.current(view)
    parts = playlist.placed(view, now.scene, playlist.canvas_of(view))
    about = html.H2(title(view, now), className="unseen")
    drawn = [blocks.draw(view, placed) for placed in parts[now.part]]
    return html.Div(
        [about, *drawn],
        className="wall-scene",
        **attributes.data(scene=now.scene.name, of=view.area, part=str(now.part)),
    )


def title(view: View, picture: Picture) -> str:
    """What a picture is called: the town's name before it where it is one town's."""
    name = picture.scene.title.text.of(view.lang)
    part = f" {picture.part + 1}/{picture.parts}" if picture.parts > 1 else ""
    return (
        f"{view.area_name(picture.area)} · {name}{part}"
        if picture.area != view.profile.code
        else f"{name}{part}"
    )


def _top(view: View) -> Component:
    names = [
        html.Span(view.profile.title.text.of(view.lang), className="brand-city"),
        html.Span(
            title(view, playlist.current(view)),
            className="brand-scene",
            **attributes.data(scene_title=""),
        ),
        html.Span("", className="brand-held", **attributes.data(held="")),
        html.Span("", className="brand-held", **attributes.data(mute=view.text("wall.mute"))),
    ]
    doubt = html.Span("", className="clock-doubt", **attributes.data(doubt=""))
    middle = html.Div(
        [*components.demo(view), components.reporting(view)], className="status status--middle"
    )
    last = html.Div(
        [components.connection(view), doubt, components.clock(view)],
        className="status status--last",
    )
    return html.Header([html.Div(names, className="brand"), middle, last], className="wall-top")


def _foot(view: View) -> Component:
    """The alarms, or what the screen waits for while it has nothing; who is on duty; and how new it
    all is.
    """
    waiting = (
        [
            html.Span(
                view.text("page.loading"), className="wall-waiting", **attributes.data(waiting="")
            )
        ]
        if view.at is None
        else []
    )
    on_duty = html.Span(
        [html.Span(view.text("wall.duty"), className="duty-word"), blocks.duty(view, "duty-line")],
        className="duty-foot",
    )
    as_of = html.Span(components.as_of(view), className="wall-as-of", **attributes.data(as_of=""))
    return html.Div([strip.build(view), *waiting, on_duty, as_of], className="wall-foot")


def _over() -> list[Component]:
    """The layers over the picture: no data received, a code, a stored picture, the night."""
    return [
        html.Div(
            [html.Span("", className="silence-what"), html.Span("", className="silence-since")],
            className="wall-silence",
            role="status",
            **attributes.data(silence=""),
        ),
        html.Div(
            [
                html.Span("", className="code-what"),
                html.Span("", className="code-digits"),
                html.Span("", className="code-how"),
            ],
            className="wall-code",
            **attributes.data(code=""),
        ),
        html.Div("", className="wall-kept", **attributes.data(kept="")),
        html.Div("", className="wall-night", **attributes.data(night="")),
    ]


def _data_attributes(view: View) -> dict[str, Any]:
    """The data for the player: the pictures in order, the canvas, and the profile's night and
    shifts.
    """
    wall, glass = wall_profile.of(view.profile), playlist.canvas_of(view)
    found = playlist.pictures(view)
    pictures = [
        {
            "scene": p.scene.name,
            "area": p.area,
            "part": p.part,
            "title": title(view, p),
            "dwell_s": p.scene.dwell_s,
        }
        for p in found
    ]
    night = {"from": wall.night_from, "to": wall.night_to, "brightness": wall.night_brightness}
    care = {
        name: getattr(wall, name)
        for name in ("shift_px", "shift_minutes", "reload_at", "memory_mb", "sound")
    }
    care["silence_s"] = freshness.LATE_AFTER * min(view.cadence_s(kpi) for kpi in kpis.CATALOGUE)
    names = (
        "held",
        "pinned",
        "gone",
        "since",
        "silence",
        "doubt",
        "doubt_long",
        "kept",
        "code",
        "code_how",
    )
    words = {name: view.text(f"wall.{name}") for name in names}
    return attributes.data(
        pictures=json.dumps(pictures, ensure_ascii=False),
        night=json.dumps(night),
        care=json.dumps(care),
        words_wall=json.dumps(words, ensure_ascii=False),
        size=view.filters.get("size", ""),
        panels=view.filters.get("panels", ""),
        ratio=f"{glass.w / glass.h:.5f}",
        across=str(glass.across),
        down=str(glass.down),
    )


def _scale(view: View) -> dict[str, str]:
    """How many units the glass has: the one thing that all its sizes follow from."""
    glass = playlist.canvas_of(view)
    return {
        "--w": f"{glass.w:.2f}",
        "--h": f"{glass.h:.2f}",
        "--across": str(glass.across),
        "--side": f"{glass.side:.1f}",
        "--gutter": f"{glass.gutter:.1f}",
        "--lead": f"{glass.lead:.0f}",
        "--tail": f"{glass.tail:.0f}",
    }


PAGE = Page(
    "/wall",
    "wall",
    Text("大屏", "Wall"),
    build,
    periods=("today", "year"),
    bare=True,
    page_data=("city",),
    replays=True,
    style=_scale,
    filters=("scene", "part", "size", "panels", "of"),
)
