"""What the overview calls for attention, and what it leaves alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date

from feeds.figures import trends
from feeds.figures.trends import Trend
from feeds.figures.verdicts import Verdict
from layouts import pages, shell
from layouts.html import render
from layouts.parts import attention, verdicts
from layouts.view import View
from tests.layouts.conftest import judged

MakeView = Callable[..., View]
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


def test_the_sentence_counts_what_is_urgent(make_view: MakeView) -> None:
    view = make_view("/")
    n = len(attention.findings(view))
    assert f"{n} 项要处理" in render.to_html(shell.build(pages.at("/"), view))


def without_findings(view: View) -> View:
    """The view in which every figure that needs attention is as usual."""
    assert view.topic
    rows = {kpi: Verdict("usual") for kpi in attention.findings(view)}
    topic = {**view.topic, "verdicts": {**view.topic["verdicts"], **rows}}
    return dataclasses.replace(view, topic=topic)


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
