"""Moves events from the log to the history exactly once: events, cases, sums of the sinks and the
watermark in one transaction.

The watermark's `UPDATE … WHERE position = old` records what was taken and stops a second worker.
Ingest reads no clock and computes no KPI; it returns a Change to whoever needs to know what
changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, insert, select, update

from feeds.city.calendar import Bins
from feeds.city.profile import UNKNOWN, Profile
from feeds.events.event import Event, Shape
from feeds.events.eventtypes import TYPES
from feeds.events.log import START, Batch, Log
from feeds.history import event_store, prepared_sql, recounting, storage, tables
from feeds.history.case_state import NO_CASE, Case, CaseKey
from feeds.history.contribution import Contribution
from feeds.history.counting import Counting
from feeds.history.rollup_rows import Counters
from feeds.history.sinks import CaseChange, CellCounters, Counted, Sink

CASE, COUNT = Shape.CASE, Shape.COUNT  # looked up once: an enum's member takes 0.1 µs to find
CACHED_CASES = 25_000
TARGET_EVENTS = 18_000
FIRST_ENTRIES = 64
KEEP_MS = 10 * 60_000
LATEST_MS = 1 << 62
DEMO_SOURCE = "urn:demo:"

_CASES_BY_KEY = "SELECT c.* FROM k JOIN cases c USING (town, kind, case_id)"
_encode = msgspec.json.Encoder().encode


class Fenced(Exception):
    """Another worker has moved the watermark of a partition; this one must read it again before it
    continues.
    """


@dataclass
class Change:
    """What one commit changed: contributions, newest times by (town, need, source), earliest ones
    by (town, need), gauges, the events counted, and the positions of the log that it moved to.
    """

    contributions: list[Contribution] = field(default_factory=list)
    newest: dict[tuple[str, str, str], int] = field(default_factory=dict)
    earliest: dict[tuple[str, str], int] = field(default_factory=dict)
    gauges: list[tuple[str, Event]] = field(default_factory=list)
    events: list[tuple[str, Event]] = field(default_factory=list)
    positions: dict[int, str] = field(default_factory=dict)
    repeats: int = 0
    demo: bool = False


class Ingest:
    """One worker over some partitions of the log, which hands what it counts to its sinks. Not
    thread-safe; any number of processes may run it at once.
    """

    def __init__(
        self,
        log: Log,
        engine: Engine,
        profile: Profile,
        sinks: Sequence[Sink],
        partitions: Iterable[int] | None = None,
        progress: recounting.Progress = recounting.silent,
    ) -> None:
        """`progress` is told how far the count of measures is that an older history lacks."""
        self.log = log
        self.engine = engine
        self._sinks = tuple(sinks)
        self.partitions = tuple(range(log.partitions) if partitions is None else partitions)
        self._progress, self.has_recounted = progress, False
        self._towns, self._measures = profile.town_of_area, Counting(profile)
        self._insert_events = prepared_sql.insert(tables.events, engine.dialect)
        self._insert_gauges = prepared_sql.insert(tables.gauges, engine.dialect)
        self._upsert_cases = prepared_sql.upsert(tables.cases, engine.dialect)
        self._raise_newest = prepared_sql.upsert(tables.newest, engine.dialect, only_larger="at")
        self._lower_first = prepared_sql.upsert(
            tables.first_seen, engine.dialect, only_smaller="at"
        )
        self.positions: dict[int, str] = {}
        self._reset()

    def _reset(self) -> None:
        """Forget what was cached: after a rollback it may not be what the database holds."""
        self._cases: dict[CaseKey, Case] = {}
        for sink in self._sinks:
            sink.forget()
        self.positions = {}
        self._count = FIRST_ENTRIES

    def step(self, block_ms: int | None = None) -> Change | None:
        """Read once and commit once; None where nothing came. Raises LogUnavailable, a database
        error, or Fenced.
        """
        if not self.positions:
            self.load_positions()
        batches = self.log.read(self.positions, self._count, block_ms)
        if not batches:
            return None
        read = sum(len(b.events) for b in batches)
        self._count = max(
            8, min(4_000, 2 * self._count, self._count * TARGET_EVENTS // max(read, 1))
        )
        return self.commit(batches)

    def commit(self, batches: Sequence[Batch]) -> Change:
        """All of the batches or none; afterwards the positions are theirs."""
        try:
            with self.engine.begin() as connection:
                change = self._write(connection, batches)
        except BaseException:
            self._reset()
            raise
        self.positions.update(change.positions)
        self._shrink()
        return change

    def trim(self) -> None:
        """Let the log forget what the history holds, some minutes behind the watermark. Raises
        LogUnavailable.
        """
        self.log.trim(self.positions, KEEP_MS)

    def load_positions(self) -> None:
        """Continue from the stored watermark. Raises a database error."""
        try:
            with self.engine.begin() as connection:
                held = self._taken_up(connection)
        except BaseException:
            self._reset()
            raise
        self.positions = {p: held.get(p, START) for p in self.partitions}

    def _taken_up(self, connection: Connection) -> dict[int, str]:
        """The watermark, once the history has all that this build counts, and a place for each
        partition.
        """
        held = event_store.positions(connection)
        lacking = recounting.fill(connection, self._measures, self._progress)
        self.has_recounted = bool(lacking)
        missing = [p for p in self.partitions if p not in held]
        if missing:
            connection.execute(
                insert(tables.watermarks), [{"partition": p, "position": START} for p in missing]
            )
        return held

    def _write(self, connection: Connection, batches: Sequence[Batch]) -> Change:
        change, marks = Change(positions={b.partition: b.new for b in batches}), tables.watermarks.c
        for b in batches:
            moved = (
                update(tables.watermarks)
                .where(marks.partition == b.partition, marks.position == b.old)
                .values(position=b.new)
            )
            if connection.execute(moved).rowcount != 1:
                raise Fenced(f"partition {b.partition} is no longer at {b.old}")
        self._keep_events(connection, batches, change)
        cases = self._count_events(connection, change)
        counted = Counted(self._by_day(change.contributions), cases)
        for sink in self._sinks:
            sink.add(connection, counted)
        self._write_newest(connection, change)
        return change

    def _keep_events(
        self, connection: Connection, batches: Sequence[Batch], change: Change
    ) -> None:
        """Insert what is new. The common case, no repeats, costs one statement; repeats are looked
        up only when there are any.
        """
        towns = self._towns
        rows: dict[tuple[str, str, str], Event] = {}
        total = 0
        for b in batches:
            total += len(b.events)
            for e in b.events:
                rows.setdefault((towns.get(e.area, UNKNOWN), e.source, e.id), e)
        point = connection.begin_nested()
        inserted = self._insert(connection, rows)
        if inserted != len(rows):
            point.rollback()
            for key in event_store.known(connection, list(rows)):
                del rows[key]
            self._insert(connection, rows)
        else:
            point.commit()
        change.events = [(key[0], e) for key, e in rows.items()]
        change.repeats = total - len(rows)

    def _insert(self, connection: Connection, rows: dict[tuple[str, str, str], Event]) -> int:
        return self._insert_events.run(
            connection,
            [
                (t, s, i, e.type, e.area, e.at, e.recorded, _encode(e.data).decode())
                for (t, s, i), e in rows.items()
            ],
        )

    def _count_events(self, connection: Connection, change: Change) -> list[CaseChange]:
        """Fills the change; the cases that are others now."""
        steps: dict[CaseKey, list[Event]] = {}
        found = change.contributions
        newest, earliest = change.newest, change.earliest
        of_count = self._measures.of_count
        is_demo = False
        for town, e in change.events:
            kind = TYPES.get(e.type)
            if kind is None:
                continue  # of a newer build: kept, and counted when the history is recounted
            need = e.type
            if kind.shape is CASE:
                steps.setdefault((town, kind.family, str(e.data["case"])), []).append(e)
            elif kind.shape is COUNT:
                found += of_count(town, e, kind)
            else:
                need = f"indicator:{e.data['indicator']}"
                change.gauges.append((town, e))
            key = (town, need, e.source)
            if e.at > newest.get(key, 0):
                newest[key] = e.at
            if e.at < earliest.get(key[:2], LATEST_MS):
                earliest[key[:2]] = e.at
            is_demo = is_demo or e.source.startswith(DEMO_SOURCE)
        change.demo = is_demo
        if change.gauges:
            self._insert_gauges.run(connection, [_gauge(town, e) for town, e in change.gauges])
        return self._move_cases(connection, steps, change)

    def _move_cases(
        self, connection: Connection, steps: dict[CaseKey, list[Event]], change: Change
    ) -> list[CaseChange]:
        self._load_cases(connection, steps)
        measures = self._measures
        rows = list[tuple[Any, ...]]()
        changed = list[CaseChange]()
        for key, its in steps.items():
            before = after = self._cases.pop(key, NO_CASE)
            for e in its:
                after = measures.step(after, e, TYPES[e.type])
            self._cases[key] = after
            if after == before:
                continue
            rows.append((*key, *after))
            changed.append(CaseChange(key[0], key[1], before, after))
            if before is NO_CASE:
                change.contributions += measures.of_case(key[0], key[1], after)
            else:
                change.contributions += measures.of_change(key[0], key[1], before, after)
        self._upsert_cases.run(connection, rows)
        return changed

    def _load_cases(self, connection: Connection, steps: dict[CaseKey, list[Event]]) -> None:
        missing = [key for key in steps if key not in self._cases]
        names = ("town", "kind", "case_id")
        for row in storage.by_keys(connection, _CASES_BY_KEY, names, missing):
            self._cases[row[0], row[1], row[2]] = Case(*row[3:])

    def _by_day(
        self, contributions: list[Contribution]
    ) -> dict[tuple[str, Bins], tuple[Counters, CellCounters]]:
        """Contributions added up by town and local day: by dimension, and by cell."""
        bins_of = self._measures.calendar.bins
        days: dict[tuple[str, Bins], tuple[Counters, CellCounters]] = {}
        last_town, last_at = "", -1
        sums, cells = Counters(), CellCounters()
        for town, at, measure, dim, n, cell in contributions:
            if at != last_at or town != last_town:
                last_town = town
                last_at = at
                key = (town, bins_of(at))
                sums, cells = days.get(key) or days.setdefault(key, ({}, {}))
            by_dim = sums.get(measure) or sums.setdefault(measure, {})
            by_dim[dim] = by_dim.get(dim, 0) + n
            if cell:
                by_cell = cells.get(measure) or cells.setdefault(measure, {})
                by_cell[cell] = by_cell.get(cell, 0) + n
        return days

    def _write_newest(self, connection: Connection, change: Change) -> None:
        self._raise_newest.run(connection, [(*key, at) for key, at in change.newest.items()])
        self._lower_first.run(connection, [(*key, at) for key, at in change.earliest.items()])
        if (
            change.demo
            and connection.execute(select(tables.meta).where(tables.meta.c.key == "demo")).first()
            is None
        ):
            connection.execute(insert(tables.meta).values(key="demo", value="1"))

    def _shrink(self) -> None:
        """Drop what was used longest ago (dicts keep the order of last use here)."""
        for key in list(islice(self._cases, max(0, len(self._cases) - CACHED_CASES))):
            del self._cases[key]
        for sink in self._sinks:
            sink.shrink()


def _gauge(town: str, e: Event) -> tuple[Any, ...]:
    total = e.data.get("total")
    return (
        town,
        e.data["indicator"],
        e.at,
        e.source,
        e.id,
        float(e.data["value"]),
        None if total is None else float(total),
        e.recorded,
    )
