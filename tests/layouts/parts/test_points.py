"""Where a press of a chart's point leads: each point to its own, and what has no place nowhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from dash import dcc
from dash.development.base_component import Component

from feeds.city.profile import UNKNOWN, Profile
from feeds.figures.windows import DateRange
from layouts.parts import charts, control_chart, points
from layouts.review import agenda, funnels
from layouts.view import View
from tests.layouts.test_pages import attribute, walk

MakeView = Callable[..., View]


def trace(card: Component) -> dict[str, Any]:
    """The last trace of a card's figure."""
    graph = next(node for node in walk(card) if isinstance(node, dcc.Graph))
    found: dict[str, Any] = graph.figure["data"][-1]  # type: ignore[attr-defined]
    return found


def does(card: Component) -> str:
    place = next(node for node in walk(card) if getattr(node, "className", "") == "chart-plot")
    return str(attribute(place, "data-does") or "")


def links(card: Component) -> list[str]:
    """Those of the table behind the chart."""
    return [node.href for node in walk(card) if node._type == "A"]  # type: ignore[attr-defined]


def test_a_town_s_bar_leads_to_the_same_page_of_the_town(
    make_view: MakeView, city: Profile
) -> None:
    view = make_view("/incidents", period="month", lang="en")
    card = charts.towns(view, "incidents.reported")
    names = {town.name.text.en: town.code for town in city.towns}
    drawn = trace(card)
    assert dict(zip(drawn["y"], drawn["ids"], strict=True)) == {
        name: f"/incidents?area={names[name]}&period=month&lang=en" for name in drawn["y"]
    }
    assert does(card) == "show this town"
    assert sorted(links(card)) == sorted(drawn["ids"])


def test_bars_of_the_same_length_lead_each_to_its_own(make_view: MakeView, city: Profile) -> None:
    view = make_view("/incidents", lang="en", period="28d")
    cells = {town.code: 5.0 for town in city.towns}
    topic = {**(view.topic or {}), "series": {"towns:incidents.reported": cells}}
    drawn = trace(charts.towns(replace(view, topic=topic), "incidents.reported"))
    names = {town.name.text.en: town.code for town in city.towns}
    assert drawn["ids"] == [f"/incidents?area={names[name]}&lang=en" for name in drawn["y"]]


def test_what_is_of_no_town_is_no_bar(make_view: MakeView) -> None:
    view = make_view("/incidents")
    topic = {**(view.topic or {}), "series": {"towns:incidents.reported": {UNKNOWN: 3.0}}}
    card = charts.towns(replace(view, topic=topic), "incidents.reported")
    assert trace(card)["ids"] == []
    assert links(card) == []


@pytest.mark.parametrize(
    ("kpi", "filter"), [("incidents.reported", "category"), ("assessments.completed", "outcome")]
)
def test_a_category_s_bar_leads_to_the_figure_of_that_category(
    kpi: str, filter: str, make_view: MakeView
) -> None:
    view = make_view("/incidents", area="320282112", period="28d")
    cells: dict[str, float] = {"a": 1.0, "b": 2.0}
    topic = {**(view.topic or {}), "series": {f"categories:{kpi}": cells}}
    drawn = trace(charts.categories(replace(view, topic=topic), kpi))
    at = f"/kpi?area=320282112&kpi={kpi}&{filter}"
    assert drawn["ids"] == [f"{at}=a", f"{at}=b"], "the greatest is drawn last, on top"


def test_a_day_s_bar_leads_to_that_day_and_the_last_one_to_today(make_view: MakeView) -> None:
    view = make_view("/incidents", period="month")
    drawn = trace(charts.days(view, "incidents.reported"))
    assert drawn["ids"][0] == f"/incidents?period=month&from={drawn['x'][0]}&to={drawn['x'][0]}"
    assert drawn["ids"][-1] == "/incidents?period=today"
    today = make_view("/incidents")
    assert trace(charts.days(today, "incidents.reported"))["ids"][-1] == "", "it shows that day"


def test_of_chosen_days_the_last_one_leads_to_itself(make_view: MakeView) -> None:
    first, last = date(2026, 8, 1), date(2026, 8, 30)
    view = replace(
        make_view("/incidents"),
        period="range",
        date_range=DateRange(first, last + timedelta(1)),
        others={},
    )
    topic = {**(view.topic or {}), "axes": {"days": first.isoformat()}}
    drawn = trace(charts.days(replace(view, topic=topic), "incidents.reported"))
    assert drawn["ids"][-1] == "/incidents?from=2026-08-30&to=2026-08-30"


def test_hours_are_a_picture_and_lead_nowhere(make_view: MakeView) -> None:
    card = charts.hours(make_view("/incidents"), "incidents.reported")
    assert (does(card), "ids" in trace(card)) == ("", False)


def test_a_week_or_month_of_a_control_chart_leads_to_its_days(make_view: MakeView) -> None:
    view = make_view("/kpi", lang="en")
    weekly = control_chart.card(view, "incidents.reported")
    drawn = trace(weekly)
    monday = date.fromisoformat(drawn["x"][3])
    assert f"from={monday}&to={monday + timedelta(6)}" in drawn["ids"][3]
    assert "kpi=disputes.success_rate" in drawn["ids"][3], "the page stays"
    assert does(weekly) == "show this week alone"
    assert points.month(view, date(2026, 2, 1)).endswith("from=2026-02-01&to=2026-02-28")
    assert points.month(view, date(2026, 12, 1)).endswith("from=2026-12-01&to=2026-12-31")


def test_a_town_in_a_funnel_leads_to_its_own_review(make_view: MakeView) -> None:
    view = replace(
        make_view("/review", period="quarter", lang="en"),
        filters={"kpi": "disputes.success_rate", "rank": "1"},
    )
    said = agenda.words(view, view.page_data["review"].review)
    standings = said.agenda.standing("disputes.success_rate")
    assert standings
    card = funnels.card(view, said, standings)
    drawn = trace(card)
    towns = [town.town for town in standings.towns if town.spot]
    assert drawn["ids"] == [f"/review?area={town}&period=quarter&lang=en" for town in towns]
    assert set(drawn["ids"]) <= set(links(card))
    assert does(card) == "show this town's review"
