"""A source system for measurements: CloudEvents of four types, published on board:in at an even
rate.

python -m benchmarks.source --redis URL --rate 200

Each event carries the time at which it was made, so that its age can be told wherever it turns up.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import msgspec
import redis

from benchmarks import machine

SLOT_S = 0.005
TYPES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("incident.reported", {"category": "neighbour", "severity": 2, "channel": "patrol"}),
    ("dispute.accepted", {"category": "labour", "centre": "town"}),
    ("traffic.accident", {"severity": "slight", "deaths": 0, "injuries": 1}),
    ("fraud.warning", {"channel": "phone", "category": "refund"}),
)
CASES = {"incident.reported", "dispute.accepted"}
TOWNS = [
    f"320282{n:03d}"
    for n in (1, 2, 3, 4, 5, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 112, 113)
]


def event(rng: random.Random, run: str, number: int) -> bytes:
    """One event of now. `run` keeps the ids of two runs apart."""
    kind, data = TYPES[rng.randrange(len(TYPES))]
    if kind in CASES:
        data = {"case": f"{run}-{number}", **data}
    now = time.time()
    moment = f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(now))}.{int(now * 1000) % 1000:03d}Z"
    head = {
        "specversion": "1.0",
        "id": f"{run}-{number}",
        "source": "urn:bench",
        "type": kind,
        "time": moment,
    }
    return msgspec.json.encode(head | {"subject": TOWNS[rng.randrange(len(TOWNS))], "data": data})


def publish(url: str, rate: float) -> None:
    """Evenly paced in slots of 5 ms, until ended. One that was held up catches up."""
    client, rng, run = redis.Redis.from_url(url), random.Random(7), f"b{int(time.time())}"
    begun, sent = time.time(), 0
    while True:
        due = int((time.time() - begun) * rate)
        if due > sent:
            batch = client.pipeline(transaction=False)
            for number in range(sent, due):
                batch.publish("board:in", event(rng, run, number))
            batch.execute()
            sent = due
        time.sleep(SLOT_S)


@contextlib.contextmanager
def running(url: str, rate: float) -> Iterator[None]:
    """The source in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.source", "--redis", url, "--rate", str(rate)]
    )
    try:
        yield
    finally:
        machine.end(process)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--redis", required=True)
    parser.add_argument("--rate", type=float, required=True)
    args = parser.parse_args()
    publish(args.redis, args.rate)


if __name__ == "__main__":
    main()
