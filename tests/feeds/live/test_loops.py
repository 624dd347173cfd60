"""The loops go on whatever is away, and end with everything counted once."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import redis as redis_client

from dashboard import history
from dashboard.processes import core
from feeds.events import decoding, intake, log
from feeds.history import ingest
from feeds.live import combined_loop, engine, frames, publish_intake, separate_loops

CITY = "320282/today"


def until(is_so: Callable[[], Any], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.02)


class Parts:
    """One Redis and one database, with every part of a board made over them; its loops end with the
    test.
    """

    def __init__(self, server: Any, folder: Path, city: Any) -> None:
        self.server, self.city, self.path = server, city, folder / "b.db"
        self.database = history.open_database(f"sqlite:///{self.path}")
        self.stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def client(self) -> redis_client.Redis:
        return redis_client.Redis.from_url(self.server.url, retry=None)

    def ingest(self) -> ingest.Ingest:
        return core.make_ingest(log.Log(self.client(), self.city), self.database, self.city)

    def engine(self) -> engine.Engine:
        return core.make_engine(self.database, self.client(), self.city, frames_per_second=20)

    def intake(self) -> intake.Intake:
        return intake.Intake(log.Log(self.client(), self.city), decoding.Decoder(), name="test")

    def start(self, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, daemon=True)
        thread.start()
        self._threads.append(thread)

    def start_core(self) -> None:
        self.start(combined_loop.Core(self.ingest(), self.engine(), self.stop).run)

    def figure(self, kpi: str) -> Any:
        try:
            body: Any = self.client().get(frames.snapshot_key(CITY))
        except redis_client.RedisError:
            return None
        return msgspec.json.decode(body)["set"][kpi] if body else None

    def end(self) -> None:
        self.stop.set()
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive(), "a loop did not end"
        self.database.dispose()


@pytest.fixture
def parts(own_redis: Callable[..., Any], tmp_path: Path, yixing: Any) -> Iterator[Parts]:
    made = Parts(own_redis("--appendonly", "yes"), tmp_path, yixing)
    yield made
    made.end()


def patrols(first: int, count: int) -> list[dict[str, Any]]:
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return [
        {
            "specversion": "1.0",
            "id": f"p{n}",
            "source": "urn:t",
            "type": "patrol.completed",
            "time": now,
            "subject": "320282112",
            "data": {"visits": 1},
        }
        for n in range(first, first + count)
    ]


def test_the_database_is_away_for_a_while(parts: Parts) -> None:
    parts.start_core()
    parts.intake().take(patrols(0, 10))
    until(lambda: parts.figure("incidents.patrol_visits") == 10)
    with sqlite3.connect(parts.path, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        parts.intake().take(patrols(10, 10))
        held = log.Log(parts.client(), parts.city)
        until(lambda: max(held.lengths()) == 2)
        assert parts.figure("incidents.patrol_visits") == 10
        other.execute("ROLLBACK")
    until(lambda: parts.figure("incidents.patrol_visits") == 20)


def test_redis_is_away_for_a_while(parts: Parts) -> None:
    parts.start_core()
    parts.intake().take(patrols(0, 10))
    until(lambda: parts.figure("incidents.patrol_visits") == 10)
    parts.server.stop()
    with pytest.raises(log.LogUnavailable):
        parts.intake().take(patrols(10, 1))
    parts.server.start()
    parts.intake().take(patrols(10, 10))
    until(lambda: parts.figure("incidents.patrol_visits") == 20)


def test_a_redis_that_comes_back_empty_begins_an_epoch(parts: Parts) -> None:
    parts.start_core()
    parts.intake().take(patrols(0, 10))
    until(lambda: parts.figure("incidents.patrol_visits") == 10)
    before = parts.client().get(frames.EPOCH)
    parts.client().flushall()
    until(lambda: parts.figure("incidents.patrol_visits") == 10)
    assert parts.client().get(frames.EPOCH) not in (None, before)
    parts.intake().take(patrols(10, 10))
    until(lambda: parts.figure("incidents.patrol_visits") == 20)


def test_ingest_and_engine_apart(parts: Parts) -> None:
    client = parts.client()
    parts.start(lambda: separate_loops.run_engine(parts.engine(), client, parts.stop))
    until(lambda: parts.client().pubsub_numsub(separate_loops.CHANGES)[0][1] == 1)
    parts.start(lambda: separate_loops.run_ingest(parts.ingest(), parts.client(), parts.stop))
    for n in range(5):
        parts.intake().take(patrols(10 * n, 10))
        until(lambda n=n: parts.figure("incidents.patrol_visits") == 10 * (n + 1))
    parts.client().client_kill_filter(
        _type="pubsub"
    )  # the news of the next commit may be lost: the watermark tells
    parts.intake().take(patrols(50, 10))
    until(lambda: parts.figure("incidents.patrol_visits") == 60)
    parts.intake().take(patrols(60, 2_500))
    until(lambda: parts.figure("incidents.patrol_visits") == 2_560)


def test_the_publish_intake_takes_and_rejects(parts: Parts) -> None:
    parts.start(publish_intake.PublishIntake(parts.client, parts.intake(), parts.stop).run)
    parts.start_core()
    until(lambda: parts.client().pubsub_numsub(publish_intake.INBOX)[0][1] == 1)
    sender = parts.client()
    for body in patrols(0, 20):
        sender.publish(publish_intake.INBOX, msgspec.json.encode(body))
    sender.publish(publish_intake.INBOX, b"rubbish")
    sender.publish(publish_intake.INBOX, b'{"specversion": "1.0", "id": "13912345678"}')
    until(lambda: parts.figure("incidents.patrol_visits") == 20)
    until(lambda: sender.xlen(intake.REJECTED) == 2)
    kept = repr(sender.xrange(intake.REJECTED))
    assert "13912345678" not in kept
    assert b"json" in sender.hkeys("board:refused")


def test_rubbish_in_redis_stops_nothing(parts: Parts) -> None:
    parts.start_core()
    until(lambda: parts.client().get(frames.snapshot_key(CITY)))
    client = parts.client()
    client.zadd(
        frames.WATCHED,
        {"nonsense": time.time(), "320282/never": time.time(), b"\xff\xfe": time.time()},
    )
    client.xadd(log.stream(0), {"x": "not an entry"})
    client.xadd(log.stream(1), {"e": b"\x00not msgpack"})
    parts.intake().take(patrols(0, 10))
    until(lambda: parts.figure("incidents.patrol_visits") == 10)
