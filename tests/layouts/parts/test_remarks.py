"""Remarks on charts and in the list: where a line stands, what shares a label, and who sees a
form.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from feeds.accounts import roles
from feeds.kpis import references, targets
from feeds.remarks.remarks import Kind, Remark
from layouts import pages, theme
from layouts.html import render
from layouts.parts import charts, control_chart, lineage, remarks, tile
from layouts.parts.forms import Editor
from layouts.parts.remarks import Mark
from layouts.view import View

CITY, TOWN = "320282", "320282112"
KPI = "incidents.reported"
DAYS = [date(2026, 9, 1) + timedelta(i) for i in range(30)]
WEEKS = [date(2026, 7, 6) + timedelta(7 * i) for i in range(12)]
MONTHS = [date(2026, month, 1) for month in range(1, 10)]
DARK = theme.tokens("dark")
Views = Callable[..., View]


def made(
    first: str,
    last: str = "",
    kind: Kind = "campaign",
    text: str = "专项行动",
    kpi: str = KPI,
    area: str = CITY,
) -> Remark:
    return Remark(
        f"r{first}{last}{text}",
        kpi,
        area,
        date.fromisoformat(first),
        date.fromisoformat(last or first),
        kind,
        text,
        "",
        "指挥中心",
        1,
    )


def drawn(xs: list[date], *found: Remark) -> dict[str, Any]:
    marks = remarks.within([Mark(n, one) for n, one in enumerate(found, 1)], xs)
    layout: dict[str, Any] = remarks.marked(
        {"data": [], "layout": {"margin": {"t": 8}}}, marks, xs, DARK
    )["layout"]
    return layout


@pytest.mark.parametrize(
    ("xs", "one", "ends"),
    [
        (DAYS, made("2026-09-14"), ("2026-09-14T00:00:00",) * 2),
        (DAYS, made("2026-09-14", "2026-09-16"), ("2026-09-13T12:00:00", "2026-09-16T12:00:00")),
        (DAYS, made("2026-09-14", kind="rebase"), ("2026-09-13T12:00:00",) * 2),
        (DAYS, made("2026-08-01", "2026-09-03"), ("2026-08-31T12:00:00", "2026-09-03T12:00:00")),
        (DAYS, made("2026-09-30", "2026-10-09"), ("2026-09-30T00:00:00",) * 2),
        (WEEKS, made("2026-08-12"), ("2026-08-10T00:00:00",) * 2),
        (WEEKS, made("2026-08-10", kind="rebase"), ("2026-08-06T12:00:00",) * 2),
        (WEEKS, made("2026-08-12", kind="rebase"), ("2026-08-13T12:00:00",) * 2),
        (MONTHS, made("2026-09-28"), ("2026-09-01T00:00:00",) * 2),
    ],
)
def test_a_remark_stands_at_its_day_week_or_month(
    xs: list[date], one: Remark, ends: tuple[str, str]
) -> None:
    (shape,) = drawn(xs, one)["shapes"]
    assert (shape["x0"], shape["x1"]) == ends
    assert (shape["type"] == "rect") == (ends[0] != ends[1])
    assert (shape["line"].get("dash") == "dash") == one.is_break


def test_what_lies_outside_is_not_drawn() -> None:
    assert "shapes" not in drawn(DAYS, made("2026-08-31"), made("2026-10-01"))
    assert len(drawn(MONTHS, made("2026-09-30"), made("2026-10-01"))["shapes"]) == 1
    assert "shapes" not in drawn([], made("2026-08-31"))
    assert len(drawn([date(2026, 9, 1)], made("2026-09-01"))["shapes"]) == 1


def test_labels_that_would_cover_each_other_are_one() -> None:
    found = drawn(
        DAYS,
        made("2026-09-02"),
        made("2026-09-10"),
        made("2026-09-10", text="b"),
        made("2026-09-11"),
        made("2026-09-20"),
    )
    assert [(a["x"][:10], a["text"]) for a in found["annotations"]] == [
        ("2026-09-02", "1"),
        ("2026-09-10", "2–4"),
        ("2026-09-20", "5"),
    ]
    assert found["margin"]["t"] >= 24, "there is room above the plot for them"
    (one,) = drawn(DAYS, made("2026-09-10", text="a<b>&"))["annotations"]
    assert "a&lt;b>&amp;" in one["hovertext"]


@pytest.fixture
def view(make_view: Views) -> View:
    found = [
        made("2026-09-20"),
        made("2026-08-01", text="旧"),
        made("2026-09-05", kpi="*", text="全部"),
    ]
    found.append(made("2026-09-06", kpi="fraud.warnings"))
    return replace(make_view("/incidents"), page_data={"remarks": found})


def test_numbers_follow_the_days_and_every_kpi_s_own(view: View) -> None:
    assert [(m.number, m.remark.text) for m in remarks.on(view, KPI)] == [
        (1, "旧"),
        (2, "全部"),
        (3, "专项行动"),
    ]
    assert [m.remark.kpi for m in remarks.on(view, "fraud.warnings")] == ["*", "fraud.warnings"]
    assert remarks.on(replace(view, page_data={"remarks": None}), KPI) == []


def test_a_chart_shows_its_remarks_and_lists_them(view: View) -> None:
    card = charts.days(view, KPI)
    graph = next(c for c in card._traverse() if type(c).__name__ == "Graph")
    assert [a["text"] for a in graph.figure["layout"]["annotations"]] == ["2", "3"]
    said = render.to_html(card)
    assert said.count('class="remark"') == 2
    assert said.index("全部") < said.index("专项行动")
    assert "旧" not in said
    bare = render.to_html(charts.days(replace(view, page_data={}), KPI))
    assert "remark" not in bare


@pytest.mark.parametrize(
    "path",
    ["/incidents", "/disputes", "/traffic", "/fraud", "/safety", "/services", "/tasks", "/kpi"],
)
def test_the_pages_with_charts_over_days_ask_for_remarks(path: str) -> None:
    page = pages.at(path)
    assert page
    assert "remarks" in page.page_data


@pytest.mark.parametrize(
    ("area", "editor_area", "shown"),
    [(CITY, "", True), (TOWN, TOWN, True), (TOWN, "", True), (CITY, TOWN, False)],
)
def test_the_form_is_for_who_may_write_here(
    make_view: Views, area: str, editor_area: str, shown: bool
) -> None:
    found = {
        "remarks": [made("2026-09-20", area=area)],
        "editor": Editor("办", roles.of_token("edit", editor_area), "c"),
    }
    view = replace(make_view("/kpi", area=area), page_data=found)
    said = render.to_html(remarks.form(view, KPI)) + render.to_html(
        remarks.listing(view, remarks.on(view, KPI), view.page_data["editor"])
    )
    assert ('action="/remarks"' in said, "/withdraw" in said, 'name="csrf" value="c"' in said) == (
        shown,
    ) * 3
    assert remarks.form(replace(view, page_data={}), KPI) == []


def test_what_was_written_is_text(make_view: Views) -> None:
    view = replace(
        make_view("/kpi"),
        page_data={"remarks": [made("2026-09-20", text='<img src=x onerror="x">')]},
    )
    said = render.to_html(
        remarks.listing(
            view, remarks.on(view, KPI), Editor('"><b>', roles.of_token("edit"), '"><b>')
        )
    )
    assert "<img" not in said
    assert "<b>" not in said


def test_a_figure_names_its_office_the_origin_of_its_target_and_its_last_change(
    make_view: Views,
) -> None:
    view = make_view("/kpi", lang="zh")
    profile = msgspec.structs.replace(
        view.profile,
        sections=view.profile.sections
        | {
            "origins": {KPI: {"zh": "二〇二五年度公开材料", "en": "the account of 2025"}},
            "targets": {KPI: 90.0},
        },
    )
    changed = [
        made("2026-08-01", kind="definition", text="并入热线"),
        made("2026-08-09", text="行动"),
        made("2999-01-01", kind="definition", text="以后"),
    ]
    view = replace(view, profile=profile, page_data=dict(view.page_data) | {"remarks": changed})
    text = render.to_html(lineage.block(view, KPI))
    assert profile.section(targets.OWNERS)[str(view.kpi(KPI).system)].zh in text
    assert "二〇二五年度公开材料" in text
    assert "2026-08-01 · 并入热线" in text
    assert "以后" not in text


def test_a_target_said_to_be_of_the_account_is_the_accounts_figure(make_view: Views) -> None:
    view = make_view("/kpi", lang="en")
    published = references.of(view.profile)
    origins = view.profile.section(targets.ORIGINS)
    assert published
    assert origins
    for kpi in origins:
        assert targets.target(view.profile, kpi) == published.values[kpi]
        assert "published account of one year" in render.to_html(lineage.block(view, kpi))
    assert "published account of one year" not in render.to_html(
        lineage.block(view, "incidents.closure_rate")
    )


def test_a_changed_definition_breaks_the_control_chart_and_leaves_its_limits(
    make_view: Views,
) -> None:
    view = make_view("/kpi")
    change = made("2026-08-03", kind="definition", text="并入热线")

    def shapes(*found: Remark) -> list[dict[str, Any]]:
        card = control_chart.card(
            replace(view, page_data=dict(view.page_data) | {"remarks": found}), KPI
        )
        graph = next(c for c in card._traverse() if type(c).__name__ == "Graph")
        drawn: list[dict[str, Any]] = graph.figure["layout"]["shapes"]
        return drawn

    plain, broken = shapes(), shapes(change)
    assert broken[:-1] == plain, "band, mean and target stand as they were"
    assert (broken[-1]["x0"][:10], broken[-1]["line"]["dash"]) == ("2026-07-30", "dash")


def test_sparklines_and_the_review_carry_the_remarks_of_their_days_too(make_view: Views) -> None:
    late, old = (
        made("2026-09-14", text="百日行动", kpi="*"),
        made("2025-01-06", text="很久以前", kpi="*"),
    )
    change = made("2026-09-07", kind="definition", text="并入热线", kpi="*")
    facts = {"remarks": [late, old, change]}
    view = make_view("/", lang="zh")
    view = replace(view, page_data=dict(view.page_data) | facts)
    said = "批注：2026年9月7日 并入热线；2026年9月14日 百日行动"
    small = render.to_html(tile.tile(view, KPI))
    assert f'aria-label="{said}"' in small
    assert (
        small.count("repeating-linear-gradient"),
        small.count("linear-gradient(var(--common)"),
    ) == (1, 1)
    assert "很久以前" not in small
    trend = view.trend(KPI)
    assert trend
    of_weeks = render.to_html(control_chart.spark(view, KPI, trend))
    assert said in of_weeks
    assert "data:image/svg+xml" in of_weeks
    bare = render.to_html(
        control_chart.spark(replace(view, page_data={}), KPI, trend)
    ) + render.to_html(tile.tile(replace(view, page_data={}), KPI))
    assert "gradient" not in bare
    assert bare.count('aria-hidden="true"') == 2
    page, meeting = pages.at("/review"), make_view("/review", lang="zh")
    assert page
    review_page = meeting.page_data["review"]
    other, gone = made("2026-08-01", kpi="fraud.warnings"), late._replace(text="", withdrawn_at=2)
    given = {
        "review": review_page._replace(
            review=replace(review_page.review, remarks=(other, change, gone))
        )
    }
    shown = replace(
        meeting,
        page_data=dict(meeting.page_data) | given,
        filters={"kpi": "incidents.closure_rate"},
    )
    text = render.to_html(page.build(shown))
    assert text.count(">批注 2,3<") == 2, "on both of its charts"
    assert "并入热线</span>" in text
    assert "（后已撤回）</span>" in text
    whole = render.to_html(page.build(replace(shown, filters={})))
    assert ">批注 2,3<" in whole, "on every figure that is folded away"
    overview = pages.at("/")
    assert overview
    assert "remarks" in overview.page_data


CLOSURES = "incidents.closure_rate"
LATER = datetime(2026, 12, 20, 9, tzinfo=UTC)


def test_a_definition_that_the_catalogue_changed_is_a_break_and_a_sentence(
    make_view: Views,
) -> None:
    """It is drawn where the chart reaches it, and said beneath a chart that ends before it."""
    view = replace(make_view("/kpi"), now_ms=int(LATER.timestamp() * 1000))
    (mark,) = [one for one in remarks.on(view, CLOSURES) if one.remark.kind == "definition"]
    assert mark.remark.first == date(2026, 11, 29)
    december = [date(2026, 11, 20) + timedelta(i) for i in range(30)]
    (shape,) = remarks.marked({"data": [], "layout": {}}, [mark], december, DARK)["layout"][
        "shapes"
    ]
    assert shape["line"]["dash"] == "dash"
    said = render.to_html(control_chart.card(view, CLOSURES))
    assert "自 2026-11-29 起" in said
    assert "历史已按此重算" in said
    editor = Editor("指挥中心", roles.of_token("edit"), "token")
    listed = render.to_html(remarks.listing(view, [mark], editor))
    assert "withdraw" not in listed


def test_before_its_day_a_change_is_not_there(make_view: Views) -> None:
    assert remarks.on(make_view("/kpi"), CLOSURES) == []
