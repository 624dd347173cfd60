"""The lock names every package by version and hash, satisfies pyproject.toml, and says nothing
about where from.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


@pytest.fixture(scope="module")
def lock(root: Path) -> str:
    return (root / "requirements.lock").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def entries(lock: str) -> list[str]:
    return re.split(r"^(?=\S)", lock, flags=re.M)[1:]


def test_every_package_has_a_version_and_hashes(entries: list[str]) -> None:
    assert len(entries) > 50
    assert [
        entry.split("\n")[0]
        for entry in entries
        if not re.match(r"[\w.-]+(\[[\w,]+\])?==[\w.+!]+ ", entry)
    ] == []
    assert [entry.split("\n")[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_no_address_and_no_index(lock: str) -> None:
    assert re.findall(r"\S*://\S*|^\s*--?(?!-?hash=)[a-z-]+.*$|file:\S*", lock, flags=re.M) == []


def test_it_satisfies_the_project(root: Path, entries: list[str]) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        Requirement(line)
        for line in (*project["dependencies"], *project["optional-dependencies"]["dev"])
    ]
    locked = dict(re.match(r"([\w.-]+)(?:\[[\w,]+\])?==(\S+)", entry).groups() for entry in entries)  # type: ignore[union-attr]
    here = [r for r in wanted if not r.marker or r.marker.evaluate(dict(default_environment()))]
    assert [
        str(r)
        for r in here
        if not r.specifier.contains(locked.get(canonicalize_name(r.name), "0"), prereleases=True)
    ] == []
