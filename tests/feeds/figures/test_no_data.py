"""No data is no data, never zero: a share has a value once all of its sources have spoken, and a
series begins when the figure's own sources spoke first in the area.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from feeds.figures import cells, date_ranges, past, series
from feeds.figures.windows import DateRange

NOW = "2026-09-30T15:00:00+08:00"
CITY, TOWN, OTHER = "320282", "320282112", "320282001"
DAYS = DateRange(date(2026, 9, 25), date(2026, 9, 30))
HALF = "fraud.dissuasion_rate"
Board = Any


@pytest.fixture
def board(pipeline: Callable[..., Any], event: Callable[..., dict[str, Any]]) -> Board:
    """A dispute long ago in the town, and warnings since the 28th; nobody was dissuaded, no dispute
    was closed.
    """
    through = pipeline(NOW)
    more = {"category": "labour", "centre": "town"}
    through.send(event("dispute.accepted", "2026-09-20T10:00:00+08:00", TOWN, case="d1", **more))
    for day in (28, 29, 30):
        at = f"2026-09-{day}T09:00:00+08:00"
        through.send(event("fraud.warning", at, TOWN, channel="phone", category="loan"))
    through.run()
    return through


def of_days(board: Board, kpi: str, area: str = TOWN) -> list[float | None]:
    with board.database.connect() as connection:
        found = series.series(connection, board.profile, kpi, area, DAYS, "day", board.now_ms)
    return [point.value for point in found]


@pytest.mark.parametrize("area", [TOWN, CITY])
def test_a_share_of_which_one_source_never_spoke_has_no_value(board: Board, area: str) -> None:
    for period in ("today", "month", "year"):
        state = board.state(area, period)
        assert (state["set"][HALF], state["parts"].get(HALF)) == (None, None)
        assert set(state["series"][f"days:{HALF}"]) == {None}
    with board.database.connect() as connection:
        days = date_ranges.state(connection, board.profile, area, DAYS)
        then = past.state(connection, board.profile, area, "month", board.now_ms)
        split = cells.read(connection, board.profile, HALF, area, DAYS, board.now_ms, ("town",))
    assert days["set"][HALF] is None
    assert set(days["series"][f"days:{HALF}"]) == {None}
    assert (then["set"][HALF], then["parts"].get(HALF)) == (None, None)
    assert [cell.value for cell in split] == [None]
    assert of_days(board, HALF, area) == [None] * 5


def test_once_all_have_spoken_it_has_one(board: Board, event: Any) -> None:
    board.send(event("fraud.dissuaded", "2026-09-30T10:00:00+08:00", TOWN, category="loan"))
    board.run()
    state = board.state(TOWN, "today")
    assert state["set"][HALF] == 1.0
    assert state["series"][f"days:{HALF}"][-3:] == [None, None, 1.0]
    assert state["change"][HALF] == [None, None], "nobody was dissuaded before, as far as is known"


@pytest.mark.parametrize("area", [TOWN, CITY])
def test_a_series_begins_when_its_own_source_spoke_first(board: Board, area: str) -> None:
    state = board.state(area, "today")
    expected = [None, None, None, 1, 1]
    assert of_days(board, "fraud.warnings", area) == expected
    assert state["series"]["days:fraud.warnings"][-6:-1] == expected
    assert state["series"]["hours:fraud.warnings"][:3] == [0, 0, 0], "it spoke the day before"
    assert of_days(board, "disputes.open", area) == [1] * 5
    assert state["series"]["days:disputes.open"][-12:-8] == [None, 1, 1, 1]
    with board.database.connect() as connection:
        days = date_ranges.state(connection, board.profile, area, DAYS)
    assert days["series"]["days:fraud.warnings"] == expected


def test_another_town_that_never_spoke_has_none(board: Board) -> None:
    assert of_days(board, "fraud.warnings", OTHER) == [None] * 5
    state = board.state(OTHER, "today")
    assert set(state["series"]["days:fraud.warnings"]) == {None}
    assert set(state["series"]["days:disputes.open"]) == {None}


def test_a_late_event_begins_it_earlier(board: Board, event: Any) -> None:
    at = "2026-09-26T09:00:00+08:00"
    board.send(event("fraud.warning", at, TOWN, channel="phone", category="loan"))
    board.run()
    assert of_days(board, "fraud.warnings") == [None, 1, 0, 1, 1]
    assert board.state(TOWN, "today")["series"]["days:fraud.warnings"][-6:-1] == of_days(
        board, "fraud.warnings"
    )


def test_a_period_of_which_the_sources_saw_little_is_compared_with_nothing(
    pipeline: Callable[..., Any], event: Any
) -> None:
    """Warnings of the last weeks of last year's elapsed part are not set beside the year to date;
    last month, which was seen whole, is.
    """
    through = pipeline(NOW)
    for n, day in enumerate(("2025-09-10", "2025-09-25", "2026-08-02", "2026-09-03", "2026-09-04")):
        at = f"{day}T09:00:00+08:00"
        more = {"channel": "phone", "category": "loan"}
        through.send(event("fraud.warning", at, TOWN, id=f"w{n}", **more))
    through.run()
    year, month = (through.state(TOWN, period) for period in ("year", "month"))
    assert year["set"]["fraud.warnings"] == 3
    assert year["change"]["fraud.warnings"][0] is None
    assert month["change"]["fraud.warnings"] == [None, 1.0], "September 2025 was not seen whole"
    with through.database.connect() as connection:
        then = past.state(connection, through.profile, TOWN, "year", through.now_ms)
    assert then["change"]["fraud.warnings"][0] is None


def test_a_split_has_no_zeros_before_the_first_report(
    pipeline: Callable[..., Any], event: Callable[..., dict[str, Any]]
) -> None:
    through = pipeline(NOW)
    through.run()
    before = through.state(CITY, "year")["series"]
    assert set(before["by_goal:tasks.set"].values()) == {None}
    assert set(before["by_group:risks.open"].values()) == {None}
    more = {"category": "goal-01", "department": "police", "due": "2026-12-31T18:00:00+08:00"}
    through.send(event("task.set", "2026-09-20T10:00:00+08:00", CITY, case="t1", **more))
    through.run()
    after = through.state(CITY, "year")["series"]
    assert after["by_goal:tasks.set"]["goal-01"] == 1
    assert after["by_goal:tasks.set"]["goal-02"] == 0
    assert set(after["by_group:risks.open"].values()) == {None}
