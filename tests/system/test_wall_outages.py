"""A paired wall on a closed board through what months bring: cuts, an emptied Redis, restarts, new
builds, midnights, a revoked pass.

One board and one wall for all of it; long cuts by the browser's own clock.
"""

from __future__ import annotations

import json
import re
import shutil
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import redis as redis_client
from playwright.sync_api import Page, Route, sync_playwright

pytestmark = [pytest.mark.system, pytest.mark.browser, pytest.mark.timeout(600)]
# A page that a test answers for has no address that the browser knows, and would be kept from the
# board's socket.
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-features=LocalNetworkAccessChecks"]
ARGS += ["--enable-precise-memory-info", "--js-flags=--expose-gc"]
LIVE = "document.documentElement.dataset.live"
VALUE = """+document.querySelector('[data-kpi="incidents.reported"][data-period="today"] .tile-value').dataset.value"""
HEAP_MB = "performance.memory.usedJSHeapSize / 1048576"
CODE = r"/^\d{3} \d{3}$/.test(document.querySelector('[data-pair-code]').textContent)"


@dataclass
class Room:
    """A closed board, the line to it, and the wall's browser; `token` is that of the person who
    paired it.
    """

    board: Any
    line: Any
    context: Any
    token: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.line.port}/wall"

    def wall(self, *, clock: bool = False) -> Page:
        page = self.context.new_page()
        if clock:
            page.clock.install()
        page.goto(self.url)
        self.live(page)
        return page

    def live(self, page: Page) -> None:
        page.wait_for_function(
            f"{LIVE} === 'live' && board.wall && board.wall.now()", timeout=90_000
        )

    def is_right(self, page: Page) -> None:
        """The wall comes up to what the board says now, and is not past what it says then."""
        page.wait_for_function(f"{VALUE} >= {self.reported()}", timeout=90_000)
        shown = page.evaluate(VALUE)
        assert shown <= self.reported()

    def reported(self) -> int:
        asked = urllib.request.Request(
            f"{self.board.url}/api/v1/kpis", headers={"Authorization": f"Bearer {self.token}"}
        )
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return int(
                next(
                    k["value"] for k in json.load(answer)["kpis"] if k["id"] == "incidents.reported"
                )
            )


@pytest.fixture(scope="module")
def room(closed: tuple[Any, Any]) -> Iterator[Room]:
    """The wall is paired by a person at another browser, as the how-to says."""
    board, line = closed
    token = board.add_token("desk", "view")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=ARGS)
        made = Room(
            board, line, browser.new_context(viewport={"width": 1920, "height": 1080}), token
        )
        pair(made, browser)
        yield made
        browser.close()


def pair(room: Room, browser: Any, name: str = "hall") -> None:
    wall, person = room.context.new_page(), browser.new_context()
    form = person.new_page()
    wall.goto(room.url)
    wall.wait_for_function(CODE, timeout=90_000)
    room.board.sign_in(person, "li.ming", "admin")
    form.goto(f"{room.board.url}/pair")
    form.fill("#pair-code", wall.inner_text("[data-pair-code]"))
    form.fill("#pair-name", name)
    form.click(".pair-form button")
    form.wait_for_selector(".pair-said--done")
    room.live(wall)
    wall.close()
    person.close()


@pytest.mark.parametrize("lasts", ["00:05", "05:00", "05:00:00"])
def test_a_cut_of_any_length_is_told_meanwhile_and_heals_by_itself(room: Room, lasts: str) -> None:
    page = room.wall(clock=True)
    room.line.cut()
    page.wait_for_function(f"{LIVE} !== 'live'", timeout=90_000)
    page.clock.fast_forward(lasts)
    page.wait_for_function(
        f"{LIVE} === 'stale' && document.querySelector('.bar-what').textContent.includes('连接中断')",
        timeout=90_000,
    )
    room.line.mend()
    room.live(page)
    room.is_right(page)
    page.close()


def test_a_new_day_brings_the_picture_anew_and_with_it_months_and_quarters(room: Room) -> None:
    page = room.wall()
    page.evaluate("board.wall.act('hold')")
    changes = page.evaluate("board.wall.changes")
    page.evaluate("{ const real = board.now; board.now = () => real() + 86_400_000; }")
    page.wait_for_function(f"board.wall.changes > {changes}", timeout=90_000)
    assert page.evaluate("board.wall.now().mode") == "held"
    page.close()


