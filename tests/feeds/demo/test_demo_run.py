"""The demo feed as it runs: backfills what is missing, goes on live, waits while Redis is away,
stops when told.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import redis as redis_client

from feeds.city.profile import Profile
from feeds.demo import run, stream
from feeds.demo.run import Position, Progress
from feeds.events import decoding, intake, log
from feeds.events.event import Event

SEED = 3
DAYS = 6
DAY_MS = 86_400_000


def demo_intake(client: redis_client.Redis, city: Profile) -> intake.Intake:
    return intake.Intake(
        log.Log(client, city), decoding.Decoder(), name="demo", checks_recent=False
    )


def logged(client: redis_client.Redis, city: Profile) -> list[Event]:
    """Everything in the log, oldest first."""
    source = log.Log(client, city)
    batches = source.read(dict.fromkeys(range(source.partitions), log.START), 100_000, None)
    return sorted(
        (event for batch in batches for event in batch.events), key=lambda e: (e.at, e.id)
    )


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


class Running:
    """A feed in a thread, and what it told about its progress."""

    def __init__(
        self,
        client: redis_client.Redis,
        city: Profile,
        rate: float | None,
        *,
        days: int = DAYS,
        **more: Any,
    ) -> None:
        self.stop, self.told, self.sent = threading.Event(), list[Progress](), run.Sent()
        self._thread = threading.Thread(
            target=self._run, args=(client, city, rate, {"years": days / 365} | more)
        )

    def _run(
        self, client: redis_client.Redis, city: Profile, rate: float | None, more: dict[str, Any]
    ) -> None:
        self.sent = run.feed(
            demo_intake(client, city),
            city,
            SEED,
            rate,
            stop=self.stop,
            position=Position(client),
            on_progress=self.told.append,
            **more,
        )

    def __enter__(self) -> Running:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self._thread.join(20)
        assert not self._thread.is_alive()

    def backfilled(self) -> bool:
        return any(p.phase == "backfill" and p.at_ms == p.end_ms for p in self.told)

    def live(self) -> int:
        return sum(p.phase == "live" for p in self.told)


def test_backfills_whole_days_up_to_now_and_keeps_its_position(
    redis: redis_client.Redis, yixing: Profile
) -> None:
    with Running(redis, yixing, None) as running:
        until(running.backfilled)
    end = running.told[0].end_ms
    events = logged(redis, yixing)
    code, seed, origin, done = str(Position(redis).get()).split(":")
    assert (code, seed) == (yixing.code, str(SEED))
    assert int(done) >= end
    assert 0 <= end - DAYS * DAY_MS - int(origin) < DAY_MS
    assert len(events) == running.sent.accepted > 3_000
    assert running.sent.rejected == 0
    assert len({(e.source, e.id) for e in events}) == len(events)


def test_a_restart_sends_only_what_is_missing(redis: redis_client.Redis, yixing: Profile) -> None:
    with Running(redis, yixing, None) as first:
        until(first.backfilled)
    before = logged(redis, yixing)
    _, _, origin, done = str(Position(redis).get()).split(":")
    kept = int(done) - 2 * DAY_MS
    Position(redis).set(f"{yixing.code}:{SEED}:{origin}:{kept}")
    with Running(redis, yixing, None) as second:
        until(second.backfilled)
    again = Counter((e.source, e.id) for e in logged(redis, yixing))
    repeated = {key for key, n in again.items() if n > 1}
    assert repeated == {(e.source, e.id) for e in before if e.at >= kept}


def test_another_seed_starts_anew(redis: redis_client.Redis, yixing: Profile) -> None:
    Position(redis).set(f"{yixing.code}:{SEED + 1}:{0}:{decoding.now_ms()}")
    with Running(redis, yixing, None) as running:
        until(running.backfilled)
    assert running.sent.accepted > 3_000


def test_goes_on_live_in_its_own_pace_and_remembers_it(
    redis: redis_client.Redis, yixing: Profile
) -> None:
    """The clock stands in the past and is moved on: what falls due is sent, and nothing before it
    does.
    """
    now = [decoding.now_ms() - 3 * DAY_MS]
    with Running(redis, yixing, None, clock=lambda: now[0]) as running:
        until(running.backfilled)
        start = now[0]
        now[0] += DAY_MS
        since = {
            "origin_ms": _origin(redis),
            "long_from_ms": stream.year_start_ms(yixing, _origin(redis)),
        }
        expected = sum(
            map(len, stream.backfill(yixing, SEED, start, now[0], hourly_from_ms=start, **since))
        )
        until(lambda: sum(e.at >= start for e in logged(redis, yixing)) >= expected)
        until(lambda: int(str(Position(redis).get()).split(":")[3]) > start)
    live = [e for e in logged(redis, yixing) if e.at >= start]
    assert len(live) == expected
    assert max(e.at for e in live) <= now[0]


def _origin(client: redis_client.Redis) -> int:
    return int(str(Position(client).get()).split(":")[2])


def test_at_a_rate_the_events_are_of_now_and_never_of_later(
    redis: redis_client.Redis, yixing: Profile
) -> None:
    with Running(redis, yixing, 400) as running:
        until(lambda: running.live() >= 100)
    started = running.told[0].end_ms
    live = [e for e in logged(redis, yixing) if e.at >= started]
    span_s = (max(e.at for e in live) - min(e.at for e in live)) / 1000
    assert all(e.at <= e.recorded for e in live)
    assert len(live) == pytest.approx(400 * span_s, rel=0.05, abs=2)


def test_waits_while_redis_is_away_and_loses_nothing(
    own_redis: Callable[..., Any], yixing: Profile
) -> None:
    server = own_redis("--appendonly", "yes", "--appendfsync", "always")
    with _client(server.url) as client, Running(client, yixing, None, days=40) as running:
        until(lambda: len(running.told) >= 2)
        server.stop()
        assert not running.backfilled()
        server.start()
        until(running.backfilled)
        end = running.told[0].end_ms
        expected = stream.backfill(yixing, SEED, _origin(client), end)
        ids = {(e.source, e.id) for e in logged(client, yixing)}
        decoder = decoding.Decoder()
        missing = [
            e
            for batch in expected
            for e in map(decoder.decode, batch)
            if (e.source, e.id) not in ids
        ]
    assert missing == []


def test_stops_at_once_while_redis_is_away(own_redis: Callable[..., Any], yixing: Profile) -> None:
    server = own_redis()
    with _client(server.url) as client:
        server.stop()
        with Running(client, yixing, None) as running:
            pass
    assert running.sent == run.Sent()


@contextmanager
def _client(url: str) -> Iterator[redis_client.Redis]:
    client = redis_client.Redis.from_url(url)
    yield client
    client.close()
