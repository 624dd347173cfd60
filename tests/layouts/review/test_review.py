"""The review page says what it must: quality before results, names beyond the limits alone, no rank
unasked, code and hash on all.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from feeds.review import review_values
from layouts import ids, pages
from layouts.html import render
from layouts.parts import diagrams
from layouts.parts.forms import Editor
from layouts.review import funnels, head
from layouts.view import View

MakeView = Callable[..., View]
KPI = "incidents.closure_rate"


def shown(view: View, **filters: str) -> str:
    page = next(page for page in pages.PAGES if page.name == "review")
    return render.to_html(page.build(replace(view, filters=filters)))


@pytest.fixture
def view(make_view: MakeView) -> View:
    return make_view("/review", form="late")


def sample(view: View) -> review_values.Review:
    found: Any = view.page_data["review"].review
    return found  # type: ignore[no-any-return]


def test_quality_stands_before_results_and_names_the_incomplete(view: View) -> None:
    text = shown(view)
    lessons, cards = (
        text.index('<section class="section review-lessons"'),
        text.index('class="review-cards"'),
    )
    assert (
        text.index("数据不完整：湖㳇镇")
        < text.index("各项指标")
        < cards
        < lessons
        < text.index("现场表态")
    )
    assert text.index(f'href="#{ids.LESSONS}"') < cards, "on a phone a link leads past the funnels"


def test_where_no_town_is_whole_they_are_counted(view: View) -> None:
    lacking = [replace(one, days=1) for one in sample(view).completeness]
    text = render.to_html(head.quality(view, replace(sample(view), completeness=tuple(lacking))))
    assert "18 个镇（街道）的数据都不完整" in text
    assert "数据不完整：" not in text


def test_no_limit_is_drawn_where_no_value_can_be(view: View) -> None:
    figure = sample(view).figure(KPI)
    assert figure
    assert figure.funnel
    few = replace(figure.funnel.limits[0], x=1.0, lower95=-0.4, lower998=-0.98)
    limits = (few, *figure.funnel.limits)
    changed = funnels.describe(view, replace(figure, funnel=replace(figure.funnel, limits=limits)))
    assert changed
    drawn = funnels.picture(view, changed)["data"]
    assert min(y for line in drawn for y in line["y"] if y is not None) >= 0


def test_of_a_demo_nothing_is_said_about_lateness(view: View) -> None:
    late = [replace(one, late=one.events) for one in sample(view).completeness]
    told = {}
    for is_demo in (True, False):
        told[is_demo] = render.to_html(
            head.quality(view, replace(sample(view), completeness=tuple(late), is_demo=is_demo))
        )
    assert "录入早晚不作评价" in told[True]
    assert "100%" not in told[True]
    assert "100% 的事件在发生一周之后才录入" in told[False]


@pytest.mark.parametrize("filters", [{}, {"kpi": KPI}, {"kpi": "incidents.open"}], ids=str)
def test_code_and_hash_are_on_every_page(filters: dict[str, str], view: View) -> None:
    for text in (shown(view, **filters), shown(replace(view, area="320282112"), **filters)):
        assert text.count("2026Q3-1A2B3") >= 2
        assert "abababababab" in text
        assert 'data-hash="' + "ab" * 32 in text


def test_only_towns_beyond_the_limits_are_named_in_the_funnel(view: View) -> None:
    figure = sample(view).figure(KPI)
    assert figure is not None
    assert figure.funnel is not None
    described = funnels.describe(view, figure)
    assert described
    points = funnels.picture(view, described)["data"][-1]
    beyond = [town.cls in diagrams.BEYOND for town in figure.towns if town.spot]
    assert [bool(text) for text in points["text"]] == beyond
    assert any(beyond)
    assert not all(beyond)
    assert [(x, y) for x, y in zip(points["x"], points["y"], strict=True)] == [
        (t.spot.x, t.spot.y) for t in figure.towns if t.spot
    ]


def test_a_ranking_is_shown_on_request_alone_and_says_what_is_alike(view: View) -> None:
    assert "与全市无显著差异" not in re.sub(r"<details.*?</details>", "", shown(view, kpi=KPI))
    text = shown(view, kpi=KPI, rank="1")
    assert "排序" in text
    assert text.count("与全市无显著差异") > 10
    assert "rank=1" not in shown(view)


def test_the_revision_lists_what_was_and_is(view: View) -> None:
    text = shown(view)
    assert "冻结后补录 3 件事件，1 个数值有变" in text
    assert "90 % (90/100)" in text
    assert "91 % (91/100)" in text
    frozen = replace(sample(view), late_events=0, revision=())
    assert head.revision(view, frozen) == []


@pytest.mark.parametrize(("area", "can_freeze"), [("", True), ("320282112", False)])
def test_forms_are_for_offices(area: str, can_freeze: bool, view: View) -> None:
    assert "<form" not in shown(view)
    text = shown(
        replace(view, page_data={**view.page_data, "editor": Editor("指挥中心", area, "c" * 64)})
    )
    assert ('action="/review/freeze"' in text) == can_freeze
    assert text.count('action="/review/commitments"') == 1
    assert text.count("<option") >= (18 if can_freeze else 1)


def test_commitments_say_what_came_of_them(view: View) -> None:
    text = shown(replace(view, area="320282112"))
    assert "兑现，较表态时无显著变化" in text
    assert "未到期" in text
    assert "未到期" not in shown(replace(view, area="320282001"))
