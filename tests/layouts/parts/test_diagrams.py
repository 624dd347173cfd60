"""A funnel's description: what it says of each town, what its axis spans, and that page and paper
draw the same one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape

import pytest

from feeds.city.profile import Profile
from feeds.review.review_values import Class, Standings
from layouts.html import render
from layouts.papers import compose
from layouts.parts import diagrams, svg_charts
from layouts.parts.diagrams import Funnel
from layouts.review import funnels, timelines
from layouts.review.sentences import Wording
from layouts.text import texts
from layouts.view import View
from tests.layouts import reviewed

MakeView = Callable[..., View]


@pytest.fixture(scope="module")
def said(yixing: Profile) -> Wording:
    return Wording(reviewed.review(yixing), "zh", yixing.town_word)


@pytest.fixture(scope="module")
def standings(said: Wording) -> Standings:
    found = said.agenda.standing("incidents.closure_rate")
    assert found
    assert any(town.cls in diagrams.BEYOND for town in found.towns)
    return found


@pytest.fixture(scope="module")
def drawn(standings: Standings) -> Funnel:
    found = diagrams.funnel(
        standings,
        "up",
        {town.town: town.town for town in standings.towns},
        title="T",
        alt="A",
        x_title="X",
        legend=diagrams.Legend(
            "city", {"998": "outer", "95": "inner"}, {"common": "rest", "concern": "worse"}
        ),
    )
    assert found
    return found


@pytest.mark.parametrize(
    ("cls", "better", "wanted"),
    [
        ("inside", "up", "flat"),
        ("above95", "up", "flat"),
        ("above998", "up", "better"),
        ("below998", "up", "worse"),
        ("above998", "down", "worse"),
        ("below998", "neutral", "neutral"),
        ("none", "up", "flat"),
    ],
)
def test_only_what_is_beyond_the_outer_limits_means_something(
    cls: Class, better: str, wanted: str
) -> None:
    assert diagrams.meaning(cls, better) == wanted  # type: ignore[arg-type]


def test_the_axis_spans_every_point_and_the_city(drawn: Funnel) -> None:
    low, high = drawn.y_range()
    values = [drawn.centre, *(point.y for point in drawn.points)]
    assert low <= min(values) <= max(values) <= high


def test_curves_keep_within_the_axis_and_are_listed_once(drawn: Funnel) -> None:
    (low, high), curves = drawn.y_range(), drawn.curves()
    assert all(low <= y <= high for curve in curves[1:] for _, y in curve.points)
    assert [curve.name for curve in curves if curve.is_listed] == ["city", "outer", "inner"]
    assert len(curves[0].points) > max(len(curve.points) for curve in curves[1:])


def test_a_group_without_points_is_not_in_the_legend(drawn: Funnel) -> None:
    calm = replace(drawn, points=tuple(p._replace(meaning="flat") for p in drawn.points))
    assert [words for _, words, _ in calm.groups()] == ["rest"]


def test_page_and_paper_draw_the_same_funnel(
    said: Wording, standings: Standings, yixing: Profile, make_view: MakeView
) -> None:
    """Plotly's points, and the report's chart."""
    view = make_view("/review")
    described = funnels.describe(said, standings)
    assert described
    report = compose.of(reviewed.review(yixing), "zh", yixing)
    charts = [chart for page in report.pages for chart in page.charts if page.key == standings.kpi]
    printed = next(chart for chart in charts if isinstance(chart, Funnel))
    assert [p[1:5] for p in printed.points] == [p[1:5] for p in described.points]
    assert (printed.limits, printed.centre) == (described.limits, described.centre)
    plotted = funnels.picture(view, said, standings, described)["data"][-1]
    assert plotted["x"] == [point.x for point in printed.points]
    assert plotted["customdata"][0].startswith(described.points[0].name)
    large = svg_charts.of(printed, "zh", 430)
    named = [point.name for point in printed.points if point.is_named]
    assert named
    assert all(f">{name}</text>" in large for name in named)
    assert escape(printed.alt) in large


def test_a_figure_over_time_is_the_same_on_page_and_paper(
    said: Wording, make_view: MakeView
) -> None:
    control = said.agenda.control("incidents.closure_rate", said.review.city.code)
    assert control
    described = timelines.describe(said, control)
    pictures = {
        lang: timelines.picture(make_view("/review", lang=lang), said, described)
        for lang in texts.LANGS
    }
    months = [pictures[lang]["layout"]["xaxis"]["tickformat"] for lang in ("zh", "en")]
    assert months == ["%-m月\n%Y", "%b\n%Y"]
    plotted = pictures["zh"]["data"][-1]
    assert plotted["y"] == list(control.points)
    assert len(plotted["x"]) == len(control.points)
    printed = svg_charts.of(described, "zh", 430)
    known = [value for value in control.points if value is not None]
    assert printed.count("<circle") == len(known)
    assert all(f">{escape(name)}</text>" in printed for _, name in described.levels())
    low, high = described.y_range()
    assert low <= min(known) <= max(known) <= high


def test_months_on_the_axis_are_in_the_page_s_language(said: Wording, make_view: MakeView) -> None:
    control = said.agenda.control("incidents.closure_rate", said.review.city.code)
    assert control
    described = timelines.describe(said, control)
    for lang, form in (("zh", "%-m月\n%Y"), ("en", "%b\n%Y")):
        view = make_view("/review", lang=lang)
        layout = timelines.picture(view, said, described)["layout"]
        assert layout["xaxis"]["tickformat"] == form


def test_a_chart_without_limits_says_whether_points_or_their_cases_are_too_few(
    said: Wording, make_view: MakeView
) -> None:
    control = said.agenda.control("incidents.closure_rate", said.review.city.code)
    assert control
    view = make_view("/review")
    for points, words in (((0.9,) * 11, "点太少"), ((0.9,) * 12, "件数太少")):
        bare = replace(
            control,
            points=points,
            of=(9.0,) * len(points),
            lower=(),
            upper=(),
            mean=None,
            signals=(),
        )
        assert words in render.to_html(timelines.card(view, said, bare))
