"""Trends of completed weeks and months: what their points are, that late events correct them, and
that they travel.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis as client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dashboard import history
from feeds import kpis
from feeds.figures import trends
from feeds.live import frames
from feeds.remarks import remark_store, remarks
from feeds.trends import completed_steps, control_charts, trend_lines
from feeds.trends.completed_steps import Line

CITY, TOWN, OTHER = "320282", "320282112", "320282001"
NOW = "2026-09-30T15:00:00+08:00"
LAST_WEEK, LAST_MONTH = date(2026, 9, 21), date(2026, 8, 1)
TURN_MS, TURNS = 4_000, 8


@pytest.fixture(autouse=True)
def _slices_are_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """How much a slice reads in its 30 ms is the machine's; here each reads all that is stale."""
    monkeypatch.setattr(trend_lines, "SLICE_S", 60.0)


def _settled(p: Any, area: str = CITY) -> dict[str, trends.Trend | None]:
    """An area's trends half a minute later, as published."""
    return _all_settled(p, area)[area]


def _all_settled(p: Any, *areas: str) -> dict[str, dict[str, trends.Trend | None]]:
    for _ in range(TURNS):
        p.redis.zadd(frames.WATCHED, {f"{area}/today": p.now_ms / 1000 for area in areas})
        p.now_ms += TURN_MS
        p.engine.publish()
    return {area: _published(p.state(area, "today")) for area in areas}


def _published(state: dict[str, Any]) -> dict[str, trends.Trend | None]:
    assert state["as_of"]["trends"]["newest"] == state["newest"], "they were read since"
    assert state["trends"].keys() == kpis.CATALOGUE.keys()
    return {k: trends.decode(row) for k, row in state["trends"].items()}


def _points(trend: trends.Trend | None) -> dict[date, float | None]:
    assert trend
    return dict(zip(trend.days, trend.points, strict=True))


def _warning(event: Any, day: date, area: str = TOWN) -> Any:
    return event("fraud.warning", f"{day}T10:00:00+08:00", area, channel="phone", category="loan")


# What the points are


def test_points_are_completed_weeks_and_the_running_one_is_not_among_them(
    pipeline: Any, event: Any
) -> None:
    p = pipeline(NOW)
    p.send(_warning(event, date(2026, 8, 20)))  # the first ever: of its week only a part was told
    p.send(
        *(
            _warning(event, LAST_WEEK - timedelta(7 * n), area)
            for n in range(5)
            for area in (TOWN, OTHER, TOWN)
            if n != 2
        )
    )
    p.send(_warning(event, date(2026, 9, 29)))
    p.run()
    mondays = [LAST_WEEK - timedelta(7 * n) for n in range(4, -1, -1)]
    found = _settled(p)["fraud.warnings"]
    assert found
    assert (found.step, found.first, found.is_trial) == ("week", mondays[0], True)
    assert _points(found) == dict(zip(mondays, [3, 3, 0, 3, 3], strict=True))
    assert _points(_settled(p, TOWN)["fraud.warnings"]) == dict(
        zip(mondays, [2, 2, 0, 2, 2], strict=True)
    )
    assert _settled(p)["disputes.accepted"] is None, "no dispute was ever reported"


def test_a_chart_ends_with_the_last_week_that_was_seen_to_its_end(
    pipeline: Any, event: Any
) -> None:
    """Of the week in which the source fell silent only a part was told; of those since nothing."""
    p = pipeline(NOW)
    silent_in = LAST_WEEK - timedelta(14)
    p.send(*(_warning(event, silent_in - timedelta(7 * n)) for n in range(5)))
    p.run()
    found = _settled(p)["fraud.warnings"]
    assert found
    known = {silent_in - timedelta(7 * n): 1 for n in range(3, 0, -1)}
    unknown = {silent_in + timedelta(7 * n): None for n in range(3)}
    assert _points(found) == known | unknown
    p.send(_warning(event, date(2026, 9, 30)))
    p.run()
    again = {silent_in: 1, LAST_WEEK - timedelta(7): 0, LAST_WEEK: 0}
    assert _points(_settled(p)["fraud.warnings"]) == known | again


