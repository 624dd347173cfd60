"""What a figure says: the first code that holds, on the evidence of its cases."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest

from feeds import kpis
from feeds.city.profile import Profile
from feeds.figures import trends, verdicts
from feeds.figures.freshness import State
from feeds.figures.trends import Trend
from feeds.figures.verdicts import Code, Comparison, Figure, Judge, Pooled, Verdict
from feeds.kpis.chart_verdicts import Cause, Variation
from feeds.kpis.formulas import Reading
from feeds.statistics.intervals import Interval

RATE = kpis.CATALOGUE["disputes.success_rate"]
COUNT = kpis.CATALOGUE["incidents.reported"]
HARM = kpis.CATALOGUE["traffic.accidents"]
HOURS = kpis.CATALOGUE["incidents.p90_hours"]
REPORTED = kpis.CATALOGUE["governance.volunteers"]
NEED = REPORTED.needs[0]
SEPTEMBER_30_MS = 1_790_745_600_000


def share(n: float, of: float) -> Reading:
    return Reading(n / of if of else None, n, of)


def count(n: float) -> Reading:
    return Reading(n, n)


def year(reading: Reading) -> tuple[Comparison | None, Comparison | None]:
    return Comparison(reading), None


def trend(variation: Variation, cause: Cause = "shift", run: int = 8) -> Trend:
    points = tuple(float(50 + n % 3) for n in range(40))
    first = date(2026, 1, 5)
    return Trend("week", first, points, 51, 46, 56, variation, "none", cause, run, 0)


def code(kpi: kpis.Kpi, reading: Reading, **more: Any) -> Code:
    return verdicts.of(Figure(kpi, reading, **more)).code


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ({"is_alarmed": True, "trend": trend("concern"), "target": 0.99}, "alarm"),
        ({"trend": trend("concern"), "target": 0.99}, "worse"),
        ({"trend": trend("improvement"), "target": 0.99}, "better"),
        ({"trend": trend("common"), "target": 0.99}, "off"),
        ({"target": 0.952}, "near"),
        ({"target": 0.95}, "usual"),
        ({"target": 0.9, "references": year(share(4000, 5000))}, "changed"),
        ({"target": 0.9, "references": year(share(4740, 5000))}, "usual"),
        ({}, "usual"),
    ],
)
def test_the_first_code_that_holds_is_the_verdict(more: dict[str, Any], wanted: Code) -> None:
    assert code(RATE, share(4750, 5000), **more) == wanted


def test_no_data_comes_before_an_alarm() -> None:
    assert code(RATE, Reading(None), is_alarmed=True) == "nodata"
    assert verdicts.of(Figure(RATE, Reading(None))).empty == "data"


def test_few_cases_come_before_any_judgement() -> None:
    found = verdicts.of(Figure(RATE, share(1, 3), 0.98, trend=trend("concern")))
    assert (found.code, found.window, found.said) == ("few", "cases", "")


def test_a_change_of_a_reported_share_of_few_is_not_said() -> None:
    rooms = kpis.CATALOGUE["disputes.village_rooms"]
    assert not rooms.enough

    def said(now: Reading, before: Reading) -> str:
        return verdicts.of(Figure(rooms, now, references=year(before))).said

    assert said(share(7, 7), share(6, 7)) == ""
    assert said(share(11, 12), share(6, 7)) == ""
    assert said(share(7, 7), share(11, 12)) == ""
    assert said(share(33, 35), share(30, 35)) == "part"
    assert said(Reading(0.9), Reading(0.8)) == "part", "the cases are not known"


def test_few_cases_give_way_to_a_longer_window() -> None:
    pooled = Pooled("28d", share(441, 447))
    found = verdicts.of(Figure(RATE, share(3, 3), 0.98, pooled=pooled))
    assert (found.code, found.window) == ("few", "28d")
    assert (found.value, found.n, found.of) == (441 / 447, 441, 447)


def test_none_of_none_is_few_and_says_that_there_were_no_cases() -> None:
    found = verdicts.of(Figure(RATE, Reading(None, 0, 0)))
    assert (found.code, found.empty, found.window) == ("few", "cases", "cases")


def test_a_signal_says_since_when() -> None:
    found = verdicts.of(Figure(RATE, share(4750, 5000), trend=trend("concern", run=8)))
    weeks = trend("concern").days
    assert found.since == weeks[-8].isoformat()


def test_a_figure_that_got_better_and_is_off_its_target_says_both() -> None:
    off = verdicts.of(Figure(RATE, share(4750, 5000), 0.99, trend=trend("improvement")))
    assert (off.code, off.detail) == ("better", "off")
    near = verdicts.of(Figure(RATE, share(4750, 5000), 0.952, trend=trend("improvement")))
    assert (near.code, near.detail) == ("better", "")
    there = verdicts.of(Figure(RATE, share(4750, 5000), 0.95, trend=trend("improvement")))
    assert (there.code, there.detail) == ("better", "")
    states: tuple[State, ...] = ("late", "nodata")
    assert [verdicts.seen(off, state).detail for state in states] == ["", ""]


@pytest.mark.parametrize(
    ("variation", "leaning", "wanted"), [("neutral_high", 1, "up"), ("neutral_low", -1, "down")]
)
def test_a_change_since_a_day_says_which_way(
    variation: Variation, leaning: int, wanted: str
) -> None:
    signal = trend(variation)._replace(leaning=leaning)
    found = verdicts.of(Figure(COUNT, count(5000), trend=signal))
    assert (found.code, found.detail) == ("changed", wanted)


def test_what_is_rare_says_that_it_happens_farther_apart() -> None:
    rarer = trend("improvement")._replace(chart="t", leaning=1)
    assert verdicts.of(Figure(HARM, count(3), trend=rarer)).detail == "apart"
    oftener = trend("concern")._replace(chart="t", leaning=-1)
    assert verdicts.of(Figure(HARM, count(3), trend=oftener)).detail == "closer"
    plain = verdicts.of(Figure(HARM, count(3), trend=trend("concern")))
    assert plain.detail == ""


def test_a_change_on_last_year_stands_beside_its_number_and_needs_no_detail() -> None:
    found = verdicts.of(Figure(COUNT, count(300), references=year(count(200))))
    assert (found.code, found.detail) == ("changed", "")


def test_a_signal_of_work_is_a_change_and_neither_good_nor_bad() -> None:
    assert code(COUNT, count(5000), trend=trend("neutral_high")) == "changed"


def test_a_change_is_one_beyond_chance_and_relevance() -> None:
    assert code(COUNT, count(300), references=year(count(200))) == "changed"
    assert code(COUNT, count(104), references=year(count(100))) == "usual"
    assert code(COUNT, count(103_000), references=year(count(100_000))) == "usual"  # under 5 %
    assert code(HARM, count(9), references=year(count(2))) == "usual"  # few cases


def test_a_count_that_scatters_more_has_to_change_more() -> None:
    wild = trend("common")._replace(phi=40.0)
    assert code(COUNT, count(300), references=year(count(200)), trend=wild) == "usual"


@pytest.mark.parametrize(
    ("value", "interval", "wanted"),
    [
        (121.0, Interval(121, 110, 133), "near"),
        (150.0, Interval(150, 138, 163), "off"),
        (119.0, Interval(119, 108, 131), "usual"),
    ],
)
def test_a_duration_is_held_to_its_target_by_its_interval(
    value: float, interval: Interval, wanted: Code
) -> None:
    assert code(HOURS, Reading(value, None, 800), target=120.0, interval=interval) == wanted


@pytest.mark.parametrize(
    ("now", "before", "said", "base"),
    [(300, 200, "part", None), (1, 4, "cases", 4), (40, 9, "cases", 9), (0, 0, "cases", 0)],
)
def test_a_change_on_a_small_base_is_said_in_cases(
    now: float, before: float, said: str, base: float | None
) -> None:
    found = verdicts.of(Figure(HARM, count(now), references=year(count(before))))
    assert (found.said, found.base) == (said, base)


def test_a_share_is_not_compared_with_one_of_few_cases() -> None:
    found = verdicts.of(Figure(RATE, share(4750, 5000), references=year(share(3, 4))))
    assert found.said == ""


def test_the_previous_period_stands_in_for_a_missing_year() -> None:
    found = verdicts.of(Figure(HARM, count(300), references=(None, Comparison(count(200)))))
    assert (found.kind, found.said) == ("period", "part")


@pytest.mark.parametrize(("state", "wanted"), [("live", "off"), ("late", "late")])
def test_a_late_figure_is_not_judged(state: State, wanted: Code) -> None:
    said = verdicts.of(Figure(RATE, share(4750, 5000), 0.99))
    assert verdicts.seen(said, state).code == wanted


def test_a_figure_without_data_is_not_judged() -> None:
    said = verdicts.of(Figure(RATE, share(4750, 5000), 0.99))
    assert verdicts.seen(said, "nodata").code == "nodata"
    none = verdicts.of(Figure(RATE, Reading(None, 0, 0)))
    assert verdicts.seen(none, "nodata").empty == "data"


def test_every_code_is_silenced_where_there_is_no_data() -> None:
    for one in verdicts.CODES:
        assert verdicts.seen(Verdict(one), "nodata").code == "nodata"
        assert verdicts.seen(Verdict(one), "late").code in ("late", "nodata")


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
        "alerts": [{"area": "320282", "kpi": COUNT.id}, {"area": "320282112", "kpi": HARM.id}],
    }
    found = verdicts.of_topic(yixing, "320282", "year", state)
    assert found.keys() == kpis.CATALOGUE.keys()
    assert found[RATE.id].code == "off"
    assert found[REPORTED.id].empty == "data"
    assert verdicts.alarmed(state, "320282") == {COUNT.id}


def test_what_is_judged_again_is_as_if_it_were_judged_for_the_first_time(yixing: Profile) -> None:
    dice = random.Random(3)
    encoded = trends.encode(trend("concern"))

    def part() -> dict[str, Any]:
        return {
            "set": {k: dice.choice((None, 0.5, 7)) for k in kpis.CATALOGUE},
            "parts": {k: [None, dice.choice((None, 0, 15, 4000))] for k in kpis.CATALOGUE},
            "change": {k: [dice.choice((None, 0.3)), -0.3] for k in kpis.CATALOGUE},
            "newest": {NEED: SEPTEMBER_30_MS + dice.choice((0, 86_400_000))},
            "periods": {NEED: dice.choice(("2026Q3", "2026-09"))},
            "trends": {k: dice.choice((None, encoded)) for k in kpis.CATALOGUE},
            "alerts": [{"area": "320282", "kpi": dice.choice(list(kpis.CATALOGUE))}],
        }

    judge, before = Judge(yixing, "320282", "year"), part()
    for _ in range(20):
        after = part()
        kept = dice.choice(list(after))
        after[kept] = before[kept]
        found = judge.of(after, verdicts.NO_EVIDENCE)
        assert found == verdicts.of_topic(yixing, "320282", "year", after)
        before = after
