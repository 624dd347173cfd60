"""Takes docs/images from a running demo of its own: every page in both languages, the overview on a phone too.

`make screenshots` runs it. It starts the board on a folder that is gone afterwards and takes a picture once the page is live.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from playwright import sync_api

IMAGES = Path(__file__).parent / "images"
LANGS = ("zh", "en")
DESKTOP, PHONE = (1920, 1080), (390, 844)
READY_S = 300.0
LIVE = """() => document.documentElement.dataset.live === 'live' && document.fonts.status === 'loaded'
  && Date.now() - Number(document.documentElement.dataset.at) < 600_000
  && [...document.querySelectorAll('.js-plotly-plot')].every(chart => chart.querySelector('.main-svg'))
  && document.querySelector('[data-kpi][data-state=live]') !== null"""  # the demo's two years are in, and charts are drawn


class Shot(NamedTuple):
    """One picture: its name, the page, the screen's size in pixels."""

    name: str
    path: str
    size: tuple[int, int] = DESKTOP


SHOTS = (
    Shot("wall", "/wall"),
    Shot("overview", "/"),
    Shot("overview-phone", "/", PHONE),
    Shot("incidents", "/incidents"),
    Shot("disputes", "/disputes"),
    Shot("traffic", "/traffic"),
    Shot("fraud", "/fraud"),
    Shot("safety", "/safety"),
    Shot("services", "/services"),
    Shot("tasks", "/tasks"),
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def board() -> Iterator[str]:
    """The address of a board with demo data, ready to serve; it ends with the block."""
    with tempfile.TemporaryDirectory(prefix="board-") as data:
        port = free_port()
        process = subprocess.Popen([sys.executable, "-m", "dashboard", "run", "--demo", "--data", data, "--port", str(port)])
        try:
            wait_ready(f"http://127.0.0.1:{port}", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(30)


def wait_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    """Returns once /readyz says so. Raises SystemExit where the board ends or takes too long."""
    deadline = time.monotonic() + READY_S
    while process.poll() is None and time.monotonic() < deadline:
        with (
            contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError),
            urllib.request.urlopen(f"{address}/readyz", timeout=5),
        ):
            return
        time.sleep(0.2)
    raise SystemExit("screenshots: the board did not become ready")


def take(browser: sync_api.Browser, address: str, shot: Shot, lang: str) -> Path:
    """One picture, of the first screenful, after the page is live and its charts are drawn."""
    width, height = shot.size
    page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page.goto(f"{address}{shot.path}?lang={lang}")
    page.wait_for_function(LIVE, timeout=READY_S * 1000)
    path = IMAGES / f"{shot.name}-{lang}.png"
    page.screenshot(path=path, scale="css", animations="disabled")
    page.close()
    return path


def main(names: list[str]) -> int:
    """Takes all pictures, or those named. Returns the exit code."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    IMAGES.mkdir(exist_ok=True)
    with board() as address, sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for shot in (shot for shot in SHOTS if not names or shot.name in names):
            for lang in LANGS:
                path = take(browser, address, shot, lang)
                print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
