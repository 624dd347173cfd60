"""A whole board as people run it, its processes found by name, and a source that keeps a ledger of
what was accepted.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

from dashboard import history
from dashboard.access.session_cookie import COOKIE
from dashboard.access.tokens import Tokens
from dashboard.audit_trail import now_ms
from feeds.accounts import account_store, session_store
from feeds.accounts.roles import Kind, Role
from feeds.audit_log.entries import BOARD

ROOT = Path(__file__).resolve().parents[2]
BUSY = 3  # how many times as long a busy machine may take
TOWNS = [
    f"320282{n:03d}"
    for n in (1, 2, 3, 4, 5, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 112, 113)
]


def until(is_so: Callable[[], Any], seconds: float, what: str) -> Any:
    """Wait for a condition; its value, or a failure that says what did not come.

    `seconds` are those of a machine that does nothing else; a busy one has several times as many.
    """
    patience = seconds * BUSY
    deadline = time.monotonic() + patience
    while True:
        if found := is_so():
            return found
        assert time.monotonic() < deadline, f"not within {patience:.0f} s: {what}"
        time.sleep(0.05)


class Board:
    """`board run` on a folder and port of its own."""

    def __init__(self, data: Path, *more: str) -> None:
        self.data = data
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = [
            sys.executable,
            "-m",
            "dashboard",
            "run",
            "--no-demo",
            "--data",
            str(data),
            "--port",
            str(self.port),
            *more,
        ]
        self.said = (data / "said.log").open("wb")
        self.start()

    def start(self) -> None:
        given = {k: v for k, v in os.environ.items() if not k.startswith("BOARD_")}
        self.process = subprocess.Popen(
            self._command, cwd=ROOT, env=given, stdout=self.said, stderr=self.said
        )
        until(lambda: self.get("/readyz") == 200, 90, "the board is ready")

    def get(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def figure(self, kpi: str, period: str = "today") -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", f"/api/v1/kpis?period={period}")
        body = json.loads(connection.getresponse().read())
        connection.close()
        return next(k["value"] for k in body["kpis"] if k["id"] == kpi)

    def add_token(self, name: str, kind: Kind = "edit", area: str = "") -> str:
        """A token, made beside the running board."""
        with self._database() as database:
            return Tokens(database).add(name, kind, area)

    def revoke(self, name: str) -> None:
        with self._database() as database:
            Tokens(database).revoke(name)

    def session(self, name: str, *roles: Role, towns: Iterable[str] = ()) -> str:
        """What the cookie of a person's browser holds; the account is made where there is none."""
        with self._database() as database, database.begin() as connection:
            account = account_store.find(connection, name) or account_store.add(
                connection, now_ms(), BOARD, name, roles, towns, password="hash"
            )
            return session_store.begin(connection, now_ms(), account, "password")

    def sign_in(self, context: Any, name: str, *roles: Role, towns: Iterable[str] = ()) -> None:
        """The browser's context, signed in."""
        secret = self.session(name, *roles, towns=towns)
        context.add_cookies([{"name": COOKIE, "value": secret, "url": self.url}])

    @contextlib.contextmanager
    def _database(self) -> Iterator[Any]:
        database = history.open_database(f"sqlite:///{self.data / 'board.db'}")
        try:
            yield database
        finally:
            database.dispose()

    def child(self, name: str) -> psutil.Process:
        """The process that does this part: core, web or redis."""
        found = [
            p for p in psutil.Process(self.process.pid).children() if name in " ".join(p.cmdline())
        ]
        assert found, f"no process {name}"
        return found[0]

    def kill(self, name: str) -> None:
        """kill -9, then wait until another does its part."""
        before = self.child(name)
        before.kill()
        until(lambda: self._renewed(name, before.pid), 30, f"{name} is started again")
        until(lambda: self.get("/readyz") == 200, 60, f"the board is ready after {name} was killed")

    def lose_power(self) -> None:
        """kill -9 for every process of it at once."""
        whole = [
            psutil.Process(self.process.pid),
            *psutil.Process(self.process.pid).children(recursive=True),
        ]
        for process in whole:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.wait(10)
        psutil.wait_procs(whole, 10)

    def _renewed(self, name: str, pid: int) -> bool:
        try:
            return self.child(name).pid != pid
        except (AssertionError, psutil.NoSuchProcess):
            return False

    def command(self, *args: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "dashboard", *args, "--data", str(self.data)]
        given = {**os.environ, "BOARD_PORT": str(self.port)}
        return subprocess.run(
            command, cwd=ROOT, env=given, capture_output=True, text=True, timeout=240, check=False
        )

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        self.said.close()


