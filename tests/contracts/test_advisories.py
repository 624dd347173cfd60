"""The advisory check fails on a known advisory alone, and says what it could not look up."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "deploy" / "advisories.py"
SOUND: dict[str, Any] = {"name": "alpha", "version": "1.0", "vulns": []}
FLAWED: dict[str, Any] = {"name": "beta", "version": "2.0", "vulns": [{"id": "X-2"}, {"id": "X-1"}]}
MISSED: dict[str, Any] = {"name": "gamma", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("found", "known", "sentence"),
    [
        ([], [], "no database of advisories can be reached from here; nothing was checked"),
        ([MISSED], [], "no database of advisories can be reached from here; nothing was checked"),
        ([SOUND], [], "none known for 1 locked packages"),
        ([SOUND, MISSED], [], "none known for 1 locked packages; 1 more could not be looked up"),
        ([SOUND, FLAWED], ["beta 2.0 (X-1, X-2)"], "known for beta 2.0 (X-1, X-2)"),
    ],
)
def test_only_a_known_advisory_fails(
    found: list[dict[str, Any]], known: list[str], sentence: str
) -> None:
    spec = importlib.util.spec_from_file_location("advisories", SCRIPT)
    assert spec
    assert spec.loader
    advisories = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(advisories)
    assert advisories.said(found) == (known, sentence)
