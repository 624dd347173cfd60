"""The core as the documentation shows it is the core as the tree and the contracts have it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROW = re.compile(r"^\| `([\w/]+\.py)` \| \S", re.M)
NAMED = re.compile(
    r"\b(?:assets|dashboard|callbacks|layouts|feeds|tests)/[\w/-]+\.(?:py|js|toml)\b"
)
BOX = re.compile(r"┌ ([\w/]+) ─")
FILE = re.compile(r"\b[\w-]+\.(?:py|js)\b")
LINES, COLUMNS = 60, 100  # of one sheet


def read(root: Path, name: str) -> str:
    return (root / "docs" / "explanation" / name).read_text(encoding="utf-8")


def test_the_list_of_the_cores_files_is_the_tree(root: Path) -> None:
    config = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = config["tool"]["importlinter"]["contracts"]
    parts = [
        part
        for contract in contracts
        if contract["id"] in ("core", "core-drawn")
        for part in contract["source_modules"]
    ]
    paths = [root.joinpath(*part.split(".")) for part in parts]
    files = [file for path in paths for file in path.glob("*.py") if file.stem != "__init__"]
    files += [path.with_suffix(".py") for path in paths if not path.is_dir()]
    listed = ROW.findall(read(root, "the-core.md"))
    assert sorted(listed) == sorted(str(file.relative_to(root)) for file in files)


def test_every_file_that_an_explanation_names_is_there(root: Path) -> None:
    pages = sorted((root / "docs" / "explanation").glob("*.md"))
    named = [(page.name, name) for page in pages for name in NAMED.findall(page.read_text())]
    assert len(named) > 50
    assert [one for one in named if not (root / one[1]).is_file()] == []


def test_the_drawing_of_an_events_way_fits_on_a_sheet_and_names_what_there_is(root: Path) -> None:
    drawing = read(root, "the-way-of-an-event.md").split("```")[1].splitlines()[1:]
    assert len(drawing) <= LINES
    assert max(map(len, drawing)) <= COLUMNS
    folders, missing, count = list[str](), list[str](), 0
    for line in drawing:
        folders = BOX.findall(line) or folders
        for name in FILE.findall(NAMED.sub("", line)):
            count += 1
            missing += [] if any((root / one / name).is_file() for one in folders) else [name]
    assert count > 12
    assert missing == []
