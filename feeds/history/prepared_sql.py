"""The few statements that ingest runs for every batch, compiled once for the database's dialect.

Rows go to the driver as tuples: building a dictionary a row costs as much as the insert itself.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Table

from feeds.history import storage, tables

Rows = Sequence[tuple[Any, ...]]


class Statements:
    """Upserts and inserts over positional rows, in the column order of the tables."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._events = self._insert(tables.events)
        self._gauges = self._insert(tables.gauges)
        self._cases = self._upsert(tables.cases)
        self._rollups = self._upsert(tables.rollups)
        self._cube = self._upsert(tables.cube)
        self._cube_months = self._upsert(tables.cube_months)
        self._first_months = self._insert(tables.cube_months)
        self._newest = self._upsert(tables.newest, only_larger="at")

    def insert_events(self, connection: Connection, rows: Rows) -> int:
        """Insert those whose key is new; how many were."""
        return self._many(connection, self._events, rows)

    def insert_gauges(self, connection: Connection, rows: Rows) -> None:
        self._many(connection, self._gauges, rows)

    def upsert_cases(self, connection: Connection, rows: Rows) -> None:
        self._many(connection, self._cases, rows)

    def upsert_rollups(self, connection: Connection, rows: Rows) -> None:
        self._many(connection, self._rollups, rows)

    def upsert_cube(self, connection: Connection, rows: Rows) -> None:
        self._many(connection, self._cube, rows)

    def upsert_cube_months(self, connection: Connection, rows: Rows) -> None:
        self._many(connection, self._cube_months, rows)

    def insert_cube_months(self, connection: Connection, rows: Rows) -> None:
        """Those that are not there; others stay."""
        self._many(connection, self._first_months, rows)

    def raise_newest(self, connection: Connection, rows: Rows) -> None:
        self._many(connection, self._newest, rows)

    def read_cases(self, connection: Connection, keys: Rows) -> Iterator[Any]:
        """The rows of the cases with these keys that exist."""
        query = "SELECT c.* FROM k JOIN cases c USING (town, kind, case_id)"
        return storage.by_keys(connection, query, ("town", "kind", "case_id"), keys)

    def _many(self, connection: Connection, sql: str, rows: Rows) -> int:
        return connection.exec_driver_sql(sql, list(rows)).rowcount if rows else 0

    def _insert(self, table: Table) -> str:
        return self._text(self._build(table).on_conflict_do_nothing())

    def _upsert(self, table: Table, only_larger: str = "") -> str:
        build = self._build(table)
        values = {c.name: build.excluded[c.name] for c in table.columns if not c.primary_key}
        where = build.excluded[only_larger] > table.c[only_larger] if only_larger else None
        return self._text(
            build.on_conflict_do_update(
                index_elements=list(table.primary_key.columns), set_=values, where=where
            )
        )

    def _build(self, table: Table) -> Any:
        """Only the database's own dialect is loaded: PostgreSQL's takes a tenth of a second of
        every start.
        """
        return importlib.import_module(f"sqlalchemy.dialects.{self._dialect.name}").insert(table)

    def _text(self, statement: Any) -> str:
        """The SQL with positional marks, in the order of the table's columns."""
        compiled = str(statement.compile(dialect=self._dialect))
        if self._dialect.paramstyle == "qmark":
            return compiled
        for column in statement.table.columns:
            compiled = compiled.replace(f"%({column.name})s", "%s")
        return compiled
