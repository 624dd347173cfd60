"""The board's parts as processes of their own: several web workers on one port, and ingest, engine
and web started one by one.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
import socketio

from tests.system.conftest import until

ROOT = Path(__file__).resolve().parents[2]
CITY, TOWN = "320282", "320282112"
pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]


def _ask(port: int, path: str, *, body: bytes | None = None, token: str = "") -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = (
        {"Authorization": f"Bearer {token}", "Content-Type": "application/cloudevents+json"}
        if token
        else {}
    )
    with contextlib.closing(connection):
        try:
            connection.request("POST" if body else "GET", path, body, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        except OSError:
            return 0, None


def _send(port: int, data: Path, number: int) -> None:
    event = {
        "specversion": "1.0",
        "id": f"n{number}",
        "source": "urn:test",
        "type": "patrol.completed",
        "subject": TOWN,
        "data": {"visits": 1},
    }
    body = json.dumps(event | {"time": datetime.now(UTC).isoformat()}).encode()
    token = (data / "ingest.token").read_text().strip()
    assert _ask(port, "/api/v1/events", body=body, token=token)[0] == 202


def _visits(port: int) -> Any:
    status, answer = _ask(port, f"/api/v1/kpis?area={TOWN}")
    return (
        next(row["value"] for row in answer["kpis"] if row["id"] == "incidents.patrol_visits")
        if status == 200
        else None
    )


# Two web workers


def _serving(board: Any, local_port: int) -> int | None:
    """The web process that holds the other end of a connection."""
    for worker in psutil.Process(board.process.pid).children():
        with contextlib.suppress(psutil.NoSuchProcess):
            if any(c.raddr and c.raddr.port == local_port for c in worker.net_connections("tcp")):
                return int(worker.pid)
    return None


class Viewer:
    """A screen's connection: what it was told of one topic, and by which worker."""

    def __init__(self, board: Any) -> None:
        self.heard: list[dict[str, Any]] = []
        self._client = socketio.Client(reconnection=False)
        self._client.on("snapshot", self.heard.append, namespace="/live")
        self._client.on("frame", self.heard.append, namespace="/live")
        self._client.connect(board.url, transports=["websocket"], namespaces=["/live"])
        self.worker = _serving(board, self._client.eio.ws.sock.getsockname()[1])
        answer = self._client.call("watch", {"topics": {f"{CITY}/today": None}}, namespace="/live")
        assert answer["topics"] == {f"{CITY}/today": "snapshot"}

    def visits(self) -> Any:
        told = [
            part["set"]["incidents.patrol_visits"]
            for part in list(self.heard)
            if "incidents.patrol_visits" in part.get("set", {})
        ]
        return told[-1] if told else None

    def end(self) -> None:
        self._client.disconnect()


def _page_from(board: Any) -> int | None:
    """Fetch a page whole over a connection of its own; which worker it came from."""
    connection = http.client.HTTPConnection("127.0.0.1", board.port, timeout=10)
    with contextlib.closing(connection):
        connection.connect()
        worker = _serving(board, connection.sock.getsockname()[1])
        connection.request("GET", "/wall")
        answer = connection.getresponse()
        assert answer.status == 200
        assert b"incidents.reported" in answer.read()
        return worker


def test_two_workers_on_one_port_serve_pages_and_sockets(two_workers: Any) -> None:
    board = two_workers
    pages: set[int | None] = set()
    until(
        lambda: pages.add(_page_from(board)) or len(pages - {None}) == 2,
        30,
        "both workers have served a page",
    )
    viewers: list[Viewer] = []
    until(
        lambda: viewers.append(Viewer(board)) or len({v.worker for v in viewers} - {None}) == 2,
        30,
        "both workers have a viewer",
    )
    for number in range(3):
        _send(board.port, board.data, number)
    until(
        lambda: {v.visits() for v in viewers} == {3},
        20,
        "every viewer hears the same figure, whoever serves it",
    )
    for viewer in viewers:
        viewer.end()


# Ingest, engine and web, each by itself


class Apart:
    """The three long-running commands over one Redis and one database."""

    def __init__(self, data: Path, redis_url: str) -> None:
        self.data = data
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        given = {k: v for k, v in os.environ.items() if not k.startswith("BOARD_")}
        where = {
            "BOARD_REDIS": redis_url,
            "BOARD_DATABASE": f"sqlite:///{data / 'b.db'}",
            "BOARD_DATA": str(data),
        }
        self._env = given | where
        self._said = (data / "said.log").open("wb")
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *more: str) -> None:
        command = [sys.executable, "-m", "dashboard", name, *more]
        self.processes[name] = subprocess.Popen(
            command, cwd=ROOT, env=self._env, stdout=self._said, stderr=self._said
        )

    def kill(self, name: str) -> None:
        self.processes[name].kill()
        self.processes.pop(name).wait()

    def end(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            process.wait(20)
        self._said.close()


@pytest.fixture
def apart(own_redis: Callable[..., Any], tmp_path: Path) -> Iterator[Apart]:
    made = Apart(tmp_path, own_redis("--appendonly", "yes").url)
    yield made
    made.end()


def test_ingest_engine_and_web_each_by_itself(apart: Apart) -> None:
    apart.start("web", "--port", str(apart.port))
    until(lambda: _ask(apart.port, "/healthz")[0] == 200, 40, "the web is alive")
    assert _ask(apart.port, "/readyz")[0] == 503, "nothing computes yet"
    apart.start("engine")
    apart.start("ingest")
    until(lambda: _ask(apart.port, "/readyz")[0] == 200, 40, "the board is ready")
    _send(apart.port, apart.data, 1)
    until(lambda: _visits(apart.port) == 1, 20, "an event sent is in the API's answer")

    apart.kill("ingest")
    _send(apart.port, apart.data, 2)
    apart.start("ingest")
    until(lambda: _visits(apart.port) == 2, 40, "what came while ingest was away is counted")
    apart.kill("engine")
    _send(apart.port, apart.data, 3)
    apart.start("engine")
    until(lambda: _visits(apart.port) == 3, 40, "what came while the engine was away is shown")
