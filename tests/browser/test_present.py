"""Presenting a review in a real browser, by keys alone and without a network once it is open."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

from feeds.city.profile import Profile
from layouts.papers import compose, presenter
from layouts.papers.plan import Report
from tests.layouts import reviewed

pytestmark = pytest.mark.browser
SCRIPT = (Path(__file__).parents[2] / "assets" / "review" / "present.js").read_text("utf-8")
SHOWN = "() => document.querySelector('#stage > .is-shown').id"
SPILT = """() => { const stage = document.getElementById("stage").getBoundingClientRect(), slide = document.querySelector(".is-shown");
  const foot = slide.querySelector("footer").getBoundingClientRect().top;
  return [...slide.querySelectorAll("tr, li, svg, figcaption, h2")].filter(e => { const box = e.getBoundingClientRect();
    return box.bottom > foot + 1 || box.right > stage.right + 1; }).length; }"""
ADDRESS = "http://board.test/review/present"


@pytest.fixture(scope="module")
def report(yixing: Profile) -> Report:
    return compose.of(reviewed.review(yixing), "zh", yixing)


@pytest.fixture
def context() -> Iterator[BrowserContext]:
    with sync_playwright() as driver:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        opened = driver.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened.new_context(viewport={"width": 1920, "height": 1080})
        opened.close()


@pytest.fixture
def tab(context: BrowserContext, report: Report) -> Page:
    """The document, opened once; then the network is gone."""
    opened = context.new_page()
    opened.route(
        ADDRESS,
        lambda route: route.fulfill(
            body=presenter.of(report, SCRIPT), content_type="text/html; charset=utf-8"
        ),
    )
    opened.goto(ADDRESS)
    opened.unroute(ADDRESS)
    context.set_offline(True)
    return opened


def test_keys_move_through_the_slides(tab: Page, report: Report) -> None:
    keys = [slide.key for slide in report.slides]
    assert tab.evaluate(SHOWN) == keys[0]
    for key, at in (
        ("ArrowRight", 1),
        ("PageDown", 2),
        (" ", 3),
        ("ArrowLeft", 2),
        ("PageUp", 1),
        ("End", -1),
        ("ArrowRight", -1),
        ("Home", 0),
    ):
        tab.keyboard.press(key)
        assert tab.evaluate(SHOWN) == keys[at]


def test_every_town_is_one_key_away(tab: Page, report: Report) -> None:
    towns = [slide.key for slide in report.slides if slide.key.startswith("town:")]
    assert towns
    for key, town in zip(presenter.KEYS, towns, strict=False):
        tab.keyboard.press(key)
        assert tab.evaluate(SHOWN) == town


def test_the_screen_goes_blank_and_comes_back(tab: Page) -> None:
    blank = tab.locator("#blank")
    tab.keyboard.press("b")
    assert blank.is_visible()
    tab.keyboard.press(".")
    assert not blank.is_visible()
    tab.keyboard.press("b")
    tab.keyboard.press("ArrowRight")
    assert not blank.is_visible()


def test_a_dot_follows_the_pointer(tab: Page) -> None:
    dot = tab.locator("#laser")
    assert not dot.is_visible()
    tab.keyboard.press("l")
    tab.mouse.move(300, 200)
    box = dot.bounding_box()
    assert box is not None
    assert (round(box["x"] + box["width"] / 2), round(box["y"] + box["height"] / 2)) == (300, 200)
    tab.keyboard.press("l")
    assert not dot.is_visible()


def test_notes_stand_in_a_second_window_and_follow(tab: Page, report: Report) -> None:
    with tab.expect_popup() as popup:
        tab.keyboard.press("n")
    notes = popup.value
    assert notes.locator("#text").text_content() == report.slides[0].notes
    tab.keyboard.press("ArrowRight")
    assert notes.locator("#title").text_content() == report.slides[1].title
    notes.keyboard.press("ArrowRight")
    assert tab.evaluate(SHOWN) == report.slides[2].key
    assert notes.locator("#text").text_content() == report.slides[2].notes


def test_full_screen_and_the_list_of_keys(tab: Page, report: Report) -> None:
    tab.keyboard.press("f")
    tab.wait_for_function("() => document.fullscreenElement !== null")
    tab.keyboard.press("h")
    assert tab.locator("#keys").is_visible()
    tab.locator("#keys a").nth(4).click()
    assert not tab.locator("#keys").is_visible()
    assert (
        tab.evaluate(SHOWN)
        == [slide.key for slide in report.slides if slide.key.startswith("town:")][4]
    )


def test_nothing_lies_over_the_foot_and_every_slide_has_mark_and_code(
    tab: Page, report: Report
) -> None:
    spilt = []
    for slide in report.slides:
        if tab.evaluate(SPILT):
            spilt.append(slide.key)
        foot = tab.locator(".is-shown footer").text_content() or ""
        assert report.stamp in foot
        assert report.mark in foot
        tab.keyboard.press("ArrowRight")
    assert spilt == []
