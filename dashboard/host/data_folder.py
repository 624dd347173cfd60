"""The data folder: created for its owner alone, and held by one board at a time."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from feeds.city.words import Text, Worded

LOCK = "board.lock"


class Held(Worded):
    """Another process holds the data folder; the message says which."""


def make(data: Path) -> Path:
    """The folder, made if it isn't there. Raises OSError."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    return data


def mark(data: Path) -> str:
    """What tells this folder from every other of the machine, a copy of it too, and says nothing
    about it; empty where there is none.
    """
    try:
        found = data.stat()
    except OSError:
        return ""
    return hashlib.sha256(f"{found.st_dev}:{found.st_ino}".encode()).hexdigest()[:16]


def holder(data: Path) -> str:
    """Who holds the folder: "board run (process 123)"; empty where nobody does."""
    try:
        with (data / LOCK).open("r+", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return ""
    except BlockingIOError:
        return (data / LOCK).read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def keep_private(data: Path) -> None:
    """What this process and its children write from now on is their owner's alone, and so is the
    history that a folder of another mode already holds.
    """
    os.umask(0o077)
    for path in data.glob("board.db*"):
        with contextlib.suppress(OSError):  # another owner's: then it stays as it is
            path.chmod(0o600)


@contextlib.contextmanager
def hold(data: Path, command: str) -> Iterator[None]:
    """Holds the folder until the block ends or the process dies, however it dies. Raises Held."""
    with (make(data) / LOCK).open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip()
            said = Text(
                f"{data} 正由 {holder or '另一个进程'} 使用；请先停止它，或另给一个 --data",
                f"{data} is in use by {holder or 'another process'};"
                " stop that first, or give another --data",
            )
            raise Held(said) from None
        lock.truncate(0)
        lock.write(f"board {command} (process {os.getpid()})")
        lock.flush()
        yield
        lock.truncate(0)
