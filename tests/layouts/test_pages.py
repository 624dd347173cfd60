"""Every page builds in every state, language and kind of area, and says what it must."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import plotly.utils
import pytest
from dash.development.base_component import Component

from feeds.city.profile import Profile
from feeds.figures import verdicts
from feeds.wall import wall_profile
from layouts import pages, shell
from layouts.html import render
from layouts.page import Page
from layouts.parts import charts, comparison, in_towns
from layouts.text import texts
from layouts.view import View

FORMS = ("full", "empty", "late", "broken")
MakeView = Callable[..., View]
every_page = pytest.mark.parametrize("page", pages.PAGES, ids=lambda page: page.name)


def walk(node: Any) -> Iterator[Component]:
    if isinstance(node, (list, tuple)):
        for child in node:
            yield from walk(child)
    elif isinstance(node, Component):
        yield node
        yield from walk(getattr(node, "children", None))


def words(node: Component) -> list[str]:
    """The texts that stand directly in an element."""
    children = getattr(node, "children", None)
    return [
        child
        for child in (children if isinstance(children, list) else [children])
        if isinstance(child, str)
    ]


def attribute(node: Component, name: str) -> Any:
    return node.to_plotly_json()["props"].get(name)  # type: ignore[no-untyped-call]


def having(tree: Component, name: str) -> list[Component]:
    return [node for node in walk(tree) if attribute(node, name) is not None]


@every_page
@pytest.mark.parametrize(
    ("form", "lang", "area"), [*product(FORMS, ("zh", "en"), ("320282", "320282112"))]
)
def test_a_page_builds(page: Page, form: str, lang: str, area: str, make_view: MakeView) -> None:
    tree = shell.build(page, make_view(page.path, form=form, lang=lang, area=area))
    text = render.to_html(tree)
    assert text.count("<div") == text.count("</div>")
    full = shell.build(page, make_view(page.path, lang=lang, area=area))
    if form != "empty":  # it says what to do instead
        assert bool(having(tree, "data-kpi")) == bool(having(full, "data-kpi"))
    assert ">None<" not in text
    assert '="None"' not in text
    assert "{" not in "".join(
        part.split("<")[0] for part in text.split(">")
    )  # no place left unfilled


@every_page
@pytest.mark.parametrize("form", FORMS)
def test_a_page_goes_over_the_wire(page: Page, form: str, make_view: MakeView) -> None:
    tree = shell.build(page, make_view(page.path, form=form)).to_plotly_json()
    assert len(json.dumps(tree, cls=plotly.utils.PlotlyJSONEncoder, allow_nan=False)) < 400_000


@every_page
def test_ids_are_unique(page: Page, make_view: MakeView) -> None:
    found = [
        json.dumps(node.id, sort_keys=True)
        for node in walk(shell.build(page, make_view(page.path)))
        if getattr(node, "id", None)
    ]
    assert len(found) == len(set(found))


@every_page
def test_every_tile_has_the_public_hooks(page: Page, make_view: MakeView) -> None:
    wanted = (
        "data-area",
        "data-period",
        "data-state",
        "data-unit",
        "data-needs",
        "data-cadence",
        "data-better",
        "data-target",
    )
    for tile in having(shell.build(page, make_view(page.path)), "data-kpi"):
        assert all(attribute(tile, name) is not None for name in wanted)
        values = [node for node in walk(tile) if getattr(node, "className", "") == "tile-value"]
        assert len(values) == 1
        assert attribute(values[0], "data-at") is not None
        assert float(attribute(values[0], "data-value") or 0) >= 0


@every_page
def test_every_chart_has_a_sentence_and_its_series_in_trace_order(
    page: Page, make_view: MakeView
) -> None:
    for chart in having(shell.build(page, make_view(page.path)), "data-chart"):
        plot = next(node for node in walk(chart) if getattr(node, "className", "") == "chart-plot")
        assert attribute(plot, "aria-label")
        assert plot.role == ("group" if attribute(plot, "data-does") else "img")  # type: ignore[attr-defined]
        graph = next(node for node in walk(chart) if node._type == "Graph")
        assert len(graph.figure["data"]) == len(attribute(chart, "data-series").split())


@every_page
@pytest.mark.parametrize("lang", texts.LANGS)
def test_demonstration_data_says_so_and_real_data_does_not(
    page: Page, lang: str, make_view: MakeView
) -> None:
    label = texts.get(lang, "top.demo")  # type: ignore[arg-type]
    assert label in render.to_html(shell.build(page, make_view(page.path, lang=lang)))
    assert label not in render.to_html(
        shell.build(page, make_view(page.path, lang=lang, form="broken"))
    )


@every_page
def test_languages_dont_mix(page: Page, make_view: MakeView) -> None:
    tree = shell.build(page, make_view(page.path, lang="en"))
    spoken = [
        text
        for node in walk(tree)
        if getattr(node, "className", "") != "language"
        for text in words(node)
    ]
    assert [text for text in spoken if any("\u4e00" <= c <= "\u9fff" for c in text)] == []


@every_page
@pytest.mark.parametrize("lang", texts.LANGS)
def test_asked_for_a_past_moment_a_page_says_that_it_shows_now(
    page: Page, lang: str, make_view: MakeView
) -> None:
    view, said = make_view(page.path, lang=lang), texts.get(lang, "page.not_past")  # type: ignore[arg-type]
    assert said in render.to_html(shell.build(page, replace(view, at_asked=True)))
    assert said not in render.to_html(shell.build(page, view))


def test_the_bars_around_a_page_link_everywhere(city: Profile, make_view: MakeView) -> None:
    text = render.to_html(
        shell.build(
            pages.at("/incidents"),
            make_view("/incidents", lang="en", area="320282112", period="month"),
        )
    )
    for page in filter(lambda page: page.is_listed, pages.PAGES):
        assert f'href="{page.path}?area=320282112&amp;period=month&amp;lang=en"' in text
    assert 'href="/incidents?area=320282112&amp;period=month"' in text  # the other language
    assert 'href="/incidents?period=month&amp;lang=en"' in text  # the city
    assert 'href="/incidents?area=320282112&amp;period=year&amp;lang=en"' in text
    assert all(f"area={town.code}" in text for town in city.towns)


def test_the_walls_figures_follow_the_frames(make_view: MakeView) -> None:
    tree = shell.build(pages.at("/wall"), make_view("/wall"))
    shown = [
        (attribute(node, "data-period"), attribute(node, "data-kpi"))
        for node in having(tree, "data-kpi")
    ]
    wall = wall_profile.of(make_view("/wall").profile)
    assert shown == [("today", kpi) for kpi in wall.day] + [("year", kpi) for kpi in wall.year] or (
        shown == [("year", kpi) for kpi in wall.year] + [("today", kpi) for kpi in wall.day]
    )


def test_the_wall_shows_the_years_figures_from_the_years_topic(make_view: MakeView) -> None:
    view = make_view("/wall")
    tiles = having(shell.build(pages.at("/wall"), view), "data-kpi")
    years = {attribute(t, "data-kpi"): t for t in tiles if attribute(t, "data-period") == "year"}
    deaths = next(
        node
        for node in walk(years["traffic.deaths"])
        if getattr(node, "className", "") == "tile-value"
    )
    assert attribute(deaths, "data-value") == str(view.others["year"]["set"]["traffic.deaths"])


def test_the_map_has_every_town_and_colours_none_within_the_limits(
    city: Profile, make_view: MakeView
) -> None:
    view = make_view("/incidents")
    topic = dict(view.topic or {}) | {"set": {"incidents.closure_rate": 0.9}}
    markup = render.to_html(shell.build(pages.at("/incidents"), replace(view, topic=topic)))
    drawn = re.search('<section class="map".*?</section>', markup, re.S)
    assert drawn
    assert set(re.findall(r'data-town="(\d+)"', drawn[0])) == city.town_by_code.keys()
    assert "is-low" not in drawn[0]
    assert "is-high" not in drawn[0]
    assert "各镇（街道）无显著差异" in drawn[0]


def test_the_map_names_a_town_beyond_the_limits_with_its_cases(make_view: MakeView) -> None:
    view = make_view("/incidents")
    parts = {code: [970, 1000] for code in view.profile.town_by_code}
    parts["320282112"] = [80, 100]
    towns = {view.period: {"incidents.closure_rate": parts}}
    topic = dict(view.topic or {}) | {"set": {"incidents.closure_rate": 0.96}}
    view = replace(view, topic=topic, page_data={**view.page_data, "towns": towns})
    drawn = render.to_html(in_towns.share_map(view, "incidents.closure_rate"))
    assert drawn.count("is-low") == 1
    assert "丁蜀 80/100" in drawn
    late = replace(view, now_ms=view.now_ms + 7 * 86_400_000)
    drawn = render.to_html(in_towns.share_map(late, "incidents.closure_rate"))
    assert "is-low" not in drawn, "what is late is not judged"
    assert "没有新数据，不作比较" in drawn
    strips = [comparison.strip(one, "incidents.closure_rate") for one in (view, late)]
    shown = [render.to_html(one) for one in strips if one]
    assert ['data-trend="worse"' in one for one in shown] == [True, False]


def test_zeros_are_one_sentence_and_what_belongs_to_no_town_another(make_view: MakeView) -> None:
    view = make_view("/traffic")
    codes = list(view.profile.town_by_code)
    cells = dict.fromkeys(codes, 0) | {codes[0]: 4, codes[1]: 1}
    series = {
        "towns:traffic.accidents": cells,
        "elsewhere:traffic.accidents": [2],
    }
    topic = dict(view.topic or {}) | {"series": series}
    card = render.to_html(charts.towns(replace(view, topic=topic), "traffic.accidents"))
    assert "其余 16 个镇（街道）为 0；市级及未知区域 2" in card
    series["towns:traffic.accidents"] = dict.fromkeys(codes, 0)
    card = render.to_html(charts.towns(replace(view, topic=topic), "traffic.accidents"))
    assert "各镇（街道）均为 0" in card


def test_a_town_is_not_compared_on_its_own_page(make_view: MakeView) -> None:
    tree = shell.build(pages.at("/incidents"), make_view("/incidents", area="320282112"))
    assert having(tree, "data-map") == []
    assert [attribute(c, "data-chart") for c in having(tree, "data-chart")] == [
        "hours",
        "days",
        "categories",
    ]


def test_the_towns_table_has_the_hooks_by_which_it_is_kept(
    city: Profile, make_view: MakeView
) -> None:
    tree = shell.build(pages.at("/incidents"), make_view("/incidents"))
    table = having(tree, "data-kpis")[0]
    shown, units = attribute(table, "data-kpis").split(), attribute(table, "data-units").split()
    assert len(shown) == len(units) > 1
    rows = [
        node for node in walk(table) if type(node).__name__ == "Tr" and attribute(node, "data-town")
    ]
    assert [attribute(row, "data-town") for row in rows] == list(city.town_by_code)


FIGURES = ("/", "/incidents", "/joint", "/safety", "/tasks", "/kpi", "/cases")


@pytest.mark.parametrize("path", [*FIGURES, "/brief", "/review"])
@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "正在补录历史，数字未齐"),
        ("en", "The history is being filled; figures are not whole"),
    ],
)
def test_a_page_of_a_history_that_is_being_filled_says_no_figure(
    path: str, lang: str, said: str, make_view: MakeView
) -> None:
    view = make_view(path, lang=lang)
    assert view.topic
    page = pages.at(path)
    assert page
    filling = replace(view, topic={**view.topic, "behind": True})
    tree = page.build(filling)
    assert said in render.to_html(tree)
    assert not having(tree, "data-kpi")
    assert not [node for node in walk(tree) if node._type in ("Table", "Graph")]


def test_nobody_is_called_silent_while_the_history_is_being_filled(make_view: MakeView) -> None:
    view = make_view("/health", form="late")
    assert view.topic
    page = pages.at("/health")
    assert page
    assert "data-town" in render.to_html(page.build(view))
    filling = replace(view, topic={**view.topic, "behind": True})
    text = render.to_html(page.build(filling))
    assert texts.get("zh", "overview.filling") in text
    assert "data-town" not in text


@pytest.mark.parametrize("path", [path for path in FIGURES if path != "/cases"])
def test_a_page_of_a_board_without_data_draws_no_empty_frames(
    path: str, make_view: MakeView
) -> None:
    page = pages.at(path)
    assert page
    tree = page.build(make_view(path, form="empty"))
    assert "还没有收到数据" in render.to_html(tree)
    assert not [node for node in walk(tree) if node._type in ("Table", "Graph")]
    titles = [node for node in walk(tree) if node._type == "H1"]
    assert len(titles) == 1


def test_the_list_of_figures_says_before_the_first_data_which_there_will_be(
    make_view: MakeView,
) -> None:
    page = pages.at("/kpi")
    assert page
    text = render.to_html(page.build(replace(make_view("/kpi", form="empty"), filters={})))
    assert "还没有收到数据" in text
    assert "事件上报" in text


def test_the_name_of_a_silent_town_has_an_edge_above_its_hatching(make_view: MakeView) -> None:
    view = make_view("/incidents")
    assert view.topic
    silent = replace(view, topic={**view.topic, "towns_silent": ["320282113"]})
    for shown, names in ((view, 0), (silent, 1)):
        text = render.to_html(in_towns.share_map(shown, "incidents.closure_rate"))
        assert text.count("is-silent") == names


@pytest.mark.parametrize("lang", texts.LANGS)
def test_a_brief_of_a_city_on_alarm_builds(lang: Any, city: Profile, make_view: MakeView) -> None:
    """Its alerts have an area and a figure alone."""
    view = make_view("/brief", lang=lang)
    shown = view.page_data["brief"]
    state = {**shown.brief.state, "alerts": [{"area": city.code, "kpi": "incidents.overdue"}]}
    state |= {"verdicts": verdicts.of_topic(city, city.code, "28d", state)}
    burning = shown._replace(brief=replace(shown.brief, state=state))
    tree = shell.build(
        pages.at("/brief"), replace(view, page_data={**view.page_data, "brief": burning})
    )
    assert view.text("verdict.alarm") in render.to_html(tree)
