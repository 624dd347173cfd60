"""Directly standardised rates beside a published table."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from feeds.statistics import standardised
from feeds.statistics.inputs import BadInput

# Down's syndrome by the mother's age (six groups) and the order of birth, Michigan 1950 to 1964:
# C. R. Stark and N. Mantel, J. Natl. Cancer Inst. 37 (1966), as table 14.4 of J. L. Fleiss,
# Statistical Methods for Rates and Proportions (1981). The adjusted rates, and the lower limits by
# another method (gamma), are those of M. P. Fay and E. J. Feuer, Statistics in Medicine 16 (1997).
BIRTHS = {
    "first": (230061, 329449, 114920, 39487, 14208, 3052),
    "second": (72202, 326701, 208667, 83228, 28466, 5375),
    "third": (15050, 175702, 207081, 117300, 45026, 8660),
    "fourth": (2293, 68800, 132424, 98301, 46075, 9834),
    "fifth and later": (327, 30666, 123419, 149919, 104088, 34392),
}
CASES = {
    "first": (107, 141, 60, 40, 39, 25),
    "second": (25, 150, 110, 84, 82, 39),
    "third": (3, 71, 114, 103, 108, 75),
    "fourth": (1, 26, 64, 89, 137, 96),
    "fifth and later": (0, 8, 63, 112, 262, 295),
}
ALL_BIRTHS = (319933, 931318, 786511, 488235, 237863, 61313)
PUBLISHED = {
    "first": (92.3, 80.4),
    "second": (91.2, 82.4),
    "third": (85.1, 77.2),
    "fourth": (92.7, 80.0),
    "fifth and later": (75.5, 67.7),
}


@pytest.mark.parametrize("order", list(PUBLISHED))
def test_the_rates_are_those_of_the_published_table(order: str) -> None:
    found = standardised.direct(CASES[order], BIRTHS[order], ALL_BIRTHS)
    rate, low = PUBLISHED[order]
    assert round(found.estimate * 1e5, 1) == rate
    assert found.low * 1e5 == pytest.approx(low, abs=0.15), "the methods agree where cases are many"
    assert found.low < found.estimate < found.high


def test_the_interval_is_dobson_s_on_byar_s() -> None:
    x, n = CASES["fifth and later"], BIRTHS["fifth and later"]
    found = standardised.direct(x, n, ALL_BIRTHS)
    weights = [w / sum(ALL_BIRTHS) / m for w, m in zip(ALL_BIRTHS, n, strict=True)]
    total = sum(x)
    variance = sum(w * w * c for w, c in zip(weights, x, strict=True))
    low, high = standardised.byar(total)
    assert found.low == pytest.approx(found.estimate + math.sqrt(variance / total) * (low - total))
    assert found.high == pytest.approx(
        found.estimate + math.sqrt(variance / total) * (high - total)
    )


@given(st.integers(10, 5000))
def test_byar_s_limits_are_close_to_the_exact_ones(count: int) -> None:
    low, high = standardised.byar(count)
    assert low == pytest.approx(stats.chi2.ppf(0.025, 2 * count) / 2, rel=2e-3)
    assert high == pytest.approx(stats.chi2.ppf(0.975, 2 * count + 2) / 2, rel=2e-3)


def test_a_population_made_up_as_the_standard_keeps_its_crude_rate() -> None:
    found = standardised.direct([10, 40], [1000, 2000], [5, 10])
    assert found.estimate == pytest.approx(50 / 3000)
    low, high = standardised.byar(50)
    assert (found.low, found.high) == pytest.approx((low / 3000, high / 3000))


def test_of_no_case_there_is_an_upper_limit_alone() -> None:
    found = standardised.direct([0, 0], [1000, 500], [2, 1])
    assert (found.estimate, found.low) == (0, 0)
    assert found.high == pytest.approx(standardised.byar(0)[1] * 2 / 3 / 1000)
    assert math.isnan(standardised.direct([], [], []).estimate)


def test_a_group_without_a_number_belongs_to_no_sum() -> None:
    whole = standardised.direct([10, 40], [1000, 2000], [5, 10])
    assert standardised.direct([10, 40, math.nan], [1000, 2000, 50], [5, 10, 7]) == whole


def test_what_cannot_be_is_refused_with_the_reason() -> None:
    with pytest.raises(BadInput, match="-1 is no count"):
        standardised.direct([-1], [10], [1])
    with pytest.raises(BadInput, match="nobody in this one"):
        standardised.direct([0, 1], [0, 10], [1, 1])
    with pytest.raises(ValueError, match="shorter"):
        standardised.direct([1, 2], [10], [1, 1])
