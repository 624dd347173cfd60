"""What was not received is no zero, also in the middle of a series: source and towns silent for
weeks, and heard again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from feeds.figures import date_ranges, series
from feeds.figures.known_at import Known
from feeds.figures.windows import DateRange
from feeds.history import storage
from feeds.trends import trend_lines

NOW = "2026-09-30T15:00:00+08:00"
CITY, TOWN, OTHER, AWAY = "320282", "320282112", "320282001", "320282102"
FIRST, LAST = date(2026, 7, 6), date(2026, 9, 30)  # Monday of a week, Wednesday
SILENT = (date(2026, 8, 26), date(2026, 9, 9))  # Wednesday to Wednesday: one whole week
AWAY_FROM = (date(2026, 7, 20), date(2026, 8, 10))
KPI = "incidents.reported"
Board = Any


@pytest.fixture
def board(pipeline: Callable[..., Any], event: Callable[..., dict[str, Any]]) -> Board:
    """Three towns: the first reports incidents daily, the second but one, the third patrols alone
    and is away for three weeks; the incidents' source is silent for two.
    """
    through = pipeline(NOW)
    more = {"category": "safety", "severity": 2, "channel": "patrol"}
    sent = []
    for n in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(n)
        at = f"{day}T09:00:00+08:00"
        if not SILENT[0] <= day < SILENT[1]:
            towns = (TOWN, OTHER) if n == 1 else (TOWN,)
            sent += [event("incident.reported", at, t, case=f"{t}-{n}", **more) for t in towns]
        sent += [event("patrol.completed", at, t, visits=1) for t in (TOWN, OTHER)]
        if not AWAY_FROM[0] <= day < AWAY_FROM[1]:
            sent.append(event("patrol.completed", at, AWAY, visits=1))
    assert through.send(*sent).rejected == []
    through.run()
    return through


def by(board: Board, area: str, step: Any, kpi: str = KPI) -> dict[str, float | None]:
    days = DateRange(FIRST, LAST)
    with board.database.connect() as connection:
        found = series.series(connection, board.profile, kpi, area, days, step, board.now_ms)
    return {point.day.isoformat(): point.value for point in found}


def test_silent_days_have_no_value_and_quiet_ones_are_zero(board: Board) -> None:
    of_town, of_other = by(board, TOWN, "day"), by(board, OTHER, "day")
    for n in range(1, (LAST - FIRST).days):
        day = FIRST + timedelta(n)
        is_silent = SILENT[0] <= day < SILENT[1]
        assert of_town[day.isoformat()] == (None if is_silent else 1)
        if n > 1:
            assert of_other[day.isoformat()] == (None if is_silent else 0)


@pytest.mark.parametrize("area", [TOWN, OTHER, CITY])
def test_pages_and_series_of_days_say_the_same(board: Board, area: str) -> None:
    days = DateRange(LAST - timedelta(29), LAST)
    alone = by(board, area, "day")
    expected = [alone[(days.start + timedelta(n)).isoformat()] for n in range(29)]
    assert None in expected
    assert board.state(area, "today")["series"][f"days:{KPI}"][:-1] == expected
    with board.database.connect() as connection:
        ranges = date_ranges.state(connection, board.profile, area, days)
    assert ranges["series"][f"days:{KPI}"] == expected
    open_now = board.state(area, "today")["series"]["days:incidents.open"][:-1]
    assert [one is None for one in open_now] == [one is None for one in expected]


def test_a_late_report_of_one_town_ends_the_silence_of_all(board: Board, event: Any) -> None:
    at = f"{SILENT[1] - timedelta(1)}T09:00:00+08:00"
    assert board.state(OTHER, "today")["series"][f"days:{KPI}"][7] is None
    more = {"category": "safety", "severity": 2, "channel": "patrol"}
    board.send(event("incident.reported", at, TOWN, case="late", **more))
    board.run()
    assert board.state(OTHER, "today")["series"][f"days:{KPI}"][7] == 0
    assert board.state(TOWN, "today")["series"][f"days:{KPI}"][7] == 1


@pytest.mark.parametrize("area", [TOWN, CITY])
def test_a_week_of_which_a_part_was_not_received_has_no_point(board: Board, area: str) -> None:
    weeks = by(board, area, "week")
    silent = {"2026-08-24", "2026-08-31", "2026-09-07"}
    assert {week for week, value in weeks.items() if value is None} == silent
    with storage.snapshot(board.database) as connection:
        lines = trend_lines.known(connection, board.profile, area, board.now_ms, Known())
    first, values = lines[KPI][1:3]
    assert [value is None for value in values] == [
        (date.fromisoformat(first) + timedelta(weeks=n)).isoformat() in silent
        for n in range(len(values))
    ]


def test_a_town_that_was_away_has_no_weeks_while_the_city_has(board: Board) -> None:
    patrols = "incidents.patrol_visits"
    of_town = by(board, AWAY, "week", patrols)
    away = {"2026-07-13", "2026-07-20", "2026-07-27", "2026-08-03", "2026-08-10"}
    assert {week for week, value in of_town.items() if value is None} == away
    assert None not in by(board, CITY, "week", patrols).values()
