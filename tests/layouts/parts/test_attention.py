"""What the overview calls for attention, and what it leaves alone."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from datetime import date

import pytest

from feeds import kpis
from feeds.figures import trends, windows
from feeds.figures.trends import Trend
from feeds.figures.verdicts import Verdict
from layouts import pages, shell
from layouts.alerts import badge
from layouts.html import render
from layouts.parts import attention, tile, verdicts
from layouts.view import View
from tests.layouts.conftest import judged, strip

MakeView = Callable[..., View]
RATE = "incidents.closure_rate"
STILL_OFF = Verdict("better", since="2026-03-01", detail="off")
WEEKS = (*(30.0 for _ in range(20)), 60.0)
WORSE = trends.encode(
    Trend("week", date(2026, 3, 2), WEEKS, 31, 25, 37, "concern", "none", "outside", 1, 0)
)


def reasons(view: View) -> dict[str, str]:
    return {kpi: view.verdict(kpi).code for kpi in attention.findings(view)}


def test_alarms_come_first_then_what_got_worse_then_what_is_off_target(
    make_view: MakeView,
) -> None:
    view = make_view(period="year")
    assert view.topic
    firing = [{"area": view.area, "kpi": "fraud.warnings", "severity": "warning"}]
    rows = {**view.topic["trends"], "incidents.overdue": WORSE}
    topic = {**view.topic, "alerts": firing, "trends": rows}
    alarmed = judged(dataclasses.replace(view, topic=topic))
    codes = list(reasons(alarmed).values())
    assert codes[0] == "alarm"
    assert {"worse", "off"} <= set(codes)
    assert codes == sorted(codes, key=("alarm", "worse", "off").index)


def test_what_takes_most_cases_to_mend_comes_first(make_view: MakeView) -> None:
    view = make_view(period="year")
    found = [kpi for kpi, code in reasons(view).items() if code == "off"]
    short = [verdicts.cases_short(view, kpi) for kpi in found]
    assert short == sorted(short, reverse=True)


def test_late_is_found_and_no_data_is_counted_apart(make_view: MakeView) -> None:
    view = make_view(form="late")
    assert "disputes.accepted" in attention.late(view)
    assert "disputes.accepted" not in reasons(view)
    assert "fraud.warnings" in attention.silent(view)


def test_what_is_judged_without_control_charts_says_so(make_view: MakeView) -> None:
    """The charts of a town are counted when it is asked for first."""
    view = make_view("/")
    said = view.text("overview.unjudged")
    assert said not in render.to_html(shell.build(pages.at("/"), view))
    assert view.topic
    first = dataclasses.replace(view, topic={**view.topic, "trends": {}})
    assert said in render.to_html(shell.build(pages.at("/"), first))
    none = {**first.topic, "as_of": {"trends": {"now": view.now_ms}}}  # too few weeks for any
    new = dataclasses.replace(first, topic=none)
    assert said not in render.to_html(shell.build(pages.at("/"), new))


def test_the_sentence_counts_alerts_and_the_figures_besides_those_on_alarm(
    make_view: MakeView,
) -> None:
    """Alerts are no figures: their sum would be a number of nothing."""
    view = make_view("/")
    codes = [view.verdict(kpi).code for kpi in attention.findings(view)]
    n = sum(code != "alarm" for code in codes)
    alerts = badge.number(view)
    assert alerts
    assert n
    said = f"{alerts} 条告警未解除，另有 {n} 项指标要处理"
    assert said in render.to_html(shell.build(pages.at("/"), view))


def test_every_alert_that_fires_is_counted_and_shown_whatever_place_it_is_of(
    make_view: MakeView,
) -> None:
    """An alert of a town is no figure of the city, and the city is not quiet while it fires."""
    calm = without_findings(make_view("/"))
    of_town = {"area": "320282112", "place": ["丁蜀镇", "Dingshu"]}
    assert calm.topic
    alerts = [alert | of_town for alert in strip(calm.profile)]
    view = dataclasses.replace(calm, topic={**calm.topic, "alerts": alerts[:1]}, others={})
    text = render.to_html(shell.build(pages.at("/"), view))
    assert ">1 条告警未解除</h1>" in text
    assert "丁蜀镇 超期事件偏多" in text
    assert "没有告警" not in text
    many = dataclasses.replace(calm, topic={**calm.topic, "alerts": alerts}, others={})
    text = render.to_html(shell.build(pages.at("/"), many))
    assert text.count("丁蜀镇 超期事件偏多") == badge.MOST
    assert "另有 2 条" in text


def without_findings(view: View) -> View:
    """The view in which every figure that needs attention is as usual, and no alert fires."""
    alone = dataclasses.replace(view, others={})
    assert alone.topic
    rows = {kpi: Verdict("usual") for kpi in attention.findings(alone)}
    topic = {**alone.topic, "verdicts": {**alone.topic["verdicts"], **rows}, "alerts": []}
    return dataclasses.replace(alone, topic=topic)


@pytest.mark.parametrize(
    ("rows", "zh", "en"),
    [
        (
            {"fraud.warnings": Verdict("better"), RATE: STILL_OFF},
            "2 项好转（其中 1 项目标仍未达到）",
            "2 better (target not yet met: 1)",
        ),
        ({RATE: STILL_OFF}, "1 项好转，目标仍未达到", "1 better, target not yet met"),
        ({"fraud.warnings": Verdict("better")}, "1 项好转", "1 better"),
    ],
)
def test_a_figure_that_got_better_is_not_counted_without_saying_that_it_is_off_target(
    rows: dict[str, Verdict], zh: str, en: str, make_view: MakeView
) -> None:
    for lang, said in (("zh", zh), ("en", en)):
        view = dataclasses.replace(make_view("/", lang=lang), others={})
        assert view.topic
        usual = {kpi: Verdict("usual") for kpi in kpis.CATALOGUE}
        view = dataclasses.replace(view, topic={**view.topic, "verdicts": {**usual, **rows}})
        text = render.to_html(shell.build(pages.at("/"), view))
        behind = re.search('<p class="sentence-more">(.*?)</p>', text)
        assert behind
        assert said in behind[1].split("；" if lang == "zh" else "; ")


def test_the_mark_and_the_sentence_say_that_the_target_is_not_met(make_view: MakeView) -> None:
    view = make_view("/", lang="en", period="year")
    assert view.topic
    said = {"verdicts": {RATE: STILL_OFF}, "set": {RATE: 0.9}, "parts": {RATE: [900, 1000]}}
    view = dataclasses.replace(view, topic={**view.topic, **said})
    mark = render.to_html(tile.mark(view, view.verdict(RATE)))
    words = " ".join(re.sub("<[^>]+>", " ", mark).split())
    assert words == "Better since 1 Mar · target not yet met"
    assert "still" in verdicts.sentence(view, RATE)
    assert "below target" in verdicts.sentence(view, RATE)


def test_a_day_of_another_year_has_its_year(make_view: MakeView) -> None:
    """ "Better since 1 Nov" beside thirty days of November would be read as this month's."""
    for lang, said in (("zh", "2025年11月1日起"), ("en", "since 1 Nov 2025")):
        mark = tile.mark(make_view("/", lang=lang), Verdict("better", since="2025-11-01"))
        assert f">{said}<" in render.to_html(mark)


