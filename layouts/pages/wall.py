"""The wall: what a command centre asks, always in place, and one picture after another beside it.
It runs unattended on a screen of any size, is read from metres away, and has no mouse.

`build` makes the whole page, `blocks` what is in place, `scene` one picture of the turn. All are
pure; the browser replaces blocks and pictures by newer ones.
"""

from __future__ import annotations

import json
from typing import Any

from dash.development.base_component import Component

from feeds.city.words import Text
from feeds.wall import wall_profile
from layouts.html import attributes
from layouts.html import elements as html
from layouts.page import Page
from layouts.parts import components
from layouts.view import View
from layouts.wall import (
    band,
    charts,
    day,
    duty,
    empty,
    flow,
    happenings,
    playlist,
    replaybar,
    signals,
    turn,
    year,
)
from layouts.wall.canvas import Area
from layouts.wall.composition import BAND, Placed
from layouts.wall.page_values import Room

DUTY_U = 440.0
WORDS = (
    "held",
    "pinned",
    "gone",
    "stopped",
    "standing",
    "trying",
    "unknown_alerts",
    "before_alerts",
    "before_none",
    "silence",
    "since",
    "doubt",
    "doubt_long",
    "kept",
    "code",
    "code_how",
)


def build(view: View) -> Component:
    """The room of all pictures: the bars around them, what is in place, and the first picture."""
    replay = replaybar.build(view, view.replay) if view.replay else []
    room = room_of(view)
    is_empty = empty.holds(view, room)
    inside = [empty.draw(view)] if is_empty else _inside(view)
    return html.Div(
        [
            _top(view, room),
            *inside,
            _foot(view, room, is_empty=is_empty),
            *_over(),
            *replay,
            _back(view),
        ],
        className="wall-room",
        **_data_attributes(view, room, is_empty=is_empty),
        **replaybar.data_attributes(view),
    )


def _back(view: View) -> Component:
    """The way back for who opened the wall on a phone; elsewhere it is not shown."""
    return html.A(view.text("wall.back"), href=components.address(view, "/"), className="wall-back")


def _inside(view: View) -> list[Component]:
    """What is in place, and the turn beside it."""
    turn_at = playlist.composed(view).turn
    now = html.Div(
        [block for _, block in blocks(view)], className="wall-now", **attributes.data(now="")
    )
    stage = html.Div(
        [scene(view)], className="wall-stage", style=_place(turn_at), **attributes.data(stage="")
    )
    return [now, stage]


def blocks(view: View) -> list[tuple[str, Component]]:
    """Everything that is in place, by a name of its own."""
    room = room_of(view)
    found: list[tuple[str, Component]] = []
    for placed in playlist.composed(view).blocks:
        name = f"{placed.show}-{placed.part}"
        inner = _block(view, room, placed)
        stacked = " is-stacked" if placed.show == "band" and placed.at.h > BAND else ""
        block = html.Div(
            inner,
            className=f"block block--{placed.show}{stacked}",
            style=_place(placed.at),
            **attributes.data(block=name),
        )
        found.append((name, block))
    return found


def line(view: View) -> Component:
    """The line of events at the foot."""
    return happenings.in_line(view, room_of(view), _line_w(view))


def scene(view: View) -> Component:
    """One picture of the turn: the one that the address names."""
    now = playlist.current(view)
    about = html.H2(now.title, className="unseen")
    drawn = turn.draw(view, room_of(view), now, playlist.composed(view).turn)
    return html.Div(
        [about, drawn],
        className=f"wall-scene wall-scene--{now.show}",
        **attributes.data(scene=now.name, of=now.area),
    )


def room_of(view: View) -> Room | None:
    """What the wall shows besides its topics; None where it could not be read."""
    found: Room | None = view.page_data.get("room")
    return found


def _block(view: View, room: Room | None, placed: Placed) -> Component:
    match placed.show:
        case "band":
            return band.draw(view, room, placed.at)
        case "flow":
            return flow.draw(view, room, placed.at.w)
        case "kinds":
            return flow.kinds(view, room, placed.at.w)
        case "day":
            return day.draw(view, room, placed.at)
        case "year":
            return year.draw(view, room, placed.at.w)
        case "weeks":
            return charts.weeks(view, placed.at, placed.part)
        case "towns":
            return charts.towns(view, room, placed.at)
        case "oldest":
            return turn.oldest_block(view, room, placed.at)
        case "events":
            return happenings.draw(view, room, placed.at)


