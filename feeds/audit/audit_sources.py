"""What the audit reads: raw events and watermark of the history, published snapshots, the API's
answers, the log between.

Nothing is counted here. The audit itself is feeds/audit/audit.py.
"""

from __future__ import annotations

import json
import sys
import time
import urllib.request
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, cast

import msgspec
import pandas as pd
import redis
from sqlalchemy import Connection, select
from sqlalchemy import Engine as Database

from feeds.audit import recount_events
from feeds.audit.recount_events import Facts
from feeds.events.event import Event
from feeds.events.log import Log
from feeds.history import event_store, storage, tables
from feeds.live import frames

State = dict[str, Any]
Answer = Callable[[str, str], Mapping[str, Any]]
_AT_ONCE = 1_000
_ROWS = 50_000
_REPEATED = ("town", "source", "type", "area")


class Held(NamedTuple):
    """What the history held at one moment: an area's raw events and the watermark of every
    partition.
    """

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
        while time.monotonic() < deadline and any(
            state is None for state in self.read(wanted).values()
        ):
            time.sleep(0.05)

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


def held(database: Database, town: str | None) -> Held:
    """The raw events of a town, or of all, with the watermark of the same moment."""
    with storage.snapshot(database) as connection:
        return Held(facts(connection, town), event_store.positions(connection))


def facts(connection: Connection, town: str | None, until_ms: int | None = None) -> Facts:
    """The raw events of a town, or of all, that happened up to a moment; read piece by piece, a
    million at once take a gigabyte.
    """
    e = tables.events.c
    query = select(*(e[name] for name in recount_events.COLUMNS))
    query = query if town is None else query.where(e.town == town)
    query = query if until_ms is None else query.where(e.at <= until_ms)
    pieces = connection.execute(query.execution_options(yield_per=_ROWS)).partitions()
    return recount_events.joined(recount_events.facts(_frame(piece)) for piece in pieces)


def _frame(rows: Sequence[Any]) -> pd.DataFrame:
    """Rows as columns. What few values occur in again and again is kept once each."""
    columns = dict(zip(recount_events.COLUMNS, zip(*rows, strict=True), strict=True))
    return pd.DataFrame(
        {
            name: [*map(sys.intern, its)] if name in _REPEATED else [*its]
            for name, its in columns.items()
        }
    )


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
    """Asks a running board: (area, period) → what GET /api/v1/kpis answers. Raises
    urllib.error.URLError.
    """

    def ask(area: str, period: str) -> Mapping[str, Any]:
        request = urllib.request.Request(
            f"{base_url.rstrip('/')}/api/v1/kpis?area={area}&period={period}"
        )
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        with urllib.request.urlopen(request, timeout=timeout_s) as response:
            return cast("Mapping[str, Any]", json.load(response))

    return ask
