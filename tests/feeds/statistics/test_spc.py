"""Control charts and intervals beside figures that others published or computed: to the
ninth decimal.
"""

from __future__ import annotations

import json
import math
import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from feeds import kpis
from feeds.statistics import inputs, spc, xmr

DATA = Path(__file__).parents[1] / "data"
ROOT = Path(__file__).resolve().parents[3]
SEATBELTS = (
    Path(os.environ.pop("BOARD_SHARED_DATA", ROOT.parent / "shared" / "data"))
    / "gb_seatbelts_monthly_1969_1984.csv"
)
VECTORS = json.loads((DATA / "expected_rule_vectors.json").read_text(encoding="utf-8"))
LINES = ["mean", "lower", "upper"]
CAUSES = {
    "Common Cause": "common",
    "Above UCL": "outside",
    "Below LCL": "outside",
    "2 in 3 Below CL": "two_of_three",
}
ASSURANCES = {
    "consistent_fail": "fails",
    "consistent_pass": "passes",
    "inconsistent": "varies",
    None: "none",
}
DIRECTIONS: dict[str, kpis.Better] = {"increase": "up", "decrease": "down", "neutral": "neutral"}

# Five years of months with a season, from the fourth February on a quarter lower; made up for the
# test.
SEASON = (90, 40, 60, 30, 50, 35, 55, 60, 75, 120, 150, 170)
MONTHS = [
    1400 + SEASON[n % 12] + 37 * (n * 7 % 5) - 74 - (380 if n >= 37 else 0) for n in range(60)
]

numbers = st.lists(st.integers(-50, 50), min_size=1, max_size=60)


def _close(found: Any, expected: Any) -> None:
    np.testing.assert_allclose(
        np.asarray(found, dtype=float), np.asarray(expected, dtype=float), rtol=1e-9, atol=1e-12
    )


# XmR


def test_a_published_chart_is_drawn_point_by_point() -> None:
    expected = pd.read_csv(DATA / "expected_readme_rqm_points.csv", parse_dates=["period"])
    chart = spc.xmr(expected.set_index("period")["y"], better="down", target=1200)
    _close(chart.frame[LINES], expected[["mean", "lpl", "upl"]])
    assert list(chart.frame["special_cause"]) == [
        CAUSES[name] for name in expected["special_cause_type"]
    ]
    assert list(chart.frame["point_type"]) == list(expected["point_type"])
    icons = VECTORS["readme_rqm_breaches_target_1200"]
    assert chart.variation == icons["variation_type"].removesuffix("_cause")
    assert chart.assurance == ASSURANCES[icons["assurance_type"]]


@pytest.mark.parametrize(
    "case", ["snapshot_r1", "snapshot_r2_outlier_screened", "snapshot_r3_outlier_unscreened"]
)
def test_an_outlier_is_screened_out_of_the_limits_or_not(case: str) -> None:
    expected = pd.read_csv(DATA / "expected_rnorm20_points.csv").query("case == @case")
    chart = spc.xmr(expected["y"].tolist(), better="up", screen=not case.endswith("unscreened"))
    _close(chart.frame[LINES], expected[["mean_col", "lpl", "upl"]])
    assert list(chart.frame["special_cause"]) == [
        CAUSES[name] for name in expected["special_cause_type"]
    ]
    assert list(chart.frame["point_type"]) == list(expected["point_type"])
    assert not chart.frame["trial"].any()


def test_two_segments_have_lines_of_their_own() -> None:
    y = pd.read_csv(DATA / "expected_rnorm20_points.csv").query("case == 'snapshot_r1'")["y"]
    frame = spc.xmr(y.tolist(), better="up", rebase=[10]).frame
    for segment, name in ((0, "facet_first10"), (1, "facet_last10")):
        lines = frame[frame["segment"] == segment][LINES].iloc[0]
        expected = VECTORS["snapshots_set_seed_123_rnorm_20"][name]
        assert [float(f"{line:.3g}") for line in lines] == [
            expected[k] for k in ("mean", "lpl", "upl")
        ]
    assert frame["trial"].all()


@pytest.mark.parametrize("vector", VECTORS["seven_point_one_side_mean"])
def test_seven_on_one_side(vector: dict[str, Any]) -> None:
    assert list(np.abs(xmr.shift_ends(np.array(vector["in"], np.int8)))) == vector["out"]


