"""A city with little work is late by its own heartbeats, everywhere alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from feeds.city.profile import Profile
from feeds.figures import freshness
from feeds.health import completeness
from feeds.health.completeness import LastSeen
from feeds.kpis import CATALOGUE, HOUR_S, cadences
from feeds.review import briefs

NOW = "2026-09-30T09:00:00+08:00"
CITY, TOWN = "320282", "320282112"
KPI = CATALOGUE["incidents.reported"]


@pytest.fixture
def quiet(yixing: Profile) -> Profile:
    """Yixing with so little work that a day without an incident is usual."""
    sections = yixing.sections | {"heartbeats": {"incident": 20, "incident.closed": 40}}
    return msgspec.structs.replace(yixing, sections=sections)


def test_the_nearest_group_counts_and_none_is_shorter_than_the_catalogue(
    quiet: Profile, yixing: Profile
) -> None:
    assert cadences.heartbeat_s(quiet, "incident.reported") == 20 * HOUR_S
    assert cadences.heartbeat_s(quiet, "incident.closed") == 40 * HOUR_S
    assert cadences.heartbeat_s(quiet, "dispute.closed") == 0
    silent = msgspec.structs.replace(yixing, sections=yixing.sections | {"heartbeats": {}})
    for kpi in CATALOGUE.values():
        assert cadences.of(silent, kpi) == kpi.cadence_s
        assert cadences.of(quiet, kpi) >= kpi.cadence_s
    assert cadences.of(quiet, CATALOGUE["incidents.closed"]) == 40 * HOUR_S
    assert cadences.of(quiet, CATALOGUE["incidents.open"]) == 20 * HOUR_S, "reports are enough"


def test_a_day_without_an_incident_is_zero_where_that_is_usual(
    pipeline: Callable[..., Any],
    event: Callable[..., dict[str, Any]],
    quiet: Profile,
    yixing: Profile,
) -> None:
    more = {"category": "safety", "severity": 2, "channel": "patrol"}
    seen = {}
    for city in (yixing, quiet):
        board = pipeline(NOW, city)
        board.redis.flushall()
        board.send(event("incident.reported", "2026-09-29T18:00:00+08:00", TOWN, case="i", **more))
        board.run()
        seen[city is quiet] = board.value(KPI.id)
        now_ms = board.now_ms
    assert seen == {False: None, True: 0}
    newest = {"incident.reported": now_ms - 25 * HOUR_S * 1000}
    states = [briefs.state_at(one, KPI.id, newest, now_ms) for one in (yixing, quiet)]
    assert states == ["nodata", "live"]
    rows = [LastSeen(TOWN, "incident.reported", "urn:grid", newest["incident.reported"])]
    cells = [
        completeness.rows(city, rows, now_ms)[0].cells[KPI.system].state for city in (yixing, quiet)
    ]
    assert cells == ["nodata", "live"]


def test_yixing_s_nights_are_not_late(yixing: Profile) -> None:
    """Three hours without an incident come every week in the small hours."""
    for kpi in ("incidents.reported", "fraud.warnings"):
        newest_ms, now_ms = 1_000, 1_000 + 3 * HOUR_S * 1000
        assert freshness.state(cadences.of(yixing, CATALOGUE[kpi]), newest_ms, now_ms) == "live"
