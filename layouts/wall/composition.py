"""Where the wall's blocks stand: pure arithmetic over a canvas.

On one screen the left two thirds are always in place, and the right third is the turn: one picture
after another. On more panels each has its own part: time, now, where, how long. Nothing crosses a
joint. What does not fit at the type that the distance demands is not made smaller: it becomes a
picture of the turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from layouts.wall.canvas import Area, Canvas

Show = Literal["band", "flow", "kinds", "day", "year", "weeks", "towns", "oldest", "events"]
Extra = Literal["work", "day", "year"]
GAP = 14.0
COLUMN_GAP = 36.0
BAND, FLOW, KINDS, YEAR = 104.0, 162.0, 46.0, 124.0
YEAR_ROWS = 276.0  # of a year in two rows
YEAR_ABREAST_FROM = 1500.0
BAND_ROW = 59.0  # of a band whose three places stand below each other
DAY_ROW = 190.0
DAY_HEAD = 40.0
BESIDE_FROM = 1500.0  # from here on the turn stands beside what is always in place
BAND_ABREAST_FROM = 1600.0
LEFT = 0.655  # what is always in place, of the width
PANEL_W = 1850.0  # a screen without joints is cut into parts of about this width
LEAST_TURN = 330.0
WEEK_W, WEEK_H = 380.0, 200.0


@dataclass(frozen=True)
class Placed:
    """A block that is always in place; `part` counts those of a kind, of which each shows
    others.
    """

    show: Show
    at: Area
    part: int = 0


@dataclass(frozen=True)
class Composition:
    """The blocks in place, where the turn stands, and what the turn has to show as well because
    there was no room for it.
    """

    blocks: tuple[Placed, ...]
    turn: Area
    extra: tuple[Extra, ...] = ()


def compose(canvas: Canvas) -> Composition:
    """What stands where on this canvas."""
    if canvas.down > 1:
        return _by_panel(canvas)
    parts = _parts(canvas)
    if len(parts) == 1:
        return _one(parts[0])
    return _side_by_side(parts)


def _parts(canvas: Canvas) -> list[Area]:
    """The panels of a row; a wide screen without joints in parts of a panel's size."""
    row = [column[0] for column in canvas.cells]
    if len(row) > 1:
        return row
    whole = row[0]
    n = max(1, int(whole.w // PANEL_W))
    w = (whole.w - COLUMN_GAP * (n - 1)) / n
    return [Area(whole.x + i * (w + COLUMN_GAP), whole.y, w, whole.h) for i in range(n)]


def _one(at: Area) -> Composition:
    """One screen: the band over all of it, the year under all of it, the turn between them to the
    right.
    """
    if at.w < BESIDE_FROM:
        return _stacked(at)
    band = Placed("band", Area(at.x, at.y, at.w, BAND))
    rest = _below(at, BAND + GAP)
    blocks, extra = [band], list[Extra]()
    if rest.h >= FLOW + KINDS + 2 * GAP + YEAR + LEAST_TURN - FLOW:
        year = Area(rest.x, rest.y + rest.h - YEAR, rest.w, YEAR)
        rest = replace(rest, h=rest.h - YEAR - GAP)
        blocks.append(Placed("year", year))
    else:
        extra.append("year")
    left = replace(rest, w=rest.w * LEFT)
    turn = Area(left.x + left.w + COLUMN_GAP, rest.y, rest.w - left.w - COLUMN_GAP, rest.h)
    placed, missing = _work_and_day(left)
    return Composition((*blocks, *placed), turn, (*missing, *extra))


def _work_and_day(at: Area) -> tuple[list[Placed], list[Extra]]:
    """The flow, the kinds, and the day where there is room for a row of it."""
    flow = Placed("flow", Area(at.x, at.y, at.w, FLOW))
    kinds = Placed("kinds", Area(at.x, at.y + FLOW + GAP, at.w, KINDS))
    rest = _below(at, FLOW + KINDS + 2 * GAP)
    if rest.h < DAY_HEAD + DAY_ROW:
        return [flow, kinds], ["day"]
    return [flow, kinds, Placed("day", rest)], []


def _stacked(at: Area) -> Composition:
    """A narrow screen, or one read from far away: the band stays, all else takes turns."""
    high = _band_h(at)
    band = Placed("band", Area(at.x, at.y, at.w, high))
    rest = _below(at, high + GAP)
    blocks, extra = [band], list[Extra]()
    if rest.h >= FLOW + KINDS + 2 * GAP + LEAST_TURN:
        blocks.append(Placed("flow", Area(rest.x, rest.y, rest.w, FLOW)))
        blocks.append(Placed("kinds", Area(rest.x, rest.y + FLOW + GAP, rest.w, KINDS)))
        rest = _below(rest, FLOW + KINDS + 2 * GAP)
    else:
        extra.append("work")
    year_h = YEAR if rest.w >= YEAR_ABREAST_FROM else YEAR_ROWS
    if rest.h >= year_h + GAP + DAY_HEAD + 2 * DAY_ROW:
        year = Area(rest.x, rest.y + rest.h - year_h, rest.w, year_h)
        blocks.append(Placed("year", year))
        rest = replace(rest, h=rest.h - year_h - GAP)
    else:
        extra.append("year")
    return Composition(tuple(blocks), rest, (*extra, "day"))


def _side_by_side(parts: list[Area]) -> Composition:
    """A row of panels: the weeks and the towns in time, then now, then where and how long."""
    before = len(parts) // 2 if len(parts) > 2 else 0
    now, last = parts[before], parts[-1]
    turn, beside = _halves(last)
    blocks = [*_now(now), *_how_long(beside)]
    part = 0
    for n, at in enumerate(parts[:-1]):
        if n == before:
            continue
        part = _add_time(blocks, at, part)
    return Composition(tuple(blocks), turn)


def _now(at: Area) -> list[Placed]:
    """A panel of its own for what is always in place."""
    high = _band_h(at)
    band = Placed("band", Area(at.x, at.y, at.w, high))
    rest = _below(at, high + GAP)
    year = Placed("year", Area(rest.x, rest.y + rest.h - YEAR, rest.w, YEAR))
    placed, _ = _work_and_day(replace(rest, h=rest.h - YEAR - GAP))
    return [band, *placed, year]


def _how_long(at: Area) -> list[Placed]:
    """The cases overdue longest, and below them the events that matter."""
    high = (at.h - GAP) * 0.7
    oldest = Placed("oldest", Area(at.x, at.y, at.w, high))
    events = Placed("events", Area(at.x, at.y + high + 2 * GAP, at.w, at.h - high - 2 * GAP))
    return [oldest, events]


def _add_time(blocks: list[Placed], at: Area, part: int) -> int:
    """Thirteen weeks of the day's figures, and below them each town's; further panels show further
    figures. The next part.
    """
    if part == 0:
        high = (at.h - GAP) * 0.64
        blocks.append(Placed("weeks", Area(at.x, at.y, at.w, high)))
        blocks.append(
            Placed("towns", Area(at.x, at.y + high + 2 * GAP, at.w, at.h - high - 2 * GAP))
        )
        return 1
    blocks.append(Placed("weeks", at, part))
    return part + 1


def _by_panel(canvas: Canvas) -> Composition:
    """Several rows of panels: each panel has one thing, the most needed first."""
    cells = [canvas.cells[i][j] for j in range(canvas.down) for i in range(canvas.across)]
    blocks: list[Placed] = []
    turn = cells[1]
    blocks += _work_panel(cells[0])
    wanted: Iterator[Placed] = _for_panels(cells[2:])
    blocks += wanted
    return Composition(tuple(blocks), turn)


def _work_panel(at: Area) -> list[Placed]:
    high = _band_h(at)
    rest = _below(at, high + GAP)
    flow = Placed("flow", Area(rest.x, rest.y, rest.w, FLOW))
    found = [Placed("band", Area(at.x, at.y, at.w, high)), flow]
    if rest.h >= FLOW + GAP + KINDS:
        found.append(Placed("kinds", Area(rest.x, rest.y + FLOW + GAP, rest.w, KINDS)))
    return found


def _for_panels(cells: list[Area]) -> Iterator[Placed]:
    """Of each further panel what it shows. The year stands above the events in one."""
    order: list[Show] = ["day", "year", "oldest", "weeks", "towns"]
    part = 0
    for n, at in enumerate(cells):
        show: Show = order[n] if n < len(order) else "weeks"
        if show == "year":
            yield Placed("year", replace(at, h=YEAR_ROWS))
            yield Placed("events", _below(at, YEAR_ROWS + GAP))
        elif show == "weeks":
            yield Placed("weeks", at, part)
            part += 1
        else:
            yield Placed(show, at)


def _band_h(at: Area) -> float:
    return BAND if at.w >= BAND_ABREAST_FROM else 3 * BAND_ROW


def _halves(at: Area) -> tuple[Area, Area]:
    w = (at.w - COLUMN_GAP) / 2
    return replace(at, w=w), replace(at, x=at.x + w + COLUMN_GAP, w=w)


def _below(at: Area, by: float) -> Area:
    return replace(at, y=at.y + by, h=at.h - by)
