"""Sinks: each adds what a commit counted to its own tables, in the same transaction.

Here are the protocol of a sink, and the sink of the rollups by day and month. The sink of cells is
feeds/history/cell_sink.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from sqlalchemy import Connection, Dialect

from feeds.city.calendar import Bins
from feeds.history import rollup_rows, tables
from feeds.history.case_state import Case
from feeds.history.contribution import Cell
from feeds.history.rollup_rows import Counters

CACHED_BINS = 2_000
CellCounters = dict[str, dict[Cell, int]]


class CaseChange(NamedTuple):
    """A case of a family in a town, before and after a commit."""

    town: str
    family: str
    before: Case
    after: Case


@dataclass(frozen=True)
class Counted:
    """What one commit counted; a sink must not change it. `days` holds, by town and local day, the
    amounts by measure and dimension, and the same by measure and cell.
    """

    days: Mapping[tuple[str, Bins], tuple[Counters, CellCounters]]
    cases: Sequence[CaseChange]


class Sink(Protocol):
    """Keeps sums of what is counted. Any error that it raises undoes the whole commit."""

    def add(self, connection: Connection, counted: Counted) -> None:
        """Add what a commit counted, in its transaction."""

    def forget(self) -> None:
        """Drop the cached rows after a failed commit, because the tables may hold others."""

    def shrink(self) -> None:
        """After a commit, drop the rows beyond the limit of the cache."""


class Rollups:
    """Sums by day and by month, which every figure of a period is read from."""

    def __init__(self, dialect: Dialect) -> None:
        self._rows = rollup_rows.Rows(tables.rollups, dialect, CACHED_BINS)

    def add(self, connection: Connection, counted: Counted) -> None:
        found = counted.days.items()
        days = [((town, day.day), sums) for (town, day), (sums, _) in found]
        months = [((town, day.month), sums) for (town, day), (sums, _) in found]
        self._rows.add(connection, days + months)

    def forget(self) -> None:
        self._rows.forget()

    def shrink(self) -> None:
        self._rows.shrink()
