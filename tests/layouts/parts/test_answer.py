"""What a figure's page answers in words: the verdict, where, when and of what kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from feeds import kpis
from layouts.html import render
from layouts.pages import kpi as page
from layouts.parts import answer, comparison
from layouts.parts.drill import NOTHING, Drill, Row, SingleTown, Split
from layouts.view import View
from tests.layouts.conftest import told, without_alerts

MakeView = Callable[..., View]
RATE = "disputes.success_rate"
TAIHUA, DINGSHU, HEQIAO = "320282102", "320282112", "320282107"
YEAR = (date(2026, 1, 1), date(2026, 10, 1))
JUDGING = ("低于", "高于", "不像偶然", "below", "above", "unlikely")


def share(code: str, n: float, of: float) -> Row:
    return Row(code, n / of if of else None, n, of, "")


def split(by: Any, *rows: Row) -> Split:
    return Split(by, rows, *YEAR)


def towns_of(view: View, **others: tuple[float, float]) -> dict[str, list[float]]:
    """Every town has 198 of 200, but those that are named."""
    found = {town.code: [198.0, 200.0] for town in view.profile.towns}
    return found | {code.removeprefix("t"): list(part) for code, part in others.items()}


def rated(
    view: View, towns: Mapping[str, list[float]], drill: Drill | None = None, *, kpi: str = RATE
) -> View:
    """The view of a share whose city is the sum of these towns, in its usual range."""
    n, of = (sum(part[i] for part in towns.values()) for i in (0, 1))
    part = towns.get(view.area, (n, of))
    facts = {**view.page_data, "towns": {view.period: {kpi: dict(towns)}}, "drill": drill}
    found = replace(view, page_data=facts, filters={"kpi": kpi})
    value = part[0] / part[1] if part[1] else None
    return without_alerts(
        told(found, set={kpi: value}, parts={kpi: list(part)}, change={kpi: [None, None]})
    )


def said(view: View, kpi: str = RATE) -> str:
    return "".join(answer.of(view, kpi))


def test_the_worst_town_is_named_with_its_cases_and_that_it_may_be_chance(
    make_view: MakeView,
) -> None:
    view = make_view("/kpi", period="year")
    single = SingleTown(
        TAIHUA,
        split("month", share("2026-01", 40, 41), share("2026-04", 40, 43), share("2026-09", 9, 9)),
        (split("category", share("land", 10, 12), share("labour", 79, 81)),),
    )
    drill = Drill(
        {},
        None,
        (split("category", share("land", 400, 404), share("labour", 3100, 3130)),),
        single=single,
    )
    towns = towns_of(view, **{f"t{TAIHUA}": (178, 182)})
    text = said(rated(view, towns, drill))
    assert "各镇（街道）无显著差异，最低的是太华 178/182" in text
    assert "均在 5\N{NO-BREAK SPACE}月以前" in text
    assert "太华的 4\N{NO-BREAK SPACE}件未成" in text
    assert "其中 2\N{NO-BREAK SPACE}件为征地拆迁" in text
    assert not any(word in text for word in JUDGING)


def test_only_an_exact_tail_calls_a_town_worse(make_view: MakeView) -> None:
    view = make_view("/kpi", period="year")
    text = said(rated(view, towns_of(view, **{f"t{DINGSHU}": (160, 200)})))
    assert "低于全市，不像偶然：丁蜀 160/200" in text
    text = said(rated(view, towns_of(view, **{f"t{DINGSHU}": (195, 200)})))
    assert "无显著差异，最低的是丁蜀 195/200" in text


def test_towns_that_tie_share_the_place_and_many_are_not_named(make_view: MakeView) -> None:
    view = make_view("/kpi", period="year")
    low = (194.0, 200.0)
    two = said(rated(view, towns_of(view, **{f"t{DINGSHU}": low, f"t{TAIHUA}": low})))
    assert "太华 194/200" in two
    assert "丁蜀 194/200" in two
    towns = {code: [194.0, 200.0] for code in view.profile.town_by_code}
    assert "无显著差异。" in said(rated(view, towns | {DINGSHU: [195.0, 200.0]}))


def test_few_missing_cases_are_said_with_place_day_and_kind(make_view: MakeView) -> None:
    view = make_view("/kpi", period="28d")
    towns = {code: [40.0, 40.0] for code in view.profile.town_by_code} | {TAIHUA: [11.0, 13.0]}
    drill = Drill(
        {},
        None,
        (
            split("category", share("labour", 300, 302), share("land", 391, 391)),
            split("town", share(TAIHUA, 11, 13), share(DINGSHU, 40, 40)),
        ),
        course=split("day", share("2026-09-08", 20, 21), share("2026-09-20", 30, 31)),
    )
    text = said(rated(view, towns, drill))
    assert "2\N{NO-BREAK SPACE}件未成（太华 2\N{NO-BREAK SPACE}件），在 9月8日、9月20日" in text
    assert "均为劳动争议" in text


def test_a_town_is_told_where_it_stands(make_view: MakeView) -> None:
    view = make_view("/kpi", area=TAIHUA, period="year")
    towns = towns_of(view, **{f"t{TAIHUA}": (178, 182)})
    assert "太华最低（178/182），与全市（98.9\N{NO-BREAK SPACE}%）无显著差异" in said(
        rated(view, towns)
    )
    towns = towns_of(view, **{f"t{TAIHUA}": (150, 182)})
    assert "太华低于全市，不像偶然（150/182" in said(rated(view, towns))


def test_kinds_that_lack_more_than_chance_are_named(make_view: MakeView) -> None:
    view = make_view("/kpi", period="year")
    kinds = split("category", share("land", 80, 100), share("labour", 3470, 3480))
    drill = Drill({}, None, (kinds,), every=share("", 3550, 3580))
    text = said(rated(view, towns_of(view), drill))
    assert "低于其余各类，不像偶然：征地拆迁 80/100" in text


def test_a_count_says_where_most_of_it_is_and_folds_the_zeros(make_view: MakeView) -> None:
    kpi = "services.overdue"
    view = make_view("/kpi", period="28d")
    counts = {code: [0.0, None] for code in view.profile.town_by_code}
    counts |= {DINGSHU: [9.0, None], HEQIAO: [4.0, None]}
    facts = {**view.page_data, "towns": {view.period: {kpi: counts}}, "drill": None}
    found = told(replace(view, page_data=facts, filters={"kpi": kpi}), set={kpi: 13})
    text = said(found, kpi)
    assert "在：丁蜀 9\N{NO-BREAK SPACE}件、和桥 4\N{NO-BREAK SPACE}件" in text
    assert "另有 16 个镇（街道）为 0" in text


def test_of_towns_that_tie_all_are_named_or_none(make_view: MakeView) -> None:
    kpi = "services.overdue"
    view = make_view("/kpi", period="28d")
    codes = list(view.profile.town_by_code)
    counts = {code: [2.0 if code in codes[:5] else 0.0, None] for code in codes}
    facts = {**view.page_data, "towns": {view.period: {kpi: counts}}, "drill": None}
    found = told(replace(view, page_data=facts, filters={"kpi": kpi}), set={kpi: 10})
    assert "最多：5 个镇（街道）各 2\N{NO-BREAK SPACE}件，另有 13 个镇（街道）为 0" in said(
        found, kpi
    )


@pytest.mark.parametrize("form", ["full", "late", "empty", "broken"])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("area", ["320282", TAIHUA])
def test_every_figure_answers_in_at_most_four_sentences_with_cases_behind_each_town(
    form: str, lang: str, area: str, make_view: MakeView
) -> None:
    view = make_view("/kpi", form=form, lang=lang, area=area, period="28d")
    for kpi in kpis.CATALOGUE:
        found = answer.of(replace(view, filters={"kpi": kpi}), kpi)
        assert 1 <= len(found) <= answer.SENTENCES, kpi
        for text in found:
            assert text.endswith("。" if lang == "zh" else "."), (kpi, text)
            assert not re.search(r"[。.]{2}|\{|None|nan", text), (kpi, text)
        if view.verdict(kpi).code in ("nodata", "late"):
            assert len(found) == 1, kpi


def test_what_is_late_is_not_judged(make_view: MakeView) -> None:
    view = make_view("/kpi", form="late", period="28d")
    (text,) = answer.of(replace(view, filters={"kpi": RATE}), RATE)
    assert "不作判断" in text


@pytest.mark.parametrize("towns", [0, 1])
def test_one_town_or_none_is_compared_with_nothing(towns: int, make_view: MakeView) -> None:
    view = make_view("/kpi", period="year")
    parts = {DINGSHU: [160.0, 200.0]} if towns else {}
    facts = {**view.page_data, "towns": {view.period: {RATE: parts}}, "drill": None}
    text = said(replace(view, page_data=facts))
    assert "最低" not in text
    assert "差异" not in text
    assert comparison.worst(view, RATE, {DINGSHU: (160, 200)}) == []


def beside(view: View, kpi: str, value: float, usual: comparison.Usual | None) -> str:
    facts = {**view.page_data, "towns": {}, "drill": None, "usual": usual}
    found = told(replace(view, page_data=facts, filters={"kpi": kpi}), set={kpi: value})
    return said(without_alerts(found), kpi)


def test_overdue_work_is_set_against_what_a_town_s_work_would_give(make_view: MakeView) -> None:
    kpi, view = "incidents.overdue", make_view("/kpi", period="28d")
    towns = dict.fromkeys(view.profile.town_by_code, (4.0, 4.0))
    alike = beside(view, kpi, 72, comparison.Usual(towns))
    assert "按业务量，各镇（街道）无显著差异" in alike
    many = comparison.Usual(towns | {DINGSHU: (18.0, 4.0)})
    text = beside(view, kpi, 86, many)
    assert "多于按业务量应有的，不像偶然：丁蜀 18\N{NO-BREAK SPACE}件（约应 4" in text
    text = beside(make_view("/kpi", area=DINGSHU), kpi, 18, many)
    assert "丁蜀 18\N{NO-BREAK SPACE}件，多于按业务量约应有的 4" in text


def test_a_duration_names_a_town_by_how_many_of_its_cases_took_longer(make_view: MakeView) -> None:
    kpi, view = "incidents.p90_hours", make_view("/kpi", period="28d")
    towns = dict.fromkeys(view.profile.town_by_code, (20.0, 200.0))
    slow = comparison.Usual(towns | {DINGSHU: (60.0, 200.0)}, 0.9, 96.2)
    text = beside(view, kpi, 96.2, slow)
    assert "慢于全市，不像偶然：丁蜀 60/200 件超过 96.2\N{NO-BREAK SPACE}小时" in text
    few = comparison.Usual(towns | {DINGSHU: (9.0, 12.0)}, 0.9, 96.2)
    assert "9/12" not in beside(make_view("/kpi", area=DINGSHU), kpi, 96.2, few)


def test_towns_that_differ_by_more_than_chance_are_not_called_alike(make_view: MakeView) -> None:
    """Many slow and many fast towns: none stands out, and none of it is chance."""
    kpi, view = "incidents.p90_hours", make_view("/kpi", period="year")
    codes = list(view.profile.town_by_code)
    towns = {
        code: (3500.0 if n < 3 else 1500.0 + 60 * (n % 5), 20_000.0) for n, code in enumerate(codes)
    }
    text = beside(view, kpi, 96.2, comparison.Usual(towns, 0.9, 96.2))
    assert "差异大于偶然" in text
    assert "最慢的是" in text
    assert "3500/20000" in text
    assert "无显著差异" not in text
    its = make_view("/kpi", area=codes[0], period="year")
    assert "以内" in beside(its, kpi, 120.0, comparison.Usual(towns, 0.9, 96.2))
    shares = {code: [of - n, of] for code, (n, of) in towns.items()}
    assert "差异大于偶然" in said(rated(view, shares))
    assert "以内" in said(rated(its, shares))


def part_of(view: View, whole: Row | None, kpi: str = RATE) -> View:
    rows = (share("land", 40, 60), share("labour", 5230, 5240))
    drill = Drill(
        {"category": "land"}, whole, (split("category", *rows),), every=share("", 5270, 5300)
    )
    filters = {"kpi": kpi, "category": "land"}
    return replace(view, page_data={**view.page_data, "drill": drill}, filters=filters)


def test_a_filter_changes_the_whole_head(make_view: MakeView) -> None:
    view = part_of(make_view("/kpi", period="year"), share("", 40, 60))
    drawn = render.to_html(page.build(view))
    head = drawn[drawn.index("figure-head") : drawn.index("</header>")]
    assert re.search(r"<h1[^>]*>.*调解成功率.*征地拆迁.*宜兴市.*</h1>", head)
    assert "66.7" in head
    assert "40/60" in head
    assert "99.4\N{NO-BREAK SPACE}%（5270/5300）" in head
    assert "低于全部" in head
    assert "data-kpi" not in head
    assert "chart--control" not in drawn


def test_a_part_that_is_withheld_or_empty_says_so(make_view: MakeView) -> None:
    view = make_view("/kpi", period="year")
    assert "只向本镇（街道）展示" in said(part_of(view, None))
    assert "本期没有" in said(part_of(view, Row("", None, 0, 0, "")))
    nothing = render.to_html(page.build(part_of(view, NOTHING)))
    head = nothing[nothing.index("figure-head") : nothing.index("</header>")]
    assert "无案件" in head
    assert ">0<" not in head
    hidden = Row("", None, None, None, "<5")
    assert "件数太少" in said(part_of(view, hidden, "disputes.accepted"), "disputes.accepted")


@pytest.mark.parametrize("area", ["320282", TAIHUA])
def test_the_figure_and_its_place_are_the_heading(area: str, make_view: MakeView) -> None:
    view = make_view("/kpi", area=area)
    drawn = render.to_html(page.build(view))
    (heading,) = re.findall(r"<h1[^>]*>(.*?)</h1>", drawn)
    assert "调解成功率" in heading
    assert view.area_name() in heading
    assert drawn.index("<h1") < drawn.index('class="answer"') < drawn.index("chart--control")


def test_a_figure_that_is_older_than_its_tables_says_so(make_view: MakeView) -> None:
    view = make_view("/kpi")
    assert view.topic
    assert "下列分项读自" not in render.to_html(page.build(view))
    stopped = {**view.topic, "now": view.now_ms - 20 * 60_000}
    text = render.to_html(page.build(replace(view, topic=stopped)))
    assert "数值是 15:22 的；下列分项读自 15:42 的历史库，可能更新" in text


def test_several_findings_of_towns_are_one_sentence(make_view: MakeView) -> None:
    """None of them begins in small letters after a full stop."""
    view = make_view("/kpi", lang="en")
    towns = dict.fromkeys(view.profile.town_by_code, (8.0, 8.0))
    towns |= {TAIHUA: (60.0, 8.0), DINGSHU: (0.0, 40.0)}
    of_stock = replace(
        view,
        filters={"kpi": "incidents.overdue"},
        page_data={**view.page_data, "usual": comparison.Usual(towns)},
    )
    text = " ".join(answer.of(of_stock, "incidents.overdue"))
    assert "; fewer than their work would give" in text
    assert not re.search(r"[.] [a-z]", text), text
