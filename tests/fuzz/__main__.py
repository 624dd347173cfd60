"""Fuzzes for long: `python -m tests.fuzz --minutes 15` tries every target for so many minutes."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.fuzz import running, targets
from tests.system.conftest import Board


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--only", nargs="*", help="names of targets; all where absent")
    asked = parser.parse_args()
    seconds = asked.minutes * 60
    with tempfile.TemporaryDirectory(prefix="board-") as folder:
        board = Board(Path(folder))
        try:
            for name, (given, target) in (targets.PURE | targets.of_board(board.port)).items():
                if not asked.only or name in asked.only:
                    print(name, running.run(given, target, seconds), "inputs", flush=True)
            if not asked.only or "api" in asked.only:
                token = (board.data / "ingest.token").read_text().strip()
                print(running.schemathesis(board.url, token, seconds)[-1_500:], flush=True)
        finally:
            board.stop()
        said = (board.data / "said.log").read_text()
    assert "Traceback" not in said, said[-6_000:]
    print("no traceback")


if __name__ == "__main__":
    main()
