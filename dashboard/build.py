"""Which build runs: the package's version and a short hash of its source files. The same sources
give the same build.
"""

from __future__ import annotations

import functools
import hashlib
from importlib import metadata
from pathlib import Path

ROOMS = ("dashboard", "callbacks", "layouts", "feeds", "assets")
SOURCES = {".py", ".js", ".css", ".toml", ".json"}


def version() -> str:
    """The installed package's version; "0" when it runs from a folder without being installed."""
    try:
        return metadata.version("board")
    except metadata.PackageNotFoundError:
        return "0"


@functools.cache
def current() -> str:
    """For instance `0.1.0+3f9c2a1b`."""
    root = Path(__file__).resolve().parent.parent
    files = sorted(
        p for room in ROOMS for p in (root / room).rglob("*") if p.suffix in SOURCES and p.is_file()
    )
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return f"{version()}+{digest.hexdigest()[:8]}"
