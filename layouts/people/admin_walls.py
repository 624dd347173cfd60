"""/admin/walls: the paired walls, and how one is taken away."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from layouts.html import elements as html
from layouts.people import fields, frame, tables
from layouts.people.page_values import EMPTY, Built, Filled, Wall
from layouts.view import View

LIST, PAIR = "/admin/walls", "/pair"


def build(view: View, walls: Sequence[Wall], filled: Filled = EMPTY, done: str = "") -> Built:
    """The list, with the way to pair another."""
    parts: list[Component] = [
        html.P(view.text("people.walls_lead", n=str(len(walls))), className="people-lead"),
        frame.action(view, "people.pair_wall", PAIR),
    ]
    if walls:
        head = ("wall", "area", "by", "created", "wall_state", "")
        rows = [_row(view, one) for one in walls]
        parts.append(tables.table(view, "people.walls", head, rows))
    return frame.build(view, "people.walls", parts, filled, done=done, section="walls", kind="wide")


def _row(view: View, one: Wall) -> list[tables.Cell]:
    away = fields.confirmed(
        view.text("people.take_away"),
        view.text("people.take_away_help", name=one.name),
        frame.at(view, LIST),
        view.person.csrf,
        "take_away",
        name=one.name,
    )
    return [
        one.name,
        one.area or view.text("people.whole_city"),
        one.by or "—",
        tables.moment(view, one.created),
        _state(view, one),
        away,
    ]


def _state(view: View, one: Wall) -> Component:
    seen = tables.moment(view, one.seen)
    word = view.text(f"people.wall_{one.state or 'never'}", seen=seen)
    kind = "active" if one.state == "shown" else "disabled" if one.state == "gone" else "invited"
    return html.Span(word, className=f"people-state people-state--{kind}")
