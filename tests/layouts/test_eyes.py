"""Pages for every pair of eyes and hands, in a real browser: axe without a finding, no page wider
than its screen, targets for fingers, the keyboard's way, headings, rest, and paper. What a screen
reader hears by itself is tests/browser/test_live.py.
"""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from dash import dcc
from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Page as Tab

from dashboard.shell import assets
from layouts import pages, shell
from layouts.html import render
from layouts.page import Page
from layouts.parts import components
from layouts.view import View

pytestmark = pytest.mark.browser
DESK_CSS, WALL_CSS = assets.text("board.css"), assets.text("wall.css")
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
PLOTLY = assets.FOLDER / "vendor" / "plotly-cartesian.min.js"
CLIENT = ("live/format", "live/tiles", "live/a11y", "live/voice", "shell/points")
REACH = [assets.text(f"{name}.js") for name in CLIENT]
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RUN = """rules => axe.run(document, {resultTypes: ["violations"], runOnly: rules}).then(found =>
  found.violations.flatMap(v => v.nodes.map(n => v.id + " " + n.target.join(" ") + " " + n.html.slice(0, 120))))"""
MakeView = Callable[..., View]
SHOWN = [(page, "") for page in pages.PAGES] + [
    (page, "incidents.reported") for page in pages.PAGES if page.path == "/kpi"
]
NAMES = [page.name + (f"-{kpi}" if kpi else "") for page, kpi in SHOWN]
ALL = pytest.mark.parametrize(("page", "kpi"), SHOWN, ids=NAMES)
DESK = pytest.mark.parametrize(
    ("page", "kpi"),
    [shown for shown in SHOWN if not shown[0].bare],
    ids=[name for shown, name in zip(SHOWN, NAMES, strict=True) if not shown[0].bare],
)
SMALL = """() => [...document.querySelectorAll("#board-root :is(a[href], button, summary, input:not([type=hidden]), select)")].filter(e =>
    e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length && !e.closest(".skip"))
  .map(e => [e, e.getBoundingClientRect()])
  .filter(([, box]) => box.height < 43.9 || box.width < 43.9)
  .map(([e, box]) => `${e.closest("[class]").className}: ${e.textContent.slice(0, 30)} ${box.width | 0}×${box.height | 0}`)"""
STOPS = """() => [...document.querySelectorAll("#board-root :is(a[href], button, summary, input:not([type=hidden]), select)")].filter(e =>
    e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length).length"""
FOCUS = """() => { const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
  return {name: (e.getAttribute("aria-label") || (e.labels && e.labels[0] || e).textContent || e.value || "").trim().slice(0, 40), line: style.outlineStyle,
    px: parseFloat(style.outlineWidth), colour: style.outlineColor, n: [...document.querySelectorAll("*")].indexOf(e),
    seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth}; }"""

