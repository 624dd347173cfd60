"""What a reader waits for in a real browser: from a click to the frame that shows what was asked
for, and a phone's first number.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from benchmarks import ages, backfill, boards, machine, source, viewers
from benchmarks.ages import median
from benchmarks.boards import CITY, Board
from benchmarks.figures import RATES, Found, written
from benchmarks.plans import Plan
from benchmarks.viewers import Viewer

PROBE = Path(__file__).with_name("click.js").read_text(encoding="utf-8")
FIGURE = "/kpi?kpi=incidents.reported&period=year"
REPORTED = '.tile[data-kpi="incidents.reported"]'
KNOWN = '.tile-value:not([data-value=""])'
PHONE = {
    "/": f'[data-kpi="incidents.reported"][data-area="{CITY}"]',
    "/disputes": f'[data-kpi="disputes.accepted"][data-area="{CITY}"]',
}
RANKED = "/review?period=quarter&kpi=disputes.success_rate"
BACK = "back"


@dataclass(frozen=True)
class Step:
    """One thing a reader does: the page it is done on, what is clicked, and what the page must then
    hold and didn't before.

    `{name}` in `shown` is what the clicked address has as that parameter. `after`: a click that is
    made, and not timed, before.
    """

    name: str
    start: str
    click: str
    shown: str
    after: str = ""


STEPS = (
    Step(
        "period",
        "/",
        '.periods a[href*="period=month"]',
        f'{REPORTED}[data-period="month"] {KNOWN}',
    ),
    Step(
        "period year",
        "/incidents",
        '.periods a[href*="period=year"]',
        f'{REPORTED}[data-period="year"] {KNOWN}',
    ),
    Step("days", "/", '.days-list a[href*="from="]', f'{REPORTED}[data-period="range"] {KNOWN}'),
    Step("area", "/", '.areas-list a[href*="area="]', f'{REPORTED}[data-area="{{area}}"] {KNOWN}'),
    Step("language", "/", "a.language", f'.board[data-lang="en"] {REPORTED} {KNOWN}'),
    Step("theme", "/", "a.theme-switch", f".board.light {REPORTED} {KNOWN}"),
    Step("page", "/", '.nav a[href^="/incidents"]', f".page--incidents {REPORTED} {KNOWN}"),
    Step(
        "back", "/", BACK, f".page--overview {REPORTED} {KNOWN}", after='.nav a[href^="/disputes"]'
    ),
    Step(
        "figure",
        "/",
        'main a[href*="kpi=incidents.reported"]',
        f'.tile--headline[data-kpi="incidents.reported"] {KNOWN}',
    ),
    Step("category", FIGURE, '.drill a[href*="category="]', ".drill-chosen .chip"),
    Step(
        "second filter",
        f"{FIGURE}&category=neighbour",
        '.drill a[href*="facet="]',
        ".drill-chosen .chip + .chip",
    ),
    Step(
        "filter of a share",
        "/kpi?kpi=disputes.success_rate&period=year",
        '.drill a[href*="category="]',
        ".drill-chosen .chip",
    ),
    Step(
        "town",
        FIGURE,
        '.drill-split[data-by="town"] a',
        f'.tile--headline[data-area="{{area}}"] {KNOWN}',
    ),
    Step(
        "bar",
        "/incidents?period=year",
        ".chart--towns .point[data-to]",
        f'{REPORTED}[data-area="{{area}}"] {KNOWN}',
    ),
    Step(
        "week",
        FIGURE,
        ".chart--control .point[data-to]",
        ".days summary[aria-current]",
    ),
    Step("table", "/disputes", ".sheet-open", ".sheet[data-open] .ag-row"),
    Step(
        "cases' state",
        "/cases",
        'main a[href*="state=open"]',
        'a.pick[aria-current][href*="state=open"]',
    ),
    Step(
        "cases' kind",
        "/cases",
        'main a[href*="family="]',
        '.cases-kind[aria-current][href*="family={family}"]',
    ),
    Step(
        "quarter",
        "/review",
        ".review-quarters a:not([aria-current])",
        '.review-quarters a[aria-current][href*="quarter={quarter}"]',
    ),
    Step("ranking", RANKED, ".review-rank a", f'.review a.pick[href="{RANKED}"]'),
)


@dataclass
class _Taken:
    """What the clicks of one kind took, in ms: to the frame with the content, to the last chart,
    CPU of the page and of the server.
    """

    told: list[float] = field(default_factory=list)
    drawn: list[float] = field(default_factory=list)
    page_cpu: list[float] = field(default_factory=list)
    web_cpu: list[float] = field(default_factory=list)


def measure(plan: Plan) -> Iterator[Found]:
    with live(backfill.folder(plan), RATES[0]) as (chromium, board):
        yield from clicks(chromium, board, "interactions", plan.rounds)
        yield from _phone(chromium, board)


@contextlib.contextmanager
def live(data: Path, rate: float, *options: str) -> Iterator[tuple[Browser, Board]]:
    """A browser and a board on a folder, while a source sends events."""
    with (
        viewers.browser() as chromium,
        boards.running(data, "--no-demo", *options) as board,
        source.running(board.redis_url, rate),
    ):
        yield chromium, board


def clicks(chromium: Browser, board: Board, part: str, rounds: int) -> Iterator[Found]:
    """All kinds of clicks in turns, so that a disturbance hits each."""
    taken = {step.name: _Taken() for step in STEPS}
    viewer = Viewer(chromium, "about:blank", width=1440, height=900)
    for _ in range(rounds):
        for step in STEPS:
            _click(viewer, board, step, taken[step.name])
    viewer.close()
    told, drawn, page_cpu, web_cpu = (
        [ms for one in taken.values() for ms in getattr(one, name)]
        for name in ("told", "drawn", "page_cpu", "web_cpu")
    )
    each = ", ".join(f"{name} {written(median(one.told))}" for name, one in taken.items())
    yield Found(f"{part}.p50", median(told), f"medians in ms: {each}")
    yield Found(
        f"{part}.p95", ages.quantile(told, 0.95), f"{len(told)} clicks, slowest {max(told):.0f} ms"
    )
    yield Found(f"{part}.drawn_p50", median(drawn), f"p95 {ages.quantile(drawn, 0.95):.0f} ms")
    yield Found(f"{part}.page_cpu", median(page_cpu))
    yield Found(f"{part}.web_cpu", median(web_cpu), f"p95 {ages.quantile(web_cpu, 0.95):.0f} ms")


def _click(viewer: Viewer, board: Board, step: Step, taken: _Taken) -> None:
    """One click on a page that is at rest."""
    viewer.page.goto(f"{board.address}{step.start}")
    viewer.page.evaluate(f"({PROBE}).rest()")
    if step.after:
        viewer.page.evaluate(f"click => ({PROBE}).click(click, '*')", step.after)
    web, main = machine.cpu_s(board.pid("web")), viewer.main_thread_s()
    try:
        found: dict[str, Any] = viewer.page.evaluate(
            f"([click, shown]) => ({PROBE}).click(click, shown)", [step.click, step.shown]
        )
    except Exception as error:
        raise machine.TooLate(f"{step.name}: {str(error).splitlines()[0]}") from error
    taken.told.append(found["told"])
    taken.drawn.append(found["drawn"])
    taken.page_cpu.append(1000 * (viewer.main_thread_s() - main))
    taken.web_cpu.append(1000 * (machine.cpu_s(board.pid("web")) - web))


def _phone(chromium: Browser, board: Board) -> Iterator[Found]:
    """A phone of a quarter of this machine's speed behind 1.6 Mbit/s and 150 ms, with an empty
    cache.
    """
    for path, number in PHONE.items():
        took = []
        for _ in range(3):
            viewer = Viewer(
                chromium,
                "about:blank",
                width=390,
                height=844,
                number=f"{number}[data-period='28d'] .tile-value",
            )
            viewer.slow_down(4)
            viewer.slow_network(1.6, 150)
            viewer.page.goto(f"{board.address}{path}", wait_until="commit")
            took.append(viewer.first_painted_ms())
            viewer.close()
        yield Found(
            f"interactions.phone@{path}",
            median(took),
            f"slowest of {len(took)}: {max(took):.0f} ms",
        )
