"""Counts measures that an older build did not have, for a history that it filled.

A measure is declared once (feeds/kpis/measures.py), and the history keeps a digest of each
declaration that it was counted by. At its next start, ingest counts new and changed measures from
the stored cases and events, and notes the new digests in the same transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Select, Table, func, insert, select, update

from feeds.events import eventtypes
from feeds.history import (
    case_measures,
    cell_texts,
    event_store,
    prepared_sql,
    rollup_rows,
    stage_durations,
    tables,
)
from feeds.history.case_state import NO_CASE, Case
from feeds.history.contribution import Cell
from feeds.history.counting import Counting
from feeds.history.rollup_rows import Counters, Key
from feeds.kpis import measures as declared

KEY = "measures"
READ_AT_ONCE = 20_000
# What builds counted that kept no digests yet. It stays as it is: a new measure is not among it.
FIRST_CASES = {
    "opened": "f1ba1023",
    "handled": "3250bd82",
    "joint": "861dbfef",
    "closed": "5fbfe196",
    "manner": "022d96c0",
    "joint_same": "3e3ffc0d",
    "left": "028cae2a",
    "duration": "36501550",
    "same": "9287152f",
    "on_time": "fcbd0a1d",
    "fell_due": "5998ecef",
    "left_late": "2f19c4f9",
}
Progress = Callable[[str, float], None]
_decode = msgspec.json.Decoder(Counters).decode
_encode = msgspec.json.Encoder().encode


def silent(names: str, share: float) -> None:
    """Tells nobody how far it is."""


class Missing(NamedTuple):
    """Counting that a history lacks: of cases by their names, of counted events in full; and
    whether it lacks stage durations.
    """

    cases: frozenset[str]
    counts: frozenset[str]
    durations: bool

    def __bool__(self) -> bool:
        return bool(self.cases or self.counts or self.durations)

    @property
    def names(self) -> str:
        """Their names in one line."""
        durations = [stage_durations.MEASURE] if self.durations else []
        return ", ".join(sorted([*self.cases, *self.counts, *durations]))

    def has(self, stored: str) -> bool:
        """Whether a stored measure is one of them."""
        if stored in self.counts:
            return True
        family, _, name = stored.rpartition(".")
        if family not in declared.FAMILIES:
            return False
        if name == stage_durations.MEASURE:
            return self.durations
        base = name if name in declared.BY_NAME else name.rpartition("_")[0]
        return base in self.cases


def digests() -> dict[str, str]:
    """Name → digest of its declaration, of every measure that this build counts."""
    found = {one.name: _digest(case_measures.definition(one)) for one in declared.CASE_MEASURES}
    for kind in declared.COUNTED.values():
        for suffix, field in kind.measures:
            name = str(declared.Measure(kind.name, suffix))
            found[name] = _digest(f"{field} {kind.by} {kind.facet}")
    families = sorted(stage_durations.FAMILIES), sorted(stage_durations.BY_FACET)
    found[stage_durations.MEASURE] = _digest(repr(families))
    return found


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def missing(connection: Connection) -> Missing:
    """What this build counts and the history does not hold, or holds by another declaration."""
    now, held = digests(), _held(connection)
    lacking = {name for name, digest in now.items() if held.get(name) != digest}
    names = frozenset(one.name for one in declared.CASE_MEASURES)
    durations = stage_durations.MEASURE
    return Missing(names & lacking, frozenset(lacking - names - {durations}), durations in lacking)


def _held(connection: Connection) -> dict[str, str]:
    """Name → digest of what the history was counted by. A new history holds all, of nothing."""
    text = event_store.marks(connection, KEY)
    if text is not None:
        return msgspec.json.decode(text, type=dict[str, str])
    now = digests()
    if connection.execute(select(tables.events.c.id).limit(1)).first() is None:
        return now
    held = FIRST_CASES | {name: digest for name, digest in now.items() if "." in name}
    chain = stage_durations.MEASURE
    return held | {chain: now[chain]} if event_store.marks(connection, "stays") else held


def fill(connection: Connection, measures: Counting, progress: Progress) -> Missing:
    """Counts what is missing, and notes it. `progress` gets the names and a share from 0 to 1."""
    lacking = missing(connection)
    if lacking:
        found = _Sums(measures)
        for share in found.add_all(connection, lacking):
            progress(lacking.names, share)
        found.write(connection, lacking)
    _note(connection)
    return lacking


def _note(connection: Connection) -> None:
    text, old = _encode(digests()).decode(), event_store.marks(connection, KEY)
    if old is None:
        connection.execute(insert(tables.meta).values(key=KEY, value=text))
    elif old != text:
        where = tables.meta.c.key == KEY
        connection.execute(update(tables.meta).where(where).values(value=text))


class _Sums:
    """What the missing measures count, by town and day: for the rollups and for the cells."""

    def __init__(self, measures: Counting) -> None:
        self._measures = measures
        self._texts = cell_texts.Encoder()
        self._without_grids = cell_texts.WithoutGrids().of
        self._days: dict[Key, Counters] = {}
        self._fine: dict[Key, Counters] = {}

    def add_all(self, connection: Connection, lacking: Missing) -> Iterator[float]:
        """Counts all cases and events that matter; yields the finished share from time to time."""
        kinds = [eventtypes.TYPES[name] for name in _types(lacking.counts)]
        todo = _size(connection, tables.cases) if lacking.cases or lacking.durations else 0
        e = tables.events.c
        wanted = select(tables.events).where(e.type.in_([kind.name for kind in kinds]))
        counted = select(func.count()).select_from(wanted.subquery())
        todo += connection.execute(counted).scalar_one() if kinds else 0
        done = 0
        if lacking.cases or lacking.durations:
            for town, family, _, *steps in _rows(connection, select(tables.cases)):
                self._add_case(town, family, Case(*steps), lacking)
                done += 1
                if done % READ_AT_ONCE == 0:
                    yield done / todo
        for row in _rows(connection, wanted) if kinds else ():
            event, kind = event_store.event_of(row), eventtypes.TYPES[row.type]
            for _, at, measure, dim, n, cell in self._measures.of_count(row.town, event, kind):
                if lacking.has(measure):
                    self._add(row.town, at, measure, dim, n, cell)
            done += 1
            if done % READ_AT_ONCE == 0:
                yield done / todo
        yield 1.0

    def _add_case(self, town: str, family: str, case: Case, lacking: Missing) -> None:
        if lacking.cases:
            for _, at, measure, dim, n, cell in self._measures.of_case(town, family, case):
                if lacking.has(measure):
                    self._add(town, at, measure, dim, n, cell)
        if lacking.durations:
            for _, at, measure, cell, n in self._measures.stage_durations(
                town, family, NO_CASE, case
            ):
                day = self._measures.calendar.bins(at).day
                added = {measure: {self._texts[cell]: n}}
                rollup_rows.add(self._fine.setdefault((town, day), {}), added)

    def _add(self, town: str, at: int, measure: str, dim: str, n: int, cell: Cell | None) -> None:
        key = (town, self._measures.calendar.bins(at).day)
        rollup_rows.add(self._days.setdefault(key, {}), {measure: {dim: n}})
        if cell:
            added = {measure: {self._texts[cell]: n}}
            rollup_rows.add(self._fine.setdefault(key, {}), added)

    def write(self, connection: Connection, lacking: Missing) -> None:
        """Writes the sums into the rows of days and months, in place of the old values of these
        measures.
        """
        months: dict[Key, Counters] = {}
        fine_months: dict[Key, Counters] = {}
        for (town, day), counters in self._days.items():
            rollup_rows.add(months.setdefault((town, day[:7]), {}), counters)
        for (town, day), counters in self._fine.items():
            into = fine_months.setdefault((town, day[:7]), {})
            rollup_rows.add(into, self._without_grids(counters))
        _put(connection, tables.rollups, self._days | months, lacking)
        _put(connection, tables.cube, self._fine, lacking)
        _put(connection, tables.cube_months, fine_months, lacking)


def _put(
    connection: Connection,
    table: Table,
    sums: dict[Key, Counters],
    lacking: Missing,
) -> None:
    """Every row of a table with the missing measures replaced by what was counted of them."""
    left = dict(sums)
    changed = []
    for town, name, text in connection.execute(select(table)):
        counters = _decode(text)
        stale = [measure for measure in counters if lacking.has(measure)]
        for measure in stale:
            del counters[measure]
        added = left.pop((town, name), {})
        if stale or added:
            rollup_rows.add(counters, added)
            changed.append((town, name, _encode(counters).decode()))
    changed += [(*key, _encode(counters).decode()) for key, counters in left.items()]
    prepared_sql.upsert(table, connection.dialect).run(connection, changed)


def _types(counts: Iterable[str]) -> set[str]:
    return {declared.measure(name).subject for name in counts}


def _size(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _rows(connection: Connection, query: Select[Any]) -> Iterator[Any]:
    return iter(connection.execute(query.execution_options(yield_per=READ_AT_ONCE)))
