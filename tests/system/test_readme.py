"""The README's examples, run as they are printed, against a board of their own."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.system.conftest import until

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```(sh|json)\n(.*?)^```$", re.S | re.M)
TOWN = "320282112"

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]


class Example(NamedTuple):
    """A block for the shell, and the answer printed under it, if any."""

    script: str
    answer: Any


def _section() -> str:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return text.split("## Send it something\n")[1].split("\n## ")[0]


def _examples() -> tuple[str, list[Example]]:
    """What sets the variables, and the examples after it."""
    made: list[Example] = []
    for kind, body in BLOCK.findall(_section()):
        if kind == "sh":
            made.append(Example(body, None))
        else:
            made[-1] = made[-1]._replace(answer=json.loads(body))
    return made[0].script, made[1:]


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """The variables under which a board without demo data runs: folder and port; other settings as
    they come.
    """
    with tempfile.TemporaryDirectory(prefix="board-") as data, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
        probe.close()
        given = {name: value for name, value in os.environ.items() if not name.startswith("BOARD_")}
        variables = given | {
            "BOARD_DATA": data,
            "BOARD_PORT": port,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        board = subprocess.Popen(
            [sys.executable, "-m", "dashboard", "run", "--no-demo"], cwd=ROOT, env=variables
        )
        try:
            until(lambda: _is_ready(port) or board.poll() is not None, 60, "the board is ready")
            assert board.poll() is None, "the board ended before it was ready"
            yield variables
        finally:
            board.terminate()
            board.wait(30)


def test_the_examples_answer_as_printed(environment: dict[str, str]) -> None:
    setup, examples = _examples()
    assert len(examples) == 5, "one event, a batch, NDJSON, PUBLISH, the figures"
    for example in examples[:-1]:
        printed = _run(setup + example.script, environment)
        if example.answer is None:
            assert int(printed) >= 1, "nobody listened on board:in"
        else:
            assert json.loads(printed) == example.answer

    until(
        lambda: _figures(_run(setup + examples[-1].script, environment)) == (2, 1, 1, 20000),
        60,
        "the figures are those of the events",
    )
    again = json.loads(_run(setup + examples[0].script, environment))
    assert again == {"accepted": 1, "duplicates": 1, "rejected": []}, "a repeat is counted once"


def _figures(answer: str) -> tuple[Any, ...]:
    body = json.loads(answer)
    assert (body["area"], body["period"]) == (TOWN, "today")
    values = {row["id"]: row["value"] for row in body["kpis"]}
    return tuple(
        values[name]
        for name in (
            "incidents.reported",
            "incidents.closed",
            "incidents.joint",
            "fraud.loss_averted",
        )
    )


def _run(script: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _is_ready(port: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
            return True
    except OSError:
        return False
