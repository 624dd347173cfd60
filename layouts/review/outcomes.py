"""What came of last quarter's commitments: one square each, and by town those that were not kept.

There is one source. Where commitments are made on the board, those; else those that are reported as
events, of which only the towns' numbers are known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dash.development.base_component import Component

from feeds.review.review_values import Review
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import components
from layouts.parts.diagrams import Role
from layouts.review import earlier
from layouts.review.sentences import Wording
from layouts.view import View

State = Literal["kept", "missed", "unclear", "open"]
STATES: tuple[State, ...] = ("kept", "missed", "unclear", "open")
SHAPES: dict[State, tuple[str, Role]] = {
    "kept": ("■", "data"),
    "missed": ("◆", "concern"),
    "unclear": ("▼", "common"),
    "open": ("□", "common"),
}
_OF: dict[str, State] = {
    "met": "kept",
    "missed": "missed",
    "unclear": "unclear",
    "nodata": "unclear",
    "pending": "open",
}
MOST_ROWS = 6


@dataclass(frozen=True)
class Row:
    """A town's commitment, or its commitments together: what it was, and what came of it."""

    town: str
    state: State
    what: str
    became: str


@dataclass(frozen=True)
class Outcome:
    """Commitments by state, and the rows of those that were not kept (or can't be told)."""

    squares: tuple[State, ...]
    rows: tuple[Row, ...]

    def count(self, state: State) -> int:
        return self.squares.count(state)

    @property
    def due(self) -> int:
        return len(self.squares) - self.count("open")


def is_on_board(review: Review) -> bool:
    """Whether commitments are made on the board, and not reported as events."""
    return bool(review.commitments)


def of(said: Wording) -> Outcome:
    """What came of the commitments by the end of the quarter."""
    return _of_board(said) if is_on_board(said.review) else _of_events(said)


def _of_board(said: Wording) -> Outcome:
    found = sorted(said.review.commitments, key=lambda one: STATES.index(_OF[one.outcome]))
    rows = []
    for one in found:
        state = _OF[one.outcome]
        if state in ("kept", "open"):
            continue
        target = said.target(one.target, one.kpi)
        what = said.say("commitment_to", title=said.title(one.kpi), target=target)
        became = said.reading(one.reading, one.kpi) if one.reading else said.say("usual")
        rows.append(Row(one.town, state, what, became))
    return Outcome(tuple(_OF[one.outcome] for one in found), tuple(rows))


def _of_events(said: Wording) -> Outcome:
    kept = said.review.figure("commitments.kept")
    still = said.review.figure("commitments.open")
    n = int(kept.city.n or 0) if kept else 0
    of = int(kept.city.of or 0) if kept else 0
    running = int(still.city.n or 0) if still and not of else 0
    many: tuple[tuple[State, int], ...] = (("kept", n), ("missed", of - n), ("open", running))
    squares = [state for state, times in many for _ in range(times)]
    rows = []
    for town in kept.towns if kept else ():
        if town.of and (town.n or 0) < town.of:
            parts = {"n": said.count(town.n or 0), "of": said.count(town.of)}
            rows.append(Row(town.town, "missed", said.say("commitment_of_town", **parts), ""))
    return Outcome(tuple(squares), tuple(rows))


def headline(said: Wording, found: Outcome) -> tuple[str, str]:
    """What came of them, and the part of it that is not good."""
    if not found.squares:
        return said.say("commitments_none"), ""
    if not found.due:
        return said.say("commitments_open", n=found.count("open")), ""
    lead = said.say("commitments_due", due=found.due, kept=found.count("kept"))
    missed = found.due - found.count("kept")
    if not missed:
        return lead + said.say("commitments_all"), ""
    return lead, said.say("commitments_missed", n=missed)


def others(said: Wording, found: Outcome) -> str:
    """How many towns kept all of theirs."""
    n = len(said.review.towns) - len({row.town for row in found.rows})
    return said.say("others_kept", n=n) if found.rows and n else ""


def aside(view: View, said: Wording) -> Component:
    """The column beside the agenda."""
    found = of(said)
    lead, bad = headline(said, found)
    head = html.H3(said.say("commitments"))
    sentence = html.P(
        [lead, html.Span(bad, **attributes.data(role="concern"))], className="outcomes-lead"
    )
    parts = [head, sentence]
    if found.squares:
        parts += [_squares(said, found.squares), _key(said, found)]
    parts += [_row(view, said, row) for row in found.rows[:MOST_ROWS]]
    rest = others(said, found)
    parts += [html.P(rest, className="control-note")] if rest else []
    parts += earlier.section(view, said)
    return html.Aside(parts, className="outcomes")


def _squares(said: Wording, squares: Sequence[State]) -> Component:
    counts = {state: squares.count(state) for state in STATES}
    shapes = [
        html.Span(SHAPES[one][0], className="mark", **attributes.data(role=SHAPES[one][1]))
        for one in squares
    ]
    return html.Div(
        shapes,
        className="outcomes-squares",
        role="img",
        **attributes.aria(label=said.say("square_alt", **counts)),
    )


def _key(said: Wording, found: Outcome) -> Component:
    parts = [
        html.Span(f"{SHAPES[state][0]} {said.say(f'square_{state}')}")
        for state in STATES
        if found.count(state)
    ]
    return html.P([*parts, html.Span(said.say("square_each"))], className="outcomes-key")


def _row(view: View, said: Wording, row: Row) -> Component:
    mark, role = SHAPES[row.state]
    town = html.A(said.full[row.town], href=components.address(view, area=row.town, kpi=""))
    what = html.Span([row.what, html.B(row.became, **attributes.data(role=role))])
    shape = html.Span(mark, className="mark", **attributes.data(role=role))
    return html.Div([shape, town, what], className="outcomes-row")
