"""Every page under the board's own content security policy, in a real browser: nothing that the
board itself does is against it, in every language and theme and whatever is pressed; what is not the
board's does not count.
"""

from __future__ import annotations

import shutil
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from layouts import pages
from tests.system.conftest import Board, Line, Source, until
from tests.system.test_touch import counted, history, tell

pytestmark = [pytest.mark.system, pytest.mark.browser, pytest.mark.timeout(1_800)]
# Of every document, those in other windows too: in `violations`, and told to the test at once.
HEARD = """
window.violations = [];
document.addEventListener("securitypolicyviolation", event => {
  const said = `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.target && event.target.outerHTML || ""}`.slice(0, 400);
  violations.push(said);
  if (window.told) told(`${location.pathname}: ${said}`);
});
"""
DRAWN = "document.querySelector('.board') && !document.getElementById('first-paint')"
CHARTS = "[...document.querySelectorAll('.dash-graph')].every(el => el.querySelector('.main-svg'))"
AT_REST = f"{DRAWN} && {CHARTS}"
NUMBERS = count(1)
POINT = "#react-entry-point .point[role=link]"
LIVE = "document.documentElement.dataset.live"
FIGURE = "/kpi?kpi=disputes.success_rate&period=year"
GLASS: ViewportSize = {"width": 1920, "height": 1080}
DESK = [one.path for one in pages.PAGES if not one.bare]
SCENES = ("map", "oldest", "control", "town", "alerts")
OTHERS = (*(f"/wall?scene={name}" for name in SCENES), "/remote", "/pair", "/review/present")
UNSTYLED = """() => [...document.querySelectorAll("[data-style]")].filter(el =>
  el.dataset.style.split(";").some(one => {
    const [name, value] = one.split(":");
    return name.startsWith("--") && getComputedStyle(el).getPropertyValue(name).trim() !== value;
  })).map(el => el.outerHTML.slice(0, 200))"""


@pytest.fixture(scope="module")
def shown() -> Iterator[Board]:
    """A board with forty weeks of disputes, whose quarters are over, and a source that sends."""
    with tempfile.TemporaryDirectory(prefix="board-") as folder:
        running = Board(Path(folder))
        tell(running)
        accepted = sum(one["type"] == "dispute.accepted" for one in history())
        until(lambda: counted(running) == accepted, 60, "the history is counted")
        feed = Source(running, running.data / "ledger.ndjson", 20)
        feed.start()
        yield running
        feed.stopping.set()
        running.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()


@pytest.fixture
def broken() -> list[str]:
    """What was against the policy so far."""
    return []