class Line:
    """The network between a screen and the board: a forwarder on a port of its own that a test can
    cut and mend.
    """

    def __init__(self, port: int) -> None:
        self._to, self._cut = port, False
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self._cut = True
        for end in list(self._open):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self._cut = False

    def end(self) -> None:
        self.cut()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self._join(self._listener.accept()[0])

    def _join(self, near: socket.socket) -> None:
        """Connect a screen through, unless the line is cut or nobody answers."""
        try:
            far = socket.create_connection(("127.0.0.1", -1 if self._cut else self._to))
        except (OSError, OverflowError):
            near.close()
            return
        self._open |= {near, far}
        for one, other in ((near, far), (far, near)):
            threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65_536):
                other.sendall(data)
        for end in (one, other):
            self._open.discard(end)
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        one.close()


class Source(threading.Thread):
    """A source system: `rate` events a second over HTTP, 5 % of them sent again and 5 % late by
    hours to months.

    It keeps sending a batch until the board has answered 202, as a source must, and writes what was
    accepted to `ledger`.
    """

    def __init__(self, board: Board, ledger: Path, rate: int, seed: int = 1) -> None:
        super().__init__(daemon=True)
        self._board, self._ledger, self._rate = board, ledger, rate
        self._token = (board.data / "ingest.token").read_text().strip()
        self._rng, self._number, self.sent, self.retries = random.Random(seed), 0, 0, 0
        self._open: list[tuple[str, str, str]] = []
        self._old: list[dict[str, Any]] = []
        self.stopping = threading.Event()
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            with self._ledger.open("w") as ledger:
                while not self.stopping.wait(0.1):
                    batch = [self._event() for _ in range(self._rate // 10)]
                    self._deliver(
                        [
                            *batch,
                            *self._rng.sample(self._old, min(len(self._old), len(batch) // 20)),
                        ]
                    )
                    self._old = [*self._old[-500:], *batch]
                    ledger.writelines(json.dumps(e) + "\n" for e in batch)
                    self.sent += len(batch)
        except BaseException as error:
            self.failure = error

    def _deliver(self, batch: list[dict[str, Any]]) -> None:
        """Again and again until it is accepted."""
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/cloudevents-batch+json",
        }
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", self._board.port, timeout=10)
            try:
                connection.request("POST", "/api/v1/events", json.dumps(batch), headers)
                answer = connection.getresponse()
                body = answer.read()
                if answer.status == 202:
                    assert json.loads(body)["rejected"] == []
                    return
                assert answer.status == 503, body
            except (OSError, http.client.HTTPException):
                pass
            finally:
                connection.close()
            self.retries += 1
            time.sleep(0.2)

    def _event(self) -> dict[str, Any]:
        rng, n = self._rng, self._number
        self._number += 1
        moment = datetime.now(UTC) - timedelta(
            seconds=rng.uniform(3_600, 60 * 86_400) if rng.random() < 0.05 else 0
        )
        town = rng.choice(TOWNS)
        kind, data = self._what(rng.random(), f"c{n}")
        if kind.endswith(".closed"):
            _, data["case"], town = self._open.pop(rng.randrange(len(self._open)))
        elif "case" in data:
            self._open.append((kind, f"c{n}", town))
        body = {
            "specversion": "1.0",
            "id": f"t{n}",
            "source": "urn:test:source",
            "type": kind,
            "time": moment.isoformat(),
            "data": data,
        }
        return body | ({"subject": town} if rng.random() > 0.01 else {})

    def _what(self, share: float, case: str) -> tuple[str, dict[str, Any]]:
        if share < 0.3 and self._open:
            return "incident.closed", {"case": "", "outcome": "done"}
        if share < 0.7:
            return "incident.reported", {
                "case": case,
                "category": "order",
                "severity": 2,
                "channel": "patrol",
            }
        if share < 0.8:
            return "traffic.accident", {"severity": "slight", "deaths": 0, "injuries": 1}
        if share < 0.9:
            return "fraud.loss_averted", {"amount": 123.45, "category": "loan"}
        return "patrol.completed", {"visits": 3}


@pytest.fixture
def boards() -> type[Board]:
    """The class, for a test whose board needs files of its own."""
    return Board


@pytest.fixture
def board() -> Iterator[Board]:
    with tempfile.TemporaryDirectory(prefix="board-") as folder:
        running = Board(Path(folder))
        yield running
        running.stop()


@pytest.fixture
def board_of() -> Iterator[Callable[[str], Board]]:
    """Starts the board of a city by its profile."""
    with contextlib.ExitStack() as running:

        def start(profile: str) -> Board:
            folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="board-")))
            (folder / "board.toml").write_text(f'profile = "{profile}"\n', encoding="utf-8")
            made = Board(folder)
            running.callback(made.stop)
            return made

        yield start


