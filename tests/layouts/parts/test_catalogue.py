"""The list of figures: what text finds, what a choice leaves, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from feeds import kpis
from layouts.parts import catalogue
from layouts.view import View
from tests.layouts.test_pages import attribute, having, walk

MakeView = Callable[..., View]


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
    missed = [kpi for kpi in kpis.CATALOGUE if view.verdict(kpi).code == "off"]
    assert missed
    assert sorted(shown(view)) == sorted(missed)


def test_orders(make_view: MakeView) -> None:
    plain = asked(make_view)
    by_target = [plain.verdict(kpi).code for kpi in shown(asked(make_view, sort="target"))]
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
