"""Outlines of towns from a GeoJSON file, and what is said of a file that can't be used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from feeds.city import outlines, profile
from feeds.city.profile import Profile

CITY = """
code = "1"
zone = "Asia/Shanghai"
title = { zh = "市", en = "City" }
town = [{ code = "11", name = { zh = "甲镇", en = "A" } }, { code = "12", name = { zh = "乙镇", en = "B" } }]
outlines = "towns.geojson"
"""


def square(code: Any, x: float, **geometry: Any) -> dict[str, Any]:
    ring = [[x, 31.0], [x + 0.1, 31.0], [x + 0.1, 31.1], [x, 31.1], [x, 31.0]]
    shape = {"type": "Polygon", "coordinates": [ring]} | geometry
    return {"type": "Feature", "properties": {"code": code}, "geometry": shape}


def loaded(folder: Path, content: Any) -> Profile:
    (folder / "city.toml").write_text(CITY, "utf-8")
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / "towns.geojson").write_text(text, "utf-8")
    return profile.load(str(folder / "city.toml"), [outlines.OUTLINES])


def collection(*features: dict[str, Any]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def test_towns_are_projected_and_scaled_together(tmp_path: Path) -> None:
    found = outlines.of(loaded(tmp_path, collection(square("11", 119.8), square("12", 119.9))))
    assert found is not None
    assert found.width == 1000
    assert found.height == pytest.approx(1000 / 2 / 0.857, rel=0.01)  # a degree east is shorter
    assert {len(rings) for rings in found.rings.values()} == {1}
    assert found.middle("11")[0] == pytest.approx(250)
    assert found.size("12")[0] == pytest.approx(500)


def test_a_line_keeps_its_corners_and_loses_what_lies_between(tmp_path: Path) -> None:
    ring = [[119.8 + 0.2 * n / 100, 31.0] for n in range(101)]
    ring += [[120.0, 31.1], [119.8, 31.1], [119.8, 31.0]]
    many = square("11", 0, coordinates=[ring])
    found = outlines.of(loaded(tmp_path, collection(many, square("12", 119.8))))
    assert found is not None
    assert len(found.rings["11"][0]) <= 5


def test_a_lake_beside_the_towns_is_left_out(tmp_path: Path) -> None:
    lake = square("lake", 120.0)
    found = outlines.of(
        loaded(tmp_path, collection(square("11", 119.8), square("12", 119.9), lake))
    )
    assert found is not None
    assert set(found.rings) == {"11", "12"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("no json", "is no JSON"),
        ({"type": "Feature"}, "is no FeatureCollection"),
        (collection(square("11", 119.8)), "no feature has the code '12'"),
        (collection({"type": "Feature", "properties": {}}), "feature 1: has no code"),
        (
            collection(square("11", 119.8), square("12", 0, type="Point")),
            "feature 2: is a Point; a town has to be a Polygon",
        ),
        (collection(square("11", 3_500_000)), "feature 1: (3.5e+06, 31) is no longitude"),
        (collection(square("11", 0, coordinates=[[[1, 2], [3, 4]]])), "a ring of 2 points"),
        (collection(square("11", 0, coordinates=[["x"]])), "coordinates that are no numbers"),
    ],
)
def test_a_file_that_cannot_be_used_stops_the_start_by_its_name(
    content: Any, said: str, tmp_path: Path
) -> None:
    with pytest.raises(profile.ProfileError) as refused:
        loaded(tmp_path, content)
    assert "towns.geojson" in str(refused.value)
    assert said in str(refused.value)


def test_a_missing_file_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "city.toml").write_text(CITY, "utf-8")
    with pytest.raises(profile.ProfileError, match="no such file"):
        profile.load(str(tmp_path / "city.toml"), [outlines.OUTLINES])