@pytest.mark.parametrize("vector", VECTORS["part_of_seven_trend"])
def test_all_seven_points_of_a_run_are_marked(vector: dict[str, Any]) -> None:
    assert list(np.abs(xmr.whole_run(np.array(vector["in"], np.int8)))) == vector["out"]


@pytest.mark.parametrize("vector", VECTORS["seven_point_trend"])
def test_seven_rising_or_falling(vector: dict[str, Any]) -> None:
    assert list(xmr.trend_ends(np.array(vector["in"], float))) == vector["out"]


@pytest.mark.parametrize("vector", VECTORS["two_in_three"])
def test_two_of_three_near_a_limit(vector: dict[str, Any]) -> None:
    found = xmr.two_of_three(np.array(vector["close"], np.bool_), np.array(vector["side"], np.int8))
    assert list(found) == [bool(x) for x in vector["out"]]


@pytest.mark.parametrize("vector", VECTORS["part_of_two_in_three"])
def test_of_the_three_only_those_near_are_marked(vector: dict[str, Any]) -> None:
    near = np.array(vector["close"], np.bool_)
    assert list(xmr.two_of_three(near, np.array(vector["side"], np.int8)) & near) == [
        bool(x) for x in vector["out"]
    ]


@pytest.mark.parametrize("vector", VECTORS["assurance_type"])
def test_assurance_is_read_from_limits_and_target(vector: dict[str, Any]) -> None:
    lines = xmr.Limits(math.nan, vector["lpl"], vector["upl"], math.nan, math.nan)
    assert (
        xmr.assurance(lines, vector["target"], DIRECTIONS[vector["direction"]])
        == ASSURANCES[vector["out"]]
    )


def test_a_point_beyond_a_limit_is_not_near_it() -> None:
    vector = VECTORS["opposite_sides_not_2_of_3"]
    assert (
        list(spc.xmr(vector["y"], better="up").frame["point_type"].iloc[-2:])
        == vector["last_two_point_types"]
    )


def test_a_lasting_step_is_seen_and_a_dated_rebase_ends_it() -> None:
    series = pd.Series(MONTHS, index=pd.date_range("1980-01-01", periods=60, freq="MS"))
    plain = spc.xmr(series, better="down")
    after = plain.frame.loc["1983-02":]
    assert set(after["point_type"]) == {"special_cause_improvement"}
    assert (plain.variation, set(plain.frame.loc[:"1983-01", "point_type"])) == (
        "improvement",
        {"special_cause_concern"},
    )
    rebased = spc.xmr(series, better="down", rebase=["1983-01-15"])
    assert rebased.frame["segment"].tolist() == [0] * 37 + [1] * 23
    assert (rebased.frame["point_type"] == "common_cause").sum() > 30
    before, now = (rebased.frame[rebased.frame["segment"] == n]["mean"].iloc[0] for n in (0, 1))
    _close([before, now], [np.mean(MONTHS[:37]), np.mean(MONTHS[37:])])


@pytest.fixture
def drivers() -> pd.Series[float]:
    """Drivers killed or seriously injured in Great Britain a month, from 1969 to 1984 (Harvey and
    Durbin, JRSS A 149, 1986).
    """
    if not SEATBELTS.exists():
        pytest.skip(
            "the seat-belt series is under the GPL and not kept here: its folder is ../shared/data, or BOARD_SHARED_DATA names it"
        )
    return (
        pd.read_csv(SEATBELTS, parse_dates=["month"])
        .set_index("month")["drivers_ksi"]
        .astype(float)
    )


def test_the_seat_belt_law_raises_its_shift_and_a_dated_rebase_ends_it(
    drivers: pd.Series[float],
) -> None:
    """In force from 31 January 1983. Judged by what the months of the five years before it let
    expect: the series has a strong season.
    """
    expected = drivers.loc["1978":"1983-01"].groupby(lambda day: day.month).mean()
    deviations = pd.Series(
        {day: y - expected[day.month] for day, y in drivers.loc["1978":].items()}
    )
    plain = spc.xmr(deviations, better="down")
    assert set(plain.frame.loc["1983-02":, "point_type"]) == {"special_cause_improvement"}
    assert set(plain.frame.loc["1983-02":, "special_cause"]) == {"outside", "two_of_three", "shift"}
    rebased = spc.xmr(deviations, better="down", rebase=["1983-01-31"])
    law = rebased.frame.loc["1983-02":]
    assert (rebased.variation, set(law["segment"]), set(law["special_cause"])) == (
        "common",
        {1},
        {"common"},
    )
    _close(law["mean"], [deviations.loc["1983-02":].mean()] * 23)


