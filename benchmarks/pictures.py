"""Whether two states of the code look the same: every page and every scene in both languages, pixel
by pixel.

    python -m benchmarks.pictures take CODE DATA OUT [NAME…]
    python -m benchmarks.pictures compare OUT OTHER [--marked FOLDER]

`take` starts the board of the clone CODE on a copy of the data folder DATA, without live events and
with a clock that stands still just after the newest event (or `--later` seconds on, when figures
are late or silent), and writes OUT/<name>-<width>-<lang>.png. What tells builds and moments apart
(footer, places of topics) is hidden.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageChops
from playwright import sync_api

from benchmarks import machine

STILL = Path(__file__).parent / "still"
TOWN = "320282102"
DESK, PHONE, WALL, SHEET = (1440, 900), (390, 844), (1920, 1080), (794, 1123)
READY_S, DRAWN_MS, SETTLED_MS = 120.0, 60_000, 1_500
PAGES = {
    "overview": "/",
    "overview-light": "/?theme=light&period=quarter",
    "overview-range": "/?from=2026-10-01&to=2026-10-20",
    "overview-town": f"/?area={TOWN}&period=month",
    "incidents": "/incidents",
    "incidents-year": "/incidents?period=year",
    "disputes": "/disputes?period=month",
    "joint": "/joint",
    "traffic": "/traffic?period=week",
    "fraud": "/fraud",
    "safety": "/safety?period=quarter",
    "safety-town": f"/safety?area={TOWN}",
    "services": "/services?period=month",
    "tasks": "/tasks",
    "tasks-year": "/tasks?period=year&theme=light",
    "review": "/review",
    "review-light": "/review?theme=light",
    "review-town": f"/review?area={TOWN}",
    "brief": "/brief",
    "audit-log": "/audit-log",
    "brief-town": f"/brief?area={TOWN}",
    "kpi": "/kpi?kpi=disputes.success_rate&period=quarter",
    "kpi-count": "/kpi?kpi=incidents.reported&period=month",
    "kpi-gauge": "/kpi?kpi=sensing.online_rate",
    "kpi-range": "/kpi?kpi=incidents.closure_rate&from=2026-09-01&to=2026-10-20",
    "cases": "/cases",
    "alerts": "/alerts",
    "health": "/health",
    "remote": "/remote",
    "pair": "/pair",
}
SCENES = {
    "wall-map": "/wall?scene=map",
    "wall-light": "/wall?scene=map&theme=light",
    "wall-oldest": "/wall?scene=oldest",
    "wall-control": "/wall?scene=control",
    "wall-town": f"/wall?scene=town&town={TOWN}",
    "wall-alerts": "/wall?scene=alerts",
    "wall-of-town": f"/wall?area={TOWN}",
    "wall-replay": "/wall?at=2026-11-20T10:30:00%2B08:00",
}
PRINTED = {"overview-print": "/", "brief-print": "/brief", "review-print": "/review"}
TRENDED = """() => window.board && board.main && board.state()[board.main()]
  && Object.keys(board.state()[board.main()].trends || {}).length > 0"""
DRAWN = """() => document.fonts.status === 'loaded' && !document.querySelector('#first-paint')
  && (['live', 'replay'].includes(document.documentElement.dataset.live) || !document.querySelector('[data-area]'))
  && !document.querySelector('.is-next, .is-coming')
  && [...document.querySelectorAll('.desk .chart-plot')].every(plot => plot.querySelector('.main-svg'))"""
ALIKE = """() => {
  for (const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); walk.nextNode();) {
    const text = walk.currentNode;
    text.data = text.data.replace(/\\d+\\.\\d+\\.\\d+\\+[0-9a-f]{8}/g, '0.0.0+00000000');
  }
  for (const el of document.querySelectorAll('.footer, .replay-foot, [data-state-of-topic]')) el.style.opacity = 0;
}"""


class Shot(NamedTuple):
    """One picture: its name, its address, the screen's size, and whether it is of paper."""

    name: str
    path: str
    size: tuple[int, int]
    is_printed: bool = False


def shots() -> Iterator[Shot]:
    for name, path in PAGES.items():
        yield Shot(name, path, DESK)
        yield Shot(name, path, PHONE)
    for name, path in SCENES.items():
        yield Shot(name, path, WALL)
        yield Shot(name, path, DESK)
    for name, path in PRINTED.items():
        yield Shot(name, path, SHEET, is_printed=True)


