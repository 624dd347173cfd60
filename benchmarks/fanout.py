"""A thousand raw clients on one web worker of the real board, while events come in: does every
frame reach every one, and when.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks import backfill, boards, clients, source
from benchmarks.figures import PACES, RATES, Found
from benchmarks.plans import Plan


def measure(plan: Plan) -> Iterator[Found]:
    clients.allow_many_files()
    data = backfill.folder(plan)
    for pace in PACES:
        with (
            boards.running(data, "--no-demo", "--frames-per-second", str(pace)) as board,
            source.running(board.redis_url, RATES[0]),
        ):
            seen = clients.watch(board.port, board.pid("web"), plan.clients, plan.seconds)
        yield from _found(seen, pace)


def _found(seen: dict[str, Any], pace: int) -> Iterator[Found]:
    beside = f"{seen['clients']:,} clients, {seen['frames_s']:.1f} frames/s each, {seen['lost']} lost, {seen['gaps']} frames skipped"
    yield Found(f"fanout.share@{pace}", 0.0 if seen["lost"] else seen["share"], beside)
    yield Found(f"fanout.p99@{pace}", seen["event_p99_ms"], f"p50 {seen['event_p50_ms']:.0f} ms")
    yield Found(
        f"fanout.frame_p99@{pace}", seen["frame_p99_ms"], f"p50 {seen['frame_p50_ms']:.0f} ms"
    )
    yield Found(
        f"fanout.cpu@{pace}",
        seen["cpu_s_min"],
        f"the clients themselves {seen['client_cpu_s_min']:.0f} CPU-s/min",
    )
