"""The profile's file: the city's own keys, and the sections that features read of it."""

from __future__ import annotations

import pytest

from feeds.city import profile
from feeds.city.profile import Profile, ProfileError, Section

HEAD = """
code = "1"
zone = "Asia/Shanghai"
title = { zh = "市", en = "City" }
town = [{ code = "11", name = { zh = "甲镇", en = "A" } }]
"""


def _not_negative(value: int, city: Profile) -> None:
    if value < 0:
        raise ValueError(f"depth: {value} in {city.code} is below 0")


DEPTH = Section("depth", int, 7, _not_negative)


def parsed(text: str, *sections: Section[int]) -> Profile:
    return profile.parse((HEAD + text).encode(), "test", sections or None)


def test_a_feature_reads_its_section() -> None:
    assert parsed("depth = 3").section(DEPTH) == 3
    assert parsed("").section(DEPTH) == 7


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("depht = 3", "profile test: there is no key 'depht'; did you mean 'depth'?"),
        ("sections = {}", "profile test: there is no key 'sections'; the keys are code, zone,"),
        ('depth = "3"', "profile test: Expected `int`, got `str` - at `$.depth`"),
        ("depth = -1", "profile test: depth: -1 in 1 is below 0"),
    ],
)
def test_what_cannot_be_read_is_said_with_file_and_key(text: str, said: str) -> None:
    with pytest.raises(ProfileError) as refused:
        parsed(text, DEPTH)
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('zone = "Nowhere/At all"', "profile test: zone: there is no time zone 'Nowhere/At all'"),
        ("title = 3", "profile test: Expected `object`, got `int` - at `$.title`"),
    ],
)
def test_the_citys_own_keys_are_checked_without_any_feature(wrong: str, said: str) -> None:
    key = wrong.partition(" ")[0]
    lines = [line for line in HEAD.splitlines() if not line.startswith(key)]
    with pytest.raises(ProfileError) as refused:
        profile.parse("\n".join([*lines, wrong]).encode(), "test")
    assert str(refused.value).startswith(said)


def test_an_area_has_one_place() -> None:
    text = HEAD.replace('code = "11"', 'code = "1"')
    with pytest.raises(ProfileError, match="area code 1 stands twice"):
        profile.parse(text.encode(), "test")


def test_a_town_is_like_other_towns_of_the_profile_alone() -> None:
    text = HEAD.replace('code = "11"', 'code = "11", similar = ["12"]')
    with pytest.raises(ProfileError, match="town 11: similar: '12' is no other town"):
        profile.parse(text.encode(), "test")
