"""The wall in a real browser: how old its numbers are, how soon the first is there, what it loads,
and what it costs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from playwright.sync_api import Browser

from benchmarks import ages, backfill, boards, machine, source, viewers
from benchmarks.ages import Shown
from benchmarks.boards import Board
from benchmarks.figures import PACES, RATES, Found
from benchmarks.plans import Plan
from benchmarks.viewers import Viewer

SETTLE_S = 8.0  # the control charts of an area come once, some seconds after a board's start: no part of what watching costs
LOADS = 5
SLOWED = 10.0


def measure(plan: Plan) -> Iterator[Found]:
    with viewers.browser() as chromium:
        data = backfill.folder(plan)
        for pace in PACES:
            with boards.running(data, "--no-demo", "--frames-per-second", str(pace)) as board:
                yield from (
                    _fast(plan, chromium, board)
                    if pace == PACES[0]
                    else _slow(plan, chromium, board)
                )


def _fast(plan: Plan, chromium: Browser, board: Board) -> Iterator[Found]:
    """At the pace that the board has by default: everything that is wanted of it."""
    low, high = RATES
    with source.running(board.redis_url, low):
        yield from _loads(chromium, board)
        viewer = _settled(chromium, board)
        window = Window.of(viewer, board, plan.seconds)
        yield from _latencies(window, low)
        yield from _costs(window, PACES[0])
        yield from _slowed(viewer, plan.seconds)
        viewer.close()
    with source.running(board.redis_url, high):
        viewer = _settled(chromium, board)
        yield from _latencies(Window.of(viewer, board, plan.seconds), high)
        viewer.close()
        yield from (
            Found(f"push.{name}_rss", machine.rss_mb(board.pid(name))) for name in ("core", "web")
        )


def _slow(plan: Plan, chromium: Browser, board: Board) -> Iterator[Found]:
    """At one frame a second, the pace of the peers."""
    with source.running(board.redis_url, RATES[0]):
        viewer = _settled(chromium, board)
        yield from _costs(Window.of(viewer, board, plan.seconds), PACES[1])
        viewer.close()


def _settled(chromium: Browser, board: Board) -> Viewer:
    viewer = Viewer(chromium, f"{board.address}/wall")
    viewer.first_ms()
    viewer.wait(SETTLE_S)
    return viewer


@dataclass(frozen=True)
class Window:
    """What was seen of a page over some seconds. CPU in seconds, bytes as sent."""

    seconds: float
    samples: Sequence[Shown]
    main_s: float
    live_bytes: int
    core_s: float

    @staticmethod
    def of(viewer: Viewer, board: Board, seconds: float) -> Window:
        viewer.take()
        core, begun = board.pid("core"), time.monotonic()
        before = viewer.main_thread_s(), viewer.live_bytes, machine.cpu_s(core)
        viewer.wait(seconds)
        samples, took = viewer.take(), time.monotonic() - begun
        if viewer.errors:
            raise machine.TooLate(f"the page failed: {viewer.errors[0]}")
        main, live, cpu = viewer.main_thread_s(), viewer.live_bytes, machine.cpu_s(core)
        return Window(took, samples, main - before[0], live - before[1], cpu - before[2])

    def a_minute(self, seconds: float) -> float:
        return seconds / self.seconds * 60


def _latencies(window: Window, rate: int) -> Iterator[Found]:
    fresh, event = ages.push(window.samples), ages.event_to_pixel(window.samples)
    beside = f"{len(fresh) / window.seconds:.1f} changes/s seen"
    yield Found(f"push.p50@{rate}", ages.quantile(fresh, 0.5), beside)
    yield Found(f"push.p95@{rate}", ages.quantile(fresh, 0.95))
    yield Found(f"push.p99@{rate}", ages.quantile(fresh, 0.99))
    yield Found(f"push.event_p50@{rate}", ages.quantile(event, 0.5))
    yield Found(f"push.event_p99@{rate}", ages.quantile(event, 0.99))
    yield Found(f"push.core_cpu@{rate}", window.a_minute(window.core_s))


def _costs(window: Window, pace: int) -> Iterator[Found]:
    yield Found(f"push.main@{pace}", window.a_minute(window.main_s))
    yield Found(f"push.wire@{pace}", window.live_bytes / window.seconds / 1000)


def _loads(chromium: Browser, board: Board) -> Iterator[Found]:
    """Several first visits, each with nothing in its cache."""
    first, loaded, outside = [], [], set[str]()
    for _ in range(LOADS):
        viewer = Viewer(chromium, f"{board.address}/wall")
        first.append(viewer.first_ms())
        viewer.wait(SETTLE_S)
        loaded.append((viewer.loaded_bytes + viewer.live_bytes) / 1000)
        outside |= viewer.outside
        viewer.close()
    yield Found("push.first", ages.median(first), f"slowest of {LOADS}: {max(first):.0f} ms")
    yield Found("push.load", ages.median(loaded), f"with the first {SETTLE_S:.0f} s of frames")
    yield Found("push.outside", len(outside), ", ".join(sorted(outside)))


def _slowed(viewer: Viewer, seconds: float) -> Iterator[Found]:
    """A page that computes ten times slower may show fewer frames; what it shows must not grow
    older.
    """
    viewer.slow_down(SLOWED)
    viewer.wait(SETTLE_S)
    viewer.take()
    viewer.wait(seconds / 2)
    before = ages.push(viewer.take())
    viewer.wait(seconds / 2)
    after = ages.push(viewer.take())
    viewer.slow_down(1)
    beside = f"{len(after) / seconds * 2:.1f} changes/s seen, oldest {max(after, default=float('nan')):.0f} ms"
    yield Found("push.behind", ages.median(after) - ages.median(before), beside)
    yield Found("push.slowed_p50", ages.median([*before, *after]))
