"""Towns keep their neighbours on the schematic map, each has a hexagon of its own, and nothing is
left to chance.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.city import profile
from layouts.parts import hexgrid, in_towns, town_map
from layouts.view import View

POINTS = {name: tuple(t.point for t in profile.load(name).towns) for name in profile.names()}


@pytest.mark.parametrize("name", POINTS)
def test_no_two_towns_share_a_hexagon(name: str) -> None:
    cells = hexgrid.layout(POINTS[name]).cells
    assert len(cells) == len(POINTS[name])
    assert all(math.dist(a, b) > 0.99 for a, b in combinations(cells, 2))


@pytest.mark.parametrize("name", POINTS)
def test_near_towns_stay_near(name: str) -> None:
    squeezed = hexgrid._project(POINTS[name])
    kept = hexgrid.rank_correlation(
        hexgrid.distances(squeezed), hexgrid.distances(hexgrid.layout(POINTS[name]).cells)
    )
    assert kept > (0.9 if len(squeezed) > 8 else 0.7)


def test_yixing_keeps_north_and_the_lake_side() -> None:
    towns = profile.load("yixing").towns
    at = dict(zip((t.name.en for t in towns), hexgrid.layout(POINTS["yixing"]).cells, strict=True))
    assert max(at, key=lambda name: at[name].x) == "Zhoutie"  # on the lake
    assert at["Xinjian"].y < at["Xushe"].y < at["Zhangzhu"].y < at["Taihua"].y
    assert min(at[name].x for name in ("Dingshu", "Yicheng")) > at["Zhangzhu"].x


@pytest.mark.parametrize("name", POINTS)
def test_every_hexagon_is_inside_the_picture(name: str) -> None:
    made = hexgrid.layout(POINTS[name])
    for cell in made.cells:
        assert 0.49 < cell.x < made.width - 0.49
        assert hexgrid.TALL / 2 - 0.01 < cell.y < made.height - hexgrid.TALL / 2 + 0.01


@given(st.lists(st.lists(st.integers(0, 50), min_size=5, max_size=5), min_size=1, max_size=5))
@settings(max_examples=60)
def test_the_assignment_is_the_cheapest(costs: list[list[int]]) -> None:
    found = hexgrid.assign(costs)
    assert len(set(found)) == len(costs)
    cheapest = min(
        sum(row[j] for row, j in zip(costs, way, strict=False))
        for way in permutations(range(5), len(costs))
    )
    assert sum(row[j] for row, j in zip(costs, found, strict=True)) == cheapest


def test_odd_profiles_have_a_map_too() -> None:
    assert hexgrid.layout(()).cells == ()
    assert len(hexgrid.layout(((0.0, 0.0),)).cells) == 1
    same = hexgrid.layout(((5.0, 5.0), (5.0, 5.0), (5.0, 5.0))).cells
    assert len(set(same)) == 3


def test_at_a_desk_names_are_made_smaller_before_their_letters_are_narrowed(
    make_view: Callable[..., View],
) -> None:
    size = in_towns.MAP_W, in_towns.MAP_H
    desk = make_view("/incidents", lang="en")
    drawn = town_map.draw(desk, town_map.Marks({}, {}), *size)
    sizes = set(re.findall(r'class="town-word"[^>]*font-size:([\d.]+)px', drawn))
    assert len(sizes) == 1, "one size for all"
    narrowed = [float(one) for one in re.findall(r" scale\(([\d.]+) 1\)", drawn)]
    assert min(narrowed, default=1) >= 0.9, "the longest names a little"
    chinese = town_map.draw(make_view("/incidents"), town_map.Marks({}, {}), *size)
    larger = re.findall(r'class="town-word"[^>]*font-size:([\d.]+)px', chinese)
    assert float(larger[0]) > float(sizes.pop()), "short names are as large as before"
