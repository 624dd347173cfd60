"""Tables of towns and of splits: a share stands with its cases."""

from __future__ import annotations

import re
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


def shares(text: str) -> list[tuple[str, str]]:
    """The shares of a table, each with its cases."""
    return re.findall(
        r'<span class="cell-value">([^<]*)</span><span class="cell-cases">([^<]*)</span>', text
    )


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
    assert '<td data-state="live">448</td><td data-state="live">' in text
    assert shares(text)[1] == ("98.8\u00a0%", "247/250")
    n, of = view.parts("incidents.closure_rate")
    assert shares(text)[0][1] == f"{n:.0f}/{of:.0f}", "the city's own row has them too"


def test_a_share_of_few_cases_is_said_as_its_cases(make_view: MakeView) -> None:
    town = next(iter(make_view().profile.town_by_code))
    view = with_series(
        make_view("/incidents"),
        {
            "towns:incidents.closure_rate": {town: 2 / 3},
            "towns_of:incidents.closure_rate": {town: 6},
        },
    )
    assert shares(render.to_html(tables.of_towns(view, KPIS)))[1] == ("4/6", "")


def test_a_share_of_no_cases_is_a_dash(make_view: MakeView) -> None:
    town = next(iter(make_view().profile.town_by_code))
    view = with_series(
        make_view("/incidents"),
        {
            "towns:incidents.reported": {town: 3},
            "towns:incidents.closure_rate": {town: None},
            "towns_of:incidents.closure_rate": {town: 0},
        },
    )
    text = render.to_html(tables.of_towns(view, KPIS))
    assert '<td data-state="live">3</td>' in text
    assert shares(text)[1] == ("—", "")


def test_a_part_s_share_has_its_cases(make_view: MakeView) -> None:
    view = with_series(
        make_view("/tasks"),
        {
            "by_goal:tasks.on_time": {"goal-01": 0.875},
            "by_goal_of:tasks.on_time": {"goal-01": 16},
        },
    )
    assert ("87.5\u00a0%", "14/16") in shares(render.to_html(tables.of_split(view, "goal")))


def test_a_column_is_as_late_as_its_figure_and_says_how_late(make_view: MakeView) -> None:
    view = make_view("/disputes", form="late")
    text = render.to_html(tables.of_towns(view, ("incidents.reported", "disputes.accepted")))
    head, body = text.split("<tbody>")
    assert [word for word in re.findall(r'class="column-state">([^<]*)<', head) if word] == [
        "数据滞后 1\u00a0天"
    ]
    row = body.split("<tr")[2]
    assert re.findall(r'<td data-state="(\w+)"', row) == ["live", "late"]
