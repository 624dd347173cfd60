"""The tutorial and the how-to on new figures, done as they are printed, each in a copy of the
repository. The tutorial's board has a few events in place of the demo's two years.
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

pytestmark = pytest.mark.system  # it starts a board, and a run of tests
KPI = "incidents.withdrawn"
DOMAIN_KPI, MEASURE_KPI = "environment.reported", "incidents.closed_24h"
ADDED = (KPI, DOMAIN_KPI, MEASURE_KPI)
# What hung on the catalogue once: tables by hand, lists of figures, the counting of a history.
CATALOGUE_TESTS = (
    "tests/feeds/test_specs.py",
    "tests/layouts/test_pages.py",
    "tests/layouts/parts",
    "tests/layouts/wall",
    "tests/layouts/sheets",
    "tests/layouts/papers",
    "tests/layouts/text",
    "tests/callbacks",
    "tests/feeds/history/test_recounting.py",
    "tests/feeds/audit/test_facts.py",
)
# A page without data, or with late data, is built of a new figure as of any other; and what others
# are counted by is not touched.
CHOSEN = (
    "not browser",
    "-k",
    "not (test_pages and (late or empty or broken))"
    f" and not (test_spec[ and not ({' or '.join(ADDED)}))"
    " and not (counted_at_the_next_start[ and not joint])",
)
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
    text = _page(root, "tutorial/your-first-kpi.md")
    spec, entry, chain = _blocks(text, "python")
    assert f"tests/feeds/spec/{KPI}.py" in text

    (copy / "tests" / "feeds" / "spec" / f"{KPI}.py").write_text(spec, encoding="utf-8")
    assert "add its KPI to feeds/kpis" in _run_spec(copy, passes=False)

    _add_entry(copy, entry)
    assert "3 passed" in _run_spec(copy, passes=True)

    _replace_chain(copy, chain)
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


@pytest.mark.timeout(900)  # it runs a thousand tests
def test_a_known_domain_a_new_domain_and_a_new_measure_leave_every_test_green(
    root: Path, copy: Path
) -> None:
    tutorial, how_to = (
        _page(root, "tutorial/your-first-kpi.md"),
        _page(root, "how-to/new-figures.md"),
    )
    first_spec, first_entry, chain = _blocks(tutorial, "python")
    domain_spec, domain_entry, measure_spec, measure, measure_entry = _blocks(how_to, "python")
    (fact,) = _blocks(how_to, "sql")
    specs = dict(zip(ADDED, (first_spec, domain_spec, measure_spec), strict=True))
    for kpi, spec in specs.items():
        path = f"tests/feeds/spec/{kpi}.py"
        assert path in tutorial + how_to
        (copy / path).write_text(spec, encoding="utf-8")
    for entry in (first_entry, domain_entry, measure_entry):
        _add_entry(copy, entry)
    _replace_chain(copy, chain)
    _insert(copy / "feeds" / "kpis" / "measures.py", measure, before=")\nBY_NAME = ")
    facts = copy / "feeds" / "audit" / "facts.sql"
    _insert(facts, f"{fact}\n", before="-- Closed, by the day of its opening")

    done = _run(
        copy, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-m", *CHOSEN, *CATALOGUE_TESTS
    )
    assert " passed" in done
    _run(copy, "docs/build.py")
    listed = (copy / "docs" / "reference" / "kpis.md").read_text(encoding="utf-8")
    assert [kpi for kpi in ADDED if f"### `{kpi}`" not in listed] == []


def _page(root: Path, name: str) -> str:
    return (root / "docs" / name).read_text(encoding="utf-8")


def _blocks(page: str, language: str) -> list[str]:
    """What a page prints in a language, in its order."""
    return re.findall(rf"^```{language}\n(.*?)^```", page, flags=re.S | re.M)


def _add_entry(copy: Path, entry: str) -> None:
    """A KPI among the incidents."""
    catalogue = copy / "feeds" / "kpis" / "grid.py"
    _insert(catalogue, entry, before='    Kpi(\n        "incidents.open"')


def _replace_chain(copy: Path, chain: str) -> None:
    page = copy / "layouts" / "pages" / "incidents.py"
    text = page.read_text(encoding="utf-8")
    edited, times = re.subn(r"^    chain=\(.*?^    \),\n", chain, text, flags=re.M | re.S)
    assert times == 1
    page.write_text(edited, encoding="utf-8")


def _insert(path: Path, added: str, before: str) -> None:
    head, mark, tail = path.read_text(encoding="utf-8").partition(before)
    assert mark, f"{path.name} has no {before!r}"
    path.write_text(head + added + mark + tail, encoding="utf-8")


def _run_spec(copy: Path, passes: bool) -> str:
    choice = ("tests/feeds/test_specs.py", "-k", f"spec_has_a_kpi or {KPI}")
    return _run(copy, "-m", "pytest", "-p", "no:cacheprovider", *choice, passes=passes)


def _run(copy: Path, *arguments: str, passes: bool = True) -> str:
    done = subprocess.run(
        ["nice", "-n", "10", sys.executable, *arguments],  # tests beside it start whole boards
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
