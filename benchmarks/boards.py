"""The board as people run it, started for a measurement: `board run` on a folder and port of its
own.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import psutil
import redis

from benchmarks import machine
from dashboard.host import embedded_redis
from feeds.live import frames

READY_S = 60.0
CITY = "320282"
PAGES = ("/wall", "/", "/incidents", "/disputes", "/traffic", "/fraud")


class Board:
    """A running board. `begun` is the monotonic time at which its process was started."""

    def __init__(self, data: Path, *options: str) -> None:
        self.data, self.port = data, machine.free_port()
        self.address, self.redis_url = f"http://127.0.0.1:{self.port}", embedded_redis.url(data)
        given = {name: value for name, value in os.environ.items() if not name.startswith("BOARD_")}
        given["BOARD_CONNECTIONS_PER_ADDRESS"] = "0"  # a measurement's viewers have one address
        command = [
            sys.executable,
            "-m",
            "dashboard",
            "run",
            *options,
            "--data",
            str(data),
            "--port",
            str(self.port),
        ]
        self.begun = time.monotonic()
        with (data.parent / f"{data.name}.log").open("ab") as said:
            self.process = subprocess.Popen(command, env=given, stdout=said, stderr=said)

    def status(self, path: str) -> int:
        """The answer's status; 0 where nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except OSError:
            return 0
        finally:
            connection.close()

    def ready_s(self) -> float:
        """Waits for /readyz; seconds since the process was started."""
        machine.until(lambda: self.status("/readyz") == 200, READY_S, "the board is ready")
        return time.monotonic() - self.begun

    def snapshot(self, period: str = "year") -> dict[str, Any]:
        """The city's state as published; empty where there is none yet."""
        with contextlib.suppress(redis.RedisError), redis.Redis.from_url(self.redis_url) as client:
            raw: Any = client.get(frames.snapshot_key(f"{CITY}/{period}"))
            return msgspec.json.decode(raw, type=dict[str, Any]) if raw else {}
        return {}

    def pid(self, name: str) -> int:
        """The process that does this part: core or web. Raises TooLate."""

        def find() -> list[int]:
            return [
                p.pid for p in psutil.Process(self.process.pid).children() if name in p.cmdline()
            ]

        machine.until(find, 20, f"there is a process {name}")
        return find()[0]

    def visit(self) -> None:
        """Every page once, so that what is loaded at the first use is loaded."""
        for path in PAGES:
            if self.status(path) != 200:
                raise machine.TooLate(f"{path} does not answer")

    def stop(self) -> None:
        machine.end(self.process)


@contextlib.contextmanager
def running(data: Path, *options: str) -> Iterator[Board]:
    """A board that is ready and computes, ended afterwards: what its engine last said is not of an
    earlier run.
    """
    board = Board(data, *options)
    begun_ms = time.time() * 1000
    try:
        board.ready_s()
        machine.until(
            lambda: board.snapshot().get("now", 0) >= begun_ms, READY_S, "the engine computes"
        )
        yield board
    finally:
        board.stop()
