"""What the overview calls for attention, and what it leaves alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from layouts import pages, shell
from layouts.html import render
from layouts.parts import attention
from layouts.view import View

MakeView = Callable[..., View]


def reasons(view: View) -> dict[str, str]:
    return {f.kpi: f.reason for f in attention.findings(view)}


def without_trends(view: View) -> View:
    assert view.topic
    return dataclasses.replace(view, topic={**view.topic, "trends": {}})


def test_worse_than_last_year_counts_only_where_no_control_chart_calls_it_ordinary(
    make_view: MakeView,
) -> None:
    assert "incidents.overdue" not in reasons(make_view())
    assert reasons(without_trends(make_view()))["incidents.overdue"] == "worse"


def test_off_target_and_worse_are_found(make_view: MakeView) -> None:
    found = reasons(without_trends(make_view()))
    assert found["incidents.overdue"] == "worse"
    assert found["training.staff_rate"] == "missed"
    assert "incidents.reported" not in found  # neutral
    assert "disputes.success_rate" not in found  # on target


def test_late_is_found_and_no_data_is_counted_apart(make_view: MakeView) -> None:
    view = make_view(form="late")
    assert reasons(view)["disputes.accepted"] == "late"
    assert "fraud.warnings" not in reasons(view)
    assert "fraud.warnings" in attention.silent(view)


def test_the_sentence_counts_what_is_urgent(make_view: MakeView) -> None:
    view = make_view("/")
    urgent = [f for f in attention.findings(view) if f.reason != "late"]
    assert f"{len(urgent)} 项指标需要关注" in render.to_html(shell.build(pages.at("/"), view))


def test_silence_is_never_called_calm(make_view: MakeView) -> None:
    view = make_view("/", form="empty")
    assert "还没有收到数据" in render.to_html(shell.build(pages.at("/"), view))
    late = make_view("/", form="late")
    assert late.topic
    kept = {k: v for k, v in late.topic["set"].items() if reasons(late).get(k, "late") == "late"}
    text = render.to_html(
        shell.build(pages.at("/"), dataclasses.replace(late, topic={**late.topic, "set": kept}))
    )
    assert "数据及时的指标平稳" in text
    assert "各项指标平稳" not in text


def test_a_quiet_hour_is_called_quiet(make_view: MakeView) -> None:
    view = make_view("/", lang="en")
    assert view.topic
    kept = {k: v for k, v in view.topic["set"].items() if k not in reasons(view)}
    quiet = dataclasses.replace(view, topic={**view.topic, "set": kept})
    assert attention.findings(quiet) == []
    assert "All figures are steady" in render.to_html(shell.build(pages.at("/"), quiet))
