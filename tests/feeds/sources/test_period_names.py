"""Periods as offices write them, and the day they end."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from feeds.sources import period_names
from feeds.sources.cell_values import Cell, Unusable


@pytest.mark.parametrize(
    ("written", "code", "ends"),
    [
        ("2026年第三季度", "2026Q3", date(2026, 9, 30)),
        ("2026年三季度", "2026Q3", date(2026, 9, 30)),
        ("2026Q1", "2026Q1", date(2026, 3, 31)),
        ("2026年4季度", "2026Q4", date(2026, 12, 31)),
        ("2026年2月", "2026-02", date(2026, 2, 28)),
        ("2024-2", "2024-02", date(2024, 2, 29)),
        ("2026.09", "2026-09", date(2026, 9, 30)),
        ("2026年", "2026", date(2026, 12, 31)),
        (2026, "2026", date(2026, 12, 31)),
        (2026.0, "2026", date(2026, 12, 31)),
        ("2026年9月30日", "2026-09-30", date(2026, 9, 30)),
        ("2026-9-5", "2026-09-05", date(2026, 9, 5)),
        (datetime(2026, 9, 1), "2026-09", date(2026, 9, 30)),
        (date(2026, 9, 30), "2026-09-30", date(2026, 9, 30)),
    ],
)
def test_a_period_is_read_as_it_is_written(written: Cell, code: str, ends: date) -> None:
    assert period_names.code(written) == code
    assert period_names.last_day(code) == ends


@pytest.mark.parametrize(
    "written", ["三季度", "2026年5季度", "2026年13月", "2026-02-30", "上半年", "", "20260930", True]
)
def test_what_names_no_period_is_refused(written: Cell) -> None:
    with pytest.raises(Unusable):
        period_names.code(written)
