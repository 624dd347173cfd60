"""What is said of a figure beside its number: a change or a miss is called one beyond chance, and a
figure without data is not judged.
"""

from __future__ import annotations

import random
from typing import Any

import pytest

from feeds import kpis
from feeds.city.profile import Profile
from feeds.figures import verdicts
from feeds.figures.freshness import State
from feeds.figures.verdicts import Verdict
from feeds.kpis import Better, Unit

RATE = kpis.CATALOGUE["disputes.success_rate"]
REPORTED = kpis.CATALOGUE["governance.volunteers"]
NEED = REPORTED.needs[0]
SEPTEMBER_30_MS = 1_790_745_600_000


@pytest.mark.parametrize(
    ("value", "of", "difference", "unit", "better", "wanted"),
    [
        (37, None, 0.52, "count", "down", "flat"),  # 37 after 24: less than two standard deviations
        (37, None, 0.94, "count", "down", "worse"),
        (65_000, None, 0.03, "count", "up", "better"),
        (65_000, None, 0.03, "count", "neutral", "neutral"),
        (0, None, -1.0, "count", "down", "flat"),
        (None, None, 0.5, "count", "up", "flat"),
        (0.90, 12, -0.08, "share", "up", "flat"),  # a few cases
        (0.90, 5000, -0.05, "share", "up", "worse"),
        (0.90, 5000, -0.005, "share", "up", "flat"),  # certain, but less than a point
        (20.0, 400, 0.12, "hours", "down", "worse"),
        (20.0, 12, 0.40, "hours", "down", "flat"),
        (1e6, None, 0.12, "yuan", "up", "better"),
    ],
)
def test_a_change_is_called_one_beyond_chance(
    value: float | None,
    of: float | None,
    difference: float,
    unit: Unit,
    better: Better,
    wanted: str,
) -> None:
    assert verdicts.trend(value, of, difference, unit, better) == wanted


@pytest.mark.parametrize(
    ("value", "of", "target", "unit", "better", "wanted"),
    [
        (0.988, 4000, 0.988, "share", "up", "met"),
        (0.97, 4000, 0.988, "share", "up", "missed"),
        (0.97, 60, 0.988, "share", "up", "near"),
        (0.999, 60, 1.0, "share", "up", "missed"),
        (96.0, 800, 120.0, "hours", "down", "met"),
        (130.0, 800, 120.0, "hours", "down", "missed"),
    ],
)
def test_a_target_is_missed_beyond_chance(
    value: float, of: float, target: float, unit: Unit, better: Better, wanted: str
) -> None:
    assert verdicts.assurance(value, of, target, unit, better) == wanted


def test_a_figure_with_everything_has_every_code() -> None:
    said = verdicts.of(RATE, 0.95, 5000, (-0.03, 0.01), 0.988)
    assert said == Verdict("missed", "year", "down", "worse", "", "")


def test_a_figure_without_anything_says_that_it_has_no_data() -> None:
    assert verdicts.of(RATE, None, None, (None, None), 0.988) == Verdict(
        "none", "year", "", "flat", "data", ""
    )


def test_none_of_none_is_no_cases() -> None:
    assert verdicts.of(RATE, None, 0, (None, None), 0.988).empty == "cases"


def test_the_previous_period_stands_in_for_a_missing_year() -> None:
    said = verdicts.of(RATE, 0.95, 5000, (None, 0.05), None)
    assert (said.kind, said.way, said.trend) == ("period", "up", "better")


def test_a_change_that_may_be_chance_has_no_way() -> None:
    assert verdicts.of(RATE, 0.95, 12, (0.03, None), None).way == "none"


@pytest.mark.parametrize("state", ["live", "late"])
def test_a_late_figure_is_judged_like_a_live_one(state: State) -> None:
    said = verdicts.of(RATE, 0.95, 5000, (-0.03, 0.01), 0.988)
    assert verdicts.seen(said, state) == said


def test_a_figure_without_data_is_not_judged() -> None:
    said = verdicts.of(RATE, 0.95, 5000, (-0.03, 0.01), 0.988)
    assert verdicts.seen(said, "nodata") == Verdict("none", "year", "none", "flat", "", "")
    nothing = verdicts.of(RATE, None, 0, (None, None), 0.988)
    assert verdicts.seen(nothing, "nodata").empty == "data"


@pytest.mark.parametrize(
    ("periods", "wanted"),
    [({NEED: "2026Q3"}, "2026Q3"), ({NEED: "2026-09"}, ""), ({NEED: "2026"}, ""), ({}, "")],
)
def test_a_period_is_named_where_the_date_does_not_say_it(
    periods: dict[str, str], wanted: str, yixing: Profile
) -> None:
    newest = {NEED: SEPTEMBER_30_MS}
    assert verdicts.reported(REPORTED, newest, periods, yixing.tz) == wanted


def test_a_figure_that_is_counted_has_no_period(yixing: Profile) -> None:
    need = RATE.needs[0]
    found = verdicts.reported(RATE, {need: SEPTEMBER_30_MS}, {need: "2026Q3"}, yixing.tz)
    assert found == ""


def test_a_topic_has_a_verdict_of_every_figure(yixing: Profile) -> None:
    state = {
        "set": {RATE.id: 0.95},
        "parts": {RATE.id: [4750, 5000]},
        "change": {},
        "newest": {},
        "periods": {},
    }
    found = verdicts.of_topic(yixing, "year", state)
    assert found.keys() == kpis.CATALOGUE.keys()
    assert found[RATE.id].target == "missed"
    assert found[REPORTED.id].empty == "data"


def test_a_closure_rate_is_not_held_to_its_target_within_days(yixing: Profile) -> None:
    rate = kpis.CATALOGUE["incidents.closure_rate"]
    state = {
        "set": {rate.id: 0.1},
        "parts": {rate.id: [100, 1000]},
        "change": {},
        "newest": {},
        "periods": {},
    }
    assert verdicts.of_topic(yixing, "today", state)[rate.id].target == "none"
    assert verdicts.of_topic(yixing, "year", state)[rate.id].target == "missed"


def test_what_follows_a_state_is_as_if_there_had_been_none_before(yixing: Profile) -> None:
    dice = random.Random(3)

    def part() -> dict[str, Any]:
        return {
            "set": {k: dice.choice((None, 0.5, 7)) for k in kpis.CATALOGUE},
            "parts": {k: [None, dice.choice((None, 0, 15, 4000))] for k in kpis.CATALOGUE},
            "change": {k: [dice.choice((None, 0.3)), -0.3] for k in kpis.CATALOGUE},
            "newest": {NEED: SEPTEMBER_30_MS + dice.choice((0, 86_400_000))},
            "periods": {NEED: dice.choice(("2026Q3", "2026-09"))},
        }

    before = part()
    before["verdicts"] = verdicts.of_topic(yixing, "year", before)
    for _ in range(20):
        after = part()
        kept = dice.choice(list(after))
        after[kept] = before[kept]
        after["verdicts"] = verdicts.of_topic(yixing, "year", after, before)
        assert after["verdicts"] == verdicts.of_topic(yixing, "year", after)
        before = after
