"""Of the reports of indicators all are kept that can still be asked for, and few others."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.audit import audit, sources
from feeds.city import periods
from feeds.city.profile import Profile
from feeds.figures import gauges, live_sums
from feeds.history import counting

TOWN, OTHER, CITY = "320282112", "320282001", "320282"
HOUR_MS = 3_600_000
NOON = "2026-03-31T12:00:00+08:00"
NOWS = [NOON, "2026-02-28T23:30:00+08:00", "2026-02-17T00:00:00+08:00", "2024-02-29T08:00:00+08:00"]
BEFORE = [
    (before, period)
    for before in (periods.year_before, periods.period_before)
    for period in periods.PERIODS
]
AREAS = st.sampled_from([TOWN, OTHER, CITY])


class _All(gauges.Gauges):
    """Keeps everything."""

    def __init__(self, city: Profile, now_ms: int) -> None:
        super().__init__(city, now_ms)
        self._recent = ""


def _moments(city: Profile, now_ms: int) -> set[int]:
    """Every moment that the engine asks for: now, what now is compared with until midnight, and the
    ends of days.
    """
    today = periods.day_of(now_ms, city.tz)
    midnight = periods.day_start_ms(today + timedelta(1), city.tz)
    found = {now_ms, midnight - 1}
    for at in range(now_ms, midnight, HOUR_MS):
        for period in periods.PERIODS:
            for window in (
                periods.year_before(period, at, city.tz),
                periods.period_before(period, at, city.tz),
            ):
                found |= {window.end_ms, window.end_ms - 1}
    return found | {periods.day_start_ms(today - timedelta(n), city.tz) - 1 for n in range(800)}


@settings(max_examples=200, deadline=None)
@given(
    now=st.sampled_from(NOWS),
    cut=st.sampled_from(BEFORE),
    any_time=st.lists(st.tuples(AREAS, st.integers(0, 800 * 24)), max_size=20),
    around=st.lists(st.integers(-30, 30), min_size=3, max_size=10),
)
def test_what_is_left_out_is_never_asked_for(
    city: Profile, ms: Any, now: str, cut: Any, any_time: Any, around: list[int]
) -> None:
    """Reports around a moment that now is compared with, and at any time, by hours and in any
    order.
    """
    now_ms = ms(now)
    cut_ms = cut[0](cut[1], now_ms, city.tz).end_ms
    told = [(area, now_ms - hours * HOUR_MS) for area, hours in any_time] + [
        (TOWN, cut_ms + hours * HOUR_MS) for hours in around
    ]
    kept, everything = gauges.Gauges(city, now_ms), _All(city, now_ms)
    for n, (area, at_ms) in enumerate(told):
        for one in (kept, everything):
            one.add(area, "devices.online", (at_ms, "urn:t", f"e{n}", n, 100.0))
    for at_ms in _moments(city, now_ms):
        for area in (TOWN, CITY):
            assert kept.level(area, "devices.online", at_ms) == everything.level(
                area, "devices.online", at_ms
            )


def _kept(one: gauges.Gauges) -> int:
    return sum(len(reports) for towns in one._reports.values() for reports in towns.values())


def test_of_an_old_day_only_the_last_report_is_kept(
    pipeline: Any, event: Any, city: Profile, database: Any
) -> None:
    through = pipeline(NOON)
    old, recent = date(2025, 8, 1), date(2026, 3, 20)
    for day in (old, recent, old):
        for hour in (13, 9, 17, 11):
            moment = f"{day}T{hour:02}:00:00+08:00"
            through.send(
                event(
                    "indicator.reported",
                    moment,
                    TOWN,
                    indicator="devices.online",
                    value=hour,
                    total=20,
                )
            )
    through.run()
    end_ms = periods.day_start_ms(date(2025, 8, 2), city.tz) - 1
    live = through.engine._sums.gauges
    with database.connect() as connection:
        loaded = live_sums.LiveSums(
            connection, city, counting.Counting(city), through.now_ms
        ).gauges
    for one in (live, loaded):
        assert _kept(one) == 1 + 4
        assert one.level(TOWN, "devices.online", end_ms).value == 17


def test_one_indicator_of_one_town_can_be_read_alone(
    pipeline: Any, event: Any, city: Profile, database: Any
) -> None:
    through = pipeline(NOON)
    for area in (TOWN, OTHER, CITY):
        for indicator in ("devices.online", "safety.key_units"):
            through.send(
                event(
                    "indicator.reported",
                    "2026-03-01T09:00:00+08:00",
                    area,
                    indicator=indicator,
                    value=3,
                )
            )
    through.run()
    every = {TOWN, OTHER, CITY}
    for towns, indicators, count in (
        ({TOWN}, ["devices.online"], 1),
        (every, ["devices.online"], 3),
        (every, None, 6),
    ):
        one = gauges.Gauges(city)
        with database.connect() as connection:
            one.load_at(connection, towns, [through.now_ms], indicators=indicators)
        assert _kept(one) == count


def test_what_was_recorded_later_is_not_what_held_then(
    pipeline: Any, event: Any, city: Profile, database: Any
) -> None:
    through = pipeline(NOON)
    for at, value in (("2026-03-01T09:00:00+08:00", 3), ("2026-03-02T09:00:00+08:00", 4)):
        through.send(event("indicator.reported", at, TOWN, indicator="devices.online", value=value))
    through.run()
    first_recorded = through.now_ms
    through.at("2026-03-31T13:00:00+08:00")
    late = "2026-03-03T09:00:00+08:00"
    through.send(event("indicator.reported", late, TOWN, indicator="devices.online", value=5))
    through.run()
    for known, value in ((first_recorded, 4), (None, 5)):
        one = gauges.Gauges(city)
        with database.connect() as connection:
            one.load_at(connection, {TOWN}, [through.now_ms], known)
        assert one.level(TOWN, "devices.online", through.now_ms).value == value


@pytest.mark.parametrize("restarts", [False, True])
def test_the_audit_agrees_with_reports_of_all_ages(
    pipeline: Any, event: Any, restarts: bool
) -> None:
    """Several a day, on days around those that are compared with; some come late, when the board
    has been running for a day.
    """
    through = pipeline("2026-03-30T18:00:00+08:00")
    sent = []
    for n, days in enumerate(
        (0, 1, 7, 27, 28, 29, 31, 34, 35, 36, 37, 89, 90, 92, 362, 363, 364, 365, 366, 367, 500) * 4
    ):
        at_ms = through.now_ms - days * 24 * HOUR_MS - (n * 7 % 24) * HOUR_MS
        moment = datetime.fromtimestamp(at_ms / 1000, through.profile.tz).isoformat()
        area, share = (TOWN, OTHER, CITY)[n % 3], n % 7
        sent.append(
            event(
                "indicator.reported",
                moment,
                area,
                indicator="devices.online",
                value=share,
                total=10,
            )
        )
    through.send(*sent[::2])
    through.run()
    through.state(CITY, "today")
    through.at("2026-03-31T10:00:00+08:00")
    through.state(CITY, "today")
    through.send(*sent[1::2])
    through.run()
    if restarts:
        through.restart()
    for area in (CITY, TOWN):
        for period in periods.PERIODS:
            through.state(area, period)
    board = audit.Board(
        through.database, sources.Snapshots(through.redis), through.profile, move_s=0.0
    )
    assert audit.audit(board, [CITY, TOWN]).differences == []
