"""Takes docs/images from a running demo: every page and every scene in both languages, the overview
on a phone too.

`make screenshots` runs it. It starts a board on a folder that is gone afterwards, or takes the one
at `--url`, waits until a page is live and its charts are drawn, and writes
docs/reference/pictures.md, which shows them.
"""

from __future__ import annotations

import argparse
import contextlib
import io
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

from PIL import Image
from playwright import sync_api

from dashboard import history
from dashboard.access.tokens import Tokens

IMAGES = Path(__file__).parent / "images"
GALLERY = Path(__file__).parent / "reference" / "pictures.md"
LANGS = ("zh", "en")
DESKTOP, PHONE, WALL = (1440, 900), (390, 844), (1920, 1080)
READY_S, COLOURS = 300.0, 256
FILLED = """() => Date.now() - Number(document.documentElement.dataset.at) < 600_000
  && document.querySelector('[data-kpi][data-state=live]') !== null"""  # the demo's two years are in
DRAWN = """() => document.fonts.status === 'loaded'
  && (document.documentElement.dataset.live === 'live' || !document.querySelector('[data-area]'))
  && !document.querySelector('.is-next') && [...document.querySelectorAll('.desk .chart-plot')].every(plot =>
    plot.getBoundingClientRect().top > innerHeight || plot.querySelector('.main-svg'))"""


class Shot(NamedTuple):
    """One picture: its name, the page, what it shows, the screen's size in pixels; and whether it
    is taken by an office of the whole city.
    """

    name: str
    path: str
    title: str
    size: tuple[int, int] = DESKTOP
    is_entered: bool = False


SHOTS = (
    Shot("wall", "/wall?scene=map", "The wall: the map", WALL),
    Shot("wall-oldest", "/wall?scene=oldest", "The wall: the cases overdue longest", WALL),
    Shot("wall-control", "/wall?scene=control", "The wall: control charts that signal", WALL),
    Shot("wall-town", "/wall?scene=town&town=320282112", "The wall: one town", WALL),
    Shot("wall-alerts", "/wall?scene=alerts", "The wall: the alerts of the day", WALL),
    Shot("overview", "/", "Overview"),
    Shot("overview-phone", "/", "Overview on a phone", PHONE),
    Shot("incidents", "/incidents", "Grid incidents"),
    Shot("disputes", "/disputes", "Disputes"),
    Shot("joint", "/joint", "Joint handling"),
    Shot("traffic", "/traffic", "Road safety"),
    Shot("fraud", "/fraud", "Anti-fraud"),
    Shot("safety", "/safety", "Public safety"),
    Shot("services", "/services", "Services"),
    Shot("tasks", "/tasks", "Tasks and risks"),
    Shot("review", "/review", "The quarterly review"),
    Shot("brief", "/brief", "The daily brief"),
    Shot("kpi", "/kpi?kpi=disputes.success_rate&period=quarter", "One figure from all sides"),
    Shot("cases", "/cases", "Cases"),
    Shot("alerts", "/alerts", "Alerts"),
    Shot("health", "/health", "Health of the data"),
    Shot("audit-log", "/audit-log", "The audit log", is_entered=True),
    Shot("remote", "/remote", "The wall's remote on a phone", PHONE),
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def board() -> Iterator[tuple[str, str]]:
    """The address of a board with demo data, ready to serve, and an edit token; it ends with the
    block.
    """
    with tempfile.TemporaryDirectory(prefix="board-") as data:
        port = free_port()
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "dashboard",
                "run",
                "--demo",
                "--data",
                data,
                "--port",
                str(port),
            ]
        )
        try:
            wait_ready(f"http://127.0.0.1:{port}", process)
            yield f"http://127.0.0.1:{port}", _edit_token(data)
        finally:
            process.terminate()
            process.wait(30)


def _edit_token(data: str) -> str:
    """A token that lets remarks be made, from the database of the running board."""
    database = history.open_database(f"sqlite:///{data}/board.db")
    try:
        return Tokens(database).add("市指挥中心", "edit")
    finally:
        database.dispose()


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


def wait_filled(browser: sync_api.Browser, address: str) -> None:
    page = browser.new_page(bypass_csp=True)
    page.goto(f"{address}/")
    page.wait_for_function(FILLED, timeout=READY_S * 1000)
    page.close()


def take(browser: sync_api.Browser, address: str, token: str, shot: Shot, lang: str) -> Path:
    """One picture, of the first screenful, in as few colours as its words stay smooth with."""
    width, height = shot.size
    page = browser.new_page(
        viewport={"width": width, "height": height}, reduced_motion="reduce", bypass_csp=True
    )
    if shot.is_entered:
        page.goto(f"{address}/enter?token={token}", timeout=READY_S * 1000)
    page.goto(
        f"{address}{shot.path}{'&' if '?' in shot.path else '?'}lang={lang}", timeout=READY_S * 1000
    )
    page.wait_for_function(DRAWN, timeout=READY_S * 1000)
    path = IMAGES / f"{shot.name}-{lang}.png"
    drawn = Image.open(io.BytesIO(page.screenshot(scale="css", animations="disabled"))).convert(
        "RGB"
    )
    drawn.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
        path, optimize=True
    )
    page.close()
    return path


def gallery() -> str:
    """The page that shows them all."""
    lead = (
        "Every page and every scene of the demo in Chinese and English, taken "
        "by `make screenshots`. What each shows: [pages](pages.md)."
    )
    parts = [
        f"## {shot.title}\n\n`{shot.path}`\n\n{''.join(_picture(shot, lang) for lang in LANGS)}"
        for shot in SHOTS
    ]
    return "\n".join(["# Pictures", "", lead, "", *parts])


def _picture(shot: Shot, lang: str) -> str:
    words = {"zh": "Chinese", "en": "English"}[lang]
    return f"![{shot.title}, in {words}](../images/{shot.name}-{lang}.png)\n"


def main(arguments: list[str]) -> int:
    """Takes all pictures, or those named. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="of the pictures; all without one")
    parser.add_argument("--url", help="of a board that runs, in place of one of its own")
    parser.add_argument("--token", default="", help="with --url: an edit token of that board")
    asked = parser.parse_args(arguments)
    chromium = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    IMAGES.mkdir(exist_ok=True)
    with (
        contextlib.nullcontext((asked.url, asked.token)) if asked.url else board() as (
            address,
            token,
        ),
        sync_api.sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        wait_filled(browser, address)
        for shot in (shot for shot in SHOTS if not asked.names or shot.name in asked.names):
            for lang in LANGS:
                path = take(browser, address, token, shot, lang)
                print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")
        browser.close()
    GALLERY.write_text(gallery(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
