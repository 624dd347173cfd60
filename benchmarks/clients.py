"""Raw viewers of one web worker, without a browser: each speaks Socket.IO by hand, so that a
thousand cost little.

python -m benchmarks.clients --port 8050 --pid PID --clients 1000 --seconds 20

Prints one line of JSON: what reached them and how old it was, and the CPU that the worker (PID)
needed meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import resource
import subprocess
import sys
import time
from typing import Any

from benchmarks import ages, machine

TOPIC = "320282/today"
FRAME = re.compile(
    rb'"at":(\d{13}),"epoch":"[^"]*","seq":(\d+)(?:,"build":"[^"]*")?,"now":(\d{13})'
)
HELLO = ["40/live,", '42/live,0["watch",{"topics":{"' + TOPIC + '":null}}]']
ARRIVALS = 250
SETTLE_S = 3.0


class Client:
    """One connection. Its times are epoch ms; `gaps` counts the frames that never came."""

    def __init__(self) -> None:
        self.clear()
        self.last = 0

    def clear(self) -> None:
        self.event_ages: list[float] = []
        self.frame_ages: list[float] = []
        self.gaps = 0

    async def run(self, port: int, delay: float) -> None:
        await asyncio.sleep(delay)
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
        writer.write(_upgrade(port))
        await reader.readuntil(b"\r\n\r\n")
        await _message(reader)
        for text in HELLO:
            writer.write(_masked(text))
            if text == HELLO[0]:
                await _message(reader)
        while True:
            data = await _message(reader)
            if data == b"2":
                writer.write(_masked("3"))
            elif found := FRAME.search(data):
                self._note(*(int(number) for number in found.groups()))

    def _note(self, at: int, seq: int, made: int) -> None:
        now = time.time() * 1000
        self.event_ages.append(now - at)
        self.frame_ages.append(now - made)
        self.gaps += max(0, seq - self.last - 1) if self.last else 0
        self.last = seq


def _upgrade(port: int) -> bytes:
    return (
        f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


def _masked(text: str) -> bytes:
    data = text.encode()
    return bytes((0x81, 0x80 | len(data))) + b"\0\0\0\0" + data


async def _message(reader: asyncio.StreamReader) -> bytes:
    length = (await reader.readexactly(2))[1]
    if length > 125:
        length = int.from_bytes(await reader.readexactly(2 if length == 126 else 8))
    return await reader.readexactly(length)


async def _watch(port: int, count: int, seconds: float, pid: int) -> dict[str, Any]:
    """Connect the clients, let them settle, and measure a window."""
    clients = [Client() for _ in range(count)]
    tasks = [asyncio.create_task(c.run(port, n / ARRIVALS)) for n, c in enumerate(clients)]
    await asyncio.sleep(count / ARRIVALS + SETTLE_S)
    for client in clients:
        client.clear()
    cpu, begun, own = machine.cpu_s(pid), time.monotonic(), time.process_time()
    await asyncio.sleep(seconds)
    took = time.monotonic() - begun
    found = _seen(clients) | {
        "lost": sum(t.done() or not c.event_ages for t, c in zip(tasks, clients, strict=True)),
        "cpu_s_min": (machine.cpu_s(pid) - cpu) / took * 60,
        "rss_mb": machine.rss_mb(pid),
        "client_cpu_s_min": (time.process_time() - own) / took * 60,
        "frames_s": sum(len(c.event_ages) for c in clients) / took / count,
    }
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return found


def _seen(clients: list[Client]) -> dict[str, Any]:
    """What came in the window. `share` is of the frames that were due; none missing makes it
    100.
    """
    events = [age for c in clients for age in c.event_ages]
    made = [age for c in clients for age in c.frame_ages]
    gaps = sum(c.gaps for c in clients)
    return {
        "clients": len(clients),
        "gaps": gaps,
        "share": 100 * len(events) / max(1, len(events) + gaps),
        "event_p50_ms": ages.quantile(events, 0.5),
        "event_p99_ms": ages.quantile(events, 0.99),
        "frame_p50_ms": ages.quantile(made, 0.5),
        "frame_p99_ms": ages.quantile(made, 0.99),
    }


def watch(port: int, pid: int, count: int, seconds: float) -> dict[str, Any]:
    """The same in a process of its own, so that clients and caller don't share an interpreter."""
    command = [sys.executable, "-m", "benchmarks.clients", "--port", str(port), "--pid", str(pid)]
    command += ["--clients", str(count), "--seconds", str(seconds)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def allow_many_files() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("--port", "--pid", "--clients"):
        parser.add_argument(name, type=int, required=True)
    parser.add_argument("--seconds", type=float, default=20.0)
    args = parser.parse_args()
    allow_many_files()
    print(json.dumps(asyncio.run(_watch(args.port, args.clients, args.seconds, args.pid))))


if __name__ == "__main__":
    main()
