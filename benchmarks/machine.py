"""The machine under measurement: what its processes used, what else ran on it, which versions are
installed.
"""

from __future__ import annotations

import contextlib
import os
import platform
import re
import shutil
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version

import psutil

PACKAGES = ("dash", "flask-socketio", "gevent", "msgspec", "playwright", "redis", "sqlalchemy")
MB = 1_000_000


class TooLate(Exception):
    """What was waited for did not come; the message says what."""


def until(is_so: Callable[[], object], seconds: float, what: str, pause_s: float = 0.02) -> float:
    """Waits for a condition; seconds it took. Raises TooLate."""
    begun = time.monotonic()
    while not is_so():
        if time.monotonic() - begun > seconds:
            raise TooLate(f"not within {seconds:.0f} s: {what}")
        time.sleep(pause_s)
    return time.monotonic() - begun


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def cpu_s(pid: int) -> float:
    """CPU seconds that a process has used, its children not counted."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def rss_mb(pid: int) -> float:
    return float(psutil.Process(pid).memory_info().rss) / MB


def pss_mb(pid: int) -> float:
    """Memory with what is shared divided among those who share it; Linux alone tells it, elsewhere
    the RSS.
    """
    full = psutil.Process(pid).memory_full_info()
    return float(getattr(full, "pss", full.rss)) / MB


def end(process: subprocess.Popen[bytes], patience_s: float = 20.0) -> None:
    """Asks a process that was started here to end, and makes it end if it doesn't."""
    process.terminate()
    try:
        process.wait(patience_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Load:
    """The cores that everything outside this benchmark kept busy while it ran."""

    def __init__(self) -> None:
        self.cores = 0.0

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        begun, busy, own = time.monotonic(), _busy_s(), _own_s()
        yield
        took = time.monotonic() - begun
        self.cores = max(0.0, (_busy_s() - busy - (_own_s() - own)) / took)


def _busy_s() -> float:
    times = psutil.cpu_times()
    idle = times.idle + getattr(times, "iowait", 0.0)
    return float(
        sum(times) - idle - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0)
    )


def _own_s() -> float:
    """CPU of this process and all its descendants, ended ones included."""
    total, mine = 0.0, psutil.Process()
    for process in (mine, *mine.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def cpus() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def chromium() -> str:
    """The browser's path. Raises FileNotFoundError."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise FileNotFoundError("chromium is not installed; `make bench` installs it where it may")


def versions() -> dict[str, str]:
    """What ran: no path and no name of a host."""
    found = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    found |= {name: version(name) for name in PACKAGES}
    return found | {
        "redis-server": _said("redis-server", "--version"),
        "chromium": _said("chromium", "--version"),
    }


def _said(*command: str) -> str:
    try:
        text = subprocess.run(
            command, capture_output=True, text=True, timeout=20, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return "absent"
    number = re.search(r"\d+(?:\.\d+)+", text)
    return number[0] if number else "unknown"


def commit() -> str:
    """The commit that was measured, with a + where files differ from it."""
    head, changes = (
        _git("rev-parse", "--short", "HEAD"),
        _git("status", "--porcelain", "--untracked-files=no"),
    )
    return f"{head}+" if changes else head


def _git(*arguments: str) -> str:
    found = subprocess.run(("git", *arguments), capture_output=True, text=True, check=False)
    return found.stdout.strip()
