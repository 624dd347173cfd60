"""The tutorial, done as it is printed, in a copy of the repository."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

KPI = "incidents.withdrawn"


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Path:
    for name in ("feeds", "tests"):
        shutil.copytree(root / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_first_kpi_in_its_steps(root: Path, copy: Path) -> None:
    text = (root / "docs" / "tutorial" / "your-first-kpi.md").read_text(encoding="utf-8")
    spec, entry = re.findall(r"^```python\n(.*?)^```", text, flags=re.S | re.M)
    assert f"tests/feeds/spec/{KPI}.py" in text

    (copy / "tests" / "feeds" / "spec" / f"{KPI}.py").write_text(spec, encoding="utf-8")
    assert "add its KPI to feeds/kpis" in _run_spec(copy, passes=False)

    catalogue = copy / "feeds" / "kpis" / "grid.py"
    before, mark, after = catalogue.read_text(encoding="utf-8").partition('    kpi("incidents.open"')
    catalogue.write_text(before + entry + mark + after, encoding="utf-8")
    assert "3 passed" in _run_spec(copy, passes=True)


def _run_spec(copy: Path, passes: bool) -> str:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/feeds/test_specs.py", "-k", f"spec_has_a_kpi or {KPI}"]
    variables = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=copy, env=variables, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) is passes, done.stdout + done.stderr
    return done.stdout
