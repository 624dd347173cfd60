"""The brief says the most important first, in both languages, and its links fix the moment or move
by a day.
"""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader

from dashboard.exports import printing
from dashboard.shell import documents
from feeds import kpis
from feeds.cases import query
from feeds.city import named_periods
from feeds.review import briefs
from feeds.review.briefs import Brief, Kind
from layouts import pages, shell
from layouts.html import render
from layouts.parts import attention, verdicts
from layouts.review import brief_sections
from layouts.view import View

PAGE = next(page for page in pages.PAGES if page.name == "brief")
FILE = r'"/brief.pdf[^"]*"'


@pytest.mark.parametrize(
    ("lang", "parts"),
    [
        (
            "zh",
            (
                "2026年9月29日 周二",
                "告警还没有解除",
                "昨日反诈预警多于通常",
                "要督办的是丁蜀镇：超期 28 件，按业务量约应 14 件",
                "告警 2 条",
                "18 个镇（街道）都有报送",
                "昨日 9月29日",
                "近 28 天要关注",
                "超期未结 86 件",
                "最久的 8 件",
                "半年每周",
                "到期的表态",
                "交办",
            ),
        ),
        (
            "en",
            (
                "29 Sep 2026 Tuesday",
                "An alert is not over",
                "Yesterday: more than usual of Fraud warnings",
                "To follow up: Dingshu, 28 overdue, about 14 by its workload",
                "Alerts: 2",
                "All 18 towns reported",
                "Yesterday 29 Sep",
                "Needs attention: last 28 days",
                "86 overdue, all kinds",
                "The 8 oldest",
                "Half a year by week",
                "Commitments due",
                "To do",
            ),
        ),
    ],
)
def test_what_matters_stands_first(
    lang: str, parts: tuple[str, ...], make_view: Callable[..., View]
) -> None:
    text = render.to_html(PAGE.build(make_view("/brief", lang=lang)))
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert ("尚未恢复" if lang == "zh" else "not over") in text


def test_a_figure_is_worded_as_on_its_page(make_view: Callable[..., View]) -> None:
    view = make_view("/brief")
    of = brief_sections.of_state(view, view.page_data["brief"].brief)
    text = render.to_html(PAGE.build(view))
    assert attention.findings(of)
    for kpi in attention.findings(of)[: brief_sections.MOST_LINES]:
        assert f'data-code="{of.verdict(kpi).code}" data-figure="{kpi}"' in text
        assert verdicts.sentence(of, kpi) in text
    assert "（900/1000）" in text, "a share has its cases beside it"


def test_a_range_shows_on_which_side_a_value_lies(make_view: Callable[..., View]) -> None:
    """161 warnings are more than 160.7, which rounds to 161."""
    text = render.to_html(PAGE.build(make_view("/brief")))
    assert "90 至 160.7 次" in text
    assert "110 至 195 件" in text
    assert text.count("多于通常</b>") == 1
    assert "不足 12 周，不评" in text


def test_a_day_without_data_is_not_judged(make_view: Callable[..., View]) -> None:
    view = make_view("/brief")
    found = view.page_data["brief"]
    none = replace(
        found.brief, events=0, silent=tuple(view.profile.town_by_code), rows=(), fired=()
    )
    empty = replace(view, page_data={"brief": found._replace(brief=none)})
    text = render.to_html(PAGE.build(empty))
    assert "昨日没有收到数据" in text
    assert "平稳" not in text
    assert "近 28 天要关注" not in text
    assert "18 个镇（街道）没有报送" in text


def test_a_day_whose_data_end_early_says_once_that_nothing_is_judged(
    make_view: Callable[..., View],
) -> None:
    view = make_view("/brief")
    found = view.page_data["brief"]
    early = replace(
        found.brief,
        newest_ms=found.brief.end_ms - 12 * 3_600_000,
        rows=tuple(replace(row, is_late=True, side=0) for row in found.brief.rows),
    )
    text = render.to_html(
        PAGE.build(replace(view, page_data={"brief": found._replace(brief=early)}))
    )
    assert text.count(view.text("brief.early_note")) == 1
    assert view.text("brief.late") not in text
    assert "数据只到 12:00" in text
    assert "都有报送" not in text
    assert found.brief.overdue.beyond
    assert "业务量" not in text, "nor are the towns compared by what stands open"


def test_the_way_to_other_days_and_to_the_same_figures_for_ever(
    make_view: Callable[..., View],
) -> None:
    text = render.to_html(PAGE.build(make_view("/brief")))
    for link in (
        "day=2026-09-28",
        "day=2026-09-30",
        "month=2026-08",
        "day=2026-09-29&amp;known=2026-",
    ):
        assert link in text
    late = render.to_html(PAGE.build(make_view("/brief", form="late")))
    assert "固定此刻的链接" not in late
    assert "known=2026" not in re.sub(FILE, "", late)
    assert "day=2026-09-29&amp;known=2026-" in re.findall(FILE, text)[0]
    view = make_view("/brief")
    month = view.page_data["brief"]._replace(
        brief=None, period=named_periods.Month(date(2026, 1, 1)), refused="over"
    )
    text = render.to_html(PAGE.build(replace(view, page_data={"brief": month})))
    assert "2026 年 1 月" in text
    assert "month=2025-12" in text
    assert "还没有结束" in text


def full(found: Brief, view: View) -> Brief:
    """As much as a brief ever says: every line that it has room for, and more."""
    overdue = found.overdue
    families = list(query.FAMILIES)
    kinds = tuple(Kind(family, 40 - n) for n, family in enumerate(families))
    towns = list(view.profile.town_by_code)[:3]
    beyond = tuple(replace(overdue.beyond[0], town=town, kinds=kinds[:6]) for town in towns)
    names = (*briefs.IN_TABLE, "safety.inspections")
    sides: tuple[briefs.Side, ...] = (1, -1) * 4
    named = zip(names[: briefs.MOST_ROWS], sides, strict=True)
    rows = tuple(replace(found.rows[2], kpi=kpi, side=side) for kpi, side in named)
    state = found.state | {"verdicts": {kpi: ["worse", "2026-09-14"] for kpi in kpis.CATALOGUE}}
    return replace(
        found,
        state=state,
        rows=rows,
        silent=tuple(view.profile.town_by_code)[:9],
        overdue=replace(overdue, kinds=kinds, beyond=beyond),
        fired=found.fired * 4,
        commitments=found.commitments * 9,
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("is_full", [False, True])
def test_it_is_one_sheet(*, lang: str, is_full: bool, make_view: Callable[..., View]) -> None:
    if not any(map(shutil.which, printing.BROWSERS)):
        pytest.skip("no browser to print with")
    view = make_view("/brief", lang=lang, theme="light")
    found = view.page_data["brief"]
    if is_full:
        found = found._replace(brief=full(found.brief, view))
        view = replace(view, page_data={**view.page_data, "brief": found})
    document = documents.printable(shell.build(PAGE, view), view.lang, "", "http://board.example")
    body = printing.pdf(document)
    (sheet,) = PdfReader(io.BytesIO(body)).pages
    text = sheet.extract_text()
    assert ("签发" if lang == "zh" else "Signed") in text
