"""The list of figures: what text finds, what a choice leaves, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from feeds import kpis
from feeds.figures import trends
from feeds.figures.verdicts import Verdict
from feeds.trends import control_charts
from feeds.trends.completed_steps import Line
from layouts.html import render
from layouts.parts import attention, catalogue, control_chart
from layouts.view import View
from tests.layouts.test_pages import attribute, having, walk

MakeView = Callable[..., View]
RATE = "disputes.success_rate"


def shown(view: View) -> list[str]:
    """The figures that are seen, in their order."""
    rows = [node for node in walk(catalogue.build(view)) if attribute(node, "data-find")]
    return [
        attribute(having(row, "data-kpi")[0], "data-kpi")
        for row in rows
        if not attribute(row, "hidden")
    ]


def asked(make_view: MakeView, lang: str = "zh", **filters: str) -> View:
    return replace(make_view("/kpi", lang=lang, period="28d"), filters=filters)


def test_without_a_choice_all_figures_are_listed(make_view: MakeView) -> None:
    assert sorted(shown(asked(make_view))) == sorted(kpis.CATALOGUE)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("调解成功率", {"disputes.success_rate"}),
        ("Mediation success", {"disputes.success_rate"}),
        ("disputes.SUCCESS", {"disputes.success_rate"}),
        ("纠纷  成功率", {"disputes.success_rate"}),
        ("zzz", set()),
    ],
)
def test_text_is_found_in_both_languages_whatever_the_page_s(
    lang: str, text: str, found: set[str], make_view: MakeView
) -> None:
    assert set(shown(asked(make_view, lang, q=text))) == found


def test_domain_and_system_narrow_the_list(make_view: MakeView) -> None:
    fraud = {kpi.id for kpi in kpis.CATALOGUE.values() if kpi.domain == "fraud"}
    assert set(shown(asked(make_view, domain="fraud"))) == fraud
    assert set(shown(asked(make_view, system="7"))) == fraud
    assert shown(asked(make_view, domain="fraud", system="1")) == []


def test_off_target_alone(make_view: MakeView) -> None:
    view = asked(make_view, off="1")
    missed = [k for k in kpis.CATALOGUE if view.of_figure(k).verdict(k).code == "off"]
    assert missed
    assert set(missed) <= set(shown(view))
    others = set(kpis.CATALOGUE) - set(shown(view))
    assert {catalogue.against_target(view, kpi) for kpi in others} <= {"", "met", "near"}


def test_what_got_worse_and_is_off_target_is_among_those_off_target(make_view: MakeView) -> None:
    """Its one verdict is that it got worse; the filter asks for the target alone."""
    view = asked(make_view, off="1")
    assert view.topic
    verdicts = {**view.topic["verdicts"], RATE: Verdict("worse", since="2026-09-07")}
    topic = {**view.topic, "verdicts": verdicts}
    topic |= {"set": {**view.topic["set"], RATE: 0.9}}
    topic |= {"parts": {**view.topic["parts"], RATE: [900, 1000]}}
    worse = replace(view, topic=topic)
    assert RATE in shown(worse)
    row = render.to_html(catalogue.build(worse)).split(f'data-kpi="{RATE}"')[1].split("figure-c")[0]
    assert "未达到" in row
    assert "变差" in row
    few = {**verdicts, RATE: Verdict("few", window="cases")}
    assert RATE not in shown(replace(worse, topic={**topic, "verdicts": few}))


def test_what_needs_attention_is_in_sight_and_first_the_rest_is_folded(
    make_view: MakeView,
) -> None:
    view = asked(make_view)
    urgent = attention.findings(view)
    assert urgent
    tree = catalogue.build(view)
    folds = [node for node in walk(tree) if "figure-rest" in (attribute(node, "className") or "")]
    folded = [attribute(one, "data-kpi") for fold in folds for one in having(fold, "data-kpi")]
    assert sorted([*folded, *urgent]) == sorted(kpis.CATALOGUE)
    assert all(having(fold, "data-fold") for fold in folds)
    assert shown(view)[0] == urgent[0] or view.verdict(shown(view)[0]).code in attention.ORDER


def test_nothing_is_folded_of_what_was_asked_for(make_view: MakeView) -> None:
    for filters in ({"domain": "fraud"}, {"system": "7"}, {"off": "1"}):
        tree = catalogue.build(asked(make_view, **filters))
        assert not [
            node for node in walk(tree) if "figure-rest" in (attribute(node, "className") or "")
        ]
    long = catalogue.build(asked(make_view, sort="name"))
    (end,) = [node for node in walk(long) if attribute(node, "className") == "figure-rest"]
    assert not attribute(end, "open")
    searched = catalogue.build(asked(make_view, q="率", sort="name"))
    folds = [
        node for node in walk(searched) if "figure-rest" in (attribute(node, "className") or "")
    ]
    assert all(attribute(fold, "open") for fold in folds)


def test_a_course_is_thirteen_months_of_points_with_their_band(make_view: MakeView) -> None:
    view = make_view("/kpi", period="28d")
    assert view.topic
    line = Line(date(2024, 10, 7), [100.0 + (i % 5) for i in range(103)], "week")
    made = control_charts.of_line(kpis.CATALOGUE["incidents.reported"], line)
    encoded = {"incidents.reported": trends.encode(made)}
    view = replace(view, topic={**view.topic, "trends": encoded})
    drawn = render.to_html(control_chart.course(view, "incidents.reported"))
    path = drawn.split("<path d='")[1].split("'")[0]
    assert 55 <= path.count("L") + path.count("M") <= 57
    assert "<polygon" in drawn
    assert "svg" not in render.to_html(control_chart.course(view, "disputes.accepted"))


def test_orders(make_view: MakeView) -> None:
    plain = asked(make_view)
    sorted_by = shown(asked(make_view, sort="target"))
    by_target = [plain.of_figure(kpi).verdict(kpi).code for kpi in sorted_by]
    ranks = [catalogue.FIRST.index(one) for one in by_target]
    assert ranks == sorted(ranks)
    view = asked(make_view, sort="age")
    ages = [view.kpi_at(kpi) or 0 for kpi in shown(view)]
    assert ages == sorted(ages)
    names = [kpis.CATALOGUE[kpi].title.en for kpi in shown(asked(make_view, "en", sort="name"))]
    assert names == sorted(names, key=str.lower)
    first = shown(asked(make_view, sort="change"))[0]
    assert abs(view.change(first)[0] or 0) > 0.1
    assert shown(asked(make_view, sort="nonsense")) == shown(asked(make_view))


def test_chinese_names_go_by_their_sound(make_view: MakeView) -> None:
    names = [kpis.CATALOGUE[kpi].title.zh for kpi in shown(asked(make_view, sort="name"))]
    ban, zai = (next(n for n, name in enumerate(names) if name[0] == first) for first in "办在")
    assert ban < zai


def test_a_choice_keeps_the_others_and_a_second_press_takes_it_back(make_view: MakeView) -> None:
    view = asked(make_view, "en", q="rate", domain="fraud", off="1")
    links = {node.children: node.href for node in walk(catalogue.build(view)) if node._type == "A"}  # type: ignore[attr-defined]
    assert links["Off target"] == "/kpi?lang=en&q=rate&domain=fraud"
    assert links["All domains"] == "/kpi?lang=en&q=rate&off=1"
    assert links["By name"] == "/kpi?lang=en&q=rate&domain=fraud&off=1&sort=name"
