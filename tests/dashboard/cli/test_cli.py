"""The commands as people type them: real processes, their exit codes and closing lines."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import redis as redis_client
from click.testing import CliRunner
from sqlalchemy import insert

from dashboard import cli, history
from dashboard.host import child_processes, demo_data, embedded_redis
from feeds.history import recounting, tables

BOARD = [sys.executable, "-m", "dashboard"]
ROOT = Path(cli.__file__).resolve().parents[2]
TOWN = "320282001"
Done = subprocess.CompletedProcess[str]
Board = Callable[..., Done]
MakeEvent = Callable[..., dict[str, Any]]


def environ() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith("BOARD_")} | {
        "PYTHONPATH": str(ROOT)
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def board(data: Path) -> Board:
    """Runs a command on the test's data folder, in English."""

    def run(
        command: str,
        *arguments: str | Path,
        stdin: str | None = None,
        env: dict[str, str] | None = None,
    ) -> Done:
        line = [*BOARD, *command.split(), *map(str, arguments), "--data", str(data)]
        return subprocess.run(
            line,
            input=stdin,
            capture_output=True,
            text=True,
            env=environ() | (env or {}),
            timeout=50,
            check=False,
        )

    return run


@pytest.fixture
def with_history(data: Path) -> None:
    """The folder of a board that was started before."""
    data.mkdir()
    history.open_database(f"sqlite:///{data / 'board.db'}").dispose()


def until(is_valid: Callable[[], Any], patience_s: float = 30) -> Any:
    deadline = time.monotonic() + patience_s
    while not (found := is_valid()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return found


def ndjson(path: Path, *events: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(event) + "\n" for event in events))
    return path


def held(data: Path) -> int:
    """Events that the folder's log holds, read by a Redis of the test's own."""
    server = embedded_redis.spawn(data)
    try:
        embedded_redis.wait(data, server)
        with redis_client.Redis.from_url(embedded_redis.url(data)) as client:
            return int(client.hget("board:doors", "publish.accepted") or 0)
    finally:
        child_processes.stop([server])


# Every command


def test_every_command_of_the_table_is_there_and_explains_itself() -> None:
    for name in [*cli.TABLE, *cli.HIDDEN]:
        result = CliRunner().invoke(cli.main, [name, "--help"])
        assert result.exit_code == 0, result.output
    listing = CliRunner().invoke(cli.main, ["--help"]).output
    assert all(name in listing for name in cli.TABLE)
    assert "core" not in listing


def test_the_list_of_commands_loads_none_of_them() -> None:
    code = "import sys; from dashboard import cli; cli.main(['--help'], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert not {"redis", "sqlalchemy", "pandas", "flask", "dash", "gevent"} & set(
        done.stdout.split()
    )


def test_a_web_worker_loads_no_pandas() -> None:
    code = "import sys; from dashboard import app; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert not {"pandas", "feeds.audit"} & set(done.stdout.split())


@pytest.mark.parametrize(
    ("command", "env", "said"),
    [
        ("run --port x", {}, "'x' is not a valid integer"),
        ("nothing", {}, "No such command 'nothing'"),
        ("replay missing.ndjson", {}, "missing.ndjson"),
        ("import x.csv", {}, "x.csv"),
        ("kpis --area 1", {}, "no such area"),
        ("kpis --at yesterday", {}, "RFC 3339"),
        ("audit --area 1", {}, "no such area"),
        ("doctor", {"BOARD_PROT": "1"}, "did you mean port?"),
    ],
)
def test_wrong_usage_is_2_and_says_what(
    board: Board, data: Path, command: str, env: dict[str, str], said: str
) -> None:
    data.mkdir()
    done = board(command, env=env)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_ends_a_start_with_78(board: Board, data: Path) -> None:
    """No service manager starts it again."""
    data.mkdir()
    done = board("run --port 0")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (78, "", 1)
    assert "expected whole number from 1 to 65535" in done.stderr


def test_an_audit_writes_over_no_file(board: Board, data: Path) -> None:
    data.mkdir()
    kept = data / "facts.db"
    kept.write_text("mine")
    done = board(f"audit --keep {kept}")
    assert (done.returncode, kept.read_text()) == (2, "mine")
    assert "there is such a file" in done.stderr


