"""What each web worker reports every 15 seconds: its process and the counts of its hub."""

from __future__ import annotations

import resource
from typing import Any

import msgspec

from feeds.screens import presence

KIND = "workers"
KEPT_S = 60


class Worker(msgspec.Struct, frozen=True):
    """`name` begins with the process's number; `peak_mb` is the most memory it ever used; `hub` as
    in /metrics.
    """

    name: str
    build: str
    at: int
    peak_mb: int
    hub: dict[str, int]


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Worker).decode


def of_this_process(name: str, build: str, now_ms: int, hub: dict[str, int]) -> Worker:
    return Worker(
        name, build, now_ms, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, hub
    )


def keep(client: Any, worker: Worker) -> None:
    """Raises redis.RedisError."""
    presence.keep(client, KIND, worker.name, _encode(worker), kept_s=KEPT_S, now_ms=worker.at)


def there(client: Any) -> list[Worker]:
    """The workers that reported in the last minute, by name. Raises redis.RedisError."""
    return sorted(presence.there(client, KIND, _decode), key=lambda worker: worker.name)
