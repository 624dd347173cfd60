"""docs/explanation/dash.md names every file of the shell, and nothing that is not there."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path("docs") / "explanation" / "dash.md"


def test_the_page_on_dash_names_the_files_of_the_shell(root: Path) -> None:
    text = (root / PAGE).read_text("utf-8")
    files = [*(root / "dashboard" / "shell").glob("*.py"), *(root / "assets" / "shell").glob("*")]
    there = {str(p.relative_to(root)) for p in files if p.name != "__init__.py"}
    named = set(re.findall(r"^\| `((?:dashboard|assets)/shell/[\w.]+)` \|", text, flags=re.M))
    assert named == there


def test_the_files_that_the_page_on_dash_names_are_there(root: Path) -> None:
    text = (root / PAGE).read_text("utf-8")
    named = set(re.findall(r"`((?:\w+/)+[\w.-]+\.\w+)`", text))
    assert named
    assert [name for name in named if not (root / name).exists()] == []