@pytest.fixture
def two_workers() -> Iterator[Board]:
    """A board whose pages and sockets two web processes serve on one port."""
    with tempfile.TemporaryDirectory(prefix="board-") as folder:
        running = Board(Path(folder), "--workers", "2")
        yield running
        running.stop()


@pytest.fixture
def source(board: Board) -> Iterator[Callable[[int], Source]]:
    """Starts a source at a rate; its ledger is DATA/ledger.ndjson."""
    made: list[Source] = []

    def start(rate: int) -> Source:
        made.append(Source(board, board.data / "ledger.ndjson", rate))
        made[-1].start()
        return made[-1]

    yield start
    for one in made:
        one.stopping.set()


@pytest.fixture
def line(board: Board) -> Iterator[Line]:
    made = Line(board.port)
    yield made
    made.end()


@pytest.fixture
def code_for() -> Callable[[Any, Any, str], str]:
    """The code that a wall, the first of its board, shows because a phone asked for it on
    `/remote`.
    """

    def asked(phone: Any, wall: Any, url: str) -> str:
        phone.goto(url)
        phone.locator("[data-walls] button").first.click()
        wall.wait_for_selector(".wall-code.is-shown")
        return str(wall.inner_text(".code-digits"))

    return asked


@pytest.fixture(scope="module")
def closed() -> Iterator[tuple[Board, Line]]:
    """A board that shows nothing without a sign-in, with a source that sends, and the line of its
    wall; one for a module. Its wall rings, and is loaded anew above the least memory that a profile
    may name.
    """
    with tempfile.TemporaryDirectory(prefix="board-") as folder:
        city = (ROOT / "feeds" / "city" / "profiles" / "yixing.toml").read_text("utf-8")
        (Path(folder) / "city.toml").write_text(
            city.replace("[wall]\n", '[wall]\nsound = ["critical"]\nmemory_mb = 100\n', 1), "utf-8"
        )
        (Path(folder) / "board.toml").write_text(
            f'open_pages = false\nprofile = "{folder}/city.toml"\n', encoding="utf-8"
        )
        running = Board(Path(folder))
        feed, between = Source(running, running.data / "ledger.ndjson", 20), Line(running.port)
        feed.start()
        yield running, between
        feed.stopping.set()
        between.end()
        running.stop()
