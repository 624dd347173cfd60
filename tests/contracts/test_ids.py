"""Ids live in layouts/ids.py, each once; no page or callback writes one itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from layouts import ids

DEPENDENCIES = {"Input", "Output", "State", "set_props"}


def test_constants_are_unique() -> None:
    constants = {
        name: value
        for name, value in vars(ids).items()
        if name.isupper() and isinstance(value, str)
    }
    assert constants
    assert len(set(constants.values())) == len(constants), constants


def test_repeated_ids_have_types_of_their_own(modules: list[Any]) -> None:
    tree = next(module.tree for module in modules if module.name == "layouts/ids.py")
    kinds = [
        pair[1]
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict)
        for pair in _constants(node)
        if pair[0] == "type"
    ]
    assert len(set(kinds)) == len(kinds), kinds


def test_no_literal_id_elsewhere(modules: list[Any]) -> None:
    drawn = [
        m
        for m in modules
        if m.name.startswith(("layouts/", "callbacks/")) and m.name != "layouts/ids.py"
    ]
    assert drawn
    assert [f"{m.name}:{node.lineno}" for m in drawn for node in _literal_ids(m.tree)] == []


def _literal_ids(tree: ast.Module) -> Iterator[ast.expr]:
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        named = [
            keyword.value for keyword in call.keywords if keyword.arg in ("id", "component_id")
        ]
        callee = (
            call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        )
        first = call.args[:1] if callee in DEPENDENCIES else []
        yield from (
            value
            for value in (*named, *first)
            if isinstance(value, ast.Constant | ast.JoinedStr | ast.Dict | ast.BinOp)
        )


def _constants(node: ast.Dict) -> Iterator[tuple[object, object]]:
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant) and isinstance(value, ast.Constant):
            yield key.value, value.value
