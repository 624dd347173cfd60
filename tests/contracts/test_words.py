"""What people read has no jargon, and one word for a thing."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
ROOMS = ("feeds", "layouts", "callbacks", "dashboard")
# What readers stumbled on: words of statistics, of the code, and second words for a thing.
JARGON = re.compile(
    "九成位|限内|漏斗位置|上期同段|去年同段|自身变化|环节与卡点|离散度|[φτ]|"
    "确有变差|确有改善|难以达标|时达时不达|稳定达标|"
    "镇街|街镇|乡镇|镇、街道|镇/街道|"
    "in the funnel|hit or miss|really worse|real improvement|overdispersion",
    re.IGNORECASE,
)


def of_tables(path: Path) -> Iterator[str]:
    """The texts of a TOML file."""
    yield from _texts(tomllib.loads(path.read_text("utf-8")))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def of_code(path: Path) -> Iterator[str]:
    """The strings of a module without its docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    remarks = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in remarks:
            yield node.value


def of_script(path: Path) -> Iterator[str]:
    """What a script says between quotes."""
    yield from re.findall(r"""["'`]([^"'`\n]+)["'`]""", path.read_text("utf-8"))


def told() -> Iterator[tuple[str, str]]:
    """Every text that people may read, with the file that it is in."""
    tables = [*(ROOT / "layouts" / "text").glob("*.toml")]
    tables += (ROOT / "feeds" / "city" / "profiles").glob("*.toml")
    code = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    scripts = [one for one in (ROOT / "assets").rglob("*.js") if "vendor" not in one.parts]
    for paths, texts in ((tables, of_tables), (code, of_code), (scripts, of_script)):
        for path in paths:
            for text in texts(path):
                yield str(path.relative_to(ROOT)), text


def test_no_text_has_jargon() -> None:
    found = [(path, text) for path, text in told() if JARGON.search(text)]
    assert found == []


def test_the_walk_reads_every_kind_of_file() -> None:
    files = {path for path, _ in told()}
    for one in (
        "layouts/text/zh.toml",
        "feeds/city/profiles/yixing.toml",
        "feeds/kpis/safety.py",
        "assets/live/tiles.js",
    ):
        assert one in files
    assert JARGON.search("各镇街")