@contextlib.contextmanager
def board(code: Path, data: Path, later_s: float) -> Iterator[tuple[str, float]]:
    """The address of a board of that code on a copy of the data, and its moment (epoch seconds)."""
    python = code / ".venv" / "bin" / "python"
    program = str(python) if python.exists() else sys.executable
    with tempfile.TemporaryDirectory(prefix="board-pictures-") as folder:
        own = Path(folder) / "data"
        shutil.copytree(data, own)
        moment, port = _newest_s(own) + 30 + later_s, machine.free_port()
        paths = os.pathsep.join((str(code), str(STILL)))
        process = subprocess.Popen(
            [program, "-m", "dashboard", "run", "--no-demo", "--data", own, "--port", str(port)],
            cwd=code,
            env=os.environ | {"PYTHONPATH": paths, "STILL_AT": str(moment)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_ready(address, process)
            yield address, moment
        finally:
            process.terminate()
            process.wait(30)


def _newest_s(data: Path) -> float:
    """When the newest event happened."""
    with contextlib.closing(sqlite3.connect(data / "board.db")) as history:
        (at_ms,) = history.execute("SELECT max(at) FROM events").fetchone()
    return float(at_ms // 60_000 * 60)


def _wait_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_S
    while process.poll() is None and time.monotonic() < deadline:
        with (
            contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError),
            urllib.request.urlopen(f"{address}/readyz", timeout=5),
        ):
            return
        time.sleep(0.2)
    raise SystemExit("pictures: the board did not become ready")


def take(address: str, moment: float, out: Path, names: Sequence[str]) -> None:
    """Write the pictures whose names begin with one of `names`; all without any."""
    out.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        _wait_trends(browser, address)
        for shot in shots():
            if names and not shot.name.startswith(tuple(names)):
                continue
            for lang in ("zh", "en"):
                _take(browser, address, moment, shot, lang, out)
        browser.close()


def _wait_trends(browser: sync_api.Browser, address: str) -> None:
    """The core reads control charts after the first figures."""
    page, deadline = browser.new_page(bypass_csp=True), time.monotonic() + READY_S
    while True:
        page.goto(f"{address}/", timeout=DRAWN_MS)
        with contextlib.suppress(sync_api.TimeoutError):
            page.wait_for_function(TRENDED, timeout=5_000)
            break
        if time.monotonic() > deadline:
            raise SystemExit("pictures: the core read no control charts")
    page.close()


def _take(
    browser: sync_api.Browser, address: str, moment: float, shot: Shot, lang: str, out: Path
) -> None:
    width, height = shot.size
    page = browser.new_page(
        viewport={"width": width, "height": height}, reduced_motion="reduce", bypass_csp=True
    )
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.add_init_script(f"Date.now = () => {int(moment * 1000)}")
    if shot.is_printed:
        page.emulate_media(media="print")
    joint = "&" if "?" in shot.path else "?"
    url = f"{address}{shot.path}{joint}lang={lang}"
    if not (_is_drawn(page, url) or _is_drawn(page, url)):  # a town's topic may come late once
        errors.append("it was not drawn in time")
    page.wait_for_timeout(SETTLED_MS)
    page.evaluate(ALIKE)
    is_wall = shot.name in SCENES
    path = out / f"{shot.name}-{width}-{lang}.png"
    page.screenshot(path=path, full_page=not is_wall, animations="disabled", scale="css")
    page.close()
    print(path.name, *errors, flush=True)


def _is_drawn(page: sync_api.Page, url: str) -> bool:
    page.goto(url, timeout=DRAWN_MS)
    try:
        page.wait_for_function(DRAWN, timeout=DRAWN_MS / 4)
    except sync_api.TimeoutError:
        return False
    return True


def compare(one: Path, other: Path, marked: Path | None) -> int:
    """Say which pictures differ, where and by how much; how many do. With `marked` those are put
    side by side in that folder.
    """
    names = sorted({path.name for folder in (one, other) for path in folder.glob("*.png")})
    differing = [name for name in names if not _is_same(one / name, other / name, marked)]
    print(f"{len(names) - len(differing)} of {len(names)} are the same")
    return len(differing)


def _is_same(one: Path, other: Path, marked: Path | None) -> bool:
    if not (one.exists() and other.exists()):
        print(f"{one.name}: in one folder alone")
        return False
    before, after = (Image.open(path).convert("RGB") for path in (one, other))
    if before.size != after.size:
        print(f"{one.name}: {before.size} and {after.size}")
        return False
    difference = ImageChops.difference(before, after)
    box = difference.getbbox()
    if box is None:
        return True
    count = sum(1 for value in difference.convert("L").tobytes() if value)
    print(f"{one.name}: {count} pixels in {box}")
    if marked:
        marked.mkdir(parents=True, exist_ok=True)
        both = Image.new("RGB", (2 * before.width, before.height))
        both.paste(before, (0, 0))
        both.paste(after, (before.width, 0))
        both.crop((0, max(0, box[1] - 60), both.width, box[3] + 60)).save(marked / one.name)
    return False


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parts = parser.add_subparsers(dest="part", required=True)
    taking = parts.add_parser("take")
    for name in ("code", "data", "out"):
        taking.add_argument(name, type=Path)
    taking.add_argument("names", nargs="*")
    taking.add_argument("--later", type=float, default=0.0, metavar="SECONDS")
    comparing = parts.add_parser("compare")
    for name in ("one", "other"):
        comparing.add_argument(name, type=Path)
    comparing.add_argument("--marked", type=Path)
    asked = parser.parse_args(arguments)
    if asked.part == "compare":
        return min(1, compare(asked.one, asked.other, asked.marked))
    with board(asked.code.resolve(), asked.data, asked.later) as (address, moment):
        take(address, moment, asked.out, asked.names)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
