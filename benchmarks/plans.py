"""What one run was asked for, and the folder with two years of history that its parts share."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Plan:
    """The options of a run. `history` is a folder to copy instead of filling one; `peers` their
    harness and its Python.
    """

    scratch: Path
    seconds: float = 30.0
    events: int = 1_000_000
    clients: int = 1_000
    restarts: int = 3
    repeats: int = 2
    heap_minutes: float = 3.0
    rounds: int = 7
    history: Path | None = None
    peers: tuple[Path, Path] | None = None
    _folder: Path | None = field(default=None, init=False)

    def options(self) -> dict[str, Any]:
        """What a record says of them: numbers, no paths."""
        names = ("seconds", "events", "clients", "restarts", "repeats", "heap_minutes", "rounds")
        return {name: getattr(self, name) for name in names}

    def folder(self, fill: Callable[[Path], object]) -> Path:
        """A board's data folder with two years in it: made once a run, by `fill` or as a copy."""
        if self._folder is None:
            self._folder = self.scratch / "two-years"
            if self.history is None:
                fill(self._folder)
            else:
                self.copy(self.history, self._folder.name)
        return self._folder

    def copy(self, data: Path, name: str) -> Path:
        """A stopped board's folder once more, under another name."""
        return Path(
            shutil.copytree(
                data,
                self.scratch / name,
                ignore=shutil.ignore_patterns("*.sock", "*.pid", "*.lock"),
            )
        )
