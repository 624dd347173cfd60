"""People sign in with a real provider of identities in a browser, on a desktop and on a phone; the
board has two web workers and shows nothing to anybody else.
"""

from __future__ import annotations

import contextlib
import http.client
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import trustme
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.oidc_provider.running import CLIENT, PASSWORD, SECRET, Provider
from tests.system.conftest import Board, until
from tests.system.test_browser_policy import HEARD
from tests.system.test_proxies import free_port, nginx, running

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
SETTINGS = """
open_pages = false
trusted_proxies = {proxies}
workers = 2
[oidc]
issuer = "{issuer}"
client_id = "{client}"
client_secret_file = "{folder}/oidc.secret"
label = {{ zh = "宜兴统一身份认证", en = "Yixing identity" }}
[[oidc.groups]]
name = "duty"
roles = ["city_duty"]
[[oidc.groups]]
name = "town"
roles = ["town_duty"]
towns = ["320282001"]
"""


class Closing(Board):
    """A board that a block ends."""

    def close(self) -> None:
        self.stop()


@dataclass(frozen=True)
class City:
    """A board, and the provider that its people are known to."""

    board: Board
    provider: Provider

    def person(self, name: str, *groups: str, shown: str = "") -> None:
        self.provider.person(name, *groups, shown=shown)


def settle(folder: Path, issuer: str, proxies: int = 0) -> None:
    (folder / "oidc.secret").write_text(SECRET)
    text = SETTINGS.format(issuer=issuer, client=CLIENT, folder=folder, proxies=proxies)
    (folder / "board.toml").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    made = Provider()
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def city(provider: Provider) -> Iterator[City]:
    with tempfile.TemporaryDirectory(prefix="board-") as name:
        folder = Path(name)
        settle(folder, provider.issuer)
        board = Board(folder)
        provider.client(f"{board.url}/sign-in/oidc/back")
        yield City(board, provider)
        board.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def page(request: Any, browser: Browser) -> Iterator[Page]:
    is_phone = request.param == PHONE
    context = browser.new_context(
        viewport=request.param, has_touch=is_phone, is_mobile=is_phone, bypass_csp=False
    )
    context.set_default_timeout(120_000)
    context.add_init_script(HEARD)
    yield context.new_page()
    context.close()


def prove(page: Page, name: str) -> None:
    """Type a name and the password at the provider."""
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.browser
def test_a_person_signs_in_and_out(city: City, page: Page) -> None:
    city.person("li.na", "duty", shown="李娜")
    page.goto(f"{city.board.url}/health?lang=en")
    expect(page).to_have_url(f"{city.board.url}/sign-in?next=%2Fhealth%3Flang%3Den&lang=en")
    assert page.evaluate("violations") == []
    page.get_by_role("link", name="Yixing identity").click()
    expect(page).to_have_title("City identity")
    assert page.url.startswith(city.provider.issuer)
    prove(page, "li.na")
    expect(page).to_have_url(f"{city.board.url}/health?lang=en")
    expect(page.get_by_text("李娜").first).to_be_attached()
    assert page.evaluate("violations") == []
    cookies = {one["name"]: one for one in page.context.cookies(city.board.url)}
    assert "board_oidc" not in cookies
    assert cookies["board_session"]["httpOnly"]
    assert page.evaluate("document.cookie.includes('board_session')") is False
    page.goto(f"{city.board.url}/account?lang=en")
    expect(page.get_by_text("Yixing identity").first).to_be_visible()
    page.goto(f"{city.board.url}/sign-out?lang=en")
    page.locator("main").get_by_role("button").first.click()
    page.goto(f"{city.board.url}/health?lang=en")
    expect(page).to_have_url(f"{city.board.url}/sign-in?next=%2Fhealth%3Flang%3Den&lang=en")


@pytest.mark.browser
def test_who_has_no_role_is_told_so_on_the_page(city: City, page: Page) -> None:
    city.person("wang.wei", "canteen", shown="王伟")
    page.goto(f"{city.board.url}/sign-in?lang=zh")
    page.get_by_role("link", name="宜兴统一身份认证").click()
    prove(page, "wang.wei")
    said = "宜兴统一身份认证已确认您的身份，但您所在的组在本看板没有角色"
    expect(page.get_by_role("alert").get_by_text(said).first).to_be_visible()
    assert page.url.startswith(f"{city.board.url}/sign-in?")
    assert page.context.cookies(city.board.url) == [
        one for one in page.context.cookies(city.board.url) if one["name"] != "board_session"
    ]


