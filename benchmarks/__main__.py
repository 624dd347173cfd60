"""`python -m benchmarks [names]`: measures, prints one table, and keeps one line a run. What is
wanted is figures.py.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import report
from benchmarks.figures import CATALOGUE, Found, written
from benchmarks.machine import Load
from benchmarks.plans import Plan

# In this order: what multiplies the two years comes before what adds cases to them that nobody
# closes.
PARTS = (
    "ingest",
    "backfill",
    "province",
    "push",
    "wall",
    "fanout",
    "heap",
    "interactions",
    "review",
    "peers",
)


def main() -> int:
    args = _arguments()
    if args.show:
        run = report.newest()
        print(report.table(run))
        if args.write:
            report.publish(run)
        return 0
    with tempfile.TemporaryDirectory(prefix="board-bench-") as scratch:
        plan = Plan(
            Path(scratch),
            args.seconds,
            args.events,
            args.clients,
            args.restarts,
            args.repeats,
            args.heap_minutes,
            args.rounds,
            args.history,
            tuple(args.peers) if args.peers else None,
        )
        return _run(args, plan)


def _run(args: argparse.Namespace, plan: Plan) -> int:
    load, failures = Load(), list[str]()
    with load.watched():
        found = list(_measured(args.names or PARTS, plan, failures))
    run = report.record(found, plan.options(), load.cores)
    print(f"\n{report.table(run)}")
    for failure in failures:
        print(f"FAILED {failure}", file=sys.stderr)
    if not args.discard and not failures:
        report.keep(run)
    if args.write and not failures:
        report.publish(run)
    return 1 if failures else 0


def _measured(names: Sequence[str], plan: Plan, failures: list[str]) -> Iterator[Found]:
    """Each part's figures, told as they come. One that fails does not cost the figures of the
    others.
    """
    for name in names:
        begun = time.monotonic()
        try:
            for found in importlib.import_module(f"benchmarks.{name}").measure(plan):
                print(
                    f"  {found.id:28} {written(found.value, CATALOGUE[found.id].unit):>16}  {found.beside}",
                    file=sys.stderr,
                    flush=True,
                )
                yield found
        except Exception as error:
            failures.append(f"{name}: {type(error).__name__}: {error}")
        print(f"{name} took {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "benchmarks", description="Measure the board: " + ", ".join(PARTS)
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="what to measure; all of it where none is named"
    )
    parser.add_argument("--seconds", type=float, default=30.0, help="length of a window")
    parser.add_argument("--events", type=int, default=1_000_000, help="ingest: how many")
    parser.add_argument("--clients", type=int, default=1_000, help="fan-out: how many")
    parser.add_argument("--restarts", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=2, help="peers: rounds")
    parser.add_argument(
        "--rounds", type=int, default=7, help="interactions, province: clicks of each kind"
    )
    parser.add_argument(
        "--heap-minutes", type=float, default=3.0, help="60 for the hour that is wanted"
    )
    parser.add_argument(
        "--history",
        type=Path,
        help="a stopped board's data folder with two years, to copy instead of filling one",
    )
    parser.add_argument(
        "--peers",
        nargs=2,
        type=Path,
        metavar=("HARNESS", "PYTHON"),
        help="folder of the peers' harness and its Python",
    )
    parser.add_argument(
        "--discard", action="store_true", help="print only; keep no line of this run"
    )
    parser.add_argument(
        "--write", action="store_true", help="put the table into docs/explanation/speed.md"
    )
    parser.add_argument(
        "--show", action="store_true", help="measure nothing; print the newest run's table"
    )
    args = parser.parse_args()
    if unknown := set(args.names) - set(PARTS):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    return args


if __name__ == "__main__":
    sys.exit(main())
