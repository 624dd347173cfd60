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
