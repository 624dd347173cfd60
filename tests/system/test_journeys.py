"""What people come for, done as they would on a whole board: a leader on a phone, a duty officer at
a desk.
"""

from __future__ import annotations

import csv
import json
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.system.conftest import until

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]
DINGSHU, YICHENG = "320282112", "320282001"
DAY = timedelta(1)
pytestmark = [pytest.mark.system, pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield browser
        browser.close()


class Told:
    """Events of disputes, told to a board through its own command."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def accepted(self, town: str, case: str, category: str, before: timedelta) -> None:
        self._add("dispute.accepted", town, before, case=case, category=category, centre="town")

    def closed(self, town: str, case: str, outcome: str) -> None:
        self._add("dispute.closed", town, timedelta(), case=case, outcome=outcome)

    def _add(self, kind: str, town: str, before: timedelta, **data: str) -> None:
        time = (datetime.now(UTC) - before).isoformat()
        head = {
            "specversion": "1.0",
            "id": f"j{len(self.lines)}",
            "source": "urn:test:journey",
            "type": kind,
            "time": time,
        }
        self.lines.append(json.dumps(head | {"subject": town, "data": data}))

    def tell(self, board: Any) -> None:
        token = (board.data / "ingest.token").read_text("utf-8").strip()
        head = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}
        request = urllib.request.Request(
            f"{board.url}/api/v1/events", "\n".join(self.lines).encode(), head
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert json.load(answer)["accepted"] == len(self.lines)


def _has_charts(board: Any) -> None:
    """Wait until the board has disputes of Dingshu to draw."""
    told = Told()
    for n in range(14):
        told.accepted(DINGSHU, f"d{n}", "labour", n * DAY)
    told.tell(board)

    def is_drawn() -> bool:
        with urllib.request.urlopen(f"{board.url}/disputes", timeout=30) as answer:
            return b"data-chart=" in answer.read()

    until(is_drawn, 60, "the page has charts")


def _go(page: Page, address: str) -> None:
    """The page as Dash has drawn it: what is chosen in the first paint would be gone again."""
    page.goto(address)
    page.wait_for_function(
        "document.querySelector('#react-entry-point .board') && !document.getElementById('first-paint')"
    )


def _split(page: Page, by: str) -> Any:
    return page.locator(f"#react-entry-point .drill-split[data-by={by}] .drill-row")


def test_a_leader_on_a_phone_finds_the_worst_town_and_its_cause(
    board: Any, chromium: Browser
) -> None:
    """Yicheng settles all of its disputes; Dingshu fails at 11 of its 12 about labour, and at nothing
    else. One touch leads from the overview to the answer in words.
    """
    told = Told()
    for n in range(36):
        category = ("labour", "neighbour", "family")[n % 3]
        for town in (YICHENG, DINGSHU):
            told.accepted(town, f"{town}-{n}", category, timedelta(minutes=5))
            told.closed(
                town,
                f"{town}-{n}",
                "failed" if town == DINGSHU and category == "labour" and n else "settled",
            )
    told.tell(board)

    page = chromium.new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    root = "#react-entry-point"
    _go(page, f"{board.url}/disputes")
    expect(
        page.locator(f"{root} .tile[data-kpi='disputes.success_rate'] .tile-value").first
    ).to_have_text("84.7")

    _go(page, board.url)
    touches = 0
    page.locator(f"{root} .card a[href*='kpi=disputes.success_rate']").first.tap()
    touches += 1
    answer = page.locator(f"{root} .answer")
    expect(page.locator(f"{root} h1")).to_contain_text("调解成功率")
    expect(page.locator(f"{root} h1")).to_be_in_viewport()
    expect(answer).to_contain_text("低于目标")
    expect(answer).to_contain_text("丁蜀 25/36")
    expect(answer).to_contain_text("劳动争议 13/24")
    expect(answer).to_be_in_viewport()
    assert touches <= 3
    said = answer.inner_text()
    assert said.count("。") <= 4

    worst = page.locator(f"{root} .strip-row", has_text="丁蜀")
    expect(worst).to_contain_text("25/36")
    worst.tap()
    page.wait_for_url(f"**/kpi?*area={DINGSHU}*")
    expect(page.locator(f"{root} h1")).to_contain_text("丁蜀镇")
    expect(page.locator(f"{root} h1")).to_be_in_viewport()
    expect(answer).to_contain_text("劳动争议 1/12")
    page.locator(f"{root} .section--what summary").first.tap()
    cause = _split(page, "category").filter(has_text="劳动争议")
    expect(cause).to_contain_text("1/12")
    cause.locator("a").tap()
    expect(page.locator(f"{root} h1")).to_contain_text("劳动争议")
    expect(answer).to_contain_text("这一部分 1/12")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shared = page.url
    page.go_back()
    expect(page.locator(f"{root} .drill-chosen")).to_have_count(0)
    _go(page, shared)
    expect(answer).to_contain_text("这一部分 1/12")
    page.close()


AT_REST = """document.querySelectorAll('.dash-graph').length > 2
  && !document.querySelector('.dash-graph:not(:has(.main-svg)), .dash-graph--pending')"""
DRAWN_AT_FIRST = """([kpi, period]) => new Promise(done => {
  const figure = `#react-entry-point .tile[data-kpi="${kpi}"][data-period="${period}"] .tile-value`;
  const pictures = () => [...document.querySelectorAll('.js-plotly-plot')].map(plot => plot.data).filter(Boolean);
  const old = new Set(pictures());
  const drawn = () => done(pictures().filter(data => !old.has(data)).length);
  const look = () => document.querySelector(figure) ? setTimeout(drawn) : requestAnimationFrame(look);
  document.querySelector(`#react-entry-point .periods a[href*="period=${period}"]`).click();
  look();
})"""


def test_a_duty_officer_finds_what_is_overdue_in_dingshu(board: Any, chromium: Browser) -> None:
    """Two of Dingshu's disputes are past their time, one is not; another town has one as well."""
    told = Told()
    for case, town, days in (
        ("d1", DINGSHU, 90),
        ("d2", DINGSHU, 45),
        ("d3", DINGSHU, 2),
        ("y1", YICHENG, 60),
    ):
        told.accepted(town, case, "labour", days * DAY)
    told.tell(board)

    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    board.sign_in(page.context, "duty", "town_duty", towns=[DINGSHU])
    _go(page, f"{board.url}/disputes?area={DINGSHU}")
    page.wait_for_function(AT_REST)
    assert page.evaluate(DRAWN_AT_FIRST, ["disputes.open", "year"]) <= 1, (
        "a reader waits for the numbers, not for the charts"
    )
    expect(page.locator(".dash-graph--pending")).to_have_count(0)
    page.locator("#react-entry-point a[href*='kpi=disputes.overdue']").first.click()
    page.locator("#react-entry-point .drill-cases a", has_text="超期未结").click()
    rows = page.locator("#react-entry-point .table--cases tbody tr")
    expect(rows).to_have_count(2)
    assert [row.get_attribute("data-case") for row in rows.all()] == ["d1", "d2"], (
        "the most urgent first"
    )
    expect(rows.first).to_contain_text("超 ")
    page.locator("#react-entry-point .cases").get_by_role("link", name="未结", exact=True).click()
    expect(rows).to_have_count(3)
    page.close()


def test_a_duty_officer_begins_the_day_with_what_waits_longest(
    board: Any, chromium: Browser
) -> None:
    """Once the device knows the town: no touch to the town, one to its list, one to a number."""
    told = Told()
    told.accepted(DINGSHU, "d1", "labour", 90 * DAY)
    told.accepted(DINGSHU, "d2", "labour", 45 * DAY)
    told.accepted(YICHENG, "y1", "labour", 60 * DAY)
    told.tell(board)
    device = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    device.grant_permissions(["clipboard-read", "clipboard-write"], origin=board.url)
    board.sign_in(device, "duty", "town_duty", towns=[DINGSHU])
    page = device.new_page()
    root = "#react-entry-point"
    _go(page, f"{board.url}/cases?area={DINGSHU}")
    page.locator(f"{root} .cases-facts .home-do").tap()
    expect(page.locator(f"{root} .cases-facts .home")).to_contain_text("丁蜀")
    expect(page.locator(f"{root} [data-voice]")).to_have_text("本机已记住")
    page.close()

    page = device.new_page()
    _go(page, board.url)
    expect(page.locator(f"{root} .top .areas:not(.person) > summary")).to_have_text("丁蜀镇")
    page.locator(f"{root} .foot a", has_text="案件").tap()
    expect(page.locator(f"{root} h1")).to_contain_text("2 件超期未结，最久 60")
    rows = page.locator(f"{root} .table--cases tbody tr")
    expect(rows).to_have_count(2)
    assert [row.get_attribute("data-case") for row in rows.all()] == ["d1", "d2"]
    rows.first.locator(".copy").tap()
    expect(rows.first.locator(".copy-mark")).to_have_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == "d1"
    rows.nth(1).locator(".copy").focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"{root} [data-voice]")).to_have_text("已复制 d2")
    assert page.evaluate("navigator.clipboard.readText()") == "d2"

    _go(page, f"{board.url}/cases?area=320282")
    expect(rows).to_have_count(2)  # of another town a town's officer sees how many alone
    page.locator(f"{root} .cases-kind", has_text="矛盾纠纷").tap()
    expect(page.locator(f"{root} .cases-kind[aria-current]")).to_contain_text("3")
    page.locator(f"{root} .cases-facts .home-do").tap()
    expect(page.locator(f"{root} .cases-facts .home")).to_have_count(0)
    _go(page, f"{board.url}/cases")
    expect(rows).to_have_count(2)
    device.close()


