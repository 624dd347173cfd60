"""A profile with the sections of every feature: what is wrong anywhere in the file stops the start."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashboard import city
from feeds.city import profile
from feeds.city.profile import ProfileError

HEAD = """
code = "1"
zone = "UTC"
title = { zh = "市", en = "City" }
town = [{ code = "11", name = { zh = "甲镇", en = "A" } }]
"""


@pytest.mark.parametrize("name", profile.names())
def test_every_shipped_profile_can_be_used(name: str) -> None:
    assert city.load(name).towns


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[wal]\n", "there is no key 'wal'; did you mean 'wall'?"),
        ("[[alerts]]\n", "there is no key 'alerts'; did you mean 'alert'?"),
        ("[xyz]\n", "there is no key 'xyz'; the keys are code, zone, title, town,"),
        ("[wall]\ncolour = 1", "Object contains unknown field `colour` - at `$.wall`"),
        ('[wall]\ndistance_m = "5"', "Expected `float`, got `str` - at `$.wall.distance_m`"),
        ("alert = 3", "Expected `array`, got `int` - at `$.alert`"),
        ('[[alert]]\nkind = "wish"', "Invalid value 'wish' - at `$.alert[0].kind`"),
        ('[targets]\n"incidents.open" = "few"', "Expected `float`, got `str`"),
        ('[targets]\n"no.such" = 1', "targets: there is no KPI 'no.such'"),
        (
            '[targets]\n"incidents.closure_rate" = 98',
            "targets.incidents.closure_rate is a share, from 0 to 1, not 98; 98 % is 0.98",
        ),
        (
            '[origins]\n"no.such" = { zh = "文", en = "paper" }',
            "origins: there is no KPI 'no.such'",
        ),
        (
            '[owners]\n19 = { zh = "局", en = "office" }',
            "owners.19: no such system; one of 1 to 18",
        ),
        (
            "[heartbeats]\nincidents = 12",
            "heartbeats.incidents: there are no such events; did you mean 'incident'?",
        ),
        (
            "[heartbeats]\nincident = 0",
            "Expected `float` > 0.0 - at `$.heartbeats[...]`",
        ),
        (
            '[references]\nvalues = { "no.such" = 1 }\nperiod = { zh = "", en = "" }\n'
            'source = { zh = "", en = "" }',
            "references.values: there is no KPI 'no.such'",
        ),
        (
            '[[alert]]\nkind = "no_data"\nid = "a"\nkpi = "incidents.open"\nscene = "none"\n'
            'title = { zh = "", en = "" }',
            "alert 'a': scene: the wall has no scene 'none'",
        ),
    ],
)
def test_what_is_wrong_is_said_with_file_and_key(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "city.toml"
    file.write_text(HEAD + text, encoding="utf-8")
    with pytest.raises(ProfileError) as refused:
        city.load(str(file))
    assert str(refused.value).startswith(f"profile {file}: {said}")
    chinese = refused.value.said.zh.removeprefix(f"城市配置 {file}：")
    assert re.search("[\u4e00-\u9fff]", chinese), "the reason is in both languages"
