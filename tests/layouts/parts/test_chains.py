"""The stages of a page say why their numbers do not add up, say nothing without a source, and are
late with their figures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from feeds.cases.chain import Chain, Link, Of
from layouts.html import render
from layouts.parts import chains
from layouts.text import texts
from layouts.view import View
from tests.layouts.conftest import HOUR_MS, NOW_MS

MakeView = Callable[..., View]


def link(stage: str, entered: int, left: int) -> Link:
    return Link(stage, entered, left, None, None, 0, 0, None)  # type: ignore[arg-type]


def said(view: View, *links: Link) -> str:
    chain = Chain(Of("incident"), links, links[-1].left, (), view.now_ms)
    page = replace(view, page_data={"chains": {"incident": chain}})
    return "".join(render.to_html(part) for part in chains.of_page(page))


def test_it_says_why_in_and_out_differ_and_who_skipped_a_stage(make_view: MakeView) -> None:
    view = make_view("/incidents", lang="en")
    text = said(view, link("opened", 4882, 4885), link("handled", 4828, 4766))
    assert "In and out differ: cases from before the period leave in it too" in text
    assert "57 cases went straight from the first stage to “Closed”" in text
    assert "1 case went straight" in said(view, link("opened", 9, 9), link("handled", 8, 8))


def test_what_adds_up_needs_no_word(make_view: MakeView) -> None:
    text = said(make_view("/incidents"), link("opened", 9, 9), link("handled", 9, 9))
    assert "chain-differ" not in text


@pytest.mark.parametrize("lang", texts.LANGS)
def test_a_stage_has_one_name_in_the_chain_and_in_the_list_of_cases(lang: str) -> None:
    for stage in ("opened", "handled"):
        of_list = texts.get(lang, f"cases.stage_{stage}")  # type: ignore[arg-type]
        assert of_list == texts.get(lang, f"chain.case_{stage}")  # type: ignore[arg-type]


def drawn(view: View) -> dict[str, str]:
    """The chains of the view's page by name, as markup."""
    known = view.page_data["chains"]
    parts = chains.of_page(view)
    return {name: render.to_html(part) for name, part in zip(known, parts, strict=True)}


def spoken(view: View, at_ms: int | None, *families: str) -> View:
    """The view in which the sources of these families spoke last at a moment, or never."""
    assert view.topic
    newest = {
        need: at_ms if need.partition(".")[0] in families else at
        for need, at in view.topic["newest"].items()
    }
    topic: dict[str, Any] = {**view.topic, "newest": {n: at for n, at in newest.items() if at}}
    return replace(view, topic=topic)


def test_a_chain_without_a_source_says_so_instead_of_zeros(make_view: MakeView) -> None:
    full, empty = make_view("/disputes"), make_view("/disputes", form="empty")
    view = replace(full, page_data={**full.page_data, "chains": empty.page_data["chains"]})
    assert ">0</span>" in drawn(view)["dispute"]
    text = drawn(spoken(view, None, "dispute"))["dispute"]
    assert "暂无数据" in text
    assert ">0</span>" not in text
    assert "没有未办结的案件" not in text


def test_a_chain_is_as_late_as_its_figures(make_view: MakeView) -> None:
    view = make_view("/disputes")
    assert 'data-state="live"' in drawn(view)["dispute"]
    silent_since = NOW_MS - 50 * HOUR_MS
    late = spoken(view, silent_since, "dispute", "accident_dispute")
    assert chains.moment(late, "dispute") == silent_since
    assert view.freshness("disputes.open") == "live"
    state = late.freshness("disputes.open")
    assert state != "live"
    text = drawn(late)["dispute"]
    assert f'data-state="{state}"' in text
    assert "数据滞后 2\u00a0天" in text


def test_a_chain_is_counted_at_the_moment_of_the_figures_beside_it(make_view: MakeView) -> None:
    view = make_view("/disputes")
    assert view.topic
    stopped = NOW_MS - 90_000
    held = replace(view, topic={**view.topic, "now": stopped})
    assert chains.moment(held, "dispute") == stopped
    assert chains.moment(view, "dispute") == NOW_MS


def test_a_period_that_silent_sources_say_nothing_of_has_no_flow(make_view: MakeView) -> None:
    view = make_view("/disputes")
    known = view.page_data["chains"]
    links = tuple(link._replace(entered=0, left=0) for link in known["dispute"].links)
    still = replace(known["dispute"], links=links, closed=0)
    quiet = replace(view, page_data={**view.page_data, "chains": {**known, "dispute": still}})
    assert "转入 0" in drawn(quiet)["dispute"]
    text = drawn(spoken(quiet, NOW_MS - 50 * HOUR_MS, "dispute"))["dispute"]
    assert "转入 0" not in text
    assert "本期没有数据" in text
    assert ">0</span>" not in text
