"""People on a closed board, in real browsers: the first administrator by the link that the start
printed, an account by its one-time link on a phone, and how sessions end.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import axe_playwright_python
import pytest
import redis
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sqlalchemy import create_engine, text

from dashboard.host import embedded_redis
from dashboard.people.attempts import PLACE
from tests.system.conftest import Board, until

pytestmark = [pytest.mark.system, pytest.mark.browser, pytest.mark.timeout(1200)]
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """rules => axe.run(document, {resultTypes: ["violations"], runOnly: rules}).then(found =>
  found.violations.flatMap(v => v.nodes.map(n => v.id + " " + n.target.join(" "))))"""
HEARD = """window.violations = []; document.addEventListener("securitypolicyviolation",
  event => violations.push(`${event.violatedDirective} ${event.blockedURI}`));"""
DRAWN = (
    "document.querySelector('#react-entry-point .board') && !document.getElementById('first-paint')"
)
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
PASSWORD, OTHER = "three unrelated words", "four unrelated words more"
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
SEEN_S = 15  # a worker knows of a change after two seconds, and has fifteen
ADMIN = "wang.fang"


class Made(NamedTuple):
    """A board with its first administrator signed in on a desktop, and how to open more browsers."""

    board: Board
    admin: Page
    open: Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def made(chromium: Browser) -> Iterator[Made]:
    with tempfile.TemporaryDirectory(prefix="board-") as folder:
        (Path(folder) / "board.toml").write_text("open_pages = false\n", encoding="utf-8")
        board = Board(Path(folder))
        contexts: list[BrowserContext] = []

        def opened(size: dict[str, Any] = DESKTOP) -> Page:
            context = chromium.new_context(**size, base_url=board.url, bypass_csp=False)
            context.add_init_script(HEARD)
            context.set_default_timeout(90_000)
            contexts.append(context)
            return context.new_page()

        admin = opened()
        said = (board.data / "said.log").read_text("utf-8")
        (link,) = set(re.findall(r"/set-up\?link=[\w-]+", said))
        admin.goto(link)
        admin.get_by_label("账号", exact=True).fill("Wang.Fang")
        admin.get_by_label("显示名").fill("王芳")
        fill_new(admin, PASSWORD)
        admin.get_by_role("button", name="开立账号并登录").click()
        admin.wait_for_url("**/admin")
        yield Made(board, admin, opened)
        for context in contexts:
            context.close()
        board.stop()


@pytest.fixture(autouse=True)
def untried(made: Made) -> None:
    """No test waits for the failures of another: all come from one address."""
    store = redis.Redis.from_url(embedded_redis.url(made.board.data))
    for key in store.keys(f"{PLACE}*"):
        store.delete(key)
    store.close()


def fill_new(page: Page, password: str) -> None:
    page.get_by_label("新密码", exact=True).fill(password)
    page.get_by_label("再输一次新密码").fill(password)


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("账号", exact=True).fill(name)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录", exact=True).click()


def add(made: Made, name: str, *roles: str) -> str:
    """A new account; the address of its one-time link."""
    made.admin.goto("/admin/add-account")
    made.admin.get_by_label("账号", exact=True).fill(name)
    for role in roles:
        made.admin.get_by_label(role, exact=True).check()
    made.admin.get_by_role("button", name="添加并取得链接").click()
    shown = made.admin.locator(".people-secret-value")
    expect(shown).to_be_visible()
    return shown.inner_text()


def with_password(made: Made, name: str, *roles: str, size: dict[str, Any] = DESKTOP) -> Page:
    """A browser that is signed in with a new account."""
    page = made.open(size)
    page.goto(add(made, name, *(roles or ("查看",))))
    fill_new(page, PASSWORD)
    page.get_by_role("button", name="设置密码并登录").click()
    page.wait_for_url(f"{made.board.url}/")
    return page


def drawn(page: Page) -> None:
    until(lambda: page.evaluate(DRAWN), 90, "the page is drawn")


def is_asked(page: Page, path: str = "/health") -> bool:
    """Whether a page asks for a sign-in."""
    page.goto(path)
    return "/sign-in" in page.url


def moved(made: Made, name: str, column: str, by_ms: int) -> None:
    """A session's moment, as if it was so long ago."""
    engine = create_engine(f"sqlite:///{made.board.data / 'board.db'}")
    with engine.begin() as connection:
        connection.execute(
            text(
                f"UPDATE sessions SET {column} = {column} - :by WHERE account = "
                "(SELECT id FROM accounts WHERE name = :name)"
            ),
            {"by": by_ms, "name": name},
        )
    engine.dispose()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_person_comes_in_by_the_link_and_by_password_and_leaves(
    made: Made, size: dict[str, Any]
) -> None:
    name = "phone" if "is_mobile" in size else "desk"
    link = add(made, name, "查看")
    page = made.open(size)
    page.goto("/kpi?kpi=incidents.reported")
    assert "/sign-in?next=" in page.url
    expect(page.locator("main")).to_contain_text("这个页面要登录后才能看")
    page.goto(link)
    expect(page.get_by_label("的账号")).to_have_value(name)
    fill_new(page, PASSWORD)
    page.get_by_role("button", name="设置密码并登录").click()
    page.wait_for_url(f"{made.board.url}/")
    drawn(page)

    menu = page.locator("#react-entry-point .person--menu")
    expect(menu.locator("summary")).to_contain_text(name)
    menu.locator("summary").click()
    expect(menu.get_by_role("link", name="管理")).to_have_count(0)
    menu.get_by_role("link", name="我的账号").click()
    page.wait_for_url("**/account**")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.goto("/")
    drawn(page)
    menu.locator("summary").click()
    menu.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/sign-out**")
    expect(page.get_by_role("heading", level=1)).to_have_text("已退出登录")
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("这个链接不能用了")

    page.goto("/kpi?kpi=incidents.reported")
    sign_in(page, name, "wrong password")
    expect(page.get_by_role("alert")).to_contain_text("账号或密码不对")
    assert page.evaluate("document.activeElement.matches('.people-wrong')")
    assert page.title().startswith("错误")
    expect(page.get_by_label("账号", exact=True)).to_have_value(name)
    expect(page.get_by_label("密码", exact=True)).to_have_value("")
    sign_in(page, name)
    page.wait_for_url("**/kpi?kpi=incidents.reported")
    drawn(page)
    assert page.evaluate("violations") == []
    cookies = {one["name"]: one for one in page.context.cookies()}
    assert cookies["board_session"]["httpOnly"]
    assert cookies["board_session"]["sameSite"] == "Lax"
    assert page.evaluate("document.cookie").find("session") == -1


