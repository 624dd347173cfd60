"""Every process is killed, Redis stopped and the browser cut under load: nothing accepted is lost,
nothing counted twice.
"""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.system.conftest import until

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]
SHOWN = """() => Object.fromEntries([...document.querySelectorAll('[data-kpi][data-period]')].map(
    t => [t.dataset.kpi + '/' + t.dataset.period, t.querySelector('.tile-value').dataset.value]))"""


def _is_live(page: Page) -> bool:
    return page.evaluate("document.documentElement.dataset.live") == "live"


def _moves(page: Page) -> Callable[[], bool]:
    """Whether newer data than now has been painted."""
    before = page.evaluate("+document.documentElement.dataset.at")
    return lambda: page.evaluate("+document.documentElement.dataset.at") > before


@pytest.mark.system
@pytest.mark.browser
@pytest.mark.timeout(600)
def test_nothing_is_lost_and_the_wall_ends_right(board, source, line) -> None:
    feed = source(500)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.goto(f"http://127.0.0.1:{line.port}/wall")
        until(lambda: _is_live(page), 30, "the wall is live")

        for name in ("core", "web", "redis"):
            board.kill(name)
            until(lambda: _is_live(page), 60, f"the wall is live again after {name}")
            until(_moves(page), 30, f"the wall moves again after {name}")

        redis = board.child("redis")
        redis.send_signal(signal.SIGSTOP)
        page.wait_for_timeout(20_000)
        redis.send_signal(signal.SIGCONT)
        until(_moves(page), 60, "the wall moves again after Redis was stopped")

        line.cut()
        until(
            lambda: page.evaluate("document.documentElement.dataset.live") == "stale",
            30,
            "the wall says that it is cut off",
        )
        page.wait_for_timeout(60_000)
        line.mend()
        until(lambda: _is_live(page), 30, "the wall is live again after its line was cut")
        until(_moves(page), 30, "the wall moves again after its line was cut")

        feed.stopping.set()
        feed.join(60)
        assert feed.failure is None
        assert feed.retries > 0, "the doors were never shut: the test broke nothing"
        assert feed.sent > 10_000

        fresh = browser.new_page(viewport={"width": 1920, "height": 1080})
        fresh.goto(f"{board.url}/wall")
        until(lambda: _is_live(fresh), 30, "a fresh wall is live")
        until(
            lambda: page.evaluate(SHOWN) == fresh.evaluate(SHOWN),
            30,
            "the old wall shows what a fresh one shows",
        )
        assert page.evaluate(SHOWN)["incidents.reported/today"] not in ("", "0")
        browser.close()

    audit = board.command("audit", "--ledger", str(board.data / "ledger.ndjson"))
    assert audit.returncode == 0, audit.stdout[-3000:] + audit.stderr[-2000:]
    assert ", 0 differ" in audit.stdout
