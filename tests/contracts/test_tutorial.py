"""The tutorial, done as it is printed, in a copy of the repository; its board has a few events in
place of the demo's two years.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

KPI = "incidents.withdrawn"
ROOMS = ("assets", "callbacks", "dashboard", "docs", "feeds", "layouts", "tests")


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Path:
    for name in ROOMS:
        shutil.copytree(
            root / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "images")
        )
    shutil.copy(root / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_first_kpi_in_its_steps(root: Path, copy: Path) -> None:
    text = (root / "docs" / "tutorial" / "your-first-kpi.md").read_text(encoding="utf-8")
    spec, entry, chain = re.findall(r"^```python\n(.*?)^```", text, flags=re.S | re.M)
    assert f"tests/feeds/spec/{KPI}.py" in text

    (copy / "tests" / "feeds" / "spec" / f"{KPI}.py").write_text(spec, encoding="utf-8")
    assert "add its KPI to feeds/kpis" in _run_spec(copy, passes=False)

    catalogue = copy / "feeds" / "kpis" / "grid.py"
    before, mark, after = catalogue.read_text(encoding="utf-8").partition(
        '    Kpi(\n        "incidents.open"'
    )
    catalogue.write_text(before + entry + mark + after, encoding="utf-8")
    assert "3 passed" in _run_spec(copy, passes=True)

    page = copy / "layouts" / "pages" / "incidents.py"
    edited, times = re.subn(
        r"^    chain=\(.*?^    \),\n", chain, page.read_text(encoding="utf-8"), flags=re.M | re.S
    )
    assert times == 1
    page.write_text(edited, encoding="utf-8")
    _run(copy, "docs/build.py")
    assert f"### `{KPI}`\n\n**事件撤回 · Incidents withdrawn**" in (
        copy / "docs" / "reference" / "kpis.md"
    ).read_text(encoding="utf-8")

    (asked,) = re.findall(r'^curl -sS "http://127\.0\.0\.1:8050(.*)"$', text, flags=re.M)
    (shown,) = re.findall(r"`http://127\.0\.0\.1:8050(/incidents\S*)`", text)
    with _board(copy) as address:
        _withdraw_one(copy, address)
        row = _until(lambda: _found(address + asked, 1))
        assert (row["unit"], row["state"]) == ("count", "live")
        for lang, title in (("zh", "事件撤回"), ("en", "Incidents withdrawn")):
            told = _get(f"{address}{shown}&lang={lang}")
            tile = told.split(f'data-kpi="{KPI}"')[1].split('class="tile ')[0]
            assert f">{title}</a>" in tile
            assert 'data-value="1"' in tile


def _run_spec(copy: Path, passes: bool) -> str:
    choice = ("tests/feeds/test_specs.py", "-k", f"spec_has_a_kpi or {KPI}")
    return _run(copy, "-m", "pytest", "-p", "no:cacheprovider", *choice, passes=passes)


def _run(copy: Path, *arguments: str, passes: bool = True) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=copy,
        env=_variables(copy),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode == 0) is passes, done.stdout + done.stderr
    return done.stdout


def _variables(copy: Path) -> dict[str, str]:
    given = {name: value for name, value in os.environ.items() if not name.startswith("BOARD_")}
    return given | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}


@contextmanager
def _board(copy: Path) -> Iterator[str]:
    """The address of the copy's board on a new data folder, ready; it ends with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "dashboard",
        "run",
        "--no-demo",
        "--data",
        str(copy / "data"),
        "--port",
        str(port),
    ]
    process = subprocess.Popen(
        command,
        cwd=copy,
        env=_variables(copy),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _until(lambda: _get(f"http://127.0.0.1:{port}/readyz"))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _withdraw_one(copy: Path, address: str) -> None:
    """One case reported and withdrawn, one reported and done, just now."""
    now = datetime.now(UTC)
    given = {"category": "order", "severity": 3, "channel": "app"}
    events = [
        _event("1", now, "reported", "a", **given),
        _event("2", now, "closed", "a", outcome="withdrawn"),
    ]
    events += [
        _event("3", now, "reported", "b", **given),
        _event("4", now, "closed", "b", outcome="done"),
    ]
    token = (copy / "data" / "ingest.token").read_text().strip()
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/cloudevents-batch+json",
    }
    sent = urllib.request.Request(f"{address}/api/v1/events", json.dumps(events).encode(), headers)
    with urllib.request.urlopen(sent, timeout=30) as answer:
        assert json.load(answer)["accepted"] == len(events)


def _event(id: str, now: datetime, step: str, case: str, **data: Any) -> dict[str, Any]:
    time_ = (now - timedelta(seconds=2 if step == "reported" else 1)).isoformat()
    head = {
        "specversion": "1.0",
        "id": id,
        "source": "urn:test",
        "type": f"incident.{step}",
        "time": time_,
        "subject": "320282112",
    }
    return head | {"data": {"case": case, **data}}


def _found(address: str, value: float) -> Any:
    rows = json.loads(_get(address) or '{"kpis": []}')["kpis"]
    return next((row for row in rows if (row["id"], row["value"]) == (KPI, value)), None)


def _get(address: str) -> str:
    """What is answered with 200; empty where nothing is yet."""
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return str(answer.read().decode())
    except (urllib.error.URLError, ConnectionError):
        return ""


def _until(ask: Any, patience_s: float = 90) -> Any:
    deadline = time.monotonic() + patience_s
    while not (answer := ask()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return answer
