"""What a wall costs the machine that shows it: 3840×2160 in a real browser without a graphics card,
its pictures changing as declared.

CPU is what the operating system counts for the browser's processes; frames are those that the
browser's own trace says were drawn.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks import backfill, boards, source, viewers
from benchmarks.figures import RATES, Found
from benchmarks.plans import Plan
from benchmarks.viewers import Viewer

SIZE = (3840, 2160)
SETTLE_S, PICTURE_S = 10.0, 15
READY = "document.documentElement.dataset.live === 'live' && board.wall.now()"
REGIONS = Path(__file__).with_name("regions.js").read_text(encoding="utf-8")
FRAMES = ["disabled-by-default-devtools.timeline.frame", "devtools.timeline.frame"]


def measure(plan: Plan) -> Iterator[Found]:
    with (
        viewers.browser() as chromium,
        boards.running(backfill.folder(plan), "--no-demo") as board,
        source.running(board.redis_url, RATES[0]),
    ):
        viewer = Viewer(chromium, f"{board.address}/wall", *SIZE)
        viewer.page.wait_for_function(READY, timeout=90_000)
        viewer.wait(SETTLE_S)
        yield from _costs(chromium, viewer, 2 * plan.seconds)
        yield from _frames(chromium, viewer, plan.seconds)
        viewer.close()


def _costs(chromium: Browser, viewer: Viewer, seconds: float) -> Iterator[Found]:
    """While the picture changes oftener than a profile would have it."""
    viewer.page.evaluate(
        f"window.next = setInterval(() => board.wall.act('next'), {1000 * PICTURE_S})"
    )
    begun, main, used, changes = (
        time.monotonic(),
        viewer.main_thread_s(),
        _cpu_s(chromium),
        _changes(viewer),
    )
    viewer.wait(seconds)
    took, spent, main, changes = (
        time.monotonic() - begun,
        _cpu_s(chromium) - used,
        viewer.main_thread_s() - main,
        _changes(viewer) - changes,
    )
    yield Found(
        "wall.core",
        100 * spent["renderer"] / took,
        f"{changes} changes of the picture in {took:.0f} s",
    )
    yield Found("wall.renderer", spent["renderer"] / took * 60)
    yield Found("wall.main", main / took * 60)
    yield Found(
        "wall.browser",
        spent.total() / took * 60,
        ", ".join(f"{kind} {s / took * 60:.1f}" for kind, s in spent.most_common(3)),
    )


def _changes(viewer: Viewer) -> int:
    return int(viewer.page.evaluate("board.wall.changes"))


def _cpu_s(chromium: Browser) -> Counter[str]:
    """CPU seconds of the browser's living processes so far, by their kind."""
    session, used = chromium.new_browser_cdp_session(), Counter[str]()
    for process in session.send("SystemInfo.getProcessInfo")["processInfo"]:
        used[process["type"]] += process["cpuTime"]
    session.detach()
    return used


def _frames(chromium: Browser, viewer: Viewer, seconds: float) -> Iterator[Found]:
    """Of one picture: frames of the whole page by the trace, and of the busiest region by what
    changes in it.
    """
    viewer.page.evaluate("clearInterval(window.next); board.wall.act('pin', 'map')")
    viewer.page.wait_for_function(
        "board.wall.now().scene === 'map' && document.querySelectorAll('.wall-scene').length === 1"
    )
    viewer.wait(SETTLE_S)
    chromium.start_tracing(page=viewer.page, categories=FRAMES)
    viewer.page.evaluate(REGIONS)
    begun = time.monotonic()
    viewer.wait(seconds)
    regions, took = viewer.page.evaluate("regions.rates()"), time.monotonic() - begun
    events = json.loads(chromium.stop_tracing())["traceEvents"]
    busiest, painted = max(regions, key=lambda found: found[1])
    yield Found("wall.region", painted, f"of {len(regions)}: {busiest}")
    yield Found("wall.frames", sum(event["name"] == "DrawFrame" for event in events) / took)