def test_without_scripts_an_address_without_area_is_of_the_city(
    board: Any, chromium: Browser
) -> None:
    device = chromium.new_context(java_script_enabled=False)
    page = device.new_page()
    page.goto(f"{board.url}/cases?area={DINGSHU}")
    expect(page.locator("#first-paint .home").first).to_be_hidden()
    page.goto(f"{board.url}/cases")
    expect(page.locator("#first-paint .top .areas:not(.person) > summary")).to_have_text("宜兴市")
    expect(page.locator("#first-paint h1")).to_contain_text("还没有收到数据")
    device.close()


def test_the_list_of_figures_is_short_on_a_phone_and_each_has_a_line_of_its_own(
    board: Any, chromium: Browser
) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    _go(page, f"{board.url}/kpi")
    assert page.evaluate("document.documentElement.scrollHeight") <= 4 * 844
    for fold in page.locator("#react-entry-point .figure-rest summary").all():
        fold.tap()
    tops = page.evaluate(
        "[...document.querySelectorAll('#react-entry-point .figure-row')].map(row => row.getBoundingClientRect().top)"
    )
    assert len(tops) == len(set(tops)) > 50
    page.close()


COUNT_UPDATES = """document.addEventListener("load", () => {
  if (!window.Plotly || "updates" in window) return;
  const update = window.Plotly.update;
  window.updates = 0;
  window.Plotly.update = (...given) => (window.updates++, update(...given));
}, true)"""