HEARD = """() => { window.heard = [];
  window.look = {lang: "en", words: {said_missed: "Now off target: {names}", said_met: "No longer off target: {names}",
    said_stale: "gone", said_more: "{n} in all"}};
  new MutationObserver(() => heard.push(document.querySelector("[data-voice]").textContent)).observe(
    document.querySelector("[data-voice]"), {childList: true, characterData: true, subtree: true});
  window.crossings = at => { for (let i = 0; i < 50; i++) { const was = (at + i) % 3 ? "usual" : "off";
    board.voice.crossed("kpi" + i % 7, "Figure " + "ABCDEFG"[i % 7], was, was === "usual" ? "off" : "usual", look); } }; }"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        opened = driver.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Tab]:
    opened = browser.new_page(viewport={"width": 1440, "height": 900})
    yield opened
    opened.close()


@pytest.fixture
def show(tab: Tab, make_view: MakeView) -> Callable[..., Tab]:
    """The tab with a page in it; with `drawn` its charts too."""

    def opened(
        page: Page, kpi: str = "", *, width: int = 1440, drawn: bool = False, **state: Any
    ) -> Tab:
        tab.set_viewport_size({"width": width, "height": 900})
        view = replace(make_view(page.path, **state), filters={"kpi": kpi} if kpi else {})
        tree: Any = shell.build(page, view)
        lang, theme = ("zh-CN" if view.lang == "zh" else "en"), view.theme
        body = render.to_html(tree)
        css = DESK_CSS + WALL_CSS * page.bare + render.rules(body)
        tab.goto("about:blank")  # so that the keyboard begins anew
        tab.set_content(
            f'<!DOCTYPE html><html lang="{lang}" data-live="live" data-theme="{theme}"><head><title>{shell.title(page, view)}</title>'
            f"<style>{css}</style></head><body><div id=react-entry-point>{body}</div></body></html>"
        )
        for script in REACH:
            tab.evaluate(script)
        tab.evaluate(
            "board.a11y.arrived(); board.look = () => ({lang: document.documentElement.lang.slice(0, 2)})"
        )
        if drawn:
            _draw(tab, tree)
        return tab

    return opened


def _draw(tab: Tab, tree: Any) -> None:
    graphs = [part for part in tree._traverse() if isinstance(part, dcc.Graph)]
    plots = {render.id_text(graph.id): [graph.figure, graph.config] for graph in graphs}  # type: ignore[attr-defined]
    tab.add_script_tag(path=PLOTLY)
    tab.evaluate(
        """plots => Promise.all(Object.entries(JSON.parse(plots)).map(([id, [figure, config]]) =>
            Plotly.newPlot(document.getElementById(id), figure.data, figure.layout, {...config, responsive: true}).then(plot => board.points.drawn(plot))))""",
        json.dumps(plots, default=list),
    )


@ALL
@pytest.mark.parametrize(
    ("lang", "theme", "form"),
    [("zh", "dark", "full"), ("en", "light", "late"), ("zh", "light", "empty")],
)
def test_axe_finds_nothing(
    page: Page, kpi: str, lang: str, theme: str, form: str, show: Callable[..., Tab]
) -> None:
    tab = show(page, kpi, lang=lang, theme=theme, form=form)
    tab.evaluate(AXE)
    found = {width: _axe(tab, width) for width in (1440, 390)}
    assert found == {1440: [], 390: []}


def _axe(tab: Tab, width: int) -> list[str]:
    tab.set_viewport_size({"width": width, "height": 900})
    tab.evaluate("board.a11y.arrived()")
    found: list[str] = tab.evaluate(RUN, list(RULES))
    return found


@pytest.mark.parametrize(
    ("path", "kpi", "drawn"),
    [
        ("/incidents", "", 3),
        ("/kpi", "incidents.reported", 2),
        ("/review", "disputes.success_rate", 1),
        ("/wall", "", 0),
    ],
)
def test_axe_finds_nothing_in_drawn_charts(
    path: str, kpi: str, drawn: int, show: Callable[..., Tab]
) -> None:
    page = pages.at(path)
    assert page
    tab = show(page, kpi, drawn=True, lang="en", theme="dark")
    assert tab.locator(".chart-plot:has([role=link])").count() >= drawn
    tab.evaluate(AXE)
    assert _axe(tab, 1440) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("path", "kpi", "chart", "keys", "does"),
    [
        ("/incidents", "", "towns", ("ArrowDown", "ArrowUp"), "town"),
        ("/incidents", "", "categories", ("ArrowDown", "ArrowUp"), "category"),
        ("/incidents", "", "days", ("ArrowLeft", "ArrowRight"), "day"),
        ("/kpi", "incidents.reported", "control", ("ArrowLeft", "ArrowRight"), "week"),
        ("/review", "disputes.success_rate", "funnel", ("ArrowLeft", "ArrowRight"), "review"),
    ],
)
def test_a_chart_is_one_stop_and_arrows_go_from_point_to_point(
    path: str,
    kpi: str,
    chart: str,
    keys: tuple[str, str],
    does: str,
    lang: str,
    show: Callable[..., Tab],
    make_view: MakeView,
) -> None:
    page = pages.at(path)
    assert page
    tab = show(page, kpi, drawn=True, lang=lang, period="month")
    points = tab.locator(f".chart--{chart} .point[role=link]")
    stops = tab.locator(f".chart--{chart} .point[tabindex='0']")
    said = make_view(path, lang=lang).text(f"touch.{does}")
    assert points.count() > 5
    assert stops.count() == 1
    tab.evaluate("""window.opened = [];
        for (const plot of document.querySelectorAll(".js-plotly-plot")) plot.on("plotly_click", ({points}) => opened.push(points[0].id))""")
    tab.keyboard.press("Tab")
    stops.focus()
    names = []
    for key in (keys[0], keys[0], keys[1], "Home", "End"):
        tab.keyboard.press(key)
        at = tab.evaluate(FOCUS)
        label = str(tab.evaluate("document.activeElement.getAttribute('aria-label')"))
        assert (at["line"], at["seen"], at["px"] >= 2) == ("solid", True, True), at
        assert label.endswith(f" · {said}"), label
        assert stops.count() == 1
        names.append(label)
    assert points.evaluate_all(
        "all => all.every(el => { el.focus(); return document.activeElement === el; })"
    ), "a point that says it is a link takes the keyboard"
    points.last.focus()
    assert names[0] == names[2] != names[1]
    assert len(set(names)) >= 4
    tab.keyboard.press("Enter")
    tab.keyboard.press(" ")
    opened = tab.evaluate("opened")
    assert len(opened) == 2
    assert opened[0] == opened[1]
    assert opened[0].startswith("/")


@ALL
def test_no_page_is_wider_than_its_screen(page: Page, kpi: str, show: Callable[..., Tab]) -> None:
    tab = show(page, kpi, lang="en")
    wide = {}
    for width in (320, 390, 768, 1440, 1920, 3840):
        tab.set_viewport_size({"width": width, "height": 900})
        wide[width] = tab.evaluate("document.documentElement.scrollWidth")
    assert wide == {width: width for width in wide}


@DESK
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_finger_finds_everything(
    page: Page, kpi: str, lang: str, show: Callable[..., Tab]
) -> None:
    tab = show(page, kpi, width=390, lang=lang)
    assert tab.evaluate(SMALL) == []
    tab.evaluate("document.querySelectorAll('.board details').forEach(e => { e.open = true; })")
    assert tab.evaluate(SMALL) == []


@DESK
def test_the_keyboard_comes_everywhere_and_is_seen(
    page: Page, kpi: str, show: Callable[..., Tab]
) -> None:
    tab = show(page, kpi)
    stops, order = tab.evaluate(STOPS), []
    for _ in range(stops + 30):
        tab.keyboard.press("Tab")
        at = tab.evaluate(FOCUS)
        if order and at["n"] <= order[-1]:
            break
        order.append(at["n"])
        assert (at["line"], at["seen"]) == ("solid", True), at
        assert at["px"] >= 2, at
        assert at["name"], at
    assert len(order) >= stops
    assert order == sorted(order)


@DESK
def test_the_first_stop_leads_to_the_content(
    page: Page, kpi: str, show: Callable[..., Tab]
) -> None:
    tab = show(page, kpi)
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "board-main"


def test_escape_folds_a_list_in(show: Callable[..., Tab]) -> None:
    tab = show(pages.at("/"))
    for name in ("areas", "days"):
        summary = tab.locator(f".top .{name} summary")
        summary.focus()
        tab.keyboard.press("Enter")
        tab.keyboard.press("Tab")
        tab.keyboard.press("Escape")
        assert tab.evaluate(f"document.querySelector('.top .{name}').open") is False
        assert tab.evaluate("document.activeElement.parentElement.className") == name


@ALL
def test_headings_go_down_by_one(page: Page, kpi: str, show: Callable[..., Tab]) -> None:
    levels = show(page, kpi).evaluate(
        "[...document.querySelectorAll('h1, h2, h3, h4, h5')].map(e => +e.tagName[1])"
    )
    assert (levels[0], levels.count(1)) == (1, 1)
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), levels


@ALL
def test_a_picture_has_its_sentence_and_at_a_desk_its_table(
    page: Page, kpi: str, show: Callable[..., Tab]
) -> None:
    tab = show(page, kpi)
    plots = tab.evaluate("""[...document.querySelectorAll(".chart:has(.chart-plot)")].map(e =>
        [e.querySelector(".chart-plot").getAttribute("aria-label") || "", Boolean(e.querySelector(".chart-table table"))])""")
    assert [said for said, _ in plots if not said] == []
    assert page.bare or all(has_table for _, has_table in plots)


@ALL
def test_nothing_moves_for_those_who_asked(page: Page, kpi: str, show: Callable[..., Tab]) -> None:
    tab = show(page, kpi, drawn=True)
    tab.emulate_media(reduced_motion="reduce")
    tab.evaluate(
        "document.querySelectorAll('.tile-figure').forEach(e => e.classList.add('is-changed'))"
    )
    moving = tab.evaluate("""[...document.querySelectorAll("#board-root, #board-root *")].filter(e => { const s = getComputedStyle(e);
        return s.animationName !== "none" || s.transitionDuration.split(", ").some(t => t !== "0s");
        }).map(e => String(e.className.baseVal || e.className))""")
    tab.emulate_media(reduced_motion="no-preference")
    assert moving == []


@DESK
def test_paper_is_white_whole_and_without_buttons(
    page: Page, kpi: str, show: Callable[..., Tab], make_view: MakeView
) -> None:
    tab = show(page, kpi, width=800, drawn=True, theme="dark", lang="en")
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    tab.emulate_media(media="print")
    seen = tab.evaluate("""() => { const shown = e => e.checkVisibility(), all = s => [...document.querySelectorAll(s)];
        const paper = getComputedStyle(document.querySelector(".board"));
        return {ground: paper.backgroundColor, ink: paper.color,
          bars: all(".nav, .pickers, .theme-switch, .part-links").filter(shown).length, demo: all(".demo-label").filter(shown).length,
          printed: document.querySelector(".printed").textContent,
          clipped: all(".table-scroll").filter(e => getComputedStyle(e).overflowX !== "visible").length,
          wide: all(".js-plotly-plot .main-svg").filter(e => e.getBoundingClientRect().right > innerWidth + 1).length,
          breaks: all(".tile").filter(e => getComputedStyle(e).breakInside !== "avoid").length}; }""")
    tab.emulate_media(media="screen")
    printed = seen.pop("printed")
    assert "about:blank" in printed
    view = make_view(page.path, lang="en")
    assert view.area_name() in printed
    assert view.text("pick.today") in printed
    assert components.as_of(view) in printed
    assert seen.pop("demo") >= 1
    assert seen == {
        "ground": "rgb(255, 255, 255)",
        "ink": "rgb(0, 0, 0)",
        "bars": 0,
        "clipped": 0,
        "wide": 0,
        "breaks": 0,
    }


@DESK
def test_the_system_s_own_colours_leave_marks_and_focus(
    page: Page, kpi: str, show: Callable[..., Tab]
) -> None:
    tab = show(page, kpi)
    tab.emulate_media(forced_colors="active")
    tab.keyboard.press("Tab")
    line = tab.evaluate(FOCUS)
    bare = tab.evaluate("""[...document.querySelectorAll(".connection-mark, .health-mark, .strip-dot")].filter(e =>
        e.checkVisibility() && getComputedStyle(e).forcedColorAdjust !== "none").map(e => e.className)""")
    tab.emulate_media(forced_colors="none")
    assert (line["line"], bare) == ("solid", [])


def test_more_contrast_for_those_who_asked(show: Callable[..., Tab]) -> None:
    tab = show(pages.at("/"))
    tab.emulate_media(contrast="more")
    ink = tab.evaluate(
        "[...document.querySelectorAll('.scope, .board')].map(e => getComputedStyle(e).color)"
    )
    tab.emulate_media(contrast="no-preference")
    assert len(set(ink)) == 1


def test_fifty_changes_a_second_are_one_sentence_in_twenty(
    browser: Browser, show: Callable[..., Tab]
) -> None:
    """A minute of fifty crossings a second, on a clock that the test moves: four sentences at most,
    and numbers never.
    """
    markup = show(pages.at("/")).content()
    opened = browser.new_page()
    opened.clock.install(time=0)
    opened.set_content(markup)
    for script in REACH:
        opened.evaluate(script)
    opened.evaluate(HEARD)
    for at in range(60):
        opened.evaluate("at => crossings(at)", at)
        opened.clock.run_for(1000)
    heard = opened.evaluate("heard")
    opened.close()
    assert 1 <= len(heard) <= 4
    assert all("off target" in said for said in heard)


def test_there_and_back_is_not_said(browser: Browser, show: Callable[..., Tab]) -> None:
    markup = show(pages.at("/")).content()
    opened = browser.new_page()
    opened.clock.install(time=0)
    opened.set_content(markup)
    for script in REACH:
        opened.evaluate(script)
    opened.evaluate(HEARD)
    opened.evaluate(
        "board.voice.crossed('a', 'A', 'usual', 'off', look); board.voice.crossed('a', 'A', 'off', 'usual', look)"
    )
    opened.clock.run_for(60_000)
    assert opened.evaluate("heard") == []
    opened.evaluate(
        "board.voice.stands('live', look); board.voice.stands('reconnecting', look); board.voice.stands('live', look)"
    )
    opened.clock.run_for(60_000)
    assert opened.evaluate("heard") == []
    opened.evaluate("board.voice.stands('stale', look)")
    opened.clock.run_for(60_000)
    assert opened.evaluate("heard") == ["gone"]
    opened.close()
