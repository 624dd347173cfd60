"""The marks of a replay, so that nobody takes it for live: a band above with the moment, a band
below with the time bar, a frame.

The moment stays until assets/wall/replay.js plays on. A moment that can't be shown has a sentence
with the reason.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from dash.development.base_component import Component

from layouts.html import attributes, islands
from layouts.html import elements as html
from layouts.html import render as markup
from layouts.parts import components
from layouts.text import times
from layouts.view import Replay, View
from layouts.wall import playlist

SPEEDS, FIRST_SPEED = (1, 10, 60, 600), 60
WORDS = (
    "play",
    "pause",
    "waiting",
    "ended",
    "future",
    "behind",
    "before",
    "late",
    "busy",
    "away",
    "unreadable",
)


def build(view: View, replay: Replay) -> list[Component]:
    """Bands and frame, and the sentence of a moment that can't be shown, over the picture."""
    across = playlist.canvas_of(view).across
    over = html.Div(
        [html.Span(refusal(view, replay), **attributes.data(refusal=""))],
        className="replay-refused",
        role="status",
    )
    return [
        html.Div(className="replay-frame"),
        html.Div(
            [_mark(view, replay) for _ in range(across)], className="replay-band", role="note"
        ),
        html.Div(
            [_bar(view, replay)],
            className="replay-foot",
            style={"--column": str((across + 1) // 2)},
        ),
        over,
    ]


def data_attributes(view: View) -> dict[str, Any]:
    """The data for the player of a replay; empty on a live wall."""
    if not view.replay:
        return {}
    r, words = view.replay, {name: view.text(f"replay.{name}") for name in WORDS}
    words["before_first"] = view.text(f"replay.before_{r.known_at}")
    known = {
        "at": r.at_ms,
        "known": r.known_at,
        "day": r.day,
        "refused": r.refused,
        "speed": FIRST_SPEED,
        "words": words,
    }
    return attributes.data(replay=json.dumps(known, ensure_ascii=False))


def refusal(view: View, replay: Replay) -> str:
    """Why the moment can't be shown, in a sentence; "" where it can."""
    if replay.refused == "before" and replay.first_ms:
        return view.text(f"replay.before_{replay.known_at}", moment=_said(view, replay.first_ms))
    return view.text(f"replay.{replay.refused}") if replay.refused else ""


def _said(view: View, at_ms: int) -> str:
    return f"{times.date(at_ms, view.profile.tz, view.lang)} {times.clock(at_ms, view.profile.tz)}"


def _mark(view: View, replay: Replay) -> Component:
    parts = [
        html.Span(view.text("replay.mark"), className="replay-word"),
        html.Span(
            _said(view, replay.at_ms),
            className="replay-moment",
            **attributes.data(replay_moment=""),
        ),
        html.Span(view.text(f"replay.{replay.known_at}_mark"), className="replay-not"),
    ]
    return html.Div(parts, className="replay-mark")


def _bar(view: View, replay: Replay) -> Component:
    speeds = html.Div(
        [_speed(n) for n in SPEEDS],
        className="replay-speeds",
        role="group",
        **_called(view, "speed"),
    )
    said = html.Span(className="replay-said", role="status", **attributes.data(replay_said=""))
    days = [_button(view, "back"), _scrub(view, replay), _button(view, "on"), _jump(view, replay)]
    parts = [
        _button(view, "toggle", "play"),
        speeds,
        said,
        *days,
        _button(view, "scene"),
        *_links(view, replay),
    ]
    return html.Div(parts, className="replay-bar", role="group", **_called(view, "bar"))


def _links(view: View, replay: Replay) -> list[Component]:
    """Links to the same moment as known at the other time, and back to what is live."""
    at = (
        datetime.fromtimestamp(replay.at_ms / 1000, UTC)
        .isoformat(timespec="seconds")
        .replace("+00:00", "Z")
    )
    other = "now" if replay.known_at == "then" else "then"
    known = components.address(view, at=at, known="now" if other == "now" else "")
    about = view.text("replay.known_how")
    to_other = html.A(
        view.text(f"replay.{other}"),
        href=known,
        className="replay-link",
        title=about,
        **attributes.data(replay_known=other),
    )
    hooks = attributes.data(replay_live="")
    return [
        to_other,
        html.A(
            view.text("replay.live"),
            href=components.address(view),
            className="replay-link replay-live",
            **hooks,
        ),
    ]


def _called(view: View, name: str) -> dict[str, Any]:
    return attributes.aria(label=view.text(f"replay.{name}"))


def _button(view: View, act: str, word: str = "") -> Component:
    hooks = attributes.data(replay_act=act)
    return html.Button(
        view.text(f"replay.{word or act}"),
        type="button",
        className=f"replay-button replay-button--{act}",
        **hooks,
    )


def _speed(n: int) -> Component:
    pressed = attributes.aria(pressed="true" if n == FIRST_SPEED else "false")
    return html.Button(
        f"{n}×",
        type="button",
        className="replay-button",
        **attributes.data(replay_speed=str(n)),
        **pressed,
    )


def _scrub(view: View, replay: Replay) -> Component:
    """The day's minutes under one thumb, with its hours written below."""
    start, end = replay.day
    value, most = (replay.at_ms - start) // 60_000, (end - start) // 60_000 - 1
    hooks = {"data-scrub": "", "aria-label": view.text("replay.scrub")}
    thumb = markup.tag(
        "input", type="range", min="0", max=str(most), step="1", value=str(value), **hooks
    )
    hours = "".join(
        markup.tag("span", text=f"{n:02d}", data_style=f"left:{100 * n / 24:.3f}%")
        for n in range(0, 25, 3)
    )
    return islands.Markup(
        "div",
        {"className": "replay-scrub"},
        f'{thumb}<div class="replay-hours" aria-hidden="true">{hours}</div>',
    )


def _jump(view: View, replay: Replay) -> Component:
    """Any moment at all, in the city's time."""
    value = f"{times.local(replay.at_ms, view.profile.tz):%Y-%m-%dT%H:%M:%S}"
    hooks = {"data-jump": "", "aria-label": view.text("replay.jump")}
    return islands.Markup(
        "div",
        {"className": "replay-jump"},
        markup.tag("input", type="datetime-local", step="1", value=value, **hooks),
    )
