"""The clicks once more with fifty times the cases. Rollups and cube hold sums, whose rows are one a town and day however much is counted;
what grows with a province's traffic is the table of cases, and it is what drill-downs, lists and chains still read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from benchmarks import backfill, interactions
from benchmarks.figures import RATES, Found
from benchmarks.plans import Plan

TIMES = 50


def measure(plan: Plan) -> Iterator[Found]:
    data = plan.copy(backfill.folder(plan), "province")
    _multiply(data / "board.db")
    with interactions.live(data, RATES[0]) as (chromium, board):
        yield from interactions.clicks(chromium, board, "province", plan.rounds)


def _multiply(path: Path) -> None:
    """Each case fifty times, under numbers of their own, in the order of the key. Nothing is synced: the folder is thrown away."""
    with closing(sqlite3.connect(path, isolation_level=None)) as board:
        for pragma in ("journal_mode = off", "synchronous = off", "cache_size = -400000"):
            board.execute(f"PRAGMA {pragma}")
        names = [row[1] for row in board.execute("PRAGMA table_info(cases)")]
        columns = ", ".join("one.case_id || again.mark" if name == "case_id" else f"one.{name}" for name in names)
        board.execute("CREATE TEMP TABLE one AS SELECT * FROM cases")
        board.execute("CREATE TEMP TABLE again (mark)")
        board.executemany("INSERT INTO again VALUES (?)", [(f"-{n}",) for n in range(1, TIMES)])
        board.execute(f"INSERT INTO cases SELECT {columns} FROM one, again ORDER BY one.town, one.kind, one.case_id, mark")
        board.execute("PRAGMA journal_mode = wal")
