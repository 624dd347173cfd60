"""The handling chain against a count of its own in pandas, and the awkward orders of steps."""

from __future__ import annotations

import random

import numpy as np
import pandas as pd
import pytest

from feeds import chain
from feeds.chain import Of, Row

NOW, HOUR = 1_000 * 3_600_000, 3_600_000
PERIOD = (NOW - 400 * HOUR, NOW - 50 * HOUR)


@pytest.mark.parametrize(
    ("row", "stays"),
    [
        (Row("", 10, None, None, None), [("opened", 10, None)]),
        (Row("", 10, None, 12, None), [("opened", 10, 12), ("handled", 12, None)]),
        (Row("", 10, None, 12, 15), [("opened", 10, 12), ("handled", 12, 15)]),
        (Row("", 10, None, None, 15), [("opened", 10, 15)]),
        (Row("", 10, None, 16, 15), [("opened", 10, 15)]),
        (Row("", 10, None, 8, 15), [("opened", 10, 10), ("handled", 10, 15)]),
        (Row("", 10, None, None, 5), [("opened", 10, 10)]),
        (Row("", 10, None, 7, 9), [("opened", 10, 10), ("handled", 10, 10)]),
    ],
    ids=[
        "stands",
        "in hand",
        "whole",
        "not handled",
        "closed first",
        "handled before told",
        "closed before told",
        "all before",
    ],
)
def test_stays_begin_and_end_in_order(row: Row, stays: list[tuple[str, int, int | None]]) -> None:
    found = chain.stays(np.array([row[1:]], dtype=float))
    known = [(one.stage, one.since[0], None if np.isnan(one.until[0]) else one.until[0]) for one in found if not np.isnan(one.since[0])]
    assert known == stays


def test_a_case_that_was_never_opened_is_in_no_stage() -> None:
    found = chain.count(Of("incident"), [Row("a", None, None, 12, 15)], (0, 20), 20)
    assert [(link.entered, link.left, link.standing) for link in found.links] == [(0, 0, 0), (0, 0, 0)]
    assert found.closed == 0


def rows(seed: int) -> list[Row]:
    rng = random.Random(seed)

    def one() -> Row:
        opened = NOW - rng.randrange(1, 900) * HOUR
        handled = rng.choice([None, opened + rng.randrange(1, 60) * HOUR])
        closed = rng.choice([None, (handled or opened) + rng.randrange(1, 200) * HOUR])
        known = [None if at is None or at > NOW else at for at in (handled, closed)]
        return Row(rng.choice("abc"), opened, rng.choice([None, opened + 100 * HOUR]), *known)

    return [one() for _ in range(400)]


@pytest.mark.parametrize("seed", range(5))
def test_the_chain_equals_a_count_in_pandas(seed: int) -> None:
    cases = rows(seed)
    frame = pd.DataFrame(cases).astype(dict.fromkeys(Row._fields[1:], "float64"))
    found = chain.count(Of("incident"), cases, PERIOD, NOW)
    inside = {name: frame[name].between(PERIOD[0], PERIOD[1], inclusive="left") for name in ("opened", "handled", "closed")}
    waiting, hand = found.links
    left = frame["handled"].fillna(frame["closed"])
    waited = (left - frame["opened"])[left.between(PERIOD[0], PERIOD[1], inclusive="left")]
    worked = (frame["closed"] - frame["handled"])[inside["closed"] & frame["handled"].notna()]
    standing = frame[frame["closed"].isna()]
    late = standing[standing["due"] <= NOW]
    assert (waiting.entered, waiting.left, hand.entered, hand.left) == (
        inside["opened"].sum(),
        len(waited),
        inside["handled"].sum(),
        len(worked),
    )
    assert (waiting.median_ms, waiting.p90_ms) == pytest.approx((waited.quantile(0.5), waited.quantile(0.9)))
    assert (hand.median_ms, hand.p90_ms) == pytest.approx((worked.quantile(0.5), worked.quantile(0.9)))
    assert (waiting.standing, hand.standing) == (standing["handled"].isna().sum(), standing["handled"].notna().sum())
    assert (waiting.overdue, hand.overdue) == (late["handled"].isna().sum(), late["handled"].notna().sum())
    assert found.closed == inside["closed"].sum()
    assert {place.place: place.standing for place in found.stuck} == standing["place"].value_counts().to_dict()
    assert {place.place: place.overdue for place in found.stuck if place.overdue} == late["place"].value_counts().to_dict()
    assert [place.overdue for place in found.stuck] == sorted((place.overdue for place in found.stuck), reverse=True)


def test_nothing_is_no_time_not_zero() -> None:
    found = chain.count(Of("dispute"), [], PERIOD, NOW)
    assert [(link.stage, link.entered, link.median_ms, link.oldest) for link in found.links] == [("opened", 0, None, None)]
    assert found.stuck == ()
