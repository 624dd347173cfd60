"""Asks whether any locked package has a known security advisory. It says so when no database of
advisories can be reached, and fails only where one is known.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path(__file__).resolve().parents[1] / "requirements.lock"
PATIENCE_S = 120
AUDIT = ("--require-hashes", "--disable-pip", "--progress-spinner", "off", "--format", "json")


def main() -> int:
    command = [str(Path(sys.executable).with_name("pip-audit")), "--requirement", str(LOCK), *AUDIT]
    try:
        made = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S)
        found = json.loads(made.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        found = []
    known, sentence = said(found)
    print(f"advisories: {sentence}")
    return 1 if known else 0


def said(found: list[dict[str, Any]]) -> tuple[list[str], str]:
    """The packages with advisories, and a sentence. `found` are pip-audit's dependencies; one that
    it could not look up has a reason in place of its list.
    """
    asked = [one for one in found if "vulns" in one]
    known = [
        f"{one['name']} {one['version']} ({', '.join(sorted(flaw['id'] for flaw in one['vulns']))})"
        for one in asked
        if one["vulns"]
    ]
    if not asked:
        return [], "no database of advisories can be reached from here; nothing was checked"
    missed = len(found) - len(asked)
    beside = f"; {missed} more could not be looked up" if missed else ""
    if known:
        return known, f"known for {', '.join(known)}{beside}"
    return [], f"none known for {len(asked)} locked packages{beside}"


if __name__ == "__main__":
    sys.exit(main())
