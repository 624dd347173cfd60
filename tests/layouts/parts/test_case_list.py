"""The list of case numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from feeds.cases import query
from feeds.cases.query import Asked, Counts
from feeds.city.words import Lang
from layouts.html import render
from layouts.parts import case_list, labels
from layouts.text import texts
from layouts.view import Person, View


@pytest.mark.parametrize("lang", texts.LANGS)
def test_a_board_that_never_received_anything_has_no_count(
    lang: Lang, make_view: Callable[..., View]
) -> None:
    view = make_view("/cases", lang=lang, form="empty")
    nothing = case_list.Listing(
        Asked("", view.area, "overdue"), query.Page([], 0, ""), Counts({}, {}, {})
    )
    text = render.to_html(case_list.build(view, nothing))
    assert texts.get(lang, "overview.nothing") in text
    assert "0" not in text.partition("</h1>")[0]
    begun = replace(view, topic={**(view.topic or {}), "at": view.now_ms})
    assert texts.get(lang, "cases.none_overdue") in render.to_html(case_list.build(begun, nothing))


def test_a_history_that_is_being_filled_has_no_count_of_overdue_cases(
    make_view: Callable[..., View],
) -> None:
    view = make_view("/cases")
    filling = replace(view, topic={**(view.topic or {}), "behind": True})
    text = render.to_html(case_list.build(filling, view.page_data["cases"]))
    assert texts.get("zh", "overview.filling") in text
    assert "case-number" not in text
    assert "case-number" in render.to_html(case_list.build(view, view.page_data["cases"]))


def test_work_of_the_city_is_not_of_an_unknown_area(make_view: Callable[..., View]) -> None:
    view = make_view("/cases")
    assert labels.place(view, view.profile.code) == "宜兴市"
    assert labels.place(view, "320282112") == "丁蜀"
    assert labels.place(view, "unknown") == "未知区域"


def test_the_oldest_case_is_named_above_a_list_that_has_it(make_view: Callable[..., View]) -> None:
    """A town's officer is not told of the city's oldest above a list of the own town's."""
    view = replace(make_view("/cases", lang="en"), person=Person("Duty", "account"))
    found = view.page_data["cases"]
    assert "the oldest by" in render.to_html(case_list.build(view, found))
    own = render.to_html(case_list.build(view, replace(found, is_partial=True)))
    assert "the oldest by" not in own
    assert view.text("cases.withheld_part") in own.replace("&#x27;", "'")
    none = replace(found, page=found.page._replace(entries=[]), is_partial=True)
    assert "the oldest by" in render.to_html(case_list.build(view, none))


def test_who_is_not_signed_in_is_shown_the_way_to_the_cases(make_view: Callable[..., View]) -> None:
    view = make_view("/cases")
    found = view.page_data["cases"]
    none = replace(found, page=found.page._replace(entries=[]), is_partial=True)
    assert 'href="/sign-in?lang=zh&amp;next=%2Fcases' in render.to_html(case_list.build(view, none))
    signed_in = replace(view, person=Person("Duty", "account"))
    assert "/sign-in" not in render.to_html(case_list.build(signed_in, none))
