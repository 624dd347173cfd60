"""A disk that stands still for some seconds under load: the board catches up by itself and ends
right.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import redis as redis_client

from dashboard.host import embedded_redis
from feeds.live import frames
from tests.system.conftest import until

TOPIC = "320282/today"
HELD_S = 4.0


class Watcher(threading.Thread):
    """Hears the frames of one topic, as a web worker does; `state` is what they lead to."""

    def __init__(self, client: redis_client.Redis) -> None:
        super().__init__(daemon=True)
        self._client, self._ending = client, threading.Event()
        self.heard: list[float] = []
        self.state: dict[str, Any] = {}

    def run(self) -> None:
        with self._client.pubsub(ignore_subscribe_messages=True) as news:
            news.subscribe(frames.channel(TOPIC))
            while not self._ending.is_set():
                if message := news.get_message(timeout=0.2):
                    self.state |= msgspec.json.decode(message["data"])
                    self.heard.append(time.monotonic())

    def lately(self, seconds: float) -> int:
        return sum(at > time.monotonic() - seconds for at in self.heard)

    def end(self) -> None:
        self._ending.set()
        self.join()


@pytest.fixture
def watcher(board: Any) -> Iterator[Watcher]:
    client = redis_client.Redis.from_url(embedded_redis.url(board.data))
    made = Watcher(client)
    made.start()
    yield made
    made.end()
    client.close()


@pytest.mark.system
@pytest.mark.timeout(600)
def test_frames_come_again_after_another_held_the_database(
    board: Any, source: Any, watcher: Watcher
) -> None:
    feed = source(2_000)
    until(
        lambda: feed.sent > 10_000 and watcher.lately(3) >= 8, 60, "frames come at their usual pace"
    )
    with sqlite3.connect(board.data / "board.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(HELD_S)
        held_from = time.monotonic() - 2
        assert not [at for at in watcher.heard if at > held_from], (
            "nothing was committed meanwhile: the test held nothing up"
        )
        other.execute("ROLLBACK")
    other.close()
    released_ms = time.time() * 1000
    until(lambda: watcher.lately(3) >= 8, 15, "frames come at their usual pace again")
    until(lambda: watcher.state.get("at", 0) > released_ms, 15, "they tell what happened since")
    until(lambda: not watcher.state.get("behind"), 5, "and say that they are up to date")
    assert watcher.lately(3) >= 4

    feed.stopping.set()
    feed.join(60)
    assert feed.failure is None
    audit = board.command("audit", "--ledger", str(board.data / "ledger.ndjson"))
    assert audit.returncode == 0, audit.stdout[-3000:] + audit.stderr[-2000:]
    assert ", 0 differ" in audit.stdout
