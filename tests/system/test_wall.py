"""The wall as it hangs in a room: a real board, a real browser, real cuts; a phone; a new build; a
start while the server is away.
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tests.system.conftest import until

pytestmark = [pytest.mark.system, pytest.mark.browser, pytest.mark.timeout(600)]
ARGS = ["--no-sandbox", "--disable-gpu", "--js-flags=--expose-gc"]
LIVE = "document.documentElement.dataset.live"


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=shutil.which("chromium"), args=ARGS)
        yield opened
        opened.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1920, "height": 1080})
    yield made
    made.close()


def opened(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(url)
    page.wait_for_function(f"{LIVE} === 'live' && board.wall.now()", timeout=90_000)
    return page


def filled(context: BrowserContext, url: str) -> Page:
    """A wall that has something to show: that of an empty board loads itself again with the first
    event.
    """
    page = opened(context, url)
    page.wait_for_selector("[data-stage]", timeout=90_000)
    page.wait_for_function(f"{LIVE} === 'live' && board.wall.now()", timeout=90_000)
    return page


def test_pictures_change_without_a_blank_one_and_without_leaving_anything(
    board: Any, source: Any, context: BrowserContext
) -> None:
    source(50)
    uncaught: list[str] = []
    context.on("weberror", lambda found: uncaught.append(str(found.error)))
    context.route("**/live/state.js*", slowly)
    page = filled(context, f"{board.url}/wall")
    assert uncaught == [], "what began before all scripts were there"
    page.evaluate(WATCH_BLANKS)
    page.evaluate("board.wall.faster(60)")
    page.wait_for_function("board.wall.changes >= 12", timeout=120_000)
    page.wait_for_function("document.querySelectorAll('.wall-scene').length === 1")
    page.wait_for_function("board.now_blocks.answers >= 2", timeout=90_000)
    assert page.evaluate("blanks") == 0
    assert page.evaluate("board.wall.failures") == 0
    assert page.evaluate("board.stats().errors") == 0
    assert page.evaluate("document.querySelectorAll('*').length") < 1500


def slowly(route: Route) -> None:
    """A slow line: the browser has the scripts before this one, and not yet those after it."""
    time.sleep(1)
    route.continue_()


WATCH_BLANKS = """() => {
  window.blanks = 0;
  const look = () => {
    const seen = [...document.querySelectorAll('.wall-scene')].filter(el => getComputedStyle(el).visibility === 'visible');
    if (!seen.some(el => getComputedStyle(el).opacity === '1' || seen.length > 1)) window.blanks++;
    requestAnimationFrame(look);
  };
  look();
}"""


def test_a_phone_holds_skips_and_pins_after_typing_the_code_on_the_wall(
    board: Any, source: Any, browser: Browser, context: BrowserContext, code_for: Callable[..., str]
) -> None:
    source(20)
    wall = filled(context, f"{board.url}/wall")
    phone = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    code = code_for(phone, wall, f"{board.url}/remote")
    assert re.fullmatch(r"\d{4}", code)
    phone.fill("#remote-code", str((int(code) + 1) % 10_000).zfill(4))
    phone.click(".remote-form button")
    phone.wait_for_function("document.querySelector('[data-said]').textContent.includes('4')")
    phone.fill("#remote-code", code)
    phone.click(".remote-form button")
    phone.wait_for_selector("[data-act=hold]:visible")
    phone.click("[data-act=hold]")
    wall.wait_for_function("board.wall.now().mode === 'held'")
    assert wall.inner_text("[data-held]") == "画面已暂停轮换"

    def has_skipped() -> bool:
        """A picture that has nothing to say yet is passed over."""
        phone.click("[data-act=next]")
        with contextlib.suppress(PlaywrightTimeoutError):
            wall.wait_for_function("board.wall.now().scene !== 'map'", timeout=5_000)
        return bool(wall.evaluate("board.wall.now().scene !== 'map'"))

    until(has_skipped, 60, "another picture")
    phone.locator("[data-scenes] button", has_text="超期最久").click()
    wall.wait_for_function(
        "board.wall.now().scene === 'oldest' && board.wall.now().mode === 'pinned'"
    )
    phone.wait_for_function("document.querySelector('[data-now]').textContent.includes('超期最久')")
    phone.reload()  # a phone that was put away is still the remote
    phone.wait_for_selector("[data-act=resume]:visible")
    phone.click("[data-act=resume]")
    wall.wait_for_function("board.wall.now().mode === 'auto'")
    phone.click("text=返回看板")
    phone.wait_for_url(f"{board.url}/?lang=zh")


def test_a_code_is_spent_after_five_wrong_tries(
    board: Any, browser: Browser, context: BrowserContext, code_for: Callable[..., str]
) -> None:
    wall = opened(context, f"{board.url}/wall")
    phone = browser.new_context().new_page()
    code = code_for(phone, wall, f"{board.url}/remote?lang=en")
    for left in (4, 3, 2, 1):
        phone.fill("#remote-code", "9999" if code != "9999" else "0000")
        phone.click(".remote-form button")
        phone.wait_for_function(
            f"document.querySelector('[data-said]').textContent.includes('tries left: {left}')"
        )
    phone.fill("#remote-code", "9999" if code != "9999" else "0000")
    phone.click(".remote-form button")
    phone.wait_for_function("document.querySelector('[data-said]').textContent.includes('spent')")
    answer = phone.evaluate(TRY_AGAIN, [code])
    assert answer["ok"] is False


TRY_AGAIN = """async ([code]) => {
  const socket = io('/room', {transports: ['websocket'], forceNew: true});
  const walls = await socket.timeout(5000).emitWithAck('walls', {});
  return await socket.timeout(5000).emitWithAck('enter', {wall: walls[0].id, code});
}"""


def test_a_cut_line_is_said_in_one_bar_to_the_second_and_covers_nothing(
    board: Any, source: Any, line: Any, context: BrowserContext
) -> None:
    source(20)
    page = filled(context, f"http://127.0.0.1:{line.port}/wall")
    line.cut()
    page.wait_for_function(f"{LIVE} === 'stale'", timeout=90_000)
    page.wait_for_selector(".wall-bar:visible", timeout=90_000)
    page.wait_for_function(
        "document.querySelector('.bar-more').textContent.includes('第')", timeout=90_000
    )
    assert re.fullmatch(r"连接中断 [\d\s分秒]+秒", page.inner_text(".bar-what"))
    assert re.search(
        r"画面停在 \d\d:\d\d:\d\d，正在重连（第 \d+ 次）", page.inner_text(".bar-more")
    )
    assert page.evaluate(FONT, ".bar-what") >= 35
    assert page.inner_text("[data-band=alerts] .band-first") == "中断后不明"
    assert not page.locator(".reporting").is_visible()  # nobody knows who reports
    assert page.evaluate(COVERED) == []
    scene = page.evaluate("board.wall.now().scene")
    page.evaluate("board.wall.act('next')")
    page.wait_for_function("board.wall.failures > 0", timeout=90_000)
    assert (
        page.evaluate("board.wall.now().scene") == scene
    )  # a picture that can't be had replaces none
    assert page.evaluate("document.querySelectorAll('.wall-scene').length") == 1
    line.mend()
    page.wait_for_function(f"{LIVE} === 'live'", timeout=90_000)
    page.wait_for_function(f"board.wall.now().scene !== '{scene}'", timeout=90_000)


FONT = "name => parseFloat(getComputedStyle(document.querySelector(name)).fontSize)"
COVERED = """() => {
  const bar = document.querySelector('.wall-bar').getBoundingClientRect();
  return [...document.querySelectorAll('.block, .wall-stage, .foot-line')].filter(el => {
    const box = el.getBoundingClientRect();
    return box.left < bar.right && box.right > bar.left && box.top < bar.bottom && box.bottom > bar.top;
  }).map(el => el.className);
}"""


def test_a_wall_started_while_the_server_is_away_shows_the_kept_picture_and_says_so(
    board: Any, source: Any, line: Any, context: BrowserContext
) -> None:
    source(20)
    page = filled(context, f"http://127.0.0.1:{line.port}/wall")
    page.wait_for_function("navigator.serviceWorker.controller")
    _until(page, "caches.open('board-wall').then(s => s.match('/wall-kept')).then(Boolean)")
    page.reload()  # now by way of the worker, which keeps the files too
    page.wait_for_function(f"{LIVE} === 'live' && board.wall.now()", timeout=90_000)
    _until(page, "caches.open('board-wall-files').then(s => s.keys()).then(k => k.length >= 15)")
    shown = page.inner_text('[data-kpi="incidents.reported"] .tile-value')
    page.close()
    line.cut()
    woken = context.new_page()
    woken.goto(f"http://127.0.0.1:{line.port}/wall")
    woken.wait_for_selector(".wall-kept:visible")
    assert "不是现在" in woken.inner_text(".wall-kept")
    woken.wait_for_function(f"{LIVE} === 'stale'", timeout=90_000)
    assert not woken.locator(".wall-bar").is_visible()  # one bar says it
    assert woken.evaluate("document.documentElement.dataset.trust") == "doubt"
    assert woken.inner_text('[data-kpi="incidents.reported"] .tile-value').isdigit()
    assert shown.isdigit()
    line.mend()
    woken.wait_for_function(
        f"!('kept' in document.documentElement.dataset) && {LIVE} === 'live'", timeout=90_000
    )


def test_another_build_is_loaded_once_the_server_is_ready(
    board: Any, context: BrowserContext
) -> None:
    page = opened(context, f"{board.url}/wall")
    page.evaluate("window.before = true")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("board.care.reloadWhenReady('test')")
    page.wait_for_function(f"!window.before && {LIVE} === 'live'", timeout=90_000)
    paths = [url.removeprefix(board.url) for url in asked]
    assert paths.index("/readyz") < paths.index("/wall")


def test_a_clock_that_was_moved_is_not_trusted_until_the_server_said_the_time(
    board: Any, context: BrowserContext
) -> None:
    page = opened(context, f"{board.url}/wall")
    assert page.evaluate("document.documentElement.dataset.trust") == "sure"
    page.evaluate("() => { const real = Date.now; Date.now = () => real() + 3_600_000; }")
    page.wait_for_function("document.documentElement.dataset.trust === 'doubt'", timeout=90_000)
    assert "时钟" in page.inner_text("[data-doubt]")
    page.wait_for_function(
        "document.querySelector('[data-doubt]').textContent.includes('已校正')", timeout=90_000
    )


def test_a_clock_that_moves_before_the_first_answer_is_told_too(
    board: Any, context: BrowserContext
) -> None:
    context.add_init_script(
        """
        const real = Date.now;
        let ahead = 0;
        Date.now = () => real() + ahead;
        document.addEventListener("DOMContentLoaded", () => { ahead = 3_600_000; });
        """
    )
    page = opened(context, f"{board.url}/wall")
    page.wait_for_function(
        "document.querySelector('[data-doubt]').textContent.includes('已校正')", timeout=90_000
    )


def test_a_stopped_engine_is_no_broken_line_and_nothing_is_compared(
    board: Any, source: Any, context: BrowserContext
) -> None:
    source(20)
    page = filled(context, f"{board.url}/wall")
    core = board.child("core")
    core.suspend()
    page.wait_for_function("document.documentElement.dataset.bar === 'gone'", timeout=90_000)
    said = page.evaluate(STOPPED)
    assert said["age"] < 45_000, "without its beats the engine would be missed after 75 s"
    until(lambda: board.get("/readyz") == 503, 30, "the board is not ready")
    assert re.match(r"数据停更\s\d", said["what"])
    assert abs(said["since"] - said["standing"]) < 1000, "since when the picture stands"
    assert said["shown"] == ["今日进展"]
    core.resume()
    page.wait_for_function(f"{LIVE} === 'live'", timeout=90_000)


STOPPED = """() => ({
  what: document.querySelector("[data-bar-what]").textContent,
  since: board.now() - (Date.now() - board.lostAt()),
  age: board.now() - board.topics.get(board.main()).now,
  standing: board.topics.get(board.main()).now,
  shown: [...document.querySelectorAll(".day-sentence span, .day-side")].filter(el => getComputedStyle(el).display !== "none" && getComputedStyle(el).visibility !== "hidden").map(el => el.textContent),
})"""


def test_an_empty_board_becomes_the_wall_with_its_first_event(
    board: Any, source: Any, context: BrowserContext
) -> None:
    page = opened(context, f"{board.url}/wall")
    assert "还没有数据" in page.inner_text(".room-empty")
    source(20)
    page.wait_for_selector(".block--flow", timeout=90_000)
    page.wait_for_function(f"{LIVE} === 'live'", timeout=90_000)


def test_nothing_received_is_said_in_letters_for_five_metres(
    board: Any, context: BrowserContext
) -> None:
    told = {"type": "patrol.completed", "subject": "320282112", "data": {"visits": 1}}
    moment = (datetime.now(UTC) - timedelta(hours=9)).isoformat()
    old = board.data / "old.ndjson"
    old.write_text(
        json.dumps({"specversion": "1.0", "id": "e1", "source": "urn:test", "time": moment, **told})
    )
    sent = board.command("publish", str(old))
    assert sent.returncode == 0, sent.stderr
    page = opened(context, f"{board.url}/wall")
    page.wait_for_function(
        "document.querySelector('.bar-what')?.textContent.includes('没有收到任何数据')",
        timeout=120_000,
    )
    assert page.locator(".wall-bar").is_visible()
    assert page.evaluate(FONT, ".bar-what") >= 35


def test_the_wall_tells_the_server_which_scene_it_shows(
    board: Any, context: BrowserContext
) -> None:
    opened(context, f"{board.url}/wall?scene=oldest")
    health = context.new_page()
    health.goto(f"{board.url}/health")
    _until(health, "fetch('/health').then(r => r.text()).then(text => text.includes('超期最久'))")


def _until(page: Page, promise: str) -> None:
    """Wait for what a promise says; wait_for_function takes a promise itself for true."""
    for _ in range(400):
        if page.evaluate(promise):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"it did not come: {promise}")
