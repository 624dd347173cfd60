"""deploy/kiosk on a screen of its own (Xvfb) with a real browser: it fills the screen, and puts up
again what nobody is there to close.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy
import psutil
import pytest

from feeds.city import profile
from feeds.wall import wall_profile
from tests.system.conftest import BUSY, ROOT, until

pytestmark = [pytest.mark.system, pytest.mark.browser, pytest.mark.timeout(600)]
NEEDED = ("Xvfb", "matchbox-window-manager", "xset", "xrandr", "xprop")
FLAGS = "--no-sandbox --disable-gpu --disable-background-networking"
WIDTH, HEIGHT, GROUND = 1920, 1080, (0x0B, 0x12, 0x20)
Start = Callable[..., "Kiosk"]


class Kiosk:
    """start-wall at an address, on a screen whose pixels lie in a file."""

    def __init__(self, folder: Path, url: str, **settings: str) -> None:
        self.folder, (reads, writes) = folder, os.pipe()
        screen = [
            "-screen",
            "0",
            f"{WIDTH}x{HEIGHT}x24",
            "-fbdir",
            str(folder),
            "-displayfd",
            str(writes),
            "-nolisten",
            "tcp",
            "-noreset",  # else it begins anew after each short client, and refuses the next
        ]
        self.server = subprocess.Popen(
            ["Xvfb", *screen], pass_fds=[writes], stderr=subprocess.DEVNULL
        )
        os.close(writes)
        with os.fdopen(reads) as told:
            self.env = (
                os.environ
                | settings
                | {
                    "HOME": str(folder),
                    "DISPLAY": f":{told.readline().strip()}",
                    "WALL_URL": url,
                    "WALL_FLAGS": FLAGS,
                }
            )
        self.said = folder / "said.log"
        self.put_up()

    def put_up(self) -> None:
        """Start the script, as the unit does at first and whenever it has ended."""
        with self.said.open("ab") as said:
            self.process = subprocess.Popen(
                [str(ROOT / "deploy" / "kiosk" / "start-wall")],
                env=self.env,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

    def wait_painted(self) -> None:
        """Until the wall is on the screen. A browser that needs too long to begin is put up again,
        as by the unit.
        """
        deadline = time.monotonic() + 60 * BUSY
        while not shows_wall(self):
            said = self.said.read_text()
            assert time.monotonic() < deadline, f"the wall is not painted; the script said:\n{said}"
            if self.process.poll() is not None:
                self.put_up()
            time.sleep(1)

    def end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(
                self.process.pid, signal.SIGKILL
            )  # the script may have ended, and a page that a test stopped knows of nothing
        for process in (self.process, self.server):
            process.kill()
            process.wait(20)

    def title(self) -> str:
        told = subprocess.run(
            ["xprop", "-root", "_NET_ACTIVE_WINDOW"],
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        found = re.search(r"0x[0-9a-f]{2,}", told)
        asked = ["xprop", "-id", found.group(), "_NET_WM_NAME"] if found else ["true"]
        return subprocess.run(
            asked, env=self.env, capture_output=True, text=True, check=False
        ).stdout

    def children(self) -> list[psutil.Process]:
        return (
            []
            if self.process.poll() is not None
            else psutil.Process(self.process.pid).children(recursive=True)
        )

    def pages(self) -> list[psutil.Process]:
        return [process for process in self.children() if is_page(process)]

    def pixels(self) -> Any:
        """The screen's pixels, height by width by red, green and blue. Xvfb keeps them as a dump of
        the X window system.
        """
        raw = (self.folder / "Xvfb_screen0").read_bytes()
        head = numpy.frombuffer(raw[:100], ">u4")
        rows = numpy.frombuffer(raw, "u1", offset=int(head[0] + 12 * head[19])).reshape(
            HEIGHT, int(head[12])
        )
        return rows[:, : 4 * WIDTH].reshape(HEIGHT, WIDTH, 4)[:, :, 2::-1]

    def edges(self) -> set[tuple[int, ...]]:
        """The colours of the outermost pixels."""
        drawn = self.pixels()
        rows = numpy.concatenate([drawn[0], drawn[-1], drawn[:, 0], drawn[:, -1]])
        return {(int(r), int(g), int(b)) for r, g, b in numpy.unique(rows, axis=0)}


def is_page(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return "--type=renderer" in process.cmdline()
    return False


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Start]:
    if missing := [name for name in NEEDED if not shutil.which(name)]:
        pytest.skip(f"no {', '.join(missing)}: `make test` installs them")
    made: list[Kiosk] = []

    def start(url: str, **settings: str) -> Kiosk:
        made.append(Kiosk(tmp_path, url, **settings))
        return made[-1]

    yield start
    for one in made:
        one.end()


def shows_wall(one: Kiosk) -> bool:
    return bool(re.search(r"\d\d:\d\d:\d\d", one.title()))


def ended(one: Kiosk, why: str) -> None:
    """The script has ended by itself, which makes the unit start it again, and said why."""
    until(lambda: one.process.poll() is not None, 120, "the kiosk has ended")
    assert why in one.said.read_text()


def is_ground(colours: set[tuple[int, ...]]) -> bool:
    """Whether the wall's ground is all there is, as by day, or dimmed as from ten in the evening."""
    if len(colours) != 1:
        return False
    (seen,) = colours
    night = profile.load("yixing").section(wall_profile.WALL).night_brightness
    for brightness in (1, night):
        wanted = [brightness * part for part in GROUND]
        if all(abs(a - b) <= 1 for a, b in zip(seen, wanted, strict=True)):
            return True
    return False


def test_the_wall_fills_the_screen_to_its_last_pixel_and_a_page_that_dies_is_put_up_again(
    board: Any, kiosk: Start
) -> None:
    one = kiosk(f"{board.url}/wall")
    one.wait_painted()
    until(lambda: is_ground(one.edges()), 40, "the wall's ground is at every edge of the screen")
    until(
        lambda: any(p.create_time() + 35 < time.time() for p in one.pages()),
        60,
        "the page is known to the script",
    )
    for page in one.pages():
        page.send_signal(signal.SIGKILL)
    ended(one, "a page's process died")


def test_a_page_that_stands_still_is_put_up_again(board: Any, kiosk: Start) -> None:
    one = kiosk(f"{board.url}/wall", WALL_STILL_S="60")
    one.wait_painted()
    for page in one.pages():
        page.suspend()
    ended(one, "no frame was painted for 60 s")


def test_a_browser_that_never_shows_the_wall_is_put_up_again(kiosk: Start) -> None:
    ended(kiosk("http://127.0.0.1:9/wall", WALL_STILL_S="12"), "no frame was painted for 12 s")
