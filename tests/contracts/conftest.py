"""What the contract tests look at: the repository's files, the rooms' modules as syntax trees, the
documentation.
"""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

ROOMS = ("dashboard", "callbacks", "layouts", "feeds")


class Module(NamedTuple):
    """A module of the four rooms. `name` is its path in the repository."""

    name: str
    text: str
    tree: ast.Module


@pytest.fixture(scope="session")
def root() -> Path:
    return Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def modules(root: Path) -> list[Module]:
    paths = sorted(path for room in ROOMS for path in (root / room).rglob("*.py"))
    texts = [(str(path.relative_to(root)), path.read_text(encoding="utf-8")) for path in paths]
    return [Module(name, text, ast.parse(text)) for name, text in texts]


@pytest.fixture(scope="session")
def documents(root: Path) -> dict[Path, str]:
    """Every page of documentation that people read."""
    paths = [
        *root.glob("*.md"),
        *(root / "docs").rglob("*.md"),
        *(root / "deploy").rglob("*.md"),
        *(root / "benchmarks").rglob("*.md"),
    ]
    return {path: path.read_text(encoding="utf-8") for path in sorted(paths)}


@pytest.fixture(scope="session")
def generator(root: Path) -> ModuleType:
    """docs/build.py, which is no part of a package."""
    spec = importlib.util.spec_from_file_location("docs_build", root / "docs" / "build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