def test_a_town_that_nothing_comes_from_ends_its_own_chart(pipeline: Any, event: Any) -> None:
    """A town where nothing happened has zeros as long as it reports anything at all."""
    p = pipeline(NOW)
    for n in range(6):
        monday = LAST_WEEK - timedelta(7 * n)
        p.send(_warning(event, monday, OTHER))
        if n > 2:
            p.send(_warning(event, monday))
    p.send(_warning(event, date(2026, 9, 30), OTHER))
    p.run()
    silent_in = LAST_WEEK - timedelta(21)
    points = _points(_settled(p, TOWN)["fraud.warnings"])
    assert {day: one for day, one in points.items() if day >= silent_in} == dict.fromkeys(
        silent_in + timedelta(7 * n) for n in range(4)
    )
    more = {"category": "labour", "centre": "town"}
    p.send(event("dispute.accepted", "2026-09-30T10:00:00+08:00", TOWN, case="d", **more))
    p.run()
    p.at("2026-09-30T16:00:00+08:00")
    points = _points(_settled(p, TOWN)["fraud.warnings"])
    assert points[LAST_WEEK] == 0
    assert points[silent_in] == 1


def test_a_level_is_read_at_the_end_of_each_week(pipeline: Any, event: Any) -> None:
    p = pipeline(NOW)
    opened = {"a": "2024-01-05", "b": "2026-09-01", "c": "2026-09-09", "d": "2026-09-30"}
    for case, day in opened.items():
        p.send(
            event(
                "dispute.accepted",
                f"{day}T09:00:00+08:00",
                TOWN,
                case=case,
                category="labour",
                centre="town",
            )
        )
    p.send(event("dispute.closed", "2026-09-20T23:59:59+08:00", TOWN, case="a", outcome="settled"))
    p.run()
    found = _settled(p)["disputes.open"]
    assert found
    assert len(found.points) == completed_steps.DRAWN["week"]
    assert found.points[:-4] == (1,) * 49, (
        "an old case is open still, from before the first week on"
    )
    assert found.points[-4:] == (2, 3, 2, 2)


def test_a_share_of_what_fell_due_is_charted_by_months(pipeline: Any, event: Any) -> None:
    """A case counts in the month in which it fell due, a week after it was opened, and as closed if
    it was by that month's end.
    """
    p = pipeline(NOW)
    for case, opened, closed in (
        ("a", "2026-05-30", "2026-05-31"),
        ("b", "2026-06-10", "2026-07-01"),
        ("c", "2026-06-20", "2026-06-20"),
        ("d", "2026-08-03", "2026-08-30"),
    ):
        p.send(
            event(
                "incident.reported",
                f"{opened}T09:00:00+08:00",
                TOWN,
                case=case,
                category="order",
                severity=1,
                channel="app",
            )
        )
        p.send(
            event("incident.closed", f"{closed}T10:00:00+08:00", TOWN, case=case, outcome="done")
        )
    more = {"category": "order", "severity": 1, "channel": "app"}
    p.send(event("incident.reported", "2026-09-30T09:00:00+08:00", TOWN, case="e", **more))
    p.run()
    found = _settled(p)["incidents.closure_rate"]
    assert _points(found) == {date(2026, 6, 1): 0.6667, date(2026, 7, 1): None, LAST_MONTH: 1}
    assert found
    assert (found.mean, found.variation) == (None, "none"), "two points say nothing"


def test_an_indicator_is_shown_in_the_steps_in_which_it_was_reported(
    pipeline: Any, event: Any
) -> None:
    p = pipeline(NOW)
    for moment, town, value in (
        ("2026-05-31T23:59:59", TOWN, 10),
        ("2026-05-02T00:00:00", OTHER, 7),
        ("2026-07-01T00:00:00", OTHER, 8),
        ("2026-09-02T00:00:00", TOWN, 99),
    ):
        p.send(
            event(
                "indicator.reported",
                f"{moment}+08:00",
                town,
                indicator="safety.key_units",
                value=value,
            )
        )
    p.run()
    assert _points(_settled(p)["safety.key_units"]) == {
        date(2026, 5, 1): 17,
        date(2026, 6, 1): None,
        date(2026, 7, 1): 18,
        LAST_MONTH: None,
    }
    assert _points(_settled(p, TOWN)["safety.key_units"])[date(2026, 7, 1)] is None


