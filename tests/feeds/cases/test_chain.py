"""The handling chain against a count of its own in pandas, and the awkward orders of steps."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import select

from feeds.cases import chain, chain_reader
from feeds.cases.chain import Of, Row
from feeds.figures.windows import DateRange
from feeds.history import stage_durations, tables
from feeds.kpis import histogram

CITY, TOWN = "320282", "320282112"
DAYS = (date(2026, 9, 24), date(2026, 10, 1))
BEGUN_MS = int(datetime.fromisoformat("2026-09-24T00:00:00+08:00").timestamp() * 1000)


@pytest.mark.parametrize(
    ("steps", "marks"),
    [
        ((10, None, None), []),
        ((10, 12, None), [(12, "h", 2)]),
        ((10, 12, 15), [(12, "h", 2), (15, "f", 3)]),
        ((10, None, 15), [(15, "c", 5)]),
        ((10, 16, 15), [(15, "c", 5)]),
        ((10, 8, 15), [(10, "h", 0), (15, "f", 5)]),
        ((10, None, 5), [(10, "c", 0)]),
        ((10, 7, 9), [(10, "h", 0), (10, "f", 0)]),
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
def test_stays_begin_and_end_in_order(
    steps: tuple[int, int | None, int | None], marks: list[tuple[int, str, int]]
) -> None:
    expected = [(at, ("", "", "", mark + histogram.bucket(spent))) for at, mark, spent in marks]
    assert stage_durations.of_case(*steps, "") == expected
    named = stage_durations.of_case(*steps, "up")
    ends = (stage_durations.CAME, stage_durations.CLOSED)
    spent = [(at, cell) for at, cell in named if cell[3] not in ends]
    assert spent == [(at, ("", "up", "", cell[3])) for at, cell in expected]
    assert named[0] == (10, ("", "up", "", "o"))


def counted(demo: Any, of: Of, area: str) -> chain.Chain:
    with demo.database.connect() as connection:
        flows = chain_reader.flows(connection, demo.profile, of, area, DateRange(*DAYS))
        return chain.count(
            of, flows, chain_reader.open_cases(connection, demo.profile, of, area), demo.now_ms
        )


def frame(demo: Any, of: Of, area: str) -> pd.DataFrame:
    with demo.database.connect() as connection:
        cases = pd.read_sql(
            select(tables.cases).where(tables.cases.c.kind == of.family), connection
        )
    cases = cases[cases["opened"].notna() & ((cases["town"] == area) | (area == CITY))]
    if of.is_joint:
        cases = cases[cases["joint"].notna()].assign(handled=lambda its: its["joint"])
    return cases[cases["facet"] == of.facet] if of.facet else cases


@pytest.mark.parametrize("area", [CITY, TOWN])
@pytest.mark.parametrize(
    "of",
    [Of("incident"), Of("dispute"), Of("handoff", "up"), Of("incident", is_joint=True)],
    ids=str,
)
def test_the_chain_equals_a_count_in_pandas(demo: Any, of: Of, area: str) -> None:
    found, cases = counted(demo, of, area), frame(demo, of, area)
    inside = {name: cases[name].ge(BEGUN_MS) for name in ("opened", "handled", "closed")}
    left = cases["handled"].fillna(cases["closed"]).astype("float64")
    waited = (left - cases["opened"])[left >= BEGUN_MS]
    waiting, *hand = found.links
    assert (waiting.entered, waiting.left, found.closed) == (
        inside["opened"].sum(),
        len(waited),
        inside["closed"].sum(),
    )
    assert_times(waiting, waited)
    open_cases = cases[cases["closed"].isna()]
    late = open_cases[open_cases["due"] <= demo.now_ms]
    assert sum(link.open_cases for link in found.links) == len(open_cases)
    assert sum(link.overdue for link in found.links) == len(late)
    assert {place.place: place.open_cases for place in found.stuck} == open_cases[
        "town" if area == CITY else "category"
    ].value_counts().to_dict()
    assert [place.overdue for place in found.stuck] == sorted(
        (place.overdue for place in found.stuck), reverse=True
    )
    for link in hand:
        worked = (cases["closed"] - cases["handled"])[
            inside["closed"] & cases["handled"].notna()
        ].astype("float64")
        assert (link.entered, link.left) == (inside["handled"].sum(), len(worked))
        assert link.open_cases == open_cases["handled"].notna().sum()
        assert_times(link, worked)


def assert_times(link: chain.Link, spent: pd.Series[float]) -> None:
    """Within the histogram's error of the exact nearest rank."""
    exact = (
        [np.quantile(spent, q, method="inverted_cdf") for q in (0.5, 0.9)]
        if len(spent)
        else [None, None]
    )
    assert [link.median_ms, link.p90_ms] == pytest.approx(exact, rel=histogram.ERROR, abs=1)


def test_nothing_is_no_time_not_zero() -> None:
    found = chain.count(Of("dispute"), {}, [], 1_000)
    assert [(link.stage, link.entered, link.median_ms, link.oldest) for link in found.links] == [
        ("opened", 0, None, None)
    ]
    assert found.stuck == ()


def test_what_is_in_hand_stands_since_then_but_never_before_it_was_opened() -> None:
    rows = [Row("a", 10, 15, None), Row("a", 10, 40, 12), Row("b", 10, None, 8)]
    found = chain.count(Of("incident"), {}, rows, 20)
    assert [(link.open_cases, link.overdue, link.oldest) for link in found.links] == [
        (1, 1, 10),
        (2, 0, 10),
    ]
    assert [(place.place, place.stages, place.oldest) for place in found.stuck] == [
        ("a", ((1, 1), (1, 0)), 10),
        ("b", ((0, 0), (1, 0)), 10),
    ]