def test_a_wall_whose_memory_grows_past_its_limit_is_loaded_anew(room: Room) -> None:
    apart = room.context.browser.new_context(
        storage_state=room.context.storage_state()
    )  # a clock that a test installed knows no memory
    page = replace(room, context=apart).wall()
    page.evaluate("addEventListener('pagehide', () => { sessionStorage.why = board.reloads; })")
    page.evaluate(
        "void (window.hoard = Array.from({length: 200}, () => new Array(100_000).fill(0.5)))"
    )  # 160 MB
    assert page.evaluate(HEAP_MB) > 100
    # A page younger than half an hour is left alone: a limit that is too low must not load it
    # again and again.
    page.evaluate(
        "{ const real = performance.now.bind(performance); performance.now = () => real() + 31 * 60_000; }"
    )
    page.wait_for_function(
        f"sessionStorage.why === 'memory' && !('hoard' in window) && {LIVE} === 'live'",
        timeout=90_000,
    )
    room.live(page)
    page.wait_for_function(f"gc() || {HEAP_MB} < 100")
    room.is_right(page)
    apart.close()


def test_a_wall_that_may_not_sound_says_so_until_it_may(room: Room) -> None:
    page = room.context.new_page()
    page.add_init_script(TELL_MUTE)
    with page.expect_console_message(lambda said: said.text == "浏览器不允许出声", timeout=90_000):
        page.goto(room.url)  # and asks the page nothing: to the browser that is a person's touch
    page.mouse.click(5, 5)
    page.wait_for_function("document.querySelector('[data-mute]').textContent === ''")
    page.close()


TELL_MUTE = """new MutationObserver(() => {
  const said = document.querySelector('[data-mute]');
  if (said && said.textContent) console.log(said.textContent);
}).observe(document, {subtree: true, childList: true})"""


def test_an_emptied_redis_and_processes_that_died_end_in_a_wall_that_is_right(room: Room) -> None:
    page = room.wall()
    store = redis_client.Redis(unix_socket_path=str(room.board.data / "redis" / "redis.sock"))
    store.flushall()
    store.close()
    for name in ("redis", "core", "web"):
        room.board.kill(name)
    page.wait_for_function(f"{LIVE} === 'live' && performance.now() > 0", timeout=90_000)
    room.is_right(page)
    page.close()


def test_a_paired_wall_lives_on_after_the_board_lost_power_and_its_browser_was_closed(
    room: Room, tmp_path: Path
) -> None:
    """Twice, with the same folder of the browser, and neither a login nor a click."""
    chromium = room.context.browser.browser_type

    def open_again() -> Room:
        context = chromium.launch_persistent_context(
            tmp_path, executable_path=shutil.which("chromium"), args=ARGS
        )
        return replace(room, context=context)

    here = open_again()
    pair(here, room.context.browser, "lobby")
    for _ in range(2):
        here.context.close()
        room.board.lose_power()
        room.board.start()
        here = open_again()
        page = here.wall()
        assert page.url == here.url
        here.is_right(page)
        page.close()
    here.context.close()


def test_a_wall_of_an_older_build_loads_the_new_one_without_a_click(room: Room) -> None:
    kept = room.context.storage_state()
    apart = room.context.browser.new_context(
        service_workers="block", storage_state=kept
    )  # a worker's loads can't be changed here
    page, loads = apart.new_page(), list[str]()

    def older(route: Route) -> None:
        loads.append(route.request.url)
        answer = route.fetch()
        body = answer.text()
        if len(loads) == 1:
            body = body.replace('"build":"', '"build":"0.0.1+').replace(
                "<html ", "<html data-older ", 1
            )
        route.fulfill(response=answer, body=body)

    page.route("**/wall", older)
    page.goto(room.url)
    page.wait_for_function(
        f"!('older' in document.documentElement.dataset) && {LIVE} === 'live'", timeout=90_000
    )
    room.live(page)
    assert len(loads) == 2
    room.is_right(page)
    apart.close()


def test_a_revoked_wall_is_back_at_its_code_and_says_why(room: Room) -> None:
    page = room.wall()
    assert re.search(r"  hall  .*made by li\.ming", room.board.command("tokens", "list").stdout)
    assert room.board.command("tokens", "revoke", "hall").returncode == 0
    page.wait_for_selector(".pair-reason--revoked", timeout=90_000)
    page.wait_for_function(CODE, timeout=90_000)
    page.close()
    pair(room, room.context.browser)  # for the tests after this one, whichever they are
