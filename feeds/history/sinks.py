"""Where ingest hands what a commit counted: each sink adds it to sums of its own, in the same
transaction.

Here are the form of a sink, and the rollups by day and month. The cube is
feeds/history/cube_sink.py.
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

REMEMBERED_BINS = 2_000
CellCounters = dict[str, dict[Cell, int]]


class CaseChange(NamedTuple):
    """A case of a family in a town, before and after a commit."""

    town: str
    family: str
    before: Case
    after: Case


@dataclass(frozen=True)
class Counted:
    """What one commit counted, not to be changed by a sink. `days`: by town and local day the
    amounts by measure and dimension, and the same by measure and cell.
    """

    days: Mapping[tuple[str, Bins], tuple[Counters, CellCounters]]
    cases: Sequence[CaseChange]


class Sink(Protocol):
    """Keeps sums of what is counted. Whatever it raises undoes the whole commit."""

    def add(self, connection: Connection, counted: Counted) -> None:
        """Add what a commit counted, in its transaction."""

    def forget(self) -> None:
        """A commit failed: what is remembered of the tables may not be what they hold."""

    def shrink(self) -> None:
        """A commit is done: remember no more than there is room for."""


class Rollups:
    """Sums by day and by month, which every figure of a period is read from."""

    def __init__(self, dialect: Dialect) -> None:
        self._rows = rollup_rows.Rows(tables.rollups, dialect, REMEMBERED_BINS)

    def add(self, connection: Connection, counted: Counted) -> None:
        found = counted.days.items()
        days = [((town, day.day), sums) for (town, day), (sums, _) in found]
        months = [((town, day.month), sums) for (town, day), (sums, _) in found]
        self._rows.add(connection, days + months)

    def forget(self) -> None:
        self._rows.forget()

    def shrink(self) -> None:
        self._rows.shrink()
