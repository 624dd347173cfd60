"""What a reader waits for in a real browser: from a click until the page of its address is drawn, and a phone's first number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Browser, Page

from benchmarks import ages, backfill, boards, machine, source, viewers
from benchmarks.boards import Board
from benchmarks.figures import RATES, Found, written
from benchmarks.plans import Plan
from benchmarks.viewers import Viewer

ROUNDS = 5
PATIENCE_MS = 30_000
FIGURE = "/kpi?kpi=incidents.reported&period=year"


@dataclass(frozen=True)
class Step:
    """One thing a reader does: the page it is done on, and the link that is clicked."""

    name: str
    start: str
    link: str


STEPS = (
    Step("period", "/", '.periods a[href*="period=month"]'),
    Step("area", "/", '.areas-list a[href*="area="]'),
    Step("language", "/", "a.language"),
    Step("theme", "/", "a.theme-switch"),
    Step("page", "/", '.nav a[href^="/incidents"]'),
    Step("figure", "/", 'main a[href^="/kpi?"]'),
    Step("category", FIGURE, 'main a[href*="category="]'),
    Step("town", FIGURE, 'main a[href*="town="]'),
    Step("second filter", f"{FIGURE}&category=neighbour", 'main a[href*="town="]'),
    Step("cases' state", "/cases", 'main a[href*="state=overdue"]'),
    Step("cases' kind", "/cases", 'main a[href*="family="]'),
)
# Drawn: Dash's own root is there, its address is asked for, and every chart on it has its picture.
DRAWN = """() => { const root = document.querySelector("#react-entry-point .board");
  return root && board.go.isDrawn() && [...root.querySelectorAll(".dash-graph")].every(el => el.querySelector(".main-svg")); }"""
CLICK = f"""([selector, patience]) => new Promise((done, failed) => {{
  const drawn = {DRAWN}, old = document.querySelector("#react-entry-point .board");
  const link = [...old.querySelectorAll(selector)].find(a => a.href !== location.href);
  if (!link) return void failed(new Error("no link " + selector));
  const to = link.href, begun = performance.now();
  link.click();
  (function look() {{
    const root = document.querySelector("#react-entry-point .board"), took = performance.now() - begun;
    if (root && root !== old && location.href === to && drawn()) {{
      requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun)));
    }}
    else if (took > patience) failed(new Error("not drawn: " + to));
    else requestAnimationFrame(look);
  }})();
}})"""


def measure(plan: Plan) -> Iterator[Found]:
    data = backfill.folder(plan)
    with viewers.browser() as chromium, boards.running(data, "--no-demo") as board, source.running(board.redis_url, RATES[0]):
        yield from _clicks(chromium, board)
        yield _phone(chromium, board)


def _clicks(chromium: Browser, board: Board) -> Iterator[Found]:
    took = {step.name: list[float]() for step in STEPS}
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    for _ in range(ROUNDS):
        for step in STEPS:
            took[step.name].append(_click(page, board, step))
    page.close()
    every = [ms for found in took.values() for ms in found]
    slowest = ", ".join(f"{name} {written(ages.median(found))}" for name, found in took.items())
    yield Found("interactions.p50", ages.quantile(every, 0.5), f"medians in ms: {slowest}")
    yield Found("interactions.p95", ages.quantile(every, 0.95), f"{len(every)} clicks, slowest {max(every):.0f} ms")


def _click(page: Page, board: Board, step: Step) -> float:
    """Milliseconds from the click to the frame that shows all of the next page."""
    page.goto(f"{board.address}{step.start}")
    page.wait_for_function(DRAWN, timeout=PATIENCE_MS)
    return float(page.evaluate(CLICK, [step.link, PATIENCE_MS]))


def _phone(chromium: Browser, board: Board) -> Found:
    """A phone of a quarter of this machine's speed behind 1.6 Mbit/s and 150 ms, with an empty cache."""
    took = []
    for _ in range(3):
        viewer = Viewer(chromium, "about:blank", width=390, height=844)
        viewer.slow_down(4)
        viewer.slow_network(1.6, 150)
        viewer.page.goto(f"{board.address}/incidents", wait_until="commit")
        took.append(viewer.first_ms())
        viewer.close()
    if any(ms <= 0 for ms in took):
        raise machine.TooLate("the phone showed no number")
    return Found("interactions.phone", ages.median(took), f"slowest of {len(took)}: {max(took):.0f} ms")
