"""Bounds from a city's own history: what is usual of a number, how often a bound would have fired, and
how old cases are that are closed late.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from feeds.alerts import suggestions
from feeds.alerts.suggestions import Overdue
from feeds.kpis import dimensions

DAY = 86_400_000
TOWN, OTHER = "320282001", "320282112"


def test_a_number_is_counted_at_each_moment() -> None:
    cases = [
        Overdue(TOWN, "incident", 1 * DAY, 3 * DAY),
        Overdue(TOWN, "incident", 2 * DAY, None),
        Overdue(TOWN, "incident", 9 * DAY, 9 * DAY + 1),
    ]
    moments = [n * DAY for n in range(6)]
    assert suggestions.daily(cases, moments) == [0, 1, 2, 1, 1, 1], "closed at that moment: over"


@pytest.mark.parametrize(
    ("numbers", "limit", "over", "alerts"),
    [
        ([0] * 100, 1, 0, 0),
        ([16] * 100, 29, 0, 0),  # 16 + 3.09 × 4: no less than chance alone
        ([4, 20] * 50, 37, 0, 0),
        ([4] * 98 + [40, 40], 21, 2, 1),
        ([4] * 90 + [60, 3, 60, 3, 60, 59, 58, 57, 3, 3], 48, 6, 3),
    ],
)
def test_the_limit_is_mean_and_three_deviations(
    numbers: list[int], limit: int, over: int, alerts: int
) -> None:
    found = suggestions.usual(numbers)
    assert (found.limit, found.days_over, found.alerts) == (limit, over, alerts)


def test_the_age_that_nearly_all_late_cases_stay_under() -> None:
    cases = [Overdue(TOWN, "incident", 0, n * DAY) for n in range(1, 1001)]
    assert suggestions.ages(cases, 0) == (1000, 998)
    assert suggestions.ages(cases[:99], 0) is None


def test_it_is_read_from_the_history(pipeline: Any, yixing: Any, event: Callable[..., Any]) -> None:
    """An incident is due after seven days: one was closed in time, one late, one is open."""
    board = pipeline("2026-09-30T15:00:00+08:00", yixing)

    def reported(case: str, day: str, town: str = TOWN) -> Any:
        at = f"2026-{day}T10:00:00+08:00"
        more = {"category": "order", "severity": 3, "channel": "app"}
        return event("incident.reported", at, town, case=case, **more)

    def closed(case: str, day: str) -> Any:
        at = f"2026-{day}T10:00:00+08:00"
        return event("incident.closed", at, TOWN, case=case, outcome="done")

    events = [
        reported("a", "09-01"),
        closed("a", "09-05"),
        reported("b", "09-01"),
        closed("b", "09-12"),
        reported("c", "09-20", OTHER),
    ]
    assert board.send(*events).rejected == []
    board.run()
    moments = suggestions.noons(yixing, 30, board.now_ms)
    with board.database.connect() as connection:
        cases = suggestions.read(connection, moments[0], board.now_ms)
    found = suggestions.by_town(yixing, cases, moments)
    assert len(cases) == 2
    assert (found[TOWN].most, round(30 * found[TOWN].mean)) == (1, 4), "noon of 8 to 11 September"
    assert (found[OTHER].most, round(30 * found[OTHER].mean)) == (1, 3), "27 to 29 September"
    assert round(30 * found[yixing.code].mean) == 7
    assert dimensions.overdue_kpis()["incident"] == "incidents.overdue"
