"""The board behind the shipped nginx and Caddy files, with TLS: two web workers, cookies, HSTS,
sockets, and every page in a browser.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme
import websocket
from playwright.sync_api import sync_playwright

from tests.system.conftest import Source, until
from tests.system.test_browser_policy import HEARD, drawn

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]
ROOT = Path(__file__).resolve().parents[2]
NAME = "localhost"
NGINX = """\
daemon off;
{user}
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 512; }}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/board.conf;
}}
"""
CADDY = """\
{{
	admin off
	auto_https disable_redirects
	storage file_system {folder}/caddy
}}
"""


@dataclass(frozen=True)
class Behind:
    """A board behind a proxy: the proxy's port, what verifies its certificate, and a token."""

    board: Any
    port: int
    trust: ssl.SSLContext
    token: str

    @property
    def url(self) -> str:
        return f"https://{NAME}:{self.port}"

    def ask(self, path: str, **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPSConnection(NAME, self.port, timeout=20, context=self.trust)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def filled(shipped: str, changes: dict[str, str]) -> str:
    """A shipped file with this machine's paths and ports; each of them must stand in it."""
    text = (ROOT / "deploy" / shipped).read_text(encoding="utf-8")
    for before, after in changes.items():
        assert before in text, f"{before} is not in deploy/{shipped}"
        text = text.replace(before, after)
    return text


def nginx(folder: Path, port: int, board_port: int) -> list[str]:
    """Writes the files; the command that starts it."""
    changes = {
        "/etc/ssl/": f"{folder}/",
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "server_name board.example.gov.cn": f"server_name {NAME}",
        "127.0.0.1:8050": f"127.0.0.1:{board_port}",
    }
    (folder / "board.conf").write_text(filled("nginx.conf", changes), encoding="utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, user=user), encoding="utf-8")
    return [found("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")]


def caddy(folder: Path, port: int, board_port: int) -> list[str]:
    """Writes the file; the command that starts it."""
    changes = {
        "/etc/ssl/": f"{folder}/",
        "board.example.gov.cn {": f"https://{NAME}:{port} {{",
        "127.0.0.1:8050": f"127.0.0.1:{board_port}",
    }
    text = CADDY.format(folder=folder) + filled("Caddyfile", changes)
    (folder / "Caddyfile").write_text(text, encoding="utf-8")
    config = str(folder / "Caddyfile")
    return [found("caddy"), "run", "--config", config, "--adapter", "caddyfile"]


def found(program: str) -> str:
    path = shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    assert path, f"{program} is missing: `make test` installs it, or your package manager does"
    return path


@contextlib.contextmanager
def running(command: list[str], folder: Path, port: int) -> Iterator[None]:
    """A proxy, until the block ends."""
    with (folder / "proxy.out").open("wb") as said:
        environment = os.environ | {"HOME": str(folder)}
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=said)

    def listens() -> bool:
        assert process.poll() is None, (folder / "proxy.out").read_text()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True
        return False

    try:
        until(listens, 20, "the proxy listens")
        yield
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def board(boards: type[Any]) -> Iterator[Any]:
    """A closed board of two workers that trusts one proxy, with a source that sends."""
    with tempfile.TemporaryDirectory(prefix="board-") as folder:
        text = "open_pages = false\ntrusted_proxies = 1\nworkers = 2\n"
        (Path(folder) / "board.toml").write_text(text, encoding="utf-8")
        made = boards(Path(folder))
        feed = Source(made, made.data / "ledger.ndjson", 20)
        feed.start()
        yield made
        feed.stopping.set()
        made.stop()


@pytest.fixture(scope="module")
def boards() -> type[Any]:
    from tests.system.conftest import Board

    return Board


@pytest.fixture(scope="module", params=[nginx, caddy], ids=["nginx", "caddy"])
def behind(request: Any, board: Any) -> Iterator[Behind]:
    start: Callable[[Path, int, int], list[str]] = request.param
    authority = trustme.CA()
    certificate = authority.issue_cert(NAME)
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    made = board.command("tokens", "add", request.param.__name__, "--kind", "view")
    token = next(word for word in made.stdout.split() if word.startswith("board_"))
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="board-") as name:
        folder = Path(name)
        certificate.private_key_pem.write_to_path(folder / "board.key")
        for part in certificate.cert_chain_pems:
            part.write_to_path(folder / "board.pem", append=True)
        with running(start(folder, port, board.port), folder, port):
            yield Behind(board, port, trust, token)