@pytest.fixture
def context(browser: Browser, broken: list[str]) -> Iterator[BrowserContext]:
    made = browser.new_context(bypass_csp=False, viewport={"width": 1440, "height": 900})

    def told(found: str) -> None:
        broken.append(found)

    made.expose_function("told", told)  # Playwright marks it, which a method of a list can't be
    made.add_init_script(HEARD)
    made.set_default_navigation_timeout(180_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def office(shown: Board, page: Page) -> Page:
    """The browser of an office that may fill in every form."""
    token = shown.add_token(f"评议组 {next(NUMBERS)}")
    page.goto(f"{shown.url}/enter?token={token}")
    return page


def wait(page: Page, condition: str, what: str, seconds: float = 60) -> None:
    """Playwright's own way to wait needs what the policy forbids. A document may change meanwhile."""

    def is_so() -> bool:
        page.wait_for_timeout(50)
        try:
            return bool(page.evaluate(f"(async () => Boolean(await ({condition})))()"))
        except Exception as error:
            if "context" in str(error):  # of a document that has just been left
                return False
            raise

    until(is_so, seconds, what)


def stopped(page: Page, broken: list[str]) -> None:
    """The browser has said that something was against the policy."""

    def is_said() -> bool:
        page.wait_for_timeout(50)
        return bool(broken)

    until(is_said, 20, "it was stopped")


def drawn(page: Page) -> None:
    wait(page, DRAWN, "the page is drawn", 90)


def at_rest(page: Page) -> None:
    wait(page, AT_REST, "the page is drawn with its charts", 90)


def unfold(page: Page) -> None:
    """Every part of the page that can be opened."""
    for name in page.locator("#react-entry-point details > summary").all():
        name.evaluate("el => { el.parentElement.open = true; }")


@pytest.mark.parametrize(("theme", "lang"), [("dark", "zh"), ("light", "en")])
def test_no_page_is_against_the_policy(
    theme: str, lang: str, shown: Board, office: Page, broken: list[str]
) -> None:
    for path in (*DESK, FIGURE, *OTHERS):
        answer = office.goto(
            f"{shown.url}{path}{'&' if '?' in path else '?'}lang={lang}&theme={theme}"
        )
        assert answer
        assert answer.status == 200, path
        assert "unsafe" not in answer.headers["content-security-policy"]
        if path in (*DESK, FIGURE):
            at_rest(office)
            unfold(office)
            at_rest(office)
        else:
            office.wait_for_timeout(1_000)
        assert office.evaluate("document.querySelectorAll('.main-svg').length") or path != FIGURE
        assert broken == [], path


def test_nothing_that_is_pressed_is_against_the_policy(
    shown: Board, office: Page, broken: list[str]
) -> None:
    """Periods, towns, a chart, the grid of a table with its filter, the list of figures, forms, a
    phone, and paper.
    """
    office.goto(f"{shown.url}/?lang=en")
    at_rest(office)
    for period in ("Week", "Month", "Year"):
        office.locator("#react-entry-point .periods a", has_text=period).first.click()
        wait(office, f"location.search.includes('{period.lower()}')", "the address changes")
        at_rest(office)
    office.goto(f"{shown.url}/disputes?lang=en&period=year")
    at_rest(office)
    office.locator("#react-entry-point .town-link").first.dispatch_event("click")
    wait(office, "location.search.includes('area=')", "the town is chosen")
    at_rest(office)
    office.go_back()
    at_rest(office)
    assert broken == []

    office.goto(f"{shown.url}/incidents?lang=en&period=year")
    at_rest(office)
    wait(office, f"document.querySelector({POINT!r})", "the charts have heard of the events")
    point = office.locator(POINT).first
    point.scroll_into_view_if_needed()
    box = point.bounding_box()
    assert box
    for by in (0.2, 0.5):
        office.mouse.move(box["x"] + by * box["width"], box["y"] + by * box["height"])
        office.wait_for_timeout(300)
    sheet = office.locator("#react-entry-point .sheet").first
    sheet.locator(".sheet-open").click()
    sheet.locator(".ag-row").first.wait_for()
    heads = sheet.locator(".ag-header-cell")
    heads.nth(1).locator(".ag-header-cell-label").click()
    heads.nth(1).hover()
    heads.nth(1).locator(".ag-header-cell-filter-button").click()
    office.locator(".ag-filter").first.wait_for()
    office.locator(".ag-filter .ag-picker-field-wrapper").first.click()
    office.wait_for_timeout(500)
    office.keyboard.press("Escape")
    office.keyboard.press("Escape")
    assert (
        sheet.evaluate("el => getComputedStyle(el.querySelector('.ag-row')).position") == "absolute"
    )
    office.reload()
    at_rest(office)
    before = office.url
    point.press("Enter")
    wait(office, f"location.href !== {before!r}", "a point leads on")
    at_rest(office)
    assert broken == []

    office.goto(f"{shown.url}/kpi?lang=en")
    at_rest(office)
    office.locator("#react-entry-point input[type=search]").first.fill("disputes")
    office.wait_for_timeout(500)
    office.goto(f"{shown.url}{FIGURE}&lang=en")
    at_rest(office)
    unfold(office)
    form = office.locator("#react-entry-point .remark-form")
    form.locator("[name=first]").evaluate(
        "el => { el.value = ''; el.removeAttribute('required'); }"
    )
    form.locator("button").first.click()
    office.wait_for_timeout(1_000)
    office.set_viewport_size({"width": 390, "height": 844})
    office.wait_for_timeout(1_000)
    office.emulate_media(media="print")
    office.wait_for_timeout(1_000)
    assert broken == []


def test_nothing_that_is_pressed_on_slides_is_against_the_policy(
    shown: Board, page: Page, context: BrowserContext, broken: list[str]
) -> None:
    page.goto(f"{shown.url}/review/present?lang=en")
    for key in ("ArrowRight", "b", "b", "l", "h"):
        page.keyboard.press(key)
    page.mouse.move(400, 300)
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    with page.expect_popup() as opened:
        page.keyboard.press("n")
    title = opened.value.locator("#title")
    assert title.evaluate("el => getComputedStyle(el).fontSize") == "28px"
    assert opened.value.evaluate("document.body.style.margin") == "24px"
    assert broken == []


def test_the_wall_keeps_to_the_policy_through_its_turn_a_cut_and_a_load_without_a_server(
    shown: Board, context: BrowserContext, broken: list[str]
) -> None:
    line = Line(shown.port)
    address = f"http://127.0.0.1:{line.port}/wall"
    wall = context.new_page()
    wall.set_viewport_size(GLASS)
    wall.goto(address)
    wait(wall, f"{LIVE} === 'live' && board.wall.now()", "the wall is live")
    wait(wall, "navigator.serviceWorker.controller", "the worker is there")
    wait(wall, "caches.open('board-wall').then(s => s.match('/wall-kept')).then(Boolean)", "kept")
    wall.evaluate("board.wall.faster(60)")
    wait(wall, "board.wall.changes >= 6", "pictures change", 120)
    wait(wall, "board.now_blocks.answers >= 2", "blocks are replaced", 60)
    assert wall.evaluate(UNSTYLED) == []
    assert broken == []

    wall.reload()  # by way of the worker, which keeps the files
    wait(wall, f"{LIVE} === 'live' && board.wall.now()", "the wall is live")
    wait(
        wall,
        "caches.open('board-wall-files').then(s => s.keys()).then(k => k.length >= 15)",
        "kept",
    )
    at = "[...document.querySelectorAll('.wall-now .block')].map(el => [el.offsetLeft, el.offsetTop, el.offsetWidth])"
    before = wall.evaluate(at)
    line.cut()
    wait(wall, f"{LIVE} === 'stale'", "the wall says that nobody answers", 90)
    wall.wait_for_timeout(2_000)
    line.mend()
    wait(wall, f"{LIVE} === 'live'", "the wall is live again", 90)
    line.cut()
    woken = context.new_page()
    woken.set_viewport_size(GLASS)
    woken.goto(address)
    wait(woken, "document.documentElement.dataset.kept", "the kept picture is there")
    wait(woken, "document.querySelector('.wall-kept').checkVisibility()", "and says so")
    assert woken.evaluate(at) == before
    assert woken.evaluate(UNSTYLED) == []
    assert broken == []
    woken.evaluate(
        "document.body.insertAdjacentHTML('beforeend', `<img src=x onerror='window.taken = true'>`)"
    )
    stopped(woken, broken)
    assert woken.evaluate("window.taken") is None
    line.end()


def test_lengths_are_there_before_any_script(shown: Board, context: BrowserContext) -> None:
    context.route("**/*.js*", lambda route: route.abort())
    page = context.new_page()
    found = {}
    for path in ("/wall?scene=map", "/cases", "/brief", FIGURE, "/"):
        page.goto(f"{shown.url}{path}", wait_until="domcontentloaded")
        page.wait_for_timeout(500)
        found[path] = page.evaluate("document.querySelectorAll('[data-style]').length")
        assert page.evaluate(UNSTYLED) == [], path
        assert page.evaluate("document.querySelectorAll('[style]').length") == 0, path
    assert found["/wall?scene=map"] >= 6
    assert sum(found.values()) > 20


@pytest.mark.parametrize(
    "markup",
    [
        "<p style='color: rgb(1, 2, 3)'>x</p>",
        "<style>p { color: rgb(1, 2, 3) }</style><p>x</p>",
        "<style nonce='guessed'>p { color: rgb(1, 2, 3) }</style><p>x</p>",
        "<link rel=stylesheet href='https://elsewhere.example/x.css'><p>x</p>",
    ],
)
def test_a_style_that_is_not_the_boards_does_not_count(
    markup: str, shown: Board, page: Page, broken: list[str]
) -> None:
    page.goto(f"{shown.url}/health")
    drawn(page)
    page.evaluate("text => document.body.insertAdjacentHTML('beforeend', text)", markup)
    stopped(page, broken)
    colour = page.evaluate("getComputedStyle(document.body.lastElementChild).color")
    assert colour != "rgb(1, 2, 3)"


def test_a_script_that_is_not_the_boards_does_not_run(shown: Board, page: Page) -> None:
    page.goto(f"{shown.url}/health")
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


POSTS = (
    "/remarks",
    "/remarks/1/withdraw",
    "/review/freeze",
    "/review/commitments",
    "/alerts/again",
    "/alerts/silence",
    "/alerts/1/acknowledge",
    "/alerts/silences/1/end",
    "/health/walls/1/down",
    "/pair",
    "/wall/pair",
    "/wall/claim",
    "/wall/bye",
    "/_dash-update-component",
    "/api/v1/events",
)


@pytest.mark.parametrize("path", POSTS)
def test_a_page_of_another_site_changes_nothing(path: str, shown: Board) -> None:
    said = {"Origin": "https://elsewhere.example", "Accept-Language": "en"}
    request = urllib.request.Request(f"{shown.url}{path}", b"{}", said)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=60)
    assert refused.value.code == 403
    assert "another site" in refused.value.read().decode()


def test_what_a_closed_board_shows_keeps_to_the_policy(
    closed: tuple[Board, Line], context: BrowserContext, broken: list[str]
) -> None:
    running, _ = closed
    page = context.new_page()
    for path in ("/", "/wall", "/pair", "/kpi"):
        page.goto(f"{running.url}{path}")
        page.wait_for_timeout(1_000)
        assert broken == [], path
