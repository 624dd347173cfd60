"""Every module says what lives in it; what is public and longer than a glance says what it
promises.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

GLANCE = 12
Named = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def test_modules_open_with_what_lives_here(modules: list[Any]) -> None:
    openings = {module.name: ast.get_docstring(module.tree) for module in modules if module.text}
    assert {name: text for name, text in openings.items() if not text or text.count("\n") > 6} == {}


def test_what_is_public_and_longer_than_a_glance_has_a_docstring(modules: list[Any]) -> None:
    missing = [
        f"{module.name}:{node.lineno} {node.name}"
        for module in modules
        for node in _public(module.tree)
        if _length(node) > GLANCE and not ast.get_docstring(node)
    ]
    assert missing == []


def _public(parent: ast.Module | ast.ClassDef) -> Iterator[Named]:
    for node in parent.body:
        if isinstance(node, Named) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node)


def _length(node: Named) -> int:
    """Lines of the body, so that a long signature alone asks for nothing."""
    assert node.end_lineno
    return node.end_lineno - node.body[0].lineno + 1