@pytest.fixture
def hanging() -> Iterator[socket.socket]:
    """A provider that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as made:
        yield made


@pytest.fixture
def of_hanging(hanging: socket.socket) -> Iterator[Board]:
    """A board of one worker whose provider hangs."""
    with tempfile.TemporaryDirectory(prefix="board-") as name:
        folder = Path(name)
        settle(folder, f"http://127.0.0.1:{hanging.getsockname()[1]}")
        path = folder / "board.toml"
        path.write_text(path.read_text("utf-8").replace("workers = 2", "workers = 1"), "utf-8")
        made = Board(folder)
        yield made
        made.stop()


def test_pages_are_answered_while_many_wait_for_a_provider_that_hangs(
    hanging: socket.socket, of_hanging: Board
) -> None:
    answers: list[str] = []

    def begin() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", of_hanging.port, timeout=120)
        connection.request("GET", "/sign-in/oidc?lang=en")
        answers.append(connection.getresponse().headers["Location"])
        connection.close()

    asking = [threading.Thread(target=begin) for _ in range(30)]
    for one in asking:
        one.start()
    waiting = [hanging.accept()[0] for _ in asking]
    # A token in the request is looked for in the database, by one of the worker's real threads.
    token = {"Authorization": "Bearer board_unknown"}
    kpis = requests.get(f"{of_hanging.url}/api/v1/kpis", headers=token, timeout=120)
    assert (kpis.status_code, answers) == (401, [])
    for connection in waiting:
        connection.close()
    for thread in asking:
        thread.join()
    assert answers == ["/sign-in?said=away&next=%2F&lang=en"] * len(asking)
    log = (of_hanging.data / "said.log").read_text(encoding="utf-8")
    assert log.count("signing in with") == 1
    assert "Traceback" not in log


def test_behind_nginx_with_tls(provider: Provider) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="board-") as name:
        folder, data = Path(name), Path(name) / "data"
        data.mkdir()
        settle(data, provider.issuer, proxies=1)
        certificate.private_key_pem.write_to_path(folder / "board.key")
        for part in certificate.cert_chain_pems:
            part.write_to_path(folder / "board.pem", append=True)
        authority.cert_pem.write_to_path(folder / "ca.pem")
        own = f"https://localhost:{port}"
        provider.client(f"{own}/sign-in/oidc/back")
        provider.person("li.na", "duty", shown="李娜")
        with (
            contextlib.closing(Closing(data)) as board,
            running(nginx(folder, port, board.port), folder, port),
            requests.Session() as browser,
        ):

            def ask(address: str) -> requests.Response:
                trusted = str(folder / "ca.pem")
                return browser.get(address, allow_redirects=False, timeout=60, verify=trusted)

            begun = ask(f"{own}/sign-in/oidc?next=/health")
            back = provider.sign_in(begun.headers["Location"], "li.na")
            assert back.startswith(f"{own}/sign-in/oidc/back?")
            ended = ask(back)
            assert ended.headers["Location"] == "/health"
            cookie = ended.headers["Set-Cookie"]
            assert "__Host-board_session=" in cookie
            assert cookie.count("Secure") == cookie.count("HttpOnly") == 2
            assert ask(f"{own}/health").status_code == 200
            assert ask(back).headers["Location"].startswith("/sign-in?said=late")


def test_a_town_that_the_city_does_not_have_stops_the_start(provider: Provider) -> None:
    with tempfile.TemporaryDirectory(prefix="board-") as name:
        folder = Path(name)
        settle(folder, provider.issuer)
        text = (folder / "board.toml").read_text(encoding="utf-8")
        (folder / "board.toml").write_text(text.replace("320282001", "999"), encoding="utf-8")
        made = Board.__new__(Board)
        made.data, made.port = folder, free_port()
        ended = made.command("run", "--no-demo", "--lang", "en")
        assert ended.returncode == 78
        assert "oidc.groups: the city has no town 999" in ended.stderr


def test_roles_changed_at_the_provider_hold_at_the_next_sign_in(city: City) -> None:
    city.person("zhao.min", "duty", shown="赵敏")
    until(lambda: city.board.get("/readyz") == 200, 30, "the board is ready")
    with requests.Session() as browser:

        def sign_in() -> str:
            begun = browser.get(f"{city.board.url}/sign-in/oidc", allow_redirects=False, timeout=60)
            back = city.provider.sign_in(begun.headers["Location"], "zhao.min")
            return browser.get(back, allow_redirects=False, timeout=60).headers["Location"]

        def sees() -> int:
            address = f"{city.board.url}/api/v1/kpis"
            return browser.get(address, timeout=60).status_code

        assert sign_in() == "/"
        assert sees() == 200
        city.person("zhao.min")
        assert sign_in().startswith("/sign-in?said=no_role")
        # On every worker, and also with the cookie of before.
        until(lambda: sees() == 401, 15, "the session of before is over")
