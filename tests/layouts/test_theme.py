"""The stylesheet and the charts carry the same colours, contrast is enough, and the wall's type
follows the distance.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
import re

import numpy as np
import pytest

from dashboard.shell import assets
from layouts import theme
from layouts.view import Theme

CSS = assets.text("board.css") + assets.text("wall.css")
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
    assert declared == dataclasses.asdict(theme.tokens(name))


@pytest.mark.parametrize("name", ["dark", "light"])
def test_what_is_read_stands_out(name: Theme) -> None:
    t = theme.tokens(name)
    for colour in (t.text, t.secondary, t.data, t.concern, t.special, t.common, t.alarm):
        assert contrast(colour, t.ground) >= 4.5, colour


@pytest.mark.parametrize("name", ["dark", "light"])
def test_words_stand_out_on_every_ground_they_are_on(name: Theme) -> None:
    """WCAG 2.2 AA: 4.5 for words on the three grounds and on a button, 3 for marks and the line
    around the focus.
    """
    t = theme.tokens(name)
    grounds = (t.ground, t.surface, t.raised)
    low = [
        (c, g)
        for c in (t.text, t.secondary, t.data, t.concern, t.common)
        for g in grounds
        if contrast(c, g) < 4.5
    ]
    low += [
        (t.ground, fill)
        for fill in (t.data, t.concern, t.special)
        if contrast(t.ground, fill) < 4.5
    ]
    low += [(mark, g) for mark in (t.special, t.alarm) for g in grounds if contrast(mark, g) < 3]
    low += [
        (t.concern, tint)
        for tint in [_mixed(t.concern, t.ground, 0.14)]
        if contrast(t.concern, tint) < 4.5
    ]
    assert low == []


def _mixed(colour: str, ground: str, share: float) -> str:
    pairs = [(int(colour[i : i + 2], 16), int(ground[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02X}" for a, b in pairs)


def test_the_stylesheet_asks_no_other_host() -> None:
    assert re.findall(r"url\(|@import|https?:", CSS) == []


def test_nothing_moves_for_those_who_asked() -> None:
    assert "prefers-reduced-motion" in CSS
    assert "400ms" in CSS


# Machado, Oliveira and Fernandes (2009), severity 1, on linear light
DEFICIENCIES = {
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
WHITE = (0.95047, 1.0, 1.08883)


def lab(colour: str, deficiency: str) -> np.ndarray:
    """CIE L*a*b* of a colour as somebody with the deficiency sees it."""
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(DEFICIENCIES[deficiency]) @ linear, 0, 1)
    ratio = (np.array(XYZ) @ seen) / np.array(WHITE)
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(one: np.ndarray, other: np.ndarray) -> float:
    """CIEDE2000 of two L*a*b* colours."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean_c = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    g = 1.5 - 0.5 * math.sqrt(mean_c**7 / (mean_c**7 + 25**7))
    c1, c2 = math.hypot(a1 * g, b1), math.hypot(a2 * g, b2)
    h1, h2 = (math.degrees(math.atan2(b, a * g)) % 360 for a, b in ((a1, b1), (a2, b2)))
    dh = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0
    big_h, mean_l, c = (
        2 * math.sqrt(c1 * c2) * math.sin(math.radians(dh) / 2),
        (l1 + l2) / 2,
        (c1 + c2) / 2,
    )
    h = h1 + h2 if not c1 * c2 else (h1 + dh / 2) % 360
    t = (
        1
        - 0.17 * _cos(h - 30)
        + 0.24 * _cos(2 * h)
        + 0.32 * _cos(3 * h + 6)
        - 0.2 * _cos(4 * h - 63)
    )
    s_l, s_c, s_h = (
        1 + 0.015 * (mean_l - 50) ** 2 / math.sqrt(20 + (mean_l - 50) ** 2),
        1 + 0.045 * c,
        1 + 0.015 * c * t,
    )
    turn = (
        -math.sin(math.radians(60 * math.exp(-(((h - 275) / 25) ** 2))))
        * 2
        * math.sqrt(c**7 / (c**7 + 25**7))
    )
    dl, dc, dh = (l2 - l1) / s_l, (c2 - c1) / s_c, big_h / s_h
    return math.sqrt(dl**2 + dc**2 + dh**2 + turn * dc * dh)


def _cos(degrees: float) -> float:
    return math.cos(math.radians(degrees))


def test_the_distance_is_that_of_the_published_pairs() -> None:
    """Sharma, Wu and Dalal (2005), pairs 1, 7 and 25."""
    pairs = [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ]
    for one, other, wanted in pairs:
        assert distance(np.array(one), np.array(other)) == pytest.approx(wanted, abs=1e-4)


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_good_bad_and_neither_look_different_to_everybody(name: Theme, deficiency: str) -> None:
    t = theme.tokens(name)
    seen = [lab(colour, deficiency) for colour in (t.data, t.concern, t.common)]
    apart = [distance(a, b) for a, b in itertools.combinations(seen, 2)]
    assert min(apart) >= 12, apart


def test_without_colour_shapes_differ() -> None:
    """Worse is a filled square on its corner, off target a triangle, better a filled disc, changed
    a filled square, near a ring.
    """
    shapes = {
        code: " ".join(re.findall(rf'\[data-code="{code}"\][^{{]*::before[^{{]*\{{(.*?)\}}', CSS))
        for code in ("worse", "off", "better", "changed", "near")
    }
    assert "rotate(45deg)" in shapes["worse"]
    assert "border-top: .5em solid" in shapes["off"]
    assert len(set(shapes.values())) == len(shapes)
