"""The documentation says what is true: generated pages are fresh, everything declared is named,
every link resolves.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from dashboard import cli, settings
from feeds import kpis
from feeds.events import eventtypes
from layouts import pages

NAMED = re.compile(
    r"\b(?:assets|benchmarks|callbacks|dashboard|deploy|docs|examples|feeds|layouts|tests)"
    r"/[\w/-]+\.(?:css|js|json|py|toml)\b"
)
VERSION = re.compile(r"^## (v\d+\.\d+\.\d+) \((?:unreleased|\d{4}-\d\d-\d\d)\)$", re.M)
SECTIONS = ["Added", "Changed", "Fixed", "Breaking", "Upgrade notes"]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.S | re.M)


@pytest.fixture(scope="module")
def all_words(documents: dict[Path, str]) -> str:
    return "\n".join(documents.values())


def test_generated_pages_are_fresh(root: Path, generator: ModuleType) -> None:
    made = generator.pages()
    kept = {name: (root / "docs" / "reference" / name).read_text(encoding="utf-8") for name in made}
    assert [name for name in made if made[name] != kept[name]] == [], "run `make docs`"


def test_every_kpi_event_type_indicator_and_setting_is_named(root: Path) -> None:
    declared = {
        "kpis.md": kpis.CATALOGUE,
        "events.md": {**eventtypes.TYPES, **eventtypes.INDICATORS},
        "settings.md": settings.rules(),
    }
    texts = {
        name: (root / "docs" / "reference" / name).read_text(encoding="utf-8") for name in declared
    }
    assert [
        (name, word)
        for name, words in declared.items()
        for word in words
        if f"`{word}`" not in texts[name]
    ] == []


def test_every_command_is_named(root: Path) -> None:
    text = (root / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    assert [name for name in cli.main.commands if f"## `board {name}`" not in text] == []


def test_every_page_is_named(root: Path) -> None:
    text = (root / "docs" / "reference" / "pages.md").read_text(encoding="utf-8")
    assert pages.PAGES
    assert [
        page.path
        for page in pages.PAGES
        if f"`{page.path}`" not in text or page.title.zh not in text
    ] == []


def test_every_page_has_its_pictures(root: Path) -> None:
    wanted = [f"{page.name}-{lang}.png" for page in pages.PAGES for lang in ("zh", "en")]
    assert [name for name in wanted if not (root / "docs" / "images" / name).is_file()] == []
    shown = set(
        re.findall(
            r"images/([a-z-]+\.png)",
            (root / "docs" / "reference" / "pictures.md").read_text(encoding="utf-8"),
        )
    )
    assert shown == {path.name for path in (root / "docs" / "images").glob("*.png")}


def test_every_environment_variable_that_is_named_is_a_setting(all_words: str) -> None:
    tests = {"BOARD_TEST_POSTGRES", "BOARD_SHARED_DATA"}
    known = (
        {settings.PREFIX + name.upper() for name in settings.rules()}
        | {"BOARD_CONFIG", "BOARD_NAME"}
        | tests
    )
    assert set(re.findall(r"\bBOARD_[A-Z_]+\b", all_words)) <= known


def test_every_relative_link_resolves(documents: dict[Path, str]) -> None:
    broken = [
        f"{path.name}: {link}"
        for path, text in documents.items()
        for link in LINK.findall(FENCE.sub("", text))
        if not link.startswith(("http:", "https:", "mailto:")) and not _resolves(path, link)
    ]
    assert broken == []


def _resolves(page: Path, link: str) -> bool:
    name, _, anchor = link.partition("#")
    target = page.parent / name if name else page
    return target.exists() and (
        not anchor or anchor in _anchors(target.read_text(encoding="utf-8"))
    )


def _anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text), flags=re.M)
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings
    }


def test_every_file_that_is_named_is_there(root: Path, documents: dict[Path, str]) -> None:
    named = {
        (path.name, name)
        for path, text in documents.items()
        if path.name != "CHANGELOG.md"  # it may name what is gone
        for name in NAMED.findall(text)
    }
    assert len(named) > 100
    assert sorted(one for one in named if not (root / one[1]).is_file()) == []


def test_the_changelog_is_by_version_and_kind(root: Path) -> None:
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## .*$", text, flags=re.M)
    assert headings
    assert [heading for heading in headings if not VERSION.match(heading)] == []
    for changes in text.split("\n## ")[1:]:
        kinds = re.findall(r"^### (.+)$", changes, flags=re.M)
        assert kinds == [kind for kind in SECTIONS if kind in kinds]


def test_the_make_targets_that_are_named_exist(root: Path, documents: dict[Path, str]) -> None:
    listed = subprocess.run(
        ["make", "--no-print-directory"], cwd=root, capture_output=True, text=True, check=True
    ).stdout
    targets = set(re.findall(r"^\s*make (\w+)", listed, flags=re.M))
    readme = documents[root / "README.md"]
    assert {"run", "test"} <= set(re.findall(r"^make (\w+)", readme, flags=re.M)) & targets
    assert {
        name for text in documents.values() for name in re.findall(r"`make (\w+)", text)
    } <= targets


def test_decisions_are_numbered_and_say_why(root: Path) -> None:
    decisions = sorted((root / "docs" / "decisions").glob("[0-9]*.md"))
    numbers = [int(path.name[:4]) for path in decisions]
    assert len(set(numbers)) == len(numbers)
    parts = ("## Context", "## Decision", "## Consequences")
    assert [
        path.name
        for path in decisions
        if any(part not in path.read_text(encoding="utf-8") for part in parts)
    ] == []