def test_the_seat_belt_series_as_it_is_keeps_its_season(drivers: pd.Series[float]) -> None:
    plain = spc.xmr(drivers, better="down").frame
    assert set(plain.loc["1983-02":"1984-07", "point_type"]) == {"special_cause_improvement"}
    assert set(plain.loc["1983-09":"1983-12", "special_cause"]) == {"shift"}, (
        "within the limits, below the mean all the same"
    )
    rebased = spc.xmr(drivers, better="down", rebase=["1983-01-31"]).frame
    assert rebased["segment"].tolist() == [0] * 169 + [1] * 23
    _close(
        rebased["mean"].iloc[[0, -1]],
        [drivers.loc[:"1983-01"].mean(), drivers.loc["1983-02":].mean()],
    )
    assert set(rebased.loc["1983-09":"1984-01", "special_cause"]) == {"common"}


def test_points_without_a_value_are_left_out() -> None:
    values = [3.0, 5.0, None, 4.0, 8.0, math.nan, 6.0]
    frame = spc.xmr(values, better="up").frame
    _close(frame[LINES].iloc[2], spc.xmr([3, 5, 4, 8, 6], better="up").frame[LINES].iloc[0])
    assert frame.loc[[2, 5], ["special_cause", "point_type"]].isna().all(axis=None)


@pytest.mark.parametrize("values", [[], [None], [4.0], [4.0, 5.0], [None, 4.0, None]])
def test_of_fewer_than_three_points_nothing_is_said(values: list[float | None]) -> None:
    chart = spc.xmr(values, better="up", target=1)
    assert (chart.variation, chart.assurance, len(chart.frame)) == ("none", "none", len(values))


def test_equal_points_are_common_cause_and_meet_their_target() -> None:
    chart = spc.xmr([0.1] * 20, better="up", target=0.1)
    assert set(chart.frame["special_cause"]) == {"common"}
    assert (chart.variation, chart.assurance) == ("common", "passes")


def test_one_of_many_alike_does_not_narrow_the_limits_to_nothing() -> None:
    frame = spc.xmr([0] * 30 + [1] + [0] * 21, better="down").frame
    assert frame.index[frame["special_cause"] == "outside"].tolist() == [30]


@pytest.mark.parametrize(
    ("better", "kind"), [("up", "improvement"), ("down", "concern"), ("neutral", "neutral_high")]
)
def test_a_rising_trend_is_judged_by_where_it_runs(better: kpis.Better, kind: str) -> None:
    frame = spc.xmr([5, 9, 4, 8, 1, 2, 3, 4, 5, 6, 7, 5, 9, 6], better=better).frame
    assert frame["special_cause"].tolist()[4:11] == ["trend"] * 7
    assert set(frame["point_type"].iloc[4:11]) == {f"special_cause_{kind}"}, (
        "those below the mean too"
    )


def _by_hand(values: list[float]) -> list[str]:
    """The rules once more, point by point."""
    n, mean = len(values), math.fsum(values) / len(values)
    ranges = [abs(b - a) for a, b in pairwise(values)]
    spread = sum(ranges) / len(ranges) if ranges else math.nan
    kept = [r for r in ranges if r < 3.267 * spread]
    spread = (sum(kept) / len(kept) if kept else 0) or spread
    tiny = 1e-12 * max(map(abs, values))
    side = [0 if abs(v - mean) <= tiny else 1 if v > mean else -1 for v in values]
    outside = [abs(v - mean) > 2.66 * spread + tiny for v in values]
    near = [
        not o and abs(v - mean) > 2.66 * 2 / 3 * spread + tiny
        for v, o in zip(values, outside, strict=True)
    ]
    found = ["common"] * n
    for i in range(n):
        windows = [range(j, j + 7) for j in range(max(0, i - 6), i + 1) if j + 7 <= n]
        threes = [range(j, j + 3) for j in range(max(0, i - 2), i + 1) if j + 3 <= n]
        rising = any(
            all(values[k] < values[k + 1] for k in w[:-1])
            or all(values[k] > values[k + 1] for k in w[:-1])
            for w in windows
        )
        if outside[i]:
            found[i] = "outside"
        elif rising:
            found[i] = "trend"
        elif near[i] and any(
            abs(sum(side[k] for k in t)) == 3 and sum(near[k] for k in t) >= 2 for t in threes
        ):
            found[i] = "two_of_three"
        elif any(abs(sum(side[k] for k in w)) == 7 for w in windows):
            found[i] = "shift"
    return found


