"""Charts of shares over time: Laney's p′, and what lies between two failures or two events."""

from __future__ import annotations

import math
import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.statistics import inputs, rates, spc, xmr

ROOT = Path(__file__).resolve().parents[3]
ACCIDENTS = (
    Path(os.environ.get("BOARD_SHARED_DATA", ROOT.parent / "shared" / "data")) / "nhs_accidents.csv"
)
BETWEEN = [12, 3, 40, 7, 55, 21, 8, 90, 15, 33, 2, 61]


def _floats(values: Any) -> xmr.Floats:
    return np.asarray(values, dtype=np.float64)


# p′


@pytest.fixture
def accidents() -> pd.DataFrame:
    """Who was seen within four hours in 20 weeks of English emergency departments."""
    if not ACCIDENTS.exists():
        pytest.skip(
            "the series is not kept here: its folder is ../shared/data, or BOARD_SHARED_DATA names it"
        )
    return pd.read_csv(ACCIDENTS)


def test_the_published_p_prime_chart(accidents: pd.DataFrame) -> None:
    x, n = (_floats(accidents[name]) for name in ("seen_within_4h", "attendances"))
    lines = rates.p_prime(x, n)
    assert lines.mean == pytest.approx(0.9528997113, abs=1e-10)
    assert lines.sigma_z == pytest.approx(10.6404218635, abs=1e-10)
    assert (lines.lower[0], lines.upper[0]) == pytest.approx(
        (0.9401296442, 0.9656697785), abs=1e-10
    )
    assert (lines.lower[-1], lines.upper[-1]) == pytest.approx(
        (0.9399749965, 0.9658244262), abs=1e-10
    )
    chart = spc.p_prime(accidents["seen_within_4h"], accidents["attendances"], better="up")
    assert "outside" not in set(chart.frame["special_cause"])
    lower, upper = rates.p_prime_limits(lines.mean, 1.0, n)
    assert (lower[0], upper[0]) == pytest.approx((0.9516995646, 0.9540998580), abs=1e-10)
    assert ((x / n < lower) | (x / n > upper)).sum() == 16, "the plain p chart puts nearly all"


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=3, max_size=30))
def test_p_prime_is_as_written(pairs: list[tuple[int, int]]) -> None:
    x, n = [float(a) for a, _ in pairs], [float(a + b) for a, b in pairs]
    lines = rates.p_prime(_floats(x), _floats(n))
    some = [(a, b) for a, b in zip(x, n, strict=True) if b]
    if not some:
        assert math.isnan(lines.mean)
        return
    mean = sum(a for a, _ in some) / sum(b for _, b in some)
    assert lines.mean == pytest.approx(mean)
    if not 0 < mean < 1 or len(some) < 2:
        return
    z = [(a / b - mean) / math.sqrt(mean * (1 - mean) / b) for a, b in some]
    spread = sum(abs(b - a) for a, b in pairwise(z)) / (len(z) - 1) / 1.128
    assert lines.sigma_z == pytest.approx(spread)
    for size, low, high in zip(n, lines.lower, lines.upper, strict=True):
        if not size:
            assert math.isnan(low)
            continue
        half = 3 * spread * math.sqrt(mean * (1 - mean) / size)
        assert (low, high) == pytest.approx((max(mean - half, 0), min(mean + half, 1)))


def test_a_full_mark_is_no_side_of_the_mean() -> None:
    """Of 20 cases a week one fails now and then: weeks of full marks are no shift."""
    x = [20.0, 19, 20, 20, 20, 19, 20, 20, 20, 20, 20, 20, 20, 20, 18, 20, 20, 20, 19, 20]
    n = [20.0] * 20
    wrong = spc.xmr([a / 20 for a in x], better="up").frame
    assert "shift" in set(wrong["special_cause"])
    assert "shift" not in set(spc.p_prime(x, n, better="up").frame["special_cause"])


def test_a_point_at_its_bound_neither_makes_nor_breaks_a_run() -> None:
    values = _floats([5, 4, 6, 5, 4, 6, 5, 9, 8, 9, 8, 10, 9, 8, 9, 5, 4, 5, 6, 4, 5, 4, 6, 5])
    at_bound = values == 10
    lines = xmr.Limits(6.5, -10, 30, -5, 25)
    runs = xmr.causes(values, lines, at_bound=at_bound).which == xmr.CAUSES.index("shift")
    assert runs[7:15].tolist() == [True] * 4 + [False] + [True] * 3
    short = values.copy()
    short[8] = 10  # of the seven on one side one is at the bound now: six are left
    found = xmr.causes(short, lines, at_bound=short == 10).which
    assert found[7:15].tolist() == [0] * 8


