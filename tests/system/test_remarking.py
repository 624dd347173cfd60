"""What somebody with an edit token changes on pages, in a real browser on a whole board: a remark,
a wall that vanished.
"""

from __future__ import annotations

import contextlib
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from dashboard import services
from dashboard.settings import Settings
from feeds.events import decoding
from feeds.screens import heartbeats

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]
ADDRESS = "/kpi?kpi=incidents.reported"
DRAWN = (
    "document.querySelector('#react-entry-point .board') && !document.getElementById('first-paint')"
)


def _open(page: Page, board: Any) -> None:
    """The page as Dash has drawn it: a form in the first paint would be gone again."""
    page.goto(board.url + ADDRESS)
    page.wait_for_function(DRAWN)
    page.evaluate("window.same = true")


def _write(page: Page, text: str, **fields: str) -> None:
    if not page.locator(".remark-make").get_attribute("open"):
        page.locator(".remark-make").evaluate("e => { e.open = true; }")
    for name, value in fields.items():
        field = page.locator(f".remark-form [name={name}]")
        field.select_option(value) if name == "kind" else field.fill(value)
    page.locator(".remark-form [name=text]").fill(text)
    page.locator(".remark-form button").click()
    expect(page.locator(".remark-form[data-sending]")).to_have_count(0)


@pytest.mark.system
@pytest.mark.browser
@pytest.mark.timeout(600)
def test_a_remark_is_made_on_the_page_shown_on_the_chart_and_withdrawn(
    board: Any, source: Any
) -> None:
    source(50)
    token = board.add_token("指挥中心")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        page = browser.new_page()
        _open(page, board)
        expect(page.locator(".remark-form")).to_have_count(0)
        page.goto(f"{board.url}/enter?token={token}")
        assert token not in page.url
        _open(page, board)

        _write(page, "联系 13800138000")
        expect(page.locator(".form-error")).to_contain_text("手机号")
        expect(page.locator(".remark-form [name=text]")).to_have_attribute("aria-invalid", "true")
        assert page.locator(".remark-form [name=text]").input_value() == "联系 13800138000", (
            "what was written is still there"
        )
        _write(page, "新口径", kind="rebase")
        expect(page.locator(".remark-form [name=reason]")).to_have_attribute("aria-invalid", "true")

        day = (date.today() - timedelta(3)).isoformat()
        _write(page, "秋季专项行动 <b>", kind="campaign", first=day)
        shown = page.locator("#react-entry-point .section--remarks .remark")
        expect(shown).to_have_count(1)
        expect(shown).to_contain_text("秋季专项行动 <b>")
        expect(shown).to_contain_text("指挥中心")
        expect(page.locator(".chart--days .remark")).to_have_count(1)
        expect(page.locator(".chart--days .annotation-text")).to_have_text("1")

        expect(page.locator("[data-voice]")).to_have_text("已保存")

        page.locator("#react-entry-point .remark-withdraw button").click()
        expect(page.locator("#react-entry-point .section--remarks .remark")).to_have_count(0)
        assert page.evaluate("window.same"), "the page was never loaded again"
        page.context.clear_cookies(name="board_view")
        _open(page, board)
        expect(page.locator(".remark-form")).to_have_count(0)
        browser.close()


@pytest.mark.system
@pytest.mark.browser
@pytest.mark.timeout(600)
def test_a_wall_that_vanished_is_taken_down_and_missed_no_longer(board: Any) -> None:
    ago = decoding.now_ms() - 600_000
    with (
        contextlib.closing(services.connect(services.address(Settings(data=board.data)))) as redis,
        sync_playwright() as playwright,
    ):
        heartbeats.keep(
            redis,
            heartbeats.Here(
                "vanished", heartbeats.WALL, "zh", "320282", 1920, 1080, "b", 9, 0, 0, 9, 0, 1, 0
            ),
            ago,
        )
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        page = browser.new_page()
        board.sign_in(page.context, "li.ming", "admin")
        page.goto(f"{board.url}/health")
        page.wait_for_function(DRAWN)
        page.evaluate("window.same = true")
        page.locator("#react-entry-point .table--walls .alarm-do button").click()
        expect(page.locator("#react-entry-point [data-wall=left]")).to_have_count(1)
        expect(page.locator("#react-entry-point .table--walls .alarm-do")).to_have_count(0)
        assert page.evaluate("window.same"), "the page was not loaded again"
        (wall,) = heartbeats.walls(redis)
        assert wall.left
        assert wall.down > ago
        browser.close()
