"""The wall left alone: pictures change as fast as they can for a while, and heap, nodes and errors
are written down.

python -m benchmarks.soak --url http://127.0.0.1:8050 --minutes 90 --out docs/images/soak.csv; `make
soak` does.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

ARGS = ["--no-sandbox", "--disable-gpu", "--js-flags=--expose-gc", "--enable-precise-memory-info"]
MEASURE = """() => {
  if (!board.wall.now() || document.querySelectorAll('.wall-scene').length !== 1) return null;
  if (window.gc) gc();
  const s = board.stats();
  return [performance.memory.usedJSHeapSize / 1048576, document.querySelectorAll('*').length, board.wall.changes, board.wall.failures,
          s.errors, s.frames, s.resyncs, s.differs, document.documentElement.dataset.live];
}"""
MIDNIGHT = """day => { board.midnight = board.midnight || board.now; board.now = () => board.midnight() + day * 86400000; }"""
MIDNIGHTS = (
    1 / 3,
    2 / 3,
)  # of the time: the wall's clock is a day on for some seconds, which begins a new day, and ends it
DAY_S = 4
SETTLED = 10 / 90  # of the time, until what is kept is there
GROWTH = 0.15


@dataclass(frozen=True)
class Sample:
    """At `at_s`: heap after collection in MB, elements in the page, and the counts since it was
    opened.
    """

    at_s: float
    heap_mb: float
    nodes: int
    changes: int
    failures: int
    errors: int
    frames: int
    resyncs: int
    differs: int
    live: str


def samples(page: Page, seconds: float, speed: float, every_s: float) -> Iterator[Sample]:
    begun, midnights = time.monotonic(), [part * seconds for part in MIDNIGHTS]
    while (at := time.monotonic() - begun) < seconds:
        if midnights and at > midnights[0]:
            midnights.pop(0)
            _pass_midnight(page)
        page.wait_for_function("board.wall.now()", timeout=60_000)
        page.evaluate("by => board.wall.faster(by)", speed)  # again after a reload
        measured = page.wait_for_function(
            MEASURE, timeout=60_000
        )  # between two pictures there are both in the page
        yield Sample(round(at, 1), *measured.json_value())
        page.wait_for_timeout(1000 * every_s)


def _pass_midnight(page: Page) -> None:
    """What a new day does to the page; the board's own midnight is tested with its clock set."""
    for day in (1, 0):
        page.evaluate(MIDNIGHT, day)
        page.wait_for_timeout(1000 * DAY_S)


def wrong(found: list[Sample]) -> list[str]:
    """What the wall may not do, and did."""
    settled = found[int(len(found) * SETTLED) :]
    quarter = max(1, len(settled) // 4)
    first, last = (
        statistics.median(s.heap_mb for s in part)
        for part in (settled[:quarter], settled[-quarter:])
    )
    nodes = [
        max(s.nodes for s in part)
        for part in (settled[: len(settled) // 2], settled[len(settled) // 2 :])
    ]
    checks: dict[str, Any] = {
        f"heap grew from {first:.1f} to {last:.1f} MB": last > first * (1 + GROWTH),
        f"elements grew from {nodes[0]} to {nodes[1]}": nodes[1] > nodes[0] * 1.05,
        f"{found[-1].errors} errors": found[-1].errors,
        f"{found[-1].differs} states that differed": found[-1].differs,
        f"{found[-1].failures} pictures not had": found[-1].failures,
    }
    return [said for said, is_so in checks.items() if is_so]


def write(found: list[Sample], out: Path) -> None:
    """The samples as CSV, and their curve beside them as a picture."""
    with out.open("w", newline="") as file:
        csv.writer(file).writerows([[field.name for field in fields(Sample)], *map(astuple, found)])
    out.with_suffix(".svg").write_text(curve(found), encoding="utf-8")


def curve(found: list[Sample]) -> str:
    """Heap over time, from zero, as an SVG with its scale in words."""
    last_s, most = found[-1].at_s or 1.0, max(s.heap_mb for s in found)
    points = " ".join(
        f"{60 + 880 * s.at_s / last_s:.1f},{220 - 180 * s.heap_mb / most:.1f}" for s in found
    )
    words = [
        (60, 245, "0 min"),
        (900, 245, f"{last_s / 60:.0f} min"),
        (8, 45, f"{most:.1f} MB"),
        (8, 225, "0"),
    ]
    texts = "".join(f'<text x="{x}" y="{y}">{text}</text>' for x, y, text in words)
    about = f"{found[-1].changes} pictures, {found[-1].frames} frames, {found[-1].errors} errors; {found[-1].nodes} elements at the end"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 260" font-family="sans-serif" font-size="14" fill="#14203a">'
        '<title>JavaScript heap of the wall after collection</title><rect width="960" height="260" fill="#fff"/>'
        '<path d="M60 40V220H940" fill="none" stroke="#5b6880"/>'
        f'<polyline points="{points}" fill="none" stroke="#0b62d6" stroke-width="1.5"/>'
        f'{texts}<text x="60" y="24">JavaScript heap after collection. {about}</text></svg>\n'
    )


def run(
    url: str, seconds: float, speed: float, out: Path | None, every_s: float = 15.0
) -> list[Sample]:
    """The curve of a wall at that address, whose pictures stand a `speed`th of their time."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=ARGS)
        page = browser.new_page(viewport={"width": 1920, "height": 1080}, bypass_csp=True)
        uncaught: list[str] = []
        page.on("pageerror", lambda error: uncaught.append(str(error)))
        page.goto(f"{url}/wall")
        page.wait_for_function(
            "document.documentElement.dataset.live === 'live' && board.wall.now()", timeout=60_000
        )
        found = list(samples(page, seconds, speed, every_s))
        browser.close()
    if out:
        write(found, out)
    if uncaught:
        raise RuntimeError(f"{len(uncaught)} uncaught errors, the first: {uncaught[0]}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8050")
    parser.add_argument("--minutes", type=float, default=90.0)
    parser.add_argument(
        "--speed",
        type=float,
        default=112.0,
        help="how many times faster pictures change; 112: seven days in 90 minutes",
    )
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    found = run(asked.url, 60 * asked.minutes, asked.speed, asked.out)
    heaps = [s.heap_mb for s in found]
    print(
        f"{len(found)} samples, {found[-1].changes} pictures, heap {min(heaps):.1f} to {max(heaps):.1f} MB, {found[-1].nodes} elements"
    )
    if said := wrong(found):
        sys.exit("; ".join(said))


if __name__ == "__main__":
    main()
