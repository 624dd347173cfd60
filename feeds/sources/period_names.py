"""The period that a spreadsheet's cell or heading names (2026年三季度, 2026Q3, 2026年9月), as a
code, and the day on which it ends.

Times of single moments are in feeds/sources/cell_values.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

from feeds.city import periods
from feeds.city.words import Text
from feeds.sources import cell_values
from feeds.sources.cell_values import Cell, Unusable

NOT_A_PERIOD = Text("不是年、季度、月或日", "is not a year, quarter, month or day")
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_WRITTEN: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"(\d{4})\s*年?", lambda m: m[1]),
    (r"(\d{4})\s*-?Q([1-4])", lambda m: f"{m[1]}Q{m[2]}"),
    (r"(\d{4})年\s*第?([一二三四1-4])季度", lambda m: f"{m[1]}Q{_QUARTERS[m[2]]}"),
    (r"(\d{4})[-./](0?[1-9]|1[0-2])", lambda m: f"{m[1]}-{int(m[2]):02d}"),
    (r"(\d{4})年\s*(0?[1-9]|1[0-2])月(?:份)?", lambda m: f"{m[1]}-{int(m[2]):02d}"),
    (
        r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?",
        lambda m: f"{m[1]}-{int(m[2]):02d}-{int(m[3]):02d}",
    ),
)


def code(cell: Cell) -> str:
    """2026, 2026Q3, 2026-09 or 2026-09-30. Raises Unusable.

    Excel turns 2026年9月 into the first of the month: a date that is the first stands for its
    month.
    """
    if isinstance(cell, datetime | date):
        return f"{cell:%Y-%m}" if cell.day == 1 else f"{cell:%Y-%m-%d}"
    written = cell_values.text(cell)
    for pattern, made in _WRITTEN:
        if found := re.fullmatch(pattern, written):
            return _checked(made(found))
    raise Unusable(NOT_A_PERIOD)


def last_day(period: str) -> date:
    """The day on which a period's code ends."""
    if "Q" in period:
        return _last("quarter", date(int(period[:4]), 3 * int(period[5]), 1))
    year, month, day = (*map(int, period.split("-")), 0, 0)[:3]
    return (
        date(year, month, day)
        if day
        else _last("month" if month else "year", date(year, month or 1, 1))
    )


def _last(kind: periods.Period, day: date) -> date:
    return periods.days(kind, day)[1] - timedelta(1)


def _checked(period: str) -> str:
    try:
        last_day(period)
    except ValueError:
        raise Unusable(NOT_A_PERIOD) from None
    return period
