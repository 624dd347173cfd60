"""Whether a page that stays open grows: its JavaScript heap after some minutes of events against
five minutes in.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from benchmarks import backfill, boards, source, viewers
from benchmarks.figures import RATES, Found
from benchmarks.plans import Plan
from benchmarks.viewers import Viewer

BASE_MINUTES = 5.0
EMPTIED_S = 60.0


def measure(plan: Plan) -> Iterator[Found]:
    base = min(BASE_MINUTES, plan.heap_minutes / 3)
    data = backfill.folder(plan)
    with (
        viewers.browser() as chromium,
        boards.running(data, "--no-demo") as board,
        source.running(board.redis_url, RATES[0]),
    ):
        begun, viewer = time.monotonic(), Viewer(chromium, f"{board.address}/wall")
        viewer.first_ms()
        early = _heap_mb(viewer, begun + base * 60)
        late = _heap_mb(viewer, begun + plan.heap_minutes * 60)
        viewer.close()
    yield Found(
        "heap.growth",
        (late / early - 1) * 100,
        f"{base:.3g} to {plan.heap_minutes:.3g} minutes, {early:.1f} MB at first",
    )
    yield Found("heap.end", late)


def _heap_mb(viewer: Viewer, at: float) -> float:
    """What the page holds at a time; the probe's own notes, a row for each change of the number,
    are taken out meanwhile.
    """
    while (left_s := at - time.monotonic()) > 0:
        viewer.wait(min(left_s, EMPTIED_S))
        viewer.take()
    viewer.take()
    return viewer.heap_mb()
