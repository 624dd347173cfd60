"""What the audit reads: raw events and watermark of the history, published snapshots, the API's answers, the log between.

Nothing is counted here. The audit itself is feeds/audit.py.
"""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, cast

import msgspec
import pandas as pd
import redis
from sqlalchemy import Engine as Database
from sqlalchemy import select

from feeds import frames, history, recount_events
from feeds.events import Event
from feeds.log import Log
from feeds.recount_events import Facts

State = dict[str, Any]
Answer = Callable[[str, str], Mapping[str, Any]]
_AT_ONCE = 1_000


class Held(NamedTuple):
    """What the history held at one moment: an area's raw events and the watermark of every partition."""

    facts: Facts
    positions: dict[int, str]


class Snapshots:
    """The topics' snapshots in Redis. `watch` has the engine compute those that nobody looks at."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    def watch(self, topics: Iterable[str], wait_s: float = 10) -> None:
        """Ask for topics and wait until each is there, at most so long."""
        wanted = list(topics)
        deadline = time.monotonic() + wait_s
        self._client.zadd(frames.WATCHED, dict.fromkeys(wanted, time.time()))
        for topic in wanted:
            self._client.publish(frames.WATCH, topic)
        while time.monotonic() < deadline and any(state is None for state in self.read(wanted).values()):
            time.sleep(0.05)

    def read(self, topics: Iterable[str]) -> dict[str, State | None]:
        """The snapshots of topics as they stand; None where there is none."""
        wanted = list(topics)
        bodies = cast("list[bytes | None]", self._client.mget([frames.snapshot_key(t) for t in wanted]))
        return {topic: None if body is None else msgspec.json.decode(body) for topic, body in zip(wanted, bodies, strict=True)}

    def moved(self, before: Mapping[str, State | None], wait_s: float) -> bool:
        """Wait until one of the snapshots is another than before, at most so long; whether one is."""
        deadline = time.monotonic() + wait_s
        while self.read(before) == before:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.05)
        return True


def held(database: Database, town: str | None) -> Held:
    """The raw events of a town, or of all, with the watermark of the same moment."""
    with history.snapshot(database) as connection:
        positions = history.positions(connection)
        query = select(*(history.events.c[name] for name in recount_events.COLUMNS))
        query = query if town is None else query.where(history.events.c.town == town)
        columns = list(zip(*connection.execute(query).all(), strict=True)) or [()] * len(recount_events.COLUMNS)
    events = pd.DataFrame({name: list(values) for name, values in zip(recount_events.COLUMNS, columns, strict=True)})
    return Held(recount_events.facts(events), positions)


def between(log: Log, after: Mapping[int, str], upto: Mapping[int, str]) -> list[Event]:
    """The log's events after some positions, at least up to others. Raises LogUnavailable."""
    found: list[Event] = []
    reached = dict(after)
    while behind := {p: at for p, at in reached.items() if _order(at) < _order(upto.get(p, "0-0"))}:
        batches = log.read(behind, _AT_ONCE, None)
        if not batches:
            break
        for batch in batches:
            found += batch.events
            reached[batch.partition] = batch.new
    return found


def _order(position: str) -> tuple[int, int]:
    ms, _, n = position.partition("-")
    return int(ms), int(n or 0)


def api(base_url: str, token: str | None = None, timeout_s: float = 10) -> Answer:
    """Asks a running board: (area, period) → what GET /api/v1/kpis answers. Raises urllib.error.URLError."""

    def ask(area: str, period: str) -> Mapping[str, Any]:
        request = urllib.request.Request(f"{base_url.rstrip('/')}/api/v1/kpis?area={area}&period={period}")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        with urllib.request.urlopen(request, timeout=timeout_s) as response:
            return cast("Mapping[str, Any]", json.load(response))

    return ask
