"""The first paint in a real browser: nothing cut, nothing overlapping, nothing too small, on every
size of screen.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Page as Tab

from dashboard.shell import assets
from feeds.city.words import Lang
from layouts import pages, shell
from layouts.alerts.page_values import Alarms
from layouts.html import render
from layouts.page import Page
from layouts.view import View

pytestmark = pytest.mark.browser
DESK_CSS, WALL_CSS = assets.text("board.css"), assets.text("wall.css")
MakeView = Callable[..., View]
WALL = pages.at("/wall")
DESK = [page for page in pages.PAGES if not page.bare]

MEASURE = """() => {
  const gone = e => {  // wrapped into a line that is not shown
    const line = e.closest(".brand");
    return line && e.getBoundingClientRect().top >= line.getBoundingClientRect().bottom;
  };
  const shown = e => e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length && !gone(e);
  const leaves = [...document.querySelectorAll("#board-root *")].filter(e =>
    shown(e) && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) && !e.closest(".table-scroll, .skip"));
  // .foot lies over a phone's page, whose last lines stay clear of it
  const told = e => e.className + ": " + e.textContent.slice(0, 40);
  const box = e => e.getBoundingClientRect();
  const words = leaves.filter(e => !e.matches(".unseen"));
  const slack = 6 * Math.max(1, innerWidth / 1920);  // lines are higher than their letters, those of large digits more
  const ink = (e, b) => { const more = e.matches(".town-digits") ? b.height * .1 : 0; return new DOMRect(b.x, b.y, b.width, b.height - more); };
  const apart = (a, b) => a.right <= b.left + 1 || b.right <= a.left + 1 || a.bottom <= b.top + slack || b.bottom <= a.top + slack;
  // letters in a picture are as large as the picture is drawn
  const size = e => parseFloat(getComputedStyle(e).fontSize) * (e.getScreenCTM ? e.getScreenCTM().d : 1);
  const lines = e => [...e.getClientRects()].map(b => ink(e, b));  // of words that run on in a second line, each line
  const meet = (a, b) => !apart(box(a), box(b)) && lines(a).some(one => lines(b).some(other => !apart(one, other)));
  const clash = [];
  words.forEach((a, i) => words.slice(i + 1).forEach(b => {
    if (!a.contains(b) && !b.contains(a) && !a.closest(".town-map, .foot") && !b.closest(".foot") && meet(a, b)) clash.push(told(a) + " × " + told(b));
  }));
  return {
    smallest: Math.min(...words.map(size)),
    outside: leaves.filter(e => box(e).right > innerWidth + 1 || box(e).left < -1).map(told),
    below: leaves.filter(e => box(e).bottom > innerHeight + 1).map(told),
    cut: leaves.filter(e => e.scrollWidth > e.clientWidth + 1 && !["visible", ""].includes(getComputedStyle(e).overflowX)).map(told),
    wide: document.documentElement.scrollWidth - innerWidth, tall: document.documentElement.scrollHeight - innerHeight, clash,
  };
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        opened = driver.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()


@pytest.fixture
def measured(browser: Browser, make_view: MakeView) -> Iterator[Callable[..., dict[str, Any]]]:
    """The measures of a page's first paint at a size."""
    tabs: list[Tab] = []

    def measure(
        page: Page, size: tuple[int, int], *, filters: dict[str, str] | None = None, **state: str
    ) -> dict[str, Any]:
        tab = browser.new_page(viewport={"width": size[0], "height": size[1]})
        tabs.append(tab)
        view = make_view(page.path, **state)
        view = replace(view, filters=view.filters | (filters or {}))
        body = render.to_html(shell.build(page, view))
        css = DESK_CSS + WALL_CSS * page.bare + render.rules(body)
        language = "en" if view.lang == "en" else "zh-CN"
        head = f"<html lang='{language}' data-live='live'><style>{css}</style>"
        tab.set_content(f"<!DOCTYPE html>{head}<body>{body}</body></html>")
        found: dict[str, Any] = tab.evaluate(MEASURE)
        return found

    yield measure
    for tab in tabs:
        tab.close()


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (3840, 2160)])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("form", ["full", "late", "empty", "broken"])
def test_the_wall_is_one_picture(
    size: tuple[int, int], lang: Lang, form: str, measured: Callable[..., dict[str, Any]]
) -> None:
    assert WALL
    found = measured(WALL, size, lang=lang, form=form)
    assert (found["wide"], found["tall"]) == (0, 0)
    assert (found["outside"], found["below"], found["cut"], found["clash"]) == ([], [], [], [])
    assert found["smallest"] >= 21.99 * size[0] / 1920


SCENES = ("map", "oldest", "alerts", "control", "town")


@pytest.mark.parametrize("size", [(1440, 900), (1920, 1080), (1280, 1024)])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("scene", SCENES)
def test_no_word_of_the_wall_is_cut_or_under_another(
    size: tuple[int, int], lang: Lang, scene: str, measured: Callable[..., dict[str, Any]]
) -> None:
    """On glasses of 16:9, a little narrower, and narrow, of a busy day."""
    assert WALL
    filters = {"size": f"{size[0]}x{size[1]}", "scene": scene, "town": "320282001"}
    found = measured(WALL, size, lang=lang, form="late", filters=filters)
    assert (found["outside"], found["below"], found["cut"], found["clash"]) == ([], [], [], [])


