"""The demo's two years on an empty folder, a restart with them, and the memory that takes."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import redis

from benchmarks import boards, machine
from benchmarks.ages import median
from benchmarks.boards import Board
from benchmarks.figures import Found, written
from benchmarks.plans import Plan
from dashboard import history
from feeds.demo.run import Position
from feeds.events.log import START, LogUnavailable, stream
from feeds.history import event_store
from feeds.kpis import CATALOGUE
from feeds.kpis.formulas import Count

LONGEST_S = 900.0
MEMORY = (("rss", machine.rss_mb), ("pss", machine.pss_mb))
COUNTS = tuple(k for k, kpi in CATALOGUE.items() if isinstance(kpi.formula, Count))


def measure(plan: Plan) -> Iterator[Found]:
    found: list[Found] = []
    data = plan.folder(lambda empty: found.extend(_filled(empty)))
    yield from found
    yield from _restarted(data, plan.restarts)


def folder(plan: Plan) -> Path:
    """The folder with two years that other parts start a board on."""
    return plan.folder(lambda empty: list(_filled(empty)))


def _filled(data: Path) -> Iterator[Found]:
    board, begun_ms = Board(data, "--demo"), time.time() * 1000
    try:
        machine.until(
            lambda: _is_full(board, begun_ms), LONGEST_S, "two years are in the history", 0.1
        )
        took = time.monotonic() - board.begun
        yield Found("backfill.s", took, f"{written(_size(data))} events")
        yield Found("backfill.core_rss_filling", machine.rss_mb(board.pid("core")))
    finally:
        board.stop()


def _is_full(board: Board, begun_ms: float) -> bool:
    """Whether the demo has sent everything up to this board's start, and the history holds all that
    the log was given.
    """
    with (
        contextlib.suppress(redis.RedisError, LogUnavailable),
        redis.Redis.from_url(board.redis_url) as client,
    ):
        done = int((Position(client).get() or "0").rsplit(":", 1)[-1])
        return done >= begun_ms and _is_taken_in(client, _watermark(board.data))
    return False


def _is_taken_in(client: redis.Redis, watermark: Mapping[int, str]) -> bool:
    """Whether the watermark stands at the end of every partition of the log."""
    last: dict[int, Any] = {p: client.xrevrange(stream(p), count=1) for p in watermark}
    return bool(last) and all(
        watermark[p] == (rows[0][0].decode() if rows else START) for p, rows in last.items()
    )


def _watermark(data: Path) -> dict[int, str]:
    database = history.open_database(f"sqlite:///{data / 'board.db'}")
    with database.connect() as connection:
        return event_store.positions(connection)


def _size(data: Path) -> int:
    with history.open_database(f"sqlite:///{data / 'board.db'}").connect() as connection:
        return event_store.size(connection)


def _restarted(data: Path, times: int) -> Iterator[Found]:
    """The median of some restarts; no new events come meanwhile, so that every start has to show
    the same counts.
    """
    watermark = {str(p): position for p, position in _watermark(data).items()}
    with boards.running(data, "--no-demo") as board:
        machine.until(
            lambda: board.snapshot().get("positions") == watermark,
            30,
            "the engine has read everything",
        )
        counts = _counts(board.snapshot())
    took, memory = list[float](), list[Found]()
    for _ in range(times):
        with boards.running(data, "--no-demo") as board:
            took.append(_right_s(board, watermark, counts))
            board.visit()
            memory = [
                Found(f"backfill.{name}_{kind}", of(board.pid(name)))
                for name in ("core", "web")
                for kind, of in MEMORY
            ]
    yield Found("backfill.restart", median(took), f"slowest of {times}: {max(took):.2f} s")
    yield from memory


def _right_s(board: Board, watermark: Mapping[str, str], counts: Mapping[str, Any]) -> float:
    """Seconds from the start of a board that is ready until its figures, computed since then, are
    those of before.
    """
    begun_ms = (time.time() - (time.monotonic() - board.begun)) * 1000

    def is_right() -> bool:
        state = board.snapshot()
        return (
            state.get("now", 0) >= begun_ms
            and state["positions"] == watermark
            and _counts(state) == counts
        )

    machine.until(is_right, 60, "the restarted board shows what it showed before", 0.01)
    return time.monotonic() - board.begun


def _counts(state: Mapping[str, Any]) -> dict[str, Any]:
    """The year's plain counts, which no passing of time changes."""
    return {k: state["set"][k] for k in COUNTS}