def test_a_reported_share_has_its_cases(pipeline: Any, event: Any) -> None:
    p = pipeline(NOW)
    at = "2026-05-31T23:00:00+08:00"
    both = {TOWN: (300, 310), OTHER: (95, 100)}
    for town, (value, of) in both.items():
        p.send(
            event("indicator.reported", at, town, indicator="devices.online", value=value, total=of)
        )
    p.run()
    trend = _settled(p)["sensing.online_rate"]
    known = [(point, size) for point, size in zip(trend.points, trend.sizes, strict=True) if size]
    assert known == [(pytest.approx(395 / 410, abs=0.0005), 410)]
    assert _settled(p)["safety.key_units"] is None or not any(_settled(p)["safety.key_units"].sizes)


# What they say


def _line(values: list[float | None], first: date = date(2025, 9, 22)) -> Line:
    return Line(first, values)


STEADY: list[float | None] = [50, 54, 47, 52, 49, 53, 48, 51, 50, 55, 46, 52, 49, 51]


def test_a_shift_is_said_with_how_long_it_holds() -> None:
    kpi = kpis.CATALOGUE["traffic.accidents"]
    found = control_charts.of_line(kpi, _line([*STEADY, 61, 62, 61, 63, 60, 62, 61, 62, 57]))
    assert (found.cause, found.variation, found.run, found.is_trial) == (
        "shift",
        "concern",
        9,
        False,
    )
    assert control_charts.of_line(kpi, _line(STEADY)).variation == "common"
    assert (
        control_charts.of_line(kpis.CATALOGUE["traffic.accidents"], _line([*STEADY, 90])).variation
        == "concern"
    )


def test_limits_begin_at_the_last_rebase_that_has_points() -> None:
    kpi = kpis.CATALOGUE["traffic.accidents"]
    shifted: list[float | None] = [*STEADY, *(70 + (v or 0) / 10 for v in STEADY[:8])]
    line = _line(shifted)
    began = line.first + timedelta(7 * len(STEADY) - 3)
    found = control_charts.of_line(kpi, line, rebases=[began, date(2026, 9, 1)])
    assert (found.since, found.variation, found.is_trial) == (len(STEADY), "common", True)
    assert found.since_day == line.first + timedelta(7 * len(STEADY))
    assert control_charts.of_line(kpi, line).variation == "concern"


def test_what_mostly_counts_nothing_is_not_judged() -> None:
    sparse: list[float | None] = [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3]
    assert (
        control_charts.of_line(kpis.CATALOGUE["fraud.dissuaded"], _line(sparse)).variation == "none"
    )
    assert (
        control_charts.of_line(kpis.CATALOGUE["disputes.overdue"], _line([*sparse, 5])).variation
        == "concern"
    )


@pytest.mark.parametrize(
    ("target", "expected"), [(0.5, "passes"), (0.97, "fails"), (0.9, "varies"), (None, "none")]
)
def test_a_target_is_met_always_never_or_now_and_then(target: float | None, expected: str) -> None:
    values: list[float | None] = [0.9 + (v or 0) / 1000 - 0.05 for v in STEADY]
    assert (
        control_charts.of_line(
            kpis.CATALOGUE["disputes.success_rate"], _line(values), target
        ).assurance
        == expected
    )


def test_months_follow_each_other_over_the_year() -> None:
    found = control_charts.of_line(
        kpis.CATALOGUE["tasks.open"], _line([3, None, 4, 5], date(2025, 11, 1))
    )
    assert found.days == (date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1))
    assert trends.decode(trends.encode(found)) == found
    assert trends.decode(None) is None


