"""What stands where on a glass of any size: nothing under a joint, nothing over another, nothing
too small; and the wall's own chart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape
from itertools import combinations
from typing import Any

import pytest

from feeds.city.profile import Profile
from feeds.city.words import Lang
from feeds.wall import wall_profile
from feeds.wall.wall_profile import Wall
from layouts.html import render
from layouts.pages import wall
from layouts.text import texts
from layouts.view import Replay, View
from layouts.wall import bars, canvas, fitting, playlist
from layouts.wall.canvas import Area

MakeView = Callable[..., View]
MOMENT = 1_790_000_000_000  # 2026-09-21 22:13:20 in the city
GLASSES = [
    ("1920x1080", "1x1"),
    ("3840x2160", "1x1"),
    ("7680x2160", "2x1"),
    ("5760x1080", "3x1"),
    ("6656x1792", "1x1"),
    ("6656x1792", "2x1"),
    ("5760x3240", "3x3"),
    ("3840x2160", "2x2"),
    ("11520x6480", "3x3"),
    ("1280x1024", "1x1"),
    ("7680x1080", "4x1"),
    ("11520x1080", "6x1"),
    ("7680x2160", "4x2"),
]
every_glass = pytest.mark.parametrize(("size", "panels"), GLASSES)


def apart(a: Area, b: Area) -> bool:
    return (
        a.x + a.w <= b.x + 0.5
        or b.x + b.w <= a.x + 0.5
        or a.y + a.h <= b.y + 0.5
        or b.y + b.h <= a.y + 0.5
    )


@every_glass
@pytest.mark.parametrize("replay", [False, True])
def test_no_block_lies_under_a_joint_over_another_or_off_the_glass(
    size: str, panels: str, replay: bool, yixing: Profile
) -> None:
    glass = canvas.declared(wall_profile.of(yixing), size, panels, replay=replay)
    for scene in wall_profile.of(yixing).scenes:
        for part in fitting.parts(scene, glass, len(yixing.towns)):
            for placed in part:
                at = placed.at
                assert (
                    min(
                        at.x,
                        at.y - 80 - glass.lead,
                        glass.w - at.x - at.w,
                        glass.h - glass.tail - 50 - at.y - at.h,
                    )
                    >= 0
                ), (
                    scene.name,
                    placed,
                )
                assert len(placed.panels) > 1 or not at.crosses(glass), (scene.name, placed)
            assert all(apart(a.at, b.at) for a, b in combinations(part, 2)), scene.name


@every_glass
def test_every_block_of_a_scene_is_shown_and_has_its_least_size(
    size: str, panels: str, yixing: Profile
) -> None:
    glass = canvas.declared(wall_profile.of(yixing), size, panels)
    for scene in wall_profile.of(yixing).scenes:
        parts = fitting.parts(scene, glass, len(yixing.towns))
        shown = {
            (placed.block.show, kpi)
            for part in parts
            for placed in part
            for kpi in placed.block.kpis or ("",)
        }
        wanted = {
            (block.show, kpi)
            for column in scene.columns
            for block in column.blocks
            for kpi in block.kpis or ("",)
        }
        assert wanted <= shown, scene.name
        for placed in (placed for part in parts for placed in part):
            assert (
                placed.at.h >= fitting.least_h(placed.block, placed.at.w, len(yixing.towns)) - 0.5
            ), (scene.name, placed)


@every_glass
def test_no_panel_of_a_splice_stays_empty(size: str, panels: str, yixing: Profile) -> None:
    glass = canvas.declared(wall_profile.of(yixing), size, panels)
    for scene in wall_profile.of(yixing).scenes:
        for part in fitting.parts(scene, glass, len(yixing.towns)):
            for cell in (cell for column in glass.cells for cell in column):
                assert any(not apart(cell, placed.at) for placed in part), (scene.name, cell)


def test_type_follows_the_distance_and_what_no_longer_fits_comes_in_parts(yixing: Profile) -> None:
    near, far = (canvas.declared(Wall(distance_m=distance)) for distance in (5.0, 9.0))
    assert round(near.base_px) == 22
    assert round(far.base_px) == 38  # 45 mm of glyph on 2440 mm of panel
    city = wall_profile.of(yixing).scenes[0]
    assert len(fitting.parts(city, near, 18)) == 1
    parts = fitting.parts(city, far, 18)
    assert len(parts) > 1
    assert {b.show for p in parts for b in (placed.block for placed in p)} == {
        "row",
        "map",
        "events",
    }


def test_a_wider_wall_has_the_towns_beside_the_same_columns(yixing: Profile) -> None:
    def shown(size: str, panels: str) -> list[str]:
        return [
            placed.block.show
            for placed in fitting.parts(
                wall_profile.of(yixing).scenes[0],
                canvas.declared(wall_profile.of(yixing), size, panels),
                18,
            )[0]
        ]

    assert shown("1920x1080", "1x1") == ["row"] * 4 + ["map", "events"]
    assert shown("5760x1080", "3x1") == ["row"] * 4 + ["map", "events", "towns", "towns"]


def test_a_panel_more_than_a_scene_has_columns_shows_what_the_others_do_not(
    yixing: Profile,
) -> None:
    scene, glass = (
        wall_profile.of(yixing).scenes[0],
        canvas.declared(wall_profile.of(yixing), "7680x1080", "4x1"),
    )
    (picture,) = fitting.parts(scene, glass, len(yixing.towns))
    here = glass.cells[3][0]
    last = [placed for placed in picture if not apart(placed.at, here)]
    rows = [placed for placed in picture if placed.block.show == "row"]
    assert [p.block.kpis for p in last] == [
        ("incidents.closed",),
        ("disputes.settled",),
        ("traffic.hazards_rectified",),
        ("fraud.dissuaded",),
    ]
    assert [(p.at.y, p.at.h) for p in last] == [
        (p.at.y, p.at.h) for p in rows
    ]  # each beside the row of its own field
    assert {p.at.w for p in last} == {here.w}


def test_pictures_go_through_scenes_parts_and_towns(make_view: MakeView) -> None:
    found = playlist.pictures(make_view("/wall"))
    assert [p.scene.name for p in found].count("town") == 18
    fixed = replace(make_view("/wall"), filters={"scene": "year"})
    assert {p.scene.name for p in playlist.pictures(fixed)} == {"year"}
    town = playlist.pictures(make_view("/wall", area="320282112"))
    assert {p.area for p in town} == {"320282112"}
    assert len(town) == 5


def test_the_citys_figures_never_stand_under_a_towns_name(make_view: MakeView) -> None:
    view = replace(make_view("/wall"), filters={"scene": "town"})
    now = playlist.current(view)
    assert (now.area, wall.title(view, now)) == ("320282", "镇（街道）运行")
    assert [p.area for p in playlist.pictures(view)][:2] == ["320282001", "320282002"]


def test_a_towns_picture_stands_on_the_citys_wall_with_the_citys_map(make_view: MakeView) -> None:
    view = replace(make_view("/wall", area="320282112"), filters={"scene": "town", "of": "city"})
    city = make_view("/wall")
    text = render.to_html(wall.scene(replace(view, page_data={"city": dict(city.others)})))
    assert 'data-here="320282112"' in text
    assert 'data-of="320282112"' in text
    assert 'data-map-of="incidents.reported" data-period="today"' in text


@pytest.mark.parametrize(
    ("greatest", "top"),
    [
        (0, (1, 1)),
        (3, (3, 1)),
        (4, (4, 1)),
        (5, (6, 2)),
        (9, (10, 5)),
        (20, (20, 5)),
        (37, (40, 10)),
        (1234, (1500, 500)),
    ],
)
def test_a_scale_has_round_steps_and_four_lines_at_most(
    greatest: float, top: tuple[float, float]
) -> None:
    assert bars.top([greatest, None]) == top


def test_bars_are_drawn_to_scale_and_gaps_stay_gaps() -> None:
    assert bars.bars([None, 5, 0, 10], 10, 0.25) == "M1.25 100V50H1.75V100ZM3.25 100V0H3.75V100Z"


@pytest.mark.parametrize("form", ["full", "late", "empty", "broken"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_part_says_how_it_stands(form: str, lang: str, make_view: MakeView) -> None:
    view = make_view("/wall", form=form, lang=lang)
    for scene in wall_profile.of(view.profile).scenes:
        text = render.to_html(
            wall.scene(
                replace(view, filters={"scene": scene.name, "size": "5760x1080", "panels": "3x1"})
            )
        )
        regions = text.count('data-region=""')
        assert text.count("region-state") == regions
        assert regions or "tile" in text
        if form in ("empty", "broken"):
            word = {"zh": "暂无数据", "en": "No data"}[lang]
            assert text.count(f'class="region-state">{word}') == regions


def test_a_silent_town_is_marked_among_the_towns(make_view: MakeView) -> None:
    view: Any = make_view("/wall")
    view = replace(
        view,
        topic={**view.topic, "towns_silent": ["320282001"]},
        filters={"scene": "overdue", "size": "5760x1080", "panels": "3x1"},
    )
    text = render.to_html(wall.scene(view))
    assert text.count('data-quiet="yes"') == 2  # in both columns of towns


@pytest.mark.parametrize(
    ("size", "panels"), [glass for glass in GLASSES if glass[1].endswith("x1")]
)
def test_a_replay_is_composed_as_the_wall_was(size: str, panels: str, yixing: Profile) -> None:
    live, past = (
        canvas.declared(wall_profile.of(yixing), size, panels, replay=replay)
        for replay in (False, True)
    )
    for scene in wall_profile.of(yixing).scenes:
        then, now = (
            [
                [(p.block, round(p.at.w), round(p.at.h)) for p in part]
                for part in fitting.parts(scene, glass, len(yixing.towns))
            ]
            for glass in (past, live)
        )
        assert then == now, scene.name
    assert past.base_px < live.base_px


@pytest.mark.parametrize("lang", texts.LANGS)
def test_a_replay_is_marked_on_every_panel_and_says_why_it_cannot_be_shown(
    lang: Lang, make_view: MakeView
) -> None:
    asked = Replay(MOMENT, "then", (MOMENT - 3_600_000, MOMENT + 3_600_000))
    view = replace(
        make_view("/wall", lang=lang), replay=asked, filters={"size": "5760x1080", "panels": "3x1"}
    )
    text = render.to_html(wall.build(view))
    assert (
        text.count("data-replay-moment") == text.count(f">{texts.get(lang, 'replay.mark')}<") == 3
    )
    for reason in ("unreadable", "future", "late", "busy", "away"):
        refused = replace(view, replay=asked._replace(refused=reason))
        assert f">{escape(texts.get(lang, f'replay.{reason}'))}<" in render.to_html(
            wall.build(refused)
        )
    before = replace(view, replay=asked._replace(refused="before", first_ms=MOMENT))
    assert "22:13:20" in render.to_html(wall.build(before)).rpartition("data-refusal")[2]
    assert "data-replay" not in render.to_html(wall.build(replace(view, replay=None)))
