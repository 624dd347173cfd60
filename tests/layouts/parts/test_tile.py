"""One tile in each of its states: what it says, and its tree as a golden file (reviewed as
text).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from feeds import kpis
from feeds.city.words import Lang
from feeds.figures.verdicts import Verdict
from layouts.html import render
from layouts.parts import tile
from layouts.text import times
from layouts.view import View

GOLDEN = Path(__file__).parent / "golden" / "tile.html"
MakeView = Callable[..., View]


def told(view: View, **parts: dict[str, Any]) -> View:
    """The view of a topic in which some entries are others."""
    assert view.topic
    return dataclasses.replace(
        view,
        topic={**view.topic, **{name: {**view.topic[name], **new} for name, new in parts.items()}},
    )


def digits(view: View, kpi: str) -> str:
    return tile.value_text(view, kpi, view.verdict(kpi)).digits


def test_every_code_has_its_words(make_view: MakeView) -> None:
    said, hints = tile.words(make_view()), get_type_hints(Verdict)
    for field in ("target", "kind", "way", "trend", "empty"):
        codes = {code for part in get_args(hints[field]) for code in get_args(part) or [part]}
        assert said[field].keys() == codes, field


def test_the_tree_is_the_golden_one(make_view: MakeView) -> None:
    made = (
        render.to_html(
            tile.tile(make_view(period="year"), "disputes.success_rate", tag="今年")
        ).replace("><", ">\n<")
        + "\n"
    )
    assert made == GOLDEN.read_text("utf-8")


def test_a_live_tile_has_an_age_and_no_state_word(make_view: MakeView) -> None:
    view = make_view()
    assert view.state("incidents.reported") == "live"
    assert tile.state_word(view, "incidents.reported") == ""


@pytest.mark.parametrize(("lang", "word"), [("zh", "数据滞后 {}"), ("en", "Data {} late")])
def test_a_late_tile_says_how_late(lang: Lang, word: str, make_view: MakeView) -> None:
    view = make_view(form="late", lang=lang)
    assert view.state("disputes.accepted") == "late"
    silent_s = 3 * kpis.CATALOGUE["disputes.accepted"].cadence_s
    assert tile.state_word(view, "disputes.accepted") == word.format(times.duration(silent_s, lang))


@pytest.mark.parametrize(
    ("lang", "word"), [("zh", "最后值 9月18日 15:42"), ("en", "Last value 18 Sep 15:42")]
)
def test_a_tile_without_data_says_when_it_had_some(
    lang: str, word: str, make_view: MakeView
) -> None:
    view = make_view(form="late", lang=lang)
    assert view.state("fraud.warnings") == "nodata"
    assert tile.state_word(view, "fraud.warnings") == word
    assert digits(view, "fraud.warnings") == str(view.value("fraud.warnings"))
    assert view.verdict("fraud.warnings").trend == "flat"


def test_no_data_is_not_zero(make_view: MakeView) -> None:
    view = make_view(form="empty")
    assert digits(view, "incidents.reported") == "—"
    assert tile.state_word(view, "incidents.reported") == "暂无数据"
    assert view.verdict("incidents.reported").empty == "data"
    assert view.verdict("disputes.success_rate").target == "none"


@pytest.mark.parametrize(("lang", "word"), [("zh", "无案件"), ("en", "No cases")])
def test_none_of_none_is_no_cases(lang: str, word: str, make_view: MakeView) -> None:
    view = told(
        make_view(lang=lang),
        set={"disputes.success_rate": None},
        parts={"disputes.success_rate": [0, 0]},
    )
    assert digits(view, "disputes.success_rate") == word
    assert view.verdict("disputes.success_rate").empty == "cases"


def test_zero_is_zero(make_view: MakeView) -> None:
    view = told(make_view(), set={"traffic.deaths": 0})
    assert digits(view, "traffic.deaths") == "0"
    assert view.verdict("traffic.deaths").empty == ""


def test_the_previous_period_stands_in_for_a_missing_year(make_view: MakeView) -> None:
    view = told(make_view(), change={"incidents.reported": [None, 0.2]})
    text = render.to_html(tile.tile(view, "incidents.reported"))
    assert "环比" in text
    assert 'data-change="0.2" data-kind="period"' in text


def test_a_town_may_be_silent_longer_than_the_city(make_view: MakeView) -> None:
    city, town = make_view(), make_view(area="320282112")
    assert town.cadence_s("incidents.reported") == 18 * city.cadence_s("incidents.reported")


def test_a_closure_rate_has_no_target_within_days(make_view: MakeView) -> None:
    assert make_view(period="today").target("incidents.closure_rate") is None
    assert make_view(period="year").target("incidents.closure_rate") == 0.95
    assert make_view(period="today").target("disputes.success_rate") == 0.988
