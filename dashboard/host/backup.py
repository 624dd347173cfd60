"""A board in one file: its history with accounts, tokens, freezes and books, its settings, its
declared sources and its own profile. It is made while a board runs, and checked before it counts.

What is in Redis (the last minutes, what pages keep) is not in it: sources may send that again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy.engine import make_url

from dashboard.settings import Settings
from feeds.city.words import Text, Worded

HISTORY, PROFILE, MANIFEST = "board.db", "profile.toml", "manifest.json"
FILES = ("board.toml", "sources.toml", "ingest.token", "folder.json")  # those that are there
FORMAT = 1
PAGES = 4_096  # of SQLite, copied at a time
CHUNK = 1 << 20

Progress = Callable[[float], None]


class CannotBackUp(Worded):
    """No backup can be made, or none restored; the message says why and what to do."""


class Manifest(msgspec.Struct, frozen=True):
    """What a backup holds: the SHA-256 of each file by name; when it was made, epoch ms, and by
    which build.
    """

    format: int
    made_ms: int
    build: str
    files: dict[str, str]


def make(chosen: Settings, out: Path, progress: Progress) -> Manifest:
    """Write the backup; what was there stays until it is whole. Raises CannotBackUp, OSError."""
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=out.parent) as folder:
        place = Path(folder)
        copy(_sqlite(chosen), place / HISTORY, progress)
        for name in FILES:
            if (chosen.data / name).is_file():
                shutil.copyfile(chosen.data / name, place / name)
        if chosen.profile.endswith(".toml"):
            shutil.copyfile(chosen.profile, place / PROFILE)
        files = {path.name: _hash(path) for path in sorted(place.iterdir())}
        manifest = Manifest(FORMAT, time.time_ns() // 1_000_000, chosen.build, files)
        (place / MANIFEST).write_bytes(msgspec.json.encode(manifest))
        packed = place / "packed"
        with tarfile.open(packed, "w:gz", compresslevel=3) as archive:
            for name in (MANIFEST, *files):
                archive.add(place / name, name)
        packed.chmod(0o600)
        check(packed)
        packed.replace(out)
    return manifest


def copy(path: Path, made: Path, progress: Progress) -> None:
    """A copy of a file of SQLite as of one moment, while others write to it. Raises CannotBackUp
    where the copy is damaged.
    """

    def show(_status: int, remaining: int, total: int) -> None:
        progress(1 - remaining / total if total else 1.0)

    with (
        contextlib.closing(sqlite3.connect(path)) as source,
        contextlib.closing(sqlite3.connect(made)) as target,
    ):
        source.backup(target, pages=PAGES, progress=show)
        (said,) = target.execute("PRAGMA quick_check(1)").fetchone()
    made.chmod(0o600)
    if said != "ok":
        raise CannotBackUp(
            Text(f"历史数据库 {path} 已损坏：{said}", f"the history {path} is damaged: {said}")
        )


def check(packed: Path) -> Manifest:
    """What a backup holds, each file compared with its hash. Raises CannotBackUp."""
    try:
        with tarfile.open(packed) as archive:
            manifest = _manifest(archive)
            for name, said in manifest.files.items():
                if _hash_within(archive, name) != said:
                    raise CannotBackUp(_spoilt(packed, name))
    except (tarfile.TarError, OSError, EOFError, KeyError, msgspec.MsgspecError) as error:
        raise CannotBackUp(_spoilt(packed, str(error))) from error
    return manifest


def restore(packed: Path, data: Path) -> Manifest:
    """Make the folder that a backup holds; it must be empty, or not there. All of it or nothing.
    Raises CannotBackUp, OSError.
    """
    manifest = check(packed)
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        said = Text(
            f"{data} 不是空目录；请另给一个 --data",
            f"{data} is no empty folder; give another --data",
        )
        raise CannotBackUp(said)
    data.parent.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix=f".{data.name}.restoring-", dir=data.parent))
    try:
        with tarfile.open(packed) as archive:
            for name in manifest.files:
                archive.extract(name, place, filter="data")
                (place / name).chmod(0o600)
        if PROFILE in manifest.files:
            _take_profile(place, data)
        if data.exists():
            data.rmdir()
        place.rename(data)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return manifest


def _take_profile(place: Path, data: Path) -> None:
    """From now on the folder's own profile is the one that came with it."""
    path = place / "folder.json"
    known: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    named = str(data.absolute() / PROFILE)
    path.write_text(json.dumps(known | {"profile": named}, ensure_ascii=False), "utf-8")


def _manifest(archive: tarfile.TarFile) -> Manifest:
    file = archive.extractfile(MANIFEST)
    assert file is not None, "a file, or KeyError"
    found = msgspec.json.decode(file.read(), type=Manifest)
    if found.format != FORMAT or any(Path(name).name != name for name in found.files):
        raise CannotBackUp(
            Text(
                "这份备份由较新版本的看板制作；请用那个版本恢复",
                "a newer version of the board made this backup; restore it with that one",
            )
        )
    return found


def _sqlite(chosen: Settings) -> Path:
    url = make_url(chosen.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise CannotBackUp(
            Text(
                "历史在 PostgreSQL 里：请用 pg_dump 备份它，并另存 board.toml 与 sources.toml",
                "the history is in PostgreSQL: back it up with pg_dump, and keep board.toml and "
                "sources.toml beside it",
            )
        )
    path = Path(url.database)
    if not path.is_file():
        raise CannotBackUp(Text(f"没有历史数据库 {path}", f"there is no history {path}"))
    return path


def _hash_within(archive: tarfile.TarFile, name: str) -> str:
    found, file = hashlib.sha256(), archive.extractfile(name)
    assert file is not None, "a file, or KeyError"
    while part := file.read(CHUNK):
        found.update(part)
    return found.hexdigest()


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _spoilt(packed: Path, what: str) -> Text:
    return Text(
        f"{os.fspath(packed)} 不是完整的备份（{what}）", f"{packed} is no whole backup ({what})"
    )
