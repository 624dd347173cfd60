"""The board runs on a network without internet: nothing it draws with is loaded from another
host.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

OUTSIDE = re.compile(r"""(?:https?:)?//[a-z0-9-]+\.[a-z]""", re.I)
NAMESPACE = re.compile(r"http://www\.w3\.org/[\w/.#-]*")
COMMENT = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.S | re.M)
LOADS = re.compile(
    r"""(?:url\(|@import|\bsrc\s*=|\bimport\s*\(|sourceMappingURL=)\s*["']?\s*(?:https?:)?//""",
    re.I,
)


def test_our_scripts_and_styles_name_no_host(root: Path) -> None:
    own = [
        path
        for path in (root / "assets").rglob("*")
        if path.suffix in (".css", ".js", ".svg", ".html") and "vendor" not in path.parts
    ]
    assert own
    texts = {
        str(path.relative_to(root)): NAMESPACE.sub(
            "", COMMENT.sub("", path.read_text(encoding="utf-8"))
        )
        for path in own
    }
    assert {
        name: OUTSIDE.findall(text) for name, text in texts.items() if OUTSIDE.search(text)
    } == {}


def test_vendored_styles_load_nothing(root: Path) -> None:
    texts = {
        path.name: path.read_text(encoding="utf-8")
        for path in (root / "assets" / "vendor").rglob("*.css")
    }
    assert {name for name, text in texts.items() if LOADS.search(COMMENT.sub("", text))} == set()


def test_every_vendored_file_has_its_licence(root: Path) -> None:
    licences = (root / "assets" / "vendor" / "LICENSES.md").read_text(encoding="utf-8")
    vendored = [
        path.name for path in (root / "assets" / "vendor").iterdir() if path.name != "LICENSES.md"
    ]
    assert vendored
    assert [name for name in vendored if name not in licences] == []


def test_what_is_drawn_names_no_host(modules: list[Any]) -> None:
    drawn = [m for m in modules if m.name.startswith(("layouts/", "callbacks/", "dashboard/"))]
    assert [
        f"{m.name}: {text}"
        for m in drawn
        for text in _strings(m.tree)
        if OUTSIDE.search(NAMESPACE.sub("", text))
    ] == []


def _strings(tree: ast.Module) -> list[str]:
    """The strings of a module that are not docstrings."""
    docstrings = {
        ast.get_docstring(n, clean=False)
        for n in ast.walk(tree)
        if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef)
    }
    found = [
        n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    ]
    return [text for text in found if text not in docstrings]
