"""What a feature brings along is handed in by the composition: nothing is forgotten."""

from __future__ import annotations

import importlib
from typing import Any

from dashboard import city
from feeds.city.profile import Section


def test_every_section_of_the_profile_is_read_at_the_start(modules: list[Any]) -> None:
    names = [one.name for one in modules if "Section(" in one.text and one.name.startswith("feeds")]
    declared = [
        value
        for name in names
        for value in vars(importlib.import_module(_dotted(name))).values()
        if isinstance(value, Section)
    ]
    assert declared
    assert {section.key for section in declared} == {section.key for section in city.SECTIONS}


def test_a_profile_is_loaded_at_one_place_with_all_its_sections(modules: list[Any]) -> None:
    assert [one.name for one in modules if "profile.load(" in one.text] == ["dashboard/city.py"]


def _dotted(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")
