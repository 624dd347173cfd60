"""Fan-out of one web worker's hub alone: frames of a size and rate from a publisher, no engine
behind it.

python -m benchmarks.hub --clients 100,1000 --rate 4 --seconds 20

The age of a frame is counted from just before it is published to its arrival in the client. Prints
one line a run.
"""

from __future__ import annotations

import argparse
import json
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import redis

from benchmarks import clients, machine, stores

TOPIC = clients.TOPIC
WORKER = Path(__file__).with_name("hub_worker.py")


def publish(url: str, rate: float, size: int) -> None:
    """The engine's part: snapshot, ring and channel, `rate` frames a second of `size` bytes."""
    store = redis.Redis.from_url(url)
    due = time.time()
    for seq in range(1, 1 << 30):
        now = int(time.time() * 1000)
        head = {"topic": TOPIC, "at": now, "epoch": "bench", "seq": seq, "now": now}
        frame = _padded(head, size)
        with store.pipeline() as batch:
            batch.set(f"board:snapshot:{TOPIC}", _padded(head, 30_000))
            batch.rpush(f"board:ring:{TOPIC}", frame)
            batch.ltrim(f"board:ring:{TOPIC}", -240, -1)
            batch.publish(f"board:frames:{TOPIC}", frame)
            batch.execute()
        due += 1 / rate
        time.sleep(max(0.0, due - time.time()))


def _padded(head: dict[str, Any], size: int) -> bytes:
    text = json.dumps(head, separators=(",", ":"))
    return json.dumps(
        head | {"pad": "0" * max(0, size - len(text) - 9)}, separators=(",", ":")
    ).encode()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def measure(counts: list[int], rate: float, size: int, seconds: float) -> None:
    own = [sys.executable, "-m", "benchmarks.hub", "--rate", str(rate), "--size", str(size)]
    with tempfile.TemporaryDirectory() as scratch, stores.running(Path(scratch)) as url:
        port = machine.free_port()
        worker = subprocess.Popen([sys.executable, str(WORKER), url, str(port)])
        engine = subprocess.Popen([*own, "--publish", url])
        try:
            machine.until(lambda: _answers(port), 20, "the worker answers")
            for count in counts:
                print(json.dumps(clients.watch(port, worker.pid, count, seconds)), flush=True)
        finally:
            machine.end(engine)
            machine.end(worker)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--clients", type=lambda s: [int(n) for n in s.split(",")], default=[100, 1000]
    )
    parser.add_argument("--rate", type=float, default=4.0, help="frames a second")
    parser.add_argument("--size", type=int, default=700, help="bytes a frame")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--publish", help=argparse.SUPPRESS)
    args = parser.parse_args()
    clients.allow_many_files()
    if args.publish:
        publish(args.publish, args.rate, args.size)
    else:
        measure(args.clients, args.rate, args.size, args.seconds)


if __name__ == "__main__":
    main()
