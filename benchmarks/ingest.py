"""How fast ingest turns the log into committed history and rollups, beside a bare deduplicating
insert of the same rows.
"""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import redis
from sqlalchemy.dialects import sqlite

from benchmarks import machine, stores
from benchmarks.figures import Found, written
from benchmarks.plans import Plan
from dashboard.processes import core
from feeds.city import profile
from feeds.city.profile import Profile
from feeds.demo import stream
from feeds.events import decoding, log
from feeds.events.event import Event
from feeds.events.log import Log
from feeds.history import storage, tables
from feeds.live import combined_loop

END_MS = (
    1_788_192_000_000  # midnight to 2026-09-01 in the city: the events are the same in every run
)
DAY_MS = 86_400_000
SLICES = 10
BARE_ROWS = 8_000


class Watch:
    """Seconds by the clock and of this process's CPU, added up over what is timed."""

    def __init__(self) -> None:
        self.wall_s = self.cpu_s = 0.0

    @contextlib.contextmanager
    def on(self) -> Iterator[None]:
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.wall_s += time.perf_counter() - wall
        self.cpu_s += time.process_time() - cpu


def measure(plan: Plan) -> Iterator[Found]:
    """In slices, now one and now the other, so that both have the same minutes and the same load
    beside them.
    """
    city = profile.load("yixing")
    folder = plan.scratch / "ingest"
    folder.mkdir()
    with stores.running(folder) as url:
        held = Log(redis.Redis.from_url(url), city)
        total = _fill(held, city, plan.events)
        ours, bare = Ours(held, folder, city), Bare(held, folder, city)
        for end in (total * n // SLICES for n in range(1, SLICES + 1)):
            ours.go_to(end)
            bare.go_to(end)
    if ours.done != total or bare.inserted != total:
        raise machine.TooLate(
            f"{ours.done:,} and {bare.inserted:,} of {total:,} events were ingested"
        )
    yield from _found(ours, bare)


def _found(ours: Ours, bare: Bare) -> Iterator[Found]:
    bare_per_s = bare.inserted / bare.watch.wall_s
    beside = f"bare insert {written(bare_per_s)} rows/s"
    yield Found("ingest.wall", ours.done / ours.watch.wall_s, beside)
    yield Found(
        "ingest.cpu",
        ours.done / ours.watch.cpu_s,
        f"bare insert {written(bare.inserted / bare.watch.cpu_s)} rows/s",
    )
    yield Found("ingest.ratio", ours.done / ours.watch.wall_s / bare_per_s)


class Ours:
    """The board's ingest, over the log into a database of its own."""

    def __init__(self, held: Log, folder: Path, city: Profile) -> None:
        combined_loop.calm()  # as the process that runs it does; the bare insert gains by it too
        self._ingest = core.make_ingest(
            held, storage.open_database(f"sqlite:///{folder / 'ours.db'}"), city
        )
        self.watch, self.done = Watch(), 0

    def go_to(self, count: int) -> None:
        while self.done < count:
            with self.watch.on():
                change = self._ingest.step()
            if change is None:
                return
            self.done += len(change.events)


class Bare:
    """SQLAlchemy's insert of the same rows into the same table, nothing else. Reading the log and
    making rows is not timed.
    """

    def __init__(self, held: Log, folder: Path, city: Profile) -> None:
        self._engine = storage.open_database(f"sqlite:///{folder / 'bare.db'}")
        self._rows, self._town_of = _rows(held), city.town_of
        self._statement = sqlite.insert(tables.events).on_conflict_do_nothing()
        self.watch, self.inserted = Watch(), 0

    def go_to(self, count: int) -> None:
        while self.inserted < count and (
            batch := [self._row(e) for e in itertools.islice(self._rows, BARE_ROWS)]
        ):
            with self.watch.on(), self._engine.begin() as connection:
                self.inserted += connection.execute(self._statement, batch).rowcount

    def _row(self, e: Event) -> dict[str, Any]:
        data = msgspec.json.encode(e.data).decode()
        return {
            "town": self._town_of(e.area),
            "source": e.source,
            "id": e.id,
            "type": e.type,
            "area": e.area,
            "at": e.at,
            "recorded": e.recorded,
            "data": data,
        }


def _rows(held: Log) -> Iterator[Event]:
    positions = dict.fromkeys(range(held.partitions), log.START)
    while batches := held.read(positions, 8, None):
        for batch in batches:
            positions[batch.partition] = batch.new
            yield from batch.events


def _fill(held: Log, city: Profile, count: int) -> int:
    """Events of the demo city through the decoder into the log; how many."""
    decoder = decoding.Decoder(lambda: END_MS)
    days = 740 * max(1.0, count / 1_000_000)
    total = 0
    for batch in stream.backfill(city, 1, END_MS - int(days * DAY_MS), END_MS):
        taken: Sequence[bytes] = batch[: count - total]
        held.append([decoder.decode(raw) for raw in taken])
        total += len(taken)
        if total >= count:
            break
    return total
