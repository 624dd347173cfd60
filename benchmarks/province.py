"""The clicks once more with fifty times the data: sums, cells of the cube and cases. Events are not
multiplied: no page reads them but by an index on their time.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import msgspec

from benchmarks import backfill, interactions
from benchmarks.figures import RATES, Found
from benchmarks.plans import Plan

TIMES = 50
_Counters = dict[str, dict[str, int]]
_decode = msgspec.json.Decoder(_Counters).decode


def measure(plan: Plan) -> Iterator[Found]:
    data = plan.copy(backfill.folder(plan), "province")
    _multiply(data / "board.db")
    with interactions.live(data, RATES[0]) as (chromium, board):
        yield from interactions.clicks(chromium, board, "province", plan.rounds)


def _multiply(path: Path) -> None:
    """Nothing is synced: the folder is thrown away."""
    with closing(sqlite3.connect(path, isolation_level=None)) as board:
        for pragma in ("journal_mode = off", "synchronous = off", "cache_size = -400000"):
            board.execute(f"PRAGMA {pragma}")
        _multiply_cases(board)
        _multiply_counters(board)
        board.execute("PRAGMA journal_mode = wal")


def _multiply_cases(board: sqlite3.Connection) -> None:
    """Each case fifty times, under numbers of their own, in the order of the key."""
    names = [row[1] for row in board.execute("PRAGMA table_info(cases)")]
    columns = ", ".join(
        "one.case_id || again.mark" if name == "case_id" else f"one.{name}" for name in names
    )
    board.execute("CREATE TEMP TABLE one AS SELECT * FROM cases")
    board.execute("CREATE TEMP TABLE again (mark)")
    board.executemany("INSERT INTO again VALUES (?)", [(f"-{n}",) for n in range(1, TIMES)])
    board.execute(
        f"INSERT INTO cases SELECT {columns} FROM one, again ORDER BY one.town, one.kind, one.case_id, mark"
    )


def _multiply_counters(board: sqlite3.Connection) -> None:
    """Rollups and the cube's months fifty times as large; of the cube's days each cell again in the
    next fifty grids of its town.
    """
    board.create_function(
        "times", 1, lambda text: _written(_larger(_decode(text))), deterministic=True
    )
    for table in ("rollups", "cube_months"):
        board.execute(f"UPDATE {table} SET counters = times(counters)")
    for town, grids in _grids(board).items():
        wider = _Wider(grids)
        board.create_function(
            "wider",
            1,
            lambda text, wider=wider: _written(wider.of(_decode(text))),
            deterministic=True,
        )
        board.execute("UPDATE cube SET counters = wider(counters) WHERE town = ?", (town,))


def _grids(board: sqlite3.Connection) -> dict[str, list[str]]:
    """Town → its grids that anything was ever told of."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for town, text in board.execute("SELECT town, counters FROM cube ORDER BY town, day"):
        found[town] |= dict.fromkeys(
            cell.split("|")[2] for cells in _decode(text).values() for cell in cells
        )
    return {town: sorted(grids.keys() - {""}) for town, grids in found.items()}


class _Wider:
    """A day of a town as it would be with fifty times as much of everything, evenly over its
    grids.
    """

    def __init__(self, grids: Sequence[str]) -> None:
        self._next = {
            grid: [grids[(n + step) % len(grids)] for step in range(TIMES)]
            for n, grid in enumerate(grids)
        }
        self._cells: dict[str, list[str]] = {}

    def of(self, counters: _Counters) -> _Counters:
        return {measure: self._measure(cells) for measure, cells in counters.items()}

    def _measure(self, cells: dict[str, int]) -> dict[str, int]:
        found: dict[str, int] = defaultdict(int)
        for cell, n in cells.items():
            for other in self._cells.get(cell) or self._cells.setdefault(cell, self._others(cell)):
                found[other] += n
        return found

    def _others(self, cell: str) -> list[str]:
        category, facet, grid, *outcome = cell.split("|")
        return [
            "|".join((category, facet, other, *outcome))
            for other in self._next.get(grid, [grid] * TIMES)
        ]


def _larger(counters: _Counters) -> _Counters:
    return {
        measure: {cell: n * TIMES for cell, n in cells.items()}
        for measure, cells in counters.items()
    }


def _written(counters: _Counters) -> str:
    return msgspec.json.encode(counters).decode()
