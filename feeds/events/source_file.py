"""How DATA/sources.toml is changed by a form. A declaration is a block of its text: comments, and
the declarations beside it, stay as somebody wrote them.

Only a file that is not written in blocks is written anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

from feeds.city.words import Text, Worded
from feeds.events import declared_sources
from feeds.events.declared_sources import Source

_HEADER = re.compile(r"\s*\[\[\s*source\s*\]\]\s*(?:#.*)?")
_COMMENT = re.compile(r"\s*(?:#.*)?")


class Changed(Worded):
    """Somebody else changed the file meanwhile."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "这个文件刚被别人改过；请看过现在的内容再改",
                "somebody else has just changed the file; look at it as it is now",
            )
        )


def read(path: Path) -> str:
    """The file's text; "" where there is none. Raises OSError, UnicodeDecodeError."""
    return path.read_text(encoding="utf-8") if path.exists() else ""


def stamp(text: str) -> str:
    """What a form remembers of the file that it was filled against."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def change(path: Path, seen: str, edit: Callable[[str], str]) -> str:
    """The file's text after an edit, written in one step. `seen` is the stamp of the text that the
    reader saw. Raises Changed, SourcesError where the result can't be used, OSError.
    """
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = read(path)
        if stamp(before) != seen:
            raise Changed
        after = edit(before)
        declared_sources.parse(after)
        _write(path, after)
    return after


def put(text: str, source: Source, was: str = "") -> str:
    """The text with a declaration, in the place of that of the id `was`, else at its end."""
    blocks = _blocks(text)
    for n, block in enumerate(blocks):
        if was and _id(block) == was:
            blocks[n] = [*_comments(block), *_written(source), *_blank_end(block)]
            return _joined(blocks)
    end = [""] if text.strip() and not text.endswith("\n\n") else []
    return _joined([*blocks, [*end, *_written(source)]])


def without(text: str, id: str) -> str:
    """The text without the declaration of an id."""
    return _joined([block for block in _blocks(text) if _id(block) != id])


def _blocks(text: str) -> list[list[str]]:
    """The lines of the file: what stands before the first declaration, then each declaration with
    the comment above it.
    """
    blocks: list[list[str]] = [[]]
    for line in text.splitlines():
        if _HEADER.fullmatch(line):
            above = _trailing_comment(blocks[-1])
            blocks[-1] = blocks[-1][: len(blocks[-1]) - len(above)]
            blocks.append([*above, line])
        else:
            blocks[-1].append(line)
    sources = _sources(text)
    if [_id(block) for block in blocks] == ["", *(one.id for one in sources)]:
        return blocks
    return [[], *([*_written(one), ""] for one in sources)]


def _trailing_comment(block: Sequence[str]) -> list[str]:
    """The comment lines at the end of a block, which are about the next one."""
    n = len(block)
    while n and block[n - 1].lstrip().startswith("#"):
        n -= 1
    return list(block[n:])


def _sources(text: str) -> tuple[Source, ...]:
    return tuple(form.source for form in declared_sources.parse(text).values())


def _id(block: Sequence[str]) -> str:
    """The id that a block declares; "" of one that declares nothing, or is no block of its own."""
    try:
        found = tomllib.loads("\n".join(block)).get("source", [])
    except tomllib.TOMLDecodeError:
        return ""
    return str(found[0].get("id", "")) if len(found) == 1 else ""


def _comments(block: Sequence[str]) -> list[str]:
    return [line for line in block if line.strip() and _COMMENT.fullmatch(line)]


def _blank_end(block: Sequence[str]) -> list[str]:
    return [""] if block and not block[-1].strip() else []


def _written(source: Source) -> list[str]:
    """A declaration as TOML: JSON's texts and lists are TOML's too."""
    patterns = source.patterns
    values = {
        "id": source.id,
        "case": patterns[0] if len(patterns) == 1 else list(patterns),
        **({"title": source.title} if source.title else {}),
        **({"owner": source.owner} if source.owner else {}),
    }
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    return ["[[source]]", *lines]


def _joined(blocks: Sequence[Sequence[str]]) -> str:
    lines = [line for block in blocks for line in block]
    return "\n".join(lines).rstrip("\n") + "\n" if any(lines) else ""


def _write(path: Path, text: str) -> None:
    """Replaces the file in one step. It stays readable for whom it was."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, name)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
