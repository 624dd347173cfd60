"""What a touch changes, on a whole board of two workers: points of charts by mouse, finger and
keyboard, the list of figures, a table's grid, forms; before Dash has drawn, without scripts, and on
a closed board.
"""

from __future__ import annotations

import json
import re
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Response,
    Route,
    expect,
    sync_playwright,
)

from dashboard.access.reading import FRESH_S
from feeds import kpis
from tests.system.conftest import TOWNS, Board, until

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]
DINGSHU = "320282112"
ALL = len(kpis.CATALOGUE)
CITY_ZONE = ZoneInfo("Asia/Shanghai")
DRAWN = (
    "document.querySelector('#react-entry-point .board') && !document.getElementById('first-paint')"
)
AT_REST = """document.querySelector('#react-entry-point .board') && !document.getElementById('first-paint')
  && !document.querySelector('#react-entry-point :is(.dash-graph:not(:has(.main-svg)), .dash-graph--pending)')"""
WEEKS = 40
DESK: Any = {"viewport": {"width": 1440, "height": 900}}
PHONE: Any = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
pytestmark = [pytest.mark.system, pytest.mark.browser, pytest.mark.timeout(600)]


def history() -> Iterator[dict[str, Any]]:
    """Disputes in every town in each of many weeks, on every day in some of them, settled two days
    later; Dingshu fails at those about labour.
    """
    now = datetime.now(UTC)
    for week in range(WEEKS):
        for place, town in enumerate(TOWNS):
            for n in range(2 + place % 3):
                category = ("labour", "neighbour", "family")[(n + week) % 3]
                failed = town == DINGSHU and category == "labour"
                case = f"{town}-{week}-{n}"
                begun = now - timedelta(days=7 * week + place % 7, hours=n + 1)
                yield event("dispute.accepted", town, begun, case, category=category, centre="town")
                if week:
                    outcome = "failed" if failed else "settled"
                    yield event("dispute.closed", town, begun + timedelta(2), case, outcome=outcome)


def event(kind: str, town: str, at: datetime, case: str, **data: str) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"{kind}-{case}",
        "source": "urn:test:touch",
        "type": kind,
        "time": at.isoformat(),
        "subject": town,
        "data": {"case": case, **data},
    }


def tell(board: Board) -> None:
    token = (board.data / "ingest.token").read_text("utf-8").strip()
    lines = "\n".join(json.dumps(one) for one in history()).encode()
    head = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}
    request = urllib.request.Request(f"{board.url}/api/v1/events", lines, head)
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert json.load(answer)["rejected"] == []


@pytest.fixture(scope="module")
def desk() -> Iterator[Board]:
    """A board of two workers with the history, its trends read."""
    with tempfile.TemporaryDirectory(prefix="board-") as folder:
        running = Board(Path(folder), "--workers", "2")
        tell(running)
        accepted = sum(one["type"] == "dispute.accepted" for one in history())
        until(lambda: counted(running) == accepted, 60, "the history is counted")
        running.process.send_signal(2)
        running.process.wait(30)
        running.start()  # trends of what was told of the past are read at the start
        yield running
        running.stop()


def counted(board: Board) -> int:
    """The disputes of the days of the history, as the API has them."""
    first = date.today() - timedelta(7 * WEEKS)
    address = f"{board.url}/api/v1/cells?kpi=disputes.accepted&from={first}&by="
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            (cell,) = json.load(answer)["cells"]
            return int(cell["value"])
    except (urllib.error.URLError, ValueError):
        return 0


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        made.append(chromium.new_context(**options))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def page(context: Callable[..., BrowserContext]) -> Iterator[Page]:
    """A desk's page; what it says is wrong fails the test."""
    opened = context(**DESK).new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    yield opened
    assert [line for line in wrong if "status of 422" not in line] == []


def go(page: Page, address: str) -> None:
    """The page as Dash has drawn it with its charts, kept in mind so that a load is seen."""
    page.goto(address)
    page.wait_for_function(AT_REST)
    page.wait_for_function(
        "[...document.querySelectorAll('#react-entry-point .chart-plot[data-does]')].every(e => e.closest('[data-empty=data]') || e.querySelector('[role=link]'))"
    )
    page.evaluate("window.left = document.querySelector('#react-entry-point #board-root')")


