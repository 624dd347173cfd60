"""Series from the rollups: the step that now is in says what the engine says."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from feeds import kpis
from feeds.figures import series
from feeds.figures.windows import DateRange

TOWN, CITY = "320282112", "320282"
NOW = "2026-09-30T15:00:00+08:00"


@pytest.fixture
def board(pipeline: Any, event: Any) -> Any:
    """Cases that fall due today before now, today after now, and later this month, by the city's
    limits or by a time of their own.
    """
    through = pipeline(NOW)
    for n, moment in enumerate(
        ("09-20T08:00", "09-23T14:00", "09-23T16:00", "09-23T23:59", "09-24T01:00", "09-29T10:00")
    ):
        reported = f"2026-{moment}:00+08:00"
        through.send(
            event(
                "incident.reported",
                reported,
                TOWN,
                case=f"c{n}",
                category="order",
                severity=1,
                channel="app",
            )
        )
    through.send(
        event("incident.closed", "2026-09-30T11:00:00+08:00", TOWN, case="c0", outcome="done")
    )
    for n, due in enumerate(
        (
            "2026-09-30T14:00:00+08:00",
            "2026-09-30T15:00:00+08:00",
            "2026-09-30T15:01:00+08:00",
            "2026-10-05T09:00:00+08:00",
        )
    ):
        given = {"case": f"t{n}", "category": "goal-03", "department": "justice", "due": due}
        through.send(event("task.set", "2026-09-28T09:00:00+08:00", TOWN, **given))
    through.send(event("task.completed", "2026-09-30T12:00:00+08:00", TOWN, case="t0"))
    through.send(
        event(
            "indicator.reported",
            "2026-09-29T09:00:00+08:00",
            TOWN,
            indicator="devices.online",
            value=8,
            total=10,
        )
    )
    through.send(
        event(
            "indicator.reported",
            "2026-09-30T15:03:00+08:00",
            TOWN,
            indicator="devices.online",
            value=1,
            total=10,
        )
    )
    through.run()
    return through


def _series(board: Any, kpi: str, area: str, step: Any, days: int = 1) -> list[series.Point]:
    after = datetime.fromisoformat(NOW).date() + timedelta(1)
    with board.database.connect() as connection:
        span = DateRange(after - timedelta(days), after)
        return series.series(connection, board.profile, kpi, area, span, step, board.now_ms)


def test_what_falls_due_later_today_is_not_due_yet(board: Any) -> None:
    assert [p.value for p in _series(board, "incidents.overdue", TOWN, "day", 3)] == [1, 1, 1]
    assert [p.value for p in _series(board, "incidents.overdue", CITY, "month")] == [1]
    board.at("2026-09-30T17:00:00+08:00")
    assert [p.value for p in _series(board, "incidents.overdue", TOWN, "day", 3)] == [1, 1, 2]


@pytest.mark.parametrize(("step", "period"), [("day", "today"), ("month", "month")])
@pytest.mark.parametrize("area", [TOWN, CITY])
def test_the_last_step_is_what_the_engine_publishes(
    board: Any, area: str, step: str, period: str
) -> None:
    published = board.state(area, period)["set"]
    last = {k: _series(board, k, area, step)[-1].value for k in kpis.CATALOGUE}
    assert last["tasks.on_time"] == 0.5
    # What is reported in batches shows the last of them; a series has it on its own day.
    known = {k: v for k, v in published.items() if v is not None and not kpis.CATALOGUE[k].batch}
    assert {k: last[k] for k in known} == known


def test_a_share_of_a_town_comes_with_the_cases_that_it_is_of(board: Any) -> None:
    series = board.state(CITY, "month")["series"]
    assert series["towns:sensing.online_rate"][TOWN] == 0.8
    assert series["towns_of:sensing.online_rate"][TOWN] == 10
    assert "towns_of:incidents.reported" not in series
    assert not [name for name in board.state(TOWN, "month")["series"] if name.startswith("towns")]


def test_a_step_that_is_over_is_whole(board: Any) -> None:
    with board.database.connect() as connection:
        days = DateRange(date(2026, 9, 26), date(2026, 9, 30))
        found = series.series(
            connection, board.profile, "incidents.overdue", TOWN, days, "day", board.now_ms
        )
    assert [(p.day.day, p.value) for p in found] == [(26, 0), (27, 1), (28, 1), (29, 1)]