# How they are kept


def test_a_late_event_corrects_its_week_and_a_frame_brings_it(pipeline: Any, event: Any) -> None:
    p = pipeline(NOW)
    p.send(*(_warning(event, LAST_WEEK - timedelta(7 * n)) for n in range(6)))
    p.send(_warning(event, date(2026, 9, 29)))
    p.run()
    before = _settled(p)["fraud.warnings"]
    held = p.state(CITY, "month")
    p.send(_warning(event, LAST_WEEK - timedelta(7)), _warning(event, date(2026, 9, 30)))
    p.run()
    after = _settled(p)["fraud.warnings"]
    assert before
    assert after
    assert (before.points, after.points) == ((1, 1, 1, 1, 1), (1, 1, 1, 2, 1))
    state = p.state(CITY, "month")
    sent = frames.difference(held, state)["trends"]
    assert "fraud.warnings" in sent
    assert "incidents.reported" not in sent
    assert (
        frames.apply(held, {**{k: state[k] for k in ("seq", "at", "now")}, "trends": sent})[
            "trends"
        ]
        == state["trends"]
    )


def test_a_month_first_told_of_before_a_town_is_looked_at_is_the_town_s(
    pipeline: Any, event: Any
) -> None:
    p = pipeline(NOW)
    p.send(_warning(event, LAST_WEEK))
    p.run()
    _settled(p)
    more = {"severity": "slight", "deaths": 0, "injuries": 1}
    for day in ("2026-06-30", "2026-09-29"):
        p.send(event("traffic.accident", f"{day}T10:00:00+08:00", TOWN, **more))
    p.run()
    assert _points(_settled(p, TOWN)["traffic.deaths"]) == {date(2026, 7, 1): 0, LAST_MONTH: 0}


def test_until_they_are_read_again_the_old_ones_stay(pipeline: Any, event: Any) -> None:
    p = pipeline(NOW)
    p.send(*(_warning(event, LAST_WEEK - timedelta(7 * n)) for n in range(6) for _ in range(2)))
    p.send(_warning(event, date(2026, 9, 29)))
    p.run()
    assert p.state(CITY, "today")["trends"] == {}, "a board that starts is ready first"
    found = _settled(p)["fraud.warnings"]
    p.at("2026-10-05T00:00:01+08:00")
    assert trends.decode(p.state(CITY, "today")["trends"]["fraud.warnings"]) == found
    p.send(
        event("fraud.warning", "2026-10-05T00:00:00+08:00", TOWN, channel="sms", category="loan")
    )
    p.run()
    fresh = _settled(p)["fraud.warnings"]
    assert fresh
    assert _points(fresh) == {**_points(found), date(2026, 9, 28): 1}


def test_a_rebase_is_taken_in_while_the_engine_runs_and_a_changed_definition_moves_no_limit(
    pipeline: Any, event: Any
) -> None:
    p = pipeline(NOW)
    p.send(
        *(
            _warning(event, LAST_WEEK - timedelta(7 * n))
            for n in range(9)
            for _ in range(3 if n < 4 else 9)
        )
    )
    p.send(_warning(event, date(2026, 9, 29)))
    p.run()
    assert (found := _settled(p)["fraud.warnings"])
    assert (found.since, found.mean) == (0, 6)
    day = (LAST_WEEK - timedelta(24)).isoformat()
    asked = {
        "kpi": "fraud.warnings",
        "kind": "definition",
        "day": day,
        "text": "新口径",
        "reason": "只计已核实的预警",
    }
    with p.database.begin() as connection:
        remark_store.add(
            connection, remarks.draft(asked, p.profile, date(2026, 9, 30)), "反诈中心", p.now_ms
        )
    assert _settled(p)["fraud.warnings"] == found
    asked["kind"] = "rebase"
    with p.database.begin() as connection:
        made = remark_store.add(
            connection, remarks.draft(asked, p.profile, date(2026, 9, 30)), "反诈中心", p.now_ms
        )
    assert (found := _settled(p)["fraud.warnings"])
    assert (found.since_day, found.mean, found.upper) == (LAST_WEEK - timedelta(21), 3, 3)
    with p.database.begin() as connection:
        remark_store.withdraw(connection, made.id, "反诈中心", p.now_ms)
    assert (found := _settled(p)["fraud.warnings"])
    assert (found.since, found.mean) == (0, 6)


