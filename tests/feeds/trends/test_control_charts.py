"""Which chart a figure gets, and what it says: shares by their cases, stocks, seasons, and what
lies between rare events.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds import kpis
from feeds.figures import trends
from feeds.statistics import rates, xmr
from feeds.trends import control_charts
from feeds.trends.completed_steps import Line

SHARE = kpis.CATALOGUE["disputes.success_rate"]
HARM = kpis.CATALOGUE["traffic.accidents"]
STOCK = kpis.CATALOGUE["incidents.overdue"]
MONDAY = date(2025, 9, 22)


def _shares(cases: Sequence[tuple[int, int]], step: Any = "week") -> Line:
    points = [x / n if n else None for x, n in cases]
    return Line(MONDAY, points, step, "p", cases)


def test_a_share_is_judged_by_its_cases() -> None:
    cases = [(90 + k % 3, 100) for k in range(40)] + [(870, 1000), (8, 10)]
    found = control_charts.of_line(SHARE, _shares(cases), target=0.9)
    lines = rates.p_prime(*(np.array([c[i] for c in cases], float) for i in (0, 1)))
    assert found.chart == "p"
    assert found.sizes == tuple(n for _, n in cases)
    assert found.marks == "." * 40 + "-."
    for i in range(len(cases)):
        line = found.line(i)
        assert line is not None
        assert line == pytest.approx((lines.mean, lines.lower[i], lines.upper[i]), rel=1e-5)
    last = found.line(41)
    assert last is not None
    assert (found.mean, found.lower, found.upper) == pytest.approx(last, rel=1e-5)
    assert trends.decode(trends.encode(found)) == found


def test_weeks_without_cases_are_gaps() -> None:
    cases = [(9, 10), (0, 0), (8, 10), (9, 10), (19, 20)]
    found = control_charts.of_line(SHARE, _shares(cases))
    assert found.points[1] is None
    assert found.line(1) is None
    assert found.marks == ". ..."


def test_a_rebase_starts_a_share_s_chart_again() -> None:
    cases = [(180 + k % 5, 200) for k in range(15)] + [(150 + k % 5, 200) for k in range(15)]
    line = _shares(cases)
    assert control_charts.of_line(SHARE, line).variation == "concern"
    found = control_charts.of_line(SHARE, line, rebases=[MONDAY + timedelta(7 * 15)])
    assert (found.since, found.variation, found.marks[:15]) == (15, "common", " " * 15)
    assert found.line(3) is None


def test_a_stock_has_wider_limits_and_longer_runs() -> None:
    values: list[float | None] = [
        40,
        42,
        44,
        45,
        47,
        48,
        46,
        45,
        43,
        41,
        40,
        39,
        38,
        39,
        41,
        43,
        44,
    ]
    found = control_charts.of_line(STOCK, Line(MONDAY, values, "week"))
    points = np.array(values, float)
    expected = xmr.limits(points, widened=xmr.following(points))
    assert xmr.following(points) > 2
    assert (found.lower, found.upper) == pytest.approx((expected.lower, expected.upper), rel=1e-5)
    assert set(found.marks) == {"."}
    harm = control_charts.of_line(HARM, Line(MONDAY, values, "week"))
    assert set(harm.marks) != {"."}


def _counts(
    rng: np.random.Generator, weeks: int, until: date = date(2026, 9, 21)
) -> list[float | None]:
    first = until - timedelta(7 * (weeks - 1))
    days = [first + timedelta(7 * n) for n in range(weeks)]
    return [
        float(rng.poisson(300 * (1 + 0.4 * math.sin(2 * math.pi * day.timetuple().tm_yday / 365))))
        for day in days
    ]


def _weeks(values: list[float | None]) -> Line:
    drawn = values[-53:]
    return Line(MONDAY, drawn, "week", earlier=values[:-53])


def test_after_two_whole_years_a_week_is_measured_by_its_season() -> None:
    values = _counts(np.random.default_rng(1), 110)
    found = control_charts.of_line(HARM, _weeks(values))
    assert found.season == "charted"
    means = [line.mean for i in range(53) if (line := found.line(i))]
    assert max(means) > 1.8 * min(means), "the middle goes with the season"
    assert found.marks.count(".") > 45
    young = control_charts.of_line(HARM, _weeks([*[None] * 7, *values[7:]]))
    assert young.season == "unknown"
    assert young.usual == ()
    assert young.line(0) == young.line(52)
    assert young.marks.count(".") < 30, "the season itself makes signals"


def test_a_season_is_no_base_where_hardly_anything_is_expected() -> None:
    values = [float(k % 4 + 1) for k in range(110)]
    assert control_charts.of_line(HARM, _weeks([*values])).season == "unknown"


def test_dispersion_travels_with_the_weeks() -> None:
    values = _counts(np.random.default_rng(2), 110)
    assert 1 <= control_charts.of_line(HARM, _weeks(values)).phi < 1.5
    wild = [v * (1.5 if n % 2 else 0.5) for n, v in enumerate(values) if v is not None]
    assert control_charts.of_line(HARM, _weeks([*wild])).phi > 20


def _between(chart: Any, values: list[float | None], better: Any) -> Line:
    at = [MONDAY + timedelta(9 * n) for n in range(len(values))]
    return Line(at[0], values, "event", chart, at=at, better=better)


def test_cases_between_failures_have_a_median_and_one_limit() -> None:
    values: list[float | None] = [12, 3, 40, 7, 55, 21, 8, 90, 15, 33, 2, 61]
    found = control_charts.of_line(SHARE, _between("g_failures", values, "up"), target=0.9)
    assert (found.mean, found.lower, found.upper) == (18, None, 117.154)
    assert (found.is_between, found.assurance) == (True, "none")
    assert found.days[1] == MONDAY + timedelta(9)
    better = control_charts.of_line(SHARE, _between("g_failures", [*values, 300], "up"))
    assert (better.variation, better.cause, better.leaning) == ("improvement", "outside", 1)
    assert trends.decode(trends.encode(better)) == better


def test_days_between_events_that_grow_rare_are_an_improvement() -> None:
    values: list[float | None] = [30, 41, 12, 66, 25, 38, 51, 20, 33, 45]
    found = control_charts.of_line(HARM, _between("t", [*values, 900], "up"))
    assert (found.chart, found.variation) == ("t", "improvement")


def test_what_is_not_enough_is_not_judged() -> None:
    line = _shares([(9, 10), (8, 10), (0, 10), (9, 10)])._replace(is_enough=False)
    found = control_charts.of_line(SHARE, line)
    assert (found.variation, found.mean, found.marks) == ("none", None, "")


@pytest.mark.parametrize("kpi", ["tasks.open", "tasks.set", "assessments.completed"])
def test_the_work_of_a_year_has_no_limits(kpi: str) -> None:
    values: list[float | None] = [105, 98, 90, 81, 70, 62, 50, 41, 30, 19, 12, 4] * 2
    found = control_charts.of_line(kpis.CATALOGUE[kpi], Line(date(2024, 1, 1), values, "month"))
    assert (found.points[0], found.mean, found.variation) == (105, None, "none")
    kept = control_charts.of_line(kpis.CATALOGUE["disputes.open"], Line(MONDAY, values, "week"))
    assert kept.mean is not None


def test_a_run_begins_with_its_first_point_whatever_gaps_lie_between() -> None:
    values: list[float | None] = [10, 11, 9, 10, 11, 9, 10, 9, None, 30, None, None, 31]
    found = control_charts.of_line(kpis.CATALOGUE["disputes.open"], Line(MONDAY, values, "week"))
    assert found.run == 2
    assert found.run_day == MONDAY + timedelta(7 * 9)


cases = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda pair: (pair[0], sum(pair))),
    min_size=1,
    max_size=60,
)
values = st.lists(st.one_of(st.none(), st.integers(0, 500)), min_size=1, max_size=110)


def _is_sound(found: trends.Trend) -> None:
    sent = msgspec.json.decode(msgspec.json.encode(trends.encode(found)))
    assert trends.decode(sent) == found, "nothing that JSON can't say"
    assert len(found.marks) in (0, len(found.points))
    for i, point in enumerate(found.points):
        line = found.line(i)
        assert line is None or point is not None
        if line and line.lower is not None and line.upper is not None:
            assert line.lower <= line.mean + 1e-6
            assert line.mean <= line.upper + 1e-6
        assert not (point is None and found.kind(i))


@settings(max_examples=60, deadline=None)
@given(cases, st.sampled_from(["week", "month", "quarter"]), st.integers(0, 70))
def test_any_cases_make_a_sound_chart(pairs: Any, step: Any, rebase: int) -> None:
    line = _shares(pairs, step)
    day = MONDAY + timedelta(7 * rebase)
    _is_sound(control_charts.of_line(SHARE, line, target=0.9, rebases=[day]))


@settings(max_examples=60, deadline=None)
@given(values, st.sampled_from([HARM, STOCK]), st.integers(0, 120))
def test_any_values_make_a_sound_chart(found: Any, kpi: kpis.Kpi, rebase: int) -> None:
    day = MONDAY + timedelta(7 * rebase)
    _is_sound(control_charts.of_line(kpi, _weeks(found), target=20, rebases=[day]))


@settings(max_examples=40, deadline=None)
@given(values, st.sampled_from(["g_failures", "g_cases", "t"]))
def test_any_distances_make_a_sound_chart(found: Any, chart: Any) -> None:
    known = [one for one in found if one is not None] or [0]
    _is_sound(control_charts.of_line(SHARE, _between(chart, known, "up")))


def test_one_open_case_is_no_signal_where_hardly_any_is_usual() -> None:
    """Two weeks of a year with one case: chance gives that; four at once it does not."""
    weeks: list[float | None] = [0.0] * 40 + [1.0, 1.0] + [0.0] * 8
    alone = control_charts.of_line(STOCK, Line(MONDAY, [*weeks, 1.0], "week"))
    assert (alone.marks[-1], alone.upper) == (".", 2)
    assert set(alone.marks) == {"."}, "and no quiet weeks got better"
    many = control_charts.of_line(STOCK, Line(MONDAY, [*weeks, 4.0], "week"))
    assert many.marks[-1] == "-"


@pytest.mark.parametrize(("cases", "mark"), [(1.0, "."), (2.0, "."), (3.0, "-")])
def test_the_first_case_in_two_years_is_no_signal(cases: float, mark: str) -> None:
    never: list[float | None] = [0.0] * 104
    found = control_charts.of_line(STOCK, Line(MONDAY, [*never, cases], "week"))
    assert (found.marks[-1], found.upper) == (mark, 2)
    waits = control_charts.of_line(STOCK, Line(MONDAY, [*never, *[cases] * 20], "week"))
    assert waits.marks[-1] == mark, "nor is it one for waiting long"


@pytest.mark.parametrize("kpi", [STOCK, HARM])
def test_no_limit_lies_where_no_figure_can(kpi: kpis.Kpi) -> None:
    found = control_charts.of_line(kpi, Line(MONDAY, [0.0, 5, 1, 6, 0, 7, 2, 0, 6, 1], "week"))
    assert found.lower is None
    assert found.upper