def test_none_of_many_is_still_outside() -> None:
    x = [*[95.0, 97, 96, 94, 95, 96, 97, 95, 96, 94, 95, 96] * 2, 0.0]
    frame = spc.p_prime(x, [100.0] * 25, better="up").frame
    assert frame["special_cause"].iloc[-1] == "outside"
    assert frame["point_type"].iloc[-1] == "special_cause_concern"


def test_a_point_of_more_cases_has_narrower_limits_and_is_named_earlier() -> None:
    n = [100.0] * 20 + [1000.0, 10.0]
    x = [90.0 + (k % 3) - 1 for k in range(20)] + [870.0, 8.0]
    frame = spc.p_prime(x, n, better="up").frame
    assert frame["upper"].iloc[-2] - frame["lower"].iloc[-2] < 0.05
    assert frame["upper"].iloc[-1] - frame["lower"].iloc[-1] > 0.1
    assert frame["special_cause"].iloc[-2:].tolist() == ["outside", "common"]


@pytest.mark.parametrize(
    ("n", "mean", "enough"),
    [(40, 0.95, True), (39, 0.95, False), (4, 0.5, True), (300, 0.99, True), (199, 0.99, False)],
)
def test_enough_is_two_of_the_rarer_outcome_at_the_median_point(
    n: float, mean: float, enough: bool
) -> None:
    assert rates.is_enough(_floats([1, n, 10_000]), mean) is enough
    assert not rates.is_enough(_floats([]), 0.5)