def test_silence_is_never_called_calm(make_view: MakeView) -> None:
    view = make_view("/", form="empty")
    assert "还没有收到数据" in render.to_html(shell.build(pages.at("/"), view))
    late = without_findings(make_view("/", form="late"))
    text = render.to_html(shell.build(pages.at("/"), late))
    assert "数据及时的指标没有变差" in text
    assert "没有告警，没有指标变差" not in text


def test_a_quiet_hour_is_called_quiet(make_view: MakeView) -> None:
    quiet = without_findings(make_view("/", lang="en"))
    assert attention.findings(quiet) == []
    assert "No alert, and no figure is worse" in render.to_html(shell.build(pages.at("/"), quiet))


def test_a_history_that_is_being_filled_is_not_judged(make_view: MakeView) -> None:
    view = make_view("/")
    assert view.topic
    filling = dataclasses.replace(view, topic={**view.topic, "behind": True}, others={})
    text = render.to_html(shell.build(pages.at("/"), filling))
    assert "正在补录历史，数字未齐" in text
    assert "要处理" not in text
    assert "超期未结" not in text


def test_a_figure_of_the_year_says_the_same_on_every_page(make_view: MakeView) -> None:
    """Its own period is named beside it, whatever period the page is of."""
    view = make_view("/", period="28d")
    assert "year" in view.others
    kpi = "tasks.on_time"
    own = view.of_figure(kpi)
    assert (own.period, view.own_tag(kpi)) == ("year", "今年")
    assert own.value(kpi) == view.over("year").value(kpi)
    tiles = render.to_html(shell.build(pages.at("/"), view)).split(f'data-kpi="{kpi}"')[1:]
    assert tiles
    assert all('data-period="year"' in one.split(">")[0] for one in tiles)
    assert view.of_figure("incidents.closure_rate") is view
    assert view.over("year").own_tag(kpi) == ""


def test_chosen_days_are_not_called_a_board_without_data(make_view: MakeView) -> None:
    """What was read for chosen days has no newest event."""
    view = make_view("/")
    assert view.topic
    days = windows.DateRange(date(2026, 7, 1), date(2026, 10, 1))
    topic = {name: value for name, value in view.topic.items() if name != "at"}
    chosen = dataclasses.replace(view, topic=topic, period="range", date_range=days)
    assert "收到第一条数据后" not in render.to_html(shell.build(pages.at("/"), chosen))


def test_a_domain_of_which_most_is_unknown_is_not_called_usual(make_view: MakeView) -> None:
    view = without_findings(make_view("/"))
    assert view.topic
    its = ["incidents.reported", "incidents.handled", "incidents.closed"]
    rows = {its[0]: Verdict("usual"), its[1]: Verdict("nodata"), its[2]: Verdict("nodata")}
    topic = {**view.topic, "verdicts": {**view.topic["verdicts"], **rows}}
    text = render.to_html(attention.counted(dataclasses.replace(view, topic=topic), its, "said"))
    assert "2 项没有新数据" in text
    assert "正常" not in text
