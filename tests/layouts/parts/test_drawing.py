"""Lines: what is not known is a gap, not a slope from one known value to another."""

from __future__ import annotations

import pytest

from layouts.parts import drawing, sparkline


@pytest.mark.parametrize(
    ("points", "way"),
    [
        ([], ""),
        ([None, None], ""),
        ([(0, 1), (2, 3.5)], "M0 1L2 3.5"),
        ([(0, 1), None, (2, 3)], "M0 1h0M2 3h0"),
        ([None, (0, 1), (1, 1), None, (3, 2), None, (5, 2), (6, 2)], "M0 1L1 1M3 2h0M5 2L6 2"),
    ],
)
def test_a_line_is_broken_where_a_point_is_missing(
    points: list[drawing.Point | None], way: str
) -> None:
    assert drawing.course(points) == way


def test_a_sparkline_s_mark_is_on_the_last_day_that_is_known() -> None:
    drawn = sparkline.picture([1, 2, None, 3, None], "#111", "#222")
    assert "<path d='M4 28L42 4'" in drawn
    assert "<circle cx='118'" in drawn


def test_a_sparkline_of_which_less_than_half_is_known_is_none() -> None:
    """Shares and durations of a small town's single days are dots that say nothing."""
    assert sparkline.picture([1, None, 2, None], "#111", "#222")
    assert sparkline.picture([1, None, 2, None, None], "#111", "#222") == ""