def _place(at: Area) -> dict[str, str]:
    return {
        "--x": f"{at.x:.1f}",
        "--y": f"{at.y:.1f}",
        "--bw": f"{at.w:.1f}",
        "--bh": f"{at.h:.1f}",
    }


def reporting_state(view: View, room: Room | None) -> str:
    """How the towns report: "silent" where one does not, "unknown" while the history is filled or
    nothing was ever received.
    """
    if not view.at or (room is not None and room.filling):
        return "unknown"
    return "silent" if view.towns_silent else ""


def _top(view: View, room: Room | None) -> Component:
    centre = view.profile.centre.text.of(view.lang)
    place = centre if view.is_city else view.area_name()
    names = [
        html.Span(view.profile.title.text.of(view.lang), className="brand-city"),
        html.Span(place, className="brand-scene"),
        html.Span("", className="brand-held", **attributes.data(held="")),
        html.Span("", className="brand-held", **attributes.data(mute=view.text("wall.mute"))),
    ]
    said = [
        html.Span(className="late-mark"),
        html.Span("", className="bar-what", **attributes.data(bar_what="")),
        html.Span("", className="bar-more", **attributes.data(bar_more="")),
    ]
    bar = html.Div(said, className="wall-bar", role="status", **attributes.data(bar=""))
    doubt = html.Span("", className="clock-doubt", **attributes.data(doubt=""))
    reporting = [components.reporting(view)]
    middle = html.Div([*components.demo(view), *reporting], className="status status--middle")
    last = html.Div(
        [components.connection(view), doubt, components.clock(view)],
        className="status status--last",
    )
    silent = attributes.data(towns_state=reporting_state(view, room))
    return html.Header(
        [html.Div(names, className="brand"), bar, middle, last], className="wall-top", **silent
    )


def _foot(view: View, room: Room | None, *, is_empty: bool) -> Component:
    """The events that matter, what the screen waits for while it has nothing, and who is on
    duty.
    """
    waiting = (
        [
            html.Span(
                view.text(f"page.{components.waits_for(view)}"),
                className="wall-waiting",
                **attributes.data(waiting=""),
            )
        ]
        if view.topic is None
        else []
    )
    events = [] if is_empty else [happenings.in_line(view, room, _line_w(view))]
    column, glass = _now_column(view), playlist.canvas_of(view)
    pad = glass.gutter if column else glass.side
    return html.Div(
        [
            html.Div(events, className="foot-line", **attributes.data(line="")),
            *waiting,
            html.Div([duty.draw(view)], className="duty-foot"),
        ],
        className="wall-foot",
        style={"--now-column": str(1 + column), "--now-pad": f"{pad:.1f}"},
    )


def _line_w(view: View) -> float:
    """How much of the foot the line of events has: a panel, less who is on duty where both stand in
    it.
    """
    glass = playlist.canvas_of(view)
    w = glass.cells[_now_column(view)][0].w
    return w - DUTY_U if glass.across == 1 else w


def _now_column(view: View) -> int:
    """Which panel shows what is in place now."""
    band_x = next(one.at.x for one in playlist.composed(view).blocks if one.show == "band")
    glass = playlist.canvas_of(view)
    return int(band_x / (glass.w / glass.across))


def _over() -> list[Component]:
    """The layers over the picture: a code, a stored picture, the night."""
    return [
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


def _data_attributes(view: View, room: Room | None, *, is_empty: bool) -> dict[str, Any]:
    """The data for the player: the pictures in order, the canvas, and the profile's night and
    shifts.
    """
    wall, glass = wall_profile.of(view.profile), playlist.canvas_of(view)
    pictures = [
        {"scene": p.name, "area": p.area, "title": p.title, "dwell_s": p.dwell_s}
        for p in playlist.pictures(view)
    ]
    night = {"from": wall.night_from, "to": wall.night_to, "brightness": wall.night_brightness}
    care = {
        name: getattr(wall, name)
        for name in ("shift_px", "shift_minutes", "reload_at", "memory_mb", "sound")
    }
    care["silence_s"] = signals.silence_s(view)
    words = {name: view.text(f"wall.{name}") for name in WORDS} | {"for": view.text("room.for")}
    return attributes.data(
        pictures=json.dumps(pictures, ensure_ascii=False),
        quiet=json.dumps(playlist.silent(view, room)),
        filling="yes" if room and room.filling else "",
        empty="yes" if is_empty else "",
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
    help="wall#what-it-shows",
    periods=("today", "year"),
    bare=True,
    page_data=("room",),
    replays=True,
    style=_scale,
    filters=("scene", "size", "panels", "town"),
)
