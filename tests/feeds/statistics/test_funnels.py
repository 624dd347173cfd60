"""Funnels: a unit's class is its exact tail, and the limits are quantiles of the same
distribution.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from feeds.statistics import funnels, tails
from feeds.statistics.inputs import BadInput

TAILS = {"95": 0.025, "998": 0.001}
UNITS = ([12, 30, 26, 50, 42, 71, 4, 29, 48, 36], [82, 98, 100, 125, 162, 151, 12, 100, 82, 99])


def _close(found: Any, expected: Any) -> None:
    np.testing.assert_allclose(
        np.asarray(found, dtype=float), np.asarray(expected, dtype=float), rtol=1e-9, atol=1e-12
    )


def _beyond(classes: list[str]) -> tuple[int | None, int | None]:
    """Up to which count a unit is low and from which it is high beyond 99.8 %."""
    low = [x for x, name in enumerate(classes) if name == "low998"]
    high = [x for x, name in enumerate(classes) if name == "high998"]
    assert low == list(range(len(low)))
    assert not high or high == list(range(high[0], len(classes)))
    return (low[-1] if low else None, high[0] if high else None)


# Shares


@pytest.mark.parametrize(
    ("n", "share", "low", "high"),
    [
        (10, 0.5, 0, 10),
        (20, 0.8, 9, None),
        (50, 0.9, 36, None),
        (182, 0.9895, 174, None),
        (5, 0.05, None, 4),
    ],
)
def test_a_share_is_beyond_where_its_exact_tail_is(
    n: int, share: float, low: int | None, high: int | None
) -> None:
    frame = funnels.proportions(range(n + 1), [n] * (n + 1), target=share).frame
    assert _beyond(frame["class"].tolist()) == (low, high)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 300), st.floats(0.01, 0.99))
def test_classes_of_shares_are_the_tails_of_scipy(n: int, share: float) -> None:
    counts = np.arange(n + 1)
    found = funnels.proportions(counts.tolist(), [n] * (n + 1), target=share).frame["class"]
    low, high = stats.binom.cdf(counts, n, share), stats.binom.sf(counts - 1, n, share)
    for x, name in enumerate(found):
        if min(abs(tail - level) for tail in (low[x], high[x]) for level in TAILS.values()) < 1e-9:
            continue  # on the boundary rounding decides
        expected = (
            "high998"
            if high[x] < 0.001
            else "low998"
            if low[x] < 0.001
            else "high95"
            if high[x] < 0.025
            else "low95"
            if low[x] < 0.025
            else "common"
        )
        assert name == expected, x


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 300), st.floats(0.01, 0.99), st.sampled_from([0.025, 0.001]))
def test_binomial_limits_interpolate_the_quantile(n: int, share: float, tail: float) -> None:
    frame = funnels.proportions([0], [n], target=share).frame
    name = "95" if tail == 0.025 else "998"
    upto, exactly = stats.binom.cdf(range(n + 1), n, share), stats.binom.pmf(range(n + 1), n, share)
    for side, level in (("lower", tail), ("upper", 1 - tail)):
        limit = float(frame[f"{side}{name}"].iloc[0])
        extreme = share**n if side == "upper" else (1 - share) ** n
        if extreme >= tail:
            assert math.isnan(limit), "no value can be beyond it"
            continue
        r = next(k for k in range(n + 1) if upto[k] > level)
        expected = (r - (upto[r] - level) / exactly[r]) / n
        _close(limit, max(expected, 0))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 200), st.floats(0.02, 0.98))
def test_a_drawn_limit_and_a_class_differ_by_less_than_one_case(n: int, share: float) -> None:
    frame = funnels.proportions(range(n + 1), [n] * (n + 1), target=share).frame
    low, high = _beyond(frame["class"].tolist())
    lower, upper = float(frame["lower998"].iloc[0]), float(frame["upper998"].iloc[0])
    assert math.isnan(lower) == (low is None)
    assert math.isnan(upper) == (high is None)
    if low is not None:
        assert low <= lower * n + 1e-9 <= low + 1 + 1e-8
    if high is not None:
        assert high - 2 - 1e-9 <= upper * n <= high - 1 + 1e-9


def test_ten_of_ten_is_not_flagged() -> None:
    frame = funnels.proportions([10, 0, 3], [10, 0, 10], target=0.8).frame
    assert frame["class"].tolist() == ["common", "common", "low998"]
    assert frame[["upper95", "upper998"]].iloc[0].isna().all()
    assert frame.drop(columns="class").iloc[1].isna().all(), (
        "a unit without cases has no rate and no limits"
    )


@pytest.mark.parametrize("centre", [0.0, 1.0])
def test_at_the_ends_nothing_is_flagged(centre: float) -> None:
    found = funnels.proportions([10 * centre, 40 * centre], [10, 40], target=centre)
    assert set(found.frame["class"]) == {"common"}


# Counts


@pytest.mark.parametrize(
    ("expected", "low", "high"),
    [
        (0.5, None, 5),
        (1, None, 6),
        (2, None, 9),
        (3, None, 11),
        (5, None, 14),
        (10, 1, 22),
        (20, 7, 36),
    ],
)
def test_a_count_is_beyond_where_its_exact_tail_is(
    expected: float, low: int | None, high: int
) -> None:
    frame = funnels.counts(range(60), [expected] * 60).frame
    assert _beyond(frame["class"].tolist()) == (low, high)
    assert bool(frame["lower998"].isna().all()) == (low is None), "no limit that can't be passed"


@settings(max_examples=60, deadline=None)
@given(st.floats(0.05, 400), st.sampled_from([0.025, 0.001]))
def test_poisson_limits_interpolate_the_quantile(expected: float, tail: float) -> None:
    frame = funnels.counts([0], [expected]).frame
    name = "95" if tail == 0.025 else "998"
    counts = np.arange(int(expected + 12 * math.sqrt(expected) + 60))
    upto, exactly = stats.poisson.cdf(counts, expected), stats.poisson.pmf(counts, expected)
    for side, level in (("lower", tail), ("upper", 1 - tail)):
        limit = float(frame[f"{side}{name}"].iloc[0])
        if side == "lower" and math.exp(-expected) >= tail:
            assert math.isnan(limit)
            continue
        r = int(np.argmax(upto > level))
        wanted = (r - (upto[r] - level) / exactly[r]) / expected
        np.testing.assert_allclose(limit, max(wanted, 0), rtol=1e-7)


def test_a_count_with_its_dispersion_is_named_later() -> None:
    plain = funnels.counts(range(200), [100] * 200).frame
    wide = funnels.counts(range(200), [100] * 200, dispersion=4).frame
    low, high = _beyond(plain["class"].tolist())
    wide_low, wide_high = _beyond(wide["class"].tolist())
    assert low is not None
    assert high is not None
    assert wide_low is not None
    assert wide_high is not None
    assert (100 - wide_low) / (100 - low) == pytest.approx(2, rel=0.1)
    assert (wide_high - 100) / (high - 100) == pytest.approx(2, rel=0.1)
    assert wide["lower998"].iloc[0] * 100 == pytest.approx(wide_low + 0.5, abs=1)
    assert wide["upper998"].iloc[0] * 100 == pytest.approx(wide_high - 1.5, abs=0.6)


def test_chance_alone_passes_a_limit_as_often_as_it_promises() -> None:
    rng = np.random.default_rng(11)
    for expected in (0.5, 3.0, 12.0, 60.0):
        drawn = rng.poisson(expected, 20_000)
        found = tails.classes(tails.poisson(drawn.astype(float), np.full(len(drawn), expected)))
        assert sum(name == "high998" for name in found) / len(found) < 0.0016
        assert sum(name == "low998" for name in found) / len(found) < 0.0016


# What units differ by beyond chance


def test_overdispersion() -> None:
    x, n = (pd.Series(values, dtype=float) for values in UNITS)
    found = funnels.proportions(x, n, overdispersion=True)
    assert round(found.centre, 6) == 0.344214
    assert (round(found.phi, 6), round(found.tau2, 8)) == (4.009053, 0.00868826)
    phi, tau2 = funnels.dispersion(x, n, found.centre, winsorised=0)
    assert (round(phi, 6), round(tau2, 8)) == (6.037391, 0.01435646)
    plain = funnels.proportions(x, n)
    assert (found.adjusted, plain.adjusted) == (True, False)
    assert (found.frame["upper998"] > plain.frame["upper998"]).all()
    assert (found.frame["class"] == "common").sum() > (plain.frame["class"] == "common").sum()


def test_the_adjusted_class_is_that_of_the_smaller_score() -> None:
    x, n = (pd.Series(values, dtype=float) for values in UNITS)
    found = funnels.proportions(x, n, overdispersion=True)
    spread = 1 / (2 * np.sqrt(n))
    z = (np.arcsin(np.sqrt(x / n)) - math.asin(math.sqrt(found.centre))) / spread
    z = z * spread / np.sqrt(spread**2 + found.tau2)
    for score, name in zip(z, found.frame["class"], strict=True):
        assert (name in ("high998", "low998")) == (stats.norm.sf(abs(score)) < 0.001)
        assert (name != "common") == (stats.norm.sf(abs(score)) < 0.025)


def test_adjusting_names_nobody_whom_the_exact_tail_does_not() -> None:
    """The scale makes 0 of 8 look far beyond what it is."""
    x, n = [0, 400, 470, 430, 500, 460], [8, 1000, 1000, 1000, 1000, 1000]
    plain = funnels.proportions(x, n, target=0.45)
    found = funnels.proportions(x, n, target=0.45, overdispersion=True)
    assert found.adjusted
    assert found.tau2 < 0.002
    assert (plain.frame["class"].iloc[0], found.frame["class"].iloc[0]) == ("low95", "low95")


def test_alike_units_are_not_overdispersed() -> None:
    found = funnels.proportions([30, 31, 29, 30], [100, 100, 100, 100], overdispersion=True)
    assert (found.tau2, found.adjusted, set(found.frame["class"])) == (0.0, False, {"common"})


@pytest.mark.parametrize("kind", ["proportion", "ratio"])
def test_widened_limits_are_those_of_the_normal_on_its_scale(kind: funnels.Kind) -> None:
    x, n = (pd.Series(values, dtype=float) for values in UNITS)
    made = funnels.proportions if kind == "proportion" else funnels.counts
    found = made(x, n, overdispersion=True)
    plain = made(x, n)
    assert found.adjusted
    there, back = (np.arcsin, np.sin) if kind == "proportion" else (np.asarray, np.asarray)
    most = math.pi / 2 if kind == "proportion" else math.inf
    for name, tail in TAILS.items():
        room = stats.norm.isf(tail) * np.sqrt(1 / (4 * n) + found.tau2)
        middle = there(math.sqrt(found.centre))
        low, high = middle - room, middle + room
        lower = np.where(low > 0, back(low) ** 2, np.nan)
        upper = np.where(high < most, back(high) ** 2, np.nan)
        _close(found.frame[f"lower{name}"], np.minimum(lower, plain.frame[f"lower{name}"]))
        _close(found.frame[f"upper{name}"], np.maximum(upper, plain.frame[f"upper{name}"]))


# Durations and stocks of a town


def test_a_town_is_slow_where_too_many_of_its_cases_took_longer_than_the_city_s_median() -> None:
    found = funnels.durations([15, 28, 40, 29, 20], [30, 40, 80, 29, 20])
    assert found.centre == 0.5
    assert found.frame["class"].tolist() == ["common", "high95", "common", "few", "few"]
    tail = funnels.durations([3, 12, 30], [30, 30, 300], quantile=0.9)
    assert tail.centre == 0.1
    assert tail.frame["class"].tolist() == ["common", "high998", "common"]


def test_a_stock_is_compared_with_what_the_workload_would_give() -> None:
    """25 cases, where about 12 would be usual for the workload."""
    found = funnels.stocks([25, 9, 14], [240, 400, 320], city=(48, 960))
    assert found.frame["expected"].tolist() == [12, 20, 16]
    assert found.frame["class"].tolist() == ["high998", "low95", "common"]
    assert stats.poisson.sf(24, 12) < 0.001
    nothing = funnels.stocks([0, 0], [10, 20])
    assert set(nothing.frame["class"]) == {"common"}


# What is refused


def test_without_any_case_nothing_is_said() -> None:
    found = funnels.proportions([0, 0], [0, 0])
    assert math.isnan(found.centre)
    assert set(found.frame["class"]) == {"common"}
    assert funnels.proportions([], []).frame.empty
    assert funnels.counts([], []).frame.empty


def test_a_unit_without_a_number_is_dropped_and_named() -> None:
    x = pd.Series({"a": 10.0, "b": math.nan, "c": 30.0, "d": 5.0})
    n = pd.Series({"a": 20.0, "b": 40.0, "c": 60.0, "d": math.nan})
    found = funnels.proportions(x, n)
    assert found.centre == 0.5, "the denominator of b counts no more"
    assert found.dropped == ("b", "d")
    assert list(found.frame.index) == ["a", "c"]
    assert funnels.counts([1, math.nan], [1, 1]).dropped == (1,)


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (lambda: funnels.proportions([1], [2], target=98), "98 % is 0.98"),
        (lambda: funnels.proportions([1], [2], target=-0.1), "between 0 and 1"),
        (lambda: funnels.proportions([3], [2]), "above its denominator"),
        (lambda: funnels.proportions([-1], [2]), "a numerator: -1 is no count"),
        (lambda: funnels.proportions([1], [-2]), "a denominator: -2 is no count"),
        (lambda: funnels.counts([-3], [2]), "a numerator: -3 is no count"),
        (lambda: funnels.counts([1], [math.inf]), "a denominator: inf is no count"),
        (lambda: funnels.counts([1], [2], dispersion=0.5), "at least 1"),
        (lambda: funnels.proportions([1, 2], [2]), "2 numerators have 1 denominators"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(made: Any, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        made()