@pytest.mark.parametrize("page", DESK, ids=lambda page: page.name)
@pytest.mark.parametrize("size", [(1440, 900), (1024, 768), (375, 667)])
@pytest.mark.parametrize(("lang", "form"), [("zh", "full"), ("en", "late")])
def test_a_desk_page_fits_its_width(
    page: Page,
    size: tuple[int, int],
    lang: Lang,
    form: str,
    measured: Callable[..., dict[str, Any]],
) -> None:
    found = measured(page, size, lang=lang, form=form)
    assert found["wide"] == 0
    assert (found["outside"], found["cut"], found["clash"]) == ([], [], [])
    assert found["smallest"] >= (10 if size[0] < 600 else 12)


PHONE = (390, 844)
LISTS = {"/cases", "/kpi"}  # as long as what they list


@pytest.mark.parametrize(
    "page", [page for page in DESK if page.path not in LISTS], ids=lambda page: page.name
)
def test_a_phone_has_a_page_in_four_screens(
    page: Page, browser: Browser, make_view: MakeView
) -> None:
    assert _high_on_a_phone(browser, page, make_view(page.path, period="28d")) <= 4 * PHONE[1]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_phone_has_a_burning_overview_in_four_screens(
    lang: Lang, browser: Browser, make_view: MakeView
) -> None:
    """Where twenty figures have an alert, and ten are off target."""
    page = pages.at("/")
    assert page
    view = make_view(page.path, lang=lang, period="28d")
    assert view.topic
    verdicts = dict(view.topic["verdicts"])
    for n, kpi in enumerate(list(verdicts)[:30]):
        verdicts[kpi] = ["alarm" if n % 3 else "off", *verdicts[kpi][1:]]
    burning = replace(view, topic={**view.topic, "verdicts": verdicts})
    assert _high_on_a_phone(browser, page, burning) <= 4 * PHONE[1]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_phone_has_fourteen_alerts_in_four_screens(
    lang: Lang, browser: Browser, make_view: MakeView
) -> None:
    """With the forms of who may act; the ninth and those after it are folded, not left out."""
    page = pages.at("/alerts")
    assert page
    view = make_view(page.path, lang=lang)
    known: Alarms = view.page_data["alarms"]
    firing = next(one for one in known.open if one.state == "firing")
    many = tuple(msgspec.structs.replace(firing, id=f"n{n}") for n in range(14))
    page_data = view.page_data | {"alarms": replace(known, open=many)}
    burning = replace(view, page_data=page_data)
    assert render.to_html(page.build(burning)).count('data-alert="n') == 14
    assert _high_on_a_phone(browser, page, burning) <= 4 * PHONE[1]


def _high_on_a_phone(browser: Browser, page: Page, view: View) -> int:
    """How many pixels."""
    body = render.to_html(shell.build(page, view))
    tab = browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]})
    head = f"<style>{DESK_CSS}{render.rules(body)}</style><body>{body}<script>{assets.text('shell/folds.js')}</script>"
    tab.set_content(f"<!DOCTYPE html><html data-live='live'>{head}</body></html>")
    high = tab.evaluate("board.folds.arrived(document); document.documentElement.scrollHeight")
    tab.close()
    return int(high)


@pytest.mark.parametrize("size", [(1440, 900), (3840, 2160)])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_menu_is_one_line(
    size: tuple[int, int], lang: Lang, browser: Browser, make_view: MakeView
) -> None:
    """With the badge of alerts, which makes it wider."""
    page = pages.at("/alerts")
    assert page
    body = render.to_html(shell.build(page, make_view(page.path, lang=lang)))
    tab = browser.new_page(viewport={"width": size[0], "height": size[1]})
    language = "en" if lang == "en" else "zh-CN"
    head = f"<style>{DESK_CSS}{render.rules(body)}</style><body>{body}</body>"
    tab.set_content(f"<!DOCTYPE html><html lang='{language}' data-live='live'>{head}</html>")
    tops = tab.evaluate("[...document.querySelectorAll('.nav > .nav-link')].map(e => e.offsetTop)")
    tab.close()
    assert len(tops) > 10
    assert len(set(tops)) == 1


def test_on_a_phone_a_row_of_alerts_needs_no_scrolling_to_the_side(
    browser: Browser, make_view: MakeView
) -> None:
    page = pages.at("/alerts")
    assert page
    body = render.to_html(shell.build(page, make_view(page.path, lang="en")))
    tab = browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]})
    tab.set_content(
        f"<!DOCTYPE html><html data-live='live'><style>{DESK_CSS}{render.rules(body)}</style><body>{body}</body></html>"
    )
    wider = tab.evaluate(
        "[...document.querySelectorAll('.alarm-page .table-scroll')]"
        ".map(e => e.scrollWidth - e.clientWidth)"
    )
    named = tab.evaluate(
        "getComputedStyle(document.querySelector('.alarms-history td'), '::before').content"
    )
    tab.close()
    assert wider
    assert max(wider) <= 1
    assert named == '"Severity"'
