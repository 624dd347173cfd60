"""One tile in each of its states: what it says, and its tree as a golden file (reviewed as
text).
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from feeds import kpis
from feeds.city import periods
from feeds.city.periods import Period
from feeds.city.words import Lang
from feeds.figures.verdicts import Verdict
from feeds.figures.windows import DateRange
from layouts.html import render
from layouts.parts import tile
from layouts.parts import verdicts as sentences
from layouts.text import times
from layouts.view import View
from tests.layouts.conftest import told, without_alerts

GOLDEN = Path(__file__).parent / "golden" / "tile.html"
MakeView = Callable[..., View]


def digits(view: View, kpi: str) -> str:
    return tile.value_text(view, kpi, view.verdict(kpi)).digits


def test_every_code_has_its_words(make_view: MakeView) -> None:
    said, hints = tile.words(make_view()), get_type_hints(Verdict)
    for field in ("code", "window", "kind", "empty", "detail"):
        assert said[field].keys() == set(get_args(hints[field])), field


def test_a_figure_with_one_comparison_names_its_own_period(make_view: MakeView) -> None:
    view = dataclasses.replace(make_view(), period="28d")
    for kpi, said in (("incidents.open", "昨日同期"), ("training.staff_rate", "上月同期")):
        assert sentences.beside(view, kpi, "period") == said
    days = DateRange(date(2026, 9, 1), date(2026, 9, 8))
    ranged = dataclasses.replace(view, period="range", date_range=days)
    assert sentences.beside(ranged, "incidents.open", "period") == "前一段"


def test_the_period_before_is_called_by_its_period(make_view: MakeView) -> None:
    view = make_view()
    assert tile.words(view)["before"].keys() == {*periods.PERIODS, "range"}
    for period, zh, en in (
        ("today", "昨日同期", "the same part of yesterday"),
        ("28d", "前四周", "the same part of the prior 4 weeks"),
        ("quarter", "上季同期", "the same part of last quarter"),
    ):
        here = dataclasses.replace(view, period=period)
        in_english = dataclasses.replace(here, lang="en")
        assert sentences.beside(here, "incidents.reported", "period") == zh
        assert sentences.beside(in_english, "incidents.reported", "period") == en
        assert sentences.beside(here, "incidents.reported", "year") == "去年同期"


def test_the_tree_is_the_golden_one(make_view: MakeView) -> None:
    made = (
        render.to_html(
            tile.tile(without_alerts(make_view(period="year")), "disputes.success_rate", tag="今年")
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
    silent_s = 3 * view.cadence_s("disputes.accepted")
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
    assert view.verdict("fraud.warnings").code == "nodata"


def test_no_data_is_not_zero(make_view: MakeView) -> None:
    view = make_view(form="empty")
    assert digits(view, "incidents.reported") == "—"
    assert tile.state_word(view, "incidents.reported") == "暂无数据"
    assert view.verdict("incidents.reported").empty == "data"
    assert view.verdict("disputes.success_rate").code == "nodata"


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
    reported = "incidents.reported"
    view = told(make_view(), set={reported: 120}, change={reported: [None, 0.2]})
    text = render.to_html(tile.tile(view, reported))
    assert "环比" in text
    assert 'data-change="0.2" data-kind="period"' in text


def test_a_town_may_be_silent_longer_than_the_city(make_view: MakeView) -> None:
    city, town = make_view(), make_view(area="320282112")
    assert town.cadence_s("incidents.reported") == 18 * city.cadence_s("incidents.reported")


RATE = "disputes.success_rate"


def texts(view: View, kpi: str) -> str:
    return re.sub("<[^>]+>", " ", render.to_html(tile.tile(view, kpi)))


def test_a_share_always_has_its_cases_beside_it(make_view: MakeView) -> None:
    view = told(make_view(), set={RATE: 0.98}, parts={RATE: [4900, 5000]})
    assert "4900/5000" in texts(view, RATE)


def test_too_few_cases_are_shown_as_cases_and_not_as_a_share(make_view: MakeView) -> None:
    view = told(without_alerts(make_view()), set={RATE: 1.0}, parts={RATE: [3, 3]})
    assert digits(view, RATE) == "3/3"
    assert tile.value_text(view, RATE, view.verdict(RATE)).unit == ""
    assert view.verdict(RATE).code == "few"


def test_a_longer_window_is_named_with_its_cases(make_view: MakeView) -> None:
    view = told(without_alerts(make_view()), set={RATE: 1.0}, parts={RATE: [3, 3]})
    assert view.topic
    pooled = view.verdict(RATE)._replace(window="28d", value=441 / 447, n=441, of=447)
    rows = {**view.topic["verdicts"], RATE: pooled}
    view = dataclasses.replace(view, topic={**view.topic, "verdicts": rows})
    assert digits(view, RATE) == "98.7"
    shown = texts(view, RATE)
    assert "近 28 天" in shown
    assert "441/447" in shown


def test_a_change_of_few_is_said_in_cases(make_view: MakeView) -> None:
    deaths = "traffic.deaths"
    view = told(make_view(), set={deaths: 1}, change={deaths: [-0.75, None]})
    assert "去年同期 4" in " ".join(texts(view, deaths).split())


def test_rounding_does_not_hide_the_side_of_the_target(make_view: MakeView) -> None:
    online = "sensing.online_rate"
    view = told(make_view(), set={online: 6183 / 6312}, parts={online: [6183, 6312]})
    assert view.target(online) == 0.98
    assert digits(view, online) == "97.96"


def test_a_tile_has_one_verdict(make_view: MakeView) -> None:
    view = make_view(period="year")
    for kpi in kpis.CATALOGUE:
        html = render.to_html(tile.tile(view, kpi))
        assert html.count("data-code=") == 1
        assert f'data-verdict="{view.verdict(kpi).code}"' in html


def test_what_stands_says_when_where_the_page_is_of_more_than_today(make_view: MakeView) -> None:
    def tag(kpi: str, period: Period, lang: Lang) -> str:
        return render.to_html(tile.tile(make_view(period=period, lang=lang), kpi))

    for lang, said in (("zh", ">当前<"), ("en", ">now<")):
        assert said in tag("incidents.open", "28d", lang)
        assert said not in tag("incidents.open", "today", lang)
        assert said not in tag("incidents.reported", "28d", lang)