def wait(page: Page, is_so: Callable[[], Any], seconds: float, what: str) -> None:
    """Wait for a condition while the browser's own events come in."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"not within {seconds:.0f} s: {what}; at {page.url}"
        page.wait_for_timeout(50)


def at(page: Page, path: str, **query: str) -> None:
    """Another page than before is drawn, without a load of the document, and `query` is in its
    address.
    """
    wanted = {name.rstrip("_"): [value] for name, value in query.items()}

    def is_there() -> bool:
        url = urlsplit(page.url)
        return url.path == path and wanted.items() <= parse_qs(url.query).items()

    wait(page, is_there, 20, f"{path} {query}")
    assert page.evaluate("Boolean(window.left)"), "the document was loaded again"
    page.wait_for_function(
        "document.querySelector('#react-entry-point #board-root') !== window.left"
    )
    page.wait_for_function(AT_REST)
    page.evaluate("window.left = document.querySelector('#react-entry-point #board-root')")


def point(page: Page, chart: str, n: int = 0) -> Any:
    found = page.locator(f"#react-entry-point .chart--{chart} .point[role=link]").nth(n)
    found.evaluate("el => el.scrollIntoView({block: 'center'})")  # beside the bar at the foot
    return found


def middle(found: Any) -> tuple[float, float]:
    box = found.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def named(page: Page, chart: str, name: str) -> Any:
    """The point whose name begins so."""
    found = page.locator(f"#react-entry-point .chart--{chart} .point[aria-label^='{name}']")
    found.scroll_into_view_if_needed()
    return found


def test_a_bar_is_pressed_with_the_mouse_and_back_and_forward_work(desk: Board, page: Page) -> None:
    go(page, f"{desk.url}/disputes?period=year")
    bar = named(page, "towns", "丁蜀")
    assert bar.get_attribute("aria-label").endswith(" · 看该镇（街道）")
    x, y = middle(bar)
    page.mouse.move(x, y)
    expect(page.locator(".chart--towns .is-over")).to_have_count(1)
    page.mouse.click(x, y)
    at(page, "/disputes", area=DINGSHU, period="year")
    expect(page.locator("#react-entry-point .areas summary").first).to_have_text("丁蜀镇")
    page.go_back()
    at(page, "/disputes", period="year")
    expect(page.locator("#react-entry-point .areas summary").first).to_have_text("宜兴市")
    page.go_forward()
    at(page, "/disputes", area=DINGSHU)
    page.go_back()
    at(page, "/disputes", period="year")
    page.mouse.click(*middle(named(page, "towns", "丁蜀")))
    at(page, "/disputes", area=DINGSHU)


def test_all_of_a_bar_s_row_and_its_name_are_the_bar(desk: Board, page: Page) -> None:
    go(page, f"{desk.url}/disputes?period=year&lang=en")
    bar = named(page, "towns", "Dingshu").bounding_box()
    page.mouse.click(bar["x"] + bar["width"] + 40, bar["y"] + bar["height"] / 2)
    at(page, "/disputes", area=DINGSHU, lang="en")
    page.go_back()
    at(page, "/disputes", period="year")
    tick = page.locator("#react-entry-point .chart--towns .ytick text", has_text="Dingshu")
    tick.scroll_into_view_if_needed()
    tick.click()
    at(page, "/disputes", area=DINGSHU, lang="en")


def test_a_category_is_tapped_on_a_phone_and_filters_the_figure(
    desk: Board, context: Callable[..., BrowserContext]
) -> None:
    page = context(**PHONE).new_page()
    go(page, f"{desk.url}/disputes?period=year&area={DINGSHU}")
    page.locator("#react-entry-point .fold > summary", has_text="由什么构成").tap()
    bar = named(page, "categories", "劳动")
    assert bar.get_attribute("aria-label").endswith(" · 看这一类")
    page.touchscreen.tap(*middle(bar))
    at(page, "/kpi", kpi="disputes.accepted", category="labour", area=DINGSHU)
    expect(page.locator("#react-entry-point .drill-chosen .chip")).to_contain_text("劳动")
    page.go_back()
    at(page, "/disputes", area=DINGSHU)
    page.locator("#react-entry-point .fold > summary", has_text="趋势").tap()
    day = point(page, "days", 3)
    name = str(day.get_attribute("aria-label"))
    page.touchscreen.tap(*middle(day))
    at(page, "/disputes", from_=name[:10], to=name[:10], area=DINGSHU)


def test_a_day_is_chosen_by_keyboard(desk: Board, page: Page) -> None:
    go(page, f"{desk.url}/disputes?period=month&lang=en")
    stop = page.locator("#react-entry-point .chart--days .point[tabindex='0']")
    page.keyboard.press("Tab")
    stop.focus()
    for _ in range(7):
        page.keyboard.press("ArrowLeft")
    name = str(page.evaluate("document.activeElement.getAttribute('aria-label')"))
    week_ago = datetime.now(CITY_ZONE).date() - timedelta(7)
    assert name.startswith(str(week_ago))
    assert name.endswith(" · show this day alone")
    page.keyboard.press("Enter")
    at(page, "/disputes", from_=str(week_ago), to=str(week_ago))
    expect(page.locator("#react-entry-point .days summary")).to_have_attribute(
        "aria-current", "true"
    )
    value = page.locator("#react-entry-point .tile--headline .tile-value")
    expect(value).to_have_text(re.search(r" (\d+) ", name)[1])  # type: ignore[index]


def test_the_day_that_a_page_is_of_already_leads_nowhere(desk: Board, page: Page) -> None:
    go(page, f"{desk.url}/disputes?period=today")
    last = page.locator("#react-entry-point .chart--days .trace").last.locator(".point").last
    last.scroll_into_view_if_needed()
    assert last.get_attribute("role") is None
    page.mouse.click(*middle(last))
    page.wait_for_timeout(500)  # two presses in a third of a second are a double click to Plotly
    page.mouse.click(*middle(point(page, "days", 2)))
    wait(page, lambda: "from=" in page.url, 10, "another day leads to itself")


def test_a_week_of_a_control_chart_is_chosen(desk: Board, page: Page) -> None:
    go(page, f"{desk.url}/kpi?kpi=disputes.accepted&lang=en")
    week = point(page, "control", 5)
    monday = date.fromisoformat(str(week.get_attribute("aria-label"))[:10])
    page.mouse.click(*middle(week))
    last = str(monday + timedelta(6))
    at(page, "/kpi", kpi="disputes.accepted", from_=str(monday), to=last)
    page.go_back()
    at(page, "/kpi", kpi="disputes.accepted")
    assert "from=" not in page.url


@pytest.mark.parametrize(("lang", "name"), [("zh", "丁蜀镇"), ("en", "Dingshu")])
def test_a_town_of_a_funnel_leads_to_its_review(
    lang: str, name: str, desk: Board, page: Page
) -> None:
    go(page, f"{desk.url}/review?kpi=disputes.success_rate&lang={lang}")
    town = named(page, "funnel", name)
    page.mouse.click(*middle(town))
    at(page, "/review", area=DINGSHU)
    expect(page.locator("#react-entry-point .review-town")).to_contain_text(name)


def test_a_hexagon_is_a_link_that_says_what_it_does(desk: Board, page: Page) -> None:
    go(page, f"{desk.url}/disputes?period=year&lang=en")
    hexagon = page.locator(f"#react-entry-point .town-link[data-town='{DINGSHU}']")
    assert hexagon.get_attribute("aria-label") == "Dingshu · show this town"
    hexagon.focus()
    page.keyboard.press("Enter")
    at(page, "/disputes", area=DINGSHU, lang="en")


def rows(page: Page, place: str = "#react-entry-point") -> list[str]:
    return page.locator(f"{place} .figure-row:visible .title-text").all_inner_texts()


@pytest.mark.parametrize("text", ["纠纷 率", "Disputes  ACC", "incidents.open", "反诈", "zzz", " "])
def test_what_is_typed_finds_what_the_address_finds(text: str, desk: Board, page: Page) -> None:
    go(page, f"{desk.url}/kpi?lang=en")
    page.locator("#react-entry-point #search").press_sequentially(text)
    sought = [text.strip()] if text.strip() else []
    wait(page, lambda: parse_qs(urlsplit(page.url).query).get("q", []) == sought, 5, "it is sought")
    found, said = rows(page), page.inner_text("#react-entry-point #found")
    assert said == f"{len(found)} of {ALL}"
    assert page.evaluate("left.isConnected"), "nothing was drawn anew"
    go(page, page.url)
    assert rows(page) == found
    assert page.inner_text("#react-entry-point #found") == said


def test_a_figure_is_found_by_keyboard_and_back_finds_the_list_as_it_was(
    desk: Board, page: Page
) -> None:
    go(page, f"{desk.url}/kpi?lang=en&period=year")
    page.locator("#react-entry-point .find-orders a", has_text="Off target first").focus()
    page.keyboard.press("Enter")
    at(page, "/kpi", sort="target")
    wait(
        page,
        lambda: page.evaluate("document.activeElement.textContent") == "Off target first",
        5,
        "the keyboard stays where it was",
    )
    field = page.locator("#react-entry-point #search")
    field.focus()
    page.keyboard.type("mediation success")
    expect(page.locator("#react-entry-point #found")).to_have_text(f"1 of {ALL}")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "Mediation success rate"
    page.keyboard.press("Enter")
    at(page, "/kpi", kpi="disputes.success_rate")
    page.go_back()
    at(page, "/kpi", q="mediation success", sort="target")
    expect(field).to_have_value("mediation success")
    assert rows(page) == ["Mediation success rate"]


def test_the_list_is_narrowed_on_a_phone(
    desk: Board, context: Callable[..., BrowserContext]
) -> None:
    page = context(**PHONE).new_page()
    go(page, f"{desk.url}/kpi")
    page.locator("#react-entry-point #search").fill("欺诈")
    expect(page.locator("#react-entry-point .find-none")).to_be_visible()
    page.locator("#react-entry-point #search").fill("劝阻")
    page.locator("#react-entry-point .find-domain summary").tap()
    page.locator("#react-entry-point .find-domain a", has_text="反诈").tap()
    at(page, "/kpi", domain="fraud", q="劝阻")
    assert len(rows(page)) == 2
    page.locator("#react-entry-point .find-choices > a", has_text="未达目标").tap()
    at(page, "/kpi", domain="fraud", off="1")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_what_is_done_before_dash_has_drawn_is_not_lost(
    desk: Board, context: Callable[..., BrowserContext]
) -> None:
    held: list[Route] = []
    opened = context(**DESK)
    opened.route("**/_dash-layout", lambda route: held.append(route))
    page = opened.new_page()

    def early(address: str) -> None:
        held.clear()
        page.goto(f"{desk.url}{address}")
        wait(page, lambda: held, 10, "Dash asks for its layout")

    early("/kpi?lang=en")
    page.locator("#first-paint #search").click()
    page.keyboard.type("medi")
    held[0].continue_()
    page.wait_for_function(DRAWN)
    page.keyboard.type("ation")
    expect(page.locator("#search")).to_have_value("mediation")
    expect(page.locator("#found")).not_to_have_text(f"{ALL} of {ALL}")
    early("/disputes?lang=en")
    page.locator("#first-paint .sheet-open").first.click()
    held[0].continue_()
    expect(page.locator("#react-entry-point .sheet[data-open] .ag-row").first).to_be_visible()
    early("/disputes?lang=en")
    page.locator(f"#first-paint .town-link[data-town='{DINGSHU}']").click()
    page.wait_for_url(f"**/disputes?area={DINGSHU}*")


def test_without_scripts_links_search_and_tables_work(
    desk: Board, context: Callable[..., BrowserContext]
) -> None:
    page = context(**DESK, java_script_enabled=False).new_page()
    page.goto(f"{desk.url}/kpi?lang=en&sort=name")
    page.locator("#search").fill("mediation")
    page.locator(".find-do").click()
    page.wait_for_load_state()
    assert parse_qs(urlsplit(page.url).query) == {
        "lang": ["en"],
        "sort": ["name"],
        "q": ["mediation"],
    }
    assert "Mediation success rate" in rows(page, "#first-paint")
    page.goto(f"{desk.url}/disputes?lang=en&period=year")
    page.locator(".chart--towns summary").click()
    page.locator(".chart--towns .chart-table a", has_text="Dingshu").click()
    assert f"area={DINGSHU}" in page.url


def test_a_grid_is_grouped_keeps_its_order_and_stays_open_over_another_period(
    desk: Board, page: Page
) -> None:
    go(page, f"{desk.url}/disputes?lang=en&period=year")
    sheet = page.locator("#react-entry-point .sheet").first
    opener = sheet.locator(".sheet-open")
    opener.focus()
    page.keyboard.press("Enter")
    expect(sheet.locator(".ag-row").first).to_be_visible()
    expect(opener).to_have_attribute("aria-expanded", "true")
    expect(opener).to_have_text("Close", use_inner_text=True)
    column = "[col-id='disputes.accepted']"
    for _ in range(2):
        sheet.locator(f".ag-header-cell{column} .ag-header-cell-label").click()
    first = sheet.locator(f".ag-center-cols-container [row-index='0'] {column}")
    most = first.inner_text()
    asked: list[str] = []
    page.on(
        "request",
        lambda request: asked.append(request.url) if "_dash-update" in request.url else None,
    )
    wait(page, lambda: asked, 15, "the rows of an open grid come again")
    assert first.inner_text() == most, "sorted as before"
    sheet.locator(".sheet-group", has_text="Streets and towns").click()
    expect(sheet.locator(".ag-center-cols-container .is-total")).to_have_count(2)
    with page.expect_download() as waiting:
        sheet.locator(".sheet-file", has_text="CSV").click()
    assert "Grouped by,Streets and towns" in waiting.value.path().read_text("utf-8-sig")
    page.locator("#react-entry-point .periods a", has_text=re.compile("^Month$")).click()
    at(page, "/disputes", period="month")
    expect(sheet.locator(".ag-row").first).to_be_visible()
    opener.click()
    expect(sheet.locator(".ag-root")).to_have_count(0)
    expect(sheet.locator(".table--towns")).to_be_visible()


def test_a_form_is_refused_at_its_field_and_for_who_may_not_anymore(
    desk: Board, context: Callable[..., BrowserContext]
) -> None:
    page = context(**DESK).new_page()
    token = desk.add_token("评议组")
    page.goto(f"{desk.url}/enter?token={token}")
    go(page, f"{desk.url}/review?lang=en")
    form = page.locator("#react-entry-point .review-commitments form")
    page.locator("#react-entry-point .review-commitments summary").click()
    form.locator("[name=target]").fill("much")
    form.locator("button").click()
    expect(form.locator(".form-error")).to_have_text("must be a number")
    field = form.locator("[name=target]")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    said = str(form.locator(".form-error").get_attribute("id"))
    expect(field).to_have_attribute("aria-describedby", said)

    page.context.set_offline(True)
    form.locator("button").click()
    expect(form.locator(".form-error")).to_contain_text("not delivered")
    expect(field).to_have_value("much")
    page.context.set_offline(False)

    field.fill("99")
    form.locator("[name=kpi]").select_option("disputes.success_rate")
    form.locator("button").click()
    expect(page.locator("#react-entry-point .table--commitments tbody tr")).to_have_count(1)
    expect(page.locator("[data-voice]")).to_have_text("Saved")
    assert page.evaluate("Boolean(window.left)"), "the document was not loaded again"

    page.locator("#react-entry-point .review-commitments summary").click()
    form.locator("[name=target]").fill("98")
    desk.revoke("评议组")
    page.wait_for_timeout(1000 * FRESH_S)  # after which no worker takes it, as the board promises
    form.locator("button").click()
    expect(form.locator(".form-error")).to_contain_text("sign in again")
    expect(page.locator("#react-entry-point .table--commitments tbody tr")).to_have_count(1)


def test_a_form_without_scripts_is_sent_as_a_plain_post(
    desk: Board, context: Callable[..., BrowserContext]
) -> None:
    page = context(**DESK, java_script_enabled=False).new_page()
    token = desk.add_token("值班室")
    page.goto(f"{desk.url}/enter?token={token}")
    page.goto(f"{desk.url}/kpi?kpi=disputes.accepted&lang=en")
    page.locator(".remark-make summary").click()
    page.locator(".remark-form [name=text]").fill("秋季行动")
    page.locator(".remark-form button").click()
    assert page.url == f"{desk.url}/kpi?lang=en&kpi=disputes.accepted"
    expect(page.locator(".section--remarks .remark")).to_have_count(1)


def asked(url: str, body: str | None = None, cookie: str = "") -> tuple[int, str]:
    head = {"Content-Type": "application/json", "Cookie": cookie}
    request = urllib.request.Request(url, body and body.encode(), head)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def is_unknown(board: Board, token: str) -> bool:
    """Whether a worker has heard that a token was revoked."""
    return asked(f"{board.url}/enter?token={token}")[0] == 403


def is_refused(answer: Response) -> bool:
    """Whether a callback was answered that the browser may not ask for."""
    return "_dash-update" in answer.url and answer.status == 401


def test_a_closed_board_tells_nothing_through_dash(
    boards: type[Board], context: Callable[..., BrowserContext]
) -> None:
    """What a browser with a viewing token asks, asked again without, gives nothing."""
    with tempfile.TemporaryDirectory(prefix="board-") as folder:
        (Path(folder) / "board.toml").write_text("open_pages = false\n", encoding="utf-8")
        running = boards(Path(folder))
        tell(running)
        token, wall = running.add_token("viewer", "view"), running.add_token("北墙", "wall")
        page = context(**DESK).new_page()
        page.goto(f"{running.url}/enter?token={token}")

        def has_figures() -> bool:
            page.goto(f"{running.url}/disputes?lang=en")
            page.wait_for_function(DRAWN)
            return page.locator("#react-entry-point .sheet").count() > 0

        until(has_figures, 90, "the history is counted")
        bodies: list[tuple[str, str]] = []
        page.on(
            "request",
            lambda request: (
                bodies.append((request.url, request.post_data or ""))
                if "_dash-update" in request.url
                else None
            ),
        )
        sheet = page.locator("#react-entry-point .sheet").first
        sheet.locator(".sheet-open").click()
        expect(sheet.locator(".ag-row").first).to_be_visible()
        page.locator("#react-entry-point .periods a", has_text=re.compile("^Year$")).click()
        page.wait_for_url("**period=year*")
        page.wait_for_function(DRAWN)
        assert len(bodies) >= 2
        for url, body in bodies:
            assert asked(url, body, f"board_view={token}")[0] == 200
            for cookie in ("", "board_view=x", f"board_wall={wall}"):
                status, text = asked(url, body, cookie)
                assert status == 401, url
                assert "Dingshu" not in text
        for path in ("/_dash-layout", "/_dash-dependencies", "/api/v1/kpis"):
            assert asked(f"{running.url}{path}")[0] == 401

        # A table that was open is opened again on the new page; only then is the page at rest.
        year = re.compile("period=year")
        expect(sheet).to_have_attribute("data-export", year)
        expect(sheet.locator(".ag-row").first).to_be_visible()
        button = sheet.locator(".sheet-open")
        expect(button).to_have_attribute("aria-expanded", "true")
        running.revoke("viewer")
        until(lambda: is_unknown(running, token), 20, "the board knows of the token")
        for _ in ("closing", "opening"):
            with page.expect_response(is_refused, timeout=90_000):
                button.dispatch_event("click")
        expect(sheet.locator(".sheet-said")).not_to_be_empty(timeout=90_000)
        running.stop()


def test_another_town_is_read_from_the_top_and_back_leads_where_the_reader_was(
    desk: Board, context: Callable[..., BrowserContext]
) -> None:
    page = context(**PHONE).new_page()
    page.goto(f"{desk.url}/kpi?kpi=disputes.success_rate&period=year")
    page.wait_for_function(AT_REST)
    row = page.locator("#react-entry-point .strip-row").last
    row.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    assert before > 300
    row.click()
    page.wait_for_url("**area=**")
    page.wait_for_function("scrollY === 0", timeout=60_000)
    page.go_back()
    page.wait_for_function(f"Math.abs(scrollY - {before}) < 200", timeout=60_000)


def test_the_host_of_a_review_sees_at_once_where_each_press_leads(desk: Board, page: Page) -> None:
    """To a figure, to a town and to the deck, without looking for where one landed."""
    root = "#react-entry-point"
    go(page, f"{desk.url}/review")
    link = page.locator(f"{root} .page a[href*='kpi=disputes.success_rate']").first
    link.evaluate("a => a.closest('details') && (a.closest('details').open = true)")
    link.scroll_into_view_if_needed()
    link.click()
    at(page, "/review", kpi="disputes.success_rate")
    title = page.locator(f"{root} .found-title")
    expect(title).to_contain_text("调解成功率")
    expect(title).to_be_in_viewport()
    town = named(page, "funnel", "丁蜀镇")
    page.mouse.click(*middle(town))
    at(page, "/review", area=DINGSHU)
    expect(page.locator(f"{root} .review-town")).to_be_in_viewport()
    with page.expect_download(timeout=90_000) as download:
        page.locator(f"{root} a[href*='as=pptx'], {root} a[href*='kind=pptx']").first.click()
    assert download.value.suggested_filename.endswith(".pptx")
