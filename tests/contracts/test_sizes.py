"""How long functions and modules may be: what a reader takes in at once."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator
from typing import Any


def _functions(modules: list[Any]) -> Iterator[tuple[int, str]]:
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno
                yield node.end_lineno - node.lineno + 1, f"{module.name}:{node.lineno} {node.name}"


def test_functions_are_short(modules: list[Any]) -> None:
    lengths = sorted(_functions(modules))
    assert [where for length, where in lengths if length > 60] == []
    assert statistics.median(length for length, _ in lengths) <= 8
    assert lengths[int(len(lengths) * 0.95)][0] <= 40, lengths[int(len(lengths) * 0.95) :]


def test_modules_are_short(modules: list[Any]) -> None:
    lengths = sorted((module.text.count("\n"), module.name) for module in modules if module.text)
    assert [row for row in lengths if row[0] > 400] == []
    assert statistics.median(length for length, _ in lengths) <= 150


def test_no_module_is_called_by_what_it_is_not_about(modules: list[Any]) -> None:
    vague = {"utils", "util", "helpers", "misc", "common"}
    assert [module.name for module in modules if vague & set(module.name.removesuffix(".py").split("/"))] == []
