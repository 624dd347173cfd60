"""Runs a target for a while, and the API against its own description."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import requests
from hypothesis import HealthCheck
from hypothesis.strategies import SearchStrategy


def run(given: SearchStrategy[Any], target: Callable[[Any], None], seconds: float) -> int:
    """How many inputs were tried. Raises what the target raises, with its smallest input."""
    until, count = time.monotonic() + seconds, 0

    @hypothesis.settings(
        max_examples=200,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        derandomize=False,
    )
    @hypothesis.given(given)
    def tried(value: Any) -> None:
        nonlocal count
        count += 1
        if time.monotonic() < until:
            target(value)

    while time.monotonic() < until:
        tried()
    return count


def operations(url: str) -> list[tuple[str, str]]:
    """Method and path of everything that the API's description offers."""
    described = requests.get(f"{url}/api/v1/openapi.json", timeout=60).json()
    return [
        (method.upper(), path)
        for path, methods in described["paths"].items()
        for method in methods
        if method in ("get", "post", "put", "patch", "delete")
    ]


def schemathesis(url: str, token: str, seconds: float, only: tuple[str, str] | None = None) -> str:
    """What it says at its end, after trying the API's description as given and against it, or
    `only` one method and path of it; as anyone where there is no token. Fails where an answer was a
    failure of the board's own.
    """
    command = [
        str(Path(sys.executable).parent / "schemathesis"),
        "run",
        f"{url}/api/v1/openapi.json",
        "--checks=not_a_server_error",
        "--phases=coverage,fuzzing",
        f"--max-time={seconds:.0f}",
        "--continue-on-failure",
        "--request-timeout=60",
        "--warnings=off",
        "--no-color",
        "--generation-database=none",
    ]
    if token:
        command.append(f"--header=Authorization: Bearer {token}")
    if only:
        command += [f"--include-method={only[0]}", f"--include-path={only[1]}"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=seconds + 300, check=False
    )
    assert done.returncode == 0, done.stdout[-8_000:] + done.stderr[-2_000:]
    return done.stdout
