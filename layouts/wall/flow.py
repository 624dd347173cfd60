"""The flow of work: reported, waiting, in hand, done, with what stands in each stage; and below it
how much of each kind is overdue.
"""

from __future__ import annotations

from dash.development.base_component import Component

from feeds.wall import usual_day
from feeds.wall.open_work import KindCount, OpenWork
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import drawing
from layouts.text import times
from layouts.view import View
from layouts.wall import day, signals
from layouts.wall.page_values import Room

KINDS, KIND_W = 5, 130.0  # of the numbers of a kind
BAR_W, BAR_H = 212.0, 28.0
SECOND_MS = 1000


def draw(view: View, room: Room | None) -> Component:
    """The four stages; a sentence where they could not be read."""
    if room is None:
        return html.P(view.text("room.unread"), className="room-missing")
    marked = signals.stage_of(view)
    stages = [
        _flow(view, room, "opened", usual_day.OPENED),
        _waiting(view, room),
        _handling(view, room),
        _flow(view, room, "closed", usual_day.CLOSED),
    ]
    names = ("opened", "waiting", "handling", "closed")
    return html.Div(
        [
            html.Div(
                stage,
                className=f"stage stage--{name}",
                **attributes.data(marked="yes" if name == marked else ""),
            )
            for name, stage in zip(names, stages, strict=True)
        ],
        className="room-flow",
    )


def kinds(view: View, room: Room | None, w: float) -> Component:
    """How many of each kind are overdue, of how many open: as many kinds as there is room for, and
    the others together.
    """
    if room is None:
        return html.Div([], className="room-kinds")
    if room.filling:
        return html.Div(html.Span(view.text("room.later_kinds")), className="room-kinds")
    work = room.work
    shown, rest = _fitting(view, work, w)
    parts = [_share(view.text("room.overdue"), work.overdue, work.open, is_all=True)]
    parts += [_share(view.text(f"room.kind_{one.kind}"), one.overdue, one.open) for one in shown]
    late = sum(one.overdue for one in rest)
    if late:
        of = sum(one.open for one in rest)
        parts.append(_share(view.text("room.kind_other"), late, of))
    return html.Div(parts, className="room-kinds")


def _fitting(view: View, work: OpenWork, w: float) -> tuple[list[KindCount], list[KindCount]]:
    """The kinds that fit into a width, and the others. What has nothing overdue goes first."""
    left = w - KIND_W * 2
    kinds = list(work.kinds)
    shown: list[KindCount] = []
    for one in kinds:
        name = view.text(f"room.kind_{one.kind}")
        left -= KIND_W + sum(28 if ord(c) > 0x2E7F else 15 for c in name)
        if left < 0 or (not one.overdue and len(shown) >= KINDS):
            break
        shown.append(one)
    return shown, kinds[len(shown) :]


def _share(name: str, late: int, of: int, *, is_all: bool = False) -> Component:
    digits = [
        html.Span(str(late), className="kind-late"),
        html.Span(f"/{of}", className="kind-of"),
    ]
    return html.Span(
        [html.Span(name, className="kind-name"), html.Span(digits)],
        className="kind is-all" if is_all else "kind",
    )


def _flow(view: View, room: Room, stage: str, name: str) -> list[Component]:
    """What came in, or was done, today: no 0 where nothing of the day came in."""
    total = sum(room.today.get(name, ()))
    is_missing = not total and (bool(room.filling) or signals.is_silent(view))
    return [
        _head(view, stage, "room.today"),
        html.Span("—", className="stage-figure is-missing")
        if is_missing
        else html.Span(str(total), className="stage-figure"),
        html.Span(day.usual_range(view, room, name), className="stage-beside"),
    ]


def _waiting(view: View, room: Room) -> list[Component]:
    """What nobody has taken on yet, and for how long the oldest has waited."""
    work = room.work
    if room.filling:
        return _later(view, "waiting")
    beside = view.text("room.nothing_waits")
    if work.waiting_since is not None:
        span = times.span((view.now_ms - work.waiting_since) / SECOND_MS, view.lang)
        beside = view.text("room.oldest_waits", span=span)
    return [
        _head(view, "waiting", "room.now"),
        html.Span(str(work.waiting), className="stage-figure"),
        html.Span(beside, className="stage-beside"),
    ]


def _handling(view: View, room: Room) -> list[Component]:
    """What is in hand; of it what falls due within a day, what is overdue, and by more than a
    week.
    """
    if room.filling:
        return _later(view, "handling")
    work = room.work
    overdue = view.text("room.overdue_n", n=work.handling_overdue)
    legend = [
        html.Span(overdue, className="stage-narrow"),
        html.Span([html.Span(className="key key-soon"), view.text("room.soon", n=work.soon)]),
        html.Span(
            [html.Span(className="key key-long"), view.text("room.long", n=work.long_overdue)]
        ),
    ]
    return [
        _head(view, "handling", "room.now"),
        html.Span(str(work.handling), className="stage-figure"),
        html.Div(
            [html.Span(overdue, className="stage-overdue"), _bar(work)], className="stage-bar"
        ),
        html.Div(legend, className="stage-beside stage-legend"),
    ]


def _bar(work: OpenWork) -> Component:
    """All in hand: due later, due within a day, overdue, overdue by more than a week."""
    late = work.handling_overdue - work.long_overdue
    calm = work.handling - work.soon - work.handling_overdue
    x, inner = 0.0, ""
    parts = (("calm", calm), ("soon", work.soon), ("late", late), ("long", work.long_overdue))
    for name, n in parts:
        w = BAR_W * n / max(1, work.handling)
        inner += drawing.box(x, 0, w - 1.5, BAR_H, f"part-{name}") if n else ""
        x += w
    return drawing.picture(BAR_W, BAR_H, inner, "stage-parts")


def _head(view: View, stage: str, scope: str) -> Component:
    parts = [
        html.Span(view.text(f"room.{stage}"), className="stage-name"),
        html.Span(view.text(scope), className="stage-scope"),
    ]
    return html.Div(parts, className="stage-head")


def _later(view: View, stage: str) -> list[Component]:
    """While the history is filled: no number, because an unfinished one would read as one."""
    return [
        _head(view, stage, "room.now"),
        html.Span("—", className="stage-figure is-missing"),
        html.Span(view.text(f"room.later_{stage}"), className="stage-beside"),
    ]