def test_a_chart_that_the_page_came_with_is_not_drawn_again(board: Any, chromium: Browser) -> None:
    """The live client has looked at each of them, and nothing has happened since the page was
    built.
    """
    _has_charts(board)
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    page.add_init_script(COUNT_UPDATES)
    page.goto(f"{board.url}/disputes?area={DINGSHU}&period=year")
    page.wait_for_function(AT_REST)
    page.wait_for_function(
        "board.counts.charts >= document.querySelectorAll('#react-entry-point .chart[data-chart]').length"
    )
    assert page.evaluate("window.updates") == 0
    page.close()


def test_a_slow_line_brings_one_library_for_charts(board: Any, chromium: Browser) -> None:
    """The board's own build, however late it comes: Dash has another at hand that is three times as
    large.
    """
    _has_charts(board)
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 50, "downloadThroughput": 400_000, "uploadThroughput": -1},
    )
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(request.url.rpartition("/")[2].partition("?")[0])
    )
    page.goto(f"{board.url}/disputes")
    page.wait_for_function(AT_REST)
    assert [name for name in asked if "plotly" in name and "locale" not in name] == [
        "plotly-cartesian.min.js"
    ]
    page.close()


TICKS = """[...document.querySelectorAll(".chart--days .xtick text")]
  .map(text => [text.getBoundingClientRect(), text.__data__.x])
  .filter(([box]) => box.width)
  .map(([box, at]) => ({x: box.left + box.width / 2, y: box.top - 40, height: box.height, at}))"""
