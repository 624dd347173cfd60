"""What each figure is called, its unit, and what is wanted of it. How it is measured lives in the
module of its first word.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

RATES = (200, 2000)
PACES = (4, 1)


@dataclass(frozen=True)
class Figure:
    """One row of the table. `most` and `least` are the bounds that are wanted; without either it is
    there for reading.
    """

    id: str
    label: str
    unit: str
    most: float | None = None
    least: float | None = None

    def is_short(self, value: float) -> bool:
        """Whether the value misses what is wanted; what could not be measured does."""
        if self.most is None and self.least is None:
            return False
        return (
            math.isnan(value)
            or (self.most is not None and value > self.most)
            or (self.least is not None and value < self.least)
        )

    def wanted(self) -> str:
        if self.most is not None:
            return f"≤ {written(self.most, self.unit)}"
        return f"≥ {written(self.least, self.unit)}" if self.least is not None else ""


@dataclass(frozen=True)
class Found:
    """A measured figure. `beside` says in words what was measured beside it, for comparison."""

    id: str
    value: float
    beside: str = ""


def written(value: float, unit: str = "") -> str:
    """Three digits that count, whole above a thousand."""
    if math.isnan(value):
        return "not measured"
    number = (
        f"{value:,.0f}"
        if abs(value) >= 100 or value == int(value)
        else f"{value:.1f}"
        if abs(value) >= 10
        else f"{value:.2f}"
    )
    return f"{number} {unit}".strip()


def _ingest() -> Iterator[Figure]:
    yield Figure(
        "ingest.wall",
        "ingest, log to committed history and rollups, by wall time",
        "events/s",
        least=40_000,
    )
    yield Figure("ingest.cpu", "… by the process's CPU time", "events/s")
    yield Figure("ingest.ratio", "… as a share of a bare deduplicating insert", "×", least=0.35)


def _backfill() -> Iterator[Figure]:
    yield Figure(
        "backfill.s", "demo on an empty folder until two years are in the history", "s", most=60
    )
    yield Figure(
        "backfill.restart", "restart with two years: start to ready with right figures", "s", most=3
    )
    for name, most in (("core", 400), ("web", 250)):
        yield Figure(f"backfill.{name}_rss", f"memory (RSS) of {name} then", "MB", most=most)
        yield Figure(f"backfill.{name}_pss", f"memory (PSS) of {name} then", "MB")
    yield Figure(
        "backfill.core_rss_filling", "memory (RSS) of core right after the backfill", "MB", most=400
    )


def _push() -> Iterator[Figure]:
    for rate in RATES:
        at = f"{rate:,} events/s"
        for q, most in (("p50", 60), ("p95", None), ("p99", 200)):
            yield Figure(f"push.{q}@{rate}", f"push latency {q}, {at}", "ms", most=most)
        for q, most in (("p50", 250), ("p99", 1000)):
            yield Figure(
                f"push.event_{q}@{rate}", f"any event to its pixel {q}, {at}", "ms", most=most
            )
        yield Figure(f"push.core_cpu@{rate}", f"core, {at}", "CPU-s/min")
    yield Figure("push.first", "navigation to the first correct number, cold cache", "ms", most=600)
    yield Figure("push.load", "page load on the wire", "kB", most=1200)
    yield Figure("push.outside", "requests of the page to other hosts", "", most=0)
    for pace in PACES:
        frames = f"{pace} frame{'s' * (pace > 1)}/s"
        yield Figure(f"push.main@{pace}", f"main thread of the page, {frames}", "CPU-s/min")
        yield Figure(
            f"push.wire@{pace}",
            f"on the wire a viewer, {frames}",
            "kB/s",
            most=1.2 if pace == 1 else None,
        )
    yield Figure(
        "push.behind",
        "page slowed ten times: how far it falls behind in the second half",
        "ms",
        most=500,
    )
    yield Figure("push.slowed_p50", "… its push latency p50", "ms")
    for name, most in (("core", 400), ("web", 250)):
        yield Figure(
            f"push.{name}_rss",
            f"memory (RSS) of {name} at the end of 2,000 events/s",
            "MB",
            most=most,
        )


def _wall() -> Iterator[Figure]:
    yield Figure(
        "wall.core",
        "wall of 3840×2160, 200 events/s: its page's process, as a share of one core",
        "%",
        most=15,
    )
    yield Figure("wall.renderer", "… its page's process", "CPU-s/min")
    yield Figure("wall.main", "… the main thread of that", "CPU-s/min")
    yield Figure(
        "wall.browser",
        "… all processes of the browser, painting without a graphics card among them",
        "CPU-s/min",
    )
    yield Figure("wall.region", "… the region that is painted most often", "frames/s", most=4)
    yield Figure("wall.frames", "… frames drawn, of the whole page", "frames/s")


def _fanout() -> Iterator[Figure]:
    for pace in PACES:
        frames = f"1,000 clients, {pace} frame{'s' * (pace > 1)}/s"
        yield Figure(
            f"fanout.share@{pace}", f"frames that reached every client, {frames}", "%", least=100
        )
        yield Figure(
            f"fanout.p99@{pace}",
            f"age of the newest event on arrival p99, {frames}",
            "ms",
            most=500,
        )
        yield Figure(f"fanout.frame_p99@{pace}", f"… age of the frame itself p99, {frames}", "ms")
        yield Figure(f"fanout.cpu@{pace}", f"web worker, {frames}", "CPU-s/min")


def _heap() -> Iterator[Figure]:
    yield Figure(
        "heap.growth",
        "JS heap at the end against five minutes (or a third) in, 200 events/s",
        "%",
        most=10,
    )
    yield Figure("heap.end", "… at the end", "MB")


def _clicks(part: str, label: str, p50: float, p95: float) -> Iterator[Figure]:
    yield Figure(f"{part}.p50", f"{label}, p50", "ms", most=p50)
    yield Figure(f"{part}.p95", "… p95", "ms", most=p95)
    yield Figure(f"{part}.drawn_p50", "… until the last chart of the page is drawn too, p50", "ms")
    yield Figure(f"{part}.page_cpu", "… CPU time of the page's main thread a click, p50", "ms")
    yield Figure(f"{part}.web_cpu", "… CPU time of the web worker a click, p50", "ms")


def _interactions() -> Iterator[Figure]:
    yield from _clicks(
        "interactions", "from a click to the frame that shows what was asked for", 300, 800
    )
    for path in ("/", "/disputes"):
        label = f"first correct number on a phone of a quarter of the speed, 1.6 Mbit/s, 150 ms, cold cache, {path}"
        yield Figure(f"interactions.phone@{path}", label, "ms", most=4000)


def _province() -> Iterator[Figure]:
    yield from _clicks(
        "province",
        "from a click to the frame that shows what was asked for with 50 times the data",
        600,
        1600,
    )


def _review() -> Iterator[Figure]:
    yield Figure(
        "review.page_cold", "a quarter's review, asked for the first time since the start", "s"
    )
    yield Figure("review.page", "a quarter's review", "s", most=1)
    yield Figure("review.freeze", "a freeze, as a command", "s", most=5)
    yield Figure("review.deck", "a deck with a page for each of 18 towns", "s", most=15)
    yield Figure("review.deck_mb", "… its size", "MB", most=5)


def _peers() -> Iterator[Figure]:
    yield Figure(
        "peers.push_p50@200", "their harness: push latency p50, 200 events/s", "ms", most=60
    )
    yield Figure(
        "peers.push_p99@200", "their harness: push latency p99, 200 events/s", "ms", most=200
    )
    yield Figure(
        "peers.push_p50@2000", "their harness: push latency p50, 2,000 events/s", "ms", most=60
    )
    yield Figure(
        "peers.push_p99@2000", "their harness: push latency p99, 2,000 events/s", "ms", most=200
    )
    yield Figure("peers.event_p50@200", "their harness: any event to its pixel p50", "ms", most=250)
    yield Figure(
        "peers.event_p99@200", "their harness: any event to its pixel p99", "ms", most=1000
    )
    yield Figure(
        "peers.first", "their harness: navigation to the first correct number", "ms", most=600
    )
    yield Figure("peers.main", "their harness: main thread, at 4 frames/s", "CPU-s/min")
    yield Figure(
        "peers.main@1", "their harness: main thread, at 1 frame/s as the peers", "CPU-s/min"
    )
    yield Figure("peers.main_ratio", "… at 1 frame/s, against the floor's", "×", most=1.4)
    yield Figure(
        "peers.wire@1", "their harness: on the wire a viewer, at 1 frame/s", "kB/s", most=1.2
    )
    yield Figure(
        "peers.server",
        "their harness: all server processes with one viewer, 200 events/s, 4 frames/s",
        "CPU-s/min",
    )
    yield Figure("peers.load", "their harness: sent to load the page", "kB", most=1200)
    yield Figure("peers.fanout_cpu", "their raw clients: 1,000 at 1 frame/s", "CPU-s/min")
    yield Figure("peers.fanout_ratio", "… against the floor's", "×", most=2)
    yield Figure("peers.fanout_p99", "… age of the newest event on arrival p99", "ms", most=500)


_PARTS = (
    _ingest,
    _backfill,
    _push,
    _wall,
    _fanout,
    _heap,
    _interactions,
    _province,
    _review,
    _peers,
)
CATALOGUE = {f.id: f for part in _PARTS for f in part()}
