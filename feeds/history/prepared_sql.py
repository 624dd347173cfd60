"""The few statements that ingest runs for every batch, compiled once for the database's dialect.

Rows go to the driver as tuples, because building a dictionary a row costs as much as the insert
itself.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Table

Rows = Sequence[tuple[Any, ...]]


class Statement:
    """One statement, run for many rows in the order of the table's columns."""

    def __init__(self, sql: str) -> None:
        self._sql = sql

    def run(self, connection: Connection, rows: Rows) -> int:
        """How many rows the database says it wrote."""
        return connection.exec_driver_sql(self._sql, list(rows)).rowcount if rows else 0


def insert(table: Table, dialect: Dialect) -> Statement:
    """Inserts the rows whose key is new; the others stay as they are."""
    return _compiled(_insert(table, dialect).on_conflict_do_nothing(), dialect)


def upsert(
    table: Table, dialect: Dialect, *, only_larger: str = "", only_smaller: str = ""
) -> Statement:
    """Inserts rows, or replaces those of the same key; with `only_larger` only by one that is
    larger in that column, with `only_smaller` by one that is smaller.
    """
    made = _insert(table, dialect)
    values = {c.name: made.excluded[c.name] for c in table.columns if not c.primary_key}
    where = None
    if only_larger:
        where = made.excluded[only_larger] > table.c[only_larger]
    elif only_smaller:
        where = made.excluded[only_smaller] < table.c[only_smaller]
    keys = list(table.primary_key.columns)
    return _compiled(
        made.on_conflict_do_update(index_elements=keys, set_=values, where=where), dialect
    )


def _insert(table: Table, dialect: Dialect) -> Any:
    """Only the database's own dialect is loaded: PostgreSQL's takes a tenth of a second of every
    start.
    """
    return importlib.import_module(f"sqlalchemy.dialects.{dialect.name}").insert(table)


def _compiled(statement: Any, dialect: Dialect) -> Statement:
    """The SQL with positional marks, in the order of the table's columns."""
    sql = str(statement.compile(dialect=dialect))
    if dialect.paramstyle != "qmark":
        for column in statement.table.columns:
            sql = sql.replace(f"%({column.name})s", "%s")
    return Statement(sql)