UNDER_POINTER = "document.querySelector('.chart--days .js-plotly-plot')._hoverdata?.[0].x"


def test_the_charts_of_a_4k_screen_have_letters_as_large_as_its_page(
    board: Any, chromium: Browser
) -> None:
    """And what is under the pointer is still what the chart says it is."""
    told = Told()
    for n in range(14):
        told.accepted(DINGSHU, f"d{n}", "labour", n * DAY)
    told.tell(board)
    heights = []
    for width, height in ((1440, 900), (3840, 2160)):
        page = chromium.new_page(viewport={"width": width, "height": height})
        page.goto(f"{board.url}/disputes?area={DINGSHU}")
        page.wait_for_function(AT_REST)
        page.wait_for_selector(".chart--days .xtick text")
        page.locator(".chart--days").scroll_into_view_if_needed()
        tick = page.evaluate(TICKS)[-1]
        heights.append(tick["height"])
        page.mouse.move(tick["x"], tick["y"])
        page.wait_for_function(UNDER_POINTER)
        day = f"{datetime.fromtimestamp(tick['at'] / 1000, UTC):%Y-%m-%d}"
        assert page.evaluate(UNDER_POINTER).startswith(day)
        page.close()
    assert heights[1] / heights[0] == pytest.approx(1.75, abs=0.15)


def test_an_analyst_exports_a_table_and_its_numbers_are_the_apis_and_the_audits(
    board: Any, chromium: Browser
) -> None:
    """Sorted by what was accepted, as it is shown: Dingshu before Yicheng, each number as the API
    has it, and nothing differs.
    """
    told = Told()
    for n in range(9):
        town = DINGSHU if n % 3 else YICHENG
        told.accepted(town, f"a{n}", "labour", timedelta(minutes=5))
        if n % 2:
            told.closed(town, f"a{n}", "settled")
    told.tell(board)

    page = chromium.new_page(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    _go(page, f"{board.url}/disputes?lang=en")
    expect(
        page.locator("#react-entry-point .table--towns tr[data-town='" + DINGSHU + "'] td").first
    ).to_have_text("6", timeout=90_000)
    sheet = page.locator("#react-entry-point .sheet").first
    sheet.locator(".sheet-open").click()
    expect(sheet.locator(".ag-root")).to_be_visible()
    for _ in range(2):
        sheet.locator(".ag-header-cell[col-id='disputes.accepted'] .ag-header-cell-label").click()
    expect(
        sheet.locator(".ag-center-cols-container [row-index='0'] [col-id='disputes.accepted']")
    ).to_have_text("6")
    with page.expect_download() as waiting:
        sheet.locator(".sheet-file", has_text="CSV").click()
    lines = list(csv.reader(waiting.value.path().read_text("utf-8-sig").splitlines()))
    page.close()

    start = lines.index([]) + 1
    rows = {line[0]: dict(zip(lines[start], line, strict=True)) for line in lines[start + 1 :]}
    assert list(rows)[1:3] == ["Dingshu", "Yicheng"], "as it is sorted on the page"
    for name, area in (("Dingshu", DINGSHU), ("Yicheng", YICHENG), ("Yixing", "320282")):
        with urllib.request.urlopen(
            f"{board.url}/api/v1/kpis?area={area}&period=28d", timeout=30
        ) as answer:
            said = {kpi["id"]: kpi["value"] for kpi in json.load(answer)["kpis"]}
        assert float(rows[name]["Disputes accepted"]) == said["disputes.accepted"]
        assert float(rows[name]["Disputes settled"]) == said["disputes.settled"]
    audited = board.command("audit")
    assert audited.returncode == 0, audited.stdout
