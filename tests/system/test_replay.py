"""A replay beside the live wall: played in a real browser from a moment some seconds ago, right as
known then, and disturbing nothing.
"""

from __future__ import annotations

import json
import shutil
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.system.conftest import until

pytestmark = [pytest.mark.system, pytest.mark.browser, pytest.mark.timeout(600)]
STATE, AT = "document.documentElement.dataset.replay", "+document.documentElement.dataset.replayAt"
NOW = "document.documentElement.dataset.live === 'live' && board.now()"
SHOWN = """Object.fromEntries([...document.querySelectorAll('.tile[data-area="320282"][data-period=today]')]
  .map(el => [el.dataset.kpi, el.querySelector('.tile-value').dataset.value]))"""


@pytest.fixture
def context() -> Iterator[BrowserContext]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser.new_context(viewport={"width": 1920, "height": 1080})
        browser.close()


def known(url: str, at_ms: float) -> dict[str, Any]:
    """What the API says was known at a moment."""
    at = datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds")
    query = urllib.parse.urlencode({"at": at, "known": at})
    with urllib.request.urlopen(f"{url}/api/v1/kpis?{query}", timeout=120) as answer:
        return {kpi["id"]: kpi["value"] for kpi in json.load(answer)["kpis"]}


def replay(context: BrowserContext, url: str, at_ms: float) -> Page:
    page = context.new_page()
    at = urllib.parse.quote(datetime.fromtimestamp(at_ms / 1000, UTC).isoformat())
    page.goto(f"{url}/wall?at={at}")
    page.wait_for_function(f"{STATE} === 'paused'", timeout=90_000)
    return page


def same(shown: dict[str, str], expected: dict[str, Any]) -> None:
    assert shown
    assert {kpi: float(value) if value else None for kpi, value in shown.items()} == {
        kpi: expected[kpi] for kpi in shown
    }


def test_two_replays_beside_the_live_wall(board: Any, source: Any, context: BrowserContext) -> None:
    sending = source(50)
    live = context.new_page()
    live.goto(f"{board.url}/wall")
    some = "board.topics.get('320282/today')?.set['incidents.reported'] > 40"
    begun = live.wait_for_function(f"{some} && {NOW}", timeout=90_000).json_value()
    live.wait_for_function(f"({NOW}) > {begun + 16_000}", timeout=90_000)
    first, second = replay(context, board.url, begun), replay(context, board.url, begun + 4_000)
    for page in (first, second):
        assert "回放" in page.inner_text(".replay-band")
        assert page.evaluate("document.documentElement.dataset.live") == "replay"
        assert page.evaluate("board.socket()") is None
        same(page.evaluate(SHOWN), known(board.url, page.evaluate(AT)))
    seq = live.evaluate("+document.documentElement.dataset.seq")
    first.click("[data-replay-speed='10']")
    first.keyboard.press(" ")
    first.wait_for_function(f"{AT} >= {begun + 5_000}", timeout=90_000)
    assert second.evaluate(AT) == pytest.approx(begun + 4_000, abs=1)
    live.wait_for_function(f"+document.documentElement.dataset.seq > {seq}", timeout=90_000)
    sending.stopping.set()
    first.wait_for_function(f"{STATE} === 'ended'", timeout=90_000)
    same(first.evaluate(SHOWN), known(board.url, first.evaluate(AT)))
    # What was sent last may still be on its way into both.
    until(
        lambda: live.evaluate(LIVE_SHOWN) == str(board.figure("incidents.reported")),
        90,
        "the wall shows what the board has",
    )
    assert live.evaluate("board.stats().errors") == first.evaluate("board.stats().errors") == 0


LIVE_SHOWN = """document.querySelector('.tile[data-kpi="incidents.reported"][data-period=today] .tile-value').dataset.value"""