def test_the_keyboard_alone_signs_in(made: Made) -> None:
    with_password(made, "keys")
    page = made.open()
    page.goto("/sign-in?lang=en")
    until(lambda: page.evaluate("document.activeElement.name") == "name", 20, "the name has focus")
    page.keyboard.type("keys")
    page.keyboard.press("Tab")
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("the account or the password is wrong")
    for _ in range(10):
        if page.evaluate("document.activeElement.name") == "password":
            break
        page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{made.board.url}/")


@pytest.mark.parametrize(
    ("column", "by_ms"), [("seen", 13 * HOUR_MS), ("ends", 8 * DAY_MS)], ids=["idle", "absolute"]
)
def test_a_session_ends(made: Made, column: str, by_ms: int) -> None:
    page = with_password(made, f"ends-{column}")
    assert not is_asked(page)
    moved(made, f"ends-{column}", column, by_ms)
    until(lambda: is_asked(page), SEEN_S, "the session has ended")
    sign_in(page, f"ends-{column}")
    page.wait_for_url("**/health")


def test_signing_out_everywhere_ends_every_browser(made: Made) -> None:
    desk, phone = with_password(made, "everywhere"), made.open(PHONE)
    phone.goto("/sign-in")
    sign_in(phone, "everywhere")
    phone.wait_for_url(f"{made.board.url}/")
    desk.goto("/account")
    rows = desk.locator(".table--people tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("这台")
    desk.get_by_role("button", name="在所有设备上退出").click()
    desk.wait_for_url("**/sign-out**")
    until(lambda: is_asked(phone), SEEN_S, "the phone is signed out")
    assert is_asked(desk)


def test_a_new_password_ends_the_other_browsers(made: Made) -> None:
    desk, phone = with_password(made, "renewed"), made.open(PHONE)
    phone.goto("/sign-in")
    sign_in(phone, "renewed")
    phone.wait_for_url(f"{made.board.url}/")
    desk.goto("/account")
    desk.get_by_label("现在的密码").fill(PASSWORD)
    fill_new(desk, OTHER)
    desk.get_by_role("button", name="改密码").click()
    expect(desk.get_by_role("status")).to_contain_text("密码已改")
    until(lambda: is_asked(phone), SEEN_S, "the phone is signed out")
    assert not is_asked(desk)


def test_a_role_changes_while_its_person_is_signed_in(made: Made) -> None:
    page = with_password(made, "changing")
    page.goto("/admin")
    expect(page.get_by_role("heading", level=1)).to_have_text("您的账号不能看这一页")
    made.admin.goto("/admin/account?name=changing")
    made.admin.get_by_label("管理员", exact=True).check()
    made.admin.get_by_role("button", name="保存").click()
    expect(made.admin.get_by_role("status")).to_have_text("已保存。")

    def is_admin() -> bool:
        page.goto("/admin")
        return page.locator(".people-sections").count() == 1

    until(is_admin, SEEN_S, "the new role holds")
    made.admin.goto("/admin/account?name=changing")
    made.admin.locator("summary", has_text="停用账号").click()
    made.admin.get_by_role("button", name="停用账号").click()
    expect(made.admin.get_by_role("status")).to_have_text("账号已停用。")
    until(lambda: is_asked(page), SEEN_S, "the account is signed out")
    sign_in(page, "changing")
    expect(page.get_by_role("alert")).to_contain_text("账号或密码不对，或账号已停用")


def test_a_token_made_on_the_page_sends_and_a_revoked_one_does_not(made: Made) -> None:
    made.admin.goto("/admin/add-token")
    made.admin.get_by_label("名称").fill("网格中心")
    made.admin.get_by_role("button", name="添加并取得令牌").click()
    secret = made.admin.locator(".people-secret-value").inner_text()

    def sent() -> int:
        answer = made.admin.context.request.post(
            "/api/v1/events",
            data="[]",
            headers={
                "Authorization": f"Bearer {secret}",
                "Content-Type": "application/cloudevents-batch+json",
            },
        )
        return answer.status

    assert sent() != 401
    made.admin.goto("/admin/tokens")
    made.admin.get_by_role("link", name="网格中心").click()
    made.admin.locator("summary", has_text="撤销令牌").click()
    made.admin.get_by_role("button", name="撤销令牌").click()
    expect(made.admin.get_by_role("status")).to_have_text("令牌已撤销。")
    until(lambda: sent() == 401, SEEN_S, "the token is revoked")


def test_axe_finds_nothing_and_the_policy_is_kept(made: Made) -> None:
    pages = (
        "/account",
        "/admin",
        "/admin/add-account",
        f"/admin/account?name={ADMIN}",
        "/admin/tokens",
        "/admin/add-token",
        "/admin/token?name=owner",
        "/admin/walls",
        "/admin/sources",
        "/admin/source",
        "/sign-out",
        "/leave",
    )
    nobody = made.open(PHONE)
    shown = [(made.admin, path) for path in pages]
    shown += [(nobody, path) for path in ("/sign-in", "/sign-in?next=/health", "/set-up?link=x")]
    found: dict[str, Any] = {}
    for page, path in shown:
        page.goto(path)
        page.evaluate(AXE)
        found[path] = page.evaluate(RUN, RULES) + page.evaluate("violations")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert page.evaluate("document.scripts.length") == 0, path
    assert {path: one for path, one in found.items() if one} == {}


def test_too_many_tries_wait(made: Made) -> None:
    page = made.open()
    page.goto("/sign-in?lang=en")
    for n in range(10):
        page.get_by_label("Account", exact=True).fill("nobody")
        page.get_by_label("Password", exact=True).fill(f"guess {n}")
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("alert")).to_be_visible()
        if "too many tries" in page.get_by_role("alert").inner_text():
            break
    page.get_by_label("Account", exact=True).fill(ADMIN)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    with page.expect_response("**/sign-in**") as answered:
        page.get_by_role("button", name="Sign in", exact=True).click()
    assert answered.value.status == 429
    assert int(answered.value.headers["retry-after"]) > 0
    expect(page.get_by_role("alert")).to_contain_text("too many tries; try again in")
