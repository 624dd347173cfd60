"""A board in one file, and back: the history with its accounts, tokens, freezes and books, settings,
sources and profile.
"""

from __future__ import annotations

import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dashboard import cli, history
from feeds.accounts import token_store

HISTORIES = Path(__file__).resolve().parents[2] / "feeds" / "migrations" / "histories"


def run(*args: str) -> Result:
    return CliRunner().invoke(cli.main, [*args, "--lang", "en"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A board with two quarters, three freezes, tokens, sources and a profile of its own."""
    with tarfile.open(HISTORIES / "2c516e6.tar.xz") as packed:
        packed.extractall(tmp_path, filter="data")
    made = tmp_path / "2c516e6"
    (made / "sources.toml").write_text("", "utf-8")
    (made / "board.toml").write_text("port = 8123\n", "utf-8")
    assert run("upgrade", "--no-backup", *place(made)).exit_code == 0
    assert run("tokens", "add", "新来源", *place(made)).exit_code == 0
    return made


def place(folder: Path) -> list[str]:
    return ["--data", str(folder), "--profile", str(folder / "profile.toml")]


def rows(path: Path, table: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(path) as raw:
        return sorted(raw.execute(f"SELECT * FROM {table}"))


def test_what_was_backed_up_is_restored(folder: Path, tmp_path: Path) -> None:
    out, back = tmp_path / "board.tar.gz", tmp_path / "back"
    before = {table: rows(folder / "board.db", table) for table in ("events", "tokens", "freezes")}
    codes = [row[0] for row in before["freezes"]]
    secrets = json.loads((folder / "made.json").read_text("utf-8"))["tokens"]
    made = run("backup", str(out), *place(folder))
    assert made.exit_code == 0, made.output
    assert "checked" in made.output
    assert out.stat().st_mode & 0o777 == 0o600
    shutil.rmtree(folder)
    done = run("restore", str(out), "--data", str(back))
    assert done.exit_code == 0, done.output
    assert {table: rows(back / "board.db", table) for table in before} == before
    assert (back / "board.toml").read_text("utf-8") == "port = 8123\n"
    for code in codes:
        assert f"{code}: reproduced" in run("freeze", "--verify", code, *place(back)).output
    assert "are as they were written" in run("audit", "--log", *place(back)).output
    database = history.open_database(f"sqlite:///{back / 'board.db'}")
    with database.connect() as connection:
        found = {one.name: one.sha256 for one in token_store.all(connection)}
    database.dispose()
    assert "新来源" in found
    assert {name: found[name] for name in secrets} == {
        name: token_store.digest(secret) for name, secret in secrets.items()
    }, "what the first version gave out is still accepted"


def test_a_folder_that_holds_something_is_left_alone(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "board.tar.gz"
    run("backup", str(out), *place(folder))
    before = rows(folder / "board.db", "events")
    done = run("restore", str(out), "--data", str(folder))
    assert (done.exit_code, "is no empty folder" in done.output) == (1, True)
    assert rows(folder / "board.db", "events") == before


def test_a_spoilt_backup_restores_nothing(folder: Path, tmp_path: Path) -> None:
    out, back = tmp_path / "board.tar.gz", tmp_path / "back"
    run("backup", str(out), *place(folder))
    whole = out.read_bytes()
    at = random.Random(7).sample(range(200, len(whole) - 200), 12)
    for spoilt in (*(whole[:n] for n in at), *(whole[:n] + b"\0\0\0" + whole[n + 3 :] for n in at)):
        if spoilt == whole:
            continue
        out.write_bytes(spoilt)
        done = run("restore", str(out), "--data", str(back))
        assert (done.exit_code, back.exists()) == (1, False), done.output
        assert "no whole backup" in done.output


def test_while_others_write_it_is_of_one_moment(folder: Path, tmp_path: Path) -> None:
    """Two rows are always written together: a backup has both of a pair, or neither."""
    path, out = folder / "board.db", tmp_path / "board.tar.gz"
    stopping = threading.Event()

    def write() -> None:
        with sqlite3.connect(path, timeout=20) as raw:
            n = 0
            while not stopping.is_set():
                n += 1
                for half in ("a", "b"):
                    raw.execute("INSERT INTO meta VALUES (?, ?)", (f"{half}{n}", "x"))
                raw.commit()
                time.sleep(0)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert run("backup", str(out), *place(folder)).exit_code == 0
    finally:
        stopping.set()
        writer.join()
    assert run("restore", str(out), "--data", str(tmp_path / "back")).exit_code == 0
    keys = [key for key, _ in rows(tmp_path / "back" / "board.db", "meta")]
    halves = [{key[1:] for key in keys if key[0] == half and key[1:].isdigit()} for half in "ab"]
    assert halves[0] == halves[1]
    assert halves[0], "it wrote meanwhile"


def test_a_restore_that_is_killed_leaves_nothing_or_all(folder: Path, tmp_path: Path) -> None:
    out, back = tmp_path / "board.tar.gz", tmp_path / "back"
    run("backup", str(out), *place(folder))
    seed = random.Random(3)
    command = [sys.executable, "-m", "dashboard", "restore", str(out), "--data", str(back)]
    for _ in range(5):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            process.wait(seed.uniform(0.2, 1.5))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.communicate()
        if back.exists():
            assert rows(back / "board.db", "events")
            shutil.rmtree(back)
    assert run("restore", str(out), "--data", str(back)).exit_code == 0
