"""What a worker's hub writes to Redis besides frames: the heartbeats of its pages, and its own
counts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashboard.health import workers
from dashboard.live.client import Client
from dashboard.live.hub import Note
from feeds.events import decoding
from feeds.screens import heartbeats


def of_page(client: Client, message: Any) -> Note | None:
    """A page's heartbeat; none of what isn't one to the letter, or comes too soon."""
    here = heartbeats.read(message)
    if here is None or not client.may_beat(here.id, heartbeats.LEAST_S):
        return None
    now_ms = decoding.now_ms()
    return lambda store: heartbeats.keep(store, here, now_ms, client.principal.wall)


def of_worker(build: str) -> Callable[[str, dict[str, int]], Note]:
    """The note on this process: its name and its hub's counts."""

    def note(name: str, stats: dict[str, int]) -> Note:
        worker = workers.of_this_process(name, build, decoding.now_ms(), stats)
        return lambda store: workers.keep(store, worker)

    return note