def test_a_history_that_lacks_a_measure_is_not_audited(board: Board, data: Path) -> None:
    """An older build filled it, and no board was started since."""
    data.mkdir()
    database = history.open_database(f"sqlite:///{data / 'board.db'}")
    counted = {name: d for name, d in recounting.digests().items() if name != "on_time"}
    with database.begin() as connection:
        value = json.dumps(counted)
        connection.execute(insert(tables.meta).values(key=recounting.KEY, value=value))
    database.dispose()
    done = board("audit")
    assert done.returncode == 1
    assert "the history does not hold on_time yet" in done.stderr


def test_a_profile_that_is_not_there_is_a_failure_in_one_line(board: Board, data: Path) -> None:
    data.mkdir()
    done = board("kpis --profile atlantis")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: profile 'atlantis' is not shipped")


# tokens, publish, replay


@pytest.mark.parametrize("command", ["publish", "replay", "import --mapping e.toml"])
def test_nothing_is_sent_into_a_folder_without_a_board(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "e.toml").write_text(
        'source = "s"\nzone = "Asia/Shanghai"\n[id]\ncolumns = ["no"]\n'
        '[[event]]\ntype = "patrol.completed"\ntime = { column = "day" }\n'
        "data = { visits = 1 }\n"
    )
    (tmp_path / "e.csv").write_text("no,day\n")
    done = CliRunner().invoke(cli.main, [*command.split(), "e.csv", "--lang", "en"])
    assert (done.exit_code, done.output.count("\n")) == (78, 1), done.output
    assert f"there is no board in the data folder {tmp_path / 'data'}" in done.output
    assert not (tmp_path / "data").exists()


def test_tokens_are_given_listed_and_revoked(board: Board) -> None:
    given = board("tokens add", "centre")
    assert given.returncode == 0
    assert given.stdout.startswith("board_")
    assert "centre" in board("tokens list").stdout
    assert board("tokens add", "centre").returncode == 1
    assert board("tokens revoke", "centre").returncode == 0
    assert board("tokens revoke", "centre").returncode == 1


@pytest.mark.usefixtures("with_history")
def test_publish_says_what_it_did_and_a_second_time_changes_nothing(
    board: Board, data: Path, tmp_path: Path, event: MakeEvent
) -> None:
    good = [
        event("patrol.completed", f"2026-01-0{n}T08:00:00+08:00", TOWN, visits=n) for n in (1, 2, 3)
    ]
    file = ndjson(tmp_path / "e.ndjson", *good[:2], {"type": "nothing"}, good[2])
    done = board("publish", file)
    assert done.returncode == 0
    assert "4 events in" in done.stdout
    assert "3 accepted (0 known already), 1 refused" in done.stdout
    assert "line 3: specversion" in done.stderr or "line 3: " in done.stderr
    assert "3 accepted (3 known already), 1 refused" in board("publish", file).stdout
    assert held(data) == 6


@pytest.mark.usefixtures("with_history")
def test_publish_reads_standard_input_and_fails_where_all_is_refused(board: Board) -> None:
    done = board("publish -", stdin="{}\n\nrubbish\n")
    assert done.returncode == 1
    assert "2 events" in done.stdout
    assert "line 3: " in done.stderr


@pytest.mark.usefixtures("with_history")
def test_replay_keeps_the_spacing_and_the_order(
    board: Board, tmp_path: Path, event: MakeEvent
) -> None:
    late, early = (
        event("patrol.completed", f"2026-01-01T08:00:{s:02}+08:00", TOWN, visits=1) for s in (20, 0)
    )
    begun = time.monotonic()
    done = board("replay --speed 10", ndjson(tmp_path / "e.ndjson", late, early))
    assert time.monotonic() - begun > 2
    assert "2 accepted" in done.stdout
    wrong = board("replay", ndjson(tmp_path / "w.ndjson", early, {"type": "x"}))
    assert (wrong.returncode, "line 2" in wrong.stderr) == (1, True)


@pytest.mark.usefixtures("with_history")
def test_ctrl_c_ends_a_replay_with_its_closing_line(
    data: Path, tmp_path: Path, event: MakeEvent
) -> None:
    first, last = (
        event("patrol.completed", f"2026-01-{d:02}T08:00:00+08:00", TOWN, visits=1) for d in (1, 9)
    )
    file = ndjson(tmp_path / "e.ndjson", first, last)
    line = [*BOARD, "replay", str(file), "--data", str(data)]
    with subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ()
    ) as running:
        try:
            until(lambda: embedded_redis.answers(embedded_redis.url(data)))
            with redis_client.Redis.from_url(embedded_redis.url(data)) as client:
                until(lambda: client.hget("board:doors", "replay.accepted") == b"1")
        finally:
            running.send_signal(signal.SIGINT)
            stdout, _ = running.communicate(timeout=20)
    assert running.returncode == 1
    assert "stopped after 1 lines: 1 accepted" in stdout
    assert not embedded_redis.answers(embedded_redis.url(data))


