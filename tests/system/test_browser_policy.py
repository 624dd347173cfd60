"""Every page under the board's own content security policy, in a real browser: nothing that the
board itself does is against it, and a script that is not the board's does not run.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from layouts import pages
from tests.system.conftest import until

pytestmark = [pytest.mark.system, pytest.mark.browser, pytest.mark.timeout(600)]
HEARD = """
window.violations = [];
document.addEventListener("securitypolicyviolation", event => {
  violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
});
"""
DRAWN = "document.querySelector('.board') && !document.getElementById('first-paint')"
CHARTS = "[...document.querySelectorAll('.dash-graph')].every(el => el.querySelector('.main-svg'))"
FIGURE = "/kpi?kpi=incidents.closure_rate"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(bypass_csp=False)
    context.add_init_script(HEARD)
    yield context.new_page()
    context.close()


def drawn(page: Page) -> None:
    until(lambda: page.evaluate(DRAWN), 90, "the page is drawn")


def test_no_page_is_against_the_policy(board: Any, source: Any, page: Page) -> None:
    source(20)
    paths = [one.path for one in pages.PAGES if not one.path.startswith("/wall")]
    for path in (*paths, FIGURE):
        page.goto(f"{board.url}{path}")
        drawn(page)
        for name in page.locator(".fold > summary").all():
            name.dispatch_event("click")
        until(lambda: page.evaluate(CHARTS), 90, "the charts are drawn")
        assert page.evaluate("violations") == [], path
    for path in ("/wall", "/remote", "/pair", "/brief"):
        page.goto(f"{board.url}{path}")
        page.wait_for_load_state("load")
        assert page.evaluate("violations") == [], path


def test_a_script_that_is_not_the_boards_does_not_run(board: Any, page: Page) -> None:
    page.goto(f"{board.url}/health")
    drawn(page)
    page.evaluate(
        """() => {
          const made = document.createElement("script");
          made.textContent = "window.taken = true";
          document.body.append(made);
          document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.taken = true'>");
        }"""
    )
    until(lambda: page.evaluate("violations.length >= 2"), 20, "both were stopped")
    assert page.evaluate("window.taken") is None
