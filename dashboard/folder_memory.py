"""What a data folder remembers of its board: the profile, the city's code and the port, so that no
later command needs them again. dashboard/settings.py reads it before every other source.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
from pathlib import Path
from typing import Any

FILE = "folder.json"
SETTINGS = ("profile", "port")  # what later commands take from it


class Damaged(ValueError):
    """The file is there and says nothing that can be read."""


def read(data: Path) -> dict[str, Any]:
    """What the folder remembers; nothing where no board has run in it. Raises Damaged."""
    try:
        known = json.loads((data / FILE).read_text(encoding="utf-8"))
    except OSError:
        return {}
    except ValueError as error:
        raise Damaged(str(error)) from error
    if not isinstance(known, dict):
        raise Damaged("expected an object")
    return known


def remember(data: Path, **known: str | int) -> None:
    """Write it down beside what is there already, as a whole or not at all. Raises OSError."""
    before: dict[str, Any] = {}
    with contextlib.suppress(Damaged):
        before = read(data)
    if before | known == before:
        return
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=data, prefix=f".{FILE}.", delete=False
    ) as file:
        json.dump(before | known, file, ensure_ascii=False)
    Path(file.name).replace(data / FILE)