@pytest.mark.usefixtures("with_history")
def test_import_needs_no_running_board_and_counts_once(
    board: Board, data: Path, tmp_path: Path
) -> None:
    sheet = tmp_path / "patrols.csv"
    sheet.write_text("no,day,visits\n1,2026-01-05,3\n2,2026-01-06,many\n")
    mapping = tmp_path / "patrols.toml"
    mapping.write_text(
        'source = "patrol-sheet"\nzone = "Asia/Shanghai"\n[id]\ncolumns = ["no"]\n'
        '[[event]]\ntype = "patrol.completed"\ntime = { column = "day" }\ndata = { visits = { column = "visits" } }\n'
    )
    done = board("import", sheet, "--mapping", mapping)
    assert done.returncode == 0, done.stderr
    assert "2 rows, 1 events accepted (0 known already), 1 values refused" in done.stdout
    report = (tmp_path / "patrols.csv.refused.csv").read_text(encoding="utf-8-sig")
    assert "many" not in report
    assert (
        "1 events accepted (1 known already)" in board("import", sheet, "--mapping", mapping).stdout
    )


# run


def _called(process: psutil.Process) -> str:
    """The name of a child: redis, or the command that it was started with."""
    if "redis" in process.name():
        return "redis"
    words = [word for word in process.cmdline() if not word.startswith("-")]
    return words[-1] if words else "ending"


class Running:
    """A `board run` of the test's own, without the demo."""

    def __init__(self, data: Path, *arguments: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        line = [
            *BOARD,
            "run",
            "--data",
            str(data),
            "--port",
            str(self.port),
            "--lang",
            "en",
            *arguments,
        ]
        self.process = subprocess.Popen(line, stderr=subprocess.PIPE, text=True, env=environ())

    def children(self) -> dict[str, psutil.Process]:
        found = {}
        for child in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.NoSuchProcess):
                found[_called(child)] = child
        return found

    def is_ready(self) -> bool:
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer,
        ):
            return bool(answer.status == 200)
        return False

    def end(self, number: int = signal.SIGTERM) -> str:
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=30)
        return said


@pytest.fixture
def running(data: Path) -> Iterator[Callable[..., Running]]:
    begun: list[Running] = []

    def run(*arguments: str) -> Running:
        begun.append(Running(data, *(arguments or ("--no-demo",))))
        return begun[-1]

    yield run
    for one in begun:
        if one.process.poll() is None:
            one.end()


@pytest.mark.system
def test_run_says_where_to_look_refuses_a_second_and_ends_in_one_line(
    running: Callable[..., Running], board: Board, data: Path
) -> None:
    first = running()
    until(first.is_ready)
    second = board("run --no-demo")
    assert (second.returncode, f"board run (process {first.process.pid})" in second.stderr) == (
        1,
        True,
    )
    children = list(first.children().values())
    said = first.end(signal.SIGINT)
    assert first.process.returncode == 0
    assert f"http://127.0.0.1:{first.port}/wall" in said
    assert str(data / "ingest.token") in said
    assert said.splitlines()[-1].startswith("stopped after ")
    assert "restarts: none" in said.splitlines()[-1]
    assert not [child for child in children if child.is_running()]


@pytest.mark.system
def test_a_port_in_use_is_refused_by_name(board: Board) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = board("run --no-demo --port", str(other.getsockname()[1]))
    assert (done.returncode, "give another --port" in done.stderr) == (1, True)


@pytest.mark.system
def test_whatever_is_killed_comes_back_and_nothing_sent_is_lost(
    running: Callable[..., Running], board: Board, tmp_path: Path, event: MakeEvent
) -> None:
    one = running()
    until(one.is_ready)
    sent = board(
        "publish",
        ndjson(
            tmp_path / "e.ndjson",
            event("patrol.completed", "2026-01-01T08:00:00+08:00", TOWN, visits=7),
        ),
    )
    assert sent.returncode == 0, sent.stderr
    for name in ("web", "core", "redis"):
        before = one.children()[name]
        before.kill()
        until(
            lambda name=name, before=before: (
                (now := one.children().get(name)) and now.pid != before.pid
            )
        )
        until(one.is_ready)
    answer = board("kpis --period year --json --at", "2026-01-01T12:00:00+08:00", "--area", TOWN)
    visits = next(
        row for row in json.loads(answer.stdout)["kpis"] if row["id"] == "incidents.patrol_visits"
    )
    assert visits["value"] == 7
    said = one.end().splitlines()[-1]
    assert all(f"{name} 1" in said for name in ("web", "core", "redis"))


