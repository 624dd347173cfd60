"""Fuzzes for long: `python -m tests.fuzz --minutes 15` tries every target for so many minutes."""

from __future__ import annotations

import argparse
import re
import tempfile
from pathlib import Path

from tests.fuzz import running, targets
from tests.system.conftest import Board

OF_BOARD = ("query", "forms", "callbacks", "sockets", "api")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=15)
    names = [*targets.PURE, *OF_BOARD]
    parser.add_argument("--only", nargs="*", choices=names, default=names)
    asked = parser.parse_args()
    seconds = asked.minutes * 60
    for name, (given, target) in targets.PURE.items():
        if name in asked.only:
            print(name, running.run(given, target, seconds), "inputs", flush=True)
    if wanted := [name for name in OF_BOARD if name in asked.only]:
        with tempfile.TemporaryDirectory(prefix="board-") as folder:
            try_board(Path(folder), wanted, seconds)


def try_board(folder: Path, wanted: list[str], seconds: float) -> None:
    """The targets that need a running board, which must leave no traceback in its log."""
    board = Board(folder)
    try:
        for name, (given, target) in targets.of_board(board.port).items():
            if name in wanted:
                print(name, running.run(given, target, seconds), "inputs", flush=True)
        if "api" in wanted:
            token = (board.data / "ingest.token").read_text().strip()
            try_api(board.url, token, seconds)
    finally:
        board.stop()
    said = (board.data / "said.log").read_text()
    assert "Traceback" not in said, said[-6_000:]
    print("no traceback")


def try_api(url: str, token: str, seconds: float) -> None:
    """Every operation for an equal part of the time, as a source and as anyone."""
    tries = [(only, one) for only in running.operations(url) for one in (token, "")]
    for only, one in tries:
        said = running.schemathesis(url, one, seconds / len(tries), only)
        (count,) = re.findall(r"([\d,]+) generated", said) or ["?"]
        print("api", *only, "as a source" if one else "as anyone", count, "inputs", flush=True)


if __name__ == "__main__":
    main()
