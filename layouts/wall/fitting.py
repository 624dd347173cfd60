"""Places columns in panels and blocks in columns. Pure arithmetic over least sizes; blocks.py
draws.

What does not fit at the type that the distance demands is not made smaller: it goes to a further
part of the same scene.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

import msgspec

from feeds import kpis
from feeds.wall.wall_profile import Block, Column, Scene
from layouts.wall.canvas import Area, Canvas

GAP_U, ROW_GAP_U = 48.0, 20.0
ABREAST_U = 1300.0
LEAST_W = {
    "row": 840.0,
    "tiles": 600.0,
    "chart": 480.0,
    "map": 480.0,
    "events": 500.0,
    "towns": 430.0,
    "clock": 480.0,
    "duty": 480.0,
}
LEAST_H = {
    "row": 196.0,
    "chart": 200.0,
    "map": 330.0,
    "events": 190.0,
    "clock": 150.0,
    "duty": 110.0,
}
WEIGHT = {
    "row": 1.0,
    "tiles": 1.0,
    "chart": 1.0,
    "map": 3.2,
    "events": 0.6,
    "towns": 1.6,
    "clock": 0.8,
    "duty": 0.5,
}
TILE_W, TILE_H = 280.0, 224.0
TOWN_W, TOWN_H, TITLE_H = 190.0, 84.0, 44.0
FURTHER = 4  # blocks for a panel that would stay empty: as many as the rows of the city's scene


@dataclass(frozen=True)
class Placed:
    """A block and its place on the canvas. `panels` are the areas of the panels it spans, from left
    to right.
    """

    block: Block
    at: Area
    panels: tuple[Area, ...]


def parts(scene: Scene, canvas: Canvas, towns: int) -> tuple[tuple[Placed, ...], ...]:
    """The scene on this canvas, as one picture or more."""
    columns = _columns(scene, canvas, towns)
    spare = _spare(scene) if canvas.down > 1 else ()
    return tuple(
        part for group in _groups(columns, canvas) for part in _pages(group, canvas, towns, spare)
    )


def least_h(block: Block, w: float, towns: int) -> float:
    """How high a block must be at that width."""
    if block.show == "tiles":
        return -(-len(block.kpis) // max(1, min(len(block.kpis), int(w // TILE_W)))) * TILE_H
    if block.show == "towns":
        return TITLE_H + -(-towns // max(1, int(w // TOWN_W))) * TOWN_H
    return LEAST_H[block.show]


def least_w(column: Column) -> float:
    return max(LEAST_W[block.show] for block in column.blocks)


def _columns(scene: Scene, canvas: Canvas, towns: int) -> list[Column]:
    """The scene's columns, as many of its wide ones as there is room for, and one for each panel
    that would stay empty.
    """
    found = [_apart(column, canvas) for column in scene.columns]
    for wide in scene.wide:
        found = _joined(found, wide, canvas, towns)
    for more in _further(scene, found, canvas.across - len(found)):
        found = _joined(found, more, canvas, towns)
    return found


def _joined(columns: list[Column], more: Column, canvas: Canvas, towns: int) -> list[Column]:
    """With a further column, or as much of it as there is room for: it never makes a further
    picture.
    """
    least = _least_pages(columns, canvas, towns)
    for n in range(len(more.blocks), 0, -1):
        wider = [*columns, msgspec.structs.replace(more, blocks=more.blocks[:n])]
        pages = (
            list(_pages(group, canvas, towns, ()))
            if (group := _split(wider, canvas)) is not None
            else []
        )
        if len(pages) == least and all(
            _is_high_enough(placed, towns)
            for page in pages
            for placed in page
            if placed.block in more.blocks
        ):
            return wider
    return columns


def _is_high_enough(placed: Placed, towns: int) -> bool:
    return placed.at.h >= least_h(placed.block, placed.at.w, towns) - 0.5


def _further(scene: Scene, columns: list[Column], n: int) -> Iterator[Column]:
    """Columns for `n` panels that would stay empty, of what the scene itself doesn't show."""
    known = [block for column in (*columns, *scene.wide) for block in column.blocks]
    spare = [block for block in _spare(scene) if block not in known]
    m = min(len(spare), FURTHER * n)
    yield from (
        Column(tuple(spare[m * i // n : m * (i + 1) // n])) for i in range(max(0, n - m), n)
    )


def _least_pages(columns: list[Column], canvas: Canvas, towns: int) -> int:
    return sum(len(list(_pages(group, canvas, towns, ()))) for group in _groups(columns, canvas))


def _apart(column: Column, canvas: Canvas) -> Column:
    """In a splice of several rows many tiles become a few for each panel, so that no panel stays
    empty.
    """
    if canvas.down == 1:
        return column
    blocks: list[Block] = []
    for block in column.blocks:
        n = -(-len(block.kpis) // canvas.down) if block.show == "tiles" else len(block.kpis) or 1
        blocks += [
            msgspec.structs.replace(block, kpis=block.kpis[i : i + n])
            for i in range(0, len(block.kpis) or 1, n)
        ]
    return msgspec.structs.replace(column, blocks=tuple(blocks))


def _spare(scene: Scene) -> tuple[Block, ...]:
    """What may fill a panel that would stay empty, the best first."""
    shown = [block for column in scene.columns for block in column.blocks]
    more = [block for column in scene.wide for block in column.blocks]
    headlines = [
        block.kpis[0] for block in shown if block.show == "row"
    ]  # these have their 24 hours beside them
    timelines = kpis.drawn("hours")
    drawn = [
        Block("chart", (kpi,))
        for kpi in sorted((*timelines[::2], *timelines[1::2]), key=headlines.__contains__)
    ]
    return tuple(
        block
        for block in (*more, Block("events"), *drawn, Block("clock"), Block("duty"))
        if block not in shown
    )


def _groups(columns: Sequence[Column], canvas: Canvas) -> Iterator[list[list[Column]]]:
    """Columns by panel; several times where not all fit at once."""
    left = list(columns)
    while left:
        n = next((n for n in range(len(left), 0, -1) if _split(left[:n], canvas) is not None), 0)
        if n == 0:
            yield [[left[0]], *([] for _ in range(canvas.across - 1))]
            left = left[1:]
        else:
            yield _split(left[:n], canvas) or []
            left = left[n:]


def _split(columns: Sequence[Column], canvas: Canvas) -> list[list[Column]] | None:
    """The columns in order over the panels, as evenly as can be; None where they do not fit."""
    n, across = len(columns), canvas.across
    best: tuple[float, list[list[Column]]] | None = None
    for used in range(min(n, across), 0, -1):
        for cuts in combinations(range(1, n), used - 1):
            groups = [list(columns[a:b]) for a, b in zip((0, *cuts), (*cuts, n), strict=True)]
            groups += [[] for _ in range(across - used)]
            full = max(
                (_needs(group) / canvas.cells[i][0].w for i, group in enumerate(groups) if group),
                default=0.0,
            )
            if full <= 1 and (best is None or full < best[0]):
                best = full, groups
        if best:
            return best[1]
    return None


def _needs(group: Sequence[Column]) -> float:
    return sum(map(least_w, group)) + GAP_U * (len(group) - 1)


def _pages(
    group: list[list[Column]], canvas: Canvas, towns: int, spare: Sequence[Block]
) -> Iterator[tuple[Placed, ...]]:
    """One picture, or as many as the fullest column needs; a shorter column stands in all of
    them.
    """
    spans = [
        (areas, column)
        for first, columns in _spans(group)
        for areas, column in _beside(first, columns, canvas)
    ]
    pages = [list(_stack(column.blocks, areas, towns)) for areas, column in spans]
    for n in range(max(map(len, pages), default=0)):
        picture = [placed for column in pages for placed in column[n % len(column)]]
        empty = [
            panels
            for areas, _ in spans
            for panels in areas
            if not any(_stands_in(placed, panels) for placed in picture)
        ]
        yield (
            *picture,
            *_filled(
                empty, [block for block in spare if block not in [p.block for p in picture]], towns
            ),
        )


def _stands_in(placed: Placed, panels: tuple[Area, ...]) -> bool:
    return placed.panels[0] == panels[0]


def _filled(empty: list[tuple[Area, ...]], spare: list[Block], towns: int) -> Iterator[Placed]:
    """Empty panels take what is to spare, the first that fits."""
    for panels in empty:
        block = next(
            (
                b
                for b in spare
                if _fill([b], [panels], towns) and LEAST_W[b.show] <= _width(b, panels)
            ),
            None,
        )
        if block:
            spare.remove(block)
            yield from _pile([block], panels, towns)


def _spans(group: list[list[Column]]) -> list[tuple[tuple[int, int], list[Column]]]:
    """The panels (first, last) of each group of columns: one that holds columns takes the empty
    ones to its right.
    """
    found: list[tuple[tuple[int, int], list[Column]]] = []
    for i, columns in enumerate(group):
        if columns or not found:
            found.append(((i, i), columns))
        else:
            found[-1] = ((found[-1][0][0], i), found[-1][1])
    return found


def _beside(
    panels: tuple[int, int], columns: list[Column], canvas: Canvas
) -> Iterator[tuple[list[tuple[Area, ...]], Column]]:
    """Each column's areas, one for each row of panels (each as the panels that it spans); room to
    spare goes by the columns' shares.
    """
    first, last = panels
    if not columns:
        return
    if last > first and len(columns) == 1:
        yield (
            [tuple(canvas.cells[i][j] for i in range(first, last + 1)) for j in range(canvas.down)],
            columns[0],
        )
        return
    room = canvas.cells[first][0].w - _needs(columns)
    shares = sum(column.share for column in columns)
    x = canvas.cells[first][0].x
    for column in columns:
        w = least_w(column) + room * column.share / shares
        yield (
            [
                (Area(x, canvas.cells[first][j].y, w, canvas.cells[first][j].h),)
                for j in range(canvas.down)
            ],
            column,
        )
        x += w + GAP_U


def _stack(
    blocks: Sequence[Block], areas: list[tuple[Area, ...]], towns: int
) -> Iterator[list[Placed]]:
    """The blocks of a column over its areas from top to bottom, in as many pictures as it takes."""
    left = list(blocks)
    while left:
        n = next((n for n in range(len(left), 1, -1) if _fill(left[:n], areas, towns)), 1)
        filled = _fill(left[:n], areas, towns) or [left[:1], *([] for _ in areas[1:])]
        yield [
            placed
            for panels, some in zip(areas, filled, strict=True)
            if some
            for placed in _pile(some, panels, towns)
        ]
        left = left[n:]


def _fill(
    blocks: Sequence[Block], areas: list[tuple[Area, ...]], towns: int
) -> list[list[Block]] | None:
    """Blocks by area so that each has its least height and as few areas as possible stay empty; in
    their order if that can be.
    """
    best: tuple[float, list[list[Block]]] | None = None
    orders = permutations(blocks) if len(areas) > 1 and len(blocks) <= 4 else [tuple(blocks)]
    for order in orders:
        for filled in _cuts(order, len(areas)):
            full = max(
                _high(some, panels, towns) / panels[0].h
                for some, panels in zip(filled, areas, strict=True)
            )
            worth = full + sum(not some for some in filled) + 0.01 * (list(order) != list(blocks))
            if full <= 1 and (best is None or worth < best[0]):
                best = worth, filled
    return best[1] if best else None


def _abreast(blocks: list[Block], panels: tuple[Area, ...]) -> Iterator[Placed]:
    """A map and what goes with it, side by side where a column is wide enough for both."""
    area, w = panels[0], (panels[0].w - GAP_U) / 2
    for n, block in enumerate(blocks):
        yield Placed(block, Area(area.x + n * (w + GAP_U), area.y, w, area.h), panels)


def _cuts(order: Sequence[Block], n: int) -> Iterator[list[list[Block]]]:
    if n == 1:
        yield [list(order)]
        return
    for k in range(len(order) + 1):
        for rest in _cuts(order[k:], n - 1):
            yield [list(order[:k]), *rest]


def _high(blocks: Sequence[Block], panels: tuple[Area, ...], towns: int) -> float:
    return sum(least_h(block, _width(block, panels), towns) for block in blocks) + ROW_GAP_U * max(
        0, len(blocks) - 1
    )


def _width(block: Block, panels: tuple[Area, ...]) -> float:
    """Only a row may be on both sides of a joint."""
    return panels[-1].x + panels[-1].w - panels[0].x if block.show == "row" else panels[0].w


def _pile(blocks: list[Block], panels: tuple[Area, ...], towns: int) -> Iterator[Placed]:
    """One below the other; the height to spare goes by what each can use."""
    area = panels[0]
    if len(blocks) == 2 and blocks[0].show == "map" and area.w >= ABREAST_U:
        yield from _abreast(blocks, panels)
        return
    spare = area.h - _high(blocks, panels, towns)
    weights, y = sum(WEIGHT[block.show] for block in blocks), area.y
    for block in blocks:
        h = (
            least_h(block, _width(block, panels), towns)
            + max(0.0, spare) * WEIGHT[block.show] / weights
        )
        yield Placed(
            block, Area(area.x, y, _width(block, panels), min(h, area.y + area.h - y)), panels
        )
        y += h + ROW_GAP_U
