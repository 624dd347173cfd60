"""What a review meeting waits for: a quarter's page in a browser's first request, a deck for all
towns, a freeze.
"""

from __future__ import annotations

import http.client
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date

from benchmarks import backfill, boards, machine
from benchmarks.ages import median
from benchmarks.boards import Board
from benchmarks.figures import Found
from benchmarks.plans import Plan
from feeds.city import quarters

LANGS = ("zh", "en")
PATIENCE_S = 300


def measure(plan: Plan) -> Iterator[Found]:
    data = backfill.folder(plan)
    quarter = quarters.of(date.today()).previous.name
    with boards.running(data, "--no-demo") as board:
        cold, size = _asked(board, f"/review?quarter={quarter}&period=quarter")
        warm = [
            _asked(board, f"/review?quarter={quarter}&period=quarter")[0]
            for _ in range(plan.rounds)
        ]
        yield Found("review.page_cold", cold, f"the whole document, {size / 1000:,.0f} kB of HTML")
        yield Found("review.page", median(warm), f"slowest of {len(warm)}: {max(warm):.2f} s")
        begun = time.monotonic()
        code = _freeze(board, quarter)
        yield Found("review.freeze", time.monotonic() - begun, f"as a command, {code}")
        decks = [
            _asked(board, f"/report?quarter={quarter}&as=pptx&lang={lang}")
            for lang in LANGS
            for _ in range(plan.restarts)
        ]
        took = [seconds for seconds, _ in decks]
        yield Found("review.deck", median(took), f"slowest of {len(took)}: {max(took):.1f} s")
        yield Found(
            "review.deck_mb",
            max(length for _, length in decks) / machine.MB,
            f"the larger of {' and '.join(LANGS)}",
        )


def _asked(board: Board, path: str) -> tuple[float, int]:
    """Seconds until the whole answer is there, and its length. Raises TooLate where it is no
    answer.
    """
    connection = http.client.HTTPConnection("127.0.0.1", board.port, timeout=PATIENCE_S)
    begun = time.monotonic()
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise machine.TooLate(f"{path} answers {answer.status}")
    return time.monotonic() - begun, len(body)


def _freeze(board: Board, quarter: str) -> str:
    """Freezes it by the command, beside the board that runs; the freeze's code."""
    command = [
        sys.executable,
        "-m",
        "dashboard",
        "freeze",
        quarter,
        "--by",
        "office",
        "--data",
        str(board.data),
    ]
    made = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=True)
    return made.stdout.split()[0]
