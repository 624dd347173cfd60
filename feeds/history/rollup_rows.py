"""Rows of counters as JSON by (town, name): loaded when first added to, written as a whole, cached
between commits.

The rollups by bin and the cells by day are kept this way. Not thread-safe; the cache is dropped
when a commit fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import msgspec
from sqlalchemy import Connection, Dialect, Table

from feeds.history import prepared_sql, storage

Counters = dict[str, dict[str, int]]
Key = tuple[str, str]

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Counters).decode


class Rows:
    """The rows of one table, whose columns are the town, a name, and the counters. At most
    `most_cached` rows are cached; those used longest ago are dropped first.
    """

    def __init__(self, table: Table, dialect: Dialect, most_cached: int) -> None:
        town, name, counters = (column.name for column in table.columns)
        self._query = (
            f"SELECT r.{town}, r.{name}, r.{counters} FROM k "
            f"JOIN {table.name} r ON r.{town} = k.town AND r.{name} = k.name"
        )
        self._upsert = prepared_sql.upsert(table, dialect)
        self._most_cached = most_cached
        self._rows: dict[Key, Counters] = {}

    def add(self, connection: Connection, deltas: Sequence[tuple[Key, Counters]]) -> None:
        """Add counters to their rows; a row may come several times."""
        keys = dict.fromkeys(key for key, _ in deltas)
        self._load(connection, [key for key in keys if key not in self._rows])
        for key in keys:
            self._rows[key] = self._rows.pop(key)
        for key, added in deltas:
            add(self._rows[key], added)
        self._upsert.run(connection, [(*key, _encode(self._rows[key]).decode()) for key in keys])

    def forget(self) -> None:
        """Drop the cache, so that every row is read again when it is needed."""
        self._rows.clear()

    def shrink(self) -> None:
        """Drop the rows used longest ago (the dict is kept in order of last use)."""
        for key in list(islice(self._rows, max(0, len(self._rows) - self._most_cached))):
            del self._rows[key]

    def _load(self, connection: Connection, keys: list[Key]) -> None:
        for key in keys:
            self._rows[key] = {}
        rows = storage.by_keys(connection, self._query, ("town", "name"), keys)
        for town, name, counters in rows:
            self._rows[town, name] = _decode(counters)


def add(counters: Counters, added: Counters) -> None:
    """Add counters to others; a cell at 0 is removed, so that equal histories have equal rows."""
    for measure, row in added.items():
        cells = counters.get(measure)
        if cells is None:
            if new := {dim: n for dim, n in row.items() if n}:
                counters[measure] = new
            continue
        for dim, n in row.items():
            if total := cells.get(dim, 0) + n:
                cells[dim] = total
            elif n:
                del cells[dim]
        if not cells:
            del counters[measure]
