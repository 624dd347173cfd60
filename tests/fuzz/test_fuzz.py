"""A few seconds of what `python -m tests.fuzz` does for long: nothing that anybody may send makes
an error of the board's own, nor a traceback in its log.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fuzz import running, targets
from tests.system.conftest import Board

SECONDS = 3


@pytest.mark.parametrize("name", sorted(targets.PURE))
def test_input_is_taken_or_refused(name: str) -> None:
    given, target = targets.PURE[name]
    assert running.run(given, target, SECONDS) > 10


@pytest.fixture(scope="module")
def board() -> Iterator[Board]:
    with tempfile.TemporaryDirectory(prefix="board-") as folder:
        running_board = Board(Path(folder))
        yield running_board
        running_board.stop()


@pytest.mark.system
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", ["query", "forms", "callbacks", "sockets"])
def test_a_board_answers_or_refuses(board: Board, name: str) -> None:
    given, target = targets.of_board(board.port)[name]
    assert running.run(given, target, SECONDS) > 3
    assert "Traceback" not in (board.data / "said.log").read_text()


@pytest.mark.system
@pytest.mark.timeout(400)
def test_the_api_against_its_own_description(board: Board) -> None:
    token = (board.data / "ingest.token").read_text().strip()
    running.schemathesis(board.url, token, 8)
    assert "Traceback" not in (board.data / "said.log").read_text()