def test_a_town_s_rebase_is_the_town_s_alone(pipeline: Any, event: Any) -> None:
    p = pipeline(NOW)
    p.send(
        *(
            _warning(event, LAST_WEEK - timedelta(7 * n))
            for n in range(9)
            for _ in range(3 if n < 4 else 9)
        )
    )
    p.run()
    day = (LAST_WEEK - timedelta(24)).isoformat()
    asked = {
        "kpi": "fraud.warnings",
        "kind": "rebase",
        "day": day,
        "text": "新口径",
        "reason": "并入一个村",
        "area": TOWN,
    }
    with p.database.begin() as connection:
        remark_store.add(
            connection, remarks.draft(asked, p.profile, date(2026, 9, 30)), "反诈中心", p.now_ms
        )
    town, city = _settled(p, TOWN)["fraud.warnings"], _settled(p)["fraud.warnings"]
    assert (town.since_day, city.since) == (LAST_WEEK - timedelta(21), 0)


TIMES = (
    "2023-05-01T00:00",
    "2025-09-15T12:00",
    "2025-09-21T23:59",
    "2025-09-22T00:00",
    "2026-07-31T23:59",
    "2026-08-01T00:00",
    "2026-09-06T23:59",
    "2026-09-14T00:00",
    "2026-09-20T23:59",
    "2026-09-27T12:00",
    "2026-09-28T00:00",
    "2026-09-30T14:00",
)
times = st.sampled_from(TIMES)
cases = st.sampled_from(["a", "b", "c"])
towns = st.sampled_from((TOWN, OTHER, f"{TOWN}-g002", "999", None))


def _one(kind: str, **data: Any) -> st.SearchStrategy[dict[str, Any]]:
    values = st.fixed_dictionaries(
        {k: v if isinstance(v, st.SearchStrategy) else st.just(v) for k, v in data.items()}
    )
    return st.fixed_dictionaries(
        {"type": st.just(kind), "at": times, "area": towns, "data": values}
    )


told = st.one_of(
    _one("incident.reported", case=cases, category="order", severity=2, channel="patrol"),
    _one("incident.closed", case=cases, outcome="done"),
    _one("dispute.accepted", case=cases, category="labour", centre="town"),
    _one("dispute.closed", case=cases, outcome=st.sampled_from(["settled", "failed"])),
    _one(
        "traffic.accident", severity="slight", deaths=st.integers(0, 1), injuries=st.integers(0, 3)
    ),
    _one(
        "indicator.reported",
        indicator=st.sampled_from(["devices.online", "safety.key_units"]),
        value=st.integers(1, 9),
        total=10,
    ),
)


@pytest.fixture(scope="module")
def make(redis_server: str, yixing: Any, pipelines: Any) -> Callable[..., Any]:
    """Pipelines over databases of their own, each example with an empty Redis."""

    @contextmanager
    def pipeline() -> Iterator[Any]:
        connection = client.Redis.from_url(redis_server)
        connection.flushall()
        with tempfile.TemporaryDirectory() as folder:
            database = history.open_database(f"sqlite:///{Path(folder) / 'b.db'}")
            yield pipelines(connection, database, yixing, NOW)
            database.dispose()
        connection.close()

    return pipeline


