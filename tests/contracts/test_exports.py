"""What a folder exports: its `__all__` names the few modules and names that others may import, and
nobody reaches past it.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

HEAVY = {"pandas", "numpy", "scipy", "sqlalchemy", "redis", "dash", "plotly", "flask", "gevent"}


class Import(NamedTuple):
    """One import: of `name` from the folder `folder`, by a module outside that folder."""

    importer: str
    folder: str
    name: str


@pytest.fixture(scope="module")
def folders(modules: list[Any]) -> dict[str, ast.Module]:
    """Each folder by its dotted name, with its `__init__`."""
    inits = [module for module in modules if module.name.endswith("/__init__.py")]
    return {_dotted(module.name): module.tree for module in inits}


@pytest.fixture(scope="module")
def imports(modules: list[Any], folders: dict[str, ast.Module]) -> set[Import]:
    """Every import of the four rooms that crosses the edge of a folder."""
    return {
        Import(importer, folder, name)
        for module in modules
        for importer in [_dotted(module.name)]
        for target in _targets(module.tree)
        for folder, name in _steps(target, folders)
        if importer != folder and not importer.startswith(f"{folder}.")
    }


def test_every_folder_says_what_it_exports(folders: dict[str, ast.Module]) -> None:
    assert [name for name, tree in folders.items() if _exported(tree) is None] == []


def test_nobody_reaches_past_what_a_folder_exports(
    imports: set[Import], folders: dict[str, ast.Module]
) -> None:
    assert len(imports) > 500
    past = [one for one in imports if one.name not in (_exported(folders[one.folder]) or [])]
    said = [f"{one.importer} imports {one.name} of {one.folder}" for one in sorted(past)]
    assert said == [], "name it in __all__ of the folder's __init__.py, or use what is named there"


def test_what_is_exported_is_there_and_used(
    imports: set[Import], folders: dict[str, ast.Module], root: Path
) -> None:
    used = {(one.folder, one.name) for one in imports}
    unused = []
    for folder, tree in folders.items():
        path = root.joinpath(*folder.split("."))
        for name in _exported(tree) or []:
            is_module = (path / f"{name}.py").is_file() or (path / name).is_dir()
            if not (is_module or name in _defined(tree)):
                unused.append(f"{folder}: there is no {name}")
            elif is_module and (folder, name) not in used:
                unused.append(f"{folder}: nobody imports {name}")
    assert unused == []


def test_importing_the_folders_of_feeds_is_cheap(folders: dict[str, ast.Module]) -> None:
    names = [name for name in folders if name.split(".")[0] == "feeds"]
    code = f"import sys, {', '.join(names)}; print(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not set(done.stdout.split()) & HEAVY


def _dotted(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _targets(tree: ast.Module) -> Iterator[str]:
    """The dotted names that a module imports of the four rooms, or names in a text to import it by
    that (`options.process("dashboard.processes.web")`).
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and str(node.value).startswith("dashboard."):
            yield str(node.value)


def _steps(target: str, folders: dict[str, ast.Module]) -> Iterator[tuple[str, str]]:
    """The folders that an import goes through, each with what it takes there."""
    parts = target.split(".")
    for n in range(1, len(parts)):
        folder = ".".join(parts[:n])
        if folder in folders:
            yield folder, parts[n]


def _exported(tree: ast.Module) -> list[str] | None:
    for node in tree.body:
        names = node.targets if isinstance(node, ast.Assign) else []
        names = [node.target] if isinstance(node, ast.AnnAssign) else names
        if any(isinstance(name, ast.Name) and name.id == "__all__" for name in names):
            found: list[str] = ast.literal_eval(node.value)  # type: ignore[attr-defined]
            return found
    return None


def _defined(tree: ast.Module) -> set[str]:
    """The names that an `__init__` defines or imports."""
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {name.id for name in targets if isinstance(name, ast.Name)}
    return found
