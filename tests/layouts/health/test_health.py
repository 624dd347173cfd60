"""/health says who is silent since when, what was refused, and how the pipe and the screens stand;
and what it can't know.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape

import pytest

from feeds.city.systems import SYSTEMS
from feeds.health.completeness import Cell
from layouts import pages, shell
from layouts.health import screens
from layouts.health.page_values import Completeness, HealthPage, Screen
from layouts.html import render
from layouts.text import texts
from layouts.view import View

MakeView = Callable[..., View]
NOW = 1_800_000_000_000


def page(view: View) -> str:
    found = pages.at("/health")
    assert found
    return render.to_html(shell.build(found, view))


def test_in_one_sentence_all_report(make_view: MakeView) -> None:
    text = page(make_view("/health", lang="en"))
    assert "All 18 towns report" in text
    assert "opening--calm" in text


def test_what_keeps_figures_from_being_live_is_the_sentence(make_view: MakeView) -> None:
    view = make_view("/health", lang="en")
    found: HealthPage = view.page_data["health"]
    stopped = replace(found.pipeline, reasons=("engine: silent for 300 s",))
    health_page = replace(found, pipeline=stopped)
    text = page(replace(view, page_data=view.page_data | {"health": health_page}))
    sentence = text.partition('class="sentence">')[2]
    assert sentence.startswith(escape(texts.get("en", "health.trouble_engine")))
    assert "<li>Apart from that: All 18 towns report" in sentence
    assert "opening--attention" in text


def test_a_silent_town_and_a_silent_source_are_named_with_since_when(make_view: MakeView) -> None:
    text = page(make_view("/health", lang="en", form="late"))
    assert "17 of 18 towns report" in text
    assert "Hufu: late, nothing since 25 Sep 15:42 (5\u00a0d\u00a0ago)" in text
    assert "urn:fraud.warning: no data, nothing since 25 Sep 15:42" in text


def test_a_system_that_the_city_heard_once_and_hears_no_more_is_no_calm_sentence(
    make_view: MakeView,
) -> None:
    view = make_view("/health", lang="en")
    known: Completeness = view.page_data["health"].completeness
    late, never = (
        replace(known.rows[0].cells[4], state="late", at=NOW - 9 * 86_400_000),
        Cell("nodata", None, ()),
    )
    rows = (
        replace(known.rows[0], cells={**known.rows[0].cells, 4: late, 5: never}),
        *known.rows[1:],
    )
    health_page = replace(view.page_data["health"], completeness=replace(known, rows=rows))
    text = page(replace(view, page_data=view.page_data | {"health": health_page}))
    assert "sources report on time; 1 of 18 systems late or without data" in text
    assert f"<li>{SYSTEMS[4].en}: late, nothing since" in text
    assert "opening--attention" in text


def test_a_silent_cell_keeps_its_last_time_and_is_no_zero(make_view: MakeView) -> None:
    text = page(make_view("/health", lang="en", form="late"))
    cell = text.split('data-system="7" data-town="320282001"')[0].rpartition("<td")[2]
    assert 'data-state="nodata"' in cell
    inside = text.split('data-system="7" data-town="320282001"')[1].partition("</td>")[0]
    assert "no data" in inside.lower()
    assert "5\u00a0d" in inside
    assert ">0<" not in inside


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("broken", ("missing_redis", "missing_database", "trouble_redis")),
        ("empty", ("sentence_nothing",)),
    ],
)
def test_what_can_not_be_known_is_said(
    make_view: MakeView, form: str, said: tuple[str, ...]
) -> None:
    text = page(make_view("/health", form=form))
    assert [key for key in said if texts.get("zh", f"health.{key}") not in text] == []
    assert texts.get("zh", "health.trouble_hub") not in text


def test_without_any_facts_the_page_says_so(make_view: MakeView) -> None:
    view = replace(make_view("/health"), page_data={})
    assert texts.get("zh", "health.missing") in page(view)


def test_a_page_that_no_frame_moves_has_itself_built_anew(make_view: MakeView) -> None:
    assert 'data-again="15"' in page(make_view("/health"))


def test_a_refusal_is_shown_by_door_source_and_reason(make_view: MakeView) -> None:
    text = page(make_view("/health", lang="en"))
    assert "urn:a" in text
    assert "is more than 5 minutes ahead" in text


@pytest.mark.parametrize(
    ("last_seen_s", "painted_s", "build", "shape"),
    [
        (10, 10, "b1", "open"),
        (10, 11, "b0", "old"),
        (10, 75, "b1", "frozen"),
        (61, 61, "b1", "gone"),
        (61, 300, "b0", "gone"),
    ],
)
def test_a_wall_is_open_old_frozen_or_gone(
    last_seen_s: int, painted_s: int, build: str, shape: str
) -> None:
    wall = Screen(
        "/wall",
        "320282",
        "zh",
        1,
        1,
        build,
        0,
        NOW - last_seen_s * 1000,
        NOW - painted_s * 1000,
        0,
        0,
        0,
        None,
    )
    assert screens.shape(wall, "b1", NOW) == shape


@pytest.mark.parametrize(
    ("last_seen_s", "name", "left", "hidden", "is_listed"),
    [
        (600, "", False, False, True),
        (600, "", False, True, False),
        (600, "n", False, True, True),
        (5, "", False, True, True),
        (80_000, "", True, False, True),
        (90_000, "", True, False, False),
        (90_000, "n", True, False, True),
    ],
)
def test_what_was_closed_long_ago_or_was_never_a_wall_is_not_listed(
    make_view: MakeView, last_seen_s: int, name: str, left: bool, hidden: bool, is_listed: bool
) -> None:
    """In turn: gone; gone and unseen; the same of a paired wall; there and unseen; closed today;
    long ago; long ago, and paired.
    """
    view = make_view("/health")
    last_seen = view.now_ms - 1000 * last_seen_s
    wall = Screen(
        "/wall",
        "320282",
        "zh",
        1,
        1,
        "b",
        0,
        last_seen,
        last_seen,
        0,
        0,
        0,
        None,
        "",
        name,
        left,
        "walltest",
        hidden,
    )
    assert ("data-wall=" in render.to_html(screens.build(view, (wall,)))) is is_listed


def test_walls_are_listed_one_by_one_and_other_pages_counted(make_view: MakeView) -> None:
    text = page(make_view("/health", form="late"))
    assert [text.count(f'data-wall="{shape}"') for shape in ("open", "old", "frozen", "gone")] == [
        1,
        1,
        1,
        1,
    ]
    assert 'data-others="1"' in text


def test_who_may_says_that_a_wall_that_vanished_hangs_there_no_longer(make_view: MakeView) -> None:
    view = make_view("/health", form="late")
    assert page(view).count('action="/health/walls/') == 1, "of the one that is gone"
    assert 'action="/health/walls/' not in page(
        replace(view, page_data={**view.page_data, "editor": None})
    )


def test_the_count_of_towns_leads_here_and_names_the_silent(make_view: MakeView) -> None:
    view = make_view("/", lang="en", period="28d")
    quiet = replace(view, topic={**(view.topic or {}), "towns_silent": ["320282113"]})
    text = render.to_html(shell.build(pages.at("/"), quiet))
    assert 'href="/health?lang=en"' in text
    assert 'title="Silent: Hufu' in text
    assert 'class="reporting"' in render.to_html(shell.build(pages.at("/wall"), view))
    assert 'href="/health' not in render.to_html(
        shell.build(pages.at("/wall"), view)
    )  # nobody has a mouse at the wall


def test_standing_holds_plain_frozen_values(make_view: MakeView) -> None:
    health_page = make_view("/health").page_data["health"]
    assert isinstance(health_page, HealthPage)
    assert hash(health_page.screens)