@pytest.mark.system
@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's promise is Linux's")
def test_nothing_outlives_a_killed_board_and_the_next_one_starts(
    running: Callable[..., Running],
) -> None:
    first = running()
    until(first.is_ready)
    children = list(first.children().values())
    first.end(signal.SIGKILL)
    second = running()
    until(second.is_ready)
    psutil.wait_procs(children, timeout=20)
    assert not [
        child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE
    ]


@pytest.mark.system
def test_demo_data_is_not_mixed_into_real_events(
    board: Board, data: Path, tmp_path: Path, running: Callable[..., Running]
) -> None:
    data.mkdir()
    database = history.open_database(f"sqlite:///{data / 'board.db'}")
    with database.begin() as connection:
        connection.execute(tables.events.insert(), row(TOWN, "s"))
    database.dispose()
    refused = board("run --demo --port", "18051")
    assert (refused.returncode, "real events" in refused.stderr) == (78, True)
    assert demo_data.state(f"sqlite:///{data / 'board.db'}") == "real"
    quiet = running("--workers", "2")
    until(quiet.is_ready)
    assert "simulate" not in quiet.children()


def test_a_new_history_is_empty_and_a_demo_s_is_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'board.db'}"
    assert demo_data.state(url) == "empty"
    database = history.open_database(url)
    with database.begin() as connection:
        connection.execute(tables.meta.insert(), {"key": "demo", "value": "1"})
        connection.execute(
            tables.events.insert(), [row(town, "urn:demo:gridapp") for town in (TOWN, "320282002")]
        )
    assert demo_data.state(url) == "demo"
    with database.begin() as connection:
        connection.execute(tables.events.insert(), row("320282002", "urn:gridapp"))
    database.dispose()
    assert demo_data.state(url) == "real", "one real event among a demo's"


def row(town: str, source: str) -> dict[str, Any]:
    """An event as the history holds it."""
    return {
        "town": town,
        "source": source,
        "id": "1",
        "type": "patrol.completed",
        "area": town,
        "at": 1,
        "recorded": 1,
        "data": "{}",
    }


@pytest.mark.parametrize("command", ["ingest", "engine", "web"])
def test_a_database_that_can_t_be_used_is_said_in_a_line(
    board: Board, tmp_path: Path, command: str
) -> None:
    done = board(command, env={"BOARD_DATABASE": f"sqlite:///{tmp_path / 'gone' / 'board.db'}"})
    assert (done.returncode, done.stderr.count("\n")) == (78, 1), done.stderr
    assert "the database can't be used" in done.stderr


def test_fewer_partitions_than_the_history_s_are_refused(board: Board, data: Path) -> None:
    data.mkdir()
    database = history.open_database(f"sqlite:///{data / 'board.db'}")
    with database.begin() as connection:
        connection.execute(
            tables.watermarks.insert(), [{"partition": p, "position": "0-0"} for p in range(4)]
        )
    database.dispose()
    done = board("ingest --partitions 2")
    assert (done.returncode, "set it to 4 again" in done.stderr) == (78, True), done.stderr


@pytest.fixture
def address(data: Path, redis_server: str) -> Iterator[str]:
    """Of a `board web` alone, on a new folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    line = [
        *BOARD,
        "web",
        "--data",
        str(data),
        "--redis",
        redis_server,
        "--port",
        str(port),
        "--lang",
        "en",
    ]
    process = subprocess.Popen(line, env=environ())

    def is_up() -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
        return False

    until(is_up)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(10)


def test_a_web_worker_alone_makes_the_first_token_says_it_shows_now_and_takes_no_large_body(
    address: str, data: Path
) -> None:
    assert (data / "ingest.token").read_text().startswith("board_")
    with urllib.request.urlopen(f"{address}/incidents?at=2026-01-01T08:00:00%2B08:00") as page:
        assert "Pages as of a past moment are not there yet" in page.read().decode()
    large = urllib.request.Request(
        f"{address}/_dash-update-component", b" " * 1_000_001, {"Content-Type": "application/json"}
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(large)
    with refused.value as answer:
        assert answer.code == 413
