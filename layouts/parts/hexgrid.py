"""A hexagon for each town, placed so that neighbours stay neighbours. Geometry only; town_map.py
draws it.

The towns' points are laid over a grid at several scales and offsets. Each time towns and hexagons
are matched with the least sum of squared distances; the match that best keeps the order of
distances in the least space is taken.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from itertools import combinations, product
from typing import NamedTuple

import numpy as np

Point = tuple[float, float]
ROW = math.sqrt(3) / 2  # from row to row, in widths of a hexagon standing on its point
TALL = 2 / math.sqrt(3)
SCALES = (0.8, 0.9, 1.0, 1.12, 1.25)
SHIFTS = (0.0, 0.33, 0.66)
# From so many towns on each takes the nearest free hexagon: the best match of a province would
# take minutes.
MANY = 120
ROOM = 0.35  # how much a grid twice as large as needed costs, in points of rank correlation


class Hex(NamedTuple):
    """A hexagon's centre, in hexagon widths from the left and from the top of the picture."""

    x: float
    y: float


class Layout(NamedTuple):
    """The hexagons in the order of the points, and the size of the picture in hexagon widths."""

    cells: tuple[Hex, ...]
    width: float
    height: float


@cache
def layout(lon_lat: tuple[Point, ...]) -> Layout:
    """A hexagon for each point, no two the same."""
    if not lon_lat:
        return Layout((), 1, 1)
    points = _spread(_project(lon_lat))
    if len(points) > MANY:
        return _framed(_nearest(points))
    trials = (_place(points, s, dx, dy) for s, dx, dy in product(SCALES, SHIFTS, SHIFTS))
    best = max(trials, key=lambda cells: _quality(points, cells))
    return _framed(best)


def rank_correlation(a: Sequence[float], b: Sequence[float]) -> float:
    """Spearman's: 1 where both put everything in the same order."""
    ra, rb = _ranks(a), _ranks(b)
    mean = (len(a) - 1) / 2
    over = sum((x - mean) * (y - mean) for x, y in zip(ra, rb, strict=True))
    under = math.sqrt(sum((x - mean) ** 2 for x in ra) * sum((y - mean) ** 2 for y in rb))
    return over / under if under else 1.0


def distances(points: Sequence[Point]) -> list[float]:
    return [math.dist(a, b) for a, b in combinations(points, 2)]


def _project(lon_lat: Sequence[Point]) -> list[Point]:
    """To a plane with equal units both ways, south downwards."""
    squeeze = math.cos(math.radians(sum(lat for _, lat in lon_lat) / len(lon_lat)))
    return [(lon * squeeze, -lat) for lon, lat in lon_lat]


def _spread(points: Sequence[Point]) -> list[Point]:
    """Scaled so that a point has on average one hexagon's room, from the mean distance to the
    nearest other point.
    """
    if len(points) < 2:
        return [(0.0, 0.0) for _ in points]
    nearest = [
        min(math.dist(p, q) for j, q in enumerate(points) if j != i) for i, p in enumerate(points)
    ]
    unit = sum(nearest) / len(nearest) or 1.0
    left, top = min(x for x, _ in points), min(y for _, y in points)
    return [((x - left) / unit, (y - top) / unit) for x, y in points]


def _place(points: Sequence[Point], scale: float, dx: float, dy: float) -> list[Point]:
    scaled = [(x * scale + dx, y * scale + dy) for x, y in points]
    cells = _candidates(scaled)
    costs = [[(px - cx) ** 2 + (py - cy) ** 2 for cx, cy in cells] for px, py in scaled]
    return [cells[j] for j in assign(costs)]


def _nearest(points: Sequence[Point]) -> list[Point]:
    """For each point in turn the nearest hexagon that is free."""
    cells = np.array(_candidates(points))
    found = list[Point]()
    for point in points:
        taken = int(((cells - point) ** 2).sum(axis=1).argmin())
        found.append((float(cells[taken, 0]), float(cells[taken, 1])))
        cells = np.delete(cells, taken, axis=0)
    return found


def _candidates(points: Sequence[Point]) -> list[Point]:
    """The hexagons of a grid that covers the points and one row around them."""
    columns = range(-1, math.ceil(max(x for x, _ in points)) + 2)
    rows = range(-1, math.ceil(max(y for _, y in points) / ROW) + 2)
    return [(c + (r % 2) / 2, r * ROW) for r in rows for c in columns]


def assign(costs: Sequence[Sequence[float]]) -> list[int]:
    """The column for each row that makes the sum of costs least (Hungarian method; no more rows
    than columns).
    """
    n, m = len(costs), len(costs[0])
    u = [0.0] * (n + 1)
    v = [0.0] * (m + 1)
    row_of = [0] * (m + 1)
    for i in range(1, n + 1):
        row_of[0] = i
        _augment(costs, u, v, row_of, m)
    found = [0] * n
    for j in range(1, m + 1):
        if row_of[j]:
            found[row_of[j] - 1] = j - 1
    return found


def _augment(
    costs: Sequence[Sequence[float]], u: list[float], v: list[float], row_of: list[int], m: int
) -> None:
    """One shortest augmenting path from the row in row_of[0], with potentials u and v."""
    least = [math.inf] * (m + 1)
    used = [False] * (m + 1)
    way = [0] * (m + 1)
    j0 = 0
    while row_of[j0]:
        used[j0], i0, delta, j1 = True, row_of[j0], math.inf, 0
        for j in range(1, m + 1):
            if used[j]:
                continue
            reduced = costs[i0 - 1][j - 1] - u[i0] - v[j]
            if reduced < least[j]:
                least[j], way[j] = reduced, j0
            if least[j] < delta:
                delta, j1 = least[j], j
        for j in range(m + 1):
            if used[j]:
                u[row_of[j]] += delta
                v[j] -= delta
            else:
                least[j] -= delta
        j0 = j1
    while j0:
        row_of[j0], j0 = row_of[way[j0]], way[j0]


def _quality(points: Sequence[Point], cells: Sequence[Point]) -> float:
    kept = rank_correlation(distances(points), distances(cells)) if len(points) > 2 else 1.0
    framed = _framed(cells)
    room = framed.width * framed.height / (len(points) * ROW)
    return kept - ROOM * (room - 1) / 2 - 0.15 * _loose(cells)


def _loose(cells: Sequence[Point]) -> float:
    """The mean share of a hexagon's six sides that touch no other; large where the picture has
    holes.
    """
    touching = sum(1 for a, b in combinations(cells, 2) if math.dist(a, b) < 1.01)
    return 1 - 2 * touching / (6 * len(cells))


def _framed(cells: Sequence[Point]) -> Layout:
    left, top = min(x for x, _ in cells) - 0.5, min(y for _, y in cells) - TALL / 2
    width = max(x for x, _ in cells) + 0.5 - left
    height = max(y for _, y in cells) + TALL / 2 - top
    return Layout(tuple(Hex(x - left, y - top) for x, y in cells), width, height)


def _ranks(values: Sequence[float]) -> list[float]:
    """0-based ranks; equal values share their mean rank."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and math.isclose(
            values[order[end + 1]], values[order[start]], abs_tol=1e-9
        ):
            end += 1
        for place in range(start, end + 1):
            ranks[order[place]] = (start + end) / 2
        start = end + 1
    return ranks
