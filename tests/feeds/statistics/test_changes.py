"""Changes: what counts as one, how rarely chance is called one, and which periods can be compared
at all.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from feeds.statistics import changes, intervals
from feeds.statistics.changes import Side
from feeds.statistics.inputs import BadInput
from feeds.statistics.intervals import Interval

QUARTERS, WEEKS = 8, 13
EXTRA = 0.05  # what a stable town varies from quarter to quarter beyond chance


# Dispersion


def test_dispersion_is_the_mean_squared_residual_against_the_weeks_around() -> None:
    weekly = [float(50 + 17 * (n * 5 % 7) - 9 * (n % 3)) for n in range(120)]
    kept = weekly[-104:]
    squares = []
    for i, count in enumerate(kept):
        around = kept[max(0, i - 6) : i + 7]
        mean = np.mean(around)
        squares.append((count - mean) ** 2 / mean)
    assert changes.dispersion(weekly) == pytest.approx(np.mean(squares))
    assert changes.dispersion(weekly) > 1


def test_dispersion_is_at_least_that_of_chance() -> None:
    assert changes.dispersion([10.0] * 104) == 1
    assert changes.dispersion([0.0] * 104) == 1
    assert changes.dispersion([1.0, 90.0] * 12) == 1, "of under 26 weeks nothing is known"
    assert changes.dispersion([1.0, 90.0, None] * 13) > 1
    drawn = np.random.default_rng(2).poisson(30, 104).tolist()
    assert changes.dispersion(drawn) < 1.3


def test_a_slow_rise_is_no_dispersion() -> None:
    assert changes.dispersion([100 + 2 * n for n in range(104)]) == 1


def test_shares_scatter_as_their_weeks_do() -> None:
    rng = np.random.default_rng(5)
    chance = [(float(rng.binomial(400, 0.9)), 400.0) for _ in range(104)]
    assert changes.share_dispersion(chance) < 1.3
    moved = [
        (float(rng.binomial(400, share)), 400.0) for share in np.tile([0.8, 0.9, 0.97], 34)[:104]
    ]
    assert changes.share_dispersion(moved) > 5
    assert changes.share_dispersion(moved[:20]) == 1


def test_what_all_towns_do_together_is_not_their_own_variation() -> None:
    season = np.array([1.0, 1.4, 0.7, 1.2, 1.1, 1.5, 0.8, 1.3])
    table = [list(size * season) for size in (100, 400, 2000, 900)]
    assert changes.variation(table, [1.0] * 4) == 0
    assert changes.variation(table[:1], [1.0]) == 0, "one alone can't tell it from the season"


@pytest.mark.parametrize("extra", [0.0, 0.05, 0.15])
def test_the_variation_from_period_to_period_is_found(extra: float) -> None:
    rng = np.random.default_rng(8)
    found = []
    for _ in range(60):
        means = 1000 * rng.normal(1, extra, (18, QUARTERS))
        found.append(changes.variation(rng.poisson(means).tolist(), [1.0] * 18))
    assert math.sqrt(float(np.mean(found))) == pytest.approx(extra, rel=0.12, abs=0.013)


def test_periods_end_with_the_last_week() -> None:
    assert changes.periods([1.0] * 28, 13) == [13, 13]
    assert changes.periods([float(n) for n in range(5)], 2) == [3, 7]


# Changes


def test_the_variance_of_a_change_is_that_of_both_counts_times_its_dispersion() -> None:
    found = changes.of_counts(540, 460, phi=1.5)
    half = intervals.Z95 * math.sqrt(1.5 * 1000)
    assert (found.difference, found.low, found.high) == pytest.approx((80, 80 - half, 80 + half))
    assert found.relative == pytest.approx(80 / 460)
    assert found.p == pytest.approx(2 * stats.norm.sf(80 / math.sqrt(1500)))
    assert (found.is_clear, found.is_worth, found.is_few) == (True, True, False)
    assert not changes.of_counts(540, 460, phi=2).is_clear


def test_periods_of_other_lengths_are_compared_by_day() -> None:
    assert changes.of_counts(920, 910, days=(92, 91)).difference == pytest.approx(0)
    assert not changes.of_counts(920, 910, days=(92, 91)).is_clear


def test_a_clear_change_that_matters_to_nobody_is_not_worth_saying() -> None:
    found = changes.of_counts(102_000, 100_000)
    assert (found.is_clear, found.is_worth) == (True, False)
    assert changes.of_counts(102_000, 100_000, least=0.02).is_worth
    share = changes.of_shares((99_500, 100_000), (99_000, 100_000))
    assert share is not None
    assert (share.is_clear, share.is_worth) == (True, False)
    assert changes.of_shares((9_800, 10_000), (9_700, 10_000)).is_worth  # type: ignore[union-attr]


@pytest.mark.parametrize(("now", "before"), [(4, 1), (0, 3), (3, 0), (9, 10), (2, 60)])
def test_a_change_of_few_cases_is_no_percentage(now: int, before: int) -> None:
    found = changes.of_counts(now, before)
    assert (found.difference, found.relative, found.is_few) == (now - before, None, True)


def test_a_handful_of_cases_is_clear_only_where_its_exact_tail_agrees() -> None:
    for now in range(30):
        for before in range(30):
            if min(now, before) >= changes.FEW:
                continue
            exact = stats.binomtest(now, now + before).pvalue if now + before else 1
            if changes.of_counts(now, before).is_clear:
                assert exact < 0.075, (now, before)
            if exact < 0.02:
                assert changes.of_counts(now, before).is_clear, (now, before)
    assert not changes.of_counts(0, 0).is_clear


def test_two_shares_have_newcombe_s_interval_widened_by_the_dispersion() -> None:
    plain = intervals.difference(56, 70, 48, 80)
    found = changes.of_shares((56, 70), (48, 80), phi=1)
    wide = changes.of_shares((56, 70), (48, 80), phi=2.25)
    assert found is not None
    assert wide is not None
    assert found[:3] == pytest.approx(plain)
    assert wide.low == pytest.approx(plain.estimate - 1.5 * (plain.estimate - plain.low))
    assert wide.high == pytest.approx(plain.estimate + 1.5 * (plain.high - plain.estimate))
    assert (found.is_clear, wide.is_clear) == (True, False)
    assert changes.of_shares((0, 0), (1, 2)) is None
    few = changes.of_shares((1, 1), (0, 9))
    assert few is not None
    assert few.is_few


def test_a_duration_changes_where_its_interval_says_so() -> None:
    before = Interval(100.0, 90.0, 111.0)
    longer = changes.of_durations(Interval(130.0, 118.0, 143.0), before, cases=(300, 280))
    alike = changes.of_durations(Interval(106.0, 96.0, 118.0), before, cases=(300, 280))
    assert longer is not None
    assert alike is not None
    assert longer.difference == pytest.approx(0.3)
    assert (longer.is_worth, alike.is_worth) == (True, False)
    near = changes.of_durations(
        Interval(103.0, 102.9, 103.1), Interval(100, 99.9, 100.1), cases=(9, 900)
    )
    assert near is not None
    assert (near.is_clear, near.is_worth, near.relative) == (True, False, None)
    assert changes.of_durations(Interval(1.0, 0.0, 2.0), before, cases=(30, 30)) is None


def test_between_which_quantiles_a_median_lies() -> None:
    low, high = changes.quantile_between(100, 0.5)
    assert (low, high) == pytest.approx((0.402, 0.598), abs=1e-3)
    assert changes.quantile_between(3, 0.9)[1] == 1
    assert changes.quantile_between(0, 0.5) == (0, 1)


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (lambda: changes.of_counts(-1, 3), "-1 is no count"),
        (lambda: changes.of_counts(1, 3, phi=0.2), "at least 1"),
        (lambda: changes.of_shares((3, 2), (1, 2)), "3 of 2 is no share"),
        (lambda: changes.dispersion([-4.0] * 30), "-4 is no count"),
        (lambda: changes.benjamini_hochberg([0.2, 1.2]), "between 0 and 1"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(made: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        made()
    assert issubclass(BadInput, ValueError)


# Many at once


def test_benjamini_and_hochberg_s_own_example() -> None:
    """Journal of the Royal Statistical Society B 57 (1995), section 3.2."""
    p = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
        0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
    ]  # fmt: skip
    found = changes.benjamini_hochberg(p)
    assert (found.signals, found.made) == ((True,) * 4 + (False,) * 11, 15)
    assert found.by_chance == pytest.approx(15 * 0.0095)
    turned = changes.benjamini_hochberg(p[::-1])
    assert turned.signals == found.signals[::-1]


@given(st.lists(st.one_of(st.just(math.nan), st.floats(0, 1)), max_size=40))
def test_signals_are_those_that_scipy_finds(p: list[float]) -> None:
    found = changes.benjamini_hochberg(p)
    known = [one for one in p if not math.isnan(one)]
    assert found.made == len(known)
    adjusted = iter(stats.false_discovery_control(known)) if known else iter(())
    for one, signal in zip(p, found.signals, strict=True):
        if math.isnan(one):
            assert not signal
            continue
        value = next(adjusted)
        assert signal == (value <= 0.05) or value == pytest.approx(0.05, rel=1e-9)


# How often chance is called a change


def _stable_city(rng: np.random.Generator, sizes: Any) -> tuple[list[list[float]], list[float]]:
    """The quarters of two years of each town, and its φ: of weeks that are chance around quarters
    that vary by 5 %.
    """
    quarters = np.clip(rng.normal(1, EXTRA, (len(sizes), QUARTERS)), 0, None)
    means = np.repeat(quarters, WEEKS, axis=1) * np.asarray(sizes)[:, None] / WEEKS
    weekly = rng.poisson(means).astype(float).tolist()
    phis = [changes.dispersion(one) for one in weekly]
    return [changes.periods(one) for one in weekly], phis


def test_stable_towns_are_rarely_called_changed_and_hardly_ever_a_signal() -> None:
    rng = np.random.default_rng(7)
    tried = changed = signals = weeks_alone = 0
    for _ in range(150):
        towns, phis = _stable_city(rng, [1000] * 18)
        extra = changes.variation(towns, phis)
        found = [
            changes.of_counts(town[-1], town[-5], phi=phi, extra=extra)
            for town, phi in zip(towns, phis, strict=True)
        ]
        tried += len(found)
        changed += sum(one.is_worth for one in found)
        signals += sum(changes.benjamini_hochberg([one.p for one in found]).signals)
        weeks_alone += sum(
            changes.of_counts(town[-1], town[-5], phi=phi).is_worth
            for town, phi in zip(towns, phis, strict=True)
        )
    assert changed / tried <= 0.05
    assert signals / tried <= 0.01
    assert weeks_alone / tried > 0.2, "weeks alone don't know what quarters vary by"


@pytest.mark.parametrize("extra", [0.0, 0.05, 0.1])
def test_a_stable_figure_with_a_season_is_rarely_called_changed(extra: float) -> None:
    """A figure alone, of some 300 cases in four weeks, against the same four weeks of last year."""
    rng = np.random.default_rng(17)
    season = 1 + 0.3 * np.sin(np.arange(104) / 52 * 2 * math.pi)
    changed = weeks_alone = 0
    for _ in range(800):
        level = np.clip(rng.normal(1, extra, 26), 0, None)
        weekly = rng.poisson(77 * season * np.repeat(level, 4)).astype(float).tolist()
        now, before = sum(weekly[-4:]), sum(weekly[48:52])
        phi = changes.dispersion(weekly)
        own = changes.own_variation(weekly, phi)
        changed += changes.of_counts(now, before, phi=phi, extra=own).is_worth
        weeks_alone += changes.of_counts(now, before, phi=phi).is_worth
    assert changed / 800 <= 0.05
    assert weeks_alone >= changed
    if extra:
        assert weeks_alone / 800 > 0.05


def test_a_figure_s_own_variation_needs_two_whole_years() -> None:
    wild = [50.0 + 30 * (n // 4 * 7 % 5) for n in range(104)]
    assert changes.own_variation(wild, 1.0) > 0.01
    assert changes.own_variation(wild[1:], 1.0) == 0
    assert changes.own_variation([None, *wild[1:]], 1.0) == 0
    assert changes.own_variation([0.0] * 104, 1.0) == 0
    season = [100.0 + n % 52 for n in range(104)]
    assert changes.own_variation(season, 1.0) == 0


def test_a_town_that_did_change_is_a_signal_all_the_same() -> None:
    rng = np.random.default_rng(9)
    seen = 0
    for _ in range(20):
        towns, phis = _stable_city(rng, [1000] * 18)
        towns[4][-1] *= 1.5
        extra = changes.variation(towns, phis)
        p = [
            changes.of_counts(town[-1], town[-5], phi=phi, extra=extra).p
            for town, phi in zip(towns, phis, strict=True)
        ]
        seen += changes.benjamini_hochberg(p).signals[4]
    assert seen >= 16


def test_a_review_of_a_stable_city_names_hardly_anybody() -> None:
    """47 figures of 18 towns, against the quarter before and last year's: 1,692 comparisons."""
    rng = np.random.default_rng(13)
    named = []
    for _ in range(10):
        p: list[float] = []
        for _ in range(47):
            sizes = np.exp(rng.normal(math.log(150), 1.2, 18))
            towns, phis = _stable_city(rng, sizes)
            extra = changes.variation(towns, phis)
            for town, phi in zip(towns, phis, strict=True):
                for before in (-2, -5):
                    found = changes.of_counts(town[-1], town[before], phi=phi, extra=extra)
                    p.append(found.p)
        found_signals = changes.benjamini_hochberg(p)
        assert found_signals.made == 1692
        named.append(sum(found_signals.signals))
    assert np.mean(named) <= 1


# Whether periods can be compared


@pytest.mark.parametrize(
    ("side", "reason"),
    [
        (Side(92, 92, 100, 100), ""),
        (Side(92, 83, 100, 20), ""),
        (Side(92, 82, 100, 20), "days"),
        (Side(92, 92, 100, 101), "before_source"),
        (Side(92, 35, 100, 157), "before_source"),
        (Side(92, 0, 100, 20), "no_data"),
        (Side(92, 0, 100, None), "no_data"),
    ],
)
def test_a_period_is_whole_or_compared_with_nothing(side: Side, reason: str) -> None:
    whole = Side(91, 91, 200, 20)
    assert changes.incomparable(side) == reason
    assert changes.why_not_compared(whole, side) == reason
    assert changes.why_not_compared(side, whole) == reason
