"""What clients that send slowly, send nothing or ask for very much cost, and what the others see
meanwhile. The clients have addresses of their own on the loopback interface.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import resource
import select
import socket
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.processes import http_server
from tests.system.conftest import Board, until

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]
HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /_dash-update-component HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
UPGRADE = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\n"
    b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
KINDS = {
    "nothing": b"",
    "half a head": HEAD,
    "half a body": POST + b"Content-Length: 1000\r\n\r\n{",
    "a chunk without end": POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{",
    "a WebSocket that joins nothing": UPGRADE,
}


@pytest.fixture(scope="module")
def board() -> Iterator[Board]:
    with tempfile.TemporaryDirectory(prefix="board-") as folder:
        running = Board(Path(folder))
        yield running
        running.stop()


class Crowd:
    """Connections that are held open, by what they sent."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.held: dict[socket.socket, str] = {}

    def open(self, kind: str, address: str) -> None:
        made = socket.create_connection(("127.0.0.1", self._port), 20, (address, 0))
        with contextlib.suppress(ConnectionError):
            made.sendall(KINDS[kind])
        made.setblocking(False)
        self.held[made] = kind

    def left(self) -> Counter[str]:
        """How many of each kind the board still holds, after looking."""
        poll = select.poll()
        by_number = {one.fileno(): one for one in self.held}
        for number in by_number:
            poll.register(number, select.POLLIN)
        for number, _ in poll.poll(0):
            self._read(by_number[number])
        return Counter(self.held.values())

    def _read(self, one: socket.socket) -> None:
        try:
            while one.recv(65_536):
                pass
        except BlockingIOError:
            return
        except OSError:
            pass
        one.close()
        del self.held[one]

    def close(self) -> None:
        for one in self.held:
            one.close()


@pytest.fixture
def crowd(board: Board) -> Iterator[Crowd]:
    made = Crowd(board.port)
    yield made
    made.close()


class Viewer(threading.Thread):
    """Another client, which asks for a page again and again: how long each answer took."""

    def __init__(self, port: int, address: str) -> None:
        super().__init__(daemon=True)
        self._port, self._address = port, address
        self.took_s: list[float] = []
        self.wrong: list[str] = []
        self.stopping = threading.Event()

    def run(self) -> None:
        while not self.stopping.wait(0.2):
            begun = time.monotonic()
            connection = http.client.HTTPConnection(
                "127.0.0.1", self._port, timeout=60, source_address=(self._address, 0)
            )
            try:
                connection.request("GET", "/kpi")
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    self.wrong.append(str(answer.status))
            except (OSError, http.client.HTTPException) as error:
                self.wrong.append(repr(error))
            finally:
                connection.close()
            self.took_s.append(time.monotonic() - begun)


@contextlib.contextmanager
def viewing(port: int, what: str) -> Iterator[Viewer]:
    """Another client during the block; afterwards it must have been served, and in time."""
    viewer = Viewer(port, "127.0.0.2")
    viewer.start()
    yield viewer
    until(lambda: len(viewer.took_s) > 3, 20, "the other client was served")
    viewer.stopping.set()
    viewer.join()
    median, longest = statistics.median(viewer.took_s), max(viewer.took_s)
    print(f"{what}: others waited {median:.3f} s in the middle, {longest:.3f} s at most")
    assert viewer.wrong == []
    assert longest < 30


def memory(board: Board) -> int:
    return int(board.child("web").memory_info().rss)


