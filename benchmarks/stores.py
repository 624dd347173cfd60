"""A real Redis of a measurement's own, on a socket in its folder. A board brings its own."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

from benchmarks import machine


@contextlib.contextmanager
def running(folder: Path) -> Iterator[str]:
    """Its URL; ended afterwards."""
    path = folder / "redis.sock"
    command = [
        "redis-server",
        "--port",
        "0",
        "--unixsocket",
        str(path),
        "--save",
        "",
        "--dir",
        str(folder),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        machine.until(lambda: Path(path).exists(), 10, "Redis has started")
        yield f"unix://{path}"
    finally:
        machine.end(process)
