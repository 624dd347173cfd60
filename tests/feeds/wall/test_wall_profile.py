"""What a profile may say of its wall, and what it is told where it can't be."""

from __future__ import annotations

import pytest

from feeds.city import profile
from feeds.city.profile import Profile
from feeds.wall import wall_profile

HEAD = """
code = "1"
zone = "Asia/Shanghai"
title = { zh = "市", en = "City" }
town = [{ code = "11", name = { zh = "甲镇", en = "A" } }]
"""


SCENE = '[[wall.scene]]\nname = "a"\ntitle = { zh = "", en = "" }\n'


def parsed(text: str) -> Profile:
    return profile.parse((HEAD + text).encode(), "test", [wall_profile.WALL])


def test_a_profile_without_a_wall_has_the_five_scenes() -> None:
    wall = wall_profile.of(parsed(""))
    assert [scene.shown for scene in wall.scenes] == ["map", "oldest", "alerts", "control", "town"]
    assert (wall.grid, wall.size, wall.distance_m) == ((1, 1), (1920, 1080), 5.0)


def test_panels_make_the_size() -> None:
    wall = wall_profile.of(parsed('[wall]\npanels = "3x2"\npanel_px = [3840, 2160]'))
    assert (wall.grid, wall.size) == ((3, 2), (11520, 4320))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('panels = "three"', "is not of the form"),
        ("panel_px = [1, 1]", "is no screen"),
        ("scene = []", "there is none"),
        ('night_from = "25:00"', "wall.night_from"),
        (SCENE, "show is missing; it is one of map, oldest, alerts, control, town"),
        (SCENE + 'show = "globe"', "globe"),
        (SCENE + 'show = "oldest"\nkpi = "tasks.on_time"', "only a map has a kpi"),
        (SCENE + 'show = "map"\nkpi = "x.y"', "there is no KPI x.y"),
        (SCENE + 'show = "map"\nkpi = "incidents.reported"', "is no share of cases"),
        (SCENE.replace('"a"', '"urgent"') + 'show = "map"', "the wall uses this name itself"),
        ('day = ["disputes.success_rate"]', "is not counted by the hour"),
        ('year = ["x.y"]', "there is no KPI x.y"),
        ("day = [" + ", ".join(['"incidents.reported"'] * 7) + "]", "there is room for 6"),
    ],
)
def test_what_cannot_be_is_said_with_its_place(text: str, said: str) -> None:
    head = "" if text.startswith("[[") else "[wall]\n"
    with pytest.raises(profile.ProfileError, match="profile test:") as refused:
        parsed(head + text)
    assert said in str(refused.value).replace("`$.", "wall.").replace("wall.wall", "wall")


@pytest.mark.parametrize(
    ("old", "shown"),
    [
        ('columns = [{ blocks = [{ show = "map", kpis = ["incidents.reported"] }] }]', "map"),
        ('columns = [{ blocks = [{ show = "tiles", kpis = ["disputes.open"] }] }]', "oldest"),
        ('columns = [{ blocks = [{ show = "clock" }, { show = "duty" }] }]', "alerts"),
        ('each = "town"\ncolumns = [{ blocks = [{ show = "map" }] }]', "town"),
    ],
)
def test_a_scene_of_the_old_form_is_the_picture_that_comes_nearest(old: str, shown: str) -> None:
    (scene,) = wall_profile.of(parsed(SCENE + old)).scenes
    assert (scene.name, scene.shown) == ("a", shown)


def test_a_shift_may_run_over_midnight() -> None:
    duty = (
        wall_profile.Shift("08:00", "20:00", wall_profile.Words("日班", "Day")),
        wall_profile.Shift("20:00", "08:00", wall_profile.Words("夜班", "Night")),
    )
    found = {
        clock: wall_profile.shift_at(duty, clock)
        for clock in ("08:00", "19:59", "20:00", "23:59", "00:00", "07:59")
    }
    assert [shift.name.en if shift else "" for shift in found.values()] == [
        "Day",
        "Day",
        "Night",
        "Night",
        "Night",
        "Night",
    ]
    assert wall_profile.shift_at((), "12:00") is None


def test_every_shipped_profile_has_scenes() -> None:
    for name in profile.names():
        assert wall_profile.of(profile.load(name)).scenes
