"""The flow of work: reported, waiting, in hand, done, with what stands in each stage; and below it
how much of each kind is overdue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash.development.base_component import Component

from feeds.city.words import Lang
from feeds.wall import usual_day
from feeds.wall.open_work import OpenWork
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import drawing
from layouts.text import numbers, times
from layouts.view import View
from layouts.wall import day, fitting, signals
from layouts.wall.page_values import Room

KINDS = 5
KIND_GAP, WORD_GAP = 24.0, 10.0
STAGES = ("opened", "waiting", "handling", "closed")
# How wide the stages are to each other, and how much of each is its edge, where the flow is narrow
# and where it is not.
COLUMNS, EDGES = (270, 222, 468, 280), (34.0, 48.0, 64.0, 40.0)
NARROW_COLUMNS, NARROW_EDGES = (252, 176, 236, 248), (20.0, 38.0, 38.0, 38.0)
NARROW_U, STAGE_GAP = 1056.0, 6.0
FIGURE, OVERDUE = 3.2 * fitting.BOLD, 1.35 * fitting.BOLD  # sizes of type
SCOPE_GAP, BAR_GAP, LEGEND_GAP = 12.0, 18.0, 12.0
KEY_U = 28.0  # of a square in a legend, with its gap
BAR_W, BAR_H, LEAST_BAR = 212.0, 28.0, 60.0
SECOND_MS = 1000


def draw(view: View, room: Room | None, w: float) -> Component:
    """The four stages; a sentence where they could not be read."""
    if room is None:
        return html.P(view.text("room.unread"), className="room-missing")
    marked = signals.stage_of(view)
    is_narrow = w < NARROW_U
    columns, edges = (NARROW_COLUMNS, NARROW_EDGES) if is_narrow else (COLUMNS, EDGES)
    part = (w - STAGE_GAP * (len(columns) - 1)) / sum(columns)
    widths = _widths([part * column for column in columns], edges, _figures(view, room))
    opened, closed = _usual(view, room, widths[0], widths[3])
    stages = [
        _flow(view, room, "opened", usual_day.OPENED, opened, widths[0]),
        _waiting(view, room, widths[1]),
        _handling(view, room, widths[2]),
        _flow(view, room, "closed", usual_day.CLOSED, closed, widths[3]),
    ]
    return html.Div(
        [
            html.Div(
                stage,
                className=f"stage stage--{name}",
                **attributes.data(marked="yes" if name == marked else ""),
            )
            for name, stage in zip(STAGES, stages, strict=True)
        ],
        className="room-flow is-narrow" if is_narrow else "room-flow",
        style={
            "gridTemplateColumns": " ".join(
                f"{width + edge:.0f}fr" for width, edge in zip(widths, edges, strict=True)
            )
        },
    )


def _figures(view: View, room: Room) -> list[str]:
    """The figure of each stage, as it is drawn where there is one."""
    work = room.work
    opened, closed = (sum(room.today.get(n, ())) for n in (usual_day.OPENED, usual_day.CLOSED))
    return [numbers.whole(n, view.lang) for n in (opened, work.waiting, work.handling, closed)]


def _widths(columns: list[float], edges: Sequence[float], figures: list[str]) -> list[float]:
    """The room within each stage. One whose figure has too little takes it from the roomiest."""
    inner = [column - edge for column, edge in zip(columns, edges, strict=True)]
    needed = [fitting.width(figure, FIGURE) for figure in figures]
    for n, least in enumerate(needed):
        roomiest = max(range(len(inner)), key=lambda i: inner[i] - needed[i])
        taken = max(0.0, least - inner[n])
        inner[n] += taken
        inner[roomiest] -= taken
    return inner


def kinds(view: View, room: Room | None, w: float) -> Component:
    """How many of each kind are overdue, of how many open: as many kinds as there is room for, and
    the others together.
    """
    if room is None:
        return html.Div([], className="room-kinds")
    if room.filling:
        return html.Div(html.Span(view.text("room.later_kinds")), className="room-kinds")
    return html.Div([_share(one) for one in _fitting(view, room.work, w)], className="room-kinds")


@dataclass(frozen=True)
class _Share:
    """How many of a kind are overdue, of how many."""

    name: str
    late: int
    of: int
    lang: Lang
    is_all: bool = False

    @property
    def digits(self) -> tuple[str, str]:
        return numbers.whole(self.late, self.lang), f"/{numbers.whole(self.of, self.lang)}"

    @property
    def width(self) -> float:
        words = fitting.width("".join((self.name, *self.digits)), fitting.KIND)
        return words + WORD_GAP + KIND_GAP


def _fitting(view: View, work: OpenWork, w: float) -> list[_Share]:
    """All of it first, then as many kinds as fit, then the others together. What has nothing
    overdue goes first.
    """
    everything = _Share(view.text("room.overdue"), work.overdue, work.open, view.lang, is_all=True)
    kinds = [
        _Share(view.text(f"room.kind_{one.kind}"), one.overdue, one.open, view.lang)
        for one in work.kinds
    ]
    most = max(KINDS, sum(one.late > 0 for one in kinds))
    for n in range(min(most, len(kinds)), -1, -1):
        shown, rest = kinds[:n], kinds[n:]
        late, of = sum(one.late for one in rest), sum(one.of for one in rest)
        others = [_Share(view.text("room.kind_other"), late, of, view.lang)] if late else []
        found = [everything, *shown, *others]
        if sum(one.width for one in found) - KIND_GAP <= w:
            break
    return found


def _share(one: _Share) -> Component:
    late, of = one.digits
    digits = [html.Span(late, className="kind-late"), html.Span(of, className="kind-of")]
    return html.Span(
        [html.Span(one.name, className="kind-name"), html.Span(digits)],
        className="kind is-all" if one.is_all else "kind",
    )


def _usual(view: View, room: Room, opened_u: float, closed_u: float) -> tuple[str, str]:
    """What came in and what was done on most days by now, both in the longest words that fit."""
    said = "", ""
    for key in ("room.by_now", "room.range_only"):
        opened = day.usual_range(view, room, usual_day.OPENED, key)
        closed = day.usual_range(view, room, usual_day.CLOSED, key)
        said = opened, closed
        if fitting.width(opened) <= opened_u and fitting.width(closed) <= closed_u:
            break
    return said


def _flow(view: View, room: Room, stage: str, name: str, usual: str, w: float) -> list[Component]:
    """What came in, or was done, today: no 0 where nothing of the day came in."""
    total = sum(room.today.get(name, ()))
    is_missing = not total and (bool(room.filling) or signals.is_silent(view))
    return [
        _head(view, stage, "room.today", w),
        html.Span("—", className="stage-figure is-missing")
        if is_missing
        else html.Span(numbers.whole(total, view.lang), className="stage-figure"),
        html.Span(usual, className="stage-beside"),
    ]


def _waiting(view: View, room: Room, w: float) -> list[Component]:
    """What nobody has taken on yet, and for how long the oldest has waited."""
    work = room.work
    if room.filling:
        return _later(view, "waiting", w)
    beside = [view.text("room.nothing_waits")]
    if work.waiting_since is not None:
        span = times.span((view.now_ms - work.waiting_since) / SECOND_MS, view.lang)
        beside = [view.text("room.oldest_waits", span=span), span]
    return [
        _head(view, "waiting", "room.now", w),
        html.Span(numbers.whole(work.waiting, view.lang), className="stage-figure"),
        html.Span(fitting.first(beside, w), className="stage-beside"),
    ]


def _handling(view: View, room: Room, w: float) -> list[Component]:
    """What is in hand; of it what falls due within a day, what is overdue, and by more than a
    week.
    """
    if room.filling:
        return _later(view, "handling", w)
    work = room.work
    overdue = view.text("room.overdue_n", n=work.handling_overdue)
    figure = numbers.whole(work.handling, view.lang)
    bar_w = min(BAR_W, w - fitting.width(figure, FIGURE) - BAR_GAP)
    if bar_w < max(LEAST_BAR, fitting.width(overdue, OVERDUE)):
        said = html.Span(overdue, className="stage-narrow")
        return [
            _head(view, "handling", "room.now", w),
            html.Span(figure, className="stage-figure"),
            html.Div([said], className="stage-beside stage-legend"),
        ]
    soon, long = (
        view.text("room.soon", n=work.soon),
        view.text("room.long", n=work.long_overdue),
    )
    keys = [("key-soon", soon), ("key-long", long)]
    if fitting.width(soon + long) + 2 * KEY_U + LEGEND_GAP > w:
        del keys[0]
    legend = [html.Span([html.Span(className=f"key {key}"), said]) for key, said in keys]
    return [
        _head(view, "handling", "room.now", w),
        html.Span(figure, className="stage-figure"),
        html.Div(
            [html.Span(overdue, className="stage-overdue"), _bar(work, bar_w)],
            className="stage-bar",
        ),
        html.Div(legend, className="stage-beside stage-legend"),
    ]


def _bar(work: OpenWork, w: float) -> Component:
    """All in hand: due later, due within a day, overdue, overdue by more than a week."""
    late = work.handling_overdue - work.long_overdue
    calm = work.handling - work.soon - work.handling_overdue
    x, inner = 0.0, ""
    parts = (("calm", calm), ("soon", work.soon), ("late", late), ("long", work.long_overdue))
    for name, n in parts:
        part_w = w * n / max(1, work.handling)
        inner += drawing.box(x, 0, part_w - 1.5, BAR_H, f"part-{name}") if n else ""
        x += part_w
    bar = drawing.picture(w, BAR_H, inner, "stage-parts")
    return html.Div([bar], className="stage-parts-place", style={"--bar": f"{w:.0f}"})


def _head(view: View, stage: str, scope: str, w: float) -> Component:
    """A stage's name, with what it counts where there is room for it."""
    name, of = view.text(f"room.{stage}"), view.text(scope)
    parts = [html.Span(name, className="stage-name")]
    left = w - fitting.width(name, fitting.TITLE) - SCOPE_GAP
    if fitting.width(of, fitting.SMALL) <= left:
        parts.append(html.Span(of, className="stage-scope"))
    return html.Div(parts, className="stage-head")


def _later(view: View, stage: str, w: float) -> list[Component]:
    """While the history is filled: no number, because an unfinished one would read as one."""
    return [
        _head(view, stage, "room.now", w),
        html.Span("—", className="stage-figure is-missing"),
        html.Span(
            fitting.first([view.text(f"room.later_{stage}"), view.text("room.later")], w),
            className="stage-beside",
        ),
    ]
