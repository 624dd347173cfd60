"""The drawn control chart: it says which chart it is and why, and its limits with their values."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from feeds import kpis
from feeds.city.words import Lang
from feeds.figures import trends
from feeds.trends import control_charts
from feeds.trends.completed_steps import Line
from layouts.html import render
from layouts.parts import control_chart, verdicts
from layouts.view import View

MakeView = Callable[..., View]
SHARE, HARM, STOCK = "disputes.success_rate", "traffic.accidents", "incidents.overdue"
FIRST = date(2025, 10, 6)
CASES = [(95 + k % 4, 100 + k % 7) for k in range(20)]
MONTHS = Line(date(2025, 1, 1), [x / n for x, n in CASES], "month", "p", CASES)
DAYS = [FIRST + timedelta(9 * k) for k in range(13)]
BETWEEN = Line(
    DAYS[0],
    [12, 3, 40, 7, 55, 21, 8, 90, 15, 33, 2, 61, 300],
    "event",
    "g_failures",
    at=DAYS,
    better="up",
)
WEEKS = Line(FIRST, [40.0, 44, 41, 46, 43, 47, 45, 42, 44, 41, 43, 46, 44], "week")


def _view(make_view: MakeView, kpi: str, line: Line, **more: Any) -> View:
    view = make_view("/kpi", **more)
    assert view.topic
    made = control_charts.of_line(kpis.CATALOGUE[kpi], line)
    return dataclasses.replace(view, topic={**view.topic, "trends": {kpi: trends.encode(made)}})


@pytest.mark.parametrize(
    ("kpi", "line", "said"),
    [
        (SHARE, MONTHS, ["每月", "每月一点，因为每周太少。", "最近一点的正常范围：", "（97/102）"]),
        (
            SHARE,
            BETWEEN,
            ["两次失败之间的件数", "超过 201 件 才算异常。", "每点是两次失败之间的件数"],
        ),
        (STOCK, WEEKS, ["连续 12 点同侧才算变化", "正常范围："]),
        (HARM, WEEKS, ["数据不足两整年，起伏中可能含季节因素。", "正常范围："]),
        (
            HARM,
            BETWEEN._replace(chart="t", better="up"),
            ["两次之间相隔的天数", "因为每季太少", "300 天"],
        ),
    ],
)
def test_a_chart_says_which_it_is_and_its_limits(
    kpi: str, line: Line, said: list[str], make_view: MakeView
) -> None:
    shown = render.to_html(control_chart.card(_view(make_view, kpi, line), kpi))
    for words in said:
        assert words in shown, words


def test_limits_of_each_point_are_drawn_as_a_band_behind_the_points(make_view: MakeView) -> None:
    view = _view(make_view, SHARE, MONTHS)
    trend = view.trend(SHARE)
    assert trend is not None
    drawn = control_chart.figure(view, SHARE, trend)
    lower, upper, mean, points = drawn["data"]
    assert len(points["y"]) == len(lower["y"]) == len(upper["y"]) == 20
    assert upper["fill"] == "tonexty"
    assert upper["fillcolor"].startswith("rgba("), "the target's line is behind it"
    line = trend.line(3)
    assert line is not None
    assert (lower["y"][3], upper["y"][3], mean["y"][3]) == (line.lower, line.upper, line.mean)
    assert [shape["type"] for shape in drawn["layout"]["shapes"]] == ["line"], "the target alone"


def test_what_lies_between_failures_has_no_target_and_one_limit(make_view: MakeView) -> None:
    view = _view(make_view, SHARE, BETWEEN)
    trend = view.trend(SHARE)
    assert trend is not None
    drawn = control_chart.figure(view, SHARE, trend)
    assert "tickformat" not in drawn["layout"]["yaxis"] or "%" not in str(
        drawn["layout"]["yaxis"]["tickformat"]
    )
    band, *lines = drawn["layout"]["shapes"]
    assert (band["y0"], band["y1"]) == (0, trend.upper)
    assert [line["y0"] for line in lines] == [trend.mean]
    assert drawn["data"][0]["x"] == [day.isoformat() for day in DAYS]


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "最近一次间隔格外长"), ("en", "unusually long in coming")]
)
def test_a_failure_that_is_long_in_coming_is_told(
    lang: Lang, said: str, make_view: MakeView
) -> None:
    view = _view(make_view, SHARE, BETWEEN, lang=lang)
    assert verdicts.of_trend(view, SHARE) == said or said in verdicts.of_trend(view, SHARE)
    assert view.trend(SHARE).variation == "improvement"  # type: ignore[union-attr]


def test_each_point_leads_to_its_own_days(make_view: MakeView) -> None:
    shown = render.to_html(control_chart.card(_view(make_view, SHARE, BETWEEN), SHARE))
    day = DAYS[4].isoformat()
    assert f"from={day}&amp;to={day}" in shown
    quarters = MONTHS._replace(step="quarter")
    shown = render.to_html(control_chart.card(_view(make_view, SHARE, quarters), SHARE))
    assert "from=2025-04-01&amp;to=2025-06-30" in shown


def test_the_small_picture_follows_the_limits_of_each_point(make_view: MakeView) -> None:
    view = _view(make_view, SHARE, MONTHS)
    trend = view.trend(SHARE)
    assert trend is not None
    shown = render.to_html(control_chart.spark(view, SHARE, trend))
    assert "polygon" in shown
    between = _view(make_view, SHARE, BETWEEN)
    trend = between.trend(SHARE)
    assert trend is not None
    assert "rect" in render.to_html(control_chart.spark(between, SHARE, trend))


@pytest.mark.parametrize(("mean", "upper"), [(0.9801, "目标"), (0.9901, "均值")])
def test_lines_that_lie_together_are_named_from_above(
    mean: float, upper: str, make_view: MakeView
) -> None:
    view = make_view("/kpi")
    known = view.trend(SHARE)
    assert known
    line = known._replace(points=(0.9, 0.95, 1.0), mean=mean, lower=0.9, upper=1.0)
    drawn = control_chart.figure(view, SHARE, line)
    (name,) = drawn["layout"]["annotations"]
    assert view.target(SHARE) == 0.988
    assert name["text"].startswith(f"{upper}<br>")
    assert name["y"] == pytest.approx((mean + 0.988) / 2)
