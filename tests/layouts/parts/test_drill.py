"""The breakdowns of a figure: bars of what adds up, dots with intervals of shares."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from layouts.html import render
from layouts.parts import drill
from layouts.parts.drill import Drill, Row, Split
from layouts.view import View

MakeView = Callable[..., View]
RATE, COUNT = "disputes.success_rate", "disputes.accepted"
DINGSHU, YICHENG = "320282112", "320282001"
DAYS = (date(2026, 1, 1), date(2026, 10, 1))


def share(code: str, n: float, of: float) -> Row:
    return Row(code, n / of if of else None, n, of, "")


def count(code: str, n: float) -> Row:
    return Row(code, n, n, None, "")


def drawn(view: View, kpi: str, by: Any, *rows: Row, every: Row | None = None) -> str:
    split = Split(by, rows, *DAYS)
    found = Drill({}, None, (split,), every or rows[0])
    return render.to_html(drill.table(view, kpi, found, split))


def order(html: str, *names: str) -> list[str]:
    return sorted(names, key=html.index)


def test_a_share_is_a_dot_with_its_interval_and_never_a_bar(make_view: MakeView) -> None:
    rows = (share("land", 40, 60), share("labour", 990, 1000))
    html = drawn(make_view("/kpi"), RATE, "category", *rows, every=share("", 1030, 1060))
    assert "drill-bar" not in html
    assert html.count("strip-range") == html.count("strip-dot") == 2
    assert "40/60" in html
    assert 'data-code="land" data-trend="worse"' in html
    assert 'data-code="labour" data-trend="better"' in html


def test_shares_stand_in_the_declared_order_and_towns_in_the_register_s(
    make_view: MakeView,
) -> None:
    view = make_view("/kpi")
    names = list(drill.names(view, RATE, "category").values())[:3]
    codes = list(drill.names(view, RATE, "category"))[:3]
    rows = [share(code, n, 100) for code, n in zip(codes, (99, 60, 80), strict=True)]
    html = drawn(view, RATE, "category", *rows[::-1], every=share("", 239, 300))
    assert order(html, *names) == names
    html = drawn(view, RATE, "town", share(DINGSHU, 10, 100), share(YICHENG, 99, 100))
    assert html.index("宜城") < html.index("丁蜀")


def test_a_share_of_under_ten_cases_is_its_cases_alone(make_view: MakeView) -> None:
    html = drawn(make_view("/kpi"), RATE, "category", share("land", 3, 4), share("labour", 90, 99))
    row = html[html.index('data-code="land"') :]
    row = row[: row.index("</tr>")]
    assert "3/4" in row
    assert "75" not in row
    assert "strip-dot" not in row


def test_counts_are_bars_and_zeros_are_folded_with_their_names(make_view: MakeView) -> None:
    view = make_view("/kpi")
    html = drawn(view, COUNT, "town", count(DINGSHU, 9), count(YICHENG, 3))
    assert html.count("drill-bar") == 2
    assert "--share:1.0000" in html
    assert "--share:0.3333" in html
    assert "其余 16 项为 0" in html
    assert html.index("drill-none") < html.index("太华")


def test_a_share_of_no_cases_is_no_row(make_view: MakeView) -> None:
    html = drawn(make_view("/kpi"), RATE, "town", share(DINGSHU, 9, 20), share(YICHENG, 0, 0))
    assert f'data-code="{YICHENG}"' not in html
    assert "其余 17 项没有案件" in html


def test_a_bar_s_length_is_a_part_of_its_own_column() -> None:
    """Next to the digits a narrow column left it one pixel."""
    css = Path("assets/styles/figure.css").read_text("utf-8")
    (rule,) = [line for line in css.splitlines() if line.startswith(".drill-bar")]
    assert "width: calc(var(--share) * 100%)" in rule


def test_nothing_asks_for_a_row_where_there_is_none(make_view: MakeView) -> None:
    view = make_view("/kpi")
    for rows, is_asked in (((), False), ((count("land", 3),), True)):
        found = Drill({}, None, (Split("category", rows, *DAYS),), count("", 3))
        text = "".join(render.to_html(part) for part in drill.block(view, COUNT, found))
        assert (view.text("drill.help") in text) == is_asked


def test_parts_of_a_late_figure_say_up_to_when_they_are_known(make_view: MakeView) -> None:
    """As its headline does: "now" below "data 18 h late" would be two statements."""
    live, late = make_view("/kpi"), make_view("/kpi", form="late")
    assert late.freshness(COUNT) == "late"
    for kpi, now in ((COUNT, "2026年1月1日"), ("disputes.overdue", "当前")):
        assert "截至" not in drawn(live, kpi, "town", count(DINGSHU, 1))
        assert now in drawn(live, kpi, "town", count(DINGSHU, 1))
        assert "截至" in drawn(late, kpi, "town", count(DINGSHU, 1))
    over = Split("town", (count(DINGSHU, 1),), date(2026, 1, 1), date(2026, 2, 1))
    found = Drill({}, None, (over,), over.rows[0])
    assert "截至" not in render.to_html(drill.table(late, COUNT, found, over))
