"""Who is on duty: an office and its hours, never a person."""

from __future__ import annotations

import json

from dash.development.base_component import Component

from feeds.wall import wall_profile
from feeds.wall.wall_profile import Shift
from layouts.html import attributes
from layouts.html import elements as html
from layouts.text import times
from layouts.view import View


def draw(view: View) -> Component:
    """The shift on duty, updated by the browser; a text says so where the profile names none."""
    shifts = wall_profile.of(view.profile).duty
    known = [[shift.from_, shift.to, _said(view, shift)] for shift in shifts]
    now = wall_profile.shift_at(shifts, f"{times.local(view.now_ms, view.profile.tz):%H:%M}")
    text = _said(view, now) if now else view.text("wall.duty_none")
    return html.Span(
        text,
        className="duty-line",
        **attributes.data(
            duty=json.dumps(known, ensure_ascii=False), none=view.text("wall.duty_none")
        ),
    )


def _said(view: View, shift: Shift) -> str:
    return shift.name.text.of(view.lang)
