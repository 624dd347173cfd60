"""What keeps a board from starting ends the start with 78 and one sentence, before any process."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner

from dashboard import city, cli, folder_memory, history, settings
from dashboard.host import child_processes
from dashboard.processes import start_checks
from dashboard.processes.supervisor import Child, Supervisor
from dashboard.settings import CannotStart

ROOT = Path(cli.__file__).resolve().parents[2]
PROFILE = """code = "1"
zone = "Europe/London"
title = { zh = "城", en = "City" }
[[town]]
code = "1001"
name = { zh = "镇", en = "Town" }
"""
CITY = "run --no-demo --data data --profile city.toml"


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """What a start that fails says, in one line, in this process."""

    def run(command: str, lang: str = "en", **variables: str) -> str:
        monkeypatch.chdir(tmp_path)
        done = CliRunner().invoke(cli.main, [*command.split(), "--lang", lang], env=variables)
        assert (done.exit_code, done.output.count("\n")) == (os.EX_CONFIG, 1), done.output
        return done.output

    return run


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(
    ("command", "profile", "word"),
    [
        ("run --no-demo --data data --profile atlantis", "", "profile 'atlantis' is not shipped"),
        ("run --no-demo --data data --profile none.toml", "", "profile none.toml: no such file"),
        (CITY, PROFILE.replace("zone", "zoen", 1), "missing required field `zone`"),
        (CITY, f"planed = 1\n{PROFILE}", "there is no key 'planed'"),
        (CITY, PROFILE.replace("Europe/London", "Europe/Atlantis"), "no time zone"),
        ("run --no-demo --data city.toml", PROFILE, "city.toml is a file"),
        ("run --no-demo --data city.toml/data", PROFILE, "can't be written"),
        ("run --no-demo --data data --redis redis://127.0.0.1:1/0", "", "Redis can't be used"),
        (
            "engine --data data --database postgresql+psycopg://board@127.0.0.1:1/board",
            "",
            "check address, user and password",
        ),
    ],
)
def test_what_is_wrong_is_one_sentence_before_any_process(
    said: Callable[..., str], tmp_path: Path, command: str, profile: str, word: str
) -> None:
    (tmp_path / "city.toml").write_text(profile, encoding="utf-8")
    assert word in said(command)
    assert not (tmp_path / "data" / "redis").exists(), "no Redis was started"


@pytest.mark.parametrize("command", ["run --no-demo", "ingest", "engine", "simulate"])
def test_every_process_says_so_in_the_readers_language(
    said: Callable[..., str], command: str
) -> None:
    told = said(f"{command} --data data --profile atlantis", lang="zh")
    assert told.startswith("错误：城市配置 'atlantis' 不是随软件提供的")


def test_a_wrong_setting_ends_a_start_too(said: Callable[..., str]) -> None:
    assert "did you mean port?" in said("run --data data", BOARD_PROT="1")


def test_a_file_that_is_no_database_is_a_matter_of_the_backup(
    said: Callable[..., str], tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "board.db").write_bytes(os.urandom(90_000))
    told = said("run --no-demo --data data")
    assert "is damaged or is no database" in told
    assert "restore a backup" in told


def test_a_spoilt_table_is_found_before_any_process(tmp_path: Path) -> None:
    chosen = settings.load({"data": tmp_path}, {}).settings
    history.open_database(chosen.database_url).dispose()
    path = tmp_path / "board.db"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'events'"
        page = database.execute(query).fetchone()[0]
        size = database.execute("PRAGMA page_size").fetchone()[0]
    database.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    with pytest.raises(CannotStart, match="is damaged"):
        start_checks.check(chosen)


def test_a_server_that_is_away_is_waited_for(tmp_path: Path) -> None:
    chosen = settings.load(
        {"data": tmp_path, "redis": "redis://127.0.0.1:1/0"}, {"BOARD_START_WAIT_S": "1.2"}
    ).settings
    begun = time.monotonic()
    with pytest.raises(CannotStart, match="Redis can't be used"):
        start_checks.check(chosen)
    assert time.monotonic() - begun > 0.5


def test_a_child_that_can_t_start_ends_its_parent() -> None:
    child = Child(
        "web", lambda: child_processes.spawn([sys.executable, "-c", "raise SystemExit(78)"])
    )
    supervisor, (reading, writing) = Supervisor([child], lambda _: None), os.pipe()
    try:
        with pytest.raises(CannotStart, match="web ended for the reason above"):
            supervisor.watch(reading, lambda: False, lambda: None)
    finally:
        supervisor.stop()
        os.close(reading)
        os.close(writing)
    assert child.restarts == 0


@pytest.mark.system
def test_a_profile_spoilt_while_the_board_runs_ends_it(tmp_path: Path) -> None:
    """The web worker that is started again can't be; systemd learns of it."""
    profile, data = tmp_path / "city.toml", tmp_path / "data"
    profile.write_text(PROFILE, encoding="utf-8")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("BOARD_")}
    command = [*CITY.split(), "--port", str(free_port()), "--lang", "en"]
    with subprocess.Popen(
        [sys.executable, "-m", "dashboard", *command],
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=inherited | {"PYTHONPATH": str(ROOT)},
    ) as board:
        try:
            while not (web := _child(board.pid, "web")):
                assert board.poll() is None
                time.sleep(0.05)
            profile.write_text(PROFILE.replace("zone", "zoen"), encoding="utf-8")
            web.kill()
            _, told = board.communicate(timeout=100)
        finally:
            if board.poll() is None:
                board.terminate()
    assert board.returncode == os.EX_CONFIG, told
    assert "zone" in told
    assert "ended for the reason above" in told
    assert (data / folder_memory.FILE).exists()


def _child(parent: int, command: str) -> psutil.Process | None:
    children = psutil.Process(parent).children()
    return next((one for one in children if command in one.cmdline()), None)


def test_a_folder_knows_its_profile_and_port(tmp_path: Path) -> None:
    profile = tmp_path / "city.toml"
    profile.write_text(PROFILE, encoding="utf-8")
    data = tmp_path / "data"
    first = settings.load({"data": data, "profile": str(profile), "port": 18123}, {}).settings
    start_checks.check(first, listens=True)
    later = settings.load({"data": data}, {})
    assert (later.settings.profile, later.settings.port) == (str(profile), 18123)
    assert later.sources["port"] == str(data / folder_memory.FILE)
    other = settings.load({"data": data, "port": 18124}, {}).settings
    start_checks.check(other, listens=True)
    assert settings.load({"data": data}, {}).settings.port == 18124
    start_checks.check(settings.load({"data": data, "port": 9}, {}).settings)
    assert settings.load({"data": data}, {}).settings.port == 18124, "it does not listen"


def test_another_city_is_refused_and_another_file_of_the_same_is_not(tmp_path: Path) -> None:
    data = tmp_path / "data"
    start_checks.check(settings.load({"data": data}, {}).settings)
    with pytest.raises(CannotStart, match="belongs to the profile yixing"):
        start_checks.check(settings.load({"data": data, "profile": "nyc_council"}, {}).settings)
    own = tmp_path / "own.toml"
    own.write_bytes((ROOT / "feeds/city/profiles/yixing.toml").read_bytes())
    start_checks.check(settings.load({"data": data, "profile": str(own)}, {}).settings)
    known = json.loads((data / folder_memory.FILE).read_text())
    assert known == {"profile": str(own), "city": city.load("yixing").code}


def test_a_memory_that_can_t_be_read_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / folder_memory.FILE).write_text("{")
    with pytest.raises(settings.SettingsError, match="remove it and start once"):
        settings.load({"data": tmp_path}, {})
