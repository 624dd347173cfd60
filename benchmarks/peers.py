"""The board under the peers' own harness, which is no part of this repository: same probes, same
machine, same minutes.

`--peers HARNESS PYTHON` names its folder and the Python that has its packages. Board and peers take
turns, so that none is measured while another works.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import ages, backfill, boards, machine, source, viewers
from benchmarks.boards import Board
from benchmarks.figures import RATES, Found, written
from benchmarks.plans import Plan

PEERS = ("floor", "panel", "nicegui", "dash_ws")
SHAPE = "?size=1280x1000"  # of the harness's window: a wall asked for no size loads itself once more in its screen's own
CLIENTS = {"floor": 1_000, "dash_ws": 300}
Figures = dict[str, dict[str, float]]


def measure(plan: Plan) -> Iterator[Found]:
    """Nothing where the harness is not at hand."""
    if plan.peers is None:
        return
    harness = _Harness(plan, *plan.peers)
    for _ in range(plan.repeats):
        harness.pages()
    for _ in range(plan.repeats):
        harness.clients()
    yield from _of_pages(harness.page_figures())
    yield from _of_clients(harness.client_figures())


class _Harness:
    """Calls of the harness's two programs; what they write is read back from the scratch folder."""

    def __init__(self, plan: Plan, folder: Path, python: Path) -> None:
        self._plan, self._folder, self._python = plan, folder, python
        self._pages, self._clients = plan.scratch / "pages.json", list[dict[str, Any]]()

    def pages(self) -> None:
        """One round: the peers, then the board at its own pace and rates, then at the peers'
        pace.
        """
        rates = ",".join(str(r) for r in RATES)
        self._bench("--peers", ",".join(PEERS), "--rates", rates)
        with self._board("4") as board:
            for rate in RATES:
                with source.running(board.redis_url, rate):
                    self._bench(*self._at(board, "board"), "--rates", str(rate))
        with self._board("1") as board, source.running(board.redis_url, RATES[0]):
            self._bench(*self._at(board, "board at 1/s"), "--rates", str(RATES[0]))

    def clients(self) -> None:
        for name, count in CLIENTS.items():
            self._fanout(name, count, "--peers", name)
        with self._board("1") as board, source.running(board.redis_url, RATES[0]):
            at = (
                "--url",
                board.address,
                "--pid",
                str(board.pid("web")),
                "--protocol",
                "board",
                "--name",
                "board",
            )
            self._fanout("board", CLIENTS["floor"], *at)

    def page_figures(self) -> Figures:
        runs = json.loads(self._pages.read_text())["runs"]
        return {
            name: _figures([r for r in runs if r["peer"] == name])
            for name in dict.fromkeys(r["peer"] for r in runs)
        }

    def client_figures(self) -> Figures:
        found: Figures = {}
        for name in dict.fromkeys(row["peer"] for row in self._clients):
            rows = [row for row in self._clients if row["peer"] == name]
            found[name] = {
                key: statistics.median(row[key] for row in rows)
                for key in ("cpu_min", "upd_s", "age_p99")
            }
        return found

    def _board(self, pace: str) -> Any:
        return boards.running(backfill.folder(self._plan), "--no-demo", "--frames-per-second", pace)

    def _at(self, board: Board, name: str) -> tuple[str, ...]:
        at = (
            "--url",
            f"{board.address}/wall{SHAPE}",
            "--stamp-selector",
            viewers.NUMBER,
            "--pid",
            str(board.process.pid),
        )
        return (*at, "--name", name, "--no-generate")

    def _bench(self, *arguments: str) -> None:
        self._run(
            "bench.py",
            "--viewers",
            "1",
            "--append",
            "--out",
            str(self._pages),
            "--chromium",
            machine.chromium(),
            *arguments,
        )

    def _fanout(self, name: str, count: int, *arguments: str) -> None:
        out = self._plan.scratch / f"clients-{name}.json"
        self._run("fanout.py", "--clients", str(count), "--out", str(out), *arguments)
        self._clients += json.loads(out.read_text())

    def _run(self, program: str, *arguments: str) -> None:
        ports = ("--port", str(machine.free_port()), "--redis-port", str(machine.free_port()))
        once = ("--repeats", "1", "--seconds", str(self._plan.seconds))
        command = [str(self._python), str(self._folder / program), *once, *ports, *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=sys.stderr)


def _figures(runs: list[dict[str, Any]]) -> dict[str, float]:
    """One peer's figures over its rounds: medians, and the 99th percentiles of all samples
    together.
    """
    found = {
        "first": _median(r["first_ms"] for r in runs),
        "load": _median((r["load_bytes"] or 0) / 1000 for r in runs),
    }
    found["outside"] = float(len({host for r in runs for host in r["outside"]}))
    for rate in RATES:
        cells = [c for r in runs for c in r["cells"] if c["viewers"] == 1 and c["rate"] == rate]
        windows = [ages.shown(page) for c in cells for page in c["samples"]]
        found[f"push_p50@{rate}"] = _median(ages.quantile(ages.push(w), 0.5) for w in windows)
        found[f"push_p99@{rate}"] = ages.quantile(
            [age for w in windows for age in ages.push(w)], 0.99
        )
        found[f"event_p50@{rate}"] = _median(
            ages.quantile(ages.event_to_pixel(w), 0.5) for w in windows
        )
        found[f"event_p99@{rate}"] = ages.quantile(
            [age for w in windows for age in ages.event_to_pixel(w)], 0.99
        )
        if rate == RATES[0]:
            found["main"] = _median(c["main_cpu_min"]["TaskDuration"] for c in cells)
            found["server"] = _median(c["server_cpu_min"] for c in cells)
            found["wire"] = _median(c["wire_bps_viewer"] / 1000 for c in cells)
    return found


def _median(values: Iterator[float | None]) -> float:
    return ages.median(v for v in values if v is not None)


def _of_pages(found: Figures) -> Iterator[Found]:
    board, slow = found["board"], found["board at 1/s"]

    def one(id: str, key: str, of: dict[str, float] = board) -> Found:
        return Found(f"peers.{id}", of[key], _beside(found, key))

    for key in (
        *(f"push_{q}@{rate}" for rate in RATES for q in ("p50", "p99")),
        "event_p50@200",
        "event_p99@200",
        "first",
    ):
        yield one(key, key)
    yield one("main", "main")
    yield one("main@1", "main", slow)
    yield Found("peers.main_ratio", slow["main"] / found["floor"]["main"])
    yield one("wire@1", "wire", slow)
    yield one("server", "server")
    yield one("load", "load")


def _of_clients(found: Figures) -> Iterator[Found]:
    board, floor = found["board"], found["floor"]
    others = ", ".join(
        f"{name} with {CLIENTS[name]:,} {written(found[name]['cpu_min'])}" for name in CLIENTS
    )
    yield Found("peers.fanout_cpu", board["cpu_min"], others)
    updates = f"{board['upd_s']:.2f} updates/s a client, floor {floor['upd_s']:.2f}"
    yield Found("peers.fanout_ratio", board["cpu_min"] / floor["cpu_min"], updates)
    yield Found(
        "peers.fanout_p99",
        board["age_p99"],
        f"floor {written(floor['age_p99'])}, dash_ws {written(found['dash_ws']['age_p99'])}",
    )


def _beside(found: Figures, key: str) -> str:
    return ", ".join(f"{name} {written(found[name][key])}" for name in PEERS if name in found)
