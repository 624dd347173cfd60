"""What is said of a figure: sentence, marks, comparisons, contributors; the control chart's
points.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
import pytest

from feeds import kpis
from feeds.city.words import Lang
from feeds.figures import trends
from feeds.figures.windows import DateRange
from feeds.trends import control_charts
from feeds.trends.completed_steps import Line
from layouts.html import render
from layouts.parts import attention, comparison, components, control_chart, verdicts
from layouts.view import View
from tests.layouts.conftest import judged

MakeView = Callable[..., View]
RATE = "disputes.success_rate"
STEADY = (10.0, 12, 9, 11, 10, 12, 9, 11, 10, 12, 9, 11, 10)


def with_trend(view: View, kpi: str, points: tuple[float | None, ...]) -> View:
    """The view with a control chart over the points, as the engine would say it."""
    line = Line(date(2026, 3, 2), list(points), "week")
    made = control_charts.of_line(kpis.CATALOGUE[kpi], line)
    assert view.topic
    return judged(
        dataclasses.replace(
            view, topic={**view.topic, "alerts": [], "trends": {kpi: trends.encode(made)}}
        )
    )


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "近 7 周一直低于均值"), ("en", "below its mean for 7 weeks")]
)
def test_a_shift_is_told_with_its_length(lang: Lang, said: str, make_view: MakeView) -> None:
    view = with_trend(make_view(lang=lang), RATE, (*STEADY, 12, 9.8, 9.9, 9.8, 9.9, 9.8, 9.9, 9.8))
    assert said in verdicts.sentence(view, RATE)


def test_ordinary_variation_is_told_as_such_and_has_no_arrow(make_view: MakeView) -> None:
    view = with_trend(make_view(), "incidents.overdue", STEADY)
    assert verdicts.of_trend(view, "incidents.overdue") == view.text("verdict.common")
    assert not {"↑", "↓", "▲", "▼"} & set(verdicts.sentence(view, "incidents.overdue"))


def test_a_signal_goes_before_a_missed_target(make_view: MakeView) -> None:
    falling = tuple(30.0 - n for n in range(14))
    view = with_trend(make_view(period="year"), "sensing.online_rate", falling)
    assert attention.findings(view)[0] == "sensing.online_rate"
    assert view.verdict("sensing.online_rate").code == "worse"


def test_points_beyond_the_limits_are_marked(make_view: MakeView) -> None:
    view = with_trend(make_view(), "incidents.overdue", (*STEADY, None, 30))
    trend = view.trend("incidents.overdue")
    assert trend is not None
    assert control_chart.types(trend) == ["common"] * len(STEADY) + ["", "concern"]


def test_a_small_share_carries_its_interval(make_view: MakeView) -> None:
    view = make_view()
    assert view.topic
    few = dataclasses.replace(
        view, topic={**view.topic, "set": {RATE: 0.9}, "parts": {RATE: [9, 10]}}
    )
    assert "59.6" in comparison.interval_text(few, RATE)
    assert "98.2" in comparison.interval_text(few, RATE)
    many = dataclasses.replace(
        view, topic={**view.topic, "set": {RATE: 0.9}, "parts": {RATE: [900, 1000]}}
    )
    assert comparison.interval_text(many, RATE) == ""


def test_a_town_is_compared_with_the_rest_and_with_towns_like_it(make_view: MakeView) -> None:
    view = make_view(area="320282112")
    text = render.to_html(comparison.table(view, RATE))
    assert text.count("无显著差异") == 2
    assert "与规模相近的镇（街道）相比无显著差异" in text
    like = comparison.similar(view.profile, "320282112")
    assert len(like) == comparison.NEAREST
    assert "320282112" not in like
    assert {view.profile.town_by_code[code].kind for code in like} == {
        view.profile.town_by_code["320282112"].kind
    }


def test_the_profile_may_name_the_similar_towns(make_view: MakeView) -> None:
    view = make_view(area="320282112")
    declared = tuple(
        msgspec.structs.replace(t, similar=("320282100",)) if t.code == "320282112" else t
        for t in view.profile.towns
    )
    assert comparison.similar(
        msgspec.structs.replace(view.profile, towns=declared), "320282112"
    ) == ("320282100",)
    plain = tuple(msgspec.structs.replace(t, villages=0) for t in view.profile.towns)
    assert comparison.similar(msgspec.structs.replace(view.profile, towns=plain), "320282112") == ()


def test_contributors_of_a_count_are_its_largest_towns(make_view: MakeView) -> None:
    view = make_view(period="year")
    cells = {c: v for c, v in view.series("towns:incidents.reported").items() if v is not None}
    assert [
        code for code, _ in comparison.contributors(view, "incidents.reported").towns
    ] == sorted(cells, key=lambda c: -cells[c])[:3]


def test_towns_that_tie_are_named_together_or_not_at_all() -> None:
    assert comparison.above_tie({"a": 2, "b": 1, "c": 1, "d": 1}, 3) == ["a"]
    assert comparison.above_tie({"a": 1, "b": 1, "c": 1, "d": 1}, 3) == []
    assert comparison.above_tie({"a": 3, "b": 1, "c": 2}, 3) == ["a", "c", "b"]


def test_an_address_keeps_days_and_filters(make_view: MakeView) -> None:
    view = dataclasses.replace(
        make_view("/kpi"),
        period="range",
        date_range=DateRange(date(2026, 8, 1), date(2026, 9, 1)),
        others={},
    )
    assert (
        components.address(view) == "/kpi?from=2026-08-01&to=2026-08-31&kpi=disputes.success_rate"
    )
    assert (
        components.address(view, area="320282112", kpi="")
        == "/kpi?area=320282112&from=2026-08-01&to=2026-08-31"
    )
    assert components.address(view, period="month") == "/kpi?period=month&kpi=disputes.success_rate"
    assert components.address(view, "/wall") == "/wall?from=2026-08-01&to=2026-08-31"


def test_past_periods_are_whole_ones() -> None:
    ranges = dict(components.past_ranges(date(2026, 3, 31)))
    assert ranges["last_month"] == (date(2026, 2, 1), date(2026, 3, 1))
    assert ranges["last_quarter"] == (date(2025, 10, 1), date(2026, 1, 1))
    assert ranges["yesterday"] == (date(2026, 3, 30), date(2026, 3, 31))
    assert ranges["last_week"] == (date(2026, 3, 23), date(2026, 3, 30))


@pytest.mark.parametrize(
    ("lang", "own", "of_town"),
    [
        ("zh", "超期事件偏多，始于 14:42。", "丁蜀镇 超期事件偏多，始于 14:42。"),
        (
            "en",
            "Many incidents overdue, since 14:42.",
            "Dingshu: Many incidents overdue, since 14:42.",
        ),
    ],
)
def test_an_alarm_says_what_the_alert_says_and_since_when(
    lang: Lang, own: str, of_town: str, make_view: MakeView
) -> None:
    """The area's own alert before a town's; on a page that knows none, only that there is one."""
    view = make_view("/", lang=lang)
    assert view.topic
    whole = view.topic["alerts"][0]
    town = {**whole, "area": "320282112", "place": ["丁蜀镇", "Dingshu"]}

    def said(*alerts: dict[str, Any]) -> str:
        topic = {**(view.topic or {}), "alerts": list(alerts)}
        return verdicts.sentence(judged(dataclasses.replace(view, topic=topic)), RATE)

    assert said(town, whole) == own
    alarmed = judged(dataclasses.replace(view, topic={**view.topic, "alerts": [whole]}))
    assert alarmed.topic
    only_town = dataclasses.replace(alarmed, topic={**alarmed.topic, "alerts": [town]})
    assert verdicts.sentence(only_town, RATE) == of_town
    unknown = dataclasses.replace(alarmed, topic={**alarmed.topic, "alerts": []})
    wordless = {name: whole[name] for name in ("kpi", "area")}
    of_brief = dataclasses.replace(alarmed, topic={**alarmed.topic, "alerts": [wordless]})
    for one in (unknown, of_brief):
        assert verdicts.sentence(one, RATE).rstrip("。.") == view.text("verdict.alarm")


def test_what_a_share_lacks_is_counted_in_its_own_word(make_view: MakeView) -> None:
    """Devices are no cases."""
    for lang, word in (("zh", "台"), ("en", "devices short")):
        view = make_view(lang=lang)
        assert view.topic
        parts = {**view.topic["parts"], "sensing.online_rate": (900, 1000)}
        values = {**view.topic["set"], "sensing.online_rate": 0.9}
        off = dataclasses.replace(view, topic={**view.topic, "parts": parts, "set": values})
        assert verdicts.against_target(off, "sensing.online_rate").endswith(word)
