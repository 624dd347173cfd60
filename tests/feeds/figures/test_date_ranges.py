"""Chosen days read from rollups: equal to what the raw events say, and honest where there is
nothing.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine as Database

from feeds import kpis
from feeds.audit import readings
from feeds.audit.facts import Area
from feeds.city import periods
from feeds.city.profile import Profile
from feeds.figures import date_ranges
from feeds.figures.windows import DateRange
from feeds.history import storage
from feeds.kpis.formulas import Quantile

TOWN, OTHER = "320282112", "320282001"
FIRST, NOW = date(2026, 3, 20), "2026-07-10T12:00:00+08:00"
SPANS = [
    DateRange(date(2026, 5, 1), date(2026, 6, 1)),
    DateRange(date(2026, 4, 1), date(2026, 7, 1)),
    DateRange(date(2026, 5, 11), date(2026, 5, 18)),
    DateRange(date(2026, 7, 9), date(2026, 7, 10)),
    DateRange(date(2026, 4, 17), date(2026, 6, 3)),
    DateRange(date(2026, 3, 25), date(2026, 7, 10)),
]


def _events(event: Callable[..., dict[str, Any]]) -> list[dict[str, Any]]:
    """A hundred days of cases, counts and reports in two towns."""
    draw, found = random.Random(5), []

    def at(day: float) -> str:
        moment = FIRST + timedelta(int(day))
        seconds = int(day % 1 * 86_400)
        return f"{moment}T{seconds // 3600:02d}:{seconds // 60 % 60:02d}:00+08:00"

    for n in range(260):
        town, day, case = draw.choice((TOWN, OTHER)), draw.uniform(0, 108), f"k{n}"
        family, what = draw.choice(
            (
                ("incident", {"category": "order", "severity": 2, "channel": "patrol"}),
                ("dispute", {"category": "labour", "centre": "town"}),
            )
        )
        opened, closed = (
            f"{family}.{'reported' if family == 'incident' else 'accepted'}",
            f"{family}.closed",
        )
        found.append(event(opened, at(day), town, case=case, **what))
        if family == "incident" and n % 3 == 0:
            found.append(
                event(
                    "incident.dispatched",
                    at(min(day + 0.1, 110)),
                    town,
                    case=case,
                    to="police",
                    joint=n % 2 == 0,
                )
            )
        if n % 7 and day + 9 < 111:
            found.append(
                event(
                    closed,
                    at(day + draw.uniform(0.2, 9)),
                    town,
                    case=case,
                    outcome="settled" if family == "dispute" else "done",
                )
            )
        found.append(
            event(
                "fraud.loss_averted",
                at(draw.uniform(0, 110)),
                town,
                amount=round(12.34 * n, 2),
                category="loan",
            )
        )
    devices = {"indicator": "devices.online", "total": 420}
    reports = (
        event("indicator.reported", at(n + 0.3), TOWN, value=300 + n, **devices)
        for n in range(0, 110, 3)
    )
    return [*found, *reports]


@pytest.fixture
def filled(pipeline: Any, event: Any) -> Database:
    made = pipeline(NOW)
    receipt = made.send(*_events(event))
    assert not receipt.rejected
    made.run()
    return made.database  # type: ignore[no-any-return]


@pytest.mark.parametrize("span", SPANS, ids=str)
@pytest.mark.parametrize("area", [TOWN, "320282"])
def test_equal_to_the_facts(
    span: DateRange, area: str, filled: Database, facts: Any, yixing: Profile
) -> None:
    with storage.snapshot(filled) as connection:
        state = date_ranges.state(connection, yixing, area, span)
    own = Area(facts(filled), area)
    start, end = (periods.day_start_ms(day, yixing.tz) for day in span)
    for k, kpi in kpis.CATALOGUE.items():
        if state["set"][k] is None:
            continue
        expected = readings.read(own, kpi.formula, readings.Span(start, end, end)).value
        room = 0.02 if isinstance(kpi.formula, Quantile) else 1e-9
        assert state["set"][k] == pytest.approx(expected, rel=room), k
    assert state["set"]["incidents.reported"] > 0 or span.days == 1


def test_what_fell_due_in_odd_days_is_closed_or_not_by_their_end(
    pipeline: Any, event: Any, yixing: Profile
) -> None:
    """Cases of 1 to 5 May fall due from 8 to 12 May, within the days but for the first and last."""
    made = pipeline(NOW)
    more = {"category": "order", "severity": 2, "channel": "patrol"}
    for case, opened, closed in (
        ("on-time", "05-03", "05-09"),
        ("late-within", "05-04", "05-13"),
        ("late-after", "05-05", "05-20"),
        ("due-before", "05-01", "05-12"),
        ("due-after", "05-09", "05-10"),
    ):
        made.send(
            event("incident.reported", f"2026-{opened}T10:00:00+08:00", TOWN, case=case, **more),
            event(
                "incident.closed",
                f"2026-{closed}T10:00:00+08:00",
                TOWN,
                case=case,
                outcome="done",
            ),
        )
    made.run()
    with storage.snapshot(made.database) as connection:
        state = date_ranges.state(
            connection, yixing, TOWN, DateRange(date(2026, 5, 9), date(2026, 5, 15))
        )
    assert state["parts"]["incidents.closure_rate"] == [2, 3]
    assert state["set"]["incidents.closed"] == 4


def test_before_the_history_began_there_is_nothing_to_compare(
    filled: Database, yixing: Profile
) -> None:
    with storage.snapshot(filled) as connection:
        state = date_ranges.state(
            connection, yixing, TOWN, DateRange(date(2026, 5, 1), date(2026, 6, 1))
        )
        early = date_ranges.state(
            connection, yixing, TOWN, DateRange(date(2025, 5, 1), date(2025, 6, 1))
        )
    assert state["change"]["incidents.reported"][0] is None
    assert state["change"]["incidents.reported"][1] is not None
    assert set(early["set"].values()) == {None}
    assert state["set"]["order.calls"] is None  # never heard of: no zero


def test_days_and_months_add_up_to_the_whole(filled: Database, yixing: Profile) -> None:
    with storage.snapshot(filled) as connection:
        days = date_ranges.state(
            connection, yixing, "320282", DateRange(date(2026, 5, 1), date(2026, 6, 1))
        )
        months = date_ranges.state(
            connection, yixing, "320282", DateRange(date(2026, 4, 1), date(2026, 7, 10))
        )
    assert sum(days["series"]["days:incidents.reported"]) == days["set"]["incidents.reported"]
    assert len(months["series"]["months:incidents.reported"]) == 4
    towns = days["series"]["towns:incidents.reported"]
    assert sum(v or 0 for v in towns.values()) == days["set"]["incidents.reported"]


@pytest.mark.parametrize(
    ("span", "before", "year"),
    [
        (
            DateRange(date(2026, 5, 1), date(2026, 6, 1)),
            DateRange(date(2026, 4, 1), date(2026, 5, 1)),
            DateRange(date(2025, 5, 1), date(2025, 6, 1)),
        ),
        (
            DateRange(date(2026, 5, 4), date(2026, 5, 7)),
            DateRange(date(2026, 5, 1), date(2026, 5, 4)),
            DateRange(date(2025, 5, 5), date(2025, 5, 8)),
        ),
        (
            DateRange(date(2024, 2, 1), date(2024, 3, 1)),
            DateRange(date(2024, 1, 1), date(2024, 2, 1)),
            DateRange(date(2023, 2, 1), date(2023, 3, 1)),
        ),
    ],
)
def test_what_days_are_compared_with(span: DateRange, before: DateRange, year: DateRange) -> None:
    assert span.before == before
    assert span.year_before == year
