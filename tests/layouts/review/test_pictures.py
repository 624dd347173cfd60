"""The small pictures beside findings."""

from __future__ import annotations

import pytest

from layouts import theme
from layouts.review import pictures
from layouts.review.pictures import Place, Strip


@pytest.mark.parametrize(("at", "apart"), [(0.1, True), (0.45, False), (0.5, False)])
def test_two_numbers_under_one_line_do_not_run_into_each_other(at: float, apart: bool) -> None:
    value, middle = Place(at, "3,797"), Place(0.5, "约应 3,843")
    assert pictures._are_apart(value, middle) is apart
    assert pictures._are_apart(middle, value) is apart


def test_a_place_without_words_has_its_line_alone() -> None:
    strip = Strip(0.2, 0.8, True, Place(0.45, "3,797"), Place(0.5), None, "◆", "concern")
    drawn = pictures.svg(strip, theme.LIGHT)
    assert "3,797" in drawn
    assert drawn.count("<text") == 1
