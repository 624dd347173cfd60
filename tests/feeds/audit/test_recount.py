"""The plain pandas path by itself: repeats, order, what was known then, zones, and that it shares
nothing with the engine.
"""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest

from feeds import kpis
from feeds.audit import recount, recount_events
from feeds.city import periods
from feeds.city.profile import Profile
from feeds.kpis import formulas

TOWN, OTHER, CITY = "320282112", "320282001", "320282"
NOW = "2026-09-16T10:00+08:00"
LIFE = [
    ("2026-09-01T08:00+08:00", "incident.reported", TOWN, {"case": "a"}),
    ("2026-09-01T09:00+08:00", "incident.dispatched", TOWN, {"case": "a", "joint": True}),
    ("2026-09-12T08:00+08:00", "incident.closed", TOWN, {"case": "a"}),
    ("2026-09-12T08:00+08:00", "incident.closed", TOWN, {"case": "a", "outcome": "referred"}),
    ("2026-09-02T08:00+08:00", "incident.reported", TOWN, {"case": "a", "category": "other"}),
    ("2026-09-03T08:00+08:00", "incident.reported", OTHER, {"case": "b"}),
    ("2026-09-15T08:00+08:00", "fraud.loss_averted", TOWN, {"amount": 0.1}),
    (
        "2026-09-15T09:00+08:00",
        "indicator.reported",
        TOWN,
        {"indicator": "devices.online", "value": 3, "total": 4},
    ),
]


@pytest.fixture
def figures(told: Any, frame: Any, ms: Any, city: Profile) -> Any:
    """Every KPI of a table of rows."""

    def read(
        rows: Any, area: str = CITY, period: Any = "month", now: str = NOW, **more: Any
    ) -> dict[str, formulas.Figure]:
        return recount.recount(frame(told(rows)), more.get("city", city), area, period, ms(now))

    return read


def test_order_and_repeats_change_nothing(figures: Any) -> None:
    expected = figures(LIFE)
    shuffle = random.Random(7)
    for _ in range(5):
        rows = LIFE + shuffle.sample(LIFE, 3)
        shuffle.shuffle(rows)
        assert figures(rows) == expected


def test_no_events_at_all_is_no_data(figures: Any) -> None:
    assert {f.value for f in figures([]).values()} == {None}
    assert {f.at for f in figures([]).values()} == {None}


def test_data_may_be_a_dict(told: Any, frame: Any, ms: Any, city: Profile) -> None:
    texts = frame(told(LIFE))
    dicts = texts.assign(data=[msgspec.json.decode(text) for text in texts["data"]])
    one, other = (
        recount.recount(events, city, CITY, "month", ms(NOW)) for events in (texts, dicts)
    )
    assert one == other


def test_of_a_repeat_the_first_recorded_stays(
    told: Any, frame: Any, ms: Any, city: Profile
) -> None:
    event = told([LIFE[6]])[0]
    later = msgspec.structs.replace(
        event, recorded=event.recorded + 1, data={"amount": 99, "category": "loan"}
    )
    found = recount.recount(frame([later, event]), city, CITY, "month", ms(NOW))
    assert found["fraud.loss_averted"].value == pytest.approx(0.1)


def test_as_was_known_then(told: Any, frame: Any, ms: Any, city: Profile) -> None:
    report, closing, late = told([LIFE[0], LIFE[2], LIFE[5]])
    late = msgspec.structs.replace(late, recorded=ms("2026-09-14T08:00+08:00"))
    events, at = frame([report, closing, late]), ms("2026-09-10T10:00+08:00")
    then = recount.recount(events, city, CITY, "month", at, known_ms=at)
    assert (
        then["incidents.reported"].value,
        then["incidents.open"].value,
        then["incidents.overdue"].value,
    ) == (1, 1, 1)
    now = recount.recount(events, city, CITY, "month", ms(NOW))
    assert (
        now["incidents.reported"].value,
        now["incidents.open"].value,
        now["incidents.closed"].value,
    ) == (2, 1, 1)


def test_changes_compare_the_same_elapsed_part(figures: Any) -> None:
    moments = (
        "2026-09-16T10:00",
        "2026-09-02T10:00",
        "2026-08-16T10:00",
        "2025-09-16T10:00",
        "2025-09-16T10:01",
        "2026-08-31T10:00",
    )
    accident = {"deaths": 0, "injuries": 1}
    found = figures([(f"{m}+08:00", "traffic.accident", TOWN, accident) for m in moments])[
        "traffic.accidents"
    ]
    assert (found.value, found.change_year, found.change_period) == (2, 1.0, 1.0)


def test_changes_of_shares_are_differences(figures: Any) -> None:
    rows = [
        ("2026-09-15T08:00+08:00", "dispute.closed", TOWN, {"case": "a", "outcome": "settled"}),
        ("2026-08-15T08:00+08:00", "dispute.closed", TOWN, {"case": "b", "outcome": "settled"}),
        ("2026-08-15T08:00+08:00", "dispute.closed", TOWN, {"case": "c", "outcome": "failed"}),
    ]
    found = figures(rows)["disputes.success_rate"]
    assert (found.value, found.change_year, found.change_period) == (1.0, None, 0.5)


def test_an_empty_base_has_no_change(figures: Any) -> None:
    found = figures(LIFE)["incidents.reported"]
    assert (found.change_year, found.change_period) == (None, None)


def test_levels_stand_where_flows_would_be_silent(figures: Any) -> None:
    found = figures(
        [("2025-01-05T08:00+08:00", "incident.reported", TOWN, {"case": "a"})], TOWN, "today"
    )
    assert found["incidents.open"].value == 1
    assert found["incidents.overdue"].value == 1
    assert found["incidents.reported"].value is None


def test_days_are_the_zone_s(figures: Any, city: Profile) -> None:
    rows = [("2026-09-15T23:30:00+00:00", "fraud.warning", TOWN, {})]
    assert figures(rows, CITY, "today", "2026-09-16T10:00+08:00")["fraud.warnings"].value == 1
    utc = msgspec.structs.replace(city, zone="UTC")
    assert (
        figures(rows, CITY, "today", "2026-09-16T00:30+00:00", city=utc)["fraud.warnings"].value
        == 0
    )


def test_categories(told: Any, frame: Any, ms: Any, city: Profile) -> None:
    rows = [
        *LIFE,
        (
            "2026-09-16T08:00+08:00",
            "incident.reported",
            TOWN,
            {"case": "z", "category": "unheard_of"},
        ),
    ]
    counted = recount.tally(recount_events.facts(frame(told(rows))), city, CITY)
    reported = recount.categories(counted, kpis.CATALOGUE["incidents.reported"], "month", ms(NOW))
    assert reported == {"neighbour": 2, "unknown": 1}, "the category of the earliest report stands"
    averted = recount.categories(counted, kpis.CATALOGUE["fraud.loss_averted"], "month", ms(NOW))
    assert averted == {"loan": 0.1}


def test_a_family_without_a_limit_falls_never_due(figures: Any, city: Profile) -> None:
    without = msgspec.structs.replace(city, limits={})
    assert figures(LIFE, city=without)["incidents.overdue"].value == 0
    assert figures(LIFE)["incidents.overdue"].value == 1


def test_every_period_of_every_area_has_every_kpi(figures: Any, city: Profile) -> None:
    for period in periods.PERIODS:
        for area in (CITY, TOWN):
            assert figures(LIFE, area, period).keys() == kpis.CATALOGUE.keys()
