"""Figures and changes read as docs/reference/dom.md says."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.city.words import Lang
from feeds.kpis import Unit
from layouts.parts import plots
from layouts.text import numbers

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "number_cases.json").read_text("utf-8")
)
SPACE = "\u00a0"


def test_the_shared_cases_hold() -> None:
    found = [(numbers.figure(c["value"], c["unit"], c["lang"]), c) for c in CASES]
    assert [
        (tuple(figure), c) for figure, c in found if tuple(figure) != (c["number"], c["unit_text"])
    ] == []


def test_the_shared_cases_are_many_and_cover_every_unit_in_both_languages() -> None:
    assert len(CASES) >= 80
    assert {(c["unit"], c["lang"]) for c in CASES} == {
        (unit, lang) for unit in get_args(Unit) for lang in get_args(Lang)
    }


@given(st.floats(0, 9.99e11), st.sampled_from(get_args(Unit)), st.sampled_from(get_args(Lang)))
def test_a_tile_shows_at_most_four_significant_digits(value: float, unit: Unit, lang: Lang) -> None:
    value = min(value, {"share": 9, "hours": 9999, "days": 9999}.get(unit, value))
    digits = numbers.figure(value, unit, lang).digits
    assert sum(c.isdigit() for c in digits) <= 4, digits


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_a_share_that_is_not_whole_never_reads_as_all_or_nothing(value: float) -> None:
    assert numbers.figure(value, "share", "zh").digits not in ("0", "0.0", "100", "100.0")


@pytest.mark.parametrize(
    ("difference", "unit", "zh", "en"),
    [
        (0.0321, "count", f"+3.2{SPACE}%", f"+3.2{SPACE}%"),
        (-0.101, "count", f"−10.1{SPACE}%", f"−10.1{SPACE}%"),
        (-0.012, "share", f"−1.2{SPACE}个百分点", f"−1.2{SPACE}pts"),
        (0.0004, "yuan", "持平", "no change"),
        (-0.0004, "share", "持平", "no change"),
        (9.9994, "hours", f"+999.9{SPACE}%", f"+999.9{SPACE}%"),
        (12.3456, "days", f"+1235{SPACE}%", f"+1,235{SPACE}%"),
    ],
)
def test_changes_are_signed(difference: float, unit: Unit, zh: str, en: str) -> None:
    assert (numbers.change(difference, unit, "zh"), numbers.change(difference, unit, "en")) == (
        zh,
        en,
    )


@given(st.floats(-1e9, 1e9))
def test_rounding_is_half_up(x: float) -> None:
    assert numbers.rounded(x) == math.floor(x + 0.5)


def test_axes_in_chinese_count_in_ten_thousands_and_english_ones_are_grouped() -> None:
    assert plots.scale(9_999, "zh") == {"tickformat": "d"}
    assert plots.scale(165_000, "en") == {"tickformat": ",d"}
    for greatest, ticks in (
        (18_500, {"10000": "1万", "15000": "1.5万", "20000": "2万"}),
        (165_000, {"50000": "5万", "100000": "10万", "150000": "15万"}),
        (9.8e7, {"50000000": "5000万", "100000000": "1亿"}),
        (1.3e8, {"120000000": "1.2亿"}),
    ):
        named = plots.scale(greatest, "zh")["labelalias"]
        assert ticks.items() <= named.items()
        assert min(map(int, named)) >= numbers.WAN
        assert len(named) < 100


@pytest.mark.parametrize(
    ("value", "target", "unit", "zh"),
    [
        (0.979563, 0.98, "share", f"\u22120.04{SPACE}个百分点"),
        (0.97999, 0.98, "share", f"\u22120.001{SPACE}个百分点"),
        (0.987, 0.95, "share", f"+3.7{SPACE}个百分点"),
        (0.95, 0.95, "share", "持平"),
        (120.04, 120.0, "hours", f"+2{SPACE}分钟"),
        (120.001, 120.0, "hours", f"+0.1{SPACE}分钟"),
        (118.0, 120.0, "hours", f"\u22122.0{SPACE}小时"),
    ],
)
def test_a_figure_that_misses_its_target_is_never_said_to_equal_it(
    value: float, target: float, unit: Unit, zh: str
) -> None:
    assert numbers.from_target(value, target, unit, "zh") == zh