def test_points_without_cases_are_left_out_and_said() -> None:
    chart = spc.p_prime([9, math.nan, 0, 8, 7], [10, 10, 0, 10, 10], better="up")
    assert chart.dropped == (1, 2)
    assert chart.frame["mean"].iloc[0] == pytest.approx(24 / 30)


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (lambda: spc.p_prime([1], [2], better="sideways"), "not 'sideways'"),
        (lambda: spc.p_prime([1], [2], better="up", target=98), "98 % is 0.98"),
        (lambda: spc.p_prime([3], [2], better="up"), "above its denominator"),
        (lambda: spc.p_prime([-1], [2], better="up"), "-1 is no count"),
        (lambda: spc.p_prime([1, 2], [2], better="up"), "not of the same points"),
        (lambda: spc.g([-1.0]), "-1 is no count"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(made: Any, reason: str) -> None:
    with pytest.raises(inputs.BadInput, match=reason):
        made()


def test_a_rebase_starts_everything_again() -> None:
    index = pd.date_range("2025-01-06", periods=30, freq="7D", tz="Asia/Shanghai")
    x = pd.Series([180.0 + k % 5 for k in range(15)] + [150.0 + k % 5 for k in range(15)], index)
    n = pd.Series(200.0, index)
    frame = spc.p_prime(x, n, better="up", rebase=["2025-04-21"]).frame
    assert frame["segment"].tolist() == [0] * 15 + [1] * 15
    assert set(frame["special_cause"]) == {"common"}
    assert frame["mean"].iloc[0] == pytest.approx(182 / 200)
    assert frame["mean"].iloc[-1] == pytest.approx(152 / 200)


# Cases and days between


def test_the_limit_of_cases_between_failures() -> None:
    lines = rates.g_chart(_floats(BETWEEN))
    assert np.mean(BETWEEN) == pytest.approx(28.9166667, abs=1e-7)
    assert lines.upper == pytest.approx(117.1539179, abs=1e-7)
    assert lines.centre == np.median(BETWEEN) == 18
    assert math.isnan(lines.lower)
    chart = spc.g([*BETWEEN, 400])
    assert chart.frame["special_cause"].iloc[-1] == "outside"
    assert chart.variation == "improvement", "a failure is long in coming"
    assert spc.g([*BETWEEN, 1, 2, 1, 2, 1, 2, 1]).variation == "concern", "failures come often"


def test_days_between_are_normal_after_their_root_and_are_turned_back() -> None:
    days = _floats([30, 41, 12, 66, 25, 38, 51, 20, 33, 45])
    lines, roots = rates.t_chart(days), xmr.limits(days ** (1 / 3.6))
    assert lines.centre == pytest.approx(roots.mean**3.6)
    assert lines.upper == pytest.approx(roots.upper**3.6)
    assert spc.t([*days, 900]).frame["special_cause"].iloc[-1] == "outside"
    assert math.isnan(rates.t_chart(_floats([1, 90, 2, 200, 1])).lower), "no time is too short"


def test_cases_between_failures_are_counted_over_days() -> None:
    failures, others = np.array([0, 1, 0, 2, 0, 1]), np.array([5, 4, 3, 2, 1, 0])
    found = rates.cases_between(failures, others)
    assert found == [(3, 5), (3, 0), (5, 1)], "what came before the first failure is no distance"
    assert rates.cases_between(np.array([], np.int64), np.array([], np.int64)) == []


# Stocks


def test_limits_of_what_follows_on_itself_are_wider() -> None:
    rng = np.random.default_rng(4)
    steps = rng.normal(0, 1, 4000)
    stock = np.empty(4000)
    stock[0] = steps[0]
    for i in range(1, 4000):
        stock[i] = 0.6 * stock[i - 1] + steps[i]
    assert xmr.following(stock) == pytest.approx(math.sqrt(1.6 / 0.4), rel=0.05)
    assert xmr.following(steps) == pytest.approx(1, abs=0.05)
    assert xmr.following(np.arange(400.0)) == pytest.approx(math.sqrt(1.9 / 0.1), rel=1e-3)
    assert xmr.following(_floats([1, -1] * 50)) == 1, "what swings is no reason to narrow them"
    assert xmr.following(_floats([3, 3, 3])) == xmr.following(_floats([])) == 1
    plain, wide = xmr.limits(stock), xmr.limits(stock, widened=2)
    assert wide.upper - wide.mean == pytest.approx(2 * (plain.upper - plain.mean))


def test_a_stock_s_run_has_twelve_points() -> None:
    values = _floats([10, 12] * 10 + [12.1, 12.2] * 6)
    lines = xmr.Limits(11.5, 0, 30, 5, 20)
    shifted = xmr.CAUSES.index("shift")
    assert (xmr.causes(values, lines, run=xmr.STOCK_RUN).which[20:] == shifted).all()
    short = values[:-2]  # with the last of the steady ones eleven on one side
    assert not (xmr.causes(short, lines, run=xmr.STOCK_RUN).which == shifted).any()
    assert (xmr.causes(short, lines).which == shifted).any()


# How often a steady figure is called special


def _share_special(kind: str, rng: np.random.Generator, weeks: int = 40) -> float:
    """The share of points that are special on charts of shares that are steady."""
    marked = points = 0
    for _ in range(150):
        n = rng.integers(60, 140, weeks).astype(float)
        p = np.clip(rng.normal(0.9, 0.02, weeks), 0, 1) if kind == "more than chance" else 0.9
        x = rng.binomial(n.astype(int), p).astype(float)
        which = rates.p_prime_causes(x, n, rates.p_prime(x, n)).which
        marked += int((which == xmr.CAUSES.index("outside")).sum())
        points += weeks
    return marked / points


@pytest.mark.parametrize("kind", ["chance", "more than chance"])
def test_p_prime_rarely_calls_a_steady_share_outside(kind: str) -> None:
    """Three standard deviations promise 0.27 %, limits from 40 points somewhat more; shares near
    their end are skew.
    """
    assert _share_special(kind, np.random.default_rng(21)) < 0.008


def test_all_rules_together_call_a_steady_share_special_as_often_as_a_steady_count() -> None:
    rng = np.random.default_rng(22)
    marked = {"share": 0, "normal": 0}
    for _ in range(150):
        n = rng.integers(200, 400, 40).astype(float)
        x = rng.binomial(n.astype(int), 0.7).astype(float)
        marked["share"] += int((rates.p_prime_causes(x, n, rates.p_prime(x, n)).which > 0).sum())
        y = rng.normal(0, 1, 40)
        marked["normal"] += int((xmr.causes(y, xmr.limits(y, screen=False)).which > 0).sum())
    share, normal = (one / (150 * 40) for one in marked.values())
    assert share < 0.06
    assert share == pytest.approx(normal, abs=0.015)


def test_where_failures_are_too_rare_the_xmr_chart_is_wrong_and_pooling_mends_it() -> None:
    """30 cases a week of which one in a hundred fails: full marks for weeks on end."""
    rng = np.random.default_rng(23)
    wrong = right = points = 0
    for _ in range(60):
        n = np.full(104, 30.0)
        x = rng.binomial(30, 0.99, 104).astype(float)
        assert not rates.is_enough(n, 0.99)
        shares = x / n
        wrong += int((xmr.causes(shares, xmr.limits(shares)).which > 0).sum())
        failed = (n - x).astype(np.int64)
        between = _floats([cases for _, cases in rates.cases_between(failed, x.astype(np.int64))])
        right += int((rates.g_causes(between, rates.g_chart(between)).which > 0).sum())
        points += len(between)
    assert wrong / (60 * 104) > 0.2
    assert right / points < 0.1