def test_cookies_are_secure_and_every_answer_demands_tls(behind: Behind) -> None:
    entered = behind.ask(f"/enter?token={behind.token}")
    cookie = entered.headers["Set-Cookie"]
    assert entered.status == 303
    for word in ("Secure", "HttpOnly", "SameSite=Lax"):
        assert word in cookie
    cookie = f"board_view={behind.token}"
    answers = {path: behind.ask(path, Cookie=cookie) for path in ("/", "/healthz", "/wall", "/no")}
    assert {path: answer.status for path, answer in answers.items()} == {
        "/": 200,
        "/healthz": 200,
        "/wall": 200,
        "/no": 404,
    }
    for path, answer in answers.items():
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000", path
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"], path
    away = behind.ask("/")
    assert (away.status, away.headers["Location"]) == (303, "/sign-in?next=%2F")


def test_a_client_cannot_say_where_it_comes_from(behind: Behind) -> None:
    """The address that counts is the one that the proxy saw: pairing codes of one address run
    out, whatever addresses its client claims.
    """

    def pair(number: int) -> int:
        connection = http.client.HTTPSConnection(
            NAME, behind.port, timeout=20, context=behind.trust
        )
        headers = {"X-Forwarded-For": f"203.0.113.{number}", "X-Forwarded-Proto": "http"}
        connection.request("POST", "/wall/pair", b"", headers)
        status = connection.getresponse().status
        connection.close()
        return status

    statuses = [pair(number) for number in range(12)]
    assert 429 in statuses


def test_no_answer_is_lost_between_proxy_and_board(behind: Behind) -> None:
    """A proxy may repeat a GET that got no answer, and never a POST: each of these has one."""
    statuses: list[int] = []

    def post() -> None:
        connection = http.client.HTTPSConnection(
            NAME, behind.port, timeout=20, context=behind.trust
        )
        headers = {"Content-Type": "application/json", "Cookie": f"board_view={behind.token}"}
        for _ in range(50):
            connection.request("POST", "/_dash-update-component", b"{}", headers)
            answer = connection.getresponse()
            answer.read()
            statuses.append(answer.status)
        connection.close()

    threads = [threading.Thread(target=post) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert statuses == [400] * 400


def test_what_is_for_machines_of_the_network_is_not_given_out(behind: Behind) -> None:
    bearer = {"Authorization": f"Bearer {behind.token}"}
    assert behind.ask("/metrics", **bearer).status == 403
    assert behind.ask("/readyz").status == 403


def test_sockets_go_through(behind: Behind) -> None:
    address = f"wss://{NAME}:{behind.port}/socket.io/?EIO=4&transport=websocket"
    opened = []
    for _ in range(8):  # so many that both workers have some
        one = websocket.create_connection(
            address,
            timeout=20,
            origin=behind.url,
            header=[f"Cookie: board_view={behind.token}"],
            sslopt={"context": behind.trust},
        )
        opened.append(one)
        assert one.recv().startswith("0")
        one.send("40/live,")
        assert one.recv().startswith("40/live,")
        one.send('42/live,1["watch",{"topics":["320282/today"]}]')
        text = until(lambda one=one: told(one), 20, "the topic's answer")
        assert json.loads(text.partition("[")[2].rpartition("]")[0])["topics"]
    for one in opened:
        one.close()
    with pytest.raises(websocket.WebSocketBadStatusException):
        websocket.create_connection(
            address,
            timeout=20,
            origin="https://elsewhere.example",
            header=[f"Cookie: board_view={behind.token}"],
            sslopt={"context": behind.trust},
        )


def told(one: Any) -> str:
    text = str(one.recv())
    return text if text.startswith("43/live,1") else ""


@pytest.mark.browser
def test_pages_in_a_browser_are_live_and_not_against_the_policy(behind: Behind) -> None:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--ignore-certificate-errors"],
        )
        context = browser.new_context(bypass_csp=False)
        context.add_init_script(HEARD)
        page = context.new_page()
        page.goto(f"{behind.url}/enter?token={behind.token}")
        drawn(page)
        assert page.evaluate("isSecureContext && location.protocol") == "https:"
        (cookie,) = [one for one in context.cookies() if one["name"] == "board_view"]
        assert cookie["secure"]
        live = "document.documentElement.dataset.live"
        until(lambda: page.evaluate(live) == "live", 60, "the page is live")
        assert page.evaluate("violations") == []
        for path in ("/kpi", "/health", "/cases"):
            page.goto(f"{behind.url}{path}")
            drawn(page)
            assert page.evaluate("violations") == [], path
        page.goto(f"{behind.url}/wall")
        until(lambda: page.evaluate(live) == "live", 60, "the wall is live")
        assert page.evaluate("violations") == []
        browser.close()
