"""The brief says the most important first, in both languages, and its links fix the moment or move
by a day.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from feeds.city import named_periods
from layouts import pages
from layouts.html import render
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
                "数据完整性",
                "未达目标",
                "确有变化",
                "超期",
                "告警",
                "其余",
                "全市主要指标",
            ),
        ),
        (
            "en",
            (
                "29 Sep 2026 Tuesday",
                "Completeness",
                "Off target",
                "Real changes",
                "Overdue",
                "Alerts",
                "The other",
                "main figures",
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
