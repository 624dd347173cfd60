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
from dashboard.access.session_cookie import COOKIE
from dashboard.access.tokens import Tokens
from dashboard.audit_trail import now_ms
from feeds.accounts import account_store, passwords, session_store
from feeds.accounts.roles import Role
from feeds.accounts.token_store import DAY_MS, Scope
from feeds.audit_log.entries import BOARD, Who
from feeds.events.declared_sources import FILE

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


AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/143.0 Safari/537.36"
PEOPLE: tuple[tuple[str, str, tuple[Role, ...], tuple[str, ...]], ...] = (
    ("wang.fang", "王芳", ("admin", "auditor"), ()),
    ("yicheng", "宜城街道值守", ("town_duty",), ("320282001",)),
    ("center", "市指挥中心值守", ("city_duty", "host"), ()),
)
SOURCE = """[[source]]
id = "urn:yixing:grid"
case = ["JJ[0-9]{12}", "JB[0-9]{10}"]
title = "网格系统"
owner = "市社会工作部"
"""


class Shot(NamedTuple):
    """One picture: its name, the page, what it shows, the screen's size in pixels; and whether it
    is taken by somebody who is signed in.
    """

    name: str
    path: str
    title: str
    size: tuple[int, int] = DESKTOP
    is_signed_in: bool = False


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
    Shot("audit-log", "/audit-log", "The audit log", is_signed_in=True),
    Shot("sign-in", "/sign-in", "Signing in"),
    Shot("account", "/account", "One's own account", is_signed_in=True),
    Shot("admin", "/admin", "Administration: accounts", is_signed_in=True),
    Shot("admin-tokens", "/admin/tokens", "Administration: tokens", is_signed_in=True),
    Shot("admin-sources", "/admin/sources", "Administration: sources", is_signed_in=True),
    Shot("remote", "/remote", "The wall's remote on a phone", PHONE),
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def board() -> Iterator[tuple[str, str]]:
    """The address of a board with demo data, ready to serve, and the secret of a session; it ends
    with the block.
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
            yield f"http://127.0.0.1:{port}", _people(Path(data))
        finally:
            process.terminate()
            process.wait(30)


def _people(data: Path) -> str:
    """Accounts, tokens and a declared source of a small city, written as the board's own commands
    write them; the secret of a session of somebody who is an administrator and an auditor.
    """
    database = history.open_database(f"sqlite:///{data / 'board.db'}")
    try:
        with database.begin() as connection:
            kept = passwords.hash("four words without relation")
            for name, shown, roles, towns in PEOPLE:
                account_store.add(
                    connection, now_ms(), BOARD, name, roles, towns, shown=shown, password=kept
                )
            account_store.add(connection, now_ms(), BOARD, "zhou", ["viewer"], shown="周")
            me = account_store.find(connection, PEOPLE[0][0])
            assert me
            secret = session_store.begin(connection, now_ms(), me, "password", agent=AGENT)
        tokens = Tokens(database)
        scope = Scope(frozenset({"incident.reported", "incident.closed"}))
        ends = now_ms() + 90 * DAY_MS
        tokens.add("市网格中心", who=Who("wang.fang"), scope=scope, expires=ends)
        tokens.add("宜城街道综治中心", "view", "320282001", who=Who("wang.fang"))
        (data / FILE).write_text(SOURCE, "utf-8")
        return secret
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


def take(browser: sync_api.Browser, address: str, session: str, shot: Shot, lang: str) -> Path:
    """One picture, of the first screenful, in as few colours as its words stay smooth with."""
    width, height = shot.size
    page = browser.new_page(
        viewport={"width": width, "height": height}, reduced_motion="reduce", bypass_csp=True
    )
    if shot.is_signed_in:
        page.context.add_cookies([{"name": COOKIE, "value": session, "url": address}])
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
    parser.add_argument("--session", default="", help="with --url: the secret of a session")
    asked = parser.parse_args(arguments)
    chromium = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    IMAGES.mkdir(exist_ok=True)
    with (
        contextlib.nullcontext((asked.url, asked.session)) if asked.url else board() as (
            address,
            session,
        ),
        sync_api.sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        wait_filled(browser, address)
        for shot in (shot for shot in SHOTS if not asked.names or shot.name in asked.names):
            for lang in LANGS:
                path = take(browser, address, session, shot, lang)
                print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")
        browser.close()
    GALLERY.write_text(gallery(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
