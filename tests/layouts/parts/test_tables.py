"""Tables of towns and of splits: a share stands with its cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from layouts.html import render
from layouts.parts import tables
from layouts.view import View

MakeView = Callable[..., View]
KPIS = ("incidents.reported", "incidents.closure_rate")


def with_series(view: View, series: dict[str, dict[str, Any]]) -> View:
    assert view.topic
    return replace(view, topic={**view.topic, "series": {**view.topic["series"], **series}})


def test_a_town_s_share_has_its_cases_and_a_count_has_none(make_view: MakeView) -> None:
    town = next(iter(make_view().profile.town_by_code))
    view = with_series(
        make_view("/incidents"),
        {
            "towns:incidents.reported": {town: 448},
            "towns:incidents.closure_rate": {town: 0.988},
            "towns_of:incidents.closure_rate": {town: 250},
        },
    )
    text = render.to_html(tables.of_towns(view, KPIS))
    assert "<td>448</td><td>98.8\u00a0%\u2002247/250</td>" in text
    n, of = view.parts("incidents.closure_rate")
    assert f"\u2002{n:.0f}/{of:.0f}</td>" in text, "the city's own row has them too"


def test_a_share_of_unknown_cases_stands_alone_and_none_is_a_dash(make_view: MakeView) -> None:
    town = next(iter(make_view().profile.town_by_code))
    view = with_series(
        make_view("/incidents"),
        {
            "towns:incidents.reported": {town: 3},
            "towns:incidents.closure_rate": {town: None},
            "towns_of:incidents.closure_rate": {town: 0},
        },
    )
    assert "<td>3</td><td>—</td>" in render.to_html(tables.of_towns(view, KPIS))


def test_a_part_s_share_has_its_cases(make_view: MakeView) -> None:
    view = with_series(
        make_view("/tasks"),
        {
            "by_goal:tasks.on_time": {"goal-01": 0.875},
            "by_goal_of:tasks.on_time": {"goal-01": 8},
        },
    )
    assert "87.5\u00a0%\u20027/8</td>" in render.to_html(tables.of_split(view, "goal"))
