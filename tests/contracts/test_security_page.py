"""The tables of docs/explanation/security.md have a line for every section of the two standards,
and every test that they name exists.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SHOWN = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
STATES = {  # and what the page in Chinese calls them
    "yes": "有",
    "in part": "部分",
    "not yet": "尚无",
    "the city's": "本市负责",
    "does not apply": "不适用",
}
ASVS = (5, 4, 7, 4, 4, 8, 6, 4, 2, 7, 7, 3, 4, 3, 4, 5, 3)  # sections of the chapters of 5.0.0
DENGBAO = (("8.1.2", 3), ("8.1.3", 6), ("8.1.4", 11), ("8.1.5", 4))  # clauses of the third level
SECOND = (("7.1.2", 3), ("7.1.3", 6), ("7.1.4", 10), ("7.1.5", 2))  # and of the second
Row = tuple[str, str, str, str]


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs" / "explanation" / "security.md").read_text(encoding="utf-8")


def rows(page: str, heading: str) -> Iterator[Row]:
    """The lines of the table under a heading, without its head."""
    part = page.split(f"\n## {heading}", 1)[1].split("\n## ", 1)[0]
    for line in part.splitlines():
        cells = tuple(cell.strip() for cell in line.strip("|").split(" | "))
        if line.startswith("| ") and re.match(r"\d", cells[0]):
            section, asked, state, shown = cells
            yield section, asked, state, shown


def test_every_section_of_asvs_has_a_line(page: str) -> None:
    wanted = [
        f"{chapter}.{section}"
        for chapter, count in enumerate(ASVS, 1)
        for section in range(1, count + 1)
    ]
    assert [section for section, *_ in rows(page, "OWASP ASVS")] == wanted


def test_every_clause_of_dengbao_has_a_line(page: str) -> None:
    lines = [section for section, *_ in rows(page, "等级保护")]
    third = [f"{chapter}.{n}" for chapter, count in DENGBAO for n in range(1, count + 1)]
    second = [f"{chapter}.{n}" for chapter, count in SECOND for n in range(1, count + 1)]
    assert [line.split()[0] for line in lines] == third
    assert [found for line in lines for found in re.findall(r"\((7[\d.]+)\)", line)] == second


@pytest.mark.parametrize("heading", ["OWASP ASVS", "等级保护"])
def test_every_line_says_where_it_stands(page: str, heading: str) -> None:
    wrong = []
    for section, asked, state, shown in rows(page, heading):
        is_said = bool(asked) and state in STATES and bool(shown)
        is_shown = state != "in part" or ";" in shown  # what is missing comes last
        if not is_said or not is_shown:
            wrong.append(section)
    assert wrong == []


def test_the_page_in_chinese_says_the_same(page: str, root: Path) -> None:
    chinese = (root / "docs" / "explanation" / "security-zh.md").read_text(encoding="utf-8")
    english = [
        (clause, STATES[state], SHOWN.findall(shown))
        for clause, _, state, shown in rows(page, "等级保护")
    ]
    assert [
        (clause, state, SHOWN.findall(shown))
        for clause, _, state, shown in rows(chinese, "等级保护")
    ] == english


def test_every_test_that_is_named_exists(page: str, root: Path) -> None:
    named = set(SHOWN.findall(page))
    assert len(named) > 60
    files = {name for name, _ in named if (root / name).is_file()}
    there = {
        (name, node.name)
        for name in files
        for node in ast.parse((root / name).read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }
    assert sorted(named - there) == []


def test_what_is_said_to_hold_names_a_test_or_a_page(page: str) -> None:
    bare = [
        section
        for heading in ("OWASP ASVS", "等级保护")
        for section, _, state, shown in rows(page, heading)
        if state == "yes" and not SHOWN.search(shown) and "](" not in shown
    ]
    assert bare == ["11.2"]  # libraries, which no test of the board's own shows
