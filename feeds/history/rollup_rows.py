"""Rows of counters packed as JSON under (town, name): loaded when first added to, written whole,
remembered between commits.

The rollups by bin and the cube by day are kept this way. Not thread-safe; what is remembered is
dropped with a failed commit.
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
    """The rows of one table, whose columns are the town, a name, and the counters. Of those that
    were used longest ago no more than `remembered` are kept in memory.
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
        """Add counters to the rows they are of; a row may come several times."""
        keys = dict.fromkeys(key for key, _ in deltas)
        self._load(connection, [key for key in keys if key not in self._rows])
        for key in keys:
            self._rows[key] = self._rows.pop(key)
        for key, added in deltas:
            add(self._rows[key], added)
        self._upsert.run(connection, [(*key, _encode(self._rows[key]).decode()) for key in keys])

    def forget(self) -> None:
        """Read every row again when it is needed: what is remembered may not be what is stored."""
        self._rows.clear()

    def shrink(self) -> None:
        """Forget the rows used longest ago (dicts keep the order of last use here)."""
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
