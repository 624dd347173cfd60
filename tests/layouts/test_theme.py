"""The stylesheet and the charts carry the same colours, contrast is enough, and the wall's type follows the distance."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from feeds.profile import Wall
from layouts import theme
from layouts.view import Theme

CSS = (Path(__file__).parents[2] / "assets" / "board.css").read_text("utf-8")
SELECTORS = {"dark": r"\.board \{(.*?)\n\}", "light": r"\.board\.light \{(.*?)\n\}"}


def luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", ["dark", "light"])
def test_the_stylesheet_has_the_same_tokens(name: Theme) -> None:
    block = re.search(SELECTORS[name], CSS, re.S)
    assert block
    declared = dict(re.findall(r"--([a-z0-9-]+): (#[0-9A-F]{6})", block[1]))
    tokens = dataclasses.asdict(theme.tokens(name))
    steps = {f"step-{i}": c for i, c in enumerate(tokens.pop("steps"))} | {f"on-step-{i}": c for i, c in enumerate(tokens.pop("on_steps"))}
    assert declared == tokens | steps


@pytest.mark.parametrize("name", ["dark", "light"])
def test_what_is_read_stands_out(name: Theme) -> None:
    t = theme.tokens(name)
    for colour in (t.text, t.secondary, t.data, t.concern, t.special, t.common, t.alarm):
        assert contrast(colour, t.ground) >= 4.5, colour
    for fill, ink in zip(t.steps, t.on_steps, strict=True):
        assert contrast(fill, ink) >= 4.5, fill


@pytest.mark.parametrize("name", ["dark", "light"])
def test_the_steps_go_one_way(name: Theme) -> None:
    levels = [luminance(c) for c in theme.tokens(name).steps]
    assert levels == sorted(levels, reverse=name == "light")


def test_the_smallest_type_follows_the_distance() -> None:
    assert theme.wall_base_px(Wall()) == 22
    assert theme.wall_base_px(Wall(distance_m=10.0)) == 43
    assert theme.wall_base_px(Wall(distance_m=5.0, panel_width_mm=4880)) == 11


def test_the_stylesheet_asks_no_other_host() -> None:
    assert re.findall(r"url\(|@import|https?:", CSS) == []


def test_nothing_moves_for_those_who_asked() -> None:
    assert "prefers-reduced-motion" in CSS
    assert "400ms" in CSS
