"""Reads the newest snapshot of a topic from Redis; a topic that is not watched is requested from
the engine and waited for.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

import msgspec
import redis

from feeds.live import frames

PATIENCE_S = 2.0
POLL_S = 0.02
FRESH_MS = 90_000  # the engine writes a watched topic's snapshot every 40 s at the latest


class _Head(msgspec.Struct):
    now: int


_HEAD = msgspec.json.Decoder(_Head)


def ask(client: redis.Redis, topics: Iterable[str]) -> None:
    """Say that the topics are wanted, so that the engine computes all of them while the first is
    waited for. Raises redis.RedisError.
    """
    client.zadd(frames.WATCHED, dict.fromkeys(topics, time.time()))


def newest(client: redis.Redis, topic: str, patience_s: float = PATIENCE_S) -> bytes | None:
    """The snapshot's JSON, None where there is none. Waits for the engine where there is none or
    only an old one. Raises redis.RedisError.
    """
    ask(client, [topic])
    deadline = time.monotonic() + patience_s
    while (found := _get(client, topic)) is None or _is_left(found):
        if time.monotonic() >= deadline:
            return found
        time.sleep(POLL_S)
    return found


def _get(client: redis.Redis, topic: str) -> bytes | None:
    found = client.get(frames.snapshot_key(topic))
    return found if isinstance(found, bytes) else None


def _is_left(snapshot: bytes) -> bool:
    """Whether an engine that is gone, or no longer follows the topic, left it behind."""
    return time.time_ns() // 1_000_000 - _HEAD.decode(snapshot).now > FRESH_MS
