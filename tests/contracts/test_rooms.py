"""The directions of imports, and what a process loads that shows nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

WEB = {"dash", "plotly", "flask", "flask_socketio", "socketio", "engineio", "werkzeug", "gevent"}
STORES = {"redis", "sqlalchemy"}


def test_the_import_contracts_hold(root: Path) -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [lint, "--no-logo", "--no-cache"], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "module",
    ["feeds.history.ingest", "feeds.live.engine", "dashboard.processes.core", "feeds.audit.audit"],
)
def test_a_process_without_pages_loads_no_web_library(root: Path, module: str) -> None:
    assert not _loaded_by(root, module) & WEB


def test_drawing_loads_no_store(root: Path) -> None:
    pages = [f"layouts.pages.{path.stem}" for path in (root / "layouts" / "pages").glob("[!_]*.py")]
    assert pages
    assert not _loaded_by(root, *pages) & STORES


def _loaded_by(root: Path, *modules: str) -> set[str]:
    """The top-level packages in a fresh interpreter after it imported some modules."""
    code = (
        f"import sys, {', '.join(modules)}; print(*{{name.split('.')[0] for name in sys.modules}})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_no_module_is_named_after_nothing(modules: list[Any]) -> None:
    vague = {"utils", "util", "helpers", "misc", "common"}
    names = {module.name: set(module.name.removesuffix(".py").split("/")) for module in modules}
    assert [name for name, parts in names.items() if vague & parts] == []
