"""Tables are made once, however many processes start together; the history of an older version is
upgraded, revision by revision, whatever kills it; and its freezes hold.
"""

from __future__ import annotations

import multiprocessing
import random
import signal
import sqlite3
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from dashboard import cli, history, services
from dashboard.pages import reviews
from dashboard.settings import Settings
from feeds.history import schema
from feeds.migrations import upgrading

HISTORIES = Path(__file__).parent / "histories"
STARTS, PROCESSES = 100, 4


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The folder of a board of the first version (histories/make_2c516e6.py)."""
    with tarfile.open(HISTORIES / "2c516e6.tar.xz") as packed:
        packed.extractall(tmp_path, filter="data")
    return tmp_path / "2c516e6"


def board(folder: Path, *args: str) -> str:
    """What a command says. It must end with 0."""
    found = CliRunner().invoke(cli.main, [*args, *_place(folder)])
    assert found.exit_code == 0, found.output
    return found.output


def _place(folder: Path) -> list[str]:
    return ["--data", str(folder), "--profile", str(folder / "profile.toml"), "--lang", "en"]


def laid_out(path: Path) -> dict[tuple[str, str], str]:
    """Every table, index and trigger of a file with its statement."""
    with sqlite3.connect(path) as raw:
        rows = raw.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {(kind, name): " ".join(sql.split()) for kind, name, sql in rows}


def revision(path: Path) -> str | None:
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        found = schema.found(connection)
    engine.dispose()
    return found


def test_the_newest_revision_is_the_one_that_is_made() -> None:
    assert upgrading.newest() == schema.REVISION
    assert [one.revision for one in upgrading.steps(schema.FIRST)][-1] == schema.REVISION


def test_an_upgraded_history_has_the_tables_of_a_new_one(old: Path, tmp_path: Path) -> None:
    history.open_database(f"sqlite:///{tmp_path / 'new.db'}").dispose()
    assert laid_out(old / "board.db") != laid_out(tmp_path / "new.db")
    board(old, "upgrade")
    assert laid_out(old / "board.db") == laid_out(tmp_path / "new.db")


def test_an_older_history_is_refused_in_one_sentence_and_left_as_it_is(old: Path) -> None:
    before = (old / "board.db").read_bytes()
    with pytest.raises(schema.Outdated, match=r"tables 0001, now \d{4}\); run board upgrade"):
        history.open_database(f"sqlite:///{old / 'board.db'}")
    found = CliRunner().invoke(cli.main, ["kpis", *_place(old)])
    assert found.exit_code != 0
    assert found.output.count("\n") == 1
    assert "run board upgrade first" in found.output
    assert (old / "board.db").read_bytes() == before


def test_a_newer_history_is_refused_by_an_older_build(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'board.db'}"
    history.open_database(url).dispose()
    with sqlite3.connect(tmp_path / "board.db") as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(schema.TooNew, match="a newer version of the board"):
        history.open_database(url)
    (tmp_path / "profile.toml").write_text("")
    found = CliRunner().invoke(
        cli.main, ["upgrade", "--data", str(tmp_path), "--profile", "yixing", "--lang", "en"]
    )
    assert (found.exit_code, "a newer version" in found.output) == (1, True)


def test_what_an_upgrade_will_do_is_shown_and_not_done(old: Path) -> None:
    said = board(old, "upgrade", "--show")
    assert "tables 0001" in said
    assert "the tables of accounts, tokens and the audit log" in said
    assert "counted anew: due_caught_up" in said
    assert revision(old / "board.db") == schema.FIRST


def test_every_freeze_of_the_first_version_holds(old: Path, redis_server: str) -> None:
    """Two of one quarter, of which the first is superseded, and one of the next."""
    said = board(old, "upgrade")
    assert said.count("reproduced, its content is kept") == 3
    assert "the history is up to date: nothing to do" in board(old, "upgrade")
    for code in codes(old):
        assert f"{code}: reproduced" in board(old, "freeze", "--verify", code)
    assert "are as they were written" in board(old, "audit", "--log")
    # a second verification of the same by what pages use, and what is shown of the older one
    opened = services.open_services(
        Settings(data=old, profile=str(old / "profile.toml"), redis=redis_server)
    )
    shown = [reviews.by_code(opened, code) for code in codes(old)]
    assert all(one.is_reproduced for one in shown)
    assert [bool(one.freeze and one.freeze.superseded_by) for one in shown] == [True, False, False]
    assert [len(one.commitments) for one in shown] == [2, 2, 2]
    assert [len(one.remarks) for one in shown] == [0, 0, 0], "they were made after the freezes"
    opened.database.dispose()
    opened.redis.close()


def codes(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "board.db") as raw:
        rows = raw.execute("SELECT code FROM freezes ORDER BY moment_ms")
        return [code for (code,) in rows]


def test_a_freeze_whose_events_are_others_is_not_sealed(old: Path) -> None:
    with sqlite3.connect(old / "board.db") as raw:
        raw.execute("DELETE FROM rollups WHERE bin LIKE '2026-09%'")
    said = board(old, "upgrade")
    assert said.count("reproduced, its content is kept") == 2
    assert said.count("not reproduced; it stays, and can't be verified") == 1
    found = CliRunner().invoke(cli.main, ["freeze", "--verify", codes(old)[-1], *_place(old)])
    assert (found.exit_code, "is not kept" in found.output) == (1, True)


def test_a_backup_is_made_first_and_is_the_history_before(old: Path) -> None:
    before = laid_out(old / "board.db")
    said = board(old, "upgrade")
    (made,) = (old / "backups").iterdir()
    assert str(made) in said
    assert made.stat().st_mode & 0o777 == 0o600
    assert laid_out(made) == before
    with sqlite3.connect(made) as raw:
        (events,) = raw.execute("SELECT count(*) FROM events").fetchone()
    assert events == 7_272


def test_an_upgrade_does_nothing_while_a_board_runs(old: Path) -> None:
    from dashboard.host import data_folder

    with data_folder.hold(old, "run"):
        found = CliRunner().invoke(cli.main, ["upgrade", *_place(old)])
    assert (found.exit_code, "is in use by board run" in found.output) == (1, True)


def test_an_upgrade_that_is_killed_goes_on(old: Path) -> None:
    """Wherever it is killed, the next one ends as one that was not; nothing is half done."""
    seed = random.Random(19)
    command = [sys.executable, "-m", "dashboard", "upgrade", *_place(old), "--no-backup"]
    whole_s = _seconds_of(lambda: board(_copied(old, "whole"), "upgrade", "--no-backup"))
    for _ in range(6):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            process.wait(seed.uniform(0.3, 1.0) * (1 + whole_s))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.communicate()
        assert revision(old / "board.db") in ("0001", "0002", schema.REVISION)
    board(old, "upgrade", "--no-backup")
    whole = old.parent / "whole"
    assert laid_out(old / "board.db") == laid_out(whole / "board.db")
    for table in ("first_seen", "rollups", "cube", "cube_months", "freeze_contents"):
        assert rows(old, table) == rows(whole, table), table


def _copied(folder: Path, name: str) -> Path:
    made = folder.parent / name
    made.mkdir()
    for path in folder.iterdir():
        (made / path.name).write_bytes(path.read_bytes())
    return made


def _seconds_of(done: Callable[[], Any]) -> float:
    begun = time.monotonic()
    done()
    return time.monotonic() - begun


def rows(folder: Path, table: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(folder / "board.db") as raw:
        return sorted(raw.execute(f"SELECT * FROM {table}"))


def test_tables_are_made_once_by_many_that_start_together(tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path / f'{n}.db'}" for n in range(STARTS)]
    assert together(urls) == []
    assert laid_out(tmp_path / "0.db") == laid_out(tmp_path / f"{STARTS - 1}.db")


def test_tables_are_made_once_in_postgresql_too(postgres_url: str) -> None:
    """The same schema, emptied between the starts."""
    engine = create_engine(postgres_url)
    for _ in range(10):
        assert together([postgres_url]) == []
        with engine.begin() as connection:
            (name,) = connection.execute(text("SELECT current_schema()")).one()
            connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
            connection.execute(text(f"CREATE SCHEMA {name}"))
    engine.dispose()


def together(urls: list[str]) -> list[str]:
    """Opens each database in several processes at the same moment; what went wrong."""
    context = multiprocessing.get_context("spawn")
    barrier, failures = context.Barrier(PROCESSES), context.Queue()
    workers = [
        context.Process(target=_open_all, args=(urls, barrier, failures)) for _ in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    said = [failures.get() for _ in workers]
    for worker in workers:
        worker.join()
    return [one for part in said for one in part]


def _open_all(urls: list[str], barrier: Barrier, failures: Any) -> None:
    said = []
    for url in urls:
        barrier.wait()
        try:
            history.open_database(url).dispose()
        except Exception as error:  # whatever it is, it is what the test is about
            said.append(repr(error))
    failures.put(said)
