"""Fan-out of one web worker's hub: N raw clients, each of which is to get every frame. No browser.

    python benchmarks/fanout.py --clients 100,1000 --rate 4 --seconds 20

Starts its own Redis, a worker, a publisher and the clients, each in a process of its own, and prints one line a run.
The age of a frame is counted from just before it is published to its arrival in the client.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import resource
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
import redis

TOPIC = "320282/today"
AT = re.compile(rb'"at":(\d{13}),"epoch":"[^"]*","seq":(\d+)')
HELLO = ["40/live,", '42/live,0["watch",{"topics":{"' + TOPIC + '":null}}]']
SELF = [sys.executable, __file__]
WORKER = [sys.executable, str(Path(__file__).with_name("hub_worker.py"))]


def publish(url: str, rate: float, size: int) -> None:
    """The engine's part: snapshot, ring and channel, `rate` frames a second of `size` bytes."""
    store = redis.Redis.from_url(url)
    due = time.time()
    for seq in range(1, 1 << 30):
        head = {"topic": TOPIC, "at": int(time.time() * 1000), "epoch": "bench", "seq": seq, "now": int(time.time() * 1000)}
        frame = _padded(head, size)
        with store.pipeline() as batch:
            batch.set(f"board:snapshot:{TOPIC}", _padded(head, 30_000))
            batch.rpush(f"board:ring:{TOPIC}", frame).ltrim(f"board:ring:{TOPIC}", -240, -1)
            batch.publish(f"board:frames:{TOPIC}", frame).execute()
        due += 1 / rate
        time.sleep(max(0.0, due - time.time()))


def _padded(head: dict[str, Any], size: int) -> bytes:
    text = json.dumps(head, separators=(",", ":"))
    return json.dumps(head | {"pad": "0" * max(0, size - len(text) - 9)}, separators=(",", ":")).encode()


class Viewer:
    """One raw client: its WebSocket is read by hand, so that a thousand of them cost little beside the server."""

    def __init__(self) -> None:
        self.ages: list[float] = []
        self.gaps = 0
        self.last = 0
        self.buffer = b""

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
            elif found := AT.search(data):
                self.note(int(found[1]), int(found[2]))

    def note(self, at: int, seq: int) -> None:
        self.ages.append(time.time() * 1000 - at)
        self.gaps += self.last != 0 and seq != self.last + 1
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


async def view(port: int, clients: int, seconds: float, pid: int) -> dict[str, Any]:
    """Connect the clients, let them settle, and measure a window."""
    viewers = [Viewer() for _ in range(clients)]
    tasks = [asyncio.create_task(v.run(port, n / 250)) for n, v in enumerate(viewers)]
    await asyncio.sleep(clients / 250 + 3)
    for viewer in viewers:
        viewer.ages.clear()
        viewer.gaps = 0
    cpu, start, own = _cpu(pid), time.time(), time.process_time()
    await asyncio.sleep(seconds)
    took = time.time() - start
    ages = sorted(age for v in viewers for age in v.ages)
    result = {
        "clients": clients, "cpu_s_min": round((_cpu(pid) - cpu) / took * 60, 2), "frames_s": round(len(ages) / took / clients, 2),
        "p50_ms": round(ages[len(ages) // 2], 1), "p99_ms": round(ages[int(len(ages) * 0.99)], 1), "max_ms": round(ages[-1], 1),
        "gaps": sum(v.gaps for v in viewers), "rss_mb": round(psutil.Process(pid).memory_info().rss / 2**20, 1),
        "client_cpu_s_min": round((time.process_time() - own) / took * 60, 1), "lost": sum(t.done() for t in tasks),
    }  # fmt: skip
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return result


def _cpu(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_port(port: int) -> None:
    until = time.time() + 20
    while time.time() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("the worker did not start")


def measure(args: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        path, port = f"{scratch}/redis.sock", _free_port()
        url = f"unix://{path}"
        command = ["redis-server", "--port", "0", "--unixsocket", path, "--save", "", "--dir", scratch]
        store = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        while not os.path.exists(path):
            time.sleep(0.02)
        worker = subprocess.Popen([*WORKER, url, str(port)])
        engine = subprocess.Popen([*SELF, "--publish", url, "--rate", str(args.rate), "--size", str(args.size)])
        try:
            _wait_port(port)
            for clients in args.clients:
                command = [*SELF, "--view", str(port), "--pid", str(worker.pid), "--clients", str(clients), "--seconds", str(args.seconds)]
                print(subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip(), flush=True)
        finally:
            for process in (engine, worker, store):
                process.terminate()
                process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=lambda s: [int(n) for n in s.split(",")], default=[100, 1000])
    parser.add_argument("--rate", type=float, default=4.0, help="frames a second")
    parser.add_argument("--size", type=int, default=700, help="bytes a frame")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--publish", help=argparse.SUPPRESS)
    for hidden in ("--view", "--pid"):
        parser.add_argument(hidden, type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    if args.publish:
        publish(args.publish, args.rate, args.size)
    elif args.view:
        print(json.dumps(asyncio.run(view(args.view, args.clients[0], args.seconds, args.pid))))
    else:
        measure(args)


if __name__ == "__main__":
    main()
