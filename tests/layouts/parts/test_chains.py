"""The stages of a page say why their numbers do not add up, and only where they do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from feeds.cases.chain import Chain, Link, Of
from layouts.html import render
from layouts.parts import chains
from layouts.text import texts
from layouts.view import View

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
