"""Beneath sorted bars stands what has none: zeros by number, and by name what has no data."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from feeds.figures.windows import DateRange
from layouts.html import render
from layouts.parts import charts, plots
from layouts.view import View

MakeView = Callable[..., View]
KPI = "incidents.reported"


def beneath(view: View, **towns: float | None) -> str:
    assert view.topic
    codes = list(view.profile.town_by_code)
    cells = dict(zip(codes, towns.values(), strict=False))
    series = {**view.topic["series"], f"towns:{KPI}": cells, f"elsewhere:{KPI}": [0]}
    shown = replace(view, topic={**view.topic, "series": series})
    found = re.search(
        '<p class="chart-rest"[^>]*>(.*?)</p>', render.to_html(charts.towns(shown, KPI))
    )
    assert found
    return found[1]


def test_a_town_without_data_is_named_beneath_the_bars(make_view: MakeView) -> None:
    zh, en = make_view("/incidents"), make_view("/incidents", lang="en")
    first = zh.profile.towns[2]
    assert beneath(zh, a=5, b=0, c=None) == "其余 1 个镇（街道）为 0；没有数据：新庄"
    assert beneath(en, a=5, b=0, c=None) == f"1 other town: 0. No data: {first.name.en}"
    assert beneath(en, a=5, b=0, c=0) == "2 other towns: 0"
    assert beneath(en, a=5, b=3, c=1) == ""
    assert beneath(en, a=None, b=None, c=None) == "", "the chart itself says so"


def test_the_pale_bar_of_what_is_not_over_is_in_the_key(make_view: MakeView) -> None:
    view = make_view("/incidents", lang="en")
    running = render.to_html(charts.days(view, KPI))
    assert '<span class="key key--open">not over</span>' in running
    days = DateRange(date(2026, 9, 1), date(2026, 9, 8))
    over = render.to_html(charts.days(replace(view, date_range=days), KPI))
    assert "key--open" not in over, "chosen days are whole"


def test_the_key_names_last_year_where_it_is_drawn(make_view: MakeView) -> None:
    view = make_view("/kpi")
    assert "key--before" in render.to_html(charts.days(view, KPI))
    assert view.series("days_last_year:incidents.overdue") is None
    assert "key--before" not in render.to_html(charts.days(view, "incidents.overdue"))


def test_the_day_within_which_the_data_end_is_no_whole_day() -> None:
    """Paler, and without the whole one of last year beside it; so is the day that is not over."""
    first = date(2026, 9, 1)
    look = plots.Look("light", "zh")
    ended: list[float | None] = [9, 9, 4, None]
    before = charts._finished(ended, [8, 8, 8, 8])
    past, now = plots.days(ended, before, first, look)["data"]
    assert now["marker"]["opacity"] == [1, 1, plots.PARTIAL, 1]
    assert past["y"] == [8, 8, None, None]
    running: list[float | None] = [9, 9, 4]
    before = charts._finished(running, [8, 8, 8])
    past, now = plots.days(running, before, first, look)["data"]
    assert (now["marker"]["opacity"], past["y"]) == ([1, 1, plots.PARTIAL], [8, 8, None])
