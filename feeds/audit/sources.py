"""What the audit reads: the history, published snapshots, the API's answers, the log between.

Nothing is counted here.
"""

from __future__ import annotations

import json
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

import msgspec
import redis
from sqlalchemy import Connection, func, select

from feeds.audit.facts import COLUMNS, Row
from feeds.events.event import Event
from feeds.events.log import Log
from feeds.history import tables
from feeds.live import frames

State = dict[str, Any]
Answer = Callable[..., Mapping[str, Any]]  # (area, period, at_ms=None, known_ms=None)
_AT_ONCE = 1_000
_ROWS = 20_000


class Snapshots:
    """The topics' snapshots in Redis. `watch` has the engine compute those that nobody looks at."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    def watch(self, topics: Sequence[str], wait_s: float = 10) -> None:
        """Ask for topics and wait until each is there, at most so long without another coming."""
        if not topics:
            return
        missing, deadline = len(topics) + 1, 0.0
        while missing:
            self._client.zadd(frames.WATCHED, dict.fromkeys(topics, time.time()))
            found = self._client.exists(*map(frames.snapshot_key, topics))
            if (still := len(topics) - found) < missing:
                missing, deadline = still, time.monotonic() + wait_s
            if time.monotonic() >= deadline:
                return
            time.sleep(0.05 if missing else 0)

    def read(self, topics: Iterable[str]) -> dict[str, State | None]:
        """The snapshots of topics as they stand; None where there is none."""
        wanted = list(topics)
        bodies = cast(
            "list[bytes | None]", self._client.mget([frames.snapshot_key(t) for t in wanted])
        )
        return {
            topic: None if body is None else msgspec.json.decode(body)
            for topic, body in zip(wanted, bodies, strict=True)
        }

    def moved(self, before: Mapping[str, State | None], wait_s: float) -> bool:
        """Wait until one of the snapshots is another than before, at most so long; whether one
        is.
        """
        deadline = time.monotonic() + wait_s
        while self.read(before) == before:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.05)
        return True


def count(connection: Connection, towns: Sequence[str] | None) -> int:
    """How many events of some towns, or of all, the history holds."""
    query = select(func.count()).select_from(tables.events)
    query = query if towns is None else query.where(tables.events.c.town.in_(towns))
    return connection.execute(query).scalar_one()


def events(connection: Connection, towns: Sequence[str] | None = None) -> Iterator[Row]:
    """The raw events of some towns, or of all, read piece by piece."""
    e = tables.events.c
    query = select(*(e[name] for name in COLUMNS))
    query = query if towns is None else query.where(e.town.in_(towns))
    for piece in connection.execute(query.execution_options(yield_per=_ROWS)).partitions():
        yield from map(tuple, piece)


def is_answered(connection: Connection, at_ms: int, most_late: int, *, then: bool) -> bool:
    """Whether the figures of a past moment can be asked for: something was known of it; and as was
    known then, not much came too late for it, as where a history was filled afterwards.
    """
    e = tables.events.c
    seen = select(e.at).where((e.recorded if then else e.at) <= at_ms).limit(1)
    late = select(e.at).where(e.recorded > at_ms, e.at <= at_ms).limit(most_late + 1)
    if connection.execute(seen).first() is None:
        return False
    return not then or len(connection.execute(late).all()) <= most_late


def between(log: Log, after: Mapping[int, str], upto: Mapping[int, str]) -> list[Event]:
    """The log's events after some positions, at least up to others. Raises LogUnavailable."""
    found: list[Event] = []
    reached = dict(after)
    while behind := {p: at for p, at in reached.items() if order(at) < order(upto.get(p, "0-0"))}:
        batches = log.read(behind, _AT_ONCE, None)
        if not batches:
            break
        for batch in batches:
            found += batch.events
            reached[batch.partition] = batch.new
    return found


def order(position: str) -> tuple[int, int]:
    """A position in the order of its stream."""
    ms, _, n = position.partition("-")
    return int(ms), int(n or 0)


def api(base_url: str, token: str | None = None, timeout_s: float = 120) -> Answer:
    """Asks a running board what GET /api/v1/kpis answers: (area, period), and of a past moment
    at_ms, with known_ms as was known then. Raises urllib.error.URLError.
    """

    def ask(
        area: str, period: str, at_ms: int | None = None, known_ms: int | None = None
    ) -> Mapping[str, Any]:
        query = {"area": area, "period": period}
        query |= {} if at_ms is None else {"at": time_of(at_ms)}
        query |= {} if known_ms is None else {"known": time_of(known_ms)}
        request = urllib.request.Request(
            f"{base_url.rstrip('/')}/api/v1/kpis?{urllib.parse.urlencode(query)}"
        )
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        with urllib.request.urlopen(request, timeout=timeout_s) as response:
            return cast("Mapping[str, Any]", json.load(response))

    return ask


def time_of(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds")