def room() -> int:
    """How many connections this process and the board may have at once: the machine's limit."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(10_000, soft - 2_500)


def test_what_is_slow_or_idle_is_ended_and_others_do_not_notice(board: Board, crowd: Crowd) -> None:
    before = memory(board)
    with viewing(board.port, f"{room()} idle and 2,100 slow connections"):
        for n in range(room()):
            crowd.open("nothing", f"127.0.1.{n % 100 + 1}")
        for n in range(1_500):
            crowd.open("half a head", f"127.0.2.{n % 10 + 1}")
        for n in range(300):
            crowd.open("half a body", f"127.0.3.{n % 10 + 1}")
            if n < 50:
                crowd.open("a chunk without end", f"127.0.3.{n % 10 + 1}")
        for n in range(250):
            crowd.open("a WebSocket that joins nothing", f"127.0.4.{n % 10 + 1}")
        kept = sum(crowd.left().values())
        each = (memory(board) - before) / max(1, kept)
        print(f"{kept} connections were open at once, {each / 1000:.0f} kB of memory each")
        drips = [one for one, kind in crowd.held.items() if kind == "half a head"][:20]

        def ended() -> bool:
            for one in drips:
                with contextlib.suppress(OSError):
                    one.send(b"x")
            time.sleep(0.2)
            return not crowd.left()

        until(ended, http_server.HEAD_S + 20, f"all were ended: {crowd.left()}")
    assert each < 100_000
    until(lambda: board.get("/readyz") == 200, 20, "the board is ready")
    board.said.flush()
    assert "Traceback" not in (board.data / "said.log").read_text()


def test_an_address_has_500_connections_and_no_more(board: Board, crowd: Crowd) -> None:
    with viewing(board.port, "1,500 half-sent requests of one address"):
        for _ in range(1_500):
            crowd.open("half a head", "127.0.5.1")
        until(lambda: sum(crowd.left().values()) == 500, 10, "500 are kept")
    assert "connections of 127.0.5.1 are refused" in (board.data / "said.log").read_text()


def test_headers_have_a_limit(board: Board) -> None:
    def asked(head: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", board.port), 20) as one:
            with contextlib.suppress(ConnectionError):
                one.sendall(head)
            with contextlib.suppress(ConnectionError):
                return one.recv(100)
            return b"ended"

    many = b"".join(b"X-%d: %s\r\n" % (n, b"a" * 1_000) for n in range(80))
    assert asked(HEAD + many + b"\r\n").startswith((b"HTTP/1.1 431", b"ended"))
    assert asked(HEAD + b"Cookie: " + b"a" * 100_000 + b"\r\n\r\n").startswith(
        (b"HTTP/1.1 431", b"HTTP/1.1 400", b"ended")
    )
    few = b"".join(b"X-%d: a\r\n" % n for n in range(200))
    for junk in (
        HEAD + few + b"\r\n",
        b"GET / HTTP/1\r\n\r\n",
        b"GET / HTTP/a.b\r\n\r\n",
        HEAD + b"no colon\r\n\r\n",
        HEAD + b": empty\r\n\r\n",
        HEAD + b"Content-Length: x\r\n\r\n",
        b"\xff\xfe\r\n\r\n",
        b"GET /%00%ff HTTP/1.1\r\n\r\n",
    ):
        asked(junk)
    board.said.flush()
    assert "Traceback" not in (board.data / "said.log").read_text()
    assert board.get("/healthz") == 200


def test_a_body_of_very_many_broken_events_is_refused_and_others_are_served(board: Board) -> None:
    token = (board.data / "ingest.token").read_text().strip()
    headers = {"Content-Type": "application/x-ndjson", "Authorization": f"Bearer {token}"}
    before = memory(board)
    connection = http.client.HTTPConnection("127.0.0.1", board.port, timeout=300)
    with viewing(board.port, "4.5 MB of {}"):
        begun = time.monotonic()
        connection.request("POST", "/api/v1/events", b"{}\n" * 1_500_000, headers)
        answer = connection.getresponse()
        body = answer.read()
        took = time.monotonic() - begun
    connection.close()
    grown = (memory(board) - before) / 1e6
    print(f"{answer.status} after {took:.1f} s, {len(body)} bytes, {grown:.0f} MB more memory")
    assert (answer.status, "100000" in json.loads(body)["detail"]) == (413, True)
    assert grown < 150


def test_as_many_broken_events_as_a_body_may_have_hold_up_nobody(board: Board) -> None:
    token = (board.data / "ingest.token").read_text().strip()
    headers = {"Content-Type": "application/x-ndjson", "Authorization": f"Bearer {token}"}
    connection = http.client.HTTPConnection("127.0.0.1", board.port, timeout=300)
    with viewing(board.port, "100,000 broken events"):
        connection.request("POST", "/api/v1/events", b"{}\n" * 100_000, headers)
        answer = connection.getresponse()
        said = json.loads(answer.read())
    connection.close()
    assert (answer.status, said["more"]) == (422, 99_000)
