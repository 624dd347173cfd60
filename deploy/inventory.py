"""What others made of what the board is made of: the packages of requirements.lock and the browser
files of assets/vendor, each with version, licence and hashes. Reads files and the metadata of
installed packages, nothing from a network.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.markers import Marker, default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
RULES = ROOT / "deploy" / "licences.toml"
VENDOR = ROOT / "assets" / "vendor"
VENDORED = ROOT / "deploy" / "vendored.toml"
HEAD = re.compile(r"(?P<name>[\w.-]+)(?:\[[\w,]+\])?==(?P<version>[^\s;]+)")
VIA = re.compile(r"^ +# +(?:via )?(\S+)", re.M)  # in the lock: who needs the package
CLASSIFIED = {  # those that name one licence; "BSD License" does not
    "Apache Software License": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
SYSTEMS = (("linux", "Linux"), ("win32", "Windows"), ("darwin", "Darwin"))
PYTHONS = ("3.11.2", "3.12.0", "3.13.0", "3.14.0")


class Inside(NamedTuple):
    """What a package carries within it. `version` is empty where the package does not say it."""

    name: str
    version: str
    licence: str


class Component(NamedTuple):
    """A package. `licence` is an SPDX expression, empty where none is known; `hashes` are SHA-256
    of the files it is published as; `parents` are the packages that need it.
    """

    name: str
    version: str
    licence: str
    hashes: tuple[str, ...]
    parents: tuple[str, ...]
    runs: bool  # the board needs it to run, not only who works on the board
    inside: tuple[Inside, ...] = ()


class Vendored(NamedTuple):
    """A browser file made by others. `sha256` is that of the file, `integrity` that of the npm
    package it is from.
    """

    file: str
    package: str
    version: str
    path: str
    wrap: str
    licence: str
    copyright: str
    integrity: str
    sha256: str


@cache
def rules() -> dict[str, Any]:
    """The allowed licences, and those that packages do not say themselves."""
    return tomllib.loads(RULES.read_text(encoding="utf-8"))


def vendored() -> list[Vendored]:
    entries = tomllib.loads(VENDORED.read_text(encoding="utf-8")).get("file", [])
    return [Vendored(**{"wrap": "", **entry}) for entry in entries]


def packages() -> list[Component]:
    """Every locked package, in the order of the lock."""
    entries = re.split(r"^(?=\S)", LOCK.read_text(encoding="utf-8"), flags=re.M)
    locked = [
        (head["name"], head["version"], entry) for entry in entries if (head := HEAD.match(entry))
    ]
    running = _running(frozenset(name for name, _, _ in locked))
    return [
        Component(
            name,
            version,
            licence(name),
            tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})", entry)),
            tuple(found for found in VIA.findall(entry) if found != "via"),
            name in running,
            tuple(
                Inside(one["name"], one.get("version", ""), one["licence"])
                for one in rules()["inside"]
                if one["package"] == name
            ),
        )
        for name, version, entry in locked
    ]


def licence(name: str) -> str:
    """The licence of a package as an SPDX expression: what the package itself says in SPDX's words,
    else what licences.toml says, else its only classifier; empty where none of them says.
    """
    said = _metadata(name)
    stated = str(rules()["stated"].get(name, ""))
    expression = said.get("License-Expression") if said else None
    if expression or stated or said is None:
        return _spdx(expression or stated)
    classified = {
        CLASSIFIED.get(line.rsplit(" :: ", 1)[1], "")
        for line in said.get_all("Classifier") or []
        if line.startswith("License :: OSI Approved :: ")
    }
    return _spdx(said.get("License") or "") or (classified.pop() if len(classified) == 1 else "")


def is_allowed(expression: str) -> bool:
    """Whether one of the alternatives of an expression consists of allowed licences alone. An
    expression with brackets is not read, and so is not allowed.
    """
    allowed = rules()["allowed"]
    return any(
        all(part in allowed for part in alternative.split(" AND "))
        for alternative in expression.split(" OR ")
    )


def _spdx(text: str) -> str:
    try:
        return canonicalize_license_expression(text) if text else ""
    except InvalidLicenseExpression:
        return ""


def _metadata(name: str) -> Any:
    try:
        return metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None


def _running(locked: frozenset[str]) -> set[str]:
    """The locked packages that the project's own dependencies need, on any system."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    lines = [
        *project["dependencies"],
        *(line for extra, needed in extras.items() if extra != "dev" for line in needed),
    ]
    waiting = [Requirement(line) for line in lines]
    done: set[tuple[str, str]] = set()
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        for extra in ("", *wanted.extras):
            if name in locked and (name, extra) not in done:
                done.add((name, extra))
                waiting += _needed(name, extra, locked)
    return {name for name, _ in done}


def _needed(name: str, extra: str, locked: frozenset[str]) -> list[Requirement]:
    said = _metadata(name)
    found = [Requirement(line) for line in said.get_all("Requires-Dist") or []] if said else []
    return [
        one
        for one in found
        if canonicalize_name(one.name) in locked
        and (one.marker is None or _holds_somewhere(one.marker, extra))
    ]


def _holds_somewhere(marker: Marker, extra: str) -> bool:
    """Whether it holds on a system and a Python that the board may run on."""
    here: dict[str, Any] = {**default_environment()}
    return any(
        marker.evaluate(
            {
                **here,
                "sys_platform": system,
                "platform_system": title,
                "python_full_version": python,
                "python_version": python.rsplit(".", 1)[0],
                "extra": extra,
            }
        )
        for system, title in SYSTEMS
        for python in PYTHONS
    )