def _clouded(one: dict[str, Any], n: int) -> dict[str, Any]:
    moment = datetime.fromisoformat(f"{one['at']}:00+08:00") + timedelta(seconds=n)
    body = {
        "specversion": "1.0",
        "id": f"e{n}",
        "source": "urn:t",
        "type": one["type"],
        "time": moment.isoformat(),
        "data": one["data"],
    }
    return body | ({"subject": one["area"]} if one["area"] else {})


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(st.lists(told, min_size=1, max_size=12), st.integers(0, 12))
def test_late_events_lead_where_a_fresh_load_does(
    make: Any, events: list[dict[str, Any]], early: int
) -> None:
    with make() as p:
        clouded = [_clouded(one, n) for n, one in enumerate(events)]
        for part in (clouded[:early], clouded[early:]):
            p.send(*part)
            p.run()
            live = _all_settled(p, CITY, TOWN)
        p.restart()
        assert _all_settled(p, CITY, TOWN) == live


# Enough behind a point


def _disputes(event: Any, day: date, settled: int, failed: int) -> Iterator[Any]:
    for n in range(settled + failed):
        case, outcome = f"{day}-{n}", "settled" if n < settled else "failed"
        at = f"{day}T10:00:00+08:00"
        yield event("dispute.accepted", at, TOWN, case=case, category="labour", centre="town")
        yield event("dispute.closed", at, TOWN, case=case, outcome=outcome)


def test_a_share_is_charted_by_months_where_weeks_have_too_few(pipeline: Any, event: Any) -> None:
    p = pipeline(NOW)
    monday = LAST_WEEK - timedelta(7 * 40)
    for n in range(41):
        p.send(*_disputes(event, monday + timedelta(7 * n), 3, 1 if n % 2 else 0))
    p.run()
    found = _settled(p)["disputes.success_rate"]
    assert found
    assert (found.step, found.chart) == ("month", "p")
    assert found.days[-1] == LAST_MONTH
    assert (found.sizes[-1], found.points[-1]) == (18, 0.8333), "5 Mondays, three with a failure"


def test_a_share_is_charted_by_quarters_where_months_have_too_few(
    pipeline: Any, event: Any
) -> None:
    p = pipeline(NOW)
    monday = LAST_WEEK - timedelta(7 * 60)
    for n in range(61):
        p.send(*_disputes(event, monday + timedelta(7 * n), 2, 1 if n % 5 == 0 else 0))
    p.run()
    found = _settled(p)["disputes.success_rate"]
    assert found
    assert (found.step, found.chart) == ("quarter", "p")
    assert found.days[-1] == date(2026, 4, 1), "the quarter that runs is not among them"


def test_where_quarters_have_too_few_the_cases_between_failures_are_counted(
    pipeline: Any, event: Any
) -> None:
    p = pipeline(NOW)
    monday = LAST_WEEK - timedelta(7 * 80)
    failed = (5, 20, 30, 52, 70)
    for n in range(81):
        p.send(*_disputes(event, monday + timedelta(7 * n), 2, 1 if n in failed else 0))
    p.run()
    found = _settled(p)["disputes.success_rate"]
    assert found
    assert (found.step, found.chart) == ("event", "g_failures")
    assert found.points == (30, 20, 44, 36), "two others a week lie between"
    assert found.days == tuple(monday + timedelta(7 * n) for n in failed[1:])
    deaths = _settled(p)["traffic.deaths"]
    assert deaths is None
    p.send(*_disputes(event, monday + timedelta(7 * 60 + 1), 0, 1))  # told late
    p.run()
    later = _settled(p)["disputes.success_rate"]
    assert later
    assert later.points == (30, 20, 44, 16, 20)


def test_days_between_rare_events_are_counted(pipeline: Any, event: Any) -> None:
    p = pipeline(NOW)
    days = [
        date(2025, 3, 3),
        date(2025, 6, 1),
        date(2025, 6, 1),
        date(2025, 12, 24),
        date(2026, 5, 2),
        date(2026, 9, 20),
    ]
    for day in days:
        p.send(
            event(
                "traffic.accident",
                f"{day}T10:00:00+08:00",
                TOWN,
                severity="fatal",
                deaths=1,
                injuries=0,
            )
        )
    p.run()
    found = _settled(p)["traffic.deaths"]
    assert found
    assert (found.step, found.chart) == ("event", "t")
    assert found.points == (90, 206, 129, 141)
    assert found.days[-1] == date(2026, 9, 20)
