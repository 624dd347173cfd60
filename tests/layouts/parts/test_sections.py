"""Pages of several subjects: what they draw is in the topics, a part over another period has its
topic, reported figures say their date.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import chain

import pytest

from feeds import kpis
from feeds.city import systems
from feeds.figures import topics, verdicts
from feeds.kpis import splits
from feeds.kpis.formulas import Gauge
from layouts import pages
from layouts.html import render
from layouts.pages import joint, safety, services, tasks
from layouts.parts import charts, tile
from layouts.parts.sections import Part
from layouts.view import View

MakeView = Callable[..., View]
PAGES = {
    "/joint": joint.PARTS,
    "/safety": safety.PARTS,
    "/services": services.PARTS,
    "/tasks": tasks.PARTS,
}
every_part = pytest.mark.parametrize("part", [*chain(*PAGES.values())], ids=lambda part: part.name)


def shown(part: Part) -> set[str]:
    split = {kpi for name in part.splits for kpi in splits.SPLITS[name].kpis}
    return {part.headline, *part.beside, *part.what, *part.chain, *part.table, *split}


@every_part
def test_what_a_part_draws_is_in_the_topics(part: Part) -> None:
    lacking = [
        *({part.trend} - {"", *topics.BY_DAY, *topics.BY_HOUR}),
        *({*part.what} - {*topics.BY_CATEGORY}),
        *({part.where, *part.table} - {"", *topics.BY_TOWN}),
    ]
    assert lacking == [], "add what is drawn (days, categories, towns) to `series` of these entries"


def test_every_system_has_a_figure_on_a_page_of_its_own() -> None:
    """Those of the four older pages, and what is shown with them, are there by domain; the command
    centre is the wall itself.
    """
    on_parts = {
        kpis.CATALOGUE[kpi].system for part in chain(*PAGES.values()) for kpi in shown(part)
    }
    elsewhere = {kpi.system for kpi in kpis.CATALOGUE.values() if kpi.domain in kpis.DOMAINS}
    assert on_parts | elsewhere == set(systems.SYSTEMS)


def test_every_figure_of_a_domain_that_has_parts_is_on_one() -> None:
    """A new domain may stand in the list of figures alone."""
    on_parts = set().union(*map(shown, chain(*PAGES.values())))
    domains = {kpis.CATALOGUE[kpi].domain for kpi in on_parts} - set(kpis.DOMAINS)
    assert len(domains) > 5
    wanted = {kpi.id for kpi in kpis.CATALOGUE.values() if kpi.domain in domains}
    assert wanted - on_parts == set()


@pytest.mark.parametrize("path", PAGES)
def test_a_part_over_another_period_is_live_over_it(path: str, make_view: MakeView) -> None:
    page = pages.at(path)
    assert page
    assert set(page.also) == {part.period for part in PAGES[path]} - {None}
    text = render.to_html(page.build(make_view(path, period="month")))
    for period in (*page.also, "month"):
        assert f'data-period="{period}"' in text


def test_a_town_has_no_towns_to_compare(make_view: MakeView) -> None:
    text = render.to_html(tasks.PAGE.build(make_view("/tasks", area="320282112")))
    assert 'data-chart="towns"' not in text
    assert 'data-by="by_group"' in text
    assert "320282001" not in text


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "2026Q3 · 截至 2026-09-30"), ("en", "2026Q3 · as of 2026-09-30")]
)
def test_a_reported_figure_says_its_period_and_date(
    lang: str, words: str, make_view: MakeView
) -> None:
    view = make_view("/services", lang=lang)
    assert words in render.to_html(tile.tile(view, "governance.volunteers"))
    assert "2026-09-30" not in render.to_html(tile.tile(view, "services.requests"))
    reported = {
        k.id
        for k in kpis.CATALOGUE.values()
        if k.batch or (isinstance(k.formula, Gauge) and not k.id.startswith("sensing."))
    }
    assert {k for k in kpis.CATALOGUE if verdicts.is_dated(kpis.CATALOGUE[k])} == reported


def test_reports_of_areas_nobody_knows_are_no_town(make_view: MakeView) -> None:
    view = make_view("/incidents")
    assert view.topic
    cells = {town.code: 10 for town in view.profile.towns} | {"unknown": 9_000}
    topic = dict(view.topic) | {
        "series": dict(view.topic["series"]) | {"towns:incidents.reported": cells}
    }
    view = replace(view, topic=topic)
    drawn = render.to_html(charts.towns(view, "incidents.reported"))
    assert "9000" not in drawn
