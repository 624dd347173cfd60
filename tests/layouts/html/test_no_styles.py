"""No page and no paper has a style attribute, which the browser's policy forbids; a page's own
styles are rules in its document.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import flask
import pytest

from dashboard.shell import assets, documents, nonce
from feeds.city.profile import Profile
from layouts import pages, shell
from layouts.html import render
from layouts.page import Page
from layouts.papers import compose, presenter, print_pages
from layouts.view import View
from tests.layouts import reviewed

INLINE = re.compile(r"<[^>]*\sstyle\s*=")


@pytest.mark.parametrize("page", pages.PAGES, ids=lambda page: page.name)
@pytest.mark.parametrize("form", ["full", "late", "empty", "broken"])
def test_no_page_has_a_style_attribute(
    page: Page, form: str, make_view: Callable[..., View]
) -> None:
    made = render.to_html(shell.build(page, make_view(page.path, form=form)))
    assert INLINE.search(made) is None
    assert len(re.findall(r"\[data-style=", render.rules(made))) == len(
        set(re.findall(r' data-style="([^"]*)"', made))
    )


def test_no_style_sheet_asks_for_a_style_attribute() -> None:
    for name in assets.SHEETS:
        assert "[style" not in assets.text(name), "say [data-style"


def test_no_paper_has_a_style_attribute(yixing: Profile) -> None:
    report = compose.of(reviewed.review(yixing), "zh", yixing)
    for made in (print_pages.of(report), presenter.of(report, "", "word")):
        assert INLINE.search(made) is None


def test_a_document_has_its_styles_and_the_word_of_its_answer(
    make_view: Callable[..., View],
) -> None:
    page = pages.at("/wall")
    assert page
    content = render.to_html(shell.build(page, make_view("/wall")))
    with flask.Flask("test").test_request_context():
        made = documents.bare("zh", "", "dark", content, "")
        word = nonce.given()
    assert word
    assert f'<style nonce="{word}">{render.rules(content)}</style>' in made
    printed = documents.printable(shell.build(page, make_view("/wall")), "zh", "", "http://x/")
    assert f"{render.rules(content)}</style>" in printed