@given(numbers)
def test_causes_are_those_found_by_hand(values: list[int]) -> None:
    points = np.array(values, float)
    found = xmr.causes(points, xmr.limits(points))
    assert [xmr.CAUSES[which] for which in found.which] == _by_hand([float(v) for v in values])


@given(numbers)
def test_upside_down_the_same_causes_lean_the_other_way(values: list[int]) -> None:
    points = np.array(values, float)
    one, other = (xmr.causes(p, xmr.limits(p)) for p in (points, -points))
    assert list(one.which) == list(other.which)
    in_two_trends = xmr.trend_ends(points)
    if not (in_two_trends > 0).any() or not (in_two_trends < 0).any():
        assert list(one.leaning) == list(-other.leaning)


# What is refused, and what works


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "UTC"])
def test_points_with_a_zone_take_a_dated_rebase(zone: str) -> None:
    series = pd.Series(MONTHS, index=pd.date_range("1980-01-01", periods=60, freq="MS", tz=zone))
    rebased = spc.xmr(series, better="down", rebase=["1983-01-15"])
    assert rebased.frame["segment"].tolist() == [0] * 37 + [1] * 23


def test_a_point_that_has_no_value_is_said() -> None:
    assert spc.xmr([3.0, None, 5.0, 4.0], better="up").dropped == (1,)
    assert spc.xmr([3.0, None], better="up").dropped == (1,)


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (lambda: spc.xmr([1, 2, 3], better="sideways"), "up, down, neutral, not 'sideways'"),
        (lambda: spc.xmr([1, 2, 3], better="up", rebase=[-1]), "can't begin at -1"),
        (lambda: spc.xmr([1, 2, 3], better="up", rebase=["2026-01-01"]), "have no dates"),
        (
            lambda: spc.xmr(
                pd.Series([1.0, 2.0], index=pd.date_range("2026-01-01", periods=2)),
                better="up",
                rebase=[pd.Timestamp("2026-01-02", tz="UTC")],
            ),
            "have no zone",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(made: Any, reason: str) -> None:
    with pytest.raises(inputs.BadInput, match=reason):
        made()


# Intervals


@given(st.integers(0, 500), st.integers(1, 500))
def test_wilson_is_that_of_scipy(x: int, more: int) -> None:
    n = x + more - 1 or 1
    found = spc.wilson(min(x, n), n)
    expected = stats.binomtest(min(x, n), n).proportion_ci(method="wilson")
    _close(found, [min(x, n) / n, expected.low, expected.high])


def test_newcombe_s_own_examples() -> None:
    """R. G. Newcombe, Statistics in Medicine 17 (1998), table II, method 10."""
    for (x1, n1, x2, n2), low, high in (
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((10, 10, 0, 10), 0.6075, 1.0000),
    ):
        found = spc.difference(x1, n1, x2, n2)
        assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@settings(max_examples=60)
@given(st.integers(0, 200), st.integers(0, 200), st.floats(0.1, 10), st.floats(0.1, 10))
def test_a_ratio_of_counts_is_the_exact_share_of_their_sum(
    x1: int, x2: int, e1: float, e2: float
) -> None:
    if x1 + x2 == 0:
        assert math.isnan(spc.ratio(x1, x2).estimate)
        return
    share = stats.binomtest(x1, x1 + x2).proportion_ci(method="exact")
    found = spc.ratio(x1, x2, e1, e2)
    expected = [p / (1 - p) * e2 / e1 if p < 1 else math.inf for p in (share.low, share.high)]
    np.testing.assert_allclose([found.low, found.high], expected, rtol=1e-7, atol=1e-12)


def test_nothing_to_estimate_from() -> None:
    assert spc.wilson(0, 0)[1:] == (0.0, 1.0)
    assert spc.difference(1, 2, 0, 0)[1:] == (-1.0, 1.0)
    assert spc.ratio(0, 0)[1:] == (0.0, math.inf)
    for wrong in (
        lambda: spc.wilson(3, 2),
        lambda: spc.ratio(-1, 2),
    ):
        with pytest.raises(ValueError, match=r"share|counts"):
            wrong()
