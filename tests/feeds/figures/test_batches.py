"""What is reported in batches shows the last one until the next, never 0 meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from feeds.city import periods
from feeds.figures import past, verdicts
from feeds.kpis import CATALOGUE

NOW = "2026-09-30T08:00:00+08:00"
CITY, TOWN, OTHER = "320282", "320282112", "320282001"
RECORDS = "exchange.records"
Event = Callable[..., dict[str, Any]]


@pytest.fixture
def board(pipeline: Callable[..., Any], event: Event) -> Any:
    """Yesterday's records of the city, tasks of last year, a town's training of July."""
    through = pipeline(NOW)
    yesterday = "2026-09-29T09:00:00+08:00"
    about = {"department": "police", "records": 70}
    through.send(event("exchange.received", yesterday, CITY, **about))
    through.send(event("exchange.received", "2026-09-29T15:00:00+08:00", CITY, **about))
    due = {"category": "goal-01", "department": "police", "due": "2025-12-20T18:00:00+08:00"}
    for n in range(3):
        through.send(event("task.set", "2025-01-08T09:00:00+08:00", CITY, case=f"t{n}", **due))
    for at, kind in (("2026-07-06", "monthly"), ("2026-08-06", "quarterly")):
        held = {"category": kind, "people": 12}
        receipt = through.send(event("training.held", f"{at}T09:00:00+08:00", TOWN, **held))
        assert receipt.rejected == []
    through.run()
    return through


def test_until_the_next_batch_the_last_one_is_shown(board: Any, event: Event) -> None:
    today = board.state(CITY, "today")
    assert (today["set"][RECORDS], today["change"][RECORDS]) == (140, [None, None])
    assert today["set"]["tasks.set"] == 3
    assert today["set"]["training.monthly"] == 12
    assert board.state(OTHER, "today")["set"]["training.monthly"] is None
    about = {"department": "police", "records": 5}
    board.send(event("exchange.received", "2026-09-30T07:50:00+08:00", CITY, **about))
    board.run()
    assert board.state(CITY, "today")["set"][RECORDS] == 5


def test_a_batch_that_comes_late_is_the_last_one(board: Any, event: Event) -> None:
    held = {"category": "monthly", "people": 30}
    board.send(event("training.held", "2026-08-07T09:00:00+08:00", TOWN, **held))
    board.run()
    assert board.state(TOWN, "month")["set"]["training.monthly"] == 30
    board.restart()
    assert board.state(TOWN, "month")["set"]["training.monthly"] == 30


def test_this_month_s_batch_is_the_last_one_of_a_day_without(board: Any, event: Event) -> None:
    held = {"category": "monthly", "people": 40}
    board.send(event("training.held", "2026-09-12T09:00:00+08:00", TOWN, **held))
    board.run()
    for period in ("today", "week", "month"):
        assert board.state(TOWN, period)["set"]["training.monthly"] == 40
    with board.database.connect() as connection:
        then = past.state(connection, board.profile, TOWN, "today", board.now_ms)
    assert then["set"]["training.monthly"] == 40


def test_a_past_moment_shows_the_batch_of_then(board: Any) -> None:
    with board.database.connect() as connection:
        then = past.state(connection, board.profile, CITY, "today", board.now_ms)
    assert (then["set"][RECORDS], then["set"]["tasks.set"]) == (140, 3)
    assert then["change"][RECORDS] == [None, None]


def test_a_batch_is_said_with_its_date() -> None:
    assert verdicts.is_dated(CATALOGUE[RECORDS])


def test_a_dated_figure_has_one_comparison_whatever_the_period(
    pipeline: Callable[..., Any], event: Event
) -> None:
    """A year ago by weekday and a year ago by date lie on both sides of a report."""
    board = pipeline(NOW)
    rate, about = "training.staff_rate", {"indicator": "training.staff_trained"}
    for at, people in (("2025-08-31", 80), ("2025-09-30", 90), ("2026-08-31", 95)):
        said = {**about, "value": people, "total": 100}
        receipt = board.send(event("indicator.reported", f"{at}T09:00:00+08:00", CITY, **said))
        assert receipt.rejected == []
    board.run()
    changes = [board.state(CITY, period)["change"][rate] for period in periods.PERIODS]
    assert changes == [[0.15, 0.05]] * len(periods.PERIODS)
    with board.database.connect() as connection:
        for period in periods.PERIODS:
            then = past.state(connection, board.profile, CITY, period, board.now_ms)
            assert then["change"][rate] == [0.15, 0.05]
